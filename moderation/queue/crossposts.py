"""Where a submission is posted, in a community that has two channels: its own channel, and the other one beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from memebot.database import Database, Store, maybe_iso, upsert, writing
from moderation.errors import AlreadyDecided, NoFreeSlot
from moderation.model import ChannelName, Submission, Target, channels_for, channels_of
from moderation.queue.slots import Slots
from moderation.queue.submissions import Submissions, json_text


class Crossposts(Store):
    """The targets of submissions, and their words for one channel's readers."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._submissions, self._slots = Submissions(db), Slots(db)

    # --- targets

    def aim(self, number: int, target: Target, *, by: int, now: datetime, version: int | None = None) -> Submission:
        """Let it be posted there: from its approval on, or, where it is approved, in the next free slot of a channel
        that is new. A post suggested in Telegram itself always goes to the channel that it was suggested to.

        Raises ``AlreadyDecided`` for what is posted in a channel that it should leave, ``Stale`` or ``NoFreeSlot``, and
        then nothing has changed.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "pending", "approved", "publishing", "published", version=version)
            columns: dict[str, object] = {"target": target}
            if old.state != "pending":
                columns |= self._replaced(old, channels_for(old, channels_of(target)), now)
            details = {"from": old.target, "to": target}
            return self._submissions.update(old, "target", by, now, columns, details=details)

    def _replaced(self, old: Submission, wanted: Sequence[ChannelName], now: datetime) -> Mapping[str, object]:
        """Change the crosspost as it is wanted; the columns of the submission itself that change with it."""
        crosspost = self._submissions.crosspost(old.id)
        standing = {one.channel: one for one in (old, crosspost) if one is not None}
        left = [one for channel, one in standing.items() if channel not in wanted]
        for one in left:
            if one.state != "approved":
                raise AlreadyDecided(one)
        new = {channel: self._next(channel, old, now) for channel in wanted if channel not in standing}
        if crosspost is not None and (crosspost in left or old in left):
            self._submissions.drop_crosspost(old.id)
        if old not in left:
            for channel, slot in new.items():
                self._submissions.add_crosspost(old.id, channel, slot)
            return {}
        if crosspost is not None:
            if crosspost.state != "approved":
                raise AlreadyDecided(crosspost)
            moved = {"slot": maybe_iso(crosspost.slot), "publish_error": crosspost.publish_error}
            return {"channel": crosspost.channel, **moved}
        channel = wanted[0]
        return {"channel": channel, "slot": maybe_iso(new[channel]), "publish_error": None}

    def _next(self, channel: ChannelName, old: Submission, now: datetime) -> datetime:
        """The next free slot of a channel, no earlier than the end of the time to undo."""
        found = self._slots.free(max(now, old.undo_until or now), 1, channel)
        if not found:
            raise NoFreeSlot
        return found[0]

    # --- words for one channel's readers

    def captions(self, number: int) -> dict[ChannelName, tuple[str, tuple[Mapping[str, Any], ...]]]:
        """Captions with their formatting that are others than the submission's own, by channel."""
        rows = self.rows(
            "select channel, caption, caption_entities from channel_captions where submission = ?", [number]
        )
        return {channel: (caption, tuple(json.loads(entities))) for channel, caption, entities in rows}

    def put_caption(
        self,
        old: Submission,
        channel: ChannelName,
        caption: str | None,
        entities: Sequence[Mapping[str, Any]] = (),
        *,
        by: int,
        now: datetime,
    ) -> Submission:
        """Keep words for the readers of a channel, inside the transaction that is open; None: its own again."""
        if caption is None:
            self.change("delete from channel_captions where submission = ? and channel = ?", [old.id, channel])
        else:
            self.change(
                upsert("channel_captions", "submission, channel", "caption, caption_entities"),
                [old.id, channel, caption, json_text(list(entities))],
            )
        details = {"length": len(caption or ""), "channel": channel}
        return self._submissions.update(old, "edit", by, now, details=details)
