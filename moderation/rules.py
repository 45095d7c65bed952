"""Pure rules: facts about a submission in, flags for the card and limits out. Nothing here rejects a picture.

A flag is a name that is kept with the submission and put into words where it is shown, and the number behind it.
Whether an author may propose at all is asked before anything else: before a picture is downloaded or read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from moderation.errors import Banned, DailyLimit
from moderation.model import Ban

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

FlagName = Literal[
    "tiny", "only-text", "nsfw", "links", "mentions", "flood", "repost-exact", "repost-near", "repost-text"
]

_ADDRESS = re.compile(r"(?:https?://|\bt\.me/|\bwww\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@])@[a-z]\w{3,31}\b", re.IGNORECASE | re.ASCII)
_REPOSTS: Mapping[str, FlagName] = {
    "exact": "repost-exact",
    "near": "repost-near",
    "part": "repost-near",
    "same-template-same-text": "repost-text",
    "same-text": "repost-text",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that an admin should see. ``value``: the fact that the rule looked at, in its own unit."""

    name: FlagName
    value: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What was measured of one picture of a submission; ``None`` where nothing was.

    ``width``, ``height``: of the original in pixels. ``text_share``: 0..1 of the area lies in lines of text, of
    ``letters`` in all. ``edges_outside``: 0..1 of the edges lies outside them. ``colours``: how many clearly different
    ones it has. ``nsfw``: 0..1, what a detector says.
    """

    width: int
    height: int
    text_share: float | None = None
    letters: int = 0
    edges_outside: float = 1.0
    colours: int = 512
    nsfw: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules look at.

    ``proposed``: when the same author proposed before, in any order. ``sightings``: how each of what was seen before
    is like this (``moderation.reposts.model.How``).
    """

    pictures: tuple[Picture, ...] = ()
    links: int = 0
    mentions: int = 0
    proposed: tuple[datetime, ...] = ()
    sightings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where the rules begin to speak.

    ``text_share`` to ``colours`` tell posts and slides from pictures: of 126 captioned memes, comics and photos nine
    are within them, all of them text and nothing else. ``nsfw``: of 129 such pictures none comes above 0.28.
    """

    side: int = 240
    text_share: float = 0.1
    letters: int = 12
    edges_outside: float = 0.15
    colours: int = 24
    nsfw: float = 0.5
    mentions: int = 3
    hourly: int = 3
    daily: int = 8


BOUNDS = Bounds()


def flags(facts: Facts, *, now: datetime, bounds: Bounds = BOUNDS) -> tuple[Flag, ...]:
    """What an admin should see of this submission, in a fixed order; at most one flag a name."""
    return tuple(flag for rule in RULES if (flag := rule(facts, now, bounds)) is not None)


Rule = Callable[[Facts, datetime, Bounds], Flag | None]


def tiny(facts: Facts, now: datetime, bounds: Bounds) -> Flag | None:
    """A picture whose shorter side is too short to be read on a phone."""
    side = min((min(picture.width, picture.height) for picture in facts.pictures), default=bounds.side)
    return Flag("tiny", side) if side < bounds.side else None


def only_text(facts: Facts, now: datetime, bounds: Bounds) -> Flag | None:
    """Text, few colours, and nothing beside the text, in every picture: a post to read, not one to look at."""
    if not facts.pictures or not all(_is_text(picture, bounds) for picture in facts.pictures):
        return None
    return Flag("only-text", min(picture.text_share or 0 for picture in facts.pictures))


def _is_text(picture: Picture, bounds: Bounds) -> bool:
    return (
        picture.text_share is not None
        and picture.text_share >= bounds.text_share
        and picture.letters >= bounds.letters
        and picture.edges_outside <= bounds.edges_outside
        and picture.colours <= bounds.colours
    )


def nsfw(facts: Facts, now: datetime, bounds: Bounds) -> Flag | None:
    """A detector suspects something indecent; without a detector the rule is silent."""
    score = max((picture.nsfw for picture in facts.pictures if picture.nsfw is not None), default=0.0)
    return Flag("nsfw", score) if score >= bounds.nsfw else None


def links(facts: Facts, now: datetime, bounds: Bounds) -> Flag | None:
    """The caption leads somewhere."""
    return Flag("links", facts.links) if facts.links else None


def mentions(facts: Facts, now: datetime, bounds: Bounds) -> Flag | None:
    """The caption calls many people."""
    return Flag("mentions", facts.mentions) if facts.mentions >= bounds.mentions else None


def flood(facts: Facts, now: datetime, bounds: Bounds) -> Flag | None:
    """This author has proposed a lot within the hour, or within the day; this submission counts."""
    for span, bound in ((HOUR, bounds.hourly), (DAY, bounds.daily)):
        count = 1 + sum(now - span < at <= now for at in facts.proposed)
        if count > bound:
            return Flag("flood", count)
    return None


def repost(facts: Facts, now: datetime, bounds: Bounds) -> Flag | None:
    """It was here before, in the surest of the ways in which it was; another joke on a template is no repost."""
    for how, name in _REPOSTS.items():
        if how in facts.sightings:
            return Flag(name, facts.sightings.count(how))
    return None


RULES: tuple[Rule, ...] = (repost, nsfw, tiny, only_text, links, mentions, flood)


# --- facts of a caption


def caption_links(caption: str, entities: Sequence[Mapping[str, Any]] = ()) -> int:
    """How many different links a caption has, plain or behind words; ``entities`` as Telegram gives them."""
    behind = {str(entity.get("url")) for entity in entities if entity.get("type") == "text_link"}
    plain = {_part(caption, entity) for entity in entities if entity.get("type") == "url"}
    return len(behind | (plain or set(_ADDRESS.findall(caption))))


def caption_mentions(caption: str, entities: Sequence[Mapping[str, Any]] = ()) -> int:
    """How many different people or channels a caption calls, by @name or by a link to their profile."""
    by_id = {entity["user"]["id"] for entity in entities if entity.get("type") == "text_mention"}
    return len(by_id) + len({name.casefold() for name in _MENTION.findall(caption)})


def _part(caption: str, entity: Mapping[str, Any]) -> str:
    """The entity's words; Telegram counts in UTF-16."""
    start, length = int(entity["offset"]), int(entity["length"])
    return caption.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")


# --- limits


def left_today(ban: Ban | None, proposed: Sequence[datetime], *, limit: int, now: datetime) -> int:
    """How many submissions are left within 24 hours to an author who proposed at these times.

    Raises ``Banned`` for one with a ban, whatever else, then ``DailyLimit`` with the time of the next chance.
    """
    if ban is not None:
        raise Banned(ban)
    recent = sorted(at for at in proposed if now - DAY < at)
    if len(recent) >= limit:
        raise DailyLimit(limit, recent[-limit] + DAY)
    return limit - len(recent)
