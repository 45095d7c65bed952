"""The rules of the policy, each by its name, and that none of them rejects anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.errors import Banned, DailyLimit
from moderation.people import Ban
from moderation.rules import (
    BOUNDS,
    DAY,
    HOUR,
    RULES,
    Facts,
    Flag,
    Picture,
    caption_links,
    caption_mentions,
    flags,
    left_today,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MEME = Picture(800, 600, text_share=0.15, letters=40, edges_outside=0.7, colours=60, nsfw=0.0)
TWEET = Picture(800, 600, text_share=0.3, letters=160, edges_outside=0.05, colours=9)


def names(facts: Facts) -> list[str]:
    return [flag.name for flag in flags(facts, now=NOW)]


def ago(*minutes: float) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(minutes=minute) for minute in minutes)


def test_an_ordinary_meme_has_no_flags() -> None:
    facts = Facts((MEME, MEME), mentions=1, proposed=ago(90, 300), sightings=("same-template-other-text",))
    assert flags(facts, now=NOW) == ()


def test_nothing_known_has_no_flags() -> None:
    assert flags(Facts(), now=NOW) == ()


@pytest.mark.parametrize(("width", "height", "flagged"), [(239, 900, True), (900, 239, True), (240, 240, False)])
def test_tiny(width: int, height: int, flagged: bool) -> None:
    small = replace(MEME, width=width, height=height)
    assert names(Facts((small,))) == (["tiny"] if flagged else [])
    assert names(Facts((MEME, small))) == (["tiny"] if flagged else [])  # one of an album is enough


def test_only_text() -> None:
    assert flags(Facts((TWEET,)), now=NOW) == (Flag("only-text", 0.3),)
    assert names(Facts((TWEET, replace(TWEET, text_share=0.2)))) == ["only-text"]
    assert names(Facts((TWEET, MEME))) == []  # a picture among them is something to look at


@pytest.mark.parametrize(
    "but",
    [
        {"text_share": 0.09},
        {"letters": 11},
        {"edges_outside": 0.16},
        {"colours": 25},
        {"text_share": None},
    ],
)
def test_only_text_needs_all_of_its_signs(but: dict[str, float]) -> None:
    assert names(Facts((replace(TWEET, **but),))) == []


@pytest.mark.parametrize(("score", "flagged"), [(None, False), (0.49, False), (0.5, True), (1.0, True)])
def test_nsfw(score: float | None, flagged: bool) -> None:
    facts = Facts((MEME, replace(MEME, nsfw=score)))
    assert flags(facts, now=NOW) == ((Flag("nsfw", score or 0),) if flagged else ())


def test_links() -> None:
    assert flags(Facts((MEME,), links=2), now=NOW) == (Flag("links", 2),)


@pytest.mark.parametrize(("count", "flagged"), [(0, False), (2, False), (3, True), (50, True)])
def test_mentions(count: int, flagged: bool) -> None:
    assert names(Facts((MEME,), mentions=count)) == (["mentions"] if flagged else [])


def test_flood_within_the_hour() -> None:
    assert names(Facts((MEME,), proposed=ago(1, 59))) == []
    assert flags(Facts((MEME,), proposed=ago(1, 30, 59)), now=NOW) == (Flag("flood", 4),)
    assert names(Facts((MEME,), proposed=ago(1, 30, 60))) == []


def test_flood_within_the_day() -> None:
    spread = ago(*range(120, 120 + 8 * 100, 100))
    assert flags(Facts((MEME,), proposed=spread), now=NOW) == (Flag("flood", 9),)
    assert names(Facts((MEME,), proposed=spread[1:])) == []
    assert names(Facts((MEME,), proposed=(*spread[1:], NOW - DAY))) == []


@pytest.mark.parametrize(
    ("sightings", "flagged"),
    [
        (("near", "exact"), ["repost-exact"]),
        (("same-template-other-text", "same-template-same-text", "near"), ["repost-near"]),
        (("same-template-other-text", "same-template-same-text"), ["repost-text"]),
        (("same-text",), ["repost-text"]),
        (("same-template-other-text",), []),
    ],
)
def test_repost(sightings: tuple[str, ...], flagged: list[str]) -> None:
    assert names(Facts((MEME,), sightings=sightings)) == flagged


def test_every_rule_can_speak_at_once_and_once_each() -> None:
    everything = Facts(
        (replace(TWEET, width=10, nsfw=1.0),),
        links=1,
        mentions=9,
        proposed=ago(1, 2, 3, 4),
        sightings=("exact", "near"),
    )
    found = names(everything)
    assert len(found) == len(set(found)) == len(RULES)


def test_bounds_can_be_set() -> None:
    strict = replace(BOUNDS, side=1000, mentions=1)
    assert [flag.name for flag in flags(Facts((MEME,), mentions=1), now=NOW, bounds=strict)] == ["tiny", "mentions"]


@settings(deadline=None)
@given(st.lists(st.floats(0, 3000), max_size=12))
def test_flood_does_not_depend_on_the_order_of_proposals(minutes: list[float]) -> None:
    times = ago(*minutes)
    facts = Facts(proposed=times)
    assert flags(facts, now=NOW) == flags(Facts(proposed=times[::-1]), now=NOW)
    hourly, daily = (1 + sum(NOW - at < span for at in times) for span in (HOUR, DAY))
    assert ("flood" in names(facts)) == (hourly > BOUNDS.hourly or daily > BOUNDS.daily)


# --- captions


def test_links_of_a_caption_count_once_each_also_behind_words_and_after_emoji() -> None:
    caption = "😀 https://a.example и тут, https://a.example"
    entities = [
        {"type": "url", "offset": 3, "length": 17},
        {"type": "url", "offset": 28, "length": 17},
        {"type": "text_link", "offset": 23, "length": 3, "url": "https://b.example"},
        {"type": "bold", "offset": 0, "length": 2},
    ]
    assert caption_links(caption, entities) == 2


@pytest.mark.parametrize(
    ("caption", "count"),
    [
        ("", 0),
        ("просто подпись. Точка", 0),
        ("t.me/channel", 1),
        ("см. HTTPS://x.example и www.y.example", 2),
        ("torch.log(-1)", 0),
    ],
)
def test_links_without_entities_are_seen_too(caption: str, count: int) -> None:
    assert caption_links(caption) == count


def test_mentions_of_a_caption_are_different_people() -> None:
    entities = [{"type": "text_mention", "offset": 0, "length": 3, "user": {"id": 5}}]
    assert caption_mentions("Аня @alice_x @Alice_X @bob12 mail@example.org @ab", entities) == 3


# --- limits


def test_banned_comes_before_the_daily_limit() -> None:
    ban = Ban(1, None, "spam", 2, NOW)
    with pytest.raises(Banned) as caught:
        left_today(ban, ago(1, 2, 3), limit=3, now=NOW)
    assert caught.value.ban is ban


def test_the_daily_limit_says_when_the_next_one_fits() -> None:
    times = ago(10, 600, 300)
    assert left_today(None, times, limit=4, now=NOW) == 1
    with pytest.raises(DailyLimit) as caught:
        left_today(None, times, limit=3, now=NOW)
    assert caught.value.again_at == NOW - timedelta(minutes=600) + DAY
    assert left_today(None, times, limit=3, now=NOW - timedelta(minutes=600) + DAY) == 1


def test_a_lowered_limit_counts_from_the_proposal_that_must_age_first() -> None:
    with pytest.raises(DailyLimit) as caught:
        left_today(None, ago(10, 600, 300), limit=1, now=NOW)
    again = caught.value.again_at
    assert again is not None
    assert left_today(None, ago(10, 600, 300), limit=1, now=again) == 1
