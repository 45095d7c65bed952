"""What the text tower reads: its alphabet, the sentences around a name, and words to draw."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

CONTEXT = 96
PAD, BOS, EOS, UNKNOWN = "<pad>", "<s>", "</s>", "<unk>"
PAD_ID, BOS_ID, EOS_ID = 0, 1, 2

_LETTERS = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяё"
_OTHER = " 0123456789.,:;!?-–—_'\"«»()[]{}<>/\\|@#№$%^&*+=~`…’“”°€₽×→←↑↓≤≥≠≈∞πσμλθαβγΔ∑∂∇√"
ALPHABET: tuple[str, ...] = (PAD, BOS, EOS, UNKNOWN, *_LETTERS, *_OTHER)

SPELLING_PARTS = (1, 2, 3, 4)
SPELLING = len(_LETTERS) * sum(SPELLING_PARTS)


def _table(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def _sentences(about: str) -> dict[str, tuple[str, ...]]:
    rows = [row for row in _table("sentences.csv") if row["about"] == about]
    return {lang: tuple(row["sentence"] for row in rows if row["lang"] == lang) for lang in ("en", "ru")}


SENTENCES, WORD_SENTENCES = _sentences("thing"), _sentences("word")
"""Sentences with a place for a name, by language; some stand twice, to be drawn more often."""
TOPICS = tuple((row["en"], row["ru"]) for row in _table("topics.csv"))
"""What memes are about, in English and in Russian: words to draw beside the names of things."""


def build_tokenizer(folder: Path) -> None:
    """Write ``tokenizer.json`` and ``tokenizer_config.json``: lower case, one token a character.

    Characters, so that a word never seen is still spelled; what is in neither alphabet becomes one unknown token.
    ``transformers.AutoTokenizer`` reads the folder, so open_clip does.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(ALPHABET)}, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}", special_tokens=[(BOS, BOS_ID), (EOS, EOS_ID)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": PAD,
        "bos_token": BOS,
        "eos_token": EOS,
        "unk_token": UNKNOWN,
        "model_max_length": CONTEXT,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


def sentence(rng: Random, language: str, name: str, *, word: bool = False) -> str:
    """The name alone or inside a short sentence; ``word`` for a name that is written in the picture."""
    return rng.choice((WORD_SENTENCES if word else SENTENCES)[language]).format(name)


def words_to_draw(names: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Words of both languages for pictures of words: (to train on, held back for the evaluation).

    One word in ten is held back, by a hash of its letters: a longer list moves no word to the other side.
    """
    words = sorted(
        {word.strip(".,:;!?()«»\"'") for pair in (*names, *TOPICS) for name in pair for word in name.lower().split()}
    )
    drawable = [word for word in words if 2 < len(word) < 16 and set(word) <= set(ALPHABET)]
    held = [word for word in drawable if hashlib.sha256(word.encode()).digest()[0] % 10 == 0]
    return sorted(set(drawable) - set(held)), held


def spelling(word: str) -> list[float]:
    """1 for each letter in each part of the word: all of it, its halves, its thirds, its quarters; else 0.

    A letter belongs to the parts that hold at least half of it.
    """
    found = [0.0] * SPELLING
    for place, letter in enumerate(word.lower()):
        number = _LETTERS.find(letter)
        if number < 0:
            continue
        first = 0
        for parts in SPELLING_PARTS:
            for part in range(parts):
                begins, ends = max(place * parts, part * len(word)), min((place + 1) * parts, (part + 1) * len(word))
                if 2 * (ends - begins) >= parts:  # a letter is ``parts`` long here: no fractions, so halves are exact
                    found[(first + part) * len(_LETTERS) + number] = 1.0
            first += parts
    return found


def language_of(word: str) -> str:
    """``ru`` for a word with a Cyrillic letter, else ``en``."""
    return "ru" if any("а" <= letter <= "ё" for letter in word.lower()) else "en"
