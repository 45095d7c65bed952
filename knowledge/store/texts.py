"""Regression texts: what people write and the entries that should answer it, kept beside the entries.

They lie in ``texts/memes.csv``, ``questions.csv`` and ``others.csv`` beside the entries and, taken over by a sync,
in the database, where editors add more from the chat; an export writes those back, line by line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from knowledge.entry.model import EntryId
from knowledge.entry.problems import Problem
from knowledge.reading import LANGS, Lang
from knowledge.store.entries import KnowledgeStore
from knowledge.store.overlay import FILES, Folder, replace_file
from memebot.database import iso, writing

TextKind = Literal["memes", "questions", "others"]
TEXT_KINDS: tuple[TextKind, ...] = get_args(TextKind)


@dataclass(frozen=True, slots=True)
class RegressionText:
    """A text with the entries that it is about (any of them is right); none for ``others``.

    ``memes``: what stands on a picture. ``questions``: what people ask. ``others``: about something else, to be
    answered with silence; ``subject`` says about what.
    """

    text: str
    entries: tuple[EntryId, ...]
    kind: TextKind = "memes"
    lang: Lang = "ru"
    subject: str = ""

    def row(self) -> list[str]:
        """The fields of its line in a file."""
        text = self.text.replace("\n", " / ")
        if self.kind == "others":
            return ["", self.subject, self.lang, text]
        return ["|".join(self.entries), self.lang, text]


_COLUMNS: Mapping[TextKind, str] = {
    "memes": "entry,lang,text",
    "questions": "entry,lang,text",
    "others": "entry,subject,lang,text",
}


class TextsError(ValueError):
    """A file of regression texts has a line that makes no sense."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_file(path: Path, kind: TextKind) -> list[tuple[str, RegressionText]]:
    """The texts of a file, each with its line as it stands; raises ``TextsError``. A missing file is empty."""
    if not path.is_file():
        return []
    try:
        lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise TextsError(Problem(path, 1, "texts-unreadable", {"error": str(error)})) from error
    found: list[tuple[str, RegressionText]] = []
    for first, end, row, more in _rows(path, lines):
        ids = tuple(EntryId(one) for one in (row.get("entry") or "").split("|") if one)
        lang: Lang = "en" if row.get("lang") == "en" else "ru"
        if more:
            raise TextsError(Problem(path, first + 1, "texts-comma", {"row": lines[first].strip()}))
        if not row.get("text") or row.get("lang") not in LANGS or bool(ids) == (kind == "others"):
            line = lines[first].strip()
            raise TextsError(Problem(path, first + 1, "texts-columns", {"row": line, "columns": _COLUMNS[kind]}))
        text = row["text"].replace(" / ", "\n")
        found.append(("".join(lines[first:end]), RegressionText(text, ids, kind, lang, row.get("subject") or "")))
    return found


def _rows(path: Path, lines: Sequence[str]) -> Iterator[tuple[int, int, dict[str, str], bool]]:
    """Each row with the lines that it takes up, [first, end), and whether it says more than there are columns for: a
    comma without quotation marks would cut a text short."""
    reader = csv.reader(lines, strict=True)
    head: list[str] = []
    first = 0
    try:
        for row in reader:
            if first and row:
                yield first, reader.line_num, dict(zip(head, row, strict=False)), any(row[len(head) :])
            head, first = head or row, reader.line_num
    except csv.Error as error:
        raise TextsError(Problem(path, first + 1, "texts-csv", {"error": str(error)})) from error


def read_layers(folders: Iterable[Path], kind: TextKind) -> list[RegressionText]:
    """The texts of folders that lie over each other, the lowest first: a text that is there again counts there."""
    found: list[RegressionText] = []
    for folder in folders:
        here = [text for _, text in read_file(folder / f"{kind}.csv", kind)]
        again = {text.text for text in here}
        found = [*(text for text in found if text.text not in again), *here]
    return found


def _lower_texts(folder: Folder, kind: TextKind) -> list[RegressionText]:
    """The texts of the layer beneath, which need not be written again."""
    return read_layers(folder.beneath.text_folders(), kind) if folder.beneath else []


class RegressionTexts(KnowledgeStore):
    """Keeps regression texts. One that is taken out stays as a row that says so: nothing is lost."""

    def all(self, entry_id: str | None = None) -> list[RegressionText]:
        """All regression texts, or those that an entry should answer, in the order in which they came."""
        rows = self.rows("select text, entries, kind, lang, subject from texts where gone = 0 order by id")
        found = [_text(row) for row in rows]
        return [text for text in found if entry_id is None or entry_id in text.entries]

    def add(self, text: RegressionText, *, author: str, now: datetime) -> bool:
        """Keep a text, to be tried whenever an entry that it may touch changes; False if it was there."""
        with writing(self.db):
            return self._put(text, author, now, in_file=False)

    def remove(self, text: RegressionText, *, author: str, now: datetime) -> bool:
        """Take a text out, also of its file with the next export; False if it was not there."""
        with writing(self.db):
            return self._take(text, author, now)

    def move(self, old: EntryId, new: EntryId, author: str, now: datetime) -> None:
        """Let what an entry should answer be answered by another, within a transaction that is open."""
        for text in self.all(old):
            ids = tuple(dict.fromkeys(new if one == old else one for one in text.entries))
            self._take(text, author, now)
            self._put(replace(text, entries=ids), author, now, in_file=False)

    def take_back(self, made: tuple[str, datetime], author: str, now: datetime) -> None:
        """What this author changed at this moment is as it was before."""
        self.change(
            "update texts set gone = 1 - gone, author = ?, at = ? where author = ? and at = ?",
            [author, iso(now), made[0], iso(made[1])],
        )

    def not_exported(self, folder: Folder) -> int:
        """How many came or went in the chat since the last export, without those of the layer beneath."""
        rows = self.rows("select text, entries, kind from texts where in_file = gone")
        below = {(kind, *_key(text)) for kind in TEXT_KINDS for text in _lower_texts(folder, kind)}
        return sum((kind, text, entries) not in below for text, entries, kind in rows)

    # --- files

    def sync(self, folder: Folder, now: datetime, problems: list[Problem]) -> int:
        """Take over what changed in the files; how many texts came or went."""
        changed = 0
        for kind in TEXT_KINDS:
            try:
                there = read_layers(folder.text_folders(), kind)
            except TextsError as error:
                problems.append(error.problem)
                continue
            changed += self._sync_kind(kind, there, now)
        return changed

    def _sync_kind(self, kind: TextKind, there: Sequence[RegressionText], now: datetime) -> int:
        known = {
            (row[0], row[1]): row[2:]
            for row in self.rows("select text, entries, in_file, gone from texts where kind = ?", [kind])
        }
        in_files = {_key(text): text for text in there}
        new = [text for key, text in in_files.items() if key not in known or not known[key][0]]
        gone = [key for key, (in_file, _) in known.items() if in_file and key not in in_files]
        if not new and not gone:
            return 0
        with writing(self.db):
            for text in new:
                self._put(text, FILES, now, in_file=True)
            for text_, entries in gone:
                self.change(
                    "update texts set gone = 1, in_file = 0, author = ?, at = ?"
                    " where kind = ? and text = ? and entries = ?",
                    [FILES, iso(now), kind, text_, entries],
                )
        return len(new) + len(gone)

    def export(self, folder: Folder, *, is_source: bool) -> list[Path]:
        """Bring the files in step: lines that stay keep every byte, new ones come at the end.

        ``is_source``: the next sync reads here.
        """
        written: list[Path] = []
        for kind in TEXT_KINDS:
            path = folder.texts / f"{kind}.csv"
            rows = self.rows(
                "select text, entries, kind, lang, subject from texts where kind = ? and gone = 0 order by id", [kind]
            )
            wanted = {_key(text): text for text in map(_text, rows)}
            below = {_key(text) for text in _lower_texts(folder, kind)}
            old = read_file(path, kind)
            unseen = [key for _, text in old if (key := _key(text)) not in wanted and not self._knows(kind, key)]
            there = {_key(text) for _, text in old}
            new = [text for key, text in wanted.items() if key not in there and key not in below]
            kept = [line for line, text in old if _key(text) in wanted or _key(text) in unseen]
            if new or len(kept) < len(old):
                head = path.read_text("utf-8-sig").splitlines(keepends=True)[0] if old else f"{_COLUMNS[kind]}\n"
                replace_file(path, "".join([head, *map(_whole, kept), *_lines(new)]).encode())
                written.append(path)
            if is_source:
                self._mark(kind, folder)
        return written

    # --- within

    def _knows(self, kind: TextKind, key: tuple[str, str]) -> bool:
        sql = "select 1 from texts where kind = ? and text = ? and entries = ?"
        return self.value(sql, [kind, *key]) is not None

    def _mark(self, kind: TextKind, folder: Folder) -> None:
        """What is in the files now is what the next sync will find."""
        there = {_key(text) for text in read_layers(folder.text_folders(), kind)}
        rows = self.rows("select text, entries, in_file from texts where kind = ?", [kind])
        moved = [
            ((text, entries) in there, kind, text, entries)
            for text, entries, in_file in rows
            if bool(in_file) != ((text, entries) in there)
        ]
        with writing(self.db):
            self.change_many("update texts set in_file = ? where kind = ? and text = ? and entries = ?", moved)

    def _put(self, text: RegressionText, author: str, now: datetime, *, in_file: bool) -> bool:
        (words, entries), at = _key(text), iso(now)
        known = self.rows(
            "select gone from texts where kind = ? and text = ? and entries = ?", [text.kind, words, entries]
        )
        if known:
            self.change(
                "update texts set gone = 0, in_file = case when in_file = 1 then 1 else ? end,"
                " author = case when gone = 1 then ? else author end, at = case when gone = 1 then ? else at end"
                " where kind = ? and text = ? and entries = ?",
                [in_file, author, at, text.kind, words, entries],
            )
            return bool(known[0][0])
        self.change(
            "insert into texts (kind, entries, subject, lang, text, in_file, gone, author, at)"
            " values (?, ?, ?, ?, ?, ?, 0, ?, ?)",
            [text.kind, entries, text.subject, text.lang, words, in_file, author, at],
        )
        return True

    def _take(self, text: RegressionText, author: str, now: datetime) -> bool:
        done = self.change(
            "update texts set gone = 1, author = ?, at = ? where kind = ? and text = ? and entries = ? and gone = 0",
            [author, iso(now), text.kind, *_key(text)],
        )
        return done == 1


def _text(row: Sequence[str]) -> RegressionText:
    text, entries, kind, lang, subject = row
    ids = tuple(EntryId(one) for one in entries.split("|") if one)
    return RegressionText(text, ids, kind, lang, subject)  # type: ignore[arg-type]


def _key(text: RegressionText) -> tuple[str, str]:
    """A text as it is found again, whatever became of its line breaks on the way through a file."""
    return text.text.replace(" / ", "\n"), "|".join(text.entries)


def _whole(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n"


def _lines(texts: Iterable[RegressionText]) -> list[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for text in texts:
        writer.writerow(text.row())
    return out.getvalue().splitlines(keepends=True)
