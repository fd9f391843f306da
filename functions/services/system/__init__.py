"""Capabilities, setup checks and presets."""
