"""The schema, as numbered migrations. One that was released is never edited: write the next.

What the program promises about a submission is written here, so that no mistake above can break it: states
change along the edges of the diagram only, each change counts the version up by one and has its row in the
audit log (the submission refers to it), and a submission becomes one post at most.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from memebot.database import execute_all

MIGRATIONS = Migrations("moderation")


def _run(db: Database, script: str) -> None:
    execute_all(db, script.split(";\n\n"))


@MIGRATIONS()
def m001_submissions(db: Database) -> None:
    """Submissions, who approved them, what was done to them, and the posts that they became."""
    _run(
        db,
        """
        create table submissions (
            id integer primary key autoincrement,
            key text not null unique,  -- the client's: pressing twice submits once
            author_id integer,  -- null: forgotten
            author_name text not null,
            credit text not null check (credit in ('named', 'anonymous')),
            lang text not null check (lang in ('ru', 'en')),
            origin text not null check (origin in ('bot', 'suggested_post')),
            origin_chat integer,
            origin_message integer,
            media text not null check (json_valid(media) and json_array_length(media) between 1 and 10),
            caption text not null,
            caption_entities text not null check (json_valid(caption_entities)),
            sha256 text check (length(sha256) = 64),
            answer_id integer,
            explanation text check (explanation is null or json_valid(explanation)),
            verdict text not null check (verdict in ('joke', 'composed', 'unknown')),
            confidence real not null check (confidence between 0 and 1),
            flags text not null check (json_valid(flags)),
            sightings text check (sightings is null or json_valid(sightings)),
            state text not null
                check (state in ('pending', 'approved', 'publishing', 'published', 'rejected', 'withdrawn')),
            version integer not null check (version >= 1),
            submitted_at text not null check (submitted_at glob '????-??-??T??:??:??.??????+00:00'),
            claimed_by integer,
            claimed_until text,
            slot text check (slot glob '????-??-??T??:??:??.??????+00:00'),
            decided_by integer,
            decided_at text,
            reason_key text,
            reason_text text not null default '',
            silent integer not null default 0 check (silent in (0, 1)),
            undo_until text,
            fate text check (fate in ('sending', 'unknown')),
            publish_error text,
            check ((origin_chat is null) = (origin_message is null)),
            check ((claimed_by is null) = (claimed_until is null)),
            check ((decided_at is null) = (state in ('pending', 'withdrawn'))),
            check ((decided_by is null) = (decided_at is null)),
            check ((fate is not null) = (state = 'publishing')),
            check (slot is null or state in ('approved', 'publishing', 'published')),
            foreign key (id, version) references audit (submission, version) deferrable initially deferred
        ) strict;

        create index submissions_waiting on submissions (submitted_at, id) where state = 'pending';

        create index submissions_planned on submissions (slot, id) where state in ('approved', 'publishing');

        create index submissions_by_state on submissions (state, submitted_at, id);

        create index submissions_by_author on submissions (author_id, submitted_at);

        create index submissions_decided on submissions (decided_at) where decided_at is not null;

        create trigger submissions_begin before insert on submissions
            when new.state <> 'pending' or new.version <> 1 begin
            select raise(abort, 'a submission begins as pending, with version 1');
        end;

        create trigger submissions_states before update of state on submissions
            when new.state <> old.state and (old.state || ' ' || new.state) not in (
                'pending approved', 'pending rejected', 'pending withdrawn',
                'approved publishing', 'approved pending', 'rejected pending',
                'publishing published', 'publishing approved') begin
            select raise(abort, 'a submission does not change like this');
        end;

        create trigger submissions_versions before update on submissions when new.version <> old.version + 1 begin
            select raise(abort, 'every change counts the version up by one');
        end;

        create trigger submissions_stay before delete on submissions begin
            select raise(abort, 'submissions are never deleted');
        end;

        create table approvals (
            submission integer not null references submissions (id),
            by integer not null,
            at text not null,
            primary key (submission, by)
        ) strict, without rowid;

        create table audit (
            id integer primary key autoincrement,
            at text not null check (at glob '????-??-??T??:??:??.??????+00:00'),
            actor integer,  -- null: an author who was forgotten
            action text not null check (action <> ''),
            submission integer references submissions (id),
            version integer,
            before text,  -- state
            after text,
            subject integer,  -- the person whom it concerns: roles, bans, notes
            details text not null check (json_valid(details)),
            unique (submission, version),
            check ((submission is null) = (version is null) and (submission is null) = (after is null))
        ) strict;

        create index audit_by_subject on audit (subject) where subject is not null;

        create trigger audit_stays before delete on audit begin
            select raise(abort, 'the audit log is never shortened');
        end;

        create trigger audit_does_not_change
            before update of id, at, action, submission, version, before, after, details on audit begin
            select raise(abort, 'the audit log is never changed');
        end;

        create trigger audit_forgets_only before update of actor, subject on audit
            when (new.actor is not old.actor and new.actor is not null)
                or (new.subject is not old.subject and new.subject is not null) begin
            select raise(abort, 'the audit log is never changed');
        end;

        create table remarks (
            id integer primary key,
            submission integer not null references submissions (id),
            at text not null,
            by integer,
            text text not null check (text <> '')
        ) strict;

        create index remarks_by_submission on remarks (submission, id);

        create table posts (
            chat_id integer not null,
            message_id integer not null,  -- the first one of an album
            submission integer unique references submissions (id),  -- null: an admin posted it by hand
            messages text not null check (json_valid(messages) and json_array_length(messages) between 1 and 11),
            link text,
            at text not null check (at glob '????-??-??T??:??:??.??????+00:00'),
            reactions integer not null default 0 check (reactions >= 0),
            counts text not null default '{}' check (json_valid(counts)),
            primary key (chat_id, message_id)
        ) strict, without rowid;

        create index posts_by_time on posts (at);

        create trigger posts_stay_with_their_submission before update of submission on posts begin
            select raise(abort, 'a post stays that of its submission');
        end;

        create table growth (
            chat_id integer not null,
            message_id integer not null,
            at text not null,
            reactions integer not null,
            counts text not null check (json_valid(counts)),
            primary key (chat_id, message_id, at),
            foreign key (chat_id, message_id) references posts (chat_id, message_id)
        ) strict, without rowid""",
    )


@MIGRATIONS()
def m002_messages(db: Database) -> None:
    """Cards in the moderators' chat, and what authors are to be told."""
    _run(
        db,
        """
        create table cards (
            chat_id integer not null,
            message_id integer not null,
            thread integer,
            submission integer not null references submissions (id),
            version integer not null check (version >= 0),  -- that it shows
            kind text not null check (kind <> ''),
            primary key (chat_id, message_id)
        ) strict, without rowid;

        create index cards_by_submission on cards (submission);

        create table notices (
            id integer primary key autoincrement,
            submission integer not null references submissions (id),
            version integer not null,  -- the change that it tells of
            kind text not null
                check (kind in ('submitted', 'approved', 'rejected', 'published', 'asked', 'milestone')),
            about text not null,  -- which milestone
            data text not null check (json_valid(data)),
            due_at text not null check (due_at glob '????-??-??T??:??:??.??????+00:00'),
            state text not null check (state in ('waiting', 'claimed', 'sent', 'failed', 'cancelled')),
            changed_at text not null,
            unique (submission, version, kind, about)
        ) strict;

        create index notices_due on notices (due_at, id) where state = 'waiting';

        create unique index notices_published_once on notices (submission)
            where kind = 'published' and state <> 'cancelled';

        create trigger notices_once before update of state on notices
            when old.state <> new.state and (old.state || ' ' || new.state) not in (
                'waiting claimed', 'waiting cancelled', 'claimed sent', 'claimed failed', 'claimed waiting') begin
            select raise(abort, 'a notice goes out once');
        end""",
    )


@MIGRATIONS()
def m003_people(db: Database) -> None:
    """Roles, bans, notes, wishes, and the settings of the community."""
    _run(
        db,
        """
        create table roles (
            user_id integer not null,
            role text not null check (role in ('owner', 'admin', 'moderator', 'editor')),
            source text not null check (source in ('granted', 'chat')),
            by integer not null,
            at text not null,
            primary key (user_id, role, source)
        ) strict, without rowid;

        create table bans (
            id integer primary key,
            user_id integer not null,
            until text,  -- null: for good
            reason text not null,
            by integer not null,
            at text not null,
            lifted_by integer,
            lifted_at text,
            check ((lifted_by is null) = (lifted_at is null))
        ) strict;

        create unique index bans_one on bans (user_id) where lifted_at is null;

        create table notes (
            user_id integer primary key,
            text text not null check (text <> ''),
            by integer not null,
            at text not null
        ) strict;

        create table wishes (
            user_id integer primary key,
            milestones integer not null check (milestones in (0, 1))
        ) strict;

        create table settings (
            name text primary key,
            value text not null check (json_valid(value)),
            by integer not null,
            at text not null
        ) strict, without rowid;

        create table alerts (
            kind text primary key,  -- what was told to the moderators, and for which day or submission
            about text not null,
            at text not null
        ) strict, without rowid""",
    )


@MIGRATIONS()
def m004_work_lists(db: Database) -> None:
    """What a card lacks is looked for every few seconds: found without reading the whole queue."""
    _run(
        db,
        """
        alter table cards add column stale integer not null default 0 check (stale in (0, 1));

        create index cards_stale on cards (submission) where stale = 1;

        create trigger cards_age after update of version on submissions begin
            update cards set stale = 1 where submission = new.id;
        end;

        create table unshown (submission integer primary key references submissions (id)) strict;

        insert into unshown select id from submissions s where state = 'pending'
            and not exists (select 1 from cards c where c.submission = s.id and c.kind = 'card');

        create trigger unshown_at_first after insert on submissions begin
            insert into unshown values (new.id);
        end;

        create trigger unshown_no_more after insert on cards when new.kind = 'card' begin
            delete from unshown where submission = new.submission;
        end;

        create trigger unshown_when_the_card_goes after delete on cards when old.kind = 'card' begin
            insert or ignore into unshown select id from submissions where id = old.submission and state = 'pending'
                and not exists (select 1 from cards where submission = old.submission and kind = 'card');
        end;

        create trigger unshown_when_it_waits_again after update of state on submissions
            when new.state <> old.state begin
            delete from unshown where submission = new.id;
            insert into unshown select new.id where new.state = 'pending'
                and not exists (select 1 from cards where submission = new.id and kind = 'card');
        end""",
    )
