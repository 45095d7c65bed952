"""The YAML of an entry file: a small, safe part of the language, with the place of every value.

Every scalar is text, whatever YAML would make of it: ``keywords: [no, 42, nan]`` are three words. Anchors,
aliases, tags, merge keys and several documents are refused, so nothing in a file can grow or run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.entry.problems import Code, Fact

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
    """A value and the line where it begins, from 0."""

    value: str | list[Node] | list[tuple[Node, Node]]
    line: int

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
        return _Reader(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        raise FrontMatterError(_line_of(error), "yaml", error=str(error.problem or error.context)) from error
    except yaml.YAMLError as error:
        raise FrontMatterError(0, "yaml", error=str(error)) from error


def _line_of(error: yaml.MarkedYAMLError) -> int:
    for mark in (error.problem_mark, error.context_mark):
        if mark is not None:
            return int(mark.line)
    return 0


class _Reader:
    """Builds nodes from the parser's events; the depth is bounded, so the recursion is."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events  # typed loosely: the stubs know the base class of all events only

    def document(self) -> list[tuple[Node, Node]]:
        root, in_lines = None, True
        for event in self._events:
            line = event.start_mark.line
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise FrontMatterError(line, "yaml-documents")
            if isinstance(event, yaml.NodeEvent):
                in_lines = isinstance(event, yaml.MappingStartEvent) and not event.flow_style
                root = self._node(event, 0)
        if root is not None and not in_lines:
            raise FrontMatterError(root.line, "yaml-keys")
        return [] if root is None else root.pairs()

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
            return Node(event.value, line)
        return self._collection(event, depth)

    def _collection(self, start: Any, depth: int) -> Node:
        line = start.start_mark.line
        children: list[Node] = []
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                if isinstance(start, yaml.MappingStartEvent):
                    return Node(list(zip(children[::2], children[1::2], strict=True)), line)
                return Node(children, line)
            children.append(self._node(event, depth + 1))
        raise FrontMatterError(line, "yaml-unfinished")


def flow(value: Value) -> str:
    """``value`` in one line: ``["a", "b"]``, ``{ru: "а", en: "b"}``; every text in double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(flow(item) for item in value) + "]"
