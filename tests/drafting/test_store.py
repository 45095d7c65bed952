"""Each picture is asked about once, each request is counted before it is sent, and nothing is lost between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from engines import Databases
from model_server import MODEL, ModelServer, completion, draft, error

from knowledge.reading import EncoderId, Reading
from memebot.answering.state import BotState
from memebot.drafting.budget import DailyLimits
from memebot.drafting.checks import read_draft
from memebot.drafting.drafter import Drafter
from memebot.drafting.errors import BudgetSpent, EndpointError
from memebot.drafting.maker import DraftMaker
from memebot.drafting.material import Material
from memebot.drafting.store import TRIES, Demand, MachineDrafts

NOW = datetime(2026, 1, 2, 23, 0, tzinfo=UTC)
Make = Callable[..., Material]
SHA = "0" * 64
MANY = DailyLimits(1000, 10**9)


@pytest.fixture
def state(databases: Databases) -> BotState:
    return BotState(databases())


@pytest.fixture
def store(state: BotState) -> MachineDrafts:
    state.pictures.put(Reading(SHA, ()), EncoderId("fake"), ["file"], now=NOW)
    return MachineDrafts(state.db, model=MODEL)


def demand(sha256: str = SHA, **more: Any) -> Demand:
    return Demand(sha256, NOW, **{"file_id": "file", "group_id": 1, **more})


def finished(store: MachineDrafts, material: Make) -> Any:
    asked = store.claim(demand(), now=NOW)
    assert asked is not None
    store.finish(asked.id, read_draft(draft(), material()), why="", by=MODEL, now=NOW)
    return store.get(asked.id)


def test_whoever_comes_second_gets_nothing(store: MachineDrafts) -> None:
    assert store.claim(demand(), now=NOW) is not None
    assert store.claim(demand(), now=NOW) is None
    assert store.claim(demand(group_id=2), now=NOW) is None


def test_another_prompt_or_model_asks_again(store: MachineDrafts) -> None:
    assert store.claim(demand(), now=NOW) is not None
    assert MachineDrafts(store.db, model="other").claim(demand(), now=NOW) is not None
    assert MachineDrafts(store.db, model=MODEL, prompt="2").claim(demand(), now=NOW) is not None


def test_what_was_interrupted_goes_on_after_a_restart(store: MachineDrafts) -> None:
    asked = store.claim(demand(), now=NOW)
    again = MachineDrafts(store.db, model=MODEL)
    found = again.interrupted(now=NOW)
    assert asked is not None and found is not None and found.id == asked.id


def test_a_picture_of_the_terminal_is_taken_over_with_its_draft(store: MachineDrafts, material: Make) -> None:
    by_hand = store.claim(Demand(SHA, NOW, recorded=False), now=NOW)
    assert by_hand is not None
    store.finish(by_hand.id, read_draft(draft(), material()), why="", by=MODEL, now=NOW)
    assert store.waiting() == [], "nobody waits for it"
    taken = store.claim(demand(), now=NOW)
    assert taken is not None and taken.id == by_hand.id and taken.state == "waiting"
    assert [one.id for one in store.untold()] == [by_hand.id]


def test_one_editor_decides_and_the_log_says_who(store: MachineDrafts, material: Make) -> None:
    made = finished(store, material)
    assert store.decide(made.id, "dropped", 7, why="false", now=NOW)
    assert not store.decide(made.id, "taken", 8, now=NOW)
    assert [(e["what"], e["by"], e["why"]) for e in store.events(made.id)] == [
        ("asked", None, ""),
        ("waiting", None, ""),
        ("dropped", 7, "false"),
    ]
    store.forget(7)
    assert store.events(made.id)[-1]["by"] is None
    assert store.get(made.id).decided_by is None  # type: ignore[union-attr]


def test_a_draft_goes_with_the_record_of_its_picture(store: MachineDrafts, material: Make) -> None:
    made = finished(store, material)
    store.change("delete from pictures where sha256 = ?", [SHA])
    assert store.get(made.id) is None
    assert store.events(made.id) == []


def test_the_budget_counts_before_a_request_is_sent_and_begins_anew_at_midnight(store: MachineDrafts) -> None:
    limits = DailyLimits(2, 10**9)
    store.requests.begin(limits, now=NOW)
    store.requests.begin(limits, now=NOW)  # neither was answered: a restart may have come between
    with pytest.raises(BudgetSpent) as caught:
        store.requests.begin(limits, now=NOW)
    assert caught.value.retry_after_s == 3600
    assert store.requests.begin(limits, now=NOW + timedelta(hours=1)) == 3
    assert [(cost.day, cost.requests) for cost in store.requests.costs(2, now=NOW + timedelta(hours=1))] == [
        ("2026-01-02", 2),
        ("2026-01-03", 1),
    ]


def maker(store: MachineDrafts, drafter: Drafter, limits: DailyLimits = MANY) -> DraftMaker:
    return DraftMaker(store, drafter, limits, lambda: NOW)


def test_tokens_stop_it_too_and_no_more_than_one_request_goes_over(
    store: MachineDrafts, drafter: Drafter, server: ModelServer, material: Make
) -> None:
    making = maker(store, drafter, DailyLimits(100, 1500))  # an answer costs 1,000
    server.always = lambda _: completion("no json")
    asked = store.claim(demand(), now=NOW)
    assert asked is not None
    making.make(asked, material())
    other = store.claim(Demand("1" * 64, NOW, recorded=False), now=NOW)
    assert other is not None
    with pytest.raises(BudgetSpent):
        making.make(other, material())
    assert len(server.requests) == 2
    assert store.requests.spent(now=NOW).tokens == 2000


def test_a_picture_is_asked_about_once_by_hand(
    store: MachineDrafts, drafter: Drafter, server: ModelServer, material: Make
) -> None:
    making = maker(store, drafter)
    first, second = making.draft(material("the model swots")), making.draft(material("the model swots"))
    assert first.id == second.id and first.draft is not None
    assert len(server.requests) == 1


def test_what_is_refused_is_kept_with_the_rules_that_it_breaks(
    store: MachineDrafts, drafter: Drafter, server: ModelServer, material: Make
) -> None:
    server.always = lambda _: completion(draft(concepts=["made-up"]))
    made = maker(store, drafter).draft(material("the model swots"))
    assert (made.state, made.why, made.draft) == ("unable", "faulty foreign-id:concepts", None)


def test_a_way_that_fails_is_tried_again_later_but_not_for_ever(
    store: MachineDrafts, drafter: Drafter, server: ModelServer, material: Make
) -> None:
    server.always = lambda _: error(500, "down")
    making = maker(store, drafter)
    for _ in range(TRIES):
        found = store.interrupted(now=NOW + timedelta(days=1)) or store.claim(demand(), now=NOW)
        assert found is not None
        assert store.interrupted(now=NOW) is None or found.state == "asked"
        with pytest.raises(EndpointError):
            making.make(found, material())
    assert store.interrupted(now=NOW + timedelta(days=1)) is None
    assert store.find(SHA).why == "server"  # type: ignore[union-attr]
    assert store.requests.last_request() == ("server", "")


def test_a_key_that_is_refused_says_nothing_about_the_picture(
    store: MachineDrafts, drafter: Drafter, server: ModelServer, material: Make
) -> None:
    server.always = lambda _: error(401, "no")
    making = maker(store, drafter)
    asked = store.claim(demand(), now=NOW)
    for _ in range(TRIES + 1):
        with pytest.raises(EndpointError):
            making.make(asked, material())  # type: ignore[arg-type]
    assert store.interrupted(now=NOW) is None
    assert store.interrupted(now=NOW + timedelta(hours=1)) is not None


def test_people_get_what_is_kept_about_their_memes(state: BotState, store: MachineDrafts, material: Make) -> None:
    from memebot.answering.record import Answer

    finished(store, material)
    state.answers.put(Answer(5, 5, "picture", "unknown", (), SHA), now=NOW)
    (kept,) = store.about(5)["machine_drafts"]
    assert kept["draft"]["title"]["en"] == "The swot at the exam"
    assert store.about(6)["machine_drafts"] == []
