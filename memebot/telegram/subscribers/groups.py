"""Groups: the bot speaks when it is asked, by /explain or by its name, and is silent otherwise."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import JOIN_TRANSITION, ChatMemberUpdatedFilter, Command, CommandObject, Filter
from aiogram.types import ChatMemberUpdated, Message

from memebot.i18n import Texts
from memebot.telegram.moderators.members import Members
from memebot.telegram.subscribers.albums import Albums
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.subscribers.private import Meant
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.intake import Incoming
from memebot.telegram.ui.attachments import replied, shows_picture


class Mentioned(Filter):
    """The message names the bot; the handler gets the rest of its text as ``said``."""

    async def __call__(self, message: Message, bot: Bot) -> bool | dict[str, str]:
        text = message.text or message.caption or ""
        name = f"@{(await bot.me()).username}".casefold()
        for entity in message.entities or message.caption_entities or ():
            if entity.type == "mention" and entity.extract_from(text).casefold() == name:
                return {"said": text.replace(entity.extract_from(text), " ").strip()}
        return False


class AnswersBot(Filter):
    """Words said in answer to the bot's own message; in the moderators' chat they are said to each other."""

    async def __call__(self, message: Message, bot: Bot, members: Members | None = None) -> bool | dict[str, str]:
        asked, text = message.reply_to_message, message.text or ""
        here = members is not None and members.chat.is_here(message.chat.id)
        if here or asked is None or asked.from_user is None or asked.from_user.id != bot.id or text[:1] in ("", "/"):
            return False
        return {"said": text}


def build_groups_router(conversation: Conversation) -> Router:
    """Handlers of groups and supergroups."""
    router = Router(name="groups")
    group = F.chat.type.in_({"group", "supergroup"})
    router.message.filter(Meant())
    router.message.register(_moved, group, F.migrate_to_chat_id)
    router.message.register(_album, group, F.media_group_id)
    router.message.register(_explain, group, Command("explain"))
    router.message.register(conversation.help, group, Command("help", "start"))
    router.message.register(_answer, group, Mentioned())
    router.message.register(_reply, group, AnswersBot())
    router.my_chat_member.register(_hello, group, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    return router


async def _explain(
    message: Message, command: CommandObject, conversation: Conversation, texts: Texts, incoming: Incoming
) -> None:
    await _answer(message, command.args or "", conversation, texts, incoming)


async def _album(
    message: Message, bot: Bot, conversation: Conversation, albums: Albums, texts: Texts, incoming: Incoming
) -> None:
    """An album is asked about as a whole, though only one of its parts carries the words."""
    async with albums.gathered(message, incoming.update_id) as album:
        for part in album.parts:
            said = await _said(part, bot)
            if said is not None:
                whole = incoming.gathered(album.updates)
                await conversation.explain(album.parts[0], album.parts, texts, whole, caption="", said=said)
                return


async def _said(message: Message, bot: Bot) -> str | None:
    """What a message says to the bot, None if it does not ask it."""
    command = await Command("explain")(message, bot)
    if isinstance(command, dict):
        return command["command"].args or ""
    mention = await Mentioned()(message, bot)
    return mention["said"] if isinstance(mention, dict) else None


async def _answer(message: Message, said: str, conversation: Conversation, texts: Texts, incoming: Incoming) -> None:
    """Explain the message's own picture, else the one replied to, else answer the words."""
    asked, source = message.reply_to_message, replied(message)
    if shows_picture(message):
        await conversation.explain(message, [message], texts, incoming, caption="", said=said)
    elif source is not None:
        await conversation.explain(message, [source], texts, incoming, said=said)
    elif said or (asked is not None and asked.text):
        await conversation.ask(message, said or (asked.text if asked else "") or "", texts, incoming)
    else:
        await conversation.say(message, texts("explain-how"))


async def _reply(message: Message, said: str, conversation: Conversation, texts: Texts, incoming: Incoming) -> None:
    """What somebody says to the bot by replying to it."""
    await conversation.ask(message, said, texts, incoming)


async def _moved(message: Message, conversation: Conversation) -> None:
    if message.migrate_to_chat_id is not None:
        await conversation.delivery.moved(message.chat.id, message.migrate_to_chat_id)


async def _hello(event: ChatMemberUpdated, bot: Bot, conversation: Conversation, texts: Texts) -> None:
    await conversation.delivery.send(Destination(event.chat.id, private=False), texts("group-hello"))
