"""Every parameter has bounds, and what is outside is refused by a code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from memebot.experiments.model import (
    PICTURE_SIDE,
    BadInput,
    ChoiceControl,
    Control,
    DrawingControl,
    Experiment,
    Look,
    NumberControl,
    PictureControl,
    PicturesControl,
    Showing,
    TextControl,
)

NUMBER = NumberControl("n", 1, 15, 3)
SHARE = NumberControl("share", 0, 0.6, 0.25, step=0.05)
CHOICE = ChoiceControl("kind", ("one", "other"))
TEXT = TextControl("sum", 7, "17+38", pattern="0123456789+")
DRAWING = DrawingControl("drawing", lambda seed: np.ones((8, 8), np.float32), side=32)
PICTURE = PictureControl("picture", lambda seed: np.zeros((8, 8, 3), np.uint8))
PICTURES = PicturesControl("pictures", 2, lambda seed: [np.zeros((8, 8, 3), np.uint8)])


@pytest.mark.parametrize(
    ("control", "given", "value"),
    [
        (NUMBER, "15", 15),
        (NUMBER, 2.4, 2),
        (SHARE, "0.6", 0.6),
        (SHARE, 0.26, 0.25),
        (CHOICE, "other", "other"),
        (TEXT, " 1 7+\n3b8", "1 7+ 38".replace(" ", "")),
    ],
)
def test_a_value_is_taken_also_from_its_text(control: Control, given: object, value: object) -> None:
    assert control.accept(given) == value


@pytest.mark.parametrize(
    ("control", "given", "code"),
    [
        (NUMBER, "many", "not-a-number"),
        (NUMBER, "nan", "not-a-number"),
        (NUMBER, 16, "out-of-range"),
        (NUMBER, 10**9, "out-of-range"),
        (CHOICE, "third", "no-such-option"),
        (TEXT, "12345678", "text-too-long"),
        (TEXT, "1" * 10**6, "text-too-long"),
        (TEXT, "абв", "text-empty"),
        (DRAWING, [[(0.1, 2.0)]], "no-drawing"),
        (DRAWING, [[]], "no-drawing"),
        (DRAWING, [[(0.5, 0.5)] * 7000], "no-drawing"),
        (DRAWING, "circle", "no-drawing"),
        (PICTURE, b"GIF89a", "no-picture"),
        (PICTURE, Image.new("L", (6000, 5000)), "picture-too-large"),
        (PICTURES, [np.zeros((8, 8, 3), np.uint8)] * 3, "too-many-pictures"),
    ],
)
def test_what_is_outside_its_bounds_is_refused(control: Control, given: object, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        control.accept(given)
    assert refused.value.code == code
    assert refused.value.facts["control"] == control.name


def test_a_drawing_is_ink_on_paper_whatever_it_came_as() -> None:
    line = [[(0.0, 0.5), (1.0, 0.5)]]
    dark_on_light = np.full((64, 64), 255, np.uint8)
    dark_on_light[30:34] = 0
    for given in (line, dark_on_light, DRAWING.accept(line)):
        drawn = DRAWING.accept(given)
        assert drawn.shape == (32, 32)
        assert drawn.dtype == np.float32
        assert drawn[15:17].mean() > 0.4
        assert drawn[:10].max() == 0


def test_a_picture_is_scaled_down_and_keeps_its_shape() -> None:
    assert PICTURE.accept(Image.new("RGBA", (2048, 1024))).shape == (PICTURE_SIDE // 2, PICTURE_SIDE, 3)


def _run(inputs: Any, seed: int, words: Any) -> Showing:
    return Showing((Image.new("RGB", (2, 2)),), Look("look", {}))


def test_what_is_not_given_is_filled_in_and_what_there_is_not_is_refused() -> None:
    experiment = Experiment("test", ("overfitting",), (NUMBER, CHOICE, TEXT, PICTURES), _run)
    inputs = experiment.inputs({"n": "7", "kind": "", "sum": None}, 1)
    assert (inputs["n"], inputs["kind"], inputs["sum"], len(inputs["pictures"])) == (7, "one", "17+38", 1)
    with pytest.raises(BadInput) as refused:
        experiment.inputs({"degree": 3}, 1)
    assert refused.value.code == "unknown-control"
