"""Lines are put in the order in which people read them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from memebot.vision.ocr.layout import Region, parts, reading_order, rows, tiles


def test_lines_of_a_paragraph_go_down() -> None:
    assert reading_order([(0, 60, 200, 80), (0, 0, 180, 20), (0, 30, 190, 50)]) == [1, 2, 0]


def test_paragraphs_side_by_side_go_right() -> None:
    left, right = [(0, 0, 90, 20), (0, 25, 80, 45)], [(200, 2, 290, 22), (200, 27, 280, 47)]
    below = [(0, 200, 300, 220)]
    assert reading_order(right + left + below) == [2, 3, 0, 1, 4]


def test_no_lines_have_no_order() -> None:
    assert reading_order([]) == []


def test_each_line_is_in_the_order_once() -> None:
    noise = np.random.default_rng(1)
    corners = noise.uniform(0, 900, (60, 2))
    sizes = noise.uniform(5, 120, (60, 2))
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    assert sorted(reading_order(boxes)) == list(range(60))


def test_pieces_of_a_row_are_joined_and_columns_are_not() -> None:
    pieces = [Region.upright(*box) for box in [(0, 0, 20, 20), (22, 1, 90, 21), (92, 0, 150, 20), (300, 0, 380, 20)]]
    assert [row.box for row in rows(pieces)] == [(0, 0, 150, 21), (300, 0, 380, 20)]


def test_what_stands_upright_is_no_line() -> None:
    assert rows([Region.upright(0, 0, 10, 80)]) == []


@pytest.mark.parametrize("size", [(800, 600), (600, 900), (900, 367), (1080, 1920), (12, 600)])
def test_ordinary_pictures_are_one_tile(size: tuple[int, int]) -> None:
    assert tiles(*size, side=640, most=6) == [(0, 0, *size)]


@pytest.mark.parametrize("size", [(720, 6000), (500, 20_000), (6000, 300), (30, 5000)])
def test_tiles_of_a_long_picture_overlap_and_are_bounded(size: tuple[int, int]) -> None:
    found = tiles(*size, side=640, most=6)
    axis = 0 if size[0] > size[1] else 1
    assert 1 < len(found) <= 6
    assert found[0][axis] == 0
    assert all(a[axis + 2] > b[axis] for a, b in pairwise(found))
    assert all(tile[axis + 2] <= size[axis] for tile in found)


def test_tiles_reach_the_end_of_a_picture_that_fits() -> None:
    assert tiles(1080, 2400, side=640, most=6)[-1][3] == 2400


@pytest.mark.parametrize("size", [(1700, 900), (2560, 1440), (3840, 2160), (2160, 3840), (12_000, 9_000)])
def test_parts_cover_a_large_picture_overlap_and_are_bounded(size: tuple[int, int]) -> None:
    found = parts(*size, side=1024, most=6)
    assert 1 < len(found) <= 6
    covered = np.zeros((size[1] // 10, size[0] // 10), np.int64)
    for left, top, right, bottom in found:
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        covered[top // 10 : bottom // 10, left // 10 : right // 10] += 1
    assert covered.min() >= 1
    assert covered.max() > 1


def test_paragraphs_side_by_side_are_read_a_column_at_a_time() -> None:
    heads = [(12.0, 37.0, 24.0, 45.0), (44.0, 37.0, 56.0, 45.0), (75.0, 37.0, 87.0, 45.0)]
    bodies = [(6.0, 47.0, 31.0, 55.0), (7.0, 57.0, 29.0, 65.0), (45.0, 53.0, 55.0, 61.0), (71.0, 55.0, 91.0, 63.0)]
    assert reading_order([*heads, *bodies]) == [0, 3, 4, 1, 5, 2, 6]


def test_rows_of_a_terminal_that_were_torn_are_read_row_by_row() -> None:
    left = [(15.0, 100.0 + 27 * n, 83.0, 122.0 + 27 * n) for n in range(3)]
    right = [(106.0, 100.0 + 27 * n, 480.0, 122.0 + 27 * n) for n in range(3)]
    assert reading_order([*left, *right]) == [0, 3, 1, 4, 2, 5]
