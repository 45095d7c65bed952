"""Byte-pair encoding, of characters: the pieces of a text, learnt from how often letters stand together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from memebot.experiments.model import Array
from memebot.experiments.networks.layers import weights_of

MERGES = 3000
"""How many pieces there are beside the single characters."""
_WORD = re.compile(r" ?[^\W\d_]+| ?\d+| ?[^\w\s]+|\s|_")

Pair = tuple[str, str]


def learn(texts: Iterable[str], count: int = MERGES) -> list[Pair]:
    """The pairs to join, the commonest first, each counted after those before it were joined; ties by the alphabet."""
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    words = [(list(word), times) for word, times in sorted(counts.items())]
    pairs: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)
    for number, (pieces, times) in enumerate(words):
        _note(pieces, times, number, pairs, where)
    joined: list[Pair] = []
    while len(joined) < count and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < 2:
            break
        joined.append(best)
        for number in sorted(where[best]):
            pieces, times = words[number]
            for pair in pairwise(pieces):
                pairs[pair] -= times
            words[number] = (join(pieces, best), times)
            _note(words[number][0], times, number, pairs, where)
        del pairs[best]
    return joined


def _note(
    pieces: Sequence[str], times: int, number: int, pairs: Counter[Pair], where: defaultdict[Pair, set[int]]
) -> None:
    for pair in pairwise(pieces):
        pairs[pair] += times
        where[pair].add(number)


def join(pieces: Sequence[str], pair: Pair) -> list[str]:
    """The pieces with every such pair made one."""
    joined: list[str] = []
    for piece in pieces:
        if joined and (joined[-1], piece) == pair:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


@cache
def shipped() -> tuple[tuple[str, ...], tuple[Pair, ...]]:
    """The characters and the pairs that were learnt from the explanations of the base, in both languages."""
    model = weights_of("tokens")
    pairs = zip(model["first"], model["second"], strict=True)
    return tuple(model["characters"].tolist()), tuple((str(first), str(second)) for first, second in pairs)


def packed(texts: Sequence[str]) -> dict[str, Array]:
    """What ``shipped`` reads, learnt anew."""
    first, second = zip(*learn(texts), strict=True)
    characters = sorted(set("".join(texts)))
    return {"characters": np.array(characters), "first": np.array(first), "second": np.array(second)}


def steps(text: str, pairs: Sequence[Pair]) -> Iterator[list[list[str]]]:
    """The text's words in pieces: as single characters, and after each joining that changes something."""
    words = [list(word) for word in _WORD.findall(text)]
    yield words
    for pair in pairs:
        joined = [join(word, pair) if pair[0] in word else word for word in words]
        if joined != words:
            words = joined
            yield words


def number_of(piece: str) -> int | None:
    """The piece's number in the vocabulary; ``None`` for a character that the base never uses."""
    return _numbers().get(piece)


@cache
def _numbers() -> dict[str, int]:
    characters, pairs = shipped()
    return {piece: number for number, piece in enumerate([*characters, *(first + second for first, second in pairs)])}
