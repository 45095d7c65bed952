"""What was computed of exemplars and descriptions: hashes, features, vectors, and the calibration of each encoder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import EntryId
from knowledge.errors import ExemplarNotFound
from knowledge.phrase_file import shipped_phrases
from knowledge.prepared import ExemplarRows
from knowledge.reading import EncoderId, Fingerprint, Vectors
from knowledge.store.entries import KnowledgeStore
from memebot.database import AMONG_TEXTS, iso, upsert

Owners = list[tuple[str, list[EntryId]]]
"""Exemplars' names, and the entries that each belongs to; row by row with the arrays beside it."""


@dataclass(frozen=True, slots=True, eq=False)
class Hashes:
    """All exemplars' hashes: ``pdq`` is uint8 (n, 32), ``quality`` int16 (n,), ``sha256`` of the pictures."""

    owners: Owners
    sha256: list[str]
    pdq: NDArray[np.uint8]
    quality: NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class ExemplarVectors:
    """All exemplars' vectors under one encoder: float32 (n, views, dimensions), (0, 0, 0) without any.

    Where an exemplar has fewer views than another, its first view is repeated.
    """

    owners: Owners
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DescriptionVectors:
    """Vectors of all ``looks_like`` phrases under one encoder: float32 (n, dimensions), row by row."""

    entries: list[EntryId]
    phrases: list[str]
    vectors: Vectors


class VectorStore(KnowledgeStore):
    """Fingerprints of exemplars, and vectors of exemplars and of the descriptions in words.

    Vectors are kept per encoder and never mixed. "All exemplars" are those that an entry names.
    """

    def put_fingerprint(self, name: str, fingerprint: Fingerprint) -> bool:
        """Keep a picture's fingerprint with all its vectors, beside vectors of other encoders.

        False, and nothing is kept, if the exemplar is gone or its picture is another one by now.
        """
        with self.write():
            if self.value("select sha256 from exemplars where name = ?", [name]) != fingerprint.sha256:
                return False
            self.keep_rows(name, ExemplarRows.of(fingerprint, picture=True))
            return True

    def fingerprint(self, name: str, encoder: EncoderId | None = None) -> Fingerprint:
        """The exemplar's fingerprint with its local features, and with its vectors under ``encoder`` alone.

        Raises ``ExemplarNotFound``, also where none was computed yet.
        """
        data = self.value(
            "select coalesce(k.data, f.data) from exemplars x join exemplar_files f using (name)"
            " left join keypoints k using (name)"
            " where x.name = ? and (x.kind = 'fingerprint' or k.data is not null)",
            [name],
        )
        if data is None:
            raise ExemplarNotFound(name, "fingerprint")
        found = replace(Fingerprint.from_bytes(data), vectors={})
        row = self.row("select dim, data from vectors where encoder = ? and name = ?", [encoder, name])
        if encoder is None or row is None:
            return found
        return found.with_vectors(encoder, np.frombuffer(row[1], np.float16).astype(np.float32).reshape(-1, row[0]))

    def hashes(self) -> Hashes:
        """The hashes of all exemplars that have a fingerprint."""
        rows = self.rows(
            "select f.name, e.entry_id, x.sha256, f.pdq, f.quality from fingerprints f"
            " join exemplars x using (name) join entry_exemplars e using (name) order by f.name, e.entry_id"
        )
        owners, rows = _grouped(rows)
        return Hashes(
            owners,
            [row[2] for row in rows],
            np.frombuffer(b"".join(row[3] for row in rows), np.uint8).reshape(-1, 32),
            np.array([row[4] for row in rows], np.int16),
        )

    def exemplar_vectors(self, encoder: EncoderId) -> ExemplarVectors:
        """The vectors of all exemplars that have some under this encoder."""
        rows = self.rows(
            "select v.name, e.entry_id, v.views, v.dim, v.data from vectors v"
            " join entry_exemplars e using (name) where v.encoder = ? order by v.name, e.entry_id",
            [encoder],
        )
        owners, rows = _grouped(rows)
        views, dim = max((row[2] for row in rows), default=0), rows[0][3] if rows else 0
        data = b"".join(row[4] + row[4][: 2 * dim] * (views - row[2]) for row in rows)
        halves = np.frombuffer(data, np.float16).reshape(len(rows), views, dim)
        return ExemplarVectors(owners, halves.astype(np.float32))

    def descriptions_without_vectors(self, encoder: EncoderId) -> list[tuple[EntryId, str]]:
        """``looks_like`` phrases without a vector under this encoder, each once, with one of its entries."""
        rows = self.rows(
            "select min(entry_id), phrase from descriptions"
            " where phrase not in (select phrase from phrase_vectors where encoder = ?)"
            " group by phrase order by 1, min(position)",
            [encoder],
        )
        return [(EntryId(entry_id), phrase) for entry_id, phrase in rows]

    def without_vectors(self, encoder: EncoderId, phrases: Sequence[str]) -> list[str]:
        """Those of the phrases that have no vector under this encoder, each once."""
        missing = shipped_phrases(encoder).missing(phrases)
        rows = self.rows(
            f"select phrase from phrase_vectors where encoder = ? and phrase in {AMONG_TEXTS}",
            [encoder, json.dumps(missing)],
        )
        known = {row[0] for row in rows}
        return [phrase for phrase in missing if phrase not in known]

    def put_phrase_vectors(self, encoder: EncoderId, phrases: Sequence[str], vectors: Sequence[Vectors]) -> None:
        """Keep the vectors of phrases, a row each."""
        halves = np.asarray(vectors, np.float16)
        rows = [(phrase, encoder, row.tobytes()) for phrase, row in zip(phrases, halves, strict=True)]
        with self.write():
            self.change_many(upsert("phrase_vectors", "phrase, encoder", "data"), rows)

    def description_vectors(self, encoder: EncoderId) -> DescriptionVectors:
        """The vectors of all descriptions under this encoder."""
        rows = self.rows(
            "select d.entry_id, d.phrase, v.data from descriptions d join phrase_vectors v using (phrase)"
            " where v.encoder = ? order by d.entry_id, d.position",
            [encoder],
        )
        data = np.frombuffer(b"".join(row[2] for row in rows), np.float16).astype(np.float32)
        return DescriptionVectors(
            [EntryId(row[0]) for row in rows],
            [row[1] for row in rows],
            data.reshape(len(rows), -1) if rows else np.zeros((0, 0), np.float32),
        )

    def phrase_vectors(self, encoder: EncoderId, phrases: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of phrases, as far as they are known under this encoder: shipped, or kept here."""
        found = shipped_phrases(encoder).find(phrases)
        rows = self.rows(
            f"select phrase, data from phrase_vectors where encoder = ? and phrase in {AMONG_TEXTS}",
            [encoder, json.dumps([phrase for phrase in phrases if phrase not in found])],
        )
        return found | {phrase: np.frombuffer(data, np.float16).astype(np.float32) for phrase, data in rows}

    # --- calibration

    def calibration(self, encoder: EncoderId) -> Any:
        """What ``put_calibration`` kept for this encoder, ``None`` if nothing."""
        data = self.value("select data from calibrations where encoder = ?", [encoder])
        return None if data is None else json.loads(data)

    def put_calibration(self, encoder: EncoderId, calibration: Mapping[str, Any], now: datetime) -> None:
        """Keep an encoder's calibration, anything that JSON can hold, in place of its last one."""
        with self.write():
            self.change(
                upsert("calibrations", "encoder", "at, data"),
                [encoder, iso(now), json.dumps(calibration, ensure_ascii=False)],
            )

    def keep_rows(self, name: str, rows: ExemplarRows) -> None:
        """Keep what was computed of an exemplar, inside a transaction that is open."""
        if rows.keypoints is not None:
            self.change(upsert("keypoints", "name", "data"), [name, rows.keypoints])
        self.change(upsert("fingerprints", "name", "pdq, quality"), [name, rows.pdq, rows.quality])
        for encoder, vectors in rows.vectors.items():
            views, dim = vectors.shape
            self.change(
                upsert("vectors", "name, encoder", "views, dim, data"),
                [name, encoder, views, dim, vectors.astype(np.float16).tobytes()],
            )


def _grouped(rows: list[Any]) -> tuple[Owners, list[Any]]:
    """Rows (name, entry, …) in order of names: the owners by name, and one row a name."""
    owners: Owners = []
    first: list[Any] = []
    for name, some in groupby(rows, lambda row: row[0]):
        same = list(some)
        owners.append((name, [EntryId(row[1]) for row in same]))
        first.append(same[0])
    return owners, first
