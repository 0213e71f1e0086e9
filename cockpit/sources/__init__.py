"""Foreign file in, Batch out; one module a format."""
