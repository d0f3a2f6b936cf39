"""Bytes in, bytes out: first frames, soundtracks and clips. Knows nothing of the rest of the house."""
