"""A browser for the tests of pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from memebot.web import rendering


class CompiledTemplates(BytecodeCache):
    """What Jinja compiled for one site serves the next: tests open a hundred of them with the same templates."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


rendering.Environment = partial(rendering.Environment, bytecode_cache=CompiledTemplates())  # type: ignore[misc, assignment]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a file."""
    from browsers import launched

    with launched() as browser:
        yield browser
