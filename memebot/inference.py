"""One worker for the model, and a fair way to it: everybody takes turns, nobody waits without knowing.

``InferenceThread`` runs what is slow; ``FairQueue`` decides who is next. They are apart so that a picture can
be downloaded in its own turn, while the picture before it is being read, and not long before.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

FIRST_GUESS_S = 0.8
"""How long one turn is thought to take before any has been measured."""
_WEIGHT = 0.2  # of the newest measurement in the running mean


class QueueError(Exception):
    """Base of what a queue refuses."""


class QueueFull(QueueError):
    """Too many are waiting in all."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} are waiting")
        self.size = size


class TooManyAtOnce(QueueError):
    """This user alone has too many waiting."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} of one user are waiting")
        self.limit = limit


class InferenceThread:
    """One thread for everything that the model does, since the model is used from one thread at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference")

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns or raises, without blocking the event loop."""
        return await asyncio.wrap_future(self._thread.submit(work, *args, **kwargs))

    def close(self) -> None:
        """Finish what is running; what waits is dropped."""
        self._thread.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Where somebody stands: ``ahead`` are served before, which takes about ``seconds``."""

    ahead: int
    seconds: float


OnWait = Callable[[QueuePosition], Coroutine[Any, Any, None]]


@dataclass(eq=False, slots=True)
class _Waiting:
    user: Hashable
    turn: asyncio.Future[None]


class WaitingThread:
    """A thread a call, for calls that wait for somebody else for minutes: the end of the program does not."""

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns or raises; where the program ends meanwhile, neither."""
        done: Future[T] = Future()

        def call() -> None:
            try:
                result = work(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 (whoever awaits it gets it)
                done.set_exception(error)
            else:
                done.set_result(result)

        threading.Thread(target=call, name="waiting", daemon=True).start()
        return await asyncio.wrap_future(done)


class FairQueue:
    """Turns, given to users in rotation and to one user's requests in their order.

    ``slots`` turns are held at once. ``limit`` may wait in all and ``per_user`` of one user.
    Belongs to one event loop.
    """

    def __init__(self, *, slots: int = 2, limit: int = 500, per_user: int = 30) -> None:
        self._free, self._limit, self.per_user = slots, limit, per_user
        self._waiting: OrderedDict[Hashable, deque[_Waiting]] = OrderedDict()
        self._slots = slots
        self._turn_s = FIRST_GUESS_S

    def __len__(self) -> int:
        """How many wait."""
        return sum(len(line) for line in self._waiting.values())

    @property
    def busy(self) -> int:
        """How many hold a turn."""
        return self._slots - self._free

    def place(self, user: Hashable) -> QueuePosition:
        """Where a new request of this user would stand."""
        mine = len(self._waiting.get(user, ()))
        ahead = mine + sum(min(len(line), mine + 1) for other, line in self._waiting.items() if other != user)
        ahead += self.busy
        return QueuePosition(ahead, ahead * self._turn_s)

    @asynccontextmanager
    async def turn(self, user: Hashable, on_wait: OnWait | None = None) -> AsyncIterator[None]:
        """Wait for a turn and hold it; raises ``QueueFull`` or ``TooManyAtOnce`` at once.

        ``on_wait`` is called with the place of whoever has to wait. It takes its time beside the wait and the turn,
        which it holds up for nobody, and has returned before this context ends.
        """
        place = self.place(user)
        waiting = self._join(user)
        async with _beside(on_wait(place) if waiting is not None and on_wait is not None else None):
            if waiting is not None:
                try:
                    await waiting.turn
                except BaseException:
                    self._leave(waiting)
                    raise
            start = time.monotonic()
            try:
                yield
            finally:
                took = (time.monotonic() - start) / self._slots
                self._turn_s += _WEIGHT * (took - self._turn_s)
                self._free += 1
                self._next()

    def _join(self, user: Hashable) -> _Waiting | None:
        """Take a free slot, or stand in line."""
        if self._free and not self._waiting:
            self._free -= 1
            return None
        if len(self) >= self._limit:
            raise QueueFull(len(self))
        line = self._waiting.setdefault(user, deque())
        if len(line) >= self.per_user:
            raise TooManyAtOnce(self.per_user)
        mine = _Waiting(user, asyncio.get_running_loop().create_future())
        line.append(mine)
        return mine

    def _leave(self, mine: _Waiting) -> None:
        """A request that waits no longer; a turn that it has been given meanwhile goes to the next."""
        line = self._waiting.get(mine.user)
        if line is not None and mine in line:
            line.remove(mine)
            if not line:
                del self._waiting[mine.user]
        elif mine.turn.done() and not mine.turn.cancelled():
            self._free += 1
            self._next()

    def _next(self) -> None:
        while self._free and self._waiting:
            user, line = next(iter(self._waiting.items()))
            first = line.popleft()
            if line:
                self._waiting.move_to_end(user)
            else:
                del self._waiting[user]
            if not first.turn.done():
                self._free -= 1
                first.turn.set_result(None)


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None] | None) -> AsyncIterator[None]:
    """``work`` goes on beside the context and ends before it does; its error is raised there, a cancel ends both."""
    if work is None:
        yield
        return
    task = asyncio.create_task(work)
    try:
        yield
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
