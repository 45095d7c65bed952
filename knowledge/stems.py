"""Words of a text and their stems, the same for what is indexed and what is asked.

Text from a picture comes with accents, look-alike letters and invisible characters; text about machine
learning comes with ``torch.log``, ``c++``, ``gpt-4``, ``f1`` and ``8x8``, which must stay words.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from importlib import metadata, resources
from pathlib import Path
from threading import Lock

import snowballstemmer

# a letter or digit run, then joiner + run any number of times, then the plus signs of c++ or the hash of c#
_TOKEN = re.compile(r"[^\W_]+(?:[.\-_'/][^\W_]+)*(?:\+\+|#(?![^\W_]))?")
_PARTS = re.compile(r"[.\-_/]")
_NUMBER = re.compile(r"\d+(?:\.\d+)+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_BARE = re.compile("[\x00-\x7fа-яё«»„“”‘’–—−№·]*")
"""Texts of these signs alone have no accents to take off."""
_SAME_SIGN = str.maketrans(
    {
        "ё": "е",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": " ",
        "−": "-",
    }
)
_TO_LATIN = str.maketrans("асеорхуміѕјквнт", "aceopxymisjkbht")
_TO_CYRILLIC = str.maketrans("aceopxykmht", "асеорхукмнт")

_russian = snowballstemmer.stemmer("russian")
_english = snowballstemmer.stemmer("english")
_stemming = Lock()
"""A Snowball stemmer keeps its word in itself: two threads at once get each other's stems, or an error."""


def normalize(text: str) -> str:
    """Lower case, one form of each letter: NFKC, ё as е, no accents, no invisible or direction characters.

    Line breaks and punctuation stay. й stays й: it is a letter, not an accented one.
    """
    if text.isascii():
        return text.lower()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    if _BARE.fullmatch(text):
        return text.translate(_SAME_SIGN)
    text = text.replace("й", "\0")
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).replace("\0", "й").translate(_SAME_SIGN)


def words(text: str) -> list[str]:
    """Words in order, normalized, not stemmed; ``torch.log``, ``c++``, ``gpt-4``, ``don't`` are one word."""
    return [_one_script(token) for token in _TOKEN.findall(normalize(text))]


def stems(text: str) -> list[str]:
    """Stems in order, what the full-text index holds.

    A compound also gives its parts: ``torch.log`` is found by ``log``, ``fine-tuning`` by ``fine tuning``.
    """
    return [one for word in words(text) for one in _stems_of(word)]


def stemming() -> Iterator[str]:
    """What the stems of a text depend on: this file, and the stemmers."""
    yield Path(__file__).read_text("utf-8")
    for package in ("snowballstemmer", "PyStemmer"):
        with suppress(metadata.PackageNotFoundError):
            yield metadata.version(package)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The Snowball stem of one normalized word, by its script."""
    with _stemming:
        if _CYRILLIC.search(word):
            short = str(_russian.stemWord(word))
            return short if len(short) > 1 else word  # the stem of "ии" would be "и"
        if word.isascii() and word.replace("'", "").isalpha():
            return str(_english.stemWord(word))
    return word


@lru_cache(maxsize=65_536)
def _stems_of(word: str) -> Sequence[str]:
    parts = [part for part in _PARTS.split(word) if part]
    if len(parts) == 1 or _NUMBER.fullmatch(word):
        return (stem(word),)
    pieces = [stem(part) for part in parts if len(part) > 2 or not part.isdigit()]
    if all(part.isalpha() for part in parts) and "." not in word and "_" not in word:
        return tuple(pieces)
    return (word, *pieces)


@lru_cache(maxsize=65_536)
def _one_script(word: str) -> str:
    """A word in two scripts is a reading error or a trick: write it in the script of most of its letters."""
    cyrillic, latin = len(_CYRILLIC.findall(word)), len(_LATIN.findall(word))
    if cyrillic and latin and not _PARTS.search(word):
        return word.translate(_TO_LATIN if latin > cyrillic else _TO_CYRILLIC)
    if cyrillic == 1 and re.fullmatch(r"\d+х\d+", word):
        return word.replace("х", "x")
    return word


@cache
def stop_stems() -> frozenset[str]:
    """Stems of words that say nothing about a subject."""
    return _stems_of_file(STOP_WORDS)


@cache
def everyday_stems() -> frozenset[str]:
    """Stems of words that machine learning borrowed from everyday speech: tree, forest, seed, memory."""
    return _stems_of_file(_EVERYDAY) - stop_stems()


@cache
def grave_stems() -> frozenset[str]:
    """Stems of words from news about people who died, were hurt, are ill or at war."""
    return _stems_of_file(_GRAVE) - stop_stems()


@cache
def everyday_texts() -> Sequence[tuple[str, frozenset[str]]]:
    """The subject of each everyday text that is shipped, and its stems."""
    rows = csv.DictReader(resources.files("knowledge").joinpath("texts/others.csv").read_text("utf-8").splitlines())
    return tuple((row["subject"], frozenset(stems(row["text"]))) for row in rows)


@cache
def spoken_stems() -> frozenset[str]:
    """Stems of real words of everyday texts: never a misspelling of something else."""
    return frozenset(one for _, said in everyday_texts() for one in said)


STOP_WORDS, _EVERYDAY, _GRAVE = ("stop_words.txt", "ordinary_words.txt", "grave_words.txt")


def _lines_of_file(name: str) -> list[str]:
    lines = resources.files("knowledge").joinpath(name).read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def _stems_of_file(name: str) -> frozenset[str]:
    return frozenset(one for line in _lines_of_file(name) for one in stems(line))
