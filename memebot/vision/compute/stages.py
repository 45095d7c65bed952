"""How long each step of a picture's way takes, for whoever listens; nothing is measured while nobody does.

@stage("SIFT")
def keypoints(frame): …

with listening() as heard:
    app.explain_file(path, "ru")
heard["fingerprint/SIFT"].wall_ms
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
BETWEEN = "/"
"""Stands between a step's name and those of the steps that it is a part of."""


@dataclass(slots=True)
class Taken:
    """What a step took in all: ``calls``, wall-clock time, and processor time of the thread that called it."""

    calls: int = 0
    wall_ms: float = 0.0
    processor_ms: float = 0.0

    def add(self, wall_s: float, processor_s: float) -> None:
        """One call more."""
        self.calls += 1
        self.wall_ms += wall_s * 1000
        self.processor_ms += processor_s * 1000


Heard = dict[str, Taken]
"""By a step's name after those of the steps that it is a part of on its thread: ``words/detect``."""

_lock = threading.Lock()
_heard: Heard | None = None


class _Open(threading.local):
    """What a thread is in the middle of: the steps' names, and when each began by both clocks."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, float, float]] = []


_open = _Open()


class stage(ContextDecorator):  # noqa: N801 - it is used like a function
    """A step of that name: around a function, or in a ``with``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        _open.steps.append((self._name, time.perf_counter(), time.thread_time()) if _heard is not None else _UNHEARD)

    def __exit__(self, *_: object) -> None:
        name, wall, processor = _open.steps.pop()
        if not name:
            return
        wall, processor = time.perf_counter() - wall, time.thread_time() - processor
        path = BETWEEN.join([*(outer for outer, _, _ in _open.steps if outer), name])
        with _lock:
            if _heard is not None:
                _heard.setdefault(path, Taken()).add(wall, processor)


_UNHEARD = ("", 0.0, 0.0)


def carried(work: Callable[[], T]) -> Callable[[], T]:
    """The same work for another thread: its steps are parts of what this thread is in the middle of."""
    if _heard is None:
        return work
    outer = list(_open.steps)

    def there() -> T:
        own, _open.steps = _open.steps, [*outer]
        try:
            return work()
        finally:
            _open.steps = own

    return there


@contextmanager
def listening() -> Iterator[Heard]:
    """What the steps of all threads take meanwhile; one may listen at a time."""
    global _heard
    assert _heard is None, "one may listen at a time"
    heard: Heard = {}
    _heard = heard
    try:
        yield heard
    finally:
        _heard = None
