"""The explanations of the base as one long text, which small language models learn to sound like."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

from knowledge.reading import Lang

ALPHABETS: dict[Lang, str] = {
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИКЛМНОПРСТУФХЧШЭЯ 0123456789.,:;!?–-()«»%…\n",
    "en": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPRSTUVWXY 0123456789.,:;!?–-()“”’'%…\n",
}
"""The characters that a network of that language knows; it is asked for no others."""


@cache
def corpus(lang: Lang) -> str:
    """All explanations in one language, in the order of their ids, in that language's alphabet alone; 0.6 MB."""
    texts = []
    body = re.compile(rf"^## {lang}\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    for path in sorted((Path(str(resources.files("knowledge"))) / "entries").rglob("*.md")):
        found = body.search(path.read_text("utf-8"))
        if found is not None:
            texts.append(re.sub(r"\n\s*", "\n", found[1].strip()))
    kept = set(ALPHABETS[lang])
    return re.sub(" +", " ", "".join(one for one in "\n".join(texts) if one in kept)) + "\n"
