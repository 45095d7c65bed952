"""Memory is measured over pictures of all sizes."""

import random
from pathlib import Path

import pytest
from PIL import Image

from memebot import settings
from memebot.measure.load import memory


def test_pictures_are_of_all_sizes_and_shapes() -> None:
    rng, drawn = random.Random(0), Image.new("RGB", (600, 400))
    pictures = [memory.Image.open(memory.io.BytesIO(memory._resized(rng, drawn))) for _ in range(60)]
    longer = sorted(max(one.size) for one in pictures)
    assert longer[0] < 100 and longer[-1] > 3000
    assert {one.width > one.height for one in pictures} == {True, False}


def test_the_figures_are_of_one_process_before_half_way_and_at_the_end(tmp_path: Path, base: Path) -> None:
    home = settings.load(home=tmp_path, knowledge=base, ocr=False)
    figures = memory.measure_memory(home, 2, lambda *_: None)
    assert [figure.name for figure in figures] == [
        "memory, idle",
        "memory after 1 pictures",
        "memory after 2 pictures",
        "peak memory",
    ]
    assert all(0 < figure.value <= figures[-1].value + 1 for figure in figures)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base" / "entries" / "concepts"
    folder.mkdir(parents=True)
    return tmp_path / "base"
