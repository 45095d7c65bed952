"""Small open models that can be run on this machine: what they need, brought here once, served by ``transformers``."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from memebot.drafting.errors import DraftingOff
from memebot.vision.encoder import hub

CONFIG = "config.json"
PROCESSOR = frozenset(
    {
        "preprocessor_config.json",
        "processor_config.json",
        "video_preprocessor_config.json",
        "chat_template.json",
        "chat_template.jinja",
        "generation_config.json",
    }
)
"""What prepares pictures and words for a model, beside its tokenizer."""
_SERVER = "from memebot.vision.encoder.torch_compat import transformers_command; transformers_command()"
_PACKAGES = ("fastapi", "uvicorn", "accelerate", "openai")


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model with a short name. Sizes in GB: of the download, and of the memory that it takes at work."""

    name: str
    repo: str
    size_gb: float
    memory_gb: float
    languages: str
    licence: str
    what: str


MODELS = (
    LocalModel(
        "smolvlm2-500m",
        "HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
        2.0,
        2.5,
        "en",
        "Apache-2.0",
        "the smallest that sees; keeps no form and writes no Russian: to try the way, not for work",
    ),
    LocalModel(
        "qwen3-vl-2b",
        "Qwen/Qwen3-VL-2B-Instruct",
        4.3,
        6.0,
        "ru, en",
        "Apache-2.0",
        "reads small print, writes both languages; a minute or more a draft without a GPU",
    ),
)


@dataclass(frozen=True, slots=True)
class LocalModelInfo(LocalModel):
    """A model of the list, and whether it is here."""

    downloaded: bool


def local_models(home: Path) -> list[LocalModelInfo]:
    """The models with a short name. Never uses the network."""
    return [
        LocalModelInfo(**asdict(one), downloaded=hub.installed(_folder(home, one.name)) is not None) for one in MODELS
    ]


def download(name: str, home: Path, *, progress: hub.Progress | None = None, endpoint: str | None = None) -> Path:
    """The folder of a model: a folder that is there, else one of the list or of the hub, brought to ``home`` once.

    ``endpoint``: the hub, by default as ``HF_ENDPOINT`` says.
    Raises ``DraftingOff`` for a name that is none, or where what serves it is not installed, and ``EncoderError`` where
    it cannot be downloaded.
    """
    if any(importlib.util.find_spec(package) is None for package in _PACKAGES):
        raise DraftingOff("no-serving")
    if Path(name, CONFIG).is_file():
        return Path(name).resolve()
    known = next((one for one in MODELS if one.name == name), None)
    if known is None and name.count("/") != 1:
        raise DraftingOff("no-such-model", model=name)
    folder = _folder(home, name)
    repo = name if known is None else known.repo
    fix = f"memebot drafts serve {name}"
    return hub.download(
        repo, folder, fix=fix, progress=progress, endpoint=endpoint, config=CONFIG, beside=PROCESSOR
    ).folder


def start(folder: Path, port: int) -> NoReturn:
    """Become the server of that model, on this machine alone, under the folder's name; nothing is fetched."""
    os.chdir(folder.parent)  # the server knows its model by the path that it was given, and takes no other name
    arguments = ["-c", _SERVER, "serve", folder.name]
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    os.execve(sys.executable, [sys.executable, *arguments, "--host", "127.0.0.1", "--port", str(port)], offline)


def _folder(home: Path, name: str) -> Path:
    return home / "drafting" / name.replace("/", "--")
