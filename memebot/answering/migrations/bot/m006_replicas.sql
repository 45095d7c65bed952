-- Several processes over one database share what comes in: each update has at most one that answers it.

-- updates of one line are answered one after the other; null: it waits for none
alter table updates add column line text;

-- parts of one album are answered together
alter table updates add column album text;

-- a picture to be read
alter table updates add column slow integer not null default 0 check (slow in (0, 1));

-- the process that answers it
alter table updates add column owner integer;

-- of slow ones that were taken: how many had been before
alter table updates add column turn integer;

-- one that failed holds up its line no more
alter table updates add column failures integer not null default 0;

create index updates_lines on updates (bot_id, line, turn) where line is not null;

create index updates_turns on updates (bot_id, turn) where turn is not null;
