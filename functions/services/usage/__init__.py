"""Recorded usage: images and cost per day (ledger), and completed runs (run history)."""
