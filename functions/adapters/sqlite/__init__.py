"""Catalog in an SQLite file."""
