"""Local features and their comparison: what people do to a template must match, what it shares must not."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scenes import photo

from knowledge.reading import Fingerprint, Keypoints
from memebot.vision.fingerprint import MAX_KEYPOINTS, Geometry, fingerprint, keypoints, mirrored, verify
from memebot.vision.fonts import font

Frame = NDArray[np.uint8]
SHA = "00" * 32
WORDS = ("model", "loss", "data", "train", "layer", "why", "again", "deploy", "слой", "данные", "снова", "ошибка")


def drawing(seed: int) -> Frame:
    """A flat drawing: a figure with a face, a house and a few shapes, few colours, dark outlines."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (480, 360), (250, 250, 245))
    draw = ImageDraw.Draw(image)

    def number(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    def colour() -> tuple[int, ...]:
        return tuple(int(v) for v in rng.integers(60, 250, 3))

    for _ in range(4):
        x, y = number(0, 480), number(0, 300)
        corners = [(x + number(-60, 60), y + number(-60, 60)) for _ in range(number(3, 7))]
        draw.polygon(corners, fill=colour(), outline="black", width=4)
    left, top, wide = number(10, 110), number(90, 190), number(90, 170)
    draw.rectangle((left, top, left + wide, 320), fill=colour(), outline="black", width=4)
    roof = [(left - 15, top), (left + number(20, wide), top - number(40, 90)), (left + wide + 15, top)]
    draw.polygon(roof, fill=colour(), outline="black", width=4)
    door = left + number(10, wide - 50)
    draw.rectangle((door, number(top + 30, 290), door + number(20, 45), 320), fill=colour(), outline="black", width=4)
    x, y, across, down = number(310, 400), number(80, 140), number(32, 56), number(32, 60)
    draw.ellipse((x - across, y - down, x + across, y + down), fill=colour(), outline="black", width=4)
    for side in (-1, 1):
        eye, size = x + side * number(12, 24), number(4, 10)
        draw.ellipse((eye - size, y - 18 - size, eye + size, y - 18 + size), fill="white", outline="black", width=3)
        hand = (x + side * number(50, 100), y + number(0, 160))
        draw.line([(x + side * number(5, 25), y + down + 20), hand], fill="black", width=number(4, 10))
    start = number(0, 200)
    draw.arc((x - 20, y - 5, x + 20, y + number(10, 28)), start, start + number(100, 160), fill="black", width=4)
    waist, hem = number(10, 30), number(30, 60)
    body = [(x - waist, y + down), (x + waist, y + down), (x + hem, 330), (x - hem, 330)]
    draw.polygon(body, fill=colour(), outline="black", width=4)
    draw.line((0, 330, 480, 330), fill="black", width=4)
    return np.asarray(image)


def captioned(frame: Frame, top: str, bottom: str) -> Frame:
    """White capitals with a black outline over the picture, as wide as it is."""
    image = Image.fromarray(frame)
    draw = ImageDraw.Draw(image)
    for text, anchor, y in ((top, "ma", 8), (bottom, "md", image.height - 8)):
        size = next(s for s in range(56, 10, -2) if draw.textlength(text, font=font(s, bold=True)) < image.width - 20)
        draw.text(
            (image.width / 2, y),
            text,
            font=font(size, bold=True),
            fill="white",
            stroke_width=3,
            stroke_fill="black",
            anchor=anchor,
        )
    return np.asarray(image)


def tweet(seed: int) -> Frame:
    """One author, one interface; the words and the picture are the seed's."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (520, 560), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((16, 16, 72, 72), fill=(90, 140, 200))
    draw.ellipse((32, 26, 56, 50), fill=(240, 220, 190))
    draw.text((84, 18), "Neural Notes", font=font(22, bold=True), fill="black")
    draw.text((84, 46), "@neural_notes", font=font(18), fill=(110, 120, 130))
    for row in range(3):
        draw.text((16, 88 + 30 * row), " ".join(rng.choice(WORDS, 5)), font=font(21), fill="black")
    image.paste(Image.fromarray(photo(seed + 500, 488, 280)), (16, 186))
    draw.text((16, 480), "8:14 PM · 12 March 2024 · Twitter", font=font(16), fill=(110, 120, 130))
    for column in range(4):
        draw.arc((20 + 130 * column, 516, 48 + 130 * column, 542), 20, 330, fill=(110, 120, 130), width=3)
        draw.text((56 + 130 * column, 518), str(rng.integers(10, 999)), font=font(16), fill=(110, 120, 130))
    return np.asarray(image)


def post(seed: int) -> Frame:
    """One author, one interface with a row of signs, and nothing else but the seed's words."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (620, 360), "white")
    draw = ImageDraw.Draw(image)
    image.paste(Image.fromarray(photo(77, 64, 64)), (24, 20))
    draw.text((100, 24), "Gradient Guru", font=font(24, bold=True), fill="black")
    draw.text((100, 54), "@gradient_guru", font=font(19), fill=(110, 120, 130))
    for row in range(int(rng.integers(2, 5))):
        draw.text((24, 100 + 35 * row), " ".join(rng.choice(WORDS, 5)), font=font(26), fill="black")
    draw.line((24, 286, 596, 286), fill=(110, 120, 130))
    for column in range(5):
        x, y = 40 + 112 * column, 304
        draw.regular_polygon((x + 12, y + 14, 13), 3 + column, rotation=20 * column, outline=(110, 120, 130), width=3)
        draw.line((x - 4, y + 28, x + 6, y + 4 * column, x + 26, y + 26), fill=(110, 120, 130), width=3)
        draw.text((x + 34, y + 2), f"{rng.integers(1, 99)}K", font=font(18), fill=(110, 120, 130))
    return np.asarray(image)


def terminal(seed: int) -> Frame:
    """One window, one prompt, other commands."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (620, 400), (30, 30, 30))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 620, 30), fill=(70, 70, 72))
    for column, colour in enumerate(((255, 95, 86), (255, 189, 46), (39, 201, 63))):
        draw.ellipse((12 + 22 * column, 9, 25 + 22 * column, 22), fill=colour)
    draw.text((240, 7), "user@host: ~/project", font=font(14, mono=True), fill=(210, 210, 210))
    for row in range(16):
        prompt = "user@host:~/project$ " if rng.random() < 0.4 else ""
        text = prompt + " ".join(rng.choice(WORDS, int(rng.integers(1, 5))))
        draw.text((10, 40 + 22 * row), text, font=font(15, mono=True), fill=(220, 220, 220))
    return np.asarray(image)


def comic(seed: int) -> Frame:
    """Three white panels with stick figures in other poses and other words in one lettering."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (620, 260), "white")
    draw = ImageDraw.Draw(image)
    for panel in range(3):
        left = 8 + 204 * panel
        draw.rectangle((left, 8, left + 196, 252), outline="black", width=3)
        for row in range(3):
            text = " ".join(rng.choice(WORDS, 2)).upper()
            draw.text((left + 10, 16 + 18 * row), text, font=font(14, bold=True), fill="black")
        for person in range(2):
            x, y = left + 50 + 90 * person + int(rng.integers(-15, 15)), int(rng.integers(115, 150))
            draw.ellipse((x - 14, y - 14, x + 14, y + 14), outline="black", width=3)
            draw.line((x, y + 14, x, y + 65), fill="black", width=3)
            for side in (-1, 1):
                draw.line((x, y + 65, x + side * int(rng.integers(6, 22)), 250), fill="black", width=3)
                draw.line(
                    (x, y + 28, x + side * int(rng.integers(5, 35)), y + int(rng.integers(15, 60))),
                    fill="black",
                    width=3,
                )
    return np.asarray(image)


def watermarked(seed: int) -> Frame:
    """A site's bar and badge over another picture."""
    image = Image.fromarray(photo(seed))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 332, 210, 360), fill="black")
    draw.text((6, 335), "memes-for-all.com", font=font(18, bold=True), fill="white")
    draw.ellipse((420, 300, 470, 350), fill=(230, 60, 60))
    draw.text((428, 308), "ML", font=font(26, bold=True), fill="white")
    return np.asarray(image)


def same_caption(seed: int) -> Frame:
    return captioned(photo(seed), "ONE DOES NOT SIMPLY", "TRAIN WITHOUT ANY DATA")


def of(frame: Frame) -> Fingerprint:
    return fingerprint(np.ascontiguousarray(frame), SHA)


def found(query: Frame, exemplar: Frame) -> Geometry:
    return verify(of(query), of(exemplar))


def cropped(frame: Frame) -> Frame:
    height, width = frame.shape[:2]
    return frame[int(0.2 * height) : int(0.8 * height), int(0.25 * width) : int(0.85 * width)]


def padded(frame: Frame) -> Frame:
    return np.asarray(cv2.copyMakeBorder(frame, 90, 10, 40, 40, cv2.BORDER_CONSTANT, value=(255, 255, 255)), np.uint8)


def recompressed(frame: Frame) -> Frame:
    _, jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 25])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def rotated(frame: Frame) -> Frame:
    height, width = frame.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 5, 1)
    return np.asarray(cv2.warpAffine(frame, turn, (width, height)), np.uint8)


def halved(frame: Frame) -> Frame:
    return np.asarray(cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


def stretched(frame: Frame) -> Frame:
    return np.asarray(cv2.resize(frame, None, fx=1.25, fy=0.9), np.uint8)


CHANGES = (cropped, padded, recompressed, rotated, halved, stretched)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("template", [photo, drawing])
def test_a_changed_template_is_found(template: Callable[[int], Frame], change: Callable[[Frame], Frame]) -> None:
    frame = template(3)
    geometry = found(change(frame), frame)
    assert geometry.score > 0.5
    assert not geometry.mirrored


@pytest.mark.parametrize("template", [photo, drawing])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_template_is_found_under_another_caption(template: Callable[[int], Frame], seed: int) -> None:
    frame = template(seed)
    query = captioned(frame, "WHEN THE LOSS IS NAN", "НО УЖЕ ПЯТНИЦА")
    assert found(query, frame).score > 0.5
    assert found(query, captioned(frame, "EVERYONE GETS", "A NEURAL NETWORK")).score > 0.5


@pytest.mark.parametrize("template", [photo, drawing])
def test_a_mirrored_template_is_found_and_named_so(template: Callable[[int], Frame]) -> None:
    frame = template(4)
    geometry = found(captioned(frame[:, ::-1], "MIRROR", "ЗЕРКАЛО"), frame)
    assert geometry.score > 0.5
    assert geometry.mirrored


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("template", [photo, drawing])
def test_a_template_turned_by_quarters_is_found_without_a_word(template: Callable[[int], Frame], turns: int) -> None:
    frame = template(4)
    geometry = found(recompressed(np.ascontiguousarray(np.rot90(frame, turns))), frame)
    assert geometry.score > 0.5 and geometry.matrix is not None
    (a, _, _), (c, _, _) = geometry.matrix
    assert -np.degrees(np.arctan2(c, a)) % 360 == pytest.approx(90 * turns, abs=3)
    assert found(np.rot90(frame[:, ::-1], turns), frame).mirrored


def test_other_pictures_are_not_found_in_a_turned_one() -> None:
    known = [of(template(seed)) for template in (photo, drawing) for seed in range(10, 14)]
    turned = [of(np.rot90(template(seed))) for template in (photo, drawing) for seed in range(20, 24)]
    assert max(verify(a, b).score for a in turned for b in known) < 0.3


def test_a_template_is_found_as_one_panel_of_two() -> None:
    frame = photo(5)
    assert found(np.vstack([photo(6), frame]), frame).score > 0.5


@pytest.mark.parametrize("template", [photo, drawing])
def test_other_pictures_are_not_found(template: Callable[[int], Frame]) -> None:
    prints = [of(template(seed)) for seed in range(10, 16)]
    scores = [verify(a, b).score for a in prints for b in prints if a is not b]
    assert max(scores) < 0.3


def test_noise_is_not_found_in_other_noise() -> None:
    first, second = (np.random.default_rng(s).integers(0, 256, (300, 300, 3)).astype(np.uint8) for s in (1, 2))
    assert found(first, second).score < 0.1


@pytest.mark.parametrize(
    "interface", [tweet, terminal, comic, watermarked, same_caption], ids=lambda interface: interface.__name__
)
def test_a_shared_interface_is_not_a_shared_template(interface: Callable[[int], Frame]) -> None:
    prints = [of(interface(seed)) for seed in range(5)]
    scores = [verify(a, b).score for a in prints for b in prints if a is not b]
    assert max(scores) < 0.5


def test_posts_of_one_author_that_hold_nothing_but_words_are_hardly_alike() -> None:
    prints = [of(post(seed)) for seed in range(6)]
    scores = [verify(a, b).score for a in prints for b in prints if a is not b]
    assert max(scores) < 0.6 and np.median(scores) < 0.35


@pytest.mark.parametrize("interface", [tweet, watermarked, same_caption], ids=lambda interface: interface.__name__)
def test_the_same_screenshot_uploaded_again_is_found(interface: Callable[[int], Frame]) -> None:
    frame = interface(1)
    assert found(recompressed(padded(frame)), frame).score > 0.5


EMPTY = {
    "one colour": np.full((200, 300, 3), 200, np.uint8),
    "one pixel": np.zeros((1, 1, 3), np.uint8),
    "a row": np.zeros((1, 400, 3), np.uint8),
    "1 to 60": np.full((1200, 20, 3), 90, np.uint8),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_picture_without_structure_has_no_features_and_matches_nothing(name: str) -> None:
    empty, other = of(EMPTY[name]), of(photo(1))
    assert len(empty.keypoints) == 0
    assert empty.keypoints.descriptors.shape == (0, 128)
    for geometry in (verify(empty, other), verify(other, empty), verify(empty, empty)):
        assert (geometry.inliers, geometry.score, geometry.matrix) == (0, 0.0, None)
        assert geometry.pairs.shape == (0, 4)


def test_a_long_strip_with_structure_is_searched() -> None:
    strip = photo(8, 2400, 40)
    assert 0 < len(keypoints(strip)) <= MAX_KEYPOINTS
    assert max(keypoints(strip).size) <= 640


def test_features_are_as_documented_and_bounded() -> None:
    features = keypoints(same_caption(1))
    assert len(features) == MAX_KEYPOINTS
    assert features.points.dtype == np.float32
    assert features.descriptors.dtype == np.uint8
    assert np.all((features.points >= -1) & (features.points <= features.size))
    lengths = np.linalg.norm(features.descriptors.astype(np.float32), axis=1)
    assert np.allclose(lengths, 512, rtol=0.03)


def test_features_are_spread_over_the_picture_rather_than_over_the_caption() -> None:
    frame = captioned(photo(9), "A LONG CAPTION WITH MANY LETTERS", "ЕЩЁ ОДНА ДЛИННАЯ ПОДПИСЬ")
    features = keypoints(frame)
    middle = np.abs(features.points[:, 1] / features.size[1] - 0.5) < 0.3
    assert middle.mean() > 0.4


def test_a_flat_drawing_has_enough_features() -> None:
    assert min(len(keypoints(drawing(seed))) for seed in range(4)) >= 60


def test_mirrored_features_are_those_of_the_flipped_picture() -> None:
    frame = photo(7)
    permuted, detected = mirrored(keypoints(frame)), keypoints(np.ascontiguousarray(frame[:, ::-1]))
    near = np.abs(permuted.points[:, None] - detected.points).max(axis=2) < 1
    one, other = (f.descriptors.astype(np.float32) / 512 for f in (permuted, detected))
    likeness = np.where(near, one @ other.T, -1).max(axis=1)
    assert np.mean(likeness > 0.97) > 0.85


def test_mirroring_twice_gives_the_features_back() -> None:
    features = keypoints(photo(7))
    twice = mirrored(mirrored(features))
    assert np.allclose(twice.points, features.points)
    assert np.array_equal(twice.descriptors, features.descriptors)


@pytest.mark.parametrize("flip", [False, True])
def test_the_matrix_takes_each_pair_from_the_exemplar_to_the_query(flip: bool) -> None:
    frame = photo(2)
    query = padded(cropped(frame[:, ::-1] if flip else frame))
    geometry = found(query, frame)
    assert geometry.matrix is not None
    assert geometry.mirrored == flip
    assert geometry.pairs.shape == (geometry.inliers, 4)
    there = geometry.pairs[:, 2:] @ geometry.matrix[:, :2].T + geometry.matrix[:, 2]
    assert np.linalg.norm(there - geometry.pairs[:, :2], axis=1).max() < 6


def test_the_same_pair_always_gives_the_same_result() -> None:
    query, exemplar = of(captioned(photo(1), "AGAIN", "И СНОВА")), of(photo(1))
    first = verify(query, exemplar)
    for seed in range(3):
        cv2.setRNGSeed(seed)
        again = verify(query, exemplar)
        assert again.score == first.score
        assert np.array_equal(again.pairs, first.pairs)


def test_a_stored_fingerprint_matches_as_well_as_a_fresh_one() -> None:
    exemplar = of(photo(1))
    stored = Fingerprint.from_bytes(exemplar.to_bytes())
    query = of(captioned(photo(1), "STORED", "СОХРАНЁН"))
    assert verify(query, stored).score == pytest.approx(verify(query, exemplar).score, abs=0.05)


def test_evidence_and_score_stay_in_their_bounds() -> None:
    frame = photo(1)
    geometry = found(frame, frame)
    assert geometry.inliers == len(geometry.pairs)
    assert 0 <= geometry.region <= geometry.cells <= 64
    assert 0 <= geometry.coverage <= 1
    assert 0 <= geometry.lettering <= 1
    assert 0.9 < geometry.score <= 1


def test_damaged_points_are_no_match_and_no_crash() -> None:
    """A fingerprint file is data from elsewhere: every feature in one place, or far outside."""
    good = of(photo(1))
    for points in (np.zeros_like(good.keypoints.points), good.keypoints.points * 1e6):
        bad = Fingerprint(SHA, bytes(32), 0, Keypoints(points, good.keypoints.descriptors, good.keypoints.size))
        assert verify(good, bad).score < 0.5
        assert verify(bad, good).score < 0.5
