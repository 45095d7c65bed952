"""Tables drawn as SVG: plain shapes with classes, coloured by the page's own style in the light and in the dark.

A plot is 360 units wide, so its letters are about as large as the page's on a phone. Nothing in it needs a script or
a style of its own, and every text in it is escaped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from memebot.i18n import short
from memebot.web.console.figures.tables import NAMED, FigureTable

WIDTH = 360
_PANEL, _TOP, _BOTTOM, _LEFT, _RIGHT = 96, 22, 18, 34, 8
_ROW = 36
_NAME = 44
"""Characters of a row's name."""


def chart(table: FigureTable) -> Markup | None:
    """The plot; None where the table has none, or nothing to show."""
    if table.chart is None or table.empty:
        return None
    draw: Callable[[FigureTable], tuple[Markup, int]] = {"lines": _lines, "bars": _bars, "rows": _rows}[table.chart]
    inside, height = draw(table)
    return Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, table.title, inside
    )


def legend(table: FigureTable) -> tuple[str, ...]:
    """What its colours mean; nothing where there is one colour, or a panel for each."""
    names = table.columns[1 : 1 + table.drawn]
    return names if table.chart in ("bars", "rows") and len(names) > 1 else ()


def _columns(table: FigureTable) -> list[list[float]]:
    """The numbers that are drawn, column by column."""
    count = min(table.drawn, len(table.columns) - 1)
    return [[float(row[1 + n]) for row in table.rows] for n in range(count)]


# --- over time


def _lines(table: FigureTable) -> tuple[Markup, int]:
    """A panel for each column, as their scales differ."""
    panels = [
        _line_panel(name, numbers, table, number)
        for number, (name, numbers) in enumerate(zip(table.columns[1:], _columns(table), strict=False))
    ]
    return Markup().join(panels), len(panels) * (_PANEL + _TOP + _BOTTOM)


def _line_panel(name: str, numbers: Sequence[float], table: FigureTable, number: int) -> Markup:
    top, most = number * (_PANEL + _TOP + _BOTTOM) + _TOP, ceiling(max(numbers))
    points = [(_x(n, len(numbers)), top + _PANEL * (1 - value / most)) for n, value in enumerate(numbers)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    if len(points) == 1:
        shape = Markup('<circle class="dot s{}" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(number + 1, *points[0])
    else:
        shape = Markup('<polyline class="line s{}" points="{}"/>').format(number + 1, line)
    title = Markup('<text class="name" x="{}" y="{}">{}</text>').format(_LEFT, top - 8, name)
    return title + _grid(top, most) + shape + _dates([row[0] for row in table.rows], top + _PANEL + 14)


def _bars(table: FigureTable) -> tuple[Markup, int]:
    """A column for each row, its parts on top of each other."""
    columns = _columns(table)
    totals = [sum(parts) for parts in zip(*columns, strict=True)]
    most, step = ceiling(max(totals)), (WIDTH - _LEFT - _RIGHT) / len(totals)
    shapes = [_grid(_TOP, most)]
    for place, row in enumerate(table.rows):
        y = float(_TOP + _PANEL)
        bars = []
        for number, column in enumerate(columns, 1):
            height = _PANEL * column[place] / most
            y -= height
            if height:
                bars.append(_rect(number, _LEFT + place * step + step * 0.1, y, step * 0.8, height))
        shapes.append(_hinted(_said(table, row), bars))
    shapes.append(_dates([row[0] for row in table.rows], _TOP + _PANEL + 14))
    return Markup().join(shapes), _TOP + _PANEL + _BOTTOM


def _grid(top: float, most: float) -> Markup:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = top + _PANEL * (1 - share)
        lines.append(
            Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(_LEFT, WIDTH - _RIGHT, y, y)
        )
        lines.append(
            Markup('<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
                _LEFT - 5, y + 3.5, number_text(most * share)
            )
        )
    return Markup().join(lines)


def _dates(names: Sequence[str], y: float) -> Markup:
    """The first and the last one, and the middle one where there is room."""
    places = {0: "start", len(names) - 1: "end"}
    if len(names) > 4:
        places[len(names) // 2] = "middle"
    at = {"start": float(_LEFT), "end": float(WIDTH - _RIGHT), "middle": (_LEFT + WIDTH - _RIGHT) / 2}
    return Markup().join(
        Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(at[how], y, how, names[place])
        for place, how in places.items()
    )


def _x(place: int, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (place / (count - 1) if count > 1 else 0.5)


# --- by name


def _rows(table: FigureTable) -> tuple[Markup, int]:
    """A bar for each row, under its name, with its numbers behind it."""
    rows, columns = table.rows[:NAMED], _columns(table)
    most = max(1.0, *(sum(column[place] for column in columns) for place in range(len(rows))))
    shapes = []
    for place, row in enumerate(rows):
        y, x, bars = place * _ROW, 0.0, list[Markup]()
        for number, column in enumerate(columns, 1):
            width = (WIDTH - 70) * column[place] / most
            if width:
                bars.append(_rect(number, x, y + 17, width, 11))
            x += width
        numbers = " + ".join(number_text(column[place]) for column in columns)
        label = Markup('<text class="name" x="0" y="{}">{}</text>').format(y + 12, short(row[0], _NAME))
        behind = Markup('<text class="tick" x="{:.1f}" y="{}">{}</text>').format(x + 5, y + 26, numbers)
        shapes.append(_hinted(_said(table, row), [label, *bars, behind]))
    return Markup().join(shapes), max(1, len(rows)) * _ROW


def _rect(series: int, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        series, x, y, width, height
    )


def _hinted(said: str, shapes: Sequence[Markup]) -> Markup:
    """Shapes that say what they are where one points at them."""
    return Markup("<g><title>{}</title>{}</g>").format(said, Markup().join(shapes))


def _said(table: FigureTable, row: Sequence[object]) -> str:
    parts = (f"{name}: {number_text(float(str(n)))}" for name, n in zip(table.columns[1:], row[1:], strict=True))
    return f"{row[0]}. {', '.join(parts)}"


def number_text(number: float) -> str:
    """Short enough for an axis: 1.5, 340, 12 000."""
    text = f"{number:,.1f}" if number < 10 else f"{number:,.0f}"
    return text.removesuffix(".0").replace(",", "\N{NARROW NO-BREAK SPACE}")


def ceiling(most: float) -> float:
    """A round number at least as large, so that the half of it is one to read, too."""
    if most <= 10:
        return max(2.0, 2.0 * math.ceil(most / 2))
    power = 10 ** math.floor(math.log10(most))
    return next(float(power * step) for step in _steps() if power * step >= most)


def _steps() -> Iterator[float]:
    yield from (1.2, 1.4, 1.6, 2, 3, 4, 5, 6, 8, 10)
