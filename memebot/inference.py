"""One worker for the model, and a fair way to it: everybody takes turns, nobody waits without knowing.

``InferenceThread`` runs what is slow, for one community after the other; ``FairQueue`` decides who is next of one
community's users. They are apart so that a picture can be downloaded in its own turn, while the picture before it is
being read, and not long before.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

FIRST_GUESS_S = 0.8
"""How long one turn is thought to take before any has been measured."""
_WEIGHT = 0.2  # of the newest measurement in the running mean
_HERE = ""  # the community of a queue that is one community's


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


class TurnOrder(Generic[T]):
    """Who is next: communities take turns, in each of them its users, and one user's requests keep their order.

    The community whose last turn is longest ago is next. So whoever sends many delays everybody else of the community
    by one turn, and another community by the one turn that is going on, however many there wait.
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[Hashable, OrderedDict[Hashable, deque[T]]] = OrderedDict()
        self._last: dict[Hashable, int] = {}  # when each community had its last turn, by their count
        self._turns = self._size = 0

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

    def end(self, community: Hashable) -> list[T]:
        """A community that asks no more; its requests that waited."""
        self._last.pop(community, None)
        dropped = [request for line in self._lines.pop(community, OrderedDict()).values() for request in line]
        self._size -= len(dropped)
        return dropped

    def next(self) -> T:
        """Whose turn it is, who waits no longer. Raises ``LookupError`` where nobody waits."""
        if not self._lines:
            raise LookupError("nobody waits")
        community = min(self._lines, key=lambda one: self._last.get(one, -1))
        users = self._lines[community]
        user, line = next(iter(users.items()))
        request = line.popleft()
        users.move_to_end(user)
        self._turns += 1
        self._last[community] = self._turns
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


class InferenceThread:
    """One thread for everything that the model does, since the model is used from one thread at a time.

    Several communities share it, each by a line of its own: ``beside`` begins one. However much waits in one line,
    another waits for no more than the one piece of work that is going on.
    """

    def __init__(self, shared: _SharedThread | None = None) -> None:
        self._shared = shared or _SharedThread()
        self._shared.begin(self)

    def beside(self) -> InferenceThread:
        """Another line to the same thread."""
        return InferenceThread(self._shared)

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns or raises, without blocking the event loop."""
        return await asyncio.wrap_future(self._shared.submit(self, partial(work, *args, **kwargs)))

    def close(self) -> None:
        """What waits in this line is dropped. The last line to be closed lets what is running finish."""
        self._shared.end(self)


class _SharedThread:
    """The thread, and what waits for it in all its lines."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inference")
        self._order = TurnOrder[tuple["Future[Any]", Callable[[], Any]]]()
        self._open: set[Hashable] = set()
        self._lock = threading.Lock()

    def begin(self, line: Hashable) -> None:
        self._open.add(line)

    def submit(self, line: Hashable, work: Callable[[], T]) -> Future[T]:
        if line not in self._open:
            raise RuntimeError("the line to the model is closed")
        done: Future[T] = Future()
        with self._lock:
            self._order.join(line, None, (done, work))
        self._thread.submit(self._serve)
        return done

    def end(self, line: Hashable) -> None:
        with self._lock:
            dropped = self._order.end(line)
            self._open.discard(line)
        for done, _ in dropped:
            done.cancel()
        if not self._open:
            self._thread.shutdown(cancel_futures=True)

    def _serve(self) -> None:
        """Do the next piece of work, unless it was dropped."""
        with self._lock:
            if not self._order:
                return
            done, work = self._order.next()
        if done.set_running_or_notify_cancel():
            _settle(done, work)


def _settle(done: Future[T], work: Callable[[], T]) -> None:
    """Do it, for whoever awaits it."""
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 (whoever awaits it gets it)
        done.set_exception(error)
    else:
        done.set_result(result)


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Where somebody stands: ``ahead`` are served before, which takes about ``seconds``."""

    ahead: int
    seconds: float


OnWait = Callable[[QueuePosition], Coroutine[Any, Any, None]]


_at_end: ContextVar[Callable[[], None] | None] = ContextVar("at_end", default=None)


@contextmanager
def at_turns_end(call: Callable[[], None]) -> Iterator[None]:
    """Be called when a turn ends that is held within: what follows it, such as sending, may take long."""
    token = _at_end.set(call)
    try:
        yield
    finally:
        _at_end.reset(token)


class WaitingThread:
    """A thread a call, for calls that wait for somebody else for minutes: the end of the program does not."""

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns or raises; where the program ends meanwhile, neither."""
        done: Future[T] = Future()

        call = partial(work, *args, **kwargs)
        threading.Thread(target=_settle, args=(done, call), name="waiting", daemon=True).start()
        return await asyncio.wrap_future(done)


class FairQueue:
    """Turns of one community, given to its users in rotation and to one user's requests in their order.

    ``slots`` turns are held at once. ``limit`` may wait in all and ``per_user`` of one user.
    Belongs to one event loop.
    """

    def __init__(self, *, slots: int = 2, limit: int = 500, per_user: int = 30) -> None:
        self._free, self._limit, self.per_user = slots, limit, per_user
        self._order = TurnOrder[asyncio.Future[None]]()
        self._slots = slots
        self._turn_s = FIRST_GUESS_S

    def __len__(self) -> int:
        """How many wait."""
        return len(self._order)

    @property
    def free(self) -> bool:
        """Whether a turn would be had at once."""
        return self._free > 0 and not self._order

    @property
    def turn_s(self) -> float:
        """How long until a turn is free, where people wait."""
        return self._turn_s

    @property
    def busy(self) -> int:
        """How many hold a turn."""
        return self._slots - self._free

    def place(self, user: Hashable) -> QueuePosition:
        """Where a new request of this user would stand."""
        ahead = self._order.ahead(_HERE, user) + self.busy
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
                    await waiting
                except BaseException:
                    self._leave(user, waiting)
                    raise
            start = time.monotonic()
            try:
                yield
            finally:
                took = (time.monotonic() - start) / self._slots
                self._turn_s += _WEIGHT * (took - self._turn_s)
                self._let_next()
                if (tell := _at_end.get()) is not None:
                    tell()

    def _join(self, user: Hashable) -> asyncio.Future[None] | None:
        """Take a free slot, or stand in line."""
        if self._free and not self._order:
            self._free -= 1
            return None
        if len(self._order) >= self._limit:
            raise QueueFull(len(self._order))
        if self._order.waiting(_HERE, user) >= self.per_user:
            raise TooManyAtOnce(self.per_user)
        mine = asyncio.get_running_loop().create_future()
        self._order.join(_HERE, user, mine)
        return mine

    def _leave(self, user: Hashable, mine: asyncio.Future[None]) -> None:
        """A request that waits no longer; a turn that it has been given meanwhile goes to the next."""
        if not self._order.leave(_HERE, user, mine) and mine.done() and not mine.cancelled():
            self._let_next()

    def _let_next(self) -> None:
        """A turn has ended: it goes to whoever is next."""
        self._free += 1
        while self._free and self._order:
            first = self._order.next()
            if not first.done():
                self._free -= 1
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
