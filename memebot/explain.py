"""The use case: a picture or a question in, an explanation out.

An explanation is made of entries word for word: the joke that matched, otherwise the format and the concepts
composed, otherwise an honest "not in my base" with the nearest guesses.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from knowledge.entry import Entry, EntryId
from knowledge.reading import EncoderId, Lang, Reading
from knowledge.search import Match, Searcher
from knowledge.words import words

Verdict = Literal["joke", "composed", "unknown"]

COMPOSED_LENGTH = 900
LONG_TITLE = 3  # words
MAX_CONCEPTS = 3
MAX_GUESSES = 2
GUESS_FLOOR = 0.05
FURTHER = 0.8  # how sure a second and third concept must be to be mentioned

SAYINGS: Mapping[Lang, Mapping[str, str]] = {
    "ru": {
        "format": "Формат – «{title}».",
        "topic": "А тема здесь – {title}.",
        "topic_alone": "Шаблон мне не знаком, а тема понятна: {title}.",
        "also": "Ещё тут замешано вот что – {title}.",
        "format_alone": "О чём подпись, я не понял, но сам шаблон знаю.",
        "more": "Подробнее: {titles}",
        "unknown": "Этого мема в моей базе пока нет.",
        "unknown_question": "На такой вопрос у меня пока нет ответа.",
        "guesses": "Ближе всего, но это только догадка: {titles}.",
    },
    "en": {
        "format": "The format is “{title}”.",
        "topic": "The topic here is {title}.",
        "topic_alone": "I do not know this template, but the topic is clear: {title}.",
        "also": "There is also {title} in it.",
        "format_alone": "I could not tell what the caption is about, but I know the template.",
        "more": "More: {titles}",
        "unknown": "This meme is not in my base yet.",
        "unknown_question": "I have no answer to this question yet.",
        "guesses": "The closest I have, and it is only a guess: {titles}.",
    },
}


CERTAINTY: Mapping[Lang, Sequence[tuple[float, str]]] = {
    "ru": ((0.9, "почти наверняка"), (0.7, "скорее всего"), (0.01, "похоже, но не уверен"), (0.0, "не знаю")),
    "en": ((0.9, "almost certainly"), (0.7, "most likely"), (0.01, "looks like it, not sure"), (0.0, "I do not know")),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One answer. ``text`` is what was read; ``explanation`` is Markdown; ``entries`` are what it is made of."""

    verdict: Verdict
    matches: tuple[Match, ...]
    text: str
    lang: Lang
    explanation: str
    entries: tuple[EntryId, ...]
    encoder: EncoderId | None
    timings_ms: Mapping[str, float]

    @property
    def confidence(self) -> float:
        """How sure the answer is: of the less sure of its two main parts, or of the best guess."""
        sure = {match.entry: match.confidence for match in self.matches}
        chosen = [sure[entry] for entry in self.entries[:2]]
        return min(chosen) if chosen else max(sure.values(), default=0.0)

    def to_json(self, path: str | None = None) -> dict[str, Any]:
        """The stable interface for scripts, keys in their documented order."""
        return {
            **({} if path is None else {"path": path}),
            "verdict": self.verdict,
            "matches": [
                {
                    "entry": match.entry,
                    "kind": match.kind,
                    "confidence": round(match.confidence, 4),
                    "evidence": dict(match.evidence),
                }
                for match in self.matches
            ],
            "text": self.text,
            "lang": self.lang,
            "explanation": self.explanation,
            "encoder": self.encoder,
            "timings_ms": {stage: round(ms, 2) for stage, ms in self.timings_ms.items()},
        }


class Explainer:
    """Answers from one base. ``encoder``: whose vectors the readings carry, named in every answer."""

    def __init__(
        self, searcher: Searcher, *, encoder: EncoderId | None = None, min_confidence: float | None = None
    ) -> None:
        self._searcher, self._encoder, self._min_confidence = searcher, encoder, min_confidence

    @property
    def threshold(self) -> float:
        """Below this confidence an entry is a guess."""
        if self._min_confidence is not None:
            return self._min_confidence
        return self._searcher.calibration.threshold

    def explain(self, reading: Reading, lang: Lang) -> Explanation:
        """Explain what was seen."""
        matches, took = _timed(lambda: self._searcher.search(reading))
        answer = self._answer(matches, reading.text, lang, question=False)
        return replace(answer, timings_ms={**reading.timings_ms, "search": took})

    def ask(self, question: str, lang: Lang | None = None) -> Explanation:
        """Answer a question in words, in its own language unless ``lang`` says another."""
        matches, took = _timed(lambda: self._searcher.ask(question))
        answer = self._answer(matches, question, lang or language_of(question), question=True)
        return replace(answer, timings_ms={"search": took})

    def retell(self, matches: Sequence[Match], text: str, lang: Lang, *, question: bool = False) -> Explanation:
        """What matches that were found earlier say now, without searching; entries that are gone are left out."""
        known = self._searcher.entries()
        return self._answer([m for m in matches if m.entry in known], text, lang, question=question)

    def matches(self, text: str) -> list[Match]:
        """What the search finds for a text, by falling confidence."""
        return self._searcher.ask(text)

    def ranking(self, text: str, *, question: bool) -> list[Match]:
        """What a text finds, in the order in which an answer uses it: the joke that is sure enough comes first."""
        matches = self.matches(text)
        chosen = self._choose([m for m in matches if m.confidence >= self.threshold], question=question)
        return [*chosen, *(match for match in matches if match not in chosen)]

    def said(self, text: str) -> Sequence[tuple[EntryId, str, Mapping[str, float]]]:
        """The raw evidence of a text: (entry, its kind, features), for calibration."""
        return self._searcher.said(text)

    def _answer(self, matches: Sequence[Match], text: str, lang: Lang, *, question: bool) -> Explanation:
        sure = [match for match in matches if match.confidence >= self.threshold]
        chosen = self._choose(sure, question=question)
        entries = [self._searcher.entry(match.entry) for match in chosen]
        guesses = [self._searcher.entry(m.entry) for m in matches if m.confidence >= GUESS_FLOOR][:MAX_GUESSES]
        verdict: Verdict = "unknown"
        if not entries:
            words_ = unknown(guesses, lang, question=question)
        elif entries[0].kind == "joke" or question:
            verdict = "joke" if entries[0].kind == "joke" else "composed"
            words_ = whole(entries[0], [self._searcher.entry(e) for e in self._linked(entries[0])], lang)
        else:
            verdict, words_ = "composed", compose(entries, lang)
        return Explanation(
            verdict=verdict,
            matches=tuple(matches),
            text=text,
            lang=lang,
            explanation=words_,
            entries=tuple(entry.id for entry in entries),
            encoder=self._encoder,
            timings_ms={},
        )

    def _choose(self, sure: Sequence[Match], *, question: bool) -> list[Match]:
        if question:
            return list(sure[:1])
        by_kind: dict[str, list[Match]] = {"joke": [], "format": [], "concept": []}
        for match in sure:
            by_kind[match.kind].append(match)
        concepts = by_kind["concept"]
        further = [match for match in concepts[1:MAX_CONCEPTS] if match.confidence >= FURTHER]
        return by_kind["joke"][:1] or [*by_kind["format"][:1], *concepts[:1], *further]

    def _linked(self, entry: Entry) -> list[EntryId]:
        return [*entry.formats, *entry.concepts]


def _timed(work: Callable[[], list[Match]]) -> tuple[list[Match], float]:
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1000


def language_of(text: str) -> Lang:
    """Russian if at least half of the words are Cyrillic: Russians keep English terms in their questions."""
    found = words(text)
    cyrillic = sum(1 for word in found if re.search("[а-яё]", word))
    return "ru" if found and cyrillic * 2 >= len(found) else "en"


def certainty(confidence: float, lang: Lang) -> str:
    """How sure an answer is, in words."""
    for floor, words_ in CERTAINTY[lang]:
        if confidence >= floor:
            return words_
    return CERTAINTY[lang][-1][1]


# --- words --------------------------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\")*]*\s+(?=[«“\"(*`]*[A-ZА-ЯЁ0-9])")
_NOT_AN_END = re.compile(r"(?:\b(?:т|е|д|п|др|см|рис|г|гг|им|e|i|g|vs|cf|Fig|Dr|Mr|St|etc|approx|no|[A-ZА-Я]))\.$")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph of plain text or light Markdown, in order."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[start : end.end()].strip()
        if _NOT_AN_END.search(piece):
            continue
        found.append(piece)
        start = end.end()
    tail = text[start:].strip()
    return [*found, tail] if tail else found


def inner(entry: Entry, lang: Lang) -> str:
    """A title in the middle of a sentence.

    A long one is quoted. A plain word ("Overfitting") loses its capital and a name ("Kaggle") keeps it: the
    first letter becomes small if the entry's own text writes that word so.
    """
    title = entry.title[lang]
    if ":" in title or len(title.split()) > LONG_TITLE:
        return quoted(title, lang)
    small = title[:1].lower() + title[1:]
    first = re.match(r"[\w-]+", small)
    return small if first and re.search(rf"(?<![\w-]){re.escape(first[0])}(?!\w)", entry.text[lang]) else title


def quoted(title: str, lang: Lang) -> str:
    """A title in the quotation marks of the language."""
    return f"«{title}»" if lang == "ru" else f"“{title}”"


def more(entries: Sequence[Entry], lang: Lang) -> str:
    """The closing line with links, or nothing."""
    if not entries:
        return ""
    return SAYINGS[lang]["more"].format(titles=" · ".join(entry.title[lang] for entry in entries))


def whole(entry: Entry, linked: Sequence[Entry], lang: Lang) -> str:
    """One entry's own text under its title, with what it rests on."""
    parts = [f"**{entry.title[lang]}**", entry.text[lang].strip(), more(linked, lang)]
    return "\n\n".join(part for part in parts if part)


def unknown(guesses: Sequence[Entry], lang: Lang, *, question: bool = False) -> str:
    """The honest answer, with guesses marked as such."""
    said = SAYINGS[lang]
    lines = [said["unknown_question" if question else "unknown"]]
    if guesses:
        titles = ", ".join(quoted(guess.title[lang], lang) for guess in guesses)
        lines.append(said["guesses"].format(titles=titles))
    return " ".join(lines)


def compose(entries: Sequence[Entry], lang: Lang) -> str:
    """A format with up to three concepts, or either alone, as one explanation of at most 900 characters.

    Sentences are taken whole from the entries: first what each part must say, then more while there is room.
    """
    said = SAYINGS[lang]
    formats = [entry for entry in entries if entry.kind == "format"]
    concepts = [entry for entry in entries if entry.kind != "format"]
    sections: list[_Section] = []
    for entry in formats[:1]:
        lead = said["format"].format(title=entry.title[lang])
        sections.append(_Section(lead, _quotable(entry, lang), keep=2))
    for number, entry in enumerate(concepts):
        saying = "also" if number else "topic" if formats else "topic_alone"
        lead = said[saying].format(title=inner(entry, lang))
        sections.append(_Section(lead, _quotable(entry, lang), keep=1))
    tail = [more(entries, lang)]
    if formats and not concepts:
        tail.insert(0, said["format_alone"])
    room = COMPOSED_LENGTH - sum(len(part) + 2 for part in tail)
    return "\n\n".join([*_fill(sections, room), *tail])


@dataclass(slots=True)
class _Section:
    """One entry's part of a composition: its lead and how many of its sentences are taken."""

    lead: str
    quotable: list[str]
    keep: int
    taken: int = 0

    def text(self) -> str:
        return " ".join([self.lead, *self.quotable[: self.taken]])


def _quotable(entry: Entry, lang: Lang) -> list[str]:
    return [s for paragraph in re.split(r"\n\s*\n", entry.text[lang].strip()) for s in sentences(
        " ".join(paragraph.split()))]


def _fill(sections: Sequence[_Section], room: int) -> list[str]:
    """Give every section its first sentences, then one more each in turn, while the whole fits into ``room``."""

    def length() -> int:
        return sum(len(section.text()) + 2 for section in sections)

    longest = max((len(section.quotable) for section in sections), default=0)
    wanted = [s for s in sections for _ in range(s.keep)]
    wanted += [s for _ in range(longest) for s in reversed(sections)]
    for section in wanted:
        if section.taken < len(section.quotable):
            section.taken += 1
            if length() > room:
                section.taken -= 1
    return [section.text() for section in sections]
