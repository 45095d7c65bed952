"""An author appeals a rejection once, and somebody else decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from moderation_drafts import ANN, AUTHOR, BOB, CAT, MINUTE, NOW, SECOND

from moderation.audit import COMMAND_LINE
from moderation.errors import (
    AlreadyDecided,
    AlreadyVoted,
    Banned,
    LongAppeal,
    NoAppeal,
    NotYours,
    OwnSubmission,
    SameDecider,
)
from moderation.model import Submission
from moderation.queue.appeals import APPEAL_TIME, MAX_APPEAL
from moderation.stores import Moderation

Submit = Callable[..., Submission]
LATER = NOW + 2 * MINUTE
"""The time to undo is over."""
DEFENCE = "It is about our own loss function."


@pytest.fixture
def team(stores: Moderation) -> Moderation:
    """Ann and Bob moderate."""
    for person in (ANN, BOB):
        stores.people.grant(person, "moderator", by=COMMAND_LINE, now=NOW)
    return stores


@pytest.fixture
def rejected(team: Moderation, submit: Submit) -> Submission:
    """Rejected by Ann, and its author has heard of it."""
    return team.queue.reject(submit().id, ANN, now=NOW, reason_key="ad").submission


def appeal(stores: Moderation, number: int, text: str = DEFENCE) -> Submission:
    return stores.appeals.make(number, AUTHOR, text, now=LATER)


def told(stores: Moderation) -> list[str]:
    return [notice.kind for notice in stores.outbox.due_notices(now=LATER + timedelta(days=1))]


def test_an_appeal_puts_a_rejection_back_into_the_queue_and_keeps_what_it_is_against(
    team: Moderation, rejected: Submission
) -> None:
    waits = appeal(team, rejected.id, f"  {DEFENCE} ")
    assert (waits.state, waits.version, waits.decided_by, waits.reason_key) == ("pending", 3, None, None)
    assert waits.flags[-1] == "appeal"
    kept = team.appeals.of(rejected.id)
    assert kept is not None and (kept.text, kept.at) == (DEFENCE, LATER)
    assert (kept.rejected_by, kept.rejected_at, kept.reason_key) == (ANN, NOW, "ad")
    newest = team.audit.newest(rejected.id)[0]
    assert (newest.action, newest.actor, newest.before, newest.after) == ("appeal", AUTHOR, "rejected", "pending")
    assert DEFENCE not in str(newest.details)


def test_only_its_author_appeals_and_only_what_was_rejected_and_told(team: Moderation, submit: Submit) -> None:
    with pytest.raises(NoAppeal, match="not-rejected"):
        appeal(team, submit().id)
    number = team.queue.reject(submit().id, ANN, now=LATER).submission.id
    with pytest.raises(NoAppeal, match="not-rejected"):  # it may still be undone
        appeal(team, number)
    with pytest.raises(NotYours):
        team.appeals.make(number, CAT, DEFENCE, now=LATER + 2 * MINUTE)


def test_an_appeal_is_made_once(team: Moderation, rejected: Submission) -> None:
    appeal(team, rejected.id)
    with pytest.raises(NoAppeal, match="not-rejected"):
        appeal(team, rejected.id)
    team.queue.reject(rejected.id, BOB, now=LATER)
    with pytest.raises(NoAppeal, match="again"):
        team.appeals.make(rejected.id, AUTHOR, DEFENCE, now=LATER + timedelta(hours=1))


@pytest.mark.parametrize("text", ["", "  ", "x" * (MAX_APPEAL + 1)])
def test_an_appeal_is_a_sentence_or_a_few(team: Moderation, rejected: Submission, text: str) -> None:
    with pytest.raises(LongAppeal):
        appeal(team, rejected.id, text)
    assert team.submissions.get(rejected.id) == rejected


def test_an_appeal_comes_in_time_and_not_from_who_is_banned_nor_about_a_suggested_post(
    team: Moderation, rejected: Submission, submit: Submit
) -> None:
    with pytest.raises(NoAppeal, match="late"):
        team.appeals.make(rejected.id, AUTHOR, DEFENCE, now=NOW + APPEAL_TIME + SECOND)
    suggested = submit(origin="suggested_post", origin_chat=-9, origin_message=1)
    team.queue.reject(suggested.id, ANN, now=NOW)
    with pytest.raises(NoAppeal, match="suggested"):
        appeal(team, suggested.id)
    team.people.ban(AUTHOR, by=ANN, now=LATER)
    with pytest.raises(Banned):
        appeal(team, rejected.id)
    assert not team.appeals.open_to(rejected, now=LATER)


def test_who_rejected_does_not_decide_on_the_appeal_nor_undo_what_another_decided(
    team: Moderation, rejected: Submission
) -> None:
    waits = appeal(team, rejected.id)
    for decide in (
        lambda: team.queue.approve(waits.id, ANN, when="next", now=LATER),
        lambda: team.queue.reject(waits.id, ANN, now=LATER),
    ):
        with pytest.raises(SameDecider):
            decide()
    assert team.submissions.get(waits.id) == waits
    decided = team.queue.approve(waits.id, BOB, when="next", now=LATER).submission
    with pytest.raises(SameDecider):
        team.queue.undo(waits.id, ANN, now=LATER)
    with pytest.raises(SameDecider):  # planned is still decidable, but not for Ann
        team.queue.reject(waits.id, ANN, now=LATER + 2 * MINUTE)
    assert team.submissions.get(waits.id) == decided


def test_a_verdict_on_an_appeal_that_is_undone_waits_for_somebody_else_again(
    team: Moderation, rejected: Submission
) -> None:
    waits = appeal(team, rejected.id)
    team.queue.reject(waits.id, BOB, now=LATER)
    assert team.queue.undo(waits.id, BOB, now=LATER).state == "pending"
    with pytest.raises(SameDecider):
        team.queue.reject(waits.id, ANN, now=LATER)


def test_the_only_moderator_decides_again_until_there_is_another(team: Moderation, rejected: Submission) -> None:
    team.people.revoke(BOB, "moderator", by=COMMAND_LINE, now=NOW)
    waits = appeal(team, rejected.id)
    deciders = team.appeals.deciders(waits)
    assert deciders is not None and deciders.others == frozenset()
    team.appeals.need_decider(waits, ANN)
    team.people.grant(CAT, "moderator", by=COMMAND_LINE, now=NOW)
    with pytest.raises(SameDecider):
        team.queue.approve(waits.id, ANN, when="next", now=LATER)


def test_owners_of_the_settings_are_others_too(rejected: Submission, team: Moderation) -> None:
    team.people.revoke(BOB, "moderator", by=COMMAND_LINE, now=NOW)
    owned = Moderation.open(team.db, owners=[CAT])
    waits = appeal(owned, rejected.id)
    with pytest.raises(SameDecider):
        owned.queue.reject(waits.id, ANN, now=LATER)
    assert owned.queue.reject(waits.id, CAT, now=LATER).submission.state == "rejected"


def test_an_editor_is_no_other_moderator(team: Moderation, rejected: Submission) -> None:
    team.people.revoke(BOB, "moderator", by=COMMAND_LINE, now=NOW)
    team.people.grant(CAT, "editor", by=COMMAND_LINE, now=NOW)
    assert team.queue.reject(appeal(team, rejected.id).id, ANN, now=LATER).outcome == "rejected"


def test_a_moderator_does_not_decide_on_an_appeal_of_their_own(team: Moderation, submit: Submit) -> None:
    team.community.set("own_approval", True, by=ANN, now=NOW)
    team.queue.reject(submit(author_id=BOB).id, ANN, now=NOW)
    waits = team.appeals.make(1, BOB, DEFENCE, now=LATER)
    with pytest.raises(OwnSubmission):
        team.queue.approve(waits.id, BOB, when="next", now=LATER)
    assert team.queue.reject(waits.id, ANN, now=LATER).outcome == "rejected"  # there is nobody else


def test_an_appeal_needs_no_more_approvals_than_there_are_others(team: Moderation, rejected: Submission) -> None:
    team.community.set("approvals", 3, by=ANN, now=NOW)
    waits = appeal(team, rejected.id)
    assert team.queue.approve(waits.id, BOB, when="next", now=LATER).outcome == "approved"
    team.queue.undo(waits.id, BOB, now=LATER)
    team.people.grant(CAT, "moderator", by=COMMAND_LINE, now=NOW)
    assert team.queue.approve(waits.id, BOB, when="next", now=LATER).outcome == "counted"
    with pytest.raises(AlreadyVoted):
        team.queue.approve(waits.id, BOB, when="next", now=LATER)
    assert team.queue.approve(waits.id, CAT, when="next", now=LATER).outcome == "approved"


def test_its_author_hears_the_outcome_even_if_it_is_to_be_silent(team: Moderation, submit: Submit) -> None:
    number = submit().id
    team.queue.reject(number, ANN, now=NOW, silent=True)
    assert told(team) == []
    appeal(team, number)
    team.queue.reject(number, BOB, now=LATER, silent=True)
    assert told(team) == ["rejected"]


def test_the_shell_decides_on_every_appeal(team: Moderation, submit: Submit) -> None:
    number = submit().id
    team.queue.reject(number, COMMAND_LINE, now=NOW)
    appeal(team, number)
    assert team.queue.reject(number, COMMAND_LINE, now=LATER).outcome == "rejected"


def test_an_appeal_gets_a_card_of_its_own_and_the_old_one_stays_true(team: Moderation, submit: Submit) -> None:
    number = submit().id
    team.outbox.put_card(number, -1, 10, version=1)
    team.queue.reject(number, ANN, now=NOW)
    assert team.outbox.without_card() == []
    appeal(team, number)
    assert [waiting.id for waiting in team.outbox.without_card()] == [number]
    (old,) = team.outbox.stale_cards()
    assert (old.message_id, old.kind) == (10, "copy")


def test_of_two_who_decide_at_once_one_does(team: Moderation, rejected: Submission) -> None:
    team.people.grant(CAT, "moderator", by=COMMAND_LINE, now=NOW)
    seen = appeal(team, rejected.id).version
    team.queue.approve(rejected.id, CAT, when="next", now=LATER, version=seen)
    with pytest.raises(AlreadyDecided):
        team.queue.reject(rejected.id, BOB, now=LATER, version=seen)


def test_an_author_may_see_and_forget_an_appeal(team: Moderation, rejected: Submission) -> None:
    appeal(team, rejected.id)
    (own,) = team.author_data.export(AUTHOR)["submissions"]
    assert own["appeal"]["text"] == DEFENCE
    team.author_data.forget(AUTHOR, now=LATER)
    assert team.appeals.of(rejected.id) is None
    assert team.submissions.get(rejected.id).state == "withdrawn"


def test_a_process_that_ends_while_an_appeal_is_made_leaves_the_rejection_as_it_was(
    team: Moderation, rejected: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(number: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(team.appeals._outbox, "demote_cards", crash)
    with pytest.raises(KeyboardInterrupt):
        appeal(team, rejected.id)
    assert team.submissions.get(rejected.id) == rejected
    assert team.appeals.of(rejected.id) is None
