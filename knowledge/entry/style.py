"""Warnings: what is legal in an entry but will disappoint a reader, or lead texts to the wrong entry."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from knowledge.entry.markdown import line_of, lines_of_text
from knowledge.entry.model import Entry, EntryId
from knowledge.entry.problems import Code, Fact, Problem
from knowledge.reading import LANGS, Lang
from knowledge.stems import everyday_stems, stem, stems, stop_stems, words

WORDS = (60, 160)
"""How many words an explanation should have."""
BALANCE = 0.6
"""How long one language should be at least, as a part of the other, in characters."""
ALIKE = 0.8
"""Entries that share so large a part of their words are told apart by luck."""
SHORT_WORD = 4

_Term = tuple[str, ...]


def warnings(entries: Sequence[Entry]) -> list[Problem]:
    """What is legal in these entries but will disappoint; paths are those of the entries."""
    terms = ConceptNames(entries)
    earlier = Neighbours()
    found: list[Problem] = []
    for entry in entries:
        found += [*terms.warnings(entry), *earlier.warnings(entry)]
        earlier.add(entry)
    return found


class Neighbours:
    """By which names and words entries are found; warns where another entry is found by the same."""

    def __init__(self) -> None:
        self._names: dict[_Term, list[Entry]] = defaultdict(list)
        self._phrases: dict[str, list[Entry]] = defaultdict(list)
        self._profiles: dict[EntryId, tuple[Entry, frozenset[str]]] = {}
        self._having: dict[str, set[EntryId]] = defaultdict(set)

    def add(self, entry: Entry) -> None:
        for term in _names(entry):
            self._names[term].append(entry)
        for phrase in {_folded(phrase) for _, _, phrase in _asked_phrases(entry)}:
            self._phrases[phrase].append(entry)
        self._profiles[entry.id] = entry, (profile := _profile(entry))
        for word in profile:
            self._having[word].add(entry.id)

    def remove(self, entry: Entry) -> None:
        """Take back what ``add`` did with this entry."""
        for term in _names(entry):
            self._names[term] = [one for one in self._names[term] if one.id != entry.id]
        for phrase in {_folded(phrase) for _, _, phrase in _asked_phrases(entry)}:
            self._phrases[phrase] = [one for one in self._phrases[phrase] if one.id != entry.id]
        _, profile = self._profiles.pop(entry.id, (entry, frozenset[str]()))
        for word in profile:
            self._having[word].discard(entry.id)

    def warnings(self, entry: Entry) -> Iterator[Problem]:
        """About an entry beside those that were added; itself among them is passed over."""
        for term in sorted(_names(entry)):
            for other in self._names.get(term, ()):
                if other.id != entry.id:
                    facts = {"path": str(other.path), "name": " ".join(term)}
                    yield _warning(entry, _line_of_name(entry, term), "name-double", facts)
        for field, lang, phrase in _asked_phrases(entry):
            for other in self._phrases.get(_folded(phrase), ()):
                if other.id != entry.id:
                    facts = {"path": str(other.path), "phrase": phrase}
                    yield _warning(entry, line_of(entry, field, phrase), "phrase-shared", facts, field, lang)
        profile = _profile(entry)
        near = self._maybe_alike(profile) - {entry.id}
        for other, words_of_other in (self._profiles[one] for one in self._profiles if one in near):
            if _alike(words_of_other, profile):
                yield _warning(entry, line_of(entry, "keywords"), "entries-alike", {"path": str(other.path)})

    def _maybe_alike(self, profile: frozenset[str]) -> set[EntryId]:
        """Those that have one of the rarest words at least: who has none of so many is not alike."""
        rarest = sorted(profile, key=lambda word: len(self._having.get(word, ())))
        enough = len(profile) - math.ceil(ALIKE * len(profile)) + 1
        return {one for word in rarest[:enough] for one in self._having.get(word, ())}


class ConceptNames:
    """What the concepts of a base are called; warns about one entry's explanation, phrases and missing links."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._terms = _concept_terms(entries)
        self._longest: dict[str, int] = {}
        for term in self._terms:
            self._longest[term[0]] = max(len(term), self._longest.get(term[0], 0))

    def warnings(self, entry: Entry) -> Iterator[Problem]:
        """About an entry by itself; it may be one of those that were given."""
        for lang in LANGS:
            yield from _length(entry, lang)
        yield from _balance(entry)
        yield from _common_phrases(entry)
        yield from self._jargon(entry)
        if entry.kind == "format" and not entry.roles and not entry.rows:
            yield _warning(entry, 1, "roles-missing", {}, "roles")

    def _jargon(self, entry: Entry) -> Iterator[Problem]:
        """Concepts that an explanation mentions without a link, each once, at its first mention."""
        told = {entry.id, *entry.links}
        for lang in LANGS:
            for number, line in enumerate(entry.text[lang].split("\n")):
                for mention, concept in self._mentions(line):
                    if concept not in told:
                        told.add(concept)
                        facts = {"mention": mention, "link": concept}
                        yield _warning(entry, lines_of_text(entry, lang)[1] + number, "link-wanted", facts, "concepts")

    def _mentions(self, line: str) -> Iterator[tuple[str, EntryId]]:
        """Names of concepts in a line, the longest at each place."""
        found = words(line)
        inflected = tuple(_inflected(word) for word in found)
        start = 0
        while start < len(found):
            longest = max(self._longest.get(found[start], 0), self._longest.get(inflected[start], 0))
            if not longest:
                start += 1
                continue
            lengths = range(min(longest, len(found) - start), 0, -1)
            here = ((tuple(said[start : start + n]), n) for n in lengths for said in (found, inflected))
            term, length = next(((term, n) for term, n in here if term in self._terms), ((), 0))
            if length:
                yield " ".join(found[start : start + length]), self._terms[term]
            start += length or 1


def _warning(
    entry: Entry, line: int, code: Code, facts: Mapping[str, Fact], field: str = "", lang: Lang | None = None
) -> Problem:
    return Problem(entry.path, line, code, facts, "warning", field, lang)


def _length(entry: Entry, lang: Lang) -> Iterator[Problem]:
    count, (least, most) = len(words(entry.text[lang])), WORDS
    if not least <= count <= most:
        code: Code = "words-few" if count < least else "words-many"
        facts = {"count": count, "least": least, "most": most}
        yield _warning(entry, lines_of_text(entry, lang)[0], code, facts, "text", lang)


def _balance(entry: Entry) -> Iterator[Problem]:
    short, long = sorted(LANGS, key=lambda lang: len(entry.text[lang]))
    if len(entry.text[short]) < BALANCE * len(entry.text[long]):
        percent = round(100 * len(entry.text[short]) / len(entry.text[long]))
        line = lines_of_text(entry, short)[0]
        yield _warning(entry, line, "languages-unequal", {"percent": percent, "longer": long}, "text", short)


def _common_phrases(entry: Entry) -> Iterator[Problem]:
    for phrase in entry.says:
        telling = [one for one in stems(phrase) if one not in stop_stems()]
        weak = [one for one in telling if one in everyday_stems() or len(one) < SHORT_WORD]
        if len(telling) < 2 and len(weak) == len(telling):
            yield _warning(entry, line_of(entry, "says", phrase), "phrase-common", {"phrase": phrase}, "says")


def _concept_terms(entries: Iterable[Entry]) -> dict[_Term, EntryId]:
    """What concepts are called, as jargon words, unless it is an everyday word.

    A name that is the same in both languages stands as it is: "pandas" are no pandas.
    """
    terms: dict[_Term, EntryId] = {}
    for entry in entries:
        if entry.kind == "concept":
            for name in (*entry.title.values(), *entry.aliases):
                proper = all(name in title.split() for title in entry.title.values())
                if term := _jargon_term(name, proper=proper):
                    terms.setdefault(term, entry.id)
    return terms


@lru_cache(maxsize=65_536)
def _jargon_term(name: str, *, proper: bool) -> _Term:
    """The words of a concept's name, none if it is an everyday word; a ``proper`` name is not inflected."""
    term = tuple(word if proper else _inflected(word) for word in words(name))
    return term if len(term) > 1 or not everyday_stems().issuperset(stems(name)) else ()


@cache
def _inflected(word: str) -> str:
    """The stem, or the word itself where so little is left of it that other words have the same stem."""
    short = stem(word)
    return short if len(short) >= SHORT_WORD else word


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    return (
        bool(one)
        and min(len(one), len(two)) >= ALIKE * max(len(one), len(two))
        and len(one & two) >= ALIKE * len(one | two)
    )


def _names(entry: Entry) -> set[_Term]:
    return {term for name in (*entry.title.values(), *entry.aliases) if (term := _term(name))}


@lru_cache(maxsize=65_536)
def _term(text: str) -> _Term:
    return tuple(one for one in stems(text) if one not in stop_stems())


def _asked_phrases(entry: Entry) -> Iterator[tuple[str, Lang, str]]:
    """The fields, languages and texts of what people ask, and of what stands on memes."""
    for field, halves in (("asks", entry.asks), ("captions", entry.captions)):
        for lang, phrases in halves.items():
            yield from ((field, lang, phrase) for phrase in phrases)


def _folded(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def _line_of_name(entry: Entry, term: _Term) -> int:
    for key, names in (("title", entry.title.values()), ("aliases", entry.aliases)):
        for name in names:
            if _term(name) == term:
                return line_of(entry, key, name)
    return 1


def _profile(entry: Entry) -> frozenset[str]:
    """The stems by which a text finds the entry."""
    keywords = [word for some in entry.keywords.values() for word in some]
    texts = (*entry.title.values(), *entry.aliases, *entry.says, *keywords)
    return frozenset(one for text in texts for one in _term(text))
