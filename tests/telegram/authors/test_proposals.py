"""The author's side: propose, preview, send once, see where it stands, take it back, hear what became of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import (
    DeclineSuggestedPost,
    GetChat,
    GetFile,
    SendChatAction,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
)
from chats import JOKE, NOW, UNKNOWN, Chats, in_database

from memebot.answering.answering import MemeFacts
from memebot.channel.submitting import EarlierPosts, Submitting
from memebot.telegram.authors.notices import Notices
from moderation.model import Submission
from moderation.reposts.model import Appearance, Frame, SightingRef
from moderation.stores import Moderation

SUBMIT = {"caption": "/submit first", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 7}]}
Run = Callable[..., None]
PROPOSE, SEND = "📮 Propose for the channel", "📮 Send"
ADMIN = 77


@pytest.fixture
def proposing(chatting: Run) -> Run:
    """Run a scenario against a bot that has a channel."""

    def run(scenario: Any, **options: Any) -> None:
        chatting(scenario, channel="@memes", **options)

    return run


def asked(chats: Chats, data: bytes, **content: Any) -> dict[str, Any]:
    """The message that an answer replies to, as it comes with a pressed button."""
    return {"reply_to_message": chats.photo(data, **content)}


async def propose(chats: Chats, data: bytes = UNKNOWN, *, user: int = 1) -> Any:
    await chats.show(data, user=user)
    return await chats.press(PROPOSE, user=user, **asked(chats, data, user=user))


async def proposed(chats: Chats, data: bytes = UNKNOWN, *, user: int = 1) -> Submission:
    await propose(chats, data, user=user)
    await chats.press(SEND, user=user)
    return (await mine(chats, user))[0]


async def mine(chats: Chats, user: int = 1) -> list[Submission]:
    return await in_database(chats, lambda: stores_of(chats).submissions.by_author(user))


def stores_of(chats: Chats) -> Moderation:
    assert chats.stores is not None
    return chats.stores


def notices(chats: Chats) -> Notices:
    return next(work for work in chats.running.beside if isinstance(work, Notices))


def test_a_meme_is_proposed_from_its_answer_seen_first_and_then_sent(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        (preview,) = chats.session.of(SendPhoto)
        assert preview.caption is None
        assert chats.labels() == ["Sign with my name", "✏️ Caption", SEND, "Cancel"]
        assert "Those who decide see who sent it" in chats.texts()[-1]
        assert await mine(chats) == []
        await chats.press(SEND)
        (submission,) = await mine(chats)
        assert chats.texts()[-1].startswith(f"Meme no. {submission.id} is in the queue, place 1.")
        assert (submission.state, submission.credit, submission.author_name) == ("pending", "anonymous", "")
        assert [(m.kind, m.file_id) for m in submission.media] == [("photo", preview.photo)]
        assert submission.verdict == "unknown"
        assert submission.sha256 is not None

    proposing(scenario)


def test_without_a_channel_there_is_no_button_and_the_command_says_so(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        assert PROPOSE not in chats.labels()
        await chats.say("/submit")
        assert "no channel" in chats.texts()[-1]

    chatting(scenario)


def test_sending_twice_submits_once(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        send = next(b.callback_data for b in chats.buttons(chats.shown()[-1]) if b.text == SEND)
        await chats.press(SEND)
        await chats.press(send)
        assert len(await mine(chats)) == 1

    proposing(scenario)


def test_the_name_is_kept_only_if_the_author_signs(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        await chats.press("Sign with my name")
        assert "Signed: Secret Name" in chats.texts()[-1]
        assert chats.session.of(SendPhoto)[-1].caption == "Прислал(а): Secret Name"  # as it will be posted
        await chats.press(SEND)
        (submission,) = await mine(chats)
        assert (submission.credit, submission.author_name) == ("named", "Secret Name")

    proposing(scenario)


def test_a_caption_is_asked_for_and_kept_with_its_formatting(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        await chats.press("✏️ Caption")
        bold = [{"type": "bold", "offset": 4, "length": 3}]
        await chats.feed(chats.update(message=chats.message(text="one two <b>", entities=bold)))
        preview = chats.session.of(SendPhoto)[-1]
        assert preview.caption == "one two <b>"
        assert [(e.type, e.offset, e.length) for e in preview.caption_entities] == [("bold", 4, 3)]
        await chats.press(SEND)
        (submission,) = await mine(chats)
        assert submission.caption == "one two <b>"
        assert [(e["type"], e["offset"], e["length"]) for e in submission.caption_entities] == [("bold", 4, 3)]

    proposing(scenario)


def test_a_caption_that_is_too_long_is_said_and_the_next_one_taken(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        await chats.press("✏️ Caption")
        await chats.say("x" * 1025)
        assert "1,025 characters" in chats.texts()[-1]
        await chats.say("short")
        assert chats.session.of(SendPhoto)[-1].caption == "short"

    proposing(scenario)


def test_an_older_preview_is_void_after_a_new_caption(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        send = next(b.callback_data for b in chats.buttons(chats.shown()[-1]) if b.text == SEND)
        await chats.press("✏️ Caption")
        await chats.say("new")
        toast = await chats.press(send)
        assert toast.text.startswith("This proposal is out of date")
        assert await mine(chats) == []

    proposing(scenario)


def test_a_proposal_outlives_a_restart(proposing: Run) -> None:
    async def before(chats: Chats) -> None:
        await propose(chats)

    async def after(chats: Chats) -> None:
        key = (await in_database(chats, lambda: chats.state.dialogues.get("42:1:1:::default")))[1]["proposal"]["key"]
        await chats.say("what is overfitting?")
        await chats.press(f"d:{key}:s")
        assert len(await mine(chats)) == 1

    proposing(before)
    proposing(after)


def test_submit_with_the_meme_takes_the_words_after_it_as_caption(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        command = [{"type": "bot_command", "offset": 0, "length": 7}]
        await chats.show(UNKNOWN, caption="/submit my words", caption_entities=command)
        assert chats.session.of(SendPhoto)[-1].caption == "my words"
        await chats.press(SEND)
        assert len(await mine(chats)) == 1

    proposing(scenario)


def test_submit_as_a_reply_takes_the_meme_replied_to(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/submit", reply_to_message=chats.photo(UNKNOWN))
        assert len(chats.session.of(SendPhoto)) == 1

    proposing(scenario)


def test_submit_alone_waits_for_the_meme(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/submit")
        await chats.show(UNKNOWN)
        assert SEND in chats.labels()
        await chats.press("Cancel")
        await chats.show(JOKE)
        assert "swot" in chats.texts()[-1]

    proposing(scenario)


@pytest.mark.parametrize("captioned", [0, 1])
def test_an_album_is_proposed_whole_whichever_part_has_the_command(proposing: Run, captioned: int) -> None:
    async def scenario(chats: Chats) -> None:
        command = {"caption": "/submit", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 7}]}
        parts = [
            chats.photo(data, media_group_id="g", **(command if number == captioned else {}))
            for number, data in enumerate((b"one", b"two"))
        ]
        await chats.feed(*(chats.update(message=part) for part in parts))
        (album,) = chats.session.of(SendMediaGroup)
        assert len(album.media) == 2
        await chats.press(SEND)
        (submission,) = await mine(chats)
        assert len(submission.media) == 2

    proposing(scenario)


def test_an_answered_album_is_proposed_whole_by_its_button(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        parts = [chats.photo(data, media_group_id="g") for data in (b"one", b"two")]
        await chats.feed(*(chats.update(message=part) for part in parts))
        await chats.press(PROPOSE, reply_to_message=parts[0])
        (album,) = chats.session.of(SendMediaGroup)
        assert len(album.media) == 2

    proposing(scenario)


def test_a_meme_that_is_out_of_reach_is_asked_for_again(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        toast = await chats.press(PROPOSE, accessible=False)
        assert "/submit" in toast.text

    proposing(scenario)


def test_what_an_admin_should_look_at_twice_is_flagged_and_a_lost_file_stops_nothing(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        await chats.press("✏️ Caption")
        await chats.say("see https://example.org")
        await chats.press(SEND)
        (submission,) = await mine(chats)
        assert submission.flags == ("tiny", "links")
        await propose(chats, b"another soup")
        chats.session.plan(GetFile, TelegramBadRequest(GetFile(file_id="x"), "Bad Request: wrong file_id"))
        await chats.press(SEND)
        assert (await mine(chats))[0].flags == ()

    proposing(scenario)


def test_somebody_elses_answer_cannot_be_proposed(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN, user=1)
        forged = next(b.callback_data for b in chats.buttons(chats.shown()[-1]) if b.text == PROPOSE)
        await chats.show(JOKE, user=2)
        toast = await chats.press(forged, user=2, **asked(chats, JOKE, user=2))
        assert "/submit" in toast.text
        assert chats.session.of(SendPhoto) == []

    proposing(scenario)


def test_a_banned_author_is_told_before_anything_else(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await in_database(chats, lambda: stores_of(chats).people.ban(1, by=ADMIN, now=NOW))
        reads = chats.vision.reads
        await chats.show(
            UNKNOWN, caption="/submit", caption_entities=[{"type": "bot_command", "offset": 0, "length": 7}]
        )
        assert "take no proposals" in chats.texts()[-1]
        assert chats.vision.reads == reads

    proposing(scenario)


def test_the_daily_limit_is_said_in_words(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await in_database(chats, lambda: stores_of(chats).community.set("daily_limit", 1, by=ADMIN, now=NOW))
        await proposed(chats)
        await chats.say("/submit")
        assert chats.texts()[-1].startswith("That was 1 proposal within a day")

    proposing(scenario)


def test_what_the_channel_had_is_told_at_once_and_may_be_sent_all_the_same(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        import hashlib

        digest = hashlib.sha256(UNKNOWN)
        frame = Frame(digest.hexdigest(), digest.digest(), 100)
        link = "https://t.me/memes/5"
        await in_database(
            chats,
            lambda: stores_of(chats).reposts.remember(
                SightingRef.post(-100, 5, link), Appearance((frame,)), at=NOW - timedelta(days=3)
            ),
        )
        await propose(chats)
        assert f'<a href="{link}">the same picture,' in chats.texts()[-1]
        assert chats.session.of(SendPhoto) == []
        await chats.press("It is different")
        await chats.press(SEND)
        (submission,) = await mine(chats)
        assert submission.sightings[0]["how"] == "exact"

    proposing(scenario)


def test_pictures_are_looked_at_for_screens_when_they_are_proposed_and_not_before(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        looked = []
        find = Submitting.earlier_posts

        def earlier_posts(submitting: Submitting, facts: MemeFacts) -> EarlierPosts:
            looked.append(facts.reading is not None and facts.reading.frames[0].shown is not None)
            return find(submitting, facts)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Submitting, "earlier_posts", earlier_posts)
            await chats.show(UNKNOWN)
            assert chats.vision.screens == 0
            await chats.press(PROPOSE, **asked(chats, UNKNOWN))
        assert (chats.vision.screens, looked) == (1, [True])
        await chats.press(SEND)
        assert chats.vision.screens == 2
        assert len(await mine(chats)) == 1

    proposing(scenario)


def test_my_shows_what_waits_and_takes_it_back(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        submission = await proposed(chats)
        await chats.say("/my")
        assert f"No. {submission.id}: waiting, place 1 in the queue" in chats.texts()[-1]
        toast = await chats.press(f"↩️ Take back no. {submission.id}")
        assert toast.text == f"No. {submission.id} is taken back."
        assert f"No. {submission.id}: taken back" in chats.texts()[-1]
        assert (await mine(chats))[0].state == "withdrawn"

    proposing(scenario)


def test_nobody_takes_back_what_is_not_theirs(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        submission = await proposed(chats, user=1)
        await chats.show(JOKE, user=2)
        toast = await chats.press(f"w:{submission.id}", user=2)
        assert toast.text == "There is no such meme of yours."
        assert (await mine(chats))[0].state == "pending"

    proposing(scenario)


def test_what_is_decided_cannot_be_taken_back(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        submission = await proposed(chats)
        await in_database(
            chats, lambda: stores_of(chats).queue.reject(submission.id, ADMIN, now=NOW, reason_text="blurry")
        )
        toast = await chats.press(f"w:{submission.id}")
        assert "decided already" in toast.text

    proposing(scenario)


def test_a_rejection_is_told_once_after_the_time_for_undoing_and_in_my_not_before(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        submission = await proposed(chats)
        stores = stores_of(chats)
        await in_database(
            chats, lambda: stores.queue.reject(submission.id, ADMIN, now=NOW, reason_text="too <b>blurry")
        )
        await chats.say("/my")
        assert "waiting" in chats.texts()[-1]
        before = len(chats.texts())
        await notices(chats).look()
        assert len(chats.texts()) == before
        chats.time += timedelta(minutes=2)
        await notices(chats).look()
        await notices(chats).look()
        assert chats.texts()[before:] == [f"Meme no. {submission.id} was not taken. too &lt;b&gt;blurry"]
        await chats.say("/my")
        assert "not taken. too &lt;b&gt;blurry" in chats.texts()[-1]

    proposing(scenario)


def test_an_author_who_blocked_the_bot_stops_nothing(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        first, second = await proposed(chats, user=1), await proposed(chats, JOKE, user=2)
        stores = stores_of(chats)
        for submission in (first, second):
            await in_database(chats, lambda s=submission: stores.queue.reject(s.id, ADMIN, now=NOW, reason_text="no"))
        chats.time += timedelta(minutes=2)
        gone = TelegramForbiddenError(SendMessage(chat_id=1, text="x"), "Forbidden: bot was blocked by the user")
        chats.session.plan(SendMessage, gone)
        await notices(chats).look()
        assert chats.session.of(SendMessage)[-1].chat_id == 2
        await notices(chats).look()
        assert len([c for c in chats.session.of(SendMessage) if "was not taken" in c.text]) == 2

    proposing(scenario)


def test_a_notice_that_telegram_did_not_take_is_told_later(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        submission = await proposed(chats)
        stores = stores_of(chats)
        await in_database(chats, lambda: stores.queue.reject(submission.id, ADMIN, now=NOW, reason_text="no"))
        chats.time += timedelta(minutes=2)
        for _ in range(8):  # more than the session tries by itself
            chats.session.plan(SendMessage, TelegramNetworkError(SendMessage(chat_id=1, text="x"), "cut"))
        before = len(chats.texts())
        with pytest.raises(TelegramNetworkError):
            await notices(chats).look()
        chats.session.planned.clear()
        tried = len(chats.texts())
        assert tried > before
        chats.time += timedelta(minutes=6)
        await notices(chats).look()
        assert chats.texts()[tried:] == [f"Meme no. {submission.id} was not taken. no"]

    proposing(scenario)


def test_a_credit_line_that_no_caption_holds_is_shown_beneath_the_preview_as_beneath_the_post(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await propose(chats)
        await chats.press("✏️ Caption")
        await chats.say("x" * 1020)
        await chats.press("Sign with my name")
        assert chats.session.of(SendPhoto)[-1].caption == "x" * 1020
        assert chats.texts()[-2] == "Прислал(а): Secret Name"

    proposing(scenario)


@pytest.mark.parametrize("by", ["command", "button"])
def test_parts_of_an_album_that_come_late_are_proposed_with_it(proposing: Run, by: str) -> None:
    async def scenario(chats: Chats) -> None:
        parts = [
            chats.photo(data, media_group_id="g", **(SUBMIT if by == "command" and not number else {}))
            for number, data in enumerate((b"one", b"two", b"three", b"four"))
        ]
        await chats.feed(*(chats.update(message=part) for part in parts[:2]))
        if by == "button":
            await chats.press(PROPOSE, reply_to_message=parts[0])
        previews = len(chats.session.of(SendMediaGroup))
        await chats.feed(*(chats.update(message=part) for part in parts[2:]))
        albums = chats.session.of(SendMediaGroup)
        assert len(albums) == previews + 1 and len(albums[-1].media) == 4
        await chats.press(SEND)
        (submission,) = await mine(chats)
        assert [one.unique_id for one in submission.media] == [part["photo"][0]["file_unique_id"] for part in parts]

    proposing(scenario)


def test_whose_album_goes_on_after_it_was_sent_hears_once_what_is_not_in_it(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        parts = [
            chats.photo(data, media_group_id="g", **({} if number else SUBMIT))
            for number, data in enumerate((b"one", b"two", b"three", b"four"))
        ]
        await chats.feed(*(chats.update(message=part) for part in parts[:2]))
        await chats.press(SEND)
        (submission,) = await mine(chats)
        before = len(chats.texts())
        for part in parts[2:]:
            await chats.feed(chats.update(message=part))
        (told,) = chats.texts()[before:]
        assert f"no. {submission.id}" in told and "/my" in told
        assert len((await mine(chats))[0].media) == 2

    proposing(scenario)


def test_an_answered_album_is_proposed_with_the_parts_that_were_answered_later(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        parts = [chats.photo(data, media_group_id="g") for data in (b"one", b"two", b"three")]
        for some in (parts[:1], parts[1:]):
            await chats.feed(*(chats.update(message=part) for part in some))
        await chats.press(PROPOSE, reply_to_message=parts[0])
        (album,) = chats.session.of(SendMediaGroup)
        assert len(album.media) == 3

    proposing(scenario)


async def edit(chats: Chats, message: dict[str, Any], caption: str) -> None:
    entities = [{"type": "bot_command", "offset": 0, "length": 7}] if caption.startswith("/") else []
    words = {"text": caption} if "text" in message else {"caption": caption, "caption_entities": entities}
    await chats.feed(chats.update(edited_message=message | {"edit_date": 1} | words))


def test_an_authors_edit_before_it_is_sent_reaches_the_preview(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(UNKNOWN, **SUBMIT)
        await chats.feed(chats.update(message=meme))
        await edit(chats, meme, "/submit second")
        await chats.press("✏️ Caption")
        typed = chats.message(text="third")
        await chats.feed(chats.update(message=typed))
        await edit(chats, typed, "fourth")
        assert [call.caption for call in chats.session.of(SendPhoto)] == ["first", "second", "third", "fourth"]
        await edit(chats, meme, "/submit fifth")  # not the words of the caption any more
        await chats.press(SEND)
        assert (await mine(chats))[0].caption == "fourth"

    proposing(scenario)


def test_an_authors_edit_reaches_the_card_while_it_waits_and_takes_approvals_of_other_words_back(
    proposing: Run,
) -> None:
    async def scenario(chats: Chats) -> None:
        stores, meme = stores_of(chats), chats.photo(UNKNOWN, **SUBMIT)
        await in_database(chats, lambda: stores.community.set("approvals", 2, by=ADMIN, now=NOW))
        await chats.feed(chats.update(message=meme))
        await chats.press(SEND)
        (made,) = await mine(chats)
        await in_database(chats, lambda: stores.queue.approve(made.id, ADMIN, when="next", now=NOW))
        await edit(chats, meme, "/submit see https://example.org")
        (now,) = await mine(chats)
        assert (now.caption, now.approvals) == ("see https://example.org", ()) and "links" in now.flags
        assert chats.texts()[-1] == f"No. {made.id} has the new caption; those who decide see it."
        (row, *_) = await in_database(chats, lambda: stores.audit.newest(made.id))
        assert (row.action, row.actor) == ("edit", 1)
        said = len(chats.texts())
        await edit(chats, meme, "/submit see https://example.org")
        await edit(chats, chats.photo(b"another", user=2) | {"message_id": meme["message_id"]}, "theirs")
        assert len(chats.texts()) == said and (await mine(chats))[0].version == now.version
        await edit(chats, meme, "x" * 1100)
        assert "1,100 characters" in chats.texts()[-1]
        await edit(chats, chats.photo(b"another") | {"message_id": meme["message_id"]}, "/submit")
        assert "cannot be exchanged" in chats.texts()[-1]
        await in_database(chats, lambda: stores.queue.reject(made.id, ADMIN, now=NOW))
        await edit(chats, meme, "/submit too late")
        assert chats.texts()[-1] == f"Too late: the caption of no. {made.id} stays as it is."
        assert (await mine(chats))[0].caption == "see https://example.org"

    proposing(scenario)


def test_a_spoiler_is_kept_from_the_meme_to_its_preview_and_its_submission(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        command = {"caption": "/submit", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 7}]}
        await chats.show(UNKNOWN, has_media_spoiler=True, **command)
        (preview,) = chats.session.of(SendPhoto)
        await chats.press(SEND)
        ((submission,), parts) = await mine(chats), (b"one", b"two")
        assert preview.has_spoiler and submission.media[0].spoiler
        shown = [chats.photo(data, media_group_id="g", has_media_spoiler=data == b"two") for data in parts]
        await chats.feed(*(chats.update(message=part) for part in shown))
        await chats.press(PROPOSE, reply_to_message=shown[0])
        (album,) = chats.session.of(SendMediaGroup)
        assert [part.has_spoiler for part in album.media] == [None, True]

    proposing(scenario)


def test_a_notice_that_a_stop_cut_off_is_told_after_the_restart(proposing: Run) -> None:
    def cut_off() -> None:
        raise asyncio.CancelledError

    async def before(chats: Chats) -> None:
        submission = await proposed(chats)
        await in_database(chats, lambda: stores_of(chats).queue.reject(submission.id, ADMIN, now=NOW, reason_text="no"))
        chats.time += timedelta(minutes=2)
        chats.session.plan(SendMessage, cut_off)
        with pytest.raises(asyncio.CancelledError):
            await notices(chats).look()

    async def after(chats: Chats) -> None:
        chats.time += timedelta(minutes=3)
        for _ in range(2):
            await notices(chats).look()
        assert chats.texts() == ["Meme no. 1 was not taken. no"]

    proposing(before)
    proposing(after)


def test_what_an_admin_asks_is_answered_onto_the_card(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        submission = await proposed(chats)
        stores = stores_of(chats)
        await in_database(chats, lambda: stores.queue.ask(submission.id, ADMIN, "yours?", now=NOW))
        await notices(chats).look()
        assert "<blockquote>yours?</blockquote>" in chats.texts()[-1]
        await chats.press("✏️ Answer")
        unknown = GetChat(chat_id=ADMIN)
        chats.session.plan(GetChat, TelegramBadRequest(unknown, "Bad Request: chat not found"))
        await chats.say("yes, \u202emine")
        thanks, told = chats.session.of(SendMessage)[-2:]
        assert thanks.text == "Thank you, the admins see it now."
        assert told.chat_id == ADMIN and told.text.endswith(f"про мем № {submission.id}: yes, mine")
        remarks = await in_database(chats, lambda: stores.queue.remarks(submission.id))
        assert [(r.by, r.text) for r in remarks] == [(ADMIN, "yours?"), (1, "yes, mine")]

    proposing(scenario)


def test_forget_withdraws_what_waits_and_mydata_names_it(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        submission = await proposed(chats)
        await chats.say("/mydata")
        await chats.say("/forget")
        await chats.press("Delete")
        stores = stores_of(chats)
        forgotten = await in_database(chats, lambda: stores.submissions.get(submission.id))
        assert (forgotten.state, forgotten.author_id, forgotten.author_name) == ("withdrawn", None, "")
        assert await mine(chats) == []

    proposing(scenario)


def suggestion(chats: Chats, **content: Any) -> dict[str, Any]:
    message = chats.photo(UNKNOWN, chat=-500, suggested_post_info={"state": "pending"}, **content)
    return {**message, "chat": {"id": -500, "type": "supergroup", "is_direct_messages": True}}


def test_a_suggested_post_enters_the_same_queue_once_and_a_rejection_declines_it(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        message = suggestion(chats)
        await chats.feed(chats.update(message=message))
        await chats.feed(chats.update(message=message))
        (submission,) = await mine(chats)
        assert (submission.origin, submission.origin_chat) == ("suggested_post", -500)
        assert chats.session.of(SendChatAction) == []  # Telegram shows nobody writing there
        stores = stores_of(chats)
        await in_database(chats, lambda: stores.queue.reject(submission.id, ADMIN, now=NOW, reason_text="no"))
        chats.time += timedelta(minutes=2)
        await notices(chats).look()
        (declined,) = chats.session.of(DeclineSuggestedPost)
        assert (declined.chat_id, declined.message_id, declined.comment) == (-500, message["message_id"], "no")

    proposing(scenario)


def test_a_suggested_post_decided_in_telegram_leaves_the_queue(proposing: Run) -> None:
    async def scenario(chats: Chats) -> None:
        message = suggestion(chats)
        await chats.feed(chats.update(message=message))
        event = chats.message(chat=-500, suggested_post_declined={"suggested_post_message": message})
        await chats.feed(chats.update(message=event))
        (submission,) = await mine(chats)
        assert submission.state == "rejected"
        assert chats.session.of(DeclineSuggestedPost) == []

    proposing(scenario)
