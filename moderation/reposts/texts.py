"""How alike the words of two pictures are, and the few pairs of words by which the same text is found again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

SAME_TEXT = 0.8
OTHER_TEXT = 0.6
MIN_WORDS = 3
"""Fewer words than that are not compared: a lone watermark or a "no" says nothing."""
TELLING_WORDS = 5
"""Words that must be read for the same words to mean the same meme where no template is known."""

PASSAGE = 4
"""So many words in a row that the other text has nowhere are a passage of its own,"""
_OF_A_TEXT = 0.1
"""and so many of its words: of a long text as many are misread somewhere."""
PARTED = 0.75
"""Two texts that each have one are no more alike than that, however much they share: a list of files, a menu."""
_MISREAD = 60  # passages as alike as this, in per cent, are one passage read twice
_PHRASES = 8  # pairs of neighbouring words that stand for a text


def text_similarity(one: str, other: str) -> float | None:
    """How alike two texts are, 0..1; ``None`` if one of them has fewer than ``MIN_WORDS`` words.

    Crops and reading errors cost a line here and there, so the shorter text is looked for in the longer one, unless
    that is more than twice as long. What each says by itself counts for more than what both share.
    """
    if min(len(one.split()), len(other.split())) < MIN_WORDS:
        return None
    short, long = sorted((len(one), len(other)))
    compare = fuzz.partial_ratio if long <= 2 * short else fuzz.ratio
    alike = compare(one, other) / 100
    return min(alike, PARTED) if alike >= PARTED and parted(one, other) else alike


def parted(one: str, other: str) -> bool:
    """Whether each of two texts has a passage of its own."""
    words = one.split(), other.split()
    return own_passages(*words) >= max(PASSAGE, _OF_A_TEXT * min(map(len, words)))


def own_passages(one: Sequence[str], other: Sequence[str]) -> int:
    """Words of the longest passage that either text has for itself: the fewer of the two, 0 where one has none.

    Words that a text has elsewhere, as where lines were read in another order, and misread ones are shared.
    """
    own = [0, 0]
    known = {*other}, {*one}
    for step in Levenshtein.opcodes(one, other):
        parts = one[step.src_start : step.src_end], other[step.dest_start : step.dest_end]
        if step.tag == "equal" or fuzz.ratio(" ".join(parts[0]), " ".join(parts[1])) >= _MISREAD:
            continue
        own = [
            max(most, len([w for w in part if w not in there]))
            for most, part, there in zip(own, parts, known, strict=True)
        ]
    return min(own)


def copied(one: str, other: str) -> float | None:
    """How alike the words of one picture and of what may be a copy of it are, 0..1; ``None`` where too few were read.

    A screenshot brings words along and a crop loses some, so it is enough that one side has the other's.
    """
    alike = text_similarity(one, other)
    if alike is None:
        return None
    few, many = sorted(({*one.split()}, {*other.split()}), key=len)
    return max(alike, len(few & many) / len(few))


def says_other(one: str, other: str, alike: float | None) -> bool:
    """Whether two texts that are so much ``alike``, by ``text_similarity``, are words of two memes and not of one."""
    return alike is not None and (alike < OTHER_TEXT or parted(one, other))


def phrases(words: str) -> list[int]:
    """Numbers of pairs of neighbouring words, the same few for texts that are mostly the same; none of a short text.

    Those with the smallest hashes are taken: Broder 1997, "On the resemblance and containment of documents",
    doi:10.1109/SEQUEN.1997.666900.
    """
    row = words.split()
    if len(row) < TELLING_WORDS:
        return []
    pairs = {f"{one} {other}" for one, other in pairwise(row)}
    return sorted(
        int.from_bytes(blake2b(pair.encode(), digest_size=8).digest(), signed=True, byteorder="big") for pair in pairs
    )[:_PHRASES]


def normalised(words: str) -> str:
    """As texts are kept and compared."""
    return " ".join(words.split()).casefold()
