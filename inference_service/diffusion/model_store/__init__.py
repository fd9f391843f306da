"""Models on disk and on the device: loading, eviction, LoRAs, safety checkers."""
