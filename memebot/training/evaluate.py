"""How good an encoder is on labelled pictures: what its model card says is measured here."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import unit
from knowledge.search.similarity import bank_scores, similarities
from memebot.training import glyphs
from memebot.training.bank import Embedder
from memebot.training.batches import Corpus, shape_names
from memebot.training.folder import DIM, SIDE
from memebot.training.pictures import TrainingDataError, TrainingPictures, decode, open_pictures
from memebot.training.vocabulary import SENTENCES, WORD_SENTENCES, language_of
from memebot.vision.encoder.views import EXEMPLAR_VIEWS, VIEWS, Frame

FALSE_ALARMS = 0.01  # the share of distractors that may score above the threshold
NO_BANK = np.zeros((0, DIM), np.float32)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """One kind of query. ``first``, ``five``: the right template is first, among the first five. ``recall``: it
    is first and above the threshold that one distractor in a hundred passes."""

    queries: int
    first: float
    five: float
    recall: float


@dataclass(frozen=True, slots=True)
class Naming:
    """Pictures named by the nearest of ``choices`` names; per language, the share of those whose right name is among
    the best 1, 5, 10 (by chance 1, 5, 10 / ``choices``)."""

    pictures: int
    choices: int
    english: Mapping[int, float]
    russian: Mapping[int, float]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSet:
    """Pictures with their kind (``template``, ``distractor`` or a kind of query) and label."""

    frames: list[Frame]
    kinds: NDArray[np.str_]
    labels: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Measured:
    """What ``measure`` found. ``retrieval``: by way of comparing and by kind of query. ``words``: of words that were
    trained on and of words that were held back, how many and the share found among the best 1, 5, 10."""

    retrieval: Mapping[str, Mapping[str, Retrieval]]
    naming: Mapping[str, Naming]
    words: Mapping[str, tuple[int, Mapping[int, float]]]


def measure(
    encoder: Path,
    sources: Sequence[Path],
    cache: Path,
    labelled: tuple[Path, Path] | None = None,
    *,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Measured:
    """Everything that a model card says of an encoder like the bundled one.

    ``encoder``: its folder. ``sources``: the pictures that it was trained on, of which the held-back ones are named;
    they are decoded into ``cache``. ``labelled``: folders of formats and of distractors, as ``read_labelled`` takes
    them; without them nothing is retrieved. Raises ``TrainingDataError``.
    """
    corpus = Corpus(open_pictures(sources, cache), seed)
    embedder = Embedder(encoder)
    trained = Random(f"words {seed}").sample(corpus.words, min(len(corpus.words), len(corpus.held_back_words)))
    naming: dict[str, Naming] = {}
    words: dict[str, tuple[int, Mapping[int, float]]] = {}
    found: dict[str, dict[str, Retrieval]] = {}
    tasks: list[tuple[str, Callable[[], None]]] = [
        ("shapes", lambda: naming.update({"shapes": shapes(embedder, seed)})),
        ("words", lambda: words.update({"trained on": (len(trained), words_recall(embedder, trained, seed))})),
    ]
    if corpus.held_back_words:
        held = corpus.held_back_words
        tasks.append(("words", lambda: words.update({"held back": (len(held), words_recall(embedder, held, seed))})))
    if corpus.emoji:
        tasks.append(("emoji", lambda: naming.update({"emoji": emoji(embedder, corpus, seed)})))
    if corpus.pictures.held_back.any():
        tasks.append(("photos", lambda: naming.update({"photos": photos(embedder, corpus.pictures)})))
    if labelled is not None:
        tasks.append(("templates", lambda: found.update(_retrievals(embedder, encoder, *labelled))))
    for number, (name, task) in enumerate(tasks):
        if progress is not None:
            progress(name, number, len(tasks))
        task()
    return Measured(found, naming, words)


def _retrievals(embedder: Embedder, encoder: Path, formats: Path, distractors: Path) -> dict[str, dict[str, Retrieval]]:
    """The four ways of comparing: all of a picture or its parts as well, as they are or against the bank."""
    labelled = read_labelled(formats, distractors)
    asked, known = embed(embedder, labelled)
    with np.load(encoder / "bank.npz") as archive:
        bank = archive["vectors"].astype(np.float32)
    return {
        "whole": retrieval(asked[:, :1], known[:, :1], labelled, NO_BANK),
        "all views": retrieval(asked, known, labelled, NO_BANK),
        "whole, normalised": retrieval(asked[:, :1], known[:, :1], labelled, bank),
        "all views, normalised": retrieval(asked, known, labelled, bank),
    }


def read_labelled(formats: Path, distractors: Path) -> LabelledSet:
    """Two folders with ``labels.csv``: ``path,kind,label`` for templates and queries; ``path`` for distractors.

    Raises ``TrainingDataError`` for a missing table or an unreadable picture.
    """
    rows = [(formats / r["path"], r["kind"], r["label"]) for r in _table(formats, "path", "kind", "label")]
    rows += [(distractors / r["path"], "distractor", "") for r in _table(distractors, "path")]
    for folder, kind in ((formats, "template"), (distractors, "distractor")):
        if not any(found == kind for _, found, _ in rows):
            raise TrainingDataError(folder / "labels.csv", f"no {kind} in it")
    frames = []
    for path, _, _ in rows:
        frame = decode(path.read_bytes())
        if frame is None:
            raise TrainingDataError(path, "not a picture that can be read")
        frames.append(frame)
    return LabelledSet(frames, np.array([kind for _, kind, _ in rows]), np.array([label for _, _, label in rows]))


def _table(folder: Path, *columns: str) -> list[dict[str, str]]:
    path = folder / "labels.csv"
    if not path.is_file():
        raise TrainingDataError(path, "no such table")
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if missing := [column for column in columns if column not in (table.fieldnames or ())]:
            raise TrainingDataError(path, f"no column {', '.join(missing)}")
        return list(table)


def embed(encoder: Embedder, labelled: LabelledSet) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """All pictures as they are asked about, and the templates as exemplars: unit rows (pictures, views, dim)."""
    known = [frame for frame, kind in zip(labelled.frames, labelled.kinds, strict=True) if kind == "template"]
    return encoder.views(labelled.frames, VIEWS), encoder.views(known, EXEMPLAR_VIEWS)


def retrieval(
    asked: NDArray[np.float32], known: NDArray[np.float32], labelled: LabelledSet, bank: NDArray[np.float32]
) -> dict[str, Retrieval]:
    """Per kind of query, as the search scores it. ``asked`` and ``known``: what ``embed`` gives, or some of their
    views; an empty ``bank`` leaves the cosines as they are."""
    templates, distractors = labelled.kinds == "template", labelled.kinds == "distractor"
    usual = bank_scores(known, bank)
    scores = np.stack([similarities(one, bank_scores(one, bank), known, usual) for one in asked])
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


def photos(encoder: Embedder, pictures: TrainingPictures) -> Naming:
    """Zero-shot: the held-back photos, named among the names of all classes."""
    held = np.flatnonzero(pictures.held_back)
    return _naming(encoder, [pictures[int(index)] for index in held], pictures.labels[held], pictures.names)


def emoji(encoder: Embedder, corpus: Corpus, seed: int = 0) -> Naming:
    """Each emoji drawn once, named among the names of all; all were trained on."""
    rng = Random(f"emoji {seed}")
    drawn = [corpus.emoji_view(rng, number, SIDE) for number in range(len(corpus.emoji))]
    return _naming(encoder, drawn, np.arange(len(drawn)), [(one.english, one.russian) for one in corpus.emoji])


def shapes(encoder: Embedder, seed: int = 0, each: int = 5) -> Naming:
    """``each`` drawings of each shape in each colour, named among the names of all; all were trained on."""
    rng = Random(f"shapes {seed}")
    kinds = [(shape, hue) for shape in glyphs.SHAPES for hue in glyphs.HUES]
    drawn = [glyphs.shape(rng, *kind, SIDE) for kind in kinds for _ in range(each)]
    return _naming(encoder, drawn, np.repeat(np.arange(len(kinds)), each), [shape_names(*kind) for kind in kinds])


def _naming(
    encoder: Embedder, frames: Sequence[Frame], right: NDArray[np.integer], names: Sequence[tuple[str, str]]
) -> Naming:
    """``right[i]``: the number of the name of ``frames[i]``. Each name is put into all sentences."""
    images = encoder.views(frames)[:, 0]
    shares = []
    for column, language in enumerate(("en", "ru")):
        forms = dict.fromkeys(SENTENCES[language])
        texts = _prompted(encoder, [[form.format(pair[column]) for form in forms] for pair in names])
        shares.append(_among_best(images @ texts.T, right))
    return Naming(len(frames), len(names), *shares)


def _among_best(scores: NDArray[np.float32], right: NDArray[np.integer]) -> dict[int, float]:
    """The share of rows whose ``right`` column is among their best 1, 5, 10."""
    hit = np.argsort(-scores, axis=1, kind="stable") == right[:, None]
    return {best: float(hit[:, :best].any(1).mean()) for best in (1, 5, 10)}


def words_recall(encoder: Embedder, words: Sequence[str], seed: int = 0) -> dict[int, float]:
    """Text → picture: the share of words whose own picture is among the best 1, 5, 10 of one picture a word."""
    rng = Random(f"words {seed}")
    images = encoder.views([glyphs.written(rng, word, SIDE) for word in words])[:, 0]
    forms = [dict.fromkeys(WORD_SENTENCES[language_of(word)]) for word in words]
    texts = _prompted(encoder, [[form.format(word) for form in f] for f, word in zip(forms, words, strict=True)])
    return _among_best(texts @ images.T, np.arange(len(words)))


def _prompted(encoder: Embedder, prompts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """One unit row per group of texts: the mean of theirs."""
    vectors = encoder.texts([text for texts in prompts for text in texts])
    groups = np.split(vectors, np.cumsum([len(texts) for texts in prompts])[:-1])
    return unit(np.stack([group.mean(0) for group in groups]))
