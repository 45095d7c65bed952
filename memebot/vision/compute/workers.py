"""The threads that look at pictures: as many as a person allows, none beside them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Condition
from typing import Any, Generic, TypeVar

from memebot.vision.compute.stages import carried

T = TypeVar("T")
Item = TypeVar("Item")


class Workers:
    """So many threads, the one that calls among them.

    OpenCV, the networks for onnxruntime and Tesseract compute on the thread that calls them, and start none.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._others = ThreadPoolExecutor(threads - 1, thread_name_prefix="vision") if threads > 1 else None
        self._parts: deque[Begun[Any]] = deque()
        self._wholes: deque[Begun[Any]] = deque()
        self._changed = Condition()

    def begin(self, work: Callable[..., T], *arguments: Any) -> Begun[T]:
        """Let another thread do it once one is free. It is a part of something, and waits for nothing else."""
        return self._begin(Begun(work, arguments, self), self._parts)

    def each(self, work: Callable[[Item], T], items: Iterable[Item]) -> list[T]:
        """What comes of each of them, in their order: parts of something, done beside each other."""
        begun = [self.begin(work, item) for item in items]
        return [one.result() for one in begun]

    def begin_whole(self, work: Callable[..., T], *arguments: Any) -> Begun[T]:
        """Let another thread do it once no part of anything is left to be done; it may begin parts and wait for them.

        Who waits for something whole may begin another.
        """
        return self._begin(Begun(work, arguments, self, whole=True), self._wholes)

    def _begin(self, begun: Begun[T], line: deque[Begun[Any]]) -> Begun[T]:
        if self._others is not None:
            with self._changed:
                line.append(begun)
                self._changed.notify_all()
            self._others.submit(self._do_next)
        return begun

    def _do_next(self) -> None:
        with self._changed:
            line = self._parts or self._wholes
            if not line:
                return  # who asked for it has done it
            begun = line.popleft()
        begun.do()

    def finish(self, begun: Begun[Any]) -> None:
        """Have it done: here if no thread has begun it, else what others left is done here meanwhile."""
        if self._others is None and not begun.done.done():
            begun.do()
        while not begun.done.done():
            with self._changed:
                mine = self._next(begun)
                if mine is None and not begun.done.done():
                    self._changed.wait()
            if mine is not None:
                mine.do()

    def _next(self, begun: Begun[Any]) -> Begun[Any] | None:
        """What is to be done by who waits for ``begun``, if anything; a thread waits for that to change."""
        if self._left(begun):
            return begun
        left = self._parts or (self._wholes if begun.whole else None)
        return left.popleft() if left and not begun.done.done() else None

    def _left(self, begun: Begun[Any]) -> bool:
        """Whether no thread has begun it; from now on none will."""
        line = self._wholes if begun.whole else self._parts
        if begun not in line:
            return False
        line.remove(begun)
        return True

    def drop(self, begun: Begun[Any]) -> None:
        """Nobody asks for it any more."""
        with self._changed:
            self._left(begun)

    def tell(self) -> None:
        """Something is done: who waits for it may go on."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Stop the others; what none of them has begun is done by who asks for it."""
        if self._others is not None:
            self._others.shutdown(cancel_futures=True)


class Begun(Generic[T]):
    """A piece of work that some thread does, at the latest the one that asks for what came of it."""

    def __init__(
        self, work: Callable[..., T], arguments: tuple[Any, ...], workers: Workers, *, whole: bool = False
    ) -> None:
        self.whole, self.done = whole, Future[T]()
        self._call, self._workers = carried(partial(work, *arguments)), workers

    def do(self) -> None:
        """Do it on this thread, whoever asks for it."""
        try:
            result = self._call()
        except BaseException as error:  # noqa: BLE001 (whoever asks for it gets it)
            self.done.set_exception(error)
        else:
            self.done.set_result(result)
        self._workers.tell()

    def result(self) -> T:
        """What came of it, or its error. What no thread was free for is done now."""
        self._workers.finish(self)
        return self.done.result()

    def drop(self) -> None:
        """It is not asked for: what no thread has begun is never done."""
        self._workers.drop(self)
