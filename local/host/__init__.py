"""A local function host: HTTP, timer, and queue triggers of the same app object as in Azure."""
