"""Everything that people read, as Telegram HTML: at most 4,096 characters, and harmless whatever is in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token

from memebot.answering.composition import certainty
from memebot.answering.errors import AnsweringError, HourLimit, QuestionTooLong
from memebot.channel.posts.captions import plain, units
from memebot.channel.words import unpublished
from memebot.i18n import short
from memebot.inference import QueueError, QueueFull, QueuePosition, TooManyAtOnce
from memebot.telegram.errors import ChatError, FileGone, FileTooLarge, Unsupported
from memebot.vision.errors import MediaError

if TYPE_CHECKING:
    from memebot.answering.pages import Page
    from memebot.i18n import Texts

MESSAGE = 4096
"""Telegram's limit for a message, in UTF-16 units of what is seen."""
ROOM = 300  # for what stands around an explanation
_ELLIPSIS = "…"
_READ = 4 * MESSAGE  # characters of Markdown that are read: a bracket takes 20 µs

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough")
_TAGS = {"strong": "b", "em": "i", "s": "s", "heading": "b", "blockquote": "blockquote"}
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_URL = re.compile(r"https?://[^\s<>\"]+\Z", re.ASCII | re.IGNORECASE)


def escaped(text: str) -> str:
    """Somebody's text within HTML."""
    return escape(plain(text), quote=False)


def link(html: str, address: str | None) -> str:
    """HTML that leads to an address; as it is where there is none."""
    return f'<a href="{escape(address)}">{html}</a>' if address else html


def excerpt(text: str, limit: int) -> str:
    """Somebody's text within HTML, on one line and shortened."""
    return escaped(short(one_line(text), limit))


def reason(why: str, texts: Texts) -> str:
    """Why Telegram has not taken something, as HTML: a code of ours in words, else what it said."""
    return escaped(unpublished(plain(why), texts))


def one_line(text: str) -> str:
    """Somebody's text on one line."""
    return " ".join(plain(text).split())


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
    blocks = _Blocks(_Writer(limit))
    for token in _MARKDOWN.parse(plain(markdown if len(markdown) <= _READ else markdown[:_READ] + _ELLIPSIS)):
        blocks.write(token)
    return blocks.writer.html()


class _Blocks:
    """Writes block after block: paragraphs apart, items of lists on lines of their own."""

    def __init__(self, writer: _Writer) -> None:
        self.writer = writer
        self._lists: list[int | None] = []  # the next number, or None for bullets
        self._tight = False

    def write(self, token: Token) -> None:
        match token.type:
            case "inline":
                for child in token.children or []:
                    _inline(child, self.writer)
            case "fence" | "code_block":
                self.writer.gap("\n\n")
                _code("pre", token.content.rstrip("\n"), self.writer)
            case "hr":
                self.writer.gap("\n\n")
                self.writer.text("———")
            case "paragraph_open":
                self._paragraph()
            case "heading_open" | "blockquote_open":
                self.writer.gap("\n\n")
                self.writer.begin(_TAGS[token.type.removesuffix("_open")])
                self._tight = True
            case "heading_close" | "blockquote_close":
                self.writer.end()
                self._tight = False
            case _:
                self._list(token)

    def _paragraph(self) -> None:
        if not self._tight:
            self.writer.gap("\n" if self._lists else "\n\n")
        self._tight = False

    def _list(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                if not self._lists:
                    self.writer.gap("\n")
                first = None if token.type == "bullet_list_open" else int(token.attrs.get("start", 1))
                self._lists.append(first)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1]
                self.writer.gap("\n")
                self.writer.text("  " * (len(self._lists) - 1) + ("• " if number is None else f"{number}. "))
                self._lists[-1] = None if number is None else number + 1
                self._tight = True


def _inline(token: Token, writer: _Writer) -> None:
    kind = token.type
    name = kind.removesuffix("_open")
    if kind in ("text", "image"):
        writer.text(token.content)
    elif kind in _BREAKS:
        writer.text(_BREAKS[kind])
    elif kind == "code_inline":
        _code("code", token.content, writer)
    elif kind == "link_open":
        _link(str(token.attrs.get("href", "")), writer)
    elif name in _TAGS:
        writer.begin(_TAGS[name])
    elif kind.endswith("_close") and writer.open:
        writer.end()


def _code(tag: str, text: str, writer: _Writer) -> None:
    writer.begin(tag)
    writer.text(text)
    writer.end()


def _link(address: str, writer: _Writer) -> None:
    """A link that people may follow; of any other the text stays."""
    if _URL.match(address):
        writer.begin("a", f' href="{escape(address)}"')
    else:
        writer.open.append("")


def quoted(text: str, limit: int = 3500) -> str:
    """Somebody's text, word for word, in a quotation that unfolds."""
    writer = _Writer(limit)
    writer.begin("blockquote", " expandable")
    writer.text(text)
    return writer.html()


# --- what is said -----------------------------------------------------------------------------------------


def page(shown: Page, texts: Texts) -> str:
    """One page of an answer."""
    if shown.view.kind == "read":
        read = plain(shown.answer.text).strip()
        return f"{texts('read-title')}\n{quoted(read)}" if read else texts("read-nothing")
    body = to_html(shown.markdown, MESSAGE - ROOM)
    if shown.view.kind == "guess":
        body = f"<i>{texts('guess-title', number=shown.view.guess + 1)}</i>\n\n{body}"
    elif shown.view.kind == "answer" and shown.answer.verdict != "unknown":
        if not shown.entries:
            return texts("entries-gone")
        what = f"sure-{shown.recognised}" if shown.answer.kind == "picture" else "sure-question"
        body = f"{body}\n\n<i>{texts(what, certainty=certainty(shown.confidence, texts.lang))}</i>"
    return linked(body, shown.address, texts)


def linked(body: str, address: str, texts: Texts) -> str:
    """HTML with, below it, the way to where it can be read on the site; as it is where there is none (``""``)."""
    return f"{body}\n\n{link(texts('page-link'), address)}" if address else body


def post_heading(address: str | None, texts: Texts) -> str:
    """What stands above an answer that is about a post of the channel."""
    return link(texts("why-post"), address) if address else f"<b>{texts('why-post')}</b>"


def post_heading_of(message: object, catalogues: Sequence[Texts], texts: Texts) -> str:
    """The heading that a message of ours has, whatever its language was, in this one; nothing where it has none."""
    said = getattr(message, "text", None) or ""
    known = {catalogue("why-post") for catalogue in catalogues}
    if said.partition("\n")[0] not in known:
        return ""
    first = [entity for entity in getattr(message, "entities", None) or () if entity.offset == 0]
    return post_heading(next((entity.url for entity in first if entity.url), None), texts)


def place(where: QueuePosition, texts: Texts) -> str:
    """Where somebody stands in the queue."""
    return texts("queue-place", ahead=where.ahead, seconds=max(1, round(where.seconds)))


def refusal(error: ChatError | AnsweringError | QueueError | MediaError, texts: Texts) -> str:
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
        case MediaError(format=name) if name:
            return texts("media-unsupported-named", format=name)
        case MediaError():
            return texts(f"media-{error.problem.replace(' ', '-')}")
        case _:
            return texts("sorry")
