"""What is kept of exemplars and descriptions: bytes, hashes, features, vectors, and the calibration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from knowledge.entry.licences import LICENCES, licences_text, read_licences
from knowledge.entry.model import EntryId
from knowledge.entry.problems import Problem
from knowledge.errors import ExemplarExists, ExemplarNotFound, LicenceMissing
from knowledge.prepared import ExemplarRows, Prepared
from knowledge.reading import EncoderId, Fingerprint, FingerprintError
from knowledge.store.entries import KnowledgeStore
from knowledge.store.overlay import FILES, Folder, replace_file
from knowledge.store.vectors import VectorStore
from memebot.database import Database, iso, upsert

FINGERPRINT_SUFFIX = ".fp.npz"
MAX_EXEMPLAR = 16 * 1024 * 1024
_BATCH = 25  # files a transaction: short enough for others to get in between


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
        whole = replace(fingerprint, shown=None)
        return cls(_free(entry_id, FINGERPRINT_SUFFIX, taken), whole.to_bytes(), whole)


class ExemplarStore(KnowledgeStore):
    """Exemplars by name, with the notes on their licences. "All exemplars" are those that an entry names."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._vectors = VectorStore(db)

    def all(self) -> list[Exemplar]:
        """All exemplars with their pictures, by name."""
        return self._select("where x.name in (select name from entry_exemplars)")

    def get(self, name: str) -> Exemplar:
        """One exemplar, also one that no entry names; raises ``ExemplarNotFound``."""
        found = self._select("where x.name = ?", [name])
        if not found:
            raise ExemplarNotFound(name)
        return found[0]

    def names(self) -> set[str]:
        """Names of everything that is kept, whether or not an entry names it."""
        return {row[0] for row in self.rows("select name from exemplars")}

    def without_fingerprint(self) -> list[Exemplar]:
        """Exemplars of which no fingerprint was computed yet: pictures, all of them."""
        return self._select(
            "where x.name in (select name from entry_exemplars) and x.name not in (select name from fingerprints)"
        )

    def without_vectors(self, encoder: EncoderId) -> list[Exemplar]:
        """Exemplars without vectors under this encoder; of those without a picture none can be computed."""
        return self._select(
            "where x.name in (select name from entry_exemplars)"
            " and x.name not in (select name from vectors where encoder = ?)",
            [encoder],
        )

    def put(self, name: str, data: bytes) -> None:
        """Keep a picture, or a fingerprint if the name ends in ``.fp.npz``, under a name.

        Raises ``ExemplarExists`` if the name holds other bytes, ``FingerprintError`` for a broken one.
        """
        with self.write():
            known = self.value("select file_sha256 from exemplars where name = ?", [name])
            if known is None:
                self.replace(name, data)
            elif known != _digest(data):
                raise ExemplarExists(name)

    def keep(self, new: NewExemplar, author: str, now: datetime) -> None:
        """Keep a new exemplar with what was computed of it. Raises ``ExemplarExists``, ``LicenceMissing``."""
        is_picture = not new.name.endswith(FINGERPRINT_SUFFIX)
        if is_picture and not new.licence:
            raise LicenceMissing(new.name)
        with self.write():
            self.put(new.name, new.data)
            if is_picture:
                self._vectors.put_fingerprint(new.name, new.fingerprint)
                self.put_licence(new.name, new.licence, author=author, now=now)

    def put_licence(self, name: str, licence: str, *, author: str, now: datetime) -> None:
        """Note whose picture an exemplar is and how it may be used, in place of what was noted."""
        self.change(upsert("licences", "name", "licence, author, at"), [name, licence, author, iso(now)])

    def licences(self) -> dict[str, str]:
        """The notes on licences, by the exemplars' names."""
        return dict(self.rows("select name, licence from licences order by name"))

    def replace(self, name: str, data: bytes, rows: ExemplarRows | None = None) -> None:
        """Keep these bytes under the name; what was computed of other bytes goes. ``rows``: what was prepared of them.

        Errors as above.
        """
        is_picture = not name.endswith(FINGERPRINT_SUFFIX)
        if rows is None and not is_picture:
            rows = ExemplarRows.of(Fingerprint.from_bytes(data), picture=False)
        kind, sha256 = "picture" if is_picture else "fingerprint", rows.sha256 if rows else _digest(data)
        with self.write():
            for table in ("fingerprints", "keypoints", "vectors"):
                self.change(f"delete from {table} where name = ?", [name])
            self.change(
                "insert into exemplars (name, kind, sha256, file_sha256) values (?, ?, ?, ?)"
                " on conflict (name) do update set kind = excluded.kind, sha256 = excluded.sha256,"
                " file_sha256 = excluded.file_sha256",
                [name, kind, sha256, _digest(data)],
            )
            self.change(
                "insert into exemplar_files values (?, ?) on conflict (name) do update set data = excluded.data",
                [name, data],
            )
            if rows:
                self._vectors.keep_rows(name, rows)

    def file(self, name: str) -> bytes:
        """The bytes of the exemplar's file, picture or fingerprint; raises ``ExemplarNotFound``."""
        data = self.value("select data from exemplar_files where name = ?", [name])
        if data is None:
            raise ExemplarNotFound(name)
        return bytes(data)

    # --- files

    def sync(self, folder: Folder, prepared: Prepared, problems: list[Problem]) -> list[str]:
        """Take over files that are new or changed; the names of exemplars that were added or replaced."""
        changed: list[str] = []
        paths = folder.pictures()
        seen = dict(self.rows("select name, synced_sha256 from exemplars"))
        for start in range(0, len(paths), _BATCH):
            new = [
                (path, data)
                for path in paths[start : start + _BATCH]
                if (data := _exemplar_bytes(path, seen.get(path.name), problems)) is not None
            ]
            if new:
                with self.write():
                    changed += [path.name for path, data in new if self._take_exemplar(path, data, prepared, problems)]
        return changed

    def sync_licences(self, folder: Folder, now: datetime) -> None:
        """Take over notes on pictures that nobody changed in the chat."""
        known = {
            row[0]: row[1:]
            for row in self.rows("select name, licence, author from exemplars left join licences using (name)")
        }
        below = read_licences(folder.beneath.exemplars / LICENCES) if folder.beneath else {}
        for name, licence in {**below, **read_licences(folder.exemplars / LICENCES)}.items():
            kept, author = known.get(name, ("", ""))
            if name in known and kept != licence and author in (None, FILES):
                self.put_licence(name, licence, author=FILES, now=now)

    def export(self, folder: Folder, blocked: list[Problem]) -> list[Path]:
        """Write files that differ, and the notes on licences; those that were written."""
        written: list[Path] = []
        for name, digest, synced in self.rows(
            "select name, file_sha256, synced_sha256 from exemplars"
            " where name in (select name from entry_exemplars) order by name"
        ):
            path = folder.exemplars / name
            there = _digest_of(path)
            below = folder.beneath.exemplars / name if folder.beneath else None
            if there == digest or (there is None and below is not None and _digest_of(below) == digest):
                continue
            if there not in (None, synced):
                blocked.append(Problem(path, 1, "exemplar-file-other"))
                continue
            replace_file(path, self.file(name))
            written.append(path)
        return written + self._export_licences(folder)

    # --- within

    def _take_exemplar(self, path: Path, data: bytes, prepared: Prepared, problems: list[Problem]) -> bool:
        digest, sql = _digest(data), "select file_sha256, synced_sha256 from exemplars where name = ?"
        kept, synced = self.row(sql, [path.name]) or (None, None)
        if kept not in (synced, digest):
            problems.append(Problem(path, 1, "exemplar-other"))
            return False
        if kept != digest:
            try:
                self.replace(path.name, data, prepared.exemplar(digest))
            except FingerprintError:
                problems.append(Problem(path, 1, "fingerprint-broken"))
                return False
        self.change("update exemplars set synced_sha256 = ? where name = ?", [digest, path.name])
        return kept != digest

    def _export_licences(self, folder: Folder) -> list[Path]:
        path = folder.exemplars / LICENCES
        old = read_licences(path)
        below = read_licences(folder.beneath.exemplars / LICENCES) if folder.beneath else {}
        notes = {
            name: licence
            for name, licence in self.licences().items()
            if old.get(name, below.get(name)) != licence and self._is_named(name)
        }
        if not notes:
            return []
        replace_file(path, licences_text(path, notes).encode())
        return [path]

    def _is_named(self, name: str) -> bool:
        return self.value("select 1 from entry_exemplars where name = ?", [name]) is not None

    def _select(self, where: str, parameters: Sequence[object] = ()) -> list[Exemplar]:
        rows = self.rows(
            "select x.name, x.kind, x.sha256, case x.kind when 'picture' then f.data end,"
            " (select json_group_array(entry_id) from"
            " (select entry_id from entry_exemplars e where e.name = x.name order by entry_id) named)"
            f" from exemplars x join exemplar_files f using (name) {where} order by x.name",
            parameters,
        )
        return [
            Exemplar(name, kind, sha256, tuple(json.loads(entries)), picture)
            for name, kind, sha256, picture, entries in rows
        ]


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


def _digest_of(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _exemplar_bytes(path: Path, seen: str | None, problems: list[Problem]) -> bytes | None:
    """The bytes of an exemplar that the base has not seen; ``None`` for others and for unreadable files."""
    try:
        if path.stat().st_size > MAX_EXEMPLAR:
            problems.append(Problem(path, 1, "exemplar-size", {"most": MAX_EXEMPLAR // 2**20}))
            return None
        data = path.read_bytes()
    except OSError as error:
        problems.append(Problem(path, 1, "file-unreadable", {"error": error.strerror or ""}))
        return None
    return None if seen == _digest(data) else data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
