-- Entries with their revisions, and what is derived from the current ones.

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
);
