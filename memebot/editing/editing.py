"""Editing entries, as use cases: who may, what it starts from, what is wrong, what it would break, who was first.

Nothing here knows Telegram, and nothing waits: each part is plain, and run on the thread that its class names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from knowledge.entry.model import EntryId
from knowledge.errors import EntryNotFound
from knowledge.reading import Lang, Reading
from knowledge.search.regressions import RegressionReport, find_regressions
from knowledge.search.searcher import Match, Searcher, choose
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from memebot.answering.explainer import Explainer, Explanation
from memebot.answering.grouping import GroupId
from memebot.answering.unexplained import Unexplained
from memebot.database import writing
from memebot.drafting.store import MachineDrafts
from memebot.editing.changes import EntryChanges
from memebot.editing.drafting import Drafting
from memebot.editing.drafts import Drafts, OwnDrafts, may_edit
from memebot.editing.entries.forms import EntryForms
from memebot.editing.entries.listing import EntryList
from memebot.editing.entries.replacing import Replacing
from memebot.editing.machine_drafts import DraftReview
from memebot.editing.report import BaseReport, ReportStore
from memebot.editing.saving import Saving
from memebot.editing.unexplained import UnexplainedMemes
from moderation.stores import Moderation

REPORT_AFTER = timedelta(hours=8)
"""So long after Monday has begun, in UTC, editors get the report of the week before."""
MANY_NEW, UNLIKE = 5, 3
"""An entry that would newly explain so many memes, of so many unlike groups, rather says too much."""


@dataclass(frozen=True, slots=True, eq=False)
class EditingStores:
    """What editing reads and writes, all on one database thread."""

    kb: KnowledgeBase
    drafts: Drafts
    unexplained: Unexplained
    moderation: Moderation
    reports: ReportStore
    machine: MachineDrafts


class PictureSearch(Protocol):
    """The picture search, with the base that it reads."""

    @property
    def searcher(self) -> Searcher: ...

    @property
    def kb(self) -> KnowledgeBase: ...


@dataclass(frozen=True, slots=True, eq=False)
class AnswerComparison:
    """One picture's answer today and with an unsaved change."""

    today: Explanation
    changed: Explanation


@dataclass(frozen=True, slots=True, eq=False)
class SafetyNet:
    """What a change does to answers. ``newly``: memes that nothing explains today, and one of its entries would.

    ``groups``: of how many unlike kinds those are.
    """

    report: RegressionReport
    newly: tuple[Reading, ...]
    groups: int

    @property
    def too_many(self) -> bool:
        """Whether it answers so many unlike memes that it rather says too much."""
        return len(self.newly) >= MANY_NEW and self.groups >= UNLIKE


class DryRuns:
    """Tries changes without saving them. Belongs to the inference thread.

    ``threshold``: from which confidence on an entry answers.
    """

    def __init__(self, pictures: PictureSearch, threshold: float) -> None:
        self._pictures, self._threshold = pictures, threshold

    def matches(self, reading: Reading) -> Sequence[Match]:
        """What a picture resembles."""
        return self._pictures.searcher.search(reading)

    def answers(self, change: Change, reading: Reading, lang: Lang) -> AnswerComparison:
        """How a picture is answered today, and how with the change."""
        searcher = self._pictures.searcher
        today, changed = (
            Explainer(one, min_confidence=self._threshold).explain(reading, lang)
            for one in (searcher, searcher.dry_run(change))
        )
        return AnswerComparison(today, changed)

    def net(self, change: Change, memes: Sequence[tuple[GroupId, Reading]]) -> SafetyNet:
        """``safety``, and which of these memes, with their groups, the change would answer."""
        today, changed = self._pictures.searcher, self._pictures.searcher.dry_run(change)
        newly = [
            (group, reading)
            for group, reading in memes
            if (first := self._first(changed, reading)) in change.entries and self._first(today, reading) != first
        ]
        report = find_regressions(today, self._pictures.kb, change, threshold=self._threshold, changed=changed)
        return SafetyNet(report, tuple(one for _, one in newly), len({group for group, _ in newly}))

    def _first(self, searcher: Searcher, reading: Reading) -> EntryId | None:
        """What answers a picture, without geometry, which takes long."""
        chosen = choose(searcher.search(reading, geometry=False), self._threshold, question=False)
        return chosen[0].entry if chosen else None

    def safety(self, change: Change) -> RegressionReport:
        """Run the texts and pictures that the change can affect."""
        return find_regressions(self._pictures.searcher, self._pictures.kb, change, threshold=self._threshold)


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """The figures that a week begins with; ``editors``: who has not had them yet."""

    week: str
    figures: BaseReport
    editors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BaseFigures:
    """What people's votes and questions say about the base. ``titles``: of the entries that are named.

    ``memes`` in ``groups`` are not explained as of now.
    """

    report: BaseReport
    titles: Mapping[EntryId, Mapping[Lang, str]]
    memes: int
    groups: int


class Editing:
    """What editors do, part by part. All but ``dry_runs`` belongs to the thread of the database."""

    def __init__(
        self,
        stores: EditingStores,
        dry_runs: DryRuns,
        *,
        threshold: float,
        find: Callable[[str, Lang], Sequence[EntryId]],
        clock: Callable[[], datetime],
    ) -> None:
        """``threshold``: from which confidence on an entry answers. ``find``: entries that words lead to."""
        kb, people = stores.kb, stores.moderation.people
        self.stores, self.dry_runs = stores, dry_runs
        self._threshold, self._clock = threshold, clock
        self.drafts = OwnDrafts(kb, stores.drafts, people)
        self.drafting = Drafting(kb, stores.drafts, self.drafts, stores.machine, people, clock)
        self.saving = Saving(kb, stores.drafts, self.drafts, stores.machine, clock)
        self.changes = EntryChanges(kb, people, find=find, clock=clock)
        self.forms = EntryForms(kb, stores.drafts, self.drafts, self.saving, people, clock)
        self.listing = EntryList(kb, self.drafts, stores.reports, people, threshold=threshold, find=find, clock=clock)
        self.replacing = Replacing(kb, self.drafts, people, clock)
        self.unexplained = UnexplainedMemes(kb, stores.unexplained, stores.moderation, stores.drafts, clock)
        self.machine = DraftReview(stores.machine, stores.drafts, self.drafting, self.unexplained, people, clock)

    def zone(self) -> ZoneInfo:
        """In which times are shown: the community's."""
        return ZoneInfo(self.stores.moderation.community.get("zone"))

    def editors(self) -> list[int]:
        """Everybody who may edit entries."""
        people = self.stores.moderation.people
        users = dict.fromkeys(grant.user_id for grant in people.roles())
        return [user for user in users if may_edit(people, user)]

    def weekly_report(self) -> WeeklyReport | None:
        """The report of last week, when this week has begun and until all editors have it (``mark_reported``).

        None otherwise, and when nobody asked anything.
        """
        now, reports = self._clock().astimezone(UTC), self.stores.reports
        monday = datetime.combine(now.date() - timedelta(days=now.weekday()), time(), UTC)
        week = f"{monday:%G-W%V}"
        if now < monday + REPORT_AFTER or reports.is_reported(week):
            return None
        report = reports.report(now=monday, threshold=self._threshold, known=self.stores.kb.entries.known_stems())
        if not (report.pictures or report.questions):
            reports.mark_reported(week, now=now)
            return None
        drafts, editors = self.stores.drafts, self.editors()
        return WeeklyReport(week, report, tuple(one for one in editors if not drafts.told(_week_key(week), one)))

    def figures(self, by: int, weeks: int) -> BaseFigures:
        """The figures of the last weeks, for the team. Raises ``NotAllowed``."""
        self.stores.moderation.people.need(by, "stats")
        report = self.stores.reports.report(
            now=self._clock(), weeks=weeks, threshold=self._threshold, known=self.stores.kb.entries.known_stems()
        )
        titles = {}
        for entry_id in report.entries:
            with suppress(EntryNotFound):  # deleted since
                titles[entry_id] = self.stores.kb.entries.get(entry_id).title
        return BaseFigures(report, titles, *self.stores.unexplained.size())

    def report_told(self, report: WeeklyReport, editor: int) -> None:
        """Telegram has taken the report to this editor, or will never take it."""
        self.stores.drafts.tell([_week_key(report.week)], editor, now=self._clock())

    def mark_reported(self, report: WeeklyReport) -> None:
        """All editors have it."""
        with writing(self.stores.kb.handle.db):
            self.stores.reports.mark_reported(report.week, now=self._clock())
            self.stores.drafts.all_told(_week_key(report.week))

    def purge_drafts(self, keep: timedelta) -> int:
        """Delete drafts that were left alone for longer than that; how many."""
        return self.stores.drafts.purge(self._clock() - keep)


def _week_key(week: str) -> str:
    return f"week {week}"
