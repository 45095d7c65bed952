"""Which answers would a change break, and which would it mend?

Before a change is saved, the regression texts and the pictures of the entries that it can affect are tried with
and without it. What it can affect is found from the words that the change brings or takes away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from knowledge.entry.model import Entry, EntryId
from knowledge.errors import ExemplarNotFound
from knowledge.reading import Fingerprint, Reading
from knowledge.search.searcher import Searcher, choose
from knowledge.search.visual import PDQ_NEAR, templates_of_jokes
from knowledge.stems import stems, stop_stems
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from knowledge.store.texts import RegressionText, TextKind
from memebot.hashes import hamming


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """What answers a text or picture without a change, and with it.

    ``expected``: entries any of which is right, none for a text about something else. ``before`` and ``after``:
    what answers it, ``None`` for "not in my base". ``exemplar``: the picture's name, ``None`` for a text.
    """

    kind: TextKind | Literal["picture"]
    text: str
    exemplar: str | None
    expected: tuple[EntryId, ...]
    before: EntryId | None
    after: EntryId | None


@dataclass(frozen=True, slots=True)
class RegressionReport:
    """``broken``: right before and wrong after; ``mended``: the other way; ``checked``: how many were tried."""

    broken: tuple[ChangedAnswer, ...]
    mended: tuple[ChangedAnswer, ...]
    checked: int


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two searches, without and with the change, and how sure an answer must be."""

    before: Searcher
    after: Searcher
    change: Change
    threshold: float

    def of_text(self, text: RegressionText) -> ChangedAnswer:
        """What answers a text in either."""
        question = text.kind == "questions"
        before, after = (one.answer(text.text, self.threshold, question=question) for one in (self.before, self.after))
        return ChangedAnswer(text.kind, text.text, None, text.entries, before, after)

    def of_picture(self, name: str, fingerprint: Fingerprint, owners: Iterable[EntryId]) -> ChangedAnswer:
        """What answers a picture in either, without geometry, which takes long."""
        reading = Reading(fingerprint.sha256, (fingerprint,))
        before, after = (_first(one, reading, self.threshold) for one in (self.before, self.after))
        return ChangedAnswer("picture", "", name, tuple(sorted(owners)), before, after)

    def right(self, answer: ChangedAnswer) -> tuple[bool, bool]:
        """Whether the answer is right before and after; an entry that moved is the one that it moved to."""
        if not answer.expected:
            return answer.before is None, answer.after is None
        expected = {self.change.moved.get(one, one) for one in answer.expected}
        return answer.before in answer.expected, answer.after in expected


def find_regressions(
    searcher: Searcher,
    kb: KnowledgeBase,
    change: Change,
    *,
    threshold: float | None = None,
    changed: Searcher | None = None,
) -> RegressionReport:
    """What the change would break and mend among the texts and pictures that it can affect.

    ``threshold``: below it an entry does not answer; by default the calibrated one. ``changed``: the dry run of the
    change, where there is one already. Nothing is written.
    """
    threshold = searcher.calibration.threshold if threshold is None else threshold
    comparison = _Comparison(searcher, changed or searcher.dry_run(change), change, threshold)
    texts = affected(comparison.before, comparison.after, change, kb.texts.all())
    answers = [comparison.of_text(text) for text in texts]
    unread = 0
    for name, owners in _pictures(kb, searcher, change):
        try:
            fingerprint = kb.vectors.fingerprint(name, searcher.encoder)
        except ExemplarNotFound:
            unread += 1
        else:
            answers.append(comparison.of_picture(name, fingerprint, owners))
    judged = [(answer, *comparison.right(answer)) for answer in answers]
    return RegressionReport(
        tuple(answer for answer, before, after in judged if before and not after),
        tuple(answer for answer, before, after in judged if after and not before),
        checked=len(answers) + unread,
    )


def affected(
    before: Searcher, after: Searcher, change: Change, texts: Iterable[RegressionText]
) -> list[RegressionText]:
    """The texts whose answer the change can alter: about an entry that changes, or sharing a word with it."""
    old = {entry_id: before.entries().get(entry_id) for entry_id in change.entries}
    touched = _touched(old, change.entries)
    about = {*change.entries, *_links_changed(old, change.entries)}
    chosen: list[RegressionText] = []
    for text in texts:
        if about.intersection(text.entries):
            chosen.append(text)
        elif touched:
            words = _stems(text.text)
            if not (touched.isdisjoint(before.corrected(words)) and touched.isdisjoint(after.corrected(words))):
                chosen.append(text)
    return chosen


@lru_cache(2**14)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stems(text))


def _touched(old: Mapping[EntryId, Entry | None], new: Mapping[EntryId, Entry | None]) -> set[str]:
    """Stems that an entry gains or loses, in its names, words, phrases or explanations."""
    touched: set[str] = set()
    for entry_id, entry in new.items():
        before, after = (_places(one) for one in (old.get(entry_id), entry))
        touched.update(stem for _, stem in (before - after) + (after - before))
    return touched - stop_stems()


def _places(entry: Entry | None) -> Counter[tuple[str, str]]:
    """How often each stem occurs in each field that the search looks at."""
    if entry is None:
        return Counter()
    keywords = [word for some in entry.keywords.values() for word in some]
    fields: Mapping[str, Iterable[str]] = {
        "name": (*entry.title.values(), *entry.aliases),
        "keyword": keywords,
        "says": entry.says,
        "body": entry.text.values(),
    }
    return Counter((name, stem) for name, texts in fields.items() for text in texts for stem in stems(text))


def _links_changed(old: Mapping[EntryId, Entry | None], new: Mapping[EntryId, Entry | None]) -> set[EntryId]:
    """Entries that gain or lose a link: how broad a subject is counts, too."""
    return {link for entry_id, entry in new.items() for link in {*_links(old.get(entry_id))} ^ {*_links(entry)}}


def _links(entry: Entry | None) -> Sequence[EntryId]:
    return entry.links if entry else ()


def _pictures(kb: KnowledgeBase, searcher: Searcher, change: Change) -> Iterator[tuple[str, set[EntryId]]]:
    """Exemplars of changed entries, and those that a new exemplar resembles, with the entries that they show."""
    entries = searcher.entries()
    owners: dict[str, set[EntryId]] = {}
    for entry in entries.values():
        for name in entry.exemplars:
            owners.setdefault(name, set()).add(entry.id)
    templates = templates_of_jokes([*entries.values()])
    names = {name for entry_id in change.entries if entry_id in entries for name in entries[entry_id].exemplars}
    for name in sorted(names | _resembling(kb, change)):
        own = owners.get(name, set())
        yield name, own | {template for one in own for template in templates.get(one, ())}


def _resembling(kb: KnowledgeBase, change: Change) -> set[str]:
    if not change.exemplars:
        return set()
    hashes = kb.vectors.hashes()
    new = np.stack([np.frombuffer(one.fingerprint.pdq, np.uint8) for one in change.exemplars])
    near = np.flatnonzero((hamming(hashes.pdq[:, None], new) <= PDQ_NEAR).any(axis=1)) if len(hashes.pdq) else ()
    return {hashes.owners[row][0] for row in near}


def _first(searcher: Searcher, reading: Reading, threshold: float) -> EntryId | None:
    chosen = choose(searcher.search(reading, geometry=False), threshold, question=False)
    return chosen[0].entry if chosen else None
