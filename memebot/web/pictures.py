"""Pictures on pages: a visitor's with its evidence, the examples, and the cards beside links.

Nothing of what a visitor sends is kept.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.entry.model import Box, EntryId
from knowledge.reading import Lang, Line
from memebot.answering.explainer import Explanation
from memebot.i18n import phrase
from memebot.vision.web_pictures import link_card, thumbnail
from memebot.web.glossary import EntryPage, Glossary

THUMBNAIL_SIDE = 440
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Spot:
    """Words that play a role: where they stand, what the role is called in each language, and the words."""

    box: Box
    name: Mapping[Lang, str]
    text: str


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """One answer about a picture.

    ``answers``: the same answer in each language. ``picture``: the key frame it speaks of, a JPEG of our own making,
    and ``size`` its width and height. ``lines``: what was read on that frame. ``exemplar``: the known picture that it
    is most like and the entry that has it, where one was recognised.
    """

    answers: Mapping[Lang, Explanation]
    picture: bytes
    size: tuple[int, int]
    lines: Sequence[Line]
    spots: Sequence[Spot]
    exemplar: tuple[EntryId, str] | None

    @property
    def address(self) -> str:
        """The picture as an address that a page can show."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.picture).decode()}"


class PageFiles:
    """Files of one site. Belongs to the thread of its glossary."""

    def __init__(self, glossary: Glossary, examples: Sequence[Path], name: str) -> None:
        """``name``: whose pages these are, as a card says it."""
        self._glossary, self._name = glossary, name
        self._examples: Mapping[str, Path] = {path.name: path for path in examples}
        self._thumbnails: dict[str, bytes] = {}

    def example(self, name: str) -> bytes | None:
        """A shipped example, whole; ``None`` for any other name."""
        path = self._examples.get(name)
        return None if path is None else path.read_bytes()

    def thumbnail(self, name: str) -> bytes | None:
        """The same, small, as a JPEG."""
        data = self.example(name)
        if data is not None and name not in self._thumbnails:
            self._thumbnails[name] = thumbnail(data, THUMBNAIL_SIDE)
        return self._thumbnails.get(name)

    def card(self, entry_id: str, lang: Lang) -> bytes | None:
        """The PNG beside a link to an entry; ``None`` where there is no such entry."""
        page = self._glossary.page(entry_id, lang)
        return None if page is None else card_of(page, self._name)


def card_of(page: EntryPage, name: str) -> bytes:
    """The card of an entry's page."""
    return _card(page.title, phrase(page.lang, f"kind-{page.entry.kind}"), page.summary, name)


@lru_cache(_KEPT)
def _card(title: str, kind: str, summary: str, name: str) -> bytes:
    return link_card(title, kind, summary, name)
