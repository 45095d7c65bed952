"""The bot's own words: complete in both languages, plurals right, nothing unused."""

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Identifier, Message, Pattern, Placeable, SelectExpression, TextElement, VariableReference
from fluent.syntax.visitor import Visitor

from knowledge.reading import LANGS, Lang
from memebot.answering.errors import HourLimit, QuestionTooLong
from memebot.i18n import Catalogues, MissingText, Texts, catalogue, phrase
from memebot.inference import QueueFull, QueuePosition, TooManyAtOnce
from memebot.telegram.errors import (
    BotError,
    FileGone,
    FileTooLarge,
    Unreachable,
    Unsupported,
)
from memebot.telegram.transport import menu
from memebot.telegram.ui import render
from memebot.vision.errors import MediaError

SOURCES = Path(menu.__file__).parents[2]
BUILT = (
    "cmd-",
    "channel-",
    "target-",
    "media-",
    "unsupported-",
    "btn-lang-",
    "card-",
    "seen-",
    "like-",
    "weekday-",
    "flag-",
    "state-name-",
    "audit-",
    "lost-",
    "bad-",
    "role-",
    "problem-",
    "prompt-",
    "overdue-",
    "set-",
    "field-",
    "hint-",
    "kind-",
    "ed-preview-",
    "ed-new-",
    "top-",
    "answer-",
    "talk-",
    "because-",
    "sure-",
    "drafting-",
    "web-channel-",
    "console-nav-",
    "console-no-entry-",
    "console-session-",
    "console-calendar-turn-",
    "console-calendar-clocks-",
    "console-calendar-late-",
    "console-calendar-done-",
    "console-settings-group-",
    "console-figures-",
    "console-roles-may-",
    "lang-is-",
    "console-entry-nav-",
    "console-entry-order-",
    "console-entry-lacks-",
    "console-entry-rows-",
    "console-entry-preview-",
    "console-entry-ask-",
    "console-entry-how-",
    "console-entry-to-",
    "console-entry-do-",
    "console-queue-age-",
    "console-queue-credit-",
    "console-queue-done-",
    "console-queue-format-",
    "console-queue-key-",
    "console-queue-one-",
    "console-queue-order-",
    "web-kind-",
    "web-linked-",
    "md-drop-",
    "thinks-",
    "no-appeal-",
)
"""What the names of texts begin with that the code puts together."""


class Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.plurals: list[set[str]] = []

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)

    def visit_SelectExpression(self, node: SelectExpression) -> None:  # noqa: N802
        self.plurals.append({v.key.name for v in node.variants if isinstance(v.key, Identifier)})  # beside "[0]"
        self.generic_visit(node)


def messages(lang: Lang) -> dict[str, Variables]:
    found = {}
    for item in FluentParser().parse(catalogue(lang)).body:
        assert type(item).__name__ != "Junk", item
        if isinstance(item, Message):
            assert item.id.name not in found, f"{item.id.name} twice"
            found[item.id.name] = Variables()
            found[item.id.name].visit(item)
    return found


def test_both_catalogues_have_the_same_texts_with_the_same_values() -> None:
    russian, english = messages("ru"), messages("en")
    assert russian.keys() == english.keys()
    for key in russian:
        assert russian[key].names == english[key].names, key


def test_every_text_that_the_code_asks_for_is_there_and_none_is_unused() -> None:
    sources = [path for path in SOURCES.rglob("*") if path.suffix in (".py", ".html")]
    code = "\n".join(path.read_text("utf-8") for path in sources)
    keys = set(messages("ru"))
    built = {k for k in keys if k.startswith(BUILT)}
    assert {key for key in keys - built if f'"{key}"' not in code and f"'{key}'" not in code} == set()
    assert set(re.findall(r"""texts\(["']([a-z-]+)["'][,)]""", code)) <= keys
    assert {f"cmd-{name}" for name in menu.COMMANDS} == {k for k in keys if k.startswith("cmd-")}


def test_plurals_name_every_form_of_their_language() -> None:
    for variables in messages("en").values():
        assert all(forms == {"one", "other"} for forms in variables.plurals)
    for key, variables in messages("ru").items():
        for forms in variables.plurals:  # cases in which few and many are written alike may share a form
            assert forms in ({"one", "few", "many"}, {"one", "other"}), key


@pytest.mark.parametrize(
    ("ahead", "seconds", "expected"),
    [
        (1, 21, "перед вами 1 картинка, ждать около 21 секунды"),
        (3, 5, "перед вами 3 картинки, ждать около 5 секунд"),
        (11, 30, "перед вами 11 картинок, ждать около 30 секунд"),
        (22, 11, "перед вами 22 картинки"),
    ],
)
def test_russian_counts_are_right(ahead: int, seconds: float, expected: str) -> None:
    assert expected in render.place(QueuePosition(ahead, seconds), Catalogues("ru")["ru"])


@pytest.mark.parametrize("lang", LANGS)
def test_every_refusal_has_a_sentence_in_every_language(lang: Lang) -> None:
    texts = Catalogues("ru")[lang]
    problems = ("unreadable", "empty", "not a picture", "unsupported", "too large", "damaged")
    errors: list[BotError | MediaError | QueueFull | TooManyAtOnce] = [
        QueueFull(5),
        TooManyAtOnce(21),
        HourLimit(60),
        FileTooLarge(20),
        FileGone(),
        QuestionTooLong(500),
        Unsupported("voice"),
        Unsupported("link"),
        Unsupported(),
        Unreachable(1, blocked=True),
        *(MediaError("x", problem) for problem in problems),
    ]
    said = [render.refusal(error, texts) for error in errors]  # type: ignore[arg-type]
    assert all(len(sentence) > 20 for sentence in said)
    assert len(set(said)) == len(said)


def test_telegrams_limits_of_menu_texts_hold() -> None:
    for lang in LANGS:
        texts = Catalogues("ru")[lang]
        assert len(texts("bot-description")) <= 512
        assert len(texts("bot-short")) <= 120
        assert all(1 <= len(texts(f"cmd-{name}")) <= 256 for name in menu.COMMANDS)


@pytest.mark.parametrize(
    ("chosen", "code", "expected"),
    [("en", "ru", "en"), (None, "ru-RU", "ru"), (None, "be", "ru"), (None, "de", "en"), (None, None, "ru")],
)
def test_the_setting_comes_first_then_telegrams_language(chosen: Lang | None, code: str | None, expected: str) -> None:
    assert Catalogues("ru").choose(chosen, code).lang == expected


def test_a_missing_text_or_value_is_an_error() -> None:
    texts = Texts("en", "greeting = Hello { $name }\n")
    assert texts("greeting", name="x") == "Hello x"
    with pytest.raises(MissingText):
        texts("greeting")
    with pytest.raises(MissingText):
        texts("farewell")


def test_a_text_of_one_line_is_read_without_fluent_as_fluent_reads_it() -> None:
    catalogues = Catalogues("ru")
    for lang in LANGS:
        for key, message in messages(lang).items():
            if key.startswith(("answer-", "certainty-")):
                values = dict.fromkeys(message.names, "«{ $x }»")
                assert phrase(lang, key, **values) == catalogues[lang](key, **values)
    with pytest.raises(MissingText):
        phrase("en", "answer-nothing")


NAMES = (
    "OpenAI Telegram UTC NaN JPEG PNG GIF WebP MP CC UTF BOM LF CSV HTML JavaScript Markdown Shift Windows In English"
    " Europe Moscow Asia Tbilisi Enter Esc Excel"
)
TYPED = "is owner admin moderator editor none ru en id says title roles rows down across row rejected beneath"
FILES = "fine this memebot kb fmt resolve sync entries exemplars https png jpg webp gif mp fp npz"
LATIN = frozenset(f"{NAMES} {TYPED} {FILES}".split())
"""Words in Latin letters that stand in Russian texts on purpose: names, and what one types."""


def test_russian_texts_have_no_words_in_latin_letters_but_names_and_what_one_types() -> None:
    typed = re.compile(r"\{[^{}]*\}|<[^>]*>|https?://\S+|/[a-z]+(?: [a-z0-9#]+)?|`[^`]*`|&\w+;|@\w+|--\w+|MEMEBOT_\w+")
    found: dict[str, set[str]] = {}
    for item in FluentParser().parse(catalogue("ru")).body:
        if isinstance(item, Message):
            for pattern in [item.value, *(attribute.value for attribute in item.attributes)]:
                words = set(re.findall(r"[A-Za-z]{2,}", typed.sub(" ", _words_of(pattern)))) - LATIN
                found.setdefault(item.id.name, set()).update(words)
    assert {key: words for key, words in found.items() if words} == {}


def _words_of(pattern: Pattern | None) -> str:
    """The words of a text in all its variants, with marks and without values."""
    if pattern is None:
        return ""
    parts = []
    for element in pattern.elements:
        if isinstance(element, TextElement):
            parts.append(element.value)
        elif isinstance(element, Placeable) and isinstance(element.expression, SelectExpression):
            parts += [_words_of(variant.value) for variant in element.expression.variants]
    return " ".join(parts)


def test_a_value_may_be_as_long_as_people_write() -> None:
    for long in ("&amp;" * 1000, "x" * 100_000):
        assert long in Catalogues("en")["en"]("settings-bad", problem=long)
