"""The encoder that is shipped: it fits its budget, finds a drawing under captions, and reads both languages."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

import memebot
from knowledge.search.similarity import bank_scores, similarities
from memebot.training import glyphs
from memebot.training.bank import Embedder
from memebot.training.evaluate import shapes
from memebot.training.memes import MemeMaker
from memebot.training.pictures import PHOTO_NAMES
from memebot.vision.encoder.views import EXEMPLAR_VIEWS, VIEWS

FOLDER = Path(memebot.__file__).parent / "models" / "bundled"
THINGS = [(name, hue) for name in glyphs.SHAPES for hue in glyphs.HUES]


@pytest.fixture(scope="module")
def encoder() -> Embedder:
    return Embedder(FOLDER)


@pytest.fixture(scope="module")
def scenes() -> list[NDArray[np.uint8]]:
    """Two dozen drawings of three things each: templates that are ours."""
    rng = Random("scenes")
    pictures = []
    for _ in range(24):
        parts = [glyphs.shape(rng, *rng.choice(THINGS), 96) for _ in range(3)]
        wide = np.concatenate(parts, axis=1 if rng.random() < 0.5 else 0)
        pictures.append(np.ascontiguousarray(wide))
    return pictures


def test_everything_shipped_fits_in_25_megabytes_and_the_image_tower_in_8_million_parameters(
    encoder: Embedder,
) -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 25_000_000
    assert sum(parameter.numel() for parameter in encoder.model.visual.parameters()) <= 8_000_000


def test_the_bank_holds_unit_vectors_of_this_encoder_s_size() -> None:
    with np.load(FOLDER / "bank.npz") as archive:
        bank = archive["vectors"].astype(np.float32)
    assert bank.shape[1] == 256 and len(bank) >= 300
    assert np.allclose(np.linalg.norm(bank, axis=1), 1, atol=2e-3)


def test_a_drawing_is_found_under_captions_frames_and_crops(encoder: Embedder, scenes: list[NDArray[np.uint8]]) -> None:
    maker = MemeMaker(scenes, [], ["когда", "модель", "training", "loss"], seed=7)
    rng = Random("queries")
    memes = [maker.view(rng, scene, 200) for scene in scenes]
    known = encoder.views(scenes, EXEMPLAR_VIEWS)
    none, usual = np.zeros((0, known.shape[2]), np.float32), np.zeros(known.shape[:2], np.float32)
    asked = encoder.views(memes, VIEWS)
    nearest = np.array([similarities(one, bank_scores(one, none), known, usual).argmax() for one in asked])
    assert (nearest == np.arange(len(scenes))).mean() >= 0.7  # some crops leave 15 % of a drawing


def test_a_drawn_shape_is_named_in_either_language(encoder: Embedder) -> None:
    named = shapes(encoder, each=1)
    assert named.choices == len(THINGS)
    assert min(named.english[1], named.russian[1]) >= 0.9  # by chance one in eighty


def test_the_russian_and_the_english_name_of_a_class_mean_the_same(encoder: Embedder) -> None:
    english, russian = (encoder.texts([pair[column] for pair in PHOTO_NAMES.values()]) for column in (0, 1))
    nearest = (english @ russian.T).argmax(1)
    assert (nearest == np.arange(len(PHOTO_NAMES))).mean() >= 0.85  # by chance one in two hundred


def test_a_picture_of_one_colour_and_one_of_one_pixel_have_vectors(encoder: Embedder) -> None:
    plain = np.zeros((40, 30, 3), np.uint8)
    vectors = encoder.pictures([plain, plain[:1, :1], np.full((5, 300, 3), 255, np.uint8)])
    assert np.isfinite(vectors).all() and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
