"""The batch scheduler: which rows share the next forward pass. No clock, thread or device."""
