"""Editing: one field at a time, several entries at once, and what is wrong before it is saved."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import wording
from engines import Databases

from knowledge.entry.fields import (
    FIELDS,
    OF_FORMATS,
    blank,
    edit_field,
    field_text,
    from_file,
    from_json,
    suggest_id,
    to_json,
    with_exemplar,
    with_id,
    without_exemplar,
)
from knowledge.entry.markdown import dumps, layout, parse
from knowledge.entry.model import Entry, EntryId, Kind, Source
from knowledge.entry.problems import Problem
from knowledge.entry.rules import BaseIndex
from knowledge.errors import (
    EntryError,
    EntryExists,
    EntryNotFound,
    ExemplarExists,
    FieldUnknown,
    LicenceMissing,
    MergeError,
)
from knowledge.lint import lint
from knowledge.reading import LANGS, EncoderId, Fingerprint, Keypoints
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from knowledge.store.exemplars import NewExemplar
from knowledge.store.overlay import shipped
from knowledge.store.revisions import StaleRevision
from knowledge.store.texts import RegressionText
from memebot import problem_texts
from memebot.database import in_memory
from memebot.i18n import Catalogues
from memebot.telegram.editors import pages

TEXTS = Catalogues("ru")
NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ENCODER = EncoderId("tiny")

FILE = """---
# kept above
sources:
  - title: "A"   # one
    url: 'https://a.b'
  # about B
  - {url: "https://b.c", title: 'B'}
title:
  en: 'Name'   # english
  ru: "Имя"
says: ['a phrase', "b b", c]  # in brackets
keywords:
  ru: ['а', "б"] # few
  en:
    - one
    # two
    - "two"
---
## ru
Первый абзац.

Второй абзац.
## en
First paragraph.

Second paragraph.
"""


CANONICAL = """---
title: {ru: "Имя", en: "Name"}
aliases: []
says: ["a phrase", "b b", "c"]
keywords: {ru: ["а", "б"], en: ["one", "two"]}
sources: [{title: "A", url: "https://a.b"}, {title: "B", url: "https://b.c"}]
---
## ru
Первый абзац.

Второй абзац.
## en
First paragraph.

Second paragraph.
"""


@pytest.fixture
def kb(databases: Databases) -> KnowledgeBase:
    return KnowledgeBase(databases())


def from_text(text: str = FILE, path: str = "jokes/a.md") -> Entry:
    return parse(text.encode(), PurePosixPath(path))


def changed_lines(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = old.split("\n"), new.split("\n")
    return [one for one in before if one not in after], [one for one in after if one not in before]


def entry(entry_id: str, kind: Kind = "concept", **fields: object) -> Entry:
    title = {"ru": f"Имя {entry_id}", "en": f"Name {entry_id}"}
    text = {"ru": f"Текст {entry_id}.", "en": f"Text {entry_id}."}
    made = {"title": title, "text": text, **fields}
    return Entry(EntryId(entry_id), kind, **made)  # type: ignore[arg-type]


def checked(kb: KnowledgeBase, made: Entry, *exemplars: str) -> tuple[Problem, ...]:
    """What is wrong with an entry beside those of the base."""
    return BaseIndex(kb.entries.all(), kb.exemplars.names()).check(made, extra_exemplars=exemplars).problems


def words(problem: Problem) -> dict[str, str]:
    """A problem as editors read it."""
    return {lang: problem_texts.sentence(problem, TEXTS[lang], short=True) for lang in LANGS}


def former_ids(kb: KnowledgeBase, entry_id: str) -> list[str]:
    """Ids that lead to this entry."""
    return sorted(former for former, now in kb.entries.moved_ids().items() if now == entry_id)


def add(kb: KnowledgeBase, *entries: Entry) -> None:
    for one in entries:
        kb.changes.save(one, author="ann", now=NOW)


# --- one field


@pytest.mark.parametrize(
    ("field", "value", "gone", "come"),
    [
        ("title.ru", "Другое", ['title: {ru: "Имя", en: "Name"}'], ['title: {ru: "Другое", en: "Name"}']),
        ("title.en", "Other", ['title: {ru: "Имя", en: "Name"}'], ['title: {ru: "Имя", en: "Other"}']),
        ("says", "a phrase\nnew one\nc", ['says: ["a phrase", "b b", "c"]'], ['says: ["a phrase", "new one", "c"]']),
        (
            "keywords.ru",
            "а\nв",
            ['keywords: {ru: ["а", "б"], en: ["one", "two"]}'],
            ['keywords: {ru: ["а", "в"], en: ["one", "two"]}'],
        ),
        ("text.ru", "Первый абзац.\n\nДругой абзац.", ["Второй абзац."], ["Другой абзац."]),
        (
            "sources",
            "A | https://a.b",
            ['sources: [{title: "A", url: "https://a.b"}, {title: "B", url: "https://b.c"}]'],
            ['sources: [{title: "A", url: "https://a.b"}]'],
        ),
        ("aliases", "new name", ["aliases: []"], ['aliases: ["new name"]']),
        ("looks_like", "a cat", [], ['looks_like: ["a cat"]']),
    ],
)
def test_an_edit_touches_the_lines_of_its_field_alone(field: str, value: str, gone: list[str], come: list[str]) -> None:
    assert changed_lines(CANONICAL, dumps(edit_field(from_text(), field, value))) == (gone, come)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_sent_back_as_it_was_shown_changes_nothing(field: str) -> None:
    made = from_text()
    assert edit_field(made, field, field_text(made, field)) == made
    assert dumps(edit_field(made, field, field_text(made, field))) == CANONICAL


def test_lists_are_written_an_item_a_line_with_or_without_bullets() -> None:
    made = edit_field(blank("joke"), "says", "- one\n• two\n\n* one\n-3 degrees\n")
    assert made.says == ("one", "two", "-3 degrees")
    assert edit_field(made, "concepts", "nan, overfitting\nloss").concepts == ("nan", "overfitting", "loss")


def test_a_source_is_a_title_and_an_address_in_any_order() -> None:
    made = edit_field(blank("joke"), "sources", "Habr | https://habr.com/1\nhttps://a.b – A\nhttps://c.d")
    assert made.sources == (
        Source("Habr", "https://habr.com/1"),
        Source("A", "https://a.b"),
        Source("https://c.d", "https://c.d"),
    )


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(FieldUnknown, match="titel"):
        edit_field(blank("joke"), "titel", "x")


def test_a_draft_with_holes_survives_json_and_becomes_a_file() -> None:
    draft = edit_field(blank("format"), "title.ru", "Имя")
    assert from_json(to_json(draft)) == draft
    assert 'title: {ru: "Имя", en: ""}' in layout(draft)
    edited = edit_field(from_text(), "title.ru", "")
    assert layout(edited) == CANONICAL.replace("Имя", "") and from_json(to_json(edited)) == edited


def test_a_whole_file_from_a_phone_is_read_under_the_id_of_its_entry() -> None:
    sent = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").replace("First", "Other").encode()
    assert from_file(sent, from_text()).text["en"].startswith("Other")
    with pytest.raises(EntryError) as error:
        from_file(FILE.replace("says:", "syas:").encode(), from_text())
    assert pages.file_problem(error.value.problems[0], TEXTS["ru"]) == "строка 11: неизвестное поле «syas»"


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Пол – это лава!", (), "pol-eto-lava"),
        ("Drake: no – yes", ("drake-no-yes",), "drake-no-yes-2"),
        ("…", (), "entry"),
        ("щ" * 60, (), "sch" * 13 + "s"),
    ],
)
def test_an_id_is_made_of_a_title(title: str, taken: tuple[str, ...], expected: str) -> None:
    assert suggest_id(title, taken) == expected


# --- rename


def test_rename_takes_history_and_links_along(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b", concepts=("a",)), entry("c"))
    kb.changes.save(replace(kb.entries.get("a"), aliases=("x",)), author="ann", now=NOW, base_revision=1)
    made = kb.changes.rename("a", "new", author="bob", now=NOW)
    assert [(one.entry_id, one.comment) for one in made] == [("new", "a renamed to new"), ("b", "a renamed to new")]
    assert [one.number for one in kb.revisions.history("new")] == [3, 2, 1]
    assert kb.entries.get("b").concepts == ("new",) and kb.entries.links_to("new") == ["b"]
    assert [one.id for one in kb.entries.all()] == ["b", "c", "new"]


def test_the_old_id_leads_to_the_entry_wherever_it_goes(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b"))
    kb.changes.rename("a", "second", author="bob", now=NOW)
    kb.changes.rename("second", "third", author="bob", now=NOW)
    assert (
        kb.entries.resolve("a")
        == kb.entries.resolve("second")
        == kb.entries.get("a").id
        == kb.revisions.current("a").entry_id
        == "third"
    )
    assert former_ids(kb, "third") == ["a", "second"]
    kb.changes.rename("third", "a", author="bob", now=NOW)
    assert kb.entries.resolve("third") == "a" and former_ids(kb, "a") == ["second", "third"]


def test_an_id_that_is_or_was_taken_is_refused(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b"), entry("c"))
    kb.changes.delete("c", author="ann", now=NOW)
    for other, deleted in (("b", False), ("c", True)):
        with pytest.raises(EntryExists) as error:
            kb.changes.rename("a", other, author="bob", now=NOW)
        assert error.value.deleted is deleted
    with pytest.raises(EntryError) as bad:
        kb.changes.rename("a", "No Id", author="bob", now=NOW)
    assert "not an id" in wording.reason(bad.value.problems[0])


def test_a_new_entry_may_take_an_id_that_is_free_again(kb: KnowledgeBase) -> None:
    add(kb, entry("a"))
    kb.changes.rename("a", "b", author="bob", now=NOW)
    add(kb, entry("a", text={"ru": "другое", "en": "other"}))
    assert kb.entries.get("a").text["en"] == "other" and kb.entries.get("b").text["en"] == "Text a."
    assert former_ids(kb, "b") == []


def test_a_draft_of_a_renamed_entry_is_stale_and_not_a_second_entry(kb: KnowledgeBase) -> None:
    add(kb, entry("a"))
    draft = replace(kb.entries.get("a"), aliases=("mine",))
    kb.changes.rename("a", "b", author="bob", now=NOW)
    with pytest.raises(StaleRevision) as error:
        kb.changes.save(draft, author="ann", now=NOW, base_revision=1)
    assert error.value.current.entry_id == "b"
    kb.changes.save(with_id(draft, "b"), author="ann", now=NOW, base_revision=error.value.current.number)
    assert kb.entries.get("b").aliases == ("mine",)


def test_a_rename_to_an_id_that_was_taken_meanwhile_is_refused_whole(kb: KnowledgeBase) -> None:
    add(kb, entry("a"))
    change = kb.changes.renaming("a", "b")
    add(kb, entry("b"))
    with pytest.raises(EntryExists):
        kb.changes.apply(change, author="ann", now=NOW)
    assert [one.id for one in kb.entries.all()] == ["a", "b"] and former_ids(kb, "b") == []


def test_all_ids_that_lead_elsewhere_are_known_at_once(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b"), entry("c"))
    kb.changes.rename("a", "second", author="bob", now=NOW)
    kb.changes.merge("b", ["second"], author="bob", now=NOW)
    assert kb.entries.moved_ids() == {"a": "b", "second": "b"}
    kb.changes.restore("second", 2, author="bob", now=NOW)
    assert kb.entries.moved_ids() == {"a": "second"} == {old: kb.entries.resolve(old) for old in ("a",)}
    kb.changes.delete("second", author="bob", now=NOW)
    kb.changes.delete("b", author="bob", now=NOW)
    assert kb.entries.moved_ids() == {}


# --- delete and restore


def test_a_deletion_can_take_the_links_along(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b", concepts=("a", "c")), entry("c"))
    assert kb.entries.links_to("a") == ["b"]
    kb.changes.delete("a", author="ann", now=NOW, unlink=True)
    assert kb.entries.get("b").concepts == ("c",) and kb.revisions.history("b")[0].comment == "a deleted"


def test_a_restored_entry_links_to_what_was_renamed_since(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b", concepts=("a",)))
    kb.changes.delete("b", author="ann", now=NOW)
    kb.changes.rename("a", "new", author="ann", now=NOW)
    kb.changes.restore("b", 1, author="ann", now=NOW)
    assert kb.entries.get("b").concepts == ("new",)


# --- merge


def test_merge_unites_what_entries_are_found_by_and_redirects_links(kb: KnowledgeBase) -> None:
    add(
        kb,
        entry("a", says=("one phrase",), concepts=("b", "c")),
        entry(
            "b",
            says=("two phrases",),
            aliases=("ONE", "name A"),
            keywords={"ru": ("слово",), "en": ()},
            exemplars=("b.png",),
            sources=(Source("S", "https://s.t"),),
        ),
        entry("c"),
        entry("d", concepts=("b", "a")),
    )
    kb.texts.add(RegressionText("which one", (EntryId("b"),), "questions", "en"), author="ann", now=NOW)
    made = kb.changes.merge("a", ["b"], author="bob", now=NOW)
    assert [(one.entry_id, one.deleted) for one in made] == [("a", False), ("b", True), ("d", False)]
    whole = kb.entries.get("a")
    assert whole.says == ("one phrase", "two phrases") and whole.aliases == ("Имя b", "Name b", "ONE")
    assert whole.keywords["ru"] == ("слово",) and whole.exemplars == ("b.png",) and whole.concepts == ("c",)
    assert whole.text["en"] == "Text a." and whole.sources == (Source("S", "https://s.t"),)
    assert kb.entries.get("d").concepts == ("a",)
    assert kb.entries.get("b").id == "a" and former_ids(kb, "a") == ["b"]
    assert [text.entries for text in kb.texts.all()] == [("a",)]


def test_a_merge_that_is_taken_back_leaves_all_as_it_was(kb: KnowledgeBase) -> None:
    add(kb, entry("a", says=("one phrase",)), entry("b", says=("two phrases",)), entry("d", concepts=("b",)))
    kb.texts.add(RegressionText("which one", (EntryId("b"),), "questions", "en"), author="ann", now=NOW)
    entries, texts = kb.entries.all(), kb.texts.all()
    merged, *_ = kb.changes.merge("a", ["b"], author="bob", now=NOW + timedelta(hours=1))
    kb.changes.undo("a", merged.number, author="ann", now=NOW + timedelta(hours=2))
    assert kb.entries.all() == entries
    assert kb.texts.all() == texts
    merged, *_ = kb.changes.merge("a", ["b"], author="bob", now=NOW + timedelta(hours=3))
    kb.changes.save(entry("d"), author="ann", now=NOW, base_revision=kb.revisions.current("d").number)
    before = kb.entries.all()
    with pytest.raises(StaleRevision):
        kb.changes.undo("a", merged.number, author="ann", now=NOW + timedelta(hours=4))
    assert kb.entries.all() == before


def test_a_merge_can_be_taken_back(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b"))
    kb.changes.merge("a", ["b"], author="bob", now=NOW)
    assert [one.deleted for one in kb.revisions.history("b")] == [True, False]
    kb.changes.restore("b", 1, author="bob", now=NOW)
    kb.changes.restore("a", 1, author="bob", now=NOW)
    assert kb.entries.get("b").text["en"] == "Text b." and kb.entries.get("a").aliases == ()


@pytest.mark.parametrize("others", [["a"], [], ["f"]])
def test_what_cannot_become_one_is_refused(kb: KnowledgeBase, others: list[str]) -> None:
    add(kb, entry("a"), entry("f", "format"))
    with pytest.raises(MergeError):
        kb.changes.merge("a", others, author="bob", now=NOW)
    assert len(kb.entries.all()) == 2


def test_a_change_that_was_put_together_on_older_revisions_is_refused_whole(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b"), entry("c", concepts=("b",)))
    change = kb.changes.merging("a", ["b"])
    kb.changes.save(replace(kb.entries.get("c"), aliases=("x",)), author="ann", now=NOW, base_revision=1)
    with pytest.raises(StaleRevision):
        kb.changes.apply(change, author="bob", now=NOW)
    assert kb.entries.get("b").id == "b" and kb.entries.get("a").aliases == ()


# --- exemplars


def fingerprint(seed: int = 0) -> Fingerprint:
    rng = np.random.default_rng(seed)
    points, descriptors = np.zeros((2, 2), np.float32), np.zeros((2, 128), np.uint8)
    plain = Fingerprint(bytes(32).hex(), rng.bytes(32), 100, Keypoints(points, descriptors, (9, 9)))
    return plain.with_vectors(ENCODER, np.eye(1, 4, dtype=np.float32))


PNG = b"\x89PNG..."


def test_a_picture_comes_with_its_revision_licence_and_vectors(kb: KnowledgeBase) -> None:
    add(kb, entry("a"))
    new = NewExemplar.picture("a", PNG, fingerprint(), "drawn by us, CC0", kb.exemplars.names())
    kb.changes.save(
        with_exemplar(kb.entries.get("a"), new.name), author="ann", now=NOW, base_revision=1, exemplars=[new]
    )
    assert (
        new.name == "a.png"
        and kb.exemplars.get("a.png").picture == PNG
        and kb.exemplars.licences()["a.png"] == "drawn by us, CC0"
    )
    assert kb.exemplars.without_fingerprint() == kb.exemplars.without_vectors(ENCODER) == []
    assert kb.vectors.exemplar_vectors(ENCODER).owners == [("a.png", ["a"])]
    kb.changes.save(without_exemplar(kb.entries.get("a"), "a.png"), author="ann", now=NOW, base_revision=2)
    assert kb.vectors.exemplar_vectors(ENCODER).owners == [] and kb.exemplars.get("a.png").picture == PNG


def test_a_fingerprint_needs_no_licence_and_a_picture_does(kb: KnowledgeBase) -> None:
    add(kb, entry("a"))
    new = NewExemplar.of_fingerprint("a", fingerprint(), {"a.fp.npz"})
    kb.changes.save(
        with_exemplar(kb.entries.get("a"), new.name), author="ann", now=NOW, base_revision=1, exemplars=[new]
    )
    assert kb.exemplars.get("a-2.fp.npz").picture is None and kb.vectors.fingerprint("a-2.fp.npz", ENCODER).vectors
    with pytest.raises(LicenceMissing):
        NewExemplar.picture("a", PNG, fingerprint(), "  ")


def test_a_save_that_fails_keeps_no_exemplar(kb: KnowledgeBase) -> None:
    add(kb, entry("a"))
    new = NewExemplar.picture("a", PNG, fingerprint(), "ours")
    with pytest.raises(StaleRevision):
        kb.changes.save(
            with_exemplar(kb.entries.get("a"), new.name), author="ann", now=NOW, base_revision=7, exemplars=[new]
        )
    assert kb.exemplars.names() == set()
    kb.exemplars.put("a.png", b"\x89PNG other")
    with pytest.raises(ExemplarExists):
        kb.changes.save(
            with_exemplar(kb.entries.get("a"), new.name), author="ann", now=NOW, base_revision=1, exemplars=[new]
        )
    assert kb.revisions.current("a").number == 1


# --- findings


def test_an_empty_entry_is_told_what_it_lacks_field_by_field(kb: KnowledgeBase) -> None:
    found = checked(kb, blank("joke", "new"))
    assert [(one.severity, one.edited_field) for one in found] == [
        ("error", "title.ru"),
        ("error", "title.en"),
        ("error", "text.ru"),
        ("error", "text.en"),
    ]
    assert words(found[2]) == {"ru": "нет объяснения по-русски", "en": "there is no explanation in Russian"}


def test_errors_beside_other_entries_block_and_remarks_do_not(kb: KnowledgeBase) -> None:
    add(kb, entry("a", says=("the same phrase",)), entry("f", "format"))
    made = entry("b", says=("the same phrase",), concepts=("f", "gone"), exemplars=("b.png",))
    found = checked(kb, made)
    assert [(one.edited_field, words(one)["ru"]) for one in found if one.severity == "error"] == [
        ("says", "фраза «the same phrase» уже есть в записи a; оставьте её в одной"),
        ("concepts", "понятия: «f» – это формат"),
        ("concepts", "понятия: записи «gone» нет"),
        ("exemplars", "картинки «b.png» нет"),
    ]
    assert {one.edited_field for one in found if one.severity == "warning"} == {"text.ru", "text.en", "says"}
    assert "exemplars" not in {one.edited_field for one in checked(kb, made, "b.png")}


def test_another_kind_is_an_error_where_others_link_to_it(kb: KnowledgeBase) -> None:
    add(kb, entry("a"), entry("b", concepts=("a",)))
    found = checked(kb, replace(kb.entries.get("a"), kind="format"))
    assert ["a" in words(one)["en"] for one in found if one.severity == "error"] == [True]


def test_an_entry_that_is_gone_has_no_id_to_resolve(kb: KnowledgeBase) -> None:
    add(kb, entry("a"))
    kb.changes.delete("a", author="ann", now=NOW)
    with pytest.raises(EntryNotFound):
        kb.entries.resolve("a")
    assert kb.changes.apply(Change.of(entry("a")), author="ann", now=NOW)[0].number == 3


SHIPPED = sorted((shipped() / "entries").rglob("*.md"))


@pytest.mark.parametrize("path", SHIPPED[::40], ids=lambda path: path.stem)
def test_an_edit_of_a_shipped_entry_is_a_minimal_difference(path: Path) -> None:
    old = path.read_text("utf-8")
    made = parse(old.encode(), PurePosixPath(*path.parts[-2:]))
    for field in FIELDS:
        assert edit_field(made, field, field_text(made, field)) == made
        if field in OF_FORMATS:
            continue
        if field in ("formats", "concepts", "exemplars"):
            value = f"{field_text(made, field)}\nsome-thing" + (".png" if field == "exemplars" else "")
        elif field == "sources":
            value = f"{field_text(made, field)}\nNew | https://example.org"
        elif field.startswith("text"):
            value = f"{field_text(made, field)}\n\nOne more paragraph."
        else:
            value = f"{field_text(made, field)}\nsomething new"
        gone, come = changed_lines(old, dumps(edit_field(made, field, value)))
        assert len(gone) <= 1 and 1 <= len(come) <= 2
        for before, after in zip(gone, come, strict=False):  # in a line of a list, what stays keeps its quotes
            letters = iter(after)
            assert all(letter in letters for letter in before), (before, after)
            assert before.split(":")[0] == after.split(":")[0] == field.split(".")[0]


MISTAKES = [
    ("title: {ru: Имя, en: Name}", "titel: x"),
    ("says: []", "says: word"),
    ("says: []", "says: [a, a]"),
    ("says: []", "says: ['']"),
    ("says: []", f"says: [{'x' * 501}]"),
    ("says: []", "formats: [No Id]"),
    ("says: []", "exemplars: [a.txt]"),
    ("says: []", "sources: [{title: a, url: b}]"),
    ("says: []", "says: {a: b}"),
    ("says: []", "sources: [a]"),
    ("says: []", "keywords: [a]"),
    ("says: []", "keywords: {ru: [], en: [], de: []}"),
    ("says: []", "says: [[a]]"),
    ("says: []", "says: *a"),
    ("says: []", "says: !a b"),
    ("says: []", "says: ["),
    ("says: []", "says: []\nsays: []"),
    ("says: []", "says: [a\tb]"),
    ("says: []", "says: [a\u200b\u2028b]"),
    ("title: {ru: Имя, en: Name}", "title: {ru: Имя}"),
    ("title: {ru: Имя, en: Name}\n", ""),
    ("---\n## ru", "## ru"),
    ("## ru\nТекст", "Текст"),
    ("## en\nText", ""),
    ("## en", "## de"),
    ("Text", ""),
    ("## en", "## ru"),
    ("Text", "x" * 4001),
    ("Text", "<b>x</b>"),
    ("Text", "# a heading"),
    ("---\nt", "t"),
    ("says: []", "says: [" + ", ".join(f"w{n}" for n in range(101)) + "]"),
    ("Text\n", "Text\r\n"),
    ("title: {ru: Имя, en: Name}", "- a"),
    ("says: []", "says: &a b"),
    ("Text", "x" * 70_000),
]


@pytest.mark.parametrize(("right", "wrong"), MISTAKES, ids=range(len(MISTAKES)))
def test_every_mistake_in_a_file_has_words_in_both_languages(right: str, wrong: str) -> None:
    good = "---\ntitle: {ru: Имя, en: Name}\nsays: []\n---\n## ru\nТекст\n## en\nText\n"
    assert right in good
    with pytest.raises(EntryError) as error:
        parse(good.replace(right, wrong, 1).encode(), PurePosixPath("jokes/a.md"))
    for problem in error.value.problems:
        ru, en = (pages.file_problem(problem, TEXTS[lang]) for lang in LANGS)
        assert re.match(r"строка \d+: .*[а-я]", ru) and "{" not in en[:20]


def test_every_remark_about_some_entries_of_the_shipped_base_has_words_in_both_languages(tmp_path: Path) -> None:
    for path in SHIPPED[::40]:  # which lack what they link to
        copy = tmp_path / path.relative_to(shipped())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    found = lint(tmp_path)
    assert {"link-missing"} < {problem.code for problem in found}
    assert all(words(problem)["ru"] and words(problem)["en"] for problem in found)


def test_a_licence_goes_to_the_files_and_back(kb: KnowledgeBase, tmp_path: Path) -> None:
    add(kb, entry("a"))
    new = NewExemplar.picture("a", PNG, fingerprint(), "drawn by us, CC0")
    kb.changes.save(
        with_exemplar(kb.entries.get("a"), new.name), author="ann", now=NOW, base_revision=1, exemplars=[new]
    )
    licences = tmp_path / "exemplars" / "licences.csv"
    kb.files.export(tmp_path)
    assert licences.read_text() == 'name,licence\na.png,"drawn by us, CC0"\n'
    assert kb.files.export(tmp_path).written == ()
    licences.write_text("name,licence\n# by hand\na.png,CC BY\n")
    other = KnowledgeBase(in_memory())
    other.files.sync(tmp_path, now=NOW)
    assert other.exemplars.licences()["a.png"] == "CC BY" and other.exemplars.get("a.png").picture == PNG
    kb.files.export(tmp_path)
    assert licences.read_text() == 'name,licence\n# by hand\na.png,"drawn by us, CC0"\n'


def test_an_edit_in_the_chat_changes_one_file_and_its_lines_alone(kb: KnowledgeBase, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        path = tmp_path / "entries" / "concepts" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CANONICAL.replace("Name", f"Name {name}").replace("Имя", f"Имя {name}"))
    kb.files.sync(tmp_path, now=NOW)
    before = {path: path.read_text() for path in tmp_path.rglob("*.md")}
    kb.changes.save(
        edit_field(kb.entries.get("b"), "text.en", "First paragraph.\n\nAnother one."),
        author="ann",
        now=NOW,
        base_revision=1,
    )
    report = kb.files.export(tmp_path)
    assert [path.name for path in report.written] == ["b.md"] and report.unchanged == 2
    changed = {path: text for path, text in before.items() if path.read_text() != text}
    assert [path.name for path in changed] == ["b.md"]
    for path, text in changed.items():
        assert changed_lines(text, path.read_text()) == (["Second paragraph."], ["Another one."])
