"""Load on an HTTP server that paints: drawn beforehand, sent on time, kept, and summed up."""
