"""Settings, model sources and samplers."""
