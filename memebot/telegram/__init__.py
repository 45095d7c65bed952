"""The bot: Telegram's updates in, answers out. The only package, with ``memebot.app``, that knows aiogram."""
