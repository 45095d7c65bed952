"""The bundled encoder for experiments: loaded once, with the first of them that wants it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memebot.vision.encoder.clip import Encoder


@cache
def bundled() -> Encoder:
    """The encoder that comes with the package. Not for several threads at once, as every encoder."""
    from memebot.vision.encoder.clip import load_bundled

    return load_bundled()
