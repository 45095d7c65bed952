"""How far a press on a card travels through the code.

Counted are the files of the product in which a function was called, on the event loop's thread and on the
database's, from the update's arrival until the bot's answer to the press (``answerCallbackQuery``) reaches Telegram.
Refreshing the cards comes after that and belongs to no press.
"""

from __future__ import annotations

from collections.abc import Callable
from trace import ROOT, Trip, traced

import pytest
from aiogram.methods import AnswerCallbackQuery
from team import ANNA, Team

Run = Callable[..., None]

MOST = 20
COMMON = ("memebot/telegram/transport/", "memebot/telegram/subscribers/", "memebot/answering/")
"""What every update passes on its way to a handler, and every answer on its way to Telegram."""


async def files_of_press(team: Team, label: str) -> list[str]:
    """The files that a press of this button crosses until it is answered, in the order of the first call."""
    meme = await team.card()
    card = await team.shown(meme.id)
    query = team.query(ANNA, card.data(label), card.chat, card.message_id)
    found: list[str] = []
    send = team.session.make_request

    async def make_request(bot: object, method: object, timeout: int | None = None) -> object:  # noqa: ASYNC109
        if isinstance(method, AnswerCallbackQuery) and not found:
            found.extend(in_order(trip))
        return await send(bot, method, timeout)  # type: ignore[arg-type]

    team.session.make_request = make_request  # type: ignore[method-assign]
    async with traced(team.chats.database.run) as trip:
        await team.chats.feed(query)
    assert (await team.get(meme.id)).state == "approved"
    return found


def in_order(trip: Trip) -> list[str]:
    return list(dict.fromkeys(code.co_filename.removeprefix(f"{ROOT}/") for code in trip.calls))


@pytest.mark.parametrize("button", ["✅", "🕐"])
def test_an_approving_press_crosses_few_files_from_its_handler_to_its_answer(moderating: Run, button: str) -> None:
    async def scenario(team: Team) -> None:
        files = [file for file in await files_of_press(team, button) if not file.startswith(COMMON)]
        assert len(files) <= MOST, files

    moderating(scenario)


def test_an_approving_press_crosses_few_files_from_its_update_to_its_answer(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        files = await files_of_press(team, "✅")
        assert len(files) <= MOST, files

    moderating(scenario)
