"""Load test of an HTTP server that generates images: traces, load generator, records, and summary."""
