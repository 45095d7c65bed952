"""The words of an explanation: entries word for word, and the bot's own sentences around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.entry.model import Entry
from knowledge.reading import Lang
from memebot.i18n import phrase

COMPOSED_LENGTH = 900

_CERTAINTY = ((0.9, "certainty-high"), (0.7, "certainty-good"), (0.01, "certainty-low"))


def certainty(confidence: float, lang: Lang) -> str:
    """How sure an answer is, in words."""
    return phrase(lang, next((key for floor, key in _CERTAINTY if confidence >= floor), "certainty-none"))


_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\")*]*\s+(?=[«“\"(*`]*[A-ZА-ЯЁ0-9])")
_NOT_AN_END = re.compile(r"(?:\b(?:т|е|д|п|др|см|рис|г|гг|им|e|i|g|vs|cf|Fig|Dr|Mr|St|etc|approx|no|[A-ZА-Я]))\.$")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph of plain text or light Markdown, in order; a quotation is never cut."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[start : end.end()].strip()
        if _NOT_AN_END.search(piece) or _open_quotation(piece):
            continue
        found.append(piece)
        start = end.end()
    tail = text[start:].strip()
    return [*found, tail] if tail else found


def _open_quotation(text: str) -> bool:
    return text.count("«") > text.count("»") or text.count("“") > text.count("”") or text.count('"') % 2 == 1


def quoted(title: str, lang: Lang) -> str:
    """A title in the quotation marks of the language, unless it brings its own."""
    if re.search("[«»“”]", title):
        return title
    return f"«{title}»" if lang == "ru" else f"“{title}”"


def more(entries: Sequence[Entry], lang: Lang) -> str:
    """The closing line with links, or nothing."""
    if not entries:
        return ""
    return phrase(lang, "answer-more", titles=" · ".join(entry.title[lang] for entry in entries))


def whole(entry: Entry, linked: Sequence[Entry], lang: Lang) -> str:
    """One entry's own text under its title, with what it rests on."""
    parts = [f"**{entry.title[lang]}**", entry.text[lang].strip(), more(linked, lang)]
    return "\n\n".join(part for part in parts if part)


def unknown(guesses: Sequence[Entry], lang: Lang, *, question: bool = False) -> str:
    """The honest answer, with guesses marked as such."""
    lines = [phrase(lang, "answer-unknown-question" if question else "answer-unknown")]
    if guesses:
        titles = ", ".join(quoted(guess.title[lang], lang) for guess in guesses)
        lines.append(phrase(lang, "answer-guesses", titles=titles))
    return " ".join(lines)


def compose(entries: Sequence[Entry], lang: Lang) -> str:
    """A format with up to three concepts, or either alone, as one explanation of at most 900 characters.

    Quotes the entries word for word: of a format what is in the picture and how it is read, of a concept what
    it is, then whole paragraphs while there is room, so that no example breaks off.
    """
    formats = [entry for entry in entries if entry.kind == "format"]
    concepts = [entry for entry in entries if entry.kind != "format"]
    form = []
    for entry in formats[:1]:
        lead = phrase(lang, "answer-format", title=quoted(entry.title[lang], lang))
        form.append(EntryQuotation(lead, _paragraphs(entry, lang), keep=2))
    leads = ["answer-topic" if formats else "answer-topic-alone", "answer-also", "answer-last"]
    topics = [
        EntryQuotation(phrase(lang, lead), _paragraphs(entry, lang), keep=1)
        for lead, entry in zip(leads, concepts, strict=False)
    ]
    tail = [more(entries, lang)]
    if formats and not concepts:
        tail.insert(0, phrase(lang, "answer-format-alone"))
    _fill([*topics, *form], COMPOSED_LENGTH - sum(len(part) + 2 for part in tail))
    return "\n\n".join([*(section.text() for section in (*form, *topics)), *tail])


@dataclass(slots=True)
class EntryQuotation:
    """One entry's part of a composition.

    ``keep``: how many sentences are quoted in any case. ``whole``: how many paragraphs are quoted beyond that.
    """

    lead: str
    paragraphs: list[list[str]]
    keep: int
    whole: int = 0

    def text(self) -> str:
        first = " ".join(self.paragraphs[0] if self.whole else self.paragraphs[0][: self.keep])
        return "\n\n".join([f"{self.lead} {first}", *(" ".join(p) for p in self.paragraphs[1 : self.whole])])


def _paragraphs(entry: Entry, lang: Lang) -> list[list[str]]:
    """The sentences of each paragraph."""
    return [sentences(" ".join(p.split())) for p in re.split(r"\n\s*\n", entry.text[lang].strip())]


def _fill(sections: Sequence[EntryQuotation], room: int) -> None:
    """Let the sections grow by a paragraph each in turn while all of them fit into ``room``."""
    growing = list(sections)
    while growing:
        section = growing.pop(0)
        section.whole += 1
        if sum(len(s.text()) + 2 for s in sections) > room:
            section.whole -= 1
        elif section.whole < len(section.paragraphs):
            growing.append(section)
