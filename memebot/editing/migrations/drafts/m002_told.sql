-- Which editors have heard of what they are told unasked, until all of them have.

create table editors_told (
    about text not null,  -- 'call 12': a proposed meme; 'week 2026-W48': a report
    editor_id integer not null,
    at text not null,
    primary key (about, editor_id)
) strict, without rowid;
