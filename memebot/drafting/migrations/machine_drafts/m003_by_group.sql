-- What waits is looked through again and again: whether its group was drafted is found without reading all drafts.

create index machine_drafts_by_group on machine_drafts (group_id);
