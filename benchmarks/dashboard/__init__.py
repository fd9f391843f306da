"""Measure the dashboard with large libraries in Chromium: script, paint, scrolling, memory, and search."""
