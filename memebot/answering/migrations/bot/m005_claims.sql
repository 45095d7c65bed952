-- Who is being told, apart from who was told: what a crash interrupts is tried again.

alter table subscriptions add column claimed_at text;
