"""Format × concepts read as one explanation: fifteen combinations in both languages, word for word.

After entries have changed, `pytest tests/test_composition.py --rewrite-golden` writes the texts anew; read the
difference before committing it.
"""

import json
from importlib import resources
from pathlib import Path

import pytest

from knowledge.entry.markdown import parse
from knowledge.entry.model import Entry
from knowledge.reading import LANGS, Lang
from memebot.answering.composition import COMPOSED_LENGTH, compose, sentences

GOLDEN = Path(__file__).parent / "golden" / "composition.json"
ENTRIES = Path(str(resources.files("knowledge"))) / "entries"
COMBINATIONS = [
    "drake overfitting",
    "expanding-brain xgboost gradient-boosting",
    "distracted-boyfriend pytorch tensorflow",
    "two-buttons underfitting overfitting",
    "floor-is-lava research-code",
    "car-salesman large-language-model hallucination",
    "panik-kalm-panik nan learning-rate",
    "change-my-mind statistics-renamed",
    "one-does-not-simply reproducibility",
    "this-is-fine loss-curve gpu-out-of-memory data-leak",
    "roll-safe accuracy class-imbalance",
    "gru-plan data-labelling label-noise",
    "hide-the-pain-harold cuda-versions",
    "- transformer attention tokenizer",
    "surprised-pikachu",
]


def named(entry_id: str) -> Entry:
    (path,) = ENTRIES.glob(f"*/{entry_id}.md")
    return parse(path.read_bytes(), path)


def composed(combination: str, lang: Lang) -> str:
    return compose([named(entry_id) for entry_id in combination.split() if entry_id != "-"], lang)


def test_fifteen_combinations_read_as_they_were_last_read_by_a_person(request: pytest.FixtureRequest) -> None:
    texts = {c: {lang: composed(c, lang) for lang in LANGS} for c in COMBINATIONS}
    if request.config.getoption("--rewrite-golden"):
        GOLDEN.write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert texts == json.loads(GOLDEN.read_text("utf-8"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("combination", COMBINATIONS)
def test_a_composition_is_short_names_its_parts_and_ends_with_the_links(combination: str, lang: Lang) -> None:
    text = composed(combination, lang)
    assert len(text) <= COMPOSED_LENGTH
    entries = [named(entry_id) for entry_id in combination.split() if entry_id != "-"]
    *_, last = text.split("\n\n")
    assert all(entry.title[lang] in last for entry in entries)


@pytest.mark.parametrize("path", sorted(ENTRIES.glob("*/*.md")), ids=lambda path: path.stem)
def test_the_first_sentence_of_every_entry_fits_into_a_composition(path: Path) -> None:
    entry = parse(path.read_bytes(), path)
    for lang in LANGS:
        assert len(sentences(entry.text[lang])[0]) <= 260, (path.stem, lang)
