"""What was computed of a base and is read faster than computed again: files beside its database.

They hold nothing that could not be made anew, and may be deleted at any time. Each lot of arrays has a key that is
derived from all that it was made from: under another key it is not found, so it is never out of date.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
_KEY = 32  # hexadecimal digits of a key


def key_of(parts: Iterable[str | bytes]) -> str:
    """A key for what is made from these texts and numbers, in this order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:_KEY]


class KeptArrays:
    """Arrays in a folder of a home, one lot a name. Several processes may use it at once.

    ``also``: another such folder, in which is found, too, what was made from the very same.
    """

    def __init__(self, folder: Path, also: Path | None = None) -> None:
        self._folder, self._also = folder, also

    def find(self, name: str, key: str) -> Arrays | None:
        """The arrays of that name and key, mapped into memory and read as they are needed; else ``None``."""
        for folder in dict.fromkeys(filter(None, (self._folder, self._also))):
            found = load_arrays(lot_of(folder, name, key))
            if found is not None:
                return found
        return None

    def keep(self, name: str, key: str, arrays: Arrays) -> None:
        """Keep these in place of all others of that name; nothing where nothing can be written, or no home is yet."""
        with suppress(OSError):
            keep_lot(self._folder, name, key, lambda part: save_arrays(part, arrays))


def lot_of(folder: Path, name: str, key: str) -> Path:
    """Where a lot of that name and key is kept, if it is."""
    return folder / f"{name}-{key}"


def keep_lot(folder: Path, name: str, key: str, fill: Callable[[Path], None]) -> None:
    """Let ``fill`` write into a folder, which then is kept in place of all others of that name.

    A power cut leaves the whole of it under its name, or nothing. The folder that holds it is made, those above are
    not. Raises ``OSError``, and what ``fill`` does; nothing is kept then.
    """
    lot, part = lot_of(folder, name, key), folder / f".{name}-{os.getpid()}"
    try:
        shutil.rmtree(part, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        part.mkdir()
        fill(part)
        for path in (*part.iterdir(), part):
            _write_through(path)
        shutil.rmtree(lot, ignore_errors=True)
        part.rename(lot)
        for other in folder.glob(f"{name}-*"):
            if other != lot:
                shutil.rmtree(other, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_through(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_arrays(lot: Path) -> Arrays | None:
    """The arrays in a folder, mapped into memory and read as they are needed; ``None`` where there are none whole."""
    try:
        # as plain arrays over the same memory: NumPy's own class for it takes thrice as long to look into
        return {file.stem: np.asarray(np.load(file, mmap_mode="r")) for file in sorted(lot.iterdir())} or None
    except (OSError, ValueError, EOFError):
        return None


def save_arrays(lot: Path, arrays: Arrays) -> None:
    """Write arrays into a folder, made if need be. Raises ``OSError``."""
    lot.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(lot / f"{name}.npy", array)
