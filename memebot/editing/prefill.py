"""What a new entry starts from: the words that its pictures carry, what they resemble, and themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from knowledge.entry import fields
from knowledge.entry.model import Entry, Kind
from knowledge.reading import Fingerprint, Reading
from knowledge.search.searcher import Match
from knowledge.search.visual import PDQ_SAME
from knowledge.stems import stems, stop_stems, words
from memebot.answering.explainer import GUESS_FLOOR
from memebot.drafting.material import Draft
from memebot.hashes import hamming

MAX_PHRASES = 5
MAX_PICTURES = 6
MAX_CONCEPTS = 3
SHARED_RUN = 3
"""So many words in a row must memes have in common for that to be a phrase of theirs."""


@dataclass(frozen=True, slots=True, eq=False)
class PrefillPicture:
    """A picture that an entry is begun from. ``file_id``: Telegram's reference where the editor sent it."""

    reading: Reading
    file_id: str = ""


def prefilled(kind: Kind, readings: Sequence[Reading], matches: Sequence[Match], known: Iterable[Entry]) -> Entry:
    """A new entry of what was seen: words that the pictures carry, formats and concepts that they resemble."""
    taken = {_folded(phrase) for entry in known for phrase in entry.says}
    phrases = [phrase for phrase in phrases_of(readings) if _folded(phrase) not in taken]
    entry = fields.blank(kind)
    if kind == "concept":
        counted = Counter(word for reading in readings for word in dict.fromkeys(_subject_words(reading.text)))
        common = [word for word, _ in counted.most_common(6)]
        russian = tuple(word for word in common if re.search("[а-яё]", word))
        return replace(entry, keywords={"ru": russian, "en": tuple(word for word in common if word not in russian)})
    entry = replace(entry, says=tuple(phrases))
    if kind == "format":
        return entry
    close = [match for match in matches if match.confidence >= GUESS_FLOOR]
    return replace(
        entry,
        formats=tuple(match.entry for match in close if match.kind == "format")[:1],
        concepts=tuple(match.entry for match in close if match.kind == "concept")[:MAX_CONCEPTS],
    )


def drafted(draft: Draft, known: Iterable[Entry]) -> Entry:
    """A new entry of what a model drafted: without links that are gone, and phrases that others have."""
    entries = list(known)
    ids = {entry.id for entry in entries}
    taken = {_folded(phrase) for entry in entries for phrase in entry.says}
    entry = draft.entry()
    return replace(
        entry,
        says=tuple(phrase for phrase in entry.says if _folded(phrase) not in taken),
        formats=tuple(one for one in entry.formats if one in ids),
        concepts=tuple(one for one in entry.concepts if one in ids),
    )


def _folded(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def phrases_of(readings: Sequence[Reading]) -> list[str]:
    """What the pictures say: the longest words in a row that all of them share, else the lines of the first."""
    texts = [reading.text for reading in readings if reading.text.strip()]
    if len(texts) > 1 and (shared := _shared_run(texts)):
        return [shared]
    lines = [" ".join(line.split()) for line in (texts[0].splitlines() if texts else ())]
    return list(dict.fromkeys(line for line in lines if len(_subject_words(line)) >= 2))[:MAX_PHRASES]


def _shared_run(texts: Sequence[str]) -> str:
    run = words(texts[0])
    for text in texts[1:]:
        others = words(text)
        match = SequenceMatcher(None, run, others, autojunk=False).find_longest_match()
        run = run[match.a : match.a + match.size]
    return " ".join(run) if len(run) >= SHARED_RUN and len(_subject_words(" ".join(run))) >= 2 else ""


def _subject_words(text: str) -> list[str]:
    """The words of a text that say something about its subject."""
    return [word for word in words(text) if len(word) > 2 and not stop_stems().issuperset(stems(word))]


def first_words(readings: Sequence[Reading]) -> str:
    """Telling words of the first picture, for an id."""
    return " ".join(_subject_words(" ".join(reading.text for reading in readings[:1]))[:5]) or "new entry"


def middle(reading: Reading) -> Fingerprint:
    """The picture's fingerprint, or that of the middle of a moving one."""
    return reading.frames[len(reading.frames) // 2]


def distinct(pictures: Sequence[PrefillPicture]) -> list[tuple[Fingerprint, str]]:
    """The pictures' fingerprints, those that are nearly the same once."""
    chosen: list[tuple[Fingerprint, str]] = []
    for picture in pictures:
        if not picture.reading.frames:
            continue
        frame = middle(picture.reading)
        if all(hamming(frame.pdq, other.pdq) > PDQ_SAME for other, _ in chosen):
            chosen.append((frame, picture.file_id))
    return chosen[:MAX_PICTURES]
