"""Copies between the engines: the same rows there and back, or none at all."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from engines import Databases, dump
from moderation_drafts import ANN, NOW
from typer.testing import CliRunner

from memebot.app import all_migrations
from memebot.cli import app
from memebot.communities.registry import Communities
from memebot.database import Database, DatabaseAddress, DatabaseTooNew, DatabaseUnusable, delete_database, open_database
from memebot.database.copies import copy_database, put_back, save, trouble
from memebot.database.postgres import PostgresDatabase

HOME = Path(__file__).parents[1] / "data" / "home-0.1.0.sqlite3.gz"
_NUMBERS = count()


@pytest.fixture
def home(tmp_path: Path) -> DatabaseAddress:
    """A home of version 0.1.0, with something in most tables."""
    path = tmp_path / "memebot.sqlite3"
    path.write_bytes(gzip.decompress(HOME.read_bytes()))
    return DatabaseAddress(path)


@pytest.fixture
def server(databases_of: Callable[[str], Databases]) -> Iterator[DatabaseAddress]:
    """A place on the server where nothing is yet."""
    database = databases_of("postgresql")()
    assert isinstance(database, PostgresDatabase)
    name = f"copy-{os.environ.get('PYTEST_XDIST_WORKER', 'only')}-{next(_NUMBERS)}"
    yield replace(database.address, namespace=name)
    for community in ("main", "cats"):
        delete_database(replace(database.address, namespace=name).of_community(community))


def content(address: DatabaseAddress) -> str:
    with closing(open_database(address)) as database:
        return "\n".join(sorted(dump(database).splitlines()))


def url(address: DatabaseAddress) -> str:
    return f"{address.server}&namespace={address.namespace}"


def propose(database: Database) -> int:
    """A note to a submission, with a number of its own."""
    sql = "insert into remarks (submission, at, by, text) select min(id), 'now', 1, 'x' from submissions returning id"
    return int(database.execute(sql).fetchone()[0])


def test_there_and_back_everything_is_as_it_was(home: DatabaseAddress, server: DatabaseAddress, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    rows = copy_database(home, server, all_migrations(), progress=lambda _, done, total: seen.append((done, total)))
    assert seen[-1] == (rows, rows) and rows > 150
    back = DatabaseAddress(tmp_path / "back.sqlite3")
    assert copy_database(server, back, all_migrations()) == rows
    assert content(home) == content(server) == content(back)


def test_rules_hold_and_numbers_go_on_in_a_copy(home: DatabaseAddress, server: DatabaseAddress) -> None:
    copy_database(home, server, all_migrations())
    with closing(open_database(home)) as ours, closing(open_database(server)) as copy:
        assert propose(ours) == propose(copy)
        with pytest.raises(Exception, match="never"):
            copy.execute("delete from audit")


def test_what_is_there_is_kept_unless_it_is_to_be_replaced(home: DatabaseAddress, server: DatabaseAddress) -> None:
    copy_database(home, server, all_migrations())
    with closing(open_database(server)) as copy:
        copy.execute("delete from wishes")
    with pytest.raises(DatabaseUnusable, match="--replace"):
        copy_database(home, server, all_migrations())
    copy_database(home, server, all_migrations(), replace=True)
    assert content(home) == content(server)
    with pytest.raises(DatabaseUnusable, match="no database"):
        copy_database(DatabaseAddress(home.file.parent / "no"), server, all_migrations(), replace=True)


def test_a_copy_that_fails_leaves_the_target_as_it_was(
    home: DatabaseAddress, server: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_database(home, server, all_migrations())
    before = content(server)
    with closing(open_database(home)) as ours:
        ours.execute("insert into wishes values (123456, 1)")
    monkeypatch.setattr(PostgresDatabase, "count_on", lambda self, counters: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        copy_database(home, server, all_migrations(), replace=True)
    assert content(server) == before


def test_a_newer_version_is_left_alone(home: DatabaseAddress, server: DatabaseAddress) -> None:
    copy_database(home, server, all_migrations())
    with closing(open_database(server)) as copy:
        copy.execute("insert into _sqlite_migrations (migration_set, name) values ('moderation', 'm999_later')")
    with pytest.raises(DatabaseTooNew):
        copy_database(home, server, all_migrations(), replace=True)
    assert "newer version" in trouble(server, all_migrations())


def test_a_saved_copy_is_put_back_and_what_was_there_is_kept(
    home: DatabaseAddress, server: DatabaseAddress, tmp_path: Path
) -> None:
    copy_database(home, server, all_migrations())
    before = content(server)
    file, kept = tmp_path / "copy.sqlite3", tmp_path / "kept.sqlite3"
    assert save(server, file, all_migrations()) == file.stat().st_size
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.sqlite3"]
    with closing(open_database(server)) as copy:
        number = propose(copy)
    assert put_back(file, server, kept, all_migrations()) == kept
    assert content(server) == before == content(DatabaseAddress(file))
    with closing(open_database(kept)) as old:
        assert old.execute("select text from remarks where id = ?", [number]).fetchone() == ("x",)
    file.write_bytes(b"torn" * 99)
    with pytest.raises(DatabaseUnusable):
        put_back(file, server, kept, all_migrations())
    assert content(server) == before


def test_all_communities_are_copied_saved_and_put_back_by_commands(
    home: DatabaseAddress, server: DatabaseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_database(home.of_community("cats"))) as cats:
        for some in all_migrations():
            cats.apply(some)
        cats.execute("insert into wishes values (5, 1)")

    def memebot(*arguments: str, status: int = 0) -> str:
        done = CliRunner().invoke(app, ["--home", str(tmp_path / "empty"), *arguments])
        assert done.exit_code == status, done.output
        return done.output

    memebot("db", "copy", str(home.file.parent), url(server), "--json")
    for name in ("main", "cats"):
        assert content(home.of_community(name)) == content(server.of_community(name))
    monkeypatch.setenv("MEMEBOT_DATABASE", url(server))
    assert memebot("db", "check", "--json").count('"wrong": null') == 2
    memebot("db", "backup", str(tmp_path / "kept" / "all.sqlite3"))
    with closing(open_database(server.of_community("cats"))) as copy:
        copy.execute("delete from wishes")
    memebot("db", "restore", str(tmp_path / "kept" / "all.sqlite3"))
    for name in ("main", "cats"):
        assert content(home.of_community(name)) == content(server.of_community(name))


def test_what_a_community_had_is_kept_in_its_own_folder_and_never_over_the_homes(
    home: DatabaseAddress, server: DatabaseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_database(home)) as first:
        Communities(first).add("cats", "", {}, by=ANN, now=NOW)
    with closing(open_database(home.of_community("cats"))) as cats:
        for some in all_migrations():
            cats.apply(some)
    copied = tmp_path / "empty"
    for arguments in (
        ("db", "copy", str(home.file.parent), url(server)),
        ("backup", str(tmp_path / "cats.sqlite3"), "--community", "cats"),
        ("restore", str(tmp_path / "cats.sqlite3"), "--community", "cats"),
    ):
        done = CliRunner().invoke(app, ["--home", str(copied), *arguments])
        assert done.exit_code == 0, done.output
        monkeypatch.setenv("MEMEBOT_DATABASE", url(server))
    assert [path.parent.name for path in copied.rglob("*.before-restore")] == ["cats"]
