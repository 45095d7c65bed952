"""Figures as pictures: readable on a phone, in any language, for any numbers; nothing sticks out or overlaps."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memebot import plots
from memebot.plots import Bar, Counts, Labels, QueuePoint

NOW = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
LONG = "Очень длинное название, которое не поместится ни в одну строку на телефоне, и ещё немного слов 🤡 $x^2$"


def bars(count: int) -> list[Bar]:
    return [Bar(LONG, 10**6 // (number + 1), LONG) for number in range(count)]


def points(count: int, apart: timedelta = timedelta(hours=6)) -> list[QueuePoint]:
    return [QueuePoint(NOW + number * apart, number % 7, 1.5 * number) for number in range(count)]


def shares(count: int) -> list[Counts]:
    return [Counts(f"{number} {LONG}", (1000 - number, 7 * number)) for number in range(count)]


def periods(count: int) -> list[Counts]:
    return [Counts(date(2026, 1, 5) + timedelta(7 * number), (number % 4, number % 3)) for number in range(count)]


def days(count: int) -> list[Counts]:
    return [Counts(date(2026, 1, 5) + timedelta(number), (number, 2 * number, number % 3)) for number in range(count)]


QUEUE, DECIDED = Labels(LONG, names=(LONG, LONG)), Labels(LONG, (LONG, LONG))
ACCEPTED = Labels(LONG, (LONG, LONG), (LONG, ""))
WEEK = Labels(LONG, (LONG, LONG, LONG), lines=(LONG, LONG))

FIGURES: dict[str, Callable[[int], Any]] = {
    "prize": lambda count: plots.prize(bars(count), LONG),
    "queue": lambda count: plots.queue_over_time(points(count), QUEUE, MOSCOW),
    "decisions": lambda count: plots.decisions(shares(count), DECIDED),
    "acceptance": lambda count: plots.acceptance(periods(count), ACCEPTED),
    "week": lambda count: plots.knowledge_week(days(count), WEEK),
}
every_figure = pytest.mark.parametrize("name", FIGURES)


def texts(figure: Any) -> list[Any]:
    """All texts that are seen: marks beyond the end of an axis are not."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    beyond = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        beyond |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
    return [
        text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and text not in beyond
    ]


def shown(figure: Any) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def boxes(figure: Any) -> list[tuple[str, Any]]:
    """Texts, and where they are in pixels."""
    return [(text.get_text(), text.get_window_extent()) for text in texts(figure)]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_each_is_a_png_of_a_phones_width_that_telegram_takes_as_a_photo() -> None:
    drawn = [
        plots.png(plots.prize(bars(99), title=LONG)),
        plots.png(plots.prize(bars(1), title="x")),
        plots.png(plots.queue_over_time(points(40), labels=QUEUE, zone=MOSCOW)),
        plots.png(plots.decisions(shares(99), labels=DECIDED)),
        plots.png(plots.acceptance(periods(30), labels=ACCEPTED)),
        plots.png(plots.knowledge_week(days(7), labels=WEEK)),
    ]
    for png in drawn:
        width, height = size(png)
        assert width == 1080
        assert height <= 20 * width and width + height <= 10_000  # Telegram's limits for photos


@every_figure
@pytest.mark.parametrize("count", [1, 7, 40])
def test_letters_are_large_enough_inside_the_picture_and_apart(name: str, count: int) -> None:
    figure = FIGURES[name](count)
    width, height = figure.canvas.get_width_height()
    for text in texts(figure):
        assert text.get_fontsize() * plots._DPI / 72 >= 27
    placed = boxes(figure)
    for words, box in placed:
        assert min(box.x0, box.y0) >= 0 and box.x1 <= width and box.y1 <= height, words
    for (one, a), (other, b) in combinations(placed, 2):
        across, down = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 2 or down <= 2, (one, other)


@every_figure
def test_no_letter_is_missing_and_no_dollar_becomes_mathematics(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        words = " ".join(shown(FIGURES[name](2)))
    assert "🤡" not in words


def test_dollars_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = plots.prize([Bar("от $5 до $10", 3)], "$")
    texts(figure)
    assert r"от \$5 до \$10" in shown(figure)  # the backslash is matplotlib's way to show a plain dollar


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.png(plots.prize([], title="x")),
        lambda: plots.png(plots.queue_over_time([], labels=QUEUE, zone=UTC)),
        lambda: plots.png(plots.decisions([], labels=DECIDED)),
        lambda: plots.png(plots.acceptance([], labels=ACCEPTED)),
        lambda: plots.png(plots.knowledge_week([], labels=WEEK)),
    ],
)
def test_of_nothing_there_is_no_picture(draw: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        draw()


def test_the_prize_list_keeps_its_order_and_its_numbers() -> None:
    figure = plots.prize([Bar("Первый", 1243), Bar("Второй", 7, "предложила Аня")], "Лучшие")
    from_above = sorted(boxes(figure), key=lambda box: (-round(box[1].y1 / 20), box[1].x0))
    assert [words for words, _ in from_above] == [
        "Лучшие",
        "Первый",
        "1",
        "1\N{NARROW NO-BREAK SPACE}243",
        "Второй",
        "2",
        "7",
        "предложила Аня",
    ]


def test_bars_are_as_long_as_their_values() -> None:
    figure = plots.prize([Bar("a", 200), Bar("b", 50), Bar("c", 0)], "t")
    first, second, third = (patch.get_width() for patch in figure.axes[0].patches)
    assert second == pytest.approx(first / 4)
    assert third == 0


def test_long_lists_are_cut() -> None:
    assert len(plots.prize(bars(99), "t").axes[0].patches) == plots.MAX_BARS
    assert len(plots.decisions(shares(99), DECIDED).axes[0].patches) == 2 * plots.MAX_BARS


def test_admins_are_shown_most_decisions_first() -> None:
    figure = plots.decisions(
        [Counts("a", (1, 1)), Counts("b", (0, 9)), Counts("c", (4, 0))], Labels("t", ("yes", "no"))
    )
    assert [words for words in shown(figure) if words in "abc"] == ["b", "c", "a"]
    assert "0 + 9" in shown(figure)


def test_the_queue_shows_its_newest_values_whatever_the_order() -> None:
    words = shown(plots.queue_over_time([*reversed(points(8))], Labels("t", names=("waiting", "hours")), MOSCOW))
    assert words.count("0") >= 1 and "10" in words  # the eighth point: 0 wait, the oldest for 10.5 hours


@pytest.mark.parametrize(
    ("count", "apart", "first"),
    [
        (4, timedelta(hours=1), "01:00"),
        (12, timedelta(hours=6), "03.03"),
        (100, timedelta(days=1), "01.04"),
    ],
)
def test_times_are_round_and_of_the_communitys_zone(count: int, apart: timedelta, first: str) -> None:
    figure = plots.queue_over_time(points(count, apart), QUEUE, MOSCOW)  # begins at half past midnight in Moscow
    figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert first in labels
    assert 1 <= len(labels) <= 6


def test_a_period_without_decisions_has_no_rate() -> None:
    figure = plots.acceptance(
        [Counts(date(2026, 1, 5), (3, 1)), Counts(date(2026, 1, 12), (0, 0))],
        Labels("t", ("yes", "no"), ("rate", "")),
    )
    rate = figure.axes[0].lines[0].get_ydata()
    assert rate[0] == 75 and np.isnan(rate[1])
    assert "75" in shown(figure)


def test_the_week_says_what_share_was_known() -> None:
    figure = plots.knowledge_week(
        [Counts(date(2026, 1, 5), (2, 1, 1)), Counts(date(2026, 1, 6), (0, 0, 0))],
        Labels("t", ("a", "b", "c"), lines=("Новых записей: 3",)),
    )
    assert {"75 %", "05.01", "06.01", "Новых записей: 3"} <= set(shown(figure))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=4), st.text(max_size=60), st.text(max_size=60))
def test_any_numbers_and_words_can_be_drawn(values: Sequence[int], title: str, words: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert size(plots.png(plots.prize([Bar(words, value, words) for value in values], title=title)))[0] == 1080
        assert (
            size(
                plots.png(
                    plots.knowledge_week(
                        [Counts(date(2026, 1, 5) + timedelta(n), (value, 0, value)) for n, value in enumerate(values)],
                        labels=Labels(title, (words, words, words), lines=(words,)),
                    )
                )
            )[0]
            == 1080
        )


def test_threads_may_draw_at_once() -> None:
    alone = plots.png(plots.decisions(shares(3), labels=DECIDED))
    with ThreadPoolExecutor(4) as pool:
        together = [*pool.map(lambda _: plots.png(plots.decisions(shares(3), labels=DECIDED)), range(6))]
    assert set(together) == {alone}
