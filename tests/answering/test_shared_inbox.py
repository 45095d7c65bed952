"""Several processes take updates from one inbox: none twice, each chat's in order, pictures in turn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from memebot.answering.state import Arrived, BotState, SharedInbox

if TYPE_CHECKING:
    from engines import Databases

NOW = datetime(2026, 1, 2, tzinfo=UTC)
BOT, ONE, TWO = 7, 101, 102


@pytest.fixture
def inbox(databases: Databases) -> SharedInbox:
    return BotState(databases()).inbox


def put(inbox: SharedInbox, *rows: tuple[int, str | None], slow: bool = False, album: str | None = None) -> None:
    inbox.arrive(BOT, [Arrived(number, "{}", line, album, slow) for number, line in rows], now=NOW)


def take(inbox: SharedInbox, owner: int, turns: int = 0) -> list[int]:
    return [one.id for one in inbox.take(BOT, owner, turns).updates]


def done(inbox: SharedInbox, *numbers: int) -> None:
    for number in numbers:
        inbox.done(BOT, number, now=NOW)


def test_what_one_has_taken_nobody_takes(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"), (2, "b"), (3, None))
    assert take(inbox, ONE) == [1, 2, 3]
    assert take(inbox, TWO) == take(inbox, ONE) == []
    assert inbox.held(BOT) == {ONE: {1, 2, 3}}


def test_a_chats_next_waits_until_its_earlier_one_is_answered_by_whomever(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"), (2, "a"), (3, "b"))
    assert take(inbox, ONE) == [1, 3]
    assert take(inbox, ONE) == take(inbox, TWO) == []
    done(inbox, 1)
    assert take(inbox, TWO) == [2]


def test_a_word_does_not_overtake_a_picture_of_its_chat(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"), slow=True)
    put(inbox, (2, "a"), (3, "b"))
    assert take(inbox, ONE, turns=0) == [3]
    assert take(inbox, ONE, turns=1) == [1]


def test_what_fails_again_and_again_holds_up_its_chat_no_more(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"), (2, "a"))
    assert take(inbox, ONE) == [1]
    inbox.failed(BOT, 1)
    assert take(inbox, TWO) == [2]


def test_parts_of_an_album_go_to_one_process_whenever_they_come(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"), (2, "a"), album="g", slow=True)
    assert take(inbox, ONE, turns=1) == [1, 2]
    put(inbox, (3, "a"), album="g", slow=True)
    assert take(inbox, TWO, turns=5) == []
    assert take(inbox, ONE, turns=0) == [3]


def test_people_take_turns_however_many_pictures_one_sends(inbox: SharedInbox) -> None:
    put(inbox, *((number, "many") for number in range(1, 6)), slow=True)
    put(inbox, (6, "one"), (7, "two"), slow=True)
    order = []
    while taken := take(inbox, ONE, turns=1):
        order += taken
        done(inbox, *taken)
    assert order == [1, 6, 7, 2, 3, 4, 5]


def test_no_more_pictures_are_taken_than_there_are_turns_and_the_rest_is_counted(inbox: SharedInbox) -> None:
    put(inbox, *((number, f"chat {number}") for number in range(1, 6)), slow=True)
    taken = inbox.take(BOT, ONE, 2)
    assert ([one.id for one in taken.updates], taken.turns, taken.left) == ([1, 2], {1, 2}, 3)
    assert inbox.take(BOT, TWO, 0).left == 3


def test_what_a_process_leaves_behind_is_answered_by_another_in_the_same_order(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"), (2, "a"), (3, "b"))
    assert take(inbox, ONE) == [1, 3]
    done(inbox, 3)
    assert inbox.give_back(BOT, [ONE]) == 1
    assert inbox.lost(BOT, ONE, [1, 2, 3]) == [1, 2]
    assert take(inbox, TWO) == [1]
    assert inbox.lost(BOT, TWO, [1]) == []
    done(inbox, 1)
    assert take(inbox, TWO) == [2]


def test_what_a_process_took_without_knowing_it_is_taken_again(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"), (2, "b"))
    assert take(inbox, ONE) == [1, 2]
    assert inbox.give_back(BOT, [ONE], but=[1]) == 1
    assert take(inbox, ONE) == [2]


def test_bots_of_one_database_do_not_see_each_others(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"))
    assert inbox.take(8, ONE, 5).updates == ()
    assert inbox.give_back(8, [ONE]) == 0


def test_what_comes_twice_keeps_its_owner(inbox: SharedInbox) -> None:
    put(inbox, (1, "a"))
    take(inbox, ONE)
    put(inbox, (1, "a"))
    assert take(inbox, TWO) == []


def test_what_was_open_before_there_were_several_is_taken(inbox: SharedInbox) -> None:
    inbox.receive(BOT, [(1, "{}"), (2, "{}")], now=NOW)
    assert take(inbox, ONE) == [1, 2]


_PROCESS = """
import sys
from datetime import UTC, datetime
from memebot.answering.state import BotState
from memebot.database import DatabaseAddress, open_database

inbox = BotState(open_database(DatabaseAddress.parse(sys.argv[1]))).inbox
owner, now = int(sys.argv[2]), datetime.now(UTC)
with open(sys.argv[3], "a", buffering=1) as log:
    while True:
        taken = inbox.take(7, owner, 2)
        for one in taken.updates:
            log.write(f"{one.id}\\n")
            inbox.done(7, one.id, now=now)
        if not taken.updates and inbox.value("select count(*) from updates where done_at is null") == 0:
            break
"""


def test_processes_that_take_at_once_take_each_update_once_and_each_chat_in_order(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    _, database = databases_of("postgresql").two()
    numbers = range(1, 121)
    put(BotState(database).inbox, *((number, f"chat {number % 7}") for number in numbers), slow=True)
    address = f"{database.address.server}&namespace={database.address.namespace}"  # type: ignore[attr-defined]
    log = tmp_path / "taken"
    processes = [
        subprocess.Popen([sys.executable, "-c", _PROCESS, address, str(owner), log]) for owner in (ONE, TWO, 103)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    taken = [int(line) for line in log.read_text().split()]
    assert sorted(taken) == list(numbers)
    for chat in range(7):
        mine = [number for number in taken if number % 7 == chat]
        assert mine == sorted(mine)
