"""The base as a list: each filter lets through what it says, and a check is never out of date."""

from dataclasses import replace
from typing import Any

import pytest
from chats import NOW, OWNERS, entry
from editing_base import build

from knowledge.entry.model import EntryId, Source
from knowledge.entry.rules import BaseIndex
from knowledge.search.searcher import Match
from memebot.answering.record import Answer
from memebot.answering.state import BotState
from memebot.editing.editing import Editing
from memebot.editing.entries.listing import ENTRIES, EntryFilter
from memebot.editing.errors import NotAnEditor

(OWNER,) = OWNERS


@pytest.fixture
def editing() -> Editing:
    built, _ = build()
    return built


def ids(editing: Editing, **chosen: Any) -> list[str]:
    return [one.entry.id for one in editing.listing.page(OWNER, EntryFilter(**chosen), "en").entries]


def save(editing: Editing, *args: Any, **fields: Any) -> None:
    editing.stores.kb.changes.save(entry(*args, **fields), author="test", now=NOW, base_revision=None)


def change(editing: Editing, entry_id: str, **fields: Any) -> None:
    kb = editing.stores.kb
    number = kb.revisions.current(entry_id).number
    kb.changes.save(replace(kb.entries.get(entry_id), **fields), author="test", now=NOW, base_revision=number)


def check_all(editing: Editing) -> None:
    while editing.listing.check_some(OWNER, 2):
        pass


def test_all_entries_stand_in_the_list_by_title(editing: Editing) -> None:
    assert ids(editing) == ["lava", "overfitting", "regularization", "swot"]


def test_each_filter_lets_through_what_it_says(editing: Editing) -> None:
    change(editing, "swot", sources=(Source("a", "https://a.org"),))
    change(editing, "lava", keywords={"ru": ("пол",), "en": ()})
    assert ids(editing, kind="format") == ["lava"]
    assert ids(editing, lacks="source") == ["lava", "overfitting", "regularization"]
    assert ids(editing, lacks="exemplar") == ["lava", "overfitting", "regularization", "swot"]
    assert ids(editing, lacks="en") == ["lava"] and ids(editing, lacks="ru") == []
    assert ids(editing, words="ЗУБР шутка") == ["swot"]
    assert ids(editing, words="зубр", kind="concept") == ["overfitting"]


def test_what_is_called_by_the_words_comes_before_what_only_says_them(editing: Editing) -> None:
    change(editing, "lava", keywords={"ru": (), "en": ("swot",)})
    assert ids(editing, words="swot") == ["swot", *sorted(set(ids(editing, words="swot")) - {"swot"})]
    assert "lava" in ids(editing, words="swot")


def test_what_the_bases_search_leads_to_is_found_without_its_words_and_stands_by_its_fit() -> None:
    led = [EntryId("regularization"), EntryId("overfitting")]
    editing, _ = build(lambda words, lang: led if words == "зубр" else [])
    change(editing, "lava", keywords={"ru": ("зубр",), "en": ()})
    assert ids(editing, words="зубр")[:2] == led and {"lava", "swot"} <= {*ids(editing, words="зубр")}
    assert ids(editing, words="зубр", kind="concept") == led
    assert ids(editing, words="зубр", order="title") == sorted(ids(editing, words="зубр"))
    assert ids(editing, words="nothing at all") == []


def test_a_search_for_markup_is_a_search_for_its_letters(editing: Editing) -> None:
    assert ids(editing, words="1 < 2 & 3.") == ["overfitting"]
    assert ids(editing, words="%_'\";--") == []


def test_pages_are_cut_and_a_page_too_far_is_the_last(editing: Editing) -> None:
    for number in range(ENTRIES):
        save(editing, f"more-{number}", "joke", f"Ещё {number}", f"More {number}")
    first = editing.listing.page(OWNER, EntryFilter(), "en")
    assert (len(first.entries), first.found, first.pages) == (ENTRIES, ENTRIES + 4, 2)
    assert editing.listing.page(OWNER, EntryFilter(), "en", 99).page == 1
    assert editing.listing.page(OWNER, EntryFilter(), "en", -3).page == 0


def test_findings_are_shown_once_the_entries_are_checked(editing: Editing) -> None:
    page = editing.listing.page(OWNER, EntryFilter(), "en")
    assert page.unchecked == 4 and page.entries[0].problems is None
    check_all(editing)
    page = editing.listing.page(OWNER, EntryFilter(flawed=True), "en")
    assert page.unchecked == 0 and page.found == 4  # the explanations of these are all too short


def findings(editing: Editing) -> dict[str, set[str]]:
    check_all(editing)
    listed = editing.listing.page(OWNER, EntryFilter(), "en").entries
    return {one.entry.id: {problem.code for problem in one.problems or ()} for one in listed}


def test_a_change_renews_what_is_said_about_others(editing: Editing) -> None:
    """A link that leads nowhere, a name that is another's too, a concept that should be linked: found and mended."""
    before = findings(editing)
    save(editing, "double", "joke", "Ещё одна.", "Another.", aliases=("swot (en)",))
    found = findings(editing)
    assert "name-double" in found["swot"] and "name-double" in found["double"]
    editing.changes.delete(OWNER, "double", unlink=False)
    editing.changes.delete(OWNER, "overfitting", unlink=False)
    assert "link-missing" in findings(editing)["swot"]
    editing.changes.restore(OWNER, "overfitting", 1)
    assert findings(editing) == before
    change(editing, "overfitting", aliases=("complexity",))
    assert "link-wanted" in findings(editing)["regularization"]


def test_the_least_liked_and_the_most_asked_come_first() -> None:
    editing, db = build()
    state = BotState(db)
    now = NOW.replace(hour=NOW.hour - 1)
    for entry_id, votes in (("swot", "--"), ("lava", "---"), ("lava", ""), ("overfitting", "+++")):
        match = Match(EntryId(entry_id), "joke", 0.9, {})
        answer = state.answers.put(Answer(1, 1, "question", "joke", (match,), question="?"), now=now)
        for user, one in enumerate(votes):
            state.answers.vote(answer.id, 100 + user, 1 if one == "+" else -1, now=now)
    assert ids(editing, order="disliked")[:2] == ["lava", "swot"]
    assert ids(editing, order="asked")[0] == "lava"
    assert editing.listing.page(OWNER, EntryFilter(order="asked"), "en").entries[0].votes.answers == 2


def test_the_list_is_for_editors(editing: Editing) -> None:
    with pytest.raises(NotAnEditor):
        editing.listing.page(5, EntryFilter(), "en")


def test_what_is_checked_against_follows_every_change_of_the_base(editing: Editing) -> None:
    """The index is brought up to date entry by entry: it must say what a new one says."""
    kb, own = editing.stores.kb, editing.drafts
    own.entries()
    save(editing, "double", "joke", "Ещё одна.", "Another.", aliases=("swot (en)",), says=("the floor is lava",))
    change(editing, "overfitting", aliases=("complexity",), says=("nobody expects it",))
    editing.changes.rename(OWNER, "regularization", "weight-decay")
    editing.changes.delete(OWNER, "lava", unlink=True)
    entries = kb.entries.all()
    assert [one.id for one in own.entries()] == [one.id for one in entries]
    fresh = BaseIndex(entries, kb.exemplars.names())
    for one in [*entries, entry("new", "joke", "Пол.", "The floor.", says=("the floor is lava", "nobody expects it"))]:
        assert own.check(one, ()).problems == fresh.check(one).problems
