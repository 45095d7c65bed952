"""What editing refuses.

EditingError
├── NotAnEditor     this person may not edit entries
├── DraftGone       there is no such draft of this person
├── DraftInvalid    the draft has errors and cannot be saved
├── MachineDraftGone  nobody waits for this draft by a model any more
├── DraftOutdated   somebody saved the entry meanwhile
├── FormOutdated    the same person has changed the draft elsewhere since the form was filled
├── FormTooLong     nobody writes as much into one entry
└── BadId           this can be no id, or it is taken
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.entry.diff import FieldChange
from knowledge.entry.merge import Clash
from knowledge.entry.problems import Problem
from knowledge.store.revisions import Revision


class EditingError(Exception):
    """Base of what editing refuses."""


class NotAnEditor(EditingError):
    """This person may not edit entries."""


class DraftGone(EditingError):
    """There is no such draft of this person, or not any more."""


class DraftInvalid(EditingError):
    """The draft has errors and cannot be saved; ``problems`` says which."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} errors")
        self.problems = tuple(problems)


class DraftOutdated(EditingError):
    """Somebody saved the entry since the draft was begun: look at ``changes``, then merge or overwrite.

    ``clashes``: places that both changed. ``gone``: the entry was deleted.
    """

    def __init__(self, current: Revision, changes: Sequence[FieldChange], clashes: Sequence[Clash]) -> None:
        super().__init__(f"{current.entry_id} is at revision {current.number}")
        self.current, self.changes, self.clashes = current, tuple(changes), tuple(clashes)

    @property
    def gone(self) -> bool:
        """Whether the entry was deleted."""
        return self.current.deleted


class FormOutdated(EditingError):
    """The same person has changed, saved or given up the draft in another window or in the chat; nothing was kept."""


class FormTooLong(EditingError):
    """The form holds more than an entry can; ``limit``: characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit}")
        self.limit = limit


class MachineDraftGone(EditingError):
    """An editor has decided about this draft by a model, or it is gone; ``decided_by``: who, where that is known."""

    def __init__(self, number: int, decided_by: int | None = None) -> None:
        super().__init__(f"{number}")
        self.decided_by = decided_by


class PhraseNotFound(EditingError):
    """The field does not say this."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class BadId(EditingError):
    """This can be no id, or it is taken."""

    def __init__(self, entry_id: str, *, taken: bool) -> None:
        super().__init__(entry_id)
        self.entry_id, self.taken = entry_id, taken
