"""What handlers do: one use case, rendered and delivered; what cannot be answered is said in words."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager

from aiogram import Bot
from aiogram.types import CallbackQuery, ExternalReplyInfo, InaccessibleMessage, InlineKeyboardMarkup, Message, User

from knowledge.reading import LANGS, Lang
from memebot.answering.answering import Asker
from memebot.answering.errors import AnsweringError, HourLimit
from memebot.answering.pages import ANSWER, Page, PageView
from memebot.answering.record import AnswerId
from memebot.i18n import Catalogues, Texts
from memebot.inference import QueueError, QueueFull, QueuePosition, TooManyAtOnce
from memebot.telegram.errors import ChatError, Unreachable, Unsupported
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.intake import Incoming
from memebot.telegram.transport.metrics import Metrics
from memebot.telegram.ui import keyboards, render
from memebot.telegram.ui.attachments import TELEGRAM_MAX_MB, Attachment, asker, attachment, medium, without_command
from memebot.vision.errors import MediaError

log = logging.getLogger(__name__)

BURSTS = (TooManyAtOnce, QueueFull, HourLimit)
"""Refusals that would come for every picture of a burst."""
ONE_BURST_S = 30.0
"""What is sent within so long after a refusal belongs to the same burst."""


class Conversation:
    """Answers messages and buttons. Every method leaves an answer, or raises what the dispatcher deals with."""

    def __init__(
        self,
        pictures: Pictures,
        delivery: Delivery,
        catalogues: Catalogues,
        metrics: Metrics,
        *,
        max_mb: int = TELEGRAM_MAX_MB,
        proposable: bool = False,
        posting: bool = False,
        drafts: bool = False,
    ) -> None:
        """``proposable``: there is somebody to propose memes to. ``posting``: there is a channel.

        ``drafts``: those of a model may be seen by whoever asks.
        """
        self.drafts = drafts
        self.proposable, self.posting = proposable, posting
        self.pictures, self.db, self.answering = pictures, pictures.db, pictures.answering
        self.delivery, self.catalogues, self._metrics = delivery, catalogues, metrics
        self.max_mb = max_mb
        self._open: Counter[int] = Counter()
        self._announced: set[int] = set()
        self._refused: dict[tuple[int, str], float] = {}

    async def say(self, message: Message, html: str) -> None:
        """Answer with a fixed text."""
        await self.delivery.send(Destination.of(message), html)

    def in_language(self, lang: Lang | None, texts: Texts) -> Texts:
        """The bot's texts in this language, else as they were."""
        return texts if lang is None else self.catalogues[lang]

    @property
    def absent(self) -> frozenset[str]:
        """Commands that lead nowhere without a channel."""
        return frozenset(() if self.proposable else ("submit", "my")) | frozenset(() if self.posting else ("top",))

    async def help(self, message: Message, bot: Bot, texts: Texts, more: Sequence[str] = ()) -> None:
        """What the bot can do here; ``more``: for whoever may do more."""
        name = (await bot.me()).username or ""
        top = [texts("help-top")] if self.posting else []
        if message.chat.type == "private":
            commands = [*([texts("help-propose")] if self.proposable else []), *top, texts("help-own")]
            blocks = [texts("help", mb=self.max_mb, bot=name), "\n".join(commands)]
        else:
            blocks = [texts("help-group", bot=name), *top]
        await self.say(message, "\n\n".join([*blocks, *more]))

    # --- answers

    async def explain(
        self,
        message: Message,
        sources: Sequence[Message | ExternalReplyInfo],
        texts: Texts,
        incoming: Incoming,
        *,
        caption: str | None = None,
        said: str = "",
    ) -> None:
        """Answer ``message`` with what the pictures of ``sources`` say, as one answer.

        Their captions count, unless ``caption`` is given in their place, and what is ``said`` with the request.
        """
        start = time.monotonic()
        async with self.looking(message, sources, texts, incoming, caption=caption, said=said) as seen:
            if seen is not None:
                small = any(picture.thumbnail for picture in self._pictures(sources))
                remark = texts("thumbnail-only", mb=self.max_mb) if small else ""
                await self._deliver(Destination.of(message), *seen, incoming, remark)
                self._metrics.seconds.labels("picture").observe(time.monotonic() - start)

    @asynccontextmanager
    async def looking(
        self,
        message: Message,
        sources: Sequence[Message | ExternalReplyInfo],
        texts: Texts,
        incoming: Incoming,
        *,
        caption: str | None = None,
        said: str = "",
    ) -> AsyncIterator[tuple[Page, int | None] | None]:
        """What the pictures of ``sources`` say, and the message that announced it; None if that was refused.

        There is a sign of life until the end of the context.
        """
        place = Destination.of(message)
        notice = incoming.notice
        told = (
            [caption]
            if caption is not None
            else [without_command(s.caption) for s in sources if isinstance(s, Message)]
        )

        async def on_wait(where: QueuePosition) -> None:
            nonlocal notice
            if notice is None and place.chat_id not in self._announced:
                self._announced.add(place.chat_id)
                notice = await self.delivery.send(place, render.place(where, texts))
                put = self.answering.state.inbox.put_notice
                await self.db.run(put, incoming.bot_id, incoming.update_id, notice)

        who, page = asker(message), None
        async with self.delivery.typing(place):
            with ExitStack() as counted:
                try:
                    counted.enter_context(self._counted(who.user_id))
                    page = await self.pictures.explain(
                        who,
                        self._pictures(sources),
                        texts.lang,
                        caption="\n".join(filter(None, [*told, said])),
                        fetch=self.delivery.fetch,
                        on_wait=on_wait,
                    )
                    await self.keep_album(sources)
                except (ChatError, AnsweringError, QueueError, MediaError) as error:
                    await self.refuse(place, error, texts, notice)
                try:
                    yield None if page is None else (page, notice)
                finally:
                    if notice is not None:
                        self._announced.discard(place.chat_id)

    @contextmanager
    def _counted(self, user_id: int) -> Iterator[None]:
        """A picture of this user until it is answered, sending included. Raises ``TooManyAtOnce``."""
        limit = self.pictures.queue.per_user
        if self._open[user_id] >= limit:
            raise TooManyAtOnce(limit)
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]

    async def keep_album(self, sources: Sequence[Message | ExternalReplyInfo]) -> None:
        """Remember parts of an album, for whoever proposes it: a reply names one of them, and some come late."""
        first = sources[0]
        if not isinstance(first, Message):
            return
        if self.proposable and first.media_group_id is not None:
            media = [part for source in sources if (part := medium(source)) is not None]
            put, now = self.answering.state.albums.put, self.answering.clock()
            await self.db.run(put, first.chat.id, first.media_group_id, asker(first).user_id, media, now=now)

    def _pictures(self, sources: Sequence[Message | ExternalReplyInfo]) -> list[Attachment]:
        """The pictures of an album, leaving out what is none, unless nothing is left."""
        found: list[Attachment] = []
        problem: ChatError = Unsupported()
        for source in sources:
            try:
                picture = attachment(source, max_mb=self.max_mb)
            except ChatError as error:
                problem = error
            else:
                found += [] if picture is None else [picture]
        if not found:
            raise problem
        return found

    async def ask(self, message: Message, question: str, texts: Texts, incoming: Incoming) -> None:
        """Answer a question in words, in its own language."""
        start = time.monotonic()
        place = Destination.of(message)
        talk = await self.db.run(self.answering.small_talk, asker(message), question)
        if talk is not None:
            await self.say(message, render.to_html(talk, render.MESSAGE))
            return
        async with self.delivery.typing(place):
            try:
                page = await self.db.run(self.answering.ask, asker(message), question)
            except AnsweringError as error:
                await self.refuse(place, error, texts, None)
                return
            await self._deliver(place, page, None, incoming)
        self._metrics.seconds.labels("question").observe(time.monotonic() - start)

    async def _deliver(
        self, place: Destination, page: Page, notice: int | None, incoming: Incoming, remark: str = ""
    ) -> None:
        texts = self.catalogues[page.lang]
        keyboard = keyboards.page(page, texts, private=place.private, proposable=self.proposable, drafts=self.drafts)
        html = "\n\n".join(filter(None, [remark, render.page(page, texts)]))
        message_id = await self.delivery.put(place, notice, html, keyboard)
        await self.db.run(
            self.answering.sent, page.answer.id, message_id, bot_id=incoming.bot_id, updates=incoming.parts
        )
        self._metrics.answers.labels(page.answer.kind, page.answer.verdict).inc()

    async def refuse(
        self,
        place: Destination,
        error: ChatError | AnsweringError | QueueError | MediaError,
        texts: Texts,
        notice: int | None,
    ) -> None:
        """Say why there is no answer."""
        if isinstance(error, Unreachable):
            raise error
        self._metrics.refusals.labels(type(error).__name__).inc()
        if notice is not None or not (isinstance(error, BURSTS) and self._said_so(place.chat_id, type(error).__name__)):
            await self.delivery.put(place, notice, render.refusal(error, texts))

    def _said_so(self, chat_id: int, refusal: str) -> bool:
        """Whether this chat was refused the same a moment ago: one who sends a hundred pictures reads it once."""
        now = time.monotonic()
        self._refused = {key: then for key, then in self._refused.items() if now - then < ONE_BURST_S}
        said = (chat_id, refusal) in self._refused
        self._refused[chat_id, refusal] = now
        return said

    # --- buttons

    async def put(self, query: CallbackQuery, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Put this into the message of a pressed button, else into a new one."""
        place = place_of(query)
        if place is not None:
            await self.delivery.put(place, query.message.message_id if query.message else None, html, keyboard)

    async def open(self, query: CallbackQuery, callback_data: keyboards.AnswerPageButton, texts: Texts) -> None:
        """Open a page in place."""
        place, view = place_of(query), PageView.parse(callback_data.view)
        if place is not None:
            page = await self._page(place, callback_data.answer_id, callback_data.lang, view)
            if page is not None:
                await self.delivery.toast(query)
                await self._show(query, place, page)
                return
        await self.delivery.toast(query, texts("gone"), alert=True)

    async def _page(self, place: Destination, answer: AnswerId, lang: Lang, view: PageView | None) -> Page | None:
        return None if view is None else await self.db.run(self.answering.page, answer, place.chat_id, lang, view)

    async def _show(self, query: CallbackQuery, place: Destination, page: Page) -> None:
        texts = self.catalogues[page.lang]
        # in a group the button stays for the others
        told = place.private and await self.db.run(self.answering.waits, page.answer.id, query.from_user.id)
        keyboard = keyboards.page(
            page, texts, private=place.private, told=told, proposable=self.proposable, drafts=self.drafts
        )
        heading = render.post_heading_of(query.message, [self.catalogues[lang] for lang in LANGS], texts)
        await self.put(query, "\n\n".join(filter(None, [heading, render.page(page, texts)])), keyboard)

    async def vote(self, query: CallbackQuery, callback_data: keyboards.Vote, texts: Texts) -> None:
        """Keep a vote."""
        good = callback_data.sign == "+"
        place = place_of(query)
        kept = place is not None and await self.db.run(
            self.answering.vote, callback_data.answer_id, _presser(query.from_user, place), 1 if good else -1
        )
        await self.delivery.toast(query, texts("gone" if not kept else "voted-good" if good else "voted-bad"))

    async def tell(self, query: CallbackQuery, callback_data: keyboards.Tell, texts: Texts) -> None:
        """Keep, or drop, the wish to be told."""
        place, on = place_of(query), callback_data.sign == "+"
        kept = place is not None and await self.db.run(
            self.answering.subscribe,
            callback_data.answer_id,
            _presser(query.from_user, place),
            on=on,
            file_id=self.file_id(query) if on else "",
        )
        if place is None or not kept:
            await self.delivery.toast(query, texts("gone"), alert=True)
            return
        await self.delivery.toast(query, texts("tell-on" if on else "tell-off"))
        page = await self._page(place, callback_data.answer_id, _page_lang(query, texts), ANSWER)
        if page is not None and place.private:
            await self._show(query, place, page)

    def file_id(self, query: CallbackQuery) -> str:
        """The picture that was asked about, for the editor who will explain it."""
        asked = query.message.reply_to_message if isinstance(query.message, Message) else None
        try:
            picture = None if asked is None else attachment(asked, max_mb=self.max_mb)
        except ChatError:
            return ""
        return picture.file_id if picture else ""

    # --- people's data

    async def blocked(self, user_id: int) -> None:
        """This person has stopped the bot."""
        await self.db.run(self.answering.state.subscribers.blocked, user_id, now=self.answering.clock())

    async def set_lang(self, user_id: int, lang: Lang) -> str:
        """Set a language; the sentence that says so, in that language."""
        set_lang = self.answering.state.subscribers.set_lang
        await self.db.run(set_lang, user_id, lang, now=self.answering.clock())
        return self.catalogues[lang]("lang-set")

    async def my_data(self, message: Message, texts: Texts) -> None:
        """Send all that is kept about a person as a file."""
        about = await self.db.run(self.answering.about, message.chat.id)
        data = json.dumps(about, ensure_ascii=False, indent=2).encode()
        await self.delivery.send_file(Destination.of(message), data, "memebot-mydata.json", texts("mydata-caption"))

    async def forget(self, query: CallbackQuery, callback_data: keyboards.Forget, texts: Texts) -> None:
        """Delete all about a person, or leave it."""
        yes = callback_data.sign == "+"
        if yes:
            await self.db.run(self.answering.forget, query.from_user.id)
        await self.delivery.toast(query)
        place = place_of(query)
        if place is not None and query.message is not None:
            await self.delivery.edit(place, query.message.message_id, texts("forgotten" if yes else "forget-kept"))


def place_of(query: CallbackQuery) -> Destination | None:
    """The chat of the message under which a button was pressed."""
    message = query.message
    if message is None:
        return None
    if isinstance(message, InaccessibleMessage):
        return Destination(message.chat.id, private=message.chat.type == "private")
    place = Destination.of(message)
    reply_to = message.reply_to_message.message_id if message.reply_to_message else None
    return Destination(place.chat_id, place.thread_id, reply_to, place.private)


def _presser(user: User, place: Destination) -> Asker:
    return Asker(user.id, place.chat_id)


def _page_lang(query: CallbackQuery, texts: Texts) -> Lang:
    """The language of the page under which a button was pressed: its language button names the other one."""
    keyboard = query.message.reply_markup if isinstance(query.message, Message) else None
    for row in keyboard.inline_keyboard if keyboard else ():
        for button in row:
            if button.callback_data and button.callback_data.startswith("v:") and button.callback_data.endswith(":m"):
                return "en" if keyboards.AnswerPageButton.unpack(button.callback_data).lang == "ru" else "ru"
    return texts.lang
