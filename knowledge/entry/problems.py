"""What can be wrong with the files of a base: a code out of one closed list, and facts.

A problem has no words: they are found once, where it is shown to a person (``memebot.problem_texts``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, get_args

from knowledge.reading import Lang

Severity = Literal["error", "warning"]
Fact = str | int | tuple[str, ...]

Code = Literal[
    # the bytes and the place of a file
    "file-name",
    "file-folder",
    "file-size",
    "file-empty",
    "not-utf8",
    "byte-order-mark",
    "line-ends",
    "tab",
    "control-character",
    # the front matter as YAML
    "front-matter-start",
    "front-matter-end",
    "yaml",
    "yaml-keys",
    "yaml-documents",
    "yaml-depth",
    "yaml-unfinished",
    "yaml-alias",
    "yaml-anchor",
    "yaml-tag",
    "key-unknown",
    "key-twice",
    # values
    "title-missing",
    "not-text",
    "value-empty",
    "not-one-line",
    "phrase-long",
    "not-a-list",
    "items-many",
    "item-twice",
    "not-an-id",
    "exemplar-name",
    "not-parts",
    "part-unknown",
    "part-twice",
    "part-missing",
    "not-an-address",
    "format-only",
    "rows-wrong",
    "rows-and-roles",
    "not-roles",
    "box-wrong",
    "slot-unknown",
    # explanations
    "text-before-heading",
    "heading-unknown",
    "heading-twice",
    "text-missing",
    "text-empty",
    "text-long",
    "html",
    "conflict-marker",
    # the entry as a whole
    "not-writable",
    "layout",
    # beside other entries
    "id-double",
    "link-missing",
    "link-other-list",
    "link-to-joke",
    "link-to-itself",
    "exemplar-missing",
    "title-double",
    "phrase-double",
    # what will disappoint
    "words-few",
    "words-many",
    "languages-unequal",
    "phrase-common",
    "link-wanted",
    "name-double",
    "fires-everyday",
    "entries-alike",
    "phrase-shared",
    "roles-missing",
    # exemplars
    "exemplar-unused",
    "fingerprint-broken",
    "exemplar-size",
    "exemplar-other",
    "exemplar-file-other",
    # files, folders, layers
    "file-unreadable",
    "file-unplaced",
    "file-conflict",
    "file-removed",
    "file-unseen",
    "file-unused",
    "id-wrong",
    "hidden-unknown",
    "texts-unreadable",
    "texts-columns",
    "texts-comma",
    "texts-csv",
    "folder-missing",
    "folder-no-entries",
    "folder-emptied",
    "folder-unwritable",
    "folder-is-file",
    "folder-has-base",
    "layer-unreadable",
    "layer-nothing-beneath",
    "layer-wrong-beneath",
]
"""Every problem there is; ``memebot/locales`` says each in both languages."""

CODES: tuple[Code, ...] = get_args(Code)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, or warning: where it is, and what. Lines count from 1; 0 stands for a file or folder as a whole.

    ``field``: the name of the entry's field that it is about, "" for none; ``lang``: which half of it. ``facts``:
    what the words need to know. One that is called ``close`` is what was probably meant.
    """

    path: PurePath
    line: int
    code: Code
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=dict)
    severity: Severity = "error"
    field: str = ""
    lang: Lang | None = None

    def __str__(self) -> str:
        facts = "".join(f" {name}={fact!r}" for name, fact in self.facts.items())
        return f"{self.path}:{self.line}: {self.code}{facts}"

    @property
    def edited_field(self) -> str:
        """The field whose editing mends it, one of ``FIELDS``; "" for the entry as a whole."""
        if self.field in ("title", "text", "asks", "captions", "keywords", "reads"):
            return f"{self.field}.{self.lang or 'ru'}"
        return self.field
