"""Statistics, estimates, and insights."""
