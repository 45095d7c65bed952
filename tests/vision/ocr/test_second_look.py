from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from memebot.vision.fonts import font
from memebot.vision.ocr.engines import NOTHING, Frame, LineReading, Tesseract, Word
from memebot.vision.ocr.layout import Region
from memebot.vision.ocr.second_look import SecondLook, is_sure
from memebot.vision.ocr.text_reader import TextReader, _line
from memebot.vision.ocr.word_list import word_list

CROP = np.zeros((40, 400, 3), np.uint8)


class Recogniser:
    """Says what it is told to, and counts how often it is asked."""

    def __init__(self, said: LineReading = NOTHING, ways: tuple[LineReading, ...] = ()) -> None:
        self.said, self.ways, self.asked = said, ways, 0

    def read(self, crop: Frame) -> LineReading:
        self.asked += 1
        return self.said

    def other_ways(self, crop: Frame) -> list[LineReading]:
        self.asked += 1
        return list(self.ways)


def line(*words: tuple[str, float]) -> LineReading:
    step = 1 / max(1, len(words))
    return LineReading.of([Word(text, sure, n * step, (n + 1) * step) for n, (text, sure) in enumerate(words)])


def look(
    said: LineReading,
    *others: LineReading,
    russian: bool = True,
    tesseract: Recogniser | None = None,
    latin: Recogniser | None = None,
) -> str:
    second = SecondLook(tesseract, latin or Recogniser(), word_list())  # type: ignore[arg-type]
    return second.reading(CROP, said, others, wider=lambda: CROP, russian=russian).text


def test_what_makes_sense_is_not_looked_at_again() -> None:
    tesseract, latin = Recogniser(), Recogniser()
    assert look(line(("почистить", 0.9), ("данные", 0.9)), tesseract=tesseract, latin=latin) == "почистить данные"
    assert tesseract.asked == latin.asked == 0


def test_an_english_word_in_a_russian_line_is_read_by_the_latin_recogniser_alone() -> None:
    said = line(("задачу", 0.96), ("и", 0.93), ("БасКргор", 0.92), ("на", 0.96), ("доске", 0.96))
    assert look(said, latin=Recogniser(line(("backprop", 1.0)))) == "задачу и backprop на доске"


def test_capitals_of_both_alphabets_with_a_bar_are_an_abbreviation() -> None:
    said = line(("обёртка", 0.9), ("над", 0.9), ("АР!", 0.95))
    assert look(said, latin=Recogniser(line(("API", 1.0)))) == "обёртка над API"


@pytest.mark.parametrize(
    ("read", "written"), [("robopum,", "говорит,"), ("Kah∂udam:", "Кандидат:"), ("npaba", "права")]
)
def test_russian_handwriting_that_passes_for_latin_is_russian(read: str, written: str) -> None:
    assert look(line((read, 0.88))) == written
    assert look(line((read, 0.88)), russian=False) == read


def test_capitals_run_together_are_parted_but_prefixes_are_not() -> None:
    assert look(line(("ТУТОДИН", 0.8))) == "ТУТ ОДИН"
    assert look(line(("ПОЛЕТЕЛВ", 0.8), ("КОСМОС", 0.9))) == "ПОЛЕТЕЛ В КОСМОС"
    assert look(line(("КЛЮЧИ", 0.9), ("ОТВИНДЫ", 0.8))) == "КЛЮЧИ ОТ ВИНДЫ"
    assert look(line(("НЕДОВЫКУПИЛИ", 0.8))) == "НЕДОВЫКУПИЛИ"
    assert look(line(("ОТНОРМИРОВАЛ", 0.8))) == "ОТНОРМИРОВАЛ"


@pytest.mark.parametrize(
    ("word", "read", "sure"),
    [
        ("данные", 0.4, True),
        ("не", 0.5, False),
        ("ОТНОРМИРОВАЛ", 0.92, True),
        ("БасКргор", 0.92, False),
        ("bakancuro", 0.83, False),
        ("Kaggler", 0.99, True),
        ("0.6931", 0.9, True),
        ("GРТшка", 0.99, False),
    ],
)
def test_a_word_of_no_list_is_sure_only_if_it_was_read_very_surely(word: str, read: float, sure: bool) -> None:
    assert is_sure(word, read) is sure


def test_unclear_words_are_marked_in_the_line() -> None:
    letters = [Word("задачу", 0.9, 0.0, 0.4), Word("БасКргор", 0.7, 0.5, 1.0)]
    found = _line(Region.upright(0, 0, 100, 20), LineReading.of(letters), 200, 100)
    assert found.doubtful == (1,) and found.sure_text == "…"


def test_one_letter_that_looks_like_another_is_put_right() -> None:
    assert look(line(("Сколько", 0.9), ("дудет", 0.73))) == "Сколько будет"


def test_a_line_without_sense_is_read_by_other_masks() -> None:
    tesseract = Recogniser(ways=(line(("утра", 0.95), ("вставай", 0.95)), line(("утрх", 0.99))))
    assert look(line(("HATAL", 0.79), ("BOOBLE", 0.8)), tesseract=tesseract) == "утра вставай"


def test_what_no_way_makes_better_stays_as_it_was_read() -> None:
    tesseract = Recogniser(ways=(line(("ырщ", 0.9)),))
    assert look(line(("Тралалело", 0.92)), tesseract=tesseract) == "Тралалело"


def test_only_so_many_lines_of_a_picture_are_read_anew() -> None:
    tesseract = Recogniser()
    second = SecondLook(tesseract, Recogniser(), word_list())  # type: ignore[arg-type]
    for _ in range(20):
        second.reading(CROP, line(("йцукщш", 0.7)), (), wider=lambda: CROP, russian=True)
    assert tesseract.asked == 5


def test_white_letters_on_white_are_read_by_their_outline() -> None:
    reader = TextReader()
    reader.load()
    if reader._tesseract is None:
        pytest.skip("needs Tesseract")
    picture = Image.new("RGB", (540, 90), (255, 255, 255))
    letters = font(44, bold=True)
    ImageDraw.Draw(picture).text((30, 15), "УТРО, МЫ ТАМ", (255,) * 3, letters, stroke_width=4, stroke_fill=(0, 0, 0))
    noisy = cv2.GaussianBlur(np.asarray(picture), (3, 3), 0)
    tesseract: Tesseract = reader._tesseract
    assert "УТРО, МЫ ТАМ" in {said.text for said in tesseract.other_ways(noisy)}
