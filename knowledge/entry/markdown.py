"""One entry of the knowledge base: read from its file, checked, and written back without reshuffling."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import PurePath
from typing import Any, cast

from knowledge.entry import frontmatter
from knowledge.entry.frontmatter import FrontMatterError, Node
from knowledge.entry.model import (
    EXEMPLAR_NAME,
    FOLDERS,
    MAX_FILE,
    MAX_ITEMS,
    MAX_PHRASE,
    MAX_TEXT,
    Entry,
    EntryId,
    Kind,
    Source,
    is_id,
    no_keywords,
)
from knowledge.entry.problems import Code, Fact, Problem
from knowledge.errors import EntryError
from knowledge.reading import LANGS, Lang

_URL = re.compile(r"https?://[^\s/]+\S*")


def parse(data: bytes, path: PurePath) -> Entry:
    """The entry in a file's bytes; the path's stem is its id and its folder (``jokes``, …) the kind.

    Raises ``EntryError`` with every mistake that was found, each with its line.
    """
    report = _Report(path)
    entry_id, kind = _identity(path, report)
    text = _decode(data, report)
    entry = _entry(entry_id, kind, text, report) if text else None
    if report.problems or entry is None:
        raise EntryError(sorted(report.problems, key=lambda problem: problem.line))
    return entry


def dumps(entry: Entry) -> str:
    """The entry as the text of its file.

    An unchanged entry gives the text that it was read from; of a changed one, only the lines of the changed
    fields differ, and in those what did not change keeps its quotes and, in a list of lines, its comments.
    A new entry is written in the order of the fields above. Raises ``EntryError`` if the result would not be
    read back as the same entry.
    """
    if not entry.original:
        return _checked(entry, canonical(entry))
    try:
        return _checked(entry, _patched(entry, _replaced_items))
    except EntryError:
        return _checked(entry, _patched(entry, _replaced))


def validated(entry: Entry) -> Entry:
    """The entry as it is read back from the text of its file. Raises ``EntryError`` if it cannot be."""
    text = unchecked(entry)
    return parse(text.encode("utf-8", "surrogatepass"), entry.path)


def unchecked(entry: Entry) -> str:
    """The entry as the text of its file, whatever is wrong with it: for drafts."""
    return _patched(entry, _replaced_items) if entry.original else canonical(entry)


def _checked(entry: Entry, text: str) -> str:
    back = parse(text.encode("utf-8", "surrogatepass"), entry.path)
    if back != entry:
        wrong = next(name for name in _FIELDS if getattr(back, name) != getattr(entry, name))
        raise EntryError([Problem(entry.path, 1, "not-writable", {"text": wrong})])
    return text


def line_of(entry: Entry, key: str, item: str = "") -> int:
    """The line of a field in the file that the entry was read from, or of one item in it; 1 if unknown."""
    layout = _layout_of(entry)
    span = layout.keys.get(key) if layout else None
    if layout is None or span is None:
        return 1
    for node in _scalars(span.node):
        if node.value == item and item:
            return layout.front_line(node.line)
    return span.first + 1


def lines_of_text(entry: Entry, lang: Lang) -> tuple[int, int]:
    """The line of a language's heading and the first line of its text in the file; (1, 1) if unknown."""
    layout = _layout_of(entry)
    body = layout.bodies.get(lang) if layout else None
    return (body.heading + 1, body.first + 1) if body else (1, 1)


# --- reading ---------------------------------------------------------------------------------------------


class _Report:
    """Collects the mistakes of one file."""

    def __init__(self, path: PurePath) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, line: int, code: Code, field: str = "", lang: Lang | None = None, **facts: Fact) -> None:
        """``line`` counts from 0, as everything in here does."""
        self.problems.append(Problem(self.path, line + 1, code, facts, "error", field, lang))


def _identity(path: PurePath, report: _Report) -> tuple[EntryId, Kind]:
    stem = path.name.removesuffix(".md")
    if not is_id(stem):
        better = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:48].strip("-")
        report.add(0, "file-name", name=path.name, better=f"{better or 'new-entry'}.md")
    for kind, folder in FOLDERS.items():
        if path.parent.name == folder:
            return EntryId(stem), kind
    report.add(0, "file-folder", folder=path.parent.name, folders=tuple(FOLDERS.values()))
    return EntryId(stem), "joke"


# everything that YAML or a terminal would take for something else than text; tabs and line ends come apart
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _decode(data: bytes, report: _Report) -> str:
    """The text of the file, mended as far as needed to look for more mistakes; "" if that makes no sense."""
    if len(data) > MAX_FILE:
        report.add(0, "file-size", count=len(data), most=MAX_FILE)
        return ""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        report.add(line, "not-utf8", byte=f"0x{data[error.start]:02x}")
        return ""
    if text.startswith("\ufeff"):
        report.add(0, "byte-order-mark")
        text = text[1:]
    if not text.strip():
        report.add(0, "file-empty")
        return ""
    return _clean(text, report)


def _clean(text: str, report: _Report) -> str:
    if "\r" in text:
        report.add(text[: text.index("\r")].count("\n"), "line-ends")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        report.add(text[: text.index("\t")].count("\n"), "tab")
        text = text.replace("\t", "    ")
    if bad := _UNPRINTABLE.search(text):
        report.add(text.count("\n", 0, bad.start()), "control-character", character=f"U+{ord(bad[0]):04X}")
        text = _UNPRINTABLE.sub(" ", text)
    return text


@dataclass(frozen=True, slots=True)
class _Span:
    """A key of the front matter: its value and its lines in the file, [first, end)."""

    node: Node
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Body:
    """An explanation: the line of its heading and the lines of its text, [first, end)."""

    heading: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """What stands where in a file."""

    lines: list[str]
    front: tuple[int, int]
    keys: dict[str, _Span]
    bodies: dict[Lang, _Body]

    def front_line(self, line: int) -> int:
        """The line of the file, from 1, of a line of the front matter, from 0."""
        return self.front[0] + line + 1

    def text(self, lang: Lang) -> str:
        body = self.bodies[lang]
        return "\n".join(self.lines[body.first : body.end])


def _layout(text: str, report: _Report) -> _Layout | None:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        report.add(0, "front-matter-start")
        return None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        report.add(0, "front-matter-end")
        return None
    return _Layout(lines, (1, end), _spans(lines, end, report), _bodies(lines, end + 1, report))


def _spans(lines: list[str], end: int, report: _Report) -> dict[str, _Span]:
    try:
        pairs = frontmatter.read("\n".join(lines[1:end]) + "\n")
    except FrontMatterError as error:
        report.problems.append(Problem(report.path, min(error.line + 1, end) + 1, error.code, error.facts))
        return {}
    spans: dict[str, _Span] = {}
    starts = [key.line + 1 for key, _ in pairs] + [end]
    for (key, node), first, after in zip(pairs, starts, starts[1:], strict=False):
        while after > first + 1 and (not lines[after - 1].strip() or lines[after - 1].startswith("#")):
            after -= 1
        name = key.value if isinstance(key.value, str) else ""
        if name in spans:
            report.add(first, "key-twice", key=name, first_line=spans[name].first + 1)
        spans.setdefault(name, _Span(node, first, after))
    return spans


def _bodies(lines: list[str], start: int, report: _Report) -> dict[Lang, _Body]:
    headings = list(_headings(lines, start))
    bodies: dict[Lang, _Body] = {}
    for n in range(start, headings[0][0] if headings else len(lines)):
        if lines[n].strip():
            report.add(n, "text-before-heading")
            break
    for number, (heading, name) in enumerate(headings, 1):
        end = headings[number][0] if number < len(headings) else len(lines)
        if name not in LANGS:
            report.add(heading, "heading-unknown", heading=lines[heading])
        elif name in bodies:
            report.add(heading, "heading-twice", heading=f"## {name}")
        else:
            bodies[name] = _trimmed(lines, heading, end)
    return bodies


def _headings(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    fence = ""
    for n in range(start, len(lines)):
        if mark := re.match(r" {0,3}(`{3,}|~{3,})", lines[n]):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence) and lines[n].strip() == mark[1]:
                fence = ""
        elif not fence and re.match(r"##?(?!#)", lines[n]):
            yield n, lines[n].removeprefix("## ").strip()


def _trimmed(lines: list[str], heading: int, end: int) -> _Body:
    first = heading + 1
    while first < end and not lines[first].strip():
        first += 1
    while end > first and not lines[end - 1].strip():
        end -= 1
    return _Body(heading, first, end)


def _entry(entry_id: EntryId, kind: Kind, text: str, report: _Report) -> Entry | None:
    layout = _layout(text, report)
    if layout is None:
        return None
    read = _Fields(layout, report)
    read.unknown()
    return Entry(
        id=entry_id,
        kind=kind,
        title=read.title(),
        text=_texts(layout, report),
        aliases=read.phrases("aliases"),
        says=read.phrases("says"),
        keywords=read.keywords(),
        looks_like=read.phrases("looks_like"),
        formats=read.ids("formats"),
        concepts=read.ids("concepts"),
        exemplars=read.exemplars(),
        sources=read.sources(),
        original=text,
    )


def _texts(layout: _Layout, report: _Report) -> dict[Lang, str]:
    texts: dict[Lang, str] = {}
    for lang in LANGS:
        if lang not in layout.bodies:
            report.add(len(layout.lines) - 1, "text-missing", "text", lang, heading=f"## {lang}")
            continue
        texts[lang], body = layout.text(lang), layout.bodies[lang]
        if not texts[lang]:
            report.add(body.heading, "text-empty", "text", lang)
        if len(texts[lang]) > MAX_TEXT:
            report.add(body.heading, "text-long", "text", lang, count=len(texts[lang]), most=MAX_TEXT)
        if (html := _html(texts[lang])) is not None:
            line, found = html
            report.add(body.first + line, "html", "text", lang, html=found)
    return texts


_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ ]*$|\Z)|(?P<tick>`+).+?(?P=tick)", re.S | re.M)
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]{2,8}|#\d+|#x[\da-fA-F]+);")
_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^\s<>]*>")


def _html(text: str) -> tuple[int, str] | None:
    """The first piece of HTML outside code, and its line in the text."""
    bare = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
    for found in _HTML.finditer(bare):
        if not _AUTOLINK.fullmatch(found[0]):
            return bare.count("\n", 0, found.start()), found[0][:40]
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """What a value belongs to: a field, a language's half of it, a part of a source."""

    field: str
    lang: Lang | None = None
    part: str = ""


class _Fields:
    """Reads the fields of a front matter into values, noting what is wrong with them."""

    def __init__(self, layout: _Layout, report: _Report) -> None:
        self._layout = layout
        self._report = report

    def _add(self, node: Node, code: Code, place: _Place, **facts: Fact) -> None:
        if place.part:
            facts["part"] = place.part
        self._report.add(self._layout.front_line(node.line) - 1, code, place.field, place.lang, **facts)

    def _node(self, key: str) -> Node | None:
        """The key's value; ``None`` where the key is missing or nothing stands behind it."""
        span = self._layout.keys.get(key)
        return span.node if span and span.node.value != "" else None

    def unknown(self) -> None:
        for key, span in self._layout.keys.items():
            if key not in _KEYS:
                close = "".join(difflib.get_close_matches(key.lower(), _KEYS, 1))
                self._report.add(span.first, "key-unknown", key=key, keys=_KEYS, close=close)

    def _phrase(self, node: Node, place: _Place) -> str:
        if not isinstance(node.value, str):
            self._add(node, "not-text", place)
            return ""
        text = node.value
        if not text.strip():
            self._add(node, "value-empty", place)
        elif text != text.strip() or re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text):
            self._add(node, "not-one-line", place)
        elif len(text) > MAX_PHRASE:
            self._add(node, "phrase-long", place, count=len(text), most=MAX_PHRASE)
        return text

    def _list(self, node: Node | None, place: _Place) -> list[Node]:
        if node is None:
            return []
        if not node.is_sequence:
            example = f"[{node.value}]" if isinstance(node.value, str) else "[one, two]"
            self._add(node, "not-a-list", place, example=example)
            return []
        if len(node.items()) > MAX_ITEMS:
            self._add(node, "items-many", place, count=len(node.items()), most=MAX_ITEMS)
        return node.items()

    def _unique(self, node: Node | None, place: _Place, read: Callable[[Node, _Place], str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for item in self._list(node, place):
            text = read(item, place)
            if text and text in found:
                self._add(item, "item-twice", place, text=text)
            found[text] = None
        return tuple(found)

    def phrases(self, key: str) -> tuple[str, ...]:
        return self._unique(self._node(key), _Place(key), self._phrase)

    def _id(self, node: Node, place: _Place) -> str:
        text = self._phrase(node, place)
        if text and not is_id(text):
            self._add(node, "not-an-id", place, text=text)
        return text

    def ids(self, key: str) -> tuple[EntryId, ...]:
        return tuple(EntryId(text) for text in self._unique(self._node(key), _Place(key), self._id))

    def _exemplar(self, node: Node, place: _Place) -> str:
        text = self._phrase(node, place)
        if text and not EXEMPLAR_NAME.fullmatch(text):
            self._add(node, "exemplar-name", place, text=text)
        return text

    def exemplars(self) -> tuple[str, ...]:
        return self._unique(self._node("exemplars"), _Place("exemplars"), self._exemplar)

    def _mapping(self, node: Node, place: _Place, wanted: tuple[str, ...], example: str) -> dict[str, Node]:
        """The values of a mapping with these two keys."""
        facts: dict[str, Fact] = {"first": wanted[0], "second": wanted[1]}
        if not node.is_mapping:
            self._add(node, "not-parts", place, example=example, **facts)
            return {}
        found: dict[str, Node] = {}
        for key, value in node.pairs():
            name = key.value if isinstance(key.value, str) else ""
            if name not in wanted:
                self._add(key, "part-unknown", place, text=name, **facts)
            elif name in found:
                self._add(key, "part-twice", place, text=name)
            found.setdefault(name, value)
        for name in wanted:
            if name not in found:
                self._add(node, "part-missing", place, text=name, example=example)
        return found

    def title(self) -> dict[Lang, str]:
        node = self._node("title")
        if node is None:
            span = self._layout.keys.get("title")
            if self._layout.keys or not self._report.problems:
                self._report.add(span.first if span else 0, "title-missing", "title", example=_TITLE)
            return {}
        found = self._mapping(node, _Place("title"), LANGS, _TITLE)
        return {lang: self._phrase(found[lang], _Place("title", lang)) for lang in LANGS if lang in found}

    def keywords(self) -> dict[Lang, tuple[str, ...]]:
        node = self._node("keywords")
        if node is None:
            return dict(no_keywords())
        found = self._mapping(node, _Place("keywords"), LANGS, "keywords: {ru: [слово], en: [word]}")
        return {lang: self._unique(found.get(lang), _Place("keywords", lang), self._phrase) for lang in LANGS}

    def sources(self) -> tuple[Source, ...]:
        found: list[Source] = []
        for item in self._list(self._node("sources"), _Place("sources")):
            part = self._mapping(item, _Place("sources", part="item"), ("title", "url"), _SOURCES)
            if len(part) < 2:
                continue
            title = self._phrase(part["title"], _Place("sources", part="title"))
            url = self._phrase(part["url"], _Place("sources", part="url"))
            if url and not _URL.fullmatch(url):
                self._add(part["url"], "not-an-address", _Place("sources"), text=url)
            found.append(Source(title, url))
        return tuple(found)


_TITLE = "title: {ru: Название, en: Name}"
_SOURCES = 'sources: [{title: "…", url: "https://…"}]'


# --- writing ---------------------------------------------------------------------------------------------

_KEYS = ("title", "aliases", "says", "keywords", "looks_like", "formats", "concepts", "exemplars", "sources")
_FIELDS = tuple(item.name for item in fields(Entry) if item.name != "original")


def _value(entry: Entry, key: str) -> frontmatter.Value:
    match key:
        case "title":
            return {lang: entry.title[lang] for lang in LANGS if lang in entry.title}
        case "keywords":
            return {lang: entry.keywords.get(lang, ()) for lang in LANGS}
        case "sources":
            return [{"title": source.title, "url": source.url} for source in entry.sources]
        case _:
            return cast(tuple[str, ...], getattr(entry, key))


def canonical(entry: Entry) -> str:
    """The entry as the text of a new file, unchecked."""
    lines = ["---"]
    for key in _KEYS:
        if getattr(entry, key) and (key != "keywords" or any(entry.keywords.values())):
            lines += frontmatter.field(key, _value(entry, key))
    lines.append("---")
    for lang in LANGS:
        lines += [f"## {lang}", entry.text.get(lang, ""), ""]
    return "\n".join(lines)


def _layout_of(entry: Entry) -> _Layout | None:
    return _layout(entry.original, _Report(entry.path)) if entry.original else None


_Replace = Callable[[str, frontmatter.Value, _Span, list[str]], list[str]]
"""(key, new value, where the key is, the file's lines) -> the key's new lines."""


def _patched(entry: Entry, replaced: _Replace) -> str:
    """The original with the changed fields replaced, from the end of the file to its start."""
    layout = _layout_of(entry)
    before = parse(entry.original.encode(), entry.path)
    if before == entry or layout is None:
        return entry.original
    edits = [*_body_edits(entry, before, layout), *_front_edits(entry, before, layout, replaced)]
    lines = list(layout.lines)
    for first, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        lines[first:end] = new
    return "\n".join(lines)


_Edit = tuple[int, int, list[str]]


def _body_edits(entry: Entry, before: Entry, layout: _Layout) -> Iterator[_Edit]:
    for lang in LANGS:
        if entry.text.get(lang) != before.text[lang]:
            body = layout.bodies[lang]
            yield body.first, body.end, entry.text.get(lang, "").split("\n")


def _front_edits(entry: Entry, before: Entry, layout: _Layout, replaced: _Replace) -> Iterator[_Edit]:
    at = layout.front[0]
    new: list[str] = []
    for key in _KEYS:
        span = layout.keys.get(key)
        if span is not None:
            if new:
                yield at, at, new
            at, new = span.end, []
        if getattr(entry, key) != getattr(before, key):
            if span is None:
                new = new + frontmatter.field(key, _value(entry, key))
            else:
                yield span.first, span.end, replaced(key, _value(entry, key), span, layout.lines)
    if new:
        yield at, at, new


def _replaced(key: str, value: frontmatter.Value, span: _Span, lines: list[str]) -> list[str]:
    """The key's new lines, in the style of the old ones, with the comment that stood in its first line."""
    node, first = span.node, lines[span.first]
    one_line = node.line == node.end_line == span.first - 1
    comment = first[node.end_column :] if one_line else first.partition(":")[2] if node.block else ""
    comment = comment if comment.lstrip().startswith("#") else ""
    return frontmatter.field(key, value, as_block=node.block and bool(value), comment=comment)


def _replaced_items(key: str, value: frontmatter.Value, span: _Span, lines: list[str]) -> list[str]:
    """As ``_replaced``, but items that stay keep their text: in brackets their quotes, else their lines."""
    node = span.node
    if node.block and not isinstance(node.value, str) and value:
        head, *body = lines[span.first : span.end]
        return [head, *_block_lines(value, node, span.first + 1, body)]
    if node.line == node.end_line == span.first - 1:
        line = lines[span.first]
        return [line[: node.column] + _flow_text(value, node, line) + line[node.end_column :]]
    return _replaced(key, value, span, lines)


def _block_lines(value: frontmatter.Value, node: Node, at: int, body: list[str]) -> list[str]:
    """The lines of a list or mapping written over several lines; ``body`` begins at the file's line ``at``."""
    pairs = node.pairs() or [(item, item) for item in node.items()]
    starts = [key.line + 1 - at for key, _ in pairs]
    firsts = [0, *(_with_remarks(body, before, start) for before, start in pairwise(starts))]
    chunks = [body[first:end] for first, end in zip(firsts, [*firsts[1:], len(body)], strict=True)]
    if isinstance(value, Mapping):
        named = {key.value: (item, chunk) for (key, item), chunk in zip(pairs, chunks, strict=True)}
        order = [*(name for name in named if name in value), *(name for name in value if name not in named)]
        return [line for name in order for line in _pair_lines(str(name), value[str(name)], named, at, body)]
    indent = body[starts[0]].partition("-")[0]
    old = [(item, chunk) for (item, _), chunk in zip(pairs, chunks, strict=True)]
    made: list[str] = []
    for one in value:
        kept = next((pair for pair in old if _is(pair[0], one)), None)
        if kept:
            old.remove(kept)
        made += kept[1] if kept else [f"{indent}- {frontmatter.flow(one)}"]
    return made


def _with_remarks(body: list[str], after: int, start: int) -> int:
    """The first of the comments and blank lines right above the line ``start``."""
    while start - 1 > after and (not body[start - 1].strip() or body[start - 1].lstrip().startswith("#")):
        start -= 1
    return start


def _pair_lines(
    name: str, value: frontmatter.Value, named: Mapping[Any, tuple[Node, list[str]]], at: int, body: list[str]
) -> list[str]:
    if name not in named:
        return frontmatter.block({name: value})
    node, chunk = named[name]
    if _is(node, value):
        return chunk
    number = next(n for n, line in enumerate(chunk) if line.strip() and not line.lstrip().startswith("#"))
    line = chunk[number]
    if node.line == node.end_line and node.line + 1 - at < len(body) and body[node.line + 1 - at] is line:
        new = line[: node.column] + _flow_text(value, node, line) + line[node.end_column :]
        return [*chunk[:number], new, *chunk[number + 1 :]]
    indent = line[: len(line) - len(line.lstrip())]
    return [*chunk[:number], f"{indent}{frontmatter.scalar(name)}: {frontmatter.flow(value)}"]


def _flow_text(value: frontmatter.Value, node: Node, line: str) -> str:
    """``value`` in one line, with the text of what is the same in the old one."""
    if _is(node, value):
        return line[node.column : node.end_column]
    if isinstance(value, Mapping) and node.is_mapping:
        old = {str(key.value): (line[key.column : key.end_column], item) for key, item in node.pairs()}
        order = [*(name for name in old if name in value), *(name for name in value if name not in old)]
        parts = (
            f"{old[name][0]}: {_flow_text(value[name], old[name][1], line)}"
            if name in old
            else f"{frontmatter.scalar(name)}: {frontmatter.flow(value[name])}"
            for name in order
        )
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, str) and line[node.column : node.column + 1] == '"':
        return frontmatter.quoted(value)
    if isinstance(value, (str, Mapping)) or not node.is_sequence:
        return frontmatter.flow(value)
    texts = {
        str(item.value): line[item.column : item.end_column] for item in node.items() if isinstance(item.value, str)
    }
    whole = [(item, line[item.column : item.end_column]) for item in node.items()]
    return (
        "["
        + ", ".join(
            texts.get(one) or frontmatter.flow(one)
            if isinstance(one, str)
            else next((text for item, text in whole if _is(item, one)), "") or frontmatter.flow(one)
            for one in value
        )
        + "]"
    )


def _is(node: Node, value: frontmatter.Value) -> bool:
    """Whether a node holds this value."""
    if isinstance(value, str) or isinstance(node.value, str):
        return node.value == value
    if isinstance(value, Mapping):
        pairs = node.pairs()
        return len(pairs) == len(value) and all(
            isinstance(key.value, str) and key.value in value and _is(item, value[key.value]) for key, item in pairs
        )
    items = node.items()
    return len(items) == len(value) and all(_is(item, one) for item, one in zip(items, value, strict=True))


def _scalars(node: Node) -> Iterator[Node]:
    if isinstance(node.value, str):
        yield node
    for item in node.items():
        yield from _scalars(item)
    for _, value in node.pairs():
        yield from _scalars(value)
