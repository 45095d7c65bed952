"""What can go wrong in the chat.

BotError
├── BotUnusable       the bot cannot run: a sentence for whoever started it
└── ChatError         one message cannot be dealt with; ``render.refusal`` puts it into words
    ├── Unreachable   nothing can be written to this chat
    ├── Unsupported   this kind of message cannot be explained
    ├── FileTooLarge  Telegram does not give bots files of this size
    └── FileGone      Telegram does not give out this file any more
"""

from __future__ import annotations

from typing import Literal


class BotError(Exception):
    """Base of everything that this package raises; ``hint`` says what to do, where that is known."""

    hint: str = ""


class BotUnusable(BotError):
    """The bot cannot run."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class ChatError(BotError):
    """One message cannot be dealt with."""


class Unreachable(ChatError):
    """Nothing can be written to this chat: blocked, left, deleted, or no right to write."""

    def __init__(self, chat_id: int, *, blocked: bool) -> None:
        super().__init__(f"chat {chat_id} cannot be reached")
        self.chat_id, self.blocked = chat_id, blocked


class Unsupported(ChatError):
    """This kind of message cannot be explained."""

    def __init__(self, what: Literal["voice", "link", ""] = "") -> None:
        super().__init__(what or "unsupported")
        self.what = what


class FileTooLarge(ChatError):
    """Larger than Telegram gives to bots, or than we open."""

    def __init__(self, limit_mb: int) -> None:
        super().__init__(f"more than {limit_mb} MB")
        self.limit_mb = limit_mb


class FileGone(ChatError):
    """Telegram does not give out this file any more."""
