"""A whole entry as one form: shown, looked at while somebody types, kept as a draft, saved.

A form is a face of its editor's draft, so what was typed here goes on in the chat and the other way round. It is
begun on the revision that was shown: whoever saved since is neither overwritten nor lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from knowledge.entry import fields
from knowledge.entry.diff import FieldChange, compare
from knowledge.entry.model import MAX_FILE, Entry, is_id
from knowledge.reading import LANGS, Lang
from knowledge.search.roles import RoleText
from knowledge.store.base import KnowledgeBase
from memebot.answering.composition import PictureWords, compose, whole
from memebot.database import writing
from memebot.editing.drafts import DraftId, Drafts, EntryDraft, OwnDrafts, Panel, linked_entries, need_editor
from memebot.editing.errors import BadId, DraftGone, DraftInvalid, DraftOutdated, FormOutdated, FormTooLong
from memebot.editing.saving import SavedDraft, Saving
from moderation.people import People

UNKEPT = DraftId(0)
"""The number of a draft that is not kept yet."""


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What stands in a form. ``texts``: fields by the names of ``FIELDS``, as ``field_text`` writes them; others stay.

    ``draft``: ``UNKEPT`` where the form shows an entry as it is. ``seen``: the revision that it was begun on, None for
    a new entry. ``kept_at``: when the draft was kept last, as the form knows; None before that. ``new_id``: what a
    new entry shall be called, "" for what follows from its title.
    """

    entry_id: str
    draft: DraftId = UNKEPT
    seen: int | None = None
    kept_at: datetime | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    new_id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SavedForm:
    """A form that became a revision. ``merged``: what somebody else had changed meanwhile, which stays."""

    saved: SavedDraft
    merged: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """An entry as subscribers see it in one language, as Markdown: ``asked`` in words, and about a picture.

    ``pictured`` is "" while the entry says nothing in this language.
    """

    asked: str
    pictured: str


class EntryForms:
    """Belongs to the thread of its database. Everything raises ``NotAnEditor``."""

    def __init__(
        self,
        kb: KnowledgeBase,
        drafts: Drafts,
        own: OwnDrafts,
        saving: Saving,
        people: People,
        clock: Callable[[], datetime],
    ) -> None:
        self._kb, self._drafts, self._own, self._saving = kb, drafts, own, saving
        self._people, self._clock = people, clock

    def open(self, user_id: int, entry_id: str) -> Panel:
        """An entry to be edited: with this editor's unsaved changes, where there are any. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        entry = self._kb.entries.get(entry_id)
        own = self._drafts.of_entry(user_id, entry.id)
        return self._own.panel(own or self._unkept(user_id, entry.id, self._kb.revisions.current(entry.id).number))

    def open_draft(self, user_id: int, draft: DraftId) -> Panel:
        """A draft to be edited. Raises ``DraftGone``."""
        return self._own.panel(self._own.get(user_id, draft))

    def look(self, user_id: int, form: EntryForm) -> Panel:
        """What is wrong with a form as it stands, what it changes and who was first; nothing is kept.

        Raises ``DraftGone``, ``FormOutdated``, ``FormTooLong`` and ``EntryNotFound``.
        """
        need_editor(self._people, user_id)
        draft = self._draft(user_id, form)
        return self._own.panel(replace(draft, entry=self._filled(draft.entry, form)))

    def preview(self, user_id: int, entry: Entry) -> Mapping[Lang, EntryPreview]:
        """The entry as the bot would tell it; a format's roles are filled with what they are called."""
        need_editor(self._people, user_id)
        linked = linked_entries(self._kb, entry)
        named = replace(entry, title={lang: entry.title.get(lang) or "…" for lang in LANGS})
        return {lang: EntryPreview(whole(named, linked, lang), _pictured(entry, linked, lang)) for lang in LANGS}

    def keep(self, user_id: int, form: EntryForm) -> Panel:
        """Keep a form as this editor's draft. Raises as ``look`` does, and ``BadId``."""
        need_editor(self._people, user_id)
        with writing(self._drafts.db):
            own = self._draft(user_id, form)
            if own.id == UNKEPT:
                own = self._drafts.open(user_id, own.entry, base_revision=own.base_revision, now=self._clock())
            entry, named = self._named(own, self._filled(own.entry, form), form.new_id)
            if entry != own.entry or named:
                own = self._drafts.put(
                    own.id, entry, base_revision=own.base_revision, named=named or None, now=self._clock()
                )
        return self._own.panel(own)

    def save(self, user_id: int, form: EntryForm, comment: str = "") -> SavedForm:
        """Keep a form and save it as a revision.

        Where somebody saved other fields meanwhile, both changes stay. Where both changed the same field, or the entry
        was deleted, ``DraftOutdated`` is raised: the draft waits for ``Saving.merge_newer`` or ``overwrite_newer``.
        Raises ``DraftInvalid``, and as ``keep`` does.
        """
        draft = self.keep(user_id, form).draft
        try:
            return SavedForm(self._saving.save(user_id, draft.id, comment))
        except DraftOutdated as error:
            mine = {change.field for change in compare(self._own.base(draft), draft.entry)}
            if error.gone or mine & {change.field for change in error.changes}:
                raise
            return self._save_merged(user_id, draft, comment, error)

    def _save_merged(self, user_id: int, draft: EntryDraft, comment: str, outdated: DraftOutdated) -> SavedForm:
        """Both changes in one; what is wrong with that together is for the editor to see before anything is saved."""
        try:
            with writing(self._drafts.db):
                self._saving.merge_newer(user_id, draft.id, "mine")
                return SavedForm(self._saving.save(user_id, draft.id, comment), outdated.changes)
        except DraftInvalid as error:
            raise outdated from error

    # --- within

    def _draft(self, user_id: int, form: EntryForm) -> EntryDraft:
        """The draft that a form shows, if nobody has touched it since; as it was begun where it is not kept yet."""
        if form.draft == UNKEPT:
            if self._drafts.of_entry(user_id, form.entry_id) is not None:
                raise FormOutdated
            return self._unkept(user_id, form.entry_id, form.seen)
        try:
            own = self._own.get(user_id, form.draft)
        except DraftGone as error:
            raise FormOutdated from error
        if own.updated_at != form.kept_at or own.base_revision != form.seen:
            raise FormOutdated
        return own

    def _unkept(self, user_id: int, entry_id: str, number: int | None) -> EntryDraft:
        if number is None:
            raise FormOutdated
        revision = self._kb.revisions.at(entry_id, number)
        return EntryDraft(UNKEPT, user_id, revision.entry(), True, number, None, None, revision.at, ())

    def _filled(self, entry: Entry, form: EntryForm) -> Entry:
        if sum(map(len, form.texts.values())) > MAX_FILE:
            raise FormTooLong(MAX_FILE)
        for name, text in form.texts.items():
            if text != fields.field_text(entry, name):
                entry = fields.edit_field(entry, name, text)
        return entry

    def _named(self, draft: EntryDraft, entry: Entry, new_id: str) -> tuple[Entry, bool]:
        """The entry under its id, and whether a person chose that; a saved one keeps its own."""
        if draft.base_revision is not None:
            return entry, False
        taken = {one.id for one in self._own.entries()}
        if new_id and new_id != entry.id:
            if not is_id(new_id) or new_id in taken:
                raise BadId(new_id, taken=new_id in taken)
            return fields.with_id(entry, new_id), True
        title = entry.title.get("en") or entry.title.get("ru") or ""
        if draft.named or not title or entry.title == draft.entry.title:
            return entry, False
        return fields.with_id(entry, fields.suggest_id(title, taken)), False


def _pictured(entry: Entry, linked: tuple[Entry, ...], lang: Lang) -> str:
    if not (entry.title.get(lang) and entry.text.get(lang, "").strip()):
        return ""
    roles = tuple(RoleText(role.id, role.name.get(lang) or role.id) for role in entry.roles)
    return compose([entry], lang, PictureWords(roles=roles), linked if entry.kind == "joke" else ())
