-- The message that a submission's words came in: its author may edit it.

create index submissions_by_origin on submissions (origin_chat, origin_message) where origin_message is not null;
