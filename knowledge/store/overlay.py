"""Folders of entries: one that stands alone, or a community's own that lies over the shipped one.

A folder with a ``layer.toml`` lies over another: entries, exemplars and texts of its own come before those of the
same name beneath, and ``hidden.txt`` names the entries beneath that are not to be used. What is shipped arrives with
an upgrade of the program by itself, where no own entry lies over it.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.entry.model import EXEMPLAR_NAME, FOLDERS, KINDS, EntryId, Kind, is_id
from knowledge.entry.problems import Problem
from knowledge.errors import SourceError

FILES = "files"
"""The author of what was taken over from files."""

LAYER = "layer.toml"
HIDDEN = "hidden.txt"
SHIPPED = "shipped"
NEW = Path(__file__).parents[1] / "layer"
"""What a base of one's own begins with."""


@dataclass(frozen=True, slots=True)
class EntryFile:
    """An entry file as it was read; ``beneath``: it belongs to the layer below."""

    path: Path
    entry_id: EntryId
    kind: Kind
    data: bytes
    beneath: bool = False

    @property
    def sha256(self) -> str:
        """Hex digest of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def state(self) -> tuple[Kind, str]:
        """Its kind and its text."""
        return self.kind, self.data.decode("utf-8", "replace")


class Folder:
    """A folder of entries: ``entries/jokes/…`` with ``exemplars/`` beside, or ``jokes/…`` directly.

    ``beneath``: the folder that it lies over, if any.
    """

    def __init__(self, root: Path) -> None:
        """Raises ``SourceError`` for a ``layer.toml`` that makes no sense."""
        self.root = root
        direct = any((root / folder).is_dir() for folder in FOLDERS.values())
        self.entries = root if direct and not (root / "entries").is_dir() else root / "entries"
        beside = self.entries.parent / "exemplars"
        self.exemplars = beside if beside.is_dir() or not direct else root / "exemplars"
        self.texts = self.exemplars.parent / "texts"
        self.beneath = _lower_folder(root)

    def check(self) -> None:
        """Raises ``SourceError`` if there is no folder of entries to read."""
        if not self.root.is_dir():
            raise SourceError(self.root, "folder-missing")
        if self.beneath is not None:
            self.beneath.check()
        elif not self.entries.is_dir():
            raise SourceError(self.root, "folder-no-entries", folders=tuple(FOLDERS.values()))

    def read(self) -> tuple[list[EntryFile], list[Problem]]:
        """All entry files, and a problem for each that cannot be read or has no place here.

        Of the layer beneath, those that no file in here replaces and that are not hidden.
        """
        files, problems = self._own()
        if self.beneath is None:
            return files, problems
        mine = {file.entry_id for file in files} | self.hidden()
        mine |= {EntryId(problem.path.stem) for problem in problems}
        files += (file for file in self.below.values() if file.entry_id not in mine)
        return sorted(files, key=lambda file: (KINDS.index(file.kind), file.entry_id)), problems

    @cached_property
    def below(self) -> dict[EntryId, EntryFile]:
        """The entry files of the layer beneath, also of those that are replaced or hidden."""
        if self.beneath is None:
            return {}
        files, _ = self.beneath.read()
        return {file.entry_id: EntryFile(file.path, file.entry_id, file.kind, file.data, True) for file in files}

    def hidden(self) -> set[EntryId]:
        """Ids of entries beneath that are not to be used."""
        path = self.root / HIDDEN
        if self.beneath is None or not path.is_file():
            return set()
        lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
        return {EntryId(line) for line in lines if line}

    def hidden_text(self, hide: set[EntryId], show: set[EntryId]) -> str:
        """``hidden.txt`` with some ids more and some fewer; other lines stay as they are."""
        path = self.root / HIDDEN
        old = (path if path.is_file() else NEW / HIDDEN).read_text("utf-8")
        kept = [line for line in old.splitlines() if line.partition("#")[0].strip() not in show]
        return "\n".join([*kept, *sorted(hide - self.hidden())]) + "\n"

    def pictures(self) -> list[Path]:
        """Files that may be exemplars, by name; those in here come before those beneath."""
        found = {path.name: path for path in self.beneath.pictures()} if self.beneath else {}
        if self.exemplars.is_dir():
            found |= {path.name: path for path in self.exemplars.iterdir() if EXEMPLAR_NAME.fullmatch(path.name)}
        return [found[name] for name in sorted(found)]

    def text_folders(self) -> list[Path]:
        """Folders of regression texts, the lowest layer's first."""
        return [*(self.beneath.text_folders() if self.beneath else ()), self.texts]

    def beside(self, name: str) -> Path:
        """A file beside the entries, such as ``calibration.json``: in here, else beneath."""
        path = self.root / name
        return path if path.exists() or self.beneath is None else self.beneath.beside(name)

    def owns(self, path: Path) -> bool:
        """Whether a file lies in here rather than beneath."""
        return self.beneath is None or path.is_relative_to(self.root)

    def _own(self) -> tuple[list[EntryFile], list[Problem]]:
        files: list[EntryFile] = []
        problems: list[Problem] = []
        for kind, folder in FOLDERS.items():
            for path in sorted((self.entries / folder).glob("*.md")):
                if path.name.startswith("."):
                    continue
                try:
                    files.append(EntryFile(path, EntryId(path.stem), kind, path.read_bytes()))
                except OSError as error:
                    problems.append(Problem(path, 1, "file-unreadable", {"error": error.strerror or ""}))
        for path in sorted(self.entries.glob("*.md")):
            if self.beneath is None or path.name != "README.md":
                problems.append(Problem(path, 1, "file-unplaced", {"folders": tuple(FOLDERS.values())}))
        return files, problems


def shipped() -> Path:
    """The folder of the base that comes with the program."""
    return Path(__file__).parents[1]


def init(root: Path) -> list[Path]:
    """Make a base of one's own over the shipped one; the files that were made. Raises ``SourceError``.

    What is in the folder already stays as it is.
    """
    if root.exists() and not root.is_dir():
        raise SourceError(root, "folder-is-file")
    if any((root / name).is_dir() for name in ("entries", *FOLDERS.values())) and not (root / LAYER).exists():
        raise SourceError(root, "folder-has-base", layer=LAYER)
    files = {name: (NEW / name).read_text("utf-8") for name in (LAYER, HIDDEN, "README.md")}
    files |= {f"entries/{folder}/.gitkeep": "" for folder in FOLDERS.values()}
    files |= {"exemplars/.gitkeep": "", "texts/.gitkeep": ""}
    made: list[Path] = []
    try:
        for name, text in files.items():
            path = root / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
                made.append(path)
    except OSError as error:
        raise SourceError(Path(error.filename or root), "folder-unwritable", error=error.strerror or "") from error
    return made


def _lower_folder(root: Path) -> Folder | None:
    path = root / LAYER
    if not path.is_file():
        return None
    try:
        beneath = tomllib.loads(path.read_text("utf-8")).get("beneath")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(path, "layer-unreadable", error=str(error), beneath=SHIPPED) from error
    if not isinstance(beneath, str) or not beneath:
        raise SourceError(path, "layer-nothing-beneath", beneath=SHIPPED)
    folder = shipped() if beneath == SHIPPED else (root / beneath)
    if folder.resolve() == root.resolve() or (folder / LAYER).is_file():
        raise SourceError(path, "layer-wrong-beneath", beneath=beneath)
    return Folder(folder)


def bad_hidden(folder: Folder) -> list[Problem]:
    """Lines of ``hidden.txt`` that hide nothing."""
    path = folder.root / HIDDEN
    if folder.beneath is None or not path.is_file():
        return []
    problems: list[Problem] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        entry_id = line.partition("#")[0].strip()
        if entry_id and not is_id(entry_id):
            problems.append(Problem(path, number, "id-wrong", {"id": entry_id}))
        elif entry_id and EntryId(entry_id) not in folder.below:
            problems.append(Problem(path, number, "hidden-unknown", {"id": entry_id}, "warning"))
    return problems


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that at any moment the old or the new one is there, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
