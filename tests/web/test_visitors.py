"""Whose request it is, and how much one address may ask."""

import asyncio

import pytest

from memebot.inference import FairQueue
from memebot.web.errors import RequestRefused
from memebot.web.visitors import Allowance, Visitors, address_of, allowances


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # nobody but a server on this machine is believed
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # what a visitor wrote himself stands before it
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("::ffff:198.51.100.7", None, "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("::1", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        (None, None, "None"),
    ],
)
def test_an_address_is_that_of_the_visitor(peer: str | None, forwarded: str | None, expected: str) -> None:
    assert address_of(peer, forwarded) == expected


def test_an_allowance_fills_up_with_time_and_is_each_address_s_own() -> None:
    now = 0.0
    visitors = Visitors(FairQueue(), {**allowances(60), "words": Allowance(2, 0.5)}, clock=lambda: now)
    visitors.admit("a", "words")
    visitors.admit("a", "words")
    with pytest.raises(RequestRefused) as refused:
        visitors.admit("a", "words")
    assert (refused.value.status, refused.value.wait_s) == (429, 2.0)
    visitors.admit("b", "words")
    visitors.admit("a", "page")
    now = 2.0
    visitors.admit("a", "words")
    with pytest.raises(RequestRefused):
        visitors.admit("a", "words")


def test_those_who_asked_longest_ago_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memebot.web.visitors._REMEMBERED", 2)
    visitors = Visitors(FairQueue(), {**allowances(60), "words": Allowance(1, 0.1)}, clock=lambda: 0.0)
    for address in "abc":
        visitors.admit(address, "words")
    visitors.admit("a", "words")
    with pytest.raises(RequestRefused):
        visitors.admit("c", "words")


def test_where_the_bot_s_line_is_full_a_visitor_is_told_so() -> None:
    async def scenario() -> None:
        queue = FairQueue(slots=1, limit=0)
        visitors = Visitors(queue, allowances(60))
        async with queue.turn("somebody on Telegram"):
            with pytest.raises(RequestRefused) as refused:
                async with visitors.turn("a"):
                    pass
        assert (refused.value.status, refused.value.text) == (503, "web-busy")

    asyncio.run(scenario())


def test_a_visitor_who_leaves_gives_the_turn_back() -> None:
    async def scenario() -> None:
        queue = FairQueue(slots=1)
        visitors = Visitors(queue, allowances(60))
        async with visitors.turn("a"):
            waiting = asyncio.create_task(visitors.turn("b").__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert queue.busy == 0
        async with asyncio.timeout(1), visitors.turn("c"):
            assert queue.busy == 1

    asyncio.run(scenario())


def test_of_one_visitor_s_experiments_that_wait_the_newest_alone_is_made() -> None:
    async def scenario() -> None:
        visitors, made = Visitors(FairQueue(), allowances(60)), []

        async def make(number: int) -> None:
            async with visitors.bench("a"):
                made.append(number)

        async with visitors.bench("b"):
            runs = [asyncio.create_task(make(number)) for number in range(5)]
            await asyncio.sleep(0.01)
        ended = await asyncio.gather(*runs, return_exceptions=True)
        assert made == [4] and [type(one) for one in ended] == [RequestRefused] * 4 + [type(None)]
        await make(5)
        assert made == [4, 5]

    asyncio.run(scenario())
