"""What the networks say becomes text."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from memebot.vision.compute.workers import Workers
from memebot.vision.ocr.engines import Detector, LatinRecogniser

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


def detector(looked: list[int], workers: Workers) -> Detector:
    """One whose network holds for text what is white; ``looked``: the threads that ran it, all of them."""

    met = threading.Barrier(workers.threads)

    def run(_: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        if threading.get_ident() not in looked:
            looked.append(threading.get_ident())
            met.wait(60)
        return [(given["x"][:, :1] > 0.5).astype(np.float32)]

    found = Detector.__new__(Detector)
    found._session, found._input, found._workers = SimpleNamespace(run=run), "x", workers
    return found


def test_the_tiles_of_a_long_picture_are_looked_at_by_all_threads_and_show_the_same() -> None:
    frame = np.zeros((3000, 600, 3), np.uint8)
    for top in range(100, 2900, 300):
        frame[top : top + 20, 100:500] = 255
    alone: list[int] = []
    expected = [region.box for region in detector(alone, Workers(1)).find(frame)]
    assert len(expected) == 10
    workers, shared = Workers(2), list[int]()
    assert [region.box for region in detector(shared, workers).find(frame)] == expected
    workers.close()
    assert (len(alone), len(shared)) == (1, 2)
