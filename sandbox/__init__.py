"""A local Discord and a local Wan service on loopback, to see and to test the bot in."""
