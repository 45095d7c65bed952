"""As many threads look at a picture as are allowed, and they find the same as one."""

import os
import threading

import numpy as np
import pytest

from memebot.measure.doctor import examine
from memebot.settings import THREAD_VARIABLES, Settings, use_threads
from memebot.vision.compute.workers import Workers
from memebot.vision.ocr import text_reader
from memebot.vision.ocr.engines import LineReading, Word
from memebot.vision.ocr.layout import Region


def test_one_thread_does_all_itself() -> None:
    workers = Workers(1)
    assert workers.begin(threading.get_ident).result() == threading.get_ident()
    workers.close()


def test_what_no_thread_was_free_for_is_done_by_who_asks() -> None:
    workers, free = Workers(2), threading.Event()
    waits = workers.begin(free.wait)
    assert workers.begin(threading.get_ident).result() == threading.get_ident()
    free.set()
    assert waits.result()
    workers.close()


def test_who_waits_does_what_others_left_and_begins_something_whole_only_while_waiting_for_something_whole() -> None:
    workers, free, done = Workers(2), threading.Event(), list[str]()
    running = threading.Event()

    def whole() -> str:
        running.set()
        inner = workers.begin(free.wait)
        return f"{inner.result()}"

    first = workers.begin_whole(whole)
    assert running.wait(60)
    second = workers.begin_whole(lambda: done.append("second"))
    workers.begin(lambda: done.append("part"))
    assert workers.begin(threading.get_ident).result() == threading.get_ident()
    assert "second" not in done

    workers.begin(free.set)
    assert first.result() == "True"
    second.result()
    assert done == ["part", "second"]
    workers.close()


def test_what_is_dropped_before_it_was_begun_is_never_done() -> None:
    workers, free, done = Workers(2), threading.Event(), list[int]()
    waits = workers.begin(free.wait)
    dropped = workers.begin(lambda: done.append(1))
    dropped.drop()
    last = workers.begin(lambda: done.append(2))
    free.set()
    assert waits.result()
    last.result()
    workers.close()
    assert done == [2]


def test_what_is_done_of_each_is_done_beside_each_other_and_told_in_order() -> None:
    workers, both = Workers(2), threading.Barrier(2)

    def meet(number: int) -> int:
        both.wait(60)
        return number

    assert workers.each(meet, range(4)) == [0, 1, 2, 3]
    workers.close()


def test_an_error_is_told_to_who_asks() -> None:
    workers = Workers(2)
    with pytest.raises(ZeroDivisionError):
        workers.begin(lambda: 1 / 0).result()
    workers.close()


class Recogniser:
    """Reads what a line says: its pixels are the number of a text. Counts its readings by text; is unsure of x's."""

    def __init__(self, *texts: str) -> None:
        self._texts, self.read_lines = texts, [0] * len(texts)

    def read(self, crop: np.ndarray) -> LineReading:
        number = int(crop[0, 0, 0])
        self.read_lines[number] += 1
        text = self._texts[number]
        return LineReading.of([Word(text, 0.5 if text.startswith("x") else 0.99, 0.0, 1.0)])


RUSSIAN = ("модель зубрит ответы", "кошка спит", "сеть не сошлась", "лосс растёт")
ENGLISH = ("the model learns", "a cat sleeps", "the loss diverges", "it grows larger")


def session_of(texts: tuple[str, ...], threads: int) -> tuple[list[str], Recogniser, Recogniser]:
    seen = tuple("x" * (len(text) // 2) if text in RUSSIAN else text for text in texts)
    tesseract, latin, workers = Recogniser(*texts), Recogniser(*seen), Workers(threads)
    session = text_reader._Session(tesseract, latin, workers)  # type: ignore[arg-type]
    region = Region.upright(0, 0, 100, 10)
    session.read([(region, np.full((10, 100, 3), number, np.uint8)) for number in range(len(texts))])
    workers.close()
    return [said.text for said in session.better()], tesseract, latin


@pytest.mark.parametrize("texts", [RUSSIAN, ENGLISH, RUSSIAN[:2] + ENGLISH, ENGLISH[:2] + RUSSIAN])
def test_lines_that_are_read_ahead_are_read_as_one_after_another(texts: tuple[str, ...]) -> None:
    alone, _, _ = session_of(texts, 1)
    for threads in (2, 3):
        read, *recognisers = session_of(texts, threads)
        assert read == alone
        assert max(max(one.read_lines) for one in recognisers) == 1


def test_a_line_is_read_once_by_each_at_most_and_by_one_where_that_is_enough() -> None:
    _, tesseract, latin = session_of(RUSSIAN, 1)
    assert (tesseract.read_lines, latin.read_lines) == ([1, 1, 1, 1], [1, 0, 0, 0])
    _, tesseract, latin = session_of(ENGLISH, 2)
    assert (sum(tesseract.read_lines), latin.read_lines) == (0, [1, 1, 1, 1])


@pytest.mark.parametrize(("line", "asked"), [("GREETINGS FROM HUGGINGFACE", 0), ("HAM BCEM TOXE OKEAHA", 1)])
def test_capitals_that_only_latin_has_are_not_read_by_the_reader_of_cyrillic(line: str, asked: int) -> None:
    (read,), tesseract, _ = session_of((line,), 1)
    assert (read, tesseract.read_lines) == (line, [asked])


def test_libraries_start_no_more_threads_than_are_set_unless_the_person_said_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = THREAD_VARIABLES
    monkeypatch.setenv(first, "1")
    monkeypatch.setenv(second, "")
    monkeypatch.delenv(second)
    use_threads(Settings(threads=3))
    assert (os.environ[first], os.environ[second]) == ("1", "3")


def test_the_doctor_says_where_threads_are_more_than_processors_or_than_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    for name in THREAD_VARIABLES:
        monkeypatch.setenv(name, "2")
    (fits,) = examine(Settings(threads=2), "threads")
    (many,) = examine(Settings(threads=3), "threads")
    (one,) = examine(Settings(threads=1), "threads")
    assert [check.state for check in (fits, many, one)] == ["ok", "warning", "warning"]
    assert (many.mend, one.mend) == ("set MEMEBOT_THREADS=2", "unset OMP_NUM_THREADS OMP_THREAD_LIMIT")
