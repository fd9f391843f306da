"""Azure Storage: blobs, queues, signed URLs."""
