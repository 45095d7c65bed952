-- Subscribers who want to see what a machine thinks, and where they see it.

create table machine_draft_asks (
    answer_id integer primary key references answers (id) on delete cascade,
    sha256 text not null,
    file_id text not null,
    asked_at text not null,
    message_id integer  -- null: not shown yet
) strict;
