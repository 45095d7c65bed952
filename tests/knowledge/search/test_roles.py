"""Which words of a picture play which role: by placement, by panel, by rows; what is not sure stays the caption."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.entry.model import WHOLE, Box, Entry, EntryId, FormatRole
from knowledge.reading import Line
from knowledge.search.roles import Placement, Scene, alike, fill

NAME = {"ru": "и", "en": "n"}
GRID = {"a": (0.0, 0.0, 0.5, 0.5), "b": (0.5, 0.0, 1.0, 0.5), "c": (0.0, 0.5, 0.5, 1.0), "d": (0.5, 0.5, 1.0, 1.0)}
PAIR = {"top": (0.0, 0.0, 1.0, 0.5), "bottom": (0.0, 0.5, 1.0, 1.0)}
RIGHT = {"no": (0.5, 0.0, 1.0, 0.5), "yes": (0.5, 0.5, 1.0, 1.0)}


def form(boxes: dict[str, Box] | None = None, rows: str = "", title: str = "Name") -> Entry:
    roles = tuple(FormatRole(role, box, NAME) for role, box in (boxes or {}).items())
    both = {"ru": "Имя", "en": title}
    return Entry(EntryId("form"), "format", both, both, roles=roles, rows=rows)


def line(text: str, left: float, top: float, width: float = 0.2, height: float = 0.05, **other: object) -> Line:
    return Line(text, float(other.pop("sure", 1.0)), "en", (left, top, width, height), **other)  # type: ignore[arg-type]


def at(left: float, top: float, right: float, bottom: float, piece: Box = WHOLE, *, flipped: bool = False) -> Placement:
    """A piece of the exemplar that fills this box of the picture."""
    across = (right - left) / (piece[2] - piece[0]) * (-1 if flipped else 1)
    down = (bottom - top) / (piece[3] - piece[1])
    start = right if flipped else left
    return Placement(np.array([(across, 0, start - across * piece[0]), (0, down, top - down * piece[1])]), piece)


HERE = Scene([at(0, 0, 1, 1)])


def filled(entry: Entry, lines: Sequence[Line], scene: Scene = HERE) -> dict[str, str]:
    return {one.role: one.text for one in fill(entry, lines, scene)}


# --- boxes


def test_words_go_to_the_box_that_holds_them_in_the_order_of_the_entry() -> None:
    lines = [line("four", 0.6, 0.7), line("one", 0.1, 0.1), line("more", 0.1, 0.16)]
    assert [(one.role, one.text) for one in fill(form(GRID), lines, HERE)] == [("a", "one more"), ("d", "four")]


def test_a_format_without_roles_has_none_and_a_picture_without_words_neither() -> None:
    assert fill(form(), [line("one", 0.1, 0.1)], HERE) == ()
    assert fill(form(GRID), [], HERE) == ()


def test_a_screenshot_around_the_picture_belongs_to_nobody() -> None:
    scene = Scene([at(0.1, 0.4, 0.9, 0.8)])
    lines = [line("Scott Perry", 0.2, 0.02), line("one", 0.15, 0.45), line("8 Retweets", 0.1, 0.95)]
    assert filled(form(GRID), lines, scene) == {"a": "one"}


def test_a_mirrored_picture_has_its_roles_mirrored() -> None:
    scene = Scene([at(0, 0, 1, 1, flipped=True)])
    assert filled(form(GRID), [line("one", 0.7, 0.1), line("two", 0.1, 0.1)], scene) == {"a": "one", "b": "two"}


def test_each_panel_that_was_moved_is_followed_on_its_own() -> None:
    upper, lower = at(0, 0, 1, 0.3, (0, 0, 1, 0.5)), at(0, 0.6, 1, 1.0, (0, 0.5, 1, 1))
    lines = [line("late", 0.6, 0.42), line("last", 0.6, 0.55)]
    assert filled(form(PAIR), lines, Scene([upper])) == {"bottom": "late last"}
    both = filled(form(PAIR), [line("first", 0.6, 0.26), line("last", 0.6, 0.62)], Scene([upper, lower]))
    assert both == {"top": "first", "bottom": "last"}


def test_beside_an_exemplar_of_another_layout_roles_are_those_that_the_words_are_level_with() -> None:
    """Drake's fingerprint is of the left column alone, its boxes are of a drawing with both."""
    scene = Scene([at(0, 0.2, 0.5, 1.0)], native=False)
    lines = [line("TABS VS SPACES", 0.1, 0.05), line("using it", 0.6, 0.3), line("for a year", 0.6, 0.9)]
    assert filled(form(RIGHT), lines, scene) == {"no": "using it", "yes": "for a year"}


def test_without_a_placement_the_picture_itself_is_the_frame() -> None:
    points = np.random.default_rng(1).uniform((0.2, 0.2), (0.8, 0.8), (200, 2))
    lines = [line("title of it all", 0.3, 0.05), line("one", 0.25, 0.3), line("four", 0.6, 0.6, 0.1)]
    assert filled(form(GRID), lines, Scene(points=points)) == {"a": "one", "d": "four"}
    assert filled(form(GRID), lines, Scene(points=points, seen=False)) == {}


def test_a_line_between_two_boxes_follows_its_paragraph_or_stays_out() -> None:
    between = line("middle words", 0.1, 0.475)
    assert filled(form(GRID), [between]) == {}
    assert filled(form(GRID), [line("first words", 0.1, 0.42), between]) == {"a": "first words middle words"}


def test_a_line_over_two_boxes_is_split_at_a_wide_gap() -> None:
    words = ((0.1, 0.2), (0.22, 0.35), (0.6, 0.75), (0.77, 0.9))
    joined = line("how much seven billion", 0.1, 0.2, 0.8, words=words)
    assert filled(form(GRID), [joined]) == {"a": "how much", "b": "seven billion"}


@pytest.mark.parametrize("words", [(), ((0.1, 0.285), (0.305, 0.485), (0.515, 0.7), (0.72, 0.9))])
def test_a_caption_over_the_whole_picture_is_not_cut_in_two(words: tuple[tuple[float, float], ...]) -> None:
    assert filled(form(GRID), [line("when you see it", 0.1, 0.2, 0.8, words=words)]) == {}


def test_text_that_leaves_its_box_a_little_still_belongs_to_it() -> None:
    signs = {"sign": (0.4, 0.3, 0.6, 0.5), "man": (0.0, 0.6, 0.3, 1.0)}
    assert filled(form(signs), [line("a claim", 0.3, 0.24, 0.4, 0.06)]) == {"sign": "a claim"}
    assert filled(form(signs), [line("elsewhere", 0.7, 0.05)]) == {}


# --- bars, marks, certainty


def test_a_bar_above_is_the_upper_one_of_a_pair_where_nothing_else_plays_it() -> None:
    scene = Scene([at(0, 0.3, 1, 1)])
    above, below = line("when it rains", 0.1, 0.1), line("it pours", 0.1, 0.9)
    assert filled(form(PAIR), [above, below], scene) == {"top": "when it rains", "bottom": "it pours"}
    inside = line("a top text", 0.1, 0.35)
    assert filled(form(PAIR), [above, inside, below], scene) == {"top": "a top text", "bottom": "it pours"}
    assert filled(form(RIGHT), [line("when it rains", 0.6, 0.1), line("it pours", 0.6, 0.9)], scene) == {
        "yes": "it pours"
    }


def test_captions_above_and_below_a_smaller_picture_are_its_pair() -> None:
    scene = Scene([at(0, 0.25, 1, 0.75)])
    above, below = line("notices your mistake", 0.1, 0.1), line("says nothing", 0.1, 0.85)
    assert filled(form(PAIR), [above, below], scene) == {"top": "notices your mistake", "bottom": "says nothing"}
    bands = {"one": (0.0, 0.0, 1.0, 0.3), "two": (0.0, 0.3, 1.0, 0.6), "three": (0.0, 0.6, 1.0, 1.0)}
    assert filled(form(bands), [above, below], scene) == {}


def test_the_only_caption_may_stand_in_a_bar() -> None:
    scene = Scene([at(0, 0.3, 1, 1)])
    assert filled(form({"whole": WHOLE}), [line("me when it works", 0.1, 0.1)], scene) == {"whole": "me when it works"}


@pytest.mark.parametrize(
    "stamp", ["imgflip.com", "memegenerator.net", "enerator.ne", "made with mematic", "@CodeDoesMeme", "reddit"]
)
def test_a_stamp_of_a_site_is_no_word_of_the_meme(stamp: str) -> None:
    lines = [line("top words", 0.1, 0.1, 0.8, 0.1), line(stamp, 0.0, 0.97, 0.1, 0.02)]
    assert filled(form(PAIR), lines) == {"top": "top words"}


def test_a_generator_that_is_spoken_of_is_a_word() -> None:
    assert filled(form(PAIR), [line("text generator", 0.1, 0.1)]) == {"top": "text generator"}


def test_a_handle_that_is_as_large_as_the_rest_is_a_word() -> None:
    assert filled(form(PAIR), [line("@everyone", 0.1, 0.95)]) == {"bottom": "@everyone"}


def test_the_name_that_is_printed_on_the_template_is_not_said_by_anybody() -> None:
    sign = form({"claim": WHOLE}, title="Change my mind")
    lines = [line("tabs are better", 0.3, 0.4), line("CHANGE MY MIND", 0.3, 0.46)]
    assert filled(sign, lines) == {"claim": "tabs are better"}
    assert filled(sign, lines[1:]) == {"claim": "CHANGE MY MIND"}


@pytest.mark.parametrize(("text", "sure", "kept"), [("me", 0.95, True), ("rn", 0.6, False), ("two words", 0.6, True)])
def test_one_word_is_a_role_only_if_it_was_read_surely(text: str, sure: float, kept: bool) -> None:
    assert bool(filled(form(PAIR), [line(text, 0.1, 0.1, sure=sure)])) is kept


def test_what_was_hardly_read_is_left_out() -> None:
    assert filled(form(PAIR), [line("top words", 0.1, 0.1), line("J,!", 0.1, 0.16, sure=0.5)]) == {"top": "top words"}


def test_an_ornament_before_the_words_goes() -> None:
    assert filled(form(PAIR), [line("★ Star", 0.1, 0.1)]) == {"top": "Star"}
    assert filled(form(PAIR), [line('"x" == 1', 0.1, 0.1)]) == {"top": '"x" == 1'}


# --- rows


def column(*spans: tuple[float, float]) -> np.ndarray:
    """Features of a column of pictures on the right, at these heights."""
    rng = np.random.default_rng(2)
    return np.vstack([rng.uniform((0.55, top), (0.95, bottom), (60, 2)) for top, bottom in spans])


BRAINS = Scene([at(0.0, 0.1, 1.0, 0.9, (0.5, 0.0, 1.0, 1.0))], points=column((0.1, 0.9)))


def test_rows_are_as_many_as_there_are_and_captions_over_them_are_none() -> None:
    scene = Scene([at(0.5, 0.1, 1.0, 0.5, (0.5, 0.0, 1.0, 1.0))], points=column((0.1, 0.9)))
    lines = [
        line("Press any key", 0.05, 0.02),
        *(line(f"row {n}", 0.1, 0.15 + 0.15 * n) for n in range(5)),
        line("of two lines", 0.1, 0.8),
        line("me irl", 0.1, 0.95),
    ]
    assert filled(form(rows="down"), lines, scene) == {
        "row-1": "row 0",
        "row-2": "row 1",
        "row-3": "row 2",
        "row-4": "row 3",
        "row-5": "row 4 of two lines",
    }


def test_rows_that_touch_are_told_apart_by_the_size_of_their_letters() -> None:
    lines = [line("apple", 0.1, 0.5, height=0.11), line("jacks", 0.1, 0.62, height=0.11)]
    lines += [line("the crazy", 0.1, 0.78), line("vegans", 0.1, 0.85), line("first", 0.1, 0.1), line("next", 0.1, 0.3)]
    assert filled(form(rows="down"), lines) == {
        "row-1": "first",
        "row-2": "next",
        "row-3": "apple jacks",
        "row-4": "the crazy vegans",
    }


def test_columns_are_counted_from_the_left() -> None:
    scene = Scene([at(0, 0, 1, 0.5)], points=column((0.1, 0.9))[:, ::-1])
    lines = [line("right", 0.7, 0.7), line("left", 0.05, 0.7), line("middle", 0.4, 0.7)]
    assert filled(form(rows="across"), lines) == {"row-1": "left", "row-2": "middle", "row-3": "right"}
    assert scene.seen


def test_two_pieces_of_one_row_are_one_row() -> None:
    lines = [line(f"row {n}", 0.1, 0.1 + 0.25 * n) for n in range(4)] + [line("beside it", 0.35, 0.1)]
    assert filled(form(rows="down"), lines)["row-1"] == "row 0 beside it"
    close = [line(f"row {n}", 0.1, 0.1 + 0.25 * n) for n in range(3)] + [line("a later word", 0.1, 0.7)]
    assert filled(form(rows="down"), close)["row-3"] == "row 2 a later word"


# --- numbers


def test_a_placement_maps_there_and_back() -> None:
    placement = at(0.2, 0.4, 0.6, 0.8, (0.0, 0.5, 1.0, 1.0))
    assert placement.shown() == pytest.approx((0.2, 0.4, 0.6, 0.8))
    assert placement.back((0.2, 0.4, 0.6, 0.8)) == pytest.approx((0.0, 0.5, 1.0, 1.0))


def test_pictures_are_alike_in_shape_up_to_a_tenth() -> None:
    assert alike((300, 200), (290, 200)) and not alike((192, 300), (240, 240))


# --- whose words are whose, and which of them are sure


def test_a_label_that_stands_in_two_panels_is_told_once() -> None:
    lines = [line("writing", 0.1, 0.1), line("evals", 0.1, 0.16), line("writing", 0.1, 0.3), line("evals", 0.1, 0.36)]
    assert filled(form({"a": (0, 0, 0.5, 1), "b": (0.5, 0, 1, 1)}), lines) == {"a": "writing evals"}


def test_two_captions_in_one_bar_are_those_of_both_roles_in_their_order() -> None:
    scene = Scene([at(0, 0.4, 1, 1)])
    lines = [line("Me: wait", 0.02, 0.03), line("till the end", 0.02, 0.08), line("Me to me: just look", 0.02, 0.2)]
    assert filled(form(PAIR), lines, scene) == {"top": "Me: wait till the end", "bottom": "Me to me: just look"}


def test_of_three_captions_in_one_bar_nobody_knows_whose_they_are() -> None:
    scene = Scene([at(0, 0.4, 1, 1)])
    lines = [line("one word", 0.02, 0.03), line("two words", 0.02, 0.15), line("three words", 0.02, 0.27)]
    assert filled(form(PAIR), lines, scene) == {}


def test_a_line_over_two_panels_is_parted_at_their_border_where_both_have_lines_of_their_own() -> None:
    words = ((0.02, 0.15), (0.17, 0.3), (0.32, 0.49), (0.51, 0.7), (0.72, 0.96))
    across = line("does not mean the chart", 0.02, 0.9, 0.94, words=words)
    below = [line("at all", 0.1, 0.95), line("shows it", 0.6, 0.95)]
    halves = {"a": (0.0, 0.8, 0.5, 1.0), "b": (0.5, 0.8, 1.0, 1.0)}
    assert filled(form(halves), [across, *below]) == {"a": "does not mean at all", "b": "the chart shows it"}


def test_words_that_may_be_misread_are_not_put_into_a_role() -> None:
    lines = [
        line("two surer onoco", 0.1, 0.1, doubtful=(2,)),
        line("bakancuro HanucaHHble", 0.6, 0.1, doubtful=(0, 1)),
    ]
    assert filled(form(GRID), lines) == {"a": "two surer …"}
