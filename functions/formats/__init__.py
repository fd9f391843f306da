"""File formats: PNG, WebP, ZIP, feeds, thumbhash. Pure functions on bytes and text."""
