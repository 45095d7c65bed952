"""Training pictures: decoded once from archives or folders into one memory-mapped file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from memebot.vision.encoder.views import Frame
from memebot.vision.errors import VisionError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
LONGEST_SIDE = 256
HELD_BACK_EVERY = 20  # one labelled picture in so many is never trained on


def _photo_names() -> dict[str, tuple[str, str]]:
    with Path(__file__).with_name("photo_names.csv").open(encoding="utf-8", newline="") as table:
        return {row["wordnet"]: (row["en"], row["ru"]) for row in csv.DictReader(table)}


PHOTO_NAMES = _photo_names()
"""WordNet id -> (English, Russian) name of each of the 200 photo classes that the shipped weights were trained on.

Archives call their folders by these ids. No two classes share a name; the Russian names are ours.
"""


class TrainingDataError(VisionError):
    """A source of training pictures cannot be used; ``source`` says which, ``reason`` why."""

    def __init__(self, source: Path, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class TrainingPictures:
    """All pictures of a run, RGB, no side longer than ``LONGEST_SIDE``.

    ``labels[i]`` indexes ``names`` (English, Russian) or is -1; ``held_back[i]`` marks pictures that only the
    evaluation may see.
    """

    pixels: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    shapes: NDArray[np.int32]
    labels: NDArray[np.int32]
    held_back: NDArray[np.bool_]
    names: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.offsets)

    def __getitem__(self, index: int) -> Frame:
        height, width = (int(v) for v in self.shapes[index])
        start = int(self.offsets[index])
        return self.pixels[start : start + height * width * 3].reshape(height, width, 3)


def open_pictures(sources: Sequence[Path], cache: Path) -> TrainingPictures:
    """The pictures of these zip archives and folders, decoded into ``cache`` unless they already are.

    A source with a ``classes.csv`` (columns ``wnid,name``) holds one folder a class and gives names to its
    pictures; any other source gives pictures without names. Files that are not pictures are passed over.
    Raises ``TrainingDataError`` for a source that cannot be read, or when fewer than two pictures remain.
    """
    folder = cache / f"pictures-{_digest(sources)}"
    if not (folder / "index.npz").is_file():
        _decode(sources, folder)
    with np.load(folder / "index.npz") as index:
        names = tuple((str(en), str(ru)) for en, ru in json.loads((folder / "names.json").read_text("utf-8")))
        pixels = np.memmap(folder / "pixels.bin", np.uint8, "r")
        return TrainingPictures(pixels, index["offsets"], index["shapes"], index["labels"], index["held_back"], names)


def _digest(sources: Sequence[Path]) -> str:
    """Names the cache: other archives, or the same ones changed, give another folder."""
    facts = []
    for source in sources:
        if not source.exists():
            raise TrainingDataError(source, "no such archive or folder")
        facts.append([source.name, source.stat().st_size, source.stat().st_mtime_ns])
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]


def _decode(sources: Sequence[Path], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    offsets: list[int] = []
    shapes: list[tuple[int, int]] = []
    labels: list[int] = []
    classes: dict[str, int] = {}
    position = 0
    with (folder / "pixels.bin").open("wb") as out:
        for source in sources:
            for data, class_name in _items(source):
                picture = decode(data)
                if picture is None:
                    continue
                offsets.append(position)
                shapes.append((picture.shape[0], picture.shape[1]))
                labels.append(classes.setdefault(class_name, len(classes)) if class_name else -1)
                position += out.write(picture.tobytes())
    if len(offsets) < 2:
        raise TrainingDataError(sources[0] if sources else Path(), "fewer than two pictures to train on")
    label_array = np.array(labels, np.int32)
    names = [PHOTO_NAMES.get(key.split("|", 1)[0], (key.split("|", 1)[-1],) * 2) for key in classes]
    (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), "utf-8")
    temporary = folder / "index.tmp.npz"
    np.savez(
        temporary,
        offsets=np.array(offsets, np.int64),
        shapes=np.array(shapes, np.int32),
        labels=label_array,
        held_back=_held_back(label_array),
    )
    temporary.replace(folder / "index.npz")  # last: its presence says that the cache is whole


def _held_back(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Every twentieth picture of each class, in the order of the archive."""
    held = np.zeros(len(labels), bool)
    for label in range(int(labels.max(initial=-1)) + 1):
        held[np.flatnonzero(labels == label)[HELD_BACK_EVERY - 1 :: HELD_BACK_EVERY]] = True
    return held


def decode(data: bytes) -> Frame | None:
    """RGB, shrunk to ``LONGEST_SIDE``; None for bytes that OpenCV cannot read as a picture."""
    if not data:
        return None
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if bgr is None or min(bgr.shape[:2]) < 8:
        return None
    scale = LONGEST_SIDE / max(bgr.shape[:2])
    if scale < 1:
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _items(source: Path) -> Iterator[tuple[bytes, str]]:
    """The pictures' bytes, each with what tells its class from others, "" where it has none."""
    if source.is_dir():
        files = {str(p.relative_to(source).as_posix()): p for p in source.rglob("*") if p.is_file()}
        yield from _named(sorted(files), lambda name: files[name].read_bytes())
        return
    try:
        with zipfile.ZipFile(source) as archive:
            names = sorted(info.filename for info in archive.infolist() if not info.is_dir())
            yield from _named(names, archive.read)
    except (zipfile.BadZipFile, OSError) as error:
        raise TrainingDataError(source, f"not a readable zip archive or folder ({error})") from error


def _named(names: Sequence[str], read: Callable[[str], bytes]) -> Iterator[tuple[bytes, str]]:
    classes: dict[str, str] = {}
    if "classes.csv" in names:
        rows = csv.DictReader(io.StringIO(read("classes.csv").decode("utf-8")))
        classes = {row["wnid"]: row["name"].split(",")[0].strip() for row in rows}
    for name in names:
        path = PurePosixPath(name)
        if path.suffix.lower() in SUFFIXES:
            folder = path.parent.name
            yield read(name), f"{folder}|{classes[folder]}" if folder in classes else ""
