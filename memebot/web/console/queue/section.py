"""The routes of the queue: the list, a card, verdicts on one and on many, and what is typed about a card."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from memebot.answering.explainer import Explanation
from memebot.answering.record import answer_of
from memebot.channel.posts.captions import FormattedText, carried_over, read_entities, units
from memebot.channel.refusals import RefusalView, refusal_text, refused_by
from memebot.channel.review import When
from memebot.channel.triage import Attempt, QueueOrder
from memebot.i18n import plain_text
from memebot.web.console.pages import ConsolePages
from memebot.web.console.parts import ConsoleParts, ConsoleRequest, ConsoleRoute, Refusal
from memebot.web.console.queue.view import (
    FLAGS,
    QueueWords,
    caption_of,
    claimants,
    formatted,
    people_on,
    query_of,
    read_view,
    submission_number,
)
from memebot.web.errors import RequestRefused
from moderation.errors import ModerationError
from moderation.model import CHANNELS, MAX_CAPTION, TARGETS, ChannelName, Submission, SubmissionId

MAX_TYPED = 1000
"""Characters of a reason, a question or a note, as in the chat."""
_PICK = "pick-"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was done to a card, for whoever goes on: what is said, and what would undo it."""

    said: str
    undoable: Submission | None = None


class QueueSection:
    """The queue. Belongs to the event loop."""

    def __init__(self, parts: ConsoleParts, pages: ConsolePages) -> None:
        self._parts, self._pages, self._db, self._cases = parts, pages, parts.db, parts.cases

    def routes(self) -> Sequence[ConsoleRoute]:
        """All its routes."""
        card = "/queue/{number:\\d+}"
        return (
            ConsoleRoute("GET", "/queue", "decide", self._list),
            ConsoleRoute("GET", card, "decide", self._card),
            ConsoleRoute("POST", f"{card}/approve", "decide", partial(self._decide, act=self._approve)),
            ConsoleRoute("POST", f"{card}/reject", "decide", partial(self._decide, act=self._reject)),
            ConsoleRoute("POST", f"{card}/target", "decide", self._aim),
            ConsoleRoute("POST", f"{card}/undo", "undo", self._undo),
            ConsoleRoute("POST", f"{card}/claim", "decide", self._claim),
            ConsoleRoute("POST", f"{card}/release", "decide", self._release),
            ConsoleRoute("POST", f"{card}/caption", "decide", self._caption),
            ConsoleRoute("POST", f"{card}/preview", "decide", self._preview),
            ConsoleRoute("POST", f"{card}/ask", "decide", self._ask),
            ConsoleRoute("POST", f"{card}/note", "note", self._note),
            ConsoleRoute("POST", "/queue/reject", "decide", self._reject_many),
            ConsoleRoute("POST", "/queue/undo", "undo", self._undo_many),
        )

    async def refusal(self, error: Exception, ask: ConsoleRequest) -> Refusal | None:
        """Its use cases raise what all of the console knows."""
        return None

    # --- looking

    async def _list(self, ask: ConsoleRequest) -> web.StreamResponse:
        query, view = ask.request.query, read_view(ask.request.query)
        after, before = _beside(query.get("after")), _beside(query.get("before"))
        page = await self._db.run(self._cases.triage.listed, view, ask.by, after=after, before=before)
        names = await self._parts.names(claimants((row.submission for row in page.rows), page.now), ask.texts)
        understood = await self._db.run(self._understood, [row.submission for row in page.rows], ask)
        return self._pages.page(
            "console/queue.html",
            ask,
            page=page,
            view=view,
            flags=FLAGS,
            understood=understood,
            words=QueueWords(ask.texts, page.zone, page.now, names),
            reasons=await self._db.run(self._parts.stores.community.reasons),
            planned=await self._db.run(self._parts.stores.submissions.count, "approved"),
            query_of=query_of,
            changed=replace,
        )

    def _understood(self, submissions: Sequence[Submission], ask: ConsoleRequest) -> Mapping[int, str]:
        """Titles of what the bot recognised in each; nothing where it could not explain it."""
        pages = self._cases.answering.pages
        found: dict[int, str] = {}
        for submission in submissions:
            if submission.explained:
                told = pages.pictures.retell(*answer_of(submission.explanation), ask.member.lang)
                found[submission.id] = " · ".join(pages.title(entry, ask.member.lang) for entry in told.entries[:2])
        return found

    async def _card(self, ask: ConsoleRequest) -> web.StreamResponse:
        number, view = self._number(ask), read_view(ask.request.query)
        if ask.by_script:
            return web.json_response({"card": await self._part(ask, number, view)})
        return self._pages.page("console/queue-card.html", ask, **await self._shown(ask, number, view))

    async def _shown(self, ask: ConsoleRequest, number: SubmissionId, view: QueueOrder) -> dict[str, Any]:
        """All that the templates of a card show."""
        card = await self._db.run(self._cases.triage.card, number, view, ask.by)
        dossier = card.dossier
        names = await self._parts.names(people_on(card), ask.texts)
        return {
            "card": card,
            "dossier": dossier,
            "submission": dossier.submission,
            "explanation": await self._explanation(dossier.submission, ask),
            "words": QueueWords(ask.texts, dossier.zone, dossier.now, names),
            "caption": formatted(caption_of(dossier.submission)),
            "view": view,
            "query": query_of(view),
            "limit": MAX_CAPTION,
            "units": units(dossier.submission.caption),
            "typed": MAX_TYPED,
            "entities": json.dumps(read_entities(list(dossier.submission.caption_entities))),
            "by": ask.by,
        }

    async def _explanation(self, submission: Submission, ask: ConsoleRequest) -> Explanation | None:
        """What the bot says about the picture, as the base words it now; None where it was not looked at."""
        if submission.explanation is None:
            return None
        retell = self._cases.answering.pages.pictures.retell
        return await self._db.run(retell, *answer_of(submission.explanation), ask.member.lang)

    async def _part(self, ask: ConsoleRequest, number: SubmissionId, view: QueueOrder) -> dict[str, Any]:
        """A card for a script to put into its page."""
        shown = await self._shown(ask, number, view)
        texts, path = ask.texts, f"{self._parts.root}/queue/{number}{query_of(view)}"
        html = self._parts.renderer.page(
            "console/queue-card-part.html",
            ask.member.lang,
            lambda _: path,
            member=ask.member,
            root=self._parts.root,
            **shown,
        )
        state = QueueWords.state(shown["words"], shown["dossier"]).striptags()
        title = texts("console-queue-title", number=str(number))
        return {"number": number, "version": shown["submission"].version, "html": html, "url": path} | {
            "title": title,
            "state": state,
        }

    # --- deciding on one

    async def _decide(
        self, ask: ConsoleRequest, act: Callable[[ConsoleRequest, SubmissionId], Awaitable[Verdict]]
    ) -> web.StreamResponse:
        """A verdict, and the next card at once; only then what the verdict changes in chats."""
        number, view = self._number(ask), read_view(ask.request.query)
        verdict = await act(ask, number)
        try:
            return await self._go_on(ask, number, verdict, view)
        finally:
            self._parts.bot.changed()

    async def _go_on(
        self, ask: ConsoleRequest, number: SubmissionId, verdict: Verdict, view: QueueOrder
    ) -> web.StreamResponse:
        following = await self._db.run(self._cases.triage.next, number, view, ask.by)
        if not ask.by_script:
            path = f"/queue{query_of(view)}" if following is None else f"/queue/{following}{query_of(view)}"
            return self._pages.back(ask, path, verdict.said)
        undoable = verdict.undoable
        return web.json_response(
            {
                "said": verdict.said,
                "undo": None if undoable is None else {"number": undoable.id, "version": undoable.version},
                "card": None if following is None else await self._part(ask, following, view),
            }
        )

    async def _approve(self, ask: ConsoleRequest, number: SubmissionId) -> Verdict:
        when = _moment(ask.form.texts.get("when", "next"))
        decision = await self._db.run(self._cases.review.approve, number, ask.by, when=when, version=self._version(ask))
        if decision.outcome == "counted":
            return Verdict(ask.texts("said-counted", have=decision.have, need=decision.need))
        other = await self._db.run(self._parts.stores.submissions.crosspost, number)
        words, placed = await self._words(ask), (decision.submission, other)
        slots = [words.soon(one.slot) for one in placed if one is not None and one.slot is not None]
        return Verdict(ask.texts("said-approved", slot=", ".join(slots)), decision.submission)

    async def _reject(self, ask: ConsoleRequest, number: SubmissionId) -> Verdict:
        texts, version = ask.form.texts, self._version(ask)
        if texts.get("ban"):
            decision = await self._db.run(self._cases.review.reject_and_ban, number, ask.by, version=version)
            return Verdict(ask.texts("said-banned"), decision.submission)
        silent = bool(texts.get("silent"))
        reason_key, reason_text = (None, "") if silent else _reason(ask)
        decision = await self._db.run(
            self._cases.review.reject,
            number,
            ask.by,
            version=version,
            reason_key=reason_key,
            reason_text=reason_text,
            silent=silent,
        )
        return Verdict(ask.texts("said-rejected"), decision.submission)

    async def _aim(self, ask: ConsoleRequest) -> web.StreamResponse:
        number, target = self._number(ask), next((one for one in TARGETS if one == ask.form.texts.get("to")), None)
        if target is None:
            raise RequestRefused(400, "web-bad-request")
        await self._db.run(self._cases.review.aim, number, ask.by, target, version=self._version(ask))
        return await self._same_card(ask, ask.texts("said-target"))

    async def _undo(self, ask: ConsoleRequest) -> web.StreamResponse:
        number = self._number(ask)
        await self._db.run(self._cases.review.undo, number, ask.by, version=self._version(ask))
        return await self._same_card(ask, ask.texts("said-undone"))

    # --- writing about one

    async def _claim(self, ask: ConsoleRequest) -> web.StreamResponse:
        number = self._number(ask)
        await self._db.run(self._cases.review.claim, number, ask.by, version=self._version(ask))
        return await self._same_card(ask)

    async def _release(self, ask: ConsoleRequest) -> web.StreamResponse:
        await self._db.run(self._cases.review.release, self._number(ask), ask.by)
        return await self._same_card(ask, ask.texts("said-released"))

    async def _caption(self, ask: ConsoleRequest) -> web.StreamResponse:
        caption = (await self._typed_caption(ask)).cleaned()
        await self._db.run(
            self._cases.review.edit_caption,
            self._number(ask),
            ask.by,
            caption.text,
            caption.entities,
            version=self._version(ask),
            channel=_channel(ask),
        )
        return await self._same_card(ask, ask.texts("said-caption"))

    async def _typed_caption(self, ask: ConsoleRequest) -> FormattedText:
        """What stands in the editor; without a script the formatting of what stayed is kept."""
        text = ask.form.texts.get("caption", "").replace("\r\n", "\n")
        sent = ask.form.texts.get("entities", "")
        if sent:
            try:
                return FormattedText(text, read_entities(json.loads(sent)))
            except (ValueError, RecursionError) as error:
                raise RequestRefused(400, "web-bad-request") from error
        found = await self._db.run(self._parts.stores.submissions.get, self._number(ask))
        return carried_over(caption_of(found), text)

    async def _preview(self, ask: ConsoleRequest) -> web.StreamResponse:
        number, caption, triage = self._number(ask), await self._typed_caption(ask), self._cases.triage
        style = await self._db.run(triage.readers, number, ask.by, _channel(ask))
        texts = self._parts.renderer.catalogues[style.lang]
        shape = await self._db.run(triage.preview, number, caption, ask.by, texts, style.signature)
        html = self._parts.renderer.part(
            "console/queue-post.html",
            caption=formatted(shape.caption),
            reply=None if shape.reply is None else formatted(shape.reply),
            button=texts("post-why") if shape.button or shape.reply_button else "",
        )
        return web.json_response({"html": html, "units": caption.cleaned().units, "limit": MAX_CAPTION})

    async def _ask(self, ask: ConsoleRequest) -> web.StreamResponse:
        text = _typed(ask)
        if not text:
            raise RequestRefused(400, "console-queue-no-words")
        await self._db.run(self._cases.review.ask, self._number(ask), ask.by, text)
        return await self._same_card(ask, ask.texts("said-asked"))

    async def _note(self, ask: ConsoleRequest) -> web.StreamResponse:
        number, text = self._number(ask), _typed(ask)
        author = (await self._db.run(self._parts.stores.submissions.get, number)).author_id
        if author is None:
            raise RequestRefused(400, "card-forgotten")
        await self._db.run(self._cases.team.note, author, text, ask.by)
        return await self._same_card(ask, ask.texts("note-set" if text else "note-cleared", author=str(author)))

    async def _same_card(self, ask: ConsoleRequest, said: str = "") -> web.StreamResponse:
        """The card as it is now, after something was done to it."""
        number, view = self._number(ask), read_view(ask.request.query)
        try:
            if ask.by_script:
                return web.json_response({"said": said, "card": await self._part(ask, number, view)})
            return self._pages.back(ask, f"/queue/{number}{query_of(view)}", said)
        finally:
            self._parts.bot.changed()

    # --- many at once

    async def _reject_many(self, ask: ConsoleRequest) -> web.StreamResponse:
        reason_key, reason_text = _reason(ask)
        reject = partial(self._cases.triage.reject_one, reason_key=reason_key, reason_text=reason_text)
        return await self._many(ask, reject, "rejected")

    async def _undo_many(self, ask: ConsoleRequest) -> web.StreamResponse:
        return await self._many(ask, self._cases.triage.undo_one, "undone")

    async def _many(self, ask: ConsoleRequest, act: Callable[..., Attempt], what: str) -> web.StreamResponse:
        """The same act on each that was picked, and a page that tells what came of each.

        Each is a turn of its own on the database's thread: others are served between them.
        """
        picked = _picked(ask)
        if not picked:
            raise RequestRefused(400, "console-queue-none-picked")
        try:
            attempts = [await self._db.run(act, number, ask.by, version=version) for number, version in picked]
        finally:
            self._parts.bot.changed()
        refused = [await self._why(attempt.refused, ask) for attempt in attempts]
        return self._pages.page(
            "console/queue-done.html",
            ask,
            attempts=[*zip(attempts, refused, strict=True)],
            done=[attempt.submission for attempt in attempts if attempt.submission is not None],
            what=what,
            words=await self._words(ask),
            query=query_of(read_view(ask.request.query)),
        )

    async def _why(self, error: ModerationError | None, ask: ConsoleRequest) -> str:
        """What stood in the way, in a sentence."""
        if error is None:
            return ""
        view = await self._db.run(RefusalView.of, self._parts.stores, self._parts.clock())
        by = refused_by(error)
        who = "" if by is None else str((await self._parts.names([by], ask.texts))[by])
        return plain_text(refusal_text(error, view, who, ask.texts))

    # --- what all share

    async def _words(self, ask: ConsoleRequest) -> QueueWords:
        zone = ZoneInfo(await self._db.run(self._parts.stores.community.get, "zone"))
        return QueueWords(ask.texts, zone, self._parts.clock(), {})

    def _number(self, ask: ConsoleRequest) -> SubmissionId:
        return SubmissionId(ask.number("number"))

    def _version(self, ask: ConsoleRequest) -> int:
        """The version that the page showed. Raises ``RequestRefused``."""
        version = submission_number(ask.form.texts.get("version"))
        if version is None:
            raise RequestRefused(400, "web-bad-request")
        return version


def _beside(text: str | None) -> SubmissionId | None:
    """The submission that a page begins after or ends before."""
    number = submission_number(text)
    return None if number is None else SubmissionId(number)


def _channel(ask: ConsoleRequest) -> ChannelName | None:
    """For whose readers; None for all."""
    return next((one for one in CHANNELS if one == ask.form.texts.get("channel")), None)


def _moment(text: str) -> When:
    """When to post: "now", "next" or a moment. Raises ``RequestRefused``."""
    if text == "now":
        return "now"
    if text == "next":
        return "next"
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestRefused(400, "web-bad-request") from error
    if at.tzinfo is None:
        raise RequestRefused(400, "web-bad-request")
    return at


def _typed(ask: ConsoleRequest) -> str:
    """Somebody's words. Raises ``RequestRefused`` for too many."""
    text = ask.form.texts.get("text", "").replace("\r\n", "\n").strip()
    if len(text) > MAX_TYPED:
        raise RequestRefused(413, "console-queue-too-long", length=len(text), limit=MAX_TYPED)
    return text


def _reason(ask: ConsoleRequest) -> tuple[str | None, str]:
    """Why it is rejected: the key of a canned reason, or words. Raises ``RequestRefused`` where there is neither."""
    key, text = ask.form.texts.get("reason", ""), _typed(ask)
    if text:
        return None, text
    if not key:
        raise RequestRefused(400, "console-queue-no-reason")
    return key, ""


def _picked(ask: ConsoleRequest) -> list[tuple[SubmissionId, int]]:
    """What was ticked, each with the version that was shown."""
    picked = []
    for name, value in ask.form.texts.items():
        number = submission_number(name.removeprefix(_PICK)) if name.startswith(_PICK) else None
        version = submission_number(value)
        if number is not None and version is not None:
            picked.append((SubmissionId(number), version))
    return picked
