"""What is kept of exemplars and descriptions: bytes, hashes, features, vectors, and the calibration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import EntryId
from knowledge.errors import ExemplarExists, ExemplarNotFound, LicenceMissing
from knowledge.reading import EncoderId, Fingerprint, FingerprintError, Vectors
from knowledge.store.handle import KnowledgeHandle
from memebot.database import iso, writing

FINGERPRINT_SUFFIX = ".fp.npz"

Owners = list[tuple[str, list[EntryId]]]
"""Exemplars' names, and the entries that each belongs to; row by row with the arrays beside it."""


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One example picture of one or more entries.

    ``sha256``: of the picture, also where only its fingerprint is kept. ``picture``: its bytes, ``None`` for
    a fingerprint. ``entries`` is empty where no entry names the exemplar any more.
    """

    name: str
    kind: Literal["picture", "fingerprint"]
    sha256: str
    entries: tuple[EntryId, ...]
    picture: bytes | None


@dataclass(frozen=True, slots=True, eq=False)
class NewExemplar:
    """An exemplar that comes along with a change, not kept yet.

    ``data``: the bytes of its file. ``fingerprint``: what was computed of it, with the vectors of the running
    encoder, so that nothing needs to be computed later. ``licence``: whose picture it is; "" for a fingerprint.
    """

    name: str
    data: bytes
    fingerprint: Fingerprint
    licence: str = ""

    @classmethod
    def picture(
        cls, entry_id: str, data: bytes, fingerprint: Fingerprint, licence: str, taken: Collection[str] = ()
    ) -> NewExemplar:
        """The picture itself, under a name of the entry's that is not ``taken``.

        Raises ``LicenceMissing`` without a note on its licence, ``FingerprintError`` for bytes of another form.
        """
        suffix = next((end for end, starts in _SIGNATURES if starts(data)), None)
        if suffix is None:
            raise FingerprintError("the picture is no PNG, JPEG, WebP, GIF, MP4 or WebM")
        name = _free(entry_id, suffix, taken)
        if not licence.strip():
            raise LicenceMissing(name)
        return cls(name, data, replace(fingerprint, sha256=_digest(data)), " ".join(licence.split()))

    @classmethod
    def of_fingerprint(cls, entry_id: str, fingerprint: Fingerprint, taken: Collection[str] = ()) -> NewExemplar:
        """The fingerprint alone: of a picture that is not ours to keep."""
        return cls(_free(entry_id, FINGERPRINT_SUFFIX, taken), fingerprint.to_bytes(), fingerprint)


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


class ExemplarStore(KnowledgeHandle):
    """Exemplars by name, what was computed of them, and of the descriptions in words.

    Vectors are kept per encoder and never mixed. "All exemplars" are those that an entry names.
    """

    # --- exemplars

    def exemplars(self) -> list[Exemplar]:
        """All exemplars with their pictures, by name."""
        return self._exemplars("where x.name in (select name from entry_exemplars)")

    def exemplar(self, name: str) -> Exemplar:
        """One exemplar, also one that no entry names; raises ``ExemplarNotFound``."""
        found = self._exemplars("where x.name = ?", [name])
        if not found:
            raise ExemplarNotFound(name)
        return found[0]

    def exemplar_names(self) -> set[str]:
        """Names of everything that is kept, whether or not an entry names it."""
        return {row[0] for row in self.rows("select name from exemplars")}

    def exemplars_without_fingerprint(self) -> list[Exemplar]:
        """Exemplars of which no fingerprint was computed yet: pictures, all of them."""
        return self._exemplars(
            "where x.name in (select name from entry_exemplars) and x.name not in (select name from fingerprints)"
        )

    def exemplars_without_vectors(self, encoder: EncoderId) -> list[Exemplar]:
        """Exemplars without vectors under this encoder; of those without a picture none can be computed."""
        return self._exemplars(
            "where x.name in (select name from entry_exemplars)"
            " and x.name not in (select name from vectors where encoder = ?)",
            [encoder],
        )

    def put_exemplar(self, name: str, data: bytes) -> None:
        """Keep a picture, or a fingerprint if the name ends in ``.fp.npz``, under a name.

        Raises ``ExemplarExists`` if the name holds other bytes, ``FingerprintError`` for a broken one.
        """
        with self.write():
            known = self.value("select file_sha256 from exemplars where name = ?", [name])
            if known is None:
                self.replace_exemplar(name, data)
            elif known != _digest(data):
                raise ExemplarExists(name)

    def keep_exemplar(self, new: NewExemplar, author: str, now: datetime) -> None:
        """Keep a new exemplar with what was computed of it. Raises ``ExemplarExists``, ``LicenceMissing``."""
        is_picture = not new.name.endswith(FINGERPRINT_SUFFIX)
        if is_picture and not new.licence:
            raise LicenceMissing(new.name)
        with self.write():
            self.put_exemplar(new.name, new.data)
            if is_picture:
                self._keep(new.name, new.fingerprint)
                self.put_licence(new.name, new.licence, author=author, now=now)

    def put_licence(self, name: str, licence: str, *, author: str, now: datetime) -> None:
        """Note whose picture an exemplar is and how it may be used, in place of what was noted."""
        with writing(self.db):
            self.db.execute("insert or replace into licences values (?, ?, ?, ?)", [name, licence, author, iso(now)])

    def licences(self) -> dict[str, str]:
        """The notes on licences, by the exemplars' names."""
        return dict(self.rows("select name, licence from licences order by name"))

    def licence(self, name: str) -> str:
        """The note on an exemplar's licence, "" where there is none."""
        return str(self.value("select licence from licences where name = ?", [name]) or "")

    def replace_exemplar(self, name: str, data: bytes) -> None:
        """Keep these bytes under the name; what was computed of other bytes goes. Errors as above."""
        read = Fingerprint.from_bytes(data) if name.endswith(FINGERPRINT_SUFFIX) else None
        kind, sha256 = ("fingerprint", read.sha256) if read else ("picture", _digest(data))
        with self.write():
            for table in ("fingerprints", "keypoints", "vectors"):
                self.db.execute(f"delete from {table} where name = ?", [name])
            self.db.execute(
                "insert into exemplars (name, kind, sha256, file_sha256) values (?, ?, ?, ?)"
                " on conflict (name) do update set kind = excluded.kind, sha256 = excluded.sha256,"
                " file_sha256 = excluded.file_sha256",
                [name, kind, sha256, _digest(data)],
            )
            self.db.execute(
                "insert into exemplar_files values (?, ?) on conflict (name) do update set data = excluded.data",
                [name, data],
            )
            if read:
                self._keep_hash(name, read)  # its local features are in the file

    def exemplar_file(self, name: str) -> bytes:
        """The bytes of the exemplar's file, picture or fingerprint; raises ``ExemplarNotFound``."""
        data = self.value("select data from exemplar_files where name = ?", [name])
        if data is None:
            raise ExemplarNotFound(name)
        return bytes(data)

    # --- what was computed

    def put_fingerprint(self, name: str, fingerprint: Fingerprint) -> bool:
        """Keep a picture's fingerprint with all its vectors, beside vectors of other encoders.

        False, and nothing is kept, if the exemplar is gone or its picture is another one by now.
        """
        return self.put_fingerprints([(name, fingerprint)]) == 1

    def put_fingerprints(self, fingerprints: Iterable[tuple[str, Fingerprint]]) -> int:
        """The same for many in one transaction; how many were kept."""
        with self.write():
            return sum(self._keep(name, fingerprint) for name, fingerprint in fingerprints)

    def fingerprint_of(self, name: str) -> Fingerprint:
        """The exemplar's fingerprint with its local features and without vectors.

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
        return replace(Fingerprint.from_bytes(data), vectors={})

    def seen_fingerprint(self, name: str, encoder: EncoderId | None) -> Fingerprint:
        """The exemplar's fingerprint with its vectors under this encoder, as if its picture were looked at again.

        Raises ``ExemplarNotFound``, also where none was computed yet.
        """
        found = self.fingerprint_of(name)
        rows = self.rows("select dim, data from vectors where encoder = ? and name = ?", [encoder, name])
        if encoder is None or not rows:
            return found
        return found.with_vectors(
            encoder, np.frombuffer(rows[0][1], np.float16).astype(np.float32).reshape(-1, rows[0][0])
        )

    def load_hashes(self) -> Hashes:
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

    def load_vectors(self, encoder: EncoderId) -> ExemplarVectors:
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
            " group by phrase order by 1, position",
            [encoder],
        )
        return [(EntryId(entry_id), phrase) for entry_id, phrase in rows]

    def put_description_vectors(
        self, encoder: EncoderId, phrases: Sequence[tuple[EntryId, str]], vectors: Vectors
    ) -> None:
        """Keep the vectors of phrases, a row each."""
        halves = np.asarray(vectors, np.float16)
        with self.write():
            self.db.conn.executemany(
                "insert or replace into phrase_vectors values (?, ?, ?)",
                [(phrase, encoder, row.tobytes()) for (_, phrase), row in zip(phrases, halves, strict=True)],
            )

    def load_description_vectors(self, encoder: EncoderId) -> DescriptionVectors:
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
        """The vectors of phrases, as far as they are known under this encoder."""
        rows = self.rows(
            "select phrase, data from phrase_vectors where encoder = ? and phrase in (select value from json_each(?))",
            [encoder, json.dumps([*phrases])],
        )
        return {phrase: np.frombuffer(data, np.float16).astype(np.float32) for phrase, data in rows}

    # --- calibration

    def calibration(self, encoder: EncoderId) -> Any:
        """What ``put_calibration`` kept for this encoder, ``None`` if nothing."""
        data = self.value("select data from calibrations where encoder = ?", [encoder])
        return None if data is None else json.loads(data)

    def put_calibration(self, encoder: EncoderId, calibration: Mapping[str, Any], now: datetime) -> None:
        """Keep an encoder's calibration, anything that JSON can hold, in place of its last one."""
        with self.write():
            self.db.execute(
                "insert or replace into calibrations values (?, ?, ?)",
                [encoder, iso(now), json.dumps(calibration, ensure_ascii=False)],
            )

    # --- within

    def _exemplars(self, where: str, parameters: Sequence[object] = ()) -> list[Exemplar]:
        rows = self.rows(
            "select x.name, x.kind, x.sha256, case x.kind when 'picture' then f.data end,"
            " (select json_group_array(entry_id) from"
            " (select entry_id from entry_exemplars e where e.name = x.name order by entry_id))"
            f" from exemplars x join exemplar_files f using (name) {where} order by x.name",
            parameters,
        )
        return [
            Exemplar(name, kind, sha256, tuple(json.loads(entries)), picture)
            for name, kind, sha256, picture, entries in rows
        ]

    def _keep(self, name: str, fingerprint: Fingerprint) -> bool:
        if self.value("select sha256 from exemplars where name = ?", [name]) != fingerprint.sha256:
            return False
        self.db.execute(
            "insert or replace into keypoints values (?, ?)", [name, replace(fingerprint, vectors={}).to_bytes()]
        )
        self._keep_hash(name, fingerprint)
        return True

    def _keep_hash(self, name: str, fingerprint: Fingerprint) -> None:
        self.db.execute(
            "insert or replace into fingerprints values (?, ?, ?)", [name, fingerprint.pdq, fingerprint.pdq_quality]
        )
        for encoder, vectors in fingerprint.vectors.items():
            views, dim = vectors.shape
            self.db.execute(
                "insert or replace into vectors values (?, ?, ?, ?, ?)",
                [name, encoder, views, dim, vectors.astype(np.float16).tobytes()],
            )


_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (".png", lambda data: data.startswith(b"\x89PNG")),
    (".jpg", lambda data: data.startswith(b"\xff\xd8\xff")),
    (".gif", lambda data: data.startswith(b"GIF8")),
    (".webp", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP"),
    (".webm", lambda data: data.startswith(b"\x1a\x45\xdf\xa3")),
    (".avif", lambda data: data[4:12] in (b"ftypavif", b"ftypavis")),
    (".mp4", lambda data: data[4:8] == b"ftyp"),
)


def _free(entry_id: str, suffix: str, taken: Collection[str]) -> str:
    names = (f"{entry_id}{part}{suffix}" for part in ("", *(f"-{number}" for number in range(2, len(taken) + 3))))
    return next(name for name in names if name not in taken)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _grouped(rows: list[Any]) -> tuple[Owners, list[Any]]:
    """Rows (name, entry, …) in order of names: the owners by name, and one row a name."""
    owners: Owners = []
    first: list[Any] = []
    for name, some in groupby(rows, lambda row: row[0]):
        same = list(some)
        owners.append((name, [EntryId(row[1]) for row in same]))
        first.append(same[0])
    return owners, first
