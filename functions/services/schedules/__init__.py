"""Schedules, and the planner that creates jobs for due runs."""
