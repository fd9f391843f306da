"""Common to all jobs: submission, dispatch, lease, and queue position."""
