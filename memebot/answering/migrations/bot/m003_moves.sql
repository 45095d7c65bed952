-- Where groups have moved: settings go on naming the old id.

create table moves (old integer primary key, new integer not null check (new <> old)) strict;
