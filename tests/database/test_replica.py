"""Processes over one server know of each other: who is there, who leads, what is new."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from memebot.database import DatabaseAddress, open_database
from memebot.database.replica import Replica, is_served

if TYPE_CHECKING:
    from engines import Databases

Begin = Callable[..., Replica]


@pytest.fixture
def address(databases_of: Callable[[str], Databases]) -> DatabaseAddress:
    return databases_of("postgresql")().address  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def begin(address: DatabaseAddress) -> Iterator[Begin]:
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(Replica(address, look_every_s=0.02, **{"grace_s": 0.1, **more}))


def until(true: Callable[[], object]) -> None:
    """Returns when it is; a test that waits for ever has failed."""
    while not true():
        time.sleep(0.005)


_OTHER = """
import sys, threading
from memebot.database import DatabaseAddress
from memebot.database.replica import Replica

replica = Replica(DatabaseAddress.parse(sys.argv[1]), look_every_s=0.02)
leads = threading.Event()
replica.stand("jobs", lambda now: leads.set())
replica.serve("cats")
with replica:
    leads.wait()
    print(replica.number, flush=True)
    threading.Event().wait()
"""


def other(address: DatabaseAddress) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", _OTHER, f"{address.server}&namespace={address.namespace}"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def test_a_process_that_is_killed_is_gone_and_another_leads(address: DatabaseAddress, begin: Begin) -> None:
    process, number = other(address)
    one, leading, changed = begin(), list[bool](), threading.Event()
    one.stand("jobs", leading.append)
    one.on_change(changed.set)
    until(lambda: number in one._present)
    assert one.gone([number]) == [] and leading == [] and is_served(address, "cats")
    process.kill()
    process.wait()
    changed.wait()
    assert one.gone([number, one.number]) == [number]
    until(lambda: leading == [True])
    assert not is_served(address, "cats")


def test_one_leads_and_lets_another_when_it_withdraws(begin: Begin) -> None:
    one, two = begin(), begin()
    told: dict[int, list[bool]] = {1: [], 2: []}
    one.stand("jobs", told[1].append)
    until(lambda: told[1])
    two.stand("jobs", told[2].append)
    one.stand("other", lambda leads: None)
    until(lambda: "other" in one._led)
    assert told == {1: [True], 2: []}
    one.withdraw("jobs")
    until(lambda: told[2])
    assert told == {1: [True], 2: [True]}


def test_a_process_is_missed_for_a_while_before_it_is_gone(begin: Begin) -> None:
    one = begin(grace_s=1000.0)
    assert one.gone([5]) == []
    assert begin(grace_s=0.0).gone([5]) == [5]


def test_news_reach_every_process_when_the_transaction_ends(address: DatabaseAddress, begin: Begin) -> None:
    heard: list[str] = []
    for name in ("one", "two"):
        begin().hear("memebot news", lambda name=name: heard.append(name))
    ended = begin()
    ended.hear("memebot news", lambda: heard.append("never"))()
    database = open_database(address)
    database.begin_writing()
    database.tell("memebot news")
    assert heard == []
    database.commit()
    until(lambda: sorted(heard) == ["one", "two"])
    database.close()


def test_a_process_that_was_cut_off_comes_back_under_its_number(address: DatabaseAddress, begin: Begin) -> None:
    one, two = begin(), begin(grace_s=1000.0)
    leading: list[bool] = []
    one.stand("jobs", leading.append)
    until(lambda: leading and one.number in two._present)
    back = threading.Event()
    one.on_change(back.set)
    assert one._connection is not None
    pid = one._connection.info.backend_pid
    database = open_database(address)
    database.execute("select pg_terminate_backend(cast(? as int))", [pid]).fetchall()
    database.close()
    back.wait()
    until(lambda: len(leading) == 3)
    assert leading == [True, False, True] and two.gone([one.number]) == []
