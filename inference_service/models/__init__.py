"""Model folders, weight files and profiles, read without torch."""
