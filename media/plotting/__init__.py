"""The report's picture, drawn with matplotlib; meant to be run apart, and imported by nothing that runs in the bot."""
