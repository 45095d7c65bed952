"""What taking over the shipped base computes, kept ready beside it, so that a first start need not.

Found by the content of each file: what changed since it was prepared is not found, and is computed as any other. Where
another stemmer is installed than the one that prepared them, entries count as not prepared.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.fields import entry_of_data
from knowledge.entry.model import Entry
from knowledge.reading import EncoderId, Fingerprint, Vectors, archive
from knowledge.search.kept import key_of
from knowledge.stems import stemming
from knowledge.store.entries import EntryRows

PREPARED = "prepared"
"""The folder beside the entries."""
ENTRIES, EXEMPLARS, SEGMENT = "entries.bin", "exemplars.npz", "words"


@dataclass(frozen=True, slots=True, eq=False)
class ExemplarRows:
    """What is stored of an exemplar beside its file. ``sha256``: of the picture; ``keypoints``: of a picture, its
    fingerprint without vectors as bytes; of a fingerprint they stand in its file."""

    sha256: str
    pdq: bytes
    quality: int
    vectors: Mapping[EncoderId, Vectors]
    keypoints: bytes | None = None

    @classmethod
    def of(cls, fingerprint: Fingerprint, *, picture: bool) -> ExemplarRows:
        """Of a fingerprint, or of a ``picture`` that has it."""
        keypoints = replace(fingerprint, vectors={}).to_bytes() if picture else None
        return cls(fingerprint.sha256, fingerprint.pdq, fingerprint.pdq_quality, fingerprint.vectors, keypoints)


class Prepared:
    """What is ready in a folder, read when it is first asked for; nothing where there is none, or it is damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def entry(self, entry: tuple[str, str], sha256: str, text: str) -> tuple[Entry, EntryRows] | None:
        """The entry of this id and kind in a file of this digest and ``text``."""
        line = self._entries.get(f"{'/'.join(entry)} {sha256}")
        if line is None:
            return None
        data, named, explained = line
        entry_id, kind = entry
        return entry_of_data(entry_id, kind, json.loads(data)).read_from(text), EntryRows(data, (named, explained))  # type: ignore[arg-type]

    def exemplar(self, file_sha256: str) -> ExemplarRows | None:
        """What a file of this digest holds, or what was computed of it."""
        return self._exemplars.get(file_sha256)

    @cached_property
    def _entries(self) -> Mapping[str, Sequence[str]]:
        try:
            stemmer, *lines = zlib.decompress((self._folder / ENTRIES).read_bytes()).decode().split("\n")
        except (OSError, ValueError, zlib.error):
            return {}
        if stemmer != key_of(stemming()):
            return {}
        return {name: columns for name, *columns in (line.split("\t") for line in lines)}

    @cached_property
    def _exemplars(self) -> Mapping[str, ExemplarRows]:
        try:
            with np.load(self._folder / EXEMPLARS, allow_pickle=False) as found:
                return dict(_read_exemplars(found))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}


def entries_bytes(entries: Iterable[tuple[Entry, str]]) -> bytes:
    """The file of these entries, each with the digest of its file; the same bytes for the same entries."""
    lines = [key_of(stemming())]
    for entry, sha256 in entries:
        rows = EntryRows.of(entry)
        lines.append("\t".join((f"{entry.id}/{entry.kind} {sha256}", rows.data, *rows.stems)))
    return zlib.compress("\n".join(lines).encode(), 9)


def exemplars_bytes(exemplars: Mapping[str, ExemplarRows]) -> bytes:
    """The file of these exemplars, by their files' digests."""
    rows = [*exemplars.values()]
    keypoints = [one.keypoints or b"" for one in rows]
    arrays: dict[str, NDArray[Any]] = {
        "files": _digests(exemplars),
        "sha256": _digests(one.sha256 for one in rows),
        "pdq": np.frombuffer(b"".join(one.pdq for one in rows), np.uint8).reshape(-1, 32),
        "quality": np.array([one.quality for one in rows], np.int16),
        "sizes": np.array([len(one) for one in keypoints], np.int32),
        "keypoints": np.frombuffer(b"".join(keypoints), np.uint8),
    }
    for encoder in sorted({name for one in rows for name in one.vectors}):
        held = [one.vectors.get(encoder) for one in rows]
        arrays[f"views/{encoder}"] = np.array([0 if some is None else len(some) for some in held], np.int32)
        arrays[f"vectors/{encoder}"] = np.concatenate([some for some in held if some is not None]).astype(np.float16)
    return archive(arrays)


def _read_exemplars(found: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, ExemplarRows]]:
    files, sha256, pdq, quality, sizes = (found[name] for name in ("files", "sha256", "pdq", "quality", "sizes"))
    keypoints, ends = found["keypoints"].tobytes(), np.cumsum(sizes).tolist()
    vectors = {
        EncoderId(name.removeprefix("views/")): _split(found[name], found[f"vectors/{name.removeprefix('views/')}"])
        for name in found
        if name.startswith("views/")
    }
    for n, end in enumerate(ends):
        rows = {encoder: some[n] for encoder, some in vectors.items() if len(some[n])}
        features = keypoints[end - sizes[n] : end] or None
        row = ExemplarRows(sha256[n].tobytes().hex(), pdq[n].tobytes(), int(quality[n]), rows, features)
        yield files[n].tobytes().hex(), row


def _split(counts: NDArray[np.int32], rows: NDArray[np.float16]) -> list[Vectors]:
    return np.split(rows.astype(np.float32), np.cumsum(counts)[:-1])


def _digests(hexadecimal: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(map(bytes.fromhex, hexadecimal)), np.uint8).reshape(-1, 32)
