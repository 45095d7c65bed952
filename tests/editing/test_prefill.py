"""What a new entry starts from."""

from collections.abc import Callable, Sequence

import pytest

from knowledge.entry.model import EntryId, Kind
from knowledge.reading import Fingerprint, Reading
from knowledge.search.searcher import Match
from memebot.editing.prefill import MAX_PICTURES, PrefillPicture, distinct, first_words, phrases_of, prefilled

Read = Callable[..., Reading]

MATCHES = [
    Match(EntryId("lava"), "format", 0.3, {}),
    Match(EntryId("overfitting"), "concept", 0.2, {}),
    Match(EntryId("swot"), "joke", 0.2, {}),
    Match(EntryId("far-away"), "concept", 0.01, {}),
]


def test_memes_that_share_words_in_a_row_start_with_those(reading_of: Read) -> None:
    variants = [["BOIL THE BEETROOT", "FOR TWO HOURS"], ["boil the beetroot for three hours"]]
    assert phrases_of([reading_of(lines) for lines in variants]) == ["boil the beetroot for"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([["boil the beetroot", "ok", "boil the beetroot", "two of them"]], ["boil the beetroot"]),
        ([["nothing in common here"], ["quite another caption"]], ["nothing in common here"]),
        ([["of the and in"], ["of the and in"]], []),
        ([[]], []),
    ],
    ids=["lines-once", "first-of-strangers", "only-stop-words", "no-words"],
)
def test_otherwise_the_telling_lines_of_the_first(
    reading_of: Read, texts: Sequence[Sequence[str]], expected: list[str]
) -> None:
    assert phrases_of([reading_of(lines) for lines in texts]) == expected


@pytest.mark.parametrize(
    ("kind", "formats", "concepts"),
    [("joke", ("lava",), ("overfitting",)), ("format", (), ()), ("concept", (), ())],
)
def test_only_a_joke_starts_with_what_it_resembles(
    reading_of: Read, kind: Kind, formats: tuple[str, ...], concepts: tuple[str, ...]
) -> None:
    entry = prefilled(kind, [reading_of(["boil the beetroot"])], MATCHES, [])
    assert (entry.formats, entry.concepts) == (formats, concepts)
    assert entry.says == (() if kind == "concept" else ("boil the beetroot",))


def test_a_concept_starts_with_the_words_of_both_languages(reading_of: Read) -> None:
    entry = prefilled("concept", [reading_of(["Gizmotron варит свёклу"])], [], [])
    assert (entry.keywords["en"], entry.keywords["ru"]) == (("gizmotron",), ("варит", "свеклу"))


def test_a_phrase_that_another_entry_says_is_left_to_it(reading_of: Read, make_entry: Callable[..., object]) -> None:
    known = make_entry("soup", says=("Boil the  beetroot",))
    assert prefilled("joke", [reading_of(["boil the beetroot"])], [], [known]).says == ()  # type: ignore[list-item]


def test_pictures_that_are_nearly_the_same_start_as_one_exemplar(
    reading_of: Read, make_fingerprint: Callable[..., Fingerprint]
) -> None:
    def seen(name: str, **options: bytes) -> PrefillPicture:
        return PrefillPicture(reading_of([], [make_fingerprint(name, **options)]))

    first = make_fingerprint("a").pdq
    near = bytes([first[0] ^ 1]) + first[1:]
    assert len(distinct([seen("a"), seen("b", pdq=near), seen("c"), PrefillPicture(reading_of())])) == 2
    assert len(distinct([seen(str(number)) for number in range(20)])) == MAX_PICTURES


def test_the_proposed_name_is_made_of_telling_words(reading_of: Read) -> None:
    assert first_words([reading_of(["When you boil the beetroot for two hours"])]) == "boil beetroot hours"
    assert first_words([]) == "new entry"
