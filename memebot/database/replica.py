"""A process among others over one PostgreSQL server: which of them are there, who leads what, what they tell.

Each has a connection for nothing else. As long as the server holds it, its process is there: no clock is compared, and
the end of a process is known at once, that of a machine within six seconds.
"""

from __future__ import annotations

import hashlib
import logging
import random
import threading
import time
from collections.abc import Callable, Collection
from typing import Any, Self

import psycopg

from memebot.database.address import DatabaseAddress
from memebot.database.errors import DatabaseUnusable
from memebot.database.postgres import CHANNEL, connect, reason_of

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
GRACE_S = 4.0
"""So long must a process have been away before what it did is done by others: a server that restarts is away, too."""

_PRESENT, _LEADS, _SERVES = 0x6D656D65, 0x6D656D66, 0x6D656D67
"""First halves of the numbers of advisory locks; the second are a process's, or made of a name."""
_ALIVE_S = 2
_SETTINGS: dict[str, Any] = {
    "keepalives_idle": _ALIVE_S,
    "keepalives_interval": _ALIVE_S,
    "keepalives_count": 2,
    "tcp_user_timeout": 3000 * _ALIVE_S,
}
_ON_THE_SERVER = f"""
    set tcp_keepalives_idle to {_ALIVE_S}; set tcp_keepalives_interval to {_ALIVE_S}; set tcp_keepalives_count to 2
"""
_WHO = """
    select cast(objid as bigint) from pg_locks where locktype = 'advisory' and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database()) and classid = $1
"""


class Replica:
    """This process, on a thread of its own. ``with`` opens it; raises ``DatabaseUnusable``.

    Whoever is called is called on that thread, and is quick about it.
    """

    def __init__(
        self, address: DatabaseAddress, *, look_every_s: float = LOOK_EVERY_S, grace_s: float = GRACE_S
    ) -> None:
        self._address, self._look_every_s, self._grace_s = address, look_every_s, grace_s
        self.number = random.SystemRandom().randrange(1, 2**31)
        """By which the others know it."""
        self._connection: psycopg.Connection[Any] | None = None
        self._thread = threading.Thread(target=self._run, name="replica", daemon=True)
        self._stop, self._lock = threading.Event(), threading.RLock()
        self._present: frozenset[int] = frozenset()
        self._absent: dict[int, float] = {}
        self._gone: set[int] = set()
        self._wanted: dict[str, Callable[[bool], None]] = {}
        self._led: set[str] = set()
        self._served: set[str] = set()
        self._serving: set[str] = set()
        self._heard: dict[str, list[Callable[[], None]]] = {}
        self._changed: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        try:
            self._join()
            self._look()
        except psycopg.Error as error:
            raise DatabaseUnusable(f"cannot open {self._address}: {reason_of(error)}") from error
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()
        self._leave()

    @property
    def count(self) -> int:
        """How many processes were there at the last look, this one among them."""
        return len(self._present)

    def hear(self, news: str, call: Callable[[], None]) -> Callable[[], None]:
        """Be called when any process tells this; what is returned ends it."""
        with self._lock:
            self._heard.setdefault(news, []).append(call)
        return lambda: self._heard[news].remove(call)

    def on_change(self, call: Callable[[], None]) -> Callable[[], None]:
        """Be called when a process is gone, and when this one was away and is back; what is returned ends it."""
        with self._lock:
            self._changed.append(call)
        return lambda: self._changed.remove(call)

    def stand(self, name: str, call: Callable[[bool], None]) -> None:
        """Lead ``name`` whenever nobody else does: called with whether this process does, each time that changes."""
        with self._lock:
            self._wanted[name] = call
            if name in self._led:
                call(True)

    def withdraw(self, name: str) -> None:
        """Lead it no more: another one does, within seconds."""
        with self._lock:
            self._wanted.pop(name, None)

    def serve(self, name: str) -> None:
        """Let ``is_served`` know that this process serves ``name``, among others."""
        with self._lock:
            self._served.add(name)

    def end(self, name: str) -> None:
        """Serve it no more."""
        with self._lock:
            self._served.discard(name)

    def gone(self, others: Collection[int]) -> list[int]:
        """Which of these processes are there no more, and have been away for ``GRACE_S`` since they were missed."""
        with self._lock:
            if self._connection is None:
                return []
            now = time.monotonic()
            absent = [other for other in others if other != self.number and other not in self._present]
            return [other for other in absent if now - self._absent.setdefault(other, now) >= self._grace_s]

    # --- on the thread

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self._connection is None:
                    self._join()
                self._look()
                self._listen()
            except psycopg.Error as error:
                self._lose(error)
                self._stop.wait(self._look_every_s)

    def _join(self) -> None:
        """Be there. Raises ``psycopg.Error``, also while the server believes in an earlier connection of this one."""
        connection = connect(self._address, **_SETTINGS)
        try:
            connection.execute(_ON_THE_SERVER)
            if not _locked(connection, "pg_try_advisory_lock", _PRESENT, self.number):
                raise psycopg.OperationalError("an earlier connection is not forgotten yet")
            connection.execute(f'listen "{CHANNEL}"')
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._connection = connection
            self._absent.clear()
        self._tell_change()

    def _lose(self, error: psycopg.Error) -> None:
        if self._connection is not None:
            log.info("the others do not see this process: %s", reason_of(error))
        self._leave()

    def _leave(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
            led, self._led, self._serving = self._led, set(), set()
        if connection is not None:
            connection.close()
        for name in led:
            self._tell_leading(name, leads=False)

    def _look(self) -> None:
        """Once: who is there, and who leads."""
        connection = self._connection
        assert connection is not None
        for name in self._wanted.keys() - self._led:
            if _locked(connection, "pg_try_advisory_lock", _LEADS, _half(name)):
                self._led.add(name)
                self._tell_leading(name, leads=True)
        for name in self._led - self._wanted.keys():
            _locked(connection, "pg_advisory_unlock", _LEADS, _half(name))
            self._led.discard(name)
        for name in self._served - self._serving:
            _locked(connection, "pg_try_advisory_lock_shared", _SERVES, _half(name))
        for name in self._serving - self._served:
            _locked(connection, "pg_advisory_unlock_shared", _SERVES, _half(name))
        self._serving = set(self._served)
        self._see(frozenset(row[0] for row in connection.execute(_WHO, [_PRESENT])))

    def _see(self, present: frozenset[int]) -> None:
        """``present``: who is there now. What was missed comes back, or is gone after a while."""
        now = time.monotonic()
        with self._lock:
            for number in self._present - present:
                self._absent.setdefault(number, now)
            for number in present & self._absent.keys():
                del self._absent[number]
            self._present = present
            gone = {number for number, since in self._absent.items() if now - since >= self._grace_s}
            news, self._gone = gone - self._gone, gone
        if news:
            log.warning("%d other processes are gone: what they had begun is done here or elsewhere", len(news))
            self._tell_change()

    def _listen(self) -> None:
        assert self._connection is not None
        for note in self._connection.notifies(timeout=self._look_every_s):
            for call in [*self._heard.get(note.payload, ())]:
                call()

    def _tell_change(self) -> None:
        for call in [*self._changed]:
            call()

    def _tell_leading(self, name: str, *, leads: bool) -> None:
        call = self._wanted.get(name)
        if call is not None:
            call(leads)


def present(address: DatabaseAddress) -> int:
    """How many processes are there. Raises ``DatabaseUnusable`` where no server answers."""
    try:
        with connect(address) as connection:
            return len(connection.execute(_WHO, [_PRESENT]).fetchall())
    except psycopg.Error as error:
        raise DatabaseUnusable(f"cannot open {address}: {reason_of(error)}") from error


def is_served(address: DatabaseAddress, name: str) -> bool:
    """Whether any process serves ``name``. Raises ``DatabaseUnusable`` where no server answers."""
    try:
        with connect(address) as connection:
            return any(row[0] == _half(name) for row in connection.execute(_WHO, [_SERVES]))
    except psycopg.Error as error:
        raise DatabaseUnusable(f"cannot open {address}: {reason_of(error)}") from error


def _locked(connection: psycopg.Connection[Any], function: str, first: int, second: int) -> bool:
    row = connection.execute(f"select {function}(cast($1 as int), cast($2 as int))", [first, second]).fetchone()
    return row is not None and bool(row[0])


def _half(name: str) -> int:
    """A name as half of the number of an advisory lock."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") & 0x7FFFFFFF
