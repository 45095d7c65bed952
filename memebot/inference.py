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
from typing import Any, Generic, ParamSpec, TypeVar

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


class TurnOrder(Generic[T]):
    """Who is next: communities take turns, in each of them its users, and one user's requests keep their order.

    So whoever sends many delays everybody else of the community by one turn, and another community by one turn, however
    many there wait.
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[Hashable, OrderedDict[Hashable, deque[T]]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        """How many wait."""
        return self._size

    def waiting(self, community: Hashable, user: Hashable) -> int:
        """How many requests of a user wait."""
        return len(self._line(community, user))

    def ahead(self, community: Hashable, user: Hashable) -> int:
        """How many would be served before a new request of this user."""
        mine = self.waiting(community, user)
        lines = self._lines.get(community, OrderedDict()).items()
        within = mine + sum(min(len(line), mine + 1) for other, line in lines if other != user)
        sizes = (sum(map(len, lines.values())) for other, lines in self._lines.items() if other != community)
        return within + sum(min(size, within + 1) for size in sizes)

    def join(self, community: Hashable, user: Hashable, request: T) -> None:
        """Stand in line."""
        self._lines.setdefault(community, OrderedDict()).setdefault(user, deque()).append(request)
        self._size += 1

    def leave(self, community: Hashable, user: Hashable, request: T) -> bool:
        """Wait no longer; whether it waited."""
        line = self._line(community, user)
        if request not in line:
            return False
        line.remove(request)
        self._forget(community, user)
        return True

    def next(self) -> T:
        """Whose turn it is, who waits no longer. Raises ``LookupError`` where nobody waits."""
        if not self._lines:
            raise LookupError("nobody waits")
        community, users = next(iter(self._lines.items()))
        user, line = next(iter(users.items()))
        request = line.popleft()
        users.move_to_end(user)
        self._lines.move_to_end(community)
        self._forget(community, user)
        return request

    def _line(self, community: Hashable, user: Hashable) -> deque[T]:
        return self._lines.get(community, OrderedDict()).get(user, deque())

    def _forget(self, community: Hashable, user: Hashable) -> None:
        """One request less; lines that are empty now end."""
        self._size -= 1
        users = self._lines[community]
        if not users[user]:
            del users[user]
        if not users:
            del self._lines[community]


@dataclass(slots=True)
class _Turns:
    """What all communities of a queue share. ``seconds``: how long one turn takes them, a running mean."""

    slots: int
    free: int
    limit: int
    order: TurnOrder[asyncio.Future[None]]
    seconds: float = FIRST_GUESS_S


class FairQueue:
    """Turns, given to communities in rotation, in each to its users, and to one user's requests in their order.

    ``slots`` turns are held at once. ``limit`` may wait in all and ``per_user`` of one user.
    Belongs to one event loop.
    """

    def __init__(self, *, slots: int = 2, limit: int = 500, per_user: int = 30) -> None:
        self.per_user, self._community = per_user, ""
        self._turns = _Turns(slots, slots, limit, TurnOrder())

    def of(self, community: str, *, per_user: int | None = None) -> FairQueue:
        """This queue as one community sees it: the same turns, users of its own. This object is that of ``""``."""
        seen = FairQueue(per_user=self.per_user if per_user is None else per_user)
        seen._community, seen._turns = community, self._turns
        return seen

    def __len__(self) -> int:
        """How many wait, of all communities."""
        return len(self._turns.order)

    @property
    def busy(self) -> int:
        """How many hold a turn."""
        return self._turns.slots - self._turns.free

    def place(self, user: Hashable) -> QueuePosition:
        """Where a new request of this user would stand."""
        ahead = self._turns.order.ahead(self._community, user) + self.busy
        return QueuePosition(ahead, ahead * self._turns.seconds)

    @asynccontextmanager
    async def turn(self, user: Hashable, on_wait: OnWait | None = None) -> AsyncIterator[None]:
        """Wait for a turn and hold it; raises ``QueueFull`` or ``TooManyAtOnce`` at once.

        ``on_wait`` is called with the place of whoever has to wait. It takes its time beside the wait and the turn,
        which it holds up for nobody, and has returned before this context ends.
        """
        turns, place = self._turns, self.place(user)
        waiting = self._join(user)
        async with _beside(on_wait(place) if waiting is not None and on_wait is not None else None):
            if waiting is not None:
                try:
                    await waiting
                except BaseException:
                    self._leave(user, waiting)
                    raise
            start = time.monotonic()
            try:
                yield
            finally:
                took = (time.monotonic() - start) / turns.slots
                turns.seconds += _WEIGHT * (took - turns.seconds)
                self._let_next()

    def _join(self, user: Hashable) -> asyncio.Future[None] | None:
        """Take a free slot, or stand in line."""
        turns = self._turns
        if turns.free and not turns.order:
            turns.free -= 1
            return None
        if len(turns.order) >= turns.limit:
            raise QueueFull(len(turns.order))
        if turns.order.waiting(self._community, user) >= self.per_user:
            raise TooManyAtOnce(self.per_user)
        mine = asyncio.get_running_loop().create_future()
        turns.order.join(self._community, user, mine)
        return mine

    def _leave(self, user: Hashable, mine: asyncio.Future[None]) -> None:
        """A request that waits no longer; a turn that it has been given meanwhile goes to the next."""
        if not self._turns.order.leave(self._community, user, mine) and mine.done() and not mine.cancelled():
            self._let_next()

    def _let_next(self) -> None:
        """A turn has ended: it goes to whoever is next."""
        turns = self._turns
        turns.free += 1
        while turns.free and turns.order:
            first = turns.order.next()
            if not first.done():
                turns.free -= 1
                first.set_result(None)


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
