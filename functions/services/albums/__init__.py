"""Albums, and the order of their images."""
