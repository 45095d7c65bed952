"""Two views of one picture, as people make memes: the positives of the instance loss.

A ``MemeMaker`` owns the pictures and a fixed stock of captions and emoji; ``view`` draws one view of a picture.
All randomness comes from the ``Random`` that is passed in, so a batch depends on (seed, step) alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from memebot.training import glyphs
from memebot.training.glyphs import BLACK, WHITE, Sprite, random_colour
from memebot.vision.encoder.views import Frame

CAPTIONS = 1200
CELL = 96  # pixels: how large one thing of a scene is drawn
Place = Literal["top", "bottom", "anywhere"]
PLACES: tuple[Place, ...] = ("top", "bottom", "anywhere")
Thing = Sprite | tuple[str, str]  # a sticker, or a shape and its hue
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщыьэюя"


class Stock(Protocol):
    """Anything that holds pictures by number."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Frame: ...


class MemeMaker:
    """Draws views of ``pictures``, and draws what has no picture: pages of text, and scenes."""

    def __init__(self, pictures: Stock, stickers: Sequence[NDArray[np.uint8]], words: Sequence[str], seed: int) -> None:
        """``stickers``: RGBA pictures to put over others. The stock of captions depends on ``seed`` alone."""
        self.pictures = pictures
        self.stickers = [Sprite(s[..., :3].copy(), s[..., 3].copy()) for s in stickers]
        rng = Random(f"captions {seed}")
        self.captions = [glyphs.caption(rng, _some_words(rng, words)) for _ in range(CAPTIONS)]
        self.plain_captions = [sprite for sprite in self.captions if sprite.style == "plain"]

    def view(self, rng: Random, picture: Frame, side: int, *, light: bool = False) -> Frame:
        """One view, (side, side, 3). ``light`` leaves out whatever is put on or around the picture."""
        image = _crop(rng, picture, side, light=light)
        if not light:
            image = self._memeify(rng, image)
        image = _recolour(rng, image, 0.35 if light else 0.7)
        image = _degrade(rng, image, 0.35 if light else 0.7)
        return fit(image, side)

    def photo(self, rng: Random, picture: Frame, side: int) -> Frame:
        """What the picture shows, all or most of it, mirrored half of the time, nothing put over it."""
        if rng.random() < 0.75:
            picture = _part(rng, picture, 0.35, skew=0.2)
        image = fit(picture, side)
        if rng.random() < 0.5:
            image = np.ascontiguousarray(image[:, ::-1])
        return fit(self.worn(rng, image), side)

    def worn(self, rng: Random, image: Frame) -> Frame:
        """The picture recoloured and recompressed a little, nothing put over it."""
        return _degrade(rng, _recolour(rng, image, 0.3), 0.5)

    def page(self, rng: Random) -> Frame:
        """A page of interface and text, or a comic of several pictures: what memes are surrounded by."""
        if rng.random() < 0.3:
            return self._comic(rng)
        height, width = rng.randint(120, 220), rng.randint(120, 220)
        ground = rng.choices(((255, 255, 255), (30, 30, 30), (22, 32, 42), random_colour(rng)), (5, 2, 1, 2))[0]
        image = np.full((height, width, 3), ground, np.uint8)
        for _ in range(rng.randint(0, 4)):
            x, y = rng.randint(0, width), rng.randint(0, height)
            corner = (x + rng.randint(10, width), y + rng.randint(5, height))
            cv2.rectangle(image, (x, y), corner, random_colour(rng), rng.choice((-1, 1)))
        if rng.random() < 0.35:
            _paste(image, self._other(rng), _box(rng, width, height, 0.2, 0.9))
        lined = rng.random() < 0.5
        for _ in range(rng.randint(1, 9)):
            sprite = rng.choice(self.captions)
            high, wide = sprite.colour.shape[:2]
            scale = min(rng.uniform(0.25, 1.0) * width / wide, 0.45 * height / high)
            left = 4.0 if lined else rng.uniform(0, width - wide * scale)
            stamp(image, sprite, (left, rng.uniform(0, height - high * scale), scale, scale))
        if rng.random() < 0.3:
            _ruled(rng, image)
        return image

    def scene(self, rng: Random, things: Sequence[Thing]) -> Frame:
        """One to six of the things side by side, each on its ground: a template of flat colours.

        Scenes of the same few things differ by which, where and how large these are, and by nothing else.
        """
        rows, columns = rng.choice(((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (2, 3), (3, 2)))
        cells = [[self._drawn(rng, rng.choice(things)) for _ in range(columns)] for _ in range(rows)]
        image = np.concatenate([np.concatenate(row, axis=1) for row in cells])
        if rng.random() < 0.3:
            self._stickers(rng, image)
        return image

    def _drawn(self, rng: Random, thing: Thing) -> Frame:
        if not isinstance(thing, Sprite):
            return glyphs.shape(rng, *thing, CELL)
        cell = np.full((CELL, CELL, 3), rng.choice((WHITE, BLACK, random_colour(rng))), np.uint8)
        high, wide = thing.colour.shape[:2]
        scale = rng.uniform(0.4, 0.95) * CELL / max(high, wide)
        stamp(cell, thing, (rng.uniform(0, CELL - wide * scale), rng.uniform(0, CELL - high * scale), scale, scale))
        return cell

    def _other(self, rng: Random) -> Frame:
        return self.pictures[rng.randrange(len(self.pictures))]

    def _comic(self, rng: Random) -> Frame:
        rows, columns = rng.choice(((1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3)))
        cell = rng.randint(70, 110)
        image = np.full((rows * cell, columns * cell, 3), rng.choice((0, 255)), np.uint8)
        gap = rng.randint(0, 5)
        for row in range(rows):
            for column in range(columns):
                inside = image[
                    row * cell + gap : (row + 1) * cell - gap, column * cell + gap : (column + 1) * cell - gap
                ]
                inside[:] = cv2.resize(_crop(rng, self._other(rng), cell, light=False), inside.shape[1::-1])
                if rng.random() < 0.7:
                    self._caption(rng, inside, rng.choice(PLACES))
        return image

    def _memeify(self, rng: Random, image: Frame) -> Frame:
        """Everything that is put over, around or beside a picture, each with its own chance."""
        if rng.random() < 0.12:
            image = np.ascontiguousarray(image[:, ::-1])
        if rng.random() < 0.15:
            image = self._cut_out(rng, image)
        if rng.random() < 0.12:
            image = self._panels(rng, image)
        self._caption_all(rng, image)
        extras: tuple[tuple[float, Callable[[Random, Frame], None]], ...] = (
            (0.10, self._inset),
            (0.15, self._stickers),
            (0.08, self._watermark),
        )
        for chance, put in extras:
            if rng.random() < chance:
                put(rng, image)
        if rng.random() < 0.28:
            image = self._bars(rng, image)
        if rng.random() < 0.12:
            image = self._framed(rng, image)
        elif rng.random() < 0.07:
            image = self._screenshot(rng, image)
        return image

    def _caption_all(self, rng: Random, image: Frame) -> None:
        kind = rng.random()
        if kind < 0.4:
            self._caption(rng, image, "top")
        if kind < 0.3 or 0.4 < kind < 0.62:
            self._caption(rng, image, "bottom")
        if kind > 0.72:
            for _ in range(rng.randint(1, 4)):
                self._caption(rng, image, "anywhere")

    def _caption(self, rng: Random, image: Frame, place: Place) -> None:
        sprite = rng.choice(self.captions)
        high, wide = sprite.colour.shape[:2]
        height, width = image.shape[:2]
        share = rng.uniform(0.25, 0.6) if place == "anywhere" else rng.uniform(0.6, 1.0)
        scale = min(share * width / wide, 0.4 * height / high, 1.6 * width / 128)
        high, wide = int(high * scale), int(wide * scale)
        x = rng.uniform(0, width - wide) if place == "anywhere" else (width - wide) / 2
        y = {"top": 0.01 * height, "bottom": 0.99 * height - high}.get(place, rng.uniform(0, height - high))
        stamp(image, sprite, (x, y, scale, scale))

    def _panels(self, rng: Random, image: Frame) -> Frame:
        """The picture as one of two panels, beside a page of text or another picture, or with its halves moved."""
        height, width = image.shape[:2]
        axis = rng.randrange(2)
        kind = rng.random()
        if kind < 0.3:
            pair = list(np.array_split(image, 2, axis=axis))
            pair = [_squashed(half, width, height) for half in pair]
            return np.asarray(np.concatenate(pair, axis=1 - axis), np.uint8)
        page = kind < 0.6
        other = self.page(rng) if page else _crop(rng, self._other(rng), max(height, width), light=False)
        share = rng.uniform(0.4, 1.3)
        size = (width, max(8, int(height * share))) if axis == 0 else (max(8, int(width * share)), height)
        other = _squashed(other, *size)
        pair = [image, other] if rng.random() < 0.5 else [other, image]
        return np.asarray(np.concatenate(pair, axis=axis), np.uint8)

    def _cut_out(self, rng: Random, image: Frame) -> Frame:
        """What the picture shows on another ground: its plain border replaced, or a blob around its middle cut out."""
        ground = self._ground(rng, image)
        mask = _plain_border(image)
        if mask is None:
            mask = _blob(rng, *image.shape[:2])
        inside = mask > 0
        ground[inside] = image[inside]
        return ground

    def _inset(self, rng: Random, image: Frame) -> None:
        _paste(image, self._other(rng), _box(rng, image.shape[1], image.shape[0], 0.15, 0.4))

    def _stickers(self, rng: Random, image: Frame) -> None:
        if not self.stickers:
            return
        for _ in range(rng.randint(1, 3)):
            sprite = rng.choice(self.stickers)
            scale = rng.uniform(0.1, 0.32) * image.shape[1] / sprite.colour.shape[1]
            x = rng.uniform(0, image.shape[1] * 0.8)
            y = rng.uniform(0, image.shape[0] * 0.8)
            stamp(image, sprite, (x, y, scale, scale * image.shape[0] / image.shape[1]))

    def _watermark(self, rng: Random, image: Frame) -> None:
        sprite = rng.choice(self.captions)
        faint = Sprite(sprite.colour, (sprite.opacity * rng.uniform(0.25, 0.7)).astype(np.uint8))
        scale = rng.uniform(0.2, 0.45) * image.shape[1] / sprite.colour.shape[1]
        corner = rng.choice((0.02, 0.55)), rng.choice((0.02, 0.9))
        stamp(image, faint, (corner[0] * image.shape[1], corner[1] * image.shape[0], scale, scale))

    def _bars(self, rng: Random, image: Frame) -> Frame:
        """Padding on some sides; a bar above usually carries text."""
        height, width = image.shape[:2]
        top = bottom = left = right = 0
        kind = rng.random()
        if kind < 0.45:
            top = int(height * rng.uniform(0.08, 0.45))
        elif kind < 0.55:
            bottom = int(height * rng.uniform(0.05, 0.3))
        elif kind < 0.7:
            top, bottom = (int(height * rng.uniform(0.02, 0.2)) for _ in range(2))
        elif kind < 0.85:
            left = right = int(width * rng.uniform(0.02, 0.25))
        else:
            top = bottom = int(height * rng.uniform(0.02, 0.15))
            left = right = int(width * rng.uniform(0.02, 0.15))
        shade = rng.choice((255, 255, 255, 0, 0, rng.randint(0, 255)))
        colour = (shade,) * 3 if rng.random() < 0.75 else random_colour(rng)
        padded: Frame = np.asarray(
            cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=colour), np.uint8
        )
        for start, depth in ((0, top), (top + height, bottom)):
            if depth > 10 and rng.random() < 0.85:
                self._fill_bar(rng, padded[start : start + depth])
        return padded

    def _fill_bar(self, rng: Random, bar: Frame) -> None:
        sprite = rng.choice(self.plain_captions or self.captions)
        high, wide = sprite.colour.shape[:2]
        scale = min(0.95 * bar.shape[1] / wide, 0.95 * bar.shape[0] / high)
        x = (bar.shape[1] - wide * scale) / 2 if rng.random() < 0.7 else 2.0
        stamp(bar, sprite, (x, (bar.shape[0] - high * scale) / 2, scale, scale))

    def _framed(self, rng: Random, image: Frame) -> Frame:
        """The picture smaller, cut to a circle at times, on a plain, graded, rayed or blurred ground."""
        height, width = image.shape[:2]
        ground = self._ground(rng, image)
        share = rng.uniform(0.5, 0.95)
        wide = int(width * share)
        high = int(height * min(0.97, max(0.4, share * rng.uniform(0.8, 1.25))))
        x = (width - wide) // 2 if rng.random() < 0.6 else rng.randint(0, width - wide)
        y = (height - high) // 2 if rng.random() < 0.5 else rng.randint(0, height - high)
        small = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA)
        inside = ground[y : y + high, x : x + wide]
        if rng.random() < 0.25:
            mask = _blob(rng, high, wide) > 0
            inside[mask] = small[mask]
        else:
            inside[:] = small
        return ground

    def _ground(self, rng: Random, image: Frame) -> Frame:
        height, width = image.shape[:2]
        kind = rng.random()
        if kind < 0.3:
            return _rays(rng, height, width)
        if kind < 0.55:
            return np.asarray(cv2.resize(glyphs.gradient(rng, 32), (width, height)), np.uint8)
        if kind < 0.8:
            return np.full((height, width, 3), random_colour(rng), np.uint8)
        source = self._other(rng) if rng.random() < 0.5 else image
        return np.asarray(cv2.GaussianBlur(cv2.resize(source, (width, height)), (0, 0), 6), np.uint8)

    def _screenshot(self, rng: Random, image: Frame) -> Frame:
        """The picture inside a post: bars of a phone or a site, an author's line, a row of buttons."""
        height, width = image.shape[:2]
        dark = rng.random() < 0.5
        head, foot = int(height * rng.uniform(0.15, 0.5)), int(height * rng.uniform(0.08, 0.3))
        edge = int(width * rng.choice((0.0, 0.03, 0.08)))
        ground = (22, 28, 36) if dark else (255, 255, 255)
        page = np.full((height + head + foot, width + 2 * edge, 3), ground, np.uint8)
        page[head : head + height, edge : edge + width] = image
        radius = max(3, int(0.05 * width))
        cv2.circle(page, (edge + radius + 2, radius + 4), radius, random_colour(rng), -1)
        self._fill_bar(rng, page[radius : max(radius + 8, head - 2), 3 * radius :])
        ink = (150, 160, 170)
        for number in range(rng.randint(2, 5)):
            x = edge + 6 + number * width // 5
            y = head + height + foot // 2
            cv2.rectangle(page, (x, y - 3), (x + width // 14, y + 3), ink, rng.choice((1, -1)))
        return page


def fit(image: Frame, side: int) -> Frame:
    """At ``side`` × ``side`` as at inference: averaged when it shrinks, else interpolated linearly."""
    if image.shape[:2] == (side, side):
        return image
    shrinks = image.shape[0] > side or image.shape[1] > side
    return np.asarray(cv2.resize(image, (side, side), interpolation=_method(shrinks)), np.uint8)


def _method(shrinks: bool) -> int:
    return cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR


def _some_words(rng: Random, words: Sequence[str]) -> list[str]:
    """One to twelve words: real ones, or letters that look like words, so that no spelling is special."""
    count = rng.randint(1, 12)
    if words and rng.random() < 0.6:
        return [rng.choice(words) for _ in range(count)]
    letters = _CYRILLIC if rng.random() < 0.4 else _LATIN
    return ["".join(rng.choice(letters) for _ in range(rng.randint(1, 9))) for _ in range(count)]


def _crop(rng: Random, picture: Frame, side: int, *, light: bool) -> Frame:
    """A part of the picture (down to 15 % of its area unless ``light``), copied, about ``side`` pixels large."""
    if rng.random() < (0.3 if light else 0.7):
        smallest = 0.8 if light else rng.choices((0.15, 0.3, 0.5), (3, 3, 4))[0]
        picture = _part(rng, picture, smallest, skew=0.35)
    wide = high = side
    if not light and rng.random() < 0.3:
        wide, high = (int(side * rng.uniform(0.75, 1.3)) for _ in range(2))
    if picture.shape[:2] == (high, wide):
        return picture.copy()
    return np.asarray(cv2.resize(picture, (wide, high), interpolation=_method(picture.shape[1] > wide)), np.uint8)


def _part(rng: Random, picture: Frame, smallest: float, *, skew: float) -> Frame:
    """A rectangle of the picture, ``smallest`` of its area or more; ``skew``: by how much its log aspect may differ."""
    height, width = picture.shape[:2]
    area, aspect = rng.uniform(smallest, 1.0), float(np.exp(rng.uniform(-skew, skew)))
    wide = max(8, int(width * min(1.0, area**0.5 * aspect)))
    high = max(8, int(height * min(1.0, area**0.5 / aspect)))
    x, y = rng.randint(0, max(0, width - wide)), rng.randint(0, max(0, height - high))
    return picture[y : y + high, x : x + wide]


def _squashed(image: Frame, width: int, height: int) -> Frame:
    return np.asarray(cv2.resize(image, (width, height), interpolation=_method(image.shape[1] > width)), np.uint8)


def _plain_border(picture: Frame) -> NDArray[np.uint8] | None:
    """A mask of what is not the plain ground at the picture's edges; None where there is no such ground."""
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    colour = np.median(edge, axis=0)
    if (np.abs(edge - colour).max(axis=1) <= 12).mean() < 0.6:
        return None
    plain = cv2.inRange(picture, colour - 16, colour + 16)
    plain = cv2.copyMakeBorder(plain, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
    _, filled, _, _ = cv2.floodFill(plain, None, (0, 0), 128)
    mask = np.where(filled[1:-1, 1:-1] == 128, 0, 255).astype(np.uint8)
    return mask if 0.1 < (mask > 0).mean() < 0.9 else None


def _blob(rng: Random, height: int, width: int) -> NDArray[np.uint8]:
    """A mask of one round, uneven patch around the middle that covers 15 to 70 % of the picture."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = rng.uniform(0.45, 1.0) * np.ones(24)
    for waves in (1, 2, 3, 5):
        radius += rng.uniform(0, 0.2) / waves * np.cos(waves * angles + rng.uniform(0, 6.3))
    middle = np.array([rng.uniform(0.4, 0.6), rng.uniform(0.4, 0.6)])
    points = middle + 0.5 * radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.rint(points * (width, height)).astype(np.int32)], 255)
    return mask


def _box(rng: Random, width: int, height: int, smallest: float, largest: float) -> tuple[int, int, int, int]:
    wide = max(4, int(width * rng.uniform(smallest, largest)))
    high = max(4, int(height * rng.uniform(smallest, largest)))
    return rng.randint(0, width - wide), rng.randint(0, height - high), wide, high


def _paste(image: Frame, other: Frame, box: tuple[int, int, int, int]) -> None:
    x, y, wide, high = box
    image[y : y + high, x : x + wide] = cv2.resize(other, (wide, high), interpolation=cv2.INTER_AREA)


def stamp(image: Frame, sprite: Sprite, where: tuple[float, float, float, float]) -> None:
    """Put the sprite at (x, y), scaled by (sx, sy), cut at the picture's edges."""
    x, y = max(0, int(where[0])), max(0, int(where[1]))
    wide = min(int(sprite.colour.shape[1] * where[2]), image.shape[1] - x)
    high = min(int(sprite.colour.shape[0] * where[3]), image.shape[0] - y)
    if wide < 4 or high < 4:
        return
    colour = cv2.resize(sprite.colour, (wide, high), interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(sprite.opacity, (wide, high), interpolation=cv2.INTER_AREA)
    opacity = cv2.merge([alpha, alpha, alpha])
    region = image[y : y + high, x : x + wide]
    over = cv2.multiply(colour, opacity, scale=1 / 255)
    region[:] = cv2.add(over, cv2.multiply(region, 255 - opacity, scale=1 / 255))


def _rays(rng: Random, height: int, width: int) -> Frame:
    """Wedges of two or three colours around a point: the ground of many animal memes."""
    image = np.zeros((height, width, 3), np.uint8)
    colours = [random_colour(rng) for _ in range(rng.choice((2, 2, 3)))]
    centre = np.array([width * rng.uniform(0.35, 0.65), height * rng.uniform(0.35, 0.65)])
    wedges, turn, far = rng.choice((4, 6, 8, 10, 12, 16, 24)), rng.uniform(0, 6.3), 4.0 * max(height, width)
    for number in range(wedges):
        angles = turn + 2 * np.pi * (number + np.array([0.0, 0.5, 1.0])) / wedges
        rim = centre + far * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        cv2.fillPoly(image, [np.vstack([centre, rim]).astype(np.int32)], colours[number % len(colours)])
    return image


def _ruled(rng: Random, image: Frame) -> None:
    """Rows of short strokes: text too small to read."""
    ink = (60, 60, 60) if image.mean() > 128 else (190, 190, 190)
    step = rng.randint(4, 8)
    left, right = sorted(rng.sample(range(4, image.shape[1] - 4), 2))
    for y in range(rng.randint(4, image.shape[0] // 2), image.shape[0] - 4, step):
        x = left
        while x < right:
            end = min(right, x + rng.randint(3, 18))
            cv2.line(image, (x, y), (end, y), ink, max(1, step // 4))
            x = end + 3


def _recolour(rng: Random, image: Frame, strength: float) -> Frame:
    """Channel gains, contrast, brightness, saturation, hue."""
    if rng.random() < 0.4 * strength:
        gains = np.array([rng.uniform(0.72, 1.3) for _ in range(3)], np.float32)
        image = np.asarray(cv2.multiply(image, (*gains.tolist(), 1.0)), np.uint8)
    if rng.random() < strength:
        contrast, brightness = rng.uniform(0.55, 1.5), rng.uniform(-35, 35)
        steps = np.clip(np.arange(256) * contrast + brightness, 0, 255).astype(np.uint8)
        image = np.asarray(cv2.LUT(image, steps), np.uint8)
    if rng.random() < 0.4 * strength:
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        hue = ((np.arange(256) + rng.randint(-8, 8)) % 180).astype(np.uint8)
        saturation = np.clip(np.arange(256) * rng.uniform(0, 1.6), 0, 255).astype(np.uint8)
        channels = (cv2.LUT(hsv[..., 0], hue), cv2.LUT(hsv[..., 1], saturation), hsv[..., 2])
        image = np.asarray(cv2.cvtColor(cv2.merge(channels), cv2.COLOR_HSV2RGB), np.uint8)
    return image


def _degrade(rng: Random, image: Frame, strength: float) -> Frame:
    """Fewer pixels, blur, JPEG."""
    if rng.random() < 0.3 * strength:
        share = rng.uniform(0.35, 0.8)
        image = np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
    if rng.random() < 0.15 * strength:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 1.5)), np.uint8)
    if rng.random() < 0.5 * strength:
        _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(15, 80)])
        image = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return image
