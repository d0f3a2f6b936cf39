"""Every sentence the bot says, in one place: short, friendly and exact."""
