-- What was seen, and the hashes of its frames. Ids are never used again: indexes in memory rely on it.

create table seen (
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
) strict;

create index seen_by_template on seen (template, id) where template is not null;

create table seen_frames (
    id integer primary key autoincrement,
    seen_id integer not null references seen (id),
    position integer not null check (position >= 0),
    sha256 blob not null check (length(sha256) = 32),
    pdq blob not null check (length(pdq) = 32),
    quality integer not null check (quality between 0 and 100),
    unique (seen_id, position)
) strict;

create index seen_frames_by_sha256 on seen_frames (sha256);

create table seen_state (
    id integer primary key check (id = 1),
    removed integer not null  -- frames, ever: tells an index in memory how much of it is gone
) strict;

insert into seen_state values (1, 0);
