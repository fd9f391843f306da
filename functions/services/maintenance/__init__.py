"""The sweep, and the follow-up of finished jobs."""
