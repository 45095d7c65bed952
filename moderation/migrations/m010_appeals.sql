-- A rejection is appealed once, in the author's words; the submission waits again, and somebody else decides.
-- The verdict on the appeal is the submission's own; what it was against is kept here.

create table appeals (
    submission integer primary key references submissions (id),
    at text not null check (at glob '????-??-??T??:??:??.??????+00:00'),
    text text not null check (text <> ''),
    rejected_by integer not null,
    rejected_at text not null,
    reason_key text,
    reason_text text not null
) strict;
