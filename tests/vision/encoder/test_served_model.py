"""A model of one's own: downloaded once like the encoders, served on this machine, asked for a draft."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from memebot.cli import app
from memebot.drafting.local_models import MODELS, download, local_models

REPO = "somebody/tiny-vlm"
CHAT = (
    "{% for message in messages %}{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}{% endfor %}"
)
pytest.importorskip("fastapi")


@pytest.fixture(scope="session")
def tiny_vlm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model that takes pictures and babbles, as its repository on the hub would have it."""
    from memebot.vision.encoder.torch_compat import declare_operators

    declare_operators()
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        PreTrainedTokenizerFast,
    )

    folder = tmp_path_factory.mktemp("vlm")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(["<pad>", "<end>", "<image>", *letters])}
    raw = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="<pad>", eos_token="<end>", extra_special_tokens={"image_token": "<image>"}
    )
    torch.manual_seed(0)
    size = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(image_size=28, patch_size=14, projection_dim=16, **size),
        text_config=LlamaConfig(vocab_size=len(vocabulary), max_position_embeddings=32768, **size),
        image_token_index=2,
        image_token_id=2,
        image_seq_length=4,
        vision_feature_layer=-1,
    )
    model = LlavaForConditionalGeneration(config)
    model.generation_config.eos_token_id = [1, *range(100, len(vocabulary))]
    model.generation_config.pad_token_id = 0
    model.save_pretrained(folder)
    pictures = CLIPImageProcessor(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    processor = LlavaProcessor(
        pictures,
        tokenizer,
        patch_size=14,
        vision_feature_select_strategy="default",
        image_token="<image>",
        num_additional_image_tokens=1,
        chat_template=CHAT,
    )
    processor.save_pretrained(folder)
    return folder


def base(folder: Path) -> Path:
    """A base of one concept."""
    path = folder / "base" / "entries" / "concepts" / "overfitting.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\ntitle: {ru: Переобучение, en: Overfitting}\n---\n## ru\nЗубрит.\n## en\nSwots.\n", "utf-8")
    return folder / "base"


@contextmanager
def served(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of ``memebot drafts serve``, once it listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "memebot", "drafts", "serve", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.PIPE)
    try:
        for _ in range(600):
            assert server.poll() is None, server.stderr and server.stderr.read().decode()
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_a_model_is_downloaded_once_with_what_prepares_pictures(
    hub_server: Any, tiny_vlm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    hub_server.serve_folder(REPO, tiny_vlm)
    folder = download(REPO, tmp_path, endpoint=hub_server.url)
    assert {"config.json", "model.safetensors", "tokenizer.json", "processor_config.json"} <= {
        path.name for path in folder.iterdir()
    }
    before = len(hub_server.requests)
    assert download(REPO, tmp_path, endpoint=hub_server.url) == folder
    assert len(hub_server.requests) == before


def test_a_served_model_is_reached_sees_the_picture_and_is_told_to_be_of_no_use(
    tiny_vlm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tiny_vlm, {"MEMEBOT_HOME": str(tmp_path / "home")}) as url:
        monkeypatch.setenv("MEMEBOT_DRAFTS_URL", url)
        monkeypatch.setenv("MEMEBOT_DRAFTS_MODEL", tiny_vlm.name)
        monkeypatch.setenv("MEMEBOT_DRAFTS_TIMEOUT", "300")
        monkeypatch.setenv("MEMEBOT_KNOWLEDGE", str(base(tmp_path)))
        done = CliRunner().invoke(app, ["drafts", "test", "--json"], catch_exceptions=False)
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (found["requests"], found["schema"], found["sees"]) == (2, False, False)
    assert found["tokens"] > 1000
    assert done.stderr.count("\n") == 1 and "does not keep to the form" in done.stderr


def test_the_list_says_what_a_model_needs(tmp_path: Path) -> None:
    assert [one.name for one in local_models(tmp_path)] == [one.name for one in MODELS]
    assert all(one.licence and one.languages and one.memory_gb > one.size_gb for one in MODELS)


@pytest.mark.parametrize(("name", "line"), [("no-such", "there is no model no-such"), ("a/b/c", "there is no model")])
def test_a_name_that_is_none_is_told(tmp_path: Path, name: str, line: str) -> None:
    from memebot.errors import sentence

    with pytest.raises(Exception) as caught:
        CliRunner().invoke(app, ["drafts", "serve", name], catch_exceptions=False)
    assert line in (sentence(caught.value) or "")
