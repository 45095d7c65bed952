"""A change that is not saved is answered as if it were, and what it breaks is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from knowledge.entry.fields import with_exemplar
from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Fingerprint, Reading
from knowledge.search.regressions import find_regressions
from knowledge.search.searcher import Match, Searcher
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from knowledge.store.exemplars import NewExemplar
from knowledge.store.texts import RegressionText

FAKE = EncoderId("fake-00000000")
NOW = datetime(2024, 5, 1, tzinfo=UTC)
Make = Callable[..., Fingerprint]
Save = Callable[..., Entry]
Read = Callable[..., Reading]
TEXTS = (
    "why is my model overfit",
    "what is underfitting",
    "gradient descent steps",
    "zebra stripes",
    "fit model",
    "the floor is readable code",
    "gradeint boosting",
    "sigma is a letter",
)


def axis(*numbers: int) -> np.ndarray:
    vector = np.zeros((1, 8), np.float32)
    vector[0, list(numbers)] = 1 / np.sqrt(len(numbers))
    return vector


@pytest.fixture
def base(kb: KnowledgeBase, save: Save, make_fingerprint: Make) -> KnowledgeBase:
    for number, name in enumerate(["lava", "brain"]):
        kb.exemplars.put(f"{name}.fp.npz", make_fingerprint(name, axis(number)).to_bytes())
        save(name, "format", title=f"The {name} template", exemplars=(f"{name}.fp.npz",))
    save("lava-code", "joke", title="Lava is readable code", formats=("lava",), says=("the floor is readable code",))
    save("overfitting", title="Overfitting", aliases=("overfit", "cramming"), concepts=("underfitting",))
    save("underfitting", title="Underfitting")
    save("gradient-descent", title="Gradient descent")
    return kb


@pytest.fixture
def searcher(base: KnowledgeBase) -> Searcher:
    return over(base)


def over(kb: KnowledgeBase) -> Searcher:
    return Searcher(kb, encoder=FAKE, bank=np.zeros((0, 8), np.float32), verify=no_geometry)


def changes(kb: KnowledgeBase, make_fingerprint: Make) -> Iterator[Change]:
    old = kb.entries.get("overfitting")
    yield Change.of(replace(old, aliases=("zebra", "stripes")))
    yield Change.of(replace(old, text={"ru": "Сигма и зебра.", "en": "Zebra of sigma, a letter."}))
    yield Change.of(replace(old, id=EntryId("fresh"), title={"ru": "Сигма", "en": "Sigma letter"}))
    yield kb.changes.deletion("overfitting")
    yield kb.changes.merging("overfitting", ["underfitting"])
    yield kb.changes.renaming("overfitting", "too-well")
    new = NewExemplar.of_fingerprint("brain", make_fingerprint("second", axis(2)), kb.exemplars.names())
    yield Change.of(with_exemplar(kb.entries.get("brain"), new.name), new)
    yield Change.of(replace(kb.entries.get("brain"), exemplars=()))
    yield Change.of(replace(kb.entries.get("lava-code"), exemplars=("brain.fp.npz",), formats=()))


@pytest.mark.parametrize("number", range(9))
def test_a_trial_answers_as_the_base_does_once_it_is_saved(
    base: KnowledgeBase, searcher: Searcher, make_fingerprint: Make, reading_of: Read, number: int
) -> None:
    change = list(changes(base, make_fingerprint))[number]
    readings = [
        reading_of(text, [make_fingerprint(name, axis(n))])
        for n, name in enumerate(["lava", "brain", "second"])
        for text in ((), (TEXTS[5],))
    ]

    def answers(one: Searcher) -> list[list[Match]]:
        return [*(one.ask(text) for text in TEXTS), *(one.search(reading) for reading in readings)]

    before, generation = answers(searcher), base.generation()
    tried = answers(searcher.dry_run(change))
    assert base.generation() == generation and answers(searcher) == before
    base.changes.apply(change, author="ann", now=NOW)
    assert tried == answers(searcher) == answers(over(base))
    assert tried != before
    nothing = Change.of(base.entries.get("gradient-descent"))
    assert answers(searcher.dry_run(nothing)) == tried  # the copy of the index follows the base


def test_a_restored_revision_is_tried_with_its_picture(
    base: KnowledgeBase, searcher: Searcher, make_fingerprint: Make, reading_of: Read
) -> None:
    base.changes.save(replace(base.entries.get("brain"), exemplars=()), author="ann", now=NOW, base_revision=1)
    reading = reading_of(frames=[make_fingerprint("brain", axis(1))])
    assert [m.entry for m in searcher.search(reading) if m.evidence.get("copy")] == []
    tried = searcher.dry_run(base.changes.restoration("brain", 1))
    assert [m.entry for m in tried.search(reading) if m.evidence.get("copy")] == ["brain"]


# --- the safety net


def told(kb: KnowledgeBase, *texts: tuple[str, str]) -> None:
    for text, expected in texts:
        kind = "questions" if expected else "others"
        kb.texts.add(RegressionText(text, (EntryId(expected),) if expected else (), kind, "en"), author="ann", now=NOW)


def test_an_answer_that_a_change_breaks_is_told_with_before_and_after(base: KnowledgeBase, searcher: Searcher) -> None:
    told(base, ("what is cramming", "overfitting"), ("what is underfitting", "underfitting"))
    report = find_regressions(
        searcher, base, Change.of(replace(base.entries.get("overfitting"), aliases=("memorising",)))
    )
    (broken,) = report.broken
    assert (broken.text, broken.before, broken.after) == ("what is cramming", "overfitting", None)
    assert report.mended == () and base.entries.get("overfitting").aliases == ("overfit", "cramming")


def test_silence_that_a_change_breaks_is_told(base: KnowledgeBase, searcher: Searcher) -> None:
    told(base, ("what is a zebra", ""))
    report = find_regressions(searcher, base, Change.of(replace(base.entries.get("overfitting"), aliases=("zebra",))))
    assert [(one.kind, one.before, one.after) for one in report.broken] == [("others", None, "overfitting")]


def test_an_answer_that_a_change_mends_is_told(base: KnowledgeBase, searcher: Searcher) -> None:
    told(base, ("what is memorising", "overfitting"))
    report = find_regressions(
        searcher, base, Change.of(replace(base.entries.get("overfitting"), aliases=("memorising",)))
    )
    assert [one.after for one in report.mended] == ["overfitting"] and not report.broken


def test_only_what_a_change_can_affect_is_tried(base: KnowledgeBase, searcher: Searcher) -> None:
    told(base, ("what is overfit", "overfitting"), ("gradient descent", "gradient-descent"), ("zebra", ""))
    assert (
        find_regressions(searcher, base, Change.of(replace(base.entries.get("overfitting"), says=("some x1",)))).checked
        == 1
    )
    report = find_regressions(searcher, base, Change.of(replace(base.entries.get("lava"), aliases=("the zebra",))))
    assert report.checked == 2  # the text with the new word, and the entry's picture


def test_a_rename_or_merge_breaks_nothing_by_itself(base: KnowledgeBase, searcher: Searcher) -> None:
    told(base, ("what is overfit", "overfitting"), ("what is underfitting", "underfitting"))
    assert find_regressions(searcher, base, base.changes.renaming("overfitting", "too-well")).broken == ()
    assert find_regressions(searcher, base, base.changes.merging("overfitting", ["underfitting"])).broken == ()


def test_a_deletion_breaks_the_answers_of_its_entry(base: KnowledgeBase, searcher: Searcher) -> None:
    told(base, ("what is overfit", "overfitting"))
    report = find_regressions(searcher, base, base.changes.deletion("overfitting"))
    assert [one.text for one in report.broken] == ["what is overfit"]


def test_a_picture_that_another_entry_takes_is_told(
    base: KnowledgeBase, searcher: Searcher, make_fingerprint: Make
) -> None:
    new = NewExemplar.of_fingerprint("aaa", make_fingerprint("lava", axis(0)))
    other = replace(base.entries.get("brain"), id=EntryId("aaa"), exemplars=(new.name,))
    report = find_regressions(searcher, base, Change.of(other, new))
    assert [(one.exemplar, one.before, one.after) for one in report.broken] == [("lava.fp.npz", "lava", "aaa")]
