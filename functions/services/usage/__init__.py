"""Recorded usage: the ledger of images and cost per day, and the history of runs."""
