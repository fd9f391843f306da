"""Capabilities, component tests, and presets."""
