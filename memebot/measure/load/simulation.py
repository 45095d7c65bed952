"""The bot's own queue under communities that are not there: who would wait how long, and what would be refused.

Pictures arrive as people send them: a few communities are large and most are small, a third of the pictures come in
bursts. Times of service are drawn from what was measured, their logarithm normally distributed. Who is next is decided
by the order of the bot's own queue; time is not waited for.
"""

from __future__ import annotations

import heapq
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from memebot.app import Progress
from memebot.inference import TurnOrder

RUSH = 4.0
"""So many times the day's mean is sent in the hour that is simulated."""
SKEW = 0.8
"""The community of rank r sends in proportion to 1 / r ** SKEW."""
BURSTS, BURST, BURST_S = 0.3, 5, 60.0
"""This share comes in bursts of so many pictures within so many seconds."""
USERS = 50
"""Senders of one community, as skewed as the communities."""
COUNTED = 10
"""Pictures from which on a community's own 95th percentile is told."""
_P95 = 1.6448536269514722  # standard deviations from the median
_TOLD = 200


@dataclass(frozen=True, slots=True)
class Load:
    """What is simulated. Times in seconds; ``a_day``: pictures that a community sends on a mean day.

    ``at_once``: pictures that one machine reads at a time, each taking ``median_s`` and in one case of twenty ``p95_s``
    or longer. ``flood``: pictures that one sender sends at once, in the middle.
    """

    communities: int = 10
    machines: int = 1
    at_once: int = 2
    median_s: float = 0.35
    p95_s: float = 1.3
    a_day: float = 100.0
    minutes: float = 60.0
    flood: int = 0
    waiting: int = 500
    each: int = 30
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What came of a load. Seconds are those from sending to the answer, without the network.

    ``busy``: share of the machines' time that was used. ``communities_p95``: (median, worst) of the communities' own
    95th percentiles, of those that sent enough. ``machines_needed``: so that the same load uses two thirds of them.
    """

    pictures: int
    refused: int
    busy: float
    median_s: float
    p95_s: float
    communities_p95: tuple[float, float]
    flooded_s: float | None
    machines_needed: int

    def to_json(self) -> dict[str, Any]:
        """As ``memebot simulate --json`` prints it."""
        median, worst = self.communities_p95
        return {
            "pictures": self.pictures,
            "refused": self.refused,
            "busy": round(self.busy, 3),
            "median_s": round(self.median_s, 3),
            "p95_s": round(self.p95_s, 3),
            "community_p95_s": {"median": round(median, 3), "worst": round(worst, 3)},
            "others_under_flood_s": None if self.flooded_s is None else round(self.flooded_s, 3),
            "machines_needed": self.machines_needed,
        }


@dataclass(frozen=True, slots=True)
class _Picture:
    at: float
    community: int
    user: int
    takes: float

    @property
    def sender(self) -> tuple[int, int]:
        return self.community, self.user


@dataclass(frozen=True, slots=True)
class _Answered:
    picture: _Picture
    seconds: float


def simulate(load: Load, *, progress: Progress | None = None) -> Waiting:
    """Let a load pass through the queue; one ``seed`` gives one result. Some 10,000 pictures take a second."""
    pictures = list(_pictures(load))
    answered = list(_pass(pictures, load, progress))
    return _waiting(pictures, answered, load)


def _pictures(load: Load) -> Iterator[_Picture]:
    """All that are sent, in their order."""
    rng = np.random.default_rng(load.seed)
    length = load.minutes * 60
    expected = load.communities * load.a_day * RUSH * length / 86_400
    bursts, single = int(rng.poisson(expected * BURSTS / BURST)), int(rng.poisson(expected * (1 - BURSTS)))
    community = rng.choice(load.communities, bursts + single, p=_shares(load.communities))
    user = rng.choice(USERS, bursts + single, p=_shares(USERS))
    start = rng.uniform(0, length, bursts + single)
    sent = [
        (start[n] + later, int(community[n]), int(user[n]))
        for n in range(bursts + single)
        for later in (rng.uniform(0, BURST_S, BURST) if n < bursts else (0.0,))
    ]
    sent += [(length / 2, 0, USERS)] * load.flood
    sigma = math.log(load.p95_s / load.median_s) / _P95
    takes = rng.lognormal(math.log(load.median_s), sigma, len(sent))
    for n, (at, where, who) in enumerate(sorted(sent)):
        yield _Picture(float(at), where, who, float(takes[n]))


def _shares(count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    weights: np.ndarray[Any, np.dtype[np.float64]] = np.arange(1, count + 1, dtype=np.float64) ** -SKEW
    weights /= weights.sum()
    return weights


def _pass(pictures: Sequence[_Picture], load: Load, progress: Progress | None) -> Iterator[_Answered]:
    """The pictures that are answered, in the order in which they begin to be."""
    order = TurnOrder[_Picture]()
    free = [0.0] * (load.machines * load.at_once)  # from when on each place is free: a heap
    for number, picture in enumerate(pictures):
        yield from _begin(order, free, until=picture.at)
        if len(order) < load.waiting * load.machines and order.waiting(*picture.sender) < load.each:
            order.join(*picture.sender, picture)
        if progress and number % _TOLD == 0:
            progress("pictures", number, len(pictures))
    yield from _begin(order, free, until=math.inf)


def _begin(order: TurnOrder[_Picture], free: list[float], *, until: float) -> Iterator[_Answered]:
    """Let those who wait have the places that become free before a time."""
    while order and free[0] <= until:
        picture = order.next()
        end = max(free[0], picture.at) + picture.takes
        heapq.heapreplace(free, end)
        yield _Answered(picture, end - picture.at)


def _waiting(pictures: Sequence[_Picture], answered: Sequence[_Answered], load: Load) -> Waiting:
    seconds = [one.seconds for one in answered]
    work = sum(one.picture.takes for one in answered)
    by_community: dict[int, list[float]] = {}
    for one in answered:
        by_community.setdefault(one.picture.community, []).append(one.seconds)
    own = [_p95(each) for each in by_community.values() if len(each) >= COUNTED] or [_p95(seconds)]
    length = load.minutes * 60
    needed = sum(one.takes for one in pictures) / (length * load.at_once * 2 / 3)
    return Waiting(
        pictures=len(pictures),
        refused=len(pictures) - len(answered),
        busy=work / (length * load.machines * load.at_once),
        median_s=statistics.median(seconds) if seconds else 0.0,
        p95_s=_p95(seconds),
        communities_p95=(statistics.median(own), max(own)),
        flooded_s=_beside_flood(answered, load),
        machines_needed=max(1, math.ceil(needed)),
    )


def _p95(seconds: Sequence[float]) -> float:
    return float(np.percentile(seconds, 95)) if seconds else 0.0


def _beside_flood(answered: Sequence[_Answered], load: Load) -> float | None:
    """The 95th percentile of what other communities sent while the flood was being answered."""
    flood = [one for one in answered if one.picture.user == USERS]
    if not flood:
        return None
    start = flood[0].picture.at
    end = start + max(one.seconds for one in flood)
    beside = [one.seconds for one in answered if one.picture.community and start <= one.picture.at <= end]
    return _p95(beside) if beside else None
