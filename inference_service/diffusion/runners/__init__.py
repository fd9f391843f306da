"""Runners of loaded models: one denoising step of a batch at a time, or a whole pipeline."""
