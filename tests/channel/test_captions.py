"""Captions keep their formatting however they are edited, and nothing in them reaches beyond its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memebot.channel.posts.captions import FORMATTING, FormattedText, carried_over, read_entities, units


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


def marked(text: FormattedText) -> list[str]:
    """The words under each formatting."""
    raw = text.text.encode("utf-16-le", "surrogatepass")
    return [
        raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le", "replace") for e in text.entities
    ]


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ("see the loss go up", ["loss"]),
        ("😀😀 see the loss go down", ["loss"]),
        ("see the loss", ["loss"]),
        ("see the big loss go down", ["loss"]),
        ("see the lo ss go down", ["lo ss"]),
        ("see the gain go down", ["gain"]),
        ("see go down", []),
        ("", []),
    ],
)
def test_formatting_stays_on_what_stays_when_the_text_is_edited(new: str, kept: list[str]) -> None:
    old = FormattedText("see the loss go down", (bold(8, 4),))
    assert marked(carried_over(old, new)) == kept


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 30), st.integers(1, 30))
def test_formatting_that_is_carried_over_never_reaches_beyond_the_text(
    old: str, new: str, offset: int, length: int
) -> None:
    carried = carried_over(FormattedText(old, (bold(offset, length),)), new)
    assert carried.text == new
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= units(new) for e in carried.entities)


@given(st.text(max_size=30), st.lists(st.tuples(st.sampled_from(FORMATTING), st.integers(0, 35), st.integers(1, 35))))
def test_the_pieces_of_a_text_are_the_text(text: str, spans: list[tuple[str, int, int]]) -> None:
    entities = tuple({"type": kind, "offset": offset, "length": length} for kind, offset, length in spans)
    whole = FormattedText(text, entities).pieces()
    if all(ord(character) < 0x10000 for character in text):
        assert "".join(piece.text for piece in whole) == text
    assert all(set(piece.formats) <= set(FORMATTING) for piece in whole)


def test_formattings_that_cross_are_cut_where_they_do() -> None:
    pieces = FormattedText("abcd", (bold(0, 3), {"type": "italic", "offset": 1, "length": 3})).pieces()
    assert [(piece.text, sorted(piece.formats)) for piece in pieces] == [
        ("a", ["bold"]),
        ("bc", ["bold", "italic"]),
        ("d", ["italic"]),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "bold",
        [7],
        [{"type": "bold"}],
        [{"type": "bold", "offset": -1, "length": 2}],
        [{"type": "bold", "offset": 0, "length": 0}],
        [{"type": "bold", "offset": "0", "length": 2}],
        [{"type": "script", "offset": 0, "length": 2}],
        [{"type": "text_link", "offset": 0, "length": 2}],
        [{"type": "text_link", "offset": 0, "length": 2, "url": "javascript:alert(1)"}],
        [{"type": "text_link", "offset": 0, "length": 2, "url": "tg://user?id=1"}],
        [{"type": "text_link", "offset": 0, "length": 2, "url": 'https://x" onload="y'}],
        [{"type": "text_mention", "offset": 0, "length": 2, "user": {"id": 1}}],
    ],
)
def test_of_what_somebody_sends_as_formatting_only_formatting_is_read(sent: object) -> None:
    assert read_entities(sent) == ()


def test_a_link_into_the_web_is_kept_without_what_else_came_with_it() -> None:
    sent = [{"type": "text_link", "offset": 0, "length": 2, "url": "https://a.example/x", "user": 7}]
    assert read_entities(sent) == ({"type": "text_link", "offset": 0, "length": 2, "url": "https://a.example/x"},)
