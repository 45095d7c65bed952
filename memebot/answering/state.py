"""What the bot remembers between two messages, and across a restart.

Tables are in the same database file as the knowledge base, with migrations of their own. Every method is one
short transaction. Times are aware UTC and given by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from knowledge.reading import Lang
from memebot.answering.record import AnswerRecord, PictureRecord, SubscriptionRecord
from memebot.database import AMONG_IDS, Database, Store, iso, sql_migrations, upsert, writing
from moderation.model import Medium

_DAY = len("2026-01-02")
ALBUMS_KEPT = timedelta(days=2)
MIGRATIONS = sql_migrations("bot", Path(__file__).parent / "migrations" / "bot")


@dataclass(frozen=True, slots=True)
class OpenUpdate:
    """An update that was received and not answered yet."""

    id: int
    data: str
    notice: int | None


class Inbox(Store):
    """Updates that came in, each kept until it is answered: so a restart answers it."""

    def receive(self, bot_id: int, updates: Sequence[tuple[int, str]], *, now: datetime) -> list[int]:
        """Keep updates, given as (id, JSON), and say which of them had not been received before."""
        fresh = []
        with writing(self.db):
            for update_id, data in updates:
                kept = self.change(
                    "insert into updates (bot_id, id, received_at, data) values (?, ?, ?, ?) on conflict do nothing",
                    [bot_id, update_id, iso(now), data],
                )
                if kept == 1:
                    fresh.append(update_id)
        return fresh

    def done(self, bot_id: int, update_id: int, *, now: datetime) -> None:
        """This update is answered: its text goes."""
        self.change(
            "update updates set data = null, done_at = ? where bot_id = ? and id = ? and done_at is null",
            [iso(now), bot_id, update_id],
        )

    def open_updates(self, bot_id: int) -> list[OpenUpdate]:
        """What was received and not answered, oldest first."""
        rows = self.rows(
            "select id, data, notice from updates where bot_id = ? and done_at is null order by id", [bot_id]
        )
        return [OpenUpdate(*row) for row in rows]

    def put_notice(self, bot_id: int, update_id: int, message_id: int) -> None:
        """The message that the answer to this update will go into."""
        self.change("update updates set notice = ? where bot_id = ? and id = ?", [message_id, bot_id, update_id])


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update as it came in, for whichever process answers it.

    ``line``: those of one line are answered one after the other; None waits for no other. ``album``: those of one
    album are answered together, by one process. ``slow``: a picture to be read, for which people take turns.
    """

    id: int
    data: str
    line: str | None = None
    album: str | None = None
    slow: bool = False


@dataclass(frozen=True, slots=True)
class TakenUpdates:
    """What a process has taken to answer, the earliest first.

    ``turns``: which of them are pictures that were taken in turn. ``left``: how many more could be taken now.
    """

    updates: Sequence[OpenUpdate] = ()
    turns: frozenset[int] = frozenset()
    left: int = 0


class SharedInbox(Inbox):
    """The inbox of several processes over one database, which it knows by numbers: one of them answers an update.

    An update may be taken when no earlier one of its line is open. Parts of one album do not wait for each other, and
    nobody waits for what an attempt has failed at: a chat must not stand still with an answer that fails for hours.
    """

    def arrive(self, bot_id: int, updates: Sequence[Arrived], *, now: datetime) -> list[int]:
        """Keep updates and say which of them had not been received before."""
        with writing(self.db):
            fresh = self.receive(bot_id, [(one.id, one.data) for one in updates], now=now)
            for one in updates:
                if one.id in fresh:
                    self.change(
                        "update updates set line = ?, album = ?, slow = ? where bot_id = ? and id = ?",
                        [one.line, one.album, int(one.slow), bot_id, one.id],
                    )
        return fresh

    def take(self, bot_id: int, owner: int, turns: int) -> TakenUpdates:
        """Take what may be taken: all that is quickly answered, and so many pictures with the rest of their albums.

        Of pictures that one is next whose line had its last turn longest ago.
        """
        quick, free, albums = self.row(_COUNT, [bot_id, owner])
        left = free - quick
        if not (quick or albums or (left and turns > 0)):
            return TakenUpdates(left=left)
        with writing(self.db):
            found, pictures = self._take_quick(bot_id, owner) if quick or albums else [], set[int]()
            while left and len(pictures) < turns and (picture := self._take_in_turn(bot_id, owner)) is not None:
                pictures.add(picture.id)
                found += [picture, *self._take_parts(bot_id, owner)]
        return TakenUpdates(sorted(found, key=lambda one: one.id), frozenset(pictures), max(0, left - len(pictures)))

    def _take_quick(self, bot_id: int, owner: int) -> list[OpenUpdate]:
        """All that is quickly answered; the first part of an album lets the others follow."""
        found = self._own(bot_id, owner, self.rows(_QUICK, [bot_id]))
        return found + self._take_parts(bot_id, owner)

    def _take_parts(self, bot_id: int, owner: int) -> list[OpenUpdate]:
        """The rest of what has come of albums that this process answers."""
        return self._own(bot_id, owner, self.rows(_PARTS, [bot_id, owner]))

    def _own(self, bot_id: int, owner: int, rows: Sequence[Any]) -> list[OpenUpdate]:
        if rows:
            ids = json.dumps([row[0] for row in rows])
            self.change(f"update updates set owner = ? where bot_id = ? and id in {AMONG_IDS}", [owner, bot_id, ids])
        return [OpenUpdate(*row) for row in rows]

    def _take_in_turn(self, bot_id: int, owner: int) -> OpenUpdate | None:
        row = self.row(_NEXT_PICTURE, [bot_id])
        if row is None:
            return None
        turn = "(select coalesce(max(turn), 0) + 1 from updates where bot_id = ?2)"
        self.change(
            f"update updates set owner = ?1, turn = {turn} where bot_id = ?2 and id = ?3", [owner, bot_id, row[0]]
        )
        return OpenUpdate(*row)

    def next_pictures(self, bot_id: int) -> list[OpenUpdate]:
        """Pictures that are the next of their lines and wait for their turn, the first first."""
        return [OpenUpdate(*row) for row in self.rows(_NEXT_PICTURES, [bot_id])]

    def announce(self, bot_id: int, update_id: int, message_id: int) -> bool:
        """Note which message announced its answer; whether nobody has taken it yet."""
        sql = "update updates set notice = ? where bot_id = ? and id = ? and owner is null and done_at is null"
        return self.change(sql, [message_id, bot_id, update_id]) == 1

    def failed(self, bot_id: int, update_id: int) -> None:
        """An attempt to answer this has failed: others of its line wait for it no more."""
        self.change("update updates set failures = failures + 1 where bot_id = ? and id = ?", [bot_id, update_id])

    def held(self, bot_id: int) -> dict[int, set[int]]:
        """What has been taken and is not answered, by the process that did."""
        found: dict[int, set[int]] = {}
        for owner, update_id in self.rows(
            "select owner, id from updates where bot_id = ? and done_at is null and owner is not null", [bot_id]
        ):
            found.setdefault(owner, set()).add(update_id)
        return found

    def lost(self, bot_id: int, owner: int, updates: Sequence[int]) -> list[int]:
        """Which of these a process does not own any more, though they are not answered."""
        rows = self.rows(
            "select id from updates where bot_id = ? and done_at is null and (owner is null or owner <> ?)"
            f" and id in {AMONG_IDS}",
            [bot_id, owner, json.dumps([*updates])],
        )
        return [row[0] for row in rows]

    def give_back(self, bot_id: int, owners: Collection[int], but: Collection[int] = ()) -> int:
        """What these processes have not answered may be taken by others, ``but`` these; how many that are."""
        return self.change(
            "update updates set owner = null where bot_id = ? and done_at is null"
            f" and owner in {AMONG_IDS} and id not in {AMONG_IDS}",
            [bot_id, json.dumps([*owners]), json.dumps([*but])],
        )


_FIRST = """
    with firsts as (
        select line, min(id) as id from updates
        where bot_id = ?1 and done_at is null and failures = 0 and line is not null group by line
    )
"""
_FREE = """
    from updates u left join firsts f on f.line = u.line
    where u.bot_id = ?1 and u.done_at is null and u.owner is null and (f.id is null or u.id <= f.id)
"""
_COUNT = f"""
    {_FIRST} select count(*) filter (where u.slow = 0), count(*), (
        select count(*) from updates m
        where m.bot_id = ?1 and m.done_at is null and m.owner = ?2 and m.album is not null
    ) {_FREE}
"""
_QUICK = f"{_FIRST} select u.id, u.data, u.notice {_FREE} and u.slow = 0"
_PARTS = """
    select distinct u.id, u.data, u.notice from updates m
    join updates u on u.bot_id = m.bot_id and u.line = m.line and u.album = m.album
    where m.bot_id = ?1 and m.done_at is null and m.owner = ?2 and u.done_at is null and u.owner is null
    and not exists (
        select 1 from updates e where e.bot_id = u.bot_id and e.line = u.line and e.id < u.id and e.done_at is null
        and e.failures = 0 and (e.album is null or e.album <> u.album or (e.owner is not null and e.owner <> ?2))
    )
"""
_NEXT_PICTURES = f"""
    {_FIRST} select u.id, u.data, u.notice {_FREE} and u.slow = 1 order by
    coalesce((select max(p.turn) from updates p where p.bot_id = u.bot_id and p.line = u.line), 0), u.id
"""
_NEXT_PICTURE = f"{_NEXT_PICTURES} limit 1"


class Subscribers(Store):
    """People who wrote to the bot: their language, and whether they have stopped it."""

    def see(self, user_id: int, *, now: datetime) -> Lang | None:
        """Note that this user wrote, so has not blocked the bot; the language that they set, if any."""
        row = self.row("select lang, last_seen, blocked_at from users where id = ?", [user_id])
        if row is None or row[1][:_DAY] != iso(now)[:_DAY] or row[2] is not None:  # the day is enough: few writes
            self.change(
                "insert into users (id, first_seen, last_seen) values (?, ?, ?)"
                " on conflict (id) do update set last_seen = excluded.last_seen, blocked_at = null",
                [user_id, iso(now), iso(now)],
            )
        lang: Lang | None = row[0] if row else None
        return lang

    def set_lang(self, user_id: int, lang: Lang, *, now: datetime) -> None:
        """Answer this user in this language from now on."""
        self.change(
            "insert into users (id, lang, first_seen, last_seen) values (?, ?, ?, ?)"
            " on conflict (id) do update set lang = excluded.lang",
            [user_id, lang, iso(now), iso(now)],
        )

    def answered_in(self, user_id: int, lang: Lang) -> None:
        """Note which language this user reads."""
        row = self.row("select last_lang from users where id = ?", [user_id])
        if row is not None and row[0] != lang:
            self.change("update users set last_lang = ? where id = ?", [lang, user_id])

    def lang_of(self, user_id: int) -> Lang | None:
        """The language that a user set, else the one of their last answer."""
        lang: Lang | None = self.value("select coalesce(lang, last_lang) from users where id = ?", [user_id])
        return lang

    def blocked(self, user_id: int, *, now: datetime) -> None:
        """This user has stopped the bot: nothing is sent until they write again."""
        self.change("update users set blocked_at = ? where id = ?", [iso(now), user_id])


class AlbumRecord(Store):
    """Which messages were one album: a reply names one of them, and a proposal takes all."""

    def put(self, chat_id: int, group_id: str, user_id: int, media: Sequence[Medium], *, now: datetime) -> None:
        """Keep what an album consists of; of the same album again, what had not come before."""
        known = self.get(chat_id, group_id)
        ids = {medium.unique_id for medium in known}
        whole = (*known, *(medium for medium in media if medium.unique_id not in ids))
        rows = [[medium.kind, medium.file_id, medium.unique_id, medium.spoiler] for medium in whole]
        self.change(
            upsert("albums", "chat_id, group_id", "user_id, media, at"),
            [chat_id, group_id, user_id, json.dumps(rows), iso(now)],
        )

    def get(self, chat_id: int, group_id: str) -> tuple[Medium, ...]:
        """What an album consists of; nothing if it was not kept."""
        kept = self.value("select media from albums where chat_id = ? and group_id = ?", [chat_id, group_id])
        return () if kept is None else tuple(Medium(*medium) for medium in json.loads(kept))


class Dialogues(Store):
    """State and data of conversations, under the key that the dispatcher gives them."""

    def get(self, key: str) -> tuple[str | None, dict[str, Any]]:
        """State and data of a conversation; (None, {}) for one that has not begun."""
        row = self.row("select state, data from conversations where key = ?", [key])
        return (None, {}) if row is None else (row[0], json.loads(row[1]))

    def put(self, key: str, user_id: int, *, state: str | None = None, data: Mapping[str, Any] | None = None) -> None:
        """Replace state and data; a conversation with neither is deleted."""
        with writing(self.db):
            if state is None and not data:
                self.change("delete from conversations where key = ?", [key])
                return
            self.change(
                upsert("conversations", "key", "user_id, state, data"),
                [key, user_id, state, json.dumps(dict(data or {}), ensure_ascii=False)],
            )

    def set_state(self, key: str, user_id: int, state: str | None) -> None:
        """Another state, the data stay."""
        self.put(key, user_id, state=state, data=self.get(key)[1])

    def set_data(self, key: str, user_id: int, data: Mapping[str, Any]) -> None:
        """Other data, the state stays."""
        self.put(key, user_id, state=self.get(key)[0], data=data)


class BotState(Store):
    """The stores of the chat side over one connection. Belongs to the thread of its database."""

    def __init__(self, db: Database) -> None:
        """Brings the tables up to date. Raises ``DatabaseTooNew`` and changes nothing if they are newer."""
        super().__init__(db, MIGRATIONS)
        self.inbox = SharedInbox(db)
        self.subscribers = Subscribers(db)
        self.pictures = PictureRecord(db)
        self.answers = AnswerRecord(db)
        self.subscriptions = SubscriptionRecord(db)
        self.albums = AlbumRecord(db)
        self.dialogues = Dialogues(db)

    def about(self, user_id: int) -> dict[str, Any]:
        """Everything that is kept about a user, as JSON."""
        about = {
            name: self.records(f"select {columns} from {table} where {person} = ?", [user_id])
            for name, table, person, columns in _PERSONAL
        }
        for answer in about["answers"]:
            answer["matches"] = [match["entry"] for match in json.loads(answer["matches"])]
        return about

    def forget(self, user_id: int) -> None:
        """Delete all about a user, and what was read of pictures that nobody else sent."""
        with writing(self.db):
            for _, table, person, _ in _PERSONAL:
                self.change(f"delete from {table} where {person} = ?", [user_id])
            self.change(_DROP_UNUSED_PICTURES)

    def purge(self, *, now: datetime, keep: timedelta) -> int:
        """Delete what is older than ``keep``; how many answers went. Open updates stay."""
        before, change = iso(now - keep), self.change
        with writing(self.db):
            change("delete from updates where done_at < ?", [before])
            change("delete from albums where at < ?", [iso(now - min(keep, ALBUMS_KEPT))])
            gone = change("delete from answers where at < ?", [before])
            change(_DROP_UNUSED_PICTURES)
            change(
                "delete from users where last_seen < ? and lang is null"
                " and not exists (select 1 from answers where user_id = users.id)",
                [before],
            )
        return gone

    def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: its answers are found under the new id."""
        with writing(self.db):
            self.change("update answers set chat_id = ? where chat_id = ?", [new, old])
            self.change(upsert("moves", "old", "new"), [old, new])
            self.db.announce()

    def moved_to(self, chat_id: int) -> int:
        """Where a group is now; its own id if it has not moved."""
        passed: set[int] = set()
        while chat_id not in passed:
            passed.add(chat_id)
            new = self.value("select new from moves where old = ?", [chat_id])
            chat_id = chat_id if new is None else int(new)
        return chat_id


_PERSONAL = (  # what is kept about people: its name for them, its table, the column that says who, what they are told
    ("user", "users", "id", "*"),
    ("answers", "answers", "user_id", "at, kind, question, text, verdict, matches"),
    ("feedback", "feedback", "user_id", "answer_id, vote, at"),
    ("waiting", "subscriptions", "user_id", "answer_id, at, told_at"),
    ("albums", "albums", "user_id", "at, media"),
    ("conversations", "conversations", "user_id", "state, data"),
)
_DROP_UNUSED_PICTURES = (
    "delete from pictures where not exists (select 1 from answers where answers.sha256 = pictures.sha256)"
)
