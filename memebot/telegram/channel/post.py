"""A submission as readers see it: caption, credit, and the way to "why is this funny?".

A URL button survives forwarding, so one picture gets a button. Telegram lets albums have none: there the same
link stands at the end of the caption. What does not fit into a caption, or what cannot have one, follows as a
reply to the post.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from memebot.i18n import Texts
from memebot.telegram.transport.delivery import UNCAPTIONED
from memebot.telegram.ui.captions import entities_of
from memebot.telegram.ui.keyboards import keyboard
from memebot.telegram.ui.render import plain, units
from moderation.model import MAX_CAPTION, Submission

PREFIX = "m_"
"""Of the parameter of ``/start`` that asks for a post's explanation."""


@dataclass(frozen=True, slots=True)
class FormattedText:
    """Text with its formatting."""

    text: str = ""
    entities: tuple[MessageEntity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def units(self) -> int:
        """Length as Telegram counts."""
        return units(self.text)

    def followed_by(self, other: FormattedText) -> FormattedText:
        """Both, with an empty line between."""
        if not self or not other:
            return self or other
        start = self.units + 2
        moved = tuple(e.model_copy(update={"offset": e.offset + start}) for e in other.entities)
        return FormattedText(f"{self.text}\n\n{other.text}", (*self.entities, *moved))


@dataclass(frozen=True, slots=True)
class Shape:
    """What is sent: the media with a caption, perhaps a button, perhaps a reply to it."""

    caption: FormattedText
    button: InlineKeyboardMarkup | None = None
    reply: FormattedText | None = None
    reply_button: InlineKeyboardMarkup | None = None


def why_link(bot_name: str, submission: Submission) -> str | None:
    """Where the explanation is; None where the bot has none."""
    if not submission.explained:
        return None
    return f"https://t.me/{bot_name}?start={PREFIX}{submission.id}"


def shape_of(submission: Submission, link: str | None, texts: Texts) -> Shape:
    """How a submission is posted. The community's language; the author's name only if the author wants that."""
    own = FormattedText(submission.caption, tuple(entities_of(submission.caption_entities)))
    credit = credit_line(submission.author_name, texts) if submission.credit == "named" else FormattedText()
    button = None if link is None else _button(link, texts)
    if len(submission.media) > 1:
        return _album(own, credit, link, button, texts)
    if submission.media[0].kind in UNCAPTIONED:
        return Shape(FormattedText(), button, own.followed_by(credit) or None)
    whole = own.followed_by(credit)
    return Shape(whole, button) if whole.units <= MAX_CAPTION else Shape(own, button, credit)


def credit_line(author_name: str, texts: Texts) -> FormattedText:
    """Who has sent it, for readers; nothing where the name is empty."""
    name = plain(author_name)
    return FormattedText(texts("post-credit", name=name)) if name.strip() else FormattedText()


def _album(
    own: FormattedText, credit: FormattedText, link: str | None, button: InlineKeyboardMarkup | None, texts: Texts
) -> Shape:
    why = FormattedText()
    if link is not None:
        text = texts("post-why")
        why = FormattedText(text, (MessageEntity(type="text_link", offset=0, length=units(text), url=link),))
    whole = own.followed_by(credit).followed_by(why)
    if whole.units <= MAX_CAPTION:
        return Shape(whole)
    return Shape(own, None, credit or FormattedText(texts("post-about")), button)


def _button(link: str, texts: Texts) -> InlineKeyboardMarkup:
    return keyboard([InlineKeyboardButton(text=texts("post-why"), url=link)])


def post_link(chat_id: int, username: str | None, message_id: int) -> str:
    """The address of a post: of a public channel for everybody, of a private one for its readers."""
    if username:
        return f"https://t.me/{username}/{message_id}"
    return f"https://t.me/c/{-chat_id - 10**12}/{message_id}"
