"""The bot's own words, from Fluent catalogues under ``memebot/locales``: one file a language, the same keys.

And moments in words: in the community's zone, and how long ago.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html import unescape
from importlib import resources
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from knowledge.reading import LANGS, Lang

if TYPE_CHECKING:
    from fluent.syntax.ast import Resource

_LONG = 1000
"""Fluent puts no longer text than 2,500 characters into another: a long one is put in afterwards."""
_TAG = re.compile(r"<[^>]+>")


class MissingText(KeyError):
    """A catalogue lacks a text, or the text a value: a mistake of ours."""


class Texts:
    """One language's catalogue: ``texts("help", mb=20)``."""

    def __init__(self, lang: Lang, source: str) -> None:
        from fluent.runtime import FluentBundle  # takes a tenth of a second: only for whoever needs it

        self.lang: Lang = lang
        self._bundle = FluentBundle([lang], use_isolating=False)
        self._bundle.add_resource(_parsed(source))

    def has(self, key: str) -> bool:
        """Whether there is such a text: for names that come from elsewhere."""
        return self._bundle.has_message(key)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text; values are put in as they are, so strings from people must have been escaped."""
        if not self._bundle.has_message(key):
            raise MissingText(f"{self.lang}: {key}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise MissingText(f"{self.lang}: {key} is empty")
        return self._formatted(key, pattern, values)

    def attribute(self, key: str, name: str, /, **values: Any) -> str:
        """What stands beside a text as its attribute, such as ``.hint``; "" where it has none."""
        pattern = self._bundle.get_message(key).attributes.get(name)
        return "" if pattern is None else self._formatted(key, pattern, values)

    def _formatted(self, key: str, pattern: Any, values: dict[str, Any]) -> str:
        long = {name: value for name, value in values.items() if isinstance(value, str) and len(value) > _LONG}
        marks = {name: f"\ue000{number}\ue001" for number, name in enumerate(long)}
        formatted, errors = self._bundle.format_pattern(pattern, values | marks)
        if errors:
            raise MissingText(f"{self.lang}: {key}: {errors[0]}")
        text = str(formatted)
        for name, mark in marks.items():
            text = text.replace(mark, long[name])
        return text


def short(text: str, limit: int = 40) -> str:
    """The beginning of a text of more than ``limit`` characters, with "…" at its end."""
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"


def plain_text(html: str) -> str:
    """A text of ours for where no markup is shown."""
    return unescape(_TAG.sub("", html))


@cache
def _parsed(source: str) -> Resource:
    """A catalogue takes a fifth of a second to parse, and is never changed."""
    from fluent.runtime import FluentResource

    return FluentResource(source)


@cache
def _texts(lang: Lang) -> Texts:
    """The shipped texts of a language, of which all communities of a process have the same."""
    return Texts(lang, catalogue(lang))


def catalogue(lang: Lang) -> str:
    """A language's catalogue as it is written."""
    return (resources.files("memebot") / "locales" / f"{lang}.ftl").read_text("utf-8")


def phrase(lang: Lang, key: str, **values: str) -> str:
    """A text of one line without variants, as ``Texts`` would give it.

    It is read without Fluent, which takes longer to load than the answer that it stands in takes. Raises
    ``MissingText``.
    """
    try:
        return _VALUE.sub(lambda value: values[value[1]], _lines(lang)[key])
    except KeyError as error:
        raise MissingText(f"{lang}: {key}") from error


_LINE = re.compile(r"^([a-z][a-z0-9-]*) = (.+)$", re.MULTILINE)
_VALUE = re.compile(r"\{ \$(\w+) \}")


@cache
def _lines(lang: Lang) -> Mapping[str, str]:
    return dict(_LINE.findall(catalogue(lang)))


class Catalogues:
    """All languages, and which of them a person gets.

    ``default``: the community's language, in which it posts and talks where nobody has another; it may change while
    the program runs.
    """

    def __init__(self, default: Lang) -> None:
        self.default: Lang = default
        self._texts: Mapping[Lang, Texts] = {lang: _texts(lang) for lang in LANGS}

    def __getitem__(self, lang: Lang) -> Texts:
        return self._texts[lang]

    @property
    def community(self) -> Texts:
        """The texts in the community's language."""
        return self[self.default]

    def choose(self, chosen: Lang | None, code: str | None) -> Texts:
        """What the person set, else Telegram's language code, else English to the rest of the world.

        Without a code (channels, anonymous admins) it is the default.
        """
        if chosen is not None:
            return self[chosen]
        if not code:
            return self[self.default]
        return self["ru" if code.lower().split("-")[0] in _READ_RUSSIAN else "en"]


_READ_RUSSIAN = {"ru", "be", "kk", "ky"}
"""Telegram languages whose users are answered in Russian until they choose."""


# --- moments in words ---------------------------------------------------------------------------------------

_WEEKDAYS = ("weekday-mon", "weekday-tue", "weekday-wed", "weekday-thu", "weekday-fri", "weekday-sat", "weekday-sun")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def when(at: datetime, now: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """A moment as people say it: "today at 18:00", or with its weekday and date."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time, days = clock(at, zone), (local.date() - today).days
    if days in (0, 1):
        return texts("when-today" if days == 0 else "when-tomorrow", time=time)
    return stamp(at, zone, texts)


def stamp(at: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """A moment with its weekday and date: for what stays on the screen, where "today" would soon be wrong."""
    local = at.astimezone(zone)
    day_ = texts(_WEEKDAYS[local.weekday()])
    return texts("when-day", weekday=day_, date=f"{local:%d.%m}", time=clock(at, zone))


def day(at: datetime, zone: ZoneInfo) -> str:
    """The date alone."""
    return f"{at.astimezone(zone):%d.%m.%Y}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day alone; where clocks are put back and show it twice, with its distance from UTC."""
    local = at.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M} (UTC{local:%z})" if twice else f"{local:%H:%M}"


def age(at: datetime, now: datetime, texts: Texts) -> str:
    """How long ago that was."""
    seconds = (now - at).total_seconds()
    if seconds < _MINUTE:
        return texts("age-now")
    if seconds < _HOUR:
        return texts("age-minutes", count=int(seconds // _MINUTE))
    if seconds < 2 * _DAY:
        return texts("age-hours", count=int(seconds // _HOUR))
    return texts("age-days", count=int(seconds // _DAY))


def span(seconds: float, texts: Texts) -> str:
    """How long something took, in whole minutes, hours or days."""
    if seconds < 5400:
        return texts("span-minutes", count=max(1, round(seconds / _MINUTE)))
    if seconds < 2 * _DAY:
        return texts("span-hours", count=round(seconds / _HOUR))
    return texts("span-days", count=round(seconds / _DAY))
