"""Rebuild the catalog from the blobs: `python -m functions.rebuild`."""
