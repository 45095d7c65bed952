"""A hub of our own on the loopback, and a model small enough to be made for a test."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

LFS = (".safetensors", "tokenizer.json")  # what the real hub keeps in LFS and serves by a redirect


@dataclass
class Hub:
    """A server in the Hugging Face hub's layout; the public fields change how it behaves."""

    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    cut_after: dict[str, int] = field(default_factory=dict)  # file -> bytes sent before the connection is cut
    damaged: set[str] = field(default_factory=set)  # files whose first byte is sent wrong
    no_ranges: bool = False
    stall: threading.Event = field(default_factory=threading.Event)  # set: a cut waits instead of closing
    stalled: threading.Event = field(default_factory=threading.Event)
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, range
    url: str = ""

    def serve_folder(self, repo: str, folder: Path) -> None:
        self.repos[repo] = {path.name: path.read_bytes() for path in folder.iterdir()}

    def revision(self, repo: str) -> str:
        digests = [name.encode() + hashlib.sha1(data).digest() for name, data in self.repos[repo].items()]
        return hashlib.sha1(b"".join(sorted(digests))).hexdigest()

    def downloads(self, name: str) -> list[str]:
        """The ranges that were asked for of one file, in order; "" for all of it."""
        end = f"/{name}"
        return [
            asked
            for method, path, asked in self.requests
            if method == "GET" and "/resolve/" in path and path.endswith(end)
        ]


class _Handler(BaseHTTPRequestHandler):
    """Answers as the hub does."""

    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0]
        self.hub.requests.append((self.command, path, self.headers.get("Range", "")))
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"] and "/".join(parts[2:4]) in self.hub.repos:
            return self.info("/".join(parts[2:4]), parts[5] if len(parts) > 5 else "main")
        if len(parts) == 5 and parts[2] == "resolve" and "/".join(parts[:2]) in self.hub.repos:
            return self.file("/".join(parts[:2]), parts[4], body)
        if parts[0] == "cdn":
            return self.data(parts[-1], self.hub.repos["/".join(parts[1:3])][parts[-1]], body)
        return self.empty(404, {"X-Error-Code": "RepoNotFound"})

    def info(self, repo: str, revision: str) -> None:
        if revision not in ("main", self.hub.revision(repo)):
            return self.empty(404, {"X-Error-Code": "RevisionNotFound"})
        files = [listing(name, data) for name, data in self.hub.repos[repo].items()]
        text = json.dumps({"id": repo, "sha": self.hub.revision(repo), "siblings": files}).encode()
        self.head(200, {"Content-Type": "application/json", "Content-Length": str(len(text))})
        self.wfile.write(text)
        return None

    def file(self, repo: str, name: str, body: bool) -> None:
        data = self.hub.repos[repo].get(name)
        if data is None:
            return self.empty(404, {"X-Error-Code": "EntryNotFound"})
        if not name.endswith(LFS):
            return self.data(name, data, body)
        digest = hashlib.sha256(data).hexdigest()
        return self.empty(
            302,
            {
                "Location": f"{self.hub.url}/cdn/{repo}/{name}",
                "X-Repo-Commit": self.hub.revision(repo),
                "X-Linked-Size": str(len(data)),
                "X-Linked-ETag": f'"{digest}"',
            },
        )

    def data(self, name: str, data: bytes, body: bool) -> None:
        if name in self.hub.damaged:
            data = bytes([data[0] ^ 1]) + data[1:]
        start = 0
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "Accept-Ranges": "bytes"}
        if (asked := self.headers.get("Range")) and not self.hub.no_ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.head(206 if start else 200, {**headers, "Content-Length": str(len(data) - start)})
        if body:
            self.send(name, data[start:])

    def send(self, name: str, data: bytes) -> None:
        cut = self.hub.cut_after.get(name)
        self.wfile.write(data[:cut])
        if cut is not None and cut < len(data):
            self.wfile.flush()
            self.hub.stalled.set()
            if self.hub.stall.is_set():
                while self.hub.stall.is_set():
                    threading.Event().wait(0.05)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def empty(self, status: int, headers: dict[str, str]) -> None:
        self.head(status, {**headers, "Content-Length": "0"})

    def head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *args: Any) -> None:
        """A client that was killed is no error here."""


def listing(name: str, data: bytes) -> dict[str, Any]:
    """One file as the hub's API lists it."""
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    entry: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": blob}
    if name.endswith(LFS):
        entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
    return entry


@pytest.fixture
def hub_server() -> Iterator[Hub]:
    """An empty hub, listening on the loopback until the test ends."""
    hub = Hub()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield hub
    hub.stall.clear()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt to connect or to look a name up fails the test that makes it."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError(f"went to the network: {args[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


TINY_SIGLIP2: dict[str, Any] = {
    "model_cfg": {
        "embed_dim": 96,
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 160,
            "timm_model_name": "test_vit3",
            "timm_model_pretrained": False,
            "timm_pool": "map",
            "timm_proj": "none",
        },
        "text_cfg": {
            "context_length": 64,
            "vocab_size": 512,
            "hf_tokenizer_name": "timm/tiny",
            "tokenizer_kwargs": {"clean": "canonicalize"},
            "width": 64,
            "heads": 2,
            "layers": 2,
            "no_causal_mask": True,
            "proj_bias": True,
            "pool_type": "last",
            "norm_kwargs": {"eps": 1e-6},
            "act_kwargs": {"approximate": "tanh"},
        },
    },
    "preprocess_cfg": {
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
        "interpolation": "bicubic",
        "resize_mode": "squash",
    },
}


def write_model(folder: Path, config: dict[str, Any], weights: str, seed: int = 0) -> Path:
    """A model of that configuration with random weights, in open_clip's layout."""
    import torch
    from safetensors.torch import save_file

    from memebot.vision.encoder.tower import import_open_clip_with_tower

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps(config), "utf-8")
    torch.manual_seed(seed)
    model = import_open_clip_with_tower().create_model(f"local-dir:{folder}")
    save_file(model.state_dict(), folder / weights)
    write_tokenizer(folder)
    return folder


def write_tokenizer(folder: Path) -> None:
    """A tokenizer of Gemma's kind, as SigLIP2 has it, that knows a few words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    words = ["a cat at the tap", "Кот у крана", "Log of minus one", "градиентный бустинг", "0123456789()-!,."]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(words * 3, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {f"{name.strip('<>')}_token": name for name in special}
    facts = {"tokenizer_class": "GemmaTokenizerFast", "model_max_length": 64, "padding_side": "right"} | names
    (folder / "tokenizer_config.json").write_text(json.dumps(facts), "utf-8")


PATCHNET: dict[str, Any] = {
    "model_cfg": {
        "embed_dim": 32,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 64,
            "timm_model_name": "memebot_patchnet",
            "timm_pool": "",
            "timm_proj": "",
        },
        "text_cfg": {
            "context_length": 24,
            "vocab_size": 512,
            "hf_tokenizer_name": "memebot/bundled",
            "width": 32,
            "heads": 2,
            "layers": 1,
        },
    },
    "preprocess_cfg": {
        "mean": [0.45, 0.45, 0.45],
        "std": [0.27, 0.27, 0.27],
        "interpolation": "bilinear",
        "resize_mode": "squash",
    },
}


@pytest.fixture(scope="session")
def small_patchnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model of the bundled encoder's kind, whose text tower is a causal one. Not to be changed."""
    return write_model(tmp_path_factory.mktemp("patchnet"), PATCHNET, "model.safetensors")


@pytest.fixture(scope="session")
def tiny_siglip2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model in SigLIP2's shape, as its repository on the hub has it. Not to be changed: copy it."""
    return write_model(tmp_path_factory.mktemp("tiny"), TINY_SIGLIP2, "open_clip_model.safetensors")


@pytest.fixture
def tiny_copy(tiny_siglip2: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that the test may change."""
    return Path(shutil.copytree(tiny_siglip2, tmp_path / "copy"))
