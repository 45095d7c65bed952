"""What people do to pictures before they propose them again, on real pixels: what is recognised, and as what."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from memebot.answering.answering import frame_of
from memebot.database import in_memory
from memebot.measure.ocr_samples import samples
from memebot.measure.reposts import CHANGES as CUTS
from memebot.vision.fingerprint import pdq
from memebot.vision.fonts import font
from memebot.vision.media import frames
from memebot.vision.screens import seen_fingerprint
from moderation.reposts.features import Features, compare
from moderation.reposts.model import Appearance, Frame, Sighting, SightingRef
from moderation.reposts.store import Reposts

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = (
    "borscht.png",
    "car-salesman-overfitting.jpg",
    "xgboost-ru.png",
    "floor-ru.png",
    "two-buttons-fit.png",
    "expanding-brain-test-set.jpg",
    "emoji-network-on-screen.jpg",
    "log-docs-cropped.jpg",
)


def data_of(name: str) -> bytes:
    return (resources.files("memebot") / "examples" / name).read_bytes()


def image_of(name: str) -> Image.Image:
    return Image.open(io.BytesIO(data_of(name))).convert("RGB")


@cache
def look(*files: bytes) -> Appearance:
    """All frames of all files, as the reader gives them."""
    media = [frames.load(data) for data in files]
    return Appearance(tuple(frame_of(seen_fingerprint(frame, one.sha256)) for one in media for frame in one.frames))


def hashed(file: bytes) -> Appearance:
    """What ``look`` gives without local features: what is found of it is found by its hash alone."""
    found = frames.load(file)
    none = Features(np.empty((0, 2), np.float32), np.empty((0, 128), np.uint8), (1, 1))
    return Appearance(tuple(Frame(found.sha256, *pdq(frame), none, None) for frame in found.frames))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **({"compress_level": 0} if kind == "PNG" else {}) | options)
    return out.getvalue()


def scaled(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


def signed(image: Image.Image) -> Image.Image:
    """With a small watermark in its corner."""
    image = image.copy()
    ImageDraw.Draw(image).text(
        (image.width - 90, image.height - 18), "t.me/memes", fill="white", stroke_width=1, stroke_fill="black"
    )
    return image


def clip(*images: Image.Image, frames_each: int = 12) -> bytes:
    """An MP4 that shows one picture after the other, as Telegram makes of a GIF."""
    out = io.BytesIO()
    width, height = (side // 2 * 2 for side in images[0].size)
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = width, height, "yuv420p", 4_000_000
        for image in images:
            for _ in range(frames_each):
                container.mux(stream.encode(av.VideoFrame.from_image(image.resize((width, height)))))
        container.mux(stream.encode())
    return out.getvalue()


CHANGES: dict[str, Callable[[Image.Image], bytes]] = {
    "saved as a poor JPEG": lambda image: saved(image, "JPEG", quality=35),
    "saved as WebP": lambda image: saved(image, "WEBP", quality=60),
    "half the size": lambda image: saved(scaled(image, 0.5), "JPEG", quality=80),
    "twice the size": lambda image: saved(scaled(image, 2), "JPEG", quality=80),
    "brighter": lambda image: saved(ImageEnhance.Brightness(image).enhance(1.25), "PNG"),
    "grey": lambda image: saved(image.convert("L"), "PNG"),
    "as a clip": lambda image: clip(image),
}


@pytest.fixture(scope="module")
def channel() -> Reposts:
    """Everything in NAMES has been posted."""
    reposts = Reposts(in_memory())
    for number, name in enumerate(NAMES):
        reposts.remember(SightingRef.post(-1, number), look(data_of(name)), at=NOW)
    return reposts


def best(found: list[Sighting]) -> Sighting:
    assert found, "nothing was found"
    return found[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_file_itself_is_exact(channel: Reposts, name: str) -> None:
    found = channel.find(look(data_of(name)))
    assert [(sighting.how, NAMES[sighting.ref.id]) for sighting in found] == [("exact", name)]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_picture_is_near_whatever_was_done_to_the_file(channel: Reposts, name: str, change: str) -> None:
    seen = look if name == NAMES[0] else hashed
    found = best(channel.find(seen(CHANGES[change](image_of(name)))))
    assert (found.how, NAMES[found.ref.id], found.mirrored) == ("near", name, False)


@pytest.mark.parametrize("name", NAMES[:-1])
def test_a_watermark_does_not_hide_a_picture(channel: Reposts, name: str) -> None:
    found = best(channel.find(look(saved(signed(image_of(name)), "PNG"))))
    assert (found.how, NAMES[found.ref.id]) == ("near", name)


def test_a_watermark_that_hides_a_nearly_empty_page_from_its_hash_does_not_hide_it(channel: Reposts) -> None:
    """The hash sees where light and dark are: on a white page a dark mark is a large part of that."""
    found = best(channel.find(look(saved(signed(image_of(NAMES[-1])), "PNG"))))
    assert (found.how, NAMES[found.ref.id], found.distance) == ("part", NAMES[-1], None)


ALLOWED = {"screenshot of a chat": 1}
"""Rows of small pictures and lines of text on white hang together nowhere: they are found by their words."""


@pytest.mark.parametrize("change", CUTS)
def test_a_crop_a_frame_or_a_screenshot_is_known_without_a_word(channel: Reposts, change: str) -> None:
    missed = []
    for name in NAMES:
        changed = CUTS[change](image_of(name), random.Random(name))
        found = channel.find(look(saved(changed, "JPEG", quality=80)))
        if not found:
            missed.append(name)
            continue
        assert (found[0].how in ("near", "part"), NAMES[found[0].ref.id]) == (True, name)
        assert found[0].mirrored == change.startswith("flip")
    assert len(missed) <= ALLOWED.get(change, 0), missed


def test_the_words_help_where_a_screenshot_shows_little(channel: Reposts) -> None:
    words = "one two three overfitting the training set"
    reposts = Reposts(in_memory())
    reposts.remember(SightingRef.post(-1, 1), replace(look(data_of(NAMES[5])), words=words), at=NOW)
    screen = look(saved(CUTS["screenshot"](image_of(NAMES[5]), random.Random(1)), "JPEG", quality=80))
    asked = replace(screen, words=f"12 45 lte {words} 128 15 42 and whatever else the phone has to say today")
    assert best(reposts.find(asked)).how == "part"


def test_pictures_turned_in_the_pixels_are_known(channel: Reposts) -> None:
    turned = image_of(NAMES[1]).transpose(Image.Transpose.ROTATE_90)
    found = best(channel.find(look(saved(turned, "JPEG", quality=85))))
    assert (found.how, NAMES[found.ref.id]) == ("part", NAMES[1])


def test_features_that_agree_askew_or_squeezed_agree_by_chance() -> None:
    """People turn a picture by quarters, if at all, and show it about as wide as it is."""
    known = features(0.0, 1.0)
    upright, turned, wide, askew, squeezed = (
        compare(features(*one), known) for one in ((0, 1.0), (90, 1.0), (4, 1.3), (30, 1.0), (0, 1.8))
    )
    assert min(upright.found, turned.found, wide.found) > 100
    assert askew.found == squeezed.found == 0


def features(degrees: float, stretch: float) -> Features:
    """A picture's, as they lie when it is stretched and turned about its middle."""
    rng, turn = np.random.default_rng(1), np.radians(degrees)
    descriptors = np.minimum(rng.gamma(0.8, 40, (160, 128)), 255).astype(np.uint8)
    matrix = np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))]) @ np.diag([stretch, 1.0])
    points = rng.uniform(-110, 110, (160, 2)) @ matrix.T + 210
    return Features(points.astype(np.float32), descriptors, (420, 420))


def captioned(image: Image.Image, above: str, below: str) -> Image.Image:
    image = image.copy()
    draw, letters = ImageDraw.Draw(image), font(image.width // 14, bold=True)
    for text, y in ((above, 4), (below, image.height - image.width // 10)):
        draw.text((image.width / 2, y), text, "white", letters, "ma", stroke_width=2, stroke_fill="black")
    return image


CAPTIONS = (
    ("WHEN THE LOSS IS NAN", "AT THREE IN THE MORNING"),
    ("NOBODY EXPECTED THIS", "FROM A RANDOM FOREST"),
    ("ME READING PAPERS", "INSTEAD OF THE DATA"),
    ("GPU RUNS OUT", "MY PATIENCE AS WELL"),
)


@pytest.mark.parametrize("name", ["car-salesman-overfitting.jpg", "cat-ru.webp", "borscht.png"])
def test_other_words_on_one_template_are_no_repost(name: str) -> None:
    """Told apart by their words, and not by chance where they were cropped as well."""
    reposts = Reposts(in_memory())
    template = image_of(name).resize((640, 480))
    for number, caption in enumerate(CAPTIONS):
        seen = look(saved(captioned(template, *caption), "PNG"))
        reposts.remember(SightingRef.post(-1, number), replace(seen, words=" ".join(caption)), at=NOW)
    others = (("IT WORKED YESTERDAY", "ON MY MACHINE"), ("BIG DATA SMALL BRAIN", "AND A SINGLE LAYER"))
    for caption in others:
        meme = captioned(template, *caption)
        for picture in (meme, meme.crop((20, 10, 630, 470))):
            asked = replace(look(saved(picture, "JPEG", quality=85)), words=" ".join(caption))
            assert [found.how for found in reposts.find(asked) if found.how == "part"] == []


def test_different_screens_posts_and_captions_are_never_parts_of_each_other() -> None:
    """They share letters, layouts and frames."""
    reposts = Reposts(in_memory())
    kept = samples(seed=5, per_style=3)
    for number, sample in enumerate(kept):
        seen = replace(look(saved(Image.fromarray(sample.picture), "PNG")), words=" ".join(sample.lines))
        reposts.remember(SightingRef.post(-1, number), seen, at=NOW)
    for sample in samples(seed=6, per_style=3):
        asked = replace(look(saved(Image.fromarray(sample.picture), "PNG")), words=" ".join(sample.lines))
        wrong = [
            kept[found.ref.id].name
            for found in reposts.find(asked)
            if found.how == "part" and not {*sample.lines} & {*kept[found.ref.id].lines}
        ]
        assert wrong == [], sample.name


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_picture_is_near_and_called_flipped(channel: Reposts, name: str) -> None:
    flipped = image_of(name).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    seen = look if name == NAMES[0] else hashed
    found = best(channel.find(seen(saved(flipped, "JPEG", quality=90))))
    assert (found.how, NAMES[found.ref.id], found.mirrored) == ("near", name, True)


@pytest.mark.parametrize("name", ["cat-ru.webp"])
def test_another_picture_is_not_found(channel: Reposts, name: str) -> None:
    assert channel.find(look(data_of(name))) == []


def test_a_picture_inside_an_album_and_a_scene_of_a_clip_are_found_where_they_are() -> None:
    reposts = Reposts(in_memory())
    reposts.remember(SightingRef.post(-1, 1), look(*(data_of(name) for name in NAMES[:3])), at=NOW)
    found = best(reposts.find(look(saved(image_of(NAMES[2]), "JPEG", quality=60))))
    assert (found.how, found.frames) == ("near", ((0, 2),))
    two_scenes = look(clip(image_of(NAMES[7]), image_of(NAMES[1]).resize(image_of(NAMES[7]).size)))
    found = best(reposts.find(two_scenes))
    assert found.frames[0][1] == 1
    assert found.frames[0][0] > 0  # not the first scene


def test_a_gif_and_the_clip_that_telegram_makes_of_it_are_the_same() -> None:
    scenes = [image_of(name).resize((320, 240)) for name in NAMES[:2]]
    out = io.BytesIO()
    scenes[0].save(out, "GIF", save_all=True, append_images=scenes[1:], duration=800)
    reposts = Reposts(in_memory())
    reposts.remember(SightingRef.post(-1, 1), look(out.getvalue()), at=NOW)
    found = best(reposts.find(look(clip(*scenes))))
    assert found.how == "near"
    assert len(found.frames) >= 2


def test_blank_pictures_are_not_all_the_same() -> None:
    reposts = Reposts(in_memory())
    shades = [Image.fromarray(np.full((200, 200, 3), shade, np.uint8)) for shade in (0, 128, 255)]
    for number, shade in enumerate(shades[:2]):
        reposts.remember(SightingRef.post(-1, number), look(saved(shade, "PNG")), at=NOW)
    assert reposts.find(look(saved(shades[2], "PNG"))) == []
