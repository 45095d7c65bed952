"""What the pages of an answer say, and what is found while somebody types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import Lang
from knowledge.search.searcher import Searcher
from knowledge.store.base import KnowledgeBase
from memebot.addresses import Addresses
from memebot.answering.composition import sentences, whole
from memebot.answering.explainer import GUESS_FLOOR, MAX_GUESSES, Explainer, Explanation, Recognised
from memebot.answering.record import Answer

MAX_LINKS = 4
MAX_CANDIDATES = 5
FOUND_INLINE = 20


@dataclass(frozen=True, slots=True)
class PageView:
    """Which page of an answer: the answer itself, what was read, the guess of a number from 0, or an entry."""

    kind: Literal["answer", "read", "guess", "entry"]
    guess: int = 0
    entry: EntryId | None = None

    @classmethod
    def parse(cls, code: str) -> PageView | None:
        """What ``str`` of a view gave: ``m``, ``r``, ``g0``…, ``e<entry>``; None for anything else."""
        number = code[1:]
        match code[:1]:
            case "e":
                return cls("entry", entry=EntryId(number))
            case "g" if number.isdecimal():
                return cls("guess", int(number))
        return {"m": ANSWER, "r": READ}.get(code)

    def __str__(self) -> str:
        match self.kind:
            case "entry":
                return f"e{self.entry}"
            case "guess":
                return f"g{self.guess}"
        return "m" if self.kind == "answer" else "r"


ANSWER, READ = PageView("answer"), PageView("read")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer.

    ``entries``: what the answer is made of. ``links``: (entry, title) to open from here. ``guess``: the number of the
    guess that comes next, if any. ``address``: where this can be read on the web, "" where it cannot.
    """

    answer: Answer
    lang: Lang
    view: PageView = ANSWER
    markdown: str = ""
    confidence: float = 0.0
    recognised: Recognised = "meme"
    entries: tuple[EntryId, ...] = ()
    links: tuple[tuple[EntryId, str], ...] = ()
    guess: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class InlineResult:
    """An entry for inline mode; ``address``: of its page on the site, "" where there is none."""

    entry: EntryId
    title: str
    summary: str
    markdown: str
    address: str


class Pages:
    """The base as the chat reads it. Belongs to the thread of its database."""

    def __init__(
        self,
        kb: KnowledgeBase,
        searcher: Searcher,
        *,
        questions: Explainer,
        pictures: Explainer,
        addresses: Addresses | None = None,
    ) -> None:
        """``questions`` answers in words; ``pictures`` words what was found for pictures by their own threshold.

        ``addresses``: of the site where entries can be read, if there is one.
        """
        self.kb, self._searcher, self._addresses = kb, searcher, addresses
        self.questions, self.pictures = questions, pictures
        self._named: tuple[Mapping[EntryId, Entry], Mapping[EntryId, str]] = ({}, {})

    def first(self, answer: Answer, explanation: Explanation) -> Page:
        """The main page of an answer that says ``explanation``."""
        candidates = _candidates(explanation)
        return Page(
            answer,
            explanation.lang,
            markdown=explanation.explanation,
            confidence=explanation.confidence,
            recognised=explanation.recognised,
            entries=explanation.entries,
            links=self._titles(self._linked(explanation, candidates), explanation.lang),
            guess=0 if candidates and explanation.entries else None,
            address=self._address(explanation.entries, explanation.lang),
        )

    def page(self, answer: Answer, lang: Lang, view: PageView) -> Page | None:
        """A page of an answer as the base words it now, or None if there is no such page (any more)."""
        if view.kind == "read":
            return Page(answer, lang, view)
        if view.entry is not None:
            return self._entry(answer, lang, view, view.entry)
        question = answer.kind == "question"
        explainer = self.questions if question else self.pictures
        explanation = explainer.retell(answer.matches, answer.text, lang, question=question)
        if view.kind == "answer":
            return self.first(answer, explanation)
        following = _candidates(explanation)[view.guess :]
        if not following:
            return None
        return self._entry(answer, lang, view, following[0], guess=view.guess + 1 if following[1:] else None)

    def _linked(self, explanation: Explanation, candidates: Sequence[EntryId]) -> Sequence[EntryId]:
        """What an answer's buttons open: guesses, or a whole entry's links, or the parts of a composition."""
        if not explanation.entries:
            return candidates[:MAX_GUESSES]
        if len(explanation.entries) > 1:
            return explanation.entries
        entry = self._searcher.entry(explanation.entries[0])
        is_whole = entry.kind == "joke" or explanation.explanation.startswith(f"**{entry.title[explanation.lang]}**")
        return [*entry.formats, *entry.concepts] if is_whole else [entry.id]

    def _entry(
        self, answer: Answer, lang: Lang, view: PageView, entry_id: EntryId, *, guess: int | None = None
    ) -> Page | None:
        present = self._searcher.current_id(entry_id)
        if present is None:
            return None
        entry = self._searcher.entry(present)
        links, address = self._titles([*entry.formats, *entry.concepts], lang), self._address([present], lang)
        return Page(answer, lang, view, whole(entry, [], lang), links=links, guess=guess, address=address)

    def _address(self, entries: Sequence[EntryId], lang: Lang) -> str:
        """Where an answer's joke or topic can be read, of a template alone that template."""
        if self._addresses is None or not entries:
            return ""
        told = next((e for e in entries if self._searcher.entry(e).kind != "format"), entries[0])
        return self._addresses.whole(self._addresses.entry(lang, told))

    def title(self, entry: EntryId, lang: Lang) -> str:
        """The title of an entry, its id if it is gone."""
        present = self._searcher.current_id(entry)
        return entry if present is None else self._searcher.entry(present).title[lang]

    def _titles(self, entries: Sequence[EntryId], lang: Lang) -> tuple[tuple[EntryId, str], ...]:
        known = self._searcher.entries()
        return tuple((e, known[e].title[lang]) for e in dict.fromkeys(entries) if e in known)[:MAX_LINKS]

    def find(self, query: str, lang: Lang) -> list[InlineResult]:
        """Entries whose title or alias begins with the query, then what answers it, best first."""
        return [
            InlineResult(e.id, e.title[lang], _first(e, lang), whole(e, [], lang), self._address([e.id], lang))
            for e in self.matching(query, lang)
        ]

    def matching(self, query: str, lang: Lang) -> list[Entry]:
        """``find``, as entries."""
        known = self._searcher.entries()
        wanted = " ".join(query.casefold().split())
        if not wanted:
            return []
        begun = [known[e] for e, names in self._names(known).items() if wanted in names and _begins(names, wanted)]
        begun.sort(key=lambda e: (e.kind != "concept", len(e.title[lang]), e.id))
        answers = [known[m.entry] for m in self._searcher.ask(query) if m.confidence >= GUESS_FLOOR]
        both = {entry.id: entry for entry in (*begun, *answers)}
        return list(both.values())[:FOUND_INLINE]

    def _names(self, known: Mapping[EntryId, Entry]) -> Mapping[EntryId, str]:
        """Titles and aliases of all entries, a line a name, folded once for every state of the base."""
        if self._named[0] is not known:
            names = {e.id: "\n".join(("", *e.title.values(), *e.aliases)).casefold() for e in known.values()}
            self._named = known, names
        return self._named[1]


def _candidates(explanation: Explanation) -> list[EntryId]:
    """What the picture may be about, too, the likeliest first."""
    guesses = [m.entry for m in explanation.matches if m.confidence >= GUESS_FLOOR]
    return [entry for entry in guesses if entry not in explanation.entries][:MAX_CANDIDATES]


def _begins(names: str, wanted: str) -> bool:
    """Whether one of the names, or a word in it, begins with what was typed."""
    return f"\n{wanted}" in names or f" {wanted}" in names


def _first(entry: Entry, lang: Lang) -> str:
    """An entry's first sentence, as much of it as a list of results has room for."""
    return "".join(sentences(" ".join(entry.text[lang].split()))[:1])[:200]
