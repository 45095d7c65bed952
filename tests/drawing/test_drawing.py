"""The pictures that are shipped are the ones that the script draws."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from drawing import gallery, jokes
from drawing.effects import photo_of_screen
from numpy.typing import NDArray
from PIL import Image, ImageSequence

EXEMPLARS = Path(str(files("knowledge"))) / "exemplars"
EXAMPLES = Path(str(files("memebot"))) / "examples"
NAMES = [f"exemplars/{name}" for name in gallery.exemplars()]
NAMES += [f"examples/{example.path}" for example in gallery.examples()]
TOLERANCE = 2.0  # of 255, mean: what another build of FreeType or libjpeg may change


def shipped(name: str) -> Path:
    folder, _, file = name.partition("/")
    return (EXEMPLARS if folder == "exemplars" else EXAMPLES) / file


def frames(path: Path) -> list[NDArray[np.int16]]:
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB"), np.int16) for frame in ImageSequence.Iterator(image)]


def difference(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    return float(np.abs(one - other).mean()) if one.shape == other.shape else 255.0


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, drawn anew; a PNG has the same pixels however long one looks for its smallest file."""
    folder = tmp_path_factory.mktemp("drawn")
    with pytest.MonkeyPatch.context() as quickly:
        quickly.setitem(gallery._OPTIONS, ".png", {"compress_level": 1})
        for path in gallery.write_all(folder):
            assert path.stat().st_size > 0
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_shipped_picture_is_what_the_script_draws(name: str, drawn: Path) -> None:
    ours, theirs = frames(drawn / name), frames(shipped(name))
    assert len(ours) == len(theirs)
    assert max(difference(one, other) for one, other in zip(ours, theirs, strict=True)) <= TOLERANCE


def test_list_of_examples_is_what_the_script_writes(drawn: Path) -> None:
    listing = (EXAMPLES / "examples.json").read_text(encoding="utf-8")
    assert listing == (drawn / "examples" / "examples.json").read_text(encoding="utf-8")
    assert [row["path"] for row in json.loads(listing)] == [example.path for example in gallery.examples()]


def test_examples_folder_holds_the_examples_and_nothing_else() -> None:
    present = {path.name for path in EXAMPLES.iterdir()}
    assert present == {"examples.json"} | {example.path for example in gallery.examples()}


def test_only_the_unknown_expect_no_entry() -> None:
    for example in gallery.examples():
        assert (example.expect is None) == (example.verdict == "unknown"), example.path


def test_no_example_is_an_exemplar() -> None:
    exemplars = [frames(shipped(f"exemplars/{name}"))[0] for name in gallery.exemplars()]
    for example in gallery.examples():
        first = frames(EXAMPLES / example.path)[0]
        assert min(difference(first, exemplar) for exemplar in exemplars) > TOLERANCE, example.path


@pytest.mark.parametrize("name", ["exemplars/fine-tuned-cat.gif", "examples/cat-ru.webp"])
def test_a_moving_picture_moves_in_every_frame(name: str) -> None:
    shots = frames(shipped(name))
    assert len(shots) >= 10
    assert all(difference(one, other) > 0.1 for one, other in pairwise(shots))


def test_drawing_twice_gives_the_same_pixels() -> None:
    corners = ((30.0, 20.0), (380.0, 10.0), (390.0, 330.0), (20.0, 320.0))
    once, again = (
        [photo_of_screen(shot, (410, 350), corners).tobytes() for shot in jokes.cat_at_tap()[:3]] for _ in range(2)
    )
    assert once == again


def test_all_shipped_pictures_together_stay_small() -> None:
    assert sum(shipped(name).stat().st_size for name in NAMES) <= 2_500_000
