-- Drafts with pictures that shall become exemplars, and memes that editors were called to.

create table drafts (
    id integer primary key autoincrement,
    user_id integer not null,
    entry_id text not null,  -- of a new entry, the one that it shall get
    named integer not null check (named in (0, 1)),  -- whether a person chose that id
    base_revision integer,  -- null: a new entry
    entry text not null check (json_valid(entry)),
    group_id integer,  -- the unexplained memes that it is written for
    submission_id integer,  -- the proposed meme that it is written for
    opened_at text not null,
    updated_at text not null
) strict;

create index drafts_by_user on drafts (user_id, updated_at);

create unique index drafts_by_entry on drafts (entry_id, user_id) where base_revision is not null;

create table draft_pictures (
    id integer primary key,
    draft_id integer not null references drafts (id) on delete cascade,
    sha256 text not null,
    fingerprint blob not null,
    file_id text not null,  -- "": the picture itself cannot be had
    licence text not null,  -- "": only the fingerprint is kept
    data blob,
    unique (draft_id, sha256),
    check (data is null or licence <> '')
) strict;

create table draft_calls (
    submission_id integer primary key,
    called_at text not null
) strict;
