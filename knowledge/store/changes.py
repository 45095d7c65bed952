"""Changes of entries: put together unsaved, looked at, and then saved as one transaction.

A ``Change`` says how entries would be. It can be tried (``Searcher.dry_run``), checked (``find_regressions``) and
applied (``Changes.apply``); saving, deleting, restoring, renaming and merging are all made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from knowledge.entry.markdown import validated
from knowledge.entry.model import MAX_ITEMS, Entry, EntryId, is_id, path_of, with_links_moved
from knowledge.entry.problems import Problem
from knowledge.errors import EntryError, EntryExists, MergeError
from knowledge.reading import LANGS, Lang
from knowledge.store.entries import Entries, KnowledgeStore
from knowledge.store.exemplars import ExemplarStore, NewExemplar
from knowledge.store.revisions import Revision, Revisions, StaleRevision
from knowledge.store.texts import RegressionTexts
from memebot.database import Database, iso, upsert


@dataclass(frozen=True, slots=True)
class Change:
    """Entries as they would be, by id; ``None`` where there would be none any more.

    The entry that the change is about comes first. ``renamed`` and ``merged``: ids that go, and where to.
    ``base_revisions``: the revisions that the change was made on; applying it to others raises ``StaleRevision``.
    """

    entries: Mapping[EntryId, Entry | None]
    exemplars: tuple[NewExemplar, ...] = ()
    renamed: Mapping[EntryId, EntryId] = field(default_factory=dict)
    merged: Mapping[EntryId, EntryId] = field(default_factory=dict)
    base_revisions: Mapping[EntryId, int] = field(default_factory=dict)
    comment: str = ""

    @classmethod
    def of(cls, entry: Entry, *exemplars: NewExemplar) -> Change:
        """A new entry or an edited one, with exemplars that come along."""
        return cls({entry.id: entry}, exemplars)

    @property
    def moved(self) -> dict[EntryId, EntryId]:
        """Ids that go, and the ids that stand for them from then on."""
        return {**self.renamed, **self.merged}


class Changes(KnowledgeStore):
    """Changes entries. Every change is one transaction, with a revision for every entry that it touches."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._entries, self._revisions = Entries(db), Revisions(db)
        self._exemplars, self._texts = ExemplarStore(db), RegressionTexts(db)

    # --- put together, not saved

    def deletion(self, entry_id: str, *, unlink: bool = False) -> Change:
        """Without the entry; with ``unlink`` also without the links to it. Raises ``EntryNotFound``."""
        entry = self._entries.get(entry_id)
        linking = self._linking({entry.id: None}) if unlink else {}
        return self._change({entry.id: None, **linking}, f"{entry.id} deleted" if linking else "")

    def restoration(self, entry_id: str, number: int) -> Change:
        """With a former revision's text; its links follow entries that were renamed or merged since.

        Raises ``EntryNotFound`` and ``RevisionNotFound``.
        """
        old = self._revisions.at(entry_id, number).entry()
        live = {row[0] for row in self.rows("select id from entries where deleted = 0")}
        moved = {
            link: self._entries.resolve(link)
            for link in old.links
            if link not in live and self._entries.has_moved(link)
        }
        return self._change({old.id: with_links_moved(old, moved)}, f"revision {number} restored")

    def renaming(self, entry_id: str, new_id: str) -> Change:
        """Under another id, and with the links of others pointing there.

        Raises ``EntryNotFound``, ``EntryExists``, and ``EntryError`` for what is no id.
        """
        entry = self._entries.get(entry_id)
        if not is_id(new_id):
            raise EntryError([Problem(path_of(entry.kind, new_id), 1, "id-wrong", {"id": new_id})])
        self._check_free(new_id)
        moved = {entry.id: EntryId(new_id)}
        new = replace(with_links_moved(entry, moved), id=EntryId(new_id))
        entries = {new.id: new, entry.id: None, **self._linking(moved)}
        return replace(self._change(entries, f"{entry.id} renamed to {new_id}"), renamed=moved)

    def merging(self, into: str, others: Sequence[str]) -> Change:
        """The others within ``into``: its texts stay, names, phrases, words, pictures, links and sources unite.

        Links to the others lead to ``into``. Raises ``EntryNotFound`` and ``MergeError``.
        """
        target = self._entries.get(into)
        absorbed = [self._entries.get(other) for other in dict.fromkeys(others)]
        ids = [target.id, *(one.id for one in absorbed)]
        if not absorbed or len(set(ids)) < len(ids):
            raise MergeError(ids, "too-few")
        if len({target.kind, *(one.kind for one in absorbed)}) > 1:
            raise MergeError(ids, "other-kinds")
        moved = {one.id: target.id for one in absorbed}
        entries = {target.id: combined(target, absorbed), **dict.fromkeys(moved), **self._linking(moved)}
        return replace(self._change(entries, f"{', '.join(moved)} merged into {target.id}"), merged=moved)

    # --- saved

    def apply(
        self,
        change: Change,
        *,
        author: str,
        now: datetime,
        comment: str = "",
        base_revisions: Mapping[EntryId, int | None] | None = None,
    ) -> list[Revision]:
        """Save a change: one transaction, a revision for every entry that differs, that of the first one first.

        ``base_revisions``: as ``base_revision`` of ``save``, by id, beside those that the change knows itself; an
        entry without one is saved whatever is current. Raises ``StaleRevision``, ``EntryError``, ``EntryExists``,
        ``ExemplarExists``, ``LicenceMissing``; then nothing was written.
        """
        entries = {entry_id: entry and validated(entry) for entry_id, entry in change.entries.items()}
        renamed = {*change.renamed.values()}
        with self.write():
            for entry_id, number in (*change.base_revisions.items(), *(base_revisions or {}).items()):
                self._expect(entry_id, number)
            for new in change.exemplars:
                self._exemplars.keep(new, author, now)
            for old, new_id in change.renamed.items():
                self._move(old, new_id, now)
            made = [
                self._record(entry_id, entry, author, now, comment or change.comment, renamed=entry_id in renamed)
                for entry_id, entry in entries.items()
            ]
            for old, new_id in change.moved.items():
                self._remember(old, new_id, "renamed" if old in change.renamed else "merged", now)
                self._texts.move(old, new_id, author, now)
            return [revision for revision in made if revision]

    def save(
        self,
        entry: Entry,
        *,
        author: str,
        now: datetime,
        comment: str = "",
        base_revision: int | None = None,
        exemplars: Sequence[NewExemplar] = (),
    ) -> Revision:
        """Store the entry as a new revision; an unchanged one gives the current revision instead.

        ``base_revision``: the revision that the change was made on, ``None`` for an entry that is new.
        ``exemplars``: kept in the same transaction, for the entry to name. Raises ``StaleRevision`` if the
        entry is at another revision by now, ``EntryError`` if it is not valid, and as ``apply``.
        """
        with self.write():
            made = self.apply(
                Change.of(entry, *exemplars),
                author=author,
                now=now,
                comment=comment,
                base_revisions={entry.id: base_revision},
            )
            return made[0] if made else self._revisions.current(entry.id)

    def delete(
        self,
        entry_id: str,
        *,
        author: str,
        now: datetime,
        comment: str = "",
        base_revision: int | None = None,
        unlink: bool = False,
    ) -> Revision:
        """Delete the entry, as a revision that can be taken back with ``restore``.

        ``base_revision``: as for ``save``; ``None`` deletes whatever is current. ``unlink``: take the links to
        it out of other entries (``links_to`` says which), too. Raises ``EntryNotFound``, ``StaleRevision``.
        """
        with self.write():
            change = self.deletion(entry_id, unlink=unlink)
            expected = None if base_revision is None else {next(iter(change.entries)): base_revision}
            return self.apply(change, author=author, now=now, comment=comment, base_revisions=expected)[0]

    def restore(self, entry_id: str, number: int, *, author: str, now: datetime, comment: str = "") -> Revision:
        """Make a former revision's text current, as a new revision; also brings a deleted entry back.

        Raises ``EntryNotFound`` and ``RevisionNotFound``.
        """
        with self.write():
            change = self.restoration(entry_id, number)
            made = self.apply(change, author=author, now=now, comment=comment)
            return made[0] if made else self._revisions.current(next(iter(change.entries)))

    def rename(self, entry_id: str, new_id: str, *, author: str, now: datetime, comment: str = "") -> list[Revision]:
        """Give the entry another id: its history comes along, links of others follow, the old id leads to it.

        Raises ``EntryNotFound``, ``EntryExists``, and ``EntryError`` for what is no id.
        """
        with self.write():
            return self.apply(self.renaming(entry_id, new_id), author=author, now=now, comment=comment)

    def merge(
        self, into: str, others: Sequence[str], *, author: str, now: datetime, comment: str = ""
    ) -> list[Revision]:
        """Make several entries one, see ``merging``; the others are deleted, which can be taken back."""
        with self.write():
            return self.apply(self.merging(into, others), author=author, now=now, comment=comment)

    def undo(self, entry_id: str, number: int, *, author: str, now: datetime) -> Revision:
        """Take back all that was saved together with this revision, as new revisions; a merge parts again.

        Raises ``RevisionNotFound``, and ``StaleRevision`` where somebody has saved one of these entries since.
        """
        with self.write():
            made = self._revisions.at(entry_id, number)
            revisions = self.apply(self._before(made), author=author, now=now)
            self._texts.take_back((made.author, made.at), author, now)
            return revisions[0]

    # --- within

    def _before(self, made: Revision) -> Change:
        """All that was saved together with this revision, as it was before."""
        together = self.rows(
            "select entry_id, number from revisions where author = ? and at = ? and comment = ?"
            " order by entry_id <> ?, entry_id",
            [made.author, iso(made.at), made.comment, made.entry_id],
        )
        entries: dict[EntryId, Entry | None] = {}
        for one, its_number in together:
            before = None if its_number == 1 else self._revisions.at(one, its_number - 1)
            entries[EntryId(one)] = None if before is None or before.deleted else before.entry()
        return Change(entries, base_revisions={EntryId(one): its_number for one, its_number in together})

    def _change(self, entries: Mapping[EntryId, Entry | None], comment: str) -> Change:
        current = {entry_id: self._revisions.find(entry_id) for entry_id in entries}
        numbers = {entry_id: revision.number for entry_id, revision in current.items() if revision}
        return Change(entries, base_revisions=numbers, comment=comment)

    def _linking(self, moved: Mapping[EntryId, EntryId | None]) -> dict[EntryId, Entry]:
        """Other entries that link to the moved ids, with these links as they are to be."""
        ids = {link for one in moved for link in self._entries.links_to(one)} - {*moved, *moved.values()}
        return {one: with_links_moved(self._entries.get(one), moved) for one in sorted(ids)}

    def _expect(self, entry_id: str, base_revision: int | None) -> None:
        current = self._revisions.find(entry_id)
        if current is None:
            if base_revision is not None and self._entries.has_moved(entry_id):
                raise StaleRevision(self._revisions.current(entry_id))
        elif current.number != base_revision and not (base_revision is None and current.deleted):
            raise StaleRevision(current)

    def _record(
        self, entry_id: EntryId, entry: Entry | None, author: str, now: datetime, comment: str, *, renamed: bool
    ) -> Revision | None:
        """Append what became of an entry; ``None`` where nothing did. ``renamed``: the text may be the same."""
        current = self._revisions.find(entry_id)
        live = current is not None and not current.deleted
        if entry is None:
            if not live:
                return None
            return self._revisions.record(self._entries.get(entry_id), author, now, comment, deleted=True)
        if live and not renamed and self._entries.get(entry_id) == entry:
            return None
        return self._revisions.record(entry, author, now, comment)

    def _move(self, old: EntryId, new: EntryId, now: datetime) -> None:
        """Let everything that was ever kept of an entry be that of another id; raises ``EntryExists``."""
        self._check_free(new)
        self.change("delete from former_ids where former = ?", [new])
        self.change("update revisions set entry_id = ? where entry_id = ?", [new, old])
        self.change("update entries set id = ? where id = ?", [new, old])

    def _check_free(self, entry_id: str) -> None:
        deleted = self.value("select deleted from entries where id = ?", [entry_id])
        if deleted is not None:
            raise EntryExists(entry_id, deleted=bool(deleted))

    def _remember(self, old: EntryId, new: EntryId, reason: str, now: datetime) -> None:
        self.change(upsert("former_ids", "former", "entry_id, reason, at"), [old, new, reason, iso(now)])


def combined(target: Entry, others: Sequence[Entry]) -> Entry:
    """``target`` with the names, phrases, words, pictures, links and sources of the others, each once.

    Raises ``MergeError`` where a list would become too long.
    """
    every = (target, *others)
    ids = {one.id for one in every}
    titles = {title.lower() for title in target.title.values()}
    names = (name for one in every for name in (*(one.title.values() if one is not target else ()), *one.aliases))
    merged = replace(
        target,
        aliases=_once(name for name in names if name.lower() not in titles),
        says=_once(phrase for one in every for phrase in one.says),
        asks=_united(one.asks for one in every),
        captions=_united(one.captions for one in every),
        keywords=_united(one.keywords for one in every),
        looks_like=_once(phrase for one in every for phrase in one.looks_like),
        formats=tuple(dict.fromkeys(link for one in every for link in one.formats if link not in ids)),
        concepts=tuple(dict.fromkeys(link for one in every for link in one.concepts if link not in ids)),
        exemplars=tuple(dict.fromkeys(name for one in every for name in one.exemplars)),
        sources=tuple(dict.fromkeys(source for one in every for source in one.sources)),
    )
    fields = ("aliases", "says", "looks_like", "formats", "concepts", "exemplars", "sources")
    halves = (merged.asks, merged.captions, merged.keywords)
    lists = [*(some for half in halves for some in half.values()), *(getattr(merged, name) for name in fields)]
    if any(len(one) > MAX_ITEMS for one in lists):
        raise MergeError([one.id for one in every], "too-long", most=MAX_ITEMS)
    return merged


def _united(halves: Iterable[Mapping[Lang, tuple[str, ...]]]) -> dict[Lang, tuple[str, ...]]:
    """The phrases of each language once."""
    every = list(halves)
    return {lang: _once(phrase for one in every for phrase in one.get(lang, ())) for lang in LANGS}


def _once(phrases: Iterable[str]) -> tuple[str, ...]:
    """Each phrase once, whatever the case of its letters."""
    found: dict[str, str] = {}
    for phrase in phrases:
        found.setdefault(" ".join(phrase.lower().split()), phrase)
    return tuple(found.values())
