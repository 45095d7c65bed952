"""The store of links and sessions, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from engines import Databases
from moderation_drafts import ANN, NOW

from memebot.web.console.sessions import LINK_LASTS, SESSION_LASTS, AppPerson, ConsoleSessions, EntryRefused
from moderation.stores import Moderation


@pytest.fixture
def stores(databases: Databases) -> Moderation:
    made = Moderation.open(databases(), owners=[1])
    made.people.grant(ANN, "moderator", by=1, now=NOW)
    return made


@pytest.fixture
def sessions(stores: Moderation) -> ConsoleSessions:
    return ConsoleSessions(stores.db)


def test_a_link_lets_in_once_and_the_newest_alone(sessions: ConsoleSessions) -> None:
    old, link = sessions.issue_link(ANN, now=NOW), sessions.issue_link(ANN, now=NOW)
    token = sessions.begin_by_link(link, device="Firefox", lang="en", now=NOW)
    for used in (old, link):
        with pytest.raises(EntryRefused):
            sessions.begin_by_link(used, device="Firefox", lang="en", now=NOW)
    late = sessions.issue_link(ANN, now=NOW)
    with pytest.raises(EntryRefused):
        sessions.begin_by_link(late, device="Firefox", lang="en", now=NOW + LINK_LASTS)
    found = sessions.find(token, now=NOW)
    assert found is not None and (found.user_id, found.device, found.lang) == (ANN, "Firefox", "en")
    assert sessions.find(token, now=NOW + SESSION_LASTS) is None


def test_what_telegram_signed_lets_in_once(sessions: ConsoleSessions) -> None:
    person = AppPerson(ANN, "en", NOW, "signature")
    assert sessions.find(sessions.begin_by_app(person, device="App", lang="ru", now=NOW), now=NOW) is not None
    with pytest.raises(EntryRefused):
        sessions.begin_by_app(person, device="App", lang="ru", now=NOW)


def test_sessions_end_by_hand_and_with_a_role(stores: Moderation, sessions: ConsoleSessions) -> None:
    tokens = [
        sessions.begin_by_link(sessions.issue_link(ANN, now=NOW), device=device, lang="en", now=NOW)
        for device in ("one", "two")
    ]
    newest, oldest = sessions.of_person(ANN, now=NOW)
    assert (newest.device, oldest.device) == ("two", "one")
    sessions.end(newest.id, ANN, now=NOW)
    assert [found.device for found in sessions.of_person(ANN, now=NOW)] == ["one"]
    later = NOW + timedelta(minutes=10)
    stores.people.revoke(ANN, "moderator", by=1, now=later)
    assert sessions.find(tokens[0], now=later) is None
