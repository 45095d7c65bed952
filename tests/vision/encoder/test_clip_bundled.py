"""The encoder that is shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from memebot.vision.encoder.clip import (
    BUNDLED_FOLDER,
    Encoder,
    active_encoder,
    list_encoders,
    load_bundled,
    load_encoder,
    use_encoder,
)
from memebot.vision.encoder.views import VIEWS, Frame
from memebot.vision.errors import EncoderError


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("bundled", Path("unused"))


def scene(seed: int) -> Frame:
    """Blocks of colour, large and small."""
    rng = np.random.default_rng(seed)
    frame = np.full((240, 320, 3), rng.integers(0, 256, 3), np.uint8)
    for _ in range(12):
        y, x, height, width = rng.integers((0, 0, 20, 20), (200, 280, 120, 160))
        frame[y : y + height, x : x + width] = rng.integers(0, 256, 3)
    return frame


def test_it_is_shipped_whole_and_small(tmp_path: Path) -> None:
    assert sum(file.stat().st_size for file in BUNDLED_FOLDER.iterdir()) <= 25e6
    info = next(info for info in list_encoders(tmp_path) if info.name == "bundled")
    assert info.downloaded
    assert info.active


def test_it_needs_no_network(no_network: None) -> None:
    encoder = load_encoder("bundled", Path("unused"), offline=True)
    assert encoder.id.startswith("bundled-")
    assert encoder.embed_images([scene(0)])[0].shape == (len(VIEWS), encoder.dim)
    assert encoder.embed_texts(["кот", "a cat"]).shape == (2, encoder.dim)


def test_a_picture_under_a_caption_bar_is_nearer_to_itself_than_to_others(encoder: Encoder) -> None:
    scenes = [scene(seed) for seed in range(8)]
    captioned = [np.pad(frame, ((80, 0), (0, 0), (0, 0)), constant_values=255) for frame in scenes]

    clean, under = (np.stack(encoder.embed_images(frames)) for frames in (scenes, captioned))
    best = np.einsum("qvd,twd->qtvw", under, clean).max(axis=(2, 3))  # over all pairs of views

    assert best.argmax(axis=1).tolist() == list(range(8))


def test_torch_and_onnxruntime_see_the_same_in_a_picture() -> None:
    encoder = load_bundled()
    frames = [scene(seed) for seed in range(4)]

    with torch.inference_mode():
        by_torch = encoder.vectors(torch.from_numpy(encoder.prepared(frames))).numpy()

    assert np.allclose(np.stack(encoder.embed_images(frames))[:, 0], by_torch, atol=1e-5)


def test_half_precision_is_used_only_where_it_gives_the_same_vectors() -> None:
    frames = [scene(seed) for seed in range(8)]
    exact, short = (
        np.concatenate(Encoder(BUNDLED_FOLDER, "bundled", fix="", bfloat16=half).embed_images(frames))
        for half in (False, True)
    )
    agreement = (exact * short).sum(axis=1).min()
    assert agreement >= 0.999
    assert load_bundled().bfloat16 <= (agreement >= 0.9999)


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (600, 10), (64, 64)])
@pytest.mark.parametrize("noise", [False, True])
def test_a_plain_tiny_narrow_or_noisy_picture_is_embedded(
    encoder: Encoder, shape: tuple[int, int], noise: bool
) -> None:
    frame = np.random.default_rng(0).integers(0, 256 if noise else 1, (*shape, 3), np.uint8)
    assert np.allclose(np.linalg.norm(encoder.embed_images([frame])[0], axis=1), 1, atol=1e-5)


# --- an encoder in a folder of one's own ---------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return shutil.copytree(BUNDLED_FOLDER, tmp_path / "run" / "encoder")


def test_a_trained_encoder_is_used_from_its_folder(
    encoder: Encoder, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    monkeypatch.chdir(own.parent)
    assert use_encoder(tmp_path, "encoder") == str(own)
    monkeypatch.chdir(tmp_path)  # the whole path was noted

    used = load_encoder(active_encoder(tmp_path), tmp_path, offline=True)

    assert used.id == encoder.id.replace("bundled", "own")  # nothing of the one is taken for the other's
    assert np.array_equal(used.embed_images([scene(0)])[0], encoder.embed_images([scene(0)])[0])
    assert [info.name for info in list_encoders(tmp_path) if info.active] == [str(own)]
    assert use_encoder(tmp_path, "bundled") == active_encoder(tmp_path) == "bundled"


@pytest.mark.parametrize("name", ["model.safetensors", "open_clip_config.json"])
def test_a_trained_encoder_that_lost_a_file_is_named_with_the_way_back(own: Path, tmp_path: Path, name: str) -> None:
    use_encoder(tmp_path, str(own))
    (own / name).unlink()
    for attempt in (lambda: load_encoder(active_encoder(tmp_path), tmp_path), lambda: use_encoder(tmp_path, str(own))):
        with pytest.raises(EncoderError, match=rf"{own / name} is missing") as error:
            attempt()
        assert error.value.fix == "memebot model use bundled"


def test_a_folder_that_is_named_like_an_encoder_is_not_taken_for_it(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.rename(tmp_path / "siglip2")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EncoderError, match="is not downloaded"):
        use_encoder(tmp_path, "siglip2")
