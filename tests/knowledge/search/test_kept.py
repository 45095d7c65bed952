"""What was computed of a base and is kept beside its database."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.search.kept import KeptArrays, keep_lot, key_of


def test_arrays_are_found_under_their_name_and_key_alone(tmp_path: Path) -> None:
    kept = KeptArrays(tmp_path / "cache")
    kept.keep("words", "k1", {"a": np.arange(3), "b": np.eye(2)})

    found = kept.find("words", "k1")

    assert found is not None
    assert {name: array.tolist() for name, array in found.items()} == {"a": [0, 1, 2], "b": [[1, 0], [0, 1]]}
    assert kept.find("words", "k2") is None
    assert kept.find("other", "k1") is None


def test_a_new_lot_takes_the_place_of_the_old_one_of_its_name_while_that_is_read(tmp_path: Path) -> None:
    kept = KeptArrays(tmp_path)
    kept.keep("words", "k1", {"a": np.arange(3)})
    kept.keep("other", "k1", {"a": np.arange(5)})
    read = kept.find("words", "k1")
    kept.keep("words", "k2", {"a": np.arange(4)})

    assert kept.find("words", "k1") is None
    assert read is not None
    assert read["a"].sum() == 3
    assert kept.find("other", "k1") is not None


def test_a_damaged_lot_is_none_and_an_unwritable_folder_keeps_none(tmp_path: Path) -> None:
    kept = KeptArrays(tmp_path / "cache")
    kept.keep("words", "k1", {"a": np.arange(300)})
    file = tmp_path / "cache" / "words-k1" / "a.npy"
    file.write_bytes(file.read_bytes()[:200])
    assert kept.find("words", "k1") is None

    (tmp_path / "file").write_text("no folder")
    for home in ("file", "not-yet"):
        KeptArrays(tmp_path / home / "cache").keep("words", "k1", {"a": np.arange(3)})
    assert not (tmp_path / "not-yet").exists()


def test_a_lot_that_could_not_be_written_whole_is_none_and_leaves_the_one_before(tmp_path: Path) -> None:
    def write(part: Path) -> None:
        (part / "whole").write_bytes(b"2")

    def fill(part: Path) -> None:
        (part / "half").write_bytes(b"1")
        raise OSError("the disk is full")

    keep_lot(tmp_path, "words", "k1", write)
    with pytest.raises(OSError, match="full"):
        keep_lot(tmp_path, "words", "k2", fill)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("**/*") if path.is_file()] == [
        "words-k1/whole"
    ]


def test_texts_cut_in_another_way_have_another_key() -> None:
    assert len({key_of(parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["c", "ab"])}) == 4
