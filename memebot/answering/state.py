"""What the bot remembers between two messages, and across a restart: all SQL of the chat side.

Tables are in the same database file as the knowledge base, with migrations of their own. Every method is one
short transaction. Times are aware UTC and given by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NewType

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from knowledge.entry.model import EntryId
from knowledge.reading import EncoderId, Fingerprint, Lang, Line, Reading
from knowledge.search.searcher import Match
from memebot.database import iso, migrate, writing
from moderation.model import Medium

AnswerId = NewType("AnswerId", int)
Question = Literal["picture", "question"]

MIGRATIONS = Migrations("bot")
_DAY = len("2026-01-02")
ALBUMS_KEPT = timedelta(days=2)


@MIGRATIONS()
def m001_chat(db: Database) -> None:
    """People, what came in, what was seen and answered."""
    for statement in _CHAT:
        db.execute(statement)


_CHAT = (
    """create table users (
        id integer primary key,
        lang text check (lang in ('ru', 'en')),  -- null: what Telegram says
        last_lang text check (last_lang in ('ru', 'en')),  -- of the last answer, for news that nobody asked for
        first_seen text not null,
        last_seen text not null,
        blocked_at text
    ) strict""",
    # an update's text is kept until it is answered: so a restart answers it
    """create table updates (
        bot_id integer not null,
        id integer not null,
        received_at text not null,
        data text check (data is null or json_valid(data)),
        done_at text,
        notice integer,  -- message that told the place in the queue; the answer goes into it
        primary key (bot_id, id),
        check ((data is null) = (done_at is not null))
    ) strict""",
    "create index updates_open on updates (bot_id, id) where done_at is null",
    """create table pictures (
        sha256 text primary key,
        encoder text not null,
        lines text not null check (json_valid(lines)),
        read_at text not null
    ) strict""",
    """create table picture_frames (
        sha256 text not null references pictures (sha256) on delete cascade,
        position integer not null,
        fingerprint blob not null,
        primary key (sha256, position)
    ) strict""",
    """create table picture_files (
        unique_id text primary key,
        sha256 text not null references pictures (sha256) on delete cascade
    ) strict, without rowid""",
    """create table results (
        sha256 text not null references pictures (sha256) on delete cascade,
        caption text not null,
        generation integer not null,
        matches text not null check (json_valid(matches)),
        primary key (sha256, caption)
    ) strict""",
    """create table answers (
        id integer primary key autoincrement,
        user_id integer not null,
        chat_id integer not null,
        message_id integer,  -- null: not sent yet
        kind text not null check (kind in ('picture', 'question')),
        sha256 text references pictures (sha256) on delete set null,
        question text not null,
        text text not null,  -- what was read
        matches text not null check (json_valid(matches)),
        verdict text not null check (verdict in ('joke', 'composed', 'unknown')),
        at text not null
    ) strict""",
    "create index answers_by_user on answers (user_id, at)",
    "create index answers_by_picture on answers (sha256)",
    """create table feedback (
        answer_id integer not null references answers (id) on delete cascade,
        user_id integer not null,
        vote integer not null check (vote in (-1, 1)),
        at text not null,
        primary key (answer_id, user_id)
    ) strict""",
    """create table subscriptions (
        answer_id integer not null references answers (id) on delete cascade,
        user_id integer not null,
        file_id text not null,
        at text not null,
        told_at text,
        primary key (answer_id, user_id)
    ) strict""",
    """create table conversations (
        key text primary key,
        user_id integer not null,
        state text,
        data text not null check (json_valid(data))
    ) strict""",
)


@MIGRATIONS()
def m002_albums(db: Database) -> None:
    """Which messages were one album: a reply names one of them, and a proposal takes all."""
    db.execute(
        """create table albums (
            chat_id integer not null,
            group_id text not null,
            user_id integer not null,
            media text not null check (json_valid(media)),
            at text not null,
            primary key (chat_id, group_id)
        ) strict, without rowid"""
    )


@MIGRATIONS()
def m003_moves(db: Database) -> None:
    """Where groups have moved: settings go on naming the old id."""
    db.execute("create table moves (old integer primary key, new integer not null check (new <> old)) strict")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was given, with all that is needed to tell it again."""

    id: AnswerId
    user_id: int
    chat_id: int
    message_id: int | None
    kind: Question
    sha256: str | None
    question: str
    text: str
    matches: tuple[Match, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody who wants to hear when a picture is explained."""

    answer: Answer
    user_id: int
    file_id: str


@dataclass(frozen=True, slots=True)
class OpenUpdate:
    """An update that was received and not answered yet."""

    id: int
    data: str
    notice: int | None


class BotState:
    """The store. Belongs to the thread of its database; see ``DatabaseThread``."""

    def __init__(self, db: Database) -> None:
        """Brings the tables up to date. Raises ``DatabaseTooNew`` and changes nothing if they are newer."""
        self.db = db
        migrate(db, MIGRATIONS)

    # --- updates ------------------------------------------------------------------------------------------

    def receive(self, bot_id: int, updates: Sequence[tuple[int, str]], *, now: datetime) -> list[int]:
        """Keep updates, given as (id, JSON), and say which of them had not been received before."""
        fresh = []
        with writing(self.db):
            for update_id, data in updates:
                done = self.db.execute(
                    "insert or ignore into updates (bot_id, id, received_at, data) values (?, ?, ?, ?)",
                    [bot_id, update_id, iso(now), data],
                )
                if done.rowcount == 1:
                    fresh.append(update_id)
        return fresh

    def done(self, bot_id: int, update_id: int, *, now: datetime) -> None:
        """This update is answered: its text goes."""
        with writing(self.db):
            self._close_update(bot_id, update_id, now)

    def _close_update(self, bot_id: int, update_id: int, now: datetime) -> None:
        self.db.execute(
            "update updates set data = null, done_at = ? where bot_id = ? and id = ? and done_at is null",
            [iso(now), bot_id, update_id],
        )

    def open_updates(self, bot_id: int) -> list[OpenUpdate]:
        """What was received and not answered, oldest first."""
        rows = self.db.execute(
            "select id, data, notice from updates where bot_id = ? and done_at is null order by id", [bot_id]
        )
        return [OpenUpdate(*row) for row in rows.fetchall()]

    def put_notice(self, bot_id: int, update_id: int, message_id: int) -> None:
        """The message that the answer to this update will go into."""
        with writing(self.db):
            self.db.execute(
                "update updates set notice = ? where bot_id = ? and id = ?", [message_id, bot_id, update_id]
            )

    # --- people -------------------------------------------------------------------------------------------

    def see(self, user_id: int, *, now: datetime) -> Lang | None:
        """Note that this user wrote, so has not blocked the bot; the language that they set, if any."""
        row = self.db.execute("select lang, last_seen, blocked_at from users where id = ?", [user_id]).fetchone()
        if row is None or row[1][:_DAY] != iso(now)[:_DAY] or row[2] is not None:  # the day is enough: few writes
            with writing(self.db):
                self.db.execute(
                    "insert into users (id, first_seen, last_seen) values (:id, :now, :now)"
                    " on conflict (id) do update set last_seen = :now, blocked_at = null",
                    {"id": user_id, "now": iso(now)},
                )
        lang: Lang | None = row[0] if row else None
        return lang

    def set_lang(self, user_id: int, lang: Lang, *, now: datetime) -> None:
        """Answer this user in this language from now on."""
        with writing(self.db):
            self.db.execute(
                "insert into users (id, lang, first_seen, last_seen) values (:id, :lang, :now, :now)"
                " on conflict (id) do update set lang = :lang",
                {"id": user_id, "lang": lang, "now": iso(now)},
            )

    def answered_in(self, user_id: int, lang: Lang) -> None:
        """Note which language this user reads."""
        row = self.db.execute("select last_lang from users where id = ?", [user_id]).fetchone()
        if row is not None and row[0] != lang:
            with writing(self.db):
                self.db.execute("update users set last_lang = ? where id = ?", [lang, user_id])

    def lang_of(self, user_id: int) -> Lang | None:
        """The language that a user set, else the one of their last answer."""
        row = self.db.execute("select coalesce(lang, last_lang) from users where id = ?", [user_id]).fetchone()
        lang: Lang | None = row[0] if row else None
        return lang

    def blocked(self, user_id: int, *, now: datetime) -> None:
        """This user has stopped the bot: nothing is sent until they write again."""
        with writing(self.db):
            self.db.execute("update users set blocked_at = ? where id = ?", [iso(now), user_id])

    def about(self, user_id: int) -> dict[str, Any]:
        """Everything that is kept about a user, as JSON."""
        answers = self._named(
            "select at, kind, question, text, verdict, matches from answers where user_id = ? order by at", user_id
        )
        for answer in answers:
            answer["matches"] = [match["entry"] for match in json.loads(answer["matches"])]
        return {
            "user": self._named("select * from users where id = ?", user_id),
            "answers": answers,
            "feedback": self._named("select answer_id, vote, at from feedback where user_id = ?", user_id),
            "waiting": self._named("select answer_id, at, told_at from subscriptions where user_id = ?", user_id),
            "albums": self._named("select at, media from albums where user_id = ?", user_id),
            "conversations": self._named("select state, data from conversations where user_id = ?", user_id),
        }

    def _named(self, sql: str, user_id: int) -> list[dict[str, Any]]:
        cursor = self.db.execute(sql, [user_id])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def forget(self, user_id: int) -> None:
        """Delete all about a user, and what was read of pictures that nobody else sent."""
        with writing(self.db):
            for table in ("feedback", "subscriptions", "answers", "albums", "conversations"):
                self.db.execute(f"delete from {table} where user_id = ?", [user_id])
            self.db.execute("delete from users where id = ?", [user_id])
            self._drop_unused_pictures()

    def migrate_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: its answers are found under the new id."""
        with writing(self.db):
            self.db.execute("update answers set chat_id = ? where chat_id = ?", [new, old])
            self.db.execute("insert or replace into moves values (?, ?)", [old, new])

    def moved_to(self, chat_id: int) -> int:
        """Where a group is now; its own id if it has not moved."""
        seen: set[int] = set()
        while chat_id not in seen:
            seen.add(chat_id)
            row = self.db.execute("select new from moves where old = ?", [chat_id]).fetchone()
            chat_id = chat_id if row is None else int(row[0])
        return chat_id

    def purge(self, *, now: datetime, keep: timedelta) -> int:
        """Delete what is older than ``keep``; how many answers went. Open updates stay."""
        before = now - keep
        with writing(self.db):
            self.db.execute("delete from updates where done_at < ?", [iso(before)])
            self.db.execute("delete from albums where at < ?", [iso(now - min(keep, ALBUMS_KEPT))])
            gone = self.db.execute("delete from answers where at < ?", [iso(before)]).rowcount
            self._drop_unused_pictures()
            self.db.execute(
                "delete from users where last_seen < ? and lang is null"
                " and not exists (select 1 from answers where user_id = users.id)",
                [iso(before)],
            )
        return gone

    def _drop_unused_pictures(self) -> None:
        self.db.execute(
            "delete from pictures where not exists (select 1 from answers where answers.sha256 = pictures.sha256)"
        )

    # --- pictures -----------------------------------------------------------------------------------------

    def put_reading(self, reading: Reading, encoder: EncoderId, unique_ids: Iterable[str], *, now: datetime) -> None:
        """Keep what was read of a picture, without the picture and without its caption."""
        lines = [[line.text, line.confidence, line.lang, line.box, line.frame] for line in reading.lines]
        frames = [frame.to_bytes() for frame in reading.frames]
        with writing(self.db):
            self.db.execute(
                "insert into pictures (sha256, encoder, lines, read_at) values (?, ?, ?, ?) on conflict (sha256)"
                " do update set encoder = excluded.encoder, lines = excluded.lines, read_at = excluded.read_at",
                [reading.sha256, encoder, json.dumps(lines, ensure_ascii=False), iso(now)],
            )
            self.db.execute("delete from picture_frames where sha256 = ?", [reading.sha256])
            self.db.execute("delete from results where sha256 = ?", [reading.sha256])
            for position, data in enumerate(frames):
                self.db.execute("insert into picture_frames values (?, ?, ?)", [reading.sha256, position, data])
            for unique_id in unique_ids:
                self.db.execute("insert or replace into picture_files values (?, ?)", [unique_id, reading.sha256])

    def sha256_of(self, unique_id: str, encoder: EncoderId) -> str | None:
        """Which picture Telegram's lasting file id stands for, if it was read under this encoder."""
        row = self.db.execute(
            "select sha256 from picture_files join pictures using (sha256) where unique_id = ? and encoder = ?",
            [unique_id, encoder],
        ).fetchone()
        return None if row is None else str(row[0])

    def reading(self, sha256: str, encoder: EncoderId, *, caption: str = "") -> Reading | None:
        """What was read of a picture under this encoder, with ``caption`` beside it."""
        row = self.db.execute(
            "select lines from pictures where sha256 = ? and encoder = ?", [sha256, encoder]
        ).fetchone()
        if row is None:
            return None
        frames = self.db.execute(
            "select fingerprint from picture_frames where sha256 = ? order by position", [sha256]
        ).fetchall()
        lines = [Line(text, sure, lang, tuple(box), frame) for text, sure, lang, box, frame in json.loads(row[0])]
        return Reading(sha256, tuple(Fingerprint.from_bytes(f[0]) for f in frames), tuple(lines), caption)

    def put_matches(self, sha256: str, caption: str, generation: int, matches: Sequence[Match]) -> None:
        """What a base of this generation says about a picture; nothing if the picture is not kept (any more)."""
        with writing(self.db):
            self.db.execute(
                "insert or replace into results select sha256, ?, ?, ? from pictures where sha256 = ?",
                [caption, generation, _dump(matches), sha256],
            )

    def matches(self, sha256: str, caption: str, generation: int) -> tuple[tuple[Match, ...], str] | None:
        """The matches of that generation and the words on the picture, if there are any in the record."""
        row = self.db.execute(
            "select matches, lines from results join pictures using (sha256)"
            " where sha256 = ? and caption = ? and generation = ?",
            [sha256, caption, generation],
        ).fetchone()
        if row is None:
            return None
        return _load(row[0]), "\n".join(line[0] for line in json.loads(row[1]))

    # --- answers ------------------------------------------------------------------------------------------

    def put_answer(
        self,
        *,
        user_id: int,
        chat_id: int,
        kind: Question,
        verdict: str,
        matches: Sequence[Match],
        sha256: str | None = None,
        question: str = "",
        text: str = "",
        now: datetime,
    ) -> Answer:
        """Record an answer before it is sent."""
        with writing(self.db):
            row = self.db.execute(
                "insert into answers (user_id, chat_id, kind, sha256, question, text, matches, verdict, at)"
                " values (?, ?, ?, (select sha256 from pictures where sha256 = ?), ?, ?, ?, ?, ?) returning id",
                [user_id, chat_id, kind, sha256, question, text, _dump(matches), verdict, iso(now)],
            ).fetchone()
        return Answer(AnswerId(row[0]), user_id, chat_id, None, kind, sha256, question, text, tuple(matches), verdict)

    def sent(
        self, answer: AnswerId, message_id: int, *, bot_id: int = 0, updates: Sequence[int] = (), now: datetime
    ) -> None:
        """The answer is this message now, and these updates are answered by it: both or neither."""
        with writing(self.db):
            self.db.execute("update answers set message_id = ? where id = ?", [message_id, answer])
            for update_id in updates:
                self._close_update(bot_id, update_id, now)

    def answer(self, answer: AnswerId) -> Answer | None:
        """An answer that was given and not forgotten."""
        row = self.db.execute(f"select {_ANSWER} from answers a where a.id = ?", [answer]).fetchone()
        return None if row is None else _answer(row)

    def pictures_since(self, user_id: int, since: datetime) -> int:
        """How many pictures of this user were answered since then."""
        return int(
            self.db.execute(
                "select count(*) from answers where user_id = ? and kind = 'picture' and at >= ?",
                [user_id, iso(since)],
            ).fetchone()[0]
        )

    def vote(self, answer: AnswerId, user_id: int, vote: Literal[-1, 1], *, now: datetime) -> None:
        """One vote a user and answer; the last one counts."""
        with writing(self.db):
            self.db.execute(
                "insert into feedback values (?, ?, ?, ?)"
                " on conflict do update set vote = excluded.vote, at = excluded.at",
                [answer, user_id, vote, iso(now)],
            )

    # --- to be told ---------------------------------------------------------------------------------------

    def subscribe(self, answer: AnswerId, user_id: int, file_id: str, *, now: datetime) -> None:
        """Tell this user when the picture of this answer can be explained; asking twice is asking once."""
        with writing(self.db):
            self.db.execute(
                "insert or ignore into subscriptions (answer_id, user_id, file_id, at) values (?, ?, ?, ?)",
                [answer, user_id, file_id, iso(now)],
            )

    def unsubscribe(self, answer: AnswerId, user_id: int) -> None:
        """Do not tell."""
        with writing(self.db):
            self.db.execute(
                "delete from subscriptions where answer_id = ? and user_id = ? and told_at is null", [answer, user_id]
            )

    def waiting(self) -> list[Subscription]:
        """Who waits to be told, the longest first; without those who stopped the bot."""
        rows = self.db.execute(
            f"select s.user_id, s.file_id, {_ANSWER} from subscriptions s join answers a on a.id = s.answer_id"
            " left join users u on u.id = s.user_id where s.told_at is null and u.blocked_at is null"
            " order by s.at, s.answer_id"
        )
        return [Subscription(_answer(row[2:]), row[0], row[1]) for row in rows.fetchall()]

    def claim(self, waiting: Subscription, *, now: datetime) -> bool:
        """Whether the caller is the one to tell: true once, for whoever asks first."""
        with writing(self.db):
            done = self.db.execute(
                "update subscriptions set told_at = ? where answer_id = ? and user_id = ? and told_at is null",
                [iso(now), waiting.answer.id, waiting.user_id],
            )
        return done.rowcount == 1

    def unclaim(self, waiting: Subscription) -> None:
        """Telling failed: somebody may try again."""
        with writing(self.db):
            self.db.execute(
                "update subscriptions set told_at = null where answer_id = ? and user_id = ?",
                [waiting.answer.id, waiting.user_id],
            )

    # --- albums -------------------------------------------------------------------------------------------

    def put_album(self, chat_id: int, group_id: str, user_id: int, media: Sequence[Medium], *, now: datetime) -> None:
        """Keep what an album consists of; the same album again replaces it."""
        rows = [[medium.kind, medium.file_id, medium.unique_id] for medium in media]
        with writing(self.db):
            self.db.execute(
                "insert or replace into albums (chat_id, group_id, user_id, media, at) values (?, ?, ?, ?, ?)",
                [chat_id, group_id, user_id, json.dumps(rows), iso(now)],
            )

    def album(self, chat_id: int, group_id: str) -> tuple[Medium, ...]:
        """What an album consists of; nothing if it was not kept."""
        row = self.db.execute(
            "select media from albums where chat_id = ? and group_id = ?", [chat_id, group_id]
        ).fetchone()
        return () if row is None else tuple(Medium(*medium) for medium in json.loads(row[0]))

    # --- conversations ------------------------------------------------------------------------------------

    def conversation(self, key: str) -> tuple[str | None, dict[str, Any]]:
        """State and data of a conversation; (None, {}) for one that has not begun."""
        row = self.db.execute("select state, data from conversations where key = ?", [key]).fetchone()
        return (None, {}) if row is None else (row[0], json.loads(row[1]))

    def put_conversation(
        self, key: str, user_id: int, *, state: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Replace state and data; a conversation with neither is deleted."""
        with writing(self.db):
            if state is None and not data:
                self.db.execute("delete from conversations where key = ?", [key])
                return
            self.db.execute(
                "insert or replace into conversations values (?, ?, ?, ?)",
                [key, user_id, state, json.dumps(dict(data or {}), ensure_ascii=False)],
            )


_ANSWER = "a.id, a.user_id, a.chat_id, a.message_id, a.kind, a.sha256, a.question, a.text, a.matches, a.verdict"


def _answer(row: Sequence[Any]) -> Answer:
    number, user_id, chat_id, message_id, kind, sha256, question, text, matches, verdict = row
    return Answer(AnswerId(number), user_id, chat_id, message_id, kind, sha256, question, text, _load(matches), verdict)


def _dump(matches: Sequence[Match]) -> str:
    return json.dumps(kept_matches(matches))


def _load(matches: str) -> tuple[Match, ...]:
    return matches_of(json.loads(matches))


def kept_matches(matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Matches as JSON, as they are kept with an answer or a submission; ``matches_of`` reads them."""
    return [
        {"entry": m.entry, "kind": m.kind, "confidence": m.confidence, "evidence": dict(m.evidence)} for m in matches
    ]


def matches_of(kept: Any) -> tuple[Match, ...]:
    """Matches as they are kept with an answer, or with a submission: read from JSON already."""
    items = kept.get("matches", ()) if isinstance(kept, Mapping) else kept or ()
    return tuple(Match(EntryId(m["entry"]), m["kind"], m["confidence"], m.get("evidence", {})) for m in items)
