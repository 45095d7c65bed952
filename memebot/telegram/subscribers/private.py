"""Private chats: memes, questions, settings, the person's own data."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import (
    JOIN_TRANSITION,
    ChatMemberUpdatedFilter,
    Command,
    CommandObject,
    CommandStart,
    Filter,
    StateFilter,
)
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, ExternalReplyInfo, Message

from knowledge.reading import LANGS
from memebot.answering.small_talk import small_talk
from memebot.drafting.endpoint import Address
from memebot.drafting.shown import ShownDrafts
from memebot.i18n import Texts
from memebot.telegram.authors.proposals import Proposals, is_submit
from memebot.telegram.drafting import ModelDrafts
from memebot.telegram.errors import Unsupported
from memebot.telegram.subscribers.albums import Albums
from memebot.telegram.subscribers.conversation import Conversation, place_of
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.intake import Incoming
from memebot.telegram.transport.menu import TeamMenus
from memebot.telegram.ui import keyboards
from memebot.telegram.ui.attachments import is_link, is_said, is_sound, replied, shows_picture
from memebot.telegram.ui.render import escaped


class Meant(Filter):
    """Messages that somebody may mean for the bot.

    Not what a channel puts into its discussion group, and not what the bot's own inline mode has put into a chat.
    """

    async def __call__(self, message: Message, bot: Bot) -> bool:
        ours = message.via_bot is not None and message.via_bot.id == bot.id
        return not ours and not message.is_automatic_forward


def build_subscribers_router(conversation: Conversation) -> Router:
    """Handlers of private chats, and of all buttons under answers."""
    router = Router(name="subscribers")
    router.message.filter(Meant())
    private = F.chat.type == "private"
    router.message.register(_start, private, CommandStart())
    router.message.register(conversation.help, private, Command("help"))
    router.message.register(_lang, private, Command("lang"))
    router.message.register(_privacy, private, Command("privacy"))
    router.message.register(conversation.my_data, private, Command("mydata"))
    router.message.register(_forget, private, Command("forget"))
    router.message.register(_picture, private, Command("explain"), shows_picture)
    router.message.register(_explain_reply, private, Command("explain"))
    router.message.register(_picture, private, shows_picture)
    router.message.register(_question, private, F.text)
    router.message.register(_unsupported, private, is_said)
    router.edited_message.filter(Meant())
    router.edited_message.register(_question, private, F.text & ~F.text.startswith("/"), StateFilter(None))
    router.callback_query.register(conversation.open, keyboards.AnswerPageButton.filter())
    router.callback_query.register(conversation.vote, keyboards.Vote.filter())
    router.callback_query.register(conversation.tell, keyboards.Tell.filter())
    router.callback_query.register(_think, keyboards.Thinks.filter())
    router.callback_query.register(_set_lang, keyboards.SetLang.filter())
    router.callback_query.register(conversation.forget, keyboards.Forget.filter())
    router.callback_query.register(_unknown_button)
    router.my_chat_member.register(_unblocked, private, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    router.my_chat_member.register(_blocked, private)
    return router


async def _start(message: Message, conversation: Conversation, menus: TeamMenus, texts: Texts) -> None:
    menus.met(message.chat.id)
    await conversation.say(message, texts("start"))


async def _lang(message: Message, command: CommandObject, conversation: Conversation, texts: Texts) -> None:
    wanted = next((lang for lang in LANGS if lang == (command.args or "").strip().lower()), None)
    if wanted is not None:
        await conversation.say(message, await conversation.set_lang(message.chat.id, wanted))
        return
    await conversation.delivery.send(Destination.of(message), texts("lang-choose"), keyboards.languages())


async def _privacy(message: Message, conversation: Conversation, texts: Texts, model_address: Address | None) -> None:
    parts = [texts("privacy", days=conversation.answering.limits.keep_days)]
    if model_address is not None:
        parts.append(texts("privacy-drafts", host=escaped(model_address.host), model=escaped(model_address.model)))
    await conversation.say(message, "\n\n".join(parts))


async def _forget(message: Message, conversation: Conversation, texts: Texts) -> None:
    await conversation.delivery.send(Destination.of(message), texts("forget-ask"), keyboards.forget(texts))


async def _explain_reply(message: Message, conversation: Conversation, texts: Texts, incoming: Incoming) -> None:
    asked = replied(message)
    if asked is None:
        await conversation.say(message, texts("explain-how"))
        return
    await conversation.explain(message, [asked], texts, incoming)


async def _picture(
    message: Message,
    conversation: Conversation,
    albums: Albums,
    texts: Texts,
    state: FSMContext,
    incoming: Incoming,
    proposals: Proposals | None = None,
) -> None:
    async with (
        conversation.delivery.typing(Destination.of(message)),  # an album's parts take seconds to come
        albums.gathered(message, incoming.update_id) as album,
    ):
        incoming = incoming.gathered(album.updates)
        if proposals is not None and await proposals.add_late(album.parts or [message], texts, state):
            return
        if proposals is not None and any(is_submit(part) for part in album.parts):  # another part has the command
            await proposals.take(album.parts[0], album.parts, texts, incoming, state)
        elif album.parts:
            await conversation.explain(album.parts[0], album.parts, texts, incoming)


async def _question(message: Message, bot: Bot, conversation: Conversation, texts: Texts, incoming: Incoming) -> None:
    """A question in words; said in answer to a meme, it is about that meme."""
    text = (message.text or "").strip()
    asked = replied(message)
    if text.startswith("/"):
        await conversation.help(message, bot, texts)
    elif asked is not None and not _by(asked, bot):
        await conversation.explain(message, [asked], texts, incoming, said=text)
    elif is_link(message):
        await conversation.refuse(Destination.of(message), Unsupported("link"), texts, None)
    elif (talk := small_talk(text)) is not None:
        await conversation.say(message, conversation.in_language(talk.lang, texts)(talk.key))
    else:
        await conversation.ask(message, text, texts, incoming)


def _by(message: Message | ExternalReplyInfo, bot: Bot) -> bool:
    return isinstance(message, Message) and message.from_user is not None and message.from_user.id == bot.id


async def _unsupported(message: Message, conversation: Conversation, texts: Texts) -> None:
    what = Unsupported("voice" if is_sound(message) else "")
    await conversation.refuse(Destination.of(message), what, texts, None)


async def _set_lang(query: CallbackQuery, callback_data: keyboards.SetLang, conversation: Conversation) -> None:
    said = await conversation.set_lang(query.from_user.id, callback_data.lang)
    await conversation.delivery.toast(query)
    if query.message is not None:
        place = Destination(query.message.chat.id)
        await conversation.delivery.edit(place, query.message.message_id, said)


async def _think(
    query: CallbackQuery,
    callback_data: keyboards.Thinks,
    conversation: Conversation,
    texts: Texts,
    shown_drafts: ShownDrafts | None,
    model_drafts: ModelDrafts | None,
) -> None:
    """What a machine thinks comes as a message of its own, now or when it has looked."""
    place, said = place_of(query), "gone"
    if place is not None and shown_drafts is not None and model_drafts is not None:
        file_id = conversation.file_id(query)
        asked = await conversation.db.run(shown_drafts.ask, callback_data.answer_id, place.chat_id, file_id)
        said = "gone" if asked == "gone" else f"thinks-{asked}"
        model_drafts.loop.wake()
    await conversation.delivery.toast(query, texts(said), alert=said != "thinks-soon")


async def _unknown_button(query: CallbackQuery, conversation: Conversation, texts: Texts) -> None:
    """A button of an older version, or one that nobody made."""
    await conversation.delivery.toast(query, texts("gone"), alert=True)


async def _unblocked(event: ChatMemberUpdated, conversation: Conversation) -> None:
    subscribers, now = conversation.answering.state.subscribers, conversation.answering.clock()
    await conversation.db.run(subscribers.see, event.chat.id, now=now)


async def _blocked(event: ChatMemberUpdated, conversation: Conversation) -> None:
    await conversation.blocked(event.chat.id)
