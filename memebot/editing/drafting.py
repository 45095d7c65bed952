"""Writing a draft: begun from an entry or from pictures, changed field by field or whole, given pictures, given up."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry import fields
from knowledge.entry.model import Entry, Kind, is_id
from knowledge.entry.phrases import PhraseChange, replace_phrase
from knowledge.reading import Fingerprint
from knowledge.search.searcher import Match
from knowledge.search.visual import PDQ_QUALITY, PDQ_SAME
from knowledge.store.base import KnowledgeBase
from knowledge.store.exemplars import NewExemplar
from memebot.answering.grouping import GroupId
from memebot.database import writing
from memebot.drafting.store import MachineDraft, MachineDrafts
from memebot.editing.drafts import DraftId, DraftPicture, Drafts, EntryDraft, OwnDrafts, Panel, need_editor
from memebot.editing.errors import BadId, PhraseNotFound
from memebot.editing.prefill import PrefillPicture, distinct, drafted, first_words, middle, prefilled
from memebot.hashes import hamming
from moderation.people import People


@dataclass(frozen=True, slots=True, eq=False)
class Prefill:
    """What a new entry is begun from.

    ``matches``: what the first picture resembles. ``group``, ``submission``: what it is written for.
    ``machine``: the draft by a model that it begins with.
    """

    kind: Kind
    pictures: Sequence[PrefillPicture] = ()
    matches: Sequence[Match] = ()
    group: GroupId | None = None
    submission: int | None = None
    machine: MachineDraft | None = None


def item_mark(item: str) -> str:
    """A short name for an item of a list: it stays right when other items come and go."""
    return f"{zlib.crc32(item.encode()):x}"


class Drafting:
    """Begins drafts and changes them. Belongs to the thread of its database.

    Everything raises ``NotAnEditor``, and ``DraftGone`` for what is no draft of this editor's.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        drafts: Drafts,
        own: OwnDrafts,
        machine: MachineDrafts,
        people: People,
        clock: Callable[[], datetime],
    ) -> None:
        self._kb, self._drafts, self._own, self._machine = kb, drafts, own, machine
        self._people, self._clock = people, clock

    def edit(self, user_id: int, entry_id: str) -> Panel:
        """Begin, or go on with, a draft of an entry. Raises ``EntryNotFound``."""
        return self._own.panel(self.open(user_id, entry_id))

    def open(self, user_id: int, entry_id: str) -> EntryDraft:
        """The same, without a look at what is wrong with it. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        entry = self._kb.entries.get(entry_id)
        revision = self._kb.revisions.current(entry.id)
        return self._drafts.open(user_id, entry, base_revision=revision.number, now=self._clock())

    def new(self, user_id: int, start: Prefill) -> Panel:
        """Begin a new entry from pictures: their words, what they resemble, themselves as fingerprints."""
        need_editor(self._people, user_id)
        known = self._own.entries()
        readings = [picture.reading for picture in start.pictures]
        if start.machine is None or start.machine.draft is None:
            entry, name = prefilled(start.kind, readings, start.matches, known), first_words(readings)
        else:
            entry, name = drafted(start.machine.draft, known), start.machine.draft.title["en"]
        entry = fields.with_id(entry, fields.suggest_id(name, {one.id for one in known}))
        draft = self._drafts.open(
            user_id,
            entry,
            base_revision=None,
            group_id=start.group,
            submission_id=start.submission,
            pictures=[] if start.kind == "concept" else distinct(start.pictures),
            machine_draft=None if start.machine is None else start.machine.id,
            now=self._clock(),
        )
        return self._own.panel(draft)

    def panel(self, user_id: int, draft: DraftId) -> Panel:
        """A draft with what is wrong with it and what happened around it."""
        return self._own.panel(self._own.get(user_id, draft))

    def set_field(self, user_id: int, draft: DraftId, field: str, value: str) -> Panel:
        """Replace a field by what a person wrote; the id of a new entry follows its title."""
        own = self._own.get(user_id, draft)
        entry = fields.edit_field(own.entry, field, value)
        if field.startswith("title.") and own.base_revision is None and not own.named:
            title = entry.title.get("en") or entry.title.get("ru") or ""
            if title:
                entry = fields.with_id(entry, fields.suggest_id(title, self._ids()))
        return self._put(own, entry)

    def add_items(self, user_id: int, draft: DraftId, field: str, value: str) -> Panel:
        """Add what a person wrote, an item a line, to a list; what it has already is not added again."""
        now = fields.field_text(self._own.get(user_id, draft).entry, field)
        return self.set_field(user_id, draft, field, f"{now}\n{value}")

    def remove_item(self, user_id: int, draft: DraftId, field: str, mark: str) -> EntryDraft:
        """Take the item of this ``item_mark`` out of a list; nothing where it is gone already."""
        entry = self._own.get(user_id, draft).entry
        left = [item for item in fields.field_text(entry, field).splitlines() if item_mark(item) != mark]
        return self.set_field(user_id, draft, field, "\n".join(left)).draft

    def replace_phrase(self, user_id: int, draft: DraftId, field: str, old: str, new: str) -> Panel:
        """Put one phrase in place of another wherever the field says it: as whole words, else within words.

        Raises ``PhraseNotFound``.
        """
        entry = self._own.get(user_id, draft).entry
        for whole_words in (True, False):
            change = PhraseChange(old, new, whole_words=whole_words)
            replaced = fields.field_text(replace_phrase(entry, change, field), field)
            if replaced != fields.field_text(entry, field):
                return self.set_field(user_id, draft, field, replaced)
        raise PhraseNotFound(old)

    def set_file(self, user_id: int, draft: DraftId, data: bytes) -> Panel:
        """Replace a draft by a whole file. Raises ``EntryError`` with every mistake in it."""
        own = self._own.get(user_id, draft)
        return self._put(own, fields.from_file(data, own.entry))

    def set_id(self, user_id: int, draft: DraftId, entry_id: str) -> Panel:
        """Give a new entry its id. Raises ``BadId``."""
        own = self._own.get(user_id, draft)
        if not is_id(entry_id) or own.base_revision is not None:
            raise BadId(entry_id, taken=False)
        if entry_id in self._ids():
            raise BadId(entry_id, taken=True)
        return self._put(own, fields.with_id(own.entry, entry_id), named=True)

    def discard(self, user_id: int, draft: DraftId) -> None:
        """Give a draft up; a model's draft that it was begun with waits for the next editor."""
        own = self._own.get(user_id, draft)
        with writing(self._drafts.db):
            self._drafts.drop(own.id)
            if own.machine_draft is not None:
                self._machine.reopen(own.machine_draft, user_id, now=self._clock())

    # --- exemplars: a place counts the entry's own first, then the pictures that were added

    def add_exemplar(self, user_id: int, draft: DraftId, picture: PrefillPicture) -> tuple[EntryDraft, str | None]:
        """Add a picture's fingerprint; or the name of the exemplar that the draft has of this picture already."""
        own = self._own.get(user_id, draft)
        frame = middle(picture.reading)
        known = self._same(own, frame)
        if known is None:
            self._drafts.add_picture(own.id, frame, picture.file_id, now=self._clock())
        return self._own.get(user_id, draft), known

    def remove_exemplar(self, user_id: int, draft: DraftId, place: int) -> EntryDraft:
        """Take out the exemplar at this place."""
        own = self._own.get(user_id, draft)
        names = own.entry.exemplars
        if place < len(names):
            entry = fields.without_exemplar(own.entry, names[place])
            return self._drafts.put(own.id, entry, base_revision=own.base_revision, now=self._clock())
        picture = added_at(own, place)
        if picture is not None:
            self._drafts.drop_picture(own.id, picture.id)
        return self._own.get(user_id, draft)

    def keep_exemplar(self, user_id: int, draft: DraftId, place: int, licence: str, data: bytes) -> EntryDraft:
        """Keep an added picture itself, not only its fingerprint, under this licence.

        Raises ``LicenceMissing``, and ``FingerprintError`` for bytes that are no picture.
        """
        own = self._own.get(user_id, draft)
        picture = added_at(own, place)
        if picture is not None:
            NewExemplar.picture(own.entry.id, data, picture.fingerprint, licence)  # raises what is wrong with it
            self._drafts.keep_picture(own.id, picture.id, data, licence)
        return self._own.get(user_id, draft)

    def _same(self, draft: EntryDraft, frame: Fingerprint) -> str | None:
        """The first exemplar of the draft's entry that is this picture."""
        hashes = self._kb.vectors.hashes()
        rows = {name: row for row, (name, _) in reversed([*enumerate(hashes.owners)])}
        for name in draft.entry.exemplars:
            row = rows.get(name)
            if row is None:
                continue
            clear = min(int(hashes.quality[row]), frame.pdq_quality) >= PDQ_QUALITY
            near = clear and hamming(hashes.pdq[row], frame.pdq) <= PDQ_SAME
            if near or hashes.sha256[row] == frame.sha256:
                return name
        for number, picture in enumerate(draft.pictures, 1):
            added = picture.fingerprint
            clear = min(added.pdq_quality, frame.pdq_quality) >= PDQ_QUALITY
            if added.sha256 == frame.sha256 or (clear and hamming(added.pdq, frame.pdq) <= PDQ_SAME):
                return f"№ {number}"
        return None

    def _put(self, draft: EntryDraft, entry: Entry, *, named: bool | None = None) -> Panel:
        changed = self._drafts.put(draft.id, entry, base_revision=draft.base_revision, named=named, now=self._clock())
        return self._own.panel(changed)

    def _ids(self) -> set[str]:
        """Ids that a new entry cannot have."""
        return {entry.id for entry in self._own.entries()}


def added_at(draft: EntryDraft, place: int) -> DraftPicture | None:
    """The added picture at this place; None where there is none."""
    (picture,) = draft.pictures[place - len(draft.entry.exemplars) :][:1] or (None,)
    return picture
