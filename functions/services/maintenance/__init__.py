"""The sweep, and follow-up work of finished jobs."""
