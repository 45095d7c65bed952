"""One phrase in place of another over the base: what that would change, and each entry in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry.diff import FieldChange, compare
from knowledge.entry.model import Entry, EntryId
from knowledge.entry.phrases import PhraseChange, replace_phrase
from knowledge.entry.problems import Problem
from knowledge.store.base import KnowledgeBase
from knowledge.store.revisions import Revision, StaleRevision
from memebot.answering.notifications import author_of
from memebot.editing.drafts import OwnDrafts, need_editor
from memebot.editing.errors import DraftInvalid, DraftOutdated, PhraseNotFound
from memebot.i18n import short
from moderation.people import People

SHOWN = 20
"""So many entries are shown with their differences, which take some milliseconds each."""


@dataclass(frozen=True, slots=True)
class EntryReplacement:
    """What replacing a phrase changes in one entry, which is at this ``revision``. ``errors``: why it cannot be."""

    entry: Entry
    revision: int
    changes: tuple[FieldChange, ...]
    errors: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ReplacementPreview:
    """What replacing a phrase changes: the first entries with their differences, and all by revision."""

    shown: tuple[EntryReplacement, ...]
    revisions: Mapping[EntryId, int]


class Replacing:
    """Belongs to the thread of its database. Everything raises ``NotAnEditor``."""

    def __init__(self, kb: KnowledgeBase, own: OwnDrafts, people: People, clock: Callable[[], datetime]) -> None:
        self._kb, self._own, self._people, self._clock = kb, own, people, clock

    def preview(
        self, user_id: int, phrase: PhraseChange, entry_id: str = "", *, limit: int = SHOWN
    ) -> ReplacementPreview:
        """What replacing the phrase would change, in one entry or in all, by id. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        latest = self._kb.revisions.latest()
        entries = [self._kb.entries.get(entry_id)] if entry_id else self._own.entries()
        found = [(entry, replace_phrase(entry, phrase)) for entry in entries if entry.id in latest]
        changed = [(entry, new) for entry, new in found if new != entry]
        shown = [
            EntryReplacement(entry, latest[entry.id].number, tuple(compare(entry, new)), self._errors(new))
            for entry, new in changed[:limit]
        ]
        return ReplacementPreview(tuple(shown), {entry.id: latest[entry.id].number for entry, _ in changed})

    def replace(self, user_id: int, phrase: PhraseChange, entry_id: str, seen: int) -> Revision:
        """Replace the phrase in one entry, which was at revision ``seen``; ``EntryChanges.undo`` takes it back.

        Raises ``PhraseNotFound``, ``DraftOutdated`` if somebody saved it since, ``DraftInvalid`` where it would not
        be sound, and ``EntryNotFound``.
        """
        need_editor(self._people, user_id)
        entry = self._kb.entries.get(entry_id)
        new = replace_phrase(entry, phrase)
        if new == entry:
            raise PhraseNotFound(phrase.old)
        errors = self._errors(new)
        if errors:
            raise DraftInvalid(errors)
        try:
            return self._kb.changes.save(
                new,
                author=author_of(user_id),
                now=self._clock(),
                comment=f"“{_quoted(phrase.old)}” replaced with “{_quoted(phrase.new)}” in {new.id}",
                base_revision=seen,
            )
        except StaleRevision as error:
            changes = self._kb.revisions.compare(entry_id, seen, error.current.number)
            raise DraftOutdated(error.current, changes, ()) from error

    def take_back(self, user_id: int, entry_id: EntryId, number: int) -> Revision | None:
        """Undo one replacement; None where somebody has saved the entry since, whose change stays."""
        need_editor(self._people, user_id)
        try:
            return self._kb.changes.undo(entry_id, number, author=author_of(user_id), now=self._clock())
        except StaleRevision:
            return None

    def _errors(self, entry: Entry) -> tuple[Problem, ...]:
        problems = self._own.check(entry, (), warnings=False).problems
        return tuple(problem for problem in problems if problem.severity == "error")


def _quoted(phrase: str) -> str:
    return short(" ".join(phrase.split()), 60)
