"""A base of one's own over another: what lies on top wins, upgrades arrive, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import wording
from engines import Databases

from knowledge.entry.model import EntryId
from knowledge.errors import ConflictNotFound, SourceError
from knowledge.lint import lint
from knowledge.store.base import KnowledgeBase
from knowledge.store.overlay import HIDDEN, LAYER, Folder, init
from knowledge.store.sync import SyncReport
from knowledge.store.texts import RegressionText
from memebot.database import in_memory

NOW = datetime(2024, 5, 1, tzinfo=UTC)


class Base:
    """A folder of entries."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, entry_id: str) -> Path:
        return self.root / "entries" / "concepts" / f"{entry_id}.md"

    def write(self, entry_id: str, text: str = "Text.", fields: str = "") -> None:
        self.path(entry_id).parent.mkdir(parents=True, exist_ok=True)
        self.path(entry_id).write_text(
            f"---\ntitle: {{ru: Имя {entry_id}, en: Name {entry_id}}}\n{fields}---\n## ru\nТекст.\n\n## en\n{text}\n"
        )

    def all(self) -> dict[str, str]:
        return {
            str(p.relative_to(self.root)): p.read_text("utf-8")
            for p in self.root.rglob("*")
            if p.is_file() and p.name not in (LAYER, "README.md", ".gitkeep")
        }


@pytest.fixture
def kb(databases: Databases) -> KnowledgeBase:
    return KnowledgeBase(databases())


@pytest.fixture
def shipped(tmp_path: Path) -> Base:
    base = Base(tmp_path / "shipped")
    for name in ("a", "b", "c"):
        base.write(name)
    return base


@pytest.fixture
def own(tmp_path: Path, shipped: Base) -> Base:
    base = Base(tmp_path / "own")
    init(base.root)
    (base.root / LAYER).write_text('beneath = "../shipped"\n')
    return base


def sync(kb: KnowledgeBase, base: Base) -> SyncReport:
    return kb.files.sync(base.root, now=NOW)


def edit(kb: KnowledgeBase, entry_id: str, text: str) -> None:
    old = kb.entries.get(entry_id)
    kb.changes.save(
        replace(old, text={**old.text, "en": text}),
        author="ann",
        now=NOW,
        base_revision=kb.revisions.current(entry_id).number,
    )


def english(kb: KnowledgeBase) -> dict[str, str]:
    return {entry.id: entry.text["en"] for entry in kb.entries.all()}


def test_init_makes_a_base_over_the_shipped_one(tmp_path: Path) -> None:
    made = init(tmp_path / "ours")
    assert (tmp_path / "ours" / LAYER) in made and init(tmp_path / "ours") == []
    folder = Folder(tmp_path / "ours")
    assert EntryId("overfitting") in folder.below and not lint(tmp_path / "ours")
    assert folder.beside("calibration.json").is_file()


def test_init_leaves_a_base_that_stands_alone_as_it_is(shipped: Base) -> None:
    with pytest.raises(SourceError) as caught:
        init(shipped.root)
    assert "a base in this folder already" in wording.reason(caught.value.problem)
    assert not (shipped.root / LAYER).exists()


@pytest.mark.parametrize("text", ["beneath = 3", "beneath = ", 'beneath = "."', 'beneath = "../none"', ""])
def test_a_layer_that_lies_over_nothing_is_one_line(kb: KnowledgeBase, own: Base, text: str) -> None:
    (own.root / LAYER).write_text(text)
    with pytest.raises(SourceError):
        sync(kb, own)


def test_own_entries_replace_those_beneath_and_hidden_ones_are_gone(kb: KnowledgeBase, own: Base) -> None:
    own.write("a", "Ours.")
    own.write("new", "New.")
    (own.root / HIDDEN).write_text("c  # not for us\n")
    assert sync(kb, own).added == ("a", "b", "new")
    assert english(kb) == {"a": "Ours.", "b": "Text.", "new": "New."}
    assert sync(kb, own) == SyncReport(unchanged=3)


def test_an_export_writes_only_what_is_ones_own(kb: KnowledgeBase, own: Base, shipped: Base) -> None:
    sync(kb, own)
    before = shipped.all()
    edit(kb, "b", "Edited.")
    kb.changes.delete("c", author="ann", now=NOW)
    report = kb.files.export(own.root)
    assert set(own.all()) == {"entries/concepts/b.md", HIDDEN} and shipped.all() == before
    assert not report.blocked and (own.root / HIDDEN).read_text().endswith("\nc\n")
    assert sync(kb, own) == SyncReport(unchanged=2) and english(kb) == {"a": "Text.", "b": "Edited."}


def test_what_is_taken_back_leaves_no_file(kb: KnowledgeBase, own: Base) -> None:
    sync(kb, own)
    edit(kb, "b", "Edited.")
    kb.changes.delete("c", author="ann", now=NOW)
    kb.files.export(own.root)
    kb.changes.restore("b", 1, author="ann", now=NOW)
    kb.changes.restore("c", 1, author="ann", now=NOW)
    kb.files.export(own.root)
    assert set(own.all()) == {HIDDEN} and "\nc\n" not in (own.root / HIDDEN).read_text()
    assert sync(kb, own) == SyncReport(unchanged=3)


def test_a_shipped_entry_that_is_renamed_is_hidden_and_kept_under_its_new_id(kb: KnowledgeBase, own: Base) -> None:
    sync(kb, own)
    kb.changes.rename("b", "better", author="ann", now=NOW)
    kb.files.export(own.root)
    assert set(own.all()) == {"entries/concepts/better.md", HIDDEN}
    assert sync(kb, own) == SyncReport(unchanged=3) and kb.entries.get("b").id == "better"


def test_an_upgrade_arrives_by_itself_where_nothing_of_ones_own_is(kb: KnowledgeBase, own: Base, shipped: Base) -> None:
    sync(kb, own)
    shipped.write("a", "Upgraded.")
    shipped.write("d")
    shipped.path("c").unlink()
    report = sync(kb, own)
    assert (report.updated, report.added, report.removed) == (("a",), ("d",), ("c",))


def test_an_upgrade_beneath_an_own_entry_is_told_until_somebody_looks(
    kb: KnowledgeBase, own: Base, shipped: Base
) -> None:
    own.write("a", "Ours.")
    sync(kb, own)
    shipped.write("a", "Upgraded.")
    for _ in range(2):
        assert sync(kb, own).outdated == ("a",)
    (found,) = kb.conflicts.outdated()
    assert [side and side[1].splitlines()[-1] for side in (found.base, found.file, found.entry)] == [
        "Text.",
        "Upgraded.",
        "Ours.",
    ]
    kb.conflicts.resolve("a", "base", author="ann", now=NOW)
    assert sync(kb, own) == SyncReport(unchanged=3) and english(kb)["a"] == "Ours."
    with pytest.raises(ConflictNotFound):
        kb.conflicts.resolve("a", "base", author="ann", now=NOW)


def test_the_upgrade_can_be_taken_instead_of_the_own_entry(kb: KnowledgeBase, own: Base, shipped: Base) -> None:
    own.write("a", "Ours.")
    sync(kb, own)
    shipped.write("a", "Upgraded.")
    sync(kb, own)
    kb.conflicts.resolve("a", "file", author="ann", now=NOW)
    kb.files.export(own.root)
    assert set(own.all()) == {HIDDEN} and english(kb)["a"] == "Upgraded."
    assert [one.text.splitlines()[-1] for one in kb.revisions.history("a")] == ["Upgraded.", "Ours."]
    assert sync(kb, own) == SyncReport(unchanged=3)


def test_an_upgrade_that_came_before_the_export_of_an_edit_is_told(kb: KnowledgeBase, own: Base, shipped: Base) -> None:
    sync(kb, own)
    edit(kb, "a", "Ours.")
    shipped.write("a", "Upgraded.")
    kb.files.export(own.root)
    assert sync(kb, own).outdated == ("a",)


def test_an_edit_in_the_chat_and_an_upgrade_are_a_conflict(kb: KnowledgeBase, own: Base, shipped: Base) -> None:
    sync(kb, own)
    edit(kb, "a", "Ours.")
    shipped.write("a", "Upgraded.")
    assert sync(kb, own).conflicts == ("a",) and english(kb)["a"] == "Ours."
    assert [wording.reason(problem) for problem in kb.files.export(own.root).blocked] == [
        "file and base are in conflict"
    ]
    kb.conflicts.resolve("a", "base", author="ann", now=NOW)
    kb.files.export(own.root)
    assert set(own.all()) == {"entries/concepts/a.md", HIDDEN} and sync(kb, own) == SyncReport(unchanged=3)


def test_pictures_texts_and_licences_beneath_are_used_and_not_written_again(
    kb: KnowledgeBase, own: Base, shipped: Base
) -> None:
    shipped.write("a", fields="exemplars: [a.png]\n")
    for name, data in (
        ("exemplars/a.png", "picture"),
        ("exemplars/licences.csv", "name,licence\na.png,CC0\n"),
        ("texts/memes.csv", "entry,lang,text\na,en,about a\nb,en,about b\n"),
    ):
        (shipped.root / name).parent.mkdir(exist_ok=True)
        (shipped.root / name).write_text(data)
    assert sync(kb, own).texts == 2 and kb.exemplars.licences()["a.png"] == "CC0"
    kb.texts.remove(kb.texts.all("b")[0], author="ann", now=NOW)
    kb.texts.add(RegressionText("own words", (EntryId("a"),), "memes", "en"), author="ann", now=NOW)
    assert kb.files.export(own.root).written == (own.root / "texts" / "memes.csv",)
    assert (own.root / "texts" / "memes.csv").read_text() == "entry,lang,text\na,en,own words\n"
    assert sync(kb, own) == SyncReport(unchanged=3)
    assert [text.text for text in kb.texts.all()] == ["about a", "own words"]
    assert kb.texts.not_exported(Folder(own.root)) == 0


def test_texts_beneath_follow_an_entry_that_is_renamed(kb: KnowledgeBase, own: Base, shipped: Base) -> None:
    (shipped.root / "texts").mkdir()
    (shipped.root / "texts" / "memes.csv").write_text("entry,lang,text\na|b,en,about both\nb,en,about b\n")
    sync(kb, own)
    kb.changes.rename("a", "z", author="ann", now=NOW)
    kb.files.export(own.root)
    assert (own.root / "texts" / "memes.csv").read_text() == "entry,lang,text\nz|b,en,about both\n"
    assert sync(kb, own) == SyncReport(unchanged=3)
    fresh = KnowledgeBase(in_memory())
    sync(fresh, own)
    expected = [("about b", ("b",)), ("about both", ("z", "b"))]
    assert [(one.text, one.entries) for one in fresh.texts.all()] == expected
    assert [(one.text, one.entries) for one in kb.texts.all()] == expected


def test_lint_speaks_of_ones_own_alone(own: Base, shipped: Base) -> None:
    shipped.write("b", fields="concepts: [nowhere]\n")
    own.write("new", fields="concepts: [a, gone]\n")
    (own.root / HIDDEN).write_text("nothing-like-it\nNo Id\n")
    found = [
        problem
        for problem in lint(own.root)
        if "explanation" not in wording.reason(problem) and problem.code != "layout"
    ]
    told = [(problem.path.name, problem.severity) for problem in found]
    assert told == [("new.md", "error"), (HIDDEN, "warning"), (HIDDEN, "error")]
