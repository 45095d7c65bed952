"""Encoders: random models of the real shapes, loaded, used, broken."""

from __future__ import annotations

import gc
import json
import logging
import os
import shutil
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from memebot.vision.encoder import clip, hub
from memebot.vision.encoder.clip import Encoder
from memebot.vision.encoder.torch_compat import import_open_clip
from memebot.vision.encoder.views import EXEMPLAR_VIEWS, VIEWS, Frame, Preprocess
from memebot.vision.errors import EncoderError

FIX = "the command"
WEIGHTS = "open_clip_model.safetensors"
measure_agreement = clip._measure_agreement
TEXTS = ["a cat at the tap", "Кот у крана", "log"]


def photo(height: int = 240, width: int = 320, seed: int = 0) -> Frame:
    """Smooth patches of colour, as a photo has them."""
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


def cosine(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> float:
    return float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.fixture(autouse=True)
def alike_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same numbers on every processor, and no fight for its cores."""
    monkeypatch.setattr(clip, "cpu_has_bfloat16", lambda: False)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def encoder(tiny_siglip2: Path) -> Encoder:
    return Encoder(tiny_siglip2, "tiny", fix=FIX)


def test_pictures_become_unit_rows_one_a_view_in_order(encoder: Encoder, tiny_siglip2: Path) -> None:
    frames = [photo(seed=seed) for seed in range(3)]

    vectors = encoder.embed_images(frames)

    assert [v.shape for v in vectors] == [(len(VIEWS), encoder.dim)] * 3
    assert all(v.dtype == np.float32 for v in vectors)
    assert np.allclose(np.linalg.norm(np.stack(vectors), axis=2), 1, atol=1e-5)
    alone = [encoder.embed_images([frame])[0] for frame in frames]
    assert np.allclose(np.stack(vectors), np.stack(alone), atol=1e-5)
    assert encoder.embed_images([]) == []

    known = encoder.embed_exemplars(frames)
    assert [v.shape for v in known] == [(len(EXEMPLAR_VIEWS), encoder.dim)] * 3
    assert np.allclose(np.stack(known)[:, : len(VIEWS)], np.stack(vectors), atol=1e-5)


def test_more_pictures_than_a_batch_are_embedded_as_if_one_by_one(encoder: Encoder) -> None:
    frames = [photo(40, 40, seed) for seed in range(18)]
    assert np.allclose(encoder.embed_images(frames)[17], encoder.embed_images(frames[17:])[0], atol=1e-5)


def test_vectors_are_those_of_open_clip(encoder: Encoder, tiny_siglip2: Path) -> None:
    model, _, transform = import_open_clip().create_model_and_transforms(f"local-dir:{tiny_siglip2}")
    tokenizer = import_open_clip().get_tokenizer(f"local-dir:{tiny_siglip2}")
    frame = photo()
    with torch.inference_mode():
        image = model.eval().encode_image(transform(Image.fromarray(frame))[None], normalize=True).numpy()
        text = model.encode_text(tokenizer(TEXTS), normalize=True).numpy()

    assert cosine(encoder.embed_images([frame])[0][0], image[0]) >= 0.99
    assert np.allclose(encoder.embed_texts(TEXTS), text, atol=1e-5)


@pytest.mark.parametrize("mode", ["squash", "shortest", "longest"])
@pytest.mark.parametrize("size", [(480, 640), (900, 300), (100, 90), (224, 224)])
def test_preprocessing_sees_what_open_clips_own_sees(mode: str, size: tuple[int, int]) -> None:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    config = {"size": (224, 224), "mean": (0.48, 0.46, 0.41), "std": (0.27, 0.26, 0.28), "resize_mode": mode}
    frame = photo(*size)
    expected = image_transform_v2(PreprocessCfg(**config), is_train=False)(Image.fromarray(frame))

    found = Preprocess.from_config(config)([frame])[0].transpose(2, 0, 1)

    assert cosine(found, expected.numpy()) >= 0.99


def test_texts_become_unit_rows_and_their_tower_leaves_the_memory(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    towers: list[weakref.ref[Any]] = []
    load = clip._Files.text_tower

    def watched(files: Any) -> Any:
        tower = load(files)
        towers.append(weakref.ref(tower))
        return tower

    monkeypatch.setattr(clip._Files, "text_tower", watched)

    vectors = encoder.embed_texts(TEXTS * 20)

    assert vectors.shape == (60, encoder.dim)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[:3], vectors[57:], atol=1e-5)
    assert encoder.embed_texts([]).shape == (0, encoder.dim)
    gc.collect()
    assert [tower() for tower in towers] == [None]


def test_siglip2_text_is_lower_cased_stripped_of_punctuation_and_padded_to_64(encoder: Encoder) -> None:
    tokens = encoder._files.tokenizer()(["Log(-1)!", "log1", "Кот у КРАНА", "кот у крана"])

    assert tokens.shape == (4, 64)
    assert tokens[0].tolist() == tokens[1].tolist()
    assert tokens[2].tolist() == tokens[3].tolist()
    assert tokens[0, -1] == 0  # the padding's id


def test_loading_goes_to_no_network_and_says_nothing(
    tiny_siglip2: Path, no_network: None, capfd: pytest.CaptureFixture[str]
) -> None:
    handlers = list(logging.getLogger().handlers)

    encoder = Encoder(tiny_siglip2, "tiny", fix=FIX)
    encoder.embed_images([photo()])
    encoder.embed_texts(TEXTS)

    assert capfd.readouterr() == ("", "")
    assert logging.getLogger().handlers == handlers


def test_other_weights_have_another_id(tiny_copy: Path, small_patchnet: Path) -> None:
    first = Encoder(tiny_copy, "tiny", fix=FIX).id
    assert first == f"tiny-{hub.sha256(tiny_copy / WEIGHTS)[:8]}"
    assert Encoder(tiny_copy, "tiny", fix=FIX).id == first
    data = bytearray((tiny_copy / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (tiny_copy / WEIGHTS).write_bytes(data)
    assert Encoder(tiny_copy, "tiny", fix=FIX).id != first


def test_half_precision_weights_are_used_in_single_precision(tiny_copy: Path, encoder: Encoder) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(tiny_copy / WEIGHTS)
    save_file({name: tensor.half() for name, tensor in tensors.items()}, tiny_copy / WEIGHTS)
    short = Encoder(tiny_copy, "tiny", fix=FIX)

    assert cosine(short.embed_images([photo()])[0][0], encoder.embed_images([photo()])[0][0]) >= 0.999
    assert short.embed_texts(TEXTS).dtype == np.float32


def test_the_bundled_kind_of_model_is_loaded_with_its_causal_text_tower(small_patchnet: Path) -> None:
    encoder = clip.load_bundled(small_patchnet)
    name = f"local-dir:{small_patchnet}"
    model = import_open_clip().create_model(name).eval()
    with torch.inference_mode():
        text = model.encode_text(import_open_clip().get_tokenizer(name)(TEXTS), normalize=True).numpy()
        batch = torch.from_numpy(Preprocess.from_config(model.visual.preprocess_cfg)([photo()]))
        image = model.encode_image(batch.permute(0, 3, 1, 2), normalize=True).numpy()

    assert encoder.dim == image.shape[1]
    assert encoder.id.startswith("bundled-")
    assert len(encoder.id) == len("bundled-") + 8
    assert np.allclose(encoder.embed_texts(TEXTS), text, atol=1e-5)
    assert np.allclose(encoder.embed_images([photo()])[0][0], image[0], atol=1e-5)


def test_the_bundled_kind_embeds_pictures_without_torch_and_open_clip(small_patchnet: Path) -> None:
    script = f"""
import sys; from pathlib import Path; import numpy; from memebot.vision.encoder.clip import load_bundled
load_bundled(Path({str(small_patchnet)!r})).embed_images([numpy.zeros((9, 9, 3), numpy.uint8)])
print(sorted({{"torch", "open_clip", "timm", "transformers", "torchvision", "huggingface_hub"}} & sys.modules.keys()))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(clip.__file__).parents[3])}
    child = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert child.stdout == "[]\n"


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (540, 9), (300, 300)])
def test_a_plain_tiny_or_narrow_picture_is_embedded(encoder: Encoder, shape: tuple[int, int]) -> None:
    vectors = encoder.embed_images([np.full((*shape, 3), 7, np.uint8)])[0]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_bank_is_read_and_a_damaged_one_is_named(tiny_copy: Path) -> None:
    encoder = Encoder(tiny_copy, "tiny", fix=FIX)
    assert encoder.bank().shape == (0, encoder.dim)
    np.savez(tiny_copy / "bank.npz", vectors=np.eye(encoder.dim, dtype=np.float16))
    assert encoder.bank().dtype == np.float32
    whole = (tiny_copy / "bank.npz").read_bytes()
    for data in (b"", b"noise", whole[:-40], whole[: len(whole) // 2]):
        (tiny_copy / "bank.npz").write_bytes(data)
        with pytest.raises(EncoderError, match=r"bank\.npz is damaged"):
            encoder.bank()


def _harm(path: Path, harm: str) -> None:
    data = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        cut = {"empty": 0, "half": len(data) // 2, "short": len(data) - 1}
        path.write_bytes(data[: cut[harm]] if harm in cut else b"\x93" * 99)


@pytest.mark.parametrize("harm", ["missing", "empty", "half", "short", "noise"])
@pytest.mark.parametrize("name", ["open_clip_config.json", WEIGHTS])
def test_a_bad_file_is_named_with_the_command_that_mends_it(tiny_copy: Path, name: str, harm: str) -> None:
    _harm(tiny_copy / name, harm)
    with pytest.raises(EncoderError) as error:
        Encoder(tiny_copy, "tiny", fix=FIX)
    assert str(tiny_copy) in error.value.reason
    assert (name in error.value.reason) or harm == "missing"
    assert ("missing" if harm == "missing" else "damaged") in error.value.reason
    assert error.value.fix == FIX


@pytest.mark.parametrize("harm", ["missing", "empty", "half", "noise"])
def test_a_bad_tokenizer_is_named_and_pictures_are_still_embedded(tiny_copy: Path, harm: str) -> None:
    _harm(tiny_copy / "tokenizer.json", harm)
    encoder = Encoder(tiny_copy, "tiny", fix=FIX)
    assert encoder.embed_images([photo()])
    with pytest.raises(EncoderError, match=r"tokenizer\.json is (missing|damaged)") as error:
        encoder.embed_texts(TEXTS)
    assert error.value.fix == FIX


def test_weights_of_another_model_are_refused(tiny_copy: Path, small_patchnet: Path) -> None:
    shutil.copy(small_patchnet / "model.safetensors", tiny_copy / WEIGHTS)
    with pytest.raises(EncoderError, match=r"open_clip_config\.json does not fit open_clip_model\.safet"):
        Encoder(tiny_copy, "tiny", fix=FIX)


def test_an_unknown_architecture_is_refused(tiny_copy: Path) -> None:
    config = json.loads((tiny_copy / "open_clip_config.json").read_text())
    config["model_cfg"]["vision_cfg"]["timm_model_name"] = "no_such_net"
    (tiny_copy / "open_clip_config.json").write_text(json.dumps(config))
    with pytest.raises(EncoderError, match="does not fit"):
        Encoder(tiny_copy, "tiny", fix=FIX)


# --- by name, from the hub ---------------------------


@pytest.fixture
def server(hub_server: Any, tiny_siglip2: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A hub that offers the tiny model under the recommended encoder's name."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(clip, "_measure_agreement", lambda source, snapshot: False)
    hub_server.serve_folder("timm/ViT-B-16-SigLIP2", tiny_siglip2)
    return hub_server


def test_a_hub_encoder_is_downloaded_once_and_then_loaded_without_network(
    server: Any, tmp_path: Path, encoder: Encoder, request: pytest.FixtureRequest
) -> None:
    seen: list[tuple[int, int]] = []
    first = clip.load_encoder(
        "siglip2", tmp_path, endpoint=server.url, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1] > 1_000_000
    assert first.id == f"ViT-B-16-SigLIP2-webli-{encoder.id[-8:]}"
    request.getfixturevalue("no_network")

    for name in ("siglip2", "ViT-B-16-SigLIP2/webli"):
        again = clip.load_encoder(name, tmp_path, offline=True)
        assert again.id == first.id
        assert np.allclose(again.embed_images([photo()])[0], encoder.embed_images([photo()])[0], atol=1e-5)
        assert np.allclose(again.embed_texts(TEXTS), encoder.embed_texts(TEXTS), atol=1e-5)


def test_offline_without_a_copy_says_how_to_get_one(tmp_path: Path, no_network: None) -> None:
    with pytest.raises(EncoderError, match=r"siglip2 .* is not downloaded") as error:
        clip.load_encoder("siglip2", tmp_path, offline=True)
    assert error.value.fix == "memebot model use siglip2"


def test_an_unreachable_hub_is_named_with_what_works_meanwhile(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"cannot reach http://127\.0\.0\.1:9 .* bundled works") as error:
        clip.load_encoder("siglip2", tmp_path, endpoint="http://127.0.0.1:9")
    assert error.value.fix == "memebot model use siglip2"


@pytest.mark.parametrize("name", [WEIGHTS, "tokenizer.json", "open_clip_config.json"])
def test_a_downloaded_file_cut_short_is_named_and_mended(server: Any, tmp_path: Path, name: str) -> None:
    good = clip.load_encoder("siglip2", tmp_path, endpoint=server.url)
    file = next((tmp_path / "models").rglob(name))
    file.write_bytes(file.read_bytes()[:-5])

    with pytest.raises(EncoderError, match="missing or damaged") as error:
        clip.load_encoder("siglip2", tmp_path, endpoint=server.url)
    assert str(file) in error.value.reason
    assert error.value.fix == "memebot model use siglip2"

    clip.download("siglip2", tmp_path, endpoint=server.url)
    assert clip.load_encoder("siglip2", tmp_path).id == good.id


def test_half_precision_is_used_where_the_processor_has_it_and_the_vectors_agree(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = clip.load_encoder("siglip2", tmp_path, endpoint=server.url)
    monkeypatch.setattr(clip, "cpu_has_bfloat16", lambda: True)
    assert not clip.load_encoder("siglip2", tmp_path).bfloat16  # measured as disagreeing, above

    hub.write_json(next((tmp_path / "models").rglob("precision.json")), {"bfloat16": True})
    short = clip.load_encoder("siglip2", tmp_path)

    assert short.bfloat16
    assert short.id == exact.id
    vectors = short.embed_images([photo()])[0]
    assert vectors.dtype == np.float32
    assert cosine(vectors, exact.embed_images([photo()])[0]) >= 0.99


@pytest.mark.parametrize(("least", "agrees"), [(0.5, True), (1.1, False)])
def test_agreement_is_measured_once_at_the_download(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: float, agrees: bool
) -> None:
    monkeypatch.setattr(clip, "_measure_agreement", measure_agreement)
    monkeypatch.setattr(clip, "_AGREEMENT", least)

    snapshot = clip.download("siglip2", tmp_path, endpoint=server.url)

    assert json.loads((snapshot.folder / "precision.json").read_text()) == {"bfloat16": agrees}


def test_the_processor_is_asked_for_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for flag, expected in (("amx_bf16", True), ("avx512_bf16", True), ("avx2", False)):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda flag=flag: {flag: True})
        assert clip.cpu_has_bfloat16() is expected


def test_the_number_of_threads_is_that_of_torch_where_torch_looks(
    tiny_siglip2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    Encoder(tiny_siglip2, "tiny", fix=FIX)
    Encoder(tiny_siglip2, "tiny", fix=FIX, threads=1)
    assert asked == [1]


# --- the list and the choice ---------------------------


def test_the_choice_is_kept_and_bundled_is_chosen_until_another_is(server: Any, tmp_path: Path) -> None:
    assert clip.active_encoder(tmp_path) == "bundled"
    with pytest.raises(EncoderError, match="is not downloaded"):
        clip.use_encoder(tmp_path, "siglip2")
    clip.download("siglip2", tmp_path, endpoint=server.url)
    assert clip.use_encoder(tmp_path, "ViT-B-16-SigLIP2/webli") == "siglip2"
    assert clip.active_encoder(tmp_path) == "siglip2"
    assert clip.use_encoder(tmp_path, "bundled") == "bundled"
    assert clip.active_encoder(tmp_path) == "bundled"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"encoder": 3}'])
def test_a_damaged_choice_counts_as_bundled(tmp_path: Path, text: str) -> None:
    (tmp_path / "encoder.json").write_text(text)
    assert clip.active_encoder(tmp_path) == "bundled"


def test_the_list_shows_what_is_there_and_what_could_be(server: Any, tmp_path: Path, tiny_siglip2: Path) -> None:
    server.serve_folder("timm/ViT-B-16-SigLIP2-256", tiny_siglip2)
    for name in ("siglip2", "ViT-B-16-SigLIP2-256/webli"):
        clip.download(name, tmp_path, endpoint=server.url)
    clip.use_encoder(tmp_path, "siglip2")

    infos = {info.name: info for info in clip.list_encoders(tmp_path)}

    assert list(infos) == ["bundled", "siglip2", "fast", "best", "ViT-B-16-SigLIP2-256/webli"]
    assert [name for name, info in infos.items() if info.active] == ["siglip2"]
    assert infos["siglip2"].downloaded
    assert infos["ViT-B-16-SigLIP2-256/webli"].downloaded
    assert not infos["best"].downloaded
    assert (infos["siglip2"].size_mb or 0) < 10 < (infos["fast"].size_mb or 0)


def test_the_named_encoders_are_those_of_open_clip() -> None:
    for source in clip.ENCODERS:
        model, tag = source.model.split("/")
        assert import_open_clip().get_pretrained_cfg(model, tag)["hf_hub"] == f"{source.repo}/"
        assert clip.find_source(source.name) is clip.find_source(source.model) is source


def test_every_model_of_open_clip_can_be_named() -> None:
    source = clip.find_source("ViT-B-16-SigLIP2-256/webli")
    assert (source.name, source.repo) == ("ViT-B-16-SigLIP2-256/webli", "timm/ViT-B-16-SigLIP2-256")


@pytest.mark.parametrize("name", ["siglip3", "", "ViT-B-16-SigLIP2/nothing", "nothing/webli", "../../etc"])
def test_an_unknown_name_is_refused_with_the_list(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncoderError, match="there is no encoder") as error:
        clip.load_encoder(name, tmp_path)
    assert error.value.fix == "memebot model list"
