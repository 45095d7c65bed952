"""What of a picture's words is the meme's own: no stamps of sites, no bars, names and times of the screen around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from knowledge.reading import ELLIPSIS, Line, text_of
from knowledge.stems import words

WATERMARK_LENGTH = 40
AT_AN_EDGE, IN_A_CORNER = 0.03, 0.045
"""So near to an edge, in sides of the picture, stands a signature; and to a corner the name of a channel."""
SIGNATURE_HEIGHT, SMALL = 0.7, 0.62
"""Less of the usual height of a line have a signature, and other small print."""
SMALL_PRINT = 4
"""Words of a line in small print at most."""
BAR, TITLE = 0.06, 0.14
"""How far down a screen its own bar reaches, and the title of a window."""
OF_THE_SCREEN = 0.6
"""If so many words of a line are those of a screen or figures, it is not the meme's."""

_WATERMARK = re.compile(
    "imgflip|memegenerat|enerator(?:net|ne|na)$|quickmeme|mematic|makeameme|memecent|kapwing|ifunny|livememe|memebase"
    "|9gag|memedroid|risovach",
    re.I,
)
_SIGNATURE = re.compile(r"@\w+|[ur]/\w+|reddit|pikabu|пикабу|t\W?me/\w+|(?:\w+\.)+(?:com|net|org|ru|me|co)\b.*", re.I)
_HANDLE = re.compile(r"@\s?\w{2,}.{0,20}")
_CLOCK = re.compile(r"(?:\d{1,2}:\d{2})\b.*|.*\b(?:LTE|4G|5G|Wi-?Fi)\b.*|\D{0,4}\d{1,3}\s?%")
_WINDOW = re.compile(
    r"(?:in )?(?:ChatGPT|Claude|Gemini|Copilot|LinkedIn|Jobs|Telegram|WhatsApp|Twitter|Reddit|Slack|Discord|GitHub"
    r"|bash|zsh|terminal|терминал|открыт|open|closed|merged)(?: [\d.o\w]{1,4})?|[←<‹]\s?\S.{0,30}",
    re.I,
)
_COUNTED = frozenset(
    words(
        "retweets likes reposts views replies comments reply applicants ago am pm"
        " ретвитов ретвита ретвит лайков лайка лайк просмотров просмотра ответить комментариев репостов назад"
    )
)
_TERMINAL = re.compile(r"tmux: \S+|(?:bash|zsh|ssh) ?[—–-]+ ?\S.*", re.I)
_SCREEN_WORDS = _COUNTED | frozenset(
    words(
        "retweet like repost view quotes quote comment share save bookmarks hours hour hrs minutes minute min days day"
        " jan feb mar apr may jun jul aug sep oct nov dec january february april june july august september october"
        " november december"
        " янв фев февр мар апр мая июн июл авг сен сент окт ноя нояб дек"
        " января февраля марта апреля июня июля августа сентября октября ноября декабря"
        " posted edited over promoted sponsored following follow via twitter iphone android web app k m"
        " ретвиты лайки нравится ответов ответы комментария комментарий комментарии поделиться репоста репост"
        " часов часа час минут минуты дней дня изменено тыс млн"
    )
)
_WORD = re.compile(r"[^\W\d_]+|\d[\d.,:/]*")


def caption_of(lines: Sequence[Line]) -> str:
    """What may be quoted, a line a line in reading order, "…" for what may be misread; "…" alone if nothing may."""
    if not lines:
        return ""
    usual = usual_height(lines)
    names = _names(lines)
    own = [line for line in lines if not (is_stamp(line, usual) or _is_of_screen(line, usual) or line.box in names)]
    return text_of(line.sure_text for line in own) or ELLIPSIS


def usual_height(lines: Sequence[Line]) -> float:
    """How high a picture's lines are, as a fraction of its own height."""
    return median([line.box[3] for line in lines]) if lines else 0.0


def is_stamp(line: Line, usual: float) -> bool:
    """Whether it is a site's stamp, or a small signature at an edge; ``usual``: how high the picture's lines are."""
    if len(line.text) < WATERMARK_LENGTH and _WATERMARK.search(re.sub(r"[\W_]", "", line.text)):
        return True
    small = line.box[3] < SIGNATURE_HEIGHT * usual and _edge(line) < AT_AN_EDGE
    return small and _SIGNATURE.fullmatch(line.text.strip("[]() ")) is not None


def _is_of_screen(line: Line, usual: float) -> bool:
    """Whether a phone, a window or a site says this of itself."""
    top = line.box[1]
    if _HANDLE.fullmatch(line.text):
        return True
    if _TERMINAL.fullmatch(line.text) or (top < BAR and _CLOCK.fullmatch(line.text)):
        return True
    if top < TITLE and _WINDOW.fullmatch(line.text.strip()):
        return True
    return _is_small_print(line, usual) or _counts(line.text)


def _is_small_print(line: Line, usual: float) -> bool:
    """Whether it is the name of a channel in a corner."""
    left, top, width, height = line.box
    in_corner = min(left, 1 - left - width) < IN_A_CORNER and min(top, 1 - top - height) < IN_A_CORNER
    return in_corner and height < SMALL * usual and len(line.text.split()) <= SMALL_PRINT


def _counts(text: str) -> bool:
    """Whether it is the line of a post that says when it was written and how many liked it."""
    said = [word.casefold() for word in _WORD.findall(text)]
    own = [word for word in said if word[0].isdigit() or word in _SCREEN_WORDS]
    figures = any(word[0].isdigit() for word in said)
    counted = not _COUNTED.isdisjoint(said) or re.search(r"\b\d{1,2}:\d{2}\b", text) is not None
    return figures and counted and len(own) >= OF_THE_SCREEN * len(said)


def _names(lines: Sequence[Line]) -> set[tuple[float, float, float, float]]:
    """Where the names stand of those whose handle is right below or beside."""
    handles = [line.box for line in lines if _HANDLE.fullmatch(line.text)]
    return {line.box for line in lines for handle in handles if _is_over(line.box, handle)}


def _is_over(name: tuple[float, float, float, float], handle: tuple[float, float, float, float]) -> bool:
    gap = handle[1] - name[1] - name[3]
    return abs(name[0] - handle[0]) < 0.03 and -0.5 * handle[3] < gap < handle[3]


def _edge(line: Line) -> float:
    left, top, width, height = line.box
    return min(left, top, 1 - left - width, 1 - top - height)
