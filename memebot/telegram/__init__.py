"""The bot: Telegram's updates in, answers out. The only package, with ``memebot.app``, that knows aiogram."""

from memebot.telegram.transport.lazy_types import compile_on_first_use

compile_on_first_use()
