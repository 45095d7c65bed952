"""Groups and inline mode: the bot speaks when it is asked."""

from collections.abc import Callable
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramMigrateToChat
from aiogram.methods import AnswerInlineQuery, SendChatAction, SendMessage
from chats import JOKE, NOW, UNKNOWN, Chats, entry, in_database

Run = Callable[..., None]
GROUP = -100


def test_the_bot_is_silent_until_it_is_asked(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE, chat=GROUP)
        await chats.say("what is overfitting?", chat=GROUP)
        assert chats.session.of(SendMessage, SendChatAction) == []
        assert (await in_database(chats, lambda: chats.state.about(1)))["user"] == []

    chatting(scenario)


def test_explain_as_a_reply_explains_somebodys_meme(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(JOKE, chat=GROUP, user=2)
        await chats.say("/explain", chat=GROUP, reply_to_message=meme)
        assert "A joke about a swot." in chats.texts()[-1]
        assert "What I read" not in chats.labels()

    chatting(scenario)


def test_explain_alone_says_how(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/explain", chat=GROUP)
        assert "reply to it with /explain" in chats.texts()[-1]

    chatting(scenario)


def mention(text: str) -> dict[str, Any]:
    return {"text": text, "entities": [{"type": "mention", "offset": text.index("@"), "length": len("@meme_bot")}]}


def test_a_mention_asks_like_the_command(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.feed(chats.update(message=chats.message(chat=GROUP, **mention("@Meme_Bot what is overfitting?"))))
        assert "The model swots" in chats.texts()[-1]
        meme = chats.photo(JOKE, chat=GROUP)
        reply = chats.message(chat=GROUP, **mention("@meme_bot"), reply_to_message=meme)
        await chats.feed(chats.update(message=reply))
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


def test_small_talk_is_answered_and_is_no_question_that_the_base_lacks(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        asked = chats.message(text="x") | {"from": {"id": chats.running.bot.id, "is_bot": True, "first_name": "Bot"}}
        for words, answer in (("hello", "Hello"), ("спасибо!", "Пожалуйста")):
            await chats.say(words, chat=GROUP, reply_to_message=asked)
            assert answer in chats.texts()[-1]
        await chats.say("thanks")
        kept = await in_database(chats, lambda: chats.state.about(1))
        assert "hello" not in str(kept) and "thanks" not in str(kept)
        assert kept["answers"] == []

    chatting(scenario)


def test_an_album_that_names_the_bot_once_is_explained_as_a_whole(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        said = mention("@meme_bot ?")
        words = {"caption": said["text"], "caption_entities": said["entities"]}
        parts = [
            chats.photo(b"the floor is", chat=GROUP, media_group_id="g", **words),
            chats.photo(b"overfit", chat=GROUP, media_group_id="g"),
        ]
        await chats.feed(*(chats.update(message=part) for part in parts))
        (answer,) = chats.session.of(SendMessage)
        assert "lava" in answer.text
        assert "verfitting" in answer.text
        command = {"caption": "/explain", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 8}]}
        await chats.show(JOKE, chat=GROUP, media_group_id="h", **command)
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


def test_an_album_that_asks_nothing_is_left(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        parts = [chats.photo(data, chat=GROUP, media_group_id="g", caption="look") for data in (JOKE, b"overfit")]
        await chats.feed(*(chats.update(message=part) for part in parts))
        assert chats.session.of(SendMessage, SendChatAction) == []
        assert await in_database(chats, lambda: chats.state.inbox.open_updates(42)) == []

    chatting(scenario)


def test_what_a_channel_puts_into_its_group_asks_nothing_though_it_names_the_bot(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        channel = {"id": -500, "type": "channel", "title": "News"}
        post = mention("explained by @meme_bot") | {"is_automatic_forward": True, "sender_chat": channel}
        await chats.feed(chats.update(message=chats.message(chat=GROUP, **post)))
        assert chats.texts() == []
        forwarded = chats.photo(JOKE, chat=GROUP, is_automatic_forward=True)
        await chats.say("/explain", chat=GROUP, reply_to_message=forwarded)
        assert "A joke about a swot." in chats.texts()[-1]

    chatting(scenario)


def test_explain_on_a_voice_message_says_what_would_do(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        voice = chats.message(chat=GROUP, voice={"file_id": "x", "file_unique_id": "x", "duration": 1})
        await chats.say("/explain", chat=GROUP, reply_to_message=voice)
        assert "cannot listen" in chats.texts()[-1]

    chatting(scenario)


def test_a_reply_to_the_bots_own_message_is_said_to_it(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        theirs = chats.message(chat=GROUP, text="a remark", user=2)
        await chats.say("what is overfitting?", chat=GROUP, reply_to_message=theirs)
        assert chats.texts() == []
        ours = chats.message(chat=GROUP, text="an answer") | {
            "from": {"id": 42, "is_bot": True, "first_name": "Bot", "username": "meme_bot"}
        }
        await chats.say("what is overfitting?", chat=GROUP, reply_to_message=ours)
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


def test_three_who_wait_in_one_group_get_one_answer_there(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(UNKNOWN, chat=GROUP)
        await chats.say("/explain", chat=GROUP, reply_to_message=meme)
        for user in (1, 2, 3):
            await chats.press("🔔 Tell me when it is explained", user=user)
        assert len(await in_database(chats, chats.state.subscriptions.waiting)) == 3
        told = entry("borscht", "joke", "Про борщ.", "About borscht.", says=("boil the beetroot",))
        await in_database(chats, lambda: chats.kb.changes.save(told, author="tg:5", now=NOW))
        before = len(chats.session.of(SendMessage))
        await chats.running.background.look()
        to_group = [call for call in chats.session.of(SendMessage)[before:] if call.chat_id == GROUP]
        assert len(to_group) == 1
        assert await in_database(chats, chats.state.subscriptions.waiting) == []

    chatting(scenario)


def test_an_answer_stays_in_its_topic_and_leaves_it_when_it_is_gone(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(JOKE, chat=GROUP)
        topic = {"is_topic_message": True, "message_thread_id": 5}
        await chats.say("/explain", chat=GROUP, reply_to_message=meme, **topic)
        assert chats.shown()[-1].message_thread_id == 5
        chats.session.plan(
            SendMessage,
            TelegramBadRequest(SendMessage(chat_id=GROUP, text="x"), "Bad Request: message thread not found"),
        )
        await chats.say("/explain", chat=GROUP, reply_to_message=meme, **topic)
        assert chats.shown()[-1].message_thread_id is None

    chatting(scenario)


def test_an_anonymous_admin_is_answered_in_the_default_language(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(JOKE, chat=GROUP)
        message = chats.message(
            chat=GROUP,
            text="/explain",
            reply_to_message=meme,
            entities=[{"type": "bot_command", "offset": 0, "length": 8}],
            sender_chat={"id": GROUP, "type": "supergroup"},
        ) | {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}
        await chats.feed(chats.update(message=message))
        assert "Шутка про зубрилу" in chats.texts()[-1]
        assert (await in_database(chats, lambda: chats.state.about(GROUP)))["answers"] != []

    chatting(scenario)


@pytest.mark.parametrize(
    "refusal",
    ["not enough rights to send text messages to the chat", "CHAT_WRITE_FORBIDDEN", "chat not found", "TOPIC_CLOSED"],
)
def test_where_the_bot_may_not_write_it_is_silent(chatting: Run, refusal: str) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(JOKE, chat=GROUP)
        chats.session.plan(
            SendMessage, TelegramBadRequest(SendMessage(chat_id=GROUP, text="x"), f"Bad Request: {refusal}")
        )
        await chats.say("/explain", chat=GROUP, reply_to_message=meme)
        assert len(chats.session.of(SendMessage)) == 1
        assert await in_database(chats, lambda: chats.state.inbox.open_updates(42)) == []

    chatting(scenario)


def test_a_group_that_moved_is_answered_at_its_new_address(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(JOKE, chat=GROUP)
        await chats.say("/explain", chat=GROUP, reply_to_message=meme)
        chats.session.plan(SendMessage, TelegramMigrateToChat(SendMessage(chat_id=GROUP, text="x"), "moved", -200))
        await chats.say("/explain", chat=GROUP, reply_to_message=meme)
        assert chats.shown()[-1].chat_id == -200
        toast = await chats.press("Overfitting")
        assert toast.text is None
        assert "The model swots" in chats.texts()[-1]

    chatting(scenario)


def test_the_service_message_of_a_move_is_understood(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        meme = chats.photo(JOKE, chat=GROUP)
        await chats.say("/explain", chat=GROUP, reply_to_message=meme)
        await chats.feed(chats.update(message=chats.message(chat=GROUP, migrate_to_chat_id=-300)))
        answer = await in_database(chats, lambda: chats.state.answers.get(1))
        assert answer.chat_id == -300

    chatting(scenario)


def member(old: str, new: str, chat: int) -> dict[str, Any]:
    bot = {"id": 42, "is_bot": True, "first_name": "Bot"}
    ends = {"until_date": 0} if "kicked" in (old, new) else {}
    return {
        "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
        "from": {"id": 1, "is_bot": False, "first_name": "x", "language_code": "en"},
        "date": 0,
        "old_chat_member": {"status": old, "user": bot, **ends},
        "new_chat_member": {"status": new, "user": bot, **ends},
    }


def test_a_new_group_is_greeted_once(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.feed(chats.update(my_chat_member=member("left", "member", GROUP)))
        await chats.feed(chats.update(my_chat_member=member("member", "left", GROUP)))
        assert len(chats.texts()) == 1
        assert "/explain" in chats.texts()[0]

    chatting(scenario)


def test_blocking_and_coming_back_are_noted(chatting: Run) -> None:
    async def blocked(chats: Chats) -> Any:
        return (await in_database(chats, lambda: chats.state.about(1)))["user"][0]["blocked_at"]

    async def scenario(chats: Chats) -> None:
        await chats.say("/start")
        await chats.feed(chats.update(my_chat_member=member("member", "kicked", 1)))
        assert await blocked(chats) is not None
        await chats.feed(chats.update(my_chat_member=member("kicked", "member", 1)))
        assert await blocked(chats) is None

    chatting(scenario)


# --- inline mode


async def inline(chats: Chats, query: str) -> AnswerInlineQuery:
    person = {"id": 1, "is_bot": False, "first_name": "x", "language_code": "en"}
    await chats.feed(chats.update(inline_query={"id": "1", "from": person, "query": query, "offset": ""}))
    answered: AnswerInlineQuery = chats.session.of(AnswerInlineQuery)[-1]
    return answered


def test_inline_mode_offers_entries_as_articles(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        answered = await inline(chats, "overfitting")
        first: Any = answered.results[0]
        assert (first.id, first.title, first.description) == ("overfitting", "Overfitting", "The model swots.")
        assert first.input_message_content.message_text.startswith("<b>Overfitting</b>")

    chatting(scenario)


def test_what_inline_mode_wrote_leads_to_the_page_on_the_site(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        first: Any = (await inline(chats, "overfitting")).results[0]
        assert 'href="https://example.org/memes/en/overfitting"' in first.input_message_content.message_text

    chatting(scenario, web_url="https://example.org/memes/")


def test_the_beginning_of_a_name_in_either_language_is_enough(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        for typed in ("переоб", "overf", "OVERFIT"):
            assert (await inline(chats, typed)).results[0].id == "overfitting"

    chatting(scenario)


def test_nothing_found_offers_the_way_to_the_bot(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        for typed, said in (("zzzz qqqq", "Not in my base"), ("", "Send the bot a meme")):
            answered = await inline(chats, typed)
            assert answered.results == []
            assert answered.button is not None
            assert said in answered.button.text

    chatting(scenario)


def test_an_inline_query_that_is_too_old_is_left(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.session.plan(
            AnswerInlineQuery,
            TelegramBadRequest(AnswerInlineQuery(inline_query_id="1", results=[]), "Bad Request: query is too old"),
        )
        await inline(chats, "overfitting")
        assert chats.texts() == []

    chatting(scenario)
