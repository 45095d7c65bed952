"""Which words of a picture play which role of its format. No pixels: lines of text with boxes, and a placement.

A line is taken into the exemplar's frame by the placement of the piece that it lies nearest to, so panels that were
moved apart, stretched or mirrored are each followed on their own. There the boxes of the roles decide. What no box
holds surely is left out: it is the picture's caption, and nobody's words are put into another's mouth.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import WHOLE, Box, Entry, FormatRole
from knowledge.reading import ELLIPSIS, Line
from knowledge.search.words.caption import is_stamp, usual_height

SURE_WORDS = 2
"""A role with fewer words than this is left out unless OCR is very sure of them."""
LEGIBLE, CERTAIN = 0.55, 0.8
"""Confidence of OCR from which on a line counts, and from which on even one word is a role's text."""
MOST_INSIDE, SPILT = 0.6, 0.3
"""A line belongs to a role that holds so much of it, if no other role holds more than the latter."""
NEAR = 0.08
"""So far from a box, in sides of the exemplar, a line may still belong to its role."""
ONE_SIZE = 1.45
"""Lines of one row are of one size: none is so many times as high as another."""
APART, EDGE = 0.5, 0.5
"""Heights of a line between two captions at one edge, and how much of the exemplar is its upper, or lower, part."""
BAR = 0.4
"""So far above or below the exemplar a bar of text may reach."""

_DOTS = re.compile(f"{ELLIPSIS}(?: {ELLIPSIS})+")
_SYMBOLS = re.compile(r"^(?:[^\w\s\"'«“(\[{$#@!?.,:;+*/<>=-]+\s+)+")


@dataclass(frozen=True, slots=True)
class RoleText:
    """The words that play a role in one picture, in reading order."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where a piece of an exemplar lies in a picture.

    ``matrix``: float64 (2, 3), takes fractions of the exemplar's sides to fractions of the picture's. ``piece``: the
    part of the exemplar that was found there.
    """

    matrix: NDArray[np.float64]
    piece: Box

    def shown(self) -> Box:
        """The piece's place in the picture."""
        return _mapped(self.piece, self.matrix)

    def back(self, box: Box) -> Box:
        """A box of the picture in the exemplar's frame."""
        linear = np.linalg.inv(self.matrix[:, :2])
        return _mapped(box, np.column_stack([linear, -linear @ self.matrix[:, 2]]))


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What is known of the picture beside its words.

    ``placements``: pieces of the exemplar that was found again, the surest first. ``native``: whether that exemplar is
    laid out as the one on which boxes are measured. ``points``: float (n, 2), where the picture has features, as
    fractions of its sides. ``seen``: whether the picture, and not its words alone, speaks for the format.
    """

    placements: Sequence[Placement] = ()
    native: bool = True
    points: NDArray[np.floating] = field(default_factory=lambda: np.empty((0, 2)))
    seen: bool = True


def alike(size: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two pictures have nearly the same proportions, so that boxes of one may be those of the other."""
    return abs(float(np.log(size[0] * other[1] / (size[1] * other[0])))) < 0.12


def fill(entry: Entry, lines: Sequence[Line], scene: Scene) -> tuple[RoleText, ...]:
    """The roles of a format with the words of one picture, in the entry's order; those without words are left out.

    ``lines`` are in reading order, and that is how a role's words are joined.
    """
    return tuple(RoleText(role, _joined(said)) for role, said in _said(entry, lines, scene))


def spots(entry: Entry, lines: Sequence[Line], scene: Scene) -> list[tuple[str, Box]]:
    """Where in the picture the words of each role stand: the box around them."""
    return [(role, _around([piece.box for piece in said])) for role, said in _said(entry, lines, scene)]


def _said(entry: Entry, lines: Sequence[Line], scene: Scene) -> list[tuple[str, Sequence[_Piece]]]:
    """The pieces of the lines that each role surely says."""
    usual = usual_height(lines)
    pieces = [_Piece.of(line) for line in lines if line.confidence >= LEGIBLE and not is_stamp(line, usual)]
    if not pieces or not (entry.roles or entry.rows):
        return []
    if entry.rows:
        found = _in_rows(pieces, scene, across=entry.rows == "across")
    else:
        found = _in_boxes(pieces, entry.roles, scene)
    own = {_folded(name) for name in (*entry.title.values(), *entry.aliases)}
    return [(role, _without(own, said)) for role, said in found if _is_sure(said)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or what of it one role says."""

    text: str
    confidence: float
    box: Box
    words: tuple[tuple[float, float], ...] = ()
    doubtful: tuple[int, ...] = ()

    @classmethod
    def of(cls, line: Line) -> _Piece:
        left, top, width, height = line.box
        words = line.words if len(line.words) == len(line.text.split()) else ()
        return cls(line.text, line.confidence, (left, top, left + width, top + height), words, line.doubtful)

    @property
    def sure_text(self) -> str:
        return Line(self.text, self.confidence, "en", self.box, doubtful=self.doubtful).sure_text

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    def part(self, first: int, last: int) -> _Piece:
        """The words from ``first`` up to, not with, ``last``."""
        text = " ".join(self.text.split()[first:last])
        box = (self.words[first][0], self.box[1], self.words[last - 1][1], self.box[3])
        doubtful = tuple(n - first for n in self.doubtful if first <= n < last)
        return _Piece(text, self.confidence, box, self.words[first:last], doubtful)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _without(own: Collection[str], said: Sequence[_Piece]) -> Sequence[_Piece]:
    """The lines without those that are printed on the template, its own name, unless that is all that was said."""
    return [piece for piece in said if _folded(piece.text) not in own] or said


def _is_sure(said: Sequence[_Piece]) -> bool:
    """Whether OCR read enough: two words, or one that it is certain of; and most of the letters there are."""
    words = [word for piece in said for word in piece.sure_text.split() if any(map(str.isalnum, word))]
    best = max((piece.confidence for piece in said), default=0.0)
    sure, all_ = (sum(map(str.isalnum, text)) for text in ("".join(words), "".join(piece.text for piece in said)))
    return bool(words) and 2 * sure > all_ and (len(words) >= SURE_WORDS or best >= CERTAIN)


def _joined(said: Sequence[_Piece]) -> str:
    """The words that are sure; what stands there twice, as in two panels with one label, once."""
    lines = [" ".join(piece.sure_text.split()) for piece in said]
    half = len(lines) // 2
    if half and lines[:half] == lines[half:]:
        lines = lines[:half]
    return _SYMBOLS.sub("", _DOTS.sub(ELLIPSIS, " ".join(lines)))


# --- boxes ---------------------------------------------------------------------------------------------------


def _in_boxes(pieces: Sequence[_Piece], roles: Sequence[FormatRole], scene: Scene) -> list[tuple[str, list[_Piece]]]:
    """The pieces that each role says; a line that two roles share is split where there is a gap."""
    if [role.box for role in roles] == [WHOLE]:
        return [(roles[0].id, [piece for piece in pieces if _is_near(piece, scene)])]
    if not scene.seen:
        return []
    frame = _Frame(roles, scene)
    held = {frame.owner(piece) for piece in pieces}
    parts = [part for piece in pieces for part in frame.parted(piece, held)]
    owners = [frame.owner(part) for part in parts]
    owners = _shared(parts, owners)
    owners = frame.with_bars(parts, owners)
    return [(role.id, [part for part, owner in zip(parts, owners, strict=True) if owner == role.id]) for role in roles]


def _is_near(piece: _Piece, scene: Scene) -> bool:
    """Whether a line stands on the exemplar or in a bar beside it."""
    if not scene.placements:
        return True
    x, y = _centre(_nearest(scene.placements, piece.box).back(piece.box))
    return -BAR <= x <= 1 + BAR and -2 * BAR <= y <= 1 + 2 * BAR


class _Frame:
    """The exemplar's frame: where its roles are, and where a picture's lines are in it."""

    def __init__(self, roles: Sequence[FormatRole], scene: Scene) -> None:
        self._roles, self._scene = roles, scene
        self._axis = None if scene.native or not scene.placements else _axis(roles)
        self._content = _content(scene.points)

    def parted(self, piece: _Piece, held: Collection[str | None]) -> Iterator[_Piece]:
        """The line in pieces, where it goes on from one role's box to another's over a wide gap, or over any between
        roles that have lines of their own: ``held``."""
        owners = [self._holder(self._placed((start, piece.box[1], end, piece.box[3]))) for start, end in piece.words]
        if len(set(owners)) < 2 or None in owners:
            yield piece
            return
        gaps = [after[0] - before[1] for before, after in pairwise(piece.words)]
        cuts = [n for n, (one, two) in enumerate(pairwise(owners)) if one != two]
        usual = max((gap for n, gap in enumerate(gaps) if n not in cuts), default=0.0)
        if any(
            gaps[cut] < max(2 * usual, 0.3 * piece.height)
            and not ({owners[cut], owners[cut + 1]} <= set(held) and self._is_border(piece, owners, cut, usual))
            for cut in cuts
        ):
            yield piece
            return
        for first, last in pairwise([0, *(cut + 1 for cut in cuts), len(owners)]):
            yield piece.part(first, last)

    def _is_border(self, piece: _Piece, owners: Sequence[str | None], cut: int, usual: float) -> bool:
        """Whether one role's box ends, and the other's begins, in the gap after a word that is as wide as any."""
        (_, start), (end, _) = piece.words[cut], piece.words[cut + 1]
        before, after = (
            self._placed((start, piece.box[1], start, piece.box[3])),
            self._placed((end, piece.box[1], end, piece.box[3])),
        )
        boxes = {role.id: role.box for role in self._roles}
        one, other = boxes[str(owners[cut])], boxes[str(owners[cut + 1])]
        return end - start >= 0.8 * usual and before[0] <= one[2] + 0.01 and after[0] >= other[0] - 0.01

    def owner(self, piece: _Piece) -> str | None:
        """The role that surely says this, if any."""
        box = self._placed(piece.box)
        if self._axis is not None:
            return _level(box, self._roles, self._axis)
        shares = sorted(((_share(box, role.box), role.id) for role in self._roles), reverse=True)
        (best, role), second = shares[0], shares[1][0] if len(shares) > 1 else 0.0
        if second > SPILT:
            return None
        if best >= MOST_INSIDE:
            return role
        return self._beside(box) if self._scene.placements else None

    def with_bars(self, pieces: Sequence[_Piece], owners: list[str | None]) -> list[str | None]:
        """Text in a bar above or below belongs to the upper or lower role of a pair that fills the exemplar, where no
        words on it play that role."""
        if self._axis is not None or not _is_pair(self._roles) or not self._scene.placements:
            return owners
        if (both := self._at_one_edge(pieces, owners)) is not None:
            return both
        for role, start in zip(self._roles, (-BAR, 1.0), strict=True):
            if role.id not in owners:
                owners = [
                    role.id if owner is None and self._is_in_bar(piece, start) else owner
                    for piece, owner in zip(pieces, owners, strict=True)
                ]
        return owners

    def _at_one_edge(self, pieces: Sequence[_Piece], owners: Sequence[str | None]) -> list[str | None] | None:
        """Two paragraphs above or below one another where only one role's words should be are those of both roles, in
        their order; of more nobody knows whose they are."""
        wanted = [role.id for role in self._roles]
        near = [n for n, piece in enumerate(pieces) if owners[n] is not None or self._is_beyond(piece)]
        if len({owners[n] for n in near} - {None}) > 1 or not any(self._is_beyond(pieces[n]) for n in near):
            return None
        middle = [sum(self._placed(pieces[n].box)[1::2]) / 2 for n in near]
        if min(middle) < EDGE and max(middle) > 1 - EDGE:
            return None
        paragraphs = _paragraphs([pieces[n] for n in near], apart=APART)
        if len(paragraphs) < 2:
            return None
        found: list[str | None] = [None] * len(owners)
        if len(paragraphs) == 2:
            for role, paragraph in zip(wanted, paragraphs, strict=True):
                for n in paragraph:
                    found[near[n]] = role
        return found

    def _is_beyond(self, piece: _Piece) -> bool:
        x, y = _centre(self._placed(piece.box))
        return 0 <= x <= 1 and (-2 * BAR <= y <= 0 or 1 <= y <= 1 + 2 * BAR)

    def _is_in_bar(self, piece: _Piece, start: float) -> bool:
        x, y = _centre(self._placed(piece.box))
        return 0 <= x <= 1 and start <= y <= start + BAR

    def _placed(self, box: Box) -> Box:
        if self._scene.placements:
            return _nearest(self._scene.placements, box).back(box)
        left, top, right, bottom = self._content
        width, height = max(1e-6, right - left), max(1e-6, bottom - top)
        return (box[0] - left) / width, (box[1] - top) / height, (box[2] - left) / width, (box[3] - top) / height

    def _holder(self, box: Box) -> str | None:
        x, y = _centre(box)
        holders = (role.id for role in self._roles if _holds(role.box, x, y))
        return next(holders, None)

    def _beside(self, box: Box) -> str | None:
        """The only role that is near, for a line that leaves its box."""
        x, y = _centre(box)
        away = sorted((_distance(role.box, x, y), role.id) for role in self._roles)
        (near, role), far = away[0], away[1][0] if len(away) > 1 else 1.0
        return role if near <= NEAR and near <= far / 2 else None


def _content(points: NDArray[np.floating]) -> Box:
    """The part of a picture that is no empty border."""
    if len(points) < 20:
        return WHOLE
    (left, top), (right, bottom) = np.percentile(points, 1, axis=0), np.percentile(points, 99, axis=0)
    return float(left), float(top), float(right), float(bottom)


def _axis(roles: Sequence[FormatRole]) -> int | None:
    """The axis along which no two roles overlap: the vertical one, else the horizontal one, else none."""
    for axis in (1, 0):
        spans = sorted((role.box[axis], role.box[axis + 2]) for role in roles)
        if all(before[1] <= after[0] + 0.02 for before, after in pairwise(spans)):
            return axis
    return None


def _level(box: Box, roles: Sequence[FormatRole], axis: int) -> str | None:
    """The role that the line is level with, wherever it stands across."""
    across = _centre(box)[1 - axis]
    if not -1 <= across <= 2.5:
        return None
    length = max(1e-6, box[axis + 2] - box[axis])
    for role in roles:
        inside = min(box[axis + 2], role.box[axis + 2]) - max(box[axis], role.box[axis])
        if inside / length >= MOST_INSIDE:
            return role.id
    return None


def _is_pair(roles: Sequence[FormatRole]) -> bool:
    """Whether there are two roles, the first above the second, each as wide as the exemplar."""
    wide = all(role.box[0] <= 0.02 and role.box[2] >= 0.98 for role in roles)
    return wide and len(roles) == 2 and roles[0].box[3] <= roles[1].box[1] + 0.02


def _shared(pieces: Sequence[_Piece], owners: Sequence[str | None]) -> list[str | None]:
    """Lines that nobody has go to whom the rest of their paragraph belongs, if that is one role."""
    found = list(owners)
    for paragraph in _paragraphs(pieces):
        said = {owners[n] for n in paragraph} - {None}
        if len(said) == 1:
            for n in paragraph:
                found[n] = next(iter(said))
    return found


def _paragraphs(pieces: Sequence[_Piece], unlike: float = 1.8, apart: float = 0.8) -> list[list[int]]:
    """Indices of lines that stand close, one under another, and are less than ``unlike`` times as high; ``apart``:
    heights between those that are not close."""
    paragraphs: list[list[int]] = []
    for n in sorted(range(len(pieces)), key=lambda n: pieces[n].box[1]):
        home = next((some for some in paragraphs if _continues(pieces[some[-1]], pieces[n], unlike, apart)), None)
        if home is None:
            paragraphs.append([n])
        else:
            home.append(n)
    return paragraphs


def _continues(above: _Piece, below: _Piece, unlike: float, apart: float) -> bool:
    low, high = sorted((above.height, below.height))
    gap = below.box[1] - above.box[3]
    return -0.5 * low < gap < apart * low and high < unlike * low and _overlap(above.box, below.box, 0) > 0.5


# --- rows ----------------------------------------------------------------------------------------------------


def _in_rows(pieces: Sequence[_Piece], scene: Scene, *, across: bool) -> list[tuple[str, list[_Piece]]]:
    """The lines of each row: those that stand beside, or on, one panel of a column of pictures."""
    axis = 0 if across else 1
    blocks = [[pieces[n] for n in some] for some in _paragraphs(pieces, ONE_SIZE)]
    rows: list[list[_Piece]] = []
    for block in sorted(blocks, key=lambda block: _span(block, axis)):
        if not _has_picture(block, scene, axis):
            continue
        if rows and _same_row(rows[-1], block, axis):
            rows[-1] += block
        else:
            rows.append([*block])
    rows = _merged(rows, axis)
    order = {id(piece): n for n, piece in enumerate(pieces)}
    return [
        (f"row-{number}", sorted(row, key=lambda piece: order[id(piece)])) for number, row in enumerate(rows, start=1)
    ]


def _has_picture(block: Sequence[_Piece], scene: Scene, axis: int) -> bool:
    """Whether the picture goes on beside the lines, which is what tells a row from a caption over the whole."""
    if not scene.placements or not len(scene.points):
        return True
    shown = [placement.shown() for placement in scene.placements]
    start, end = min(box[1 - axis] for box in shown), max(box[3 - axis] for box in shown)
    (first, last), (near, far) = _span(block, axis), _span(block, 1 - axis)
    along, across = scene.points[:, axis], scene.points[:, 1 - axis]
    level = (along >= first - 0.02) & (along <= last + 0.02) & (across >= start) & (across <= end)
    beside = (across < near) | (across > far)
    return int((level & beside).sum()) >= 2


def _span(block: Sequence[_Piece], axis: int) -> tuple[float, float]:
    return min(piece.box[axis] for piece in block), max(piece.box[axis + 2] for piece in block)


def _same_row(row: Sequence[_Piece], block: Sequence[_Piece], axis: int) -> bool:
    """Whether the block begins before half of the row, or of itself, is over."""
    (start, end), (first, last) = _span(row, axis), _span(block, axis)
    return min(end, last) - max(start, first) > 0.5 * min(end - start, last - first)


def _merged(rows: Sequence[list[_Piece]], axis: int) -> list[list[_Piece]]:
    """Neighbours much closer than rows usually are, are one."""
    if len(rows) < 3:
        return list(rows)
    middles = [sum(_span(row, axis)) / 2 for row in rows]
    usual = median(after - before for before, after in pairwise(middles))
    merged = [rows[0]]
    for before, after, row in zip(middles, middles[1:], rows[1:], strict=False):
        if after - before < 0.45 * usual:
            merged[-1] = [*merged[-1], *row]
        else:
            merged.append(row)
    return merged


# --- boxes as numbers ----------------------------------------------------------------------------------------


def _mapped(box: Box, matrix: NDArray[np.float64]) -> Box:
    """The upright box around what an affine map makes of a box."""
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    moved = corners @ matrix[:, :2].T + matrix[:, 2]
    (first, high), (last, low) = moved.min(axis=0), moved.max(axis=0)
    return float(first), float(high), float(last), float(low)


def _nearest(placements: Sequence[Placement], box: Box) -> Placement:
    """The placement whose piece of the picture the box lies nearest to."""
    x, y = _centre(box)
    return min(placements, key=lambda placement: _distance(placement.shown(), x, y))


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _distance(box: Box, x: float, y: float) -> float:
    across, down = max(box[0] - x, x - box[2], 0.0), max(box[1] - y, y - box[3], 0.0)
    return float(np.hypot(across, down))


def _share(box: Box, other: Box) -> float:
    """How much of ``box`` lies in ``other``."""
    width, height = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(0.0, width) * max(0.0, height) / max(1e-9, area)


def _overlap(a: Box, b: Box, axis: int) -> float:
    shorter = min(a[axis + 2] - a[axis], b[axis + 2] - b[axis])
    return (min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])) / max(1e-6, shorter)
