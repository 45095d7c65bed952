"""Pictures of messages: looked up, fetched in turn, read and searched on the inference thread, answered.

This is the one place where a request crosses from thread to thread: what is recorded and answered is work for the
database's thread, what is slow waits in the fair queue and runs on the inference thread.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

from knowledge.reading import EncoderId, Lang, Line, Reading
from knowledge.search.searcher import Match
from memebot.answering.answering import MAX_CAPTION, Answering, Asker, MemeFacts, SearchedPicture
from memebot.answering.explainer import Explanation
from memebot.answering.grouping import GroupId
from memebot.answering.pages import Page
from memebot.database import DatabaseThread
from memebot.drafting.material import Material
from memebot.inference import FairQueue, InferenceThread, OnWait, QueuePosition
from memebot.telegram.errors import ChatError
from memebot.telegram.ui.attachments import Attachment
from memebot.vision.errors import MediaError, VisionError
from moderation.model import Medium
from moderation.reposts.model import Appearance
from moderation.rules import Picture

log = logging.getLogger(__name__)

LOOKED_AT_AGAIN = 12
TELL_PLACE_AFTER_S = 5.0
"""A longer wait is told at its beginning."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Telegram's file id -> the file's bytes."""


class Vision(Protocol):
    """What reads and searches, on the inference thread."""

    @property
    def encoder(self) -> EncoderId:
        """Whose vectors its readings hold."""
        ...

    def read(self, data: bytes) -> Reading:
        """Raises ``MediaError``."""
        ...

    def begin(self, data: bytes) -> Callable[[], Reading]:
        """Let it be read, from whatever thread, as soon as nothing else is to be done.

        Returns what gives the reading, on the inference thread, and raises ``MediaError``.
        """
        ...

    def measure(self, data: bytes, lines: Sequence[Line]) -> Picture:
        """What an admin's rules look at in a picture on which ``lines`` were read. Raises ``MediaError``."""
        ...

    def with_screens(self, data: bytes, reading: Reading) -> Reading:
        """The reading with what it shows on screens, where this is its picture or a part. Raises ``MediaError``."""
        ...

    def search(self, reading: Reading) -> tuple[int, Sequence[Match]]:
        """The base's generation and what it says about a reading."""
        ...

    def scaled(self, data: bytes) -> bytes:
        """A small JPEG of a picture, without anything that came along in its file. Raises ``MediaError``."""
        ...

    def material(self, reading: Reading, picture: bytes) -> Material:
        """What a model is given about a picture: what the search finds, with the small JPEG."""
        ...

    def refresh(self) -> None:
        """Compute what new entries lack under this encoder."""
        ...


class Pictures:
    """One instance a bot; used from its event loop."""

    def __init__(
        self, db: DatabaseThread, answering: Answering, vision: Vision, *, queue: FairQueue, inference: InferenceThread
    ) -> None:
        self.db, self.answering, self.vision = db, answering, vision
        self.queue, self.inference = queue, inference

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
        caption, unique_id = caption[:MAX_CAPTION], _unique_id(pictures)

        async def tell(place: QueuePosition) -> None:
            if place.seconds > TELL_PLACE_AFTER_S:
                await on_wait(place)

        found = await self.db.run(self.answering.look_up, asker, unique_id, caption)
        if found is None:
            async with self.queue.turn(asker.user_id, tell):
                found = await self._search(pictures, unique_id, caption, fetch)
        return await self.db.run(self.answering.answer, asker, found, lang)

    async def read(self, asker: Asker, picture: Attachment, fetch: Fetch) -> Reading:
        """What is in a picture, read in turn or taken from the record; nothing is answered.

        Raises a ``QueueError`` or a ``MediaError``, and whatever ``fetch`` raises.
        """
        found = await self.db.run(self.answering.recorded_reading, picture.unique_id)
        if found is not None:
            return found
        async with self.queue.turn(asker.user_id):
            return await self._read([picture], picture.unique_id, fetch)

    async def recognise(self, pictures: Sequence[Attachment], fetch: Fetch) -> Appearance:
        """What a picture or an album looks like, without an answer to anybody and outside the queue.

        Raises a ``MediaError`` and whatever ``fetch`` raises.
        """
        found = await self._search(pictures, _unique_id(pictures), "", fetch)
        return await self.db.run(self.answering.appearance, found)

    async def search_again(self, sha256: str) -> Explanation | None:
        """What the base says now about a picture that was read before, None where that is no explanation."""
        reading = await self.db.run(self.answering.reading_of, sha256)
        if reading is None:
            return None
        _, matches = await self.inference.run(self.vision.search, reading)
        return await self.db.run(self.answering.settle, sha256, matches)

    async def search_group_again(self, group: GroupId) -> tuple[int, int]:
        """Look whether the base explains a group's memes by now: (how many, of how many that were looked at).

        Those that most people asked about are looked at; the others in passing, see ``Background``.
        """
        members = await self.db.run(self.answering.unexplained.members, group, LOOKED_AT_AGAIN)
        return sum([await self.search_again(member.sha256) is not None for member in members]), len(members)

    async def measure(self, media: Sequence[Medium], facts: MemeFacts, fetch: Fetch) -> tuple[list[Picture], MemeFacts]:
        """What the rules look at in the pictures of a proposal, and the facts ``with_screens``; one that cannot be had
        is left out."""
        measured = []
        lines = facts.reading.lines if facts.reading else ()
        for medium in media:
            try:
                data = await fetch(medium.file_id)
                measured.append(await self.inference.run(self.vision.measure, data, lines))
                facts = await self._with_screens(data, facts)
            except (ChatError, VisionError) as error:
                log.info("answer %d: not measured, %s", facts.answer.id, type(error).__name__)
        return measured, facts

    async def with_screens(self, media: Sequence[Medium], facts: MemeFacts, fetch: Fetch) -> MemeFacts:
        """The facts with what the pictures of a proposal show on screens, by which they are looked for among earlier
        ones; one that cannot be had is looked for as it is."""
        for medium in media:
            try:
                facts = await self._with_screens(await fetch(medium.file_id), facts)
            except (ChatError, VisionError) as error:
                log.info("answer %d: not looked at for screens, %s", facts.answer.id, type(error).__name__)
        return facts

    async def _with_screens(self, data: bytes, facts: MemeFacts) -> MemeFacts:
        """Raises ``MediaError``."""
        if facts.reading is None:
            return facts
        return replace(facts, reading=await self.inference.run(self.vision.with_screens, data, facts.reading))

    async def _search(
        self, pictures: Sequence[Attachment], unique_id: str, caption: str, fetch: Fetch
    ) -> SearchedPicture:
        """What the base says about a picture; somebody may have asked the same meanwhile."""
        found = await self.db.run(self.answering.found, unique_id, caption)
        if isinstance(found, SearchedPicture):
            return found
        if found is None and len(pictures) == 1:
            begun = self.vision.begin(await fetch(pictures[0].file_id))
            reading, generation, matches = await self.inference.run(_read_and_search, self.vision, begun, caption)
            await self.db.run(self.answering.keep_reading, reading, unique_id)
        else:
            reading = found or replace(await self._read(pictures, unique_id, fetch), caption=caption)
            generation, matches = await self.inference.run(self.vision.search, reading)
        put = self.answering.state.pictures.put_matches
        await self.db.run(put, reading.sha256, caption, generation, matches)
        return SearchedPicture(reading.sha256, tuple(matches), reading.text)

    async def _read(self, pictures: Sequence[Attachment], unique_id: str, fetch: Fetch) -> Reading:
        reading = _joined(await self._readable(pictures, fetch))
        await self.db.run(self.answering.keep_reading, reading, unique_id)
        return reading

    async def _readable(self, pictures: Sequence[Attachment], fetch: Fetch) -> list[Reading]:
        """What can be read of an album. Raises the last ``MediaError`` where nothing can."""
        read, problem = [], None
        for picture in pictures:
            data = await fetch(picture.file_id)
            try:
                read.append(await self.inference.run(self.vision.read, data))
            except MediaError as error:
                problem = error
        if problem is not None and not read:
            raise problem
        return read


def _read_and_search(
    vision: Vision, begun: Callable[[], Reading], caption: str
) -> tuple[Reading, int, Sequence[Match]]:
    """In one piece, so that nobody else's picture is answered in between. Raises ``MediaError``."""
    reading = begun()
    generation, matches = vision.search(replace(reading, caption=caption))
    return reading, generation, matches


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
