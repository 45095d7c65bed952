"""Cards: what they show, where they are, and that they are true everywhere after every change."""

import asyncio
import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.methods import EditMessageText, SendAnimation, SendMediaGroup, SendMessage, SendPhoto
from chats import JOKE, NOW
from team import ANNA, AUTHOR, BORIS, HOME, OWNER, Clock, Team, member

from memebot.channel.dossier import dump_sightings
from memebot.telegram.moderators import decisions
from memebot.telegram.moderators.buttons import Open, Press, QueuePageButton, ReasonButton, SettingButton
from memebot.telegram.transport.rate_limit import RateLimit
from memebot.telegram.ui.keyboards import base36
from moderation.community import SETTINGS
from moderation.model import MediaSummary, Medium, MediumKind
from moderation.reposts.model import Sighting, SightingRef

Run = Callable[..., None]
KNOWN = [{"entry": "swot", "kind": "joke", "confidence": 0.95, "evidence": {}}]


def test_a_proposal_gets_its_picture_and_one_card_that_answers_it(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        (photo,), (card,) = team.session.of(SendPhoto), team.session.of(SendMessage)
        assert (photo.chat_id, photo.photo, photo.caption) == (HOME, "file0", None)
        assert card.reply_parameters.message_id == 1000
        assert card.text.startswith(f"<b>№ {meme.id}</b> · картинка · пт 02.01 в 03:04\n")
        assert 'От кого: <a href="tg://user?id=50">Artur &lt;3</a> (<code>50</code>), с именем' in card.text
        assert (await team.shown(meme.id)).labels == [
            "✅ Сейчас",
            "🕐 В ближайший слот",
            "🗓 Выбрать слот",
            "✏️ Подпись",
            "❌ Отклонить…",
            "🔇 Молча",
            "💬 Спросить",
            "🚫 Забанить",
        ]
        await team.tools.watch.look()
        assert len(team.session.of(SendMessage)) == 1

    moderating(scenario)


def test_an_album_is_one_group_with_one_card(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.card(count=3)
        (group,), (card,) = team.session.of(SendMediaGroup), team.session.of(SendMessage)
        assert [medium.media for medium in group.media] == ["file0", "file1", "file2"]
        assert card.reply_parameters.message_id == 1000
        assert "альбом: 3 файла" in card.text

    moderating(scenario)


@pytest.mark.parametrize("kind", get_args(MediumKind))
def test_every_kind_of_medium_is_sent_as_what_it_is_and_named(moderating: Run, kind: Any) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card(media=(Medium(kind, "the-file", "u"),))
        (sent,) = [call for call in team.session.calls if getattr(call, kind, None) == "the-file"]
        assert sent.chat_id == HOME
        assert (await team.shown(meme.id)).text.startswith(f"<b>№ {meme.id}</b> · ")

    moderating(scenario)


def test_of_an_author_who_was_forgotten_the_card_shows_nothing(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.db(lambda: team.stores.author_data.forget(AUTHOR, now=NOW))
        await team.tools.watch.look()
        text = (await team.shown(meme.id)).text
        assert "Автор попросил всё о себе стереть." in text
        assert "Artur" not in text and "50" not in text.replace("2026", "")

    moderating(scenario)


def test_a_card_that_somebody_opened_for_themselves_does_not_replace_the_teams(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.submit()
        await team.say(ANNA, f"/card {meme.id}", chat=ANNA)
        await team.tools.watch.look()
        assert sorted(card.chat for card in await team.cards(meme.id)) == [HOME, ANNA]

    moderating(scenario)


def test_a_moving_picture_stays_one(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.card(media=(Medium("animation", "moving", "u"),))
        assert team.session.of(SendAnimation)[0].animation == "moving"

    moderating(scenario)


def test_a_topic_that_is_gone_is_told_once_and_cards_go_into_the_group(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        team.tools.members.chat.thread_id = 7
        gone = TelegramBadRequest(SendPhoto(chat_id=1, photo="x"), "Bad Request: message thread not found")
        team.session.plan(SendPhoto, gone)
        for _ in range(2):
            await team.card()
        told = [call for call in team.session.of(SendMessage) if "MEMEBOT_MODERATORS_TOPIC" in call.text]
        assert len(told) == 1 and told[0].message_thread_id is None
        assert team.session.of(SendMessage)[-1].message_thread_id is None

    moderating(scenario)


WHY = [
    ("Bad Request: not enough rights to send photos to the chat", "the bot lacks the right to write there"),
    ("Bad Request: TOPIC_CLOSED", "the topic is closed"),
    ("Bad Request: chat not found", "the bot is not there"),
]


@pytest.mark.parametrize(("said", "why"), WHY)
def test_owners_hear_why_the_teams_chat_cannot_be_written_to(moderating: Run, said: str, why: str) -> None:
    async def scenario(team: Team) -> None:
        await team.submit()
        team.session.plan(SendPhoto, TelegramBadRequest(SendPhoto(chat_id=1, photo="x"), said))
        await team.tools.watch.look()
        (told,) = [call.text for call in team.session.of(SendMessage) if call.chat_id == OWNER]
        assert why in told and "MEMEBOT_MODERATORS_CHAT" in told

    moderating(scenario, lang="en")


def test_cards_go_into_the_topic_that_was_named(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        team.tools.members.chat.thread_id = 7
        meme = await team.card()
        assert [call.message_thread_id for call in team.session.of(SendPhoto, SendMessage)] == [7, 7]
        assert (await team.db(lambda: team.stores.outbox.cards(meme.id)))[0].thread == 7

    moderating(scenario)


def test_the_team_may_be_one_person_in_private_in_their_language(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.chats.state.subscribers.set_lang(OWNER, "en", now=NOW))
        meme = await team.card()
        assert await team.press(OWNER, meme.id, "✅ Now", OWNER) == "Approved: goes out today at 03:05"

    moderating(scenario, home=OWNER)


def test_without_a_chat_nothing_is_sent_and_the_queue_still_opens_cards(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        assert team.session.of(SendMessage) == []
        await team.say(ANNA, f"/card {meme.id}", chat=ANNA)
        assert (await team.press(ANNA, meme.id, "✅", ANNA)).startswith("Одобрено")

    moderating(scenario, home=None)


def test_the_authors_record_is_on_the_card(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        assert "Это первая заявка автора." in (await team.shown(meme.id)).text
        await team.press(BORIS, meme.id, "❌")
        await team.press(BORIS, meme.id, "Похоже на рекламу.")
        await team.say(BORIS, f"/note {AUTHOR} sends <b>everything</b>")
        second = await team.card(credit="anonymous")
        text = (await team.shown(second.id)).text
        assert "для читателей анонимно" in text
        assert "Предлагал: 2, опубликовано: 0, отклонено: 1" in text
        assert "Последние отказы: Похоже на рекламу." in text
        assert "Заметка: sends &lt;b&gt;everything&lt;/b&gt;" in text

    moderating(scenario)


def test_the_explanation_is_on_the_card_and_opens_in_full(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card(reading=MediaSummary(explanation=KNOWN, verdict="joke", confidence=0.95))
        card = await team.shown(meme.id)
        assert "🤖 Бот понял так (почти наверняка):\n<b>swot (ru)</b>" in card.text
        assert "Шутка про зубрилу." in card.text
        await team.press(BORIS, meme.id, "🤖")
        page = await team.shown(meme.id)
        assert page.labels == ["← Назад"]
        await team.press(BORIS, meme.id, "←")
        assert (await team.shown(meme.id)).text == card.text

    moderating(scenario)


def test_a_meme_that_the_bot_did_not_understand_says_so(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card(reading=MediaSummary(explanation=[]))
        assert "Бот этот мем объяснить не смог." in (await team.shown(meme.id)).text

    moderating(scenario)


def test_earlier_pictures_are_linked_with_how_much_they_differ(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        team.tools.members.chat.chat_id = -1000000000777
        first = await team.card()
        post = Sighting(SightingRef.post(-100, 5, "https://t.me/memes/5"), NOW, "near", 7, 0.9, (0, 0), True)
        other = Sighting(SightingRef.submission(first.id), NOW, "exact", 0, None, (0, 0), False)
        second = await team.card(reading=MediaSummary(sightings=dump_sightings([post, other])))
        text = (await team.shown(second.id)).text
        assert (
            '• <a href="https://t.me/c/777/1002">эта картинка</a> – <a href="https://t.me/memes/5">пост</a>, '
            "02.01.2026: та же картинка, отличие 7 из 256, отражена"
        ) in text
        assert f'– <a href="https://t.me/c/777/1000">заявка № {first.id}</a>, 02.01.2026: тот же файл' in text

    moderating(scenario)


def test_flags_are_named_and_unknown_ones_shown_as_they_are(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card(reading=MediaSummary(flags=("links", "brand_new<")))
        assert "⚑ ссылка, brand_new&lt;" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_a_caption_is_shown_as_it_will_be_published(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        entities = (
            {"type": "italic", "offset": 0, "length": 2},
            {"type": "custom_emoji", "offset": 3, "length": 2, "custom_emoji_id": "1"},
            {"type": "hashtag", "offset": 6, "length": 3},
        )
        meme = await team.card(caption="a< 🙂 #ml", caption_entities=entities)
        assert "Подпись:\n<i>a&lt;</i> 🙂 #ml\n" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_the_longest_card_fits_one_message(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        post = SightingRef.post(-100, 5, "https://t.me/memes/5")
        seen = [Sighting(post, NOW, "near", 7, 0.9, (0, 0), True)] * 5
        await team.db(lambda: team.stores.people.set_note(AUTHOR, "n" * 5000, by=ANNA, now=NOW))
        for _ in range(3):
            old = await team.submit()
            await team.db(lambda number=old.id: team.stores.queue.reject(number, ANNA, now=NOW, reason_text="r" * 3000))
        meme = await team.submit(
            caption="🙂" * 512,
            author_name="N" * 300,
            reading=MediaSummary(explanation=KNOWN, sightings=dump_sightings(seen), flags=("links", "tiny", "flood")),
        )
        for _ in range(9):
            await team.db(lambda: team.stores.queue.ask(meme.id, ANNA, "q" * 1000, now=NOW))
        await team.tools.watch.look()
        text = html.unescape(re.sub("<[^>]+>", "", (await team.shown(meme.id)).text))
        assert len(text.encode("utf-16-le")) // 2 <= 4096

    moderating(scenario)


# --- true everywhere


def test_every_card_in_every_chat_shows_the_verdict_in_its_language(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.db(lambda: team.chats.state.subscribers.set_lang(BORIS, "en", now=NOW))
        await team.say(BORIS, f"/card {meme.id}", chat=BORIS)
        await team.say(ANNA, f"/card {meme.id}", chat=ANNA)
        await team.press(BORIS, meme.id, "🔇", BORIS)
        texts = {card.chat: card.text for card in await team.cards(meme.id)}
        assert "❌ Отклонено: Boris" in texts[HOME]
        assert "❌ Rejected by Boris" in texts[BORIS]
        assert "❌ Отклонено: Boris" in texts[ANNA]

    moderating(scenario)


def test_a_change_from_elsewhere_reaches_the_cards_at_the_next_look(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.db(lambda: team.stores.queue.reject(meme.id, -1, now=NOW, reason_text="too late"))
        await team.tools.watch.look()
        assert "❌ Отклонено: командная строка" in (await team.shown(meme.id)).text
        edits = len(team.session.of(EditMessageText))
        await team.tools.watch.look()
        assert len(team.session.of(EditMessageText)) == edits

    moderating(scenario)


def test_a_card_that_cannot_be_edited_is_sent_anew_and_forgotten(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        old = await team.shown(meme.id)
        team.session.gone.add((HOME, old.message_id))
        await team.press(BORIS, meme.id, "✅")
        new = await team.shown(meme.id)
        assert new.message_id != old.message_id
        assert "✅ Одобрено: Boris" in new.text
        assert (await team.press(ANNA, meme.id, "↩️")).startswith("Отменено")

    moderating(scenario)


def test_a_card_whose_sending_was_not_confirmed_is_kept_true_once_it_is_pressed(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        first = await team.shown(meme.id)
        await team.db(lambda: team.stores.outbox.drop_card(HOME, first.message_id))
        await team.tools.watch.look()
        assert len(await team.cards(meme.id)) == 1
        await team.press_data(BORIS, first.data("✅"), HOME, first.message_id)
        assert all("✅ Одобрено" in card.text for card in await team.cards(meme.id))
        assert len(await team.cards(meme.id)) == 2

    moderating(scenario)


def test_a_card_that_telegram_does_not_like_comes_in_fewer_words_and_stops_no_others(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        refused = TelegramBadRequest(SendMessage(chat_id=1, text="x"), "Bad Request: can't parse entities")
        team.session.plan(SendMessage, refused)
        first, second = await team.submit(caption="strange"), await team.submit(caption="strange")
        await team.tools.watch.look()
        assert ["strange" in (await team.shown(meme.id)).text for meme in (first, second)] == [False, True]
        team.session.plan(EditMessageText, refused)
        assert await team.press(BORIS, first.id, "🔇") == "Rejected"
        assert "❌ Отклонено: Boris" in (await team.shown(first.id)).text
        assert len(team.session.of(SendPhoto)) == 2

    moderating(scenario)


def test_a_file_that_telegram_lost_leaves_a_card_that_says_so(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        lost = TelegramBadRequest(SendPhoto(chat_id=1, photo="x"), "Bad Request: wrong file identifier")
        team.session.plan(SendPhoto, lost)
        meme = await team.card()
        assert "картинки не будет" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_after_a_restart_what_ran_out_meanwhile_is_shown_as_such(moderating: Run) -> None:
    clock, kept = Clock(), {}

    async def before(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🔇")
        assert (await team.shown(meme.id)).labels == ["↩️ Отменить · 60 с"]
        kept.update(meme=meme.id, session=team.session)

    async def after(team: Team) -> None:
        clock.forward(hours=3)
        await team.tools.watch.begin()
        await team.tools.watch.look()
        assert (await team.shown(kept["meme"])).labels == []

    moderating(before, clock=clock)
    moderating(after, clock=clock, session=kept["session"])


def test_of_two_who_press_at_once_nobody_draws_the_same_twice(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        for _ in range(10):
            meme = await team.card()
            card = await team.shown(meme.id)
            before = len(team.session.of(EditMessageText))
            await team.chats.feed(*(team.query(p, card.data("🔇"), HOME, card.message_id) for p in (ANNA, BORIS)))
            await team.tools.watch.look()
            assert len(team.session.of(EditMessageText)) - before == 1

    moderating(scenario)


def test_the_loop_goes_on_after_a_mistake_and_a_nudge_wakes_it(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        team.tools.watch.loop._every_s = 3600.0
        team.session.plan(SendPhoto, RuntimeError("a mistake of ours"))
        running = asyncio.create_task(team.tools.watch.loop.run())
        meme = await team.submit()
        for _ in range(2):  # the first look fails, the second one shows the card
            team.tools.watch.loop.wake()
            while team.tools.watch.loop._wake.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        while not await team.cards(meme.id):
            team.tools.watch.loop.wake()
            await asyncio.sleep(0.01)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    moderating(scenario)


# --- the chat itself


def test_thrown_out_of_the_chat_the_bot_tells_the_owner_once_and_goes_on_when_it_is_back(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        for _ in range(2):
            team.session.plan(SendPhoto, TelegramForbiddenError(SendPhoto(chat_id=1, photo="x"), "Forbidden: kicked"))
        meme = await team.card()
        await team.tools.watch.look()
        told = [call for call in team.session.of(SendMessage) if call.chat_id == OWNER]
        assert len(told) == 1
        assert await team.cards(meme.id) == []
        team.session.planned.clear()
        await team.chats.feed(team.chats.update(my_chat_member=member("left", "member", HOME)))
        await team.tools.watch.look()
        assert len(await team.cards(meme.id)) == 1
        assert "Reply to a meme" not in "".join(call.text for call in team.session.of(SendMessage))

    moderating(scenario)


def test_telegram_telling_that_the_bot_is_out_is_enough(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.chats.feed(team.chats.update(my_chat_member=member("member", "left", HOME)))
        await team.card()
        assert [call.chat_id for call in team.session.of(SendMessage)] == [OWNER]
        team.clock.forward(minutes=6)
        team.session.plan(SendPhoto, TelegramForbiddenError(SendPhoto(chat_id=1, photo="x"), "Forbidden: kicked"))
        await team.tools.watch.look()
        assert len(team.session.of(SendPhoto)) == 1
        assert [call.chat_id for call in team.session.of(SendMessage)] == [OWNER]  # told once is enough
        team.clock.forward(minutes=6)
        await team.tools.watch.look()
        assert len(team.session.of(SendPhoto)) == 2

    moderating(scenario)


@pytest.mark.parametrize("how", ["error", "message"])
def test_a_chat_that_moved_gets_what_waits_under_its_new_id_also_after_a_restart(moderating: Run, how: str) -> None:
    clock, new = Clock(), -1009
    kept: dict[str, Any] = {}

    async def before(team: Team) -> None:
        first = await team.card()
        if how == "error":
            team.session.plan(SendPhoto, TelegramMigrateToChat(SendPhoto(chat_id=1, photo="x"), "moved", new))
            await team.card()
        else:
            await team.chats.feed(team.chats.update(message=team.chats.message(chat=HOME, migrate_to_chat_id=new)))
        await team.tools.watch.look()
        assert {card.chat for card in await team.cards(first.id)} == {new}
        assert (await team.press(BORIS, first.id, "✅", new)).startswith("Approved")
        kept.update(session=team.session)

    async def after(team: Team) -> None:
        assert await team.db(lambda: team.chats.state.moved_to(HOME)) == new

    moderating(before, clock=clock)
    moderating(after, clock=clock, session=kept["session"])


def test_what_became_of_a_post_is_asked_once_beneath_its_card(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.break_off(meme.id)
        pictures = len(team.session.of(SendPhoto))
        await team.tools.watch.look()
        card, question = await team.cards(meme.id)
        assert len(team.session.of(SendPhoto)) == pictures
        assert (card.labels, question.labels) == ([], ["Пост есть", "Поста нет"])
        asked = next(call for call in team.session.of(SendMessage) if call.reply_markup == question.keyboard)
        assert asked.reply_parameters.message_id == card.message_id
        data = question.data("Пост есть")
        assert await team.press_data(BORIS, data, HOME, question.message_id) == "Noted"
        assert (await team.get(meme.id)).state == "published"
        assert all("📢 Опубликовано" in shown.text for shown in await team.cards(meme.id))

    moderating(scenario)


def test_where_the_card_is_gone_the_question_about_a_post_comes_with_its_picture(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.db(lambda: team.stores.outbox.drop_cards(HOME))
        await team.break_off(meme.id)
        pictures = len(team.session.of(SendPhoto))
        for _ in range(2):
            await team.tools.watch.look()
        (card,) = await team.cards(meme.id)
        assert card.labels == ["Пост есть", "Поста нет"] and len(team.session.of(SendPhoto)) == pictures + 1

    moderating(scenario)


def test_what_buttons_carry_fits_telegrams_64_bytes_for_years() -> None:
    far = {"number": base36(10**12), "version": base36(10**6)}
    for act in decisions.ACTIONS:
        assert len(Press(act=act, **far, arg="abcdefghijkl999").pack().encode()) <= 64
    assert len(Press(act="slot", **far, arg=base36(2**32)).pack().encode()) <= 64
    assert all(len(SettingButton(name=name, value="10").pack().encode()) <= 64 for name in SETTINGS)


def test_every_button_that_was_ever_sent_still_works() -> None:
    """Cards stand in the chat for weeks: a newer version takes what an older one wrote on them."""
    acts = "now next slots slot why-not no own quiet cap edit bare ask ban banned undo free why back there gone"
    assert set(decisions.ACTIONS) >= set(acts.split())
    assert Press.unpack("m:slot:2s:1f:rs") == Press(act="slot", number="2s", version="1f", arg="rs")
    assert (Press.unpack("m:now:2s:1f:").submission, Press.unpack("m:now:2s:1f:").shown_version) == (100, 51)
    assert QueuePageButton.unpack("mq:2s").last_shown == 100 and QueuePageButton.unpack("mq:0").last_shown is None
    assert Open.unpack("mo:2s").submission == 100
    assert SettingButton.unpack("ms:zone:?") == SettingButton(name="zone", value="?")
    assert ReasonButton.unpack("mr:edit:seen") == ReasonButton(act="edit", key="seen")


# --- the pace


def test_unasked_messages_keep_to_a_pace_and_what_was_asked_for_does_not_wait() -> None:
    waited: list[float] = []
    clock = Clock()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock.forward(seconds=seconds + 0.001)

    async def scenario() -> None:
        pace = RateLimit(20, 4, clock=lambda: clock.now.timestamp(), sleep=sleep)
        for _ in range(4):
            await pace.wait(HOME)
        assert waited == []
        assert not pace.spare(HOME)
        pace.spend(HOME)  # an admin pressed
        await pace.wait(HOME)
        assert sum(waited) == pytest.approx(6.0, abs=0.1)  # two messages at three seconds each
        await pace.wait(-2)  # another chat has its own
        assert clock.now - NOW < timedelta(seconds=7)

    asyncio.run(scenario())


def test_a_flood_of_proposals_does_not_keep_decisions_from_being_shown(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        first = await team.card()
        for _ in range(5):
            await team.submit()
        await team.db(lambda: team.stores.queue.reject(first.id, ANNA, now=NOW))
        await team.tools.watch.look()
        kinds = [type(call) for call in team.session.of(EditMessageText, SendPhoto)]
        assert kinds[:2] == [SendPhoto, EditMessageText]

    moderating(scenario)


def test_readers_still_get_their_answers_beside_all_this(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.chats.show(JOKE)
        assert "A joke about a swot." in team.chats.texts()[-1]

    moderating(scenario)
