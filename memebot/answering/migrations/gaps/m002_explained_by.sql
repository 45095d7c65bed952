-- Which entries explained a meme: when one of them changes, it is looked at again.

alter table gap_memes add column explained_by text;
