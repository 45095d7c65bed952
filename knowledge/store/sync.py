"""Files and database: taking over the files, writing them back, and what to do where both changed.

Three texts of an entry decide: its file now, its file when last seen (the base), and what the database has.
Only the file changed: it becomes a revision. Only the database changed: it waits for an export. Both changed,
to different texts: a conflict is recorded with all three, and stays until somebody resolves it. So every text
that was ever seen is in a revision or in a conflict, and conflicts are closed, not deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Literal, get_args

from knowledge.entry.markdown import layout, parse
from knowledge.entry.model import Entry, EntryId, path_of
from knowledge.entry.problems import Problem
from knowledge.entry.rules import check_base
from knowledge.errors import EntryError, SourceError
from knowledge.prepared import PREPARED, Prepared
from knowledge.store.conflicts import Conflicts, State, same
from knowledge.store.entries import Entries, EntryRows, KnowledgeStore
from knowledge.store.exemplars import ExemplarStore
from knowledge.store.overlay import FILES, HIDDEN, NOWHERE, EntryFile, Folder, replace_file
from knowledge.store.revisions import Revisions
from knowledge.store.texts import RegressionTexts
from memebot.database import Database, writing

_BATCH = 25  # entries a transaction: short enough for others to get in between
_FIRST_BATCH = 250  # of entries that never were: nothing is compared
_FEW = 10  # files: so many are read faster than what was prepared of all


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did.

    ``pending``: entries that were changed in the database and wait for an export. ``conflicts``: all that
    are open, new and old. ``problems``: files that were left out, and links that lead nowhere.
    ``exemplars``: names of those that were added or replaced. ``outdated``: own entries over shipped ones that
    changed since. ``texts``: how many regression texts came or went.
    """

    added: tuple[EntryId, ...] = ()
    updated: tuple[EntryId, ...] = ()
    removed: tuple[EntryId, ...] = ()
    unchanged: int = 0
    pending: tuple[EntryId, ...] = ()
    conflicts: tuple[EntryId, ...] = ()
    exemplars: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    outdated: tuple[EntryId, ...] = ()
    texts: int = 0

    @property
    def in_step(self) -> bool:
        """Whether files and database say the same, and nothing waits for a person."""
        return self == SyncReport(unchanged=self.unchanged)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did. ``blocked``: files left alone since they hold text that the base never saw."""

    written: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()
    unchanged: int = 0
    blocked: tuple[Problem, ...] = ()


class Files(KnowledgeStore):
    """Keeps a folder of files and the database together."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._entries, self._revisions, self._conflicts = Entries(db), Revisions(db), Conflicts(db)
        self._exemplars, self._texts = ExemplarStore(db), RegressionTexts(db)

    # --- files to database

    def sync(self, source: Path, *, now: datetime) -> SyncReport:
        """Take over what changed in the files since the last sync, and lose nothing.

        Broken files are reported and leave their entries as they were. Killed at any point, the next sync
        goes on where this one stopped. Raises ``SourceError`` if there is nothing to read from.
        """
        folder = Folder(source)
        folder.check()
        files, problems = folder.read()
        if not files and self.value("select count(*) from synced"):
            raise SourceError(source, "folder-emptied")
        prepared = Prepared(folder.beside(PREPARED))
        exemplars = self._exemplars.sync(folder, prepared, problems)
        changes = self._changes(files, prepared, problems)
        whole = {file.entry_id for file in files if file.path not in {problem.path for problem in problems}}
        outcomes = self._take_over(changes, now)
        conflicts = [conflict.entry_id for conflict in self._conflicts.open()]
        changed = {*outcomes["added"], *outcomes["updated"]}
        if changed:
            problems += self._base_problems(folder, changed)
        texts = self._texts.sync(folder, now, problems)
        self._exemplars.sync_licences(folder, now)
        self._conflicts.note_lower_entries(folder, files)
        self._set_source(source)
        return SyncReport(
            tuple(outcomes["added"]),
            tuple(outcomes["updated"]),
            tuple(outcomes["removed"]),
            unchanged=len(whole - changed - {*conflicts}),
            pending=tuple(self._pending()),
            conflicts=tuple(conflicts),
            exemplars=tuple(exemplars),
            problems=tuple(problems),
            outdated=tuple(one.entry_id for one in self._conflicts.outdated()),
            texts=texts,
        )

    def _changes(self, files: Sequence[EntryFile], prepared: Prepared, problems: list[Problem]) -> list[_Change]:
        """Entries whose files differ from what was last seen; broken files become problems instead."""
        seen = {row[0]: row[1:] for row in self.rows("select entry_id, kind, sha256 from synced")}
        many = len(files) - len(seen) > _FEW
        open_ids = {conflict.entry_id for conflict in self._conflicts.open()}
        present: dict[str, EntryFile] = {}
        changes: dict[EntryId, _Change] = {}
        for file in files:
            if (other := present.setdefault(file.entry_id.lower(), file)) is not file:
                changes.pop(other.entry_id, None)
                problems += [
                    Problem(one.path, 1, "id-double", {"id": one.entry_id, "path": str(two.path)})
                    for one, two in ((other, file), (file, other))
                ]
            elif seen.get(file.entry_id) != (file.kind, file.sha256) or file.entry_id in open_ids:
                try:
                    changes[file.entry_id] = _read(file, prepared if many else None)
                except EntryError as error:
                    problems += error.problems
        for entry_id in sorted({*seen, *open_ids} - present.keys()):
            changes[EntryId(entry_id)] = _Change(EntryId(entry_id), None)
        return list(changes.values())

    def _take_over(self, changes: Sequence[_Change], now: datetime) -> dict[_Outcome, list[EntryId]]:
        added = self._add(changes, now)
        settled: dict[EntryId, _Outcome] = dict.fromkeys(added, "added")
        others = [change for change in changes if change.entry_id not in added]
        for done in range(0, len(others), _BATCH):
            batch = others[done : done + _BATCH]
            with writing(self.db):
                outcomes = [self._settle(change, now) for change in batch]
                if {"added", "updated", "removed"} & set(outcomes):
                    self.count_up()
            settled |= zip((change.entry_id for change in batch), outcomes, strict=True)
        found: dict[_Outcome, list[EntryId]] = {outcome: [] for outcome in get_args(_Outcome)}
        for change in changes:
            found[settled[change.entry_id]].append(change.entry_id)
        return found

    def _add(self, changes: Sequence[_Change], now: datetime) -> set[EntryId]:
        """Take over entries that never were here, many at once: there is nothing to compare them with."""
        added: set[EntryId] = set()
        for done in range(0, len(changes), _FIRST_BATCH):
            with writing(self.db):
                known = {row[0] for row in self.rows(_KNOWN)}
                new = [one for one in changes[done : done + _FIRST_BATCH] if one.entry_id not in known and one.entry]
                if new:
                    made = [(one.entry, one.rows or EntryRows.of(one.entry)) for one in new if one.entry]
                    self._conflicts.set_first_synced([entry for entry, _ in made])
                    self._revisions.record_first(made, FILES, now)
                    self.count_up()
            added |= {one.entry_id for one in new}
        return added

    def _settle(self, change: _Change, now: datetime) -> _Outcome:
        """Compare file, base and database once more, inside the transaction, and act."""
        entry_id, file = change.entry_id, change.state
        base, stored = self._conflicts.synced(entry_id), self._conflicts.stored(entry_id)
        known = same(file, stored) or same(file, base)
        if not known and not same(stored, base):
            self._conflicts.note(entry_id, base, file, stored, now)
            return "conflict"
        self._conflicts.close(entry_id, "settled", now)
        if file != base:
            as_known = next((one for one in (stored, base) if same(file, one)), file)
            self._conflicts.set_synced(entry_id, as_known, file=file)
        if known:
            return "unchanged"
        if change.entry is None:
            self._revisions.record(self._entries.get(entry_id), FILES, now, "", deleted=True)
            return "removed"
        self._revisions.record(change.entry, FILES, now, "")
        return "updated" if stored else "added"

    def _base_problems(self, folder: Folder, changed: set[EntryId]) -> list[Problem]:
        """What does not fit together, as far as it is in files that just changed."""
        entries = sorted(self._entries.all(), key=lambda entry: entry.id in changed)
        paths = {folder.entries / entry.path for entry in entries if entry.id in changed}
        found = check_base(entries, self._exemplars.names(), folder.entries)
        return [problem for problem in found if problem.path in paths]

    # --- database to files

    def export(self, target: Path) -> ExportReport:
        """Write entries and exemplars that differ from their files, each file at once or not at all.

        A file is only replaced or removed if the base knows its text; others are in ``blocked``. Exporting
        to the folder of the last sync counts as synced. Raises ``SourceError`` if files cannot be written.
        """
        try:
            written = self._hide(Folder(target))  # first: entries beneath follow what it says
            return self._export(Folder(target), written, is_source=str(target.resolve()) == self.source())
        except OSError as error:
            raise SourceError(
                Path(error.filename or target), "folder-unwritable", error=error.strerror or ""
            ) from error

    def _export(self, folder: Folder, written: list[Path], *, is_source: bool) -> ExportReport:
        entries = {folder.entries / entry.path: entry for entry in self._entries.all()}
        files, blocked = folder.read()
        there = {file.path: file for file in files if not file.beneath}
        wanted = {path: entry for path, entry in entries.items() if not _covered(folder, entry, there.get(path))}
        gone = self._gone(folder, files) if is_source else set()
        hidden = len(written)
        for path, entry in wanted.items():
            file = there.get(path)
            if file and same(file.state, (entry.kind, entry.original)):
                continue
            if problem := self._untouchable(path, entry.id, file, path in gone):
                blocked.append(problem)
                continue
            replace_file(path, layout(entry).encode())
            written.append(path)
        removed = self._remove([file for path, file in there.items() if path not in wanted], blocked)
        unchanged = len(entries) - len(written[hidden:]) - len({problem.path for problem in blocked} & entries.keys())
        if is_source:
            self._mark_exported(folder, entries, {problem.path for problem in blocked}, removed, folder.hidden())
        written += self._exemplars.export(folder, blocked)
        written += self._texts.export(folder, is_source=is_source)
        return ExportReport(tuple(written), tuple(file.path for file in removed), unchanged, tuple(blocked))

    def _remove(self, files: Iterable[EntryFile], blocked: list[Problem]) -> list[EntryFile]:
        """Remove files that have no entry of their kind any more, if the base knows their texts."""
        removed: list[EntryFile] = []
        for file in files:
            if problem := self._untouchable(file.path, file.entry_id, file, gone=False):
                blocked.append(problem)
                continue
            file.path.unlink()
            removed.append(file)
        return removed

    def _untouchable(self, path: Path, entry_id: str, file: EntryFile | None, gone: bool) -> Problem | None:
        if self.value("select 1 from conflicts where closed_at is null and entry_id = ?", [entry_id]):
            return Problem(path, 1, "file-conflict", {"id": entry_id})
        if gone:
            return Problem(path, 1, "file-removed")
        if file and not self._has_seen(entry_id, file.data):
            return Problem(path, 1, "file-unseen")
        return None

    def _has_seen(self, entry_id: str, data: bytes) -> bool:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return False
        kept = [
            row
            for one in self._entries.trail(entry_id)
            for row in self.rows(
                "select kind, text from revisions where entry_id = ?1"
                " union select file_kind, file_text from conflicts where entry_id = ?1 and file_text is not null",
                [one],
            )
        ]
        return any(known == text for _, known in kept) or any(same((kind, one), (kind, text)) for kind, one in kept)

    def _gone(self, folder: Folder, files: Iterable[EntryFile]) -> set[Path]:
        """Files that were there at the last sync and are not any more."""
        there = {(file.entry_id, file.kind) for file in files}
        return {
            folder.entries / path_of(kind, entry_id)
            for entry_id, kind in self.rows("select entry_id, kind from synced")
            if (entry_id, kind) not in there
        }

    def _hide(self, folder: Folder) -> list[Path]:
        """Bring ``hidden.txt`` in step; its path if it changed.

        Entries beneath that were deleted in the base are hidden; where they were renamed or merged it says into what,
        and where the base has taken out the links to them, that those beneath go as well.
        """
        live = {entry.id for entry in self._entries.all()}
        known = {conflict.entry_id for conflict in self._conflicts.open()} | live
        moved = self._entries.moved_ids()
        gone = {row[0] for row in self.rows("select id from entries where deleted = 1")} | moved.keys()
        hide = {one: moved.get(one) or self._links_end(folder, one) for one in folder.below if one in gone - known}
        hidden = folder.hidden()
        show = hidden.keys() & live
        if show or any(one not in hidden or hidden[one] != there for one, there in hide.items()):
            replace_file(folder.root / HIDDEN, folder.hidden_text(hide, show).encode())
            return [folder.root / HIDDEN]
        return []

    def _links_end(self, folder: Folder, gone: EntryId) -> EntryId | None:
        was = folder.hidden().get(gone)
        unlinked = not self._entries.links_to(gone) and folder.links_beneath(gone)
        return NOWHERE if unlinked else was

    def _mark_exported(
        self,
        folder: Folder,
        entries: Mapping[Path, Entry],
        blocked: set[PurePath],
        removed: Iterable[EntryFile],
        hidden: Iterable[EntryId],
    ) -> None:
        """What was written is what the next sync will find."""
        bases = {row[0]: row[1:] for row in self.rows("select entry_id, kind, text from synced")}
        live = {entry.id for entry in entries.values()}
        with writing(self.db):
            for path, entry in entries.items():
                state, base = (entry.kind, entry.original), bases.get(entry.id)
                if path not in blocked and not same(base, state):
                    self._conflicts.note_own_file(folder, entry, base)
                    self._conflicts.set_synced(entry.id, state, file=(entry.kind, layout(entry)))
            for entry_id in (*(file.entry_id for file in removed), *hidden):
                if entry_id not in live:
                    self._conflicts.set_synced(entry_id, None)

    def _pending(self) -> list[EntryId]:
        """Entries that differ from their files when last seen, but for the layout."""
        rows = self.rows(
            "select e.id, s.kind, s.text, e.deleted, r.kind, r.text"
            " from entries e join revisions r on r.entry_id = e.id and r.number = e.revision"
            " left join synced s on s.entry_id = e.id"
            " where (s.kind is distinct from (case when e.deleted = 0 then r.kind end)"
            " or s.text is distinct from (case when e.deleted = 0 then r.text end))"
            " and e.id not in (select entry_id from conflicts where closed_at is null) order by e.id"
        )
        return [
            EntryId(entry_id)
            for entry_id, kind, text, deleted, stored_kind, stored_text in rows
            if not same((kind, text) if kind else None, None if deleted else (stored_kind, stored_text))
        ]

    def source(self) -> str | None:
        """The folder of the last sync, absolute; ``None`` before the first."""
        source = self.value("select source from state")
        return None if source is None else str(source)

    def _set_source(self, source: Path) -> None:
        if self.source() != str(source.resolve()):
            self.change("update state set source = ?", [str(source.resolve())])


_Outcome = Literal["added", "updated", "removed", "unchanged", "conflict"]


@dataclass(frozen=True, slots=True)
class _Change:
    """An entry whose file is not what it was; ``entry`` is ``None`` where the file is gone. ``rows``: as prepared."""

    entry_id: EntryId
    entry: Entry | None
    rows: EntryRows | None = None

    @property
    def state(self) -> State:
        return (self.entry.kind, self.entry.original) if self.entry else None


_KNOWN = (
    "select id from entries union select entry_id from synced"
    " union select entry_id from conflicts where closed_at is null"
)


def _read(file: EntryFile, prepared: Prepared | None) -> _Change:
    """What a file says, as prepared where it was. Raises ``EntryError``."""
    ready = prepared.entry((file.entry_id, file.kind), file.sha256, file.state[1]) if prepared else None
    if ready is None:
        return _Change(file.entry_id, parse(file.data, file.path))
    return _Change(file.entry_id, *ready)


def _covered(folder: Folder, entry: Entry, own: EntryFile | None) -> bool:
    """Whether the layer beneath has this very entry, so that no file of one's own is needed."""
    below = folder.below.get(entry.id)
    if below is None or not same(below.state, (entry.kind, entry.original)):
        return False
    return own is None or own.data != below.data
