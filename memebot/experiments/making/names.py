"""Names as the bundled encoder understands them: made once, so that no experiment waits for its text tower."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import memebot.training
from memebot.experiments.drawn.sketches import NAMES, drawn_sketches
from memebot.experiments.encoder import bundled
from memebot.experiments.model import Array
from memebot.experiments.networks.features import on_paper
from memebot.experiments.networks.layers import Weights
from memebot.training.vocabulary import SENTENCES

_CALLED = {
    "smile": ("smiling face", "улыбающееся лицо"),
    "sad": ("frowning face", "хмурое лицо"),
    "cat": ("cat face", "морда кота"),
    "cup": ("hot beverage", "горячий напиток"),
    "car": ("automobile", "автомобиль"),
    "boat": ("sailboat", "парусник"),
    "graph": ("line chart", "график"),
    "lightning": ("high voltage", "молния"),
    "moon": ("crescent moon", "полумесяц"),
    "circle": ("ring", "кольцо"),
    "house": ("house", "дом"),
    "tree": ("tree", "дерево"),
}
"""What the encoder was taught to call a thing, where that is another word."""


def names() -> tuple[dict[str, Weights], dict[str, float]]:
    """Vectors of the names of 200 photos and of our sketches, with how often the encoder names a sketch rightly."""
    rows = list(csv.DictReader((Path(memebot.training.__file__).parent / "photo_names.csv").open(encoding="utf-8")))
    photos = [(row["en"], row["ru"]) for row in rows]
    sketches = [_CALLED.get(name, (name,)) for name in NAMES]
    made: Weights = {
        "photos": _vectors(photos),
        "photos-en": np.array([english for english, _ in photos]),
        "photos-ru": np.array([russian for _, russian in photos]),
        "sketches": _vectors(sketches),
    }
    pictures, which = drawn_sketches(np.random.default_rng(1), 400)
    seen = np.stack([views[0] for views in bundled().embed_images([on_paper(one) for one in pictures])])
    right = float(((seen @ made["sketches"].astype(np.float32).T).argmax(1) == which).mean())
    return {"names": made}, {"clip sketches drawn": round(right, 3)}


def _vectors(names: Sequence[tuple[str, ...]]) -> Array:
    """A unit row a thing, the mean over all sentences and both languages, float16."""
    texts = [
        [
            form.format(name)
            for lang, name in zip(("en", "ru"), both, strict=False)
            for form in dict.fromkeys(SENTENCES[lang])
        ]
        for both in names
    ]
    vectors = bundled().embed_texts([text for group in texts for text in group])
    groups = np.split(vectors, np.cumsum([len(group) for group in texts])[:-1])
    means = np.stack([group.mean(0) for group in groups])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float16)
