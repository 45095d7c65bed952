"""The queue in the console: the list, a card, verdicts on one and on many."""
