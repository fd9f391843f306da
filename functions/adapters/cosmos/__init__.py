"""Catalog in Azure Cosmos DB."""
