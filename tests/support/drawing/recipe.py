"""A picture that is no meme at all: a recipe card."""

from __future__ import annotations

from PIL import Image

from drawing.canvas import BOLD, PLAIN, Canvas, Style

_STEPS = (
    "Свёкла — 2 шт.",
    "Капуста — 300 г",
    "Картофель — 4 шт.",
    "Морковь, лук — по 1 шт.",
    "Чеснок — 3 зубчика",
    "Сметана — по вкусу",
)


def borscht() -> Image.Image:
    """How to cook borscht, with a bowl of it; in Russian."""
    c = Canvas((680, 560), "#f6ecd9")
    c.rect((18, 18, 662, 542), outline="#a8442f", width=3, radius=18)
    c.write(340, 66, "Бабушкин борщ", 44, Style(fill="#a8442f", bold=True, serif=True), align="middle")
    for row, step in enumerate(_STEPS):
        y = 138 + row * 40
        c.oval(52, y, 5, fill="#a8442f", width=0)
        c.write(70, y, step, 23, Style(fill="#4a3728", serif=True))
    _bowl(c.at(520, 276, zoom=0.94))
    c.line((50, 388), (630, 388), width=2, fill="#d9c3a0")
    c.label(
        (50, 400, 630, 520),
        "Потушить свёклу с морковью, сварить капусту и картофель в бульоне, "
        "соединить и держать на слабом огне 20 минут. Подавать с укропом.",
        23,
        PLAIN._replace(fill="#4a3728", serif=True),
        align="left",
    )
    c.write(520, 122, "90 минут · 6 порций", 17, BOLD._replace(fill="#8a6f4d"), align="middle")
    return c.finish()


def _bowl(c: Canvas) -> None:
    for x in (-40, 0, 40):
        c.curve((x, -62), (x + 10, -80), (x - 6, -98), (x + 6, -118), width=4, fill="#c9b79a")
    c.oval(0, 84, 128, 14, fill="#e2d2b4", width=0)
    c.blob((-122, -14), (122, -14), (88, 62), (46, 80), (-46, 80), (-88, 62), fill="#fbfbf6")
    c.oval(0, -14, 122, 34, fill="#fbfbf6")
    c.oval(0, -12, 106, 26, fill="#b3242f")
    c.blob((-20, -22), (14, -28), (36, -16), (12, -6), (-16, -8), fill="white", width=2)
    for x, y in ((-70, -14), (-46, -2), (58, -4), (72, -16), (-56, -22), (34, 2)):
        c.line((x, y), (x + 7, y - 4), width=3, fill="#4c9a4a")
    for x in (-70, -35, 0, 35, 70):
        c.polygon((x, 18), (x + 9, 30), (x, 42), (x - 9, 30), fill="#c9342f", width=0)
