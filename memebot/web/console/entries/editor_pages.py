"""The form of one entry: shown, looked at while somebody types, kept, tried and saved; two editors on one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from aiohttp import web

from knowledge.entry.merge import Prefer
from knowledge.errors import EntryNotFound
from memebot.answering.grouping import GroupId
from memebot.editing.changes import EntryView
from memebot.editing.drafts import DraftId, Panel
from memebot.editing.editing import SafetyNet
from memebot.editing.entries.forms import UNKEPT, SavedForm
from memebot.editing.errors import DraftInvalid, DraftOutdated
from memebot.editing.prefill import PrefillPicture
from memebot.web.console.entries.base import HOME, EntryPages, draft_path, entry_path
from memebot.web.console.entries.views import (
    both_langs,
    field_name,
    form_fields,
    form_of,
    shown_answers,
    shown_changes,
    shown_problems,
    title_of,
)
from memebot.web.console.parts import ConsoleRequest, ConsoleRoute
from memebot.web.errors import RequestRefused

MAX_COMMENT = 300


class EditorPages(EntryPages):
    """Pages and requests around one draft."""

    def routes(self) -> Sequence[ConsoleRoute]:
        """All routes of the form."""
        draft = "/draft/{number:\\d+}"
        return (
            self.get("/entry/{id}", self._entry),
            self.get(draft, self._draft),
            self.get(f"{draft}/newer", self._newer),
            self.post(f"{draft}/newer", self._merge),
            self.post("/form/look", self._look),
            self.post("/form/keep", self._keep),
            self.post("/form/try", self._try_change),
            self.post("/form/save", self._save),
            self.post("/form/discard", self._discard),
            self.post("/form/picture", self._add_picture, uploads=True),
            self.post("/form/picture/remove", self._remove_picture),
        )

    # --- the page

    async def _entry(self, ask: ConsoleRequest) -> web.StreamResponse:
        entry_id = ask.request.match_info["id"]
        panel = await self.use(ask, self.editing.forms.open, entry_id)
        if panel.draft.entry.id != entry_id:
            return self.frame.back(ask, entry_path(panel.draft.entry.id))
        return await self._form(ask, panel)

    async def _draft(self, ask: ConsoleRequest) -> web.StreamResponse:
        return await self._form(ask, await self.use(ask, self.editing.forms.open_draft, _draft_of(ask)))

    async def _form(self, ask: ConsoleRequest, panel: Panel) -> web.StreamResponse:
        draft, view = panel.draft, await self._view(ask, panel)
        return self.frame.page(
            "console/entry-form.html",
            ask,
            panel=panel,
            entry=draft.entry,
            kept=draft.id != UNKEPT,
            fields=form_fields(draft.entry),
            name=title_of(draft.entry, ask.member.lang),
            view=view,
            revision=None if view is None else await self.shown_revision(ask, view.revision),
            stage=_stage(panel),
            **await self._side(ask, panel),
        )

    async def _view(self, ask: ConsoleRequest, panel: Panel) -> EntryView | None:
        """The saved entry beside the form; None for a new one, or one that was deleted meanwhile."""
        if panel.draft.base_revision is None:
            return None
        with suppress(EntryNotFound):
            return await self.use(ask, self.editing.changes.show, panel.draft.entry.id)
        return None

    async def _side(self, ask: ConsoleRequest, panel: Panel) -> dict[str, Any]:
        """What stands beside the fields: findings, what changed, who was first, and how subscribers see it."""
        preview = await self.use(ask, self.editing.forms.preview, panel.draft.entry)
        people = [*panel.others, *self.editors_of([panel.newer] if panel.newer else [])]
        names = await self.parts.names(people, ask.texts) if people else {}
        return {
            "problems": shown_problems(panel.problems, ask.texts),
            "changes": [] if panel.draft.base_revision is None else shown_changes(panel.changes, ask.texts),
            "preview": [(lang, preview[lang]) for lang in both_langs(ask.member.lang)],
            "newer": None if panel.newer is None else await self.shown_revision(ask, panel.newer),
            "others": [names[one] for one in panel.others],
            "draft": panel.draft,
        }

    # --- while somebody types

    async def _look(self, ask: ConsoleRequest) -> web.StreamResponse:
        panel = await self.use(ask, self.editing.forms.look, form_of(ask.form))
        return web.json_response(await self._state(ask, panel))

    async def _keep(self, ask: ConsoleRequest) -> web.StreamResponse:
        panel = await self.use(ask, self.editing.forms.keep, form_of(ask.form))
        if not ask.by_script:
            return self.frame.back(ask, draft_path(panel.draft.id), ask.texts("console-entry-kept"))
        return web.json_response(await self._state(ask, panel))

    async def _state(self, ask: ConsoleRequest, panel: Panel) -> dict[str, Any]:
        """A draft as the page's script needs it, with what stands beside the fields as HTML."""
        side, draft = await self._side(ask, panel), panel.draft
        kept = draft.id != UNKEPT
        return {
            "draft": draft.id if kept else "",
            "kept_at": draft.updated_at.isoformat() if kept else "",
            "seen": "" if draft.base_revision is None else draft.base_revision,
            "entry": draft.entry.id,
            "errors": len(panel.errors),
            "changed": list(panel.changed),
            "problems": [{"field": one.field, "said": one.said, "error": one.is_error} for one in side["problems"]],
            "side": self.part("console/entry-side.html", ask, **side),
        }

    async def _discard(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Give the draft up; without scripts, which ask by themselves, one is asked first."""
        form = form_of(ask.form)
        if form.draft != UNKEPT and not ask.by_script and "sure" not in ask.form.texts:
            draft = await self.use(ask, self.editing.drafts.get, form.draft)
            return self.frame.page("console/entry-discard.html", ask, draft=draft)
        if form.draft != UNKEPT:
            await self.use(ask, self.editing.drafting.discard, form.draft)
        where = HOME if form.seen is None else entry_path(form.entry_id)
        return self.went(ask, where, ask.texts("console-entry-discarded"))

    # --- pictures

    async def _add_picture(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Add a picture as an exemplar: its fingerprint or, where its licence is given, itself."""
        sent = ask.form.files.get("picture")
        if not sent:
            raise RequestRefused(400, "web-no-picture")
        drafting, licence = self.editing.drafting, ask.form.texts.get("licence", "").strip()
        reading = await self.parts.bot.read(ask.by, sent[0])
        kept = (await self.use(ask, self.editing.forms.keep, form_of(ask.form))).draft
        draft, known = await self.use(ask, drafting.add_exemplar, kept.id, PrefillPicture(reading))
        if known is None and licence:
            place = len(draft.entry.exemplars) + len(draft.pictures) - 1
            draft = await self.use(ask, drafting.keep_exemplar, draft.id, place, licence, sent[0])
        said = ask.texts("console-entry-picture-added")
        if known is not None:
            said = ask.texts("console-entry-picture-known", name=known)
        return self.went(ask, draft_path(draft.id) + "#pictures", said)

    async def _remove_picture(self, ask: ConsoleRequest) -> web.StreamResponse:
        form, place = form_of(ask.form), ask.form.texts.get("place", "")
        kept = (await self.use(ask, self.editing.forms.keep, form)).draft
        if place.isdecimal():
            await self.use(ask, self.editing.drafting.remove_exemplar, kept.id, int(place[:6]))
        return self.went(ask, draft_path(kept.id) + "#pictures", ask.texts("console-entry-picture-removed"))

    # --- saving

    async def _try_change(self, ask: ConsoleRequest) -> web.StreamResponse:
        """What the form would break and newly answer."""
        panel = await self.use(ask, self.editing.forms.keep, form_of(ask.form))
        net = await self.net(await self.use(ask, self.editing.saving.sound_change, panel.draft.id))
        if not ask.by_script:
            return await self._ask_to_save(ask, panel, net)
        return web.json_response(await self._state(ask, panel) | {"net": self._net_html(ask, net)})

    async def _save(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Save what is sound and breaks nothing; else say what stands in the way, and keep it."""
        form = form_of(ask.form)
        panel = await self.use(ask, self.editing.forms.keep, form)
        form = replace(form, draft=panel.draft.id, kept_at=panel.draft.updated_at, new_id="")
        try:
            if "sure" not in ask.form.texts:
                net = await self.net(await self.use(ask, self.editing.saving.sound_change, panel.draft.id))
                if net.report.broken or net.too_many:
                    return await self._ask_to_save(ask, panel, net)
            saved = await self.use(ask, self.editing.forms.save, form, _comment(ask))
        except DraftInvalid:
            return await self._invalid(ask, panel)
        except DraftOutdated:
            return self.went(ask, f"{draft_path(panel.draft.id)}/newer")
        return self.went(ask, entry_path(saved.saved.revision.entry_id), await self._told(ask, saved))

    async def _ask_to_save(self, ask: ConsoleRequest, panel: Panel, net: SafetyNet) -> web.StreamResponse:
        if ask.by_script:
            return web.json_response(await self._state(ask, panel) | {"state": "ask", "net": self._net_html(ask, net)})
        return self.frame.page(
            "console/entry-sure.html", ask, draft=panel.draft, comment=_comment(ask), **self._net_values(net)
        )

    async def _invalid(self, ask: ConsoleRequest, panel: Panel) -> web.StreamResponse:
        said = ask.texts("console-entry-invalid")
        if not ask.by_script:
            return self.frame.back(ask, draft_path(panel.draft.id), said)
        return web.json_response(await self._state(ask, panel) | {"state": "invalid", "said": said})

    async def _told(self, ask: ConsoleRequest, done: SavedForm) -> str:
        """Wake whoever waits for the base, and say what was saved."""
        revision, group = done.saved.revision, done.saved.draft.group_id
        said = [ask.texts("console-entry-saved", number=revision.number)]
        if done.merged:
            names = ", ".join(field_name(one.field, ask.texts) for one in done.merged)
            said.append(ask.texts("console-entry-merged", fields=names))
        if group is not None:
            explained, memes = await self.parts.bot.explain_group(GroupId(group))
            said.append(ask.texts("console-entry-saved-group", count=explained, memes=memes))
        self.parts.bot.changed()
        return " ".join(said)

    def _net_html(self, ask: ConsoleRequest, net: SafetyNet) -> str:
        return self.part("console/entry-net.html", ask, **self._net_values(net))

    def _net_values(self, net: SafetyNet) -> Mapping[str, Any]:
        return {
            "net": net,
            "broken": shown_answers(net.report.broken),
            "mended": shown_answers(net.report.mended),
            "newly": [one.text for one in net.newly[:12]],
        }

    # --- two editors

    async def _newer(self, ask: ConsoleRequest) -> web.StreamResponse:
        """What somebody saved meanwhile, what this editor changed, and where both changed the same."""
        number = _draft_of(ask)
        outdated = await self.use(ask, self.editing.saving.newer, number)
        if outdated is None:
            return self.frame.back(ask, draft_path(number))
        panel = await self.use(ask, self.editing.forms.open_draft, number)
        clashes = [(field_name(one.field, ask.texts), one) for one in outdated.clashes]
        return self.frame.page(
            "console/entry-newer.html",
            ask,
            draft=panel.draft,
            name=title_of(panel.draft.entry, ask.member.lang),
            gone=outdated.gone,
            theirs=await self.shown_revision(ask, outdated.current),
            changes=shown_changes(outdated.changes, ask.texts),
            clashes=clashes,
            mine=[field_name(one, ask.texts) for one in panel.changed],
        )

    async def _merge(self, ask: ConsoleRequest) -> web.StreamResponse:
        number, how, saving = _draft_of(ask), ask.form.texts.get("how", ""), self.editing.saving
        if how == "overwrite":
            await self.use(ask, saving.overwrite_newer, number)
        else:
            prefer: Prefer = "mine" if how == "mine" else "theirs"
            await self.use(ask, saving.merge_newer, number, prefer)
        return self.frame.back(ask, draft_path(number), ask.texts("console-entry-merged-draft"))


def _draft_of(ask: ConsoleRequest) -> DraftId:
    return DraftId(ask.number("number"))


def _comment(ask: ConsoleRequest) -> str:
    return " ".join(ask.form.texts.get("comment", "").split())[:MAX_COMMENT]


def _stage(panel: Panel) -> str:
    """The picture on which boxes are measured, below the console's root; "" where there is none."""
    entry, pictures = panel.draft.entry, panel.draft.pictures
    if entry.exemplars:
        return f"{HOME}/exemplar/{entry.exemplars[0]}"
    return f"{draft_path(panel.draft.id)}/picture/{pictures[0].id}" if pictures else ""
