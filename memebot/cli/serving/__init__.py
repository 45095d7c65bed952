"""Commands of what runs on: the bot, the pages, and the communities that they serve."""
