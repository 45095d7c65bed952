"""From a draft to a verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from moderation_drafts import ANN, AUTHOR, BOB, CAT, MINUTE, NOW, SECOND, draft

from moderation.audit import COMMAND_LINE
from moderation.errors import (
    AlreadyDecided,
    AlreadyVoted,
    BadCaption,
    BadPost,
    Banned,
    Claimed,
    DailyLimit,
    NoFreeSlot,
    NotYours,
    OwnSubmission,
    ReasonNotFound,
    SlotPassed,
    Stale,
    SubmissionNotFound,
    TooClose,
    TooLate,
)
from moderation.model import MediaSummary, Medium, Submission
from moderation.stores import Moderation

Submit = Callable[..., Submission]
UNDO = timedelta(seconds=60)


def kinds(stores: Moderation, now: datetime) -> list[str]:
    return [notice.kind for notice in stores.outbox.due_notices(now=now)]


def actions(stores: Moderation, number: int) -> list[str]:
    return [row.action for row in reversed(stores.audit.newest(number))]


# --- submitting


def test_a_submission_keeps_all_facts_of_its_draft(stores: Moderation) -> None:
    media = (Medium("photo", "a", "ua"), Medium("video", "b", "ub"))
    reading = MediaSummary("0" * 64, 5, [{"entry": "nan"}], "joke", 0.9, ("tiny",), [{"post": 1}])
    made = stores.queue.submit(
        draft(
            media=media,
            credit="anonymous",
            lang="en",
            caption="<b>",
            caption_entities=({"type": "bold"},),
            origin="suggested_post",
            origin_chat=-1,
            origin_message=9,
            reading=reading,
        ),
        now=NOW,
    )
    again = stores.submissions.get(made.id)
    assert again == made
    assert (again.media, again.caption_entities, again.explanation) == (media, ({"type": "bold"},), [{"entry": "nan"}])
    assert (again.state, again.version, again.submitted_at, again.flags) == ("pending", 1, NOW, ("tiny",))
    assert (again.verdict, again.confidence, again.sightings) == ("joke", 0.9, [{"post": 1}])


def test_the_same_press_twice_submits_once(stores: Moderation) -> None:
    pressed = draft()
    assert stores.queue.submit(pressed, now=NOW).id == stores.queue.submit(pressed, now=NOW + SECOND).id
    assert stores.submissions.count() == 1


def test_a_repeated_press_is_answered_even_when_the_limit_is_reached(stores: Moderation) -> None:
    stores.community.set("daily_limit", 1, by=ANN, now=NOW)
    pressed = draft()
    first = stores.queue.submit(pressed, now=NOW)
    assert stores.queue.submit(pressed, now=NOW) == first


def test_the_key_of_another_author_opens_nothing(stores: Moderation) -> None:
    stores.queue.submit(draft(key="k"), now=NOW)
    with pytest.raises(NotYours):
        stores.queue.submit(draft(key="k", author_id=8), now=NOW)


def test_whoever_is_banned_hears_that_before_anything_else(stores: Moderation) -> None:
    people = stores.people
    people.ban(AUTHOR, by=ANN, now=NOW, until=NOW + timedelta(days=1), reason="ads")
    with pytest.raises(Banned) as error:
        stores.queue.submit(draft(caption="x" * 2000), now=NOW)
    assert (error.value.ban.reason, error.value.ban.until) == ("ads", NOW + timedelta(days=1))
    assert stores.queue.submit(draft(), now=NOW + timedelta(days=1)).state == "pending"


def test_the_daily_limit_says_when_the_next_one_fits(stores: Moderation) -> None:
    stores.community.set("daily_limit", 2, by=ANN, now=NOW)
    stores.queue.submit(draft(), now=NOW)
    assert stores.queue.check_author(AUTHOR, now=NOW + MINUTE) == 1
    stores.queue.submit(draft(), now=NOW + MINUTE)
    with pytest.raises(DailyLimit) as error:
        stores.queue.submit(draft(), now=NOW + 2 * MINUTE)
    assert error.value.again_at == NOW + timedelta(days=1)
    stores.queue.submit(draft(author_id=8), now=NOW)
    assert stores.queue.submit(draft(), now=NOW + timedelta(days=1)).state == "pending"


def test_a_caption_is_counted_as_telegram_counts(stores: Moderation) -> None:
    assert stores.queue.submit(draft(caption="😀" * 512), now=NOW).caption == "😀" * 512
    with pytest.raises(BadCaption) as error:
        stores.queue.submit(draft(caption="😀" * 512 + "x"), now=NOW)
    assert (error.value.length, error.value.limit) == (1025, 1024)


@pytest.mark.parametrize("media", ["", "a" * 11, "pd", "aa", "s" * 2])
def test_what_cannot_become_one_post_is_refused(stores: Moderation, media: str) -> None:
    names = {"p": "photo", "d": "document", "a": "animation", "s": "sticker"}
    made = tuple(Medium(names[kind], f"{n}", f"{n}") for n, kind in enumerate(media))  # type: ignore[arg-type]
    with pytest.raises(BadPost):
        stores.queue.submit(draft(media=made), now=NOW)


def test_the_queue_is_the_oldest_first_with_ties_by_number_and_pages(stores: Moderation, submit: Submit) -> None:
    late = submit(now=NOW + SECOND)
    ties = [submit(now=NOW) for _ in range(3)]
    expected = [*(s.id for s in ties), late.id]
    assert [s.id for s in stores.submissions.by_state("pending", 10)] == expected
    pages = stores.submissions.by_state("pending", 2) + stores.submissions.by_state("pending", 2, after=expected[1])
    assert [s.id for s in pages] == expected
    assert [stores.submissions.place(number) for number in expected] == [1, 2, 3, 4]
    stores.queue.reject(expected[0], ANN, now=NOW)
    assert stores.submissions.place(expected[0]) is None and stores.submissions.place(late.id) == 3
    assert [s.id for s in stores.submissions.by_state("pending", 2, after=expected[0])] == expected[1:3]


def test_only_the_author_withdraws_and_only_while_it_waits(stores: Moderation, submit: Submit) -> None:
    one, other = submit(), submit()
    with pytest.raises(NotYours):
        stores.queue.withdraw(one.id, 8, now=NOW)
    assert stores.queue.withdraw(one.id, AUTHOR, now=NOW).state == "withdrawn"
    stores.queue.approve(other.id, ANN, when="now", now=NOW)
    with pytest.raises(AlreadyDecided) as error:
        stores.queue.withdraw(other.id, AUTHOR, now=NOW)
    assert (error.value.state, error.value.by, error.value.at) == ("approved", ANN, NOW)


def test_what_nobody_submitted_is_not_found(stores: Moderation) -> None:
    with pytest.raises(SubmissionNotFound):
        stores.queue.approve(99, ANN, when="now", now=NOW)


def test_an_edited_caption_is_a_new_version_and_the_same_one_is_none(stores: Moderation, submit: Submit) -> None:
    made = submit(caption="a")
    edited = stores.queue.edit_caption(made.id, "b", [{"type": "bold", "offset": 0, "length": 1}], by=ANN, now=NOW)
    assert (edited.caption, edited.version, edited.state) == ("b", 2, "pending")
    assert stores.queue.edit_caption(made.id, "b", edited.caption_entities, by=ANN, now=NOW).version == 2
    with pytest.raises(Stale) as error:
        stores.queue.approve(made.id, BOB, when="now", now=NOW, version=made.version)
    assert error.value.submission.caption == "b"
    with pytest.raises(BadCaption):
        stores.queue.edit_caption(made.id, "x" * 1025, by=ANN, now=NOW)


# --- verdicts


def test_publish_now_waits_for_the_time_to_undo(stores: Moderation, submit: Submit) -> None:
    made = stores.queue.approve(submit().id, ANN, when="now", now=NOW)
    assert (made.outcome, made.submission.slot, made.submission.undo_until) == ("approved", NOW + UNDO, NOW + UNDO)
    assert stores.posts.due(now=NOW + UNDO - SECOND) == []
    assert [s.id for s in stores.posts.due(now=NOW + UNDO)] == [made.submission.id]


def test_a_moment_within_the_time_to_undo_is_not_due_before_it_is_over(stores: Moderation, submit: Submit) -> None:
    stores.queue.approve(submit().id, ANN, when=NOW + SECOND, now=NOW)
    assert stores.posts.due(now=NOW + 2 * SECOND) == []
    assert len(stores.posts.due(now=NOW + UNDO)) == 1


def test_the_next_slot_is_free_and_given_once(stores: Moderation, submit: Submit) -> None:
    stores.community.set("schedule", {"mon": ["16:00", "16:10", "18:00"]}, by=ANN, now=NOW)
    first, second, third = (
        stores.queue.approve(submit().id, ANN, when="next", now=NOW).submission.slot for _ in range(3)
    )
    assert first == datetime(2026, 1, 5, 13, 0, tzinfo=UTC)
    assert second == datetime(2026, 1, 5, 15, 0, tzinfo=UTC)  # 16:10 is closer than half an hour
    assert third == datetime(2026, 1, 12, 13, 0, tzinfo=UTC)


def test_an_empty_schedule_has_no_next_slot(stores: Moderation, submit: Submit) -> None:
    stores.community.set("schedule", {}, by=ANN, now=NOW)
    made = submit()
    with pytest.raises(NoFreeSlot):
        stores.queue.approve(made.id, ANN, when="next", now=NOW)
    assert stores.submissions.get(made.id) == made


def test_a_chosen_time_keeps_the_gap_unless_the_admin_insists(stores: Moderation, submit: Submit) -> None:
    at = NOW + timedelta(hours=3)
    stores.queue.approve(submit().id, ANN, when=at, now=NOW)
    made = submit()
    with pytest.raises(TooClose) as error:
        stores.queue.approve(made.id, BOB, when=at + 29 * MINUTE, now=NOW)
    assert error.value.other == at and stores.submissions.get(made.id) == made
    assert stores.queue.approve(made.id, BOB, when=at + 29 * MINUTE, now=NOW, close_ok=True).outcome == "approved"
    with pytest.raises(SlotPassed):
        stores.queue.approve(submit().id, BOB, when=NOW, now=NOW)


def test_the_loser_of_a_race_hears_who_decided_and_when(stores: Moderation, submit: Submit) -> None:
    made = submit()
    stores.queue.reject(made.id, ANN, now=NOW, reason_key="seen")
    with pytest.raises(AlreadyDecided) as error:
        stores.queue.approve(made.id, BOB, when="now", now=NOW + SECOND)
    assert (error.value.by, error.value.at, error.value.state) == (ANN, NOW, "rejected")
    assert actions(stores, made.id) == ["submit", "reject"]


def test_several_approvals_count_each_admin_once(stores: Moderation, submit: Submit) -> None:
    stores.community.set("approvals", 3, by=ANN, now=NOW)
    made = submit()
    first = stores.queue.approve(made.id, ANN, when="now", now=NOW)
    assert (first.outcome, first.have, first.need, first.submission.approvals) == ("counted", 1, 3, (ANN,))
    with pytest.raises(AlreadyVoted):
        stores.queue.approve(made.id, ANN, when="now", now=NOW)
    assert stores.queue.approve(made.id, BOB, when="now", now=NOW + SECOND).have == 2
    last = stores.queue.approve(made.id, CAT, when="next", now=NOW + 2 * SECOND)
    assert (last.outcome, last.submission.decided_by, last.submission.approvals) == ("approved", CAT, (ANN, BOB, CAT))
    assert actions(stores, made.id) == ["submit", "vote", "vote", "approve"]


def test_after_an_undo_everybody_may_approve_anew(stores: Moderation, submit: Submit) -> None:
    stores.community.set("approvals", 2, by=ANN, now=NOW)
    made = submit()
    for admin in (ANN, BOB):
        stores.queue.approve(made.id, admin, when="now", now=NOW)
    assert stores.queue.undo(made.id, CAT, now=NOW).approvals == ()
    assert stores.queue.approve(made.id, ANN, when="now", now=NOW).outcome == "counted"


def test_the_command_line_may_decide_alone(stores: Moderation, submit: Submit) -> None:
    stores.community.set("approvals", 2, by=ANN, now=NOW)
    made = stores.queue.claim(submit().id, ANN, now=NOW)
    assert stores.queue.approve(made.id, COMMAND_LINE, when="now", now=NOW, final=True).outcome == "approved"


def test_nobody_approves_their_own_unless_the_community_lets_them(stores: Moderation, submit: Submit) -> None:
    made = submit(author_id=ANN)
    with pytest.raises(OwnSubmission):
        stores.queue.approve(made.id, ANN, when="now", now=NOW)
    stores.community.set("own_approval", True, by=ANN, now=NOW)
    assert stores.queue.approve(made.id, ANN, when="now", now=NOW).outcome == "approved"


def test_a_reason_that_there_is_not_rejects_nothing(stores: Moderation, submit: Submit) -> None:
    made = submit()
    with pytest.raises(ReasonNotFound) as error:
        stores.queue.reject(made.id, ANN, now=NOW, reason_key="nope")
    assert "seen" in error.value.known and stores.submissions.get(made.id) == made


# --- undo


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_an_undone_verdict_leaves_no_trace_but_in_the_audit_log(
    stores: Moderation, submit: Submit, verdict: str
) -> None:
    made = submit()
    if verdict == "approved":
        stores.queue.approve(made.id, ANN, when="next", now=NOW)
    else:
        stores.queue.reject(made.id, ANN, now=NOW, reason_text="no")
    undone = stores.queue.undo(made.id, BOB, now=NOW + UNDO - SECOND)
    same = ("state", "slot", "decided_by", "decided_at", "reason_text", "undo_until", "approvals")
    assert all(getattr(undone, name) == getattr(made, name) for name in same)
    assert kinds(stores, NOW + timedelta(days=30)) == []
    last = stores.audit.newest(made.id)[0]
    assert (last.action, last.actor, last.before, last.after) == ("undo", BOB, verdict, "pending")


def test_after_its_time_a_verdict_stands(stores: Moderation, submit: Submit) -> None:
    made = stores.queue.reject(submit().id, ANN, now=NOW).submission
    with pytest.raises(TooLate):
        stores.queue.undo(made.id, ANN, now=NOW + UNDO)
    with pytest.raises(AlreadyDecided):
        stores.queue.undo(submit().id, ANN, now=NOW)


def test_what_an_author_has_heard_is_not_taken_back_even_with_a_slow_clock(stores: Moderation, submit: Submit) -> None:
    made = stores.queue.reject(submit().id, ANN, now=NOW).submission
    (notice,) = stores.outbox.due_notices(now=NOW + UNDO)
    assert stores.outbox.claim_notice(notice.id, now=NOW + UNDO)
    with pytest.raises(TooLate):
        stores.queue.undo(made.id, ANN, now=NOW + SECOND)


# --- claims


def test_a_claim_keeps_others_away_until_it_expires(stores: Moderation, submit: Submit) -> None:
    made = stores.queue.claim(submit().id, ANN, now=NOW)
    assert (made.claimant(NOW), made.claimed_until) == (ANN, NOW + 10 * MINUTE)
    for decide in (
        lambda now: stores.queue.reject(made.id, BOB, now=now),
        lambda now: stores.queue.approve(made.id, BOB, when="now", now=now),
        lambda now: stores.queue.claim(made.id, BOB, now=now),
        lambda now: stores.queue.edit_caption(made.id, "x", by=BOB, now=now),
    ):
        with pytest.raises(Claimed) as error:
            decide(NOW + 9 * MINUTE)
        assert (error.value.by, error.value.until) == (ANN, NOW + 10 * MINUTE)
    assert stores.queue.reject(made.id, BOB, now=NOW + 10 * MINUTE).submission.claimed_by is None


def test_whoever_claimed_decides_or_lets_go(stores: Moderation, submit: Submit) -> None:
    made = stores.queue.claim(submit().id, ANN, now=NOW)
    assert stores.queue.claim(made.id, ANN, now=NOW + MINUTE).claimed_until == NOW + 11 * MINUTE
    assert stores.queue.release(made.id, BOB, now=NOW).claimed_by == ANN
    assert stores.queue.release(made.id, ANN, now=NOW).claimed_by is None
    assert stores.queue.claim(made.id, BOB, now=NOW).claimed_by == BOB
    assert stores.queue.approve(made.id, BOB, when="now", now=NOW).submission.claimed_by is None


# --- notices


def test_an_author_hears_of_a_verdict_after_the_time_to_undo(stores: Moderation, submit: Submit) -> None:
    stores.queue.reject(submit().id, ANN, now=NOW, reason_key="seen")
    stores.queue.approve(submit().id, ANN, when="next", now=NOW)
    assert kinds(stores, NOW + UNDO - SECOND) == []
    assert kinds(stores, NOW + UNDO) == ["rejected", "approved"]


def test_a_silent_rejection_tells_nothing(stores: Moderation, submit: Submit) -> None:
    stores.queue.reject(submit().id, ANN, now=NOW, silent=True)
    assert kinds(stores, NOW + timedelta(days=1)) == []


def test_a_notice_is_claimed_once_and_only_a_refusal_lets_it_be_tried_again(stores: Moderation, submit: Submit) -> None:
    stores.queue.reject(submit().id, ANN, now=NOW)
    (notice,) = stores.outbox.due_notices(now=NOW + UNDO)
    assert [stores.outbox.claim_notice(notice.id, now=NOW + UNDO) for _ in range(2)] == [True, False]
    assert stores.outbox.due_notices(now=NOW + UNDO) == []
    stores.outbox.mark_notice_failed(notice.id, now=NOW + UNDO, retry_at=NOW + 2 * UNDO)
    assert [len(stores.outbox.due_notices(now=NOW + n * UNDO)) for n in (1, 2)] == [0, 1]
    assert stores.outbox.claim_notice(notice.id, now=NOW + 2 * UNDO)
    stores.outbox.mark_notice_sent(notice.id, now=NOW + 2 * UNDO)
    stores.outbox.mark_notice_failed(notice.id, now=NOW + 2 * UNDO)
    assert not stores.outbox.claim_notice(notice.id, now=NOW + 2 * UNDO)


def test_a_question_goes_out_at_once_and_its_answer_reaches_the_card(stores: Moderation, submit: Submit) -> None:
    made = submit()
    asked = stores.queue.ask(made.id, ANN, "Where from?", now=NOW)
    (notice,) = stores.outbox.due_notices(now=NOW)
    assert (notice.kind, notice.data) == ("asked", {"text": "Where from?"})
    with pytest.raises(NotYours):
        stores.queue.answer(made.id, 8, "x", now=NOW)
    answered = stores.queue.answer(made.id, AUTHOR, " Mine. ", now=NOW + SECOND)
    assert answered.version == asked.version + 1
    assert [(r.by, r.text) for r in stores.queue.remarks(made.id)] == [(ANN, "Where from?"), (AUTHOR, "Mine.")]


# --- cards


def test_every_card_that_shows_an_older_version_is_stale(stores: Moderation, submit: Submit) -> None:
    made = submit()
    assert [s.id for s in stores.outbox.without_card()] == [made.id]
    for chat in (-1, -2):
        stores.outbox.put_card(made.id, chat, 5, version=made.version, thread=3)
    assert stores.outbox.without_card() == [] and stores.outbox.stale_cards() == []
    decided = stores.queue.reject(made.id, ANN, now=NOW).submission
    assert [(card.chat_id, card.version) for card in stores.outbox.stale_cards()] == [(-2, 1), (-1, 1)]
    stores.outbox.mark_card_shown(-1, 5, decided.version)
    stores.outbox.mark_card_shown(-1, 5, 1)  # an edit that was overtaken
    assert [card.chat_id for card in stores.outbox.stale_cards()] == [-2]
    stores.outbox.drop_card(-2, 5)
    assert stores.outbox.stale_cards() == [] and [card.chat_id for card in stores.outbox.cards(made.id)] == [-1]
    assert stores.outbox.card_at(-1, 5) == stores.outbox.cards(made.id)[0] and stores.outbox.card_at(-2, 5) is None


def test_what_is_shown_nowhere_is_found_again_and_again(stores: Moderation, submit: Submit) -> None:
    one, other = submit(), submit()
    stores.outbox.put_card(one.id, -1, 5, version=1)
    stores.outbox.put_card(one.id, -1, 6, version=1, kind="fate")
    assert [s.id for s in stores.outbox.without_card()] == [other.id]
    stores.outbox.drop_card(-1, 5)
    assert [s.id for s in stores.outbox.without_card()] == [one.id, other.id]
    stores.queue.reject(one.id, ANN, now=NOW)
    stores.outbox.put_card(other.id, -1, 7, version=0)
    assert stores.outbox.without_card() == []
    assert {card.message_id for card in stores.outbox.stale_cards()} == {6, 7}
    stores.queue.undo(one.id, ANN, now=NOW)
    assert [s.id for s in stores.outbox.without_card()] == [one.id]


def test_what_is_found_out_later_makes_a_new_version(stores: Moderation, submit: Submit) -> None:
    made = submit()
    read = stores.queue.set_reading(made.id, MediaSummary(verdict="joke", confidence=0.8, flags=("links",)), now=NOW)
    assert (read.verdict, read.flags, read.version, read.state) == ("joke", ("links",), 2, "pending")


# --- what is planned is still decidable


def test_what_is_planned_is_rejected_once_its_approval_stands_and_the_author_hears_the_last_word(
    stores: Moderation, submit: Submit
) -> None:
    planned = stores.queue.approve(submit().id, ANN, when="next", now=NOW).submission
    with pytest.raises(AlreadyDecided):  # within its minute it is taken back by whoever approved
        stores.queue.reject(planned.id, BOB, now=NOW + SECOND, version=planned.version)
    with pytest.raises(AlreadyDecided):  # who pressed on a card from before the approval has lost the race
        stores.queue.reject(planned.id, BOB, now=NOW + UNDO, version=planned.version - 1)
    rejected = stores.queue.reject(planned.id, BOB, now=NOW + UNDO, version=planned.version).submission
    assert (rejected.state, rejected.slot, rejected.decided_by) == ("rejected", None, BOB)
    assert kinds(stores, NOW + 2 * UNDO) == ["rejected"]
    assert stores.slots.planned() == []


def test_the_rejection_of_what_was_planned_can_be_undone_although_its_approval_was_told(
    stores: Moderation, submit: Submit
) -> None:
    planned = stores.queue.approve(submit().id, ANN, when="next", now=NOW).submission
    (notice,) = stores.outbox.due_notices(now=NOW + UNDO)
    assert stores.outbox.claim_notice(notice.id, now=NOW + UNDO)
    stores.outbox.mark_notice_sent(notice.id, now=NOW + UNDO)
    stores.queue.reject(planned.id, BOB, now=NOW + 2 * UNDO)
    assert stores.queue.undo(planned.id, BOB, now=NOW + 2 * UNDO + SECOND).state == "pending"
    assert kinds(stores, NOW + timedelta(days=1)) == []


def test_while_words_for_a_planned_post_are_typed_other_admins_keep_away(stores: Moderation, submit: Submit) -> None:
    planned = stores.queue.approve(submit().id, ANN, when="next", now=NOW).submission
    stores.queue.claim(planned.id, ANN, now=NOW + UNDO)
    with pytest.raises(Claimed):
        stores.queue.reject(planned.id, BOB, now=NOW + UNDO)
    stores.queue.edit_caption(planned.id, "better", by=ANN, now=NOW + UNDO)
    assert stores.queue.release(planned.id, ANN, now=NOW + UNDO).claimed_by is None


def test_what_a_person_proposed_and_is_not_in_the_channel_is_withdrawn_when_they_are_forgotten(
    stores: Moderation, submit: Submit
) -> None:
    waiting, planned, held = submit(), submit(), submit()
    stores.queue.approve(planned.id, ANN, when="next", now=NOW)
    stores.queue.approve(held.id, ANN, when="next", now=NOW)
    stores.slots.move(held.id, None, by=ANN, now=NOW)
    stores.author_data.forget(AUTHOR, now=NOW + SECOND)
    for made in (waiting, planned, held):
        found = stores.submissions.get(made.id)
        assert (found.state, found.slot, found.caption, found.media[0].file_id) == ("withdrawn", None, "", "")
    assert stores.posts.due(now=NOW + timedelta(days=30)) == []
