"""Entries in the console: every page over the use cases of editors, in the form that a browser sends."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from chats import UNKNOWN, entry
from console import ANNA, EDITOR, OWNER, Browser, OpenedConsole, consoling

from memebot.answering.grouping import GroupId
from memebot.drafting.material import Draft
from memebot.drafting.store import Demand
from moderation.model import MediaSummary

HOSTILE = "<script>alert(1)</script>\u202e" + "x" * 60
LONG = "Слово " * 700
RUN = ("<script>alert", "<img src=x>", 'href="javascript', 'src="https://example.org')
"""What would run, or ask a foreign server."""


class _Fields(HTMLParser):
    """The fields of the form of an entry, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._inside, self._area = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == "entry-form"
        if not self._inside or not given.get("name") or given.get("form"):
            return
        if tag == "input":
            self.found[str(given["name"])] = given.get("value") or ""
        elif tag == "textarea":
            self._area = str(given["name"])
            self.found[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data


async def form(browser: Browser, path: str, **texts: str) -> dict[str, Any]:
    """The form at a path, with some fields filled anew."""
    parser = _Fields()
    parser.feed(await browser.page(path))
    fields = {name: text.removeprefix("\n") for name, text in parser.found.items()}
    return fields | {f"field.{name.replace('_', '.')}": text for name, text in texts.items()}


def saved(console: OpenedConsole, entry_id: str) -> Any:
    return console.team.db(lambda: console.team.chats.kb.entries.get(entry_id))


def test_an_entry_is_found_changed_by_one_item_and_saved(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        page = await elena.page("/entries?q=swot&kind=joke")
        assert "/console/entries/entry/swot" in page and "/console/entries/entry/lava" not in page
        fields = await form(elena, "/entries/entry/swot", says="nobody expects the validation set\nanother")
        looked = await elena.done("/entries/form/look", fields)
        assert looked["changed"] == ["says"] and looked["errors"] == 0 and "A joke about a swot." in looked["side"]
        assert (await saved(console, "swot")).says == ("nobody expects the validation set",)
        done = await elena.done("/entries/form/save", fields)
        assert done == {"state": "done", "location": "/console/entries/entry/swot"}
        assert (await saved(console, "swot")).says == ("nobody expects the validation set", "another")

    consoling(tmp_path, scenario)


def test_a_form_without_scripts_does_the_same(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        fields = await form(elena, "/entries/entry/swot", title_en="Better")
        response = await elena.post("/entries/form/save", fields, script=False)
        assert (response.status, response.headers["Location"]) == (303, "/console/entries/entry/swot")
        assert (await saved(console, "swot")).title["en"] == "Better"
        fields = await form(elena, "/entries/entry/swot", text_en="")
        response = await elena.post("/entries/form/save", fields, script=False)
        assert re.fullmatch(r"/console/entries/draft/\d+", response.headers["Location"])

    consoling(tmp_path, scenario)


def test_what_is_not_sound_is_said_beside_its_field_and_kept(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        fields = await form(elena, "/entries/entry/swot", text_en="", concepts="overfiting")
        said = await elena.done("/entries/form/save", fields)
        assert said["state"] == "invalid" and {"text.en"} <= {one["field"] for one in said["problems"]}
        assert "overfiting" in (await form(elena, "/entries/entry/swot"))["field.concepts"]
        fields = await form(elena, "/entries/entry/swot")
        gone = await elena.done("/entries/form/discard", fields)
        assert gone["location"] == "/console/entries/entry/swot"
        assert (await form(elena, "/entries/entry/swot"))["field.concepts"] == "overfitting"

    consoling(tmp_path, scenario)


def test_two_editors_of_one_field_see_both_and_of_two_fields_both_stay(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena, olga = await console.enter(EDITOR), await console.enter(OWNER)
        mine = await form(elena, "/entries/entry/swot", title_en="Elena's")
        theirs = await form(olga, "/entries/entry/swot", says="of Olga")
        await olga.done("/entries/form/save", theirs)
        assert (await elena.done("/entries/form/save", mine))["state"] == "done"
        both = await saved(console, "swot")
        assert (both.title["en"], both.says) == ("Elena's", ("of Olga",))
        mine = await form(elena, "/entries/entry/swot", title_en="Elena again")
        await olga.done("/entries/form/save", await form(olga, "/entries/entry/swot", title_en="Olga's <b>"))
        where = (await elena.done("/entries/form/save", mine))["location"].removeprefix("/console")
        assert where.endswith("/newer")
        page = await elena.page(where)
        assert "Elena again" in page and "Olga&#39;s" in page and "<b>" not in page.split("<main")[1]
        assert (await elena.post(where, {"how": "mine"}, script=False)).status == 303
        again = await form(elena, where.removesuffix("/newer"))
        assert (await elena.done("/entries/form/save", again))["state"] == "done"
        assert (await saved(console, "swot")).title["en"] == "Elena again"

    consoling(tmp_path, scenario)


def test_a_stale_window_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        first = await form(elena, "/entries/entry/swot", title_en="First")
        await elena.done("/entries/form/keep", first)
        said = await elena.refused("/entries/form/keep", first | {"field.title.en": "Second"})
        assert "another window" in said
        assert (await form(elena, "/entries/entry/swot"))["field.title.en"] == "First"
        for broken in ({"draft": "x"}, {"seen": "9" * 30}, {"kept_at": "yesterday"}, {"draft": "77"}):
            await elena.refused("/entries/form/look", first | broken)

    consoling(tmp_path, scenario)


def test_a_phrase_is_replaced_where_it_was_chosen_and_all_of_it_taken_back(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        page = await elena.page("/entries/replace?old=.&new=!&part=1")
        chosen = re.search(r'name="entries"[^>]*>([^<]*)<', page)
        assert chosen is not None and "swot:1" in chosen[1] and page.count("<ins>") >= 4
        given = {"old": ".", "new": "!", "part": "1", "entries": "swot:1 lava:1 overfitting:7"}
        response = await elena.post("/entries/replace", given, script=False)
        page = await response.text()
        assert "overfitting" in page and (await saved(console, "swot")).text["en"] == "A joke about a swot!"
        made = re.search(r'name="entries"[^>]*>([^<]*)<', page)
        assert made is not None and made[1].split() == ["swot:2", "lava:2"]
        await elena.post("/entries/replace/undo", {"entries": made[1]}, script=False)
        assert (await saved(console, "swot")).text["en"] == "A joke about a swot."

    consoling(tmp_path, scenario)


def test_whole_changes_are_shown_before_they_are_done_and_can_be_taken_back(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        page = await (await elena.post("/entries/entry/overfitting/rename", {"to": "overfit"}, script=False)).text()
        assert "/entries/entry/swot" in page and 'name="sure"' in page
        await elena.done("/entries/entry/overfitting/rename", {"to": "overfit", "sure": 1})
        assert (await saved(console, "swot")).concepts == ("overfit",)
        assert (await elena.get("/entries/entry/overfitting")).headers["Location"].endswith("/entry/overfit")
        assert "taken" in await elena.refused("/entries/entry/overfit/rename", {"to": "lava"})
        assert 'name="sure"' in await elena.page("/entries/entry/overfit/delete")
        await elena.done("/entries/entry/overfit/delete", {"sure": 1})
        assert (await saved(console, "swot")).concepts == ()
        history = await elena.page("/entries/entry/overfit/history")
        assert "/entry/overfit/undo" in history
        await elena.done("/entries/entry/overfit/undo", {"number": 3})
        assert (await saved(console, "swot")).concepts == ("overfit",)
        await elena.done("/entries/entry/regularization/merge", {"to": "overfit", "sure": 1})
        assert "overfit" in (await saved(console, "regularization")).aliases
        assert (await elena.get("/entries/entry/nobody")).status == 404

    consoling(tmp_path, scenario)


def test_a_revision_shows_its_words_and_is_restored(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        await elena.done("/entries/form/save", await form(elena, "/entries/entry/swot", text_en="A joke about a cat."))
        page = await elena.page("/entries/entry/swot/history")
        assert "<del>swot</del><ins>cat</ins>" in page and "Elena" in page
        await elena.done("/entries/entry/swot/restore", {"number": 1})
        assert (await saved(console, "swot")).text["en"] == "A joke about a swot."
        for number in ("99", "x", "-1"):
            await elena.get(f"/entries/entry/swot/history?number={number}")

    consoling(tmp_path, scenario)


def test_hostile_words_are_shown_as_words_on_every_page(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        kb, now = console.team.chats.kb, console.team.clock.now
        title = {"ru": HOSTILE, "en": "'\"><img src=x>"}
        text = "A **text** \u202e [x](javascript:alert(1)) ![x](https://example.org/x.png)"
        bad = entry("bad", "joke", LONG[:3900], text, title=title, says=(HOSTILE,))
        await console.team.db(lambda: kb.changes.save(bad, author=HOSTILE, now=now, comment=HOSTILE))
        elena = await console.enter(EDITOR)
        paths = ("", "/entry/bad", "/entry/bad/history", "/entry/bad/delete", "/replace?old=text&new=%3Cb%3E")
        for path in (*paths, "/wall", "/try", f"?q={HOSTILE}", "/replace?old=%3Cscript%3E&part=1"):
            page = await elena.page(f"/entries{path}")
            assert not any(one in page for one in RUN), path
        fields = await form(elena, "/entries/entry/bad", text_en=HOSTILE, title_en=HOSTILE, aliases="x" * 4096)
        kept = await elena.done("/entries/form/keep", fields)
        assert "&lt;script&gt;" in kept["side"] and not any(one in kept["side"] for one in RUN)
        page = await elena.page(f"/entries/draft/{kept['draft']}")
        assert not any(one in page for one in RUN)
        long = {**fields, "field.text.ru": "x" * 70_000, "draft": kept["draft"], "kept_at": kept["kept_at"]}
        assert "Shorten" in await elena.refused("/entries/form/look", long)

    consoling(tmp_path, scenario)


def test_a_picture_becomes_an_exemplar_of_the_draft(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        fields = await form(elena, "/entries/entry/swot", title_en="With a picture")
        done = await elena.done("/entries/form/picture", {**fields, "picture": UNKNOWN})
        path = done["location"].removeprefix("/console").removesuffix("#pictures")
        page = await elena.page(path)
        assert "With a picture" in page
        picture = re.search(r'/console(/entries/draft/\d+/picture/\d+)"', page)
        assert picture is not None
        assert (await elena.get(picture[1])).content_type == "image/png"
        await elena.done("/entries/form/save", await form(elena, path))
        (name,) = (await saved(console, "swot")).exemplars
        assert (await elena.get(f"/entries/exemplar/{name}")).content_type == "image/png"
        assert (await elena.get("/entries/exemplar/nothing.png")).status == 404
        await elena.refused("/entries/form/picture", await form(elena, "/entries/entry/swot"))

    consoling(tmp_path, scenario)


def test_an_unexplained_group_becomes_an_entry_in_one_press(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        assert "explained" in await elena.page("/entries/wall")
        await console.team.chats.show(UNKNOWN, user=77)
        page = await elena.page("/entries/wall")
        group = re.search(r'data-group="(\d+)"', page)
        assert group is not None and "beetroot" in page
        begun = await elena.done(f"/entries/wall/{group[1]}/new", {"kind": "joke"})
        fields = await form(elena, begun["location"].removeprefix("/console"))
        assert "boil the beetroot for two hours" in fields["field.says"]
        await elena.refused(f"/entries/wall/{group[1]}/new", {"kind": "poem"})
        assert "nothing unexplained" in await elena.refused("/entries/wall/999/new", {"kind": "joke"})
        await elena.done(f"/entries/wall/{group[1]}/hide")
        assert "beetroot" not in (await elena.page("/entries/wall"))
        await elena.done(f"/entries/wall/{group[1]}/hide", {"show": "1"})

    consoling(tmp_path, scenario)


def test_a_meme_is_tried_with_an_unsaved_change(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        fields = await form(elena, "/entries/entry/swot", says="boil the beetroot for two hours")
        kept = await elena.done("/entries/form/keep", fields)
        tried = await elena.done("/entries/try", {"picture": UNKNOWN, "draft": kept["draft"]})
        today, changed = tried["html"].split("<h2>")[1:]
        assert "A joke about a swot." not in today and "A joke about a swot." in changed

    consoling(tmp_path, scenario)


@pytest.mark.parametrize("path", ["/entries/form/keep", "/entries/form/save", "/entries/replace", "/entries/new"])
def test_a_form_of_another_site_changes_nothing(tmp_path: Path, path: str) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        fields = await form(elena, "/entries/entry/swot", title_en="Forged")
        response = await elena.post(path, fields | {"kind": "joke", "entries": "swot:1"}, csrf="x")
        assert response.status == 403
        assert (await saved(console, "swot")).title["en"] == "swot (en)"

    consoling(tmp_path, scenario)


def test_a_models_draft_becomes_an_editors_in_one_press(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        await console.team.chats.show(UNKNOWN, user=77)
        group = re.search(r'data-group="(\d+)"', await elena.page("/entries/wall"))
        assert group is not None
        stores, now = console.team.chats.app.stores, console.team.clock.now
        both = {"ru": ("Свёкла",), "en": ("Beetroot",)}
        text = {"ru": "Свёклу варят два часа.", "en": "A beetroot boils for two hours."}
        made = Draft("", {"ru": "Свёкла", "en": "Beetroot"}, text, None, (), ("boil",), both, both, 0.5)

        def finish() -> None:
            (member,) = stores.unexplained.members(GroupId(int(group[1])))
            claimed = stores.machine.claim(Demand(member.sha256, now, "", group_id=int(group[1])), now=now)
            assert claimed is not None
            stores.machine.finish(claimed.id, made, why="", by="a model", now=now)

        await console.team.db(finish)
        number = re.search(r'name="machine" value="(\d+)"', await elena.page("/entries/wall"))
        assert number is not None
        taken = await elena.done(f"/entries/wall/{group[1]}/take", {"machine": number[1]})
        fields = await form(elena, taken["location"].removeprefix("/console"))
        assert fields["field.text.en"] == "A beetroot boils for two hours."
        await elena.refused(f"/entries/wall/{group[1]}/take", {"machine": number[1]})

    consoling(tmp_path, scenario)


def test_findings_are_looked_for_bit_by_bit_and_listed(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        assert "data-unchecked" in await elena.page("/entries?flawed=1")
        assert await (await elena.get("/entries/check")).json() == {"left": 0}
        page = await elena.page("/entries?flawed=1&kind=joke&order=asked&page=7&lacks=nothing")
        assert "data-unchecked" not in page and "/entries/entry/swot" in page

    consoling(tmp_path, scenario)


def test_giving_a_draft_up_is_asked_for_where_no_script_asks(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena = await console.enter(EDITOR)
        await elena.done("/entries/form/keep", await form(elena, "/entries/entry/swot", title_en="Mine"))
        fields = await form(elena, "/entries/entry/swot")
        assert fields["field.title.en"] == "Mine"
        page = await (await elena.post("/entries/form/discard", fields, script=False)).text()
        assert 'name="sure"' in page and (await form(elena, "/entries/entry/swot"))["field.title.en"] == "Mine"
        await elena.post("/entries/form/discard", {**fields, "sure": "1"}, script=False)
        assert (await form(elena, "/entries/entry/swot"))["field.title.en"] == "swot (en)"

    consoling(tmp_path, scenario)


def test_a_meme_that_will_be_in_the_channel_unexplained_is_begun_from_the_wall(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        elena, team = await console.enter(EDITOR), console.team
        await team.chats.show(UNKNOWN, user=77)
        sha256 = hashlib.sha256(UNKNOWN).hexdigest()
        meme = await team.submit(reading=MediaSummary(sha256=sha256, verdict="unknown"))
        assert f"/meme/{meme.id}" not in await elena.page("/entries/wall")
        await elena.refused(f"/entries/meme/{meme.id}/new", {"kind": "joke"})
        await team.db(lambda: team.stores.queue.approve(meme.id, ANNA, when="now", now=team.clock.now))
        assert f"/entries/meme/{meme.id}/new" in await elena.page("/entries/wall")
        assert (await elena.get(f"/entries/meme/{meme.id}")).content_type == "image/jpeg"
        begun = await elena.done(f"/entries/meme/{meme.id}/new", {"kind": "joke"})
        fields = await form(elena, begun["location"].removeprefix("/console"))
        assert fields["field.says"] == "boil the beetroot for two hours"
        assert (await elena.get("/entries/meme/999")).status == 404

    consoling(tmp_path, scenario)
