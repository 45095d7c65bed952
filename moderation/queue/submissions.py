"""A submission: its facts, how it is read, and the one way in which it is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from memebot.database import AMONG_IDS, AMONG_TEXTS, Database, Store, iso, when
from moderation.audit import AuditLog, StateChange
from moderation.errors import AlreadyDecided, Stale, SubmissionNotFound
from moderation.model import ChannelName, Medium, State, Submission

_OWN = (
    "id key author_id author_name credit lang origin origin_chat origin_message media caption caption_entities sha256"
    " answer_id explanation verdict confidence flags sightings state version submitted_at claimed_by claimed_until"
    " slot decided_by decided_at reason_key reason_text silent undo_until fate publish_error"
)
_APPROVALS = (
    "(select json_group_array(by) from (select by from approvals where submission = s.id order by at, by) given)"
)
_REST = (_APPROVALS, "p.chat_id", "p.messages", "p.at", "p.link", "p.reactions", "s.target")
_NAMES = tuple(Submission.__dataclass_fields__)
COLUMNS = ", ".join([*(f"s.{name}" for name in _OWN.split()), *_REST, "s.channel", "0"])
"""Of a submission ``s`` and its own post ``p``."""
THEIR_POSTS = "left join posts p on p.submission = s.id and p.channel = s.channel"
SELECT = f"select {COLUMNS} from submissions s {THEIR_POSTS}"

_OF_CHANNEL = ("state", "slot", "fate", "publish_error", "channel")
"""What a crosspost has of its own."""
_WORDS = "(select w.{0} from channel_captions w where w.submission = s.id and w.channel = {1})"


def _columns_in(channel: str, standing: Mapping[str, str], crosspost: str) -> str:
    """The columns of a submission as it stands in a channel, with the words for the readers there."""
    words = {n: f"coalesce({_WORDS.format(n, channel)}, s.{n})" for n in ("caption", "caption_entities")}
    own = [{**words, **standing}.get(name, f"s.{name}") for name in _OWN.split()]
    values = [*own, *_REST, standing["channel"], crosspost]
    return ", ".join(f"{value} as {name}" for value, name in zip(values, _NAMES, strict=True))


_FROM = {"s": "submissions s", "c": "crossposts c cross join submissions s"}
_WHERE = {"s": "", "c": "s.id = c.submission and "}
OPEN = "{t}.state in ('approved', 'publishing')"
"""Of what is not posted yet: stands before any other condition on the state, so that its index is used."""
_STANDING = {t: {name: f"{t}.{name}" for name in _OF_CHANNEL} for t in _FROM}
_EITHER = {name: f"case when c.submission is null then s.{name} else c.{name} end" for name in _OF_CHANNEL}
POSTED_COLUMNS = _columns_in("p.channel", _EITHER, "case when c.submission is null then 0 else 1 end")
"""Of the submission of a post ``p``, as it stands in the post's channel."""
OF_POSTS = (
    "left join submissions s on s.id = p.submission"
    " left join crossposts c on c.submission = s.id and c.channel = p.channel"
)


def placed(what: str, condition: str, *, of: str = "sc") -> str:
    """SQL for what stands in channels: of submissions in their own, and of crossposts, by ``{t}`` in both arguments.

    ``of``: "s" or "c" alone.
    """
    return " union all ".join(f"select {what} from {_FROM[t]} where {_WHERE[t]}({condition})".format(t=t) for t in of)


_JSON = ("media", "caption_entities", "explanation", "flags", "sightings", "approvals", "published_messages")
_TIMES = ("submitted_at", "claimed_until", "slot", "decided_at", "undo_until", "published_at")

NO_CLAIM: Mapping[str, object] = MappingProxyType({"claimed_by": None, "claimed_until": None})
NO_DECISION: Mapping[str, object] = MappingProxyType(
    {
        "slot": None,
        "decided_by": None,
        "decided_at": None,
        "reason_key": None,
        "reason_text": "",
        "silent": 0,
        "undo_until": None,
        "publish_error": None,
    }
)


def submission_of(row: Sequence[Any]) -> Submission:
    """A row of ``COLUMNS``."""
    facts = dict(zip(_NAMES, row, strict=True))
    for name in _JSON:
        facts[name] = json.loads(facts[name]) if facts[name] is not None else None
    for name in _TIMES:
        facts[name] = when(facts[name])
    facts["media"] = tuple(Medium(**medium) for medium in facts["media"])
    for name in ("caption_entities", "flags", "approvals", "published_messages"):
        facts[name] = tuple(facts[name] or ())
    facts["silent"], facts["reactions"] = bool(facts["silent"]), facts["reactions"] or 0
    facts["crosspost"] = bool(facts["crosspost"])
    return Submission(**facts)


class Submissions(Store):
    """Reads submissions, and holds the one statement that changes them."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._audit = AuditLog(db)

    def get(self, number: int) -> Submission:
        """The submission as it stands. Raises ``SubmissionNotFound``."""
        row = self.row(f"{SELECT} where s.id = ?", [number])
        if row is None:
            raise SubmissionNotFound(number)
        return submission_of(row)

    def placed(self, number: int, channel: ChannelName | None = None) -> Submission:
        """As it stands in a channel, by default in its own one: with the words for the readers there.

        Raises ``SubmissionNotFound``, also where it is not for that channel.
        """
        if channel is None:
            found = self.select_placed("s.id = ?1", number, of="s")
        else:
            found = self.select_placed("s.id = ?1 and {t}.channel = ?2", number, channel)
        if not found:
            raise SubmissionNotFound(number)
        return found[0]

    def crosspost(self, number: int) -> Submission | None:
        """As it stands in the other channel beside its own, where it is for both."""
        return next(iter(self.select_placed("s.id = ?1", number, of="c")), None)

    def by_key(self, key: str) -> Submission | None:
        """The submission that was made under this key."""
        return next(iter(self.select("where s.key = ?", key)), None)

    def numbered(self, numbers: Sequence[int]) -> list[Submission]:
        """Those of these numbers, each as it stands, in no order."""
        return self.select(f"where s.id in {AMONG_IDS}", json.dumps(list(numbers)))

    def by_origin(self, chat_id: int, message_id: int) -> Submission | None:
        """The last submission whose words came in this message."""
        found = self.select(
            "where origin_chat = ? and origin_message = ? order by s.id desc limit 1", chat_id, message_id
        )
        return next(iter(found), None)

    def by_author(self, author_id: int, *, limit: int = 20) -> list[Submission]:
        """An author's submissions, the newest first."""
        return self.select("where author_id = ? order by submitted_at desc, s.id desc limit ?", author_id, limit)

    def by_state(self, state: State, limit: int = 20, after: int | None = None) -> list[Submission]:
        """Submissions in this state, the oldest first, ties by number; a page that continues after a submission."""
        if after is None:
            return self.select("where state = ? order by submitted_at, s.id limit ?", state, limit)
        return self.select(
            "where state = ? and (submitted_at, s.id) > (select submitted_at, id from submissions where id = ?)"
            " order by submitted_at, s.id limit ?",
            state,
            after,
            limit,
        )

    def unexplained(self, *states: State) -> list[Submission]:
        """Those in these states that nothing explains and whose picture is known, the oldest first."""
        return self.select(
            f"where state in {AMONG_TEXTS} and verdict = 'unknown' and sha256 is not null order by submitted_at, s.id",
            json.dumps(states),
        )

    def walk(self) -> Iterator[Submission]:
        """All submissions, by number, a page at a time: whoever writes meanwhile does not wait."""
        last = 0
        while page := self.select("where s.id > ? order by s.id limit 200", last):
            yield from page
            last = page[-1].id

    def unsettled(self, since: datetime) -> list[Submission]:
        """What changes by the clock alone: claims, and decisions since then that can be undone for a while."""
        return self.select(
            "where (state = 'pending' and claimed_until is not null)"
            " or (decided_at >= ? and state in ('approved', 'rejected')) order by s.id",
            iso(since),
        )

    def count(self, state: State = "pending") -> int:
        """How many submissions are in this state."""
        return int(self.value("select count(*) from submissions where state = ?", [state]))

    def place(self, number: int) -> int | None:
        """Place in the queue, counted from 1; None for what does not wait."""
        submission = self.get(number)
        if submission.state != "pending":
            return None
        before = self.value(
            "select count(*) from submissions where state = 'pending' and (submitted_at, id) < (?, ?)",
            [iso(submission.submitted_at), number],
        )
        return int(before) + 1

    def select(self, rest: str, *parameters: object) -> list[Submission]:
        """Submissions by what follows the ``from``."""
        return [submission_of(row) for row in self.rows(f"{SELECT} {rest}", parameters)]

    def select_placed(self, condition: str, *parameters: object, rest: str = "", of: str = "sc") -> list[Submission]:
        """Submissions as they stand in channels, by a condition as ``placed`` takes it; ``rest``: of the SQL."""
        halves = (
            f"select {_columns_in(f'{t}.channel', _STANDING[t], '0' if t == 's' else '1')} from {_FROM[t]}"
            f" left join posts p on p.submission = s.id and p.channel = {t}.channel"
            f" where {_WHERE[t]}({condition.format(t=t)})"
            for t in of
        )
        return [submission_of(row) for row in self.rows(f"{' union all '.join(halves)} {rest}", parameters)]

    # --- changing, inside the transaction that is open

    def expect(
        self, number: int, *states: State, version: int | None = None, channel: ChannelName | None = None
    ) -> Submission:
        """The submission, in one of these states and at this version; ``channel``: as it stands there.

        Raises ``AlreadyDecided`` or ``Stale``.
        """
        submission = self.get(number) if channel is None else self.placed(number, channel)
        if submission.state not in states:
            raise AlreadyDecided(submission)
        if version is not None and submission.version != version:
            raise Stale(submission)
        return submission

    def update(
        self,
        old: Submission,
        action: str,
        actor: int | None,
        now: datetime,
        columns: Mapping[str, object] = MappingProxyType({}),
        *,
        to: State | None = None,
        details: Mapping[str, object] = MappingProxyType({}),
    ) -> Submission:
        """Compare and set: from ``old`` to the next version, with its row in the audit log; the new submission.

        Raises ``AlreadyDecided`` or ``Stale`` if somebody was faster.
        """
        state = to or old.state
        if old.crosspost:
            return self._update_crosspost(old, action, actor, now, columns, state, details)
        sets = "".join(f", {name} = ?" for name in columns)
        done = self.change(
            f"update submissions set state = ?, version = version + 1{sets} where id = ? and state = ? and version = ?",
            [state, *columns.values(), old.id, old.state, old.version],
        )
        if done != 1:
            current = self.get(old.id)
            raise Stale(current) if current.state == old.state else AlreadyDecided(current)
        change = StateChange(old.id, old.version + 1, old.state, state)
        self._audit.record(action, actor, now, change=change, details=details)
        return self.get(old.id)

    def _update_crosspost(
        self,
        old: Submission,
        action: str,
        actor: int | None,
        now: datetime,
        columns: Mapping[str, object],
        state: State,
        details: Mapping[str, object],
    ) -> Submission:
        """The same of what stands in the other channel; the audit log says in which one."""
        sets = "".join(f", {name} = ?" for name in columns)
        done = self.change(
            f"update crossposts set state = ?{sets} where submission = ? and state = ?",
            [state, *columns.values(), old.id, old.state],
        )
        if done != 1:
            raise AlreadyDecided(self.placed(old.id, old.channel))
        counted_up = "update submissions set version = version + 1 where id = ? and version = ?"
        if self.change(counted_up, [old.id, old.version]) != 1:
            raise Stale(self.get(old.id))
        change = StateChange(old.id, old.version + 1, old.state, state)
        self._audit.record(action, actor, now, change=change, details={**details, "channel": old.channel})
        return self.placed(old.id, old.channel)

    def add_crosspost(self, number: int, channel: ChannelName, slot: datetime) -> None:
        """Plan a submission for the other channel, too; the change that it belongs to is written with ``update``."""
        self.change(
            "insert into crossposts (submission, channel, state, slot) values (?, ?, 'approved', ?)",
            [number, channel, iso(slot)],
        )

    def drop_crosspost(self, number: int) -> None:
        """Plan it for its own channel alone, with a change as above. What was posted stays: ``AlreadyDecided``."""
        other = self.crosspost(number)
        if other is not None and other.state != "approved":
            raise AlreadyDecided(other)
        self.change("delete from crossposts where submission = ?", [number])


def json_text(value: Any) -> str | None:
    """As it is stored; nothing for nothing."""
    return None if value is None else json.dumps(value, ensure_ascii=False)
