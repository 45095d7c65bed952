-- The same where there never was a full-text index: no base was here before.

create table entry_stems (
    key integer primary key references entries (key),
    named text not null,
    explained text not null
) strict;
