"""Has this picture been here before? What is remembered of every submission and of every post, and the search in it.

Five kinds of "before" are told apart: the same file; the same picture, saved anew, made smaller or flipped; the same
template with the same words (a crop, a screenshot, somebody who typed it again); the same words where no template was
recognised; and the same template with other words, which is no repost. Nothing is judged here: people are told, and
they decide.

Figures below were measured on 171 captioned memes of 60 templates that people had posted, each also made smaller
(60 %, JPEG quality 55) and also cropped by 3 to 4 % a side:

- a smaller copy's hash is within ``NEAR`` bits in 97 of 100, a crop's in none: it is found by template and words.
- of memes of one template with other captions, 2 in 100 are within ``NEAR`` bits of each other too; of different
  templates none.
- without its template, a crop is found by its words in 88 of 100.
- words of two copies are at least ``SAME_TEXT`` alike in 97.6 of 100 pairs, of other captions in 0.3 of 100;
  copies whose hashes agree are less than ``OTHER_TEXT`` alike in 2 of 100, other captions in three of four.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from rapidfuzz import fuzz, process
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from memebot.database import execute_all, iso, migrate, writing
from moderation.hashes import FAR, HASH_BYTES, SEGMENT, HashIndex, mirrored

NEAR = FAR
"""Most bits in which two hashes of one picture differ: what PDQ's authors advise, as is ``MIN_QUALITY``.
https://github.com/facebook/ThreatExchange/tree/main/pdq"""
MIN_QUALITY = 50
"""Below it a picture has too few edges for its hash to mean anything: only the same file is found then."""
SAME_TEXT = 0.8
OTHER_TEXT = 0.6
MIN_WORDS = 3
"""Fewer words than that are not compared: a lone watermark or a "no" says nothing."""
TELLING_WORDS = 5
"""Words that must be read for the same words to mean the same meme where no template is known."""
TEMPLATE_MEMORY = 2000
"""So many newest pictures of one template are compared by their words."""

_NEAREST = 200  # hashes looked up in the database: of a picture that came a thousand times, the nearest are enough
_WORTH_COMPARING = SAME_TEXT * 100 * 2 / 3  # less alike as a whole, with lengths within a factor of 2: never SAME_TEXT
_LOADED_AT_ONCE = SEGMENT
_PHRASES = 8  # pairs of neighbouring words that stand for a text
_SHARED_PHRASES = 2  # of these, before two texts are compared
_A_PHRASE = 500  # texts that share a phrase, at most
_SAME_WORDS = 20  # texts that are compared
_WORTH_RELOADING = 10_000  # hashes that were forgotten and are still in memory

MIGRATIONS = Migrations("reposts")

Kind = Literal["submission", "post"]
_Row = tuple[Any, ...]
How = Literal["exact", "near", "same-template-same-text", "same-text", "same-template-other-text"]
_ORDER: tuple[How, ...] = ("exact", "near", "same-template-same-text", "same-text", "same-template-other-text")


@MIGRATIONS()
def m001_seen(db: Database) -> None:
    """What was seen, and the hashes of its frames. Ids are never used again: indexes in memory rely on it."""
    execute_all(
        db,
        [
            """create table seen (
            id integer primary key autoincrement,
            submission_id integer unique,
            chat_id integer,
            message_id integer,
            link text check (link is null or message_id is not null),
            at text not null check (at glob '????-??-??T??:??:??*'),
            template text check (template <> ''),
            words text not null,
            unique (chat_id, message_id),
            check ((chat_id is null) = (message_id is null)),
            check (submission_id is not null or message_id is not null)
        ) strict""",
            "create index seen_by_template on seen (template, id) where template is not null",
            """create table seen_frames (
            id integer primary key autoincrement,
            seen_id integer not null references seen (id),
            position integer not null check (position >= 0),
            sha256 blob not null check (length(sha256) = 32),
            pdq blob not null check (length(pdq) = 32),
            quality integer not null check (quality between 0 and 100),
            unique (seen_id, position)
        ) strict""",
            "create index seen_frames_by_sha256 on seen_frames (sha256)",
            """create table seen_state (
            id integer primary key check (id = 1),
            removed integer not null  -- frames, ever: tells an index in memory how much of it is gone
        ) strict""",
            "insert into seen_state values (1, 0)",
        ],
    )


@MIGRATIONS()
def m002_phrases(db: Database) -> None:
    """A few pairs of neighbouring words of each text, to find the same text wherever it stands."""
    execute_all(
        db,
        [
            """create table seen_phrases (
            phrase integer not null,
            seen_id integer not null references seen (id),
            primary key (phrase, seen_id)
        ) strict, without rowid""",
            "create index seen_phrases_by_seen on seen_phrases (seen_id)",
        ],
    )
    for seen_id, words in db.execute("select id, words from seen").fetchall():
        _keep_phrases(db, seen_id, words)


def _keep_phrases(db: Database, seen_id: int, words: str) -> None:
    db.execute("delete from seen_phrases where seen_id = ?", [seen_id])
    db.conn.executemany("insert into seen_phrases values (?, ?)", [(phrase, seen_id) for phrase in _phrases(words)])


def _phrases(words: str) -> list[int]:
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


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, or one key frame of a moving one: the file's digest in hex, the hash, its quality 0..100."""

    sha256: str
    pdq: bytes
    quality: int

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


class Reposts:
    """The store. Belongs to the thread of its database; any number of processes may have one each.

    Hashes are held in memory, 104 bytes each, loaded at the first ``find`` and kept up with what any process adds.
    Of a million that takes two seconds, the process grows by 150 MB, and a ``find`` takes 3 ms of processor time a
    picture, with words to compare on a template in constant use 7. What is forgotten is not found from that moment on.
    """

    def __init__(self, db: Database) -> None:
        """Brings the tables up to date. Raises ``DatabaseTooNew`` and changes nothing if they are newer."""
        self.db = db
        db.execute("pragma foreign_keys = on")
        migrate(db, MIGRATIONS)
        self._index, self._last, self._removed = HashIndex(), 0, 0

    # --- what is remembered

    def remember(self, ref: SightingRef, look: Appearance, *, at: datetime) -> None:
        """Keep what this looks like. Of one that is known, the new look is kept and the first time stays."""
        with writing(self.db):
            seen_id = self._seen_id(ref)
            if seen_id is None:
                seen_id = self._insert(ref, look, at)
            else:
                self._drop_frames(seen_id)
                self.db.execute(
                    "update seen set template = ?, words = ?, link = coalesce(?, link) where id = ?",
                    [look.template, _plain(look.words), ref.link, seen_id],
                )
            _keep_phrases(self.db, seen_id, _plain(look.words))
            self.db.conn.executemany(
                "insert into seen_frames (seen_id, position, sha256, pdq, quality) values (?, ?, ?, ?, ?)",
                [
                    (seen_id, position, bytes.fromhex(frame.sha256), frame.pdq, frame.quality)
                    for position, frame in enumerate(look.frames)
                ],
            )

    def published(self, submission_id: int, post: SightingRef, *, at: datetime) -> bool:
        """This submission became this post: from now on it is found once, as the post.

        False, and nothing changes, if the submission is not remembered.
        """
        with writing(self.db):
            seen_id = self._seen_id(SightingRef.submission(submission_id))
            if seen_id is None:
                return False
            same = self._seen_id(post)
            if same is not None and same != seen_id:
                self._delete(same)
            self.db.execute(
                "update seen set chat_id = ?, message_id = ?, link = ?, at = ? where id = ?",
                [post.chat_id, post.id, post.link, iso(at), seen_id],
            )
        return True

    def forget(self, ref: SightingRef) -> bool:
        """Forget a submission, or a post; of a submission that became a post the other of the two stays known.

        False if it was not known.
        """
        with writing(self.db):
            seen_id = self._seen_id(ref)
            if seen_id is None:
                return False
            columns = (
                "submission_id = null" if ref.kind == "submission" else "chat_id = null, message_id = null, link = null"
            )
            both = self._value(
                "select submission_id is not null and message_id is not null from seen where id = ?", [seen_id]
            )
            if both:
                self.db.execute(f"update seen set {columns} where id = ?", [seen_id])
            else:
                self._delete(seen_id)
        return True

    def count(self) -> int:
        """How many submissions and posts are remembered."""
        return int(self._value("select count(*) from seen"))

    def _seen_id(self, ref: SightingRef) -> int | None:
        if ref.kind == "submission":
            found = self._value("select id from seen where submission_id = ?", [ref.id])
        else:
            found = self._value("select id from seen where chat_id = ? and message_id = ?", [ref.chat_id, ref.id])
        return None if found is None else int(found)

    def _insert(self, ref: SightingRef, look: Appearance, at: datetime) -> int:
        keys = (ref.id, None, None) if ref.kind == "submission" else (None, ref.chat_id, ref.id)
        return int(
            self._value(
                "insert into seen (submission_id, chat_id, message_id, link, at, template, words)"
                " values (?, ?, ?, ?, ?, ?, ?) returning id",
                [*keys, ref.link, iso(at), look.template, _plain(look.words)],
            )
        )

    def _delete(self, seen_id: int) -> None:
        self._drop_frames(seen_id)
        self.db.execute("delete from seen_phrases where seen_id = ?", [seen_id])
        self.db.execute("delete from seen where id = ?", [seen_id])

    def _drop_frames(self, seen_id: int) -> None:
        gone = self.db.execute("delete from seen_frames where seen_id = ?", [seen_id]).rowcount
        self.db.execute("update seen_state set removed = removed + ?", [gone])

    # --- what is found

    def find(
        self, look: Appearance, *, exclude: SightingRef | None = None, kind: Kind | None = None, limit: int = 5
    ) -> list[Sighting]:
        """What was seen before and is like this, best first; one sighting a submission or post.

        ``exclude``: the one that is asked about, also as the post that it became. ``kind``: only such.
        The same file and the nearest 200 frames are found however long ago they were seen, the same template as far
        back as ``TEMPLATE_MEMORY``. Writes nothing.
        """
        visible = _Visible(kind, None if exclude is None else self._seen_id(exclude))
        pairs = self._pairs(look)
        of_template = [seen_id for seen_id in self._of_template(look, visible) if seen_id not in pairs]
        worth = dict.fromkeys([*pairs, *self._of_words(look, visible), *of_template[:limit]])
        sightings = [
            sighting for row in self._rows(worth, visible) if (sighting := _sighting(look, row, pairs.get(row[0], [])))
        ]
        return sorted(sightings, key=_best_first)[:limit]

    def refresh(self) -> None:
        """Take over what any process added, so that nobody waits for it at a search.

        Call it at the start, and before a transaction that searches: inside one nothing is taken over, since it may
        be rolled back, so each search there reads again what is new.
        """
        if not self.db.conn.in_transaction:
            for index in self._indexes():
                index.settle()

    def _pairs(self, look: Appearance) -> dict[int, list[_Pair]]:
        """By what was seen: which of its frames is which of these, the best pair of each of these, best first."""
        best: dict[tuple[int, int], _Pair] = {}
        for seen_id, pair in [*self._exact(look), *self._near(look)]:
            key = (seen_id, pair.here)
            best[key] = min(best.get(key, pair), pair)
        pairs: dict[int, list[_Pair]] = {}
        for (seen_id, _), pair in sorted(best.items(), key=lambda item: item[1]):
            pairs.setdefault(seen_id, []).append(pair)
        return pairs

    def _exact(self, look: Appearance) -> Iterator[tuple[int, _Pair]]:
        here: dict[bytes, list[int]] = {}
        for position, frame in enumerate(look.frames):
            here.setdefault(bytes.fromhex(frame.sha256), []).append(position)
        marks = ", ".join("?" * len(here))
        for seen_id, there, digest in self._all(
            f"select seen_id, position, sha256 from seen_frames where sha256 in ({marks})", [*here]
        ):
            for position in here[digest]:
                yield seen_id, _Pair(0, False, False, abs(position - there), position, there)

    def _near(self, look: Appearance) -> Iterator[tuple[int, _Pair]]:
        hits = sorted(self._hits(look))[:_NEAREST]
        ids = json.dumps([frame_id for _, _, frame_id, _ in hits])
        frames = {
            row[0]: row[1:]
            for row in self._all(
                "select id, seen_id, position from seen_frames where id in (select value from json_each(?))", [ids]
            )
        }
        for distance, flipped, frame_id, here in hits:
            if frame_id in frames:  # else it was forgotten
                seen_id, there = frames[frame_id]
                yield seen_id, _Pair(distance, True, flipped, abs(here - there), here, there)

    def _hits(self, look: Appearance) -> Iterator[tuple[int, bool, int, int]]:
        """(distance, flipped, frame in the index, frame of the look)."""
        hashes = {
            frame.pdq: here for here, frame in reversed([*enumerate(look.frames)]) if frame.quality >= MIN_QUALITY
        }
        for index in self._indexes() if hashes else ():
            for pdq, here in hashes.items():
                for flipped, query in ((False, pdq), (True, mirrored(pdq))):
                    for near in index.near(query, NEAR):
                        yield near.distance, flipped, near.id, here

    def _of_template(self, look: Appearance, visible: _Visible) -> list[int]:
        """What shows the same template: first what has the same words, most alike first; then the newest."""
        if look.template is None:
            return []
        rows = self._all(
            f"select id, words from seen where template = ? and {visible.sql} order by id desc limit ?",
            [look.template, *visible.parameters, TEMPLATE_MEMORY],
        )
        worth = process.extract(
            _plain(look.words),
            [words for _, words in rows],
            scorer=fuzz.ratio,
            score_cutoff=_WORTH_COMPARING,
            limit=None,
        )
        alike = {rows[place][0]: text_similarity(_plain(look.words), words) or 0.0 for words, _, place in worth}
        return sorted(
            (seen_id for seen_id, _ in rows),
            key=lambda seen_id: -alike[seen_id] if alike.get(seen_id, 0) >= SAME_TEXT else 0,
        )

    def _of_words(self, look: Appearance, visible: _Visible) -> list[int]:
        """What shares the most phrases, whatever its template; of a phrase that very many share, the newest."""
        shared = Counter[int]()
        for phrase in _phrases(_plain(look.words)):
            shared.update(
                row[0]
                for row in self._all(
                    "select seen.id from seen_phrases join seen on seen.id = seen_id"
                    f" where phrase = ? and {visible.sql}"
                    " order by seen_id desc limit ?",
                    [phrase, *visible.parameters, _A_PHRASE],
                )
            )
        worth = sorted((-count, -seen_id) for seen_id, count in shared.items() if count >= _SHARED_PHRASES)
        return [-seen_id for _, seen_id in worth[:_SAME_WORDS]]

    def _rows(self, seen_ids: Iterable[int], visible: _Visible) -> list[_Row]:
        return self._all(
            "select id, submission_id, chat_id, message_id, link, at, template, words from seen"
            f" where id in (select value from json_each(?)) and {visible.sql}",
            [json.dumps([*seen_ids]), *visible.parameters],
        )

    # --- the index in memory

    def _indexes(self) -> list[HashIndex]:
        """All hashes. What an open transaction has written is not kept in memory: it may be rolled back."""
        if self.db.conn.in_transaction:
            tail = HashIndex()
            self._load(tail, self._last)
            return [self._index, tail]
        removed = int(self._value("select removed from seen_state"))
        if removed - self._removed > max(_WORTH_RELOADING, len(self._index) // 4):
            self._index, self._last = HashIndex(), 0
        if not self._last:
            self._removed = removed
        self._last = self._load(self._index, self._last)
        return [self._index]

    def _load(self, index: HashIndex, last: int) -> int:
        """Add to the index what was written after the frame ``last``; which frame is the last now."""
        cursor = self.db.execute(
            "select id, pdq from seen_frames where id > ? and quality >= ? order by id", [last, MIN_QUALITY]
        )
        while rows := cursor.fetchmany(_LOADED_AT_ONCE):
            ids = [row[0] for row in rows]
            index.add(ids, b"".join(row[1] for row in rows))
            last = ids[-1]
        return last

    def _all(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        return self.db.execute(sql, parameters).fetchall()

    def _value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        row = self.db.execute(sql, parameters).fetchone()
        return row[0] if row else None


class _Pair(NamedTuple):
    """Two frames that agree; sorts by how well."""

    distance: int
    other_file: bool
    flipped: bool
    apart: int  # of the two places in their row: a clip's first frame is rather the first than the third
    here: int
    there: int


@dataclass(frozen=True, slots=True)
class _Visible:
    """What may be found, as a condition on ``seen``."""

    kind: Kind | None
    not_id: int | None

    @property
    def sql(self) -> str:
        which = {"post": "message_id is not null", "submission": "message_id is null", None: "true"}[self.kind]
        return f"{which} and seen.id is not ?"

    @property
    def parameters(self) -> list[object]:
        return [self.not_id]


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _sighting(look: Appearance, row: _Row, pairs: Sequence[_Pair]) -> Sighting | None:
    _, submission_id, chat_id, message_id, link, at, template, words = row
    ref = SightingRef.submission(submission_id) if message_id is None else SightingRef.post(chat_id, message_id, link)
    alike = text_similarity(_plain(look.words), words)
    same_template = look.template is not None and look.template == template
    how = _how(pairs, same_template, alike)
    return how and Sighting(
        ref,
        datetime.fromisoformat(at),
        how,
        distance=pairs[0].distance if pairs else None,
        text_similarity=alike,
        frames=tuple((pair.here, pair.there) for pair in pairs),
        mirrored=bool(pairs) and pairs[0].flipped,
    )


def _how(pairs: Sequence[_Pair], same_template: bool, alike: float | None) -> How | None:
    if any(not pair.other_file for pair in pairs):
        return "exact"
    if pairs:  # a small caption changes few bits
        recaptioned = same_template and alike is not None and alike < OTHER_TEXT
        return "same-template-other-text" if recaptioned else "near"
    same_text = alike is not None and alike >= SAME_TEXT
    if same_template:
        return "same-template-same-text" if same_text else "same-template-other-text"
    return "same-text" if same_text else None


def _best_first(sighting: Sighting) -> tuple[object, ...]:
    return (
        _ORDER.index(sighting.how),
        NEAR + 1 if sighting.distance is None else sighting.distance,
        -(sighting.text_similarity or 0),
        sighting.ref.kind != "post",
        -sighting.at.timestamp(),
    )
