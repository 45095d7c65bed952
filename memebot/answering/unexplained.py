"""Memes that the base could not explain, or explained badly: kept, put together with their like, ranked.

A new meme joins the group whose first meme is nearest to it, or begins a group of its own: so one meme costs one
comparison with each group, groups keep their numbers, and twenty thousand memes are never clustered again while
somebody waits. All that is kept of a meme hangs on the record of its picture and on the answers that it got: what
``/forget`` or age takes there is taken here, too, and a group whose first meme goes is led by its next.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from knowledge.entry.model import EntryId
from knowledge.reading import EncoderId, Reading, Vectors
from memebot.answering.grouping import GroupId, Leaders, Traits
from memebot.answering.record import AnswerId
from memebot.database import Database, Store, iso, sql_migrations, writing

Why = Literal["unknown", "disliked"]

SHARED_WORDS = 8
MIGRATIONS = sql_migrations("gaps", Path(__file__).parent / "migrations" / "gaps")


@dataclass(frozen=True, slots=True)
class Group:
    """Unexplained memes that are alike.

    ``people``: how many asked. ``memes``: how many different ones. ``waiting``: how many want to be told.
    ``words``: what their texts share, or say. ``files``: Telegram's references to pictures whose senders asked to be
    told, one a meme. ``template``: the format that most of them seem to be.
    """

    id: GroupId
    people: int
    memes: int
    waiting: int
    disliked: int
    words: tuple[str, ...]
    files: tuple[str, ...]
    template: EntryId | None
    newest: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """One meme of a group: its picture's key, and an answer that was given about it."""

    sha256: str
    answer: AnswerId
    people: int
    file_id: str | None


@dataclass(frozen=True, slots=True)
class NotificationCount:
    """How many people heard since the last report that an entry explains their meme."""

    entry: EntryId
    editor_id: int
    reached: int


class Unexplained(Store):
    """The store. Belongs to the thread of its database, which ``BotState`` has brought up to date."""

    def __init__(self, db: Database, *, encoder: EncoderId | None = None, bank: Vectors | None = None) -> None:
        """Brings the tables up to date. Raises ``DatabaseTooNew`` and changes nothing if they are newer.

        ``encoder``: whose vectors count, none if there is none. ``bank``: its vectors of pictures that match nothing.
        """
        super().__init__(db, MIGRATIONS)
        self._encoder, self._bank = encoder, np.zeros((0, 0), np.float32) if bank is None else bank
        self._leaders: Leaders | None = None

    # --- what comes in --------------------------------------------------------------------------------------

    def record(
        self,
        reading: Reading,
        answer: AnswerId,
        user_id: int,
        why: Why,
        *,
        template: EntryId | None = None,
        answered: Sequence[EntryId] = (),
        now: datetime,
    ) -> GroupId:
        """This user was not served by this answer about this picture; the group that the meme is in.

        ``template``: the format that it seems to be. ``answered``: entries that the answer was made of.
        """
        with writing(self.db):
            row = self.row("select group_id from gap_memes where sha256 = ?", [reading.sha256])
            if row is None:
                traits = Traits.of(reading, template, self._encoder, self._bank)
                group = self._place(reading.sha256, traits, answered, now)
            else:
                group = GroupId(row[0])
                self.change(
                    "update gap_memes set explained_at = null, answered = ? where sha256 = ?",
                    [json.dumps(list(answered)), reading.sha256],
                )
            self.change(
                "insert into gap_asks values (?, ?, ?, ?, ?) on conflict (sha256, user_id) do update"
                " set why = excluded.why, answer_id = excluded.answer_id, at = excluded.at",
                [reading.sha256, user_id, why, answer, iso(now)],
            )
        return group

    def _place(self, sha256: str, traits: Traits, answered: Sequence[EntryId], now: datetime) -> GroupId:
        leaders = self._current()
        group, new = leaders.nearest(traits), False
        if group is None:
            number = self.value("insert into gap_groups (opened_at) values (?) returning id", [iso(now)])
            group, new = GroupId(number), True
        vector = None if traits.vector is None else traits.vector.astype(np.float16).tobytes()
        self.change(
            "insert into gap_memes"
            " (sha256, group_id, template, words, stems, pdq, encoder, vector, normal, answered, at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                sha256,
                group,
                traits.template,
                json.dumps(traits.words, ensure_ascii=False),
                json.dumps(sorted(traits.stems), ensure_ascii=False),
                traits.pdq,
                traits.encoder,
                vector,
                traits.normal,
                json.dumps(list(answered)),
                iso(now),
            ],
        )
        if new:
            self.change("update gap_state set version = version + 1")
            leaders.add(group, traits)
            leaders.version += 1
        return group

    def _current(self) -> Leaders:
        """The leaders as they are now, loaded again when somebody else changed them."""
        version = int(self.value("select version from gap_state"))
        if self._leaders is None or self._leaders.version != version:
            self._leaders = Leaders(version, self._encoder)
            rows = self.rows(
                f"select group_id, {_TRAITS} from gap_memes"
                " where id in (select min(id) from gap_memes group by group_id) order by id"
            )
            for group, *traits in rows:
                self._leaders.add(GroupId(group), _traits(traits))
        return self._leaders

    def withdraw(self, sha256: str, user_id: int) -> None:
        """This user took the complaint back."""
        self.change("delete from gap_asks where sha256 = ? and user_id = ? and why = 'disliked'", [sha256, user_id])

    def answered(self, sha256: str, entries: Sequence[EntryId], *, now: datetime) -> bool:
        """The base answers about this picture with these entries: whether that settles the meme.

        An answer that somebody disliked does not; another one does.
        """
        row = self.row("select answered, explained_at from gap_memes where sha256 = ?", [sha256])
        if row is None:
            return False
        if json.loads(row[0]) == list(entries):
            self.reopen(sha256)
            return False
        self.change(
            "update gap_memes set explained_at = ?, explained_by = ? where sha256 = ?",
            [iso(now), json.dumps(list(entries)), sha256],
        )
        return row[1] is None

    def reopen(self, sha256: str) -> None:
        """What explained this meme was taken back: whoever asked has no explanation again."""
        self.change(
            "update gap_memes set explained_at = null, explained_by = null"
            " where sha256 = ? and explained_at is not null",
            [sha256],
        )

    # --- what there is --------------------------------------------------------------------------------------

    def top(self, limit: int, offset: int = 0) -> list[Group]:
        """Groups with unexplained memes by how many people asked, then the newest first."""
        rows = self.rows(
            f"{_GROUP} join gap_groups g on g.id = m.group_id"
            " where m.explained_at is null and g.hidden_at is null group by m.group_id"
            " order by people desc, newest desc, m.group_id limit ? offset ?",
            [limit, offset],
        )
        return [self._group(*row) for row in rows]

    def group(self, group: GroupId) -> Group | None:
        """A group, also a hidden one; None if nothing in it is unexplained."""
        row = self.row(f"{_GROUP} where m.explained_at is null and m.group_id = ? group by m.group_id", [group])
        return None if row is None else self._group(*row)

    def _group(self, number: int, people: int, memes: int, newest: str, disliked: int) -> Group:
        rows = self.rows(
            "select words, template from gap_memes m where group_id = ? and explained_at is null order by id limit 200",
            [number],
        )
        waiting = self.value(
            "select count(distinct s.user_id) from gap_memes m join answers a using (sha256)"
            " join subscriptions s on s.answer_id = a.id where m.group_id = ? and s.told_at is null",
            [number],
        )
        templates = Counter(template for _, template in rows if template)
        return Group(
            id=GroupId(number),
            people=people,
            memes=memes,
            waiting=waiting,
            disliked=disliked,
            words=_shared([json.loads(words) for words, _ in rows]),
            files=tuple(m.file_id for m in self.members(GroupId(number)) if m.file_id),
            template=EntryId(templates.most_common(1)[0][0]) if templates else None,
            newest=datetime.fromisoformat(newest),
        )

    def members(self, group: GroupId, limit: int = 50) -> list[Member]:
        """The unexplained memes of a group, those that most people asked about first."""
        rows = self.rows(
            "select m.sha256, max(a.answer_id), count(distinct a.user_id) as people,"
            " (select s.file_id from answers w join subscriptions s on s.answer_id = w.id"
            "  where w.sha256 = m.sha256 and s.file_id <> '' order by s.at limit 1)"
            " from gap_memes m join gap_asks a using (sha256)"
            " where m.group_id = ? and m.explained_at is null group by m.id order by people desc, m.id limit ?",
            [group, limit],
        )
        return [Member(sha256, AnswerId(answer), people, file_id) for sha256, answer, people, file_id in rows]

    def open_memes(self, limit: int, after: int = 0) -> list[tuple[int, str]]:
        """(number, picture) of memes, by number, to look whether the base explains them by now.

        Those that are not explained, and those whose explanation has changed since.
        """
        rows = self.rows(
            "select id, sha256 from gap_memes m where id > ? and (explained_at is null or explained_by is null"
            " or exists (select 1 from json_each(m.explained_by) e join revisions r on r.entry_id = e.value"
            " where r.at >= m.explained_at)) order by id limit ?",
            [after, limit],
        )
        return [(int(number), str(sha256)) for number, sha256 in rows]

    def newest(self, limit: int) -> list[tuple[GroupId, str]]:
        """(group, picture) of memes that nothing explains, the newest first."""
        rows = self.rows(
            "select group_id, sha256 from gap_memes where explained_at is null order by id desc limit ?", [limit]
        )
        return [(GroupId(group), str(sha256)) for group, sha256 in rows]

    def size(self) -> tuple[int, int]:
        """(unexplained memes, groups of them)."""
        row = self.row("select count(*), count(distinct group_id) from gap_memes where explained_at is null")
        return int(row[0]), int(row[1])

    def hide(self, group: GroupId, editor_id: int, *, now: datetime) -> None:
        """There is nothing to explain here: the group is not listed any more."""
        self.change("update gap_groups set hidden_at = ?, hidden_by = ? where id = ?", [iso(now), editor_id, group])

    def show(self, group: GroupId) -> None:
        """Take ``hide`` back."""
        self.change("update gap_groups set hidden_at = null, hidden_by = null where id = ?", [group])

    # --- people -----------------------------------------------------------------------------------------------

    def count_reached(self, entry: EntryId, editor_id: int) -> None:
        """One person more heard that this entry explains their meme; ``editor_id`` wrote it."""
        self.change(
            "insert into gap_told (entry_id, editor_id, reached) values (?, ?, 1)"
            " on conflict (entry_id, editor_id) do update set reached = gap_told.reached + 1",
            [entry, editor_id],
        )

    def unreported(self) -> list[NotificationCount]:
        """What editors have not been told yet about how many people heard."""
        rows = self.rows(
            "select entry_id, editor_id, reached - reported from gap_told where reached > reported order by 1, 2"
        )
        return [NotificationCount(EntryId(entry), editor, reached) for entry, editor, reached in rows]

    def reported(self, count: NotificationCount) -> None:
        """The editor knows."""
        self.change(
            "update gap_told set reported = reported + ? where entry_id = ? and editor_id = ?",
            [count.reached, count.entry, count.editor_id],
        )

    def about(self, user_id: int) -> dict[str, Any]:
        """Everything that is kept here about a user, as JSON."""
        asks = self.records("select why, answer_id, at from gap_asks where user_id = ? order by at", [user_id])
        return {"unexplained": asks}

    def forget(self, user_id: int) -> None:
        """Delete that this user asked; a meme that nobody else asked about goes with its picture."""
        with writing(self.db):
            self.change("delete from gap_asks where user_id = ?", [user_id])
            self.change("delete from gap_told where editor_id = ?", [user_id])
            self.change("update gap_groups set hidden_by = null where hidden_by = ?", [user_id])


_GROUP = (
    "select m.group_id, count(distinct a.user_id) as people, count(distinct m.id), max(a.at) as newest,"
    " count(distinct case a.why when 'disliked' then a.user_id end) from gap_memes m join gap_asks a using (sha256)"
)
_TRAITS = "template, words, stems, pdq, encoder, vector, normal"


def _traits(row: Sequence[Any]) -> Traits:
    template, words, stems, pdq, encoder, vector, normal = row
    return Traits(
        template,
        tuple(json.loads(words)),
        frozenset(json.loads(stems)),
        pdq,
        encoder,
        None if vector is None else np.frombuffer(vector, np.float16).astype(np.float32),
        normal,
    )


def _shared(texts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Words that most of the texts have, the most common first; of a single text, its first ones."""
    counted = Counter(word for text in texts for word in dict.fromkeys(text))
    enough = max(1, (len([text for text in texts if text]) + 1) // 2)
    order = {word: place for place, word in enumerate(counted)}
    chosen = sorted((w for w, n in counted.items() if n >= enough), key=lambda w: (-counted[w], order[w]))
    return tuple(chosen[:SHARED_WORDS])
