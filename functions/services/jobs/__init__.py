"""What all jobs share: submission, dispatch, lease, queue position."""
