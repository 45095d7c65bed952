"""A community with two channels: where a submission goes, each post in its own slots, and each once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from moderation_drafts import ANN, AUTHOR, MINUTE, NOW, SECOND

from memebot.database import REFUSALS, in_memory
from moderation.errors import AlreadyDecided, Stale, TooClose
from moderation.model import CHANNELS, ChannelName, Submission, Target
from moderation.stores import Moderation

Submit = Callable[..., Submission]
RU, EN = -100, -200
WEEK = {day: ["10:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
LATER = NOW + MINUTE


@pytest.fixture
def both(stores: Moderation, submit: Submit) -> Callable[..., Submission]:
    """A submission approved for both channels."""

    def make(when: object = "now", **facts: object) -> Submission:
        return stores.queue.approve(
            submit(**facts).id, ANN, when=when, now=NOW, channels=CHANNELS, close_ok=True
        ).submission  # type: ignore[arg-type]

    return make


def post(stores: Moderation, of: Submission, channel: ChannelName, message: int = 5) -> Submission:
    """Begin and end its post in a channel."""
    current = stores.submissions.placed(of.id, channel)
    stores.posts.begin_publishing(of.id, current.version, now=LATER, channel=channel)
    chat = RU if channel == "first" else EN
    return stores.posts.mark_published(
        of.id, chat_id=chat, message_ids=[message], link=f"https://t.me/c/{-chat}/{message}", now=LATER, channel=channel
    )


def test_each_channel_has_its_own_slots_and_its_own_posts_in_them(stores: Moderation, both: Submit) -> None:
    stores.community.set("schedule", WEEK, by=ANN, now=NOW)
    stores.community.set("second_schedule", "mon-sun 12:00", by=ANN, now=NOW)
    one, other = both("next"), both("next")
    own = [s.slot for s in stores.slots.planned(channel="first")]
    crossed = [s.slot for s in stores.slots.planned(channel="second")]
    assert own == [one.slot, other.slot] and len(set(own)) == 2
    assert [slot and slot.hour for slot in (*own, *crossed)] == [7, 7, 9, 9]  # Moscow's 10 and 12
    assert [s.crosspost for s in stores.slots.planned()] == [False, True, False, True]
    with pytest.raises(TooClose):
        stores.slots.check(crossed[0], NOW, channel="second")  # type: ignore[arg-type]
    stores.slots.check(crossed[0], NOW, channel="first")  # type: ignore[arg-type]
    moved = stores.slots.move(one.id, None, by=ANN, now=NOW, channel="second")
    assert [s.id for s in stores.slots.held(channel="second")] == [one.id] and stores.slots.held(channel="first") == []
    assert stores.submissions.get(one.id).slot == one.slot and moved.version == one.version + 1


def test_each_channel_is_posted_in_by_itself_and_once(stores: Moderation, both: Submit) -> None:
    made = both()
    assert [s.id for s in stores.posts.due(now=LATER, channel="second")] == [made.id]
    stores.posts.begin_publishing(made.id, made.version, now=LATER, channel="second")
    with pytest.raises(Stale):  # it was looked at before that
        stores.posts.begin_publishing(made.id, made.version, now=LATER, channel="first")
    assert [s.id for s in stores.posts.due(now=LATER, channel="first")] == [made.id]
    assert stores.posts.due(now=LATER, channel="second") == []
    assert stores.posts.mark_all_unknown(now=LATER, channel="first") == []
    (lost,) = stores.posts.mark_all_unknown(now=LATER, channel="second")
    assert (lost.fate, lost.channel, lost.crosspost) == ("unknown", "second", True)
    published = post(stores, made, "first")
    assert (published.state, published.published_chat) == ("published", RU)
    stores.posts.resolve(made.id, there=False, by=ANN, now=LATER, channel="second")
    again = post(stores, made, "second", 6)
    assert (again.state, again.published_chat, again.published_messages) == ("published", EN, (6,))
    for channel in CHANNELS:
        with pytest.raises(AlreadyDecided):
            stores.posts.begin_publishing(made.id, again.version, now=LATER, channel=channel)


def test_the_database_itself_refuses_a_second_post_in_a_channel(stores: Moderation, both: Submit) -> None:
    made = both()
    post(stores, made, "second")
    for statement in (
        "delete from crossposts",
        "update crossposts set state = 'approved'",
        f"insert into posts (chat_id, message_id, submission, messages, at, channel) values ({EN}, 77, {made.id},"
        " '[77]', '2026-01-05T12:00:00.000000+00:00', 'second')",
    ):
        with pytest.raises(REFUSALS):
            stores.audit.change(statement)


def test_what_is_aimed_anew_leaves_one_channel_and_gets_a_slot_of_the_other(stores: Moderation, both: Submit) -> None:
    made = both("next")
    there: dict[Target, set[str]] = {"second": {"second"}, "both": {"first", "second"}, "first": {"first"}}
    for target, channels in there.items():
        stores.crossposts.aim(made.id, target, by=ANN, now=NOW)
        assert {s.channel for s in stores.slots.planned()} == channels
    post(stores, made, "first")
    late = stores.crossposts.aim(made.id, "both", by=ANN, now=LATER)
    assert late.state == "published" and [s.channel for s in stores.slots.planned()] == ["second"]
    post(stores, made, "second")
    with pytest.raises(AlreadyDecided):
        stores.crossposts.aim(made.id, "first", by=ANN, now=LATER)


def test_what_is_rejected_or_taken_back_leaves_both_channels(stores: Moderation, both: Submit) -> None:
    undone = both()
    stores.queue.undo(undone.id, ANN, now=NOW)
    assert stores.submissions.crosspost(undone.id) is None
    rejected = both()
    stores.queue.reject(rejected.id, ANN, now=LATER)
    assert stores.slots.planned() == [] and stores.posts.due(now=LATER + MINUTE, channel="second") == []
    half = both()
    post(stores, half, "second")
    with pytest.raises(AlreadyDecided):  # readers have seen it: the other post is held back instead
        stores.queue.reject(half.id, ANN, now=LATER)


@pytest.mark.parametrize("apart", [timedelta(minutes=20), timedelta(days=1)])
def test_the_author_hears_once_of_both_posts(stores: Moderation, both: Submit, apart: timedelta) -> None:
    made = both()
    stores.slots.move(made.id, LATER + apart, by=ANN, now=NOW, channel="second", close_ok=True)
    post(stores, made, "first")
    soon = stores.outbox.due_notices(now=LATER + SECOND)
    assert len(soon) == (0 if apart < timedelta(hours=1) else 1)
    for notice in soon:
        stores.outbox.claim_notice(notice.id, now=LATER)
        stores.outbox.mark_notice_sent(notice.id, now=LATER)
    post(stores, made, "second", 6)
    rest = stores.outbox.due_notices(now=LATER + SECOND)
    assert len(soon) + len(rest) == 1


def test_words_for_one_channel_are_its_readers_alone(stores: Moderation, both: Submit) -> None:
    made = both(caption="раз")
    stores.queue.edit_caption(made.id, "one", by=ANN, now=NOW, channel="second")
    captions = {s.channel: s.caption for s in stores.slots.planned()}
    assert captions == {"first": "раз", "second": "one"}
    begun = stores.posts.begin_publishing(made.id, stores.submissions.get(made.id).version, now=LATER, channel="second")
    assert begun.caption == "one"


def test_an_author_who_is_forgotten_leaves_no_plan_and_learns_of_both_posts_before(
    stores: Moderation, both: Submit
) -> None:
    made = both()
    post(stores, made, "first")
    exported = stores.author_data.export(AUTHOR)["submissions"][0]
    assert exported["crosspost"]["channel"] == "second" and exported["crosspost"]["state"] == "approved"
    stores.author_data.forget(AUTHOR, now=LATER)
    assert stores.submissions.crosspost(made.id) is None and stores.submissions.get(made.id).state == "published"


def test_what_a_reader_of_either_channel_likes_is_counted_there(stores: Moderation, both: Submit) -> None:
    made = both()
    post(stores, made, "first"), post(stores, made, "second", 6)
    stores.posts.record_reactions(EN, 6, {"👍": 3}, at=LATER)
    first, second = (stores.submissions.placed(made.id, channel) for channel in CHANNELS)
    assert (first.reactions, second.reactions) == (0, 3)
    ((best, of),) = stores.posts.top(NOW, LATER + MINUTE)
    assert (best.channel, best.message_id, of and of.channel) == ("second", 6, "second")
    assert stores.posts.top(NOW, LATER + MINUTE, channel="first") == []


def test_what_is_looked_for_again_and_again_is_found_by_indexes() -> None:
    """However much was posted, in one channel or in both."""
    stores, statements = Moderation.open(in_memory(), second=True), list[str]()
    stores.db.conn.set_trace_callback(statements.append)  # type: ignore[attr-defined]
    for channel in CHANNELS:
        stores.posts.due(now=NOW, channel=channel), stores.posts.mark_all_unknown(now=NOW, channel=channel)
        stores.posts.without_why(channel=channel), stores.slots.overdue(now=NOW, channel=channel)
    stores.posts.unresolved(), stores.alerts.due(now=NOW, channels=CHANNELS)
    stores.db.conn.set_trace_callback(None)  # type: ignore[attr-defined]
    asked = [sql for sql in statements if sql.startswith("select") and "crossposts" in sql]
    plans = {sql: [row[3] for row in stores.db.execute(f"explain query plan {sql}")] for sql in asked}
    assert len(plans) >= 8
    assert [step for steps in plans.values() for step in steps if step in ("SCAN s", "SCAN c", "SCAN p")] == []
