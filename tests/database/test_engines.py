"""Both engines: the same tables and rules, the same promises of a transaction, and a server that goes away."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from engines import Databases, migrate_all
from forks import fork_code
from moderation_drafts import ANN, BOB, NOW, draft

from memebot.database import (
    PASSING_FAILURES,
    Database,
    DatabaseAddress,
    DatabaseBusy,
    DatabaseUnusable,
    DiskFull,
    ServerGone,
    check_rights,
    in_memory,
    open_database,
    reading,
    writing,
)
from memebot.database.postgres import PostgresDatabase
from memebot.database.postgres_sql import statement
from memebot.database.sqlite import SqliteDatabase
from moderation.errors import AlreadyDecided
from moderation.stores import Moderation

_TYPES = {"INTEGER": "bigint", "TEXT": "text", "REAL": "double precision", "BLOB": "bytea"}


@pytest.fixture
def server(databases_of: Callable[[str], Databases]) -> PostgresDatabase:
    """A namespace of the server with all tables."""
    database = databases_of("postgresql")()
    assert isinstance(database, PostgresDatabase)
    return database


def test_what_was_committed_to_a_file_is_there_after_a_power_cut(tmp_path: Path) -> None:
    """Looked at in a process of its own: tests themselves do not wait for the disk."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom memebot.database.sqlite import open_file\n"
        "database = open_file(Path(sys.argv[1]))\n"
        "print(*(database.execute(f'pragma {name}').fetchone()[0] for name in ('journal_mode', 'synchronous')))"
    )
    assert fork_code(code, tmp_path / "memebot.sqlite3").communicate() == ("wal 2\n", "")


def wish(database: Database, number: int) -> None:
    database.execute("insert into wishes values (?, 1)", [number])


def wishes(database: Database) -> list[int]:
    return [row[0] for row in database.execute("select user_id from wishes order by 1")]


# --- tables


def sqlite_schema(database: SqliteDatabase) -> dict[str, Any]:
    """Columns, keys and rules by table."""
    rows = database.execute("select name, sql from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    found: dict[str, Any] = {}
    for table, sql in rows.fetchall():
        info = database.execute('select name, type, "notnull", pk from pragma_table_info(?)', [table]).fetchall()
        indexes = database.execute('select name, "unique", partial from pragma_index_list(?)', [table]).fetchall()
        keys = database.execute(
            'select id, "table", "from", "to", on_delete, on_update from pragma_foreign_key_list(?) order by id, seq',
            [table],
        ).fetchall()
        found[table] = {
            "columns": [(name, _TYPES[kind], bool(needed or pk)) for name, kind, needed, pk in info],
            "key": [name for name, _, _, pk in sorted(info, key=lambda row: row[3]) if pk],
            "unique": sorted(
                tuple(row[0] for row in database.execute("select name from pragma_index_info(?)", [name]))
                for name, unique, partial in indexes
                if unique and not partial
            ),
            "links": sorted({(row[1], row[2], row[3], row[4].lower(), row[5].lower()) for row in keys}),
            "checks": len(re.findall(r"\bcheck \(", sql)),
        }
        key = tuple(found[table]["key"])
        found[table]["unique"] = [columns for columns in found[table]["unique"] if columns != key]
    return found


def server_schema(database: PostgresDatabase) -> dict[str, Any]:
    """The same, read from PostgreSQL's catalogue."""
    actions = {"a": "no action", "c": "cascade", "n": "set null"}
    found: dict[str, Any] = {}
    for table in database.all_tables():
        columns = database.execute(
            "select column_name, data_type, is_nullable = 'NO' from information_schema.columns"
            " where table_schema = current_schema() and table_name = ? order by ordinal_position",
            [table],
        )
        unique = database.execute(
            "select i.indexrelid::regclass::text, a.attname from pg_index i cross join unnest(i.indkey)"
            " with ordinality as k (number, place) join pg_attribute a on a.attrelid = i.indrelid"
            " and a.attnum = k.number where i.indrelid = cast(? as regclass) and i.indisunique"
            " and not i.indisprimary and i.indpred is null order by 1, k.place",
            [table],
        )
        by_index: dict[str, list[str]] = {}
        for index, column in unique:
            by_index.setdefault(index, []).append(column)
        links = database.execute(
            "select c.confrelid::regclass::text, a.attname, b.attname, c.confdeltype, c.confupdtype"
            " from pg_constraint c cross join unnest(c.conkey, c.confkey) as k (ours, theirs)"
            " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.ours"
            " join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.theirs"
            " where c.contype = 'f' and c.conrelid = cast(? as regclass)",
            [table],
        )
        checks = database.execute(
            "select count(*) from pg_constraint where contype = 'c' and conrelid = cast(? as regclass)", [table]
        )
        found[table] = {
            "columns": [(name, kind, bool(needed)) for name, kind, needed in columns],
            "key": database.key_of(table),
            "unique": sorted(map(tuple, by_index.values())),
            "links": sorted({(row[0], row[1], row[2], actions[row[3]], actions[row[4]]) for row in links}),
            "checks": checks.fetchone()[0],
        }
    return found


def names(database: Database, sqlite: str, postgresql: str) -> set[str]:
    sql = sqlite if isinstance(database, SqliteDatabase) else postgresql
    return {row[0] for row in database.execute(sql)}


def test_both_engines_have_the_same_tables_columns_keys_and_rules(server: PostgresDatabase) -> None:
    file = in_memory()
    migrate_all(file)
    ours, theirs = sqlite_schema(file), server_schema(server)
    for schema in (ours, theirs):
        schema.pop("_sqlite_migrations")  # sqlite-utils' own
    assert ours.keys() == theirs.keys() and len(ours) > 40
    assert {table: (ours[table], theirs[table]) for table in ours if ours[table] != theirs[table]} == {}


def test_both_engines_have_the_same_indexes_and_triggers(server: PostgresDatabase) -> None:
    file = in_memory()
    migrate_all(file)
    indexes = (
        "select name from sqlite_master where type = 'index' and sql is not null and tbl_name <> '_sqlite_migrations'",
        "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid"
        " where c.relnamespace = cast(current_schema() as regnamespace) and t.relname <> '_sqlite_migrations'"
        " and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)",
    )
    triggers = (
        "select name from sqlite_master where type = 'trigger'",
        "select g.tgname from pg_trigger g join pg_class t on t.oid = g.tgrelid"
        " where t.relnamespace = cast(current_schema() as regnamespace) and not g.tgisinternal",
    )
    assert names(file, *indexes) == names(server, *indexes)
    assert names(file, *triggers) == names(server, *triggers) != set()


def test_parameters_are_numbered_and_texts_are_left_alone() -> None:
    assert statement("select ?, '?' || ?, 'it''s ?'") == "select $1, '?' || $2, 'it''s ?'"
    assert statement("select ?2, ?1, ?2") == "select $2, $1, $2"


# --- transactions


def test_who_writes_keeps_others_waiting_and_reading_goes_on(databases: Databases) -> None:
    one, other = databases.two()
    migrate_all(one)
    with writing(one):
        wish(one, 1)
        assert wishes(other) == []
        other.execute("set lock_timeout to 50" if databases.engine == "postgresql" else "pragma busy_timeout = 50")
        with pytest.raises(DatabaseBusy), writing(other):
            pass
        assert not other.in_transaction
    with writing(other):
        wish(other, 2)
    assert wishes(one) == [1, 2]


def test_what_is_read_together_is_of_one_state(databases: Databases) -> None:
    one, other = databases.two()
    migrate_all(one)
    with reading(one):
        assert wishes(one) == []
        with writing(other):
            wish(other, 1)
        assert wishes(one) == []
    assert wishes(one) == [1]


def test_a_transaction_that_fails_leaves_nothing(databases: Databases) -> None:
    database = databases()
    migrate_all(database)
    with pytest.raises(KeyError), writing(database):
        wish(database, 1)
        raise KeyError
    assert wishes(database) == [] and not database.in_transaction


def test_of_two_who_decide_at_once_each_proposal_hears_one(databases: Databases) -> None:
    one, other = (Moderation.open(database, owners=[1]) for database in databases.two())
    one.community.set("daily_limit", 100, by=1, now=NOW)
    for person in (ANN, BOB):
        one.people.grant(person, "moderator", by=1, now=NOW)
    numbers = [one.queue.submit(draft(), now=NOW).id for _ in range(20)]
    done: dict[int, list[int]] = {ANN: [], BOB: []}

    def reject_all(stores: Moderation, by: int) -> None:
        for number in numbers:
            with suppress(AlreadyDecided):
                stores.queue.reject(number, by, now=NOW)
                done[by].append(number)

    threads = [Thread(target=reject_all, args=each) for each in ((one, ANN), (other, BOB))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done[ANN] + done[BOB]) == numbers
    assert {number: one.submissions.get(number).version for number in numbers} == dict.fromkeys(numbers, 2)


# --- a server that goes away


def cut_off(database: PostgresDatabase) -> None:
    """The server ends the connection, as at a restart."""
    other = open_database(database.address)
    number = database.conn.info.backend_pid
    other.execute("select pg_terminate_backend(cast(? as integer))", [number])
    other.close()


def test_a_connection_that_broke_is_said_once_and_made_anew(server: PostgresDatabase) -> None:
    cut_off(server)
    with pytest.raises(ServerGone) as caught:
        wishes(server)
    assert isinstance(caught.value, PASSING_FAILURES)
    assert wishes(server) == []


def test_a_transaction_that_is_cut_off_is_undone_and_nothing_of_it_goes_on_alone(server: PostgresDatabase) -> None:
    with pytest.raises(ServerGone), writing(server):
        wish(server, 1)
        cut_off(server)
        for number in (2, 3):
            with pytest.raises(ServerGone):
                wish(server, number)
    assert wishes(server) == []


def test_an_error_that_was_passed_over_keeps_nothing(server: PostgresDatabase) -> None:
    with pytest.raises(Exception, match="undone"), writing(server):
        wish(server, 1)
        with pytest.raises(Exception, match="nonsense"):
            server.execute("select nonsense")
    assert wishes(server) == []


# --- addresses


def test_a_password_is_never_told() -> None:
    address = DatabaseAddress.parse("postgresql://bot:hush@db.example:5433/memes?namespace=ours&sslmode=require")
    assert str(address) == "postgresql://bot@db.example:5433/memes (ours)"
    assert "hush" not in repr(address) and address.server.endswith("/memes?sslmode=require")
    assert str(address.of_community("cats")).endswith("(ours_cats)") and address.of_community("main") == address


def test_a_password_that_breaks_its_address_is_not_told_either() -> None:
    for password in ("hu/sh", "hu@sh", "hu#sh", "hu?sh", "hu%sh", "hu:sh", "hu sh", "12/sh", "12?sh", "hu[sh", "12#4"):
        with pytest.raises(DatabaseUnusable, match="@ as %40") as caught:
            DatabaseAddress.parse(f"postgresql://bot:{password}@db.example/memes")
        assert "hu" not in str(caught.value) and "12" not in str(caught.value) and caught.value.__cause__ is None


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://bot:hu%40s%2Fh@db.example:5433/memes?sslmode=require",
        "postgresql://bot@[::1]:5433/memes",
        "postgres:///memes?host=/run/postgresql&user=a@b",
        "postgresql://memebot@/postgres?host=@abstract&port=1",
    ],
)
def test_an_address_that_is_in_order_is_taken(text: str) -> None:
    assert DatabaseAddress.parse(text).server.startswith("postgres")


def test_a_servers_full_disk_costs_what_was_begun_and_nothing_else(server: PostgresDatabase) -> None:
    """The server says so itself; that a real one does, when its disk is, was tried by hand."""
    full = "do $$ begin raise exception 'No space left on device' using errcode = 'disk_full'; end $$"
    with pytest.raises(DiskFull, match=r"the disk of postgresql://.* is full") as caught, writing(server):
        wish(server, 1)
        server.execute(full)
    assert isinstance(caught.value, PASSING_FAILURES)
    assert wishes(server) == []
    wish(server, 2)
    assert len(wishes(server)) == 1


@pytest.mark.parametrize("name", ["", "A", "x" * 49, 'a"b', "1a"])
def test_a_namespace_has_a_plain_name(name: str) -> None:
    with pytest.raises(DatabaseUnusable, match="namespace"):
        DatabaseAddress.parse(f"postgresql:///x?namespace={name}" if name else "postgresql:///x?namespace=%20")


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ("/postgres?", "/nothing?", "createdb"),
        ("memebot@", "stranger:hush@", "createuser"),
        ("host=", "host=/nowhere", "no server answers"),
        ("host=", "host=nowhere.invalid&hostaddr=&was=", "no host of that name|invalid"),
    ],
    ids=["database", "user", "server", "host"],
)
def test_a_server_that_cannot_be_used_is_one_line_with_the_next_step(
    server: PostgresDatabase, there: str, instead: str, said: str
) -> None:
    address = DatabaseAddress(server=server.address.server.replace(there, instead, 1), namespace="x")
    with pytest.raises(DatabaseUnusable, match=said) as caught:
        open_database(address)
    assert "hush" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_user_who_may_make_no_schema_is_told_who_may(server: PostgresDatabase) -> None:
    server.execute("drop role if exists guest")
    server.execute("create role guest login")
    address = DatabaseAddress(server=server.address.server.replace("memebot@", "guest@"), namespace="guests")
    for attempt in (open_database, check_rights):
        with pytest.raises(DatabaseUnusable, match="create schema"):
            attempt(address)
    server.execute("drop role guest")


def test_a_user_who_may_only_read_is_found_out_before_anything_is_written(server: PostgresDatabase) -> None:
    check_rights(server.address)
    server.execute("drop role if exists reader")
    server.execute("create role reader login")
    server.execute(f'grant usage on schema "{server.address.namespace}" to reader')
    with pytest.raises(DatabaseUnusable, match="may read there but not write"):
        check_rights(replace(server.address, server=server.address.server.replace("memebot@", "reader@")))
    server.execute("drop owned by reader")
    server.execute("drop role reader")


def test_what_is_not_there_yet_is_a_home_unless_it_is_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(b"")
    assert DatabaseAddress.parse(f"{tmp_path}/new").path == tmp_path / "new" / "memebot.sqlite3"
    assert DatabaseAddress.parse(f"{tmp_path}/new.sqlite3").path == tmp_path / "new.sqlite3"
    assert DatabaseAddress.parse(f"{tmp_path}/copy").path == tmp_path / "copy"
