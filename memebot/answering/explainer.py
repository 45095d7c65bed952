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
from knowledge.search.roles import RoleText
from knowledge.search.searcher import GENERAL, Match, Searcher, choose
from knowledge.stems import words
from memebot.answering.composition import PictureWords, compose, unknown, whole
from memebot.answering.small_talk import SmallTalk, small_talk
from memebot.i18n import phrase
from memebot.vision.compute.stages import stage

Verdict = Literal["joke", "composed", "unknown"]
Recognised = Literal["meme", "template", "topic"]

MAX_GUESSES = 2
GUESS_FLOOR = 0.05
SAID_FLOOR = 0.03
"""So much must words say for a topic that is told as a guess."""
CLOSE = 0.2
"""So sure is a guess that is told beside a template: of less sure ones most are wrong."""
NEARLY = 0.25
"""A guess is told beside a likelier one from this part of its probability on."""


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

    @property
    def recognised(self) -> Recognised:
        """What the confidence speaks of: a known meme, its template, or only what it is about."""
        if self.verdict == "joke":
            return "meme"
        return "topic" if self.template is None else "template"

    @property
    def template(self) -> EntryId | None:
        """The format that the answer names, if any."""
        kinds = {match.entry: match.kind for match in self.matches}
        return next((entry for entry in self.entries if kinds[entry] == "format"), None)

    @property
    def roles(self) -> tuple[RoleText, ...]:
        """The picture's words that play the roles of its format: of the one that is told, or that a joke is made on."""
        formats = [match for match in self.matches if match.kind == "format"]
        if not self.entries or not formats:
            return ()
        return next((match.roles for match in formats if match.entry == self.template), formats[0].roles)

    def to_json(self, path: str | None = None, draft: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The stable interface for scripts, keys in their documented order. ``draft``: what a model drafted."""
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
            "roles": [{"role": said.role, "text": said.text} for said in self.roles],
            "draft": draft,
        }


class Explainer:
    """Answers from one base. ``encoder``: whose vectors the readings carry, named in every answer."""

    def __init__(
        self, searcher: Searcher, *, encoder: EncoderId | None = None, min_confidence: float | None = None
    ) -> None:
        self.searcher, self._encoder, self._min_confidence = searcher, encoder, min_confidence

    @property
    def threshold(self) -> float:
        """Below this confidence an entry is a guess."""
        if self._min_confidence is not None:
            return self._min_confidence
        return self.searcher.calibration.threshold

    def explain(self, reading: Reading, lang: Lang) -> Explanation:
        """Explain what was seen."""
        with stage("search"):
            matches, took = _timed(lambda: self.searcher.search(reading))
        with stage("compose"):
            answer = self._answer(matches, reading.text, lang, question=False)
        return replace(answer, timings_ms={**reading.timings_ms, "search": took})

    def ask(self, question: str, lang: Lang | None = None) -> Explanation:
        """Answer a question in words, in its own language unless ``lang`` says another; small talk in one line."""
        talk = small_talk(question)
        if talk is not None:
            return self._small_talk(talk, question, lang)
        matches, took = _timed(lambda: self.searcher.ask(question))
        answer = self._answer(matches, question, lang or language_of(question), question=True)
        return replace(answer, timings_ms={"search": took})

    def _small_talk(self, talk: SmallTalk, said: str, lang: Lang | None) -> Explanation:
        told: Lang = lang or talk.lang or "en"
        return Explanation("unknown", (), said, told, phrase(told, talk.key), (), self._encoder, {"search": 0.0})

    def caption(self, text: str, lang: Lang | None = None) -> Explanation:
        """Explain words that stand on a picture nobody has at hand, in their own language unless ``lang`` says."""
        matches, took = _timed(lambda: self.searcher.ask(text))
        answer = self._answer(matches, text, lang or language_of(text), question=False)
        return replace(answer, timings_ms={"search": took})

    def retell(self, matches: Sequence[Match], text: str, lang: Lang, *, question: bool = False) -> Explanation:
        """What matches that were found earlier say now, without searching.

        Entries that were renamed or merged since are told as what they are now, those that are gone are left out.
        """
        known = self.searcher.entries()
        present: dict[EntryId, Match] = {}
        for match in matches:
            entry = match.entry if match.entry in known else self.searcher.current_id(match.entry)
            if entry is not None:
                present.setdefault(entry, replace(match, entry=entry, kind=known[entry].kind))
        return self._answer([*present.values()], text, lang, question=question)

    def ranking(self, text: str, *, question: bool) -> list[Match]:
        """What a text finds, in the order in which an answer uses it: the joke that is sure enough comes first."""
        return self._ranked(self.searcher.ask(text), question=question)

    def rankings(self, texts: Sequence[tuple[str, bool]]) -> list[list[Match]]:
        """``ranking`` of several texts, each with whether it is a question, in less time than one by one."""
        found = self.searcher.ask_each([text for text, _ in texts])
        return [self._ranked(matches, question=asked) for matches, (_, asked) in zip(found, texts, strict=True)]

    def _ranked(self, matches: Sequence[Match], *, question: bool) -> list[Match]:
        chosen = choose(matches, self.threshold, question=question)
        return [*chosen, *(match for match in matches if match not in chosen)]

    def _answer(self, matches: Sequence[Match], text: str, lang: Lang, *, question: bool) -> Explanation:
        chosen = choose(matches, self.threshold, question=question)
        entries = [self.searcher.entry(match.entry) for match in chosen]
        guesses = guessed(matches, question=question)
        verdict: Verdict = "unknown"
        if not entries:
            explanation = unknown([self.searcher.entry(one.entry) for one in guesses], lang, question=question)
        else:
            verdict = "joke" if entries[0].kind == "joke" else "composed"
            linked = [entry for entry in self._linked(entries[0]) if entry not in entries]
            if question:
                explanation = whole(entries[0], linked, lang)
            else:
                rests_on = linked if verdict == "joke" else ()
                picture = self._picture_words(chosen, matches, text)
                close = [self.searcher.entry(one.entry) for one in guesses if one.confidence >= CLOSE]
                explanation = compose(entries, lang, picture, rests_on, close)
        return Explanation(
            verdict=verdict,
            matches=tuple(matches),
            text=text,
            lang=lang,
            explanation=explanation,
            entries=tuple(entry.id for entry in entries),
            encoder=self._encoder,
            timings_ms={},
        )

    def _picture_words(self, chosen: Sequence[Match], matches: Sequence[Match], text: str) -> PictureWords:
        """What an answer may quote. The picture itself says enough where it is known: then nothing is quoted."""
        mended = self.searcher.mended
        text = next((match.caption for match in matches if match.caption), text)
        roles = next((match.roles for match in chosen if match.kind == "format"), ())
        roles = tuple(replace(one, text=mended(one.text)) for one in roles)
        known = any(match.kind == "joke" and "copy" in match.evidence for match in chosen)
        return PictureWords("" if known else mended(text), roles, {match.entry: match.words for match in chosen})

    def _linked(self, entry: Entry) -> list[Entry]:
        """What an entry links to, as far as the base has it: a broken file must not spoil the others."""
        known = self.searcher.entries()
        return [known[link] for link in (*entry.formats, *entry.concepts) if link in known]


def guessed(matches: Sequence[Match], *, question: bool) -> list[Match]:
    """What is told as a guess where nothing is sure: of a picture what its words may be about, else what it may show.

    A second guess is told where it is nearly as likely as the first.
    """
    told = [m for m in matches if m.evidence.get("said", 0.0) >= SAID_FLOOR and m.kind != "format"]
    about = [match for match in told if match.entry not in GENERAL]
    if about and not question:
        return [match for match in about if match.confidence >= about[0].confidence * NEARLY][:MAX_GUESSES]
    return [match for match in matches if match.confidence >= GUESS_FLOOR][:MAX_GUESSES]


def _timed(work: Callable[[], list[Match]]) -> tuple[list[Match], float]:
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1000


_ENGLISH = frozenset(
    words(
        "what why how who when where which is are was do does did can could should would will the a an my your i we"
        " you it this that to of in on for with not and or if about explain tell mean means meme meaning"
    )
)


def language_of(text: str, chosen: Lang | None = None) -> Lang:
    """Russian if at least half of the words are Cyrillic: Russians keep English terms in their questions.

    ``chosen``: the language that the person chose, which counts for bare terms such as "GAN" or "loss nan".
    """
    found = words(text)
    cyrillic = sum(1 for word in found if re.search("[а-яё]", word))
    if found and cyrillic * 2 >= len(found):
        return "ru"
    if chosen is not None and not cyrillic and _ENGLISH.isdisjoint(found):
        return chosen
    return "en"
