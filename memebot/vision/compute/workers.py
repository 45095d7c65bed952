"""The threads that look at a picture: as many as a person allows, none beside them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Generic, TypeVar

from memebot.vision.compute.stages import carried

T = TypeVar("T")


class Workers:
    """So many threads, the one that calls among them.

    OpenCV, the networks for onnxruntime and Tesseract compute on the thread that calls them, and start none.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._others = ThreadPoolExecutor(threads - 1, thread_name_prefix="vision") if threads > 1 else None

    def begin(self, work: Callable[..., T], *arguments: Any) -> Begun[T]:
        """Let another thread do it once one is free."""
        return Begun(work, arguments, self._others)

    def close(self) -> None:
        """Stop the others; what none of them has begun is dropped."""
        if self._others is not None:
            self._others.shutdown(cancel_futures=True)


class Begun(Generic[T]):
    """A piece of ``work`` that some thread does, at the latest the one that asks for what came of it."""

    def __init__(self, work: Callable[..., T], arguments: tuple[Any, ...], others: ThreadPoolExecutor | None) -> None:
        self.work, self._here = work, partial(work, *arguments)
        self._there: Future[T] | None = None if others is None else others.submit(carried(self._here))

    def result(self) -> T:
        """What came of it, or its error. What no thread was free for is done now."""
        if self._there is None or self._there.cancel():
            return self._here()
        return self._there.result()
