"""The catalog made again from the blobs, which are the truth: `python -m functions.rebuild`."""
