-- Entries that are begun with a model's draft.

alter table drafts add column machine_draft integer;
