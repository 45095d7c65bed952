"""The picture of a format's roles: whatever is kept of the exemplar, each role has its number and its name."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageChops
from scenes import photo

from knowledge.entry.fields import blank
from knowledge.entry.model import Entry, FormatRole
from knowledge.reading import Keypoints
from memebot.vision.fingerprint import keypoints
from memebot.vision.role_sheet import draw_roles

ROLES = (
    FormatRole("rejected", (0.5, 0.0, 1.0, 0.5), {"ru": "что нет", "en": "what not"}),
    FormatRole("preferred", (0.5, 0.5, 1.0, 1.0), {"ru": "что да", "en": "what instead"}),
)
FORM = replace(blank("format", "drake"), roles=ROLES)


def drawn(entry: Entry = FORM, exemplar: bytes | Keypoints | None = None, lang: str = "en") -> Image.Image:
    return Image.open(io.BytesIO(draw_roles(entry, exemplar, lang)))  # type: ignore[arg-type]


def differ(one: Image.Image, other: Image.Image) -> bool:
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


def png(frame: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(frame).save(out, "PNG")
    return out.getvalue()


def test_the_exemplar_is_shown_or_its_features_or_an_empty_page() -> None:
    frame = photo(1)
    sheets = [drawn(exemplar=exemplar) for exemplar in (png(frame), keypoints(frame), None)]
    assert all(differ(a, b) for a in sheets for b in sheets if a is not b)
    assert drawn(exemplar=b"no picture").size[0] > 0


def test_each_role_is_drawn_where_it_is_and_named_in_the_language_asked_for() -> None:
    assert differ(drawn(), drawn(replace(FORM, roles=ROLES[:1])))
    moved = (replace(ROLES[0], box=(0.0, 0.0, 0.5, 0.5)), ROLES[1])
    assert differ(drawn(), drawn(replace(FORM, roles=moved)))
    assert differ(drawn(lang="en"), drawn(lang="ru"))


@pytest.mark.parametrize("box", [(0.0, 0.0, 0.0, 0.0), (-3.0, 2.0, 7.0, 1.0), (0.9, 0.9, 0.1, 0.1)])
def test_a_draft_with_a_wrong_box_is_drawn_all_the_same(box: tuple[float, float, float, float]) -> None:
    assert drawn(replace(FORM, roles=(replace(ROLES[0], box=box), ROLES[1]))).width > 100


def test_rows_are_shown_as_a_direction() -> None:
    down, across = (drawn(replace(FORM, roles=(), rows=rows)) for rows in ("down", "across"))
    assert differ(down, across)
