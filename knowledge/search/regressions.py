"""The safety net: which answers would a change break, and which would it mend?

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
from knowledge.reading import Reading
from knowledge.search.searcher import PDQ_NEAR, Searcher, choose, templates_of_jokes
from knowledge.search.stems import stems
from knowledge.search.text_match import stop_stems
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from knowledge.store.texts import RegressionText, TextKind
from memebot.hashes import hamming


@dataclass(frozen=True, slots=True)
class Rerun:
    """A text or picture that is answered otherwise with the change.

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
class SafetyReport:
    """``broken``: right before and wrong after; ``mended``: the other way; ``checked``: how many were tried."""

    broken: tuple[Rerun, ...]
    mended: tuple[Rerun, ...]
    checked: int


def safety_net(
    searcher: Searcher, kb: KnowledgeBase, change: Change, *, threshold: float | None = None
) -> SafetyReport:
    """What the change would break and mend among the texts and pictures that it can affect.

    ``threshold``: below it an entry does not answer; by default the calibrated one. Nothing is written.
    """
    trial = searcher.trying(change)
    sure = searcher.calibration.threshold if threshold is None else threshold
    texts = affected(searcher, trial, change, kb.texts.all())
    pictures = list(_pictures(kb, searcher, change))
    runs = [_run_text(searcher, trial, text, change, sure) for text in texts]
    runs += [_run_picture(searcher, trial, kb, name, owners, change, sure) for name, owners in pictures]
    told = [(run, *_verdicts(run, change)) for run in runs if run is not None]
    return SafetyReport(
        tuple(run for run, right, still in told if right and not still),
        tuple(run for run, right, still in told if still and not right),
        checked=len(runs),
    )


def affected(
    searcher: Searcher, trial: Searcher, change: Change, texts: Iterable[RegressionText]
) -> list[RegressionText]:
    """The texts whose answer the change can alter: about an entry that changes, or sharing a word with it."""
    old = {entry_id: searcher.entries().get(entry_id) for entry_id in change.entries}
    touched = _touched(old, change.entries)
    about = {*change.entries, *_rested(old, change.entries)}
    chosen: list[RegressionText] = []
    for text in texts:
        if about.intersection(text.entries):
            chosen.append(text)
        elif touched:
            read = _read(text.text)
            if not (touched.isdisjoint(searcher.corrected(read)) and touched.isdisjoint(trial.corrected(read))):
                chosen.append(text)
    return chosen


@lru_cache(2**14)
def _read(text: str) -> tuple[str, ...]:
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


def _rested(old: Mapping[EntryId, Entry | None], new: Mapping[EntryId, Entry | None]) -> set[EntryId]:
    """Entries that gain or lose a link: how broad a subject is counts, too."""
    return {link for entry_id, entry in new.items() for link in {*_links(old.get(entry_id))} ^ {*_links(entry)}}


def _links(entry: Entry | None) -> Sequence[EntryId]:
    return entry.links if entry else ()


def _run_text(
    searcher: Searcher, trial: Searcher, text: RegressionText, change: Change, threshold: float
) -> Rerun | None:
    question = text.kind == "questions"
    before = searcher.answer(text.text, threshold, question=question)
    after = trial.answer(text.text, threshold, question=question)
    if before == after and not change.moved:
        return None
    return Rerun(text.kind, text.text, None, text.entries, before, after)


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
        shown = owners.get(name, set())
        yield name, shown | {template for one in shown for template in templates.get(one, ())}


def _resembling(kb: KnowledgeBase, change: Change) -> set[str]:
    if not change.exemplars:
        return set()
    hashes = kb.vectors.hashes()
    new = np.stack([np.frombuffer(one.fingerprint.pdq, np.uint8) for one in change.exemplars])
    near = np.flatnonzero((hamming(hashes.pdq[:, None], new) <= PDQ_NEAR).any(axis=1)) if len(hashes.pdq) else ()
    return {hashes.owners[row][0] for row in near}


def _run_picture(
    searcher: Searcher,
    trial: Searcher,
    kb: KnowledgeBase,
    name: str,
    owners: set[EntryId],
    change: Change,
    threshold: float,
) -> Rerun | None:
    try:
        seen = kb.vectors.seen_fingerprint(name, searcher.encoder)
    except ExemplarNotFound:
        return None
    reading = Reading(seen.sha256, (seen,))
    before, after = (_first(one, reading, threshold) for one in (searcher, trial))
    if before == after and not change.moved:
        return None
    return Rerun("picture", "", name, tuple(sorted(owners)), before, after)


def _first(searcher: Searcher, reading: Reading, threshold: float) -> EntryId | None:
    chosen = choose(searcher.search(reading, geometry=False), threshold, question=False)
    return chosen[0].entry if chosen else None


def _verdicts(run: Rerun, change: Change) -> tuple[bool, bool]:
    """Whether the answer is right before and after; an entry that moved is the one that it moved to."""
    expected = {change.moved.get(one, one) for one in run.expected}
    if not run.expected:
        return run.before is None, run.after is None
    return run.before in run.expected, run.after in expected
