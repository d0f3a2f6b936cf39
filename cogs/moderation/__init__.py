"""What moderators do: limits, credits, the server's settings, channels, members in trouble, the record."""
