-- Cards in the moderators' chat, and what authors are to be told.

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
end;
