"""Which names and phrases of entries stand in everyday texts, where nobody means what the entry is about?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from knowledge.entry.markdown import line_of
from knowledge.entry.model import Entry
from knowledge.entry.problems import Problem
from knowledge.reading import LANGS
from knowledge.stems import everyday_stems, stems, stop_stems
from knowledge.store.texts import RegressionText

SAME_WORDS = 0.8
"""So large a part of a phrase's words, and of the text's, in common is the same phrase."""
NEAR_THE_FIELD = frozenset({"programming", "harm"})
"""Subjects whose texts do use our words for what they mean."""


def everyday_warnings(entries: Iterable[Entry], texts: Sequence[RegressionText]) -> Iterator[Problem]:
    """A name or phrase that fires on a text to be silent about, with that text; of keywords only compounds.

    A word that is listed as an everyday one (``ordinary_words.txt``) proves little and is passed over, and so is what
    an entry is called in its title or in one word: a term cannot help it that people use it, too.
    """
    everyday = [
        (text.text, stems(text.text)) for text in texts if not text.entries and text.subject not in NEAR_THE_FIELD
    ]
    by_stem: dict[str, list[int]] = defaultdict(list)
    for number, (_, found) in enumerate(everyday):
        for stem in set(found):
            by_stem[stem].append(number)
    for entry in entries:
        titles = [stems(title) for title in entry.title.values()]
        for field, phrase in _phrases(entry):
            found = stems(phrase)
            if field == "aliases" and (len(found) == 1 or found in titles):
                continue
            text = _fires(field, found, everyday, by_stem)
            if text is not None:
                facts = {"phrase": phrase, "text": text.replace("\n", " / ")}
                yield Problem(entry.path, line_of(entry, field), "fires-everyday", facts, "warning", field)


def _phrases(entry: Entry) -> Iterator[tuple[str, str]]:
    yield from (("aliases", phrase) for phrase in entry.aliases)
    yield from (("says", phrase) for phrase in entry.says)
    for lang in LANGS:
        yield from (("keywords", phrase) for phrase in entry.keywords[lang])
        yield from (("asks", phrase) for phrase in entry.asks[lang])
        yield from (("captions", phrase) for phrase in entry.captions[lang])


def _fires(
    field: str, phrase: list[str], everyday: Sequence[tuple[str, list[str]]], by_stem: dict[str, list[int]]
) -> str | None:
    """The first everyday text in which it stands, if any."""
    telling = [stem for stem in phrase if stem not in stop_stems()]
    if not telling or (len(telling) == 1 and (telling[0] in everyday_stems() or field == "keywords")):
        return None
    rarest = min(telling, key=lambda stem: len(by_stem.get(stem, ())))
    for number in by_stem.get(rarest, ()):
        text, found = everyday[number]
        if _same(phrase, found) if field in ("asks", "captions") else _stands_in(phrase, found):
            return text
    return None


def _stands_in(phrase: list[str], text: list[str]) -> bool:
    """Whether the words follow one another in the text."""
    return any(text[start : start + len(phrase)] == phrase for start in range(len(text) - len(phrase) + 1))


def _same(phrase: list[str], text: list[str]) -> bool:
    one, other = set(phrase), set(text)
    return len(one & other) >= SAME_WORDS * max(len(one), len(other))
