"""Folders of entries: one that stands alone, or a community's own that lies over the shipped one.

A folder with a ``layer.toml`` lies over another: entries, exemplars and texts of its own come before those of the
same name beneath, and ``hidden.txt`` names the entries beneath that are not to be used; ``old -> new`` in it says
that an entry goes by another id here: links beneath follow, and with ``old -> -`` they are taken out. What is shipped
arrives with an upgrade of the program by itself, where no own entry lies over it.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from knowledge.entry.markdown import layout, parse
from knowledge.entry.model import EXEMPLAR_NAME, FOLDERS, KINDS, EntryId, Kind, is_id, with_links_moved
from knowledge.entry.problems import Problem
from knowledge.errors import EntryError, SourceError

FILES = "files"
"""The author of what was taken over from files."""

LAYER = "layer.toml"
HIDDEN = "hidden.txt"
SHIPPED = "shipped"
NOWHERE = EntryId("-")
"""In ``hidden.txt`` after the arrow: links to the hidden entry are taken out of those beneath."""
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
        mine = {file.entry_id for file in files} | self.hidden().keys()
        mine |= {EntryId(problem.path.stem) for problem in problems}
        files += (file for file in self.below.values() if file.entry_id not in mine)
        return sorted(files, key=lambda file: (KINDS.index(file.kind), file.entry_id)), problems

    @cached_property
    def below(self) -> dict[EntryId, EntryFile]:
        """The entry files of the layer beneath, also of those that are replaced or hidden.

        Their links lead to where ``hidden.txt`` says that entries went.
        """
        if self.beneath is None:
            return {}
        files, _ = self.beneath.read()
        moved = {old: None if new == NOWHERE else new for old, new in self.hidden().items() if new is not None}
        return {file.entry_id: replace(file, data=_moved(file, moved), beneath=True) for file in files}

    def hidden(self) -> dict[EntryId, EntryId | None]:
        """Ids of entries beneath that are not to be used, and what stands for them here: an id, ``NOWHERE`` or none."""
        path = self.root / HIDDEN
        if self.beneath is None or not path.is_file():
            return {}
        return dict(filter(None, map(_hidden_line, path.read_text("utf-8").splitlines())))

    def links_beneath(self, entry_id: EntryId) -> bool:
        """Whether a file beneath links to this one, as they are read now."""
        links = {entry_id: None}
        return any(_moved(file, links) != file.data for file in self.below.values() if file.entry_id != entry_id)

    def hidden_text(self, hide: Mapping[EntryId, EntryId | None], show: Set[EntryId]) -> str:
        """``hidden.txt`` with some ids more or elsewhere and some fewer; other lines stay as they are."""
        path = self.root / HIDDEN
        old = (path if path.is_file() else NEW / HIDDEN).read_text("utf-8")
        hidden = self.hidden()
        new = {one: there for one, there in hide.items() if one not in hidden or hidden[one] != there}
        lines = [(line, _hidden_line(line)) for line in old.splitlines()]
        kept = [line for line, said in lines if said is None or said[0] not in {*show, *new}]
        return "\n".join([*kept, *(f"{one} -> {new[one]}" if new[one] else one for one in sorted(new))]) + "\n"

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


def _hidden_line(line: str) -> tuple[EntryId, EntryId | None] | None:
    """The id that a line of ``hidden.txt`` hides, and the one that stands for it; nothing for a comment."""
    old, _, new = line.partition("#")[0].partition("->")
    return (EntryId(old.strip()), EntryId(new.strip()) or None) if old.strip() else None


def _moved(file: EntryFile, moved: Mapping[EntryId, EntryId | None]) -> bytes:
    """An entry file whose links follow entries that go by another id; what cannot be read stays as it is."""
    if not any(old.encode() in file.data for old in moved):
        return file.data
    try:
        entry = parse(file.data, file.path)
    except EntryError:
        return file.data
    follows = with_links_moved(entry, moved)
    return file.data if follows == entry else layout(follows).encode()


def bad_hidden(folder: Folder) -> list[Problem]:
    """Lines of ``hidden.txt`` that hide nothing."""
    path = folder.root / HIDDEN
    if folder.beneath is None or not path.is_file():
        return []
    problems: list[Problem] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        said = _hidden_line(line)
        if said is None:
            continue
        wrong = [one for one in said if one not in (None, NOWHERE) and not is_id(one)]
        problems += [Problem(path, number, "id-wrong", {"id": one}) for one in wrong]
        if not wrong and said[0] not in folder.below:
            problems.append(Problem(path, number, "hidden-unknown", {"id": said[0]}, "warning"))
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
