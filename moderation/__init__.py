"""Submissions and decisions: the queue that a community moderates its channel with."""
