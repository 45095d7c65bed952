"""Which alphabet a reading is in, and repairs of letters that were read in the other one.

Recognisers of Latin and Cyrillic err in one systematic way: twenty letters look alike (``асс`` and ``acc``,
``HA`` and ``НА``). A letter without a twin settles the script of its word; words made of twins alone follow
their neighbours.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rapidfuzz.distance import Indel, LCSseq

from knowledge.reading import Lang

_TO_CYRILLIC = dict(zip("ABEKMHOPCTXYaeopcyxk", "АВЕКМНОРСТХУаеорсухк", strict=True))
_TO_LATIN = {cyrillic: latin for latin, cyrillic in _TO_CYRILLIC.items()}
_LATIN_ONLY = re.compile(r"[DFGIJLNQRSUVWZbdfghijlmnqrstuvwz]")
_CYRILLIC_ONLY = re.compile(r"[БГДЁЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯбвгдёжзийлмнптфцчшщъыьэюя]")
_UNMISTAKABLE = re.compile(r"[БДЁЖЗИЙЛФЦЧШЩЪЫЬЭЮЯбджзйлфцчшщъыьэюяё]")
"""Without those that pass for small Latin letters: Tesseract is sure of ``оп``, ``ту`` and ``пап``."""
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_DISGUISE = re.compile(r"[Α-ω]|[A-Z][3469][A-Z]|\b[3469][A-Z]{2}|[A-Z][6b][1I]|[A-Z]6\b")
_SHAPES = str.maketrans(_TO_CYRILLIC | dict(zip("UNR6b5SG439ΔDΛΦ∩WwLJ0", "ИИЯБЬББГЧЗЭДДЛФПШШЛЛО", strict=True)))
"""What a Cyrillic capital is taken for by who knows Latin ones only, and the capital."""
_ALIKE = str.maketrans("ДЦЛПЙМНВЬЫЗЭЩЧЪ", "АИАИИИНББИЗЗШУБ")
"""Capitals that hand lettering makes alike, one for each such group."""
SAME_SHAPE = 0.55
_FRAME = re.compile(r"(?<!\S)[-\\^|]+(?=[^\W\d_])|(?<=[^\W\d_])[\\^|]+(?!\S)")
"""Bits of lines around a Russian word."""
_LETTERS = re.compile(r"[^\W\d_]+")
"""Runs of letters: the hyphen in ``Deep-сеть`` parts two words of two scripts."""


def letters(text: str) -> int:
    """How many letters of any alphabet ``text`` has."""
    return sum(map(str.isalpha, text))


def is_cyrillic(text: str) -> bool:
    """Whether ``text`` has a letter that only Cyrillic has, and once repaired is Cyrillic for the most part."""
    return bool(_CYRILLIC_ONLY.search(text)) and language(repair(text)) == "ru"


def is_disguised(text: str) -> bool:
    """Whether a Latin reading looks like Cyrillic capitals: digits inside words (``TO4HO``), Greek letters."""
    return bool(_DISGUISE.search(text))


def is_unmistakable(text: str) -> bool:
    """Whether ``text`` is Cyrillic by a letter that nobody takes for a Latin one."""
    return is_cyrillic(text) and bool(_UNMISTAKABLE.search(text))


def latin_letters(text: str) -> int:
    """How many letters it has that only Latin has."""
    return len(_LATIN_ONLY.findall(text))


def is_latin(text: str) -> bool:
    """Whether ``text`` has letters that only Latin has, and none that only Cyrillic has."""
    return bool(_LATIN_ONLY.search(text)) and not _CYRILLIC_ONLY.search(text)


def has_both(text: str) -> bool:
    """Whether ``text`` has letters proper to each of the two scripts."""
    return bool(_LATIN_ONLY.search(text) and _CYRILLIC_ONLY.search(text))


def language(text: str) -> Lang:
    """``ru`` where at least half of the letters are Cyrillic, otherwise ``en``."""
    return "ru" if 0 < letters(text) <= 2 * len(_CYRILLIC.findall(text)) else "en"


def repair(text: str) -> str:
    """``text`` with letters of the wrong alphabet replaced by their twins, and a lone ``|`` by ``I``.

    A word with letters proper to one script is written in that script as far as twins go; a word of twins
    alone follows the nearest such word before it, otherwise the next one after it.
    """
    found = list(_LETTERS.finditer(text))
    scripts = _spread([_script(match.group()) for match in found])
    parts, end = [], 0
    for match, script in zip(found, scripts, strict=True):
        parts += [text[end : match.start()], _in_script(match.group(), script)]
        end = match.end()
    fixed = "".join(parts) + text[end:]
    if language(fixed) == "en":
        fixed = re.sub(r"(?<!\S)\|(?=\s|['’]\w)", "I", fixed)
        return _unframed(fixed)
    fixed = _FRAME.sub("", fixed)
    return _unframed(fixed.strip("/ "))  # a frame's edge: no Russian word begins or ends so


def _unframed(text: str) -> str:
    """Without what is left of a frame at either end: bars, and brackets that have no partner."""
    text = text.strip("| \\")
    for bracket, partner in ("[]", "()", "{}"):
        if partner not in text:
            text = text.removeprefix(bracket).lstrip()
        if bracket not in text:
            text = text.removesuffix(partner).rstrip()
    return text


def twins(a: str, b: str) -> bool:
    """Whether two readings are the same letters of either alphabet, and could all be Cyrillic."""
    return as_cyrillic(a) == as_cyrillic(b) and not _LATIN_ONLY.search(as_cyrillic(a))


def is_shape_of(latin: str, cyrillic: str) -> bool:
    """Whether a Latin reading can be of the same letters as a Cyrillic one: ``UHTEMMEKT`` and ``ИНТЕЛЛЕКТ``.

    It has lost letters that look like none of its alphabet, so more than half is enough.
    """
    seen, read = _shape(latin), _shape(cyrillic)
    return len(read) >= 3 and Indel.normalized_similarity(seen, read) >= SAME_SHAPE


def _shape(text: str) -> str:
    return "".join(filter(str.isalnum, text.translate(_SHAPES).upper().translate(_ALIKE)))


def as_cyrillic(text: str) -> str:
    """``text`` with every Latin letter that has a Cyrillic twin replaced by it."""
    return "".join(_TO_CYRILLIC.get(letter, letter) for letter in text)


def _script(word: str) -> Lang | None:
    """The script that only this word's letters can have; nothing where they could be either, or are both."""
    cyrillic, latin = bool(_CYRILLIC_ONLY.search(word)), bool(_LATIN_ONLY.search(word))
    if cyrillic == latin:
        return None
    return "ru" if cyrillic else "en"


def _spread(scripts: list[Lang | None]) -> list[Lang | None]:
    known = [script for script in scripts if script]
    if not known:
        return scripts
    last = known[0]
    spread: list[Lang | None] = []
    for script in scripts:
        last = script or last
        spread.append(last)
    return spread


def _in_script(word: str, script: Lang | None) -> str:
    if script is None or (_CYRILLIC_ONLY.search(word) and _LATIN_ONLY.search(word)):
        return word
    twins = _TO_CYRILLIC if script == "ru" else _TO_LATIN
    return "".join(twins.get(letter, letter) for letter in word)


def with_spaces_of(text: str, spaced: str) -> str:
    """``text`` with the word breaks of ``spaced``, another reading of the same line that lost none.

    Only breaks between letters or after a comma are taken. Unchanged unless both say nearly the same (at least
    80 % of the characters) and ``spaced`` has more words.
    """
    tight, other = "".join(text.split()), "".join(spaced.split())
    if len(spaced.split()) <= len(text.split()) or Indel.normalized_similarity(tight, other) < 0.8:
        return text
    breaks = _breaks(text)
    for block in LCSseq.opcodes(other, tight):
        if block.tag == "equal":
            shift = block.dest_start - block.src_start
            found = {at + shift for at in _breaks(spaced) if block.src_start <= at <= block.src_end}
            breaks |= {at for at in found if _may_break(tight, at)}
    at = [0, *sorted(breaks), len(tight)]
    return " ".join(tight[start:end] for start, end in pairwise(at))


def _may_break(tight: str, at: int) -> bool:
    return 0 < at < len(tight) and tight[at].isalnum() and (tight[at - 1].isalnum() or tight[at - 1] == ",")


def _breaks(text: str) -> set[int]:
    """Positions of the word breaks of ``text``, counted in characters that are not spaces."""
    found, position = set(), 0
    for word in text.split()[:-1]:
        position += len(word)
        found.add(position)
    return found
