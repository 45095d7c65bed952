"""English words come back from Cyrillic letters that look like theirs; Russian words stay."""

from __future__ import annotations

import pytest

from knowledge.search.words.lookalikes import Lookalikes
from knowledge.stems import stems

WORDS = Lookalikes(set(stems("backprop paper перенос номер опрос")).__contains__)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("вывести БасКргор", "вывести backprop"),
        ("The рарег has code", "The paper has code"),
        ("Al engineers at OpenAl", "AI engineers at OpenAI"),
    ],
)
def test_a_word_is_written_as_it_was_printed(read: str, printed: str) -> None:
    assert WORDS.mended(read) == printed


@pytest.mark.parametrize("text", ["перенос", "опрос номер два", "торс", "Al Pacino", "Алгоритм"])
def test_real_words_stay(text: str) -> None:
    assert WORDS.mended(text) == text
