"""Working through the queue: the next card, the same verdict on many, undoing just those, and what happened."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from forks import Fork, fork_code
from moderation_drafts import ANN, AUTHOR, BOB, MINUTE, NOW, SECOND, draft

from memebot.channel.posts.captions import FormattedText
from memebot.channel.review import Review
from memebot.channel.team import Team
from memebot.channel.triage import QueueOrder, Triage
from memebot.database import Database, in_memory, open_database
from memebot.i18n import Texts, catalogue
from moderation.errors import (
    AlreadyDecided,
    BadCaption,
    Claimed,
    NotAllowed,
    ReasonNotFound,
    SameDecider,
    Stale,
    SubmissionNotFound,
    TooLate,
)
from moderation.model import MediaSummary, Medium, Submission, SubmissionId
from moderation.queue.pending import PendingFilter
from moderation.stores import Moderation

OUTSIDER = 999
NONE = type(None)
VIEW = QueueOrder()
EN = Texts("en", catalogue("en"))


class Desk:
    """Two moderators over an empty queue, and a clock to turn."""

    def __init__(self, db: Database) -> None:
        self.now = NOW
        self.stores = Moderation.open(db, owners=[1])
        self.stores.community.set("daily_limit", 1000, by=1, now=NOW)
        for person in (ANN, BOB):
            self.stores.people.grant(person, "moderator", by=1, now=NOW)
        self.review = Review(self.stores, clock=self.clock)
        self.triage = Triage(self.stores, self.review, clock=self.clock)

    def clock(self) -> datetime:
        self.now += SECOND / 10
        return self.now

    def submit(self, **facts: Any) -> Submission:
        self.now += SECOND
        return self.stores.queue.submit(draft(**facts), now=self.now)

    def state(self, number: int) -> str:
        return self.stores.submissions.get(number).state


@pytest.fixture
def desk() -> Desk:
    return Desk(in_memory())


# --- the list and the next card


def test_a_page_names_authors_with_their_record_and_counts_what_waits(desk: Desk) -> None:
    first, second = desk.submit(author_name="Eve"), desk.submit(author_name="Eve")
    desk.submit(author_id=8)
    desk.review.reject(first.id, BOB, version=1, reason_key="ad")
    page = desk.triage.listed(VIEW, ANN)
    assert [row.submission.id for row in page.rows] == [second.id, 3]
    record = page.rows[0].record
    assert record is not None and (record.proposed, record.rejected, record.pending) == (2, 1, 1)
    assert (page.counts.total, page.counts.found, page.before, page.after) == (2, 2, False, False)
    assert page.author_names == {} and page.counts.authors == ()
    desk.submit(author_name="Eve")
    assert desk.triage.listed(VIEW, ANN).author_names == {AUTHOR: "Eve"}


def test_after_a_verdict_comes_the_next_card_and_after_the_last_one_the_first(desk: Desk) -> None:
    numbers = [desk.submit().id for _ in range(3)]
    desk.review.reject(numbers[1], ANN, version=1)
    assert desk.triage.next(numbers[1], VIEW, ANN) == numbers[2]
    desk.review.reject(numbers[2], ANN, version=1)
    assert desk.triage.next(numbers[2], VIEW, ANN) == numbers[0]
    assert desk.triage.next(numbers[0], VIEW, ANN) is None, "nothing else waits"


def test_a_card_knows_its_neighbours_in_the_list_that_it_was_opened_from(desk: Desk) -> None:
    numbers = [desk.submit(lang=lang).id for lang in ("ru", "en", "ru", "ru")]
    view = QueueOrder(PendingFilter(lang="ru"), "newest")
    card = desk.triage.card(numbers[2], view, ANN)
    assert (card.previous, card.next) == (numbers[3], numbers[0])
    assert card.free and card.free[0] > desk.now


def test_who_may_not_decide_sees_nothing(desk: Desk) -> None:
    number = desk.submit().id
    for look in (
        lambda: desk.triage.listed(VIEW, OUTSIDER),
        lambda: desk.triage.card(number, VIEW, OUTSIDER),
        lambda: desk.triage.next(number, VIEW, OUTSIDER),
        lambda: desk.triage.reject_one(number, OUTSIDER, version=1),
        lambda: desk.triage.undo_one(number, OUTSIDER, version=1),
        lambda: desk.triage.preview(number, FormattedText("x"), OUTSIDER, EN),
    ):
        with pytest.raises(NotAllowed):
            look()
    assert desk.state(number) == "pending"


# --- many at once


def test_each_of_many_tells_what_came_of_it_and_none_hinders_the_others(desk: Desk) -> None:
    numbers = [desk.submit(author_id=20 + n).id for n in range(6)]
    desk.review.approve(numbers[1], BOB, when="next", version=1)
    desk.stores.queue.withdraw(numbers[2], 22, now=desk.now)
    desk.review.claim(numbers[3], BOB, version=1)
    desk.review.edit_caption(numbers[4], BOB, "other words", ())
    seen = [*((number, 1) for number in numbers), (SubmissionId(99), 1)]
    came = [desk.triage.reject_one(number, ANN, version=version, reason_key="ad") for number, version in seen]
    why = [type(one.refused) for one in came]
    assert why == [NONE, AlreadyDecided, AlreadyDecided, Claimed, Stale, NONE, SubmissionNotFound]
    assert [desk.state(n) for n in numbers] == ["rejected", "approved", "withdrawn", "pending", "pending", "rejected"]
    assert came[1].refused is not None and getattr(came[1].refused, "by", None) == BOB
    rejected = desk.stores.submissions.get(numbers[0])
    assert (rejected.reason_key, rejected.decided_by, rejected.undo_until is not None) == ("ad", ANN, True)


def test_an_appeal_among_many_waits_for_somebody_else_and_its_words_are_in_the_timeline(desk: Desk) -> None:
    appealed, other = desk.submit(), desk.submit()
    desk.stores.queue.reject(appealed.id, ANN, now=desk.now)
    desk.now += 2 * MINUTE
    waits = desk.stores.appeals.make(appealed.id, AUTHOR, "It is ours.", now=desk.now)
    first, second = (desk.triage.reject_one(s.id, ANN, version=s.version) for s in (waits, other))
    assert (type(first.refused), type(second.refused)) == (SameDecider, NONE)
    card = desk.triage.card(waits.id, VIEW, ANN)
    assert [(h.row.action, h.text) for h in card.timeline][-1] == ("appeal", "It is ours.")
    assert desk.triage.reject_one(waits.id, BOB, version=waits.version).refused is None


def test_a_reason_that_does_not_exist_rejects_nothing(desk: Desk) -> None:
    number = desk.submit().id
    with pytest.raises(ReasonNotFound):
        desk.triage.reject_one(number, ANN, version=1, reason_key="nonsense")
    assert desk.state(number) == "pending"


def test_undoing_many_takes_back_just_those_that_nobody_has_touched_since(desk: Desk) -> None:
    numbers = [desk.submit(author_id=20 + n).id for n in range(4)]
    done = [desk.triage.reject_one(number, ANN, version=1) for number in numbers[:3]]
    desk.review.undo(numbers[1], BOB, version=2)
    desk.review.reject(numbers[1], BOB, version=3)
    desk.triage.reject_one(numbers[3], BOB, version=1)
    versions = {one.number: one.submission.version for one in done if one.submission is not None}
    back = [desk.triage.undo_one(number, ANN, version=version) for number, version in versions.items()]
    assert [type(one.refused) for one in back] == [NONE, Stale, NONE]
    assert [desk.state(number) for number in numbers] == ["pending", "rejected", "pending", "rejected"]
    assert desk.stores.submissions.get(numbers[1]).decided_by == BOB
    desk.now += 5 * MINUTE
    late = desk.triage.undo_one(numbers[3], ANN, version=2).refused
    assert isinstance(late, TooLate), "its author has heard"


BULK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from memebot.channel.review import Review
from memebot.channel.triage import Triage
from memebot.database import open_database
from moderation.stores import Moderation
clock = lambda: datetime(2026, 1, 5, 13, tzinfo=UTC)
stores = Moderation.open(open_database(Path(sys.argv[1])))
triage = Triage(stores, Review(stores, clock=clock), clock=clock)
print("ready", flush=True)
sys.stdin.readline()
for number in range(1, 201):
    refused = triage.reject_one(number, int(sys.argv[2]), version=1, reason_key="ad").refused
    print(number, type(refused).__name__, flush=True)
"""


def begin(path: Path, person: int) -> Fork:
    process = fork_code(BULK, path, person)
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


def filled(path: Path) -> Moderation:
    stores = Moderation.open(open_database(path), owners=[1])
    for person in (ANN, BOB):
        stores.people.grant(person, "moderator", by=1, now=NOW)
    for number in range(200):
        stores.queue.submit(draft(author_id=1000 + number), now=NOW)
    return stores


def test_two_who_reject_the_same_many_at_once_share_them(tmp_path: Path) -> None:
    stores = filled(tmp_path / "db")
    processes = [begin(tmp_path / "db", person) for person in (ANN, BOB)]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [dict(line.split() for line in process.communicate()[0].splitlines()) for process in processes]
    for number in range(1, 201):
        assert sorted(one[str(number)] for one in said) == ["AlreadyDecided", "NoneType"]
        winner = ANN if said[0][str(number)] == "NoneType" else BOB
        assert stores.submissions.get(number).decided_by == winner
        assert [row.action for row in stores.audit.newest(number)] == ["reject", "submit"]


def test_rejecting_many_killed_in_the_middle_leaves_each_decided_once_or_not_at_all(tmp_path: Path) -> None:
    stores = filled(tmp_path / "db")
    for _ in range(3):
        process, before = begin(tmp_path / "db", ANN), stores.submissions.count("rejected")
        process.stdin.write("\n")
        process.stdin.flush()
        limit = time.monotonic() + 30
        while stores.submissions.count("rejected") <= before + 5 and time.monotonic() < limit:
            pass
        process.kill()
        process.communicate()
        assert stores.db.execute("pragma integrity_check").fetchone() == ("ok",)
    rejected = stores.submissions.count("rejected")
    assert rejected >= 3
    for number in range(1, 201):
        found = stores.submissions.get(number)
        actions = Counter(row.action for row in stores.audit.newest(number))
        assert actions == ({"submit": 1, "reject": 1} if found.state == "rejected" else {"submit": 1})
        assert (found.version, found.reason_key) == ((2, "ad") if found.state == "rejected" else (1, None))
    due = stores.outbox.due_notices(now=NOW + timedelta(days=1), limit=1000)
    assert sorted(notice.submission.id for notice in due) == sorted(
        number for number in range(1, 201) if stores.submissions.get(number).state == "rejected"
    ), "each author hears once"


# --- what happened


def test_the_timeline_tells_who_did_what_with_the_words_that_were_said(desk: Desk) -> None:
    number = desk.submit().id
    desk.review.ask(number, ANN, "Where is this from?")
    desk.stores.queue.answer(number, AUTHOR, "Made <b>myself</b>", now=desk.clock())
    Team(desk.stores, clock=desk.clock).note(AUTHOR, "sends good ones", BOB)
    desk.review.reject(number, BOB, version=3)
    desk.review.undo(number, ANN, version=4)
    told = [(h.row.action, h.row.actor, h.text) for h in desk.triage.card(number, VIEW, ANN).timeline]
    assert told == [
        ("submit", AUTHOR, ""),
        ("ask", ANN, "Where is this from?"),
        ("answer", AUTHOR, "Made <b>myself</b>"),
        ("note", BOB, "sends good ones"),
        ("reject", BOB, ""),
        ("undo", ANN, ""),
    ]


def test_a_note_that_was_rewritten_is_told_once_as_it_is_now(desk: Desk) -> None:
    number, team = desk.submit().id, Team(desk.stores, clock=desk.clock)
    team.note(AUTHOR, "first", BOB)
    team.note(AUTHOR, "second", ANN)
    told = [(h.row.actor, h.text) for h in desk.triage.card(number, VIEW, ANN).timeline if h.row.action == "note"]
    assert told == [(BOB, ""), (ANN, "second")]


# --- captions


def test_a_preview_is_the_post_with_credit_and_button(desk: Desk) -> None:
    known = MediaSummary(sha256="0" * 64, explanation={"matches": [], "text": ""}, verdict="joke", confidence=0.9)
    number = desk.submit(author_name="Eve", caption="old", reading=known).id
    shape = desk.triage.preview(number, FormattedText("  new\u202e words "), ANN, EN)
    assert shape.caption.text == "new words\n\nSent in by Eve"
    assert shape.button is not None and shape.reply is None
    assert desk.stores.submissions.get(number).caption == "old", "a preview changes nothing"


def test_a_caption_is_counted_in_utf_16_units(desk: Desk) -> None:
    number = desk.submit().id
    desk.triage.preview(number, FormattedText("😀" * 512), ANN, EN)
    with pytest.raises(BadCaption) as error:
        desk.triage.preview(number, FormattedText("😀" * 512 + "x"), ANN, EN)
    assert (error.value.length, error.value.limit) == (1025, 1024)


def test_a_caption_that_somebody_else_has_changed_is_not_overwritten(desk: Desk) -> None:
    number = desk.submit(caption="first").id
    desk.review.edit_caption(number, BOB, "second", ())
    with pytest.raises(Stale):
        desk.review.edit_caption(number, ANN, "mine", (), version=1)
    assert desk.stores.submissions.get(number).caption == "second"
    held = desk.review.claim(number, ANN, version=2)
    assert desk.review.edit_caption(number, ANN, "mine", (), version=held.version).caption == "mine"
    assert desk.stores.submissions.get(number).claimed_by is None


# --- reposts


def test_what_was_here_before_comes_with_its_pictures(desk: Desk) -> None:
    shown = desk.submit(media=(Medium("photo", "first", "u1"),)).id
    desk.review.approve(shown, ANN, when="now", version=1)
    desk.now += 5 * MINUTE
    publishing = desk.stores.posts.begin_publishing(shown, 2, now=desk.now)
    desk.stores.posts.mark_published(shown, chat_id=-5, message_ids=[70], link="https://t.me/c/70", now=desk.now)
    assert publishing.state == "publishing"
    waiting = desk.submit(media=(Medium("photo", "second", "u2"),)).id
    sightings = [
        {"kind": "post", "chat_id": -5, "message_id": 70, "link": "https://t.me/c/70", "at": NOW.isoformat()},
        {"kind": "submission", "id": waiting, "at": NOW.isoformat()},
        {"kind": "post", "chat_id": -5, "message_id": 9, "link": "https://t.me/c/9", "at": NOW.isoformat()},
    ]
    reading = MediaSummary(sightings=[{**one, "how": "near", "distance": 8} for one in sightings])
    earlier = desk.triage.card(desk.submit(reading=reading).id, VIEW, ANN).dossier.earlier
    assert [one.pictured for one in earlier] == [shown, waiting, None]
