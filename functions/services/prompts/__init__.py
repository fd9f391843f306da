"""Prompts on demand, and upcoming prompts of schedules."""
