"""From a verdict to one post, and what readers make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from engines import dump
from moderation_drafts import ANN, AUTHOR, BOB, MINUTE, NOW, SECOND, draft

from memebot.database import REFUSALS, writing
from moderation.errors import AlreadyDecided, SlotPassed, Stale, TooClose
from moderation.model import MediaSummary, Notice, Submission
from moderation.stores import Moderation

Submit = Callable[..., Submission]
UNDO = timedelta(seconds=60)
HOUR = timedelta(hours=1)
LATER = NOW + UNDO
CHANNEL = -100


@pytest.fixture
def approve(stores: Moderation, submit: Submit) -> Callable[..., Submission]:
    """An approved submission."""

    def make(when: object = "now", *, now: datetime = NOW, **facts: object) -> Submission:
        return stores.queue.approve(submit(**facts).id, ANN, when=when, now=now, close_ok=True).submission  # type: ignore[arg-type]

    return make


@pytest.fixture
def publishing(stores: Moderation, approve: Submit) -> Callable[..., Submission]:
    """A submission that is being sent."""

    def make(**facts: object) -> Submission:
        made = approve(**facts)
        return stores.posts.begin_publishing(made.id, made.version, now=LATER)

    return make


@pytest.fixture
def posted(stores: Moderation, publishing: Submit) -> Callable[..., Submission]:
    """A submission that was posted, as these messages."""

    def make(*messages: int, at: datetime = LATER, **facts: object) -> Submission:
        made = publishing(**facts)
        return stores.posts.mark_published(
            made.id, chat_id=CHANNEL, message_ids=messages, link="https://t.me/memes/1", now=at
        )

    return make


def audit(stores: Moderation, number: int) -> list[str]:
    return [row.action for row in reversed(stores.audit.newest(number))]


# --- the plan


def test_the_plan_is_by_time_and_what_is_held_is_beside_it(stores: Moderation, approve: Submit) -> None:
    late, early = approve(NOW + 3 * HOUR), approve(NOW + HOUR)
    held = stores.slots.move(approve().id, None, by=ANN, now=NOW)
    assert [s.id for s in stores.slots.planned()] == [early.id, late.id]
    assert [s.id for s in stores.slots.held()] == [held.id]
    assert stores.posts.due(now=NOW + timedelta(days=9)) == stores.slots.planned()


def test_a_post_is_moved_to_a_time_that_keeps_the_gap_to_others_only(stores: Moderation, approve: Submit) -> None:
    one, other = approve(NOW + HOUR), approve(NOW + 2 * HOUR)
    assert stores.slots.move(one.id, NOW + HOUR + MINUTE, by=BOB, now=NOW).slot == NOW + HOUR + MINUTE
    with pytest.raises(TooClose):
        stores.slots.move(one.id, other.slot, by=BOB, now=NOW)
    with pytest.raises(SlotPassed):
        stores.slots.move(one.id, NOW - SECOND, by=BOB, now=NOW)
    assert stores.slots.move(one.id, NOW + 2 * HOUR - MINUTE, by=BOB, now=NOW, close_ok=True).version == 4


def test_an_author_who_knows_the_time_hears_of_a_new_one_once(stores: Moderation, approve: Submit) -> None:
    one = approve(NOW + HOUR)
    told = [notice for notice in stores.outbox.due_notices(now=NOW + MINUTE) if notice.submission.id == one.id]
    for notice in told:
        assert stores.outbox.claim_notice(notice.id, now=NOW)
    stores.slots.move(one.id, NOW + 2 * HOUR, by=BOB, now=NOW)
    stores.slots.move(one.id, NOW + 3 * HOUR, by=BOB, now=NOW)
    (due,) = [notice for notice in stores.outbox.due_notices(now=NOW + HOUR) if notice.submission.id == one.id]
    assert (due.kind, due.data, due.submission.slot) == ("approved", {"moved": True}, NOW + 3 * HOUR)


def test_an_author_whose_post_is_moved_back_hears_nothing_and_hears_of_what_they_do_not_know(
    stores: Moderation, approve: Submit
) -> None:
    one = approve(NOW + HOUR)

    def due(now: datetime) -> list[Notice]:
        return [notice for notice in stores.outbox.due_notices(now=now) if notice.submission.id == one.id]

    def tell(now: datetime) -> None:
        (notice,) = due(now)
        assert stores.outbox.claim_notice(notice.id, now=now)
        stores.outbox.mark_notice_sent(notice.id, now=now)

    def back(moved: Submission, to: Submission, now: datetime) -> Submission:
        (new,) = stores.slots.move_back([(one.id, moved.version, to.slot)], by=BOB, now=now)
        return new

    tell(NOW + MINUTE)
    moved = stores.slots.move(one.id, NOW + 2 * HOUR, by=BOB, now=NOW + 2 * MINUTE)
    assert len(due(NOW + 5 * MINUTE)) == 1
    one = back(moved, one, NOW + 3 * MINUTE)
    assert due(NOW + HOUR) == []  # they know that time and heard of no other
    moved = stores.slots.move(one.id, NOW + 2 * HOUR, by=BOB, now=NOW + 4 * MINUTE)
    tell(NOW + 7 * MINUTE)
    back(moved, one, NOW + 8 * MINUTE)
    (notice,) = due(NOW + HOUR)
    assert (notice.data, notice.submission.slot) == ({"moved": True}, NOW + HOUR)


def test_two_posts_swap_their_slots(stores: Moderation, approve: Submit) -> None:
    one, other = approve(NOW + HOUR), approve(NOW + 2 * HOUR)
    a, b = stores.slots.swap(one.id, other.id, by=BOB, now=NOW)
    assert (a.slot, b.slot) == (other.slot, one.slot)
    assert audit(stores, one.id)[-1] == "swap"


def test_after_a_downtime_late_posts_are_spread_in_their_order(stores: Moderation, approve: Submit) -> None:
    made = [approve(NOW + n * HOUR) for n in (1, 2, 3)]
    planned = approve(NOW + timedelta(hours=10, minutes=20))
    now = NOW + 10 * HOUR
    moved = stores.slots.spread_overdue(now=now)
    assert [s.id for s in moved] == [s.id for s in made]
    assert [s.slot for s in moved if s.slot] == [now + n * MINUTE for n in (50, 80, 110)]
    assert stores.submissions.get(planned.id).slot == planned.slot and stores.slots.spread_overdue(now=now) == []


def test_a_post_that_is_a_little_late_goes_out_as_it_is(stores: Moderation, approve: Submit) -> None:
    made = approve()
    assert stores.slots.spread_overdue(now=LATER + 9 * MINUTE) == []
    assert [s.id for s in stores.posts.due(now=LATER + 9 * MINUTE)] == [made.id]


def test_late_posts_take_the_next_slots_where_the_community_wants_that(stores: Moderation, approve: Submit) -> None:
    stores.community.set("overdue", "slots", by=ANN, now=NOW)
    stores.community.set("schedule", {"tue": ["10:00", "12:00"]}, by=ANN, now=NOW)
    for _ in range(2):
        approve()
    slots = [s.slot for s in stores.slots.spread_overdue(now=NOW + HOUR)]
    assert slots == [datetime(2026, 1, 6, 7, tzinfo=UTC), datetime(2026, 1, 6, 9, tzinfo=UTC)]


# --- the call to Telegram


def test_only_one_begins_to_publish(stores: Moderation, approve: Submit) -> None:
    made = approve()
    begun = stores.posts.begin_publishing(made.id, made.version, now=LATER)
    assert (begun.state, begun.fate) == ("publishing", "sending")
    with pytest.raises(AlreadyDecided):
        stores.posts.begin_publishing(made.id, made.version, now=LATER)
    assert stores.posts.due(now=LATER) == []


def test_what_was_changed_since_it_was_due_is_not_published(stores: Moderation, approve: Submit) -> None:
    made = approve()
    stores.queue.edit_caption(made.id, "new", by=BOB, now=NOW)
    with pytest.raises(Stale):
        stores.posts.begin_publishing(made.id, made.version, now=LATER)


def test_nothing_touches_what_is_being_sent(stores: Moderation, publishing: Submit) -> None:
    made = publishing()
    for change in (
        lambda: stores.queue.undo(made.id, ANN, now=NOW),
        lambda: stores.slots.move(made.id, None, by=ANN, now=NOW),
        lambda: stores.queue.edit_caption(made.id, "x", by=ANN, now=NOW),
        lambda: stores.posts.resolve(made.id, there=False, by=ANN, now=NOW),
    ):
        with pytest.raises(AlreadyDecided):
            change()
    assert stores.submissions.get(made.id) == made


def test_a_published_post_is_told_once_in_place_of_its_approval(stores: Moderation, approve: Submit) -> None:
    made = approve(NOW + UNDO)
    begun = stores.posts.begin_publishing(made.id, made.version, now=LATER)
    done = stores.posts.mark_published(
        begun.id, chat_id=CHANNEL, message_ids=[5, 6], link="https://t.me/memes/5", now=LATER
    )
    assert (done.state, done.published_chat, done.published_messages) == ("published", CHANNEL, (5, 6))
    assert (done.published_at, done.link, done.fate) == (LATER, "https://t.me/memes/5", None)
    assert [(n.kind, n.data) for n in stores.outbox.due_notices(now=LATER)] == [
        ("published", {"link": "https://t.me/memes/5"})
    ]
    with pytest.raises(AlreadyDecided):
        stores.posts.mark_published(begun.id, chat_id=CHANNEL, message_ids=[7], link=None, now=LATER)


def test_what_telegram_refuses_is_held_with_the_reason(stores: Moderation, publishing: Submit) -> None:
    refused = stores.posts.mark_refused(publishing().id, "no rights", now=LATER)
    assert (refused.state, refused.slot, refused.publish_error) == ("approved", None, "no rights")
    assert stores.posts.due(now=LATER + HOUR) == []
    again = stores.slots.move(refused.id, LATER + HOUR, by=ANN, now=LATER)
    assert again.publish_error is None and len(stores.posts.due(now=LATER + HOUR)) == 1


def test_what_telegram_puts_off_is_due_later(stores: Moderation, publishing: Submit) -> None:
    stores.posts.mark_refused(publishing().id, "wait", now=LATER, retry_at=LATER + MINUTE)
    assert [len(stores.posts.due(now=at)) for at in (LATER, LATER + MINUTE)] == [0, 1]


def test_what_a_stopped_run_was_sending_is_unknown(stores: Moderation, publishing: Submit) -> None:
    made = publishing()
    assert [s.fate for s in stores.posts.mark_all_unknown(now=LATER)] == ["unknown"]
    assert stores.posts.mark_all_unknown(now=LATER) == [] and [s.id for s in stores.posts.unresolved()] == [made.id]
    assert stores.posts.due(now=LATER + HOUR) == []


def test_an_admin_says_that_it_is_there(stores: Moderation, publishing: Submit) -> None:
    made = stores.posts.mark_unknown(publishing().id, now=LATER, why="network")
    done = stores.posts.resolve(made.id, there=True, by=BOB, now=LATER + MINUTE)
    assert (done.state, done.published_messages) == ("published", ()) and stores.posts.unresolved() == []
    with pytest.raises(AlreadyDecided):
        stores.posts.resolve(made.id, there=False, by=ANN, now=LATER + MINUTE)
    assert audit(stores, made.id) == ["submit", "approve", "begin", "unknown", "there"]


def test_an_admin_says_that_it_is_not_there_and_it_goes_out(stores: Moderation, publishing: Submit) -> None:
    made = stores.posts.mark_unknown(publishing().id, now=LATER)
    back = stores.posts.resolve(made.id, there=False, by=BOB, now=LATER + MINUTE)
    assert (back.state, back.slot) == ("approved", LATER + MINUTE)
    assert [s.id for s in stores.posts.due(now=LATER + MINUTE)] == [made.id]


# --- posts and reactions


def test_a_post_by_hand_is_kept_once_and_found_by_each_message(stores: Moderation, posted: Submit) -> None:
    assert [stores.posts.record_post(CHANNEL, 3, at=NOW) for _ in range(2)] == [True, False]
    made = posted(5, 6, 7)
    found = [stores.posts.find(CHANNEL, number) for number in (3, 5, 7, 8)]
    assert [post.submission if post else "none" for post in found] == [None, made.id, made.id, "none"]
    assert stores.posts.find(-5, 5) is None


def test_reactions_grow_and_older_counts_change_nothing_but_the_growth(stores: Moderation, posted: Submit) -> None:
    posted(5, 6)
    stores.posts.record_reactions(CHANNEL, 5, {"👍": 3, "🔥": 1}, at=LATER + 2 * MINUTE)
    stores.posts.record_reactions(CHANNEL, 6, {"👍": 1}, at=LATER + MINUTE)
    post = stores.posts.find(CHANNEL, 5)
    assert post is not None and (post.reactions, post.counts) == (4, {"👍": 3, "🔥": 1})
    assert [total for (total,) in stores.db.execute("select reactions from growth order by at").fetchall()] == [1, 4]
    assert stores.posts.record_reactions(CHANNEL, 99, {"👍": 1}, at=LATER) == []


def test_an_author_hears_of_each_milestone_once_and_of_the_highest_only(stores: Moderation, posted: Submit) -> None:
    made = posted(5)
    reached = [
        stores.posts.record_reactions(CHANNEL, 5, {"👍": n}, at=LATER + n * SECOND) for n in (9, 60, 40, 61, 100)
    ]
    assert reached == [[], [10, 50], [], [], [100]]
    told = [n.data["count"] for n in stores.outbox.due_notices(now=LATER + HOUR) if n.kind == "milestone"]
    assert told == [50, 100] and stores.submissions.get(made.id).reactions == 100


def test_whoever_does_not_want_milestones_hears_of_none(stores: Moderation, posted: Submit) -> None:
    people = stores.people
    assert people.wants_milestones(AUTHOR)
    people.set_milestones(AUTHOR, False)
    posted(5)
    assert stores.posts.record_reactions(CHANNEL, 5, {"👍": 99}, at=LATER) == []
    assert [n.kind for n in stores.outbox.due_notices(now=LATER)] == ["published"]


def test_the_top_is_by_reactions_within_a_time_with_posts_by_hand(stores: Moderation, posted: Submit) -> None:
    made = posted(5)
    stores.posts.record_post(CHANNEL, 3, at=NOW)
    stores.posts.record_post(CHANNEL, 2, at=NOW - HOUR)
    for message, count in ((5, 2), (3, 7), (2, 9)):
        stores.posts.record_reactions(CHANNEL, message, {"👍": count}, at=LATER)
    top = stores.posts.top(NOW, NOW + HOUR)
    assert [(post.message_id, s.id if s else None) for post, s in top] == [(3, None), (5, made.id)]


# --- privacy


def test_whoever_is_forgotten_leaves_no_name_and_no_meme_that_was_not_posted(
    stores: Moderation, submit: Submit, posted: Submit
) -> None:
    done, waiting = posted(5, caption="mine"), submit(caption="secret", reading=MediaSummary(explanation=["x"]))
    stores.queue.ask(waiting.id, ANN, "Where from?", now=NOW)
    stores.queue.answer(waiting.id, AUTHOR, "home", now=NOW)
    assert len(stores.author_data.export(AUTHOR)["submissions"]) == 2
    assert stores.author_data.forget(AUTHOR, now=LATER) == 2
    assert stores.author_data.export(AUTHOR)["submissions"] == [] and stores.submissions.by_author(AUTHOR) == []
    done, waiting = stores.submissions.get(done.id), stores.submissions.get(waiting.id)
    assert (done.state, done.author_name, done.credit, done.caption) == ("published", "", "anonymous", "mine")
    assert (waiting.state, waiting.caption, waiting.explanation) == ("withdrawn", "", None)
    assert stores.queue.remarks(waiting.id) == [] and stores.outbox.due_notices(now=LATER + HOUR) == []
    kept = dump(stores.db)
    assert "secret" not in kept and "home" not in kept and "Author" not in kept
    assert AUTHOR not in {row.actor for row in stores.audit.newest(limit=100)}


# --- what the schema itself holds


@pytest.mark.parametrize(
    "change",
    [
        "update submissions set state = 'published', version = version + 1",
        "update submissions set caption = 'x'",
        "update submissions set version = version + 2",
        "delete from submissions",
        "delete from audit",
        "update audit set actor = 5",
        "update audit set action = 'x'",
        "insert into posts (chat_id, message_id, submission, messages, at)"
        " select 1, n.value, id, '[1]', submitted_at from submissions, (select 1 as value union select 2) n",
    ],
)
def test_the_database_itself_refuses(stores: Moderation, submit: Submit, change: str) -> None:
    submit()
    with pytest.raises(REFUSALS):
        stores.db.execute(change)


def test_a_change_without_its_row_in_the_audit_log_cannot_be_kept(stores: Moderation, submit: Submit) -> None:
    made = submit()
    with pytest.raises(REFUSALS, match=r"(?i)foreign key"), writing(stores.db):
        stores.db.execute("update submissions set caption = 'x', version = version + 1")
    assert stores.submissions.get(made.id) == made


def test_a_step_that_was_overtaken_says_so_and_writes_nothing(stores: Moderation, submit: Submit) -> None:
    made = submit()
    stores.queue.claim(made.id, ANN, now=NOW)
    with pytest.raises(Stale):
        stores.submissions.update(made, "edit", ANN, NOW, {"caption": "x"})
    stores.queue.reject(made.id, ANN, now=NOW)
    with pytest.raises(AlreadyDecided):
        stores.submissions.update(made, "approve", ANN, NOW, to="approved")
    assert stores.queue.submit(draft(key=made.key), now=NOW).version == 3 == len(stores.audit.newest(made.id))
