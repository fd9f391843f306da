"""Requests: parsing, validation, admission, the request queue."""
