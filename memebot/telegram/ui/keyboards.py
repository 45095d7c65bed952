"""Buttons. What a button carries says everything that is needed to answer it, in at most 64 bytes.

``v:<answer>:<lang>:<view>`` opens a page in place; ``f:<answer>:<+|->`` votes; ``t:<answer>:<+|->`` asks to be
told; ``k:<answer>`` shows a model's draft; ``p:<answer>`` proposes the meme; ``y:<experiment>`` shows an experiment;
``l:<lang>`` sets the language;
``x:<+|->`` forgets. Answers are numbered in base 36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from knowledge.reading import Lang
from memebot.answering.pages import ANSWER, READ, PageView
from memebot.answering.record import AnswerId
from memebot.experiments.catalogue import of_entries
from memebot.experiments.texts import words_of
from memebot.i18n import short

if TYPE_CHECKING:
    from memebot.answering.pages import Page
    from memebot.experiments.model import Experiment
    from memebot.i18n import Texts

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number: int) -> str:
    """A number from 0 up in few characters; ``int(text, 36)`` reads it."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def button(text: str, data: CallbackData) -> InlineKeyboardButton:
    """A button that carries ``data``."""
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Buttons row by row; empty rows are left out."""
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows if row])


def in_rows(buttons: Sequence[InlineKeyboardButton], size: int = 2) -> list[Sequence[InlineKeyboardButton]]:
    """Rows of so many buttons."""
    return [buttons[i : i + size] for i in range(0, len(buttons), size)]


class _AnswerButton(CallbackData, prefix="_"):
    """What is common to buttons under an answer."""

    answer: str

    @property
    def answer_id(self) -> AnswerId:
        """The answer's number; 0, which no answer has, for what is none."""
        try:
            return AnswerId(int(self.answer[:12], 36))
        except ValueError:
            return AnswerId(0)


class AnswerPageButton(_AnswerButton, prefix="v"):
    """Open a page of an answer in this language."""

    lang: Lang
    view: str


class Vote(_AnswerButton, prefix="f"):
    """Good or bad."""

    sign: str


class Tell(_AnswerButton, prefix="t"):
    """Tell me when it is explained, or do not."""

    sign: str


class Thinks(_AnswerButton, prefix="k"):
    """Show what a machine thinks about the meme of this answer."""


class Propose(_AnswerButton, prefix="p"):
    """Propose the meme of this answer for the channel."""


class Show(CallbackData, prefix="y"):
    """Show an experiment."""

    name: str


class SetLang(CallbackData, prefix="l"):
    """Set the person's language."""

    lang: Lang


class Forget(CallbackData, prefix="x"):
    """Delete all about the person, or leave it."""

    sign: str


def page(
    shown: Page, texts: Texts, *, private: bool, told: bool = False, proposable: bool = False, drafts: bool = False
) -> InlineKeyboardMarkup:
    """The buttons of one page.

    ``drafts``: a model's draft may be seen where no meme or template was recognised.
    ``told``: the person has asked to be told. ``proposable``: there is a channel to propose memes for.
    """
    number = base36(shown.answer.id)
    other: Lang = "en" if shown.lang == "ru" else "ru"
    main = shown.view == ANSWER
    memes = main and private and shown.answer.kind == "picture"  # what is offered for one's own meme

    def view(text: str, opened: PageView, lang: Lang = shown.lang) -> InlineKeyboardButton:
        return button(text, AnswerPageButton(answer=number, lang=lang, view=str(opened)))

    shown_by = of_entries(shown.entries)
    links = [view(short(title), PageView("entry", entry=entry)) for entry, title in shown.links]
    looks = [] if shown.guess is None else [view(texts("btn-guess"), PageView("guess", shown.guess))]
    if memes and (shown.answer.text or shown.answer.sha256):  # of an old post nothing may be left
        looks.append(view(texts("btn-read"), READ))
    return keyboard(
        *in_rows(links),
        _verdict(shown, texts, told=told) if main else [],
        looks,
        [] if shown_by is None else [_show(shown_by, texts)],
        [button(texts("btn-thinks"), Thinks(answer=number))] if memes and drafts and _unsure(shown) else [],
        [button(texts("btn-propose"), Propose(answer=number))] if memes and proposable else [],
        [*([] if main else [view(texts("btn-back"), ANSWER)]), view(texts(f"btn-lang-{other}"), shown.view, other)],
    )


def _unsure(shown: Page) -> bool:
    """Whether an answer tells no meme and no template: at most what it is about."""
    return shown.answer.verdict == "unknown" or (shown.answer.verdict == "composed" and shown.recognised == "topic")


def _verdict(shown: Page, texts: Texts, *, told: bool) -> list[InlineKeyboardButton]:
    """Good or bad; where a meme was not explained, to be told when it is."""
    number = base36(shown.answer.id)
    if shown.answer.verdict != "unknown":
        if not shown.entries:  # what it was made of is gone: there is nothing to be judged
            return []
        return [button("👍", Vote(answer=number, sign="+")), button("👎", Vote(answer=number, sign="-"))]
    if shown.answer.kind == "question":
        return []
    return [button(texts("btn-untell" if told else "btn-tell"), Tell(answer=number, sign="-" if told else "+"))]


def _show(experiment: Experiment, texts: Texts) -> InlineKeyboardButton:
    title = short(words_of(experiment, texts.lang).title)
    return button(texts("btn-show", title=title), Show(name=experiment.name))


def shows(experiments: Sequence[Experiment], texts: Texts) -> InlineKeyboardMarkup:
    """All experiments by their titles."""
    titles = [(experiment.name, short(words_of(experiment, texts.lang).title)) for experiment in experiments]
    return keyboard(*in_rows([button(title, Show(name=name)) for name, title in titles]))


def again(name: str, texts: Texts) -> InlineKeyboardMarkup:
    """The same experiment with other chances."""
    return keyboard([button(texts("btn-again"), Show(name=name))])


def languages() -> InlineKeyboardMarkup:
    """Both languages, each in its own words."""
    return keyboard([button("Русский", SetLang(lang="ru")), button("English", SetLang(lang="en"))])


def forget(texts: Texts) -> InlineKeyboardMarkup:
    """Yes or no to forgetting."""
    return keyboard([button(texts("forget-yes"), Forget(sign="+")), button(texts("forget-no"), Forget(sign="-"))])
