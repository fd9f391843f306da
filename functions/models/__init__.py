"""Data models of the domain. No I/O and no clock."""
