"""Media that Telegram has are sent on: alone, as an album, with a caption as its author formatted it."""

from collections.abc import Callable

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
)
from aiogram.methods import (
    DeleteMessage,
    EditMessageReplyMarkup,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendSticker,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from chats import Chats

from memebot.telegram.errors import Unreachable
from memebot.telegram.transport.delivery import Destination
from moderation.model import Medium

Run = Callable[..., None]
PHOTO = Medium("photo", "p1", "u1")
BOLD = [MessageEntity(type="bold", offset=0, length=3)]
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="x", callback_data="x")]])


def test_one_picture_keeps_its_caption_and_its_formatting(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        ids = await chats.running.delivery.send_media(Destination(1), [PHOTO], "one <b>", BOLD, KEYBOARD)
        (sent,) = chats.session.of(SendPhoto)
        assert len(ids) == 1
        assert (sent.photo, sent.caption, sent.caption_entities) == ("p1", "one <b>", BOLD)
        assert sent.parse_mode is None
        assert sent.reply_markup == KEYBOARD

    chatting(scenario)


def test_an_answer_that_was_sent_twice_because_telegrams_word_was_lost_stays_once(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        def done_and_lost() -> None:
            chats.session._sent(1)
            raise TelegramNetworkError(SendMessage(chat_id=1, text="x"), "lost")

        def unchanged() -> None:
            raise TelegramBadRequest(EditMessageReplyMarkup(), "Bad Request: message is not modified")

        delivery = chats.running.delivery
        first = await delivery.send(Destination(1), "before", KEYBOARD)
        chats.session.plan(SendMessage, done_and_lost)
        chats.session.plan(EditMessageReplyMarkup, unchanged)
        assert await delivery.send(Destination(1), "answer", KEYBOARD) == first + 1
        (gone,) = chats.session.of(DeleteMessage)
        assert gone.message_id == first + 2

    chatting(scenario)


def test_a_message_that_was_never_sent_before_is_left_alone(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        delivery = chats.running.delivery
        first = await delivery.send(Destination(1), "before", KEYBOARD)
        lost = TelegramNetworkError(SendMessage(chat_id=1, text="x"), "lost")
        chats.session.plan(SendMessage, lost)
        assert await delivery.send(Destination(1), "answer", KEYBOARD) == first + 1
        assert chats.session.of(DeleteMessage, EditMessageReplyMarkup) == []

    chatting(scenario)


def test_several_go_as_one_album_with_the_caption_on_the_first(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        media = [PHOTO, Medium("video", "v", "u2"), Medium("photo", "p2", "u3")]
        ids = await chats.running.delivery.send_media(Destination(1), media, "album", BOLD)
        (sent,) = chats.session.of(SendMediaGroup)
        assert len(ids) == len(set(ids)) == 3
        assert [(m.type, m.media, m.caption) for m in sent.media] == [
            ("photo", "p1", "album"),
            ("video", "v", None),
            ("photo", "p2", None),
        ]
        assert sent.media[0].caption_entities == BOLD

    chatting(scenario)


def test_a_sticker_goes_without_a_caption(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.running.delivery.send_media(Destination(1), [Medium("sticker", "s", "u")], "words")
        (sent,) = chats.session.of(SendSticker)
        assert sent.sticker == "s"

    chatting(scenario)


def test_a_group_that_moved_gets_its_media_under_the_new_id(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        moved = TelegramMigrateToChat(SendPhoto(chat_id=-1, photo="p1"), "moved", -200)
        chats.session.plan(SendPhoto, moved)
        await chats.running.delivery.send_media(Destination(-1, private=False), [PHOTO])
        assert [call.chat_id for call in chats.session.of(SendPhoto)] == [-1, -200]

    chatting(scenario)


def test_a_topic_that_is_gone_is_left_out(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        gone = TelegramBadRequest(SendPhoto(chat_id=-1, photo="p1"), "Bad Request: message thread not found")
        chats.session.plan(SendPhoto, gone)
        await chats.running.delivery.send_media(Destination(-1, 7, private=False), [PHOTO])
        assert [call.message_thread_id for call in chats.session.of(SendPhoto)] == [7, None]

    chatting(scenario)


def test_a_chat_that_cannot_be_written_to_is_unreachable_and_a_lost_file_is_not(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        call = SendPhoto(chat_id=1, photo="p1")
        chats.session.plan(SendPhoto, TelegramForbiddenError(call, "Forbidden: bot was blocked by the user"))
        with pytest.raises(Unreachable):
            await chats.running.delivery.send_media(Destination(1), [PHOTO])
        chats.session.plan(SendPhoto, TelegramBadRequest(call, "Bad Request: wrong file identifier"))
        with pytest.raises(TelegramBadRequest):
            await chats.running.delivery.send_media(Destination(1), [PHOTO])

    chatting(scenario)
