"""What was computed of a base and is read faster than computed again: files beside its database.

They hold nothing that could not be made anew, and may be deleted at any time. Each lot of arrays has a key that is
derived from all that it was made from: under another key it is not found, so it is never out of date.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
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
            found = load_arrays(folder / f"{name}-{key}")
            if found is not None:
                return found
        return None

    def keep(self, name: str, key: str, arrays: Arrays) -> None:
        """Keep these in place of all others of that name; nothing where nothing can be written, or no home is yet."""
        part = self._folder / f".{name}-{os.getpid()}"
        try:
            shutil.rmtree(part, ignore_errors=True)
            self._folder.mkdir(exist_ok=True)
            save_arrays(part, arrays)
            lot = self._lot(name, key)
            shutil.rmtree(lot, ignore_errors=True)
            part.rename(lot)
            for other in self._folder.glob(f"{name}-*"):
                if other != lot:
                    shutil.rmtree(other, ignore_errors=True)
        except OSError:
            shutil.rmtree(part, ignore_errors=True)

    def _lot(self, name: str, key: str) -> Path:
        return self._folder / f"{name}-{key}"


def load_arrays(lot: Path) -> Arrays | None:
    """The arrays in a folder, mapped into memory and read as they are needed; ``None`` where there are none whole."""
    try:
        return {file.stem: np.load(file, mmap_mode="r") for file in sorted(lot.iterdir())} or None
    except (OSError, ValueError, EOFError):
        return None


def save_arrays(lot: Path, arrays: Arrays) -> None:
    """Write arrays into a folder that is not there yet. Raises ``OSError``."""
    lot.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(lot / f"{name}.npy", array)
