"""Why somebody is not answered, before anything is looked at.

AnsweringError
├── HourLimit         this user sent too many pictures within an hour
└── QuestionTooLong
"""

from __future__ import annotations


class AnsweringError(Exception):
    """Base of what answering refuses; ``limit`` is the figure that was exceeded."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the limit is {limit}")
        self.limit = limit


class HourLimit(AnsweringError):
    """This user sent more than ``limit`` pictures within an hour."""


class QuestionTooLong(AnsweringError):
    """A question of more than ``limit`` characters."""
