"""A private chat: memes, questions, buttons, settings, the person's own data."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram.enums import ContentType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramServerError
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetFile,
    SendChatAction,
    SendDocument,
    SendMessage,
)
from aiogram.types import Chat, InlineKeyboardMarkup, Message
from chats import JOKE, NOW, UNKNOWN, Chats, entry, in_database

from memebot.inference import FairQueue
from memebot.telegram.subscribers.albums import _Album
from memebot.telegram.subscribers.background import Background
from memebot.telegram.ui.attachments import SAID_BY_PEOPLE
from memebot.vision.media.sniff import identify

Run = Callable[..., None]
SIZE = {"file_id": "x", "file_unique_id": "x", "width": 9, "height": 9}
LIVE = SIZE | {"duration": 1}
EVENTS = """
boost_added channel_chat_created chat_background_set chat_owner_changed chat_owner_left chat_shared
checklist_tasks_added checklist_tasks_done community_chat_added community_chat_joined community_chat_removed
connected_website delete_chat_photo direct_message_price_changed forum_topic_closed forum_topic_created
forum_topic_edited forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden
gift_upgrade_sent giveaway_completed giveaway_created group_chat_created left_chat_member managed_bot_created
message_auto_delete_timer_changed migrate_from_chat_id migrate_to_chat_id new_chat_members new_chat_photo
new_chat_title paid_message_price_changed passport_data pinned_message poll_option_added poll_option_deleted
proximity_alert_triggered refunded_payment successful_payment suggested_post_approval_failed
suggested_post_approved suggested_post_declined suggested_post_paid suggested_post_refunded
supergroup_chat_created user_shared users_shared video_chat_ended video_chat_participants_invited
video_chat_scheduled video_chat_started web_app_data write_access_allowed
"""
ODD_TYPES = ("binary/octet-stream", "image/x-png", "application/x-tgsticker", "application/x-matroska", "text/plain")


def test_a_meme_gets_a_sign_of_life_and_one_answer_under_it(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        kinds = [type(call) for call in chats.session.of(SendChatAction, SendMessage)]
        assert kinds == [SendChatAction, SendMessage]
        (answer,) = chats.session.of(SendMessage)
        quotation = "It says: “nobody expects the validation set but overfit”."
        assert answer.text.startswith(f"{quotation}\n\n<b>swot (en)</b>\n\nA joke about a swot.")
        assert "<i>Meme recognised: " in answer.text
        assert answer.reply_parameters.message_id == 1
        assert chats.labels() == ["Overfitting", "👍", "👎", "Another guess", "What I read", "По-русски"]

    chatting(scenario)


def test_a_concept_opens_in_place_and_back_leads_to_the_same_answer(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        first = chats.texts()[-1]
        toast = await chats.press("Overfitting")
        assert toast is not None
        assert chats.texts()[-1] == "<b>Overfitting</b>\n\nThe model swots. Funny 1 &lt; 2 &amp; 3."
        await chats.press("← Back")
        assert chats.texts()[-1] == first
        assert len(chats.session.of(SendMessage)) == 1

    chatting(scenario)


def test_the_language_of_a_page_changes_in_place_and_stays_while_one_goes_on(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        await chats.press("Overfitting")
        await chats.press("По-русски")
        assert "Модель зубрит" in chats.texts()[-1]
        await chats.press("← Назад")
        assert "Шутка про зубрилу" in chats.texts()[-1]

    chatting(scenario)


def test_where_there_is_a_site_answers_link_to_the_page_of_what_they_tell(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        assert '<a href="https://example.org/memes/en/swot">Read it on the web</a>' in chats.texts()[-1]
        await chats.press("Overfitting")
        assert '"https://example.org/memes/en/overfitting"' in chats.texts()[-1]
        await chats.press("По-русски")
        assert '"https://example.org/memes/ru/overfitting">Статья на сайте' in chats.texts()[-1]
        await chats.show(UNKNOWN)
        assert "example.org" not in chats.texts()[-1]

    chatting(scenario, web_url="https://example.org/memes/")


def test_what_was_read_is_behind_a_button_word_for_word(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(b"<b>THE FLOOR IS</b> *overfit*")
        await chats.press("What I read")
        assert "<blockquote expandable>&lt;b&gt;THE FLOOR IS&lt;/b&gt; *overfit*</blockquote>" in chats.texts()[-1]

    chatting(scenario)


def test_another_guess_is_marked_as_one(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        await chats.press("Another guess")
        assert chats.texts()[-1].startswith("<i>Guess 1. It may be this:</i>")

    chatting(scenario)


def test_what_is_unknown_is_said_and_offers_to_tell(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        assert chats.texts() == ["This meme is not in my base yet."]
        assert chats.labels() == ["🔔 Tell me when it is explained", "What I read", "По-русски"]
        toast = await chats.press("🔔 Tell me when it is explained")
        assert toast.text == "I will tell you when somebody explains it."
        assert "🔕 Do not tell me" in chats.labels()
        await chats.press("🔕 Do not tell me")
        assert await in_database(chats, chats.state.subscriptions.waiting) == []

    chatting(scenario)


def test_who_asked_is_told_once_when_somebody_explains_it(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        await chats.press("🔔 Tell me when it is explained")
        background: Background = chats.running.background
        await background.look()
        before = len(chats.texts())
        kb = chats.kb
        await in_database(
            chats,
            lambda: kb.changes.save(
                entry("soup", "joke", "Суп.", "A soup joke.", says=("boil the beetroot",)), author="x", now=NOW
            ),
        )
        await background.look()
        await background.look()
        told = chats.texts()[before:]
        assert len(told) == 1
        assert told[0].startswith("The meme that you asked about, I can explain it now:")
        assert "A soup joke." in told[0]
        assert chats.vision.refreshed == 2

    chatting(scenario)


def test_a_picture_seen_before_is_answered_from_the_record_with_the_same_words(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE, user=1)
        await chats.show(JOKE, user=2)
        assert chats.vision.reads == chats.vision.searches == 1
        assert chats.texts()[0] == chats.texts()[1]

    chatting(scenario)


def test_a_caption_counts_and_the_picture_is_not_read_again_for_it(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        await chats.show(UNKNOWN, caption="is that overfitting?")
        assert (chats.vision.reads, chats.vision.searches) == (1, 2)
        assert "Overfitting" in chats.texts()[-1] or "overfitting" in chats.texts()[-1]

    chatting(scenario)


def test_a_change_of_the_base_changes_the_answer_without_reading_again(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        kb = chats.kb
        await in_database(
            chats,
            lambda: kb.changes.save(
                entry("soup", "joke", "Суп.", "A soup joke.", says=("boil the beetroot",)), author="x", now=NOW
            ),
        )
        await chats.show(UNKNOWN)
        assert "A soup joke." in chats.texts()[-1]
        assert chats.vision.reads == 1

    chatting(scenario)


def test_a_question_is_answered_in_its_own_language(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("что такое переобучение?")
        assert "Модель зубрит" in chats.texts()[-1]
        assert "<i>Понял вопрос: " in chats.texts()[-1]
        assert "What I read" not in chats.labels()
        await chats.say("how to cook borscht?")
        assert chats.texts()[-1] == "I have no answer to this question yet."

    chatting(scenario)


def test_an_album_is_one_submission_and_one_answer(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        parts = [chats.photo(data, media_group_id="g") for data in (b"the floor is", b"overfit", b"beetroot")]
        other = chats.photo(JOKE, media_group_id="g", user=2)
        await chats.feed(*(chats.update(message=m) for m in (*parts, other)))
        assert len(chats.session.of(SendMessage)) == 2
        album = next(call for call in chats.session.of(SendMessage) if call.chat_id == 1)
        assert album.reply_parameters.message_id == 1
        assert "lava" in album.text
        assert "verfitting" in album.text
        assert await in_database(chats, lambda: chats.state.inbox.open_updates(42)) == []

    chatting(scenario)


@pytest.mark.parametrize(
    "media",
    [
        {"document": {"file_id": "x", "file_unique_id": "x", "mime_type": "image/png"}},
        {
            "document": {
                "file_id": "x",
                "file_unique_id": "x",
                "mime_type": "application/octet-stream",
                "file_name": "Meme.JPG",
            }
        },
        {
            "sticker": {
                "file_id": "x",
                "file_unique_id": "x",
                "type": "regular",
                "width": 9,
                "height": 9,
                "is_animated": False,
                "is_video": False,
            }
        },
        {
            "sticker": {
                "file_id": "x",
                "file_unique_id": "x",
                "type": "regular",
                "width": 9,
                "height": 9,
                "is_animated": True,
                "is_video": False,
                "thumbnail": {"file_id": "y", "file_unique_id": "y", "width": 9, "height": 9},
            }
        },
        {"animation": {"file_id": "x", "file_unique_id": "x", "width": 9, "height": 9, "duration": 1}},
        {"video": {"file_id": "x", "file_unique_id": "x", "width": 9, "height": 9, "duration": 1}},
        {"video_note": {"file_id": "x", "file_unique_id": "x", "length": 9, "duration": 1}},
        {"live_photo": LIVE, "photo": [SIZE]},
        {"live_photo": LIVE | {"photo": [SIZE]}},
        {"live_photo": LIVE},
        {"game": {"title": "t", "description": "d", "photo": [SIZE]}},
        {"paid_media": {"star_count": 1, "paid_media": [{"type": "photo", "photo": [SIZE]}]}},
        {"rich_message": {"blocks": [{"type": "divider"}, {"type": "photo", "photo": [SIZE]}]}},
        *({"document": {"file_id": "x", "file_unique_id": "x", "mime_type": mime}} for mime in ODD_TYPES),
    ],
    ids=lambda media: "-".join([*media, str(media.get("document", {}).get("mime_type", ""))]),
)
def test_everything_that_shows_a_meme_is_explained(chatting: Run, media: dict[str, Any]) -> None:
    async def scenario(chats: Chats) -> None:
        chats.session.files["x"] = JOKE
        await chats.feed(chats.update(message=chats.message(**media)))
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"voice": {"file_id": "x", "file_unique_id": "x", "duration": 1}}, "cannot listen"),
        ({"text": "https://example.org/x"}, "do not follow links"),
        ({"text": "vk.com/x", "entities": [{"type": "url", "offset": 0, "length": 8}]}, "do not follow links"),
        ({"giveaway": {"chats": [], "winners_selection_date": 1, "winner_count": 1}}, "cannot explain that"),
        ({"rich_message": {"blocks": [{"type": "divider"}]}}, "cannot explain that"),
        ({}, "cannot explain that"),
        (
            {
                "video": {
                    "file_id": "x",
                    "file_unique_id": "x",
                    "width": 1,
                    "height": 1,
                    "duration": 1,
                    "file_size": 21_000_000,
                }
            },
            "up to 20 MB",
        ),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "cannot explain that"),
        ({"text": "x" * 501}, "too long"),
    ],
    ids=["voice", "link", "bare-link", "giveaway", "article", "newer-than-the-bot", "large", "contact", "long"],
)
def test_what_cannot_be_explained_gets_a_helpful_sentence(chatting: Run, content: dict[str, Any], said: str) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.feed(chats.update(message=chats.message(**content)))
        assert [said in text for text in chats.texts()] == [True]

    chatting(scenario)


def test_every_kind_of_message_is_a_picture_words_said_otherwise_or_an_event_of_the_chat() -> None:
    pictures = {"photo", "live_photo", "animation", "sticker", "video", "video_note", "document"}
    others = {kind.value for kind in ContentType if kind not in SAID_BY_PEOPLE} - pictures - {"any", "text"}
    assert others == set(EVENTS.split())


@pytest.mark.parametrize("event", ["group_chat_created", "delete_chat_photo"])
def test_an_event_of_the_chat_is_not_answered(chatting: Run, event: str) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.feed(chats.update(message=chats.message(**{event: True})))
        assert chats.texts() == []

    chatting(scenario)


def test_a_format_that_is_not_opened_is_named(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.vision.read = lambda data: identify(data)  # type: ignore[assignment,return-value]
        for name, data in (("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), ("JPEG XL", b"\xff\x0a\0\0")):
            await chats.show(data)
            assert chats.texts()[-1].startswith(f"I do not open {name} yet.")

    chatting(scenario)


def test_a_live_photo_is_one_of_an_album_may_be_proposed_and_replied_to(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.session.files["x"] = b"overfit"
        live = {"live_photo": LIVE, "photo": [SIZE]}
        album = [chats.message(media_group_id="1", **live), chats.photo(b"the floor is", media_group_id="1")]
        await chats.feed(*(chats.update(message=part) for part in album))
        (answer,) = chats.session.of(SendMessage)
        assert "lava" in answer.text
        assert "verfitting" in answer.text
        forwarded = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}, **live}
        await chats.say("/explain", reply_to_message=chats.message(**forwarded))
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


def test_a_picture_captioned_explain_is_explained_in_private_too(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        command = {"caption": "/explain", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 8}]}
        await chats.show(JOKE, **command)
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


def test_of_a_clip_that_is_too_large_the_thumbnail_is_explained_and_that_is_said(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.session.files["small"] = JOKE
        thumbnail = {"file_id": "small", "file_unique_id": "small", "width": 9, "height": 9}
        video = SIZE | {"duration": 1, "file_size": 21_000_000, "thumbnail": thumbnail}
        await chats.feed(chats.update(message=chats.message(video=video)))
        assert chats.texts()[-1].startswith(
            "<i>The file is larger than 20 MB, so this is about its preview picture.</i>"
        )
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


def test_an_albums_window_is_waited_for_once_after_its_last_part(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def scenario() -> None:
        album, sleep = _Album(), asyncio.sleep
        first, second = (Message(message_id=n, date=NOW, chat=Chat(id=1, type="private")) for n in (1, 2))

        async def nap(seconds: float) -> None:
            if not waited:
                album.add(second, 2)
            waited.append(seconds)
            await sleep(seconds)

        monkeypatch.setattr(asyncio, "sleep", nap)
        album.add(first, 1)
        assert len((await album.complete(0.5)).parts) == 2

    asyncio.run(scenario())
    assert sum(waited) < 0.9


def test_the_bell_is_remembered_when_the_language_changes(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN)
        await chats.press("🔔 Tell me when it is explained")
        await chats.press("По-русски")
        await chats.press("In English")
        assert "🔕 Do not tell me" in chats.labels()

    chatting(scenario)


def test_an_answer_whose_entry_is_deleted_asks_for_no_vote(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        await chats.press("По-русски")
        for name in ("swot", "overfitting"):
            await in_database(chats, lambda name=name: chats.kb.changes.delete(name, author="test", now=NOW))
        await chats.press("In English")
        assert not {"👍", "👎"} & {*chats.labels()}
        assert chats.texts()[-1].startswith("What explained this has been deleted")
        assert "recognised" not in chats.texts()[-1]

    chatting(scenario)


def test_forgetting_does_not_reset_the_hourly_limit(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        await in_database(chats, lambda: chats.answering.forget(1))
        await chats.show(UNKNOWN)
        assert "hour" in chats.texts()[-1]
        chats.time += timedelta(hours=1, seconds=1)
        await chats.show(UNKNOWN)
        assert chats.texts()[-1] == "This meme is not in my base yet."

    chatting(scenario, user_hourly_limit=1)


def test_an_edited_question_is_answered(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("what is overfiddling?")
        edited = chats.message(text="what is overfitting?", edit_date=int(NOW.timestamp()))
        await chats.feed(chats.update(edited_message=edited))
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


def test_a_broken_picture_is_said_to_be_broken(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(b"broken")
        assert chats.texts() == ["The file is damaged. Please send it again."]

    chatting(scenario)


def test_a_file_that_telegram_does_not_give_out_is_said(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.session.plan(GetFile, TelegramBadRequest(GetFile(file_id="x"), "Bad Request: file is too big"))
        await chats.show(JOKE)
        assert "up to 20 MB" in chats.texts()[-1]

    chatting(scenario)


def test_commands_answer_in_the_persons_language(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        for command, said in (
            ("/start", "Send a machine-learning meme"),
            ("/help", "@meme_bot overfitting"),
            ("/privacy", "after 90 days"),
            ("/explain", "Send the meme itself"),
            ("/what", "What I can do"),
        ):
            await chats.say(command)
            assert said in chats.texts()[-1], command
        await chats.say("/start", lang="ru")
        assert "Пришлите мем" in chats.texts()[-1]

    chatting(scenario)


def test_the_chosen_language_outlives_a_restart(chatting: Run) -> None:
    async def choose(chats: Chats) -> None:
        await chats.say("/lang")
        await chats.press("Русский")
        assert chats.texts()[-1] == "Теперь отвечаю по-русски."

    async def after(chats: Chats) -> None:
        await chats.say("/privacy")
        assert "Что хранится" in chats.texts()[-1]
        await chats.say("/lang en")
        assert chats.texts()[-1] == "I answer in English from now on."

    chatting(choose)
    chatting(after)


def test_mydata_sends_a_file_and_forget_leaves_nothing(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        await chats.press("👍")
        await chats.say("/mydata")
        (sent,) = chats.session.of(SendDocument)
        about = json.loads(sent.document.data)
        assert about["answers"][0]["text"] == JOKE.decode()
        assert about["feedback"][0]["vote"] == 1
        assert "Secret Name" not in sent.document.data.decode()
        await chats.say("/forget")
        await chats.press("Leave it")
        assert len(await data_of(chats)) == 1
        await chats.say("/forget")
        await chats.press("Delete")
        assert chats.texts()[-1] == "Done: nothing about you is left."
        assert await data_of(chats) == []

    chatting(scenario)


async def data_of(chats: Chats) -> list[Any]:
    rows: list[Any] = (await in_database(chats, lambda: chats.state.about(1)))["user"]
    return rows


def test_what_the_bots_own_inline_mode_wrote_is_no_question(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        me = {"id": 42, "is_bot": True, "first_name": "Bot"}
        await chats.say("Overfitting: the model swots.", via_bot=me)
        assert chats.texts() == []
        await chats.say("what is overfitting?", via_bot=me | {"id": 43})
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


def test_words_in_answer_to_a_meme_are_about_that_meme(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(JOKE)
        await chats.say("why is it funny?", reply_to_message=meme)
        assert "A joke about a swot." in chats.texts()[-1]
        elsewhere = {"origin": {"type": "hidden_user", "date": 0, "sender_user_name": "x"}, "photo": meme["photo"]}
        await chats.say("and this?", external_reply=elsewhere)
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


def test_a_link_beside_words_is_a_question(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("what is overfitting? https://example.org/x")
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


def test_the_sign_of_life_does_not_wait_for_an_album_to_be_complete(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        feeding = asyncio.create_task(chats.show(JOKE, media_group_id="g"))
        while not chats.session.of(SendChatAction):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        assert chats.vision.reads == 0
        await feeding

    chatting(scenario, album_window_s=1)  # so long it would wait


def test_that_a_press_cannot_be_answered_keeps_nobody_from_the_page(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        for middleware in chats.session.middleware:
            setattr(middleware, "_sleep", _at_once)  # noqa: B010
        for _ in range(6):
            chats.session.plan(
                AnswerCallbackQuery,
                TelegramServerError(AnswerCallbackQuery(callback_query_id="1"), "Internal Server Error"),
            )
        await chats.press("Overfitting")
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


async def _at_once(seconds: float) -> None:
    """No pause."""


def test_a_forged_button_opens_nobody_elses_answer(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(b"my secret picture", user=1)
        await chats.show(JOKE, user=2)
        toast = await chats.press("v:1:en:r", user=2)
        assert toast.text == "This answer has been deleted. Please send the meme again."
        assert "secret" not in "".join(chats.texts()[1:])

    chatting(scenario)


@pytest.mark.parametrize(
    "data",
    ["v:zz:en:m", "v:1:xx:m", "v:1:en:q", "v:1:en:g99", "v:1:en:enothing", "f:@:+", "t:999:+", "nonsense", "v:1:en"],
)
def test_every_press_is_answered_whatever_it_carries(chatting: Run, data: str) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        assert (await chats.press(data)).text

    chatting(scenario)


def test_buttons_fit_telegrams_64_bytes_even_for_the_longest_entry(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        kb = chats.kb
        long_id = "a" * 48
        await in_database(chats, lambda: kb.changes.save(entry(long_id, "concept", "x", "x"), author="x", now=NOW))
        await in_database(
            chats,
            lambda: kb.changes.save(
                entry("long", "joke", "x", "x", says=("gizmotron is coming",), concepts=(long_id,)), author="x", now=NOW
            ),
        )
        await in_database(
            chats, lambda: chats.state.db.execute("insert into sqlite_sequence values ('answers', 2000000000)")
        )
        await chats.show(b"gizmotron is coming")
        keyboard: InlineKeyboardMarkup = chats.shown()[-1].reply_markup
        data = [str(b.callback_data) for row in keyboard.inline_keyboard for b in row]
        assert any(long_id in d for d in data)
        assert max(len(d.encode()) for d in data) <= 64

    chatting(scenario)


def test_a_button_under_a_message_that_is_too_old_to_see_still_works(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        await chats.press("v:1:en:eoverfitting", accessible=False)
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


def test_an_expired_press_still_opens_the_page(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        chats.session.plan(
            AnswerCallbackQuery,
            TelegramBadRequest(
                AnswerCallbackQuery(callback_query_id="1"), "Bad Request: query is too old and response timeout expired"
            ),
        )
        await chats.press("Overfitting")
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


@pytest.mark.parametrize(
    ("message", "sent"),
    [("message is not modified: specified new", 1), ("message to edit not found", 2), ("message can't be edited", 2)],
)
def test_a_message_that_cannot_be_edited_is_sent_anew_and_an_equal_one_is_left(
    chatting: Run, message: str, sent: int
) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        chats.session.plan(EditMessageText, TelegramBadRequest(EditMessageText(text="x"), f"Bad Request: {message}"))
        await chats.press("Overfitting")
        assert len(chats.session.of(SendMessage)) == sent

    chatting(scenario)


def test_who_blocked_the_bot_is_noted_and_nothing_else_happens(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.session.plan(
            SendMessage,
            TelegramForbiddenError(SendMessage(chat_id=1, text="x"), "Forbidden: bot was blocked by the user"),
        )
        await chats.show(JOKE)
        assert len(chats.session.of(SendMessage)) == 1
        row = await in_database(chats, lambda: chats.state.about(1))
        assert row["user"][0]["blocked_at"] is not None

    chatting(scenario)


def test_a_mistake_of_ours_is_admitted_and_does_not_stop_the_bot(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        def fail() -> None:
            raise ZeroDivisionError

        chats.vision.gate = fail
        await chats.show(JOKE)
        assert "that is my fault" in chats.texts()[-1]
        await chats.say("/explain", chat=-100, lang="ru", reply_to_message=chats.photo(JOKE, chat=-100))
        assert "моя ошибка" in chats.texts()[-1]
        chats.vision.gate = lambda: None
        await chats.show(JOKE)
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


def test_who_sends_too_much_is_told_and_others_are_answered(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        for number in range(3):
            await chats.show(f"picture {number}".encode())
        assert "no more than 2 pictures" in chats.texts()[-1]
        await chats.show(b"picture of another", user=2)
        assert "not in my base" in chats.texts()[-1]
        await chats.show(b"picture 0")  # from the record: costs nothing
        assert "not in my base" in chats.texts()[-1]

    chatting(scenario, user_hourly_limit=2)


def test_a_long_wait_is_told_and_the_answer_comes_into_that_message(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        held = threading.Event()
        chats.vision.gate = lambda: held.wait(60) and None
        pictures = [chats.update(message=chats.photo(f"overfit {n}".encode(), user=n + 1)) for n in range(12)]
        feeding = asyncio.create_task(chats.feed(*pictures))
        await chats.sent(3)
        notices = chats.texts()
        assert "There is a queue: 7 pictures are before yours" in notices[0]
        held.set()
        await feeding
        assert len(chats.session.of(SendMessage)) == 12
        edits = chats.session.of(EditMessageText)
        assert len(edits) == len([t for t in chats.texts() if "There is a queue" in t])
        assert all("verfitting" in edit.text for edit in edits)

    chatting(scenario)


def test_a_full_queue_is_said_at_once(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        held = threading.Event()
        chats.vision.gate = lambda: held.wait(60) and None
        pictures = [chats.update(message=chats.photo(f"overfit {n}".encode(), user=n + 1)) for n in range(5)]
        feeding = asyncio.create_task(chats.feed(*pictures))
        await chats.sent(2)
        assert all("more memes at once" in text for text in chats.texts())
        held.set()
        await feeding
        assert len(chats.session.of(SendMessage)) == 5

    chatting(scenario, queue=FairQueue(slots=1, limit=2))


def test_logs_hold_ids_only(chatting: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario(chats: Chats) -> None:
        await chats.say("what about my private overfitting?")
        await chats.show(b"private words", caption="private caption")
        chats.session.plan(SendMessage, TelegramForbiddenError(SendMessage(chat_id=1, text="x"), "Forbidden"))
        await chats.show(b"other private words")

    chatting(scenario)
    for secret in ("private", "Secret Name", "TEST_TEST"):
        assert secret not in caplog.text


async def three_wait_for_an_answer(chats: Chats) -> None:
    for user in (1, 2, 3):
        await chats.show(UNKNOWN, user=user)
        await chats.press("🔔 Tell me when it is explained", user=user)
    known = entry("beetroot", "joke", "Повар ждёт.", "A cook waits.", says=("boil the beetroot for two hours",))
    await in_database(chats, lambda: chats.kb.changes.save(known, author="tg:9", now=NOW))


def told(chats: Chats) -> list[int]:
    return [call.chat_id for call in chats.session.of(SendMessage) if "A cook waits." in (call.text or "")]


def test_who_asked_to_be_told_is_told_once_though_the_process_dies_while_telegram_lets_it_wait(
    chatting: Run, tmp_path: Path
) -> None:
    copy = tmp_path / "killed"
    copy.mkdir()

    async def killed(chats: Chats) -> None:
        await three_wait_for_an_answer(chats)
        asked = asyncio.Event()

        async def wait(*_: Any, **__: Any) -> int:
            asked.set()
            await asyncio.sleep(40)
            raise AssertionError("killed before")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chats.running.delivery, "send", wait)
            look = asyncio.create_task(chats.running.background.look())
            await asked.wait()
            await in_database(chats, lambda: chats.state.db.execute("vacuum into ?", [str(copy / "memebot.sqlite3")]))
            look.cancel()  # the copy is what a kill at this moment leaves

    async def again(chats: Chats) -> None:
        for _ in range(3):
            await chats.running.background.look()
        assert sorted(told(chats)) == [1, 2, 3]

    chatting(killed)
    (copy / "memebot.sqlite3").replace(tmp_path / "memebot.sqlite3")
    chatting(again)


def test_who_could_not_be_told_is_told_later_and_the_failures_count_as_no_answers(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await three_wait_for_an_answer(chats)
        before = await in_database(chats, lambda: chats.state.answers.pictures_since(1, NOW - timedelta(hours=1)))
        broken = TelegramBadRequest(SendMessage(chat_id=1, text="x"), "Bad Request: something new")
        for _ in range(3):
            chats.session.plan(SendMessage, broken)
            with pytest.raises(TelegramBadRequest):
                await chats.running.background.look()
        refused = len(told(chats))
        for _ in range(3):
            await chats.running.background.look()
        assert sorted(told(chats)[refused:]) == [1, 2, 3]
        after = await in_database(chats, lambda: chats.state.answers.pictures_since(1, NOW - timedelta(hours=1)))
        assert after == before + 1

    chatting(scenario)


def test_what_a_person_wrote_is_in_no_row_and_no_byte_after_forget(chatting: Run, tmp_path: Path) -> None:
    secret = "overfitting zanzibar"

    async def scenario(chats: Chats) -> None:
        await chats.show(UNKNOWN, user=2)
        await chats.show(UNKNOWN, user=1, caption=secret)
        await chats.show(b"own", user=1, caption=secret)
        await chats.say(f"what is {secret}?", user=1)
        for number in range(30):
            await chats.say(f"what is {secret} of {'gradient ' * number}?", user=1 + number % 2 * 2)
        kept = await in_database(chats, lambda: "\n".join(chats.state.db.conn.iterdump()))
        assert "zanzibar" in kept
        assert files_with(b"zanzibar", tmp_path)
        await chats.say("/forget", user=1)
        await chats.press("Delete", user=1)
        await in_database(chats, lambda: chats.answering.forget(3))
        assert "zanzibar" not in await in_database(chats, lambda: "\n".join(chats.state.db.conn.iterdump()))
        assert files_with(b"zanzibar", tmp_path) == []

    chatting(scenario)


def files_with(data: bytes, folder: Path) -> list[str]:
    return [file.name for file in folder.glob("memebot.sqlite3*") if data in file.read_bytes()]


def test_purging_takes_what_is_older_than_is_promised(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        await in_database(
            chats, lambda: chats.state.db.execute("update answers set at = ?", [(NOW - timedelta(days=91)).isoformat()])
        )
        await chats.running.background.look()
        toast = await chats.press("Overfitting")
        assert "deleted" in toast.text

    chatting(scenario)


def test_a_burst_past_the_limit_is_refused_once(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.running.dispatcher["conversation"].pictures.queue.per_user = 2
        pictures = [chats.update(message=chats.photo(b"overfit %d" % number)) for number in range(12)]
        await chats.feed(*pictures)
        refused = [text for text in chats.texts() if text.startswith("I am still looking at 2 pictures")]
        assert len(refused) == 1
        answered = [text for text in chats.texts() if "Topic recognised" in text]
        assert len(answered) >= 2 and len(chats.texts()) == len(answered) + 1

    chatting(scenario)
