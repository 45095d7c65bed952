"""What is remembered of pictures, and what is found: values that know no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from moderation.reposts.features import Features
from moderation.reposts.hashes import HASH_BYTES

Kind = Literal["submission", "post"]
How = Literal["exact", "near", "part", "same-template-same-text", "same-text", "same-template-other-text"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, or one key frame of a moving one: the file's digest in hex, the hash, its quality 0..100.

    ``features``: what a crop or a screenshot of it is known by. ``shown``: of a screen, those of the picture that it
    shows; by them it is looked for, not kept.
    """

    sha256: str
    pdq: bytes
    quality: int
    features: Features | None = field(default=None, compare=False)
    shown: Features | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if len(self.pdq) != HASH_BYTES:
            raise ValueError(f"a hash of {len(self.pdq)} bytes")


@dataclass(frozen=True, slots=True)
class Appearance:
    """What one submission or post looks like: the frames of all its pictures, in order.

    ``template``: id of the format that was recognised. ``words``: normalised, separated by spaces.
    """

    frames: tuple[Frame, ...]
    template: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class SightingRef:
    """What was seen: a submission by its number, or a post by its chat and (first) message."""

    kind: Kind
    id: int
    chat_id: int = 0
    link: str | None = field(default=None, compare=False)

    @classmethod
    def submission(cls, number: int) -> SightingRef:
        """A submission of the queue."""
        return cls("submission", number)

    @classmethod
    def post(cls, chat_id: int, message_id: int, link: str | None = None) -> SightingRef:
        """A message of the channel; ``link`` leads to it."""
        return cls("post", message_id, chat_id, link)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something seen before that is like what was asked about.

    ``distance``: bits in which the best pair of frames differs, 0 for the same file, ``None`` where no hash agrees.
    ``text_similarity``: 0..1, ``None`` where one side has too few words. ``frames``: pairs (frame of what was
    asked about, frame of what was seen), counted from 0, one for each frame that was found, best pair first.
    ``mirrored``: the best pair is the same picture flipped left to right.
    """

    ref: SightingRef
    at: datetime
    how: How
    distance: int | None
    text_similarity: float | None
    frames: tuple[tuple[int, int], ...]
    mirrored: bool = False
