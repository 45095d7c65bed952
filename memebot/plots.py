"""Figures as pictures to send: plain values in, a figure out, of which ``png`` makes what is sent.

All words are given, so any language will do.
Pictures are 1080 pixels wide with letters of at least 27 pixels, to be read on a phone without zooming, and opaque,
so that a dark client shows them as a light one does. Drawing takes a few tenths of a second: not on the event loop.
Nothing here touches matplotlib's global state, so any thread may draw.
"""

from __future__ import annotations

import io
import textwrap
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_BARS = 15

_WIDTH, _DPI = 7.2, 150  # inches; together 1080 pixels
_SMALL, _PLAIN, _TITLE = 13.0, 15.0, 21.0  # points
_MARGIN = 0.4
_GROUND, _INK, _FAINT, _GRID = "#f6f7f9", "#1d2733", "#5a6572", "#d5dae0"
_BLUE, _ORANGE, _GREEN, _GREY = "#2f6fb4", "#d07a1f", "#2d8a63", "#9aa4af"
_STEPS = tuple(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 720, 1440, 2160, 4320))
_LINE = 0.33  # inches a line of title takes
_PANEL = 3.4  # inches of height


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a prize list; ``note`` is written under it."""

    label: str
    value: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class QueuePoint:
    """The queue at one moment: how many waited, and for how many hours the oldest had."""

    at: datetime
    waiting: int
    oldest_hours: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of somebody, or of the time that began on a day; each figure says of what."""

    of: str | date
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of a figure: ``parts`` name what is counted, ``names`` stand over the panels, ``lines`` under all."""

    title: str
    parts: tuple[str, ...] = ()
    names: tuple[str, ...] = ("",)
    lines: tuple[str, ...] = ()


def png(figure: Figure) -> bytes:
    """The picture to send."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=_DPI, facecolor=_GROUND)
    return out.getvalue()


# --- figures


def prize(bars: Sequence[Bar], title: str) -> Figure:
    """A bar chart of the best, in the order given, at most ``MAX_BARS``. Raises ``ValueError`` for none."""
    bars = _some(bars)[:MAX_BARS]
    figure, axes, top = _sheet(title, rows=len(bars), row=0.92)
    most = max(1, *(bar.value for bar in bars))
    for number, bar in enumerate(bars):
        _prize_row(axes, number, bar, top + number * 0.92, most)
    return figure


def _prize_row(axes: Axes, number: int, bar: Bar, y: float, most: int) -> None:
    rank, left = str(number + 1), _MARGIN + 0.55
    _write(axes, _MARGIN + 0.2, y + 0.33, rank, size=_TITLE, weight="bold", color=_FAINT, ha="center")
    _write(axes, left, y + 0.17, _one_line(bar.label, left))
    end = _bar(axes, left, y + 0.5, bar.value / most, _BLUE if number else _ORANGE)
    value = f"{bar.value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    _write(axes, end + 0.1, y + 0.5, value, weight="bold")
    if bar.note:
        _write(axes, left, y + 0.77, _one_line(bar.note, left, _SMALL), size=_SMALL, color=_FAINT)


def decisions(admins: Sequence[Counts], labels: Labels) -> Figure:
    """Who approved and who rejected how many, most first, at most ``MAX_BARS``. Raises ``ValueError`` for nobody."""
    admins = sorted(_some(admins), key=lambda admin: (-admin.total, admin.of))[:MAX_BARS]
    figure, axes, top = _sheet(labels.title, rows=len(admins), row=0.85, legend=_coloured(labels, _BLUE, _ORANGE))
    most = max(1, *(admin.total for admin in admins))
    for number, admin in enumerate(admins):
        y, (approved, rejected) = top + number * 0.85, admin.counts
        _write(axes, _MARGIN, y + 0.17, _one_line(str(admin.of), _MARGIN))
        middle = _bar(axes, _MARGIN, y + 0.5, approved / most, _BLUE)
        end = _bar(axes, _MARGIN, y + 0.5, rejected / most, _ORANGE, start=middle)
        _write(axes, end + 0.1, y + 0.5, f"{approved} + {rejected}")
    return figure


def queue_over_time(points: Sequence[QueuePoint], labels: Labels, zone: tzinfo) -> Figure:
    """Length and age of the queue, in the order of time. Raises ``ValueError`` for no points."""
    points = sorted(_some(points), key=lambda point: point.at)
    now = (str(points[-1].waiting), f"{points[-1].oldest_hours:.0f}")
    figure, (upper, lower) = _panels(labels, latest=now)
    times = [point.at.astimezone(zone).replace(tzinfo=None) for point in points]
    for axes, values, color in (
        (upper, [p.waiting for p in points], _BLUE),
        (lower, [p.oldest_hours for p in points], _ORANGE),
    ):
        axes.fill_between(_places(times), values, color=color, alpha=0.25, linewidth=0)
        axes.plot(_places(times), values, color=color, linewidth=3, marker="o" if len(points) == 1 else None)
        axes.set_ylim(0, max(1.0, *values) * 1.1)
        _time_axis(axes, times)
    return figure


def acceptance(periods: Sequence[Counts], labels: Labels) -> Figure:
    """Share of approved proposals over time, and how many verdicts it rests on. Raises ``ValueError`` for none.

    ``periods``: proposals that were approved, and rejected, of a day, a week or a month each.
    """
    periods = sorted(_some(periods), key=lambda period: period.of)
    figure, (upper, lower) = _panels(labels, legend=_coloured(labels, _BLUE, _ORANGE))
    counts = np.array([period.counts for period in periods])
    _rate(upper, counts)
    _stacked(lower, counts, _BLUE, _ORANGE)
    for axes in (upper, lower):
        _name_places(axes, [f"{period.of:%d.%m}" for period in periods])
    return figure


def _rate(axes: Axes, counts: NDArray[np.int64]) -> None:
    """The share of the first column in percent; nothing where nothing was decided."""
    decided = counts.sum(axis=1)
    rate = np.where(decided > 0, 100 * counts[:, 0] / np.maximum(1, decided), np.nan)
    axes.plot(np.arange(len(rate)), rate, color=_GREEN, linewidth=3, marker="o", markersize=9)
    axes.set_ylim(-18, 118)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"])
    for place in _sparse(len(rate), 8):
        if decided[place]:
            _mark(axes, place, rate)


def knowledge_week(days: Sequence[Counts], labels: Labels) -> Figure:
    """What people asked day by day and what the base knew of it. Raises ``ValueError`` for no days.

    ``days``: answers that were known jokes, that were composed, and what was not in the base.
    """
    days, colours = sorted(_some(days), key=lambda day: day.of), (_BLUE, _GREEN, _GREY)
    lines = [line for text in labels.lines for line in _wrapped(text, 44)]
    figure, (axes,) = _panels(labels, legend=_coloured(labels, *colours), below=0.36 * len(lines))
    counts = np.array([day.counts for day in days])
    _stacked(axes, counts, *colours)
    _known_shares(axes, counts)
    _name_places(axes, [f"{day.of:%d.%m}" for day in days])
    for number, line in enumerate(reversed(lines)):
        y = (0.3 + 0.36 * (number + 0.5)) / figure.get_figheight()
        figure.text(_MARGIN / _WIDTH, y, line, size=_PLAIN, color=_INK, va="center")
    return figure


def _known_shares(axes: Axes, counts: NDArray[np.int64]) -> None:
    """Over each bar, what share of it all columns but the last have."""
    asked = counts.sum(axis=1)
    for place in _sparse(len(counts), 8):
        if asked[place]:
            share = 100 * (asked[place] - counts[place, -1]) / asked[place]
            _annotate(axes, f"{share:.0f} %", (place, asked[place]), 7)


# --- parts of figures


def _some(values: Sequence[Any]) -> list[Any]:
    if not values:
        raise ValueError("nothing to draw")
    return list(values)


def _coloured(labels: Labels, *colours: str) -> list[tuple[str, str]]:
    """What each colour means."""
    return list(zip(labels.parts, colours, strict=True))


def _blank(height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    figure = NewFigure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=_GROUND)
    FigureCanvasAgg(figure)
    return figure


def _write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """A line whose middle is at this height."""
    axes.text(x, y, text, **{"size": _PLAIN, "color": _INK, "va": "center", **style})


def _annotate(axes: Axes, text: str, point: tuple[float, float], points_above: int, **style: Any) -> None:
    axes.annotate(
        text, point, xytext=(0, points_above), textcoords="offset points", size=_SMALL, color=_INK, ha="center", **style
    )


def _head(figure: Figure, title: str, legend: Sequence[tuple[str, str]]) -> None:
    """Title, and what the colours mean, one a line: long words of any language fit."""
    from matplotlib.patches import Rectangle

    height, lines = figure.get_figheight(), _wrapped(title, 32)
    style: dict[str, Any] = {"size": _TITLE, "weight": "bold", "color": _INK, "va": "top", "linespacing": 1.15}
    figure.text(_MARGIN / _WIDTH, 1 - 0.3 / height, "\n".join(lines), **style)
    left = _MARGIN + 0.3
    for number, (words, color) in enumerate(legend):
        y = height - 0.3 - _LINE * 1.15 * len(lines) - 0.28 - 0.34 * number
        figure.add_artist(Rectangle((_MARGIN / _WIDTH, (y - 0.09) / height), 0.18 / _WIDTH, 0.18 / height, color=color))
        figure.text(left / _WIDTH, y / height, _one_line(words, left), size=_PLAIN, color=_INK, va="center")


def _head_height(title: str, legend: Sequence[tuple[str, str]]) -> float:
    return 0.3 + _LINE * 1.15 * len(_wrapped(title, 32)) + 0.2 + 0.34 * len(legend) + (0.1 if legend else 0)


def _sheet(title: str, *, rows: int, row: float, legend: Sequence[tuple[str, str]] = ()) -> tuple[Figure, Axes, float]:
    """A figure whose one plane is measured in inches from its upper left corner, and where its rows begin."""
    top = _head_height(title, legend)
    height = top + rows * row + 0.3
    figure = _blank(height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, _WIDTH), ylim=(height, 0))
    _head(figure, title, legend)
    return figure, axes, top


def _panels(
    labels: Labels, *, legend: Sequence[tuple[str, str]] = (), below: float = 0, latest: Sequence[str] = ()
) -> tuple[Figure, tuple[Axes, ...]]:
    """A figure with one panel above the other, each under its name, and room for text below them.

    ``latest``: the newest value of each panel, written beside its name.
    """
    wrapped = [_wrapped(name, 38) for name in labels.names]
    top = _head_height(labels.title, legend)
    figure = _blank(top + sum(_PANEL + _LINE * len(lines) for lines in wrapped) + below + 0.3)
    _head(figure, labels.title, legend)
    panels, y = [], figure.get_figheight() - top
    for number, lines in enumerate(wrapped):
        y -= _LINE * len(lines)
        panels.append(_panel(figure, y, "\n".join(lines), "".join(latest[number : number + 1])))
        y -= _PANEL
    return figure, tuple(panels)


def _panel(figure: Figure, y: float, name: str, latest: str) -> Axes:
    """A panel whose upper edge is at ``y`` inches, with its name and its newest value over it."""
    height = figure.get_figheight()
    above = (y + 0.1) / height
    figure.text(_MARGIN / _WIDTH, above, name, size=_PLAIN, color=_FAINT)
    figure.text(1 - 0.35 / _WIDTH, above, latest, size=_TITLE, weight="bold", color=_INK, ha="right")
    axes = figure.add_axes((0.95 / _WIDTH, (y - _PANEL + 0.65) / height, 1 - 1.3 / _WIDTH, (_PANEL - 0.75) / height))
    _quiet(axes)
    return axes


def _quiet(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_facecolor(_GROUND)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GREY)
    axes.grid(axis="y", color=_GRID, linewidth=1.2)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=_SMALL, labelcolor=_INK, length=0, pad=7)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def _mark(axes: Axes, place: int, values: NDArray[np.float64]) -> None:
    """Write a point's value where its line does not run: below a low point, above others."""
    from matplotlib.patheffects import withStroke

    low = values[place] <= np.nanmean(values[max(0, place - 1) : place + 2])
    halo = [withStroke(linewidth=4, foreground=_GROUND)]
    style = {"va": "top" if low else "bottom", "path_effects": halo}
    _annotate(axes, f"{values[place]:.0f}", (place, values[place]), -11 if low else 11, **style)


def _bar(axes: Axes, left: float, y: float, share: float, color: str, start: float | None = None) -> float:
    """A bar in a row; where it ends. Room for the number behind it is left."""
    length = share * (_WIDTH - left - 1.45)
    begin = left if start is None else start
    axes.barh(y, length, height=0.26, left=begin, color=color)
    return begin + length


def _stacked(axes: Axes, counts: NDArray[np.int64], *colours: str) -> None:
    bottom = np.zeros(len(counts), np.int64)
    for values, color in zip(counts.T, colours, strict=True):
        axes.bar(np.arange(len(values)), values, bottom=bottom, color=color, width=0.72)
        bottom = bottom + values
    axes.set_ylim(0, max(1, int(bottom.max())) * 1.15)


def _name_places(axes: Axes, names: Sequence[str]) -> None:
    shown = _sparse(len(names), 7)
    axes.set_xticks(shown, [names[place] for place in shown])
    axes.set_xlim(-0.6, len(names) - 0.4)


def _sparse(count: int, most: int) -> list[int]:
    """At most ``most`` places of so many, evenly, the last one among them."""
    step = -(-count // most)
    return [*range((count - 1) % step, count, step)]


def _time_axis(axes: Axes, times: Sequence[datetime]) -> None:
    """Up to five round moments: days where it is about days, hours where it is about hours."""
    first, last = times[0], times[-1]
    if first == last:
        first, last = first - timedelta(hours=2), last + timedelta(hours=2)
    step = next((step for step in _STEPS if (last - first) / step <= 5), (last - first) / 4)
    midnight = datetime(first.year, first.month, first.day)  # noqa: DTZ001 – of the zone that is drawn
    mark, marks = midnight, []
    while mark <= last:
        if mark >= first:
            marks.append(mark)
        mark += step
    form = "%d.%m" if step >= timedelta(days=1) else "%d.%m\n%H:%M" if first.date() != last.date() else "%H:%M"
    axes.set_xlim(*_places([first, last]))
    axes.set_xticks(_places(marks), [mark.strftime(form) for mark in marks])


def _places(times: Sequence[datetime]) -> list[float]:
    """Where wall-clock times lie on an axis."""
    start = datetime(2000, 1, 1)  # noqa: DTZ001 – wall-clock times have no zone
    return [(time - start) / timedelta(hours=1) for time in times]


def _wrapped(text: str, width: int) -> list[str]:
    return [line for part in _shown(text).splitlines() for line in _even(part, width)]


def _even(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters, no more of them than needed, about equally long."""
    lines = textwrap.wrap(text, width)
    for narrower in range(width - 1, width // 2, -1):
        if len(other := textwrap.wrap(text, narrower)) > len(lines):
            break
        lines = other
    return lines


def _one_line(text: str, left: float, size: float = _PLAIN) -> str:
    """The text as one line that ends before the margin: cut where it is too long."""
    words, room = " ".join(_shown(text).split())[:200], _WIDTH - left - _MARGIN
    if _wide(words, size) <= room:
        return words
    fits = bisect_left(range(len(words)), room, key=lambda length: _wide(words[:length] + "…", size))
    return words[: max(0, fits - 1)].rstrip("\\ ") + "…"


def _wide(text: str, size: float) -> float:
    """Inches that one line of this text takes."""
    from matplotlib.font_manager import findfont, get_font

    face = get_font(findfont("DejaVu Sans"))
    face.set_size(size, 72)
    face.set_text(text.replace(r"\$", "$"))
    return float(face.get_width_height()[0]) / 64 / 72


def _shown(text: str) -> str:
    """The text without what the font cannot show, and with no sign that matplotlib would take for mathematics."""
    plain = "\n".join(" ".join(line.split()) for line in text.splitlines())
    return "".join(letter for letter in plain if letter == "\n" or ord(letter) in _charmap()).replace("$", r"\$")


@lru_cache(maxsize=1)
def _charmap() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())
