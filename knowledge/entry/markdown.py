"""One entry of the knowledge base: read from its file, checked, and written in one layout."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import zip_longest
from pathlib import PurePath
from typing import cast

from knowledge.entry import frontmatter
from knowledge.entry.frontmatter import FrontMatterError, Node
from knowledge.entry.model import (
    EXEMPLAR_NAME,
    FOLDERS,
    MAX_FILE,
    MAX_ITEMS,
    MAX_PHRASE,
    MAX_TEXT,
    ROWS,
    Entry,
    EntryId,
    FormatRole,
    Kind,
    Source,
    is_id,
    no_phrases,
    no_sentence,
)
from knowledge.entry.problems import Code, Fact, Problem
from knowledge.entry.roles import NO_BOX, box_of, is_box, is_slot, known_slots, slots
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
    """The entry as the text of its file, in the one layout that there is:

    - between two lines of ``---`` the keys in the order of ``KEYS``, each in one line, however long, and ``roles``
      with a line of its own for each role;
    - ``title``, ``aliases``, ``says`` and ``keywords`` always, the others where there is something in them;
    - lists in brackets, halves of languages and parts of sources in braces, a comma and a blank between items;
    - words in double quotes, ids and names of exemplars without;
    - ``## ru`` and ``## en``, each followed by its text, without blank lines around it, and one line end at the end.

    So a change of a field changes that field's line and no other. Raises ``EntryError`` if the text would not be
    read back as the same entry.
    """
    return validated(entry).original


def validated(entry: Entry) -> Entry:
    """The entry as it is read back from the text that ``dumps`` gives, which is its ``original`` then.

    One that was validated already is given back as it is. Raises ``EntryError`` if the text would not be read back
    as the same entry.
    """
    if entry.canonical:
        return entry
    text = layout(entry)
    if text == entry.original:
        return entry.read_from(text, canonical=True)
    back = parse(text.encode("utf-8", "surrogatepass"), entry.path)
    if back != entry:
        wrong = next(name for name in _FIELDS if getattr(back, name) != getattr(entry, name))
        raise EntryError([Problem(entry.path, 1, "not-writable", {"text": wrong})])
    return back.read_from(text, canonical=True)


def layout(entry: Entry) -> str:
    """What ``dumps`` gives, unchecked: also for a draft with mistakes, which is not read back as it is."""
    lines = ["---"]
    for key in KEYS:
        if key in _ALWAYS or _is_there(getattr(entry, key)):
            lines.append(f"{key}:{_written(entry, key)}")
    lines.append("---")
    for lang in LANGS:
        lines += [f"## {lang}", entry.text.get(lang, "")]
    return "\n".join([*lines, ""])


def first_difference(entry: Entry) -> int | None:
    """The first line of the entry's file that is not as ``dumps`` lays it out, from 1; ``None`` if all are."""
    text = layout(entry)
    if text == entry.original:
        return None
    pairs = zip_longest(entry.original.split("\n"), text.split("\n"))
    return next(number for number, (old, new) in enumerate(pairs, 1) if old != new)


def line_of(entry: Entry, key: str, item: str = "") -> int:
    """The line of a field in the file that the entry was read from, or of one item in it; 1 if unknown."""
    layout = _layout_of(entry)
    if layout is None or key not in layout.keys:
        return 1
    first, value = layout.keys[key]
    return next((node.line for node in _scalars(value) if item and node.value == item), first) + 1


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
class _Body:
    """An explanation: the line of its heading, and its text with the line where that begins."""

    heading: int
    first: int
    text: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """What stands where in a file: lines count from 0. ``keys``: the line of each key, and its value."""

    lines: list[str]
    keys: dict[str, tuple[int, Node]]
    bodies: dict[Lang, _Body]


def _layout(text: str, report: _Report) -> _Layout | None:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        report.add(0, "front-matter-start")
        return None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        report.add(0, "front-matter-end")
        return None
    return _Layout(lines, _keys(lines, end, report), _bodies(lines, end + 1, report))


def _keys(lines: list[str], end: int, report: _Report) -> dict[str, tuple[int, Node]]:
    try:
        pairs = frontmatter.read("\n".join(["", *lines[1:end], ""]))  # a blank line for the fence: lines count alike
    except FrontMatterError as error:
        report.problems.append(Problem(report.path, min(error.line, end) + 1, error.code, error.facts))
        return {}
    keys: dict[str, tuple[int, Node]] = {}
    for key, value in pairs:
        name = key.value if isinstance(key.value, str) else ""
        if name in keys:
            report.add(key.line, "key-twice", key=name, first_line=keys[name][0] + 1)
        keys.setdefault(name, (key.line, value))
    return keys


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
            bodies[name] = _body(lines, heading, end)
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


def _body(lines: list[str], heading: int, end: int) -> _Body:
    first = heading + 1
    while first < end and not lines[first].strip():
        first += 1
    while end > first and not lines[end - 1].strip():
        end -= 1
    return _Body(heading, first, "\n".join(lines[first:end]))


def _entry(entry_id: EntryId, kind: Kind, text: str, report: _Report) -> Entry | None:
    layout = _layout(text, report)
    if layout is None:
        return None
    read = _Fields(layout, report)
    read.unknown()
    read.of_formats_only(kind)
    entry = Entry(
        id=entry_id,
        kind=kind,
        title=read.title(),
        text=_texts(layout, report),
        aliases=read.phrases("aliases"),
        says=read.phrases("says"),
        asks=read.halves("asks"),
        captions=read.halves("captions"),
        keywords=read.halves("keywords"),
        looks_like=read.phrases("looks_like"),
        rows=read.rows(),
        roles=read.roles(),
        reads=read.reads(),
        formats=tuple(map(EntryId, read.phrases("formats", is_id, "not-an-id"))),
        concepts=tuple(map(EntryId, read.phrases("concepts", is_id, "not-an-id"))),
        exemplars=read.phrases("exemplars", EXEMPLAR_NAME.fullmatch, "exemplar-name"),
        sources=read.sources(),
    ).read_from(text)
    if kind == "format":
        read.slots(entry)
    return entry


def _texts(layout: _Layout, report: _Report) -> dict[Lang, str]:
    texts: dict[Lang, str] = {}
    for lang in LANGS:
        if lang not in layout.bodies:
            report.add(len(layout.lines) - 1, "text-missing", "text", lang, heading=f"## {lang}")
            continue
        body = layout.bodies[lang]
        texts[lang] = body.text
        if not texts[lang]:
            report.add(body.heading, "text-empty", "text", lang)
        if len(texts[lang]) > MAX_TEXT:
            report.add(body.heading, "text-long", "text", lang, count=len(texts[lang]), most=MAX_TEXT)
        if (html := _html(texts[lang])) is not None:
            line, found = html
            report.add(body.first + line, "html", "text", lang, html=found)
        if marker := _MERGE_MARKER.search(texts[lang]):
            line = texts[lang].count("\n", 0, marker.start())
            report.add(body.first + line, "conflict-marker", "text", lang, marker=marker.group())
    return texts


_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ ]*$|\Z)|(?P<tick>`+).+?(?P=tick)", re.S | re.M)
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]{2,8}|#\d+|#x[\da-fA-F]+);")
_MERGE_MARKER = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?=[ \n]|\Z)", re.M)
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
        self._report.add(node.line, code, place.field, place.lang, **facts)

    def _node(self, key: str) -> Node | None:
        """The key's value; ``None`` where the key is missing or nothing stands behind it."""
        _, node = self._layout.keys.get(key, (0, None))
        return node if node and node.value != "" else None

    def unknown(self) -> None:
        for key, (line, _) in self._layout.keys.items():
            if key not in KEYS:
                close = "".join(difflib.get_close_matches(key.lower(), KEYS, 1))
                self._report.add(line, "key-unknown", key=key, keys=KEYS, close=close)

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

    def phrases(self, key: str, fits: Callable[[str], object] = bool, wrong: Code = "value-empty") -> tuple[str, ...]:
        """The different items of a list; ``wrong`` is what is said of one that does not fit."""
        return self._phrases(self._node(key), _Place(key), fits, wrong)

    def _phrases(
        self, node: Node | None, place: _Place, fits: Callable[[str], object] = bool, wrong: Code = "value-empty"
    ) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for item in self._list(node, place):
            text = self._phrase(item, place)
            if text and not fits(text):
                self._add(item, wrong, place, text=text)
            if text and text in found:
                self._add(item, "item-twice", place, text=text)
            found[text] = None
        return tuple(found)

    def _mapping(self, node: Node, place: _Place, wanted: tuple[str, ...], example: str) -> dict[str, Node]:
        """The values of a mapping with these keys."""
        facts: dict[str, Fact] = {"first": ", ".join(wanted[:-1]), "second": wanted[-1]}
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
            line, _ = self._layout.keys.get("title", (0, None))
            if self._layout.keys or not self._report.problems:
                self._report.add(line, "title-missing", "title", example=_TITLE)
            return {}
        found = self._mapping(node, _Place("title"), LANGS, _TITLE)
        return {lang: self._phrase(found[lang], _Place("title", lang)) for lang in LANGS if lang in found}

    def halves(self, key: str) -> dict[Lang, tuple[str, ...]]:
        """A list in each language."""
        node = self._node(key)
        if node is None:
            return dict(no_phrases())
        found = self._mapping(node, _Place(key), LANGS, f"{key}: {{ru: [слово], en: [word]}}")
        return {lang: self._phrases(found.get(lang), _Place(key, lang)) for lang in LANGS}

    def of_formats_only(self, kind: Kind) -> None:
        for key in _OF_FORMATS:
            if kind != "format" and key in self._layout.keys:
                self._report.add(self._layout.keys[key][0], "format-only", key, key=key)

    def rows(self) -> str:
        node = self._node("rows")
        if node is None:
            return ""
        text = self._phrase(node, _Place("rows"))
        if text and text not in ROWS:
            self._add(node, "rows-wrong", _Place("rows"), text=text, ways=ROWS)
        if self._node("roles") is not None:
            self._add(node, "rows-and-roles", _Place("rows"))
        return text

    def roles(self) -> tuple[FormatRole, ...]:
        node = self._node("roles")
        if node is None:
            return ()
        if not node.is_mapping:
            self._add(node, "not-roles", _Place("roles"), example=_ROLES)
        if len(node.pairs()) > MAX_ITEMS:
            self._add(node, "items-many", _Place("roles"), count=len(node.pairs()), most=MAX_ITEMS)
        found: dict[str, FormatRole] = {}
        for key, value in node.pairs():
            role = self._role(key, value)
            if role.id in found:
                self._add(key, "part-twice", _Place("roles"), text=role.id)
            found.setdefault(role.id, role)
        return tuple(found.values())

    def _role(self, key: Node, value: Node) -> FormatRole:
        name = key.value if isinstance(key.value, str) else ""
        if not is_id(name):
            self._add(key, "not-an-id", _Place("roles"), text=name)
        found = self._mapping(value, _Place("roles", part="item"), ("box", *LANGS), _ROLES)
        names = {lang: self._phrase(found[lang], _Place("roles", lang)) for lang in LANGS if lang in found}
        box = NO_BOX
        if "box" in found:
            numbers = [item.value for item in found["box"].items() if isinstance(item.value, str)]
            box = box_of(numbers)
            if not is_box(box):
                self._add(found["box"], "box-wrong", _Place("roles"), text=name, box=tuple(numbers))
        return FormatRole(name, box, names)

    def reads(self) -> dict[Lang, str]:
        node = self._node("reads")
        if node is None:
            return dict(no_sentence())
        found = self._mapping(node, _Place("reads"), LANGS, _READS)
        return {lang: self._phrase(found[lang], _Place("reads", lang)) for lang in LANGS if lang in found}

    def slots(self, entry: Entry) -> None:
        """Slots of the sentence that no role fills."""
        halves = dict(self._layout.keys["reads"][1].pairs()) if "reads" in self._layout.keys else {}
        lines = {key.value: value for key, value in halves.items() if isinstance(key.value, str)}
        for lang, sentence in entry.reads.items():
            for slot in slots(sentence):
                if lang in lines and not is_slot(slot, entry):
                    known = known_slots(entry)
                    close = "".join(difflib.get_close_matches(slot, known, 1))
                    self._add(lines[lang], "slot-unknown", _Place("reads", lang), text=slot, roles=known, close=close)

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
_ROLES = 'name: {box: [0.5, 0.0, 1.0, 0.5], ru: "…", en: "…"}'
_READS = 'reads: {ru: "… «{name}» …", en: "… “{name}” …"}'
_OF_FORMATS = ("rows", "roles", "reads")


# --- writing ---------------------------------------------------------------------------------------------

KEYS = (
    "title",
    "aliases",
    "says",
    "asks",
    "captions",
    "keywords",
    "looks_like",
    "rows",
    "roles",
    "reads",
    "formats",
    "concepts",
    "exemplars",
    "sources",
)
"""The keys of the front matter in their order."""
_ALWAYS = ("title", "aliases", "says", "keywords")
_BARE = ("formats", "concepts", "exemplars")
_FIELDS = tuple(item.name for item in fields(Entry) if item.compare)


def _is_there(value: object) -> bool:
    return any(value.values()) if isinstance(value, Mapping) else bool(value)


def _written(entry: Entry, key: str) -> str:
    """What stands behind the key and its colon."""
    if key in _BARE:
        return f" [{', '.join(getattr(entry, key))}]"
    if key == "roles":
        return "".join(f"\n  {_bare(role.id, is_id)}: {_written_role(role)}" for role in entry.roles)
    if key == "rows":
        return f" {_bare(entry.rows, ROWS.__contains__)}"
    return f" {frontmatter.flow(_value(entry, key))}"


def _written_role(role: FormatRole) -> str:
    box = ", ".join(map(repr, role.box))
    names = "".join(f", {lang}: {frontmatter.flow(role.name[lang])}" for lang in LANGS if lang in role.name)
    return f"{{box: [{box}]{names}}}"


def _bare(word: str, fits: Callable[[str], bool]) -> str:
    return word if fits(word) else frontmatter.flow(word)


def _value(entry: Entry, key: str) -> frontmatter.Value:
    match key:
        case "title" | "reads":
            halves = cast(Mapping[Lang, str], getattr(entry, key))
            return {lang: halves[lang] for lang in LANGS if lang in halves}
        case "asks" | "captions" | "keywords":
            lists = cast(Mapping[Lang, tuple[str, ...]], getattr(entry, key))
            return {lang: lists.get(lang, ()) for lang in LANGS}
        case "sources":
            return [{"title": source.title, "url": source.url} for source in entry.sources]
        case _:
            return cast(tuple[str, ...], getattr(entry, key))


def _layout_of(entry: Entry) -> _Layout | None:
    return _layout(entry.original, _Report(entry.path)) if entry.original else None


def _scalars(node: Node) -> Iterator[Node]:
    if isinstance(node.value, str):
        yield node
    for item in node.items():
        yield from _scalars(item)
    for _, value in node.pairs():
        yield from _scalars(value)
