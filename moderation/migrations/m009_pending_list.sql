-- The list of what waits is filtered and counted from an index alone: rows are long, and there may be ten thousand.

drop index submissions_waiting;

drop index submissions_by_state;

create index submissions_by_state
    on submissions (state, submitted_at, id, author_id, lang, verdict, confidence, flags);
