"""The things this program is about.  No I/O, no clock."""
