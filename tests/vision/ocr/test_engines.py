"""What the networks say becomes text."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from memebot.vision.ocr.engines import LatinRecogniser

ALPHABET = ["", "A", "B", "a", ",", "+", " "]


def recogniser(*steps: dict[str, float]) -> LatinRecogniser:
    """One whose network gives these chances, a step after the other; what is left goes to no character."""
    chances = np.array([[step.get(letter, 0.0) for letter in ALPHABET] for step in steps], np.float32)
    chances[:, 0] = 1 - chances.sum(axis=1)
    read = LatinRecogniser.__new__(LatinRecogniser)
    read._session, read._input, read._alphabet = SimpleNamespace(run=lambda *_: [chances[None]]), "x", ALPHABET
    return read


@pytest.mark.parametrize(
    ("left", "chance", "text"),
    [("A", 0.3, "A B"), ("A", 0.05, "AB"), (",", 0.3, ", B"), ("+", 0.3, "+B"), ("a", 0.3, "aB")],
)
def test_a_blank_that_is_likely_enough_parts_capitals_though_none_is_likelier(
    left: str, chance: float, text: str
) -> None:
    said = recogniser({left: 0.9}, {" ": chance}, {"B": 0.9}).read(np.zeros((48, 160, 3), np.uint8))
    assert said.text == text
    assert said.confidence == pytest.approx(0.9)
