"""Text is read from pictures as people see it, and never from pictures that have none."""

from __future__ import annotations

import logging
import resource
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from memebot.measure.ocr_samples import Sample, Style, character_error, large_samples, samples
from memebot.vision.fonts import font
from memebot.vision.ocr import engines, text_reader
from memebot.vision.ocr.engines import Frame
from memebot.vision.ocr.text_reader import TextReader
from memebot.vision.reader import PictureReader

_READER = TextReader()
_STATUS = _READER.status()
needs_russian = pytest.mark.skipif(
    bool(_STATUS.missing),
    reason=f"Tesseract has no model of {_STATUS.missing}: apt-get install tesseract-ocr tesseract-ocr-rus",
)


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return _READER


@pytest.fixture(scope="module")
def few() -> list[Sample]:
    """Three pictures of each style: Russian, English, both."""
    return samples(seed=11, per_style=3)


def _caption(text: str, *, size: tuple[int, int] = (640, 480)) -> Frame:
    noise = np.random.default_rng(3).integers(0, 256, (9, 12, 3), np.uint8)
    picture = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    ImageDraw.Draw(picture).text(
        (size[0] / 2, 20), text, (255, 255, 255), font(32, bold=True), "ma", stroke_width=3, stroke_fill=(0, 0, 0)
    )
    return np.asarray(picture)


def _narrow_caption(text: str) -> Frame:
    """Narrow letters whose thick outlines touch."""
    noise = np.random.default_rng(3).integers(0, 256, (9, 12, 3), np.uint8)
    picture = Image.fromarray(noise).resize((1280, 400), Image.Resampling.BICUBIC)
    draw, letters = ImageDraw.Draw(picture), font(36, bold=True)
    for stroke, ink in ((5, (0, 0, 0)), (0, (255, 255, 255))):
        at = 20.0
        for letter in text:
            draw.text((at, 20), letter, ink, letters, stroke_width=stroke, stroke_fill=ink)
            at += letters.getlength(letter) - 3
    return np.asarray(picture.resize((640, 400), Image.Resampling.LANCZOS))


def _page(*placed: tuple[tuple[int, int], str], size: tuple[int, int] = (900, 400), letters: int = 26) -> Frame:
    picture = Image.new("RGB", size, (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    for at, text in placed:
        draw.text(at, text, (10, 10, 10), font(letters))
    return np.asarray(picture)


@needs_russian
def test_a_russian_outlined_caption_reads_right(reader: TextReader) -> None:
    (line,) = reader.read(_caption("НЕЙРОСЕТЬ ПОНЯЛА ШУТКУ"))
    assert line.text == "НЕЙРОСЕТЬ ПОНЯЛА ШУТКУ"
    assert line.lang == "ru"
    assert line.confidence > 0.8


@needs_russian
def test_an_english_outlined_caption_reads_right(reader: TextReader) -> None:
    (line,) = reader.read(_caption("ONE DOES NOT SIMPLY"))
    assert (line.text, line.lang) == ("ONE DOES NOT SIMPLY", "en")


@needs_russian
def test_narrow_letters_whose_outlines_touch_read_right(reader: TextReader) -> None:
    (line,) = reader.read(_narrow_caption("+0.0003 НА ЛИДЕРБОРДЕ ЗА МЕСЯЦ"))
    assert line.text.endswith("НА ЛИДЕРБОРДЕ ЗА МЕСЯЦ")


@needs_russian
def test_a_terminal_line_reads_right(reader: TextReader) -> None:
    picture = Image.new("RGB", (640, 160), (30, 30, 30))
    draw = ImageDraw.Draw(picture)
    draw.text((16, 30), ">>> torch.log(torch.randn(5))", (152, 220, 120), font(18, mono=True))
    draw.text((16, 60), "tensor([nan, nan, nan, nan, nan])", (220, 220, 220), font(18, mono=True))
    assert [line.text for line in reader.read(np.asarray(picture))] == [
        ">>> torch.log(torch.randn(5))",
        "tensor([nan, nan, nan, nan, nan])",
    ]


@needs_russian
@pytest.mark.parametrize("style", ["outlined", "tweet", "terminal", "bars", "jpeg"])
def test_every_style_is_read_with_few_errors(reader: TextReader, few: list[Sample], style: Style) -> None:
    errors = [character_error(reader.read(s.picture), s.lines) for s in few if s.style == style]
    assert sum(errors) / len(errors) <= 0.15


@needs_russian
def test_english_words_in_a_russian_line_stay_english(reader: TextReader) -> None:
    (line,) = reader.read(_page(((30, 60), "Говорят, что Transformer заменил всех на Kaggle")))
    assert line.text == "Говорят, что Transformer заменил всех на Kaggle"
    assert line.lang == "ru"


@needs_russian
def test_a_box_covers_its_line_in_fractions_of_the_frame(reader: TextReader) -> None:
    (line,) = reader.read(_page(((450, 200), "overfitting")))
    left, top, width, height = line.box
    assert left == pytest.approx(0.5, abs=0.03)
    assert top == pytest.approx(0.5, abs=0.05)
    assert left + width <= 1 and top + height <= 1


@needs_russian
def test_columns_are_read_one_after_another(reader: TextReader) -> None:
    left = ["the first panel", "ends right here"]
    right = ["the second panel", "has another joke"]
    placed = [((30, 60 + 34 * i), text) for i, text in enumerate(left)]
    placed += [((560, 64 + 34 * i), text) for i, text in enumerate(right)]
    assert [line.text for line in reader.read(_page(*placed))] == left + right


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_blank_picture_has_no_lines(reader: TextReader, shade: int) -> None:
    assert reader.read(np.full((300, 400, 3), shade, np.uint8)) == []


def test_noise_has_no_lines(reader: TextReader) -> None:
    noise = np.random.default_rng(0)
    fine = noise.integers(0, 256, (400, 500, 3), np.uint8)
    coarse = np.kron(noise.integers(0, 256, (50, 60, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
    assert reader.read(fine) == []
    assert reader.read(coarse) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1), (10, 600), (600, 10), (20, 1200), (1200, 20), (12, 12)])
def test_any_shape_of_picture_is_taken(reader: TextReader, shape: tuple[int, int]) -> None:
    assert reader.read(np.full((*shape, 3), 255, np.uint8)) == []


@needs_russian
def test_a_long_screenshot_is_read_from_its_top_and_in_bounds(reader: TextReader) -> None:
    picture = Image.new("RGB", (320, 6000), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    for i in range(150):
        draw.text((12, 10 + 40 * i), f"step {i} done", (0, 0, 0), font(18))
    lines = reader.read(np.asarray(picture))
    assert [line.text for line in lines[:3]] == ["step 0 done", "step 1 done", "step 2 done"]
    assert len(lines) <= text_reader.MAX_LINES


@needs_russian
@pytest.mark.parametrize("sample", large_samples(), ids=lambda sample: str(sample.name))
def test_small_letters_on_a_large_screen_are_read(reader: TextReader, sample: Sample) -> None:
    assert character_error(reader.read(sample.picture), sample.lines) < 0.25


def test_a_large_headline_stays_one_line_beside_small_print(reader: TextReader) -> None:
    picture = Image.new("RGB", (2560, 1440), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    draw.text((120, 200), "GRADIENT DESCENT FAILS", (0, 0, 0), font(150, bold=True))
    draw.text((300, 900), "nobody reads the small print", (0, 0, 0), font(16))
    assert [line.text for line in reader.read(np.asarray(picture))] == [
        "GRADIENT DESCENT FAILS",
        "nobody reads the small print",
    ]


@needs_russian
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("text", ["НЕЙРОСЕТЬ ПОНЯЛА ШУТКУ", "ONE DOES NOT SIMPLY"])
def test_how_a_picture_was_turned_is_told_by_its_words(reader: TextReader, text: str, turns: int) -> None:
    lying = np.ascontiguousarray(np.rot90(_caption(text), -turns))
    assert reader.quarter_turns(lying, reader.read(lying)) == turns


def test_a_picture_without_words_is_not_turned(reader: TextReader) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (9, 12, 3), np.uint8)
    picture = np.asarray(Image.fromarray(noise).resize((640, 480), Image.Resampling.BICUBIC))
    assert reader.quarter_turns(picture, reader.read(picture)) == 0


def test_a_picture_whose_words_are_sure_is_not_looked_at_again(
    reader: TextReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(((30, 60), "gradient descent converges"))
    lines = reader.read(page)
    monkeypatch.setattr(reader, "_letters", None)
    assert reader.quarter_turns(page, lines) == 0


def test_without_tessdata_latin_is_read_and_the_lack_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reader = TextReader(tessdata=tmp_path)
    status = reader.status()
    assert status.missing == ("rus", "eng")
    assert not status.ok
    with caplog.at_level(logging.WARNING):
        first = reader.read(_page(((30, 60), "gradient descent")))
        reader.read(_page(((30, 60), "again")))
    assert [line.text for line in first] == ["gradient descent"]
    assert len(caplog.records) == 1
    assert "MEMEBOT_TESSDATA" in caplog.text, "the folder was named: another one is what mends it"


@needs_russian
def test_one_damaged_model_among_others_is_said_with_its_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    there = engines.find_tessdata(("rus", "eng"))
    assert there is not None
    (tmp_path / "eng.traineddata").symlink_to(there / "eng.traineddata")
    (tmp_path / "rus.traineddata").write_bytes((there / "rus.traineddata").read_bytes()[:1_000_000])
    reader = TextReader(tessdata=tmp_path)
    reader.read(_page(((30, 60), "gradient descent")))
    assert reader.status().damaged == ("rus",)
    assert reader.status().languages == ("eng",)
    assert "rus.traineddata is damaged" in caplog.text
    assert str(there) in reader.status().fixes[0]


def test_a_damaged_tesseract_model_is_said_and_survived(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "eng.traineddata").write_bytes(b"not a model")
    reader = TextReader(languages=("eng",), tessdata=tmp_path)
    assert [line.text for line in reader.read(_page(((30, 60), "still works")))] == ["still works"]
    assert str(tmp_path) in caplog.text


def test_without_free_file_descriptors_reading_fails_aloud_and_is_tried_again() -> None:
    encoderless = PictureReader(None, TextReader())
    data = BytesIO()
    Image.fromarray(_page(((30, 60), "gradient descent"))).save(data, "PNG")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        with pytest.raises(OSError, match="open files"):
            encoderless.read_bytes(data.getvalue())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert encoderless.read_bytes(data.getvalue()).text == "gradient descent"


@needs_russian
def test_without_the_detector_tesseract_finds_captions_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "rapid_models", lambda: None)
    reader = TextReader()
    assert reader.status().detector is None
    assert "pip install" in reader.status().fixes[0]
    assert "НЕЙРОСЕТЬ ПОНЯЛА ШУТКУ" in [line.text for line in reader.read(_caption("НЕЙРОСЕТЬ ПОНЯЛА ШУТКУ"))]


def test_with_nothing_installed_there_are_no_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engines, "rapid_models", lambda: None)
    assert TextReader(tessdata=tmp_path).read(_caption("TEXT")) == []


@needs_russian
def test_status_names_versions_and_languages() -> None:
    status = TextReader().status()
    assert status.ok
    assert status.languages == ("rus", "eng")
    assert status.tesseract and status.tesseract[0].isdigit()
    assert status.detector and status.tessdata


def test_tessdata_is_found_by_its_environment_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "tessdata"
    folder.mkdir()
    for name in ("rus", "eng", "ukr"):
        (folder / f"{name}.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert engines.find_tessdata(("rus", "eng", "ukr")) == folder


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("IDONT KNOW", [0.0, 0.5, 0.6, 1.0]),
        ("I DONT KNOW", [0.0, 0.1, 0.1, 0.5, 0.6, 1.0]),
        ("IDONTKNOW", [0.0, 1.0]),
        ("", []),
    ],
)
def test_words_have_places_also_where_they_were_parted_or_joined_later(text: str, places: list[float]) -> None:
    read = (engines.Word("IDONT", 1.0, 0.0, 0.5), engines.Word("KNOW", 1.0, 0.6, 1.0))
    assert [edge for word in text_reader.word_places(text, read) for edge in word] == pytest.approx(places)
    assert text_reader.word_places(text, ()) == []


def test_a_line_says_where_its_words_stand(reader: TextReader) -> None:
    (line,) = reader.read(_caption("SEE WHAT IT SAYS"))
    assert len(line.words) == len(line.text.split()) == 4
    assert all(start < end for start, end in line.words)
    assert all(before[1] < after[0] for before, after in pairwise(line.words))
    assert line.box[0] <= line.words[0][0] and line.words[-1][1] <= line.box[0] + line.box[2] + 0.01
