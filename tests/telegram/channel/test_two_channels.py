"""Two channels, Russian and English: the card offers where to post, and each channel goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import ApproveSuggestedPost, SendMessage
from channels import CHANNEL, SECOND_CHANNEL, ChannelSession, Crash, Fuse, burn_in, publishers
from team import ANNA, AUTHOR, BORIS, HOME, OWNER, READER, Team, with_team

from memebot.telegram.authors.notices import Notices
from memebot.telegram.channel.alerts import TeamAlerts
from moderation.model import MediaSummary

Moderating = Callable[..., None]
Scenario = Callable[[Team, ChannelSession], Any]
JOKE = MediaSummary("0" * 64, 5, [{"entry": "swot", "kind": "joke", "confidence": 0.9, "evidence": {}}], "joke", 0.9)
TARGETS = ["RU", "EN", "RU + EN"]


def two(moderating: Moderating, scenario: Scenario, **options: Any) -> None:
    session = options.pop("session", None) or ChannelSession()

    async def run(team: Team) -> None:
        await scenario(team, session)

    settings = {"channel": str(CHANNEL), "second_channel": str(SECOND_CHANNEL), **options}
    moderating(run, session=session, **settings)


async def post_all(team: Team) -> None:
    for loop in publishers(team):
        await loop.look()


def chats_of(session: ChannelSession) -> list[int]:
    return [call.chat_id for call in session.posted]


def test_a_card_offers_both_channels_and_shows_what_is_chosen_to_everybody(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card()
        assert (await team.shown(made.id)).labels[:3] == ["✓ RU", "EN", "RU + EN"]
        assert await team.press(ANNA, made.id, "RU + EN") == "Изменено, где выйдет"
        assert (await team.shown(made.id)).labels[:3] == ["RU", "EN", "✓ RU + EN"]
        await team.press(BORIS, made.id, "✅ Сейчас")
        assert "RU: " in (text := (await team.shown(made.id)).text) and "EN: " in text
        await team.press(BORIS, made.id, "↩")
        assert (await team.shown(made.id)).labels[:3] == ["RU", "EN", "✓ RU + EN"]

    two(moderating, scenario, settings={"lang": "auto"})


def test_with_one_channel_there_is_no_choice(moderating: Moderating) -> None:
    async def run(team: Team) -> None:
        made = await team.card()
        labels = (await team.shown(made.id)).labels
        assert not set(labels) & {*TARGETS, *(f"✓ {label}" for label in TARGETS)}

    moderating(run, session=ChannelSession(), channel=str(CHANNEL))


def test_each_post_is_in_its_channels_language_with_its_signature_and_its_own_words(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card(reading=JOKE, caption="глянь")
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "✏️")
        await team.press(ANNA, made.id, "✏️ Только для EN")
        question = team.last().message_id
        await team.say(ANNA, "look", reply=question)
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        await post_all(team)
        russian, english = session.posted
        assert (russian.chat_id, russian.caption) == (CHANNEL, "глянь\n\nПрислал(а): Artur <3")
        assert (english.chat_id, english.caption) == (SECOND_CHANNEL, "look\n\nSent in by Artur <3\n\n@memes_en")
        buttons = [call.reply_markup.inline_keyboard[0][0] for call in session.posted]
        assert [button.text for button in buttons] == ["Почему это смешно?", "Why is this funny?"]
        assert [button.url.rpartition("=")[2] for button in buttons] == [f"m_{made.id}", f"m_{made.id}-2"]

    two(moderating, scenario, settings={"second_signature": "@memes_en"})


def test_a_channel_that_throws_the_bot_out_holds_up_only_its_own_posts(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card()
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        session.shut.add(SECOND_CHANNEL)
        await post_all(team)
        assert chats_of(session) == [CHANNEL]
        alarm = next(work for work in team.chats.running.beside if isinstance(work, TeamAlerts))
        await alarm.look()
        assert "второй канал" in team.last().text
        session.shut.clear()
        for channel in publishers(team):
            channel._channels._ask_at = 0.0  # a minute later it is asked again
        team.clock.forward(minutes=2)
        await post_all(team)
        assert chats_of(session) == [CHANNEL, SECOND_CHANNEL]

    two(moderating, scenario)


def test_what_was_cut_off_in_one_channel_is_asked_about_that_one_and_found_by_a_forward(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card()
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        await publishers(team)[0].look()

        def cut() -> None:
            found = team.stores.submissions.placed(made.id, "second")
            team.stores.posts.begin_publishing(made.id, found.version, now=team.clock.now, channel="second")

        await team.db(cut)
        await post_all(team)
        await team.tools.watch.look()
        asked = team.last()
        assert [label[0] for label in asked.labels] and "EN: " in asked.text
        forward = {
            "photo": [{"file_id": "f", "file_unique_id": "unique0", "width": 9, "height": 9}],
            "forward_origin": {
                "type": "channel",
                "date": int(team.clock.now.timestamp()),
                "chat": {"id": SECOND_CHANNEL, "type": "channel"},
                "message_id": 70,
            },
        }
        await team.chats.feed(
            team.chats.update(message=team.chats.message(chat=ANNA) | forward | {"from": team._person(ANNA)})
        )
        other = await team.db(lambda: team.stores.submissions.crosspost(made.id))
        assert (other.state, other.published_chat, other.link) == (
            "published",
            SECOND_CHANNEL,
            "https://t.me/memes_en/70",
        )
        assert chats_of(session) == [CHANNEL]

    two(moderating, scenario)


def test_the_author_hears_once_with_both_links(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card()
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        await post_all(team)
        telling = next(work for work in team.chats.running.beside if isinstance(work, Notices))
        for _ in range(2):
            team.clock.forward(minutes=5)
            await telling.look()
        (told,) = [call for call in session.of(SendMessage) if call.chat_id == AUTHOR]
        assert "t.me/memes/" in told.text and "t.me/memes_en/" in told.text

    two(moderating, scenario)


def test_either_channels_plan_is_shown_and_changed(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card()
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "🕐")
        await team.say(OWNER, "/slots", chat=OWNER)
        page = team.last().message_id

        async def press(label: str) -> None:
            shown = team.session.screen[OWNER, page]
            await team.press_data(OWNER, shown.data(label), OWNER, page)

        assert "<b>RU</b>" in team.session.screen[OWNER, page].text
        await press("Channel EN")
        assert "<b>EN</b>" in team.session.screen[OWNER, page].text
        await press(f"№{made.id}")
        await press("Hold back")
        found = {
            s.channel: s.slot for s in await team.db(lambda: [*team.stores.slots.planned(), *team.stores.slots.held()])
        }
        assert found["second"] is None and found["first"] is not None
        await press("↩")
        assert len(await team.db(lambda: team.stores.slots.planned())) == 2

    two(moderating, scenario)


def test_a_reader_of_the_english_channel_gets_its_post_explained_in_english(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card(reading=JOKE)
        await team.press(ANNA, made.id, "EN")
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        await post_all(team)
        assert chats_of(session) == [SECOND_CHANNEL]
        team.langs[READER] = "ru"
        assert "t.me/memes_en/" in await team.say(READER, f"/start m_{made.id}-2", chat=READER)

    two(moderating, scenario)


def test_a_post_by_hand_in_either_channel_is_known_and_takes_its_place_there_alone(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        photo = {"photo": [{"file_id": "swot", "file_unique_id": "u", "width": 9, "height": 9}]}
        chat = {"chat": {"id": SECOND_CHANNEL, "type": "channel", "title": "Memes", "username": "memes_en"}}
        post = team.chats.message(chat=SECOND_CHANNEL) | photo | chat | {"date": int(team.clock.now.timestamp())}
        post.pop("from", None)
        await team.chats.feed(team.chats.update(channel_post=post))
        now = team.clock.now
        taken = {
            channel: await team.db(lambda c=channel: team.stores.slots.taken(now, channel=c))
            for channel in ("first", "second")
        }
        assert taken["first"] == [] and len(taken["second"]) == 1

    two(moderating, scenario)


def test_the_team_sees_the_figures_of_each_channel(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card()
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        await publishers(team)[1].look()
        team.clock.forward(seconds=1)
        await team.say(BORIS, "/stats", chat=BORIS)
        told = next(
            call.text for call in session.of(SendMessage) if call.chat_id == BORIS and "Channel EN" in call.text
        )
        assert "Channel RU: 0 posts, 1 planned" in told and "Channel EN: 1 posts, 0 planned" in told

    two(moderating, scenario)


def test_what_was_suggested_to_the_second_channel_itself_is_posted_there_by_telegram(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession) -> None:
        made = await team.card(origin="suggested_post", origin_chat=-500, origin_message=9, channel="second")
        assert (await team.shown(made.id)).labels[:2] == ["✓ EN", "RU + EN"]
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        await post_all(team)
        assert chats_of(session) == [CHANNEL]
        assert [(call.chat_id, call.message_id) for call in session.of(ApproveSuggestedPost)] == [(-500, 9)]

    two(moderating, scenario)


STEPS = 6
"""Of a post: its beginning, the call and its end, before and after each."""


@pytest.mark.parametrize("step", range(1, 2 * STEPS + 1))
def test_a_process_that_ends_at_any_step_posts_once_in_each_channel(tmp_path: Path, step: int) -> None:
    fuse, numbers = Fuse(step), list[int]()
    before, after = ChannelSession(fuse), ChannelSession()
    channels = {"channel": str(CHANNEL), "second_channel": str(SECOND_CHANNEL)}

    async def ends(team: Team) -> None:
        made = await team.card()
        numbers.append(made.id)
        await team.press(ANNA, made.id, "RU + EN")
        await team.press(ANNA, made.id, "✅ Сейчас")
        team.clock.forward(seconds=61)
        for loop in publishers(team):
            burn_in(loop, fuse)
        with pytest.raises(Crash):
            await post_all(team)

    async def starts_again(team: Team) -> None:
        team.clock.forward(seconds=122)
        await post_all(team)
        await team.tools.watch.look()
        for lost in await team.db(team.stores.posts.unresolved):
            chat = CHANNEL if lost.channel == "first" else SECOND_CHANNEL
            there = chat in chats_of(before)
            card = next(c for c in await team.cards(lost.id, HOME) if len(c.labels) == 2)
            await team.press_data(ANNA, card.data(card.labels[0 if there else 1]), HOME, card.message_id)
        await post_all(team)
        own, other = await team.get(numbers[0]), await team.db(lambda: team.stores.submissions.crosspost(numbers[0]))
        assert (own.state, other.state) == ("published", "published")
        assert sorted([*chats_of(before), *chats_of(after)]) == [SECOND_CHANNEL, CHANNEL]

    asyncio.run(with_team(tmp_path / "home.sqlite3", ends, session=before, **channels))
    asyncio.run(with_team(tmp_path / "home.sqlite3", starts_again, session=after, **channels))


def test_posts_that_wait_for_a_second_channel_that_is_set_no_more_are_told_of(tmp_path: Path) -> None:
    path, channels = tmp_path / "home.sqlite3", {"channel": str(CHANNEL), "second_channel": str(SECOND_CHANNEL)}

    async def plan(team: Team) -> None:
        made = await team.card()
        await team.press(ANNA, made.id, "EN")
        await team.press(ANNA, made.id, "🕐")

    async def look(team: Team) -> None:
        alarm = next(work for work in team.chats.running.beside if isinstance(work, TeamAlerts))
        await alarm.look()
        await alarm.look()
        told = [c.text for c in team.session.of(SendMessage) if "MEMEBOT_SECOND_CHANNEL" in (c.text or "")]
        assert len(told) == 1 and "1" in told[0]
        assert len(await team.db(lambda: team.stores.slots.planned())) == 1

    asyncio.run(with_team(path, plan, session=ChannelSession(), **channels))
    asyncio.run(with_team(path, look, session=ChannelSession(), channel=str(CHANNEL)))
