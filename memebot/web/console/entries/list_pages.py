"""The base as a list, a new entry, and one phrase replaced over all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from knowledge.entry.model import KINDS, EntryId, Kind
from knowledge.entry.phrases import PhraseChange
from knowledge.errors import KnowledgeError
from memebot.editing.drafting import Prefill
from memebot.editing.entries.listing import LACKS, ORDERS, EntryFilter
from memebot.editing.entries.replacing import EntryReplacement
from memebot.editing.errors import EditingError
from memebot.web.console.entries.base import EntryPages, draft_path
from memebot.web.console.entries.views import shown_changes, shown_problems, title_of
from memebot.web.console.parts import ConsoleRequest, ConsoleRoute
from memebot.web.errors import RequestRefused
from memebot.web.uploads import FormFields

CHECKED_AT_ONCE = 20
"""So many entries are checked before others have their turn on the database's thread: a tenth of a second."""
MAX_PHRASE = 500
REPLACED_AT_MOST = 1000
"""So many entries, which are more than a base has, come with one request."""


class ListPages(EntryPages):
    """Pages over many entries."""

    def routes(self) -> Sequence[ConsoleRoute]:
        """All routes of the list."""
        return (
            self.get("", self._list),
            self.get("/check", self._check),
            self.get("/names", self._names),
            self.post("/new", self._new),
            self.get("/replace", self._ask_replace),
            self.post("/replace", self._replace),
            self.post("/replace/undo", self._take_back),
        )

    # --- the list

    async def _list(self, ask: ConsoleRequest) -> web.StreamResponse:
        chosen, query = filter_of(ask), ask.request.query
        wanted = query.get("page", "")
        number = int(wanted) - 1 if wanted.isdecimal() and len(wanted) < 9 else 0
        if chosen.flawed and "wait" in query:  # without scripts one waits for the checks
            while await self.use(ask, self.editing.listing.check_some, CHECKED_AT_ONCE):
                pass
        page = await self.use(ask, self.editing.listing.page, chosen, ask.member.lang, number)
        drafts = await self.use(ask, self.editing.drafts.all)
        return self.frame.page(
            "console/entries.html",
            ask,
            page=page,
            chosen=chosen,
            kinds=KINDS,
            lacks=LACKS,
            orders=[one for one in ORDERS if chosen.words or one != "fit"],
            drafts=[(one, title_of(one.entry, ask.member.lang)) for one in drafts[:8]],
            query=lambda number: urlencode({**{k: v for k, v in query.items() if k != "page"}, "page": number}),
            zone=await self.parts.db.run(self.editing.zone),
        )

    async def _check(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Check some more entries: how many are left."""
        return web.json_response({"left": await self.use(ask, self.editing.listing.check_some, CHECKED_AT_ONCE)})

    async def _names(self, ask: ConsoleRequest) -> web.StreamResponse:
        """All entries with their kinds and titles, to choose from."""
        entries = await self.parts.db.run(self.editing.drafts.entries)
        rows = [[one.id, one.kind, title_of(one, ask.member.lang)] for one in entries]
        return web.json_response(rows)

    async def _new(self, ask: ConsoleRequest) -> web.StreamResponse:
        kind = kind_of(ask.form)
        panel = await self.use(ask, self.editing.drafting.new, Prefill(kind))
        return self.went(ask, draft_path(panel.draft.id))

    # --- one phrase everywhere

    async def _ask_replace(self, ask: ConsoleRequest) -> web.StreamResponse:
        query = ask.request.query
        phrase, entry = PhraseChange("", "") if "old" not in query else phrase_of(query), query.get("entry", "").strip()
        preview = None
        if phrase.old.strip():
            preview = await self.use(ask, self.editing.replacing.preview, phrase, entry)
        return self.frame.page(
            "console/entry-replace.html",
            ask,
            phrase=phrase,
            entry_id=entry,
            found={} if preview is None else preview.revisions,
            hits=[] if preview is None else [self._hit(one, ask) for one in preview.shown],
        )

    def _hit(self, one: EntryReplacement, ask: ConsoleRequest) -> Mapping[str, Any]:
        return {
            "entry": one.entry,
            "revision": one.revision,
            "name": title_of(one.entry, ask.member.lang),
            "changes": shown_changes(one.changes, ask.texts),
            "errors": shown_problems(one.errors, ask.texts),
        }

    async def _replace(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Replace the phrase in the entries that were chosen, each in a transaction of its own."""
        phrase, made, left = phrase_of(ask.form.texts), list[str](), list[str]()
        for entry_id, seen in chosen_entries(ask.form):
            try:
                revision = await self.use(ask, self.editing.replacing.replace, phrase, entry_id, seen)
            except (EditingError, KnowledgeError):
                left.append(entry_id)
            else:
                made.append(f"{revision.entry_id}:{revision.number}")
        if made:
            self.parts.bot.changed()
        return self.frame.page("console/entry-replaced.html", ask, phrase=phrase, made=made, left=left, undone=None)

    async def _take_back(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Take all replacements back; what somebody saved since stays as they saved it."""
        undone, left = list[str](), list[str]()
        for entry_id, number in chosen_entries(ask.form):
            try:
                revision = await self.use(ask, self.editing.replacing.take_back, EntryId(entry_id), number)
            except KnowledgeError:
                revision = None
            (left if revision is None else undone).append(entry_id)
        if undone:
            self.parts.bot.changed()
        return self.frame.page(
            "console/entry-replaced.html", ask, phrase=PhraseChange("", ""), made=[], left=left, undone=undone
        )


def filter_of(ask: ConsoleRequest) -> EntryFilter:
    """What the address of a list asks for; what it has wrong is left out."""
    query = ask.request.query
    return EntryFilter(
        words=query.get("q", "")[:200].strip(),
        kind=next((one for one in KINDS if one == query.get("kind")), None),
        lacks=next((one for one in LACKS if one == query.get("lacks")), None),
        flawed="flawed" in query,
        order=next((one for one in ORDERS if one == query.get("order")), "fit"),
    )


def kind_of(form: FormFields) -> Kind:
    """The kind of a new entry. Raises ``RequestRefused``."""
    kind = next((one for one in KINDS if one == form.texts.get("kind")), None)
    if kind is None:
        raise RequestRefused(400, "web-bad-request")
    return kind


def phrase_of(said: Mapping[str, str]) -> PhraseChange:
    """The phrase and what stands in its place."""
    return PhraseChange(
        said.get("old", "")[:MAX_PHRASE], said.get("new", "")[:MAX_PHRASE], "part" not in said, "case" not in said
    )


def chosen_entries(form: FormFields) -> list[tuple[str, int]]:
    """The entries that a form names, ``id:number`` a line, with their revisions."""
    found = []
    for line in form.texts.get("entries", "").split()[:REPLACED_AT_MOST]:
        entry_id, _, number = line.partition(":")
        if number.isdecimal() and len(number) < 9:
            found.append((entry_id, int(number)))
    return found
