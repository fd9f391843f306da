"""A function host for one machine: HTTP, timer and queue triggers of the very same app object."""
