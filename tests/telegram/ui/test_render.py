"""What people read: Telegram HTML that is always well formed, short enough and harmless."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memebot.telegram.ui.keyboards import base36
from memebot.telegram.ui.render import MESSAGE, quoted, to_html, units

ALLOWED = {"b", "i", "s", "a", "code", "pre", "blockquote"}


class Checker(HTMLParser):
    """Follows tags as Telegram does: only known ones, properly nested, all closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert tag not in self.open
        assert not {"code", "pre"} & set(self.open)
        for name, value in attrs:
            assert (tag, name) in {("a", "href"), ("blockquote", "expandable")}
            assert name != "href" or re.match("https?://", value or "", re.I)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def visible(html: str) -> str:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    return checker.text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**bold** *it* ~~gone~~ `a<b`", "<b>bold</b> <i>it</i> <s>gone</s> <code>a&lt;b</code>"),
        ("# Title\n\ntext", "<b>Title</b>\n\ntext"),
        ("# A **bold** title", "<b>A bold title</b>"),
        ("- one\n- two\n  - in", "• one\n• two\n  • in"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> said", "<blockquote>said</blockquote>"),
        ("```py\nx < 1\n```", "<pre>x &lt; 1</pre>"),
        ("[l](https://a.b/?q=1&x=2)", '<a href="https://a.b/?q=1&amp;x=2">l</a>'),
        ("one\ntwo\n\nthree", "one two\n\nthree"),
        ("![a picture](https://a.b/c.png)", "a picture"),
    ],
)
def test_markdown_becomes_telegrams_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>x",
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '[x](https://a"b<c>)',
        "&lt;b&gt; &amp;",
        "[x](tg://user?id=1)",
        "`" * 50,
        "*" * 51 + "a" + "_" * 51,
        "> " * 80 + "deep",
        "\u202eabc",
        "\x00\x07",
    ],
)
def test_hostile_text_is_harmless(hostile: str) -> None:
    visible(to_html(hostile))


def test_of_markdown_without_end_only_the_beginning_is_read() -> None:
    shown = visible(to_html("[" * 62_000, 100_000))
    assert shown == "[" * 4 * MESSAGE + "…"


def test_raw_html_is_shown_not_obeyed() -> None:
    assert visible(to_html("<a href='https://evil'>x</a>")) == "<a href='https://evil'>x</a>"


def test_text_that_turns_the_writing_direction_is_cleaned() -> None:
    assert to_html("a\u202eb\x00c") == "abc"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab *_`~<>&[]()#-\n.1!\"'\\😀я|")), max_size=300), st.integers(5, 60))
def test_any_markdown_is_well_formed_and_within_its_limit(markdown: str, limit: int) -> None:
    assert units(visible(to_html(markdown, limit))) <= limit


def test_a_long_text_ends_with_an_ellipsis_between_words() -> None:
    text = visible(to_html("word " * 5000))
    assert units(text) <= MESSAGE
    assert text.endswith("word…")


def test_length_is_counted_as_telegram_counts() -> None:
    assert units("a😀") == 3
    assert visible(to_html("😀" * 30, 21)) == "😀" * 10 + "…"


def test_what_was_read_is_quoted_word_for_word() -> None:
    assert quoted("<b> *x*") == "<blockquote expandable>&lt;b&gt; *x*</blockquote>"


@pytest.mark.parametrize("number", [0, 1, 35, 36, 10**9])
def test_base_36_reads_back(number: int) -> None:
    assert int(base36(number), 36) == number
