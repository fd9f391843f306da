"""Load on an HTTP server that generates images: drawn in advance, sent on time, recorded, and summarized."""
