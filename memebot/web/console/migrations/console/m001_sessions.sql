-- Who is in the team's console, and the links that lead into it. Tokens are kept as SHA-256 alone.

create table console_links (
    token text primary key,
    user_id integer not null,
    expires_at text not null,
    used_at text
) strict;

create index console_links_by_user on console_links (user_id);

create table console_sessions (
    id integer primary key autoincrement,
    token text not null unique,
    user_id integer not null,
    origin text not null check (origin in ('link', 'app')),
    device text not null,
    lang text not null check (lang in ('ru', 'en')),
    begun_at text not null,
    seen_at text not null,
    expires_at text not null,
    ended_at text
) strict;

create index console_sessions_by_user on console_sessions (user_id);
