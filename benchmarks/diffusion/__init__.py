"""Measure how fast models generate images on this device, with random weights in the shapes of well-known models."""
