-- The stems of entries in a plain table: nothing asks a full-text index any more, the search ranks in memory.

create table entry_stems (
    key integer primary key references entries (key),
    named text not null,  -- of titles, aliases, says and keywords, with blanks between
    explained text not null  -- of the explanations
) strict;

insert into entry_stems
    select rowid, title || ' ' || aliases || ' ' || says || ' ' || keywords, body from entry_words;

drop table entry_words;
