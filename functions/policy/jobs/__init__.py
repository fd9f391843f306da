"""Decisions about jobs: retry, recovery, outcome, progress."""
