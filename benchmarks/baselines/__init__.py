"""Other ways to serve the same model, for `benchmarks.serving` to measure beside the inference service."""
