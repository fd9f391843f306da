"""Image files: encoding, PNG, embedded metadata."""
