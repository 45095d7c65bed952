"""Roles, bans, notes, records, and what a community sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from moderation_drafts import ANN, AUTHOR, BOB, CAT, NOW, SECOND

from moderation.audit import COMMAND_LINE
from moderation.community import DEFAULT_REASONS, SETTINGS
from moderation.errors import BadSetting, NotAllowed, ReasonNotFound
from moderation.model import Submission
from moderation.people import NEEDED, People
from moderation.stores import Moderation

Submit = Callable[..., Submission]
OWNER = 1
DAY = timedelta(days=1)


@pytest.fixture
def people(stores: Moderation) -> People:
    """People of a community with one owner by the settings."""
    return Moderation.open(stores.db, {OWNER}).people


def test_whoever_has_no_role_may_nothing(people: People) -> None:
    assert people.role(ANN) is None and not any(people.may(ANN, what) for what in NEEDED)


def test_roles_include_those_below_and_editors_stand_beside(people: People) -> None:
    people.grant(ANN, "admin", by=OWNER, now=NOW)
    people.grant(BOB, "moderator", by=ANN, now=NOW)
    people.grant(CAT, "editor", by=ANN, now=NOW)
    may = {who: {what for what in NEEDED if people.may(who, what)} for who in (OWNER, ANN, BOB, CAT)}
    assert may[OWNER] == set(NEEDED) and may[ANN] == set(NEEDED) - {"settings"}
    assert may[BOB] == {"decide", "undo", "note", "stats"} and may[CAT] == {"edit_entries"}
    assert (people.role(OWNER), people.role(CAT), people.may(CAT, "edit_entries")) == ("owner", None, True)
    assert people.may(COMMAND_LINE, "settings")


def test_admins_make_moderators_and_only_owners_make_admins(people: People) -> None:
    people.grant(ANN, "admin", by=OWNER, now=NOW)
    with pytest.raises(NotAllowed) as error:
        people.grant(BOB, "admin", by=ANN, now=NOW)
    assert error.value.needed == "owner"
    people.grant(BOB, "moderator", by=ANN, now=NOW)
    with pytest.raises(NotAllowed):
        people.grant(CAT, "moderator", by=BOB, now=NOW)
    assert people.revoke(BOB, "moderator", by=ANN, now=NOW) and not people.revoke(BOB, "moderator", by=ANN, now=NOW)
    assert people.role(BOB) is None
    with pytest.raises(NotAllowed):
        people.revoke(ANN, "admin", by=ANN, now=NOW)


def test_nobody_takes_the_role_from_an_owner_of_the_settings(people: People) -> None:
    people.grant(ANN, "owner", by=OWNER, now=NOW)
    assert not people.revoke(OWNER, "owner", by=ANN, now=NOW)
    assert people.role(OWNER) == "owner"


def test_being_in_the_moderators_chat_counts_while_the_community_wants_that(stores: Moderation, people: People) -> None:
    people.chat_member(BOB, True, now=NOW)
    assert people.role(BOB) is None
    stores.community.set("chat_grants", True, by=OWNER, now=NOW)
    assert people.role(BOB) == "moderator"
    people.chat_member(BOB, False, now=NOW)
    assert people.role(BOB) is None


def test_leaving_the_chat_takes_no_role_that_was_granted(people: People) -> None:
    people.grant(BOB, "moderator", by=OWNER, now=NOW)
    people.chat_member(BOB, True, now=NOW)
    people.chat_member(BOB, False, now=NOW)
    assert people.role(BOB) == "moderator"
    assert [(g.user_id, g.role, g.source) for g in people.roles()] == [
        (OWNER, "owner", "settings"),
        (BOB, "moderator", "granted"),
    ]


def test_a_ban_ends_by_itself_or_by_an_admin(people: People) -> None:
    people.ban(AUTHOR, by=ANN, now=NOW, until=NOW + DAY, reason="ads")
    assert people.banned(AUTHOR, now=NOW + DAY - SECOND) is not None
    assert people.banned(AUTHOR, now=NOW + DAY) is None
    people.ban(AUTHOR, by=BOB, now=NOW, reason="more ads")
    ban = people.banned(AUTHOR, now=NOW)
    assert ban is not None and (ban.until, ban.reason, ban.by) == (None, "more ads", BOB)
    assert [people.unban(AUTHOR, by=ANN, now=NOW) for _ in range(2)] == [True, False]
    assert people.banned(AUTHOR, now=NOW) is None


def test_the_record_of_an_author_counts_states_and_shows_the_last_reasons(
    stores: Moderation, people: People, submit: Submit
) -> None:
    for number, key in enumerate(["seen", "topic", "unclear", "quality", None]):
        stores.queue.reject(submit().id, ANN, now=NOW + number * SECOND, reason_key=key)
    submit()
    people.set_note(AUTHOR, " friendly ", by=ANN, now=NOW)
    record = people.record(AUTHOR, now=NOW)
    assert (record.proposed, record.published, record.rejected, record.pending) == (6, 0, 5, 1)
    assert [reason.reason_key for reason in record.last_reasons] == ["quality", "unclear", "topic"]
    assert (record.note, record.ban) == ("friendly", None)
    people.set_note(AUTHOR, "", by=ANN, now=NOW)
    assert people.note(AUTHOR) == ""


def test_every_change_about_people_and_settings_is_in_the_audit_log(stores: Moderation, people: People) -> None:
    people.grant(BOB, "moderator", by=OWNER, now=NOW)
    people.grant(BOB, "moderator", by=OWNER, now=NOW)
    people.ban(AUTHOR, by=BOB, now=NOW, reason="secret words")
    people.unban(AUTHOR, by=BOB, now=NOW)
    people.set_note(AUTHOR, "secret words", by=BOB, now=NOW)
    people.revoke(BOB, "moderator", by=OWNER, now=NOW)
    stores.community.set("approvals", 2, by=OWNER, now=NOW)
    stores.community.set("approvals", 2, by=OWNER, now=NOW)
    rows = [(row.action, row.actor, row.subject) for row in reversed(stores.audit.newest())][1:]
    assert rows == [
        ("grant", OWNER, BOB),
        ("ban", BOB, AUTHOR),
        ("unban", BOB, AUTHOR),
        ("note", BOB, AUTHOR),
        ("revoke", OWNER, BOB),
        ("set", OWNER, None),
    ]
    assert "secret" not in str(stores.audit.newest())


# --- settings


def test_every_default_is_a_value_that_can_be_set(stores: Moderation) -> None:
    for name, setting in SETTINGS.items():
        assert setting.check(setting.default) == setting.default, name
        assert stores.community.default(name) == setting.default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("approvals", 0),
        ("approvals", True),
        ("approvals", "2"),
        ("undo_seconds", -1),
        ("own_approval", 1),
        ("zone", "Moscow"),
        ("zone", None),
        ("schedule", {"mon": ["24:00"]}),
        ("schedule", []),
        ("overdue", "drop"),
        ("milestones", [0]),
        ("milestones", "10"),
        ("milestones", 5),
        ("reasons", [{"key": "a", "ru": "", "en": "x"}]),
        ("reasons", [{"nope": 1}]),
        ("reasons", [{"key": "a", "ru": 1, "en": "x"}]),
        ("reasons", 5),
        ("schedule", {"mon": 5}),
        ("nope", 1),
    ],
)
def test_what_cannot_be_set_is_said_and_changes_nothing(stores: Moderation, name: str, value: Any) -> None:
    before = stores.community.all()
    with pytest.raises(BadSetting) as error:
        stores.community.set(name, value, by=OWNER, now=NOW)
    assert error.value.name == name and stores.community.all() == before


def test_settings_are_kept_in_one_form(stores: Moderation) -> None:
    community = stores.community
    assert community.set("schedule", {"tue": ["9:00", "09:00"], "mon": []}, by=1, now=NOW) == {"tue": ["09:00"]}
    assert community.set("milestones", [50, 10, 50], by=1, now=NOW) == [10, 50]
    assert Moderation.open(stores.db).community.get("milestones") == [10, 50]


def test_canned_reasons_are_worded_in_both_languages_and_retired_ones_stay_readable(stores: Moderation) -> None:
    community = stores.community
    made = community.put_reason(None, "  Слишком  старо. ", "Too old a joke.", by=1, now=NOW)
    assert (made.key, made.ru, made.text("en")) == ("too", "Слишком старо.", "Too old a joke.")
    assert community.put_reason(None, "Опять", "Too new", by=1, now=NOW).key == "too2"
    community.put_reason("too", "Старо", "Old", by=1, now=NOW)
    community.drop_reason("seen", by=1, now=NOW)
    assert [reason.key for reason in community.reasons()] == [*[r.key for r in DEFAULT_REASONS[1:]], "too", "too2"]
    old = community.reason("seen")
    assert old is not None and old.retired and community.reason("nope") is None
    with pytest.raises(ReasonNotFound):
        community.drop_reason("seen", by=1, now=NOW)
    with pytest.raises(BadSetting):
        community.put_reason(None, "", "English only", by=1, now=NOW)
