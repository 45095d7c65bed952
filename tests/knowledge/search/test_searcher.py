"""From a reading to ranked matches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from knowledge.entry.model import Entry, FormatRole
from knowledge.reading import EncoderId, Fingerprint, Line, Reading, Vectors
from knowledge.search.kept import KeptArrays
from knowledge.search.meaning import MeaningSpace
from knowledge.search.roles import Placement, RoleText
from knowledge.search.searcher import AT_ONCE, MEANT, Match, Searcher, TextModels, joined
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase

FAKE = EncoderId("fake-00000000")
Make = Callable[..., Fingerprint]


@dataclass(frozen=True)
class Found:
    score: float
    inliers: int


def axis(*numbers: int) -> np.ndarray:
    vector = np.zeros((1, 8), np.float32)
    vector[0, list(numbers)] = 1 / np.sqrt(len(numbers))
    return vector


def keep(kb: KnowledgeBase, name: str, fingerprint: Fingerprint) -> None:
    kb.exemplars.put(f"{name}.fp.npz", fingerprint.to_bytes())


@pytest.fixture
def base(kb: KnowledgeBase, save: Callable[..., Entry], make_fingerprint: Make) -> KnowledgeBase:
    """Two templates along their own axes, a joke that uses the first, a concept."""
    for number, name in enumerate(["lava", "brain"]):
        keep(kb, name, make_fingerprint(name, axis(number)))
        save(name, "format", title=f"The {name} template", exemplars=(f"{name}.fp.npz",))
    keep(kb, "lava-code", make_fingerprint("lava-code", axis(0, 5)))
    save(
        "lava-code",
        "joke",
        title="Lava is readable code",
        formats=("lava",),
        exemplars=("lava-code.fp.npz",),
        says=("the floor is readable code",),
    )
    save("overfitting", title="Overfitting", aliases=("overfit",))
    return kb


def search(base: KnowledgeBase, reading: Reading, **options: object) -> dict[str, Match]:
    bank = options.pop("bank", np.zeros((0, 8), np.float32))
    verify = options.pop("verify", no_geometry)
    searcher = Searcher(base, encoder=FAKE, bank=bank, verify=verify)  # type: ignore[arg-type]
    return {str(match.entry): match for match in searcher.search(reading)}


Read = Callable[..., Reading]


def test_the_same_bytes_are_a_copy(base: KnowledgeBase, make_fingerprint: Make, reading_of: Read) -> None:
    match = search(base, reading_of(frames=[make_fingerprint("brain", quality=0)]))["brain"]
    assert match.evidence["copy"] == 1.0
    assert match.exemplar == "brain.fp.npz"


def test_a_near_hash_is_a_copy_and_a_far_one_is_not(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read
) -> None:
    bits = np.frombuffer(make_fingerprint("brain").pdq, np.uint8).copy()
    bits[0] ^= 0xFF  # 8 of 256 bits
    near = make_fingerprint("other", pdq=bits.tobytes())
    assert search(base, reading_of(frames=[near]))["brain"].evidence["copy"] == pytest.approx(1 - 8 / 62, abs=1e-3)
    bits[1:5] ^= 0xFF  # 40 of 256
    assert "brain" not in search(base, reading_of(frames=[make_fingerprint("other", pdq=bits.tobytes())]))


def test_a_hash_of_low_quality_proves_nothing(base: KnowledgeBase, make_fingerprint: Make, reading_of: Read) -> None:
    flat = make_fingerprint("other", pdq=make_fingerprint("brain").pdq, quality=49)
    assert search(base, reading_of(frames=[flat])) == {}


def test_the_nearest_vector_wins_and_the_bank_is_subtracted(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read
) -> None:
    query = reading_of(frames=[make_fingerprint("new", axis(1))])
    alone = search(base, query)
    assert max(alone.values(), key=lambda m: m.confidence).entry == "brain"
    assert alone["brain"].evidence["image"] == pytest.approx(1.0, abs=1e-3)
    assert "brain" not in search(base, query, bank=axis(1))


def test_geometry_is_asked_of_the_short_list_and_raises_the_confidence(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read
) -> None:
    query = reading_of(frames=[make_fingerprint("new", axis(1, 2, 3))])
    brain = make_fingerprint("brain").sha256

    def verify(_: Fingerprint, exemplar: Fingerprint) -> Found:
        return Found(1.0, 60) if exemplar.sha256 == brain else Found(0.0, 0)

    before, after = search(base, query), search(base, query, verify=verify)
    assert after["brain"].evidence["geometry"] == 1.0
    assert after["brain"].confidence > 0.9 > before["brain"].confidence


def test_a_jokes_picture_speaks_for_its_format_and_its_words_for_the_joke(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read
) -> None:
    def verify(_: Fingerprint, exemplar: Fingerprint) -> Found:
        return Found(1.0, 60) if exemplar.sha256 == make_fingerprint("lava-code").sha256 else Found(0.0, 0)

    frames = [make_fingerprint("new", axis(0, 5))]
    other_words = search(base, reading_of(["the floor is washing dishes"], frames), verify=verify)
    assert other_words["lava"].confidence > 0.9
    assert other_words["lava-code"].confidence < 0.5
    its_words = search(base, reading_of(["the floor is readable code"], frames), verify=verify)
    assert its_words["lava-code"].confidence > 0.5


def test_a_joke_of_a_loose_form_is_known_by_its_own_picture(
    base: KnowledgeBase, save: Callable[..., Entry], make_fingerprint: Make, reading_of: Read
) -> None:
    keep(base, "docs", make_fingerprint("docs", axis(6)))
    save("screenshot", "format", title="Screenshot")
    save("docs", "joke", title="The docs", formats=("screenshot",), exemplars=("docs.fp.npz",))
    found = search(base, reading_of(frames=[make_fingerprint("docs", axis(6))]))
    assert found["docs"].confidence > 0.9
    assert "screenshot" not in found


def test_words_alone_find_a_concept_and_the_caption_counts_as_words(base: KnowledgeBase, reading_of: Read) -> None:
    assert search(base, reading_of(["my model is overfit"]))["overfitting"].confidence > 0.4
    assert search(base, reading_of(caption="overfit"))["overfitting"].confidence > 0.5


def test_what_was_kept_of_pictures_that_match_nothing_tells_the_same_and_not_of_other_ones(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read, tmp_path: Path
) -> None:
    reading = reading_of(frames=[make_fingerprint("unknown", axis(1, 2))])

    def found(bank: Vectors, kept: KeptArrays | None) -> list[Match]:
        return Searcher(base, encoder=FAKE, bank=bank, verify=no_geometry, kept=kept).search(reading)

    kept, banks = KeptArrays(tmp_path), (axis(1, 3), axis(4, 6))
    first = [found(bank, kept) for bank in banks]
    assert first == [found(bank, kept) for bank in banks] == [found(bank, None) for bank in banks]
    assert first[0] != first[1]
    assert [lot.name.partition("-")[0] for lot in tmp_path.iterdir()] == ["bank"]


def test_a_missing_template_counts_against_a_joke_only_where_a_picture_was_looked_at(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read
) -> None:
    text = "the floor is readable code"
    searcher = Searcher(base, encoder=FAKE, bank=np.zeros((0, 8), np.float32), verify=no_geometry)
    asked = {str(match.entry): match for match in searcher.ask(text)}["lava-code"]
    seen = search(base, reading_of([text], [make_fingerprint("unknown", axis(7))]))["lava-code"]
    assert seen.confidence < asked.confidence


def test_nothing_speaks_for_anything_where_nothing_is_seen(base: KnowledgeBase, reading_of: Read) -> None:
    assert search(base, reading_of()) == {}


def test_a_change_of_the_base_is_seen_by_the_next_search(
    base: KnowledgeBase, save: Callable[..., Entry], reading_of: Read
) -> None:
    searcher = Searcher(base, encoder=FAKE, bank=np.zeros((0, 8), np.float32), verify=no_geometry)
    assert searcher.search(reading_of(["dropout"])) == []
    save("dropout", title="Dropout")
    assert searcher.search(reading_of(["dropout"]))[0].entry == "dropout"


def test_vectors_of_another_encoder_are_never_compared(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read
) -> None:
    other = make_fingerprint("new").with_vectors(EncoderId("other-11111111"), axis(1))
    assert search(base, reading_of(frames=[other])) == {}


def test_an_empty_base_answers_nothing(kb: KnowledgeBase, make_fingerprint: Make, reading_of: Read) -> None:
    assert search(kb, reading_of(["overfitting"], [make_fingerprint("new", axis(1))])) == {}


def test_of_a_large_base_the_nearest_are_compared(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = reading_of(frames=[make_fingerprint("new", axis(1, 2))])
    before = search(base, query)
    monkeypatch.setattr("knowledge.search.visual.COMPARED", 1)
    after = search(base, query)
    assert before["brain"].evidence == after["brain"].evidence


def test_where_nothing_fits_more_is_looked_at(
    kb: KnowledgeBase, save: Callable[..., Entry], make_fingerprint: Make, reading_of: Read
) -> None:
    for number in range(25):
        keep(kb, f"t{number:02d}", make_fingerprint(f"t{number:02d}", axis(0, *range(1, 2 + number % 7))))
        save(f"t{number:02d}", "format", title=f"Template {number}", exemplars=(f"t{number:02d}.fp.npz",))
    query = reading_of(frames=[make_fingerprint("new", axis(0))])
    asked: list[str] = []

    def verify(fits: bool) -> Callable[[Fingerprint, Fingerprint], Found]:
        def compare(_: Fingerprint, exemplar: Fingerprint) -> Found:
            asked.append(exemplar.sha256)
            return Found(0.9, 60) if fits else Found(0.1, 6)

        return compare

    search(kb, query, verify=verify(True))
    assert len(asked) == 10
    search(kb, query, verify=verify(False))
    assert len(asked) == 10 + 20 and len(set(asked)) == 20


def test_joining_evidence_moves_the_odds() -> None:
    assert joined(0.5, 0.0) == pytest.approx(0.5)
    assert joined(0.5, 1.5) > 0.8 > joined(0.5, -1.0)
    assert joined(0.0, 9.0) == 0.0
    assert joined(1.0, -9.0) == 1.0


# --- roles


ROLES = (
    FormatRole("no", (0.0, 0.0, 1.0, 0.5), {"ru": "нет", "en": "no"}),
    FormatRole("yes", (0.0, 0.5, 1.0, 1.0), {"ru": "да", "en": "yes"}),
)


def of_lines(*lines: tuple[str, float], frames: Sequence[Fingerprint]) -> Reading:
    read = tuple(Line(text, 0.9, "en", (0.1, top, 0.5, 0.05)) for text, top in lines)
    return Reading(frames[0].sha256, tuple(frames), read)


def test_a_recognised_format_carries_the_words_of_its_roles_by_the_placement_that_was_found(
    base: KnowledgeBase, save: Callable[..., Entry], make_fingerprint: Make
) -> None:
    save("choice", "format", title="Choice", exemplars=("lava.fp.npz",), roles=ROLES)
    lower_half = Placement(np.array([(1.0, 0, 0), (0, 0.5, 0.5)]), (0.0, 0.0, 1.0, 1.0))
    searcher = Searcher(
        base,
        encoder=FAKE,
        bank=np.zeros((0, 8), np.float32),
        verify=lambda query, known: Found(0.95, 40),  # type: ignore[arg-type, return-value]
        locate=lambda query, known, found: [lower_half],
    )
    reading = of_lines(("see this", 0.55), ("then that", 0.9), frames=[make_fingerprint("new", axis(0))])
    found = {match.entry: match for match in searcher.search(reading)}
    assert found["choice"].roles == (RoleText("no", "see this"), RoleText("yes", "then that"))
    assert found["lava"].roles == ()


def test_a_guess_at_a_format_puts_no_words_into_roles(
    base: KnowledgeBase, save: Callable[..., Entry], make_fingerprint: Make
) -> None:
    save("choice", "format", title="Choice", exemplars=("lava.fp.npz",), roles=ROLES)
    reading = of_lines(("see this", 0.1), frames=[make_fingerprint("new", axis(7))])
    assert all(match.roles == () for match in search(base, reading).values())


def test_the_words_that_a_template_always_says_hide_no_topic(
    base: KnowledgeBase, save: Callable[..., Entry], make_fingerprint: Make, reading_of: Read
) -> None:
    said = "You keep using that word and it means something else entirely"
    keep(base, "word", make_fingerprint("word", axis(6)))
    save("word", "format", title="The word template", says=(said,), exemplars=("word.fp.npz",))
    known, other = make_fingerprint("word"), make_fingerprint("other", axis(7))
    on_it, elsewhere = (search(base, reading_of([said, "overfit"], [frame])) for frame in (known, other))
    assert on_it["overfitting"].confidence > elsewhere["overfitting"].confidence


def test_one_sentence_of_many_tells_a_joke(base: KnowledgeBase, make_fingerprint: Make, reading_of: Read) -> None:
    story = [f"The {word} of our office has nothing to do with that joke at all." for word in ("cook", "guard", "cat")]
    frames = [make_fingerprint("other", axis(7))]
    told = search(base, reading_of([*story, "And yet the floor is readable code."], frames))
    assert told["lava-code"].confidence > 0


class Asked:
    """A sentence encoder that keeps what it was asked for."""

    id = EncoderId("asked/1")

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.tile(axis(1), (len(texts), 1))


def test_the_meaning_of_a_long_text_is_its_beginnings_and_of_a_sentence_only_where_its_words_may_tell_a_joke(
    base: KnowledgeBase, make_fingerprint: Make, reading_of: Read
) -> None:
    """Each word more takes time; what is written beside a picture is never cut."""
    story = [f"The {word} of our office has nothing to do with that joke at all." for word in ("cook", "guard", "cat")]
    said, encoder = "And yet their floor is a readable code.", Asked()
    reading = reading_of([*story * 3, said], [make_fingerprint("other", axis(7))], caption="written beside")
    texts = TextModels(space=MeaningSpace(encoder))
    Searcher(base, encoder=FAKE, bank=np.zeros((0, 8), np.float32), verify=no_geometry, texts=texts).search(reading)
    gist, *sentences = encoder.texts
    beginning, _, beside = gist.rpartition("\n")
    assert reading.text.startswith(beginning) and MEANT / 2 < len(beginning) <= MEANT
    assert (beside, sentences) == ("written beside", [said])


def test_questions_that_are_asked_together_are_answered_as_one_by_one(base: KnowledgeBase) -> None:
    questions = ["what is overfitting", "", "the floor is readable code", "cabbage soup"] * (AT_ONCE // 2)
    texts = TextModels(space=MeaningSpace(Asked()))
    searcher = Searcher(base, encoder=FAKE, bank=np.zeros((0, 8), np.float32), verify=no_geometry, texts=texts)
    alone = {question: searcher.ask(question) for question in questions}
    assert alone["what is overfitting"] and len(questions) > AT_ONCE
    assert searcher.ask_each(questions) == [alone[question] for question in questions]
