"""Drafts for whoever asked about a meme, where the owner lets them be seen: marked, until an editor has decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from knowledge.reading import Lang
from memebot.answering.answering import Answering
from memebot.answering.record import AnswerId
from memebot.database import Database, Store, iso
from memebot.drafting.store import Demand, MachineDraft, MachineDrafts


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """A draft, or what became of it, for one person. ``message_id``: where it is shown, None where it is not yet."""

    answer_id: AnswerId
    chat_id: int
    reply_to: int | None
    lang: Lang | None
    message_id: int | None
    made: MachineDraft


class DraftAsks(Store):
    """The store of who wants to see a draft; its table is made with that of the drafts."""

    def put(self, answer: AnswerId, sha256: str, file_id: str, *, now: datetime) -> None:
        """This answer's person wants to see what a machine thinks."""
        self.change(
            "insert into machine_draft_asks (answer_id, sha256, file_id, asked_at) values (?, ?, ?, ?)"
            " on conflict do nothing",
            [answer, sha256, file_id, iso(now)],
        )

    def put_waiting(self, *, now: datetime) -> None:
        """Whoever waits to be told sees a draft as soon as there is one."""
        self.change(
            "insert into machine_draft_asks (answer_id, sha256, file_id, asked_at)"
            " select s.answer_id, a.sha256, s.file_id, ? from subscriptions s join answers a on a.id = s.answer_id"
            " join machine_drafts d on d.sha256 = a.sha256 and d.state = 'waiting'"
            " where s.told_at is null and a.chat_id > 0 on conflict do nothing",
            [iso(now)],
        )

    def oldest(self, model: str, prompt: str) -> Demand | None:
        """What was asked for longest ago and never drafted."""
        row = self.row(
            "select sha256, asked_at, file_id from machine_draft_asks q where file_id <> '' and not exists"
            " (select 1 from machine_drafts d where d.sha256 = q.sha256 and d.model = ? and d.prompt = ?)"
            " order by asked_at, answer_id limit 1",
            [model, prompt],
        )
        return None if row is None else Demand(row[0], datetime.fromisoformat(row[1]), row[2])

    def open(self) -> list[tuple[Any, ...]]:
        """(answer, picture, message or None, chat, the answer's message) of everything that was asked for."""
        return self.rows(
            "select q.answer_id, q.sha256, q.message_id, a.chat_id, a.message_id, a.user_id"
            " from machine_draft_asks q join answers a on a.id = q.answer_id order by q.asked_at, q.answer_id"
        )

    def shown(self, answer: AnswerId, message_id: int) -> None:
        """The draft is this message."""
        self.change("update machine_draft_asks set message_id = ? where answer_id = ?", [message_id, answer])

    def drop(self, answer: AnswerId) -> None:
        """There is nothing to show, or to change, any more."""
        self.change("delete from machine_draft_asks where answer_id = ?", [answer])


class ShownDrafts:
    """Belongs to the thread of its database."""

    def __init__(
        self, db: Database, drafts: MachineDrafts, answering: Answering, clock: Callable[[], datetime]
    ) -> None:
        self.asks = DraftAsks(db)
        self._drafts, self._answering, self._clock = drafts, answering, clock

    def ask(self, answer: AnswerId, chat_id: int, file_id: str) -> Literal["soon", "nothing", "gone"]:
        """Somebody wants to see what a machine thinks about the picture of an answer that was given in this chat.

        ``soon``: it will be shown there. ``nothing``: there is nothing to show. ``gone``: the answer is.
        """
        facts = self._answering.facts(answer, chat_id)
        if facts is None or facts.answer.sha256 is None:
            return "gone"
        made = self._drafts.find(facts.answer.sha256)
        if made is not None and made.state not in ("asked", "waiting"):
            return "nothing"
        self.asks.put(answer, facts.answer.sha256, file_id, now=self._clock())
        return "soon"

    def demand(self) -> Demand | None:
        """The picture that somebody wants a machine's thoughts about and that was never drafted."""
        return self.asks.oldest(self._drafts.model, self._drafts.prompt)

    def due(self) -> list[ShownDraft]:
        """What is to be shown for the first time, and what is shown and has been decided about."""
        self.asks.put_waiting(now=self._clock())
        found = []
        for answer, sha256, message, chat, reply_to, user in self.asks.open():
            made = self._drafts.find(sha256)
            if made is None or made.state == "asked" or (made.state == "waiting" and message is not None):
                continue
            lang = self._answering.state.subscribers.lang_of(user)
            found.append(ShownDraft(answer, chat, reply_to, lang, message, made))
        return found
