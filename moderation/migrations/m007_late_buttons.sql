-- A post that nothing explained gets its way to the explanation when there is one. why = 0: readers cannot ask it yet.

alter table posts add column why integer not null default 1 check (why in (0, 1));

update posts set why = 0
    where submission in (select id from submissions where verdict = 'unknown' and origin = 'bot');

create index posts_without_why on posts (submission) where why = 0;
