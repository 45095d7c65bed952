"""Submissions and verdicts: the queue that a community moderates its channel with."""
