"""How well changed copies of pictures are known again, and how often other pictures are taken for them.

Every picture of labelled folders is "posted"; then copies of each are looked for, changed as people change them. Two
pictures with one label are made on one template: they are no reposts of each other unless their words are the same.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from knowledge.reading import text_of
from knowledge.stems import words
from memebot.answering.answering import frame_of
from memebot.app import Progress
from memebot.database import in_memory
from memebot.measure.evaluation import read_labels
from memebot.vision.errors import MediaError
from memebot.vision.fonts import font
from memebot.vision.media import frames
from memebot.vision.reader import LineReader
from memebot.vision.screens import seen_fingerprint
from moderation.reposts.model import Appearance, Sighting, SightingRef
from moderation.reposts.store import Reposts
from moderation.reposts.texts import SAME_TEXT, text_similarity

Change = Callable[[Image.Image, random.Random], Image.Image]
_POSTED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RepostReport:
    """What was measured.

    ``recall``: by change, how many copies were found. ``alarms`` of ``pairs`` of different pictures were called
    reposts; of one template with other words ``template_alarms`` of ``template_pairs``. ``took_ms``: of a search among
    the ``pictures``, at the median.
    """

    pictures: int
    recall: Mapping[str, float]
    alarms: int
    pairs: int
    template_alarms: int
    template_pairs: int
    took_ms: float


@dataclass(frozen=True, slots=True)
class _Posted:
    path: Path
    label: str
    image: Image.Image
    appearance: Appearance


def measure_reposts(folders: Sequence[Path], reader: LineReader | None, *, progress: Progress) -> RepostReport:
    """Post all pictures of the folders and look for changed copies of them; raises ``LabelsError``.

    ``reader``: reads the words of pictures and copies. Without it they are told apart by their looks alone.
    """
    posted = [*_read(folders, reader)]
    reposts = Reposts(in_memory())
    for number, picture in enumerate(posted):
        reposts.remember(SightingRef.post(-1, number), picture.appearance, at=_POSTED)
    found: dict[str, list[bool]] = {}
    alarms, times = [0, 0], []
    pairs = [0, 0]
    for number, picture in enumerate(posted):
        progress("reposts", number, len(posted))
        same_template, others = _others(posted, number)
        for name, copy in _copies(picture):
            start = perf_counter()
            sightings = reposts.find(_seen(copy, name, reader), limit=len(posted))
            times.append((perf_counter() - start) * 1000)
            called = {sighting.ref.id for sighting in sightings if _is_repost(sighting)}
            found.setdefault(name, []).append(number in called)
            for kind, apart in enumerate((others, same_template)):
                alarms[kind] += len(called & apart)
                pairs[kind] += len(apart)
    recall = {name: sum(hits) / len(hits) for name, hits in found.items()}
    return RepostReport(len(posted), recall, alarms[0], pairs[0], alarms[1], pairs[1], median(times))


def _read(folders: Sequence[Path], reader: LineReader | None) -> Iterator[_Posted]:
    for folder in folders:
        for row in read_labels(folder):
            try:
                frame = frames.load_file(row.path).frames[0]
            except MediaError:
                continue
            label = row.labels[0] if row.labels else ""
            yield _Posted(row.path, label, Image.fromarray(frame), _looks(frame, row.path.name, reader))


def _seen(copy: Image.Image, name: str, reader: LineReader | None) -> Appearance:
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=80)
    return _looks(np.asarray(Image.open(out).convert("RGB")), name, reader)


def _looks(frame: NDArray[np.uint8], name: str, reader: LineReader | None) -> Appearance:
    """Digests are made up: no copy is the same file."""
    digest = f"{random.Random(f'{name} {frame.shape} {frame[::7, ::7].tobytes()!r}').getrandbits(256):064x}"
    read = text_of(line.text for line in reader.read(frame)) if reader else ""
    return Appearance((frame_of(seen_fingerprint(frame, digest)),), words=" ".join(words(read)))


def _others(posted: Sequence[_Posted], number: int) -> tuple[set[int], set[int]]:
    """Pictures on the same template, and those that are not; without copies of this one among them."""
    this = posted[number]
    same: set[int] = set()
    others: set[int] = set()
    for other, that in enumerate(posted):
        alike = text_similarity(this.appearance.words, that.appearance.words)
        if other != number and (alike is None or alike < SAME_TEXT):
            (same if this.label and this.label == that.label else others).add(other)
    return same, others


def _is_repost(sighting: Sighting) -> bool:
    return sighting.how != "same-template-other-text"


def _copies(picture: _Posted) -> Iterator[tuple[str, Image.Image]]:
    for name, change in CHANGES.items():
        yield name, change(picture.image, random.Random(f"{picture.path.name} {name}"))


# --- what people do to pictures ------------------------------------------------------------------------------


def crop(image: Image.Image, share: float, rng: random.Random) -> Image.Image:
    """``share`` of one side cut off, three to five fifths of that from the others."""
    width, height = image.size
    left, top, right, bottom = (share * rng.uniform(0.6, 1.0) for _ in range(4))
    if rng.random() < 0.5:
        left = share
    else:
        bottom = share
    box = (width * left, height * top, width * (1 - right), height * (1 - bottom))
    return image.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3])))


def bar(image: Image.Image, rng: random.Random) -> Image.Image:
    """A bar with words above or below."""
    width, height = image.size
    room = round(height * rng.uniform(0.12, 0.3))
    ground, ink = rng.choice((("white", "black"), ("black", "white")))
    above = rng.random() < 0.5
    framed = Image.new("RGB", (width, height + room), ground)
    framed.paste(image, (0, room if above else 0))
    letters = font(max(10, round(min(room * 0.4, width / 16))))
    at = (width * 0.04, room * 0.25 + (0 if above else height))
    ImageDraw.Draw(framed).text(at, "me every monday morning", ink, letters)
    return framed


def border(image: Image.Image, rng: random.Random) -> Image.Image:
    """A plain frame of 3 to 12 % of the longer side."""
    colour = rng.choice(("white", "black", "#3355aa"))
    return ImageOps.expand(image, round(max(image.size) * rng.uniform(0.03, 0.12)), colour)


def recolour(image: Image.Image, rng: random.Random) -> Image.Image:
    """Grey, sepia, more contrast, brighter or darker."""
    match rng.randrange(5):
        case 0:
            return image.convert("L").convert("RGB")
        case 1:
            return ImageOps.colorize(image.convert("L"), "#201000", "#fff0c0")
        case 2:
            return ImageEnhance.Contrast(image).enhance(1.5)
        case 3:
            return ImageEnhance.Brightness(image).enhance(1.35)
        case _:
            return ImageEnhance.Brightness(image).enhance(0.6)


def screenshot(image: Image.Image, rng: random.Random) -> Image.Image:
    """A phone that shows the picture in a channel: a status bar, a title, counters, a place to write."""
    width, height = 1080, 2340
    ground, ink = rng.choice((((24, 24, 28), "white"), ((255, 255, 255), "black")))
    screen = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(screen)
    draw.text((60, 30), f"12:{rng.randrange(10, 60)}", ink, font(40))
    draw.text((820, 30), "LTE  87%", ink, font(40))
    draw.ellipse((40, 110, 140, 210), fill=(90, 140, 220))
    draw.text((170, 120), "Смешные картинки", ink, font(44))
    draw.text((170, 175), "12 345 подписчиков", (128, 128, 128), font(30))
    scale = min((width - rng.choice((0, 48, 120))) / image.width, 1900 / image.height)
    shown = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    top = 240 + (1900 - shown.height) // rng.choice((2, 8))
    screen.paste(shown, ((width - shown.width) // 2, top))
    draw.text((60, min(top + shown.height + 20, 2200)), "128   4,5K   15:42", (128, 128, 128), font(34))
    draw.text((60, 2250), "Сообщение", (128, 128, 128), font(44))
    return screen


def chat(image: Image.Image, rng: random.Random) -> Image.Image:
    """A phone that shows the picture in a chat, among other messages, on a patterned ground."""
    width, height = 1080, 2340
    ground, dots, bubble, ink = rng.choice(
        (
            ((14, 22, 33), (24, 36, 50), (24, 37, 51), "white"),
            ((205, 222, 190), (188, 208, 170), "white", "black"),
        )
    )
    screen = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(screen)
    for _ in range(900):
        x, y, size = rng.randrange(width), rng.randrange(height), rng.randrange(8, 40)
        draw.arc((x, y, x + size, y + size), rng.randrange(360), rng.randrange(360), dots, 3)

    def say(text: str, top: int) -> int:
        draw.rounded_rectangle((30, top, 110 + 22 * len(text), top + 96), 30, bubble)
        draw.text((60, top + 24), text, ink, font(40))
        return top + 116

    top = 190
    for _ in range(rng.randrange(1, 5)):
        top = say(rng.choice(("ты это видел?", "жду отчёт", "кто сегодня дежурит", "look at this one")), top)
    shown = ImageOps.contain(image, (rng.choice((720, 860)), 1300))
    draw.rounded_rectangle((30, top, 46 + shown.width, top + shown.height + 90), 30, bubble)
    screen.paste(shown, (38, top + 8))
    draw.text((60, top + shown.height + 22), "15:42", (128, 128, 128), font(34))
    top += shown.height + 110
    while top < 2050:
        top = say(rng.choice(("смешно", "не понял", "so true", "завтра покажу на планёрке", "ок")), top)
    draw.rectangle((0, 0, width, 170), fill=bubble)
    draw.text((60, 20), f"12:{rng.randrange(10, 60)}", ink, font(40))
    draw.text((170, 90), "Рабочий чат", ink, font(48))
    draw.rectangle((0, 2190, width, height), fill=bubble)
    draw.text((60, 2230), "Сообщение", (128, 128, 128), font(44))
    return screen


def window(image: Image.Image, rng: random.Random) -> Image.Image:
    """A browser's window with the picture in a forum: links on one side, comments on the other."""
    width, height = 1920, 1080
    ground, bar, ink = rng.choice(
        ((("white", (222, 225, 230), (20, 20, 20))), ((26, 26, 27), (40, 42, 45), (215, 218, 220)))
    )
    screen = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, width, 120), fill=bar)
    draw.text((60, 12), "memes – a forum", ink, font(28))
    draw.rounded_rectangle((180, 60, 1500, 108), 20, ground)
    draw.text((210, 68), "forum.example/memes/comments/1x7", ink, font(26))
    for row, text in enumerate(("Home", "Popular", "All", "Machine learning", "Programming", "Jokes")):
        draw.text((40, 180 + 64 * row), text, ink, font(28))
    draw.text((400, 150), "posted by somebody 5 hours ago", (128, 128, 128), font(24))
    draw.text((400, 184), rng.choice(("Every single time", "Мы все через это прошли", "It hurts")), ink, font(40))
    shown = ImageOps.contain(image, (900, 740))
    screen.paste(shown, (400 + rng.choice((0, (900 - shown.width) // 2)), 250))
    draw.text((400, 264 + shown.height), "1.2k points   84 comments   share", (128, 128, 128), font(26))
    for row in range(11):
        text = rng.choice(("This is too real", "Я сейчас заплачу", "had this today", "which font is that"))
        draw.text((1400, 180 + 76 * row), text, ink, font(26))
    return screen


CHANGES: Mapping[str, Change] = {
    "crop 3 %": lambda image, rng: crop(image, 0.03, rng),
    "crop 6 %": lambda image, rng: crop(image, 0.06, rng),
    "crop 10 %": lambda image, rng: crop(image, 0.10, rng),
    "flip": lambda image, rng: ImageOps.mirror(image),
    "flip and crop 6 %": lambda image, rng: crop(ImageOps.mirror(image), 0.06, rng),
    "bar": bar,
    "border": border,
    "recolour": recolour,
    "screenshot": screenshot,
    "screenshot of a chat": chat,
    "screenshot of a window": window,
}
"""By name; a crop takes its share from one side and nearly as much from the others."""
