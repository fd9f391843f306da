"""Adapters for Azure Storage: blobs, queues, and signed URLs."""
