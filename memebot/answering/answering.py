"""The use cases of the chat, without Telegram: who asks, what was seen before, what is answered, what is kept.

Everything slow waits in the fair queue and runs on the inference thread; everything that is stored or looked
up runs on the database's thread.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Lang, Line, Reading
from knowledge.search.searcher import Match, Searcher
from knowledge.store.base import KnowledgeBase
from memebot.answering.explainer import GUESS_FLOOR, MAX_GUESSES, Explainer, Explanation, language_of, sentences, whole
from memebot.answering.state import Answer, AnswerId, BotState, Subscription, matches_of
from memebot.answering.unexplained import Gaps, GroupId, NotificationCount, Why
from memebot.channel.posts import look_of
from memebot.channel.submitting import MemeFacts
from memebot.database import DatabaseThread, writing
from memebot.inference import FairQueue, InferenceThread, QueuePosition
from memebot.telegram.errors import ChatError, HourLimit, QuestionTooLong
from memebot.vision.errors import VisionError
from moderation.model import Medium
from moderation.reposts.model import Appearance
from moderation.rules import Picture

T = TypeVar("T")
log = logging.getLogger(__name__)

MAX_QUESTION = 500
MAX_CAPTION = 1000
MAX_LINKS = 4
MAX_CANDIDATES = 5
FOUND_INLINE = 20
LOOKED_AT_AGAIN = 12
TEMPLATE_FLOOR = 0.2
"""So sure must a format be to count as a meme's template, though not as its explanation."""
TELL_PLACE_AFTER_S = 5.0
"""A longer wait is told at its beginning."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Telegram's file id -> the file's bytes."""
OnWait = Callable[[QueuePosition], Awaitable[None]]


class Vision(Protocol):
    """What reads and searches, on the inference thread."""

    @property
    def encoder(self) -> EncoderId: ...

    def read(self, data: bytes) -> Reading:
        """Raises ``MediaError``."""
        ...

    def measure(self, data: bytes, lines: Sequence[Line]) -> Picture:
        """What an admin's rules look at in a picture on which ``lines`` were read. Raises ``MediaError``."""
        ...

    def search(self, reading: Reading) -> tuple[int, Sequence[Match]]:
        """The base's generation and what it says about a reading."""
        ...

    def refresh(self) -> None:
        """Compute what new entries lack under this encoder."""
        ...


class PersonalDataStore(Protocol):
    """Another store that keeps something about people."""

    def about(self, user_id: int) -> dict[str, Any]: ...

    def forget(self, user_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where. ``user_id`` is the sender's: in a group an anonymous admin's is the group's own."""

    user_id: int
    chat_id: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or clip in a message: Telegram's id to fetch it by and its lasting id, the same for all senders."""

    file_id: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one user may ask, and how long it is remembered."""

    pictures_per_hour: int = 60
    keep_days: int = 90


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer.

    ``view``: ``m`` the answer, ``r`` what was read, ``g0``… a guess, ``e<entry>`` an entry.
    ``links``: (entry, title) to open from here. ``guess``: the guess that comes next, if any.
    """

    answer: Answer
    lang: Lang
    view: str
    markdown: str = ""
    confidence: float = 0.0
    links: tuple[tuple[EntryId, str], ...] = ()
    guess: int | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class InlineResult:
    """An entry for inline mode."""

    entry: EntryId
    title: str
    summary: str
    markdown: str


class Library:
    """The base as the chat reads it, on the database's thread: questions, pages, single entries."""

    def __init__(self, kb: KnowledgeBase, searcher: Searcher, *, asking: Explainer, telling: Explainer) -> None:
        """``asking`` answers questions; ``telling`` words picture answers by the picture search's threshold."""
        self.kb, self._searcher, self._asking, self._telling = kb, searcher, asking, telling

    def ask(self, question: str, lang: Lang) -> Explanation:
        return self._asking.ask(question, lang)

    def retold(self, matches: Sequence[Match]) -> Explanation:
        """What matches of a picture say, for its verdict and its entries."""
        return self._telling.retell(matches, "", "en")

    def verdict(self, matches: Sequence[Match]) -> str:
        return self.retold(matches).verdict

    def editor_of(self, entries: Sequence[EntryId]) -> tuple[EntryId, int] | None:
        """The entry that was changed last, and who changed it, if that was in the chat."""
        revisions = [self.kb.revisions.current(entry) for entry in entries]
        newest = max(revisions, key=lambda revision: revision.at, default=None)
        editor = None if newest is None else editor_id(newest.author)
        return None if newest is None or editor is None else (newest.entry_id, editor)

    def retell(self, matches: Sequence[Match], lang: Lang) -> Explanation:
        """What the base says now about a picture that was searched for earlier."""
        return self._telling.retell(matches, "", lang)

    def page(self, answer: Answer, lang: Lang, view: str) -> Page | None:
        """A page of an answer, or None if there is no such page (any more)."""
        question = answer.kind == "question"
        explainer = self._asking if question else self._telling
        told = explainer.retell(answer.matches, answer.text, lang, question=question)
        candidates = [m.entry for m in told.matches if m.entry not in told.entries and m.confidence >= GUESS_FLOOR]
        candidates = candidates[:MAX_CANDIDATES]
        if view == "m":
            shown = self._linked(told, candidates)
            guess = 0 if candidates and told.entries else None
            return Page(answer, lang, view, told.explanation, told.confidence, self._titles(shown, lang), guess)
        if view == "r":
            return Page(answer, lang, view)
        if view.startswith("e"):
            return self._entry(answer, lang, view, EntryId(view[1:]))
        number = int(view[1:]) if view[1:].isdecimal() else len(candidates)
        if not view.startswith("g") or number >= len(candidates):
            return None
        after = number + 1 if number + 1 < len(candidates) else None
        return self._entry(answer, lang, view, candidates[number], guess=after, number=number + 1)

    def _linked(self, told: Explanation, candidates: Sequence[EntryId]) -> Sequence[EntryId]:
        """What an answer's buttons open: guesses, or a whole entry's links, or the parts of a composition."""
        if not told.entries:
            return candidates[:MAX_GUESSES]
        if len(told.entries) == 1:
            entry = self._searcher.entry(told.entries[0])
            told_whole = entry.kind == "joke" or told.explanation.startswith(f"**{entry.title[told.lang]}**")
            return [*entry.formats, *entry.concepts] if told_whole else [entry.id]
        return told.entries

    def _entry(
        self, answer: Answer, lang: Lang, view: str, entry_id: EntryId, *, guess: int | None = None, number: int = 0
    ) -> Page | None:
        present = self._searcher.current_id(entry_id)
        if present is None:
            return None
        entry = self._searcher.entry(present)
        links = self._titles([*entry.formats, *entry.concepts], lang)
        return Page(answer, lang, view, whole(entry, [], lang), 0.0, links, guess, number)

    def title(self, entry: EntryId, lang: Lang) -> str:
        """The title of an entry, its id if it is gone."""
        present = self._searcher.current_id(entry)
        return entry if present is None else self._searcher.entry(present).title[lang]

    def _titles(self, entries: Sequence[EntryId], lang: Lang) -> tuple[tuple[EntryId, str], ...]:
        known = self._searcher.entries()
        return tuple((e, known[e].title[lang]) for e in dict.fromkeys(entries) if e in known)[:MAX_LINKS]

    def told(self, answer: Answer) -> tuple[float, EntryId | None]:
        """How sure a picture's answer is, and the template that it names, if any."""
        return self.recognised(answer.matches, answer.text)

    def recognised(self, matches: Sequence[Match], text: str) -> tuple[float, EntryId | None]:
        """The same of a picture that nobody was answered."""
        told = self._telling.retell(matches, text, "en")
        kinds = {match.entry: match.kind for match in told.matches}
        return told.confidence, next((e for e in told.entries if kinds[e] == "format"), None)

    def find(self, query: str, lang: Lang) -> list[InlineResult]:
        """Entries whose title or alias begins with the query, then what answers it, best first."""
        known = self._searcher.entries()
        wanted = " ".join(query.casefold().split())
        if not wanted:
            return []
        begun = [e for e in known.values() if any(_begins(name, wanted) for name in _names(e))]
        begun.sort(key=lambda e: (e.kind != "concept", len(e.title[lang]), e.id))
        answers = [known[m.entry] for m in self._asking.matches(query) if m.confidence >= GUESS_FLOOR]
        both = {entry.id: entry for entry in (*begun, *answers)}
        return [_found(entry, lang) for entry in list(both.values())[:FOUND_INLINE]]


def _names(entry: Entry) -> tuple[str, ...]:
    return (*entry.title.values(), *entry.aliases)


def _begins(name: str, wanted: str) -> bool:
    """Whether a name, or a word in it, begins with what was typed."""
    name = name.casefold()
    return name.startswith(wanted) or f" {wanted}" in name


def _found(entry: Entry, lang: Lang) -> InlineResult:
    first = sentences(" ".join(entry.text[lang].split()))[:1]
    return InlineResult(entry.id, entry.title[lang], "".join(first)[:200], whole(entry, [], lang))


def author_of(user_id: int) -> str:
    """How revisions name somebody who edits in the chat."""
    return f"tg:{user_id}"


def editor_id(author: str) -> int | None:
    """The Telegram id of a revision's author; None for one who does not edit in the chat."""
    number = author.removeprefix("tg:")
    return int(number) if author.startswith("tg:") and number.isdecimal() else None


class Answering:
    """Answers people. One instance a bot; used from its event loop."""

    def __init__(
        self,
        database: DatabaseThread,
        state: BotState,
        library: Library,
        vision: Vision,
        gaps: Gaps,
        *,
        queue: FairQueue,
        inference: InferenceThread,
        limits: Limits,
        clock: Callable[[], datetime],
        keepers: Sequence[PersonalDataStore] = (),
    ) -> None:
        """``keepers``: other stores that tell and forget what they keep about a person."""
        self._database, self._state, self._library, self._vision = database, state, library, vision
        self._gaps, self._keepers = gaps, (gaps, *keepers)
        self.queue, self._inference, self.limits, self._clock = queue, inference, limits, clock

    async def _run(self, work: Callable[[], T]) -> T:
        """On the database's thread: the only place where the state and the library are touched."""
        return await self._database.run(work)

    # --- people

    async def see(self, user_id: int) -> Lang | None:
        """Note that this user wrote; the language that they set, if any."""
        return await self._run(lambda: self._state.see(user_id, now=self._clock()))

    async def set_lang(self, user_id: int, lang: Lang) -> None:
        """Answer this user in this language from now on."""
        await self._run(lambda: self._state.set_lang(user_id, lang, now=self._clock()))

    async def blocked(self, user_id: int) -> None:
        """This user stopped the bot."""
        await self._run(lambda: self._state.blocked(user_id, now=self._clock()))

    async def about(self, user_id: int) -> dict[str, Any]:
        """All that is kept about a user."""

        def work() -> dict[str, Any]:
            about = self._state.about(user_id)
            for keeper in self._keepers:
                about |= keeper.about(user_id)
            return about

        return await self._run(work)

    async def forget(self, user_id: int) -> None:
        """Delete all about a user."""

        def work() -> None:
            with writing(self._state.db):
                for keeper in self._keepers:
                    keeper.forget(user_id)
                self._state.forget(user_id)

        await self._run(work)

    async def migrate_chat(self, old: int, new: int) -> None:
        """A group has a new id."""
        await self._run(lambda: self._state.migrate_chat(old, new))

    # --- answers

    async def ask(self, asker: Asker, question: str) -> Page:
        """Answer a question in words, in the question's own language. Raises ``QuestionTooLong``."""
        if len(question) > MAX_QUESTION:
            raise QuestionTooLong(MAX_QUESTION)
        lang = language_of(question)

        def work() -> Page:
            told = self._library.ask(question, lang)
            answer = self._state.put_answer(
                user_id=asker.user_id,
                chat_id=asker.chat_id,
                kind="question",
                question=question,
                verdict=told.verdict,
                matches=told.matches,
                now=self._clock(),
            )
            return _expect(self._library.page(answer, lang, "m"))

        return await self._run(work)

    async def explain(
        self,
        asker: Asker,
        pictures: Sequence[Attachment],
        lang: Lang,
        *,
        caption: str = "",
        fetch: Fetch,
        on_wait: OnWait,
    ) -> Page:
        """Explain a picture, or an album as one.

        What was answered before comes from the record. ``on_wait`` is called once if the wait will be long.
        Raises ``HourLimit``, a ``QueueError`` or a ``MediaError``, and whatever ``fetch`` raises.
        """
        caption = caption[:MAX_CAPTION]
        unique = _unique_id(pictures)
        seen = await self._recorded(unique, caption)
        if seen is None:
            await self._within_limits(asker)

            async def tell(place: QueuePosition) -> None:
                if place.seconds > TELL_PLACE_AFTER_S:
                    await on_wait(place)

            async with self.queue.turn(asker.user_id, tell):
                seen = await self._recorded(unique, caption)  # somebody may have asked the same meanwhile
                if seen is None:
                    seen = await self._look(pictures, unique, caption, fetch)
        return await self._answer(asker, seen, lang)

    async def _within_limits(self, asker: Asker) -> None:
        since = self._clock() - timedelta(hours=1)
        if await self._run(lambda: self._state.pictures_since(asker.user_id, since)) >= self.limits.pictures_per_hour:
            raise HourLimit(self.limits.pictures_per_hour)

    async def _recorded(self, unique: str, caption: str) -> _SearchedPicture | None:
        def work() -> _SearchedPicture | None:
            sha256 = self._state.sha256_of(unique, self._vision.encoder)
            if sha256 is None:
                return None
            found = self._state.matches(sha256, caption, self._library.kb.generation())
            return None if found is None else _SearchedPicture(sha256, *found)

        return await self._run(work)

    async def _look(self, pictures: Sequence[Attachment], unique: str, caption: str, fetch: Fetch) -> _SearchedPicture:
        reading = await self._run(lambda: self._reading(unique, caption))
        if reading is None:
            reading = replace(await self._read(pictures, unique, fetch), caption=caption)
        generation, matches = await self._inference.run(partial(self._vision.search, reading))
        await self._run(partial(self._state.put_matches, reading.sha256, caption, generation, matches))
        return _SearchedPicture(reading.sha256, tuple(matches), reading.text)

    async def _read(self, pictures: Sequence[Attachment], unique: str, fetch: Fetch) -> Reading:
        read = [
            await self._inference.run(partial(self._vision.read, await fetch(picture.file_id))) for picture in pictures
        ]
        reading = _joined(read)
        encoder = self._vision.encoder
        await self._run(partial(self._state.put_reading, reading, encoder, [unique], now=self._clock()))
        return reading

    async def read(self, asker: Asker, picture: Attachment, fetch: Fetch) -> Reading:
        """What is in a picture, read in turn or taken from the record; nothing is answered.

        Raises a ``QueueError`` or a ``MediaError``, and whatever ``fetch`` raises.
        """
        known = await self._run(lambda: self._reading(picture.unique_id, ""))
        if known is not None:
            return known
        async with self.queue.turn(asker.user_id):
            return await self._read([picture], picture.unique_id, fetch)

    async def reading_of(self, sha256: str) -> Reading | None:
        """What was read of a picture that is in the record."""
        return await self._run(lambda: self._state.reading(sha256, self._vision.encoder))

    async def draw(self, work: Callable[[], bytes]) -> bytes:
        """Draw something on the inference thread, which is the one for pixels."""
        return await self._inference.run(work)

    async def title(self, entry: EntryId, lang: Lang) -> str:
        """What an entry is called."""
        return await self._run(lambda: self._library.title(entry, lang))

    async def recognise(self, pictures: Sequence[Attachment], fetch: Fetch) -> Appearance:
        """What a picture or an album looks like, without an answer to anybody and outside the queue.

        Raises a ``MediaError`` and whatever ``fetch`` raises.
        """
        unique = _unique_id(pictures)
        seen = await self._recorded(unique, "") or await self._look(pictures, unique, "", fetch)

        def work() -> Appearance:
            reading = self._state.reading(seen.sha256, self._vision.encoder)
            return look_of(reading, seen.text, self._library.recognised(seen.matches, seen.text)[1])

        return await self._run(work)

    def _reading(self, unique: str, caption: str) -> Reading | None:
        sha256 = self._state.sha256_of(unique, self._vision.encoder)
        return None if sha256 is None else self._state.reading(sha256, self._vision.encoder, caption=caption)

    async def _answer(self, asker: Asker, seen: _SearchedPicture, lang: Lang) -> Page:
        def work() -> Page:
            told = self._library.retold(seen.matches)
            answer = self._state.put_answer(
                user_id=asker.user_id,
                chat_id=asker.chat_id,
                kind="picture",
                sha256=seen.sha256,
                text=seen.text,
                verdict=told.verdict,
                matches=seen.matches,
                now=self._clock(),
            )
            self._state.answered_in(asker.user_id, lang)
            if told.entries:
                self._gaps.answered(seen.sha256, told.entries, now=self._clock())
            else:
                self._missed(answer, asker.user_id, "unknown")
            return _expect(self._library.page(answer, lang, "m"))

        return await self._run(work)

    def _missed(self, answer: Answer, user_id: int, why: Why) -> None:
        """This picture was not explained to this user, or not well: it is kept for editors."""
        reading = self._state.reading(answer.sha256 or "", self._vision.encoder)
        if reading is not None:
            formats = [m for m in answer.matches if m.kind == "format" and m.confidence >= TEMPLATE_FLOOR]
            self._gaps.record(
                reading,
                answer.id,
                user_id,
                why,
                template=formats[0].entry if formats else None,
                answered=self._library.retold(answer.matches).entries,
                now=self._clock(),
            )

    async def announce(self, bot_id: int, update_id: int, message_id: int) -> None:
        """The answer to this update will go into this message, after a restart too."""
        await self._run(lambda: self._state.put_notice(bot_id, update_id, message_id))

    async def sent(self, answer: AnswerId, message_id: int, *, bot_id: int = 0, updates: Sequence[int] = ()) -> None:
        """The answer stands in this message, and so these updates are answered."""
        await self._run(lambda: self._state.sent(answer, message_id, bot_id=bot_id, updates=updates, now=self._clock()))

    async def page(self, answer: AnswerId, chat_id: int, lang: Lang, view: str) -> Page | None:
        """A page of an answer that was given in this chat; None for any other, or when it is gone."""

        def work() -> Page | None:
            found = self._own(answer, chat_id)
            return None if found is None else self._library.page(found, lang, view)

        return await self._run(work)

    def _own(self, answer: AnswerId, chat_id: int) -> Answer | None:
        """Answers are opened where they were given: a forged button opens nobody else's."""
        found = self._state.answer(answer)
        return found if found is not None and found.chat_id == chat_id else None

    async def known(self, answer: AnswerId, chat_id: int) -> MemeFacts | None:
        """What is known of the picture of an answer that was given in this chat; None when it is gone."""

        def work() -> MemeFacts | None:
            found = self._own(answer, chat_id)
            if found is None or found.kind != "picture":
                return None
            reading = self._state.reading(found.sha256 or "", self._vision.encoder)
            return MemeFacts(found, *self._library.told(found), reading)

        return await self._run(work)

    async def measure(self, media: Sequence[Medium], known: MemeFacts, fetch: Fetch) -> list[Picture]:
        """What the rules look at in the pictures of a proposal; one that cannot be had is left out."""
        measured = []
        lines = known.reading.lines if known.reading else ()
        for medium in media:
            try:
                data = await fetch(medium.file_id)
                measured.append(await self._inference.run(partial(self._vision.measure, data, lines)))
            except (ChatError, VisionError) as error:
                log.info("answer %d: not measured, %s", known.answer.id, type(error).__name__)
        return measured

    async def keep_album(self, chat_id: int, group_id: str, user_id: int, media: Sequence[Medium]) -> None:
        """Keep what an album consists of: who proposes it names one part."""
        await self._run(lambda: self._state.put_album(chat_id, group_id, user_id, media, now=self._clock()))

    async def album(self, chat_id: int, group_id: str) -> tuple[Medium, ...]:
        """What an album consists of; nothing if it was not kept."""
        return await self._run(lambda: self._state.album(chat_id, group_id))

    async def retell(self, kept: Any, lang: Lang) -> Explanation | None:
        """Matches kept as JSON, told as the base words them now; None where there are none."""
        if kept is None:
            return None
        return await self._run(lambda: self._library.retell(matches_of(kept), lang))

    async def retold(self, asker: Asker, kept: Any, sha256: str | None, lang: Lang) -> Page:
        """An answer from matches kept as JSON, as the base words them now, for somebody who has not asked before."""
        return await self._answer(asker, _SearchedPicture(sha256 or "", matches_of(kept), ""), lang)

    async def vote(self, answer: AnswerId, asker: Asker, vote: Literal[-1, 1]) -> bool:
        """Keep a vote; False if the answer is gone."""

        def work() -> bool:
            found = self._own(answer, asker.chat_id)
            if found is None:
                return False
            self._state.vote(answer, asker.user_id, vote, now=self._clock())
            if vote < 0 and found.kind == "picture":
                self._missed(found, asker.user_id, "disliked")
            elif found.sha256:
                self._gaps.withdraw(found.sha256, asker.user_id)
            return True

        return await self._run(work)

    async def find(self, query: str, lang: Lang) -> list[InlineResult]:
        """Entries for inline mode."""
        return await self._run(lambda: self._library.find(query, lang))

    # --- to be told

    async def subscribe(self, answer: AnswerId, asker: Asker, *, on: bool, file_id: str = "") -> bool:
        """Tell this user when the picture can be explained, or do not; False if the answer is gone."""

        def work() -> bool:
            if self._own(answer, asker.chat_id) is None:
                return False
            if on:
                self._state.subscribe(answer, asker.user_id, file_id, now=self._clock())
            else:
                self._state.unsubscribe(answer, asker.user_id)
            return True

        return await self._run(work)

    async def generation(self) -> int:
        """Grows with every change of the base."""
        return await self._run(self._library.kb.generation)

    async def refresh(self) -> None:
        """After a change of the base: compute what new entries lack."""
        await self._inference.run(self._vision.refresh)

    async def explained(self) -> list[tuple[Subscription, tuple[Match, ...]]]:
        """Who waits for a picture that the base explains by now, with what it says."""
        ready = []
        looked: dict[str, tuple[Match, ...]] = {}
        for waiting in await self._run(self._state.waiting):
            sha256 = waiting.answer.sha256 or ""
            if sha256 not in looked:
                looked[sha256] = await self._explains(sha256)
            if looked[sha256]:
                ready.append((waiting, looked[sha256]))
        return ready

    async def _explains(self, sha256: str) -> tuple[Match, ...]:
        """What the base says now about a picture that was read before; nothing where that is no explanation."""
        reading = await self._run(lambda: self._state.reading(sha256, self._vision.encoder))
        if reading is None:
            return ()
        _, matches = await self._inference.run(partial(self._vision.search, reading))

        def settle() -> tuple[Match, ...]:
            told = self._library.retold(matches)
            if told.entries:
                self._gaps.answered(sha256, told.entries, now=self._clock())
            return tuple(matches) if told.entries else ()

        return await self._run(settle)

    async def explanation(self, sha256: str) -> Explanation | None:
        """What the base says now about a picture that was read before, None where that is no explanation."""
        matches = await self._explains(sha256)
        return await self._run(lambda: self._library.retold(matches)) if matches else None

    async def look_again(self, group: GroupId) -> tuple[int, int]:
        """Look whether the base explains a group's memes by now: (how many, of how many that were looked at).

        Those that most people asked about are looked at; the others in passing, with ``sweep``.
        """
        members = await self._run(lambda: self._gaps.members(group, LOOKED_AT_AGAIN))
        return sum([bool(await self._explains(member.sha256)) for member in members]), len(members)

    async def sweep(self, after: int, limit: int) -> int | None:
        """Look so at unexplained memes beyond this number; the last number, None when all have been looked at.

        Stops early when people wait.
        """
        memes = await self._run(lambda: self._gaps.open_memes(limit, after))
        for number, sha256 in memes:
            if self.queue.busy:
                return after
            await self._explains(sha256)
            after = number
        return after if len(memes) == limit else None

    # --- what editors hear

    async def told(self, page: Page) -> None:
        """Somebody who waited has got this page: its editor will hear how many did."""

        def work() -> None:
            wrote = self._library.editor_of(self._library.retold(page.answer.matches).entries)
            if wrote is not None:
                self._gaps.told(*wrote)

        await self._run(work)

    async def reports(self, lang_of: Callable[[Lang | None], Lang]) -> list[tuple[NotificationCount, str, Lang]]:
        """Whom to tell how many people an entry of theirs reached: with its title, in their language."""

        def work() -> list[tuple[NotificationCount, str, Lang]]:
            found = []
            for told in self._gaps.reports():
                lang = lang_of(self._state.lang_of(told.editor_id))
                found.append((told, self._library.title(told.entry, lang), lang))
            return found

        return await self._run(work)

    async def reported(self, told: NotificationCount) -> None:
        """The editor knows."""
        await self._run(lambda: self._gaps.reported(told))

    async def claim(self, waiting: Subscription, matches: tuple[Match, ...], lang: Lang) -> Page | None:
        """The answer to tell, for whoever asks first; None for everybody else."""
        if not await self._run(lambda: self._state.claim(waiting, now=self._clock())):
            return None
        asked = waiting.answer
        seen = _SearchedPicture(asked.sha256 or "", matches, asked.text)
        return await self._answer(Asker(waiting.user_id, asked.chat_id), seen, lang)

    async def unclaim(self, waiting: Subscription) -> None:
        """Telling failed: try again later."""
        await self._run(lambda: self._state.unclaim(waiting))

    async def lang_of(self, user_id: int) -> Lang | None:
        """The language that a user was last answered in, without noting that they wrote."""
        return await self._run(lambda: self._state.lang_of(user_id))

    async def reads(self, user_id: int, lang: Lang) -> None:
        """Note in which language this user reads."""
        await self._run(lambda: self._state.answered_in(user_id, lang))

    async def purge(self) -> int:
        """Delete what is older than is promised; how many answers went."""
        return await self._run(lambda: self._state.purge(now=self._clock(), keep=timedelta(days=self.limits.keep_days)))


@dataclass(frozen=True, slots=True)
class _SearchedPicture:
    """A picture and what the base says about it."""

    sha256: str
    matches: tuple[Match, ...]
    text: str


def _expect(page: Page | None) -> Page:
    if page is None:
        raise RuntimeError("an answer has no main page")
    return page


def _unique_id(pictures: Sequence[Attachment]) -> str:
    """One id for one picture, or for an album whatever order its parts came in."""
    if len(pictures) == 1:
        return pictures[0].unique_id
    parts = "\n".join(sorted(picture.unique_id for picture in pictures))
    return f"album-{hashlib.sha256(parts.encode()).hexdigest()}"


def _joined(readings: Sequence[Reading]) -> Reading:
    """An album as one reading: all frames and all words."""
    if len(readings) == 1:
        return readings[0]
    digest = hashlib.sha256("".join(reading.sha256 for reading in readings).encode()).hexdigest()
    frames = tuple(frame for reading in readings for frame in reading.frames)
    lines = tuple(line for reading in readings for line in reading.lines)
    return Reading(digest, frames, lines)
