"""``/show`` and the button under an answer: an experiment computed on the spot and sent as a short silent video."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, ExternalReplyInfo, Message

from memebot.answering.answering import Asker
from memebot.experiments.catalogue import EXPERIMENTS
from memebot.experiments.clips import Clip, clip_of, meant, takes_picture
from memebot.experiments.model import ExperimentError
from memebot.experiments.texts import problem, words_of
from memebot.i18n import Texts
from memebot.inference import QueueError
from memebot.telegram.errors import ChatError
from memebot.telegram.subscribers.conversation import Conversation, place_of
from memebot.telegram.subscribers.private import Meant
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.ui import keyboards
from memebot.telegram.ui.attachments import asker, attachment, replied, shows_picture, without_command
from memebot.telegram.ui.render import escaped
from memebot.vision.errors import MediaError

Source = Message | ExternalReplyInfo | None


def build_shows_router() -> Router:
    """Handlers of experiments, in private and in groups."""
    router = Router(name="shows")
    router.message.filter(Meant(), F.chat.type != "channel")
    router.message.register(_show, Command("show"))
    router.callback_query.register(_pressed, keyboards.Show.filter())
    return router


async def _show(message: Message, command: CommandObject, conversation: Conversation, texts: Texts) -> None:
    """``/show NAME``, as a reply to a picture on that picture; without a name all there are."""
    typed = command.args or without_command(message.caption)
    name, said = meant(typed, texts.lang)
    place = Destination.of(message)
    if not name:
        await conversation.delivery.send(place, _menu(typed, texts), keyboards.shows(EXPERIMENTS, texts))
        return
    source = message if shows_picture(message) else replied(message)
    await _send(conversation, asker(message), place, texts, name, message.message_id, said=said, source=source)


async def _pressed(
    query: CallbackQuery, callback_data: keyboards.Show, conversation: Conversation, texts: Texts
) -> None:
    """Under an answer about a meme it is shown on that meme; under a video once more, with other chances."""
    place = place_of(query)
    if place is None or not any(experiment.name == callback_data.name for experiment in EXPERIMENTS):
        await conversation.delivery.toast(query, texts("gone"), alert=True)
        return
    await conversation.delivery.toast(query)
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    source = asked if asked is not None and shows_picture(asked) else None
    who = Asker(query.from_user.id, place.chat_id)
    await _send(conversation, who, place, texts, callback_data.name, int(query.id[-9:]), source=source)


async def _send(
    conversation: Conversation,
    who: Asker,
    place: Destination,
    texts: Texts,
    name: str,
    seed: int,
    *,
    said: str = "",
    source: Source = None,
) -> None:
    """Compute in turn with the memes of others, and send; what cannot be done is said in words."""
    delivery = conversation.delivery
    async with delivery.typing(place):
        try:
            async with conversation.pictures.queue.turn(who.user_id):
                clip = await _clip(conversation, texts, name, seed % 2**31, said, source)
        except ExperimentError as error:
            await delivery.send(place, escaped(problem(error, texts.lang)))
            return
        except (ChatError, QueueError, MediaError) as error:
            await conversation.refuse(place, error, texts, None)
            return
        html = f"<b>{escaped(clip.title)}</b>\n\n{escaped(clip.sentence)}"
        await delivery.send_clip(place, clip.data, name, html, keyboards.again(name, texts), moving=clip.moving)


async def _clip(conversation: Conversation, texts: Texts, name: str, seed: int, said: str, source: Source) -> Clip:
    picture = None
    if source is not None and takes_picture(name):
        held = attachment(source, max_mb=conversation.max_mb)
        picture = None if held is None else await conversation.delivery.fetch(held.file_id)
    return await conversation.pictures.inference.run(clip_of, name, texts.lang, seed, said=said, picture=picture)


def _menu(typed: str, texts: Texts) -> str:
    unknown = [texts("show-unknown", name=escaped(typed[:60]))] if typed else []
    names = [f"<code>/show {one.name}</code> – {escaped(words_of(one, texts.lang).title)}" for one in EXPERIMENTS]
    return "\n".join([*unknown, texts("show-menu"), "", *names])
