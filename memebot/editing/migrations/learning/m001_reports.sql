-- Weeks of which editors have had their report.

create table weekly_reports (week text primary key, at text not null) strict;
