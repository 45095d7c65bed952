"""What the console is made of, and what its parts are given: one request of one member of the team."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, ParamSpec, Protocol, TypeVar

from aiohttp import web
from markupsafe import Markup

from knowledge.reading import Lang, Reading
from memebot.answering.answering import Answering
from memebot.answering.grouping import GroupId
from memebot.channel.planning import Planning
from memebot.channel.publishing import ChannelPosts
from memebot.channel.reports import Reports
from memebot.channel.review import Review
from memebot.channel.submitting import Submitting
from memebot.channel.team import CommunitySettings, Team
from memebot.channel.triage import Triage
from memebot.database import DatabaseThread
from memebot.editing.editing import Editing
from memebot.i18n import Texts
from memebot.web.console.sessions import AppPerson, BrowserSession, ConsoleSessions
from memebot.web.console.thumbnails import Thumbnails
from memebot.web.rendering import Renderer
from memebot.web.uploads import FormFields
from moderation.stores import Moderation

P = ParamSpec("P")
T = TypeVar("T")

Right = Literal["decide", "undo", "note", "stats", "slots", "ban", "roles", "settings", "edit_entries"]
"""Those of ``moderation.people.NEEDED``."""


@dataclass(frozen=True, slots=True)
class UseCases:
    """What people do with a bot: the chat and the console call the same, on the thread of the bot's database."""

    answering: Answering
    editing: Editing
    submitting: Submitting
    review: Review
    triage: Triage
    team: Team
    community: CommunitySettings
    planning: Planning
    reports: Reports
    posts: ChannelPosts


class BotHooks(Protocol):
    """What the console asks of the bot that it belongs to."""

    async def meet(self, user_id: int) -> None:
        """Be sure whether this person is in the moderators' chat, before their rights are looked up."""
        ...

    async def names(self, people: Iterable[int | None], texts: Texts) -> dict[int, str]:
        """What these are called, as HTML."""
        ...

    async def fetch(self, file_id: str) -> bytes:
        """A file's bytes from Telegram."""
        ...

    async def infer(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something slow on the inference thread, such as a dry run."""
        ...

    async def read(self, user_id: int, picture: bytes) -> Reading:
        """What is in a picture, in this person's turn. Raises a ``QueueError`` or a ``MediaError``."""
        ...

    async def explain_group(self, group: GroupId) -> tuple[int, int]:
        """Look whether the base explains a group's memes by now: (how many, of how many)."""
        ...

    def app_person(self, init_data: str) -> AppPerson | None:
        """Who opened the Mini App; ``None`` where the signature is not Telegram's for this bot."""
        ...

    def entered(self, user_id: int, device: str) -> None:
        """Tell this person that somebody has just entered the console with their link; nobody waits for that."""
        ...

    async def person(self, name: str) -> int | None:
        """Whose @name that is, as far as Telegram tells."""
        ...

    def changed(self) -> None:
        """Wake what redraws cards, posts, and tells people: something was decided."""
        ...


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """All that the parts of the console work with; ``stores``, ``cases`` and ``sessions`` by ``db.run`` alone."""

    db: DatabaseThread
    stores: Moderation
    cases: UseCases
    sessions: ConsoleSessions
    thumbnails: Thumbnails
    renderer: Renderer
    bot: BotHooks
    clock: Callable[[], datetime]
    max_mb: int

    @property
    def root(self) -> str:
        """The path before all of the console."""
        return f"{self.renderer.addresses.root}/console"

    async def names(self, people: Iterable[int | None], texts: Texts) -> Mapping[int, Markup]:
        """What people are called, ready for a page."""
        return {person: Markup(name) for person, name in (await self.bot.names(people, texts)).items()}


@dataclass(frozen=True, slots=True)
class ConsoleMember:
    """One of the team in the console, with the rights of this moment.

    ``heard``: the newest row of the audit log, where that could be found out: what comes after it, a page that is made
    now does not show.
    """

    session: BrowserSession
    rights: frozenset[str]
    csrf: str
    heard: int | None

    @property
    def user_id(self) -> int:
        """Their Telegram id: who acts."""
        return self.session.user_id

    @property
    def lang(self) -> Lang:
        """In which language they read the console."""
        return self.session.lang


@dataclass(frozen=True, slots=True)
class ConsoleRequest:
    """A request that was let in: its member has the route's right, and it comes from our own pages.

    ``form``: what a POST carries, empty otherwise.
    """

    request: web.Request
    member: ConsoleMember
    form: FormFields
    texts: Texts

    @property
    def by(self) -> int:
        """Who acts."""
        return self.member.user_id

    @property
    def by_script(self) -> bool:
        """Whether a script of ours asks, which reads JSON, and no form."""
        return "X-CSRF-Token" in self.request.headers

    def number(self, name: str) -> int:
        """A number in the path, which has the form ``{name:\\d+}`` there."""
        return int(self.request.match_info[name][:18])


ConsoleHandler = Callable[[ConsoleRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class ConsoleRoute:
    """A path below the console's root, who may use it, and what answers.

    ``right`` None: everybody who is in the console. ``uploads``: its form may hold files.
    """

    method: Literal["GET", "POST"]
    path: str
    right: Right | None
    handler: ConsoleHandler
    uploads: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done, in one sentence for whoever wanted it. ``status``: HTTP's."""

    status: int
    said: str


class ConsoleSection(Protocol):
    """A part of the console: one class, one module."""

    def routes(self) -> Sequence[ConsoleRoute]:
        """All its routes."""
        ...

    async def refusal(self, error: Exception, ask: ConsoleRequest) -> Refusal | None:
        """The words for an error of its use cases; ``None`` for those that it does not know."""
        ...
