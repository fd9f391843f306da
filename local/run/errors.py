"""The error that ends a start."""


class StartError(Exception):
    """The start failed; only the message is printed, and no process is left running."""
