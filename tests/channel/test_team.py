"""What owners and admins set and give out, whichever face they use."""

from __future__ import annotations

import pytest
from moderation_drafts import ANN, BOB, NOW

from memebot.channel.team import MAX_REASON, MAX_REASONS, CommunitySettings, SettingChanged, SettingsRefused, Team
from memebot.database import in_memory
from moderation.errors import BadSetting, NotAllowed
from moderation.stores import Moderation

OWNER = 1


@pytest.fixture
def stores() -> Moderation:
    made = Moderation.open(in_memory(), owners=[OWNER])
    made.people.grant(ANN, "admin", by=OWNER, now=NOW)
    made.people.grant(BOB, "moderator", by=OWNER, now=NOW)
    return made


@pytest.fixture
def settings(stores: Moderation) -> CommunitySettings:
    return CommunitySettings(stores, clock=lambda: NOW)


@pytest.fixture
def team(stores: Moderation) -> Team:
    return Team(stores, clock=lambda: NOW)


def test_several_settings_are_changed_together_and_only_those_that_differ(
    stores: Moderation, settings: CommunitySettings
) -> None:
    settings.change("schedule", {}, OWNER)
    done = settings.change_all({"approvals": (1, 2), "daily_limit": (5, 5), "schedule": ({}, "mon 10:00")}, OWNER)
    assert done == {"approvals": 2, "schedule": {"mon": ["10:00"]}}
    assert [row.details["name"] for row in stores.audit.newest(limit=2)] == ["schedule", "approvals"]


def test_one_bad_value_keeps_all_as_they_were_and_every_problem_is_named(
    stores: Moderation, settings: CommunitySettings
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.change_all({"approvals": (1, 2), "zone": ("Europe/Moscow", "Mars"), "daily_limit": (5, 0)}, OWNER)
    assert {name: getattr(why, "code", "") for name, why in refused.value.problems.items()} == {
        "zone": "zone",
        "daily_limit": "number",
    }
    assert stores.community.get("approvals") == 1


def test_what_another_owner_has_set_meanwhile_is_not_overwritten(
    stores: Moderation, settings: CommunitySettings
) -> None:
    settings.change("approvals", 3, OWNER)
    with pytest.raises(SettingsRefused) as refused:
        settings.change_all({"approvals": (1, 2), "daily_limit": (5, 7)}, OWNER)
    (why,) = refused.value.problems.values()
    assert isinstance(why, SettingChanged) and why.value == 3
    assert (stores.community.get("approvals"), stores.community.get("daily_limit")) == (3, 5)
    assert settings.change_all({"approvals": (1, 3), "daily_limit": (5, 7)}, OWNER) == {"daily_limit": 7}
    assert settings.change_all({"approvals": (1, 1), "daily_limit": (7, 8)}, OWNER) == {"daily_limit": 8}
    assert stores.community.get("approvals") == 3  # a field that was left alone takes nothing back


def test_settings_are_for_owners(settings: CommunitySettings) -> None:
    with pytest.raises(NotAllowed):
        settings.change_all({"approvals": (1, 2)}, ANN)


def test_reasons_are_few_and_short_in_every_face(settings: CommunitySettings) -> None:
    with pytest.raises(BadSetting, match=str(MAX_REASON)):
        settings.put_reason(None, "x" * (MAX_REASON + 1), "fine", ANN)
    with pytest.raises(BadSetting):
        settings.put_reason(None, " ", "fine", ANN)
    while len(settings.reasons(ANN)) < MAX_REASONS:
        settings.put_reason(None, "слово", "word", ANN)
    with pytest.raises(BadSetting, match="remove one"):
        settings.put_reason(None, "слово", "word", ANN)
    first = settings.reasons(ANN)[0]
    settings.drop_reason(first.key, ANN)
    assert settings.put_reason(first.key, first.ru, first.en, ANN) in settings.reasons(ANN)


def test_who_may_give_which_role_is_what_giving_it_allows(team: Team) -> None:
    assert team.grantable(OWNER) == ["owner", "admin", "moderator", "editor"]
    assert team.grantable(ANN) == ["moderator", "editor"]
    assert team.grantable(BOB) == []
    for by in (OWNER, ANN, BOB):
        for role in team.grantable(OWNER):
            if role in team.grantable(by):
                team.grant(500, role, by)
                assert team.revoke(500, role, by) and not team.revoke(500, role, by)
            else:
                with pytest.raises(NotAllowed):
                    team.grant(500, role, by)
                with pytest.raises(NotAllowed):
                    team.revoke(ANN, role, by)
