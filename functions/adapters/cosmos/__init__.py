"""The catalog in Azure Cosmos DB."""
