"""What can go wrong between a file and a reading.

VisionError
├── MediaError      the bytes that somebody sent cannot be read as a picture
└── EncoderError    the encoder is missing or damaged; says what mends it
"""

from __future__ import annotations

from typing import Literal

Problem = Literal["unreadable", "empty", "not a picture", "unsupported", "too large", "damaged"]
"""Why media was refused, for callers that translate: the file system said no, nothing is in it, it is
something else, a kind that we do not decode, over a limit, broken or cut short."""


class VisionError(Exception):
    """Base of every error of ``memebot.vision``."""


class MediaError(VisionError):
    """A picture or video that cannot be read. ``reason`` is one line without the path: callers prefix it.

    ``format``: the name of a format that is not opened, where it is known.
    """

    def __init__(self, reason: str, problem: Problem = "damaged", *, format: str = "") -> None:
        self.format = format
        self.reason = " ".join(reason.split())
        self.problem = problem
        super().__init__(self.reason)


class EncoderError(VisionError):
    """An encoder that cannot be used. ``fix`` is the command (or the step) that mends it."""

    def __init__(self, reason: str, fix: str) -> None:
        self.reason = reason
        self.fix = fix
        super().__init__(f"{reason} (mend it with: {fix})")


def first_line(error: Exception) -> str:
    """What an error of another library says, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
