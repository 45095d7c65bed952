"""An author appeals in the chat, the team sees the sentence, and somebody else decides."""

from collections.abc import Callable

import pytest
from aiogram.methods import SendMessage
from team import ANNA, AUTHOR, BORIS, HOME, OWNER, Team

from memebot.telegram.authors.buttons import AppealButton
from memebot.telegram.authors.notices import Notices
from moderation.model import Submission

Run = Callable[..., None]
DEFENCE = "It <i>is</i> about our own loss."


@pytest.fixture
def proposing(moderating: Run) -> Run:
    """A team with a channel to propose memes for."""

    def run(scenario: object, **options: object) -> None:
        moderating(scenario, channel="@memes", **options)

    return run


async def look(team: Team) -> SendMessage:
    """What the author is told, and the team shown; the last message to the author."""
    notices = next(work for work in team.chats.running.beside if isinstance(work, Notices))
    await notices.look()
    await team.tools.watch.look()
    return [call for call in team.session.of(SendMessage) if call.chat_id == AUTHOR][-1]


async def rejected(team: Team, by: int = BORIS) -> Submission:
    """A meme whose author has just heard that it was rejected."""
    meme = await team.card(lang="en")
    await team.press(by, meme.id, "❌")
    await team.press(by, meme.id, "Похоже на рекламу.")
    team.clock.forward(minutes=2)
    return meme


async def appeal(team: Team, meme: Submission, text: str = DEFENCE) -> str:
    """Appeal by the button under the notice; what the bot says to that."""
    await look(team)
    await team.press_data(AUTHOR, AppealButton(number=meme.id).pack(), chat=AUTHOR)
    answer = await team.say(AUTHOR, text, chat=AUTHOR)
    await team.tools.watch.look()
    return answer


def test_a_rejection_offers_an_appeal_which_becomes_a_card_with_the_sentence(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await rejected(team)
        told = await look(team)
        assert told.text == f"Meme no. {meme.id} was not taken. This looks like advertising."
        assert [b.text for row in told.reply_markup.inline_keyboard for b in row] == ["⚖️ Appeal"]
        said = await appeal(team, meme)
        assert said.startswith(f"Your appeal about meme no. {meme.id} is with the team: another moderator")
        old, new = sorted(await team.cards(meme.id, HOME), key=lambda shown: shown.message_id)
        assert new is team.last()
        for shown in (old, new):  # both are true
            assert "⚖️ <b>Автор обжалует отказ:</b> It &lt;i&gt;is&lt;/i&gt; about our own loss." in shown.text
            assert "↳ Отказ: Boris, " in shown.text and "Похоже на рекламу." in shown.text
            assert "↳ Решает другой модератор, не Boris." in shown.text
            assert "🔇" not in "".join(shown.labels)

    proposing(scenario)


def test_who_rejected_is_refused_with_a_sentence_and_somebody_else_decides(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await rejected(team)
        await appeal(team, meme)
        card = team.last()
        for label in ("✅ Сейчас", "🕐", "🗓", "❌", "🚫"):
            answer = await team.press_data(BORIS, card.data(label), HOME, card.message_id)
            assert answer == "You have rejected it: another moderator decides on the appeal"
        assert (await team.get(meme.id)).state == "pending"
        await team.press_data(ANNA, card.data("🕐"), HOME, card.message_id)
        assert (await team.get(meme.id)).state == "approved"
        team.clock.forward(minutes=2)
        assert (await look(team)).text.startswith(f"Your appeal was heard. Meme no. {meme.id} has been accepted.")

    proposing(scenario, settings={"schedule": {"fri": ["10:00", "12:00"]}})


def test_an_appeal_that_is_refused_is_final_and_its_author_hears_that_another_looked(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await rejected(team)
        await appeal(team, meme)
        card = team.last()
        await team.press_data(ANNA, card.data("❌"), HOME, card.message_id)
        await team.press_data(ANNA, team.session.screen[HOME, card.message_id].data("Этот мем"), HOME, card.message_id)
        team.clock.forward(minutes=2)
        told = await look(team)
        assert told.text.startswith(f"Another moderator has looked at meme no. {meme.id}, and it is still not taken.")
        assert told.reply_markup is None
        again = await team.press_data(AUTHOR, AppealButton(number=meme.id).pack(), chat=AUTHOR)
        assert again.startswith("It was appealed already")
        assert "not taken, also after your appeal" in await team.say(AUTHOR, "/my", chat=AUTHOR)

    proposing(scenario)


def test_where_there_is_one_moderator_author_and_team_are_told_so(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        def alone() -> None:
            for person in (ANNA, BORIS):
                team.stores.people.revoke(person, "moderator", by=OWNER, now=team.clock.now)

        await team.db(alone)
        meme = await rejected(team, OWNER)
        assert "It has one moderator only, so the same person looks at it again." in await appeal(team, meme)
        card = team.last()
        assert "↳ Других модераторов нет: снова решает Olga." in card.text
        await team.press_data(OWNER, card.data("❌"), HOME, card.message_id)
        await team.press_data(OWNER, team.session.screen[HOME, card.message_id].data("Этот мем"), HOME, card.message_id)
        team.clock.forward(minutes=2)
        assert (await look(team)).text.startswith("The team’s only moderator has looked at meme no.")

    proposing(scenario, settings={"chat_grants": False})


def test_my_offers_the_appeal_and_says_that_it_waits(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await rejected(team)
        await team.say(AUTHOR, "/my", chat=AUTHOR)
        assert f"⚖️ Appeal no. {meme.id}" in team.last().labels
        await appeal(team, meme)
        assert await team.say(AUTHOR, "/my", chat=AUTHOR) == (
            f"<b>Your memes</b>\n\nNo. {meme.id}: your appeal waits for an answer"
        )
        assert f"⚖️ Appeal no. {meme.id}" not in team.last().labels

    proposing(scenario)


def test_an_appeal_that_is_too_long_can_be_sent_again_or_left(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await rejected(team)
        assert "501" in await appeal(team, meme, "x" * 501)
        assert "is with the team" in await team.say(AUTHOR, "shorter", chat=AUTHOR)
        other = await rejected(team)
        await look(team)
        await team.press_data(AUTHOR, AppealButton(number=other.id).pack(), chat=AUTHOR)
        await team.say(AUTHOR, "/cancel", chat=AUTHOR)
        await team.say(AUTHOR, "what is overfitting?", chat=AUTHOR)
        assert (await team.get(other.id)).state == "rejected"

    proposing(scenario)


def test_an_appeal_is_nobody_elses_to_make(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await rejected(team)
        await look(team)
        answer = await team.press_data(ANNA, AppealButton(number=meme.id).pack(), chat=AUTHOR)
        assert (await team.get(meme.id)).state == "rejected"
        assert answer

    proposing(scenario)


def test_the_queue_marks_an_appeal(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        await appeal(team, await rejected(team))
        assert "⚑ appeal" in await team.say(BORIS, "/queue", chat=BORIS)

    proposing(scenario)


def test_forgetting_withdraws_an_appeal_and_its_sentence(proposing: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await rejected(team)
        await appeal(team, meme)
        await team.say(AUTHOR, "/forget", chat=AUTHOR)
        await team.press_data(AUTHOR, team.last().data("Delete"), chat=AUTHOR, message_id=team.last().message_id)
        assert (await team.get(meme.id)).state == "withdrawn"
        await team.tools.watch.look()
        assert all("our own loss" not in shown.text for shown in await team.cards(meme.id))

    proposing(scenario)
