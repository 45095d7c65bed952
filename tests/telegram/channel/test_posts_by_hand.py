"""The channel: posts that admins make by hand are known, silently, and found when somebody proposes them again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetFile
from chats import JOKE, NOW, UNKNOWN, Chats, in_database

from knowledge.stems import words
from memebot.telegram.channel.post import post_link
from moderation.model import Medium, SubmissionDraft
from moderation.reposts.model import Appearance, Frame, Sighting, SightingRef
from moderation.stores import Moderation

Run = Callable[..., None]
CHANNEL = -1001234567890
POSTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LAVA = b"the floor is\nwriting readable code every day"


@pytest.fixture
def reading_along(chatting: Run) -> Run:
    """Run a scenario against a bot that has a channel named ``@memes``."""

    def run(scenario: Any, **options: Any) -> None:
        chatting(scenario, **{"channel": "@Memes", **options})

    return run


def stores_of(chats: Chats) -> Moderation:
    assert chats.stores is not None
    return chats.stores


def post(
    chats: Chats,
    data: bytes | None,
    number: int = 7,
    *,
    chat: int = CHANNEL,
    username: str | None = "memes",
    **content: Any,
) -> dict[str, Any]:
    """A post of the channel as Telegram tells of it: nobody sent it."""
    message = chats.message(**content) if data is None else chats.photo(data, **content)
    del message["from"]
    name = {} if username is None else {"username": username}
    channel = {"id": chat, "type": "channel", "title": "Memes", **name}
    return {**message, "message_id": number, "chat": channel, "sender_chat": channel}


async def posted(chats: Chats, data: bytes, number: int = 7, **content: Any) -> None:
    await chats.feed(chats.update(channel_post=post(chats, data, number, **content)))


async def seen(chats: Chats, data: bytes, template: str | None = None) -> list[Sighting]:
    reading = chats.vision.read(data)
    frames = tuple(Frame(frame.sha256, frame.pdq, frame.pdq_quality) for frame in reading.frames)
    look = Appearance(frames, template, " ".join(words(reading.text)))
    return await in_database(chats, lambda: stores_of(chats).reposts.find(look))


def test_a_post_made_by_hand_is_known_with_its_link_and_its_time(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, UNKNOWN)
        (sighting,) = await seen(chats, UNKNOWN)
        assert (sighting.ref, sighting.ref.link) == (SightingRef.post(CHANNEL, 7), "https://t.me/memes/7")
        assert (sighting.how, sighting.at, sighting.text_similarity) == ("exact", POSTED, 1.0)
        known = await in_database(chats, lambda: stores_of(chats).posts.find(CHANNEL, 7))
        assert known is not None and known.submission is None

    reading_along(scenario)


def test_nothing_is_said_about_posts(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, JOKE)
        await chats.feed(chats.update(edited_channel_post=post(chats, UNKNOWN)))
        await posted(chats, b"broken", 8)
        assert {type(call).__name__ for call in chats.session.calls} <= {"GetFile", "GetMe"}
        assert (
            await chats.database.run(
                lambda: chats.database.connection.execute("select count(*) from answers").fetchone()[0]
            )
            == 0
        )

    reading_along(scenario)


def test_its_template_and_its_words_are_kept_for_crops(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, LAVA)
        (sighting,) = await seen(chats, LAVA + b" :)", template="lava")
        assert sighting.how == "same-template-same-text"

    reading_along(scenario)


def test_who_proposes_what_an_admin_posted_is_told_with_a_link(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, UNKNOWN)
        await chats.show(UNKNOWN)
        await chats.press("📮 Propose for the channel", reply_to_message=chats.photo(UNKNOWN))
        assert any("https://t.me/memes/7" in text for text in chats.texts())

    reading_along(scenario)


def test_an_album_is_one_post(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        parts = [
            chats.update(channel_post=post(chats, data, 20 + number, media_group_id="g"))
            for number, data in enumerate((UNKNOWN, JOKE))
        ]
        await chats.feed(*parts)
        for number, data in enumerate((UNKNOWN, JOKE)):
            (sighting,) = await seen(chats, data)
            assert (sighting.ref, sighting.frames) == (SightingRef.post(CHANNEL, 20), ((0, number),))

    reading_along(scenario)


def test_an_edited_post_is_known_as_it_is_now(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, UNKNOWN)
        await chats.feed(chats.update(edited_channel_post=post(chats, JOKE)))
        assert await seen(chats, UNKNOWN) == []
        assert [sighting.ref for sighting in await seen(chats, JOKE)] == [SightingRef.post(CHANNEL, 7)]

    reading_along(scenario)


def test_an_edited_part_of_an_album_does_not_replace_the_album(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.feed(
            *(
                chats.update(channel_post=post(chats, data, 20 + number, media_group_id="g"))
                for number, data in enumerate((UNKNOWN, JOKE))
            )
        )
        await chats.feed(chats.update(edited_channel_post=post(chats, JOKE, 21, media_group_id="g")))
        assert await in_database(chats, lambda: stores_of(chats).reposts.value("select count(*) from seen")) == 1

    reading_along(scenario)


@pytest.mark.parametrize("channel", [str(CHANNEL), "@memes", " @MEMES "])
def test_the_channel_is_named_by_its_id_or_its_name(reading_along: Run, channel: str) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, UNKNOWN)
        assert len(await seen(chats, UNKNOWN)) == 1

    reading_along(scenario, channel=channel)


@pytest.mark.parametrize("other", [{"chat": -1009, "username": "others"}, {"chat": -1009, "username": None}])
def test_other_channels_are_not_read(reading_along: Run, other: dict[str, Any]) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, UNKNOWN, **other)
        assert await in_database(chats, lambda: stores_of(chats).reposts.value("select count(*) from seen")) == 0
        assert chats.vision.reads == 0

    reading_along(scenario)


def test_words_alone_are_no_meme(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.feed(chats.update(channel_post=post(chats, None, text="Сегодня без мемов")))
        assert await in_database(chats, lambda: stores_of(chats).posts.find(CHANNEL, 7)) is None

    reading_along(scenario)


def test_a_post_that_cannot_be_read_still_counts_as_a_post(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await posted(chats, b"broken")
        video = {"file_id": "v", "file_unique_id": "v", "width": 9, "height": 9, "duration": 9, "file_size": 10**9}
        await chats.feed(chats.update(channel_post=post(chats, None, 8, video=video)))
        for number in (7, 8):
            assert (
                await in_database(chats, lambda number=number: stores_of(chats).posts.find(CHANNEL, number)) is not None
            )
        assert await in_database(chats, lambda: stores_of(chats).reposts.value("select count(*) from seen")) == 0

    reading_along(scenario)


def test_a_post_that_came_out_of_the_queue_stays_with_its_submission(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        def publish() -> None:
            stores = stores_of(chats)
            draft = SubmissionDraft(
                key="k", author_id=1, author_name="", lang="en", credit="anonymous", media=(Medium("photo", "f", "u"),)
            )
            submission = stores.queue.submit(draft, now=NOW)
            stores.queue.approve(submission.id, 900, when="now", now=NOW)
            due = stores.posts.due(now=NOW.replace(hour=5))[0]
            ready = stores.posts.begin_publishing(due.id, due.version, now=NOW.replace(hour=5))
            stores.posts.mark_published(ready.id, chat_id=CHANNEL, message_ids=(7,), link=None, now=NOW.replace(hour=5))

        await in_database(chats, publish)
        await posted(chats, UNKNOWN)
        known = await in_database(chats, lambda: stores_of(chats).posts.find(CHANNEL, 7))
        assert known is not None and known.submission is not None
        assert chats.vision.reads == 0
        assert await in_database(chats, lambda: stores_of(chats).reposts.value("select count(*) from seen")) == 0

    reading_along(scenario)


def test_a_download_that_fails_in_passing_is_tried_again(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        method = GetFile(file_id="x")
        for _ in range(7):
            chats.session.plan(GetFile, TelegramNetworkError(method=method, message="away"))
        chats.running.intake._retry_s = 0.01
        await posted(chats, UNKNOWN)
        assert len(await seen(chats, UNKNOWN)) == 1

    reading_along(scenario)


def test_a_withdrawn_proposal_was_not_here_before(reading_along: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        await chats.press("📮 Propose for the channel", reply_to_message=chats.photo(UNKNOWN))
        await chats.press("📮 Send")
        (sighting,) = await seen(chats, UNKNOWN)
        await chats.say("/my")
        await chats.press(next(b.callback_data for b in chats.buttons(chats.shown()[-1])))
        (submission,) = await in_database(chats, lambda: stores_of(chats).submissions.by_author(1))
        assert (submission.state, sighting.ref) == ("withdrawn", SightingRef.submission(submission.id))
        assert await seen(chats, UNKNOWN) == []

    reading_along(scenario)


@pytest.mark.parametrize(
    ("username", "link"), [("memes", "https://t.me/memes/7"), (None, "https://t.me/c/1234567890/7")]
)
def test_links_to_posts(username: str | None, link: str) -> None:
    assert post_link(CHANNEL, username, 7) == link
