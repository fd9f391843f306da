"""The dashboard over large libraries: script, painting, scrolling, memory and search, measured in Chromium."""
