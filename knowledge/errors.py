"""What can go wrong with the knowledge base.

KnowledgeError
├── EntryError          a file is not an entry: every mistake with its line
├── EntryNotFound       no such entry; the closest ids
├── RevisionNotFound    the entry has no revision of that number
├── StaleRevision       somebody saved the entry in the meantime (beside ``Revision``)
├── EntryExists         an entry of that id is there, or was and can come back
├── MergeError          these entries cannot become one
├── FieldUnknown        entries have no field of that name
├── ConflictNotFound    the entry has no open conflict
├── ExemplarNotFound    no such exemplar, or nothing was kept of it yet
├── ExemplarExists      that name already holds other bytes
├── LicenceMissing      a picture without a word on whose it is
└── SourceError         a folder of entries cannot be read or written

Errors carry a code or a class, and facts; they are put into words for a person once, where they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal

from knowledge.entry.problems import Code, Fact, Problem


class KnowledgeError(Exception):
    """Base of everything that the knowledge base raises; ``hint`` says what to do, where that is known."""

    hint: str = ""


class EntryError(KnowledgeError):
    """A file is not an entry. ``problems`` holds every mistake found in it, at least one, in line order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.path = self.problems[0].path
        self.line = self.problems[0].line


class EntryNotFound(KnowledgeError):
    """There is no entry of that id; ``closest`` are similar ids, best first."""

    def __init__(self, entry_id: str, closest: Sequence[str] = ()) -> None:
        super().__init__(f"no entry {entry_id!r}")
        self.entry_id = entry_id
        self.closest = tuple(closest)
        self.hint = f"did you mean {', '.join(self.closest)}?" if closest else ""


class RevisionNotFound(KnowledgeError):
    """The entry has no revision of that number."""

    def __init__(self, entry_id: str, number: int) -> None:
        super().__init__(f"{entry_id!r} has no revision {number}")
        self.entry_id = entry_id
        self.number = number


class EntryExists(KnowledgeError):
    """The id is taken by an entry, or by a deleted one that can come back; nothing was written."""

    def __init__(self, entry_id: str, *, deleted: bool) -> None:
        super().__init__(f"{entry_id!r} is the id of {'a deleted' if deleted else 'another'} entry")
        self.entry_id = entry_id
        self.deleted = deleted
        self.hint = "choose another id" + (", or restore that entry" if deleted else "")


MergeObstacle = Literal["too-few", "other-kinds", "too-long"]


class MergeError(KnowledgeError):
    """The entries cannot become one; nothing was written. ``code`` says why."""

    def __init__(self, entry_ids: Sequence[str], code: MergeObstacle, **facts: Fact) -> None:
        super().__init__(f"{', '.join(entry_ids)} cannot become one: {code}")
        self.entry_ids = tuple(entry_ids)
        self.code: MergeObstacle = code
        self.facts = facts


class FieldUnknown(KnowledgeError):
    """Entries have no field of that name; ``fields`` are those that they have."""

    def __init__(self, field: str, fields: Sequence[str]) -> None:
        super().__init__(f"no field {field!r}")
        self.field = field
        self.fields = tuple(fields)
        self.hint = f"the fields are {', '.join(fields)}"


class ConflictNotFound(KnowledgeError):
    """The entry has no open conflict between its file and the database."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(f"{entry_id!r} has no open conflict")
        self.entry_id = entry_id


class ExemplarNotFound(KnowledgeError):
    """There is no exemplar of that name, or what was asked for has not been computed yet."""

    def __init__(self, name: str, what: str = "exemplar") -> None:
        super().__init__(f"no {what} for {name!r}" if what != "exemplar" else f"no exemplar {name!r}")
        self.name = name


class ExemplarExists(KnowledgeError):
    """The name is taken by an exemplar with other bytes; nothing was written."""

    def __init__(self, name: str) -> None:
        super().__init__(f"an exemplar {name!r} with other content exists")
        self.name = name
        self.hint = "choose another name"


class LicenceMissing(KnowledgeError):
    """A picture is only kept with a word on whose it is and how it may be used; nothing was written."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the picture {name!r} has no licence note")
        self.name = name
        self.hint = "say whose it is and under which licence, or keep its fingerprint alone"


class SourceError(KnowledgeError):
    """A folder of entry files cannot be used; ``problem`` says why."""

    def __init__(self, path: PurePath, code: Code, **facts: Fact) -> None:
        self.problem = Problem(path, 0, code, facts)
        super().__init__(str(self.problem))
        self.path = path
