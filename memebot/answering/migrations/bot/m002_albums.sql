-- Which messages were one album: a reply names one of them, and a proposal takes all.

create table albums (
    chat_id integer not null,
    group_id text not null,
    user_id integer not null,
    media text not null check (json_valid(media)),
    at text not null,
    primary key (chat_id, group_id)
) strict, without rowid;
