"""Where a database is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from memebot.database.errors import DatabaseUnusable

NAMESPACE = "memebot"
"""The schema that a server's database is kept in, where none is named."""

COMMUNITIES = "communities"
"""The folder beside a file in which other communities have theirs."""

FIRST = "main"
"""The community whose place is the home itself."""

FILE = "memebot.sqlite3"
"""The file's name in a home."""

_SUFFIXES = (".sqlite3", ".sqlite", ".db")
_SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is: in a file, or in a namespace of a PostgreSQL server.

    Each community has one of its own – a file, or a schema that nothing leads out of – so no query reaches into
    another's. ``path``: its file, where it is one. ``server``: how to reach the server, with the password.
    """

    path: Path | None = None
    server: str = field(default="", repr=False)
    namespace: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """A file, a home's folder, or ``postgresql://user:password@host/database?namespace=name``.

        What is not there yet is a file if it is named like one, else a home. The namespace is ``memebot`` where none
        is named.

        Raises ``DatabaseUnusable`` for what cannot be one.
        """
        if not text.startswith(_SCHEMES):
            path = Path(text).expanduser()
            is_file = path.is_file() or (path.suffix in _SUFFIXES and not path.is_dir())
            return cls(path if is_file else path / FILE)
        if _is_torn(text):  # told without what stands there: it may be a piece of the password
            raise DatabaseUnusable(
                "the address of the database cannot be read: in its user and password write @ as %40, : as %3A, "
                "/ as %2F, # as %23, ? as %3F, % as %25 and a blank as %20"
            )
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query))
        namespace = options.pop("namespace", NAMESPACE)
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,47}", namespace):
            raise DatabaseUnusable(
                f"{namespace!r} is no name of a namespace: it has small letters, digits, - and _, at most 48"
            )
        return cls(server=parts._replace(query=urlencode(options, quote_via=quote)).geturl(), namespace=namespace)

    def __str__(self) -> str:
        """How a person knows it; never its password."""
        if self.path is not None:
            return str(self.path)
        parts = urlsplit(self.server)
        host = parts.hostname or dict(parse_qsl(parts.query)).get("host", "")
        port = f":{parts.port}" if parts.port else ""
        user = f"{parts.username}@" if parts.username else ""
        return f"postgresql://{user}{host}{port}/{parts.path.lstrip('/')} ({self.namespace})"

    def of_community(self, name: str) -> Self:
        """Where a community has its own: the first one here, others in folders beside the file, or in namespaces."""
        if name == FIRST:
            return self
        if self.path is not None:
            return replace(self, path=self.path.parent / COMMUNITIES / name / self.path.name)
        return replace(self, namespace=f"{self.namespace}_{name}")

    @property
    def file(self) -> Path:
        """Its path; raises ``DatabaseUnusable`` where it is on a server."""
        if self.path is None:
            raise DatabaseUnusable(f"{self} is on a server and no file: `memebot db --help` lists what serves both")
        return self.path


def _is_torn(text: str) -> bool:
    """Whether a sign within the user or the password ends that part of the address before its end."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return True
    if "#" in text or "@" in parts.path or re.search(r"%(?![0-9A-Fa-f]{2})|\s", parts.netloc):
        return True
    person = parts.netloc.rpartition("@")[0]
    beyond = not person and re.match(r"[^=&]*@", parts.query)  # the ? that begins options was in the password
    return "@" in person or person.count(":") > 1 or bool(beyond)


def address_of(where: DatabaseAddress | Path) -> DatabaseAddress:
    """A path names the file of that name."""
    return DatabaseAddress(where) if isinstance(where, Path) else where
