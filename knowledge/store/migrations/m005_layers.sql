-- The shipped text that lies beneath an entry of a community's own, as it was when somebody last looked.

create table beneath (
    entry_id text primary key,
    kind text not null check (kind in ('joke', 'format', 'concept')),
    text text not null,
    newer_kind text check (newer_kind in ('joke', 'format', 'concept')),
    newer_text text,  -- shipped since; null: nothing new
    check ((newer_kind is null) = (newer_text is null))
) strict;
