"""Templates of everything in Azure, and the hooks around their deployment."""
