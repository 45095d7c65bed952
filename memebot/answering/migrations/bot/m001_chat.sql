-- People, what came in, what was seen and answered.

create table users (
    id integer primary key,
    lang text check (lang in ('ru', 'en')),  -- null: what Telegram says
    last_lang text check (last_lang in ('ru', 'en')),  -- of the last answer, for news that nobody asked for
    first_seen text not null,
    last_seen text not null,
    blocked_at text
) strict;

-- an update's text is kept until it is answered: so a restart answers it
create table updates (
    bot_id integer not null,
    id integer not null,
    received_at text not null,
    data text check (data is null or json_valid(data)),
    done_at text,
    notice integer,  -- message that told the place in the queue; the answer goes into it
    primary key (bot_id, id),
    check ((data is null) = (done_at is not null))
) strict;

create index updates_open on updates (bot_id, id) where done_at is null;

create table pictures (
    sha256 text primary key,
    encoder text not null,
    lines text not null check (json_valid(lines)),
    read_at text not null
) strict;

create table picture_frames (
    sha256 text not null references pictures (sha256) on delete cascade,
    position integer not null,
    fingerprint blob not null,
    primary key (sha256, position)
) strict;

create table picture_files (
    unique_id text primary key,
    sha256 text not null references pictures (sha256) on delete cascade
) strict, without rowid;

create table results (
    sha256 text not null references pictures (sha256) on delete cascade,
    caption text not null,
    generation integer not null,
    matches text not null check (json_valid(matches)),
    primary key (sha256, caption)
) strict;

create table answers (
    id integer primary key autoincrement,
    user_id integer not null,
    chat_id integer not null,
    message_id integer,  -- null: not sent yet
    kind text not null check (kind in ('picture', 'question')),
    sha256 text references pictures (sha256) on delete set null,
    question text not null,
    text text not null,  -- what was read
    matches text not null check (json_valid(matches)),
    verdict text not null check (verdict in ('joke', 'composed', 'unknown')),
    at text not null
) strict;

create index answers_by_user on answers (user_id, at);

create index answers_by_picture on answers (sha256);

create table feedback (
    answer_id integer not null references answers (id) on delete cascade,
    user_id integer not null,
    vote integer not null check (vote in (-1, 1)),
    at text not null,
    primary key (answer_id, user_id)
) strict;

create table subscriptions (
    answer_id integer not null references answers (id) on delete cascade,
    user_id integer not null,
    file_id text not null,
    at text not null,
    told_at text,
    primary key (answer_id, user_id)
) strict;

create table conversations (
    key text primary key,
    user_id integer not null,
    state text,
    data text not null check (json_valid(data))
) strict;
