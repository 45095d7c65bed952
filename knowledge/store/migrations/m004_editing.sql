-- What editing in the chat needs: former ids, licences of pictures, regression texts.

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
) strict;
