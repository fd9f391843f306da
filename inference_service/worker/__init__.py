"""The engine thread, the executor of batches, and the pool that encodes images."""
