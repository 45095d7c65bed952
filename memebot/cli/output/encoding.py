"""Terminals that are not UTF-8: what they cannot show costs a sign, never the answer."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

_PLAIN = {"–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "←": "<-", "×": "x", "·": "-", "•": "-", "№": "No."} | {
    **dict.fromkeys("«»“”„", '"'),
    **dict.fromkeys("‘’", "'"),
}
_lost: set[str] = set()
"""Encodings that had to leave letters out."""


def adapt_streams() -> None:
    """Make the standard streams of this process forgive what their encoding cannot hold, in both directions."""
    codecs.register_error("plain", _plainer)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def left_out() -> str | None:
    """A line about what could not be shown, if anything."""
    if not _lost:
        return None
    return f"this terminal is {', '.join(sorted(_lost))}: what it cannot show became “?”; a UTF-8 locale shows all"


def fits(text: str) -> bool:
    """Whether standard output holds every letter of a text."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def whole(text: str) -> str:
    """A text from the command line without the bytes that are no letters under this locale."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_plain(letter, error.encoding) for letter in error.object[error.start : error.end]), error.end


def _plain(letter: str, encoding: str) -> str:
    known = _PLAIN.get(letter) or unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode("ascii")
    if not known:
        _lost.add(encoding)
    return known or "?"
