"""What happens to a picture on its way through phones: a camera before a screen, a crop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


def cropped(image: Image.Image, box: tuple[int, int, int, int], width: int) -> Image.Image:
    """The box (left, top, right, bottom) of the picture, scaled to ``width``."""
    part = image.crop(box)
    return part.resize((width, round(part.height * width / part.width)), Image.Resampling.LANCZOS)


def photo_of_screen(image: Image.Image, size: tuple[int, int], corners: Corners, seed: int = 7) -> Image.Image:
    """The picture on a monitor as a phone sees it: aslant, soft, with moiré, a vignette and noise.

    ``corners`` say where in the photo of ``size`` the picture's corners lie, clockwise from the top left.
    """
    screen = Image.new("RGB", (image.width + 60, image.height + 60), "#15161a")
    screen.paste(image, (30, 30))
    photo = Image.new("RGB", size, "#3a3531")
    slanted, mask = (
        sheet.transform(
            size,
            Image.Transform.PERSPECTIVE,
            _perspective(corners, image.size, 30),
            Image.Resampling.BICUBIC,
        )
        for sheet in (screen, Image.new("L", screen.size, 255))
    )
    photo.paste(slanted, (0, 0), mask)
    soft = np.asarray(photo.filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float64)
    return Image.fromarray(_camera(soft, np.random.default_rng(seed)))


def _perspective(corners: Corners, size: tuple[int, int], margin: int) -> list[float]:
    """Coefficients for Pillow: from the photo's pixels back to the screen's."""
    width, height = size
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        u, v = u + margin, v + margin
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows, float), np.array(values, float)).tolist()
    return solved


def _camera(pixels: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.uint8]:
    height, width, _ = pixels.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    moire = np.sin(x * 2.05 + y * 0.11) * np.sin(y * 2.11 - x * 0.07)
    bands = np.sin(y * 0.021 + x * 0.004)
    away = np.hypot((x - width / 2) / width, (y - height / 2) / height)
    light = (1.02 - 0.75 * away**2) * (1 + 0.05 * moire + 0.035 * bands)
    tinted = pixels * light[..., None] * np.array([0.93, 0.98, 1.04]) + 6
    noisy = tinted + random.normal(0, 4.5, (height, width, 1)) + random.normal(0, 2.5, pixels.shape)
    pixels8: NDArray[np.uint8] = np.clip(np.round(noisy), 0, 255).astype(np.uint8)
    return pixels8
