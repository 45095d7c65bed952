-- Roles, bans, notes, wishes, and the settings of the community.

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
) strict, without rowid;
