"""Captions keep their words and their formatting; what hides text is left out."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Chat, Message, MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from memebot.channel.posts.captions import units
from memebot.telegram.ui.captions import entities_of, written

AT = datetime(2026, 1, 2, tzinfo=UTC)


def message(text: str, *entities: tuple[str, int, int]) -> Message:
    return Message(
        message_id=1,
        date=AT,
        chat=Chat(id=1, type="private"),
        text=text,
        entities=[MessageEntity(type=kind, offset=offset, length=length) for kind, offset, length in entities],
    )


def spans(text: str, entities: Any) -> list[tuple[str, str]]:
    return [(entity.type, entity.extract_from(text)) for entity in entities_of(entities)]


def test_formatting_stays_where_it_was() -> None:
    text, entities = written(message("one two", ("bold", 4, 3)))
    assert text == "one two"
    assert spans(text, entities) == [("bold", "two")]


def test_the_command_goes_and_the_formatting_moves_along() -> None:
    text, entities = written(message("/submit  one two", ("bot_command", 0, 7), ("bold", 13, 3)), after_command=True)
    assert text == "one two"
    assert spans(text, entities) == [("bold", "two")]


def test_a_command_alone_is_no_caption() -> None:
    assert written(message("/submit", ("bot_command", 0, 7)), after_command=True) == ("", ())


def test_direction_marks_and_control_characters_go_and_the_formatting_follows() -> None:
    text, entities = written(message("a\u202eb\x00 cd", ("italic", 5, 2)))
    assert text == "ab cd"
    assert spans(text, entities) == [("italic", "cd")]


def test_blanks_at_the_ends_go() -> None:
    text, entities = written(message("  \n😀 x  ", ("bold", 3, 2)))
    assert text == "😀 x"
    assert spans(text, entities) == [("bold", "😀")]


@pytest.mark.parametrize("kind", ["mention", "url", "hashtag", "bot_command", "text_mention"])
def test_what_telegram_finds_by_itself_is_not_kept(kind: str) -> None:
    assert written(message("abc", (kind, 0, 3)))[1] == ()


@given(st.text(max_size=40), st.integers(0, 45), st.integers(1, 45))
def test_formatting_never_reaches_beyond_the_text(text: str, offset: int, length: int) -> None:
    shown, entities = written(message(text, ("bold", offset, length)))
    for entity in entities_of(entities):
        assert entity.offset >= 0
        assert entity.length > 0
        assert entity.offset + entity.length <= units(shown)
