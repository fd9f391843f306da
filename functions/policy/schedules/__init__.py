"""Decisions about schedules: recurrence, upcoming prompts, forecast."""
