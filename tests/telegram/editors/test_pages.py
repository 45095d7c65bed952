"""What editors read fits into Telegram's messages and buttons, whatever is in it."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from aiogram.types import InlineKeyboardMarkup
from chats import entry
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry.diff import FieldChange, compare
from knowledge.entry.fields import FIELDS
from knowledge.entry.model import EntryId
from knowledge.reading import LANGS, Lang
from knowledge.store.revisions import Revision
from memebot.answering.grouping import GroupId
from memebot.answering.unexplained import Group
from memebot.channel.posts.captions import units
from memebot.drafting.material import Draft
from memebot.drafting.store import MachineDraft, MachineDraftId
from memebot.editing.changes import EntryView
from memebot.editing.drafts import DraftId, EntryDraft, Panel
from memebot.editing.errors import DraftOutdated
from memebot.editing.unexplained import GroupsPage
from memebot.i18n import Catalogues
from memebot.telegram.editors import buttons, pages
from memebot.telegram.ui import render

ZONE = ZoneInfo("Europe/Moscow")
AT = datetime(2026, 1, 2, tzinfo=UTC)
LONG = "a" * 48
WORDS = st.text(alphabet="ab <>&*_`'\n\u202eё😀", max_size=4000)


class Checker(HTMLParser):
    """Tags that are opened are closed in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen += data


def fits(html: str, limit: int = render.MESSAGE) -> str:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    assert units(checker.seen) <= limit
    return checker.seen


def carried(keyboard: InlineKeyboardMarkup) -> list[str]:
    return [str(button.callback_data) for row in keyboard.inline_keyboard for button in row]


def draft(text: str = "text", base: int | None = 1) -> EntryDraft:
    long = entry(
        LONG,
        "concept",
        text,
        text,
        title={"ru": "&" * 500, "en": "<" * 500},
        says=tuple(f"{n} {'x' * 400}" for n in range(20)),
    )
    return EntryDraft(DraftId(10**12), 1, long, False, base, None, None, AT, ())


@settings(max_examples=50, deadline=None)
@given(WORDS, WORDS)
def test_a_difference_fits_and_is_whole_html(old: str, new: str) -> None:
    texts = Catalogues("ru")["en"]
    changes = compare(entry("a", "concept", old, old), entry("a", "concept", new, new))
    fits(pages.difference(changes, texts), 3800)


@pytest.mark.parametrize("lang", LANGS)
def test_every_field_of_the_longest_entry_can_be_asked_for(lang: Lang) -> None:
    texts = Catalogues("ru")[lang]
    for name in FIELDS:
        fits(pages.field(draft("слово " * 660), name, texts))


def machine_draft() -> MachineDraft:
    """As long as checks let a draft be."""
    both = {"ru": "слово " * 200, "en": "word " * 200}
    phrases = {"ru": ("ф" * 120,) * 6, "en": ("p" * 120,) * 6}
    long = Draft("p" * 400, {"ru": "т" * 90, "en": "t" * 90}, both, None, (EntryId(LONG),), (), phrases, phrases, 1.0)
    number = MachineDraftId(10**12)
    return MachineDraft(number, "0", "1", "m" * 300, "", "waiting", "", long, 1, None, "f", AT, AT, None)


@pytest.mark.parametrize("lang", LANGS)
def test_pages_and_buttons_of_the_longest_ids_fit(lang: Lang) -> None:
    texts = Catalogues("ru")[lang]
    own = draft("слово " * 660)
    revision = Revision(EntryId(LONG), 10**6, "concept", "tg:9999999999", AT, "c" * 300, "x", False)
    panel = Panel(own, (), tuple(FieldChange(name, ()) for name in FIELDS), revision, (1, 2))
    shown = EntryView(own.entry, revision, (own.entry,), (EntryId(LONG),) * 50)
    newer = DraftOutdated(revision, compare(own.entry, entry(LONG, "concept", "слово", "word")), ())
    group = Group(GroupId(10**12), 5, 5, 5, 5, ("w" * 500,) * 8, ("f",), None, AT)
    made = machine_draft()
    for page in (
        pages.machine_draft(made, ["т" * 200] * 4, lang, texts),
        pages.panel(panel, texts),
        pages.entry(shown, lang, texts, ZONE),
        pages.preview(own.entry, (own.entry,), lang),
        pages.newer(newer, texts, ZONE),
        pages.history([revision] * 9, 0, texts, ZONE),
        pages.exemplars(own, texts),
        pages.revision(revision, newer.changes, texts, ZONE),
    ):
        fits(page)
    fits(pages.groups(GroupsPage((group,) * 6, 20000, 5000), 0, texts, pages.CAPTION), pages.CAPTION)
    fits(pages.group(group, "t" * 200, ["x" * 4000] * 9, texts), pages.CAPTION)
    keyboards = [
        buttons.panel(panel, texts),
        buttons.entry(shown, lang, texts),
        buttons.history([revision] * 20, 1, texts),
        buttons.saved(revision, texts),
        buttons.restore(revision, texts),
        buttons.deleted(revision, texts),
        buttons.delete(shown, texts),
        buttons.merge_sure(LONG, LONG, texts),
        buttons.groups([group] * 6, 10**6),
        buttons.group(group, made, texts),
        buttons.machine_draft(made, lang, texts),
        buttons.drop_machine_draft(made, texts),
        buttons.call(10**12, texts),
        buttons.found([own.entry], texts),
    ]
    assert max(len(data.encode()) for keyboard in keyboards for data in carried(keyboard)) <= 64


def test_a_difference_shows_words_that_went_and_came() -> None:
    texts = Catalogues("ru")["en"]
    old, new = (entry("a", "concept", "одно", text) for text in ("one plain old word", "one new word"))
    changes = compare(old, new)
    assert re.search(r"<u>Text, en</u>: one <s>plain old</s><b>new</b> word", pages.difference(changes, texts))
