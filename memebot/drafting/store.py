"""Drafts by a model: each picture is asked about once a model and prompt, whatever happens between.

A draft's life:

    asked ──> waiting ──> taken      an editor began an entry with it
      │          ├──────> own        an editor writes without it
      │          └──────> dropped    an editor threw it away, and why
      └─────> unable                 the model cannot tell, or its answer is of no use

What hangs on the record of a picture goes with it: what ``/forget`` or age takes there is taken here, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NewType

from memebot.database import Database, Store, iso, sql_migrations, when, writing
from memebot.drafting.budget import MachineRequests
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
    it stands for. ``recorded``: whether it is in the record of what was read; a picture of the terminal is not.
    """

    sha256: str
    since: datetime
    file_id: str = ""
    group_id: int | None = None
    submission_id: int | None = None
    recorded: bool = True


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


class MachineDrafts(Store):
    """The store. Belongs to the thread of its database, which ``BotState`` has brought up to date."""

    def __init__(self, db: Database, *, model: str = "", prompt: str = PROMPT) -> None:
        """``model``, ``prompt``: whose drafts are asked for. Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db, MIGRATIONS)
        self.model, self.prompt = model, prompt
        self.requests = MachineRequests(db, model)

    # --- made

    def find(self, sha256: str) -> MachineDraft | None:
        """What this model was asked about a picture under this prompt."""
        return self._one("where sha256 = ? and prompt = ? and model = ?", [sha256, self.prompt, self.model])

    def claim(self, demand: Demand, *, now: datetime) -> MachineDraft | None:
        """Take a picture to be asked about, for whoever comes first; None for everybody else and ever after.

        What was asked about at a terminal only is taken over, with its draft if there is one.
        """
        with writing(self.db):
            number = self.value(
                "insert into machine_drafts (sha256, picture, prompt, model, group_id, submission_id, file_id,"
                " wanted_at, state)"
                " values (?, (select sha256 from pictures where sha256 = ?), ?, ?, ?, ?, ?, ?, 'asked')"
                " on conflict (sha256, prompt, model) do update set picture = excluded.picture,"
                " group_id = excluded.group_id, submission_id = excluded.submission_id, file_id = excluded.file_id"
                " where machine_drafts.picture is null and excluded.picture is not null returning id",
                [
                    demand.sha256,
                    demand.sha256 if demand.recorded else None,
                    self.prompt,
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

    def demand(self) -> Demand | None:
        """The unexplained memes that somebody has waited for longest, of which Telegram still has a picture.

        Groups that were drafted, or have a draft that nobody has decided about, are passed over.
        """
        row = self.row(
            "select a.sha256, s.at, s.file_id, m.group_id from subscriptions s join answers a on a.id = s.answer_id"
            " join gap_memes m on m.sha256 = a.sha256 join gap_groups g on g.id = m.group_id"
            " where s.file_id <> '' and s.told_at is null and m.explained_at is null and g.hidden_at is null"
            " and not exists (select 1 from machine_drafts d where d.group_id = m.group_id"
            "  and (d.state = 'waiting' or (d.prompt = ? and d.model = ?)))"
            " and not exists (select 1 from machine_drafts d where d.sha256 = m.sha256 and d.picture is not null"
            "  and d.prompt = ? and d.model = ?)"
            " order by s.at, s.answer_id limit 1",
            [self.prompt, self.model] * 2,
        )
        return None if row is None else Demand(row[0], datetime.fromisoformat(row[1]), row[2], row[3])

    def interrupted(self, *, now: datetime) -> MachineDraft | None:
        """The oldest picture that was taken and has no answer: after a restart, or when asking failed."""
        return self._one(
            "where state = 'asked' and picture is not null and prompt = ? and model = ?"
            " and (retry_at is null or retry_at <= ?)"
            " order by wanted_at, id limit 1",
            [self.prompt, self.model, iso(now)],
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

    def of_group(self, group_id: int) -> MachineDraft | None:
        """The draft for a group that no editor has decided about."""
        return self._one("where state = 'waiting' and group_id = ? order by id limit 1", [group_id])

    def reopen(self, number: MachineDraftId, by: int, *, now: datetime) -> None:
        """An editor who had taken a draft gave the entry up: it waits for the next one."""
        with writing(self.db):
            changed = self.change(
                "update machine_drafts set state = 'waiting', decided_at = null, decided_by = null"
                " where id = ? and state = 'taken'",
                [number],
            )
            if changed:
                self._note(number, by, "waiting", now=now)

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
