"""The base in its database: revisions, search candidates, exemplars, vectors, schema."""

from __future__ import annotations

import dataclasses
import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from engines import Databases

from knowledge.entry.markdown import dumps, parse
from knowledge.entry.model import Entry, EntryId, Kind, path_of
from knowledge.errors import EntryError, EntryNotFound, ExemplarExists, ExemplarNotFound, RevisionNotFound
from knowledge.reading import EncoderId, Fingerprint, FingerprintError, Keypoints
from knowledge.stems import stems
from knowledge.store.base import MIGRATIONS, KnowledgeBase
from knowledge.store.revisions import StaleRevision
from memebot.database import REFUSALS, DatabaseTooNew, in_memory, open_database

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ENCODER, OTHER = EncoderId("test-1"), EncoderId("test-2")


@pytest.fixture
def kb(databases: Databases) -> KnowledgeBase:
    return KnowledgeBase(databases())


def entry(entry_id: str, kind: Kind = "concept", text: str = "Text.", **fields: object) -> Entry:
    new = Entry(
        EntryId(entry_id), kind, {"ru": f"Имя {entry_id}", "en": f"Name {entry_id}"}, {"ru": "Текст.", "en": text}
    )
    new = dataclasses.replace(new, **fields)  # type: ignore[arg-type]
    return parse(dumps(new).encode(), path_of(kind, entry_id))


def fingerprint(data: bytes, *encoders: EncoderId, views: int = 2, fill: float = 0.5) -> Fingerprint:
    keypoints = Keypoints(np.ones((3, 2), np.float32), np.full((3, 128), 7, np.uint8), (640, 480))
    vectors = {encoder: np.full((views, 4), fill, np.float32) for encoder in encoders}
    return Fingerprint(hashlib.sha256(data).hexdigest(), bytes(range(32)), 80, keypoints, vectors)


# --- revisions


def test_a_saved_entry_is_read_back_with_its_text(kb: KnowledgeBase) -> None:
    new = entry("nan", "concept", aliases=("not a number",), exemplars=("nan.png",))
    revision = kb.changes.save(new, author="ann", now=NOW, comment="first")
    assert (revision.number, revision.author, revision.at, revision.comment) == (1, "ann", NOW, "first")
    assert kb.entries.get("nan") == new and kb.entries.all() == [new]
    assert dumps(kb.entries.get("nan")) == revision.text == dumps(kb.entries.all()[0])


def test_entries_come_by_id_and_kind(kb: KnowledgeBase) -> None:
    for one in (entry("b"), entry("c", "joke"), entry("a")):
        kb.changes.save(one, author="ann", now=NOW)
    assert [one.id for one in kb.entries.all()] == ["a", "b", "c"]
    assert [one.id for one in kb.entries.all("joke")] == ["c"]


def test_an_unknown_id_names_the_closest(kb: KnowledgeBase) -> None:
    for name in ("overfitting", "underfitting", "nan"):
        kb.changes.save(entry(name), author="ann", now=NOW)
    with pytest.raises(EntryNotFound) as caught:
        kb.entries.get("overfiting")
    assert caught.value.closest[0] == "overfitting" and "overfitting" in caught.value.hint


def test_every_save_is_a_revision_newest_first(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a"), author="ann", now=NOW)
    kb.changes.save(entry("a", text="New."), author="bob", now=NOW + timedelta(hours=1), base_revision=1)
    assert [(r.number, r.author, r.entry().text["en"]) for r in kb.revisions.history("a")] == [
        (2, "bob", "New."),
        (1, "ann", "Text."),
    ]


def test_saving_an_unchanged_entry_makes_no_revision(kb: KnowledgeBase) -> None:
    first = kb.changes.save(entry("a"), author="ann", now=NOW)
    assert kb.changes.save(entry("a"), author="bob", now=NOW, base_revision=1) == first
    assert len(kb.revisions.history("a")) == 1


@pytest.mark.parametrize("base_revision", [None, 1, 3])
def test_a_save_on_top_of_another_revision_is_refused_with_the_current_one(
    kb: KnowledgeBase, base_revision: int | None
) -> None:
    kb.changes.save(entry("a"), author="ann", now=NOW)
    current = kb.changes.save(entry("a", text="Two."), author="bob", now=NOW, base_revision=1)
    with pytest.raises(StaleRevision) as caught:
        kb.changes.save(entry("a", text="Three."), author="cy", now=NOW, base_revision=base_revision)
    assert caught.value.current == current
    assert kb.entries.get("a").text["en"] == "Two."


def test_an_invalid_entry_is_not_saved(kb: KnowledgeBase) -> None:
    with pytest.raises(EntryError):
        kb.changes.save(dataclasses.replace(entry("a"), text={"ru": "а", "en": "<b>"}), author="ann", now=NOW)
    assert kb.entries.all() == []


def test_a_deleted_entry_is_gone_everywhere_and_can_be_brought_back(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("b"), author="ann", now=NOW)
    kb.changes.save(entry("a", concepts=("b",), looks_like=("a cat",), text="Whiskers."), author="ann", now=NOW)
    deleted = kb.changes.delete("a", author="bob", now=NOW, comment="double", base_revision=1)
    assert deleted.deleted and deleted.number == 2
    assert [one.id for one in kb.entries.all()] == ["b"]
    assert kb.entries.links_to("b") == [] and kb.vectors.descriptions_without_vectors(ENCODER) == []
    assert not kb.entries.known_stems() & set(stems("Whiskers"))
    with pytest.raises(EntryNotFound):
        kb.entries.get("a")
    with pytest.raises(EntryNotFound):
        kb.changes.delete("a", author="bob", now=NOW)
    kb.changes.restore("a", 1, author="ann", now=NOW)
    assert kb.entries.get("a").concepts == ("b",) and kb.entries.links_to("b") == ["a"]
    assert [r.number for r in kb.revisions.history("a")] == [3, 2, 1]


def test_deleting_on_top_of_another_revision_is_refused(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a"), author="ann", now=NOW)
    kb.changes.save(entry("a", text="Two."), author="bob", now=NOW, base_revision=1)
    with pytest.raises(StaleRevision):
        kb.changes.delete("a", author="ann", now=NOW, base_revision=1)


def test_a_deleted_id_can_be_used_for_a_new_entry(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a"), author="ann", now=NOW)
    kb.changes.delete("a", author="ann", now=NOW)
    assert kb.changes.save(entry("a", "joke", text="New."), author="bob", now=NOW).number == 3
    assert kb.entries.get("a").kind == "joke"


def test_a_restored_revision_is_a_new_one_with_the_same_bytes(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a"), author="ann", now=NOW)
    kb.changes.save(entry("a", text="Two."), author="bob", now=NOW, base_revision=1)
    restored = kb.changes.restore("a", 1, author="cy", now=NOW)
    assert restored.number == 3 and restored.text == kb.revisions.history("a")[-1].text
    assert kb.changes.restore("a", 1, author="cy", now=NOW) == restored
    with pytest.raises(RevisionNotFound):
        kb.changes.restore("a", 9, author="cy", now=NOW)
    with pytest.raises(EntryNotFound):
        kb.changes.restore("b", 1, author="cy", now=NOW)


def test_revisions_cannot_be_changed_or_deleted(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a"), author="ann", now=NOW)
    for sql in ("delete from revisions", "update revisions set text = 'x'", "update revisions set author = 'x'"):
        with pytest.raises(REFUSALS, match="never"):
            kb.handle.db.execute(sql)


def test_times_are_kept_in_utc_and_need_a_zone(kb: KnowledgeBase) -> None:
    moscow = NOW.astimezone(timezone(timedelta(hours=3)))
    assert kb.changes.save(entry("a"), author="ann", now=moscow).at == NOW
    assert kb.revisions.history("a")[0].at.utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="zone"):
        kb.changes.save(entry("b"), author="ann", now=NOW.replace(tzinfo=None))
    assert [one.id for one in kb.entries.all()] == ["a"]


def test_links_are_seen_from_the_other_side(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("j", "joke", concepts=("nan",), formats=("f",)), author="ann", now=NOW)
    kb.changes.save(entry("k", concepts=("nan",)), author="ann", now=NOW)
    assert (
        kb.entries.links_to("nan") == ["j", "k"]
        and kb.entries.links_to("f") == ["j"]
        and kb.entries.links_to("j") == []
    )
    kb.changes.save(dataclasses.replace(kb.entries.get("k"), concepts=()), author="ann", now=NOW, base_revision=1)
    assert kb.entries.links_to("nan") == ["j"]


def test_what_a_base_holds_has_a_name_that_changes_with_it(kb: KnowledgeBase) -> None:
    before = kb.state()
    kb.changes.save(entry("a"), author="ann", now=NOW)
    assert before == "1:0:None" and kb.state() == f"3:1:{NOW.isoformat(timespec='microseconds')}"


# --- stems


def test_words_of_titles_phrases_and_explanations_are_known(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("body", text="About overfitting, at length."), author="ann", now=NOW)
    kb.changes.save(entry("title", title={"ru": "Переобучение", "en": "Bagging"}), author="ann", now=NOW)
    words = ("overfitting", "bagging", "переобучения")
    assert kb.entries.known_stems() >= {stem for word in words for stem in stems(word)}
    assert not kb.entries.known_stems() & {stem for word in ("boosting", "бустинг") for stem in stems(word)}


@pytest.mark.parametrize("word", ["torch.log", "c++", "c#", "gpt-4", "f1-score", "don't", "8x8", "self_attention"])
def test_words_with_punctuation_are_known(kb: KnowledgeBase, word: str) -> None:
    kb.changes.save(entry("a", says=(f"see {word} here",)), author="ann", now=NOW)
    assert stems(word)[0] in kb.entries.known_stems()


# --- generation


def test_the_generation_grows_with_every_change_that_a_search_sees(kb: KnowledgeBase) -> None:
    seen = [kb.generation()]

    def grew() -> bool:
        seen.append(kb.generation())
        return seen[-1] > seen[-2]

    kb.changes.save(entry("a", exemplars=("a.png",), looks_like=("a cat",)), author="ann", now=NOW)
    assert grew()
    kb.exemplars.put("a.png", b"picture")
    assert grew()
    kb.vectors.put_fingerprint("a.png", fingerprint(b"picture", ENCODER))
    assert grew()
    kb.vectors.put_phrase_vectors(ENCODER, ["a cat"], np.ones((1, 4), np.float32))
    assert grew()
    kb.vectors.put_calibration(ENCODER, {"a": 1}, NOW)
    assert grew()
    kb.changes.delete("a", author="ann", now=NOW)
    assert grew()
    kb.entries.all(), kb.vectors.hashes(), kb.vectors.exemplar_vectors(ENCODER)
    assert not grew()


# --- exemplars


def test_an_exemplar_is_kept_with_its_bytes(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a", exemplars=("a.png",)), author="ann", now=NOW)
    kb.changes.save(entry("b", exemplars=("a.png",)), author="ann", now=NOW)
    kb.exemplars.put("a.png", b"picture")
    kb.exemplars.put("a.png", b"picture")
    (one,) = kb.exemplars.all()
    assert (one.name, one.kind, one.picture, one.entries) == ("a.png", "picture", b"picture", ("a", "b"))
    assert one.sha256 == hashlib.sha256(b"picture").hexdigest()
    with pytest.raises(ExemplarExists):
        kb.exemplars.put("a.png", b"other")
    assert kb.exemplars.file("a.png") == b"picture"


def test_an_exemplar_that_no_entry_names_is_not_searched(kb: KnowledgeBase) -> None:
    kb.exemplars.put("a.png", b"picture")
    kb.vectors.put_fingerprint("a.png", fingerprint(b"picture", ENCODER))
    assert (
        kb.exemplars.all() == []
        and kb.vectors.hashes().owners == []
        and kb.vectors.exemplar_vectors(ENCODER).owners == []
    )
    assert kb.exemplars.get("a.png").entries == () and kb.exemplars.names() == {"a.png"}


def test_what_is_not_computed_yet_is_listed_until_it_is(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a", exemplars=("a.png", "b.png")), author="ann", now=NOW)
    kb.exemplars.put("a.png", b"a")
    kb.exemplars.put("b.png", b"b")
    assert [one.name for one in kb.exemplars.without_fingerprint()] == ["a.png", "b.png"]
    assert kb.vectors.put_fingerprint("a.png", fingerprint(b"a", ENCODER))
    assert [one.name for one in kb.exemplars.without_fingerprint()] == ["b.png"]
    assert [one.name for one in kb.exemplars.without_vectors(ENCODER)] == ["b.png"]
    assert [one.name for one in kb.exemplars.without_vectors(OTHER)] == ["a.png", "b.png"]


def test_a_fingerprint_of_another_picture_is_not_kept(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a", exemplars=("a.png",)), author="ann", now=NOW)
    kb.exemplars.put("a.png", b"new picture")
    assert not kb.vectors.put_fingerprint("a.png", fingerprint(b"old picture"))
    assert not kb.vectors.put_fingerprint("gone.png", fingerprint(b"x"))
    assert kb.vectors.hashes().owners == []


def test_a_fingerprint_file_brings_its_hash_features_and_vectors(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("f", "format", exemplars=("f.fp.npz",)), author="ann", now=NOW)
    original = fingerprint(b"template", ENCODER)
    kb.exemplars.put("f.fp.npz", original.to_bytes())
    (one,) = kb.exemplars.all()
    assert (one.kind, one.picture, one.sha256) == ("fingerprint", None, original.sha256)
    assert kb.exemplars.without_fingerprint() == [] and kb.exemplars.without_vectors(ENCODER) == []
    loaded = kb.vectors.fingerprint("f.fp.npz")
    assert loaded.pdq == original.pdq and loaded.pdq_quality == 80 and loaded.vectors == {}
    assert np.array_equal(loaded.keypoints.descriptors, original.keypoints.descriptors)
    assert kb.vectors.exemplar_vectors(ENCODER).vectors.shape == (1, 2, 4)
    with pytest.raises(FingerprintError):
        kb.exemplars.put("g.fp.npz", b"junk")
    assert kb.exemplars.names() == {"f.fp.npz"}


def test_a_replaced_picture_loses_what_was_computed_of_the_old_one(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a", exemplars=("a.png",)), author="ann", now=NOW)
    kb.exemplars.put("a.png", b"old")
    kb.vectors.put_fingerprint("a.png", fingerprint(b"old", ENCODER))
    kb.exemplars.replace("a.png", b"new")
    assert [one.name for one in kb.exemplars.without_fingerprint()] == ["a.png"]
    assert [one.name for one in kb.exemplars.without_vectors(ENCODER)] == ["a.png"]
    with pytest.raises(ExemplarNotFound):
        kb.vectors.fingerprint("a.png")


def test_hashes_are_loaded_row_by_row_with_their_owners(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("b", exemplars=("x.png", "y.png")), author="ann", now=NOW)
    kb.changes.save(entry("a", exemplars=("y.png",)), author="ann", now=NOW)
    for name in ("x.png", "y.png"):
        kb.exemplars.put(name, name.encode())
        kb.vectors.put_fingerprint(name, fingerprint(name.encode()))
    hashes = kb.vectors.hashes()
    assert hashes.owners == [("x.png", ["b"]), ("y.png", ["a", "b"])]
    assert hashes.sha256 == [hashlib.sha256(name).hexdigest() for name in (b"x.png", b"y.png")]
    assert hashes.pdq.shape == (2, 32) and bytes(hashes.pdq[1]) == bytes(range(32))
    assert hashes.quality.tolist() == [80, 80]


def test_vectors_of_two_encoders_never_mix(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a", exemplars=("a.png", "b.png")), author="ann", now=NOW)
    kb.exemplars.put("a.png", b"a")
    kb.exemplars.put("b.png", b"b")
    kb.vectors.put_fingerprint("a.png", fingerprint(b"a", ENCODER, fill=0.5))
    kb.vectors.put_fingerprint("a.png", fingerprint(b"a", OTHER, fill=0.25))
    kb.vectors.put_fingerprint("b.png", fingerprint(b"b", OTHER, fill=0.75))
    assert kb.vectors.exemplar_vectors(ENCODER).owners == [("a.png", ["a"])]
    assert (kb.vectors.exemplar_vectors(ENCODER).vectors == 0.5).all()
    assert kb.vectors.exemplar_vectors(OTHER).vectors[:, 0, 0].tolist() == [0.25, 0.75]
    assert kb.vectors.exemplar_vectors(EncoderId("none")).vectors.shape == (0, 0, 0)


def test_a_missing_view_repeats_the_first(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("a", exemplars=("a.png", "b.png")), author="ann", now=NOW)
    for name, views in (("a.png", 1), ("b.png", 3)):
        kb.exemplars.put(name, name.encode())
        kb.vectors.put_fingerprint(name, fingerprint(name.encode(), ENCODER, views=views))
    assert kb.vectors.exemplar_vectors(ENCODER).vectors.shape == (2, 3, 4)
    assert (kb.vectors.exemplar_vectors(ENCODER).vectors == 0.5).all()


def test_description_vectors_follow_their_phrases(kb: KnowledgeBase) -> None:
    kb.changes.save(entry("b", looks_like=("a cat", "a tap")), author="ann", now=NOW)
    kb.changes.save(entry("a", looks_like=("a cat",)), author="ann", now=NOW)
    todo = kb.vectors.descriptions_without_vectors(ENCODER)
    assert todo == [("a", "a cat"), ("b", "a tap")]
    kb.vectors.put_phrase_vectors(ENCODER, ["a cat", "a tap"], np.array([[1, 0], [0, 1]], np.float32))
    assert kb.vectors.without_vectors(ENCODER, ["a cat", "a dog", "a dog"]) == ["a dog"]
    assert kb.vectors.descriptions_without_vectors(ENCODER) == []
    assert kb.vectors.descriptions_without_vectors(OTHER) == todo
    loaded = kb.vectors.description_vectors(ENCODER)
    assert loaded.entries == ["a", "b", "b"] and loaded.phrases == ["a cat", "a cat", "a tap"]
    assert loaded.vectors.tolist() == [[1, 0], [1, 0], [0, 1]]
    kb.changes.save(
        dataclasses.replace(kb.entries.get("b"), looks_like=("a dog",)), author="ann", now=NOW, base_revision=1
    )
    assert kb.vectors.descriptions_without_vectors(ENCODER) == [("b", "a dog")]
    assert kb.vectors.description_vectors(ENCODER).entries == ["a"]


def test_a_calibration_belongs_to_one_encoder(kb: KnowledgeBase) -> None:
    assert kb.vectors.calibration(ENCODER) is None
    kb.vectors.put_calibration(ENCODER, {"bias": -1.5}, NOW)
    kb.vectors.put_calibration(ENCODER, {"bias": -2.5, "weights": [1, 2]}, NOW)
    assert kb.vectors.calibration(ENCODER) == {"bias": -2.5, "weights": [1, 2]}
    assert kb.vectors.calibration(OTHER) is None


# --- schema


def test_a_database_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    kb = KnowledgeBase(open_database(tmp_path / "db"))
    kb.handle.db.table("_sqlite_migrations").insert(
        {"migration_set": "knowledge", "name": "m999_future", "applied_at": str(NOW)}
    )
    kb.handle.db.close()
    before = (tmp_path / "db").read_bytes()
    with pytest.raises(DatabaseTooNew) as caught:
        KnowledgeBase(open_database(tmp_path / "db"))
    assert caught.value.unknown == ("m999_future",) and "upgrade" in caught.value.hint
    assert (tmp_path / "db").read_bytes() == before


def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    first = KnowledgeBase(open_database(tmp_path / "db"))
    first.changes.save(entry("a"), author="ann", now=NOW)
    first.handle.db.close()
    assert KnowledgeBase(open_database(tmp_path / "db")).entries.all() == [entry("a")]


def test_a_migration_that_fails_leaves_the_schema_before_it_and_is_run_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    db = in_memory()
    steps = MIGRATIONS.pending(db)
    broken = dataclasses.replace(steps[1], fn=lambda db: db.execute("create table x (y)") and db.execute("nonsense"))
    monkeypatch.setattr(MIGRATIONS, "_migrations", [steps[0], broken])
    with pytest.raises(sqlite3.OperationalError):
        KnowledgeBase(db)
    assert "x" not in db.table_names() and "synced" not in db.table_names()
    monkeypatch.undo()
    assert KnowledgeBase(db).entries.all() == []


def test_all_tables_are_strict() -> None:
    db = in_memory()
    KnowledgeBase(db)
    ours = [table for table in db.tables if not table.name.startswith("_")]
    assert [table.name for table in ours if not table.strict] == []
    assert db.execute("pragma foreign_keys").fetchone() == (1,)
