-- Groups, their memes, who asked.

create table gap_state (id integer primary key check (id = 1), version integer not null) strict;

insert into gap_state values (1, 1);

create table gap_groups (
    id integer primary key autoincrement,
    opened_at text not null,
    hidden_at text,  -- an editor said: nothing to explain here
    hidden_by integer
) strict;

create table gap_memes (
    id integer primary key,
    sha256 text not null unique references pictures (sha256) on delete cascade,
    group_id integer not null references gap_groups (id),
    template text,  -- the format that was recognised, sure or not
    words text not null check (json_valid(words)),
    stems text not null check (json_valid(stems)),
    pdq blob check (pdq is null or length(pdq) = 32),  -- null: too plain for a hash
    encoder text,
    vector blob,  -- float16
    normal real not null,  -- likeness to pictures that match nothing
    answered text not null check (json_valid(answered)),  -- entries that the last answer was made of
    at text not null,
    explained_at text,
    check ((encoder is null) = (vector is null))
) strict;

create index gap_memes_by_group on gap_memes (group_id, id);

create table gap_asks (
    sha256 text not null references gap_memes (sha256) on delete cascade,
    user_id integer not null,
    why text not null check (why in ('unknown', 'disliked')),
    answer_id integer not null references answers (id) on delete cascade,
    at text not null,
    primary key (sha256, user_id)
) strict, without rowid;

create index gap_asks_by_answer on gap_asks (answer_id);

create index gap_asks_by_user on gap_asks (user_id);

-- memes go with their pictures: whoever holds the leaders in memory must hear of it
create trigger gap_memes_gone after delete on gap_memes begin
    update gap_state set version = version + 1;
    delete from gap_groups
        where id = old.group_id and not exists (select 1 from gap_memes where group_id = old.group_id);
end;

create table gap_told (
    entry_id text not null,
    editor_id integer not null,
    reached integer not null default 0,
    reported integer not null default 0,
    primary key (entry_id, editor_id)
) strict, without rowid;
