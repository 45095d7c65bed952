"""How good an encoder is on labelled pictures: what its model card says is measured here."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from knowledge.likeness import likeness, ordinary
from memebot.vision.training import glyphs
from memebot.vision.training.bank import Embedder
from memebot.vision.training.batches import Corpus
from memebot.vision.training.pictures import TrainingDataError, decode
from memebot.vision.training.vocabulary import SENTENCES, WORD_SENTENCES, language_of
from memebot.vision.views import EXEMPLAR_VIEWS, VIEWS, Frame

FALSE_ALARMS = 0.01  # the share of distractors that may score above the threshold


@dataclass(frozen=True, slots=True)
class Retrieval:
    """One kind of query. ``first``, ``five``: the right template is first, among the first five. ``recall``: it
    is first and above the threshold that one distractor in a hundred passes."""

    queries: int
    first: float
    five: float
    recall: float


@dataclass(frozen=True, slots=True)
class ZeroShot:
    """Naming held-back pictures among ``choices`` names, by language; ``top1``, ``top5`` are shares."""

    pictures: int
    choices: int
    top1: Mapping[str, float]
    top5: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Pictures with their kind (``template``, ``distractor`` or a kind of query) and label."""

    frames: list[Frame]
    kinds: NDArray[np.str_]
    labels: NDArray[np.str_]


def read_labelled(formats: Path, distractors: Path) -> Labelled:
    """Two folders with ``labels.csv``: ``path,kind,label`` for templates and queries; ``path`` for distractors.

    Raises ``TrainingDataError`` for a missing table or an unreadable picture.
    """
    rows = [(formats / r["path"], r["kind"], r["label"]) for r in _table(formats)]
    rows += [(distractors / r["path"], "distractor", "") for r in _table(distractors)]
    frames = []
    for path, _, _ in rows:
        frame = decode(path.read_bytes())
        if frame is None:
            raise TrainingDataError(path, "not a picture that can be read")
        frames.append(frame)
    return Labelled(frames, np.array([kind for _, kind, _ in rows]), np.array([label for _, _, label in rows]))


def _table(folder: Path) -> list[dict[str, str]]:
    path = folder / "labels.csv"
    if not path.is_file():
        raise TrainingDataError(path, "no such table")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def embed(encoder: Embedder, labelled: Labelled) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """All pictures as they are asked about, and the templates as exemplars: unit rows (pictures, views, dim)."""
    known = [frame for frame, kind in zip(labelled.frames, labelled.kinds, strict=True) if kind == "template"]
    return encoder.views(labelled.frames, VIEWS), encoder.views(known, EXEMPLAR_VIEWS)


def retrieval(
    asked: NDArray[np.float32], known: NDArray[np.float32], labelled: Labelled, bank: NDArray[np.float32]
) -> dict[str, Retrieval]:
    """Per kind of query, as the search scores it. ``asked`` and ``known``: what ``embed`` gives, or some of their
    views; an empty ``bank`` leaves the cosines as they are."""
    templates, distractors = labelled.kinds == "template", labelled.kinds == "distractor"
    usual = ordinary(known, bank)
    scores = np.stack([likeness(one, ordinary(one, bank), known, usual) for one in asked])
    alarms = np.sort(scores[distractors].max(1))
    threshold = alarms[-(int(FALSE_ALARMS * len(alarms)) + 1)]
    names = labelled.labels[templates]
    result = {}
    for kind in sorted(set(labelled.kinds.tolist()) - {"template", "distractor"}):
        chosen = labelled.kinds == kind
        order = np.argsort(-scores[chosen], axis=1, kind="stable")
        right = names[order] == labelled.labels[chosen][:, None]
        loud = scores[chosen].max(1) > threshold
        result[kind] = Retrieval(
            int(chosen.sum()),
            float(right[:, 0].mean()),
            float(right[:, :5].any(1).mean()),
            float((right[:, 0] & loud).mean()),
        )
    return result


def zero_shot(encoder: Embedder, corpus: Corpus) -> ZeroShot:
    """Name the held-back photos of each class by the nearest class name, each name put into all sentences."""
    pictures = corpus.pictures
    held = np.flatnonzero(pictures.held_back)
    images = encoder.views([pictures[int(index)] for index in held])[:, 0]
    top1, top5 = {}, {}
    for column, language in enumerate(("en", "ru")):
        names = [pair[column] for pair in pictures.names]
        prompts = [[form.format(name) for form in dict.fromkeys(SENTENCES[language])] for name in names]
        texts = _prompted(encoder, prompts)
        order = np.argsort(-images @ texts.T, axis=1)
        right = order == pictures.labels[held][:, None]
        top1[language], top5[language] = float(right[:, 0].mean()), float(right[:, :5].any(1).mean())
    return ZeroShot(len(held), len(pictures.names), top1, top5)


def words_recall(encoder: Embedder, words: Sequence[str], seed: int = 0) -> dict[int, float]:
    """Text → picture: the share of words whose own picture is among the best 1, 5, 10 of one picture a word."""
    rng = Random(f"words {seed}")
    images = encoder.views([glyphs.written(rng, word, 128) for word in words])[:, 0]
    forms = [dict.fromkeys(WORD_SENTENCES[language_of(word)]) for word in words]
    texts = _prompted(encoder, [[form.format(word) for form in f] for f, word in zip(forms, words, strict=True)])
    order = np.argsort(-texts @ images.T, axis=1)
    right = order == np.arange(len(words))[:, None]
    return {best: float(right[:, :best].any(1).mean()) for best in (1, 5, 10)}


def _prompted(encoder: Embedder, prompts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """One unit row per group of texts: the mean of theirs."""
    groups: dict[int, list[int]] = defaultdict(list)
    flat: list[str] = []
    for number, texts in enumerate(prompts):
        groups[number] = list(range(len(flat), len(flat) + len(texts)))
        flat += texts
    vectors = encoder.texts(flat)
    means = np.stack([vectors[groups[number]].mean(0) for number in range(len(prompts))])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)
