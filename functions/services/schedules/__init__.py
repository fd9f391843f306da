"""Schedules, and the planner that turns due slots into jobs."""
