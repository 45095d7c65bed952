"""Shapes, text and fonts that the drawings are made of."""

from __future__ import annotations

import numpy as np
import pytest
from drawing.canvas import BOLD, MEME, PLAIN, Canvas, Style, fit
from drawing.emoji import emoji
from numpy.typing import NDArray

from memebot.vision.fonts import font


def dark(c: Canvas) -> NDArray[np.bool_]:
    """Which pixels are no longer nearly white."""
    return np.asarray(c.finish().convert("L")) < 200


def box(marks: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of all the marks."""
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def test_picture_has_the_size_that_was_asked_for() -> None:
    image = Canvas((70, 41)).finish()
    assert (image.size, image.mode) == ((70, 41), "RGB")


def test_view_moves_and_zooms() -> None:
    c = Canvas((100, 100))
    c.at(20, 30, zoom=2).rect((0, 0, 20, 10), fill="black", width=0)
    assert np.allclose(box(dark(c)), (20, 30, 59, 49), atol=1)


def test_view_turns_clockwise() -> None:
    c = Canvas((100, 100))
    c.at(50, 50, turn=90).rect((0, -5, 40, 5), fill="black", width=0)
    assert np.allclose(box(dark(c)), (45, 50, 55, 90), atol=1)


def test_mirrored_view_draws_to_the_left() -> None:
    c = Canvas((100, 100))
    c.at(50, 50, flip=True).rect((0, 0, 30, 10), fill="black", width=0)
    assert np.allclose(box(dark(c)), (20, 50, 50, 60), atol=1)


def test_views_of_views_add_up() -> None:
    direct, nested = Canvas((120, 120)), Canvas((120, 120))
    direct.at(60, 20, zoom=2).oval(0, 10, 8)
    nested.at(40, 10, zoom=2).at(10, 5).oval(0, 10, 8)
    assert np.array_equal(dark(direct), dark(nested))


def test_smooth_line_passes_through_its_points() -> None:
    c = Canvas((100, 100))
    points = ((10, 80), (40, 20), (70, 60), (90, 30))
    c.curve(*points, width=4)
    assert all(dark(c)[y, x] for x, y in points)


def test_glow_fades_out_inside_its_radii() -> None:
    c = Canvas((120, 120))
    c.glow(60, 60, 40, 20, "black")
    left, top, right, bottom = box(dark(c))
    assert left >= 20 and right <= 100 and top >= 40 and bottom <= 80
    assert dark(c)[60, 60]


@pytest.mark.parametrize("text", ["log(-1)", "Пол — это понятный код", "a\nb\nc"])
@pytest.mark.parametrize("style", [PLAIN, BOLD, MEME, Style(mono=True)])
def test_label_stays_in_its_box(text: str, style: Style) -> None:
    c = Canvas((200, 120))
    c.label((30, 20, 170, 100), text, 60, style._replace(fill="black"))
    left, top, right, bottom = box(dark(c))
    assert left >= 26 and right <= 174 and top >= 16 and bottom <= 104


def test_text_that_fits_keeps_its_size_and_words() -> None:
    lines, size = fit("one two three", 130, 200, 20, PLAIN)
    assert size == 20
    assert len(lines) > 1 and " ".join(lines) == "one two three"


def test_text_follows_the_turn_of_its_view() -> None:
    c = Canvas((100, 100))
    c.at(50, 50, turn=90).write(0, 0, "IIIIIIIIIIIIIIII", 14, BOLD, align="middle")
    left, top, right, bottom = box(dark(c))
    assert bottom - top > 2 * (right - left)


@pytest.mark.parametrize("kind", ["smile", "think", "laugh", "cry", "heart", "cat", "dog", "music"])
def test_every_emoji_differs_from_a_blank_sheet(kind: str) -> None:
    c = Canvas((100, 100))
    emoji(c.at(50, 50), kind)
    assert dark(c).mean() > 0.05


def test_unknown_emoji_is_refused() -> None:
    with pytest.raises(KeyError):
        emoji(Canvas((10, 10)), "moon")


@pytest.mark.parametrize("options", [{}, {"bold": True}, {"mono": True}, {"serif": True, "bold": True}])
def test_fonts_have_cyrillic_letters(options: dict[str, bool]) -> None:
    face = font(40, **options)
    missing = bytes(face.getmask("\uffff"))
    shapes = {bytes(face.getmask(letter)) for letter in "бгджзилфцчшщъыьэюяЁё"}
    assert len(shapes) == 20 and missing not in shapes


def test_the_same_font_is_loaded_once() -> None:
    assert font(12, bold=True) is font(12.0, bold=True)
    assert font(12, bold=True) is not font(12)


@pytest.mark.parametrize(("size", "options"), [(0, {}), (-3, {}), (10, {"mono": True, "serif": True})])
def test_impossible_font_is_refused(size: float, options: dict[str, bool]) -> None:
    with pytest.raises(ValueError):
        font(size, **options)
