from __future__ import annotations

import pytest

from knowledge.reading import Line
from knowledge.search.words.caption import caption_of


def line(text: str, left: float, top: float, height: float = 0.08, **other: object) -> Line:
    return Line(text, 1.0, "en", (left, top, 0.4, height), **other)  # type: ignore[arg-type]


def test_what_a_post_says_of_itself_is_not_its_caption() -> None:
    lines = [
        line("Matt", 0.13, 0.06),
        line("@matvelloso", 0.13, 0.13),
        line("If it is written in Python, it is machine learning", 0.03, 0.3),
        line("11/22/18, 5:25 PM·24.1K Retweets", 0.04, 0.83),
        line("22:41 3 февр. 2019 -1 204 ретвита", 0.04, 0.9),
    ]
    assert caption_of(lines) == "If it is written in Python, it is machine learning"


def test_bars_and_titles_of_screens_are_not_the_caption_but_the_same_words_further_down_are() -> None:
    lines = [line("23:47", 0.02, 0.01), line("LTE 34%", 0.8, 0.01), line("← ML мемы", 0.02, 0.08)]
    assert caption_of([*lines, line("ChatGPT", 0.02, 0.09), line("ChatGPT", 0.3, 0.5)]) == "ChatGPT"


@pytest.mark.parametrize("text", ["марта 2025-го:", "20-летним стажем", "9.11 > 9.9", "Epoch 3 loss 0.69", "2019 год"])
def test_a_date_or_a_number_in_a_caption_is_the_caption(text: str) -> None:
    assert caption_of([line("Видеокарты", 0.02, 0.2), line(text, 0.02, 0.3)]).endswith(text)


def test_the_channel_in_a_corner_and_stamps_of_sites_are_nobodys_words() -> None:
    lines = [line("Третий закричал: «Попали!»", 0.04, 0.5, 0.16), line("анекдоты для гиков", 0.59, 0.93, 0.07)]
    lines += [line("Второй — ниже.", 0.04, 0.3, 0.16), line("risovach.ru", 0.5, 0.9, 0.03)]
    assert caption_of(lines) == "Третий закричал: «Попали!»\nВторой — ниже."


def test_three_dots_stand_for_what_may_be_misread_and_for_a_line_that_mostly_is() -> None:
    lines = [line("Claude and onocoBon", 0.1, 0.1, doubtful=(2,)), line("zHayum 8", 0.1, 0.3, doubtful=(0,))]
    assert caption_of(lines) == "Claude and …\n…"
    assert caption_of([line("Claude and GPT onoco", 0.1, 0.1, doubtful=(3,))]) == "Claude and GPT …"


def test_a_picture_without_words_has_no_caption_and_one_of_a_screen_alone_dots() -> None:
    assert caption_of([]) == ""
    assert caption_of([line("@ds_nytie", 0.1, 0.1)]) == "…"


def test_marks_after_a_line_that_stand_for_emoji_are_not_quoted() -> None:
    assert caption_of([line("отличный код! &", 0.1, 0.1)]) == "отличный код!"
