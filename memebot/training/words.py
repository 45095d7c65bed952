"""Makes the list of words that text recognition checks itself by: ``python -m memebot.training.words TESSDATA``.

The words are those of Tesseract's own dictionaries, unpacked by ``combine_tessdata`` and ``dawg2wordlist`` of
``tesseract-ocr``, and those of the base and its texts.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import knowledge
from memebot.vision.ocr.word_list import FILE, WordList

_RUSSIAN, _ENGLISH = re.compile(r"[а-яё]{2,}"), re.compile(r"[a-z]{2,}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
OWN = ("entries/*/*.md", "texts/*.csv", "*_words.txt")
LONG_NAME, LONG = 6, 4
"""Letters of an English word that is taken if it is only ever capitalised, and of any that is taken."""


def dictionary(tessdata: Path, language: str) -> set[str]:
    """The words that Tesseract's model of a language knows, in every spelling."""
    with TemporaryDirectory() as folder:
        part = Path(folder) / language
        for command in (
            ["combine_tessdata", "-u", str(tessdata / f"{language}.traineddata"), f"{part}."],
            ["dawg2wordlist", f"{part}.lstm-unicharset", f"{part}.lstm-word-dawg", f"{part}.txt"],
        ):
            subprocess.run(command, check=True, capture_output=True)
        return set(Path(f"{part}.txt").read_text("utf-8").split())


def words(tessdata: Path) -> Iterator[str]:
    """All words of the list."""
    yield from (word for word in dictionary(tessdata, "rus") if _RUSSIAN.fullmatch(word.casefold()))
    english = dictionary(tessdata, "eng")
    for word in english:
        small = word.casefold()
        if _ENGLISH.fullmatch(small) and len(small) >= (LONG if small in english else LONG_NAME):
            yield word  # the rest is what stands on pages of the web, letters at random among it
    folder = Path(knowledge.__file__).parent
    for pattern in OWN:
        for path in sorted(folder.glob(pattern)):
            yield from _LETTERS.findall(path.read_text("utf-8"))


def main(tessdata: Path) -> None:
    """Write the list in the place of what is shipped."""
    with resources.as_file(resources.files("memebot.vision.ocr")) as folder:
        (folder / FILE).write_bytes(bytes(WordList.of(words(tessdata))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
