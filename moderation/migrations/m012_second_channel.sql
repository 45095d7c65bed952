-- A community may have a second channel: a submission is posted in one of them, or in both.
-- The submission's own columns are about the channel that it is for; its crosspost is about the other one. All that
-- happens to a crosspost counts the version of its submission up, too.

alter table submissions add column channel text not null default 'first' check (channel in ('first', 'second'));

alter table submissions add column target text check (target in ('first', 'second', 'both'));

create table crossposts (
    submission integer primary key references submissions (id),
    channel text not null check (channel in ('first', 'second')),
    state text not null check (state in ('approved', 'publishing', 'published')),
    slot text check (slot glob '????-??-??T??:??:??.??????+00:00'),
    fate text check (fate in ('sending', 'unknown')),
    publish_error text,
    check ((fate is not null) = (state = 'publishing'))
) strict;

create index crossposts_planned on crossposts (slot, submission) where state in ('approved', 'publishing');

create trigger crossposts_begin before insert on crossposts when new.state <> 'approved' begin
    select raise(abort, 'a crosspost begins as approved');
end;

create trigger crossposts_states before update of state on crossposts
    when new.state <> old.state and (old.state || ' ' || new.state) not in (
        'approved publishing', 'publishing published', 'publishing approved') begin
    select raise(abort, 'a crosspost does not change like this');
end;

create trigger crossposts_stay before delete on crossposts when old.state <> 'approved' begin
    select raise(abort, 'what was posted stays known');
end;

-- Words for the readers of one channel, where they are others than the submission's own.

create table channel_captions (
    submission integer not null references submissions (id),
    channel text not null check (channel in ('first', 'second')),
    caption text not null,
    caption_entities text not null check (json_valid(caption_entities)),
    primary key (submission, channel)
) strict, without rowid;

-- A submission becomes one post in each channel at most.

create table growth_kept as select * from growth;

drop table growth;

create table posts_by_channel (
    chat_id integer not null,
    message_id integer not null,  -- the first one of an album
    submission integer references submissions (id),  -- null: an admin posted it by hand
    messages text not null check (json_valid(messages) and json_array_length(messages) between 1 and 11),
    link text,
    at text not null check (at glob '????-??-??T??:??:??.??????+00:00'),
    reactions integer not null default 0 check (reactions >= 0),
    counts text not null default '{}' check (json_valid(counts)),
    why integer not null default 1 check (why in (0, 1)),
    channel text not null default 'first' check (channel in ('first', 'second')),
    primary key (chat_id, message_id),
    unique (submission, channel)
) strict, without rowid;

insert into posts_by_channel
    select chat_id, message_id, submission, messages, link, at, reactions, counts, why, 'first' from posts;

drop trigger posts_stay_with_their_submission;

drop table posts;

alter table posts_by_channel rename to posts;

create index posts_by_time on posts (at);

create index posts_without_why on posts (submission) where why = 0;

create trigger posts_stay_with_their_submission before update of submission on posts begin
    select raise(abort, 'a post stays that of its submission');
end;

create table growth (
    chat_id integer not null,
    message_id integer not null,
    at text not null,
    reactions integer not null,
    counts text not null check (json_valid(counts)),
    primary key (chat_id, message_id, at),
    foreign key (chat_id, message_id) references posts (chat_id, message_id)
) strict, without rowid;

insert into growth select chat_id, message_id, at, reactions, counts from growth_kept;

drop table growth_kept;
