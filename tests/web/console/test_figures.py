"""Figures: what the tables count, how plots are drawn, and what the page and its downloads give to whom."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from console import ADMIN, ANNA, BORIS, EDITOR, OWNER, OpenedConsole, consoling

from memebot.web.console.figures.charts import WIDTH, ceiling, chart, legend, number_text
from memebot.web.console.figures.tables import FigureTable, to_csv

HOSTILE = '</text><script>alert(1)</script>"\u202e' + "x" * 4096


def table(chart: str = "bars", **facts: object) -> FigureTable:
    rows = (("Mon", 3, 1), ("Tue", 0, 2))
    told = {"key": "t", "title": "A & B", "columns": ("day", "came <1>", "went"), "rows": rows, "chart": chart}
    return FigureTable(**{**told, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["lines", "bars", "rows"])
@pytest.mark.parametrize("rows", [(("Mon", 3, 1),), tuple((f"{n}", n, 100_000) for n in range(400))])
def test_a_plot_is_well_formed_stays_within_its_width_and_has_no_style_or_script(kind: str, rows: object) -> None:
    drawn = chart(table(kind, rows=rows))
    assert drawn is not None
    root = ElementTree.fromstring(drawn)
    assert root.get("aria-label") == "A & B" and root.get("role") == "img"
    for shape in root.iter("rect"):
        assert float(shape.get("x", "")) >= 0 and float(shape.get("height", "")) >= 0
        assert float(shape.get("x", "")) + float(shape.get("width", "")) <= WIDTH
    for line in root.iter("polyline"):
        assert all(0 <= float(point.split(",")[0]) <= WIDTH for point in line.get("points", "").split())
    assert not re.search(r"style=|<script|<style|\bon\w+=|href", drawn)


def test_hostile_names_are_text_in_a_plot_and_bounded() -> None:
    drawn = chart(table("rows", title=HOSTILE, rows=((HOSTILE, 1, 2),)))
    assert drawn is not None and "<script" not in drawn
    (name,) = [e for e in ElementTree.fromstring(drawn).iter("text") if e.get("class") == "name"]
    assert name.text is not None and len(name.text) < 60


def test_nothing_is_drawn_of_nothing() -> None:
    assert chart(table(rows=())) is None
    assert chart(table(rows=(("Mon", 0, 0),))) is None


def test_colours_are_explained_where_there_are_several_in_one_panel() -> None:
    assert legend(table("bars")) == ("came <1>", "went")
    assert legend(table("lines")) == () == legend(table("rows", drawn=1))


@pytest.mark.parametrize(
    ("most", "end"), [(0, 2), (1, 2), (3, 4), (7, 8), (11, 12), (17, 20), (230, 300), (9_001, 10_000)]
)
def test_an_axis_ends_with_a_round_number_that_holds_all(most: float, end: float) -> None:
    assert ceiling(most) == end


def test_numbers_on_an_axis_are_short() -> None:
    assert [number_text(n) for n in (0, 1.5, 12.4, 12_000)] == ["0", "1.5", "12", "12\u202f000"]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "\uff1d1"])
def test_a_csv_has_no_formulas_and_keeps_numbers_and_quotes(start: str) -> None:
    (head, row) = csv.reader(io.StringIO(to_csv(table(rows=((f'{start}, "x"\n', -3, 0.5),)), bom=False).decode()))
    assert head == ["day", "came <1>", "went"]
    assert row == [f'\'{start}, "x"\n', "-3", "0.5"]


def test_a_csv_begins_with_the_mark_of_utf_8_only_where_it_is_asked_for() -> None:
    assert to_csv(table(), bom=True).startswith(b"\xef\xbb\xbfday,")
    assert to_csv(table(), bom=False).startswith(b"day,")


# --- the page


async def decided(console: OpenedConsole) -> None:
    """Anna has approved one and rejected another an hour after they came, a third waits; a year ago there was one."""
    team = console.team
    now = team.clock.now
    team.clock.now = now - timedelta(days=300)
    old = await team.submit()
    await team.db(lambda: team.stores.queue.reject(old.id, BORIS, now=team.clock.now))
    team.clock.now = now
    made = [await team.submit() for _ in range(3)]
    team.clock.forward(minutes=90)
    await team.db(lambda: team.stores.queue.approve(made[0].id, ANNA, when="now", now=team.clock.now))
    await team.db(lambda: team.stores.queue.reject(made[1].id, ANNA, now=team.clock.now))
    team.clock.forward(minutes=1)


async def rows_of(console: OpenedConsole, person: int, path: str) -> list[list[str]]:
    response = await (await console.enter(person)).get(path)
    assert response.status == 200 and response.content_type == "text/csv"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="memebot-')
    return list(csv.reader(io.StringIO(await response.text())))


def test_the_page_shows_figures_of_a_period_with_a_plot_a_table_and_downloads(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await decided(console)
        moderator = await console.enter(ANNA)
        html = await moderator.page("/figures")
        assert html.count('<svg class="plot"') >= 4 and html.count("<details>") == html.count('<svg class="plot"')
        assert 'aria-current="page">A month' in html.replace("\n", "")
        assert re.search(r"<dt>Waiting</dt><dd>1</dd>", html) and re.search(r"<dt>Rejected</dt><dd>1</dd>", html)
        everything = await moderator.page("/figures?period=all")
        assert re.search(r"<dt>Rejected</dt><dd>2</dd>", everything)
        assert "style=" not in html and "<script>" not in html
        assert 'aria-current="page">A month' in (await moderator.page("/figures?period=nonsense")).replace("\n", "")

    consoling(tmp_path, scenario)


def test_a_download_has_the_numbers_of_its_period(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await decided(console)
        assert (await rows_of(console, ANNA, "/figures/people.csv?period=week"))[1:] == [["Anna", "1", "1", "50"]]
        whole = await rows_of(console, ANNA, "/figures/people.csv?period=all")
        assert sorted(row[0] for row in whole[1:]) == ["Anna", "Boris"]
        days = (await rows_of(console, ANNA, "/figures/days.csv?period=week"))[1:]
        assert (len(days), days[-1][1:], days[0][1:]) == (8, ["3", "2"], ["0", "0"])
        waits = await rows_of(console, ANNA, "/figures/waits.csv?period=week")
        assert [row[1] for row in waits[1:]] == ["0", "2", "0", "0", "0"]
        body = await (await (await console.enter(ANNA)).get("/figures/days.csv?bom=1")).read()
        assert body.startswith(b"\xef\xbb\xbf")
        assert (await (await console.enter(ANNA)).get("/figures/nothing.csv")).status == 404

    consoling(tmp_path, scenario)


def test_figures_are_for_those_who_may_see_them(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for person, status in ((OWNER, 200), (ADMIN, 200), (ANNA, 200), (EDITOR, 403)):
            browser = await console.enter(person)
            for path in ("/figures", "/figures/people.csv"):
                assert (await browser.get(path)).status == status
        assert "/console/figures" not in await (await console.enter(EDITOR)).page("/sessions")

    consoling(tmp_path, scenario)


def test_an_empty_community_has_a_page_that_says_so(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for period in ("week", "month", "all"):
            html = await (await console.enter(OWNER)).page(f"/figures?period={period}")
            assert "<svg" not in html and "There is nothing to show" in html

    consoling(tmp_path, scenario)
