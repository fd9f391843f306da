"""Other servers of the same model, which `benchmarks.serving` compares with the inference service."""
