"""What is prepared of a base is what taking it over would compute; what is not is computed."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from knowledge.entry.markdown import parse
from knowledge.phrase_file import SHIPPED, PhraseFile
from knowledge.prepared import (
    ENTRIES,
    EXEMPLARS,
    PREPARED,
    SEGMENT,
    ExemplarRows,
    Prepared,
    entries_bytes,
    exemplars_bytes,
)
from knowledge.reading import EncoderId, Fingerprint, Keypoints
from knowledge.search.meaning import phrases_of
from knowledge.search.words.base_words import prepared_segment
from knowledge.store import sync
from knowledge.store.base import KnowledgeBase
from knowledge.store.entries import EntryRows
from knowledge.store.overlay import Folder, shipped
from memebot.database import in_memory

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = ("entries", "revisions", "synced", "links", "entry_exemplars", "descriptions", "entry_stems")


def some_base(root: Path) -> Path:
    """A dozen shipped entries."""
    for path in sorted((shipped() / "entries" / "concepts").glob("a*.md"))[:12]:
        (root / "entries" / "concepts").mkdir(parents=True, exist_ok=True)
        shutil.copy(path, root / "entries" / "concepts")
    return root


def prepare(root: Path) -> None:
    files, _ = Folder(root).read()
    data = entries_bytes((parse(file.data, file.path), file.sha256) for file in files)
    (root / PREPARED).mkdir()
    (root / PREPARED / ENTRIES).write_bytes(data)


def taken_over(root: Path) -> tuple[object, ...]:
    kb = KnowledgeBase(in_memory())
    kb.files.sync(root, now=NOW)
    return tuple(kb.handle.rows(f"select * from {table} order by 1, 2, 3") for table in TABLES)


def test_a_prepared_base_is_taken_over_as_one_that_is_not_without_reading_an_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = taken_over(some_base(tmp_path))
    prepare(tmp_path)
    monkeypatch.setattr(sync, "parse", None)
    assert taken_over(tmp_path) == computed


def test_an_entry_that_changed_since_is_read(tmp_path: Path) -> None:
    prepare(some_base(tmp_path))
    path = sorted((tmp_path / "entries" / "concepts").glob("*.md"))[0]
    path.write_text(path.read_text("utf-8").rstrip() + " Nichts davon.\n", "utf-8")
    with_prepared = taken_over(tmp_path)
    shutil.rmtree(tmp_path / PREPARED)
    assert with_prepared == taken_over(tmp_path)


@pytest.mark.parametrize("data", [b"", b"x\x9c", b"no such thing"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, data: bytes) -> None:
    for name in (ENTRIES, EXEMPLARS):
        (tmp_path / name).write_bytes(data)
    prepared = Prepared(tmp_path)
    assert prepared.entry(("a", "joke"), "0" * 64, "") is None and prepared.exemplar("0" * 64) is None


def test_stems_of_another_stemmer_count_as_not_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(some_base(tmp_path))
    file = Folder(tmp_path).read()[0][0]
    found = Prepared(tmp_path / PREPARED).entry((file.entry_id, file.kind), file.sha256, file.state[1])
    entry = parse(file.data, file.path)
    assert found == (entry, EntryRows.of(entry))
    assert found[0].original == entry.original
    monkeypatch.setattr("knowledge.prepared.stemming", lambda: ["another"])
    assert Prepared(tmp_path / PREPARED).entry((file.entry_id, file.kind), file.sha256, file.state[1]) is None


def test_exemplars_are_read_as_they_were_written(tmp_path: Path) -> None:
    rng, encoder = np.random.default_rng(0), EncoderId("an-encoder")
    plain = Fingerprint(
        "ab" * 32, bytes(range(32)), 90, Keypoints(np.ones((3, 2), np.float32), np.ones((3, 128), np.uint8), (9, 8))
    )
    seen = plain.with_vectors(encoder, rng.normal(size=(5, 4)).astype(np.float16).astype(np.float32))
    rows = {
        "11" * 32: ExemplarRows.of(seen, picture=True),
        "22" * 32: ExemplarRows.of(plain, picture=False),
        "33" * 32: ExemplarRows.of(seen, picture=False),
    }
    (tmp_path / EXEMPLARS).write_bytes(exemplars_bytes(rows))
    for digest, row in rows.items():
        found = Prepared(tmp_path).exemplar(digest)
        assert found is not None
        assert (found.sha256, found.pdq, found.quality, found.keypoints) == (
            row.sha256,
            row.pdq,
            row.quality,
            row.keypoints,
        )
        assert found.vectors.keys() == row.vectors.keys()
        assert all((found.vectors[one] == vectors).all() for one, vectors in row.vectors.items())


def test_nearly_all_of_the_shipped_base_is_prepared() -> None:
    """After many changes of entries, or one of the stems or of how words are laid out: ``memebot kb prepare``."""
    folder = Folder(shipped())
    prepared = Prepared(shipped() / PREPARED)
    files, _ = folder.read()
    ready = [prepared.entry((file.entry_id, file.kind), file.sha256, "") is not None for file in files]
    pictures = [prepared.exemplar(hashlib.sha256(path.read_bytes()).hexdigest()) for path in folder.pictures()]
    assert sum(ready) > 0.9 * len(files)
    assert sum(picture is not None for picture in pictures) > 0.9 * len(pictures)
    assert prepared_segment(shipped() / PREPARED / SEGMENT) is not None


def test_nearly_all_phrases_of_the_shipped_base_have_their_vectors() -> None:
    """After many changes of phrases: ``memebot kb prepare``."""
    phrases = [phrase for file in Folder(shipped()).read()[0] for phrase in phrases_of(parse(file.data, file.path))]
    with np.load(SHIPPED, allow_pickle=False) as found:
        encoder = EncoderId(found["encoder"].tobytes().decode())
    assert len(PhraseFile.read(SHIPPED, encoder).missing(phrases)) < 0.02 * len(phrases)
