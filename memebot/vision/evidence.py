"""The evidence as a picture: the words that were read, the places found again, what the image tower looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from knowledge.entry.model import Box
from knowledge.reading import Keypoints, Line, Vectors
from memebot.vision.fingerprint import Geometry, searched_size
from memebot.vision.fonts import font, wrapped

Frame = NDArray[np.uint8]
Heat = NDArray[np.float32]
Colour = tuple[int, int, int]

_MARGIN: Final = 28
_PANEL: Final = (500, 400)  # the largest picture in a row, width and height
_GAP: Final = 40
_INK: Final[Colour] = (28, 30, 36)
_QUIET: Final[Colour] = (104, 108, 118)
_PAPER: Final[Colour] = (255, 255, 255)
_SKETCH: Final[Colour] = (243, 244, 247)
_WORD: Final[Colour] = (214, 76, 22)
_MATCH: Final[Colour] = (0, 122, 112)
_OUTLINE: Final[Colour] = (196, 30, 120)
_MAX_LINES: Final = 12
_MAX_DRAWN: Final = 60  # connecting lines; more of them hide the picture

Words = Callable[..., str]
"""The words of a key, such as ``words("drawn-more", count="3")``."""


def draw_why(
    frame: Frame,
    lines: Sequence[Line] = (),
    geometry: Geometry | None = None,
    exemplar: Frame | Keypoints | None = None,
    heat: Heat | None = None,
    *,
    roles: Sequence[tuple[str, Box]] = (),
    words: Words,
) -> Image.Image:
    """One RGB picture of the evidence, a row for the words, one for the geometry and one for the heat map.

    ``frame``: the query (H, W, 3), the one from which ``lines`` were read and whose features ``geometry``
    compares. ``exemplar``: its picture, or only its features, then they are drawn as dots. ``heat``: values
    from 0 to 1 over the frame, any size, see ``heat_map``; without it there is no such row. ``roles``: what the words
    in a box of the frame (fractions of its sides) play. ``words``: in the reader's language.
    """
    rows = [_words_row(frame, lines, roles, words), _match_row(frame, geometry, exemplar, words)]
    if heat is not None:
        rows.append(_heat_row(frame, heat, words))
    width = 2 * _MARGIN + 2 * _PANEL[0] + _GAP
    sheet = Image.new("RGB", (width, sum(row.height for row in rows) + _MARGIN), _PAPER)
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    return sheet


def heat_map(frame: Frame, embed: Callable[[list[Frame]], list[Vectors]], target: Vectors, *, grid: int = 8) -> Heat:
    """How much of the likeness to ``target`` rests on each place of the frame: float32 (grid, grid), 0 to 1.

    Paints over one place after another in its mean colour and sees how far the best cosine between the frame's
    vectors and the ``target`` rows (n, dim) falls, so it works with every encoder; (grid - 1)² pictures are
    embedded. All zeros if covering makes no difference.
    """
    places = [(row, column) for row in range(grid - 1) for column in range(grid - 1)]
    covered = [_covered(frame, row / grid, column / grid, 2 / grid) for row, column in places]
    whole, *others = (float((vectors @ target.T).max()) for vectors in embed([frame, *covered]))
    total, times = np.zeros((grid, grid), np.float32), np.zeros((grid, grid), np.float32)
    for (row, column), likeness in zip(places, others, strict=True):
        total[row : row + 2, column : column + 2] += max(0.0, whole - likeness)
        times[row : row + 2, column : column + 2] += 1
    fall = total / times
    return np.asarray(fall / fall.max() if fall.max() > 0 else fall, np.float32)


def _covered(frame: Frame, top: float, left: float, side: float) -> Frame:
    height, width = frame.shape[:2]
    rows = slice(int(top * height), max(int(top * height) + 1, round((top + side) * height)))
    columns = slice(int(left * width), max(int(left * width) + 1, round((left + side) * width)))
    covered = frame.copy()
    covered[rows, columns] = frame[rows, columns].mean(axis=(0, 1)).astype(np.uint8)
    return covered


# --- rows --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _PlacedPicture:
    """A picture on a row: its left upper corner and its size in pixels of the row."""

    left: float
    top: float
    width: int
    height: int

    def at(self, points: NDArray[np.floating], size: tuple[int, int]) -> list[tuple[float, float]]:
        """Points (n, 2) of a picture of that size, in pixels of the row."""
        scale = np.array([self.width / size[0], self.height / size[1]])
        return [(float(x), float(y)) for x, y in points * scale + (self.left, self.top)]

    @property
    def beside(self) -> int:
        """Where the next picture to the right begins."""
        return int(self.left) + self.width + _GAP

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.left + self.width - 1, self.top + self.height - 1


def _words_row(frame: Frame, lines: Sequence[Line], roles: Sequence[tuple[str, Box]], words: Words) -> Image.Image:
    note = words("drawn-roles-note" if roles else "drawn-words-note") if lines else words("drawn-no-words")
    row, draw, top = _row(words("drawn-words"), note)
    placed = _paste(row, _faded(frame, 0.25), _MARGIN, top)
    left, right, y = placed.beside, row.width - _MARGIN, float(top)
    for number, line in enumerate(lines[:_MAX_LINES], start=1):
        _draw_word_box(draw, placed, number, line)
        _draw_tag(draw, (left, y + 1), number)
        text = _shortened(line.text, right - left - 100)
        draw.text((left + 34, y), text, font=font(17), fill=_INK)
        draw.text((right, y), f"{line.confidence:.0%}", font=font(17), fill=_QUIET, anchor="ra")
        y += 30
    for role, box in roles:
        _draw_role(draw, placed, role, box)
    if len(lines) > _MAX_LINES:
        more = words("drawn-more", count=str(len(lines) - _MAX_LINES))
        draw.text((left + 34, y), more, font=font(17), fill=_QUIET)
        y += 30
    return _cut(row, max(placed.top + placed.height, y))


def _match_row(
    frame: Frame, geometry: Geometry | None, exemplar: Frame | Keypoints | None, words: Words
) -> Image.Image:
    if geometry is None or geometry.matrix is None or exemplar is None:
        row, _, top = _row(words("drawn-match"), words("drawn-no-match"))
        return _cut(row, top)
    note = words("drawn-match-note", inliers=str(geometry.inliers))
    row, _, top = _row(words("drawn-match"), f"{note} {words('drawn-mirrored')}" if geometry.mirrored else note)
    here = _paste(row, _faded(frame, 0.35), _MARGIN, top)
    there, size = _paste_exemplar(row, exemplar, (here.beside, top), words)
    own = searched_size(frame.shape[1], frame.shape[0])
    corners = np.array([(0, 0), (size[0], 0), size, (0, size[1])])
    outline = here.at(corners @ geometry.matrix[:, :2].T + geometry.matrix[:, 2], own)
    _draw_inside(row, here, outline)
    starts, ends = here.at(geometry.pairs[:, :2], own), there.at(geometry.pairs[:, 2:], size)
    _draw_matches(row, starts, ends)
    return _cut(row, max(here.top + here.height, there.top + there.height + 24))


def _heat_row(frame: Frame, heat: Heat, words: Words) -> Image.Image:
    row, draw, top = _row(words("drawn-heat"), words("drawn-heat-note"))
    height, width = frame.shape[:2]
    smooth = np.clip(cv2.resize(heat.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
    gray = np.repeat(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    strength = (0.15 + 0.6 * smooth)[..., None]
    mixed = gray * (1 - strength) + _warm(smooth) * strength
    placed = _paste(row, mixed.astype(np.uint8), _MARGIN, top)
    left, middle = placed.beside, placed.top + placed.height / 2
    scale = np.linspace(0, 1, 220, dtype=np.float32)[None].repeat(14, axis=0)
    row.paste(Image.fromarray(_warm(scale)), (left, int(middle) - 7))
    draw.text((left, middle + 12), words("drawn-little"), font=font(15), fill=_QUIET)
    draw.text((left + 220, middle + 12), words("drawn-much"), font=font(15), fill=_QUIET, anchor="ra")
    return _cut(row, placed.top + placed.height)


def _row(title: str, note: str) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    """An empty row with its heading, and how far down the heading reaches."""
    row = Image.new("RGB", (2 * _MARGIN + 2 * _PANEL[0] + _GAP, _PANEL[1] + 200), _PAPER)
    draw = ImageDraw.Draw(row)
    draw.text((_MARGIN, _MARGIN), title, font=font(24, bold=True), fill=_INK)
    top = _MARGIN + 38
    for line in wrapped(note, font(16), row.width - 2 * _MARGIN):
        draw.text((_MARGIN, top), line, font=font(16), fill=_QUIET)
        top += 23
    return row, draw, top + 10


def _cut(row: Image.Image, bottom: float) -> Image.Image:
    return row.crop((0, 0, row.width, int(bottom) + 12))


def _paste(row: Image.Image, frame: Frame, left: int, top: int) -> _PlacedPicture:
    """Put a picture on the row, as large as a panel allows, with a thin border."""
    height, width = frame.shape[:2]
    scale = min(_PANEL[0] / width, _PANEL[1] / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    row.paste(Image.fromarray(np.asarray(cv2.resize(frame, size, interpolation=method), np.uint8)), (left, top))
    placed = _PlacedPicture(left, top, *size)
    ImageDraw.Draw(row).rectangle(placed.box, outline=(200, 203, 210))
    return placed


def _paste_exemplar(
    row: Image.Image, exemplar: Frame | Keypoints, at: tuple[int, int], words: Words
) -> tuple[_PlacedPicture, tuple[int, int]]:
    """The exemplar on the right, and the size of the picture in whose pixels its features lie."""
    if not isinstance(exemplar, Keypoints):
        return _paste(row, _faded(exemplar, 0.35), *at), searched_size(exemplar.shape[1], exemplar.shape[0])
    width, height = exemplar.size
    placed = _paste(row, np.full((height, width, 3), _SKETCH, np.uint8), *at)
    draw = ImageDraw.Draw(row)
    for x, y in placed.at(exemplar.points, exemplar.size):
        draw.ellipse((x - 2, y - 2, x + 2, y + 2), fill=(170, 174, 184))
    under = (placed.left, placed.top + placed.height + 6)
    draw.text(under, words("drawn-sketch"), font=font(14), fill=_QUIET)
    return placed, exemplar.size


# --- marks -------------------------------------------------------------------------------------------------


def _draw_word_box(draw: ImageDraw.ImageDraw, placed: _PlacedPicture, number: int, line: Line) -> None:
    """A frame around the line and its number before it, or after it where the picture begins."""
    left, top, width, height = line.box
    start, end = placed.left + left * placed.width - 2, placed.left + (left + width) * placed.width + 2
    y, below = placed.top + top * placed.height - 2, placed.top + (top + height) * placed.height + 2
    draw.rectangle((start, y, end, below), outline=_WORD, width=2)
    tag = _tag_width(number)
    _draw_tag(draw, (start - tag if start - tag >= placed.left - _MARGIN else end, (y + below) / 2 - 10), number)


def _draw_role(draw: ImageDraw.ImageDraw, placed: _PlacedPicture, role: str, box: Box) -> None:
    """A frame around the words that play a role, and its name on it."""
    left, top = placed.left + box[0] * placed.width - 5, placed.top + box[1] * placed.height - 5
    right, bottom = placed.left + box[2] * placed.width + 5, placed.top + box[3] * placed.height + 5
    draw.rectangle((left, top, right, bottom), outline=_OUTLINE, width=3)
    under = draw.textbbox((left + 4, bottom + 2), role, font=font(14, bold=True))
    draw.rectangle((left, bottom, under[2] + 4, under[3] + 3), fill=_OUTLINE)
    draw.text((left + 4, bottom + 2), role, font=font(14, bold=True), fill=_PAPER)


def _draw_tag(draw: ImageDraw.ImageDraw, at: tuple[float, float], number: int) -> None:
    x, y = at
    width = _tag_width(number)
    draw.rounded_rectangle((x, y, x + width, y + 20), radius=4, fill=_WORD)
    draw.text((x + width / 2, y + 10), str(number), font=font(14, bold=True), fill=_PAPER, anchor="mm")


def _tag_width(number: int) -> float:
    return 20 if number < 10 else 27


def _draw_inside(row: Image.Image, placed: _PlacedPicture, outline: list[tuple[float, float]]) -> None:
    """The exemplar's frame, cut off where the picture ends."""
    layer = row.copy()
    ImageDraw.Draw(layer).line([*outline, outline[0]], fill=_OUTLINE, width=3, joint="curve")
    box = (int(placed.left), int(placed.top), int(placed.left) + placed.width, int(placed.top) + placed.height)
    row.paste(layer.crop(box), box[:2])


def _draw_matches(row: Image.Image, starts: list[tuple[float, float]], ends: list[tuple[float, float]]) -> None:
    """Lines between the places, thin enough to see through, and a dot at every place."""
    layer = row.copy()
    draw = ImageDraw.Draw(layer)
    for number in range(0, len(starts), max(1, -(-len(starts) // _MAX_DRAWN))):
        draw.line([starts[number], ends[number]], fill=_MATCH, width=2)
    row.paste(Image.blend(row, layer, 0.45))
    draw = ImageDraw.Draw(row)
    for x, y in starts + ends:
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=_MATCH, outline=_PAPER, width=1)


def _faded(frame: Frame, share: float) -> Frame:
    """The picture mixed with white, so that marks stand out."""
    return (frame * (1 - share) + 255 * share).astype(np.uint8)


def _warm(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(H, W) from 0 to 1 -> RGB from dark blue to yellow, readable in gray and to the colour-blind."""
    levels = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB), np.uint8)


def _shortened(text: str, width: float) -> str:
    """The text, or as much of its beginning as fits the width."""
    if font(17).getlength(text) <= width:
        return text
    while text and font(17).getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
