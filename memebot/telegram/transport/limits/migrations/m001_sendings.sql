-- When messages went into a chat, or will go: what several processes that serve one bot keep to together.
-- Only a server's database has rows here, and none that is older than some minutes.

create table sendings (
    bot_id integer not null,
    place text not null,                      -- a chat, a chat and a method, or nothing: all chats together
    moments text not null default '[]' check (json_valid(moments)),  -- JSON: seconds since 1970, the last ones, ascending
    held_until real not null default 0,       -- Telegram takes nothing before
    primary key (bot_id, place)
) strict, without rowid
