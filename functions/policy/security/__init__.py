"""Decisions about access: API keys, outbound URLs, webhook signatures."""
