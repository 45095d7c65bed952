"""Posting: once, whatever happens, and as the author and the admins wanted it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    ApproveSuggestedPost,
    EditMessageCaption,
    EditMessageReplyMarkup,
    GetChatMember,
    SendAnimation,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendSticker,
)
from aiogram.types import ChatMemberAdministrator
from aiohttp import ClientConnectorError
from channels import CHANNEL, ChannelSession, Crash, Fuse, posts_of, publisher
from chats import TOKEN
from team import ANNA, BORIS, HOME, Team, member, with_team

from memebot.channel.posts.shape import shape_of
from memebot.i18n import Catalogues
from memebot.telegram.channel.alerts import TeamAlerts
from memebot.telegram.channel.channels import Channels
from memebot.telegram.channel.late_buttons import LateButtons
from memebot.telegram.channel.publisher import Publisher
from moderation.model import MediaSummary, Medium, MediumKind, Submission
from moderation.queue.posts import Posts

Moderating = Callable[..., None]
JOKE = MediaSummary("0" * 64, 5, [{"entry": "swot", "kind": "joke", "confidence": 0.9, "evidence": {}}], "joke", 0.9)
EN = Catalogues("en")["en"]
LINK = "https://t.me/meme_bot?start=m_1"


def media(*kinds: MediumKind) -> tuple[Medium, ...]:
    return tuple(Medium(kind, f"file-{n}", f"unique-{n}") for n, kind in enumerate(kinds))


async def approved(team: Team, **facts: Any) -> Submission:
    """A submission with a card, whose time has come."""
    made = await team.card(**facts)
    await team.db(lambda: team.stores.queue.approve(made.id, ANNA, when="now", now=team.clock.now))
    team.clock.forward(seconds=61)
    return await team.get(made.id)


def alarm(team: Team) -> TeamAlerts:
    return next(work for work in team.chats.running.beside if isinstance(work, TeamAlerts))


def to_channel(session: ChannelSession) -> list[SendPhoto]:
    """Calls that were to post, whatever came of them."""
    return [call for call in session.of(SendPhoto) if call.chat_id == CHANNEL]


def posting(moderating: Moderating, scenario: Callable[[Team, ChannelSession, Publisher], Any], **options: Any) -> None:
    session = options.pop("session", None) or ChannelSession()

    async def run(team: Team) -> None:
        await scenario(team, session, publisher(team))

    moderating(run, session=session, **{"channel": str(CHANNEL), **options})


# --- once


def test_what_is_due_is_posted_once_and_its_author_and_the_cards_hear_of_it(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await approved(team, reading=JOKE, caption="look", credit="named")
        for _ in range(3):
            await loop.look()
        (post,) = session.posted
        assert isinstance(post, SendPhoto) and post.chat_id == CHANNEL
        assert post.caption == "look\n\nПрислал(а): Artur <3" and post.parse_mode is None
        (button,) = post.reply_markup.inline_keyboard[0]
        assert button.url == f"https://t.me/meme_bot?start=m_{made.id}"
        done = await team.get(made.id)
        assert (done.state, done.published_chat, done.link) == (
            "published",
            CHANNEL,
            f"https://t.me/memes/{done.published_messages[0]}",
        )
        (notice,) = await team.db(lambda: team.stores.outbox.due_notices(now=team.clock.now))
        assert (notice.kind, notice.data) == ("published", {"link": done.link})
        await team.tools.watch.look()
        assert "t.me/memes/" in (await team.shown(made.id)).text

    posting(moderating, scenario)


def test_nothing_is_posted_before_its_time_or_while_it_can_be_undone(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await team.submit()
        await team.db(lambda: team.stores.queue.approve(made.id, ANNA, when="now", now=team.clock.now))
        team.clock.forward(seconds=59)
        await loop.look()
        await team.db(lambda: team.stores.queue.undo(made.id, BORIS, now=team.clock.now))
        team.clock.forward(seconds=600)
        await loop.look()
        assert session.posted == []

    posting(moderating, scenario)


def test_what_its_author_has_hidden_behind_a_spoiler_is_posted_so(moderating: Moderating) -> None:
    kinds: tuple[MediumKind, ...] = ("photo", "video", "animation", "document", "sticker")

    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        for one in media(*kinds):
            await approved(team, media=(replace(one, spoiler=True),))
            await loop.look()
        covered = [getattr(post, "has_spoiler", None) for post in session.posted]
        assert covered == [True, True, True, None, None]
        first, second = media("photo", "video")
        await approved(team, media=(first, replace(second, spoiler=True)), caption="look")
        await loop.look()
        assert [part.has_spoiler for part in session.posted[-1].media] == [None, True]

    posting(moderating, scenario)


async def published_unexplained(team: Team, loop: Publisher, count: int = 1, **facts: Any) -> Submission:
    """A post without a way to its explanation, which has come since."""
    made = await approved(team, count=count, **facts)
    await loop.look()
    await late_buttons(team).look()
    await team.db(lambda: team.stores.queue.set_reading(made.id, JOKE, now=team.clock.now))
    return await team.get(made.id)


def late_buttons(team: Team) -> LateButtons:
    return next(work for work in team.chats.running.beside if isinstance(work, LateButtons))


def test_a_post_that_nothing_explained_gets_its_button_once_when_an_entry_explains_it(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await published_unexplained(team, loop)
        assert session.of(EditMessageReplyMarkup) == []
        session.plan(EditMessageReplyMarkup, TelegramForbiddenError(None, "bot was kicked"))  # type: ignore[arg-type]
        for _ in range(3):
            await late_buttons(team).look()
        _, button = session.of(EditMessageReplyMarkup)
        assert (button.chat_id, button.message_id) == (CHANNEL, made.published_messages[0])
        assert button.reply_markup.inline_keyboard[0][0].url == LINK

    posting(moderating, scenario)


@pytest.mark.parametrize(("caption", "calls"), [("look", (1, 0)), ("x" * 1020, (0, 1))])
def test_an_album_gets_the_way_to_a_late_explanation_in_its_caption_or_in_a_reply(
    moderating: Moderating, caption: str, calls: tuple[int, int]
) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        await published_unexplained(team, loop, 2, caption=caption)
        replies = len(session.replies())
        for _ in range(2):
            await late_buttons(team).look()
        edits = session.of(EditMessageCaption)
        assert (len(edits), len(session.replies()) - replies) == calls
        if edits:
            assert edits[0].caption.startswith("look\n\n") and edits[0].caption_entities[0].url == LINK

    posting(moderating, scenario)


def test_the_caption_of_an_album_that_somebody_has_edited_by_hand_is_left_alone(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await published_unexplained(team, loop, 2)
        chat = {"id": CHANNEL, "type": "channel", "title": "Memes", "username": "memes"}
        photo = [{"file_id": "x", "file_unique_id": "unique0", "width": 9, "height": 9}]
        edited = {"message_id": made.published_messages[0], "date": 1, "chat": chat, "photo": photo}
        await team.chats.feed(
            team.chats.update(edited_channel_post=edited | {"media_group_id": "g", "caption": "ours"})
        )
        await late_buttons(team).look()
        assert session.of(EditMessageCaption) == []

    posting(moderating, scenario)


def steps_of_a_post(path: Path) -> int:
    fuse = Fuse()

    async def scenario(team: Team) -> None:
        await approved(team)
        await publisher(team, fuse).look()

    asyncio.run(with_team(path, scenario, session=ChannelSession(fuse), channel=str(CHANNEL)))
    return fuse.passed


def test_a_process_that_ends_at_any_step_posts_once_and_hides_nothing(tmp_path: Path) -> None:
    steps = steps_of_a_post(tmp_path / "steps.sqlite3")
    assert steps == 6
    fates = []
    for step in range(1, steps + 1):
        path, numbers = tmp_path / f"{step}.sqlite3", []
        fuse = Fuse(step)
        before, after = ChannelSession(fuse), ChannelSession()

        async def ends(team: Team, fuse: Fuse = fuse, numbers: list[int] = numbers) -> None:
            numbers.append((await approved(team)).id)
            with pytest.raises(Crash):
                await publisher(team, fuse).look()

        async def starts_again(
            team: Team, before: ChannelSession = before, after: ChannelSession = after, numbers: list[int] = numbers
        ) -> None:
            team.clock.forward(seconds=61)
            await publisher(team).look()
            found = await team.get(numbers[0])
            fates.append(found.fate or found.state)
            if found.fate == "unknown":
                await team.tools.watch.look()
                there = bool(before.posted)
                card = next(c for c in await team.cards(found.id, HOME) if len(c.labels) == 2)
                await team.press_data(ANNA, card.data(card.labels[0 if there else 1]), HOME, card.message_id)
                await publisher(team).look()
                found = await team.get(numbers[0])
            assert found.state == "published"
            assert len(before.posted) + len(after.posted) == 1

        asyncio.run(with_team(path, ends, session=before, channel=str(CHANNEL)))
        asyncio.run(with_team(path, starts_again, session=after, channel=str(CHANNEL)))
    assert fates == ["published", "unknown", "unknown", "unknown", "unknown", "published"]


def test_an_error_of_ours_after_the_call_is_not_answered_by_a_second_post(
    moderating: Moderating, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await approved(team)
        with monkeypatch.context() as patch:
            patch.setattr(Posts, "mark_published", lambda *a, **k: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await loop.look()
        await loop.look()
        assert (await team.get(made.id)).fate == "unknown" and len(session.posted) == 1

    posting(moderating, scenario)


def test_a_stop_lets_the_post_that_is_being_sent_come_to_its_end(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made, entered, go = await approved(team), asyncio.Event(), asyncio.Event()
        send = session.make_request

        async def slow(bot: Any, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
            if isinstance(method, SendPhoto) and method.chat_id == CHANNEL:
                entered.set()
                await go.wait()
            return await send(bot, method, timeout)

        session.make_request = slow  # type: ignore[method-assign]
        running = asyncio.create_task(loop.loop.run())
        await entered.wait()
        running.cancel()
        await asyncio.sleep(0.05)
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await team.get(made.id)).state == "published"

    posting(moderating, scenario)


# --- what Telegram says


REFUSED = [
    (TelegramBadRequest(None, "Bad Request: wrong file identifier"), "file-gone"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("error", "why"), REFUSED, ids=["file"])
def test_what_telegram_refuses_goes_back_with_the_reason_on_the_card(
    moderating: Moderating, error: Exception, why: str
) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await approved(team)
        session.plan(SendPhoto, error)
        await loop.look()
        team.clock.forward(hours=1)
        await loop.look()
        found = await team.get(made.id)
        assert (found.state, found.slot) == ("approved", None) and why in (found.publish_error or "")
        assert len(to_channel(session)) == 1 and await team.db(lambda: team.stores.posts.unresolved()) == []
        down = TelegramForbiddenError(None, "kicked")  # type: ignore[arg-type]
        session.plan(SendMessage, down)  # an alert is told until Telegram takes it, and then no more
        for _ in range(3):
            await alarm(team).look()
        assert sum(call.text.startswith("🚫") for call in session.of(SendMessage)) == 2
        refused = f"🚫 Телеграм не принял № {made.id}: файла у Телеграма больше нет, попросите автора прислать"
        assert session.of(SendMessage)[-1].text.startswith(refused)
        earlier = team.clock.now - timedelta(seconds=1)
        await team.db(lambda: team.stores.slots.move(made.id, team.clock.now, by=ANNA, now=earlier))
        await loop.look()
        assert (await team.get(made.id)).state == "published"

    posting(moderating, scenario)


SHUT_OUT = [
    (TelegramBadRequest(None, "Bad Request: not enough rights to send photos"), "no-rights"),  # type: ignore[arg-type]
    (TelegramForbiddenError(None, "Forbidden: bot was kicked from the channel chat"), "not-there"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("error", "why"), SHUT_OUT, ids=["rights", "kicked"])
def test_what_a_channel_without_the_bot_refuses_goes_out_when_the_bot_is_let_in_again(
    moderating: Moderating, error: Exception, why: str
) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await approved(team)
        session.plan(SendPhoto, error)
        await loop.look()
        found = await team.get(made.id)
        assert found.state == "approved" and found.slot is not None and why in (found.publish_error or "")
        (alerts,) = [work for work in team.chats.running.beside if isinstance(work, TeamAlerts)]
        await alerts.look()
        await alerts.look()
        told = [call.text for call in session.of(SendMessage) if call.text.startswith("🚫")]
        assert (len(told) == 1 and "Верните бота в канал" in told[0] and "у бота" in told[0]) or "бота там" in told[0]
        for _ in range(30):  # nothing is tried in vain, and the card is left alone
            team.clock.forward(minutes=2)
            await loop.look()
        assert len(to_channel(session)) == 1 and (await team.get(made.id)).version == found.version
        await let_in(team, session)
        await loop.look()
        team.clock.forward(minutes=1)
        await loop.look()
        assert (await team.get(made.id)).state == "published"
        team.clock.forward(hours=1)
        await alerts.look()
        assert len([call for call in session.of(SendMessage) if call.text.startswith("🚫")]) == 1

    posting(moderating, scenario)


async def let_in(team: Team, session: ChannelSession, *, yes: bool = True) -> None:
    """The channel's owner takes the bot's rights away, or gives them back."""
    session.let_in = yes
    event = member("left", "administrator", CHANNEL)
    event["chat"] = {"id": CHANNEL, "type": "channel", "title": "Memes", "username": "memes"}
    event["new_chat_member"] = session.member().model_dump(exclude_none=True, mode="json")
    if yes:
        rights = (name for name, field in ChatMemberAdministrator.model_fields.items() if field.is_required())
        event["new_chat_member"] = dict.fromkeys(rights, True) | event["new_chat_member"]
    await team.chats.feed(team.chats.update(my_chat_member=event))


def test_who_throws_the_bot_out_of_the_channel_is_told_at_once_and_nothing_is_sent_in_vain(
    moderating: Moderating,
) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        await loop.look()
        await let_in(team, session, yes=False)
        await alarm(team).look()
        assert session.of(SendMessage)[-1].text.startswith("🚫 Канал недоступен, публикации ждут: бота там нет.")
        made = await approved(team)
        await loop.look()
        assert to_channel(session) == []
        await let_in(team, session)
        session.plan(SendPhoto, TelegramBadRequest(None, "not enough rights to send photos"))  # type: ignore[arg-type]
        await loop.look()  # let in, and without rights a moment later: that is another thing to tell
        await alarm(team).look()
        assert "у бота нет права там писать" in session.of(SendMessage)[-1].text
        await let_in(team, session)
        team.clock.forward(minutes=1)
        await loop.look()
        assert (await team.get(made.id)).state == "published"

    posting(moderating, scenario)


def test_a_channel_that_has_let_the_bot_in_again_is_noticed_without_an_update() -> None:
    async def scenario() -> None:
        session, now = ChannelSession(), [0.0]
        bot = Bot(TOKEN, session=session)
        channels, returned = Channels(bot, str(CHANNEL), clock=lambda: now[0]), []
        channels.on_change.append(lambda: returned.append(now[0]))
        assert await channels.find() is not None
        channels.shut_out("no-rights")
        session.let_in = False
        for now[0] in range(1, 200):
            assert await channels.find() is None
        assert len(session.of(GetChatMember)) == 3
        session.let_in = True
        for now[0] in range(200, 300):
            await channels.find()
        assert await channels.find() is not None and len(returned) == 2  # lost, and back

    asyncio.run(scenario())


def test_what_telegram_puts_off_or_never_hears_of_is_posted_later(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        lost = TelegramNetworkError(None, "x")  # type: ignore[arg-type]
        lost.__cause__ = ClientConnectorError(None, OSError(111, "refused"))  # type: ignore[arg-type]
        for error in (TelegramRetryAfter(None, "Too Many Requests", 30), lost):  # type: ignore[arg-type]
            made = await approved(team)
            session.plan(SendPhoto, error)
            await loop.look()
            assert (await team.get(made.id)).state == "approved"
            team.clock.forward(seconds=20)
            await loop.look()
            assert (await team.get(made.id)).state == "approved"
            team.clock.forward(seconds=60)
            await loop.look()
            assert (await team.get(made.id)).state == "published"
        assert len(session.posted) == 2

    posting(moderating, scenario)


UNCLEAR = [
    TelegramNetworkError(None, "ServerDisconnectedError"),  # type: ignore[arg-type]
    TelegramServerError(None, "Bad Gateway"),  # type: ignore[arg-type]
    ClientDecodeError("Failed to decode object", ValueError(), "<html>"),
    RuntimeError("a mistake of ours"),
]


@pytest.mark.parametrize("error", UNCLEAR, ids=lambda error: type(error).__name__)
def test_a_call_without_an_answer_is_not_repeated_and_an_admin_is_asked(
    moderating: Moderating, error: Exception
) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await approved(team)
        session.plan(SendPhoto, error)
        for _ in range(3):
            await loop.look()
            team.clock.forward(hours=1)
        found = await team.get(made.id)
        assert (found.state, found.fate) == ("publishing", "unknown")
        assert len(to_channel(session)) == 1
        await team.tools.watch.look()
        assert any(len(card.labels) == 2 for card in await team.cards(made.id, HOME))

    posting(moderating, scenario)


def test_one_post_that_fails_keeps_no_other_from_being_posted(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        first, second = await approved(team), await approved(team)
        session.plan(SendPhoto, TelegramBadRequest(None, "Bad Request: x"))  # type: ignore[arg-type]
        await loop.look()
        assert [(await team.get(s.id)).state for s in (first, second)] == ["approved", "published"]

    posting(moderating, scenario)


def test_while_the_channel_cannot_be_found_nothing_begins(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await approved(team)
        for _ in range(3):
            await loop.look()
            await alarm(team).look()
            team.clock.forward(hours=1)
        assert await team.get(made.id) == made
        told = [call.text for call in session.of(SendMessage) if call.text.startswith("🚫")]
        assert len(told) == 1 and "бота там нет" in told[0]

    posting(moderating, scenario, channel="-1000000000999")


def test_without_a_channel_nothing_is_posted_and_the_bot_says_that_to_authors(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        assert not any(isinstance(work, Publisher) for work in team.chats.running.beside)
        assert await team.say(77, "/submit", 77) == Catalogues("ru")["en"]("propose-nowhere")

    moderating(scenario, home=None)


# --- as it was wanted


@pytest.mark.parametrize(
    ("kinds", "method"),
    [
        (["photo"], SendPhoto),
        (["animation"], SendAnimation),
        (["document"], SendDocument),
        (["sticker"], SendSticker),
        (["photo", "video"], SendMediaGroup),
        (["document", "document"], SendMediaGroup),
    ],
)
def test_every_kind_is_posted_as_what_it_is(moderating: Moderating, kinds: list[MediumKind], method: type) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        await approved(team)
        medias = media(*kinds)
        found = await team.submit(media=medias, reading=JOKE)
        await team.db(lambda: team.stores.queue.approve(found.id, ANNA, when="now", now=team.clock.now))
        team.clock.forward(seconds=61)
        await loop.look()
        assert isinstance(session.posted[-1], method)
        assert posts_of(session)[1:] == [medium.file_id for medium in medias]
        assert len((await team.get(found.id)).published_messages) == len(medias)

    posting(moderating, scenario)


def submission(**facts: Any) -> Submission:
    from moderation_drafts import NOW, draft

    from memebot.database import in_memory
    from moderation.stores import Moderation

    return Moderation.open(in_memory()).queue.submit(draft(**facts), now=NOW)


BOLD = ({"type": "bold", "offset": 0, "length": 4},)


def test_a_caption_keeps_its_formatting_and_the_author_decides_on_the_credit() -> None:
    made = submission(caption="look here", caption_entities=BOLD, author_name="Ann", credit="named")
    shown = shape_of(made, LINK, EN)
    assert shown.caption.text == "look here\n\nSent in by Ann"
    assert shown.caption.entities == BOLD
    assert shown.button is not None and shown.reply is None
    assert shape_of(submission(caption="x", author_name="Ann", credit="anonymous"), None, EN).caption.text == "x"


def test_an_album_carries_the_link_at_the_end_of_its_caption() -> None:
    made = submission(caption="😀 x", author_name="Ann", credit="named", media=media("photo", "photo"))
    shown = shape_of(made, LINK, EN)
    (link,) = shown.caption.entities
    units = shown.caption.text.encode("utf-16-le")
    assert units[2 * link["offset"] : 2 * (link["offset"] + link["length"])].decode("utf-16-le") == "Why is this funny?"
    assert link["url"] == LINK and shown.button is None and shown.reply is None


def test_what_does_not_fit_into_a_caption_follows_as_a_reply() -> None:
    long = {"caption": "x" * 1020, "author_name": "Ann", "credit": "named"}
    single = shape_of(submission(**long), LINK, EN)
    assert single.caption.text == "x" * 1020 and single.button and not single.reply_button
    assert single.reply and single.reply.text == "Sent in by Ann"
    album = shape_of(submission(**long, media=media("photo", "photo")), LINK, EN)
    assert album.caption.text == "x" * 1020 and album.reply_button and album.reply
    assert shape_of(submission(caption="x" * 1024, credit="anonymous"), LINK, EN).reply is None


def test_a_sticker_has_its_words_in_a_reply_and_its_button_itself(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        await approved(team, media=media("sticker"), caption="look here", caption_entities=BOLD, reading=JOKE)
        await loop.look()
        (sticker,) = session.posted
        assert isinstance(sticker, SendSticker) and sticker.reply_markup is not None
        (reply,) = session.replies()
        assert reply.text.startswith("look here") and reply.entities[0].type == "bold"
        assert reply.reply_parameters is not None and reply.parse_mode is None

    posting(moderating, scenario)


def test_what_the_bot_cannot_explain_has_no_button() -> None:
    from memebot.telegram.channel.post import why_link

    assert why_link("meme_bot", submission()) is None
    assert why_link("meme_bot", submission(reading=JOKE)) == LINK


def test_a_suggested_post_is_posted_by_telegram_itself(moderating: Moderating) -> None:
    async def scenario(team: Team, session: ChannelSession, loop: Publisher) -> None:
        made = await approved(team, origin="suggested_post", origin_chat=-5, origin_message=9)
        await loop.look()
        (call,) = session.of(ApproveSuggestedPost)
        assert (call.chat_id, call.message_id) == (-5, 9) and session.posted == []
        assert (await team.get(made.id)).state == "published"
        photo = [{"file_id": "f", "file_unique_id": "unique0", "width": 9, "height": 9}]
        message = {
            "message_id": 31,
            "date": int(team.clock.now.timestamp()),
            "photo": photo,
            "chat": {"id": CHANNEL, "type": "channel", "title": "x", "username": "memes"},
        }
        await team.chats.feed(team.chats.update(channel_post=message))
        found = await team.get(made.id)
        assert (found.published_messages, found.link) == ((31,), "https://t.me/memes/31")

    posting(moderating, scenario)
