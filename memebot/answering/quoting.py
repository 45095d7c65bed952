"""The picture's own words within an answer: readable, harmless, and no longer than they need to be."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from knowledge.reading import ELLIPSIS, Lang
from knowledge.stems import stems, words

QUOTE = 180
"""Characters of a caption that an answer quotes."""
ENDING = 0.45
"""So much of a quotation may the end of a long text take, where its point often is."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]")
_MARKS = re.compile('[«»“”„"]')
_EDGES = " \t'’‘\"«»“”„·•|_~–—-"
_MARKDOWN = re.compile(r"[\\`*\[\]<>]|~~|(?<![^\W_])_|_(?![^\W_])|&(?=[a-zA-Z#])")
_WATERMARK = re.compile(
    r"(?<![\w.@/])(?:https?://)?(?:www\.)?(?:[a-z0-9-]{3,}|vk|t)\s?\.\s?(?:com|net|org|ru|me|io|co|cc)(?:/\S*)?(?![\w.])",
    re.IGNORECASE,
)
"""The address of the site where a meme was made, as text recognition reads it: "imgflip.com", "memegenerator .net"."""
_SLURS = re.compile(
    r"\b(?:nigg(?:er|a)s?|fag(?:got)?s?|kikes?|chinks?|spics?|trann(?:y|ies)|wetbacks?|gooks?"
    r"|пид[оа]р\w*|педик(?:и|а|у|ом|ов|ам)?|ниггер\w*|жид(?:а|ы|у|ов|ом|ам|овск\w+)?|чурк[аиуоеы]\w*|хач(?:а|и|ей|ами|у)?"
    r"|хохл\w*|кацап\w*|черножоп\w*|узкоглаз\w*)\b",
    re.IGNORECASE,
)


def quotable(text: str) -> str:
    """Words from a picture on one line: nothing that does not show or turns the text, no slurs, and no address of
    the site where it was made, unless nothing else stands there."""
    shown = _CONTROL.sub(" ", text)
    return _SLURS.sub("…", " ".join((_WATERMARK.sub(" ", shown).strip() or shown).split()))


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words where there is more than one, with "…" at the end."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return head[: head.rfind(" ") if " " in head[limit // 2 :] else None].rstrip(" ,.;:–—-") + "…"


def inner(text: str, limit: int) -> str:
    """Words from a picture for a place between quotation marks, as Markdown that shows them as they are."""
    bare = _MARKS.sub("'", quotable(text).strip(_EDGES))
    bare = re.sub(r"\.{2,}", "…", bare).lstrip(f"…{_EDGES}").rstrip(",;> ")
    return _MARKDOWN.sub(lambda mark: "".join(f"\\{one}" for one in mark[0]), shortened(bare, limit))


def quote(text: str, lang: Lang, limit: int = QUOTE) -> str:
    """Words from a picture in the quotation marks of the language, as Markdown."""
    found = inner(text, limit)
    return f"«{found}»" if lang == "ru" else f"“{found}”"


def telling_words(text: str, spoke: Collection[str], limit: int = QUOTE) -> str:
    """What of the words on a picture an answer quotes: all, or the lines around those that ``spoke`` and the end.

    ``text``: a line a line, as it was read. ``spoke``: words or their stems. "" where nothing is readable.
    """
    lines = [line for line in map(quotable, text.splitlines()) if _readable(line)]
    lines = [line for line in lines if re.search(r"[^\W\d]", line)] or lines  # figures of an axis tell nothing
    if sum(len(line) + 1 for line in lines) <= limit:
        return " ".join(lines)
    wanted = {stem for word in spoke for stem in stems(word)}
    hits = [len(wanted.intersection(stems(line))) for line in lines]
    first = max(range(len(lines)), key=lambda n: hits[n])
    return " ".join(_window(lines, first, limit))


def _readable(line: str) -> bool:
    """Whether a line is words: no address, and not what text recognition makes of ornaments: "|'", "_ a", "ж х"."""
    return not _WATERMARK.fullmatch(line) and any(len(word) >= 3 or word.isdigit() for word in words(line))


def _window(lines: Sequence[str], first: int, limit: int) -> Sequence[str]:
    """The line with the telling words, as many after, then before it as fit, and the last lines."""
    ending = len(lines)
    room = round(ENDING * limit)
    while ending > first + 1 and len(lines[ending - 1]) < room:
        ending -= 1
        room -= len(lines[ending]) + 1
    last = lines[ending:]
    start, end = first, first + 1
    room = limit - len(lines[first]) - sum(len(line) + 1 for line in last) - len(ELLIPSIS) - 1
    while end < ending and len(lines[end]) < room:
        room -= len(lines[end]) + 1
        end += 1
    while start and len(lines[start - 1]) < room:
        start -= 1
        room -= len(lines[start]) + 1
    return [*lines[start:end], *([ELLIPSIS] if last and end < ending else []), *last]
