"""What people see in Discord: commands, buttons, messages, and every word of them."""
