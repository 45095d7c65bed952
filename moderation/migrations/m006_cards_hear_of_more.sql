-- A card also becomes wrong when fewer approvals are needed, and when the author cannot be asked.

create trigger cards_age_with_the_approvals_needed after insert on settings when new.name = 'approvals' begin
    update cards set version = 0, stale = 1
        where submission in (select id from submissions where state = 'pending');
end;

create trigger cards_age_when_the_author_cannot_be_asked after update of state on notices
    when new.kind = 'asked' and new.state = 'failed' begin
    update cards set version = 0, stale = 1 where submission = new.submission;
end;
