"""What is in order, what is missing, and the command that mends it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from memebot.database import damage
from memebot.settings import Settings

State = Literal["ok", "warning", "missing"]
FREE_MB = 500


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. ``missing``: memebot cannot do without; ``warning``: it does less well."""

    name: str
    state: State
    found: str
    mend: str = ""


def examine(settings: Settings) -> list[Check]:
    """All checks, in the order in which a person would mend them; never raises for what it examines."""
    found: list[Check] = []
    for check in (_python, _packages, _disk, _text_recognition, _encoder, _database, _entries):
        try:
            found.extend(check(settings))
        except Exception as error:  # noqa: BLE001 - a check that breaks is itself a finding
            name = check.__name__.strip("_").replace("_", " ")
            found.append(Check(name, "missing", " ".join(f"{type(error).__name__}: {error}".split())))
    return found


def _python(settings: Settings) -> Iterator[Check]:
    version = platform.python_version()
    enough = sys.version_info >= (3, 11)
    yield Check("Python", "ok" if enough else "missing", version, "" if enough else "apt-get install python3.11")


def _packages(settings: Settings) -> Iterator[Check]:
    absent = []
    for name in ("torch", "open-clip-torch", "transformers", "aiogram", "pillow", "av", "opencv-python-headless"):
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            absent.append(name)
    if absent:
        yield Check("packages", "missing", "without " + ", ".join(absent), "pip install --upgrade memebot")
    else:
        yield Check("packages", "ok", f"torch {importlib.metadata.version('torch')}")


def _disk(settings: Settings) -> Iterator[Check]:
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e6
    state: State = "ok" if free >= FREE_MB else "warning"
    yield Check("disk", state, f"{free:.0f} MB free at {settings.home}", "" if state == "ok" else "free some space")


def _text_recognition(settings: Settings) -> Iterator[Check]:
    from memebot.vision.ocr.text_reader import TextReader

    status = TextReader(tessdata=settings.tessdata).status()
    if status.tesseract and status.languages:
        found = f"Tesseract {status.tesseract}, {', '.join(status.languages)} from {status.tessdata}"
    else:
        found = "Tesseract has no language files: words on pictures are read poorly or not at all"
    absent = f"; without {', '.join(status.missing)}" if status.missing else ""
    yield Check("text recognition", "ok" if status.ok else "warning", found + absent, " && ".join(status.fixes))
    if status.detector is None:
        yield Check("text detection", "warning", "RapidOCR cannot be used", "pip install rapidocr onnxruntime")


def _encoder(settings: Settings) -> Iterator[Check]:
    from memebot.app import encoder_name
    from memebot.vision.encoder.clip import load_encoder
    from memebot.vision.errors import EncoderError

    name = encoder_name(settings)
    try:
        encoder = load_encoder(name, settings.home, offline=True)
    except EncoderError as error:
        yield Check("encoder", "missing", f"{name}: {error.reason}", error.fix)
        return
    yield Check("encoder", "ok", f"{name} ({encoder.id}), {encoder.dim} dimensions")


def _database(settings: Settings) -> Iterator[Check]:
    from memebot.app import database_path, open_base

    path = database_path(settings)
    if not path.exists():
        yield Check("database", "ok", f"{path} will be made on first use")
        return
    if trouble := damage(path):
        yield Check("database", "missing", f"{path}: {trouble}", "memebot restore FILE, with a backup of it")
        return
    with open_base(settings) as kb:
        entries = len(kb.entries.all())
    yield Check("database", "ok", f"{path}, {entries} entries")


def _entries(settings: Settings) -> Iterator[Check]:
    from knowledge.lint import lint
    from memebot.app import knowledge_folder

    folder = knowledge_folder(settings)
    errors = [problem for problem in lint(folder) if problem.severity == "error"]
    if errors:
        yield Check("entries", "warning", f"{len(errors)} errors in {folder}", f"memebot kb lint {folder}")
    else:
        yield Check("entries", "ok", str(folder))
