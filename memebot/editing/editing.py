"""Editing entries, as use cases: who may, what it starts from, what is wrong, what it would break, who was first.

Nothing here knows Telegram. Everything about entries runs on the database's thread; what has to look at pictures,
a trial and the safety net, runs on the inference thread. Every method takes who asks, and asks whether they may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol, TypeVar

from knowledge.entry import fields
from knowledge.entry.diff import FieldChange, compare
from knowledge.entry.merge import Clash, Prefer, merge3
from knowledge.entry.model import Entry, EntryId, Kind, is_id
from knowledge.entry.problems import Finding, check_entry
from knowledge.errors import EntryExists, EntryNotFound, StaleRevision
from knowledge.reading import Fingerprint, Lang, Reading
from knowledge.search.regressions import RegressionReport, find_regressions
from knowledge.search.searcher import Searcher
from knowledge.search.visual import PDQ_QUALITY, PDQ_SAME
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from knowledge.store.exemplars import NewExemplar
from knowledge.store.revisions import Revision
from memebot.answering.explainer import Explainer, Explanation
from memebot.answering.state import kept_matches
from memebot.answering.unexplained import Gaps, Group, GroupId
from memebot.database import DatabaseThread
from memebot.editing.drafts import DraftId, Drafts, EntryDraft
from memebot.editing.prefill import MAX_PICTURES, PrefillPicture, distinct, first_words, middle, started
from memebot.editing.report import BaseReport, Learning
from memebot.hashes import hamming
from memebot.inference import InferenceThread
from moderation.errors import ModerationError
from moderation.model import MediaSummary as Facts
from moderation.model import State, Submission
from moderation.stores import Moderation

T = TypeVar("T")

MAX_FOUND = 8
REPORT_AFTER = timedelta(hours=8)
"""So long after Monday has begun, in UTC, editors get the report of the week before."""
PUBLIC: tuple[State, ...] = ("approved", "published")


class EditingError(Exception):
    """Base of what editing refuses."""


class NotAnEditor(EditingError):
    """This person may not edit entries."""


class DraftGone(EditingError):
    """There is no such draft of this person, or not any more."""


class DraftInvalid(EditingError):
    """The draft has errors and cannot be saved; ``findings`` says which."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} errors")
        self.findings = tuple(findings)


class DraftOutdated(EditingError):
    """Somebody saved the entry since the draft was begun: look at ``changes``, then merge or overwrite.

    ``clashes``: places that both changed. ``gone``: the entry was deleted.
    """

    def __init__(self, current: Revision, changes: Sequence[FieldChange], clashes: Sequence[Clash]) -> None:
        super().__init__(f"{current.entry_id} is at revision {current.number}")
        self.current, self.changes, self.clashes = current, tuple(changes), tuple(clashes)

    @property
    def gone(self) -> bool:
        """Whether the entry was deleted."""
        return self.current.deleted


class BadId(EditingError):
    """This can be no id, or it is taken."""

    def __init__(self, entry_id: str, *, taken: bool) -> None:
        super().__init__(entry_id)
        self.entry_id, self.taken = entry_id, taken


class PictureSearch(Protocol):
    """The picture search, on the inference thread."""

    @property
    def searcher(self) -> Searcher: ...

    @property
    def kb(self) -> KnowledgeBase: ...


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its present revision and the entries that link to it."""

    entry: Entry
    revision: Revision
    linked: tuple[Entry, ...]
    linking: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A draft as its editor sees it.

    ``changed``: fields that differ from what is saved. ``newer``: what somebody saved meanwhile. ``others``: who else
    has a draft of the entry. ``linked``: entries that it links to.
    """

    draft: EntryDraft
    findings: tuple[Finding, ...]
    changed: tuple[str, ...]
    newer: Revision | None
    others: tuple[int, ...]
    linked: tuple[Entry, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What blocks a save."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


@dataclass(frozen=True, slots=True, eq=False)
class AnswerComparison:
    """One picture's answer today and with an unsaved change."""

    today: Explanation
    changed: Explanation


class Editing:
    """Edits entries. One instance a bot; used from its event loop."""

    def __init__(
        self,
        database: DatabaseThread,
        kb: KnowledgeBase,
        drafts: Drafts,
        gaps: Gaps,
        sight: PictureSearch,
        stores: Moderation,
        *,
        inference: InferenceThread,
        learning: Learning,
        min_confidence: float,
        find: Callable[[str, Lang], Sequence[EntryId]],
        clock: Callable[[], datetime],
    ) -> None:
        """``find``: entries that words lead to, best first, on the database's thread."""
        self._database, self._kb, self._drafts, self._gaps = database, kb, drafts, gaps
        self._sight, self._stores, self._inference = sight, stores, inference
        self._min_confidence, self._find, self._clock = min_confidence, find, clock
        self._learning = learning
        self._proposals_at = -1

    async def _run(self, user_id: int, work: Callable[[], T]) -> T:
        """On the database's thread, for an editor; raises ``NotAnEditor``."""

        def allowed() -> T:
            if not self._stores.people.may(user_id, "edit_entries"):
                raise NotAnEditor(user_id)
            return work()

        return await self._database.run(allowed)

    async def may(self, user_id: int) -> bool:
        """Whether this person may edit entries."""
        return await self._database.run(lambda: self._stores.people.may(user_id, "edit_entries"))

    async def editors(self) -> Sequence[int]:
        """Everybody who may edit entries."""

        def work() -> Sequence[int]:
            people = dict.fromkeys(grant.user_id for grant in self._stores.people.roles())
            return [user for user in people if self._stores.people.may(user, "edit_entries")]

        return await self._database.run(work)

    # --- looking

    async def find(self, user_id: int, said: str, lang: Lang) -> list[Entry]:
        """The entries that these words, or this id, lead to; one that is meant by its id comes alone."""

        def work() -> list[Entry]:
            try:
                return [self._kb.entries.get(said.strip().lower())]
            except EntryNotFound as error:
                ids = dict.fromkeys((*self._find(said, lang), *error.closest))
            return [self._kb.entries.get(entry_id) for entry_id in list(ids)[:MAX_FOUND]]

        return await self._run(user_id, work)

    async def show(self, user_id: int, entry_id: str) -> EntryView:
        """An entry as it is. Raises ``EntryNotFound``."""

        def work() -> EntryView:
            entry = self._kb.entries.get(entry_id)
            linking = tuple(self._kb.entries.links_to(entry.id))
            return EntryView(entry, self._kb.revisions.current(entry.id), self._linked(entry), linking)

        return await self._run(user_id, work)

    def _linked(self, entry: Entry) -> tuple[Entry, ...]:
        linked = []
        for link in entry.links:
            with suppress(EntryNotFound):
                linked.append(self._kb.entries.get(link))
        return tuple(linked)

    async def history(self, user_id: int, entry_id: str) -> list[Revision]:
        """All revisions of an entry, also of a deleted one, newest first. Raises ``EntryNotFound``."""
        return await self._run(user_id, lambda: self._kb.revisions.history(entry_id))

    async def difference(self, user_id: int, entry_id: str, number: int) -> tuple[Revision, list[FieldChange]]:
        """What a revision changed. Raises ``EntryNotFound`` and ``RevisionNotFound``."""

        def work() -> tuple[Revision, list[FieldChange]]:
            revision = self._kb.revisions.at(entry_id, number)
            return revision, self._kb.revisions.compare(entry_id, number - 1, number)

        return await self._run(user_id, work)

    # --- drafts

    async def drafts(self, user_id: int) -> list[EntryDraft]:
        """This person's drafts, the last one first."""
        return await self._run(user_id, lambda: self._drafts.of(user_id))

    async def edit(self, user_id: int, entry_id: str) -> Panel:
        """Begin, or go on with, a draft of an entry. Raises ``EntryNotFound``."""

        def work() -> Panel:
            entry = self._kb.entries.get(entry_id)
            revision = self._kb.revisions.current(entry.id)
            draft = self._drafts.open(user_id, entry, base_revision=revision.number, now=self._clock())
            return self._panel(draft)

        return await self._run(user_id, work)

    async def new(
        self,
        user_id: int,
        kind: Kind,
        seen: Sequence[PrefillPicture] = (),
        *,
        group: GroupId | None = None,
        submission: int | None = None,
    ) -> Panel:
        """Begin a new entry from pictures: their words, what they resemble, themselves as fingerprints."""
        matches = await self._inference.run(lambda: self._sight.searcher.search(seen[0].reading)) if seen else []

        def work() -> Panel:
            known = {entry.id: entry for entry in self._kb.entries.all()}
            readings = [one.reading for one in seen]
            entry = started(kind, readings, matches, known.values())
            entry = fields.with_id(entry, fields.suggest_id(first_words(readings), self._taken()))
            pictures = [] if kind == "concept" else distinct(seen)
            draft = self._drafts.open(
                user_id,
                entry,
                base_revision=None,
                group_id=group,
                submission_id=submission,
                pictures=pictures,
                now=self._clock(),
            )
            return self._panel(draft)

        return await self._run(user_id, work)

    async def panel(self, user_id: int, draft: DraftId) -> Panel:
        """A draft with what is wrong with it and what happened around it. Raises ``DraftGone``."""
        return await self._run(user_id, lambda: self._panel(self._own(user_id, draft)))

    async def set_field(self, user_id: int, draft: DraftId, field: str, value: str) -> Panel:
        """Replace a field of a draft by what a person wrote; the id of a new entry follows its title."""

        def work() -> Panel:
            own = self._own(user_id, draft)
            entry = fields.edit_field(own.entry, field, value)
            if field.startswith("title.") and own.base_revision is None and not own.named:
                title = entry.title.get("en") or entry.title.get("ru") or ""
                if title:
                    entry = fields.with_id(entry, fields.suggest_id(title, self._taken()))
            return self._put(own, entry)

        return await self._run(user_id, work)

    async def set_file(self, user_id: int, draft: DraftId, data: bytes) -> Panel:
        """Replace a draft by a whole file. Raises ``EntryError`` with every mistake in it."""

        def work() -> Panel:
            own = self._own(user_id, draft)
            return self._put(own, fields.from_file(data, own.entry))

        return await self._run(user_id, work)

    async def set_id(self, user_id: int, draft: DraftId, entry_id: str) -> Panel:
        """Give a new entry its id. Raises ``BadId``."""

        def work() -> Panel:
            own = self._own(user_id, draft)
            if not is_id(entry_id) or own.base_revision is not None:
                raise BadId(entry_id, taken=False)
            if entry_id in self._taken():
                raise BadId(entry_id, taken=True)
            entry = fields.with_id(own.entry, entry_id)
            return self._panel(self._drafts.put(own.id, entry, base_revision=None, named=True, now=self._clock()))

        return await self._run(user_id, work)

    async def discard(self, user_id: int, draft: DraftId) -> None:
        """Give a draft up."""
        await self._run(user_id, lambda: self._drafts.drop(self._own(user_id, draft).id))

    async def tidy(self, keep: timedelta) -> None:
        """Delete drafts that were left alone for longer than that."""
        await self._database.run(lambda: self._drafts.purge(self._clock() - keep))

    # --- exemplars

    async def add_exemplar(self, user_id: int, draft: DraftId, seen: PrefillPicture) -> tuple[Panel, str | None]:
        """Add a picture's fingerprint; or the name of the exemplar that the draft has of this picture already."""

        def work() -> tuple[Panel, str | None]:
            own = self._own(user_id, draft)
            frame = middle(seen.reading)
            for name in own.entry.exemplars:
                if self._same(name, frame):
                    return self._panel(own), name
            self._drafts.add_picture(own.id, frame, seen.file_id, now=self._clock())
            return self._panel(self._own(user_id, draft)), None

        return await self._run(user_id, work)

    def _same(self, name: str, frame: Fingerprint) -> bool:
        hashes = self._kb.vectors.hashes()
        for row, (owner, _) in enumerate(hashes.owners):
            if owner == name:
                clear = min(int(hashes.quality[row]), frame.pdq_quality) >= PDQ_QUALITY
                near = clear and int(hamming(hashes.pdq[row], frame.pdq)) <= PDQ_SAME
                return near or hashes.sha256[row] == frame.sha256
        return False

    async def remove_exemplar(self, user_id: int, draft: DraftId, place: int) -> Panel:
        """Take out the exemplar at this place: the entry's own first, then those that were added."""

        def work() -> Panel:
            own = self._own(user_id, draft)
            names = own.entry.exemplars
            if place < len(names):
                return self._put(own, fields.without_exemplar(own.entry, names[place]))
            added = own.pictures[place - len(names) :][:1]
            for picture in added:
                self._drafts.drop_picture(own.id, picture.id)
            return self._panel(self._own(user_id, draft))

        return await self._run(user_id, work)

    async def keep_picture(self, user_id: int, draft: DraftId, place: int, licence: str, data: bytes) -> Panel:
        """Keep an added picture itself, not only its fingerprint, under this licence."""

        def work() -> Panel:
            own = self._own(user_id, draft)
            for picture in own.pictures[place - len(own.entry.exemplars) :][:1]:
                NewExemplar.picture(own.entry.id, data, picture.fingerprint, licence)  # raises what is wrong with it
                self._drafts.keep_picture(own.id, picture.id, data, licence)
            return self._panel(self._own(user_id, draft))

        return await self._run(user_id, work)

    # --- before saving

    async def trial(self, user_id: int, draft: DraftId, reading: Reading, lang: Lang) -> AnswerComparison:
        """How a picture is answered today, and how with the draft. Raises ``DraftGone``."""
        change = await self._run(user_id, lambda: self._change(self._own(user_id, draft)))

        def work() -> AnswerComparison:
            searcher = self._sight.searcher
            today = Explainer(searcher, min_confidence=self._min_confidence)
            changed = Explainer(searcher.dry_run(change), min_confidence=self._min_confidence)
            return AnswerComparison(today.explain(reading, lang), changed.explain(reading, lang))

        return await self._inference.run(work)

    async def safety(self, user_id: int, draft: DraftId) -> RegressionReport:
        """Run the texts and pictures that the draft can affect. Raises ``DraftGone`` and ``DraftInvalid``."""

        def checked() -> Change:
            own = self._own(user_id, draft)
            panel = self._panel(own)
            if panel.errors:
                raise DraftInvalid(panel.errors)
            return self._change(own)

        return await self._net(await self._run(user_id, checked))

    async def safety_of_deleting(self, user_id: int, entry_id: str, *, unlink: bool) -> RegressionReport:
        """The same for deleting an entry."""
        return await self._net(await self._run(user_id, lambda: self._kb.changes.deletion(entry_id, unlink=unlink)))

    async def _net(self, change: Change) -> RegressionReport:
        return await self._inference.run(
            lambda: find_regressions(self._sight.searcher, self._sight.kb, change, threshold=self._min_confidence)
        )

    # --- saving

    async def save(self, user_id: int, draft: DraftId, comment: str = "") -> Revision:
        """Save a draft, as a revision; the draft is done then.

        Raises ``DraftInvalid`` and, if somebody saved the entry meanwhile, ``DraftOutdated``: nothing was written.
        """

        def work() -> Revision:
            own = self._own(user_id, draft)
            panel = self._panel(own)
            if panel.errors:
                raise DraftInvalid(panel.errors)
            change = self._change(own)
            (entry,) = (entry for entry in change.entries.values() if entry is not None)
            try:
                saved = self._kb.changes.save(
                    entry,
                    author=f"tg:{user_id}",
                    now=self._clock(),
                    comment=comment,
                    base_revision=own.base_revision,
                    exemplars=change.exemplars,
                )
            except StaleRevision as error:
                raise self._newer(own, error.current) from error
            self._drafts.drop(own.id)
            return saved

        return await self._run(user_id, work)

    def _newer(self, draft: EntryDraft, current: Revision) -> DraftOutdated:
        base = self._base(draft)
        theirs = None if current.deleted else current.entry()
        clashes = () if base is None or theirs is None else merge3(base, draft.entry, theirs).clashes
        return DraftOutdated(current, compare(base, theirs), clashes)

    def _base(self, draft: EntryDraft) -> Entry | None:
        if draft.base_revision is None:
            return None
        revision = self._kb.revisions.at(draft.entry.id, draft.base_revision)
        return None if revision.deleted else revision.entry()

    async def newer(self, user_id: int, draft: DraftId) -> DraftOutdated | None:
        """What somebody saved since the draft was begun, if anybody did. Raises ``DraftGone``."""

        def work() -> DraftOutdated | None:
            own = self._own(user_id, draft)
            newer = self._panel(own).newer
            return None if newer is None else self._newer(own, newer)

        return await self._run(user_id, work)

    async def merge_newer(self, user_id: int, draft: DraftId, prefer: Prefer) -> Panel:
        """Take what somebody saved meanwhile into the draft; where both changed the same, ``prefer`` says whose."""

        def work() -> Panel:
            own = self._own(user_id, draft)
            current = self._kb.revisions.current(own.entry.id)
            base = self._base(own)
            if base is None or current.deleted:
                return self._rest(own, own.entry, current)
            return self._rest(own, merge3(base, own.entry, current.entry(), prefer=prefer).entry, current)

        return await self._run(user_id, work)

    async def overwrite_newer(self, user_id: int, draft: DraftId) -> Panel:
        """Put the draft, as it is, on top of what somebody saved meanwhile: theirs stays in the history."""

        def work() -> Panel:
            own = self._own(user_id, draft)
            current = self._kb.revisions.current(own.entry.id)
            return self._rest(own, replace(own.entry, original=current.text), current)

        return await self._run(user_id, work)

    def _rest(self, draft: EntryDraft, entry: Entry, current: Revision) -> Panel:
        return self._panel(self._drafts.put(draft.id, entry, base_revision=current.number, now=self._clock()))

    async def restore(self, user_id: int, entry_id: str, number: int) -> Revision:
        """Make a former revision the present one. Raises ``EntryNotFound`` and ``RevisionNotFound``."""
        return await self._run(
            user_id, lambda: self._kb.changes.restore(entry_id, number, author=f"tg:{user_id}", now=self._clock())
        )

    async def undo(self, user_id: int, entry_id: str, number: int) -> Revision:
        """Take revision ``number`` back: what was before it, or nothing, is there again. Raises ``DraftOutdated``.

        Whoever saved since would lose their change: then nothing happens.
        """

        def work() -> Revision:
            current = self._kb.revisions.current(entry_id)
            if current.number != number:
                raise DraftOutdated(current, self._kb.revisions.compare(entry_id, number, current.number), ())
            author, now = f"tg:{user_id}", self._clock()
            before = None if number == 1 else self._kb.revisions.at(entry_id, number - 1)
            if before is None or before.deleted:
                return self._kb.changes.delete(entry_id, author=author, now=now, base_revision=number)
            return self._kb.changes.restore(entry_id, number - 1, author=author, now=now)

        return await self._run(user_id, work)

    async def delete(self, user_id: int, entry_id: str, *, unlink: bool) -> Revision:
        """Delete an entry; with ``unlink`` also the links to it. It can be restored. Raises ``EntryNotFound``."""
        return await self._run(
            user_id,
            lambda: self._kb.changes.delete(entry_id, author=f"tg:{user_id}", now=self._clock(), unlink=unlink),
        )

    async def rename(self, user_id: int, entry_id: str, new_id: str) -> Revision:
        """Give an entry another id; links and history follow. Raises ``BadId`` and ``EntryNotFound``."""

        def work() -> Revision:
            if not is_id(new_id):
                raise BadId(new_id, taken=False)
            try:
                return self._kb.changes.rename(entry_id, new_id, author=f"tg:{user_id}", now=self._clock())[0]
            except EntryExists as error:
                raise BadId(new_id, taken=True) from error

        return await self._run(user_id, work)

    async def merge(self, user_id: int, into: str, other: str) -> Revision:
        """Make ``other`` a part of ``into``. Raises ``EntryNotFound`` and ``MergeError``."""
        return await self._run(
            user_id, lambda: self._kb.changes.merge(into, [other], author=f"tg:{user_id}", now=self._clock())[0]
        )

    # --- unexplained memes

    async def gaps(self, user_id: int, limit: int, offset: int = 0) -> tuple[list[Group], int, int]:
        """Groups of unexplained memes, most asked for first; how many memes and groups there are in all."""
        return await self._run(user_id, lambda: (self._gaps.top(limit, offset), *self._gaps.size()))

    async def size_of_gaps(self) -> tuple[int, int]:
        """How many memes are not explained, in how many groups."""
        return await self._database.run(lambda: self._gaps.size())

    async def group(self, user_id: int, group: GroupId) -> Group | None:
        """One group; None if all of it is explained."""
        return await self._run(user_id, lambda: self._gaps.group(group))

    async def pictures_of(self, user_id: int, group: GroupId) -> list[str]:
        """The pictures' keys of a group, those that most people asked about first."""
        return await self._run(user_id, lambda: [m.sha256 for m in self._gaps.members(group, MAX_PICTURES)])

    async def unexplained_proposals(self) -> list[Submission]:
        """Approved and published memes that the bot could not explain, each time when the base has changed.

        Readers get the explanation that is kept with the meme: one that was written since must come to it.
        """

        def work() -> list[Submission]:
            generation = self._kb.generation()
            if generation == self._proposals_at:
                return []
            self._proposals_at = generation
            known = [one for state in PUBLIC for one in self._stores.submissions.by_state(state, limit=1000)]
            return [one for one in known if one.verdict == "unknown" and one.sha256]

        return await self._database.run(work)

    async def explain_proposal(self, number: int, told: Explanation) -> None:
        """Keep with a proposed meme what the base says about it by now; nothing if it has gone on meanwhile."""

        def work() -> None:
            with suppress(ModerationError):
                old = self._stores.submissions.get(number)
                facts = Facts(
                    sha256=old.sha256,
                    answer_id=old.answer_id,
                    explanation=kept_matches(told.matches),
                    verdict=told.verdict,
                    confidence=told.confidence,
                    flags=old.flags,
                    sightings=old.sightings,
                )
                if old.state in PUBLIC:
                    self._stores.queue.set_reading(number, facts, now=self._clock())

        await self._database.run(work)

    async def calls(self) -> list[Submission]:
        """Approved memes that the bot cannot explain, each once: somebody should write an entry before they appear."""

        def work() -> list[Submission]:
            approved = self._stores.submissions.by_state("approved", limit=1000)
            unknown = [one for one in approved if one.verdict == "unknown" and one.sha256]
            return [one for one in unknown if self._drafts.call(one.id, now=self._clock())]

        return await self._database.run(work)

    async def weekly(self) -> BaseReport | None:
        """The report of last week, once, when this week has begun; None otherwise, and when nobody asked anything."""

        def work() -> BaseReport | None:
            now = self._clock().astimezone(UTC)
            monday = datetime.combine(now.date() - timedelta(days=now.weekday()), time(), UTC)
            if now < monday + REPORT_AFTER or not self._learning.claim_week(now=now):
                return None
            report = self._learning.report(now=monday, threshold=self._min_confidence, knows=self._knows)
            return report if report.pictures or report.questions else None

        return await self._database.run(work)

    def _knows(self, stem: str) -> bool:
        return bool(self._kb.entries.text_candidates([stem], 1))

    async def picture_of_submission(self, user_id: int, submission: int) -> str | None:
        """The picture's key of a proposed meme; None if there is none any more."""

        def work() -> str | None:
            try:
                return self._stores.submissions.get(submission).sha256
            except ModerationError:
                return None

        return await self._run(user_id, work)

    async def hide(self, user_id: int, group: GroupId, *, hidden: bool) -> None:
        """There is nothing to explain in this group, or there is after all."""

        def work() -> None:
            if hidden:
                self._gaps.hide(group, user_id, now=self._clock())
            else:
                self._gaps.show(group)

        await self._run(user_id, work)

    # --- within

    def _own(self, user_id: int, draft: DraftId) -> EntryDraft:
        own = self._drafts.get(draft, user_id)
        if own is None:
            raise DraftGone(draft)
        return own

    def _put(self, draft: EntryDraft, entry: Entry) -> Panel:
        return self._panel(self._drafts.put(draft.id, entry, base_revision=draft.base_revision, now=self._clock()))

    def _panel(self, draft: EntryDraft) -> Panel:
        change = self._change(draft)
        (entry,) = (entry for entry in change.entries.values() if entry is not None)
        exemplars = {*self._kb.exemplars.names(), *(new.name for new in change.exemplars)}
        newer = None
        if draft.base_revision is not None:
            current = self._kb.revisions.current(entry.id)
            newer = current if current.number != draft.base_revision else None
        return Panel(
            draft=draft,
            findings=tuple(check_entry(entry, self._kb.entries.all(), exemplars)),
            changed=tuple(c.field for c in compare(self._base(draft), entry)),
            newer=newer,
            others=tuple(self._drafts.others(entry.id, draft.user_id)),
            linked=self._linked(entry),
        )

    def _change(self, draft: EntryDraft) -> Change:
        """The draft as it would be saved, with its new exemplars under names that are free."""
        taken = set(self._kb.exemplars.names())
        new: list[NewExemplar] = []
        for picture in draft.pictures:
            if picture.data is not None:
                made = NewExemplar.picture(draft.entry.id, picture.data, picture.fingerprint, picture.licence, taken)
            else:
                made = NewExemplar.of_fingerprint(draft.entry.id, picture.fingerprint, taken)
            taken.add(made.name)
            new.append(made)
        entry = draft.entry
        for exemplar in new:
            entry = fields.with_exemplar(entry, exemplar.name)
        return Change.of(entry, *new)

    def _taken(self) -> set[str]:
        """Ids that a new entry cannot have."""
        return {entry.id for entry in self._kb.entries.all()}
