"""The list of what waits: every filter, order and page shows what it says."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moderation_drafts import ANN, MINUTE, NOW

from memebot.database import in_memory
from moderation.errors import SubmissionNotFound
from moderation.model import MediaSummary, Submission
from moderation.queue.pending import ORDERS, Order, PendingFilter, _conditions
from moderation.stores import Moderation

Submit = Callable[..., Submission]
DAY = timedelta(days=1)
ALL = PendingFilter()


@pytest.fixture
def queue(submit: Submit) -> list[Submission]:
    """Twelve of two weeks: every third known, every fourth flagged, by three authors in turn, in both languages."""
    made = []
    for number in range(12):
        reading = MediaSummary(
            verdict="joke" if number % 3 == 0 else "unknown",
            confidence=(number * 7 % 5) / 10,
            flags=("tiny", "links") if number % 4 == 0 else ("links",) if number % 4 == 1 else (),
        )
        facts = {"author_id": 20 + number % 3, "lang": "ru" if number % 2 else "en", "reading": reading}
        made.append(submit(now=NOW - (12 - number) * DAY, **facts))
    return made


def listed(stores: Moderation, wanted: PendingFilter = ALL, order: Order = "oldest", **place: Any) -> list[int]:
    return [s.id for s in stores.pending.page(wanted, order, 100, now=NOW, **place).submissions]


def test_each_filter_shows_those_that_it_names_and_no_other(stores: Moderation, queue: list[Submission]) -> None:
    def fitting(fits: Callable[[Submission], bool]) -> list[int]:
        return [s.id for s in queue if fits(s)]

    assert listed(stores, PendingFilter(flag="tiny")) == fitting(lambda s: "tiny" in s.flags)
    assert listed(stores, PendingFilter(flag="any")) == fitting(lambda s: bool(s.flags))
    assert listed(stores, PendingFilter(flag="none")) == fitting(lambda s: not s.flags)
    assert listed(stores, PendingFilter(author=21)) == fitting(lambda s: s.author_id == 21)
    assert listed(stores, PendingFilter(known=True)) == fitting(lambda s: s.verdict == "joke")
    assert listed(stores, PendingFilter(known=False)) == fitting(lambda s: s.verdict == "unknown")
    assert listed(stores, PendingFilter(lang="en")) == fitting(lambda s: s.lang == "en")
    assert listed(stores, PendingFilter(age="day")) == fitting(lambda s: s.submitted_at >= NOW - DAY)
    assert listed(stores, PendingFilter(age="older")) == fitting(lambda s: s.submitted_at < NOW - 7 * DAY)
    both = PendingFilter(flag="links", lang="ru", age="week")
    assert listed(stores, both) == fitting(
        lambda s: "links" in s.flags and s.lang == "ru" and NOW - 7 * DAY <= s.submitted_at < NOW - DAY
    )


@pytest.mark.parametrize("flag", ["%", "_", 'tiny", "links', "t!ny", "'; drop table submissions; --"])
def test_a_flag_of_which_there_is_none_finds_nothing(stores: Moderation, queue: list[Submission], flag: str) -> None:
    assert listed(stores, PendingFilter(flag=flag)) == [] or flag == 'tiny", "links'


def test_orders_are_what_they_say(stores: Moderation, queue: list[Submission]) -> None:
    assert listed(stores) == [s.id for s in queue]
    assert listed(stores, order="newest") == [s.id for s in reversed(queue)]
    sure = sorted(queue, key=lambda s: (s.confidence, s.submitted_at, s.id), reverse=True)
    assert listed(stores, order="surest") == [s.id for s in sure]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("wanted", [ALL, PendingFilter(flag="links"), PendingFilter(lang="ru")])
def test_pages_forth_and_back_are_the_list_cut_into_pieces(
    stores: Moderation, queue: list[Submission], order: Order, wanted: PendingFilter
) -> None:
    whole, pages = listed(stores, wanted, order), []
    page = stores.pending.page(wanted, order, 4, now=NOW)
    assert not page.before
    while True:
        pages.append([s.id for s in page.submissions])
        if not page.after:
            break
        page = stores.pending.page(wanted, order, 4, now=NOW, after=pages[-1][-1])
        assert page.before
    assert [number for numbers in pages for number in numbers] == whole
    for later, earlier in itertools.pairwise(reversed(pages)):
        back = stores.pending.page(wanted, order, 4, now=NOW, before=later[0])
        assert [s.id for s in back.submissions] == earlier
        assert back.after and back.before == (earlier != pages[0])


@pytest.mark.parametrize("order", ORDERS)
def test_the_next_card_is_the_next_in_this_order_though_this_one_is_decided(
    stores: Moderation, queue: list[Submission], order: Order
) -> None:
    wanted, numbers = PendingFilter(lang="en"), listed(stores, PendingFilter(lang="en"), order)
    for one, following in itertools.pairwise(numbers):
        stores.queue.reject(one, ANN, now=NOW)
        assert stores.pending.neighbour(one, wanted, order, now=NOW) == following
    assert stores.pending.neighbour(numbers[-1], wanted, order, now=NOW) is None
    assert stores.pending.neighbour(numbers[-1], wanted, order, now=NOW, back=True) is None


def test_those_of_one_moment_are_in_the_order_of_their_numbers(stores: Moderation, submit: Submit) -> None:
    numbers = [submit().id for _ in range(5)]
    assert listed(stores) == numbers and listed(stores, order="newest") == numbers[::-1]
    assert listed(stores, order="surest", after=numbers[2]) == numbers[1::-1]


def test_a_place_that_does_not_exist_is_said(stores: Moderation, submit: Submit) -> None:
    submit()
    with pytest.raises(SubmissionNotFound):
        stores.pending.page(ALL, "oldest", 5, now=NOW, after=99)
    with pytest.raises(SubmissionNotFound):
        stores.pending.neighbour(99, ALL, "oldest", now=NOW)


FILTERS = [
    ALL,
    PendingFilter(flag="links"),
    PendingFilter(flag="none", known=False),
    PendingFilter(author=21, age="older"),
    PendingFilter(lang="ru", known=True),
]


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_count_is_how_many_one_would_see(stores: Moderation, queue: list[Submission], wanted: PendingFilter) -> None:
    stores.queue.reject(queue[5].id, ANN, now=NOW)
    counts = stores.pending.counts(wanted, now=NOW)

    def seen(**other: Any) -> int:
        return len(listed(stores, replace(wanted, **other)))

    assert (counts.total, counts.found) == (11, seen())
    for flag in ("tiny", "links", "any", "none", "nsfw"):
        assert counts.flags.get(flag, 0) == seen(flag=flag), flag
    for age in ("day", "week", "older"):
        assert counts.ages.get(age, 0) == seen(age=age), age
    for known in (True, False):
        assert counts.known.get(known, 0) == seen(known=known), known
    for lang in ("ru", "en"):
        assert counts.langs.get(lang, 0) == seen(lang=lang), lang
    for author, count in counts.authors:
        assert count == seen(author=author), author


def test_what_is_decided_withdrawn_or_undone_leaves_and_enters_the_list(stores: Moderation, submit: Submit) -> None:
    one, other, third = submit(author_id=1), submit(author_id=2), submit(author_id=3)
    stores.queue.approve(one.id, ANN, when="now", now=NOW)
    stores.queue.withdraw(other.id, 2, now=NOW)
    stores.queue.reject(third.id, ANN, now=NOW)
    assert listed(stores) == [] and stores.pending.counts(ALL, now=NOW).found == 0
    stores.queue.undo(third.id, ANN, now=NOW + MINUTE / 2)
    assert listed(stores) == [third.id]


@pytest.mark.parametrize("wanted", FILTERS[:3])
def test_ten_thousand_are_filtered_from_an_index_alone(wanted: PendingFilter) -> None:
    stores = Moderation.open(in_memory())
    conditions, values = _conditions(wanted, NOW)
    sql = f"select s.id from submissions s where {conditions} order by s.submitted_at, s.id limit 50"
    plan = json.dumps(stores.db.execute(f"explain query plan {sql}", values).fetchall())
    assert "COVERING INDEX" in plan and "TEMP B-TREE" not in plan
