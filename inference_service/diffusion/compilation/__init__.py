"""Compiled denoisers: ahead of time, in the background, by batch size."""
