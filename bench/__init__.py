"""The bot's figures, each measured beside what it is compared with, in the same run: `python -m bench`."""
