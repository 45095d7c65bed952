"""The YAML of an entry file: a small, safe part of the language, with the place of every value.

Every scalar is text, whatever YAML would make of it: ``keywords: [no, 42, nan]`` are three words. Anchors,
aliases, tags, merge keys and several documents are refused, so nothing in a file can grow or run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.entry.problems import Code, Fact

LINE_LENGTH = 110
_MAX_DEPTH = 8
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Value = str | Sequence["Value"] | Mapping[str, "Value"]
"""What a field is written from."""


class FrontMatterError(ValueError):
    """The text is not in the part of YAML that is read; ``line`` counts from 0."""

    def __init__(self, line: int, code: Code, **facts: Fact) -> None:
        super().__init__(code)
        self.line = line
        self.code: Code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. Lines and columns count from 0, ends are exclusive.

    ``block``: written over lines of its own rather than between brackets or in one line.
    """

    value: str | list[Node] | list[tuple[Node, Node]]
    line: int
    column: int
    end_line: int
    end_column: int
    block: bool

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, list) and (not self.value or isinstance(self.value[0], tuple))

    @property
    def is_sequence(self) -> bool:
        return isinstance(self.value, list) and (not self.value or isinstance(self.value[0], Node))

    def pairs(self) -> list[tuple[Node, Node]]:
        """Keys and values of a mapping; empty for anything else."""
        if isinstance(self.value, str):
            return []
        return [pair for pair in self.value if isinstance(pair, tuple)]

    def items(self) -> list[Node]:
        """Items of a sequence; empty for anything else."""
        if isinstance(self.value, str):
            return []
        return [item for item in self.value if isinstance(item, Node)]


def read(text: str) -> list[tuple[Node, Node]]:
    """Keys and values of the mapping that ``text`` is, in file order; raises ``FrontMatterError``."""
    try:
        root = _Reader(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        raise FrontMatterError(_line_of(error), "yaml", error=str(error.problem or error.context)) from error
    except yaml.YAMLError as error:
        raise FrontMatterError(0, "yaml", error=str(error)) from error
    if root is None:
        return []
    if not root.is_mapping or not root.block:
        raise FrontMatterError(root.line, "yaml-keys")
    return root.pairs()


def _line_of(error: yaml.MarkedYAMLError) -> int:
    for mark in (error.problem_mark, error.context_mark):
        if mark is not None:
            return int(mark.line)
    return 0


class _Reader:
    """Builds nodes from the parser's events; the depth is bounded, so the recursion is."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events  # typed loosely: the stubs know the base class of all events only

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            line = event.start_mark.line
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise FrontMatterError(line, "yaml-documents")
            if isinstance(event, yaml.NodeEvent):
                root = self._node(event, 0)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line
        if depth > _MAX_DEPTH:
            raise FrontMatterError(line, "yaml-depth")
        if isinstance(event, yaml.AliasEvent):
            raise FrontMatterError(line, "yaml-alias", name=str(event.anchor))
        if event.anchor is not None:
            raise FrontMatterError(line, "yaml-anchor", name=str(event.anchor))
        if event.tag is not None:
            raise FrontMatterError(line, "yaml-tag", name=str(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            return _placed(event.value, event, event, event.style in ("|", ">"))
        return self._collection(event, depth)

    def _collection(self, start: Any, depth: int) -> Node:
        children: list[Node] = []
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                block = not start.flow_style
                if isinstance(start, yaml.MappingStartEvent):
                    pairs = list(zip(children[::2], children[1::2], strict=True))
                    return _placed(pairs, start, event, block)
                return _placed(children, start, event, block)
            children.append(self._node(event, depth + 1))
        raise FrontMatterError(start.start_mark.line, "yaml-unfinished")


def _placed(value: str | list[Node] | list[tuple[Node, Node]], first: Any, last: Any, block: bool) -> Node:
    start, end = first.start_mark, last.end_mark
    return Node(value, start.line, start.column, end.line, end.column, block)


_PLAIN = re.compile(r"[^\W\d_](?:[\w .()+/'’%=–—…!-]*[\w.()+/'’%=…!])?|\d[\w.-]*[^\W\d_]")
# what other YAML readers would take for something else than text
_TYPED = re.compile(r"(?i)y|n|yes|no|true|false|on|off|null|\d[\d_.]*e[+-]?\d+|0[xob][\da-f_]+")


def scalar(text: str) -> str:
    """``text`` as YAML that every reader takes for this text: plain where that is safe, else quoted."""
    if _PLAIN.fullmatch(text) and not _TYPED.fullmatch(text):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """``text`` between double quotes."""
    return json.dumps(text, ensure_ascii=False)


def flow(value: Value) -> str:
    """``value`` in one line: ``[a, b]``, ``{ru: а, en: b}``."""
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(flow(item) for item in value) + "]"


def block(value: Value) -> list[str]:
    """``value`` over several lines, an item a line, indented by two; nested values in one line."""
    if isinstance(value, str) or not value:
        return [f"  {flow(value)}"]
    if isinstance(value, Mapping):
        return [f"  {scalar(key)}: {flow(item)}" for key, item in value.items()]
    return [f"  - {flow(item)}" for item in value]


def field(key: str, value: Value, *, as_block: bool = False, comment: str = "") -> list[str]:
    """The lines of ``key: value``: one line if it fits and ``as_block`` is not asked for."""
    line = f"{key}: {flow(value)}"
    if isinstance(value, str) or not value or (len(line) <= LINE_LENGTH and not as_block):
        return [line + comment]
    return [f"{key}:{comment}", *block(value)]
