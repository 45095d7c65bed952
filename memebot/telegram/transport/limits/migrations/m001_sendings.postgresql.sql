-- As beside this. Not logged: nothing waits for the disk, and after a crash of the server all of it is over.

create unlogged table sendings (
    bot_id bigint not null,
    place text collate "C" not null,
    moments text collate "C" not null default '[]' check (json_valid(moments)),
    held_until double precision not null default 0,
    primary key (bot_id, place)
)
