"""Checks a folder of entries: mistakes that block, and warnings about what will disappoint a reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path

from knowledge.entry.markdown import line_of, lines_of_text, parse
from knowledge.entry.model import Entry, EntryId, path_of
from knowledge.entry.rules import check_base
from knowledge.errors import EntryError, Problem
from knowledge.reading import LANGS, Fingerprint, FingerprintError, Lang
from knowledge.stems import everyday_stems, stem, stems, stop_stems, words
from knowledge.store.exemplars import FINGERPRINT_SUFFIX
from knowledge.store.overlay import Folder, bad_hidden

WORDS = (60, 160)
"""How many words an explanation should have."""
BALANCE = 0.6
"""How long one language should be at least, as a part of the other, in characters."""
ALIKE = 0.8
"""Entries that share so large a part of their words are told apart by luck."""
SHORT_WORD = 4

_Term = tuple[str, ...]


def lint(source: Path) -> list[Problem]:
    """Every mistake and warning about the entries and exemplars of a folder, by file and line.

    Raises ``SourceError`` if there is no folder of entries.
    """
    folder = Folder(source)
    folder.check()
    files, problems = folder.read()
    entries: list[Entry] = []
    for file in files:
        try:
            entries.append(parse(file.data, file.path))
        except EntryError as error:
            problems += error.problems
    names = {path.name for path in folder.pictures()}
    broken = {file.entry_id for file in files} - {entry.id for entry in entries}
    problems += (p for p in check_base(entries, names, folder.entries) if not _is_about(p, broken))
    problems += _exemplar_problems(entries, folder)
    problems += [replace(p, path=folder.entries / p.path) for p in warnings(entries)]
    if folder.beneath is not None:  # what is wrong beneath is not for the one who lays over it to mend
        shipped = {folder.entries / path_of(file.kind, file.entry_id) for file in files if file.beneath}
        problems = [p for p in problems if p.path not in shipped and folder.owns(Path(p.path))]
    return sorted([*problems, *bad_hidden(folder)], key=lambda problem: (str(problem.path), problem.line))


def warnings(entries: Sequence[Entry]) -> list[Problem]:
    """What is legal in these entries but will disappoint; paths are those of the entries."""
    terms = _concept_terms(entries)
    found = [problem for entry in entries for problem in _entry_warnings(entry, terms)]
    return [*found, *_lookalikes(entries)]


def warnings_about(entry: Entry, others: Sequence[Entry]) -> list[Problem]:
    """What is legal in this entry but will disappoint, given the others; paths are those of the entries."""
    found = list(_entry_warnings(entry, _concept_terms([*others, entry])))
    names, profile = _names(entry), _profile(entry)
    for other in others:
        for term in sorted(names & _names(other)):
            found.append(_same_name(other, entry, term))
        if _alike(_profile(other), profile):
            found.append(_same_words(other, entry))
    return found


def _is_about(problem: Problem, broken: set[EntryId]) -> bool:
    """Whether it is a link to an entry that exists, but whose file is broken: one report is enough."""
    return any(f"links to {entry_id!r}, which does not exist" in problem.reason for entry_id in broken)


def _warning(entry: Entry, line: int, reason: str, hint: str) -> Problem:
    return Problem(entry.path, line, reason, hint, "warning")


def _exemplar_problems(entries: Sequence[Entry], folder: Folder) -> Iterator[Problem]:
    used = {name for entry in entries for name in entry.exemplars}
    for path in folder.pictures():
        if path.name not in used:
            yield Problem(path, 1, "no entry names this exemplar", "name it in one, or remove it", "warning")
        if path.name.endswith(FINGERPRINT_SUFFIX):
            try:
                Fingerprint.from_bytes(path.read_bytes())
            except (FingerprintError, OSError) as error:
                yield Problem(path, 1, str(error), "make the fingerprint again")


def _entry_warnings(entry: Entry, terms: dict[_Term, EntryId]) -> Iterator[Problem]:
    for lang in LANGS:
        yield from _length(entry, lang)
    yield from _balance(entry)
    yield from _common_phrases(entry)
    yield from _jargon(entry, terms)


def _length(entry: Entry, lang: Lang) -> Iterator[Problem]:
    count, (least, most) = len(words(entry.text[lang])), WORDS
    if not least <= count <= most:
        yield _warning(
            entry,
            lines_of_text(entry, lang)[0],
            f"the explanation in {lang!r} has {count} words",
            f"{least} to {most} read best: {'say more' if count < least else 'shorten it'}",
        )


def _balance(entry: Entry) -> Iterator[Problem]:
    short, long = sorted(LANGS, key=lambda lang: len(entry.text[lang]))
    if len(entry.text[short]) < BALANCE * len(entry.text[long]):
        percent = round(100 * len(entry.text[short]) / len(entry.text[long]))
        yield _warning(
            entry,
            lines_of_text(entry, short)[0],
            f"{short!r} is {percent} % as long as {long!r}",
            "tell the same in both languages",
        )


def _common_phrases(entry: Entry) -> Iterator[Problem]:
    for phrase in entry.says:
        telling = [one for one in stems(phrase) if one not in stop_stems()]
        weak = [one for one in telling if one in everyday_stems() or len(one) < SHORT_WORD]
        if len(telling) < 2 and len(weak) == len(telling):
            yield _warning(
                entry,
                line_of(entry, "says", phrase),
                f"{phrase!r} in says would match many texts",
                "take a longer piece of what stands in the picture",
            )


def _concept_terms(entries: Sequence[Entry]) -> dict[_Term, EntryId]:
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


def _jargon(entry: Entry, terms: dict[_Term, EntryId]) -> Iterator[Problem]:
    """Concepts that an explanation mentions without a link, each once, at its first mention."""
    told = {entry.id, *entry.links}
    for lang in LANGS:
        first = lines_of_text(entry, lang)[1]
        for number, line in enumerate(entry.text[lang].split("\n"), first):
            for mention, concept in _mentions(line, terms):
                if concept not in told:
                    told.add(concept)
                    yield _warning(
                        entry, number, f"{mention!r} has an entry but no link", f"add {concept!r} to concepts"
                    )


def _mentions(line: str, terms: dict[_Term, EntryId]) -> Iterator[tuple[str, EntryId]]:
    """Names of concepts in a line, the longest at each place."""
    found = words(line)
    inflected = tuple(_inflected(word) for word in found)
    longest = max(map(len, terms), default=0)
    start = 0
    while start < len(found):
        lengths = range(min(longest, len(found) - start), 0, -1)
        here = [(tuple(said[start : start + n]), n) for n in lengths for said in (found, inflected)]
        term, length = next(((term, n) for term, n in here if term in terms), ((), 0))
        if length:
            yield " ".join(found[start : start + length]), terms[term]
        start += length or 1


def _lookalikes(entries: Sequence[Entry]) -> Iterator[Problem]:
    called: dict[_Term, list[Entry]] = defaultdict(list)
    for entry in entries:
        for term in _names(entry):
            called[term].append(entry)
    for term, owners in sorted(called.items()):
        for first, second in combinations(owners, 2):
            yield _same_name(first, second, term)
    profiles = {entry.id: _profile(entry) for entry in entries}
    for first, second in combinations(entries, 2):
        if _alike(profiles[first.id], profiles[second.id]):
            yield _same_words(first, second)


def _same_name(first: Entry, second: Entry, term: _Term) -> Problem:
    return _warning(
        second,
        _line_of_name(second, term),
        f"{first.path} has the name {' '.join(term)!r} too",
        "give them names that tell them apart",
    )


def _same_words(first: Entry, second: Entry) -> Problem:
    return _warning(
        second,
        line_of(second, "keywords"),
        f"nearly the same words lead to {first.path}",
        "add keywords that only one of them has, or merge the entries",
    )


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
