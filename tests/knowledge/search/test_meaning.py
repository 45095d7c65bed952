"""The meaning channel over vectors that can be predicted: a vector counts letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from knowledge.entry.model import Entry, EntryId
from knowledge.phrase_file import PhraseFile
from knowledge.reading import EncoderId, Vectors, unit
from knowledge.search.kept import KeptArrays
from knowledge.search.meaning import NO_MEANING, MeaningIndex, MeaningSpace, lead, phrases_of

LETTERS = EncoderId("letters/1")


class Letters:
    """Embeds a text as how often each letter occurs; keeps what it was asked for."""

    id = LETTERS

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return unit(np.array([[text.count(chr(97 + n)) + 0.01 for n in range(26)] for text in texts]))


class Known:
    """Vectors as a base stores them."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self.vectors = dict(zip(phrases, Letters().embed(phrases), strict=True))

    def phrase_vectors(self, encoder: EncoderId, phrases: Sequence[str]) -> dict[str, Vectors]:
        return {phrase: self.vectors[phrase] for phrase in phrases if phrase in self.vectors}


def entry(name: str, *asks: str) -> Entry:
    return Entry(
        id=EntryId(name),
        kind="concept",
        title={"ru": name, "en": name},
        text={"ru": "", "en": ""},
        asks={"ru": (), "en": asks},
    )


class Later:
    """A vector that is computed once it is asked for."""

    def __init__(self, work: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> None:
        self._work, self.texts, self.dropped = work, texts, False

    def result(self) -> Vectors:
        return self._work(self.texts)

    def drop(self) -> None:
        self.dropped = True


ENTRIES = [entry("zzz", "banana", "ananas"), entry("yyy", "kiwi"), entry("xxx", "plum")]
KNOWN = Known([phrase for one in ENTRIES for phrase in phrases_of(one)])


def index() -> MeaningIndex:
    return MeaningIndex(ENTRIES, KNOWN.vectors)


def test_the_nearest_entry_comes_first_and_alone_is_ahead() -> None:
    found = index().near(Letters().embed(["bananas"])[0])
    assert next(iter(found)) == "zzz"
    assert found[EntryId("zzz")].ahead > 0
    assert all(not other.ahead for name, other in found.items() if name != "zzz")


def test_several_phrases_that_are_near_count_for_more_than_one() -> None:
    entries = [entry("qqq", "banana"), entry("www", "banana", "bananas"), entry("kkk", "kiwi")]
    known = Known([phrase for one in entries for phrase in phrases_of(one)])
    found = MeaningIndex(entries, known.vectors).near(Letters().embed(["a banana"])[0])
    assert found[EntryId("www")].near > found[EntryId("qqq")].near


def test_a_text_can_be_looked_for_as_if_phrases_were_not_there() -> None:
    vector, other = Letters().embed(["banana", "ananas"])
    whole, without, less = (index().near(vector, without=some) for some in ((), (vector,), (vector, other)))
    zzz = EntryId("zzz")
    assert whole[zzz].near > 0.99
    assert whole[zzz].near > without[zzz].near > less.get(zzz, NO_MEANING).near


def test_an_entry_without_vectors_is_not_compared() -> None:
    assert MeaningIndex([entry("aaa", "grape")], {}).near(Letters().embed(["grape"])[0]) == {}


def test_a_text_is_embedded_once_and_never_if_it_is_stored() -> None:
    encoder = Letters()
    space = MeaningSpace(encoder)
    assert np.allclose(space.vector("kiwi", KNOWN), KNOWN.vectors["kiwi"])
    space.vector("new", KNOWN)
    space.vector("new", KNOWN)
    assert encoder.asked == ["new"]


def test_an_index_is_made_anew_when_the_base_has_changed() -> None:
    space = MeaningSpace(Letters())
    first = space.index(ENTRIES, KNOWN, 1)
    assert space.index(ENTRIES, KNOWN, 1) is first
    assert space.index(ENTRIES, KNOWN, 2) is not first
    assert space.index(ENTRIES, KNOWN, 0) is not space.index(ENTRIES, KNOWN, 0)


def test_an_index_that_was_kept_answers_as_the_one_that_was_made_and_follows_a_change(tmp_path: Path) -> None:
    kept, made, restored = KeptArrays(tmp_path), MeaningSpace(Letters()), MeaningSpace(Letters())
    made.keep(ENTRIES, KNOWN, 1, kept, made.key(ENTRIES))
    assert not restored.restore(ENTRIES, 1, kept, restored.key(ENTRIES[1:]))
    assert restored.restore(ENTRIES, 1, kept, restored.key(ENTRIES))

    changed = [entry("zzz", "banana"), *ENTRIES[1:]]
    vector = Letters().embed(["cherry"])[0]
    for entries, generation in ((ENTRIES, 1), (changed, 0)):
        one, other = (space.index(entries, KNOWN, generation).near(vector) for space in (made, restored))
        assert one == other


def test_the_index_of_an_unsaved_change_differs_in_what_the_change_says_alone() -> None:
    known = Known([*KNOWN.vectors, "cherry"])
    space = MeaningSpace(Letters())
    saved = space.index(ENTRIES, known, 1)
    trial = space.index([entry("zzz", "banana"), ENTRIES[1], entry("www", "cherry")], known, 0)
    near = trial.near(Letters().embed(["cherry"])[0])
    assert next(iter(near)) == "www"
    assert "xxx" not in near
    plain = Letters().embed(["kiwi"])[0]
    assert np.isclose(trial.near(plain)[EntryId("yyy")].near, saved.near(plain)[EntryId("yyy")].near)
    gone = Letters().embed(["ananas"])[0]
    assert trial.near(gone)[EntryId("zzz")].near < saved.near(gone)[EntryId("zzz")].near


def test_the_index_of_a_saved_change_follows_the_last_one_and_takes_vectors_that_come_later() -> None:
    many = [*ENTRIES, *(entry(f"n{number}", f"{'fig' * number} elder") for number in range(1, 40))]
    known, space = Known([phrase for one in many for phrase in phrases_of(one)]), MeaningSpace(Letters())
    space.index(many, known, 1)
    changed, text = [entry("zzz", "banana", "quince"), *many[1:]], Letters().embed(["quince"])[0]
    before = space.index(changed, known, 2).near(text)[EntryId("zzz")].near
    known.vectors["quince"] = text
    after = space.index(changed, known, 3)
    assert after.near(text)[EntryId("zzz")].near > max(before, 0.9) and not after.worn
    assert not space.index(changed, known, 4).worn
    others = [*changed, *(entry(f"m{number}", "banana") for number in range(5))]
    assert after.changed(others, known, LETTERS).worn and not space.index(others, known, 5).worn


def test_a_file_of_phrases_gives_their_vectors_back_to_its_own_encoder_alone(tmp_path: Path) -> None:
    path = tmp_path / "meaning.npz"
    data = PhraseFile.of(LETTERS, KNOWN.vectors).to_bytes()
    path.write_bytes(data)
    assert data == PhraseFile.of(LETTERS, KNOWN.vectors).to_bytes()
    found = PhraseFile.read(path, LETTERS).find(["banana", "absent"])
    assert list(found) == ["banana"]
    assert np.allclose(found["banana"], KNOWN.vectors["banana"], atol=0.01)
    assert PhraseFile.read(path, EncoderId("letters/2")).find(["banana"]) == {}
    assert PhraseFile.read(tmp_path / "absent", LETTERS).find(["banana"]) == {}


def test_a_file_of_phrases_is_renewed_without_computing_what_it_holds() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return Letters().embed(texts)

    before = PhraseFile.of(LETTERS, KNOWN.vectors)
    first, second, *dropped = KNOWN.vectors
    after = before.renewed([second, "medlar", first], embed)
    assert asked == ["medlar"] and dropped
    assert after.missing([first, second, "medlar", *dropped]) == dropped
    assert np.array_equal(after.find([first])[first], before.find([first])[first])
    assert np.allclose(after.find(["medlar"])["medlar"], Letters().embed(["medlar"])[0], atol=0.01)


def test_the_lead_of_an_explanation_is_cut_after_a_sentence() -> None:
    assert lead("One.\n\nTwo.") == "One."
    assert lead("A first sentence. " + "word " * 100) == "A first sentence."
    assert len(lead("word " * 100)) <= 300


def test_what_is_foreseen_is_computed_once_and_what_nobody_asked_for_not_at_all() -> None:
    encoder, begun = Letters(), list[Later]()
    space = MeaningSpace(encoder)
    remembered = space.vector("plum", KNOWN)

    def begin(work: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Later:
        begun.append(Later(work, texts))
        return begun[-1]

    space.foresee(["plum", "banana", "a pear", "a fig"], KNOWN, begin)
    assert [one.texts for one in begun] == [["a pear"], ["a fig"]]
    assert (space.vector("a pear", KNOWN) == Letters().embed(["a pear"])[0]).all()
    assert (space.vector("a pear", KNOWN) == space.vector("a pear", KNOWN)).all()
    assert (space.vector("plum", KNOWN) == remembered).all()
    assert encoder.asked == ["a pear"]

    space.foresee(["a quince"], KNOWN, begin)
    assert [one.dropped for one in begun] == [False, True, False]
