"""Statistics, estimates and insights."""
