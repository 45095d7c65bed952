"""What does something pass through? For the rules that what belongs together is near, and is done once."""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PACKAGES = tuple(f"{ROOT / package}/" for package in ("memebot", "knowledge", "moderation"))


@dataclass
class Trip:
    """Which functions of ours were called, how often."""

    calls: Counter[CodeType] = field(default_factory=Counter)

    @property
    def files(self) -> set[str]:
        """The files that were entered, relative to the root: a function in them was called."""
        return {code.co_filename.removeprefix(f"{ROOT}/") for code in self.calls}

    def count(self, function: Callable[..., Any]) -> int:
        """How often this function was called."""
        return self.calls[inspect.unwrap(function).__code__]


@asynccontextmanager
async def traced(*threads: Callable[..., Awaitable[Any]]) -> AsyncIterator[Trip]:
    """What is called in the block on the event loop's thread, and on each of ``threads``: a queue's ``run``."""
    trip = Trip()

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED and code.co_filename.startswith(PACKAGES):
            trip.calls[code] += 1

    async def watch(profiler: Callable[[FrameType, str, Any], None] | None) -> None:
        for run in threads:
            await run(sys.setprofile, profiler)
        sys.setprofile(profiler)

    await watch(profile)
    try:
        yield trip
    finally:
        sys.setprofile(None)
        await watch(None)
