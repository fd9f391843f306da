"""The images of the library."""
