"""What stands in the channel: posts that admins make by hand are known too, to find reposts and to count reactions."""

from __future__ import annotations

from datetime import datetime

from knowledge.entry import EntryId
from knowledge.reading import Reading
from knowledge.words import words
from memebot.db import DatabaseThread
from moderation.desk import Desk
from moderation.handle import writing
from moderation.reposts import Frame, Look, Ref


def look_of(reading: Reading | None, text: str, template: EntryId | None) -> Look:
    """What is compared with earlier pictures: frames and words, and the template that was recognised."""
    frames = reading.frames if reading else ()
    return Look(
        tuple(Frame(frame.sha256, frame.pdq, frame.pdq_quality) for frame in frames),
        template=template,
        words=" ".join(words(text)),
    )


class ChannelPosts:
    """One instance a bot; used from its event loop."""

    def __init__(self, database: DatabaseThread, desk: Desk) -> None:
        self._database, self._desk = database, desk

    async def from_queue(self, chat_id: int, message_id: int) -> bool:
        """Whether this post came out of the queue: then it is known already, with its submission."""
        known = await self._database.run(lambda _: self._desk.queue.post(chat_id, message_id))
        return known is not None and known.submission is not None

    async def posted(
        self, chat_id: int, message_id: int, look: Look | None, *, link: str, at: datetime
    ) -> None:
        """Keep a post, or what an edited one looks like now; ``look`` None where it could not be read."""

        def work() -> None:
            with writing(self._desk.db):
                self._desk.queue.record_post(chat_id, message_id, at=at, link=link)
                if look is not None:
                    self._desk.reposts.remember(Ref.post(chat_id, message_id, link), look, at=at)

        await self._database.run(lambda _: work())
