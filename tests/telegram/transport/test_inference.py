"""The way to the model: fair between people, bounded, and honest about the wait."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from memebot.inference import FairQueue, InferenceThread, QueueFull, QueuePosition, TooManyAtOnce, TurnOrder


def run(scenario: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(scenario, 50))


async def served(queue: FairQueue, requests: str) -> str:
    """In which order requests, one letter a user, are served."""
    order: list[str] = []

    async def one(user: str) -> None:
        async with queue.turn(user):
            order.append(user)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(user) for user in requests))
    return "".join(order)


def test_twenty_pictures_of_one_do_not_delay_anothers_one() -> None:
    assert run(served(FairQueue(slots=1), "a" * 20 + "b")) == "aab" + "a" * 18


def test_users_take_turns_and_everybody_keeps_their_own_order() -> None:
    assert run(served(FairQueue(slots=1), "aaabbbccc")) == "aabcabcbc"


def test_a_full_queue_refuses_at_once() -> None:
    async def scenario() -> None:
        queue = FairQueue(slots=1, limit=2)
        tasks = [asyncio.create_task(hold(queue, user)) for user in "abc"]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            async with queue.turn("d"):
                pass
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(scenario())


def test_one_user_may_not_fill_the_queue() -> None:
    async def scenario() -> None:
        queue = FairQueue(slots=1, per_user=2)
        tasks = [asyncio.create_task(hold(queue, "a")) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyAtOnce):
            async with queue.turn("a"):
                pass
        assert queue.place("b").ahead == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(scenario())


async def hold(queue: FairQueue, user: str) -> None:
    async with queue.turn(user):
        await asyncio.sleep(60)


def test_who_leaves_does_not_keep_the_turn() -> None:
    async def scenario() -> str:
        queue = FairQueue(slots=1)
        first = asyncio.create_task(hold(queue, "a"))
        await asyncio.sleep(0)
        second = asyncio.create_task(hold(queue, "b"))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        assert (len(queue), queue.busy) == (0, 0)
        return await served(queue, "c")

    assert run(scenario()) == "c"


def test_the_place_counts_who_is_served_before() -> None:
    async def scenario() -> None:
        queue = FairQueue(slots=1)
        tasks = [asyncio.create_task(hold(queue, user)) for user in "aabbbb"]
        await asyncio.sleep(0)
        assert queue.place("c").ahead == 3  # the one being served, then a, then b
        assert queue.place("a").ahead == 1 + 1 + 2
        assert queue.place("c").seconds > 0
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(scenario())


def test_an_error_in_the_thread_reaches_the_caller() -> None:
    async def scenario() -> None:
        thread = InferenceThread()

        def work() -> None:
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            await thread.run(work)
        assert await thread.run(lambda: 5) == 5
        thread.close()

    run(scenario())


def test_what_waits_in_one_line_holds_up_another_for_one_piece_of_it() -> None:
    async def scenario() -> str:
        flooded, order, started, go = InferenceThread(), list[str](), threading.Event(), threading.Event()
        quiet, third = flooded.beside(), flooded.beside()

        def first() -> None:
            started.set()
            assert go.wait(30)

        tasks = [asyncio.create_task(flooded.run(first))]
        await asyncio.to_thread(started.wait, 30)
        tasks += [asyncio.create_task(flooded.run(order.append, "a")) for _ in range(5)]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(line.run(order.append, name)) for line, name in ((quiet, "b"), (third, "c")) * 2]
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*tasks)
        for line in (flooded, quiet, third):
            line.close()
        return "".join(order)

    order = run(scenario())
    assert set(order[:2]) == {"b", "c"} and order[2] == "a" and order[5] == "a"
    assert sorted(order) == sorted("aaaaabbcc")


def test_a_closed_line_drops_what_waits_in_it_and_leaves_the_others_alone() -> None:
    async def scenario() -> None:
        one = InferenceThread()
        other, started, go = one.beside(), threading.Event(), threading.Event()

        def first() -> None:
            started.set()
            assert go.wait(30)

        running = asyncio.create_task(one.run(first))
        await asyncio.to_thread(started.wait, 30)
        dropped, kept = (asyncio.create_task(line.run(lambda: 1)) for line in (other, one))
        await asyncio.sleep(0)
        other.close()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await dropped
        assert await kept == 1 and await running is None
        one.close()

    run(scenario())


def test_a_notice_to_somebody_who_waits_holds_up_nobody() -> None:
    async def scenario() -> list[str]:
        queue, order, sent = FairQueue(slots=1), list[str](), asyncio.Event()

        async def slow_notice(_: QueuePosition) -> None:
            await sent.wait()
            order.append("notice")

        async def one(user: str) -> None:
            async with queue.turn(user, slow_notice):
                order.append(user)

        async with queue.turn("first"):
            tasks = [asyncio.create_task(one(user)) for user in ("a", "a", "b")]
            await asyncio.sleep(0)
        for _ in range(9):
            await asyncio.sleep(0)
        order.append("|")
        sent.set()
        await asyncio.gather(*tasks)
        return order

    assert run(scenario()) == ["a", "b", "a", "|", "notice", "notice", "notice"]


def test_a_notice_that_fails_fails_its_request_and_gives_the_turn_back() -> None:
    async def scenario() -> int:
        queue = FairQueue(slots=1)

        async def failing(_: QueuePosition) -> None:
            raise ValueError("blocked")

        async def one() -> None:
            async with queue.turn("a", failing):
                pass

        async with queue.turn("first"):
            waiting = asyncio.create_task(one())
            await asyncio.sleep(0)
        with pytest.raises(ValueError, match="blocked"):
            await waiting
        return queue.busy

    assert run(scenario()) == 0


def test_communities_take_turns_however_many_wait_in_one_of_them() -> None:
    order = TurnOrder[str]()
    for user in "abcabc":
        order.join("large", user, user)
    assert order.next() == "a"
    for user in "xax":
        order.join("small", user, user)
    assert "".join(order.next() for _ in range(len(order))) == "xbacxabc"  # each second turn, as long as it has any


def test_where_one_stands_counts_other_communities_by_turns() -> None:
    order = TurnOrder[int]()
    for number in range(6):
        order.join("large", number % 3, number)
    order.join("small", "x", 6)
    assert [order.ahead("small", "x"), order.ahead("small", "y"), order.ahead("third", "z")] == [1 + 2, 1 + 2, 0 + 2]
    assert order.ahead("large", 0) == 2 + 2 * 2 + 1
    assert order.leave("large", 1, 4) and not order.leave("large", 1, 4)
    assert [order.next() for _ in range(len(order))] == [0, 6, 1, 2, 3, 5]
    with pytest.raises(LookupError):
        order.next()
