-- Drafts by a model, what became of them, and what was asked for them.

create table machine_drafts (
    id integer primary key autoincrement,
    sha256 text not null,
    picture text references pictures (sha256) on delete cascade,  -- null: asked for at a terminal
    prompt text not null,
    model text not null,
    group_id integer,  -- the unexplained memes that it is for
    submission_id integer,  -- the proposed meme that it is for
    file_id text not null,  -- Telegram's reference to the picture; "": there is none
    wanted_at text not null,  -- since when somebody has waited for it
    state text not null check (state in ('asked', 'unable', 'waiting', 'taken', 'own', 'dropped')),
    why text not null default '',  -- unable, dropped: the reason as a code
    tries integer not null default 0,
    retry_at text,  -- asked: not before
    draft text check (draft is null or json_valid(draft)),
    answered_by text not null default '',  -- the model's name as the server gives it
    finished_at text,
    told_at text,  -- when editors got it
    decided_at text,
    decided_by integer,
    unique (sha256, prompt, model),
    check ((draft is null) = (state in ('asked', 'unable')))
) strict;

create index machine_drafts_by_picture on machine_drafts (picture);

create index machine_drafts_by_state on machine_drafts (state, id);

create table machine_draft_events (
    id integer primary key,
    draft_id integer not null references machine_drafts (id) on delete cascade,
    at text not null,
    by_user integer,  -- null: the bot itself, or somebody who has been forgotten
    what text not null,
    why text not null default ''
) strict;

create index machine_draft_events_by_draft on machine_draft_events (draft_id);

create table machine_requests (
    id integer primary key autoincrement,
    at text not null,
    model text not null,
    answered_by text not null default '',
    tokens integer not null default 0,
    seconds real not null default 0,
    error text  -- "": answered, a code: failed, null: not known
) strict;

create index machine_requests_by_time on machine_requests (at);
