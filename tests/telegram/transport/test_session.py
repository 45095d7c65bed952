"""Telegram's waits are obeyed, what fails in passing is repeated, all within bounds."""

import asyncio
import heapq
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetUpdates,
    SendChatAction,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import InputMediaPhoto
from chats import TOKEN

from memebot.telegram.transport.limits.sending import SENDING, OwnLimits
from memebot.telegram.transport.session import Pace, Patience, _result, unrepeated


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def message(chat: int = 1) -> SendMessage:
    return SendMessage(chat_id=chat, text="x")


def call(
    outcomes: list[Exception | None],
    method: TelegramMethod[Any] | None = None,
    patience: Patience | None = None,
    clock: Clock | None = None,
) -> tuple[int, Clock]:
    """Make a call that ends like this, time after time; how often it was made."""
    clock = clock or Clock()
    patience = patience or Patience(OwnLimits(clock), sleep=clock.sleep)
    made = 0

    async def make(bot: Bot, method: TelegramMethod[Any]) -> Any:
        nonlocal made
        outcome = outcomes[made]
        made += 1
        if outcome is not None:
            raise outcome

    asyncio.run(patience(make, Bot(TOKEN), method or message()))
    return made, clock


Fail = Callable[[], Exception]
PASSING: list[Fail] = [
    lambda: TelegramNetworkError(message(), "dropped"),
    lambda: TelegramServerError(message(), "502"),
    lambda: ClientDecodeError("html", ValueError(), "<html>"),
]


@pytest.mark.parametrize("fail", [*PASSING, lambda: TelegramRetryAfter(message(), "slow", 3)])
def test_what_must_not_be_done_twice_is_called_once(fail: Fail) -> None:
    with unrepeated(), pytest.raises(type(fail())):
        call([fail()])
    assert call([TelegramNetworkError(message(), "dropped"), None])[0] == 2


def test_retry_after_is_obeyed_to_the_second() -> None:
    made, clock = call([TelegramRetryAfter(message(), "slow", 3), None])
    assert made == 2
    assert clock.now >= 3


def test_every_send_into_that_chat_waits_and_other_chats_do_not() -> None:
    clock = Clock()
    patience = Patience(OwnLimits(clock), sleep=clock.sleep, max_wait_s=1)
    with pytest.raises(TelegramRetryAfter):
        call([TelegramRetryAfter(message(), "slow", 9)], patience=patience, clock=clock)
    limits = OwnLimits(clock)
    patience = Patience(limits, sleep=clock.sleep)
    call([TelegramRetryAfter(message(), "slow", 9), None], patience=patience, clock=clock)
    asyncio.run(limits.hold([(SENDING, 1)], 5))
    before = clock.now
    call([None], message(2), patience, clock)
    assert clock.now == before
    call([None], SendPhoto(chat_id=1, photo="x"), patience, clock)
    assert clock.now >= before + 5


def test_a_wait_that_is_too_long_is_not_waited() -> None:
    with pytest.raises(TelegramRetryAfter):
        call([TelegramRetryAfter(message(), "slow", 3600)])


@pytest.mark.parametrize("fail", PASSING)
def test_what_fails_in_passing_is_repeated_with_growing_pauses(fail: Fail) -> None:
    made, clock = call([fail(), fail(), fail(), None])
    assert made == 4
    assert clock.slept[2] > clock.slept[0] / 2


@pytest.mark.parametrize("fail", PASSING)
def test_patience_ends(fail: Fail) -> None:
    with pytest.raises(type(fail())):
        call([fail() for _ in range(6)])


def test_what_was_done_is_not_repeated_though_its_result_cannot_be_read() -> None:
    done = ClientDecodeError("x", ValueError(), {"ok": True, "result": {"message_id": 7, "something_new": 1}})
    made, _ = call([done])
    assert made == 1
    assert _result(done).message_id == 7  # type: ignore[attr-defined]


def test_a_press_is_answered_within_the_time_that_anybody_looks_at_it() -> None:
    press = AnswerCallbackQuery(callback_query_id="1")
    made, clock = call([TelegramRetryAfter(press, "slow", 3), TelegramServerError(press, "500"), None], press)
    assert made == 3
    assert clock.now >= 3
    with pytest.raises(TelegramRetryAfter):
        call([TelegramRetryAfter(press, "slow", 30)], press)


def test_what_is_wrong_is_not_repeated() -> None:
    with pytest.raises(TelegramBadRequest):
        call([TelegramBadRequest(message(), "Bad Request")])


def test_what_comes_late_is_worth_nothing_and_not_waited_for() -> None:
    action = SendChatAction(chat_id=1, action="typing")
    with pytest.raises(TelegramRetryAfter):
        call([TelegramRetryAfter(action, "slow", 1)], action)


def test_nothing_is_called_before_the_time_that_it_was_told_to_wait() -> None:
    clock = Clock()
    patience = Patience(OwnLimits(clock), sleep=clock.sleep)
    action = SendChatAction(chat_id=1, action="typing")
    for outcomes in ([TelegramRetryAfter(action, "slow", 5)], []):  # the second is not even made
        with pytest.raises(TelegramRetryAfter):
            call([*outcomes], action, patience, clock)
    clock.now += 5.1
    assert call([None], action, patience, clock)[0] == 1
    for outcomes in ([TelegramRetryAfter(message(), "slow", 3600)], []):
        with pytest.raises(TelegramRetryAfter):
            call([*outcomes], message(), patience, clock)


def test_the_poller_has_a_patience_of_its_own() -> None:
    with pytest.raises(TelegramNetworkError):
        call([TelegramNetworkError(GetUpdates(), "x")], GetUpdates())


# --- not sending faster than Telegram allows


class ManySleepers(Clock):
    """Time in which several sleep at once, and wake in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.waking: list[tuple[float, int, asyncio.Event]] = []

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        heapq.heappush(self.waking, (self.now + seconds, len(self.slept), event))
        self.slept.append(seconds)
        await event.wait()

    async def pass_while(self, work: asyncio.Future[Any]) -> None:
        while not work.done():
            for _ in range(5):
                await asyncio.sleep(0)
            if self.waking:
                wakes, _, event = heapq.heappop(self.waking)
                self.now = max(self.now, wakes)
                event.set()


def paced(methods: list[TelegramMethod[Any]], stalls_s: float = 0.0) -> list[tuple[float, Any]]:
    """When these calls, made all at once, reach Telegram, and for which chat. ``stalls_s``: so long something else
    keeps the process busy once."""
    clock, reached = ManySleepers(), list[tuple[float, Any]]()
    pace = Pace(OwnLimits(clock), sleep=clock.sleep, clock=clock)

    async def make(bot: Bot, method: TelegramMethod[Any]) -> Any:
        reached.append((clock.now, getattr(method, "chat_id", None)))
        if len(reached) == 40:
            clock.now += stalls_s

    async def scenario() -> None:
        bot = Bot(TOKEN)
        calls = asyncio.gather(*(pace(make, bot, method) for method in methods))
        await clock.pass_while(calls)
        await calls

    asyncio.run(scenario())
    return reached


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(start <= other < start + seconds for other in times) for start in times)


def test_one_message_a_second_goes_into_a_chat_and_nobody_waits_for_anothers_chat() -> None:
    reached = paced([*(message(1) for _ in range(30)), message(2)])
    assert most_within([when for when, chat in reached if chat == 1], 1.0) == 1
    assert [when for when, chat in reached if chat == 2] == [0.0]


def test_twenty_messages_a_minute_go_into_a_group_and_an_album_counts_as_its_parts() -> None:
    album = SendMediaGroup(chat_id=-5, media=[InputMediaPhoto(media="x")] * 5)
    times = [when for when, _ in paced([*(message(-5) for _ in range(45)), album])]
    assert most_within(times, 60.0) <= 20
    assert times[-1] >= 120


def test_fewer_than_thirty_messages_a_second_go_out_in_all() -> None:
    assert most_within([when for when, _ in paced([message(chat) for chat in range(1, 200)])], 1.0) <= 29


def test_a_chat_keeps_its_pace_while_all_of_them_have_to_wait() -> None:
    reached = paced([message(chat) for chat in (*range(2, 200), 1, 1, 1)])
    assert most_within([when for when, chat in reached if chat == 1], 1.0) == 1
    assert most_within([when for when, _ in reached], 1.0) <= 29


def test_what_waits_for_its_place_goes_no_sooner_than_telegram_says_meanwhile() -> None:
    clock = ManySleepers()
    limits = OwnLimits(clock)
    patience, pace = Patience(limits, sleep=clock.sleep), Pace(limits, sleep=clock.sleep)
    reached = list[float]()

    async def make(bot: Bot, method: TelegramMethod[Any]) -> Any:
        reached.append(clock.now)
        if len(reached) == 2:
            raise TelegramRetryAfter(method, "slow", 30)

    async def scenario() -> None:
        bot = Bot(TOKEN)
        calls = asyncio.gather(*(patience(partial(pace, make), bot, message(1)) for _ in range(5)))
        await clock.pass_while(calls)
        await calls

    asyncio.run(scenario())
    assert len(reached) == 6 and reached[2] >= reached[1] + 30
    assert most_within(reached, 1.0) == 1


def test_what_is_late_goes_out_no_faster_for_that() -> None:
    reached = paced([message(chat) for chat in range(1, 150)], stalls_s=3.0)
    assert most_within([when for when, _ in reached], 1.0) <= 29


def test_what_waits_for_its_chat_takes_no_place_from_others() -> None:
    reached = paced([*(message(1) for _ in range(100)), *(message(chat) for chat in range(2, 28))])
    assert max(when for when, chat in reached if chat != 1) == 0.0


def test_edits_and_signs_of_life_do_not_wait() -> None:
    edits: list[TelegramMethod[Any]] = [EditMessageText(text="x", chat_id=1, message_id=2) for _ in range(9)]
    signs = [SendChatAction(chat_id=1, action="typing") for _ in range(9)]
    assert {when for when, _ in paced([*edits, *signs])} == {0.0}
