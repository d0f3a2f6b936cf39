"""A stand-in for Discord on loopback: REST v10, gateway v10, a CDN, and the rules a bot has to keep."""
