"""How alike the words of two pictures are, and the few pairs of words by which the same text is found again."""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise

from rapidfuzz import fuzz

SAME_TEXT = 0.8
OTHER_TEXT = 0.6
MIN_WORDS = 3
"""Fewer words than that are not compared: a lone watermark or a "no" says nothing."""
TELLING_WORDS = 5
"""Words that must be read for the same words to mean the same meme where no template is known."""

_PHRASES = 8  # pairs of neighbouring words that stand for a text


def text_similarity(one: str, other: str) -> float | None:
    """How alike two texts are, 0..1; ``None`` if one of them has fewer than ``MIN_WORDS`` words.

    Crops and reading errors cost a line here and there, so the shorter text is looked for in the longer one, unless
    that is more than twice as long.
    """
    if min(len(one.split()), len(other.split())) < MIN_WORDS:
        return None
    short, long = sorted((len(one), len(other)))
    compare = fuzz.partial_ratio if long <= 2 * short else fuzz.ratio
    return compare(one, other) / 100


def copied(one: str, other: str) -> float | None:
    """How alike the words of one picture and of what may be a copy of it are, 0..1; ``None`` where too few were read.

    A screenshot brings words along and a crop loses some, so it is enough that one side has the other's.
    """
    alike = text_similarity(one, other)
    if alike is None:
        return None
    few, many = sorted(({*one.split()}, {*other.split()}), key=len)
    return max(alike, len(few & many) / len(few))


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
