"""Vectors of the phrases of the shipped base in one file: a home keeps only those of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import EncoderId, Vectors, archive, unit

MEANING_FILE = "meaning.npz"
SHIPPED = Path(__file__).parent / MEANING_FILE


class PhraseFile:
    """Vectors of phrases in one file, to be shipped beside them: 8 bits a number, found by the phrase's hash.

    ``rows``: or what reads them, once a phrase is found.
    """

    def __init__(
        self, encoder: EncoderId, keys: NDArray[np.uint64], rows: NDArray[np.int8] | Callable[[], NDArray[np.int8]]
    ) -> None:
        self.encoder, self._keys, self._given = encoder, keys, rows

    @cached_property
    def _rows(self) -> NDArray[np.int8]:
        return self._given() if callable(self._given) else self._given

    @classmethod
    def of(cls, encoder: EncoderId, vectors: Mapping[str, Vectors]) -> PhraseFile:
        """A file with these vectors, by phrase."""
        keyed = sorted((_key(phrase), vector) for phrase, vector in vectors.items())
        rows = np.stack([vector / np.abs(vector).max() * 127 for _, vector in keyed])
        return cls(encoder, np.array([key for key, _ in keyed], np.uint64), np.round(rows).astype(np.int8))

    @classmethod
    def read(cls, path: Path, encoder: EncoderId) -> PhraseFile:
        """The file's vectors if they are this encoder's; empty for another's, and where there is no file."""
        if path.is_file():
            with np.load(path, allow_pickle=False) as found:
                if found["encoder"].tobytes().decode() == encoder:
                    return cls(encoder, found["keys"], lambda: _rows_of(path))
        return cls(encoder, np.zeros(0, np.uint64), np.zeros((0, 1), np.int8))

    def find(self, phrases: Sequence[str]) -> dict[str, Vectors]:
        """Unit rows of those phrases that are in it, of the precision in which others are kept."""
        known = self.known(phrases)
        if not known:
            return {}
        rows = unit(self._rows[[*known.values()]].astype(np.float32)).astype(np.float16).astype(np.float32)
        return dict(zip(known, rows, strict=True))

    def known(self, phrases: Sequence[str]) -> dict[str, int]:
        """Those of the phrases that are in it, each with its row."""
        if not len(self._keys) or not phrases:
            return {}
        keys = np.array([*map(_key, phrases)], np.uint64)
        rows = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        there = self._keys[rows] == keys
        return {phrase: int(row) for phrase, row, is_there in zip(phrases, rows, there, strict=True) if is_there}

    def missing(self, phrases: Sequence[str]) -> list[str]:
        """Those that are not in it, each once."""
        known = self.known([*phrases])
        return [phrase for phrase in dict.fromkeys(phrases) if phrase not in known]

    def renewed(self, phrases: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> PhraseFile:
        """The file of these phrases: the rows that are there stay as they are, ``embed`` gives unit rows of others."""
        known, missing = self.known(phrases), self.missing(phrases)
        kept = np.array([*known.values()], np.intp)
        parts = [(self._keys[kept], self._rows[kept])] if known else []
        if missing:
            new = PhraseFile.of(self.encoder, {one: embed([one])[0] for one in missing})
            parts.append((new._keys, new._rows))
        keys, rows = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        order = np.argsort(keys)
        return PhraseFile(self.encoder, keys[order], rows[order])

    def to_bytes(self) -> bytes:
        """What ``read`` reads, the same bytes for the same vectors."""
        name = np.frombuffer(self.encoder.encode(), np.uint8)
        return archive({"encoder": name, "keys": self._keys, "rows": self._rows})


def _rows_of(path: Path) -> NDArray[np.int8]:
    with np.load(path, allow_pickle=False) as found:
        rows: NDArray[np.int8] = found["rows"]
    return rows


def _key(phrase: str) -> int:
    return int.from_bytes(hashlib.sha256(phrase.encode()).digest()[:8], "big")


@lru_cache(1)
def shipped_phrases(encoder: EncoderId) -> PhraseFile:
    """The phrases of the shipped base under this encoder."""
    return PhraseFile.read(SHIPPED, encoder)
