"""The HTTP calls that drive the sandbox and read what happened in it."""
