"""How fast a bot may write, and what Telegram has told it to wait for; shared by all processes that serve one bot."""
