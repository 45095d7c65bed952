-- Where a moderator has typed a question to the author: what comes of it replies to that message.

alter table remarks add column chat_id integer;

alter table remarks add column message_id integer check ((message_id is null) = (chat_id is null));
