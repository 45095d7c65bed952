"""PostgreSQL: a schema of a server's database, through psycopg 3.

A namespace is a schema of its own, and the connection's search path leads into no other. Writers take turns by an
advisory lock of the namespace, as they do on SQLite's file: so nobody can change what was read while one holds it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlite_utils.migrations import Migrations

from memebot.database import postgres_sql
from memebot.database.address import DatabaseAddress
from memebot.database.engine import POSTGRESQL_ONLY, Cursor, steps
from memebot.database.errors import (
    DatabaseBusy,
    DatabaseUnusable,
    DiskFull,
    RowRefused,
    ServerGone,
    StatementFailed,
    StorageError,
)

try:
    import psycopg
    from psycopg.adapt import Loader
    from psycopg.pq import TransactionStatus
    from psycopg.types.numeric import Int8Dumper
    from psycopg.types.string import StrDumper
except ImportError as error:
    raise DatabaseUnusable(
        "PostgreSQL needs the package psycopg, which is not installed; `pip install 'memebot[postgres]'` brings it"
    ) from error

LOCK_TIMEOUT_S = 15.0
"""So long does a process wait for another one's write to end."""

CHANNEL = "memebot processes"
"""On which processes tell each other what is new."""

CONNECT_TIMEOUT_S = 5
_SETTINGS: dict[str, Any] = {
    "application_name": "memebot",
    "connect_timeout": CONNECT_TIMEOUT_S,
    "keepalives_idle": 10,  # a connection that was cut off without a word is noticed within 20 seconds
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_BUSY, _DEADLOCK, _FULL = "55P03", "40P01", "53100"
_GONE = ("57P01", "57P02", "57P03", "53300")  # shut down, crashed, starting, no connection left
_OURS = "select to_regclass(format('%I._sqlite_migrations', %s)) is not null"
_REASONS = (
    (
        "password authentication failed",
        "its user or password is wrong; see MEMEBOT_DATABASE, in which @ in a password is %40",
    ),
    ("no password supplied", "it asks for a password, and the address has none; see MEMEBOT_DATABASE"),
    (r"role .* does not exist", "it has no such user; `createuser NAME` on the server makes one"),
    (r"database .* does not exist", "it has no such database; `createdb NAME` on the server makes one"),
    ("no pg_hba.conf entry", "it lets nobody in from here; its pg_hba.conf says who may"),
    ("translate host name|resolve host|not known", "there is no host of that name; see MEMEBOT_DATABASE"),
    ("refused|No such file|timeout|unreachable|timed out", "no server answers there; start it, or see the address"),
    (
        "starting up|shutting down|too many|recovery mode|not yet accepting",
        "it takes no connections just now; try again in a moment",
    ),
)


_MAY_WRITE = "select has_table_privilege(format('%I._sqlite_migrations', $1::text), 'insert')::int"
_MAY_MAKE = """
    select coalesce(
        (select has_schema_privilege(oid, 'create') from pg_namespace where nspname = $1::text),
        has_database_privilege(current_database(), 'create')
    )::int
"""


class _Flag(Int8Dumper):
    """Flags are integers."""

    def dump(self, obj: Any) -> bytes:
        return b"1" if obj else b"0"


class _FlagLoader(Loader):
    def load(self, data: Any) -> int:
        return int(bytes(data) == b"t")


class _NumberLoader(Loader):
    """Sums of integers are integers, means are not."""

    def load(self, data: Any) -> int | float:
        text = bytes(data).decode()
        return float(Decimal(text)) if "." in text else int(text)


def open_namespace(address: DatabaseAddress) -> PostgresDatabase:
    """A connection to the namespace, which is made if need be. Raises ``DatabaseUnusable``."""
    try:
        connection = connect(address)
        try:
            _make(connection, address.namespace)
        except BaseException:
            connection.close()
            raise
    except psycopg.errors.InsufficientPrivilege as error:
        raise _not_made(address) from error
    except psycopg.Error as error:
        raise DatabaseUnusable(f"cannot open {address}: {reason_of(error)}") from error
    return PostgresDatabase(address, connection)


def check_rights(address: DatabaseAddress) -> None:
    """Raises ``DatabaseUnusable`` where the user may not make the namespace, or not write into one that is there."""
    try:
        with connect(address) as connection:
            there = _is_ours(connection, address.namespace)
            [allowed] = connection.execute(_MAY_WRITE if there else _MAY_MAKE, [address.namespace]).fetchone() or [0]
    except psycopg.Error as error:
        raise DatabaseUnusable(f"cannot open {address}: {reason_of(error)}") from error
    if not allowed:
        raise _not_written(address) if there else _not_made(address)


def namespaces(address: DatabaseAddress) -> list[str]:
    """Those that the server's database has, of whatever community. Raises ``DatabaseUnusable``."""
    try:
        with connect(address) as connection:
            rows = connection.execute(
                "select schemaname from pg_tables where tablename = '_sqlite_migrations' order by 1"
            )
            return [row[0] for row in rows]
    except psycopg.Error as error:
        raise DatabaseUnusable(f"cannot open {address}: {reason_of(error)}") from error


def drop_namespace(address: DatabaseAddress) -> None:
    """Delete a namespace with all that is in it. Raises ``DatabaseUnusable``."""
    try:
        with connect(address) as connection:
            connection.execute(f'drop schema if exists "{address.namespace}" cascade')
    except psycopg.Error as error:
        raise DatabaseUnusable(f"cannot delete {address}: {reason_of(error)}") from error


class PostgresDatabase:
    """A namespace of a server. A connection that breaks is made anew by the next call."""

    def __init__(self, address: DatabaseAddress, connection: psycopg.Connection[Any]) -> None:
        self.address = address
        self._connection = connection
        self._open = False
        digest = hashlib.sha256(address.namespace.encode()).digest()
        lock = int.from_bytes(digest[:8], "big", signed=True)
        self._begin = f"begin; select pg_advisory_xact_lock({lock})"
        self._listening: psycopg.Connection[Any] | None = None
        self._heard = False

    @property
    def conn(self) -> psycopg.Connection[Any]:
        """The connection itself, for tests and tools that know the engine."""
        return self._connection

    @property
    def in_transaction(self) -> bool:
        """Whether one is open."""
        return self._open

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Run one statement. Raises ``StorageError``."""
        with self._failures():
            return self._alive().execute(postgres_sql.statement(sql), parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of parameters, inside the transaction that is open."""
        with self._failures(), self._alive().cursor() as cursor:
            cursor.executemany(postgres_sql.statement(sql), list(rows))

    def execute_alone(self, sql: str, parameters: Sequence[Any]) -> int:
        """Run one statement as a transaction of its own, without the namespace's lock. Raises ``StorageError``."""
        return self.execute(sql, parameters).rowcount

    def begin_writing(self) -> None:
        """Take the namespace's lock. Raises ``DatabaseBusy`` when another holds it for ``LOCK_TIMEOUT_S``."""
        self._start(self._begin)

    def begin_reading(self) -> None:
        """See one state of the namespace from the first read on."""
        self._start("begin isolation level repeatable read read only")

    def commit(self) -> None:
        """End the transaction that is open. Raises ``StatementFailed`` if a statement of it had failed."""
        failed = self._connection.info.transaction_status == TransactionStatus.INERROR
        with self._failures():
            self._alive().execute("rollback" if failed else "commit")
        self._open = False
        if failed:
            raise StatementFailed("a statement of this transaction had failed, so it was undone")

    def rollback(self) -> None:
        """Undo what the transaction did that is open, if one is: a server that is gone has undone it by itself."""
        self._open = False
        with suppress(psycopg.Error):
            if self._connection.info.transaction_status != TransactionStatus.IDLE:
                self._connection.execute("rollback")

    def tell(self, news: str) -> None:
        """Let all processes of this server hear it, when the transaction ends that is open."""
        self.execute("select pg_notify(?, ?)", [CHANNEL, news])

    def define(self, script: str) -> None:
        """Run the statements of a migration that was written for SQLite."""
        for statement in postgres_sql.definitions(script):
            self._run(statement)

    def define_file(self, path: Path) -> None:
        """Run what stands in a file, or in the one beside it that is for PostgreSQL."""
        own = path.with_name(path.stem + POSTGRESQL_ONLY)
        self.define((own if own.exists() else path).read_text("utf-8"))

    def applied(self, migrations: Migrations) -> list[str]:
        """The names of those that the namespace has."""
        rows = self.execute(
            "select name from _sqlite_migrations where migration_set = ? order by id", [migrations.name]
        )
        return [row[0] for row in rows]

    def apply(self, migrations: Migrations) -> None:
        """Run those that it lacks."""
        applied = self.applied(migrations)
        for name, migration in steps(migrations).items():
            if name not in applied:
                migration(self)
                self.execute(
                    "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, ?)",
                    [migrations.name, name, str(datetime.now(UTC))],
                )

    def all_tables(self) -> list[str]:
        """Their names, with that of the table of migrations."""
        rows = self.execute("select tablename from pg_tables where schemaname = current_schema() order by 1")
        return [row[0] for row in rows]

    def key_of(self, table: str) -> list[str]:
        """The columns of its primary key, in the key's order."""
        rows = self.execute(
            "select a.attname from pg_index i cross join unnest(i.indkey) with ordinality as k (number, place)"
            " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number"
            " where i.indrelid = cast(? as regclass) and i.indisprimary order by k.place",
            [table],
        )
        return [row[0] for row in rows]

    @contextmanager
    def copying(self) -> Iterator[None]:
        """A transaction that holds the write lock; triggers sleep in it, keys are looked at when it ends."""
        self.begin_writing()
        try:
            tables = self.all_tables()
            self._run("set constraints all deferred")
            for table in tables:
                self._run(f"alter table {table} disable trigger user")
            yield
            self._run("set constraints all immediate")
            for table in tables:
                self._run(f"alter table {table} enable trigger user")
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def counters(self) -> dict[str, int]:
        """The last id of each table whose ids are numbers."""
        rows = self.execute(
            "select t.relname, s.last_value from pg_sequences s join pg_class c on c.relname = s.sequencename"
            " and c.relnamespace = cast(quote_ident(s.schemaname) as regnamespace)"
            " join pg_depend d on d.objid = c.oid and d.deptype = 'i' join pg_class t on t.oid = d.refobjid"
            " where s.schemaname = current_schema() and s.last_value is not null"
        )
        return dict(rows.fetchall())

    def count_on(self, counters: Mapping[str, int]) -> None:
        """Let new ids follow these, or the highest that is there."""
        for table in self.all_tables():
            key = self.key_of(table)[0]
            sequence = self.execute("select pg_get_serial_sequence(?, ?)", [table, key]).fetchone()[0]
            if sequence is not None:
                highest = self.execute(f"select coalesce(max({key}), 0) from {table}").fetchone()[0]
                last = max(highest, counters.get(table, 0))
                self.execute("select setval(cast(? as regclass), ?, ? = 1)", [sequence, last or 1, last > 0])

    def clock(self) -> datetime:
        """The server's. Raises ``StorageError``."""
        at: datetime = self.execute("select clock_timestamp()").fetchone()[0]
        return at.astimezone(UTC)

    def announce(self) -> None:
        """Notify all that listen to this namespace."""
        self._run(f'notify "{self.address.namespace}"')

    def news(self) -> bool:
        """Whether there was a notification; True, too, after a break, in which there may have been one.

        Costs no round trip. Raises ``StorageError``.
        """
        with self._failures():
            connection = self._alive()
            if connection is not self._listening:
                connection.add_notify_handler(self._hear)
                connection.execute(f'listen "{self.address.namespace}"')
                self._listening, self._heard = connection, True
            connection.pgconn.consume_input()
            while connection.pgconn.notifies() is not None:
                self._heard = True
        heard, self._heard = self._heard, False
        return heard

    def _hear(self, notification: object) -> None:
        self._heard = True

    def checkpoint(self) -> None:
        """Nothing: the server empties the space of deleted rows by itself, when its autovacuum comes by."""

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    # --- within

    def _run(self, statement: str) -> None:
        with self._failures():
            self._alive().execute(statement)

    def _start(self, begin: str) -> None:
        with self._failures():
            try:
                self._alive().execute(begin)
            except psycopg.Error:
                self.rollback()
                raise
        self._open = True

    def _alive(self) -> psycopg.Connection[Any]:
        """The connection, made anew if it broke outside a transaction."""
        if self._connection.closed and not self._open:
            self._connection = connect(self.address)
        return self._connection

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._named(error) from error

    def _named(self, error: psycopg.Error) -> StorageError:
        """The same in our words."""
        code = error.sqlstate or ""
        if code in (_BUSY, _DEADLOCK):
            return DatabaseBusy(LOCK_TIMEOUT_S)
        if code == _FULL:
            return DiskFull(self.address)
        if self._connection.closed or code in _GONE or (isinstance(error, psycopg.OperationalError) and not code):
            self._connection.close()
            return ServerGone(self.address, reason_of(error))
        if isinstance(error, psycopg.IntegrityError):
            return RowRefused(_first_line(error))
        return StatementFailed(f"{self.address}: {_first_line(error)}")


def connect(address: DatabaseAddress, **settings: Any) -> psycopg.Connection[Any]:
    """A connection to a namespace, which need not be there; ``settings`` over ours. Raises ``psycopg.Error``."""
    connection: psycopg.Connection[Any] = psycopg.connect(
        address.server, autocommit=True, cursor_factory=psycopg.RawCursor, **{**_SETTINGS, **settings}
    )
    adapters = connection.adapters
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(bool, _Flag)
    adapters.register_dumper(str, StrDumper)
    adapters.register_loader("bool", _FlagLoader)
    adapters.register_loader("numeric", _NumberLoader)
    connection.execute(
        f'set search_path to "{address.namespace}"; set lock_timeout to {int(LOCK_TIMEOUT_S * 1000)};'
        " set client_min_messages to warning; set jit to off"
    )
    return connection


def _is_ours(connection: psycopg.Connection[Any], namespace: str) -> bool:
    sql = "select 1 from pg_tables where schemaname = $1 and tablename = '_sqlite_migrations'"
    return connection.execute(sql, [namespace]).fetchone() is not None


def _make(connection: psycopg.Connection[Any], namespace: str) -> None:
    """The schema with what every namespace begins with; two processes may do it at once."""
    if _is_ours(connection, namespace):
        return
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('memebot'))")
        if _is_ours(connection, namespace):
            return
        if connection.execute("select 1 from pg_namespace where nspname = $1", [namespace]).fetchone() is None:
            connection.execute(f'create schema "{namespace}"')
        connection.execute(postgres_sql.FUNCTIONS)


def _not_made(address: DatabaseAddress) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"{address}: the user may not make the schema {address.namespace}; let an owner of the database run "
        f'`create schema "{address.namespace}" authorization USER`'
    )


def _not_written(address: DatabaseAddress) -> DatabaseUnusable:
    return DatabaseUnusable(f"{address}: the user may read there but not write; the schema has to be its own")


def reason_of(error: psycopg.Error) -> str:
    """Why, in our words where there are some."""
    said = _first_line(error)
    return next((reason for pattern, reason in _REASONS if re.search(pattern, str(error))), said)


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
