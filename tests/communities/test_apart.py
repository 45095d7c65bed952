"""No community sees or changes anything of another: every public method of every store is tried on two of them."""

from __future__ import annotations

import ast
import collections.abc
import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chats import FAKE, entry
from engines import Databases, dump

import memebot
from knowledge.store.base import KnowledgeBase
from memebot.answering.state import BotState, Inbox
from memebot.answering.unexplained import Unexplained
from memebot.app import database_address, open_base, words_searcher
from memebot.communities.registry import Communities
from memebot.database import Database, Store, in_memory, open_database
from memebot.drafting.shown import DraftAsks
from memebot.drafting.store import MachineDrafts
from memebot.editing.drafts import Drafts
from memebot.editing.report import ReportStore
from memebot.settings import Settings, load
from memebot.telegram.transport.limits.shared import Sendings
from memebot.web.console.sessions import ConsoleSessions
from moderation.stores import Moderation

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
OF_FILES = {"Folder", "Path", "EntryFile", "Prepared", "ExemplarRows"}
"""What stands for files of a base: which those are is said by the settings, and no row knows it."""


# --- every store, and arguments for every method


def classes(base: type = Store) -> Iterator[type]:
    for one in base.__subclasses__():
        if one.__module__.split(".")[0] in ("memebot", "knowledge", "moderation"):
            yield one
            yield from classes(one)


def methods() -> list[tuple[type, str]]:
    return [
        (one, name)
        for one in sorted(set(classes()), key=lambda one: one.__name__)
        for name, what in vars(one).items()
        if not name.startswith("_") and inspect.isfunction(what)
    ]


def opened(database: Database) -> dict[type, Any]:
    """All stores over one database, by their classes."""
    found: dict[type, Any] = {}

    def take(value: Any) -> None:
        if isinstance(value, Store) and type(value) not in found:
            found[type(value)] = value
        elif type(value) in found or not hasattr(value, "__module__") or isinstance(value, type):
            return
        names = [field.name for field in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else []
        for name in names or list(getattr(value, "__dict__", {})):
            one = getattr(value, name)
            if isinstance(one, Store) and type(one) not in found:
                take(one)

    for made in (
        KnowledgeBase(database),
        BotState(database),
        Unexplained(database, encoder=FAKE, bank=np.zeros((0, 0), np.float32)),
        Drafts(database),
        ReportStore(database),
        MachineDrafts(database, model="m"),
        DraftAsks(database),
        Moderation.open(database, [1]),
        ConsoleSessions(database),
        Communities(database),
        Sendings(database),
        Inbox(database),
    ):
        take(made)
    return found


class OfFiles(Exception):
    """The method is about files, not rows."""


class Maker:
    """Values of any type that a method of a store asks for; texts hold ``word``."""

    def __init__(self, word: str) -> None:
        self.word = word

    def make(self, kind: Any) -> Any:
        if hasattr(kind, "__supertype__"):
            return self.make(kind.__supertype__)
        simple = {
            int: 1,
            float: 0.5,
            bool: True,
            str: self.word,
            bytes: self.word.encode().ljust(32, b"."),
            datetime: NOW,
            timedelta: timedelta(1),
            Any: {"word": self.word},
            object: self.word,
            types.NoneType: None,
        }
        if kind in simple:
            return simple[kind]
        if isinstance(kind, type) and issubclass(kind, np.ndarray):
            return np.ones(4, np.float32)
        return self._made_of(kind)

    def _made_of(self, kind: Any) -> Any:
        origin, parts = typing.get_origin(kind), typing.get_args(kind)
        if origin is np.ndarray:
            return np.ones(4, np.float32)
        if origin is typing.Literal:
            return parts[0]
        if origin in (typing.Union, types.UnionType):
            return self.make(parts[0])
        if origin is tuple:
            return tuple(self.make(part) for part in parts if part is not Ellipsis)
        if origin in (collections.abc.Mapping, dict):
            return {self.make(parts[0]): self.make(parts[1])}
        if origin in (collections.abc.Callable,):
            return lambda *_: ()
        if origin is not None:
            return [self.make(parts[0])]
        if dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind, vars(inspect.getmodule(kind)))
            needed = [one for one in dataclasses.fields(kind) if one.init and _without_default(one)]
            return kind(**{one.name: self.make(hints[one.name]) for one in needed})  # type: ignore[operator]
        if getattr(kind, "__name__", "") in OF_FILES:
            raise OfFiles
        raise AssertionError(f"say how a {kind} is made")


def _without_default(one: dataclasses.Field[Any]) -> bool:
    return one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING


def fill(
    method: Callable[..., Any], hints: dict[str, Any], maker: Maker, places: list[Any], given: dict[str, Any]
) -> None:
    for one in inspect.signature(method).parameters.values():
        if one.kind is one.VAR_POSITIONAL:
            continue
        if one.name == "rest":  # SQL of the stores themselves
            places.append("where 1")
        elif one.default is one.empty:
            value = maker.make(hints[one.name])
            given.update({one.name: value}) if one.kind is one.KEYWORD_ONLY else places.append(value)


def call(store: Any, name: str, maker: Maker) -> tuple[object, Exception | None]:
    """What a method gives back for values made up for it, or why it refuses them."""
    method = getattr(store, name)
    hints = typing.get_type_hints(method, vars(inspect.getmodule(type(store))) | TYPES)
    given: dict[str, Any] = {}
    places: list[Any] = []
    try:
        fill(method, hints, maker, places, given)
    except OfFiles as error:
        return None, error
    try:
        result = method(*places, **given)
        if isinstance(result, collections.abc.Iterator):
            result = list(result)
        elif hasattr(result, "__enter__"):
            with result as inside:
                result = inside
    except Exception as error:  # noqa: BLE001 (refusing is an answer, too)
        return None, error
    return result, None


TYPES: dict[str, Any] = {}
"""Names that modules of stores import for type checkers alone."""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Settings, Settings]]:
    yield (
        load(home=tmp_path, knowledge=tmp_path / "no"),
        load(home=tmp_path, knowledge=tmp_path / "no", community="cats"),
    )


def test_all_stores_of_a_community_are_tried() -> None:
    """Also those that nothing has imported yet: they are found in the sources."""
    bases = {"Store"}
    root = Path(memebot.__file__).parent.parent
    for package in ("knowledge", "moderation", "memebot"):
        for path in (root / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in bases for base in node.bases):
                    bases.add(node.name)
    database = in_memory()
    assert bases - {one.__name__ for one in opened(database)} == {"Store"}
    assert {one for one, _ in methods()} - {*opened(database)} == set()


def test_no_method_of_any_store_finds_or_changes_what_another_community_has(
    databases: Databases, two: tuple[Settings, Settings]
) -> None:
    if databases.engine == "sqlite":
        first, second = (open_database(database_address(settings)) for settings in two)
    else:
        first, second = databases(), databases()
    theirs, ours = opened(first), opened(second)
    for kind, name in methods():
        call(theirs[kind], name, Maker("alpha"))
    there = dump(first)
    assert there.count("alpha") > 50
    executed, failed = 0, []
    for kind, name in methods():
        result, error = call(ours[kind], name, Maker("beta"))
        executed += error is None
        if error is not None and type(error).__module__ == "builtins":
            failed.append(f"{kind.__name__}.{name}: {error!r}")
        assert "alpha" not in repr(result), f"{kind.__name__}.{name} finds what another community has"
        assert "alpha" not in repr(error), f"{kind.__name__}.{name} tells what another community has"
    assert dump(first) == there
    assert "alpha" not in dump(second) and "beta" in dump(second)
    assert executed > 200, failed
    if databases.engine == "sqlite":
        first.close()
        second.close()


def test_searches_in_one_process_answer_from_their_own_base_alone(two: tuple[Settings, Settings]) -> None:
    """The bases have the same ids, as many changes and as many entries: what searches share is told apart by more."""
    for settings, word in zip(two, ("zebra", "giraffe"), strict=True):
        with open_base(settings) as kb:
            kb.changes.save(
                entry("animal", "concept", f"{word} ru", f"{word} en", aliases=(word,)),
                now=NOW,
                author="x",
            )
    with open_base(two[0]) as one, open_base(two[1]) as other:
        assert one.generation() == other.generation()
        searches = {"zebra": words_searcher(one, two[0]), "giraffe": words_searcher(other, two[1])}
        for word, searcher in searches.items():
            for asked in searches:
                found = [match.entry for match in searcher.ask(asked) if "said" in match.evidence]
                assert (found == ["animal"]) == (asked == word), (word, asked)
            assert searcher.entries()["animal"].text["en"] == f"{word} en"
