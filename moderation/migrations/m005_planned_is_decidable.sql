-- What is approved and not in the channel yet may still be rejected, or withdrawn with its author.
drop trigger submissions_states;

create trigger submissions_states before update of state on submissions
    when new.state <> old.state and (old.state || ' ' || new.state) not in (
        'pending approved', 'pending rejected', 'pending withdrawn',
        'approved publishing', 'approved pending', 'approved rejected', 'approved withdrawn',
        'rejected pending', 'publishing published', 'publishing approved') begin
    select raise(abort, 'a submission does not change like this');
end;
