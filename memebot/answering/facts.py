"""What the bot knows of a meme that it was shown, for those who propose it and for finding it again."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.entry.model import EntryId
from knowledge.reading import Reading
from knowledge.stems import words
from memebot.answering.record import Answer
from moderation.reposts.model import Appearance, Frame


@dataclass(frozen=True, slots=True)
class MemeFacts:
    """The answer that was given about a meme, how sure, on which template, and what was read."""

    answer: Answer
    confidence: float
    template: EntryId | None
    reading: Reading | None

    @property
    def appearance(self) -> Appearance:
        """What is compared with earlier pictures."""
        return appearance_of(self.reading, self.answer.text, self.template)


def appearance_of(reading: Reading | None, text: str, template: EntryId | None) -> Appearance:
    """What is compared with earlier pictures: frames and words, and the template that was recognised."""
    frames = reading.frames if reading else ()
    return Appearance(
        tuple(Frame(frame.sha256, frame.pdq, frame.pdq_quality) for frame in frames),
        template=template,
        words=" ".join(words(text)),
    )
