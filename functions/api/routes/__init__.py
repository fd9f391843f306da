"""The route table and the OpenAPI document created from it."""
