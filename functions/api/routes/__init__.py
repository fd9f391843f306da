"""The route table, and the OpenAPI document made from it."""
