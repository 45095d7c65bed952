"""What admins decide: each rule once, through the whole bot."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import AnswerCallbackQuery, SendMessage
from team import ANNA, ANONYMOUS, AUTHOR, BORIS, HOME, NAMES, OWNER, READER, Clock, Team

from memebot.telegram.authors.buttons import AnswerAdmins
from memebot.telegram.authors.notices import Notices

Run = Callable[..., None]


# --- verdicts


def test_publish_now_goes_out_when_the_time_to_undo_is_over(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        assert await team.press(BORIS, meme.id, "✅ Сейчас") == "Approved: goes out today at 03:05"
        now = await team.get(meme.id)
        assert (now.state, now.decided_by, now.slot) == ("approved", BORIS, now.undo_until)
        card = await team.shown(meme.id)
        assert "✅ Одобрено: Boris, пт 02.01 в 03:04. Выйдет пт 02.01 в 03:05" in card.text
        assert card.labels == ["↩️ Отменить · 60 с"]

    moderating(scenario)


def test_the_next_slot_is_the_next_free_one(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        first, second = await team.card(), await team.card()
        await team.press(BORIS, first.id, "🕐")
        await team.press(BORIS, second.id, "🕐")
        assert (await team.get(first.id)).slot < (await team.get(second.id)).slot

    moderating(scenario, settings={"schedule": {"fri": ["10:00", "12:00"]}})


def test_a_slot_is_picked_from_pages_of_free_ones(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🗓")
        card = await team.shown(meme.id)
        assert card.text.endswith("<b>🗓 Когда публиковать?</b>")
        assert card.labels[:2] == ["пт 02.01 в 10:00", "пт 02.01 в 12:00"]
        await team.press(BORIS, meme.id, "Позже")
        assert "← Раньше" in (await team.shown(meme.id)).labels
        await team.press(BORIS, meme.id, (await team.shown(meme.id)).labels[0])
        assert (await team.get(meme.id)).slot.date().isoformat() == "2026-01-30"

    moderating(scenario, settings={"schedule": {"fri": ["10:00", "12:00"]}})


def test_a_slot_that_somebody_took_meanwhile_is_refused_in_words(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        first, second = await team.card(), await team.card()
        await team.press(BORIS, first.id, "🗓")
        await team.press(ANNA, second.id, "🕐")
        assert await team.press(BORIS, first.id, "пт 02.01 в 10:00") == "Too close to another post: today at 10:00"
        assert (await team.get(first.id)).state == "pending"

    moderating(scenario, settings={"schedule": {"fri": ["10:00", "12:00"]}})


def test_a_canned_reason_rejects_and_shows_on_the_card(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "❌")
        assert await team.press(BORIS, meme.id, "Похоже на рекламу.") == "Rejected"
        now = await team.get(meme.id)
        assert (now.state, now.reason_key, now.silent) == ("rejected", "ad", False)
        assert "Причина: Похоже на рекламу." in (await team.shown(meme.id)).text

    moderating(scenario)


def test_a_silent_rejection_writes_no_notice(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🔇")
        assert (await team.get(meme.id)).silent
        team.clock.forward(hours=1)
        assert await team.db(lambda: team.stores.outbox.due_notices(now=team.clock.now)) == []

    moderating(scenario)


def test_a_ban_asks_first_then_bans_and_rejects(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(OWNER, meme.id, "🚫")
        assert (await team.get(meme.id)).state == "pending"
        await team.press(OWNER, meme.id, "Забанить и отклонить")
        assert (await team.get(meme.id)).state == "rejected"
        assert await team.db(lambda: team.stores.people.banned(AUTHOR, now=team.clock.now))
        assert "🚫 Автор в чёрном списке" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_a_moderator_may_not_ban(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🚫")
        assert "That takes other rights: admin" in await team.press(BORIS, meme.id, "Забанить")
        assert (await team.get(meme.id)).state == "pending"
        assert await team.db(lambda: team.stores.people.banned(AUTHOR, now=team.clock.now)) is None

    moderating(scenario)


# --- undo


def test_a_verdict_can_be_undone_and_the_author_never_hears_of_it(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🔇")
        assert await team.press(ANNA, meme.id, "↩️") == "Отменено: заявка снова ждёт решения"
        assert (await team.get(meme.id)).state == "pending"
        assert "✅ Сейчас" in (await team.shown(meme.id)).labels
        team.clock.forward(hours=1)
        assert await team.db(lambda: team.stores.outbox.due_notices(now=team.clock.now)) == []

    moderating(scenario)


def test_undoing_a_ban_lets_the_author_in_again(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(OWNER, meme.id, "🚫")
        await team.press(OWNER, meme.id, "Забанить")
        await team.press(OWNER, meme.id, "↩️")
        assert await team.db(lambda: team.stores.people.banned(AUTHOR, now=team.clock.now)) is None

    moderating(scenario)


def test_the_seconds_run_down_and_then_the_button_goes(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "✅")
        team.clock.forward(seconds=20)
        await team.tools.watch.look()
        assert (await team.shown(meme.id)).labels == ["↩️ Отменить · 40 с"]
        team.clock.forward(seconds=41)
        await team.tools.watch.look()
        assert not any(label.startswith("↩️") for label in (await team.shown(meme.id)).labels)

    moderating(scenario)


def test_a_planned_post_keeps_its_buttons_and_is_rejected_or_posted_now_by_them(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        one, other = await team.card(), await team.card()
        for meme in (one, other):
            await team.press(BORIS, meme.id, "🕐")
        team.clock.forward(seconds=61)
        await team.tools.watch.look()
        labels = (await team.shown(one.id)).labels
        assert [label[0] for label in labels[:4]] == ["✅", "🗓", "✏", "❌"]
        await team.press(ANNA, one.id, "❌")
        await team.press(ANNA, one.id, "Похоже на рекламу.")
        rejected, planned = await team.get(one.id), await team.get(other.id)
        assert (rejected.state, rejected.slot) == ("rejected", None)
        await team.press(ANNA, other.id, "✅")
        now = await team.get(other.id)
        assert planned.slot is not None and now.slot is not None and now.slot < planned.slot
        assert now.slot <= team.clock.now + timedelta(seconds=1)

    moderating(scenario)


def test_a_button_for_undoing_that_is_too_old_undoes_nothing(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🔇")
        old = (await team.shown(meme.id)).data("↩️")
        team.clock.forward(seconds=61)
        assert await team.press_data(BORIS, old) == "Too late to undo"
        assert (await team.get(meme.id)).state == "rejected"

    moderating(scenario)


def test_an_old_undo_does_not_take_back_a_later_verdict(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🔇")
        old = (await team.shown(meme.id)).data("↩️")
        await team.press(BORIS, meme.id, "↩️")
        await team.press(ANNA, meme.id, "✅")
        assert await team.press_data(BORIS, old) == "The card has changed meanwhile: please look again"
        assert (await team.get(meme.id)).decided_by == ANNA

    moderating(scenario)


# --- several admins


def test_the_loser_of_a_race_hears_who_decided_and_when(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        data = (await team.shown(meme.id)).data("🔇")
        await team.press(BORIS, meme.id, "✅")
        team.clock.forward(minutes=2)
        assert await team.press_data(ANNA, data) == "Уже одобрено: Boris, сегодня в 03:04"
        assert (await team.get(meme.id)).decided_by == BORIS

    moderating(scenario)


def test_a_double_press_decides_once_and_both_are_answered(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        card = await team.shown(meme.id)
        twice = [team.query(BORIS, card.data("✅"), HOME, card.message_id) for _ in range(2)]
        await team.chats.feed(*twice)
        assert len({a.callback_query_id for a in team.session.of(AnswerCallbackQuery)}) == 2
        actions = [row.action for row in await team.db(lambda: team.stores.audit.newest(meme.id))]
        assert actions.count("approve") == 1

    moderating(scenario)


def test_of_two_who_press_at_once_one_decides_and_both_are_answered(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        for number in range(20):
            meme = await team.card()
            card = await team.shown(meme.id)
            before = len(team.session.of(AnswerCallbackQuery))
            labels = ("✅", "🔇") if number % 2 else ("🔇", "✅")
            presses = [
                team.query(person, card.data(label), HOME, card.message_id)
                for person, label in zip((ANNA, BORIS), labels, strict=True)
            ]
            await team.chats.feed(*presses)
            answers = team.session.of(AnswerCallbackQuery)[before:]
            assert len({answer.callback_query_id for answer in answers}) == 2
            verdicts = [
                r.action
                for r in await team.db(lambda i=meme.id: team.stores.audit.newest(i))
                if r.action in ("approve", "reject")
            ]
            assert len(verdicts) == 1
            decided = await team.get(meme.id)
            losers = [a.text for a in answers if a.text and ("Уже" in a.text or "Already" in a.text)]
            assert len(losers) == 1
            assert NAMES[decided.decided_by] in losers[0]

    moderating(scenario)


def test_several_approvals_are_counted_with_names_and_the_last_one_decides(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        data = (await team.shown(meme.id)).data("✅")
        assert await team.press_data(BORIS, data) == "Counted: 1 of 2"
        assert "👍 Одобрили: Boris (1 из 2)" in (await team.shown(meme.id)).text
        assert (await team.press_data(BORIS, data)).startswith("You have approved it already")
        team.clock.forward(seconds=1)
        assert (await team.press_data(ANNA, data)).startswith("Одобрено")  # what she saw has not changed
        assert "👍 Одобрили: Boris, Anna (2 из 2)" in (await team.shown(meme.id)).text

    moderating(scenario, settings={"approvals": 2})


def test_fewer_approvals_needed_show_on_the_cards_and_who_has_approved_decides(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        data = (await team.shown(meme.id)).data("✅")
        assert await team.press_data(BORIS, data) == "Counted: 1 of 2"
        await team.db(lambda: team.stores.community.set("approvals", 1, by=OWNER, now=team.clock.now))
        await team.tools.watch.look()
        assert "👍 Одобрили: Boris (1, а нужно 1). Голосов уже хватает" in (await team.shown(meme.id)).text
        assert await team.db(lambda: team.stores.outbox.stale_cards()) == []
        assert (await team.press(BORIS, meme.id, "✅")).startswith("Approved")
        assert (await team.get(meme.id)).approvals == (BORIS,)

    moderating(scenario, settings={"approvals": 2})


def test_two_votes_at_once_are_both_counted(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        card = await team.shown(meme.id)
        await team.chats.feed(*(team.query(p, card.data("✅"), HOME, card.message_id) for p in (ANNA, BORIS)))
        assert set((await team.get(meme.id)).approvals) == {ANNA, BORIS}
        assert (await team.get(meme.id)).state == "approved"

    moderating(scenario, settings={"approvals": 2})


def test_nobody_approves_their_own_unless_the_community_lets_them(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card(author_id=BORIS)
        assert await team.press(BORIS, meme.id, "✅") == "Somebody else has to decide on your own proposal"
        await team.db(lambda: team.stores.community.set("own_approval", True, by=OWNER, now=team.clock.now))
        assert (await team.press(BORIS, meme.id, "✅")).startswith("Approved")

    moderating(scenario)


@pytest.mark.parametrize(("opened", "pressed"), [("❌", "Похоже на рекламу."), ("🗓", "пт"), ("✏️", "Новая подпись")])
def test_a_page_of_a_shared_card_takes_only_who_opened_it(moderating: Run, opened: str, pressed: str) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, opened)
        said = await team.press(OWNER, meme.id, pressed)  # where another button had been
        assert said == "This page was opened by Boris. “← Back” brings the card back"
        now = await team.get(meme.id)
        assert (now.state, now.version, now.claimed_by) == ("pending", 1, None)
        await team.press(BORIS, meme.id, pressed)
        assert (await team.get(meme.id)).version == 2

    moderating(scenario, settings={"schedule": {"fri": ["10:00", "12:00"]}})


def test_who_loses_a_page_to_somebody_else_does_not_press_what_stands_there_now(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "❌")
        await team.press(ANNA, meme.id, "← Назад")
        assert await team.press(BORIS, meme.id, "✅") == "The card has changed meanwhile: please look again"
        assert (await team.get(meme.id)).state == "pending"
        team.clock.forward(seconds=4)
        assert (await team.press(BORIS, meme.id, "✅")).startswith("Approved")

    moderating(scenario)


def test_what_was_not_seen_is_not_decided(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        old = (await team.shown(meme.id)).data("✅")
        await team.db(lambda: team.stores.queue.edit_caption(meme.id, "new", (), by=ANNA, now=team.clock.now))
        assert await team.press_data(BORIS, old) == "The card has changed meanwhile: please look again"
        assert (await team.get(meme.id)).state == "pending"
        assert "new" in (await team.shown(meme.id)).text
        assert (await team.press(BORIS, meme.id, "✅")).startswith("Approved")

    moderating(scenario)


def test_a_page_of_an_old_card_opens_nothing_and_brings_the_card_up_to_date(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        old = (await team.shown(meme.id)).data("❌")
        await team.db(lambda: team.stores.queue.withdraw(meme.id, AUTHOR, now=team.clock.now))
        assert "changed meanwhile" in await team.press_data(BORIS, old)
        assert "↩️ Автор забрал заявку" in (await team.shown(meme.id)).text

    moderating(scenario)


# --- rights


@pytest.mark.parametrize("label", ["✅", "🕐", "🗓", "❌", "🔇", "✏️", "💬", "🚫"])
def test_whoever_has_no_role_gets_nothing_from_a_button(moderating: Run, label: str) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        before = (await team.shown(meme.id)).text
        assert await team.press(READER, meme.id, label) == "These buttons are for moderators"
        assert (await team.get(meme.id)).version == 1
        assert (await team.shown(meme.id)).text == before

    moderating(scenario)


@pytest.mark.parametrize(
    "data",
    [
        "m:now:zz:1:",
        "m:now:::",
        "m:undo:1:0:",
        "m:slot:1:1:!!",
        "m:no:1:1:nothing",
        "m:whatever:1:1:",
        "m:slots:1:1:zzzzzzz",
        "m:now:1:zzzzzzzzzzzz:",
        "m:there:1:1:",
        "m:now:-1:-1:",
    ],
)
def test_a_forged_button_is_answered_and_changes_nothing(moderating: Run, data: str) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press_data(BORIS, data, HOME, (await team.shown(meme.id)).message_id)
        assert (await team.get(meme.id)).state == "pending"

    moderating(scenario)


def test_a_role_that_was_taken_away_decides_no_more(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.db(lambda: team.stores.people.revoke(BORIS, "moderator", by=OWNER, now=team.clock.now))
        assert await team.press(BORIS, meme.id, "✅") == "These buttons are for moderators"

    moderating(scenario)


# --- what is typed


async def prompted(team: Team, person: int, number: int, *labels: str, chat: int = HOME) -> int:
    """Press until the bot asks for words; the message that asks."""
    for label in labels:
        await team.press(person, number, label, chat)
    return max(n for c, n in team.session.screen if c == chat)


def test_a_reason_in_ones_own_words_is_typed_as_a_reply(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        question = await prompted(team, BORIS, meme.id, "❌", "Своими словами")
        asked = team.session.screen[HOME, question]
        assert "tg://user?id=3" in asked.text
        assert asked.keyboard.force_reply and asked.keyboard.selective
        assert "✍️ Boris отвечает на эту карточку, до 03:14" in (await team.shown(meme.id)).text
        assert await team.say(BORIS, "Not today <3", reply=question) == "Rejected"
        now = await team.get(meme.id)
        assert (now.state, now.reason_text, now.claimed_by) == ("rejected", "Not today <3", None)
        assert "Причина: Not today &lt;3" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_in_a_group_what_is_no_reply_is_talk(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await prompted(team, BORIS, meme.id, "❌", "Своими словами")
        assert await team.say(BORIS, "how was your weekend?") == ""
        assert (await team.get(meme.id)).state == "pending"

    moderating(scenario)


def test_in_private_the_next_message_is_the_answer(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.submit()
        await team.say(BORIS, f"/card {meme.id}", chat=BORIS)
        await prompted(team, BORIS, meme.id, "💬", chat=BORIS)
        assert await team.say(BORIS, "Whose is it?", chat=BORIS) == "The author has been asked"
        (remark,) = await team.db(lambda: team.stores.queue.remarks(meme.id))
        assert (remark.by, remark.text) == (BORIS, "Whose is it?")
        assert "💬 Boris: Whose is it?" in (await team.cards(meme.id, BORIS))[0].text
        assert (await team.db(lambda: team.stores.outbox.due_notices(now=team.clock.now)))[0].kind == "asked"

    moderating(scenario)


def test_what_is_typed_in_private_long_after_is_about_something_else_unless_it_replies(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.submit()
        await team.say(BORIS, f"/card {meme.id}", chat=BORIS)
        question = await prompted(team, BORIS, meme.id, "💬", chat=BORIS)
        team.clock.forward(minutes=11)
        assert "The model swots" in await team.say(BORIS, "what is overfitting?", chat=BORIS)
        assert await team.db(lambda: team.stores.queue.remarks(meme.id)) == []
        assert await team.say(BORIS, "Whose is it?", chat=BORIS, reply=question) == "The author has been asked"

    moderating(scenario)


def test_the_authors_answer_appears_on_the_card(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.db(lambda: team.stores.queue.ask(meme.id, BORIS, "Whose is it?", now=team.clock.now))
        await team.tools.watch.look()
        assert "↳ Автор пока не ответил." in (await team.shown(meme.id)).text
        await team.db(lambda: team.stores.queue.answer(meme.id, AUTHOR, "Mine & only mine", now=team.clock.now))
        await team.tools.watch.look()
        assert "↳ Автор: Mine &amp; only mine" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_the_authors_answer_calls_whoever_asked(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        card = await team.shown(meme.id)
        await team.db(lambda: team.stores.queue.ask(meme.id, BORIS, "Whose is it?", now=team.clock.now))
        button = AnswerAdmins(number=meme.id).pack()
        await team.press_data(AUTHOR, button, AUTHOR, 1)
        await team.say(AUTHOR, "Mine & only mine", chat=AUTHOR)
        said = team.last()
        assert (said.chat, said.call.reply_parameters.message_id) == (HOME, card.message_id)
        assert 'href="tg://user?id=3"' in said.text and "Mine &amp; only mine" in said.text

    moderating(scenario, channel="@memes")


async def asked(team: Team, person: int, number: int, chat: int = HOME) -> int:
    """Ask the author by the card's button; the number of the message in which the question was typed."""
    question = await prompted(team, person, number, "💬", chat=chat)
    typed = question + 5000
    assert await team.say(person, "Whose is it?", chat=chat, reply=question, message_id=typed)
    return typed


@pytest.mark.parametrize("chat", [HOME, BORIS])
def test_the_authors_answer_replies_to_the_message_in_which_they_were_asked(moderating: Run, chat: int) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        if chat == BORIS:
            await team.say(BORIS, f"/card {meme.id}", chat=BORIS)
        typed = await asked(team, BORIS, meme.id, chat)
        await team.press_data(AUTHOR, AnswerAdmins(number=meme.id).pack(), AUTHOR, 1)
        await team.say(AUTHOR, "Mine", chat=AUTHOR)
        said = team.last()
        assert (said.chat, said.call.reply_parameters.message_id) == (chat, typed)
        assert 'href="tg://user?id=3"' in said.text

    moderating(scenario, channel="@memes")


def test_an_answer_is_told_to_everybody_who_has_asked_since_the_last_one(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        for askers in ((ANNA, BORIS), (ANNA,)):
            await team.tools.watch.look()
            typed = {await asked(team, person, meme.id) for person in askers}
            await team.press_data(AUTHOR, AnswerAdmins(number=meme.id).pack(), AUTHOR, 1)
            before = len(team.session.of(SendMessage))
            await team.say(AUTHOR, "Mine", chat=AUTHOR)
            told = [call for call in team.session.of(SendMessage)[before:] if call.chat_id == HOME]
            assert {call.reply_parameters.message_id for call in told} == typed

    moderating(scenario, channel="@memes")


def test_whoever_asked_hears_that_the_author_cannot_be_reached(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        typed = await asked(team, BORIS, meme.id)
        gone = TelegramForbiddenError(SendMessage(chat_id=AUTHOR, text="x"), "Forbidden: bot was blocked by the user")
        team.session.plan(SendMessage, gone)
        await next(work for work in team.chats.running.beside if isinstance(work, Notices)).look()
        said = team.last()
        assert (said.chat, said.call.reply_parameters.message_id) == (HOME, typed)
        assert "вопрос не дошёл. Whose is it?" in said.text and 'href="tg://user?id=3"' in said.text

    moderating(scenario)


def test_a_question_that_cannot_reach_the_author_is_said_on_the_card(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.db(lambda: team.stores.queue.ask(meme.id, BORIS, "Whose is it?", now=team.clock.now))
        await team.tools.watch.look()
        gone = TelegramForbiddenError(SendMessage(chat_id=AUTHOR, text="x"), "Forbidden: bot was blocked by the user")
        team.session.plan(SendMessage, gone)
        await next(work for work in team.chats.running.beside if isinstance(work, Notices)).look()
        await team.tools.watch.look()
        text = (await team.shown(meme.id)).text
        assert "↳ Вопрос не дошёл: автор заблокировал бота." in text and "пока не ответил" not in text

    moderating(scenario)


def test_a_new_caption_keeps_its_formatting(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card(caption="old")
        question = await prompted(team, BORIS, meme.id, "✏️", "Новая подпись")
        bold = [{"type": "bold", "offset": 0, "length": 4}]
        await team.say(BORIS, "Bold & plain", reply=question, entities=bold)
        now = await team.get(meme.id)
        assert (now.caption, [dict(e) for e in now.caption_entities]) == ("Bold & plain", bold)
        assert "<b>Bold</b> &amp; plain" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_a_caption_can_be_taken_away(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card(caption="old")
        await team.press(BORIS, meme.id, "✏️")
        await team.press(BORIS, meme.id, "Убрать подпись")
        assert (await team.get(meme.id)).caption == ""

    moderating(scenario)


def test_a_caption_that_is_too_long_may_be_sent_again(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        question = await prompted(team, BORIS, meme.id, "✏️", "Новая подпись")
        assert "1,025" in await team.say(BORIS, "x" * 1025, reply=question)
        assert await team.say(BORIS, "x" * 1024, reply=question) == "The caption is changed"

    moderating(scenario)


def test_while_one_types_others_are_told_and_wait(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        data = (await team.shown(meme.id)).data("✅")
        await prompted(team, BORIS, meme.id, "💬")
        assert await team.press_data(ANNA, data) == "Boris сейчас отвечает на эту карточку, до 03:14"
        said = await team.press(ANNA, meme.id, "Прервать ввод")
        assert said == "Ввод может прервать только Boris – или подождите до 03:14"
        assert (await team.shown(meme.id)).labels == ["Прервать ввод"]

    moderating(scenario)


def test_a_claim_runs_out_by_itself_and_the_card_shows_it(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await prompted(team, BORIS, meme.id, "💬")
        team.clock.forward(minutes=11)
        await team.tools.watch.look()
        assert "✅ Сейчас" in (await team.shown(meme.id)).labels
        assert (await team.press(ANNA, meme.id, "✅")).startswith("Одобрено")

    moderating(scenario)


def test_what_comes_after_anothers_verdict_hears_of_it(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        question = await prompted(team, BORIS, meme.id, "❌", "Своими словами")
        team.clock.forward(minutes=11)
        await team.tools.watch.look()
        await team.press(ANNA, meme.id, "✅")
        assert "Already approved by Anna" in await team.say(BORIS, "no", reply=question)
        assert (await team.get(meme.id)).state == "approved"

    moderating(scenario)


@pytest.mark.parametrize("how", ["command", "button"])
def test_typing_can_be_called_off(moderating: Run, how: str) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        question = await prompted(team, BORIS, meme.id, "💬")
        if how == "command":
            assert await team.say(BORIS, "/cancel") == "Fine, forget it"
        else:
            assert await team.press(BORIS, meme.id, "Прервать ввод") == "You are not writing any more"
        assert (await team.get(meme.id)).claimed_by is None
        assert "✅ Сейчас" in (await team.shown(meme.id)).labels
        assert await team.say(BORIS, "text", reply=question) == ""

    moderating(scenario)


def test_a_picture_in_place_of_words_is_asked_again(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        question = await prompted(team, BORIS, meme.id, "💬")
        photo = team.chats.photo(
            b"x",
            chat=HOME,
            user=BORIS,
            reply_to_message=team.chats.message(chat=HOME) | {"message_id": question, "text": "x"},
        )
        await team.chats.feed(team.chats.update(message=photo))
        assert team.session.of(SendMessage)[-1].text == "It takes text. /cancel takes it back."

    moderating(scenario)


def test_an_anonymous_admins_reply_is_that_of_whoever_was_asked(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        question = await prompted(team, BORIS, meme.id, "❌", "Своими словами")
        await team.say(ANONYMOUS, "Not today", reply=question)
        now = await team.get(meme.id)
        assert (now.state, now.decided_by) == ("rejected", BORIS)

    moderating(scenario)


def test_a_restart_forgets_neither_the_question_nor_the_claim(moderating: Run) -> None:
    clock, kept = Clock(), {}

    async def before(team: Team) -> None:
        meme = await team.card()
        kept.update(meme=meme.id, question=await prompted(team, BORIS, meme.id, "💬"), session=team.session)

    async def after(team: Team) -> None:
        assert await team.say(BORIS, "Whose?", reply=kept["question"]) == "The author has been asked"
        assert (await team.get(kept["meme"])).claimed_by is None

    moderating(before, clock=clock)
    moderating(after, clock=clock, session=kept["session"])


def test_after_a_restart_a_claim_that_ran_out_is_shown_as_such(moderating: Run) -> None:
    clock, kept = Clock(), {}

    async def before(team: Team) -> None:
        meme = await team.card()
        await prompted(team, BORIS, meme.id, "💬")
        kept.update(meme=meme.id, session=team.session)

    async def after(team: Team) -> None:
        clock.forward(hours=3)
        await team.tools.watch.begin()
        await team.tools.watch.look()
        assert "✅ Сейчас" in (await team.shown(kept["meme"])).labels

    moderating(before, clock=clock)
    moderating(after, clock=clock, session=kept["session"])


def test_undo_time_zero_leaves_nothing_to_undo(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🔇")
        assert (await team.shown(meme.id)).labels == []
        assert (await team.get(meme.id)).undo_until - team.clock.now == timedelta(0)

    moderating(scenario, settings={"undo_seconds": 0})
