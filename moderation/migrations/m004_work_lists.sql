-- What a card lacks is looked for every few seconds: found without reading the whole queue.

alter table cards add column stale integer not null default 0 check (stale in (0, 1));

create index cards_stale on cards (submission) where stale = 1;

create trigger cards_age after update of version on submissions begin
    update cards set stale = 1 where submission = new.id;
end;

create table unshown (submission integer primary key references submissions (id)) strict;

insert into unshown select id from submissions s where state = 'pending'
    and not exists (select 1 from cards c where c.submission = s.id and c.kind = 'card');

create trigger unshown_at_first after insert on submissions begin
    insert into unshown values (new.id);
end;

create trigger unshown_no_more after insert on cards when new.kind = 'card' begin
    delete from unshown where submission = new.submission;
end;

create trigger unshown_when_the_card_goes after delete on cards when old.kind = 'card' begin
    insert or ignore into unshown select id from submissions where id = old.submission and state = 'pending'
        and not exists (select 1 from cards where submission = old.submission and kind = 'card');
end;

create trigger unshown_when_it_waits_again after update of state on submissions
    when new.state <> old.state begin
    delete from unshown where submission = new.id;
    insert into unshown select new.id where new.state = 'pending'
        and not exists (select 1 from cards where submission = new.id and kind = 'card');
end;
