"""What people's votes and questions say about the base: figures of some weeks, and labels for the calibration.

Only counts and words leave here, no person. Everything is read from the record of answers, so a figure about what
``/forget`` or age has taken is gone as well.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from knowledge.entry.model import EntryId
from knowledge.search.searcher import Match, choose
from knowledge.stems import stems, stop_stems, words
from memebot.answering.record import matches_of
from memebot.database import Database, Store, iso, sql_migrations

LISTED = 10
CHANNELS = ("copy", "geometry", "image", "described", "said")
FEW = 2
"""Fewer votes against an entry, or fewer people with a word, may be chance and are not listed."""

MIGRATIONS = sql_migrations("learning", Path(__file__).parent / "migrations" / "learning")


@dataclass(frozen=True, slots=True)
class VoteCounts:
    """How an entry, or a channel of evidence, was liked: votes for and against answers that rest on it."""

    name: str
    answers: int
    good: int
    bad: int

    @property
    def surely_bad(self) -> float:
        """The share of votes against that is likely at least: Wilson's lower bound at 90 %.

        Wilson, "Probable Inference", JASA 22, 1927: few votes say little, so they rank low.
        """
        n = self.good + self.bad
        if not n:
            return 0.0
        z, p = 1.2816, self.bad / n
        centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (centre - spread) / (1 + z * z / n))


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """``told`` was the answer and was disliked, ``second`` would have been the next."""

    told: EntryId
    second: EntryId
    times: int


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that people asked about and that no entry knows."""

    word: str
    people: int


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Answers about pictures from one day, or from the seven days that begin with it."""

    start: date
    explained: int
    composed: int
    unknown: int

    @property
    def coverage(self) -> float:
        """The share of pictures that got an explanation; 0 where there were none."""
        total = self.explained + self.composed + self.unknown
        return (self.explained + self.composed) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class BaseReport:
    """Some weeks in figures. ``since`` and ``until``: from when to when. ``weeks`` go further back, for the trend."""

    since: datetime
    until: datetime
    questions: int
    unknown_questions: int
    disappointing: tuple[VoteCounts, ...]
    channels: tuple[VoteCounts, ...]
    confused: tuple[ConfusedPair, ...]
    asked: tuple[UnknownWord, ...]
    days: tuple[AnswerCounts, ...]
    weeks: tuple[AnswerCounts, ...]

    @property
    def pictures(self) -> int:
        """How many pictures were asked about."""
        return sum(day.explained + day.composed + day.unknown for day in self.days)

    @property
    def coverage(self) -> float:
        """The share of them that got an explanation."""
        return AnswerCounts(self.since.date(), *(sum(getattr(d, f) for d in self.days) for f in _VERDICTS)).coverage

    @property
    def entries(self) -> frozenset[EntryId]:
        """The entries that are named in it."""
        pairs = (entry for pair in self.confused for entry in (pair.told, pair.second))
        return frozenset((*(EntryId(one.name) for one in self.disappointing), *pairs))

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        fields = json.loads(json.dumps(asdict(self), default=str))
        return {**fields, "pictures": self.pictures, "coverage": round(self.coverage, 4)}


@dataclass(frozen=True, slots=True)
class Label:
    """What people said about one picture's answer: ``entry`` is right for it, or wrong."""

    sha256: str
    text: str
    entry: EntryId
    right: bool


_VERDICTS = ("explained", "composed", "unknown")
TREND_WEEKS = 8

"""Whether any entry has this stem."""


class ReportStore(Store):
    """Figures out of the record of answers, of which ``BotState`` has made the tables, and weeks that were reported.

    Belongs to the thread of its database.
    """

    def __init__(self, db: Database) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db, MIGRATIONS)

    def report(self, *, now: datetime, weeks: int = 1, threshold: float, known: Set[str]) -> BaseReport:
        """The figures of the last ``weeks``, in whole days of UTC, up to ``now``.

        ``threshold``: from which confidence on an entry answers. ``known``: the stems that entries know.
        """
        last = (now.astimezone(UTC) - timedelta(microseconds=1)).date()
        since = _midnight(last - timedelta(days=7 * weeks - 1))
        answers = self._answers(since, now)
        votes = _votes(answers, threshold)
        questions = [answer for answer in answers if answer.kind == "question"]
        unknown = [answer for answer in answers if answer.verdict == "unknown"]
        return BaseReport(
            since=since,
            until=now,
            questions=len(questions),
            unknown_questions=sum(answer.verdict == "unknown" for answer in questions),
            disappointing=_most_disliked(votes.entries),
            channels=_vote_counts(votes.channels),
            confused=tuple(ConfusedPair(*pair, times) for pair, times in votes.pairs.most_common(LISTED)),
            asked=tuple(_unknown_words(unknown, known)[:LISTED]),
            days=tuple(self._answer_counts(last, 7 * weeks, 1)),
            weeks=tuple(self._answer_counts(last, max(weeks, TREND_WEEKS), 7)),
        )

    def entry_votes(self, *, now: datetime, weeks: int, threshold: float) -> list[VoteCounts]:
        """How often each entry answered in the last ``weeks``, and how that was liked; those that did not are left out.

        ``threshold``: from which confidence on an entry answers. ``known``: the stems that entries know.
        """
        votes = _votes(self._answers(now - timedelta(days=7 * weeks), now), threshold)
        return [*_vote_counts(votes.entries)]

    def labels(self, threshold: float) -> list[Label]:
        """Pictures whose answers people voted on: more votes for than against an entry make it right for the picture.

        As many for as against say nothing.
        """
        rows = self.rows(
            "select a.sha256, a.text, a.matches, sum(f.vote) from answers a join feedback f on f.answer_id = a.id"
            " where a.kind = 'picture' and a.sha256 is not null group by a.id order by a.id"
        )
        votes: Counter[tuple[str, str, EntryId]] = Counter()
        for sha256, text, matches, vote in rows:
            for match in choose(matches_of(matches), threshold, question=False)[:1]:
                votes[sha256, text, match.entry] += vote
        return [Label(*key, right=vote > 0) for key, vote in votes.items() if vote]

    def is_reported(self, week: str) -> bool:
        """Whether all editors have had the report that this week begins with."""
        return bool(self.value("select count(*) from weekly_reports where week = ?", [week]))

    def mark_reported(self, week: str, *, now: datetime) -> None:
        """All editors have had it, or there is nothing to report."""
        self.change("insert into weekly_reports values (?, ?) on conflict do nothing", [week, iso(now)])

    # --- within

    def _answers(self, since: datetime, until: datetime) -> list[_AnswerRow]:
        rows = self.rows(
            "select a.user_id, a.kind, a.verdict, a.matches, a.text, a.question,"
            " count(*) filter (where f.vote = 1), count(*) filter (where f.vote = -1)"
            " from answers a left join feedback f on f.answer_id = a.id where a.at >= ? and a.at < ?"
            " group by a.id order by a.id",
            [iso(since), iso(until)],
        )
        return [
            _AnswerRow(user_id, kind, verdict, matches_of(matches), text, question, good, bad)
            for user_id, kind, verdict, matches, text, question, good, bad in rows
        ]

    def _answer_counts(self, last: date, count: int, days: int) -> list[AnswerCounts]:
        """``count`` pieces of so many ``days``, the last of which ends with ``last``."""
        first = last - timedelta(days=count * days - 1)
        rows = self.rows(
            "select substr(at, 1, 10), count(*) filter (where verdict = 'joke'),"
            " count(*) filter (where verdict = 'composed'), count(*) filter (where verdict = 'unknown')"
            " from answers where kind = 'picture' and at >= ? group by 1",
            [iso(_midnight(first))],
        )
        counts = {day: verdicts for day, *verdicts in rows}
        pieces = []
        for start in (first + timedelta(days=n * days) for n in range(count)):
            within = [counts.get((start + timedelta(days=n)).isoformat(), (0, 0, 0)) for n in range(days)]
            pieces.append(AnswerCounts(start, *(sum(column) for column in zip(*within, strict=True))))
        return pieces


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@dataclass(frozen=True, slots=True)
class _AnswerRow:
    user_id: int
    kind: str
    verdict: str
    matches: tuple[Match, ...]
    text: str
    question: str
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class _Votes:
    """Votes by entry and by channel, and how often which pair was confused."""

    entries: defaultdict[str, Counter[str]]
    channels: dict[str, Counter[str]]
    pairs: Counter[tuple[EntryId, EntryId]]

    def add(self, answer: _AnswerRow, chosen: Sequence[Match]) -> None:
        """Count an answer that was made of the matches that were ``chosen``."""
        channels = [self.channels[c] for c, score in chosen[0].evidence.items() if c in self.channels and score > 0]
        for counter in (*(self.entries[match.entry] for match in chosen), *channels):
            counter.update(answers=1, good=answer.good, bad=answer.bad)
        entries = {match.entry for match in chosen}
        second = next((m for m in answer.matches if m.entry not in entries and m.kind == chosen[0].kind), None)
        if answer.bad > answer.good and second is not None:
            self.pairs[chosen[0].entry, second.entry] += 1


def _votes(answers: Iterable[_AnswerRow], threshold: float) -> _Votes:
    votes = _Votes(defaultdict(Counter), {channel: Counter() for channel in CHANNELS}, Counter())
    for answer in answers:
        chosen = choose(answer.matches, threshold, question=answer.kind == "question")
        if chosen:
            votes.add(answer, chosen)
    return votes


def _vote_counts(counters: Mapping[str, Counter[str]]) -> tuple[VoteCounts, ...]:
    return tuple(VoteCounts(name, c["answers"], c["good"], c["bad"]) for name, c in counters.items())


def _most_disliked(counters: Mapping[str, Counter[str]]) -> tuple[VoteCounts, ...]:
    disliked = [counts for counts in _vote_counts(counters) if counts.bad >= FEW]
    return tuple(sorted(disliked, key=lambda counts: (-counts.surely_bad, counts.name))[:LISTED])


def _unknown_words(answers: Iterable[_AnswerRow], known: Set[str]) -> list[UnknownWord]:
    """Words that no entry knows, by how many people had them in a question or on a picture."""
    people: defaultdict[str, set[int]] = defaultdict(set)
    forms: dict[str, str] = {}
    for answer in answers:
        for word in words(f"{answer.question}\n{answer.text}"):
            for stem in filter(_is_subject, stems(word)):
                people[stem].add(answer.user_id)
                forms.setdefault(stem, word)
    ranked = sorted(people, key=lambda stem: (-len(people[stem]), stem))
    return [UnknownWord(forms[s], len(people[s])) for s in ranked if len(people[s]) >= FEW and s not in known]


def _is_subject(stem: str) -> bool:
    return len(stem) > 2 and stem not in stop_stems() and not stem.isdigit()
