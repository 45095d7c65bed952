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

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Lang, Reading
from knowledge.search.searcher import Match, Searcher, choose
from knowledge.stems import words

Verdict = Literal["joke", "composed", "unknown"]

COMPOSED_LENGTH = 900
MAX_GUESSES = 2
GUESS_FLOOR = 0.05

SAYINGS: Mapping[Lang, Mapping[str, str]] = {
    "ru": {
        "format": "Формат – {title}.",
        "topic": "А шутят здесь вот о чём.",
        "topic_alone": "Шаблон мне не знаком, а тему узнаю.",
        "also": "И заодно вот о чём.",
        "last": "И наконец вот что.",
        "format_alone": "О чём подпись, я не понял, но сам шаблон знаю.",
        "more": "Подробнее: {titles}",
        "unknown": "Этого мема в моей базе пока нет.",
        "unknown_question": "На такой вопрос у меня пока нет ответа.",
        "guesses": "Ближе всего, но это только догадка: {titles}.",
    },
    "en": {
        "format": "The format is {title}.",
        "topic": "And here is what the joke is about.",
        "topic_alone": "I do not know this template, but I do know the topic.",
        "also": "This comes into it, too.",
        "last": "And so does this.",
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
        """What matches that were found earlier say now, without searching.

        Entries that were renamed or merged since are told as what they are now, those that are gone are left out.
        """
        present: dict[EntryId, Match] = {}
        for match in matches:
            if (entry := self._searcher.current_id(match.entry)) is not None:
                kind = self._searcher.entry(entry).kind
                present.setdefault(entry, replace(match, entry=entry, kind=kind))
        return self._answer([*present.values()], text, lang, question=question)

    def matches(self, text: str) -> list[Match]:
        """What the search finds for a text, by falling confidence."""
        return self._searcher.ask(text)

    def ranking(self, text: str, *, question: bool) -> list[Match]:
        """What a text finds, in the order in which an answer uses it: the joke that is sure enough comes first."""
        matches = self.matches(text)
        chosen = choose(matches, self.threshold, question=question)
        return [*chosen, *(match for match in matches if match not in chosen)]

    def said(self, text: str) -> Sequence[tuple[EntryId, str, Mapping[str, float]]]:
        """The raw evidence of a text: (entry, its kind, features), for calibration."""
        return self._searcher.text_features(text)

    def _answer(self, matches: Sequence[Match], text: str, lang: Lang, *, question: bool) -> Explanation:
        chosen = choose(matches, self.threshold, question=question)
        entries = [self._searcher.entry(match.entry) for match in chosen]
        guesses = [self._searcher.entry(m.entry) for m in matches if m.confidence >= GUESS_FLOOR][:MAX_GUESSES]
        verdict: Verdict = "unknown"
        if not entries:
            words_ = unknown(guesses, lang, question=question)
        elif entries[0].kind == "joke" or question:
            verdict = "joke" if entries[0].kind == "joke" else "composed"
            words_ = whole(entries[0], self._linked(entries[0]), lang)
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

    def _linked(self, entry: Entry) -> list[Entry]:
        """What an entry links to, as far as the base has it: a broken file must not spoil the others."""
        known = self._searcher.entries()
        return [known[link] for link in (*entry.formats, *entry.concepts) if link in known]


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

    Quotes the entries word for word: of a format what is in the picture and how it is read, of a concept what
    it is, then whole paragraphs while there is room, so that no example breaks off.
    """
    said = SAYINGS[lang]
    formats = [entry for entry in entries if entry.kind == "format"]
    concepts = [entry for entry in entries if entry.kind != "format"]
    form = [
        _Section(said["format"].format(title=quoted(entry.title[lang], lang)), _paragraphs(entry, lang), keep=2)
        for entry in formats[:1]
    ]
    leads = ["topic" if formats else "topic_alone", "also", "last"]
    topics = [
        _Section(said[lead], _paragraphs(entry, lang), keep=1) for lead, entry in zip(leads, concepts, strict=False)
    ]
    tail = [more(entries, lang)]
    if formats and not concepts:
        tail.insert(0, said["format_alone"])
    _fill([*topics, *form], COMPOSED_LENGTH - sum(len(part) + 2 for part in tail))
    return "\n\n".join([*(section.text() for section in (*form, *topics)), *tail])


@dataclass(slots=True)
class _Section:
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


def _fill(sections: Sequence[_Section], room: int) -> None:
    """Let the sections grow by a paragraph each in turn while all of them fit into ``room``."""
    growing = list(sections)
    while growing:
        section = growing.pop(0)
        section.whole += 1
        if sum(len(s.text()) + 2 for s in sections) > room:
            section.whole -= 1
        elif section.whole < len(section.paragraphs):
            growing.append(section)
