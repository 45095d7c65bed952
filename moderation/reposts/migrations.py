"""The schema of what is remembered, as numbered migrations. One that was released is never edited: write the next."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from memebot.database import execute_all
from moderation.reposts.texts import phrases

MIGRATIONS = Migrations("reposts")


@MIGRATIONS()
def m001_seen(db: Database) -> None:
    """What was seen, and the hashes of its frames. Ids are never used again: indexes in memory rely on it."""
    execute_all(
        db,
        [
            """create table seen (
            id integer primary key autoincrement,
            submission_id integer unique,
            chat_id integer,
            message_id integer,
            link text check (link is null or message_id is not null),
            at text not null check (at glob '????-??-??T??:??:??*'),
            template text check (template <> ''),
            words text not null,
            unique (chat_id, message_id),
            check ((chat_id is null) = (message_id is null)),
            check (submission_id is not null or message_id is not null)
        ) strict""",
            "create index seen_by_template on seen (template, id) where template is not null",
            """create table seen_frames (
            id integer primary key autoincrement,
            seen_id integer not null references seen (id),
            position integer not null check (position >= 0),
            sha256 blob not null check (length(sha256) = 32),
            pdq blob not null check (length(pdq) = 32),
            quality integer not null check (quality between 0 and 100),
            unique (seen_id, position)
        ) strict""",
            "create index seen_frames_by_sha256 on seen_frames (sha256)",
            """create table seen_state (
            id integer primary key check (id = 1),
            removed integer not null  -- frames, ever: tells an index in memory how much of it is gone
        ) strict""",
            "insert into seen_state values (1, 0)",
        ],
    )


@MIGRATIONS()
def m002_phrases(db: Database) -> None:
    """A few pairs of neighbouring words of each text, to find the same text wherever it stands."""
    execute_all(
        db,
        [
            """create table seen_phrases (
            phrase integer not null,
            seen_id integer not null references seen (id),
            primary key (phrase, seen_id)
        ) strict, without rowid""",
            "create index seen_phrases_by_seen on seen_phrases (seen_id)",
        ],
    )
    for seen_id, words in db.execute("select id, words from seen").fetchall():
        keep_phrases(db, seen_id, words)


def keep_phrases(db: Database, seen_id: int, words: str) -> None:
    """The phrases of this text, in place of those that were kept."""
    db.execute("delete from seen_phrases where seen_id = ?", [seen_id])
    db.conn.executemany("insert into seen_phrases values (?, ?)", [(phrase, seen_id) for phrase in phrases(words)])
