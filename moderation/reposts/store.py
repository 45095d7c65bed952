"""Has this picture been here before? What is remembered of every submission and of every post, and the search in it.

Six kinds of "before" are told apart: the same file; the same picture, saved anew, made smaller or flipped; a part of
it, or it within something else (a crop, a frame, a screenshot); the same template with the same words (somebody who
typed it again); the same words where no template was recognised; and the same template with other words, which is no
repost. Nothing is judged here: people are told, and they decide.

Figures below were measured on 171 captioned memes of 60 templates that people had posted, each also made smaller
(60 %, JPEG quality 55) and also cropped by 3 to 4 % a side:

- a smaller copy's hash is within ``NEAR`` bits in 97 of 100, a crop's in none: it is found by its local features,
  see ``features`` and ``visual_words``, or by template and words.
- by their local features alone, without words, ``memebot bench --reposts`` finds copies of 202 other pictures: cropped
  by 3, 6, 10 % a side in 100, 99, 97 of 100, flipped or recoloured in all, flipped and cropped in 100, with a bar or a
  border in 98, on a phone's screen and in a chat in 98, in a browser's window in 100. Where words were read, too, 4 of
  80 copies were taken for another meme: words of comics lettered by hand are misread.
- of 79,804 pairs of different pictures, plain and on the three screens, all compared whatever the short list says, one
  is called a part of the other by its looks alone: at most 0.7 in 10,000 with a confidence of 95 %. Among these are no
  copies and no two memes of one template; of such with other words 7 in 100 are told apart by their words alone.
- of 348 pairs of code, chats and posts in one application with other words none is called the same; 72 of 72 crops of
  such are.
- among a million imagined pictures the short list of 24 holds 92 of 100 copies cropped by 10 %, 99 with a bar, 96 with
  a border, on a phone 99, in a chat 89, in a window 99, and takes 18 ms; by what a screen shows 24 ms.
- of memes of one template with other captions, 2 in 100 are within ``NEAR`` bits of each other too; of different
  templates none.
- without its template, a crop is found by its words in 88 of 100.
- words of two copies are at least ``SAME_TEXT`` alike in 97.6 of 100 pairs, of other captions in 0.3 of 100;
  copies whose hashes agree are less than ``OTHER_TEXT`` alike in 2 of 100, other captions in three of four.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from memebot.database import AMONG_IDS, Database, Store, iso, sql_migrations, writing
from moderation.reposts.features import MIN_FOUND, NO_AGREEMENT, Agreement, Features, compare
from moderation.reposts.hashes import NEAR, mirrored
from moderation.reposts.memory import MIN_QUALITY, FrameMemory
from moderation.reposts.model import Appearance, Frame, How, Kind, Sighting, SightingRef
from moderation.reposts.texts import (
    SAME_TEXT,
    TELLING_WORDS,
    copied,
    normalised,
    parted,
    phrases,
    says_other,
    text_similarity,
)
from moderation.reposts.visual_words import visual_words

TEMPLATE_MEMORY = 2000
"""So many newest pictures of one template are compared by their words."""

SURELY_NEAR = 8
"""Hashes this close are of one picture whatever was read on it: a chat's letters change more bits."""
_NEAREST = 200  # hashes looked up in the database: of a picture that came a thousand times, the nearest are enough
_WORTH_COMPARING = SAME_TEXT * 100 * 2 / 3  # less alike as a whole, with lengths within a factor of 2: never SAME_TEXT
_SHARED_PHRASES = 2  # of these, before two texts are compared
_A_PHRASE = 500  # texts that share a phrase, at most
_SAME_WORDS = 20  # texts that are compared
_COMPARED = 24  # frames whose features are compared with those of a picture
_COMPARED_OF_MANY = 6  # or with those of each picture of an album
_COMPARED_BY_WORDS = 6  # pictures that have the same words, beside them
_REMEMBERED = 4096  # comparisons: those of a proposal are made before its transaction

_Row = tuple[Any, ...]
_ORDER: tuple[How, ...] = ("exact", "near", "part", "same-template-same-text", "same-text", "same-template-other-text")


MIGRATIONS = sql_migrations("reposts", Path(__file__).parent / "migrations")


_PHRASES = """
create table seen_phrases (
    phrase integer not null,
    seen_id integer not null references seen (id),
    primary key (phrase, seen_id)
) strict, without rowid;

create index seen_phrases_by_seen on seen_phrases (seen_id);
"""


@MIGRATIONS()
def m002_phrases(db: Any) -> None:
    """A few pairs of neighbouring words of each text, to find the same text wherever it stands."""
    db.define(_PHRASES)
    for seen_id, words in db.execute("select id, words from seen").fetchall():
        _keep_phrases(db, seen_id, words)


def _keep_phrases(db: Database, seen_id: int, words: str) -> None:
    """The phrases of this text, in place of those that were kept."""
    db.execute("delete from seen_phrases where seen_id = ?", [seen_id])
    db.execute_many("insert into seen_phrases values (?, ?)", [(phrase, seen_id) for phrase in phrases(words)])


class Reposts(Store):
    """The store. Belongs to the thread of its database; any number of processes may have one each.

    Hashes and visual words are held in memory, 40 and 80 bytes a frame, loaded at the first ``find`` and kept up with
    what any process adds. What is forgotten is not found from that moment on.
    """

    def __init__(self, db: Database) -> None:
        """Brings the tables up to date. Raises ``DatabaseTooNew`` and changes nothing if they are newer."""
        super().__init__(db, MIGRATIONS)
        self._memory = FrameMemory(self)
        self._agreements: OrderedDict[tuple[str, int, bool, int], Agreement] = OrderedDict()

    # --- what is remembered

    def remember(self, ref: SightingRef, appearance: Appearance, *, at: datetime) -> None:
        """Keep what this looks like. Of one that is known, the new appearance is kept and the first time stays."""
        with writing(self.db):
            seen_id = self._seen_id(ref)
            if seen_id is None:
                seen_id = self._insert(ref, appearance, at)
            else:
                self._drop_frames(seen_id)
                self.change(
                    "update seen set template = ?, words = ?, link = coalesce(?, link) where id = ?",
                    [appearance.template, normalised(appearance.words), ref.link, seen_id],
                )
            _keep_phrases(self.db, seen_id, normalised(appearance.words))
            for position, frame in enumerate(appearance.frames):
                self._keep_frame(seen_id, position, frame)

    def _keep_frame(self, seen_id: int, position: int, frame: Frame) -> None:
        frame_id = self.value(
            "insert into seen_frames (seen_id, position, sha256, pdq, quality) values (?, ?, ?, ?, ?) returning id",
            [seen_id, position, bytes.fromhex(frame.sha256), frame.pdq, frame.quality],
        )
        if frame.features is not None:
            self._keep_features(int(frame_id), frame.features)

    def _keep_features(self, frame_id: int, features: Features) -> None:
        words = visual_words(features).tobytes()
        self.change("update seen_frames set visual_words = ? where id = ?", [words, frame_id])
        self.change("insert into seen_features values (?, ?)", [frame_id, features.to_bytes()])

    def complete(self, known: Callable[[str], Iterable[Frame]]) -> int:
        """Give frames that were kept without features those that are known by now; how many got some.

        ``known``: the frames of a file by its digest, none where nobody has them any more: those are not asked for
        again.
        """
        lacking: dict[bytes, list[tuple[int, bytes]]] = {}
        for frame_id, digest, pdq in self.rows("select id, sha256, pdq from seen_frames where visual_words is null"):
            lacking.setdefault(digest, []).append((frame_id, pdq))
        completed = 0
        with writing(self.db):
            for digest, frames in lacking.items():
                features = {frame.pdq: frame.features for frame in known(digest.hex()) if frame.features is not None}
                for frame_id, pdq in frames:
                    if pdq in features:
                        self._keep_features(frame_id, features[pdq])
                        completed += 1
                    else:
                        self.change("update seen_frames set visual_words = ? where id = ?", [b"", frame_id])
        if completed:
            self._memory.reload()
        return completed

    def mark_published(self, submission_id: int, post: SightingRef, *, at: datetime) -> bool:
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
            self.change(
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
            both = self.value(
                "select submission_id is not null and message_id is not null from seen where id = ?", [seen_id]
            )
            if both:
                self.change(f"update seen set {columns} where id = ?", [seen_id])
            else:
                self._delete(seen_id)
        return True

    def _seen_id(self, ref: SightingRef) -> int | None:
        if ref.kind == "submission":
            found = self.value("select id from seen where submission_id = ?", [ref.id])
        else:
            found = self.value("select id from seen where chat_id = ? and message_id = ?", [ref.chat_id, ref.id])
        return None if found is None else int(found)

    def _insert(self, ref: SightingRef, appearance: Appearance, at: datetime) -> int:
        keys = (ref.id, None, None) if ref.kind == "submission" else (None, ref.chat_id, ref.id)
        return int(
            self.value(
                "insert into seen (submission_id, chat_id, message_id, link, at, template, words)"
                " values (?, ?, ?, ?, ?, ?, ?) returning id",
                [*keys, ref.link, iso(at), appearance.template, normalised(appearance.words)],
            )
        )

    def _delete(self, seen_id: int) -> None:
        self._drop_frames(seen_id)
        self.change("delete from seen_phrases where seen_id = ?", [seen_id])
        self.change("delete from seen where id = ?", [seen_id])

    def _drop_frames(self, seen_id: int) -> None:
        frames = "select id from seen_frames where seen_id = ?"
        self.change(f"delete from seen_features where frame_id in ({frames})", [seen_id])
        gone = self.change("delete from seen_frames where seen_id = ?", [seen_id])
        self.change("update seen_state set removed = removed + ?", [gone])

    # --- what is found

    def find(self, appearance: Appearance, *, kind: Kind | None = None, limit: int = 5) -> list[Sighting]:
        """What was seen before and is like this, best first; one sighting a submission or post.

        ``kind``: only such.
        The same file and the nearest 200 frames are found however long ago they were seen, the same template as far
        back as ``TEMPLATE_MEMORY``. Writes nothing.
        """
        scope = _SCOPES[kind]
        pairs = self._pairs(appearance)
        of_words = self._of_words(appearance, scope)
        of_template = [seen_id for seen_id in self._of_template(appearance, scope) if seen_id not in pairs]
        likely = dict.fromkeys(seen_id for seen_id in [*of_words, *of_template] if seen_id not in pairs)
        placed = self._placed(appearance, pairs, [*likely][:_COMPARED_BY_WORDS])
        worth = dict.fromkeys([*pairs, *placed, *of_words, *of_template[:limit]])
        sightings = [
            sighting
            for row in self._rows(worth, scope)
            if (sighting := _sighting(appearance, row, pairs.get(row[0], []), placed.get(row[0], [])))
        ]
        return sorted(sightings, key=_best_first)[:limit]

    def refresh(self) -> None:
        """Load what any process added, so that nobody waits for it at a search.

        Call it at the start, and before a transaction that searches: inside one nothing is loaded, since it may
        be rolled back, so each search there reads again what is new.
        """
        if not self.db.in_transaction:
            self._memory.indexes()

    def _pairs(self, appearance: Appearance) -> dict[int, list[_Pair]]:
        """By what was seen: which of its frames is which of these, the best pair of each of these, best first."""
        best: dict[tuple[int, int], _Pair] = {}
        for seen_id, pair in [*self._exact(appearance), *self._near(appearance)]:
            key = (seen_id, pair.position)
            best[key] = min(best.get(key, pair), pair)
        pairs: dict[int, list[_Pair]] = {}
        for (seen_id, _), pair in sorted(best.items(), key=lambda item: item[1]):
            pairs.setdefault(seen_id, []).append(pair)
        return pairs

    def _exact(self, appearance: Appearance) -> Iterator[tuple[int, _Pair]]:
        positions: dict[bytes, list[int]] = {}
        for position, frame in enumerate(appearance.frames):
            positions.setdefault(bytes.fromhex(frame.sha256), []).append(position)
        marks = ", ".join("?" * len(positions)) or "null"
        for seen_id, kept, digest in self.rows(
            f"select seen_id, position, sha256 from seen_frames where sha256 in ({marks})", [*positions]
        ):
            for position in positions[digest]:
                yield seen_id, _Pair(0, False, False, abs(position - kept), position, kept)

    def _near(self, appearance: Appearance) -> Iterator[tuple[int, _Pair]]:
        hits = sorted(self._hits(appearance))[:_NEAREST]
        ids = json.dumps([frame_id for _, _, frame_id, _ in hits])
        frames = {
            row[0]: row[1:]
            for row in self.rows(
                f"select id, seen_id, position from seen_frames where id in {AMONG_IDS}",
                [ids],
            )
        }
        for distance, flipped, frame_id, position in hits:
            if frame_id in frames:  # else it was forgotten
                seen_id, kept = frames[frame_id]
                yield seen_id, _Pair(distance, True, flipped, abs(position - kept), position, kept)

    def _hits(self, appearance: Appearance) -> Iterator[tuple[int, bool, int, int]]:
        """(distance, flipped, frame in the index, position of the frame that was asked about)."""
        frames = reversed([*enumerate(appearance.frames)])
        hashes = {frame.pdq: position for position, frame in frames if frame.quality >= MIN_QUALITY}
        for index in self._memory.indexes() if hashes else ():
            for pdq, position in hashes.items():
                for flipped, query in ((False, pdq), (True, mirrored(pdq))):
                    for near in index.hashes.near(query, NEAR):
                        yield near.distance, flipped, near.id, position

    def _placed(
        self, appearance: Appearance, pairs: Mapping[int, Sequence[_Pair]], likely: Sequence[int]
    ) -> dict[int, list[_Placed]]:
        """By what was seen: how far a frame of this shows one of its frames, for what no hash has found; best first.

        Compared are those that share most visual words, and those that are ``likely`` for another reason.
        """
        limit = _COMPARED if len(appearance.frames) <= 4 else _COMPARED_OF_MANY
        closest: dict[tuple[int, int, int], Agreement] = {}
        for looks in _looks(appearance):
            for look in looks:
                for frame_id, seen_id, kept, features in self._worth_comparing(look.features, limit, likely):
                    if seen_id not in pairs:
                        key = (seen_id, look.position, kept)
                        agreement = self._closest(look, looks, frame_id, features)
                        closest[key] = agreement.nearer(closest.get(key, NO_AGREEMENT))
        found: dict[int, list[_Placed]] = {}
        for (seen_id, position, kept), agreement in closest.items():
            if agreement.found:
                found.setdefault(seen_id, []).append(_Placed(agreement, position, kept))
        for places in found.values():
            places.sort(key=lambda place: (-place.agreement.odds, place.position, place.kept))
        return found

    def _worth_comparing(self, features: Features, limit: int, likely: Sequence[int]) -> list[_Row]:
        near = [match for index in self._memory.indexes() for match in index.words.nearest(features, limit)]
        ids = [match.id for match in sorted(near, key=lambda match: -match.weight)[:limit]]
        return self.rows(
            "select frame_id, seen_id, position, features from seen_features join seen_frames on id = frame_id"
            f" where frame_id in {AMONG_IDS} or seen_id in {AMONG_IDS}",
            [json.dumps(ids), json.dumps([*likely])],
        )

    def _closest(self, look: _Look, looks: Sequence[_Look], frame_id: int, kept: bytes) -> Agreement:
        """How far a frame shows one that was seen, by that of its ``looks`` that shows it best; ``look`` found it."""
        agreement = self._agreement(look, frame_id, kept)
        if agreement.found < MIN_FOUND:
            return agreement
        return reduce(Agreement.nearer, (self._agreement(other, frame_id, kept) for other in looks), agreement)

    def _agreement(self, look: _Look, frame_id: int, kept: bytes) -> Agreement:
        """How far a frame shows one that was seen; remembered, since frames never change."""
        key = (look.sha256, look.position, look.on_screen, frame_id)
        if key not in self._agreements:
            self._agreements[key] = compare(look.features, Features.from_bytes(kept))
            if len(self._agreements) > _REMEMBERED:
                self._agreements.popitem(last=False)
        return self._agreements[key]

    def _of_template(self, appearance: Appearance, scope: str) -> list[int]:
        """What shows the same template: first what has the same words, most alike first; then the newest."""
        if appearance.template is None:
            return []
        rows = self.rows(
            f"select id, words from seen where template = ? and {scope} order by id desc limit ?",
            [appearance.template, TEMPLATE_MEMORY],
        )
        worth = process.extract(
            normalised(appearance.words),
            [words for _, words in rows],
            scorer=fuzz.ratio,
            score_cutoff=_WORTH_COMPARING,
            limit=None,
        )
        alike = {
            rows[place][0]: text_similarity(normalised(appearance.words), words) or 0.0 for words, _, place in worth
        }
        return sorted(
            (seen_id for seen_id, _ in rows),
            key=lambda seen_id: -alike[seen_id] if alike.get(seen_id, 0) >= SAME_TEXT else 0,
        )

    def _of_words(self, appearance: Appearance, scope: str) -> list[int]:
        """What shares the most phrases, whatever its template; of a phrase that very many share, the newest."""
        shared = Counter[int]()
        for phrase in phrases(normalised(appearance.words)):
            shared.update(
                row[0]
                for row in self.rows(
                    "select seen.id from seen_phrases join seen on seen.id = seen_id"
                    f" where phrase = ? and {scope}"
                    " order by seen_id desc limit ?",
                    [phrase, _A_PHRASE],
                )
            )
        worth = sorted((-count, -seen_id) for seen_id, count in shared.items() if count >= _SHARED_PHRASES)
        return [-seen_id for _, seen_id in worth[:_SAME_WORDS]]

    def _rows(self, seen_ids: Iterable[int], scope: str) -> list[_Row]:
        return self.rows(
            "select id, submission_id, chat_id, message_id, link, at, template, words from seen"
            f" where id in {AMONG_IDS} and {scope}",
            [json.dumps([*seen_ids])],
        )


class _Look(NamedTuple):
    """Local features by which a frame is looked for: all of it, or the picture that it shows on a screen."""

    sha256: str
    position: int
    on_screen: bool
    features: Features


def _looks(appearance: Appearance) -> Iterator[list[_Look]]:
    """Of each frame."""
    for position, frame in enumerate(appearance.frames):
        yield [
            _Look(frame.sha256, position, on_screen, features)
            for on_screen, features in ((False, frame.features), (True, frame.shown))
            if features is not None
        ]


class _Pair(NamedTuple):
    """Two frames that agree; sorts by how well."""

    distance: int
    other_file: bool
    flipped: bool
    apart: int  # of the two places in their row: a clip's first frame is rather the first than the third
    position: int  # of the frame that was asked about
    kept: int  # of the frame that was seen before


class _Placed(NamedTuple):
    """A frame that was asked about, how far it shows one that was seen before, and which."""

    agreement: Agreement
    position: int
    kept: int


_SCOPES: Mapping[Kind | None, str] = {
    "post": "message_id is not null",
    "submission": "message_id is null",
    None: "true",
}
"""What may be found, as a condition on ``seen``."""


def _sighting(appearance: Appearance, row: _Row, pairs: Sequence[_Pair], placed: Sequence[_Placed]) -> Sighting | None:
    _, submission_id, chat_id, message_id, link, at, template, words = row
    ref = SightingRef.submission(submission_id) if message_id is None else SightingRef.post(chat_id, message_id, link)
    asked = normalised(appearance.words)
    alike = text_similarity(asked, words)
    same_template = appearance.template is not None and appearance.template == template
    other_words = says_other(asked, words, alike)
    if appearance.template is None and template is None and other_words and _telling(asked, words):
        pairs = [pair for pair in pairs if not pair.other_file or pair.distance <= SURELY_NEAR]
    copy, apart = copied(asked, words), parted(asked, words)
    shown = [place for place in placed if place.agreement.shows(copy, parted=apart)]
    how = _how(pairs, shown, same_template, alike, other_words=other_words)
    if how is None:
        return None
    frames = [(pair.position, pair.kept) for pair in pairs] or [(place.position, place.kept) for place in shown]
    flipped = pairs[0].flipped if pairs else bool(shown) and shown[0].agreement.mirrored
    return Sighting(
        ref,
        datetime.fromisoformat(at),
        how,
        distance=pairs[0].distance if pairs else None,
        text_similarity=alike,
        frames=tuple(frames),
        mirrored=flipped,
    )


def _telling(one: str, other: str) -> bool:
    """Whether two pages of one layout, such as chats, have words enough to be told apart."""
    return min(len(one.split()), len(other.split())) >= TELLING_WORDS


def _how(
    pairs: Sequence[_Pair], shown: Sequence[_Placed], same_template: bool, alike: float | None, *, other_words: bool
) -> How | None:
    if any(not pair.other_file for pair in pairs):
        return "exact"
    if pairs:  # a small caption changes few bits
        return "same-template-other-text" if same_template and other_words else "near"
    if shown:
        return "part"
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
