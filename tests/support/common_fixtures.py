"""What every test starts from: a clean environment, a small base, an encoder whose vectors can be predicted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import typer.testing
from hypothesis import settings
from numpy.typing import NDArray

import memebot.telegram  # noqa: F401, before aiogram: its types are then compiled when they are used
from knowledge.entry.model import Entry, EntryId, Kind
from knowledge.reading import EncoderId, Fingerprint, Keypoints, Line, Reading
from knowledge.store.base import KnowledgeBase
from memebot.database import in_memory, sqlite

if TYPE_CHECKING:
    from engines import Databases

# What is tried is the same in every run: a change is not refused for what another one broke and chance found today.
# ``--hypothesis-profile=default`` looks for more.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")

sqlite.SYNCHRONOUS = "off"
"""Nobody pulls the plug on a test, and what is written outlives the process that wrote it: no waiting for the disk."""

typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]
"""The command line is put together once, not for every command that a test runs."""

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FAKE = EncoderId("fake-00000000")
DIM = 8


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the person who runs the tests reaches them, and no test writes into a real home."""
    for name in [n for n in os.environ if n.startswith("MEMEBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MEMEBOT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEMEBOT_MEANING", "off")  # words can be predicted; tests of meaning ask for it
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def kb() -> KnowledgeBase:
    """An empty base in memory."""
    return KnowledgeBase(in_memory())


@pytest.fixture
def databases_of(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Callable[[str], Databases]]:
    """Makes empty databases of an engine."""
    from engines import Databases

    folder, made = tmp_path_factory.getbasetemp(), list[Databases]()

    def make(engine: str) -> Databases:
        shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
        made.append(Databases(engine, shared, tmp_path))
        return made[-1]

    yield make
    for databases in made:
        databases.close()


@pytest.fixture(params=("sqlite", "postgresql"))
def databases(request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]) -> Databases:
    """Makes empty databases: what uses it is tested on both engines."""
    return databases_of(request.param)


EntryMaker = Callable[..., Entry]


@pytest.fixture
def make_entry() -> EntryMaker:
    """Entries with everything filled in that a test does not care about."""

    def make(entry_id: str, kind: Kind = "concept", **fields: object) -> Entry:
        title = fields.pop("title", entry_id.replace("-", " "))
        text = fields.pop("text", f"{entry_id} is explained here.")
        both = {
            name: value if isinstance(value, dict) else {"ru": value, "en": value}
            for name, value in (("title", title), ("text", text))
        }
        return Entry(id=EntryId(entry_id), kind=kind, **both, **fields)  # type: ignore[arg-type]

    return make


@pytest.fixture
def save(kb: KnowledgeBase, make_entry: EntryMaker) -> Callable[..., Entry]:
    """Make an entry and save it in ``kb``."""

    def save_entry(*args: object, **fields: object) -> Entry:
        entry = make_entry(*args, **fields)
        kb.changes.save(entry, author="test", now=NOW)
        return entry

    return save_entry


def axis(number: int, dim: int = DIM) -> NDArray[np.float32]:
    """The unit vector along one axis, as (1 view, dim)."""
    vector = np.zeros((1, dim), np.float32)
    vector[0, number] = 1
    return vector


@pytest.fixture
def make_fingerprint() -> Callable[..., Fingerprint]:
    """Fingerprints of imagined pictures: ``name`` decides the hashes, ``vector`` the fake encoder's view."""

    def make(
        name: str, vector: NDArray[np.float32] | None = None, *, pdq: bytes | None = None, quality: int = 100
    ) -> Fingerprint:
        digest = hashlib.sha256(name.encode())
        none = Keypoints(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8), (320, 240))
        plain = Fingerprint(digest.hexdigest(), pdq or digest.digest(), quality, none)
        return plain if vector is None else plain.with_vectors(FAKE, vector)

    return make


@pytest.fixture
def reading_of() -> Callable[..., Reading]:
    """A reading of lines of text and frames."""

    def make(lines: Sequence[str] = (), frames: Sequence[Fingerprint] = (), caption: str = "") -> Reading:
        read = tuple(Line(text, 0.9, "en", (0.0, 0.0, 1.0, 0.1)) for text in lines)
        return Reading(frames[0].sha256 if frames else "0" * 64, tuple(frames), read, caption)

    return make
