"""Drafts by a model and what they cost: each picture is asked about once a model and prompt, whatever happens between.

A draft's life:

    asked ──> waiting ──> taken      an editor began an entry with it
      │          ├──────> own        an editor writes without it
      │          └──────> dropped    an editor threw it away, and why
      └─────> unable                 the model cannot tell, or its answer is of no use

What hangs on the record of a picture goes with it: what ``/forget`` or age takes there is taken here, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, NewType

from sqlite_utils import Database

from memebot.database import Store, iso, sql_migrations, when, writing
from memebot.drafting.endpoint import Reply
from memebot.drafting.errors import BudgetSpent
from memebot.drafting.material import Draft
from memebot.drafting.prompt import PROMPT

MachineDraftId = NewType("MachineDraftId", int)
State = Literal["asked", "unable", "waiting", "taken", "own", "dropped"]
TRIES = 3
"""So often is a picture asked about where the way to the model fails in between."""

MIGRATIONS = sql_migrations("machine_drafts", Path(__file__).parent / "migrations" / "machine_drafts")


@dataclass(frozen=True, slots=True)
class Demand:
    """A picture that somebody would like to have explained.

    ``file_id``: Telegram's reference to it. ``since``: when it was first wanted. ``group_id``, ``submission_id``: what
    it stands for; neither for a picture that was named at a terminal, of which no record is kept elsewhere.
    """

    sha256: str
    since: datetime
    file_id: str = ""
    group_id: int | None = None
    submission_id: int | None = None

    @property
    def recorded(self) -> bool:
        """Whether the picture is in the record of what was read."""
        return self.group_id is not None or self.submission_id is not None


@dataclass(frozen=True, slots=True, eq=False)
class MachineDraft:
    """A draft in the store; ``draft`` is None until there is one, and where none came of it: ``why`` says why."""

    id: MachineDraftId
    sha256: str
    prompt: str
    model: str
    answered_by: str
    state: State
    why: str
    draft: Draft | None
    group_id: int | None
    submission_id: int | None
    file_id: str
    wanted_at: datetime
    finished_at: datetime | None
    decided_by: int | None

    def to_json(self) -> dict[str, Any] | None:
        """What scripts get of it; None where there is no draft."""
        return None if self.draft is None else {**self.draft.to_json(), "model": self.model, "prompt": self.prompt}


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


class MachineDrafts(Store):
    """The store. Belongs to the thread of its database, which ``BotState`` has brought up to date."""

    def __init__(self, db: Database, *, model: str = "", prompt: str = PROMPT) -> None:
        """``model``, ``prompt``: whose drafts are asked for. Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db, MIGRATIONS)
        self.model, self._prompt = model, prompt

    # --- made

    def find(self, sha256: str) -> MachineDraft | None:
        """What this model was asked about a picture under this prompt."""
        return self._one("where sha256 = ? and prompt = ? and model = ?", [sha256, self._prompt, self.model])

    def claim(self, demand: Demand, *, now: datetime) -> MachineDraft | None:
        """Take a picture to be asked about, for whoever comes first; None for everybody else and ever after.

        What was asked about at a terminal only is taken over, with its draft if there is one.
        """
        with writing(self.db):
            number = self.value(
                "insert into machine_drafts (sha256, picture, prompt, model, group_id, submission_id, file_id,"
                " wanted_at, state) values (?, ?, ?, ?, ?, ?, ?, ?, 'asked')"
                " on conflict (sha256, prompt, model) do update set picture = excluded.picture,"
                " group_id = excluded.group_id, submission_id = excluded.submission_id, file_id = excluded.file_id"
                " where machine_drafts.picture is null and excluded.picture is not null returning id",
                [
                    demand.sha256,
                    demand.sha256 if demand.recorded else None,
                    self._prompt,
                    self.model,
                    demand.group_id,
                    demand.submission_id,
                    demand.file_id,
                    iso(demand.since),
                ],
            )
            if number is None:
                return None
            self._note(number, None, "asked", now=now)
        return self.get(MachineDraftId(number))

    def interrupted(self, *, now: datetime) -> MachineDraft | None:
        """The oldest picture that was taken and has no answer: after a restart, or when asking failed."""
        return self._one(
            "where state = 'asked' and prompt = ? and model = ? and (retry_at is null or retry_at <= ?)"
            " order by wanted_at, id limit 1",
            [self._prompt, self.model, iso(now)],
        )

    def finish(self, number: MachineDraftId, draft: Draft | None, *, why: str, by: str, now: datetime) -> None:
        """The model has answered: a draft for editors, or none, and ``why``. ``by``: the name that it answers to."""
        state = "unable" if draft is None else "waiting"
        data = None if draft is None else json.dumps(draft.to_json(), ensure_ascii=False)
        with writing(self.db):
            changed = self.change(
                "update machine_drafts set state = ?, draft = ?, why = ?, answered_by = ?, finished_at = ?,"
                " retry_at = null where id = ? and state = 'asked'",
                [state, data, why if draft is None else "", by, iso(now), number],
            )
            if changed:
                self._note(number, None, state, why, now=now)

    def postpone(self, number: MachineDraftId, code: str, until: datetime, *, counted: bool, now: datetime) -> None:
        """Asking failed on the way: it is tried again from ``until`` on, unless that was ``counted`` too often."""
        with writing(self.db):
            tries = self.value(
                "update machine_drafts set tries = tries + ?, retry_at = ? where id = ? returning tries",
                [int(counted), iso(until), number],
            )
            if tries is not None and tries >= TRIES:
                self.finish(number, None, why=code, by="", now=now)

    # --- looked at and decided

    def get(self, number: MachineDraftId) -> MachineDraft | None:
        """A draft by its number."""
        return self._one("where id = ?", [number])

    def all(self, limit: int = 100) -> list[MachineDraft]:
        """Drafts of all models, the newest first."""
        return self._all("order by id desc limit ?", [limit])

    def waiting(self) -> list[MachineDraft]:
        """Drafts that no editor has decided about, those that somebody has waited for longest first."""
        return self._all("where state = 'waiting' and picture is not null order by wanted_at, id")

    def untold(self) -> list[MachineDraft]:
        """Drafts that editors have not got yet, in the same order."""
        return self._all("where state = 'waiting' and picture is not null and told_at is null order by wanted_at, id")

    def told(self, numbers: Sequence[MachineDraftId], *, now: datetime) -> None:
        """Editors get these drafts."""
        with writing(self.db):
            for number in numbers:
                self.change("update machine_drafts set told_at = ? where id = ?", [iso(now), number])

    def decide(self, number: MachineDraftId, state: State, by: int, *, why: str = "", now: datetime) -> bool:
        """An editor has decided; False if somebody had before."""
        with writing(self.db):
            changed = self.change(
                "update machine_drafts set state = ?, why = ?, decided_at = ?, decided_by = ?"
                " where id = ? and state = 'waiting'",
                [state, why, iso(now), by, number],
            )
            if changed:
                self._note(number, by, state, why, now=now)
        return changed == 1

    def events(self, number: MachineDraftId) -> list[dict[str, Any]]:
        """What happened to a draft, when and by whom."""
        return self.records(
            'select at, by_user as "by", what, why from machine_draft_events where draft_id = ? order by id', [number]
        )

    # --- cost

    def begin_request(self, limits: DailyLimits, *, now: datetime) -> int:
        """Count a request before it is sent: its number. Raises ``BudgetSpent``."""
        with writing(self.db):
            spent = self.spent(now=now)
            if spent.requests >= limits.requests or spent.tokens >= limits.tokens:
                raise BudgetSpent(
                    "budget-spent", retry_after_s=(_midnight(now) + timedelta(days=1) - now).total_seconds()
                )
            return int(
                self.value(
                    "insert into machine_requests (at, model) values (?, ?) returning id", [iso(now), self.model]
                )
            )

    def end_request(self, number: int, reply: Reply | None, error: str) -> None:
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
            [self.model],
        )
        return None if row is None else (str(row[0]), str(row[1]))

    # --- people

    def about(self, user_id: int) -> dict[str, Any]:
        """Everything that is kept here about a user's memes, and what they decided as an editor, as JSON."""
        found = self._all("where picture in (select sha256 from answers where user_id = ?) order by id", [user_id])
        drafts = [
            {"model": one.model, "asked_at": iso(one.wanted_at), "state": one.state, "draft": one.to_json()}
            for one in found
        ]
        decided = self.records(
            "select draft_id as draft, at, what, why from machine_draft_events where by_user = ? order by id", [user_id]
        )
        return {"machine_drafts": drafts, "machine_drafts_decided": decided}

    def forget(self, user_id: int) -> None:
        """Nothing says any more what this user decided; drafts about their memes go with the record of the picture."""
        with writing(self.db):
            self.change("update machine_draft_events set by_user = null where by_user = ?", [user_id])
            self.change("update machine_drafts set decided_by = null where decided_by = ?", [user_id])

    def _note(self, number: int, by: int | None, what: str, why: str = "", *, now: datetime) -> None:
        self.change(
            "insert into machine_draft_events (draft_id, at, by_user, what, why) values (?, ?, ?, ?, ?)",
            [number, iso(now), by, what, why],
        )

    def _all(self, where: str, parameters: Sequence[object] = ()) -> list[MachineDraft]:
        return [_machine_draft(row) for row in self.rows(f"{_DRAFT} {where}", parameters)]

    def _one(self, where: str, parameters: Sequence[object]) -> MachineDraft | None:
        row = self.row(f"{_DRAFT} {where}", parameters)
        return None if row is None else _machine_draft(row)


class DailyCounter:
    """Counts one model's requests against the day's limits."""

    def __init__(self, drafts: MachineDrafts, limits: DailyLimits, clock: Callable[[], datetime]) -> None:
        self._drafts, self._limits, self._clock = drafts, limits, clock

    def begin(self) -> int:
        """Raises ``BudgetSpent``."""
        return self._drafts.begin_request(self._limits, now=self._clock())

    def end(self, number: int, reply: Reply | None, error: str) -> None:
        """Keep what the request came to."""
        self._drafts.end_request(number, reply, error)


_DRAFT = (
    "select id, sha256, prompt, model, answered_by, state, why, draft, group_id, submission_id, file_id, wanted_at,"
    " finished_at, decided_by from machine_drafts"
)


def _machine_draft(row: Sequence[Any]) -> MachineDraft:
    number, sha256, prompt, model, by, state, why, draft, group, submission, file_id, wanted, finished, decided = row
    return MachineDraft(
        MachineDraftId(number),
        sha256,
        prompt,
        model,
        by,
        state,
        why,
        None if draft is None else Draft.from_json(json.loads(draft)),
        group,
        submission,
        file_id,
        datetime.fromisoformat(wanted),
        when(finished),
        decided,
    )


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)
