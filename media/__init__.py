"""Bytes in, bytes out: first frames and clips. Knows nothing of the rest of the house."""
