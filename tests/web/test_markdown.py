"""Entries' Markdown on a page."""

from __future__ import annotations

import pytest

from memebot.web.markdown import MOST, html


@pytest.mark.parametrize("hostile", ["[", "![", "[a](", "*a ", "`a", "<", "> ", "- "])
def test_of_a_text_without_end_only_the_beginning_is_read(hostile: str) -> None:
    shown = html(hostile * 62_000)
    assert len(shown.striptags()) <= MOST + 1


def test_a_text_that_is_longer_than_any_entry_ends_with_an_ellipsis() -> None:
    assert html("a" * MOST) == f"<p>{'a' * MOST}</p>\n"
    assert html("a" * MOST + "b") == f"<p>{'a' * MOST}…</p>\n"


def test_raw_html_and_addresses_that_are_not_of_the_web_stay_words() -> None:
    assert html("<b>x</b> [y](javascript:z)") == "<p>&lt;b&gt;x&lt;/b&gt; [y](javascript:z)</p>\n"
