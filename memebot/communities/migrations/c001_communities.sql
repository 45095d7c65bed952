-- The communities of a home, in the database of its first, and what was done to them.

create table communities (
    id text primary key check (length(id) between 1 and 32),
    title text not null,
    state text not null check (state in ('active', 'paused', 'removed')),
    settings text not null check (json_valid(settings)),
    version integer not null check (version > 0),
    changed_at text not null
) strict, without rowid;

create table community_changes (
    id integer primary key,
    at text not null,
    actor integer not null,
    community text not null,
    action text not null,
    details text not null check (json_valid(details))
) strict;

create index community_changes_of on community_changes (community, id);

insert into communities values ('main', '', 'active', '{}', 1, '1970-01-01T00:00:00.000000+00:00');
