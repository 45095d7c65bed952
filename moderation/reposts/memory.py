"""The frames that were seen, in memory: by what a hash or the local features of a million of them are found."""

from __future__ import annotations

from dataclasses import dataclass, field

from memebot.database import Store
from moderation.reposts.hashes import HashIndex
from moderation.reposts.visual_words import WordIndex

MIN_QUALITY = 50
"""Below it a picture has too few edges for its hash to mean anything: only the same file is found then."""

_LOADED_AT_ONCE = 65_536
_WORTH_RELOADING = 10_000  # frames that were forgotten and are still in memory


@dataclass(slots=True)
class FrameIndex:
    """Hashes and visual words by the id of their frame; ``last``: the last frame that was looked at."""

    hashes: HashIndex = field(default_factory=HashIndex)
    words: WordIndex = field(default_factory=WordIndex)
    last: int = 0


class FrameMemory:
    """All frames of the database, kept up with what any process adds."""

    def __init__(self, store: Store) -> None:
        self._store, self._index, self._removed = store, FrameIndex(), 0

    def indexes(self) -> list[FrameIndex]:
        """All frames. What an open transaction has written is not kept in memory: it may be rolled back."""
        if self._store.db.in_transaction:
            return [self._index, self._load(FrameIndex(last=self._index.last))]
        removed = int(self._store.value("select removed from seen_state"))
        if removed - self._removed > max(_WORTH_RELOADING, len(self._index.hashes) // 4):
            self.reload()
        if not self._index.last:
            self._removed = removed
        return [self._load(self._index)]

    def reload(self) -> None:
        """Forget all that is in memory: what is asked for next is read anew."""
        self._index = FrameIndex()

    def _load(self, index: FrameIndex) -> FrameIndex:
        """Add what was written after the last frame of the index."""
        cursor = self._store.db.execute(
            "select id, pdq, quality, visual_words from seen_frames where id > ? order by id", [index.last]
        )
        with_words: list[int] = []
        words: list[bytes] = []
        while rows := cursor.fetchmany(_LOADED_AT_ONCE):
            clear = [row for row in rows if row[2] >= MIN_QUALITY]
            index.hashes.add([row[0] for row in clear], b"".join(row[1] for row in clear))
            with_words += [row[0] for row in rows if row[3]]
            words += [row[3] for row in rows if row[3]]
            index.last = rows[-1][0]
        index.words.add(with_words, words)
        return index
