"""The schema, as numbered migrations. One that was released is never edited: write the next."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from memebot.database import execute_all

MIGRATIONS = Migrations("knowledge")


def _run(db: Database, script: str) -> None:
    execute_all(db, script.split(";\n\n"))


@MIGRATIONS()
def m001_entries(db: Database) -> None:
    """Entries with their revisions, and what is derived from the current ones."""
    _run(
        db,
        """
        create table state (
            id integer primary key check (id = 1),
            generation integer not null,
            source text  -- the folder of the last sync
        ) strict;

        insert into state values (1, 1, null);

        create table revisions (
            entry_id text not null
                check (length(entry_id) between 1 and 48 and entry_id not glob '*[^a-z0-9-]*'),
            number integer not null check (number >= 1),
            kind text not null check (kind in ('joke', 'format', 'concept')),
            text text not null check (text <> ''),
            deleted integer not null check (deleted in (0, 1)),
            author text not null check (author <> ''),
            at text not null check (at glob '????-??-??T??:??:??*'),
            comment text not null,
            primary key (entry_id, number)
        ) strict;

        create trigger revisions_stay before delete on revisions begin
            select raise(abort, 'revisions are never deleted');
        end;

        create trigger revisions_do_not_change
            before update of number, kind, text, deleted, author, at, comment on revisions begin
            select raise(abort, 'revisions are never changed');
        end;

        create table entries (
            key integer primary key,
            id text not null unique,
            kind text not null check (kind in ('joke', 'format', 'concept')),
            revision integer not null,
            deleted integer not null check (deleted in (0, 1)),
            data text not null check (json_valid(data)),  -- the parsed entry, to load many at once
            foreign key (id, revision) references revisions (entry_id, number) deferrable initially deferred
        ) strict;

        create table links (
            entry_id text not null references entries (id) on update cascade,
            target text not null,
            kind text not null check (kind in ('format', 'concept')),
            primary key (entry_id, target, kind)
        ) strict, without rowid;

        create index links_by_target on links (target);

        create table entry_exemplars (
            entry_id text not null references entries (id) on update cascade,
            name text not null,
            position integer not null,
            primary key (entry_id, name)
        ) strict, without rowid;

        create index entry_exemplars_by_name on entry_exemplars (name);

        create table descriptions (
            entry_id text not null references entries (id) on update cascade,
            phrase text not null,
            position integer not null,
            primary key (entry_id, phrase)
        ) strict, without rowid;

        create virtual table entry_words using fts5 (
            title, aliases, says, keywords, body,
            tokenize = "unicode61 remove_diacritics 0 tokenchars '.-_+#''/'"
        )""",
    )


@MIGRATIONS()
def m002_files(db: Database) -> None:
    """What the files were when last seen, and where file and database were changed apart."""
    _run(
        db,
        """
        create table synced (
            entry_id text primary key,
            kind text not null check (kind in ('joke', 'format', 'concept')),
            sha256 text not null,
            text text not null
        ) strict;

        create table conflicts (
            id integer primary key,
            entry_id text not null,
            opened_at text not null,
            base_kind text, base_text text,  -- null: there was no file, or no entry
            file_kind text, file_text text,
            entry_kind text, entry_text text,
            closed_at text,
            outcome text check (outcome in ('file', 'base', 'merged', 'settled', 'superseded')),
            check ((closed_at is null) = (outcome is null))
        ) strict;

        create unique index conflicts_open on conflicts (entry_id) where closed_at is null""",
    )


@MIGRATIONS()
def m003_exemplars(db: Database) -> None:
    """Exemplars: small rows apart from large ones, so that loading all hashes does not read all pictures."""
    _run(
        db,
        """
        create table exemplars (
            name text primary key,
            kind text not null check (kind in ('picture', 'fingerprint')),
            sha256 text not null check (length(sha256) = 64),  -- of the picture
            file_sha256 text not null check (length(file_sha256) = 64),
            synced_sha256 text  -- of the file when last synced; null: there is none
        ) strict;

        create table exemplar_files (
            name text primary key references exemplars (name) on delete cascade,
            data blob not null
        ) strict;

        create table fingerprints (
            name text primary key references exemplars (name) on delete cascade,
            pdq blob not null check (length(pdq) = 32),
            quality integer not null check (quality between 0 and 100)
        ) strict;

        create table keypoints (
            name text primary key references exemplars (name) on delete cascade,
            data blob not null  -- a fingerprint without vectors
        ) strict;

        create table vectors (
            name text not null references exemplars (name) on delete cascade,
            encoder text not null check (encoder <> ''),
            views integer not null check (views >= 1),
            dim integer not null check (dim >= 1),
            data blob not null check (length(data) = views * dim * 2),  -- float16, a row a view
            primary key (encoder, name)
        ) strict;

        create index vectors_by_name on vectors (name);

        create table phrase_vectors (
            phrase text not null,
            encoder text not null check (encoder <> ''),
            data blob not null check (length(data) > 0 and length(data) % 2 = 0),  -- float16
            primary key (encoder, phrase)
        ) strict;

        create table calibrations (
            encoder text primary key check (encoder <> ''),
            at text not null,
            data text not null check (json_valid(data))
        ) strict""",
    )


@MIGRATIONS()
def m004_editing(db: Database) -> None:
    """What editing in the chat needs: former ids, licences of pictures, regression texts."""
    _run(
        db,
        """
        create table former_ids (
            former text primary key check (former <> entry_id),
            entry_id text not null references entries (id) on update cascade,  -- it may have moved on
            reason text not null check (reason in ('renamed', 'merged')),
            at text not null
        ) strict;

        create table licences (
            name text primary key references exemplars (name) on delete cascade,
            licence text not null check (licence <> ''),
            author text not null check (author <> ''),
            at text not null
        ) strict;

        create table texts (
            id integer primary key,
            kind text not null check (kind in ('memes', 'questions', 'others')),
            entries text not null check ((entries = '') = (kind = 'others')),  -- ids, joined by |
            subject text not null,
            lang text not null check (lang in ('ru', 'en')),
            text text not null check (text <> ''),
            in_file integer not null check (in_file in (0, 1)),  -- as last seen
            gone integer not null check (gone in (0, 1)),  -- taken out; the row stays
            author text not null check (author <> ''),
            at text not null,
            unique (kind, text, entries)
        ) strict""",
    )


@MIGRATIONS()
def m005_layers(db: Database) -> None:
    """The shipped text that lies beneath an entry of a community's own, as it was when somebody last looked."""
    _run(
        db,
        """
        create table beneath (
            entry_id text primary key,
            kind text not null check (kind in ('joke', 'format', 'concept')),
            text text not null,
            newer_kind text check (newer_kind in ('joke', 'format', 'concept')),
            newer_text text,  -- shipped since; null: nothing new
            check ((newer_kind is null) = (newer_text is null))
        ) strict""",
    )
