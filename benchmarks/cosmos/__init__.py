"""Request units of the catalog's queries in Cosmos DB, computed from Microsoft's documentation."""
