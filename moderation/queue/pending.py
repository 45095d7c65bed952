"""What waits for a decision, as a list: filtered, in an order, a page at a time, and counted.

A page begins after a submission, or ends before one. That one need not wait any more, nor fit the filter: what is
decided meanwhile moves no page.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from memebot.database import Database, Store, iso
from moderation.errors import SubmissionNotFound
from moderation.model import Submission, SubmissionId
from moderation.queue.submissions import Submissions

Order = Literal["oldest", "newest", "surest"]
Age = Literal["day", "week", "older"]
ORDERS: tuple[Order, ...] = ("oldest", "newest", "surest")
AGES: tuple[Age, ...] = ("day", "week", "older")
BUSIEST = 8

_KEYS: Mapping[Order, str] = MappingProxyType(
    {
        "oldest": "s.submitted_at, s.id",
        "newest": "s.submitted_at, s.id",
        "surest": "s.confidence, s.submitted_at, s.id",
    }
)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PendingFilter:
    """What is asked for; whatever is not said may be anything.

    ``flag``: its name, or "any" or "none". ``known``: whether the bot could explain it.
    """

    flag: str | None = None
    author: int | None = None
    age: Age | None = None
    known: bool | None = None
    lang: Literal["ru", "en"] | None = None


@dataclass(frozen=True, slots=True)
class PendingCounts:
    """How many wait: in all, under a filter, and under it with this one thing chosen anew.

    ``authors``: who has most waiting under the filter, with how many.
    """

    total: int
    found: int
    flags: Mapping[str, int]
    ages: Mapping[Age, int]
    known: Mapping[bool, int]
    langs: Mapping[str, int]
    authors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PendingRows:
    """A page, and whether there is anything before and after it."""

    submissions: tuple[Submission, ...]
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """So many that are the same in everything that filters look at, but their authors."""

    flags: tuple[str, ...]
    known: bool
    lang: str
    age: Age
    count: int


class PendingList(Store):
    """Reads the submissions that wait; nothing here changes one."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._submissions = Submissions(db)

    def page(
        self,
        wanted: PendingFilter,
        order: Order,
        limit: int,
        *,
        now: datetime,
        after: int | None = None,
        before: int | None = None,
    ) -> PendingRows:
        """The first page, the one after a submission, or the one before. Raises ``SubmissionNotFound``."""
        if before is None:
            found = self._numbers(wanted, order, limit + 1, now, after, back=False)
            earlier = after is not None and bool(self._numbers(wanted, order, 1, now, after, back=True, itself=True))
            return PendingRows(self._all(found[:limit]), earlier, len(found) > limit)
        found = self._numbers(wanted, order, limit + 1, now, before, back=True)
        later = bool(self._numbers(wanted, order, 1, now, before, back=False, itself=True))
        return PendingRows(self._all(found[:limit][::-1]), len(found) > limit, later)

    def neighbour(
        self, number: int, wanted: PendingFilter, order: Order, *, now: datetime, back: bool = False
    ) -> SubmissionId | None:
        """What comes next after a submission, or ``back`` before it. Raises ``SubmissionNotFound``."""
        return next(iter(self._numbers(wanted, order, 1, now, number, back=back)), None)

    def counts(self, wanted: PendingFilter, *, now: datetime) -> PendingCounts:
        """How many there are to choose from."""
        groups = self._groups(wanted.author, now)
        flags: Counter[str] = Counter()
        ages: Counter[Age] = Counter()
        known: Counter[bool] = Counter()
        langs: Counter[str] = Counter()
        for group in groups:
            if _fits(group, replace(wanted, flag=None)):
                flags.update(dict.fromkeys((*group.flags, "any" if group.flags else "none"), group.count))
            ages[group.age] += group.count * _fits(group, replace(wanted, age=None))
            known[group.known] += group.count * _fits(group, replace(wanted, known=None))
            langs[group.lang] += group.count * _fits(group, replace(wanted, lang=None))
        return PendingCounts(
            total=self._submissions.count("pending"),
            found=sum(group.count for group in groups if _fits(group, wanted)),
            flags=flags,
            ages=ages,
            known=known,
            langs=langs,
            authors=self._busiest(wanted, now),
        )

    def _groups(self, author: int | None, now: datetime) -> list[_Group]:
        rows = self.rows(
            "select flags, verdict <> 'unknown', lang,"
            " case when submitted_at >= ? then 'day' when submitted_at >= ? then 'week' else 'older' end, count(*)"
            f" from submissions where state = 'pending'{'' if author is None else ' and author_id = ?'}"
            " group by 1, 2, 3, 4",
            [iso(now - _DAY), iso(now - _WEEK), *([] if author is None else [author])],
        )
        return [
            _Group(tuple(json.loads(flags)), bool(known), lang, age, count) for flags, known, lang, age, count in rows
        ]

    def _busiest(self, wanted: PendingFilter, now: datetime) -> tuple[tuple[int, int], ...]:
        conditions, values = _conditions(replace(wanted, author=None), now)
        rows = self.rows(
            f"select s.author_id, count(*) from submissions s where {conditions} and s.author_id is not null"
            " group by s.author_id having count(*) > 1 order by 2 desc, 1 limit ?",
            [*values, BUSIEST],
        )
        return tuple((author, count) for author, count in rows)

    def _numbers(
        self,
        wanted: PendingFilter,
        order: Order,
        limit: int,
        now: datetime,
        beside: int | None,
        *,
        back: bool,
        itself: bool = False,
    ) -> list[SubmissionId]:
        """Numbers from the beginning, or away from a submission, forth or ``back``; with ``itself``: that one, too."""
        conditions, values = _conditions(wanted, now)
        keys, falling = _KEYS[order], (order != "oldest") != back
        if beside is not None:
            place = self._place(beside, keys)
            conditions += (
                f" and ({keys}) {'<' if falling else '>'}{'=' if itself else ''} ({', '.join('?' * len(place))})"
            )
            values += place
        ordered = ", ".join(f"{key} desc" if falling else key for key in keys.split(", "))
        rows = self.rows(
            f"select s.id from submissions s where {conditions} order by {ordered} limit ?", [*values, limit]
        )
        return [SubmissionId(number) for (number,) in rows]

    def _place(self, number: int, keys: str) -> list[object]:
        """Where a submission stands in an order, whatever has become of it."""
        found = self.row(f"select {keys} from submissions s where s.id = ?", [number])
        if found is None:
            raise SubmissionNotFound(number)
        return list(found)

    def _all(self, numbers: Sequence[SubmissionId]) -> tuple[Submission, ...]:
        found = {s.id: s for s in self._submissions.numbered(numbers)}
        return tuple(found[number] for number in numbers if number in found)


def _conditions(wanted: PendingFilter, now: datetime) -> tuple[str, list[object]]:
    """The filter as SQL about a submission ``s``."""
    parts: list[str] = ["s.state = 'pending'"]
    values: list[object] = []
    if wanted.author is not None:
        parts.append("s.author_id = ?")
        values.append(wanted.author)
    if wanted.lang is not None:
        parts.append("s.lang = ?")
        values.append(wanted.lang)
    if wanted.known is not None:
        parts.append(f"s.verdict {'<>' if wanted.known else '='} 'unknown'")
    if wanted.flag is not None:
        condition, pattern = _flagged(wanted.flag)
        parts.append(condition)
        values += pattern
    if wanted.age in ("day", "week"):
        parts.append("s.submitted_at >= ?")
        values.append(iso(now - (_DAY if wanted.age == "day" else _WEEK)))
    if wanted.age in ("week", "older"):
        parts.append("s.submitted_at < ?")
        values.append(iso(now - (_DAY if wanted.age == "week" else _WEEK)))
    return " and ".join(parts), values


def _flagged(flag: str) -> tuple[str, list[object]]:
    """Flags are kept as JSON: a list of names in quotes."""
    if flag in ("any", "none"):
        return f"s.flags {'<>' if flag == 'any' else '='} '[]'", []
    name = "".join(f"!{letter}" if letter in "!%_" else letter for letter in flag)
    return "s.flags like ? escape '!'", [f'%"{name}"%']


def _fits(group: _Group, wanted: PendingFilter) -> bool:
    return (
        (wanted.age is None or wanted.age == group.age)
        and (wanted.known is None or wanted.known == group.known)
        and (wanted.lang is None or wanted.lang == group.lang)
        and (wanted.flag is None or _has(group.flags, wanted.flag))
    )


def _has(flags: Sequence[str], flag: str) -> bool:
    if flag in ("any", "none"):
        return bool(flags) == (flag == "any")
    return flag in flags
