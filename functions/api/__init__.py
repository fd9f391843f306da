"""HTTP API without the host: requests, responses, routes, and schemas."""
