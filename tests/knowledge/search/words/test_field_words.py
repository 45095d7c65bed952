"""Which words are of the field?"""

from __future__ import annotations

from collections.abc import Callable

from knowledge.entry.model import Entry
from knowledge.search.words.base_words import WordSegments
from knowledge.search.words.field_words import FieldWords
from knowledge.stems import stem

Make = Callable[..., Entry]


def test_a_word_of_the_field_is_in_many_entries_and_seldom_in_everyday_texts(make_entry: Make) -> None:
    says = ["my dataset at my house" if n < 2 else "my dataset" for n in range(99)]
    jokes = [make_entry(f"j-{n}", "joke", captions={"ru": (), "en": (one,)}) for n, one in enumerate(says)]
    poet = make_entry("poet", "joke", captions={"ru": ("нейросеть поёт Есенина",), "en": ()})
    forms = [make_entry(f"form-{n}", "format", asks={"ru": (), "en": ("a bearded pirate",)}) for n in range(99)]
    entries = [*jokes, poet, *forms]
    field = FieldWords(entries, WordSegments().words(entries))
    assert stem("dataset") in field
    assert stem("house") not in field  # everybody says it
    assert stem("есенина") not in field  # one joke's own
    assert stem("pirate") not in field  # what templates show
    assert stem("unheard") not in field
