"""From a meme that nothing explains, over a model's draft, to an entry of an editor's, and to whoever asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram.methods import EditMessageText, SendMessage, SendPhoto
from chats import NOW, UNKNOWN, Chats, entry, in_database
from editors import OWNER, Editor
from model_server import ModelServer, completion, draft, error, model_server

from memebot.telegram.drafting import ModelDrafts

Run = Callable[..., None]
TELL = "🔔 Tell me when it is explained"
FIELD = entry(
    "machine-learning",
    "concept",
    "Модель зубрит обучающие данные и проваливается на экзамене с новыми вопросами.",
    "The model swots its training data and fails an exam with new questions.",
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        running.always = lambda request: completion(draft(concepts=["machine-learning"]))
        yield running


def worker(chats: Chats) -> ModelDrafts:
    return next(one for one in chats.running.beside if isinstance(one, ModelDrafts))


async def asked(chats: Chats, data: bytes = UNKNOWN, user: int = 1) -> Editor:
    """Somebody who sent a meme that nothing explains and wants to be told."""
    if "machine-learning" not in {one.id for one in chats.kb.entries.all()}:
        await in_database(chats, lambda: chats.kb.changes.save(FIELD, author="test", now=NOW))
    person = Editor(chats, user)
    await person.show(data)
    await person.press(TELL)
    return person


def test_from_an_unknown_meme_to_a_saved_entry_in_two_taps_and_who_asked_is_told(
    chatting: Run, server: ModelServer
) -> None:
    async def scenario(chats: Chats) -> None:
        person, editor = await asked(chats), Editor(chats)
        await worker(chats).look()
        assert isinstance(editor.seen()[-2], SendPhoto)
        assert "A draft by a machine" in editor.last and "Nobody has checked it yet" in editor.last
        assert "best pupil fails" in editor.last and "machine-learning (en)" in editor.last
        await editor.press("✅ Take it")
        assert "best pupil fails" in editor.last and "no answer breaks" in editor.last
        await editor.press("✅ Save")
        assert "revision 1" in editor.last and "explains 1 of 1 memes" in editor.last
        (revision,) = chats.kb.revisions.history("the-swot-at-the-exam")
        assert revision.comment == "from draft 1 by seeing-1"
        await chats.running.background.look()
        assert "best pupil fails" in person.last
        await editor.say("/drafts")
        assert "not editing anything" in editor.last

    chatting(scenario, lang="en", **server.settings())
    assert len(server.requests) == 1


def test_off_nothing_is_asked_and_nothing_looks_for_drafts(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        await asked(chats)
        assert not any(isinstance(one, ModelDrafts) for one in chats.running.beside)

    chatting(scenario)
    chatting(scenario, lang="en", **server.settings(drafts_daily_budget="0"))
    assert server.requests == []


def test_the_oldest_demand_comes_first_and_the_budget_ends_it(chatting: Run, server: ModelServer) -> None:
    memes = [b"boil the beetroot for two hours", b"a violin plays to the sleeping fish", b"seven umbrellas on the moon"]

    async def scenario(chats: Chats) -> None:
        for number, meme in enumerate(memes):
            chats.time = NOW + timedelta(minutes=number)
            await asked(chats, meme, number + 1)
        await worker(chats).look()
        await worker(chats).look()
        chats.time = NOW + timedelta(days=1)
        await worker(chats).look()

    chatting(scenario, lang="en", **server.settings(drafts_daily_budget="2"))
    assert [request.words for request in server.requests] == [meme.decode() for meme in memes]


def test_a_group_is_drafted_once_and_a_restart_asks_nothing_anew(chatting: Run, server: ModelServer) -> None:
    async def first(chats: Chats) -> None:
        await asked(chats, b"boil the beetroot for two hours", 1)
        await asked(chats, b"boil the beetroot for three hours", 2)
        await worker(chats).look()
        await worker(chats).look()

    async def second(chats: Chats) -> None:
        before = len(chats.session.of(SendMessage))
        await worker(chats).look()
        assert len(chats.session.of(SendMessage)) == before, "editors have it already"

    chatting(first, lang="en", **server.settings())
    chatting(second, lang="en", **server.settings())
    assert len(server.requests) == 1


def test_a_server_that_is_away_is_left_alone_for_a_while(chatting: Run, server: ModelServer) -> None:
    server.plan(error(500, "down"))

    async def scenario(chats: Chats) -> None:
        await asked(chats)
        await worker(chats).look()
        await worker(chats).look()
        assert len(server.requests) == 1
        chats.time = NOW + timedelta(minutes=2)
        await worker(chats).look()
        assert "A draft by a machine" in Editor(chats).last

    chatting(scenario, lang="en", **server.settings())


@pytest.mark.parametrize(
    ("button", "said"),
    [("It misses the joke", "thrown away"), ("🚫 Not about ML", "nothing to explain here any more")],
)
def test_a_draft_is_thrown_away_with_a_reason_and_does_not_come_back(
    chatting: Run, server: ModelServer, button: str, said: str
) -> None:
    async def scenario(chats: Chats) -> None:
        await asked(chats)
        await worker(chats).look()
        editor = Editor(chats)
        if not button.startswith("🚫"):
            await editor.press("🗑 Throw away")
        await editor.press(button)
        assert said in editor.last
        await editor.press("✅ Take it")
        assert "was faster" in editor.last
        await worker(chats).look()
        await editor.say("/gaps")
        assert ("Everything that people asked about is explained" in editor.last) == button.startswith("🚫")

    chatting(scenario, lang="en", **server.settings())
    assert len(server.requests) == 1


def test_an_editor_mends_a_draft_or_writes_without_it(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        await asked(chats)
        await worker(chats).look()
        editor = Editor(chats)
        await editor.press("✏️ Mend")
        assert "The swot at the exam" in editor.last and "A new entry, not saved yet." in editor.last
        await editor.press("🗑 Give up")
        await editor.press("Give up")
        await editor.say("/drafts")
        assert "1 draft by a machine waits" in editor.last, "what is given up waits for the next editor"
        await editor.press("🤖 The swot at the exam")
        await editor.press("✍️ Write it myself")
        assert "A new entry, not saved yet." in editor.last and "The swot at the exam" not in editor.last

    chatting(scenario, lang="en", **server.settings())


def test_the_other_language_is_a_press_away_and_the_group_leads_to_its_draft(
    chatting: Run, server: ModelServer
) -> None:
    async def scenario(chats: Chats) -> None:
        await asked(chats)
        await worker(chats).look()
        editor = Editor(chats)
        await editor.press("По-русски")
        assert "отличник проваливается" in editor.last
        await editor.say("/gaps")
        await editor.press("1")
        await editor.press("🤖 The swot at the exam")
        assert "best pupil fails" in editor.last

    chatting(scenario, lang="en", **server.settings())


def test_whoever_is_no_editor_gets_no_draft_by_a_forged_button(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        person = await asked(chats)
        await worker(chats).look()
        await person.press("e:kt:1:")
        assert "best pupil" not in person.last
        assert not any("best pupil" in str(getattr(call, "text", "")) for call in person.seen())

    chatting(scenario, lang="en", **server.settings())


def test_what_is_kept_about_a_draft_is_told_and_forgotten(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        await asked(chats)
        await worker(chats).look()
        about = await in_database(chats, lambda: chats.answering.about(1))
        assert about["machine_drafts"][0]["draft"]["title"]["en"] == "The swot at the exam"
        await in_database(chats, lambda: chats.answering.forget(1))
        about = await in_database(chats, lambda: json.dumps(chats.answering.about(OWNER)))
        assert "swot at the exam" not in about
        editor = Editor(chats)
        await editor.press("✅ Take it")
        assert "does not wait for anybody" in editor.last

    chatting(scenario, lang="en", **server.settings())


def test_a_picture_that_telegram_does_not_give_out_costs_nothing(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        await asked(chats)
        chats.session.files[f"file-{1}"] = b"broken"
        await worker(chats).look()

    chatting(scenario, lang="en", **server.settings())
    assert server.requests == []


def refused(request: Any) -> Any:
    return completion(draft(concepts=["made-up"]))


def test_editors_hear_nothing_of_a_draft_that_was_refused(chatting: Run, server: ModelServer) -> None:
    server.always = refused

    async def scenario(chats: Chats) -> None:
        await asked(chats)
        await worker(chats).look()
        await worker(chats).look()
        assert Editor(chats).seen() == []

    chatting(scenario, lang="en", **server.settings())
    assert len(server.requests) == 2


def test_privacy_names_who_gets_the_picture_and_stats_what_it_costs(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        person = await asked(chats)
        await person.say("/privacy")
        assert "go to 127.0.0.1 once, where seeing-1 drafts" in person.last
        await worker(chats).look()
        owner = Editor(chats)
        await owner.say("/stats")
        assert "Drafts by a model: requests 1, tokens 1,000" in owner.last

    async def without(chats: Chats) -> None:
        person = await asked(chats)
        await person.say("/privacy")
        assert "drafts an explanation" not in person.last

    chatting(scenario, lang="en", **server.settings())
    chatting(without)


THINKS = "🤖 What a machine thinks"


def test_whoever_asks_sees_a_marked_draft_that_gives_way_to_the_checked_entry(
    chatting: Run, server: ModelServer
) -> None:
    async def scenario(chats: Chats) -> None:
        await in_database(chats, lambda: chats.kb.changes.save(FIELD, author="test", now=NOW))
        person, editor = Editor(chats, 1), Editor(chats)
        await person.show(UNKNOWN)
        assert "A machine is looking at it" in (await person.press(THINKS) or "")
        await worker(chats).look()
        assert "nobody has checked it yet" in person.last and "best pupil fails" in person.last
        count = len(person.seen())
        await worker(chats).look()
        assert len(person.seen()) == count, "it is shown once"
        await editor.press("✅ Take it")
        await worker(chats).look()
        assert len(person.seen()) == count, "the editor is still at it"
        await editor.press("✅ Save")
        await worker(chats).look()
        assert isinstance(person.seen()[-1], EditMessageText)
        assert "An editor has checked it" in person.last and "best pupil fails" in person.last

    chatting(scenario, lang="en", **server.settings(drafts_show="marked"))


def test_who_waits_sees_a_draft_and_that_an_editor_threw_it_away(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        person, editor = await asked(chats), Editor(chats)
        await worker(chats).look()
        assert "Written by a machine" in person.last
        await editor.press("🚫 Not about ML")
        await worker(chats).look()
        assert "threw it away" in person.last
        await person.press(THINKS)
        await worker(chats).look()
        assert "threw it away" in person.last

    chatting(scenario, lang="en", **server.settings(drafts_show="marked"))


def test_only_editors_see_drafts_unless_the_owner_says_otherwise(chatting: Run, server: ModelServer) -> None:
    async def scenario(chats: Chats) -> None:
        person = await asked(chats)
        assert THINKS not in person.labels()
        await worker(chats).look()
        assert not any("Written by a machine" in str(getattr(call, "text", "")) for call in person.seen())

    chatting(scenario, lang="en", **server.settings())
