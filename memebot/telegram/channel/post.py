"""What a post needs of Telegram: addresses, and the button "why is this funny?"."""

from __future__ import annotations

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from memebot.i18n import Texts
from memebot.telegram.ui.keyboards import keyboard
from moderation.model import Submission

PREFIX = "m_"
"""Of the parameter of ``/start`` that asks for a post's explanation."""
SECOND = "-2"
"""At its end: whoever asks reads the second channel."""


def why_link(bot_name: str, submission: Submission) -> str | None:
    """Where the explanation is, for readers of the submission's channel; None where the bot has none."""
    if not submission.explained:
        return None
    second = SECOND if submission.channel == "second" else ""
    return f"https://t.me/{bot_name}?start={PREFIX}{submission.id}{second}"


def why_button(link: str | None, texts: Texts) -> InlineKeyboardMarkup | None:
    """The button that leads there, if anything does."""
    return None if link is None else keyboard([InlineKeyboardButton(text=texts("post-why"), url=link)])


def post_link(chat_id: int, username: str | None, message_id: int) -> str:
    """The address of a post: of a public channel for everybody, of a private one for its readers."""
    if username:
        return f"https://t.me/{username}/{message_id}"
    return f"https://t.me/c/{-chat_id - 10**12}/{message_id}"
