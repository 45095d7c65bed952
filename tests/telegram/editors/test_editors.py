"""Editors in private chat: from what was not explained to an entry that explains it, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
)
from chats import JOKE, NOW, UNKNOWN, Chats, entry, in_database
from editors import OWNER, Editor
from moderation_drafts import draft

from knowledge.entry.model import EntryId
from knowledge.reading import Reading
from knowledge.search.regressions import RegressionReport
from knowledge.store.base import KnowledgeBase
from knowledge.store.texts import RegressionText
from memebot.answering.grouping import GroupId
from memebot.editing.editing import SafetyNet
from memebot.i18n import Catalogues
from memebot.telegram.editors import pages
from moderation.model import MediaSummary as ReadingFacts

Run = Callable[..., None]

RU = "Повар ждёт свёклу два часа, как обучение ждёт видеокарту: шутят о том, что всё долго. " * 4
EN = "A cook waits two hours for the beetroot as training waits for a graphics card: it all takes long. " * 4


async def written(editor: Editor) -> None:
    """Fill what a new joke needs in both languages."""
    await editor.fill("Title, en", "Two hours of beetroot")
    await editor.fill("Title, ru", "Свёкла два часа")
    await editor.fill("Text, en", EN)
    await editor.fill("Text, ru", RU)


def test_the_story_from_an_unknown_meme_to_everybody_who_asked_and_back(chatting: Run) -> None:
    variants = [UNKNOWN, b"boil the beetroot for three hours", b"boil the beetroot for ten hours"]

    async def scenario(chats: Chats) -> None:
        subscribers = [Editor(chats, 1, "en"), Editor(chats, 2, "ru"), Editor(chats, 3, "en")]
        for person, meme in zip(subscribers, variants, strict=True):
            await person.show(meme)
            await person.press(
                "🔔 Tell me when it is explained" if person.lang == "en" else "🔔 Сообщить, когда объяснят"
            )
        editor = Editor(chats)
        await editor.say("/gaps")
        assert isinstance(editor.seen()[-1], SendPhoto)
        assert "Not explained: 3 memes in 1 group." in editor.last
        assert "👥 3 · 🖼 3 · 🔔 3" in editor.last
        await editor.press("1")
        assert "Words that they share: <b>boil beetroot hours</b>" in editor.last
        await editor.press("✍️ joke")
        assert "A new entry, not saved yet." in editor.last
        assert "Phrases" not in editor.last
        await written(editor)
        assert "<code>two-hours-of-beetroot</code>" in editor.last
        await editor.reply("/try", b"boil the beetroot for forty hours")
        today, changed = editor.last.split("With your change")
        assert "not in my base" in today
        assert "A cook waits two hours" in changed
        await editor.press("← Back")
        await editor.press("✅ Save")
        assert "no answer breaks" in editor.last
        await editor.press("💬 With a comment")
        await editor.say("three people asked")
        assert "revision 1" in editor.last
        assert "explains 3 of 3 memes" in editor.last
        before = {person.user: len(person.seen()) for person in subscribers}
        for _ in range(3):
            await chats.running.background.look()
        for person in subscribers:
            (told,) = person.seen()[before[person.user] :]
            assert ("A cook waits" if person.lang == "en" else "Повар ждёт") in told.text
        assert "3 people who waited have" in editor.last

        newcomer = Editor(chats, 4)
        await newcomer.show(b"boil the beetroot for seven hours")
        assert "A cook waits two hours" in newcomer.last
        await editor.say("/gaps")
        assert "Everything that people asked about is explained." in editor.last

        await editor.press("↩️ Take back")
        assert "Taken back" in editor.last
        await newcomer.show(b"boil the beetroot for nine hours")
        assert "not in my base" in newcomer.last
        await editor.press("↩️ Restore")
        await newcomer.show(b"boil the beetroot for twelve hours")
        assert "A cook waits two hours" in newcomer.last

    chatting(scenario)


@pytest.mark.parametrize("way", ["take back", "delete"])
def test_what_an_entry_explained_is_unexplained_again_with_its_askers_when_the_entry_is_taken_back(
    chatting: Run, way: str
) -> None:
    variants = [UNKNOWN, b"boil the beetroot for three hours", b"boil the beetroot for ten hours"]

    async def scenario(chats: Chats) -> None:
        for user, meme in enumerate(variants, 1):
            await Editor(chats, user).show(meme)
        editor = Editor(chats)
        await editor.say("/gaps")
        await editor.press("1")
        await editor.press("✍️ joke")
        await written(editor)
        await editor.press("✅ Save")
        await editor.press("✅ Save")
        assert "explains 3 of 3 memes" in editor.last
        waiting = Editor(chats, 4)
        await waiting.show(b"boil the beetroot for seven hours")
        assert "A cook waits" in waiting.last
        await chats.running.background.look()
        if way == "take back":
            await editor.press("↩️ Take back")
        else:
            await in_database(chats, lambda: chats.kb.changes.delete("two-hours-of-beetroot", author="tg:9", now=NOW))
        await chats.running.background.look()
        await editor.say("/gaps")
        assert "Not explained: 3 memes in 1 group." in editor.last
        assert "👥 3" in editor.last

    chatting(scenario)


async def says_of(chats: Chats) -> tuple[str, ...]:
    """The phrases of the one draft."""
    (own,) = await in_database(chats, lambda: chats.drafts.of(OWNER))
    return tuple(own.entry.says)


def test_one_item_is_added_to_a_list_or_taken_out_and_the_others_stay(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        (old,) = (await in_database(chats, lambda: chats.kb.entries.get("swot"))).says
        await editor.press("Phrases")
        assert "they are added to these" in editor.last
        await editor.say("boil the beetroot\nfor two hours\n" + old)
        assert await says_of(chats) == (old, "boil the beetroot", "for two hours")
        await editor.press("Phrases")
        gone = next(b.callback_data for b in chats.buttons(editor.seen()[-1]) if b.text == "✖ boil the beetroot")
        await editor.press("✖ boil the beetroot")
        assert await says_of(chats) == (old, "for two hours")
        assert "✖ for two hours" in editor.labels()  # one can go on
        await editor.press(gone)  # an old button takes nothing else
        assert await says_of(chats) == (old, "for two hours")
        await editor.say("and add")
        assert await says_of(chats) == (old, "for two hours", "and add")

    chatting(scenario)


def test_a_phrase_is_replaced_without_sending_the_text(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        before = (await in_database(chats, lambda: chats.kb.entries.get("swot"))).text["en"]
        word = before.split()[1]
        await editor.press("Text, en")
        await editor.press("🔁 Replace a phrase")
        await editor.say(f"no such <b>\n{word}")
        assert "“no such &lt;b&gt;” does not stand there." in editor.last
        await editor.say(word)
        assert "Two lines are needed" in editor.last
        await editor.say(f"{word}\nquite another")
        changed, panel = [call.text for call in editor.seen()[-2:]]
        assert f"<s>{word}</s>" in changed and "<b>quite another</b>" in changed and "Text, en" in panel
        (own,) = await in_database(chats, lambda: chats.drafts.of(OWNER))
        assert own.entry.text["en"] == before.replace(word, "quite another", 1)
        await editor.press("Phrases")
        await editor.press("🔁 Replace a phrase")
        await editor.say(f"{(await says_of(chats))[0]}\n-")
        assert await says_of(chats) == ()

    chatting(scenario)


def test_restoring_an_older_revision_takes_an_explanation_back(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.press("Phrases")
        await editor.fill("✍️ Send it anew", "boil the beetroot for two hours")
        await editor.press("✅ Save")
        await editor.press("Save anyway" if "Save anyway" in editor.labels() else "✅ Save")
        newcomer = Editor(chats, 4)
        await newcomer.show(UNKNOWN)
        assert "A joke about a swot." in newcomer.last
        await editor.say("/history swot")
        await editor.press("№ 1")
        await editor.press("🕘 History")
        await editor.press("№ 2")
        assert "<u>Phrases</u>" in editor.last
        assert "<b>boil the beetroot for two hours</b>" in editor.last
        assert "<s>nobody expects the validation set</s>" in editor.last
        await editor.press("🕘 History")
        await editor.press("№ 1")
        await editor.press("↩️ Restore")
        await editor.press("Restore")
        assert "revision 3 says what revision 1 said" in editor.last
        await newcomer.show(b"boil the beetroot for two hours ")
        assert "not in my base" in newcomer.last

    chatting(scenario)


@pytest.mark.parametrize(
    "command", ["/gaps", "/entry swot", "/new joke", "/history swot", "/drafts", "/try", "/start e_swot", "/exemplar"]
)
def test_a_subscriber_gets_nothing_of_the_editors_commands(chatting: Run, command: str) -> None:
    async def scenario(chats: Chats) -> None:
        await Editor(chats, 5).say(command)
        assert len(chats.texts()) == 1
        assert chats.texts()[0].startswith(("<b>What I can do</b>", "Send a machine-learning meme"))

    chatting(scenario)


def test_a_subscriber_who_forges_a_button_gets_nothing_and_changes_nothing(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        stranger = Editor(chats, 5)
        await stranger.show(JOKE)
        before = len(chats.session.of(SendMessage, EditMessageText, SendPhoto, SendDocument))
        for what in (
            "sh",
            "ed",
            "pn",
            "fd",
            "em",
            "pv",
            "fl",
            "ex",
            "xr",
            "xk",
            "id",
            "ck",
            "br",
            "sv",
            "cm",
            "nw",
            "mt",
            "mm",
            "ow",
            "no",
            "nO",
            "un",
            "hi",
            "df",
            "rs",
            "rS",
            "dl",
            "dD",
            "dU",
            "rn",
            "mg",
            "mM",
            "mY",
            "gp",
            "gg",
            "gn",
            "gh",
            "gs",
            "sn",
            "zz",
        ):
            for which in ("swot", "1"):
                assert await stranger.press(f"e:{what}:{which}:1") == (
                    "This answer has been deleted. Please send the meme again."
                )
        assert len(chats.session.of(SendMessage, EditMessageText, SendPhoto, SendDocument)) == before
        assert len(await in_database(chats, lambda: chats.kb.revisions.history("swot"))) == 1

    chatting(scenario)


def test_a_button_that_an_earlier_version_sent_works(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("e:sh:swot:ru")
        assert editor.last.startswith("<b>swot (ru)</b>")
        await editor.press("e:ed:swot:")
        await editor.press("e:fd:1:1")
        await editor.say("A swot and validation")
        await editor.press("e:ck:1:")
        await editor.press("e:sv:1:")
        assert "revision 2" in editor.last
        await editor.press("e:hi:swot:")
        assert "№ 2" in editor.last

    chatting(scenario)


def test_a_button_of_no_version_is_answered(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        for data in ("e:zz:swot:", "e:pv:1:fr", "e:gn:1:poem", "e:sh"):
            assert await editor.press(data) == "This answer has been deleted. Please send the meme again."

    chatting(scenario)


def test_who_is_no_editor_any_more_cannot_finish_what_was_begun(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        people = chats.stores.people
        await in_database(chats, lambda: people.grant(7, "editor", by=OWNER, now=NOW))
        editor = Editor(chats, 7)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.press("Title, en")
        await in_database(chats, lambda: people.revoke(7, "editor", by=OWNER, now=NOW))
        await editor.say("A title of a stranger")
        assert await editor.press("✅ Save") is not None
        assert (await in_database(chats, lambda: chats.kb.entries.get("swot"))).title["en"] == "swot (en)"
        assert all("A title of a stranger" not in text for text in chats.texts())

    chatting(scenario)


def test_a_draft_of_one_editor_is_closed_to_another(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await in_database(chats, lambda: chats.stores.people.grant(7, "editor", by=OWNER, now=NOW))
        one, other = Editor(chats), Editor(chats, 7)
        await one.say("/entry swot")
        await one.press("✏️ Edit")
        await other.say("/drafts")
        await other.press("e:pn:1:")
        assert "was saved or given up" in other.last

    chatting(scenario)


def test_roles_are_edited_beside_a_picture_of_their_boxes_and_only_formats_have_them(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/new joke")
        assert "Roles" not in editor.labels() and "Captions, en" in editor.labels()
        await editor.say("/new format")
        await editor.fill("Roles", "no | 0.5 0 1 0.5 | нет | no\nyes | 0.5 0.5 1 1 | да | yes")
        await editor.press("Reads, en")
        await editor.say("Not {no} but {yes} and {maybe}.")
        assert "“maybe” in reads (in English) is no role of this format" in editor.last
        await editor.press("Roles")
        picture, question = editor.seen()[-2:]
        assert isinstance(picture, SendPhoto) and picture.caption == "The boxes of its roles, with their numbers."
        assert "yes | 0.5 0.5 1 1 | да | yes" in question.text
        await editor.press("Empty it")
        assert "“no” in reads (in English) is no role of this format" in editor.last

    chatting(scenario)


def test_a_draft_outlives_a_restart_and_so_does_the_question_for_a_field(chatting: Run) -> None:
    async def before(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.fill("Title, ru", "Зубрила и проверка")
        await editor.press("Title, en")

    async def after(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("A swot and validation")
        assert "Title, ru, Title, en" in editor.last
        await editor.press("👁 ru")
        assert editor.last.startswith("<b>Зубрила и проверка</b>")

    chatting(before)
    chatting(after)


def test_errors_block_and_are_said_in_plain_words(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.fill("Concepts", "overfitting nothing-like-this")
        assert "❌ Concepts:" in editor.last
        assert "nothing-like-this" in editor.last
        assert "❗ Concepts" in editor.labels()
        await editor.press("Title, en")
        await editor.say("x" * 600)
        assert "❗ Title, en" in editor.labels()
        await editor.fill("Title, en", "A swot")
        await editor.press("✅ Save")
        assert "cannot be saved yet" in editor.last
        assert len(await in_database(chats, lambda: chats.kb.revisions.history("swot"))) == 1
        await editor.press("← Back") if "← Back" in editor.labels() else await editor.say("/drafts")

    chatting(scenario)


def test_a_change_that_breaks_answers_says_which_before_it_is_saved(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        text = RegressionText("nobody expects the validation set", (EntryId("swot"),), "memes", "en")
        await in_database(chats, lambda: chats.kb.texts.add(text, author="test", now=NOW))
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.press("Phrases")
        await editor.press("Empty it")
        await editor.press("✅ Save")
        assert "This would break 1 answer" in editor.last
        await editor.press("See them")
        assert "«nobody expects the validation set»: <s>swot</s>" in editor.last
        assert len(await in_database(chats, lambda: chats.kb.revisions.history("swot"))) == 1
        await editor.press("Save anyway")
        assert "revision 2" in editor.last

    chatting(scenario)


def test_the_second_of_two_editors_sees_the_firsts_change_and_merges_both(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await in_database(chats, lambda: chats.stores.people.grant(7, "editor", by=OWNER, now=NOW))
        one, two = Editor(chats), Editor(chats, 7)
        for editor in (one, two):
            await editor.say("/entry swot")
            await editor.press("✏️ Edit")
        assert "1 other editor has" in " ".join(two.last.split()) or "One other editor" in two.last
        await one.fill("Title, ru", "Зубрила")
        await two.fill("Title, en", "The swot")
        await one.press("✅ Save")
        await one.press("✅ Save")
        await two.press("✅ Save")
        assert "saved revision 2" in two.last
        assert "<b>Зубрила</b>" in two.last
        await two.press("Merge both")
        await two.press("✅ Save")
        await two.press("✅ Save")
        merged = await in_database(chats, lambda: chats.kb.entries.get("swot"))
        assert dict(merged.title) == {"ru": "Зубрила", "en": "The swot"}
        assert len(await in_database(chats, lambda: chats.kb.revisions.history("swot"))) == 3

    chatting(scenario)


@pytest.mark.parametrize(
    ("button", "kept"),
    [
        ("Merge, mine where we clash", "Mine"),
        ("Merge, theirs where we clash", "Theirs"),
        ("Overwrite with mine", "Mine"),
    ],
)
def test_where_two_editors_clash_the_second_decides_knowingly(chatting: Run, button: str, kept: str) -> None:
    async def scenario(chats: Chats) -> None:
        await in_database(chats, lambda: chats.stores.people.grant(7, "editor", by=OWNER, now=NOW))
        one, two = Editor(chats), Editor(chats, 7)
        for editor, title in ((one, "Theirs"), (two, "Mine")):
            await editor.say("/entry swot")
            await editor.press("✏️ Edit")
            await editor.fill("Title, en", title)
        await one.press("✅ Save")
        await one.press("✅ Save")
        await two.press("✅ Save")
        assert "yours: <b>Mine</b>" in two.last
        assert "theirs: <b>Theirs</b>" in two.last
        await two.press(button)
        if kept == "Mine":
            await two.press("✅ Save")
            await two.press("✅ Save")
        assert (await in_database(chats, lambda: chats.kb.entries.get("swot"))).title["en"] == kept
        assert any("Theirs" in r.text for r in await in_database(chats, lambda: chats.kb.revisions.history("swot")))

    chatting(scenario)


def test_a_save_that_is_late_by_a_moment_still_shows_the_other_change(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.fill("Title, en", "Mine")
        await editor.press("✅ Save")  # the question; somebody saves before the answer
        kb: KnowledgeBase = chats.kb

        def meanwhile() -> None:
            changed = entry(
                "swot",
                "joke",
                "Шутка про зубрилу.",
                "A joke about a swot.",
                concepts=("overfitting",),
                says=("nobody expects the validation set", "nobody expects a test set"),
            )
            kb.changes.save(changed, author="tg:7", now=NOW, base_revision=1)

        await in_database(chats, meanwhile)
        await editor.press("✅ Save")
        assert "saved revision 2" in editor.last
        assert "nobody expects a test set" in editor.last

    chatting(scenario)


def test_a_file_is_sent_taken_back_and_its_mistakes_are_said(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.press("📄 As a file")
        (sent,) = chats.session.of(SendDocument)
        assert sent.document.filename == "swot.md"
        data = sent.document.data
        chats.session.files["f1"] = data.replace(b"A joke about a swot.", b"A joke about a *clever* swot.")
        chats.session.files["f2"] = data.replace(b"title:", b"titel:")
        for name in ("f1", "f2"):
            document = {"file_id": name, "file_unique_id": name, "file_name": "swot.md", "mime_type": "text/markdown"}
            await chats.feed(chats.update(message=chats.message(user=OWNER, document=document)))
            if name == "f1":
                assert "Text, en" in editor.last
        assert "cannot be taken as it is" in editor.last
        assert "titel" in editor.last
        await editor.press("← Back")
        await editor.press("👁 en")
        assert "<i>clever</i>" in editor.last

    chatting(scenario)


def test_formatting_that_the_app_made_of_markdown_becomes_markdown_again(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.press("Text, en")
        text = "😀 Very bold and code"
        entities = [{"type": "bold", "offset": 3, "length": 9}, {"type": "code", "offset": 17, "length": 4}]
        await chats.feed(chats.update(message=chats.message(user=OWNER, text=text, entities=entities)))
        draft = (await in_database(chats, lambda: chats.drafts.of(OWNER)))[0]
        assert draft.entry.text["en"] == "😀 **Very bold** and `code`"

    chatting(scenario)


def test_an_exemplar_comes_as_a_fingerprint_and_stays_a_picture_only_with_a_licence(chatting: Run) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"boil it"

    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.reply("/new joke", UNKNOWN)
        await written(editor)
        await editor.reply("/exemplar", b"broken")
        assert "damaged" in editor.last
        await editor.press("Pictures (1)")
        assert "no. 1: its fingerprint" in editor.last
        await editor.press("Keep picture no. 1 itself")
        await editor.say("drawn by us, CC0")
        assert "cannot be kept as a picture" in editor.last  # the bytes are no picture
        chats.session.files[next(iter(chats.session.files))] = png
        await editor.say("drawn by us, CC0")
        assert "the picture itself (drawn by us, CC0)" in editor.last
        await editor.press("← Back")
        await editor.press("✅ Save")
        await editor.press("✅ Save")
        (name,) = (await in_database(chats, lambda: chats.kb.entries.get("two-hours-of-beetroot"))).exemplars
        assert name.endswith(".png")
        assert await in_database(chats, lambda: chats.kb.exemplars.licences()[name]) == "drawn by us, CC0"

    chatting(scenario)


def test_an_exemplar_that_is_there_already_is_offered_to_go(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.reply("/new joke", UNKNOWN)
        await written(editor)
        await editor.press("✅ Save")
        await editor.press("✅ Save")
        await editor.press("Show the entry")
        await editor.press("✏️ Edit")
        await editor.reply("/exemplar", UNKNOWN)
        assert "is there already" in editor.last
        await editor.press(next(label for label in editor.labels() if label.startswith("✖")))
        await editor.press("← Back")
        await editor.press("✅ Save")
        await editor.press("Save anyway" if "Save anyway" in editor.labels() else "✅ Save")
        assert (await in_database(chats, lambda: chats.kb.entries.get("two-hours-of-beetroot"))).exemplars == ()

    chatting(scenario)


def test_an_exemplar_that_was_added_a_moment_ago_is_there_already(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.reply("/new joke", UNKNOWN)
        await editor.reply("/exemplar", UNKNOWN)
        assert "is there already: <code>№ 1</code>" in editor.last
        assert "no. 2" not in editor.last

    chatting(scenario)


def test_the_net_shows_what_an_entry_would_newly_explain_and_warns_of_many_unlike_memes() -> None:
    def memes(*groups: int) -> list[tuple[GroupId, Reading]]:
        return [(GroupId(group), Reading(f"{n}", (), (), f"words {n}")) for n, group in enumerate(groups)]

    texts = Catalogues("en")["en"]
    report = RegressionReport((), (), 7)
    like = SafetyNet(report, tuple(one for _, one in memes(1, 1, 1, 1, 1, 1)), 1)
    unlike = SafetyNet(report, tuple(one for _, one in memes(1, 2, 3, 4, 5, 6)), 6)
    assert not like.too_many and unlike.too_many
    assert "would explain 6 memes that nothing explains today" in pages.safety(like, texts)
    assert "⚠️ It would explain 6 memes of 6 kinds" in pages.safety(unlike, texts)
    assert "newly" not in pages.safety(SafetyNet(report, (), 0), texts)


def test_rename_delete_and_merge_ask_first_and_can_be_taken_back(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        kb: KnowledgeBase = chats.kb
        await editor.say("/entry overfitting")
        await editor.press("Rename")
        await editor.say("Not An Id")
        assert "cannot be an id" in editor.last
        await editor.say("swot")
        assert "is taken" in editor.last
        await editor.say("over-fitting")  # the dialogue goes on until an id will do
        assert (await in_database(chats, lambda: kb.entries.get("swot"))).concepts == ("over-fitting",)
        await editor.say("/entry overfitting")  # the former id leads there
        assert "over-fitting, concept" in editor.last
        await editor.press("🗑 Delete")
        assert "1 entry links to it" in editor.last
        await editor.press("Delete with the links to it")
        assert (await in_database(chats, lambda: kb.entries.get("swot"))).concepts == ()
        await editor.press("↩️ Restore")
        assert "restored" in editor.last or "says what revision" in editor.last
        await editor.say("/entry over-fitting")
        await editor.press("Merge")
        await editor.say("swot")
        assert "is a joke, and this is a concept" in editor.last
        await editor.say("over-fitting")
        assert "this very entry" in editor.last
        await editor.say("Regularization")
        await editor.press("Regularization")
        assert "Make “Regularization” a part of “Overfitting”" in editor.last
        assert "no answer breaks" in editor.last or "would break" in editor.last
        before = await in_database(chats, kb.entries.all)
        await editor.press("Merge")
        assert "Regularization" in (await in_database(chats, lambda: kb.entries.get("over-fitting"))).aliases
        assert (await in_database(chats, lambda: kb.entries.get("regularization"))).id == "over-fitting"
        await editor.press("↩️ Take back")
        assert await in_database(chats, kb.entries.all) == before

    chatting(scenario)


def test_a_group_with_nothing_to_explain_is_hidden_and_comes_back(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await Editor(chats, 1).show(UNKNOWN)
        editor = Editor(chats)
        await editor.say("/gaps")
        await editor.press("1")
        assert "boil the beetroot for two hours" in editor.last
        await editor.press("Nothing to explain")
        await editor.say("/gaps")
        assert "Everything" in editor.last
        await editor.press("Show it again")
        await editor.say("/gaps")
        assert "1 meme in 1 group" in editor.last

    chatting(scenario)


def test_what_somebody_disliked_is_a_gap_until_the_vote_changes(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await Editor(chats, 1).show(JOKE)
        await Editor(chats, 1).press("👎")
        editor = Editor(chats)
        await editor.say("/gaps")
        assert "👎 1" in editor.last
        await Editor(chats, 1).press("👍")
        await editor.say("/gaps")
        assert "Everything" in editor.last

    chatting(scenario)


def test_forget_leaves_nothing_of_a_person_among_the_unexplained(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        person = Editor(chats, 1)
        await person.show(UNKNOWN)
        await person.press("🔔 Tell me when it is explained")
        await person.say("/forget")
        await person.press("Delete")
        editor = Editor(chats)
        await editor.say("/gaps")
        assert "Everything" in editor.last

    chatting(scenario)


def test_who_blocked_the_bot_is_left_out_and_the_others_are_told(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        people = [Editor(chats, 1), Editor(chats, 2)]
        for person in people:
            await person.show(UNKNOWN)
            await person.press("🔔 Tell me when it is explained")
        await in_database(chats, lambda: chats.state.subscribers.blocked(1, now=NOW))
        before = [len(person.seen()) for person in people]
        editor = Editor(chats)
        await editor.reply("/new joke", UNKNOWN)
        await written(editor)
        await editor.press("✅ Save")
        await editor.press("✅ Save")
        await chats.running.background.look()
        assert [len(person.seen()) - n for person, n in zip(people, before, strict=True)] == [0, 1]
        assert "1 person who waited has" in editor.last

    chatting(scenario)


def test_editors_are_called_once_to_an_approved_meme_that_is_not_explained(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await Editor(chats, 1).show(UNKNOWN)
        sha256 = (await in_database(chats, lambda: chats.state.db.execute("select sha256 from pictures").fetchone()))[0]

        def approve() -> None:
            stores = chats.stores
            proposed = stores.queue.submit(draft(reading=ReadingFacts(sha256=sha256)), now=NOW)
            stores.queue.approve(proposed.id, OWNER, when=NOW + timedelta(hours=3), now=NOW, close_ok=True)

        await in_database(chats, approve)
        editor = Editor(chats)
        chats.time += timedelta(minutes=10)
        await chats.running.background.look()
        await chats.running.background.look()
        calls = [call for call in editor.seen() if "выйдет в канале" in (getattr(call, "text", "") or "")]
        assert len(calls) == 1
        await editor.press("✍️ шутка")
        assert "boil-beetroot-hours" in editor.last
        await written(editor)
        await editor.press("✅ Save")
        await editor.press("✅ Save")
        await chats.running.background.look()
        (explained,) = await in_database(chats, lambda: chats.stores.submissions.by_state("approved"))
        assert (explained.verdict, explained.explanation["matches"][0]["entry"]) == ("joke", "two-hours-of-beetroot")

    chatting(scenario)


def cut_off() -> None:
    """The process is told to stop while Telegram is being called."""
    raise asyncio.CancelledError


async def unexplained_and_approved(chats: Chats) -> None:
    """A meme that nothing explains, approved so long ago that editors are to be called."""
    await Editor(chats, 1).show(UNKNOWN)
    sha256 = (await in_database(chats, lambda: chats.state.db.execute("select sha256 from pictures").fetchone()))[0]

    def approve() -> None:
        proposed = chats.stores.queue.submit(draft(reading=ReadingFacts(sha256=sha256)), now=NOW)
        at = NOW + timedelta(hours=3)
        chats.stores.queue.approve(proposed.id, OWNER, when=at, now=NOW, close_ok=True)

    await in_database(chats, approve)
    chats.time += timedelta(minutes=10)


def test_a_stop_while_editors_are_called_loses_no_call_and_repeats_none(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await unexplained_and_approved(chats)
        await in_database(chats, lambda: chats.stores.people.grant(5, "editor", by=OWNER, now=NOW))
        editors = [Editor(chats, user) for user in (OWNER, 5)]
        chats.session.plan(SendMessage, lambda: chats.session._sent(1))
        chats.session.plan(SendMessage, cut_off)
        with pytest.raises(asyncio.CancelledError):
            await chats.running.background.look()
        for _ in range(2):
            await chats.running.background.look()
        heard = [[call.text for call in one.seen() if isinstance(call, SendMessage)] for one in editors]
        assert [len(texts) for texts in heard] == [1, 2]  # the second one was being told when it stopped
        assert not await in_database(chats, lambda: chats.drafts.rows("select * from editors_told"))

    chatting(scenario)


def test_a_call_arrives_though_its_picture_is_gone(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await unexplained_and_approved(chats)
        chats.session.plan(SendPhoto, TelegramBadRequest(SendPhoto(chat_id=1, photo="x"), "wrong file identifier"))
        await chats.running.background.look()
        assert "✍️ шутка" in Editor(chats).labels()

    chatting(scenario)


def test_a_stop_while_the_week_is_reported_loses_no_report_and_repeats_none(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await Editor(chats, 1).show(JOKE)
        await in_database(chats, lambda: chats.stores.people.grant(5, "editor", by=OWNER, now=NOW))
        editors = [Editor(chats, user) for user in (OWNER, 5)]
        await chats.running.background.look()
        chats.time = NOW + timedelta(days=3, hours=8)  # Monday
        chats.session.plan(SendPhoto, lambda: chats.session._sent(1))
        chats.session.plan(SendPhoto, cut_off)
        with pytest.raises(asyncio.CancelledError):
            await chats.running.background.look()
        for _ in range(2):
            await chats.running.background.look()
        assert [sum(isinstance(call, SendPhoto) for call in one.seen()) for one in editors] == [1, 2]

    chatting(scenario)


def test_times_of_revisions_are_the_communitys_and_titles_turn_no_text_around(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.fill("Title, en", "A \u202eswot\u200f")
        await editor.press("✅ Save")
        await editor.press("✅ Save")
        assert (await in_database(chats, lambda: chats.kb.entries.get(EntryId("swot")))).title["en"] == "A swot"
        for zone, time in (("Europe/Moscow", "2026-01-02 06:04"), ("UTC", "2026-01-02 03:04")):
            await in_database(chats, lambda z=zone: chats.stores.community.set("zone", z, by=OWNER, now=NOW))
            for command in ("/entry swot", "/history swot"):
                await editor.say(command)
                assert time in editor.last

    chatting(scenario)


def test_what_is_approved_in_one_sitting_calls_editors_once(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await Editor(chats, 1).show(UNKNOWN)
        sha256 = (await in_database(chats, lambda: chats.state.db.execute("select sha256 from pictures").fetchone()))[0]

        def approve(number: int) -> None:
            stores = chats.stores
            proposed = stores.queue.submit(draft(reading=ReadingFacts(sha256=sha256)), now=chats.time)
            at = NOW + timedelta(hours=number + 3)
            stores.queue.approve(proposed.id, OWNER, when=at, now=chats.time, close_ok=True)

        editor = Editor(chats)
        for number in range(4):
            await in_database(chats, lambda n=number: approve(n))
            chats.time += timedelta(minutes=5)
            await chats.running.background.look()
        assert editor.seen() == []
        chats.time += timedelta(minutes=10)
        await chats.running.background.look()
        await chats.running.background.look()
        (call,) = editor.seen()
        assert call.text.startswith("4 мема выйдут в канале") and "№ 3 – " in call.text and "UTC" not in call.text
        await editor.press("Открыть № 2")
        assert sum(isinstance(one, SendPhoto) for one in editor.seen()) == 1
        assert "will be in the channel" in editor.last
        await editor.press("✍️ joke")
        assert "boil-beetroot-hours" in editor.last

    chatting(scenario)


def test_help_of_an_editor_has_the_editors_commands(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await Editor(chats).say("/help")
        assert "/gaps" in chats.texts()[-1]
        await Editor(chats, 5).say("/help")
        assert "/gaps" not in chats.texts()[-1]

    chatting(scenario)


def test_editors_get_the_figures_of_the_week_once_with_a_plot(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor, person = Editor(chats), Editor(chats, 1)
        await editor.say("/lang en")
        await person.show(JOKE)
        await person.press("👎")
        await person.show(UNKNOWN)
        background = chats.running.background
        await background.look()
        assert not [call for call in editor.seen() if isinstance(call, SendPhoto)]
        chats.time = NOW + timedelta(days=3, hours=8)  # Monday
        for _ in range(2):
            await background.look()
        (sent,) = [call for call in editor.seen() if isinstance(call, SendPhoto)]
        assert sent.photo.data.startswith(b"\x89PNG")
        assert "Week 29.12 – 04.01" in sent.caption
        assert "Memes: 2, explained 50 %" in sent.caption
        assert "By evidence: said 👍0 👎1" in sent.caption
        assert len(sent.caption) <= 1024

    chatting(scenario)


def test_a_draft_that_nobody_touches_for_as_long_as_anything_is_kept_goes(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        chats.time = NOW + timedelta(days=89)
        await chats.running.background.look()
        assert len(await in_database(chats, lambda: chats.drafts.of(OWNER))) == 1
        chats.time = NOW + timedelta(days=91)
        await chats.running.background.look()
        assert await in_database(chats, lambda: chats.drafts.of(OWNER)) == []

    chatting(scenario)


def test_what_an_editor_keeps_is_told_and_forgotten_like_everybody_elses(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        editor = Editor(chats)
        await editor.say("/entry swot")
        await editor.press("✏️ Edit")
        await editor.say("/mydata")
        (sent,) = chats.session.of(SendDocument)
        assert '"entry": "swot"' in sent.document.data.decode()
        await editor.say("/forget")
        await editor.press("Delete")
        assert await in_database(chats, lambda: chats.drafts.of(OWNER)) == []

    chatting(scenario)
