"""Prompts on demand, and the upcoming prompts of schedules."""
