"""The gunicorn worker, and detection of closed connections."""
