"""Which of our files does something pass through? For the rule that what belongs together is not far apart."""

from __future__ import annotations

import inspect
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PACKAGES = tuple(f"{ROOT / package}/" for package in ("memebot", "knowledge", "moderation"))


@asynccontextmanager
async def entered_files(*threads: Callable[..., Awaitable[Any]]) -> AsyncIterator[set[str]]:
    """The files of ours that were entered in the block, relative to the root.

    A file is entered when a function in it is called: importing a module and making a class are none. Seen is what
    runs on the event loop's thread and on each of ``threads``: what a queue's ``run`` puts there.
    """
    found: set[str] = set()

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED and code.co_filename.startswith(PACKAGES):
            found.add(code.co_filename.removeprefix(f"{ROOT}/"))

    async def watch(profiler: Callable[[FrameType, str, Any], None] | None) -> None:
        for run in threads:
            await run(sys.setprofile, profiler)
        sys.setprofile(profiler)

    await watch(profile)
    try:
        yield found
    finally:
        sys.setprofile(None)
        await watch(None)
