-- Submissions, who approved them, what was done to them, and the posts that they became.
--
-- What the program promises about a submission is written here, so that no mistake above can break it: states
-- change along the edges of the diagram only, each change counts the version up by one and has its row in the
-- audit log (the submission refers to it), and a submission becomes one post at most.

create table submissions (
    id integer primary key autoincrement,
    key text not null unique,  -- the client's: pressing twice submits once
    author_id integer,  -- null: forgotten
    author_name text not null,
    credit text not null check (credit in ('named', 'anonymous')),
    lang text not null check (lang in ('ru', 'en')),
    origin text not null check (origin in ('bot', 'suggested_post')),
    origin_chat integer,
    origin_message integer,
    media text not null check (json_valid(media) and json_array_length(media) between 1 and 10),
    caption text not null,
    caption_entities text not null check (json_valid(caption_entities)),
    sha256 text check (length(sha256) = 64),
    answer_id integer,
    explanation text check (explanation is null or json_valid(explanation)),
    verdict text not null check (verdict in ('joke', 'composed', 'unknown')),
    confidence real not null check (confidence between 0 and 1),
    flags text not null check (json_valid(flags)),
    sightings text check (sightings is null or json_valid(sightings)),
    state text not null
        check (state in ('pending', 'approved', 'publishing', 'published', 'rejected', 'withdrawn')),
    version integer not null check (version >= 1),
    submitted_at text not null check (submitted_at glob '????-??-??T??:??:??.??????+00:00'),
    claimed_by integer,
    claimed_until text,
    slot text check (slot glob '????-??-??T??:??:??.??????+00:00'),
    decided_by integer,
    decided_at text,
    reason_key text,
    reason_text text not null default '',
    silent integer not null default 0 check (silent in (0, 1)),
    undo_until text,
    fate text check (fate in ('sending', 'unknown')),
    publish_error text,
    check ((origin_chat is null) = (origin_message is null)),
    check ((claimed_by is null) = (claimed_until is null)),
    check ((decided_at is null) = (state in ('pending', 'withdrawn'))),
    check ((decided_by is null) = (decided_at is null)),
    check ((fate is not null) = (state = 'publishing')),
    check (slot is null or state in ('approved', 'publishing', 'published')),
    foreign key (id, version) references audit (submission, version) deferrable initially deferred
) strict;

create index submissions_waiting on submissions (submitted_at, id) where state = 'pending';

create index submissions_planned on submissions (slot, id) where state in ('approved', 'publishing');

create index submissions_by_state on submissions (state, submitted_at, id);

create index submissions_by_author on submissions (author_id, submitted_at);

create index submissions_decided on submissions (decided_at) where decided_at is not null;

create trigger submissions_begin before insert on submissions
    when new.state <> 'pending' or new.version <> 1 begin
    select raise(abort, 'a submission begins as pending, with version 1');
end;

create trigger submissions_states before update of state on submissions
    when new.state <> old.state and (old.state || ' ' || new.state) not in (
        'pending approved', 'pending rejected', 'pending withdrawn',
        'approved publishing', 'approved pending', 'rejected pending',
        'publishing published', 'publishing approved') begin
    select raise(abort, 'a submission does not change like this');
end;

create trigger submissions_versions before update on submissions when new.version <> old.version + 1 begin
    select raise(abort, 'every change counts the version up by one');
end;

create trigger submissions_stay before delete on submissions begin
    select raise(abort, 'submissions are never deleted');
end;

create table approvals (
    submission integer not null references submissions (id),
    by integer not null,
    at text not null,
    primary key (submission, by)
) strict, without rowid;

create table audit (
    id integer primary key autoincrement,
    at text not null check (at glob '????-??-??T??:??:??.??????+00:00'),
    actor integer,  -- null: an author who was forgotten
    action text not null check (action <> ''),
    submission integer references submissions (id),
    version integer,
    before text,  -- state
    after text,
    subject integer,  -- the person whom it concerns: roles, bans, notes
    details text not null check (json_valid(details)),
    unique (submission, version),
    check ((submission is null) = (version is null) and (submission is null) = (after is null))
) strict;

create index audit_by_subject on audit (subject) where subject is not null;

create trigger audit_stays before delete on audit begin
    select raise(abort, 'the audit log is never shortened');
end;

create trigger audit_does_not_change
    before update of id, at, action, submission, version, before, after, details on audit begin
    select raise(abort, 'the audit log is never changed');
end;

create trigger audit_forgets_only before update of actor, subject on audit
    when (new.actor is not old.actor and new.actor is not null)
        or (new.subject is not old.subject and new.subject is not null) begin
    select raise(abort, 'the audit log is never changed');
end;

create table remarks (
    id integer primary key,
    submission integer not null references submissions (id),
    at text not null,
    by integer,
    text text not null check (text <> '')
) strict;

create index remarks_by_submission on remarks (submission, id);

create table posts (
    chat_id integer not null,
    message_id integer not null,  -- the first one of an album
    submission integer unique references submissions (id),  -- null: an admin posted it by hand
    messages text not null check (json_valid(messages) and json_array_length(messages) between 1 and 11),
    link text,
    at text not null check (at glob '????-??-??T??:??:??.??????+00:00'),
    reactions integer not null default 0 check (reactions >= 0),
    counts text not null default '{}' check (json_valid(counts)),
    primary key (chat_id, message_id)
) strict, without rowid;

create index posts_by_time on posts (at);

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
