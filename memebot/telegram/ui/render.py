"""Everything that people read, as Telegram HTML: at most 4,096 characters, and harmless whatever is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token

from memebot.answering.explainer import certainty
from memebot.inference import QueueError, QueueFull, QueuePosition, TooManyAtOnce
from memebot.telegram.errors import ChatError, FileGone, FileTooLarge, HourLimit, QuestionTooLong, Unsupported
from memebot.vision.errors import MediaError

if TYPE_CHECKING:
    from memebot.answering.answering import Page
    from memebot.i18n import Texts

MESSAGE = 4096
"""Telegram's limit for a message, in UTF-16 units of what is seen."""
_ROOM = 300  # for what stands around an explanation
_ELLIPSIS = "…"

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough")
_TAGS = {"strong": "b", "em": "i", "s": "s", "heading": "b", "blockquote": "blockquote"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that do not show, or that turn the direction of the text after them."""
_URL = re.compile(r"https?://[^\s<>\"]+\Z", re.ASCII | re.IGNORECASE)


def plain(text: str) -> str:
    """Text without characters that Telegram drops or that rearrange what follows."""
    return _CONTROL.sub("", text)


def units(text: str) -> int:
    """Length as Telegram counts: in UTF-16 units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


@dataclass(slots=True)
class _Writer:
    """Writes HTML whose tags are always closed and whose visible text stays within ``limit``."""

    limit: int
    parts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    written: int = 0
    full: bool = False

    def text(self, text: str) -> None:
        text = plain(text)
        if self.full or not text:
            return
        room = self.limit - len(_ELLIPSIS) - self.written
        if units(text) > room:
            text, self.full = _cut(text, room) + _ELLIPSIS, True
        self.written += units(text)
        self.parts.append(escape(text, quote=False))

    def begin(self, tag: str, attributes: str = "") -> None:
        """Open a tag; inside code, inside itself, or when there is no more room, it is left out."""
        left_out = self.full or tag in self.open or "code" in self.open or "pre" in self.open
        self.open.append("" if left_out else tag)
        if not left_out:
            self.parts.append(f"<{tag}{attributes}>")

    def end(self) -> None:
        tag = self.open.pop()
        if tag:
            self.parts.append(f"</{tag}>")

    def gap(self, gap: str) -> None:
        """Space between blocks: none at the start."""
        if self.written:
            self.text(gap)

    def html(self) -> str:
        while self.open:
            self.end()
        return "".join(self.parts).strip()


def _cut(text: str, room: int) -> str:
    """The beginning of a text that fits, without a torn word where that is possible."""
    kept: list[str] = []
    for character in text:
        room -= units(character)
        if room < 0:
            break
        kept.append(character)
    head = "".join(kept)
    space = head.rfind(" ")
    return head[:space] if space > len(head) * 0.8 else head


def to_html(markdown: str, limit: int = MESSAGE) -> str:
    """Markdown as Telegram HTML of at most ``limit`` visible UTF-16 units; a longer text ends with "…".

    Paragraphs, headings, lists, quotations, code, emphasis, strike-through and http(s) links; raw HTML and
    other addresses stay visible text.
    """
    writer = _Writer(limit)
    _blocks(_MARKDOWN.parse(plain(markdown)), writer)
    return writer.html()


def _blocks(tokens: list[Token], writer: _Writer) -> None:
    lists: list[int | None] = []  # the next number, or None for bullets
    tight = False
    for token in tokens:
        kind = token.type
        if kind in ("heading_open", "blockquote_open"):
            writer.gap("\n\n")
            writer.begin(_TAGS[kind.removesuffix("_open")])
            tight = True
        elif kind in ("heading_close", "blockquote_close"):
            writer.end()
            tight = False
        elif kind in ("bullet_list_open", "ordered_list_open"):
            if not lists:
                writer.gap("\n")
            lists.append(None if kind == "bullet_list_open" else int(token.attrs.get("start", 1)))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif kind == "list_item_open":
            number = lists[-1]
            writer.gap("\n")
            writer.text("  " * (len(lists) - 1) + ("• " if number is None else f"{number}. "))
            lists[-1] = None if number is None else number + 1
            tight = True
        elif kind == "paragraph_open":
            if not tight:
                writer.gap("\n" if lists else "\n\n")
            tight = False
        elif kind in ("fence", "code_block"):
            writer.gap("\n\n")
            writer.begin("pre")
            writer.text(token.content.rstrip("\n"))
            writer.end()
        elif kind == "hr":
            writer.gap("\n\n")
            writer.text("———")
        elif kind == "inline":
            _inline(token.children or [], writer)


def _inline(tokens: list[Token], writer: _Writer) -> None:
    for token in tokens:
        kind = token.type
        name = kind.removesuffix("_open").removesuffix("_close")
        if kind == "text":
            writer.text(token.content)
        elif kind == "code_inline":
            writer.begin("code")
            writer.text(token.content)
            writer.end()
        elif kind == "link_open":
            address = str(token.attrs.get("href", ""))
            if _URL.match(address):
                writer.begin("a", f' href="{escape(address)}"')
            else:
                writer.open.append("")
        elif kind.endswith("_open") and name in _TAGS:
            writer.begin(_TAGS[name])
        elif kind.endswith("_close") and writer.open:
            writer.end()
        elif kind == "softbreak":
            writer.text(" ")
        elif kind == "hardbreak":
            writer.text("\n")
        elif kind == "image":
            writer.text(token.content)


def quoted(text: str, limit: int = 3500) -> str:
    """Somebody's text, word for word, in a quotation that unfolds."""
    writer = _Writer(limit)
    writer.begin("blockquote", " expandable")
    writer.text(text)
    return writer.html()


# --- what is said -----------------------------------------------------------------------------------------


def page(shown: Page, texts: Texts) -> str:
    """One page of an answer."""
    if shown.view == "r":
        read = plain(shown.answer.text).strip()
        return f"{texts('read-title')}\n{quoted(read)}" if read else texts("read-nothing")
    body = to_html(shown.markdown, MESSAGE - _ROOM)
    if shown.view.startswith("g"):
        return f"<i>{texts('guess-title', number=shown.number)}</i>\n\n{body}"
    if shown.view == "m" and shown.answer.verdict != "unknown":
        what = "sure-picture" if shown.answer.kind == "picture" else "sure-question"
        sure = texts(what, certainty=certainty(shown.confidence, texts.lang))
        return f"{body}\n\n<i>{sure}</i>"
    return body


def place(where: QueuePosition, texts: Texts) -> str:
    """Where somebody stands in the queue."""
    return texts("queue-place", ahead=where.ahead, seconds=max(1, round(where.seconds)))


def refusal(error: ChatError | QueueError | MediaError, texts: Texts) -> str:
    """Why a message is not answered, and what would do."""
    match error:
        case QueueFull():
            return texts("queue-full")
        case TooManyAtOnce():
            return texts("too-many", limit=error.limit)
        case HourLimit():
            return texts("hour-limit", limit=error.limit)
        case FileTooLarge():
            return texts("too-large", mb=error.limit_mb)
        case FileGone():
            return texts("file-gone")
        case QuestionTooLong():
            return texts("question-too-long", limit=error.limit)
        case Unsupported():
            return texts(f"unsupported-{error.what}" if error.what else "unsupported")
        case MediaError():
            return texts(f"media-{error.problem.replace(' ', '-')}")
        case _:
            return texts("sorry")
