"""What drafts may cost in a day, and what they have cost: every request is counted before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from memebot.database import Database, Store, iso, writing
from memebot.drafting.endpoint import Reply
from memebot.drafting.errors import BudgetSpent


@dataclass(frozen=True, slots=True)
class Cost:
    """What was asked in a day, in UTC."""

    day: str
    requests: int
    tokens: int
    seconds: float
    failed: int


@dataclass(frozen=True, slots=True)
class DailyLimits:
    """How much may be asked in a day."""

    requests: int
    tokens: int


class MachineRequests(Store):
    """The store of requests; its table is made with that of the drafts. Belongs to the thread of its database."""

    def __init__(self, db: Database, model: str) -> None:
        """``model``: in whose name requests are counted."""
        super().__init__(db)
        self._model = model

    def begin(self, limits: DailyLimits, *, now: datetime) -> int:
        """Count a request before it is sent: its number. Raises ``BudgetSpent``."""
        with writing(self.db):
            spent = self.spent(now=now)
            if spent.requests >= limits.requests or spent.tokens >= limits.tokens:
                raise BudgetSpent(
                    "budget-spent", retry_after_s=(_midnight(now) + timedelta(days=1) - now).total_seconds()
                )
            return int(
                self.value(
                    "insert into machine_requests (at, model) values (?, ?) returning id", [iso(now), self._model]
                )
            )

    def end(self, number: int, reply: Reply | None, error: str) -> None:
        """It was answered, or failed with this code."""
        tokens, seconds, by = (0, 0.0, "") if reply is None else (reply.tokens, reply.seconds, reply.model)
        self.change(
            "update machine_requests set tokens = ?, seconds = ?, answered_by = ?, error = ? where id = ?",
            [tokens, seconds, by, error, number],
        )

    def spent(self, *, now: datetime) -> Cost:
        """What was asked today."""
        return self._costs(_midnight(now), now)[-1]

    def costs(self, days: int, *, now: datetime) -> list[Cost]:
        """What was asked in each of the last days on which anything was, today last."""
        return self._costs(_midnight(now) - timedelta(days=days - 1), now)

    def _costs(self, since: datetime, now: datetime) -> list[Cost]:
        rows = self.rows(
            "select substr(at, 1, 10), count(*), sum(tokens), sum(seconds),"
            " sum(case when error <> '' then 1 else 0 end) from machine_requests where at >= ? group by 1 order by 1",
            [iso(since)],
        )
        found = [
            Cost(day, int(count), int(tokens), float(secs), int(bad or 0)) for day, count, tokens, secs, bad in rows
        ]
        today = now.astimezone(UTC).date().isoformat()
        return found if found and found[-1].day == today else [*found, Cost(today, 0, 0, 0.0, 0)]

    def last_request(self) -> tuple[str, str] | None:
        """(code of its error or "", the name of the model that answered) of the newest request that ended."""
        row = self.row(
            "select error, answered_by from machine_requests where model = ? and error is not null"
            " order by id desc limit 1",
            [self._model],
        )
        return None if row is None else (str(row[0]), str(row[1]))


class DailyCounter:
    """Counts one model's requests against the day's limits."""

    def __init__(self, requests: MachineRequests, limits: DailyLimits, clock: Callable[[], datetime]) -> None:
        self._requests, self._limits, self._clock = requests, limits, clock

    def begin(self) -> int:
        """Raises ``BudgetSpent``."""
        return self._requests.begin(self._limits, now=self._clock())

    def end(self, number: int, reply: Reply | None, error: str) -> None:
        """Keep what the request came to."""
        self._requests.end(number, reply, error)


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)
