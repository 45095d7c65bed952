-- What the files were when last seen, and where file and database were changed apart.

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

create unique index conflicts_open on conflicts (entry_id) where closed_at is null;
