"""Training batches: each is made from (seed, step) alone, whichever process makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from memebot.training import glyphs
from memebot.training.glyphs import Emoji, Sprite
from memebot.training.memes import MemeMaker, Thing, fit, stamp
from memebot.training.pictures import TrainingPictures
from memebot.training.vocabulary import CONTEXT, PAD_ID, language_of, sentence, words_to_draw
from memebot.vision.encoder.views import Frame

NO_CONCEPT = -1
ALIKE = 6  # of so many things are the scenes of a batch made: what tells them apart is the arrangement
MAX_DRAWN = 1024  # pages and scenes of one batch: each has a number of its own in the run
_Drawn = tuple[list[Frame], list[int], list[tuple[str, int]]]  # pictures, their concepts, texts with theirs
LENGTH_STEP = 16  # texts are padded to a multiple of so many tokens


@dataclass(frozen=True, slots=True)
class Composition:
    """How many pictures of each kind one batch holds.

    ``plain`` pictures have no name, ``named`` ones have a class, ``pages`` and ``scenes`` are drawn afresh: of each,
    two views are made. ``photos`` (of a class, too), ``words``, ``emoji`` and ``shapes`` are seen once each and
    serve the losses of names and words alone; of the photos, ``described`` ones bring a text along.
    """

    plain: int = 44
    named: int = 14
    pages: int = 12
    scenes: int = 12
    photos: int = 112
    words: int = 64
    emoji: int = 48
    shapes: int = 8
    described: int = 32

    def __post_init__(self) -> None:
        if self.pages + self.scenes > MAX_DRAWN:
            raise ValueError(f"at most {MAX_DRAWN} pages and scenes in a batch: their numbers would be the next one's")


@dataclass(frozen=True, slots=True)
class Stage:
    """From the share ``begins`` of a run's steps on, batches are composed so of pictures of ``side`` pixels."""

    begins: float
    side: int
    batch: Composition = field(default_factory=Composition)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """``images`` uint8 (2p + q + d, side, side, 3): p first views, p second views, q photos, d drawings.

    ``ids`` (p): equal only for the same picture. ``concepts`` (2p + q + d): what a picture shows, or ``NO_CONCEPT``.
    ``tokens`` (t, length): texts, one a described photo or drawing; ``token_concepts`` (t): what they name.
    ``drawings``: d.
    """

    images: Tensor
    ids: Tensor
    concepts: Tensor
    drawings: int
    tokens: Tensor
    token_concepts: Tensor


class Corpus:
    """Everything that batches are made of: pictures, emoji, words and their names."""

    def __init__(self, pictures: TrainingPictures, seed: int) -> None:
        usable = ~pictures.held_back
        self.pictures = pictures
        self.plain = np.flatnonzero(usable & (pictures.labels < 0))
        self.named = np.flatnonzero(usable & (pictures.labels >= 0))
        found, self.missing = glyphs.emoji_with_names()
        drawn = [(one, picture) for one in found if (picture := glyphs.emoji_picture(one.text)) is not None]
        self.emoji: list[Emoji] = [one for one, _ in drawn]
        self.emoji_pictures: list[NDArray[np.uint8]] = [picture for _, picture in drawn]
        names = [*pictures.names, *((one.english, one.russian) for one in self.emoji)]
        self.words, self.held_back_words = words_to_draw(names)
        self._concepts: dict[str, int] = {}
        self.class_concepts = [self._concept(english) for english, _ in pictures.names]
        self.emoji_concepts = [self._concept(one.english) for one in self.emoji]
        self.shape_concepts = {(s, h): self._concept(shape_names(s, h)[0]) for s in glyphs.SHAPES for h in glyphs.HUES}
        self.things = len(self._concepts)  # classes, emoji and shapes come before the words
        self.word_concepts = [self._concept(f"word: {word}") for word in self.words]
        self.maker = MemeMaker(pictures, self.emoji_pictures, self.words, seed)

    def _concept(self, english: str) -> int:
        """The number of a thing that pictures show; things with the same English name are one."""
        return self._concepts.setdefault(english.lower(), len(self._concepts))

    def names_of_things(self) -> list[tuple[int, tuple[str, str]]]:
        """(concept, (English, Russian)) of every class, emoji and shape; a concept may have several."""
        named = list(zip(self.class_concepts, self.pictures.names, strict=True))
        named += [(c, (one.english, one.russian)) for c, one in zip(self.emoji_concepts, self.emoji, strict=True)]
        return named + [(concept, shape_names(*kind)) for kind, concept in self.shape_concepts.items()]

    def emoji_view(self, rng: Random, number: int, side: int) -> Frame:
        """An emoji, worn, on a plain or graded ground or over a blurred picture."""
        if rng.random() < 0.3:
            other = self.pictures[rng.randrange(len(self.pictures))]
            ground = np.asarray(cv2.GaussianBlur(fit(other, side), (0, 0), side / 16), np.uint8)
        else:
            ground = glyphs.gradient(rng, side)
            if rng.random() < 0.6:
                ground[:] = rng.choice(((255, 255, 255), (0, 0, 0), glyphs.random_colour(rng)))
        rgba = self.emoji_pictures[number]
        scale = rng.uniform(0.5, 0.98) * side / max(rgba.shape[:2])
        x = rng.uniform(0, side - rgba.shape[1] * scale)
        y = rng.uniform(0, side - rgba.shape[0] * scale)
        stamp(ground, Sprite(rgba[..., :3].copy(), rgba[..., 3].copy()), (x, y, scale, scale))
        return self.maker.worn(rng, ground)


class Batches(Dataset[Batch]):
    """``self[step]`` is the batch of that step."""

    def __init__(self, corpus: Corpus, stages: list[Stage], seed: int, tokenizer: Path) -> None:
        """``stages[step]``: the stage of that step. ``tokenizer``: the file ``tokenizer.json``."""
        self.corpus, self.stages, self.seed = corpus, stages, seed
        self.tokenizer = tokenizer
        self._encoder: TextEncoder | None = None

    def __len__(self) -> int:
        return len(self.stages)

    def __getitem__(self, step: int) -> Batch:
        cv2.setNumThreads(1)
        rng = Random(f"batch {self.seed} {step}")
        stage, corpus = self.stages[step], self.corpus
        side, wanted = stage.side, stage.batch
        sources, ids, concepts = self._pictures(rng, step, wanted)
        first = [corpus.maker.view(rng, source, side, light=rng.random() < 0.6) for source in sources]
        second = [corpus.maker.view(rng, source, side) for source in sources]
        photos, shown, texts = self._photos(rng, side, wanted)
        drawings, drawn, drawn_texts = self._drawings(rng, side, wanted)
        texts += drawn_texts
        self._encoder = self._encoder or TextEncoder(self.tokenizer)
        return Batch(
            images=torch.from_numpy(np.stack(first + second + photos + drawings)),
            ids=torch.tensor(ids),
            concepts=torch.tensor(concepts + concepts + shown + drawn),
            drawings=len(drawings),
            tokens=self._encoder([text for text, _ in texts]),
            token_concepts=torch.tensor([concept for _, concept in texts], dtype=torch.long),
        )

    def _pictures(self, rng: Random, step: int, wanted: Composition) -> tuple[list[Frame], list[int], list[int]]:
        """Pictures, their ids and their concepts."""
        corpus = self.corpus
        plain, named = corpus.plain.tolist(), corpus.named.tolist()
        spare = wanted.plain + wanted.named
        take_plain = min(len(plain), max(wanted.plain, spare - len(named)))
        take_named = min(len(named), spare - take_plain)
        chosen = rng.sample(plain, take_plain) + rng.sample(named, take_named)
        labels = corpus.pictures.labels[chosen].tolist()
        concepts = [corpus.class_concepts[label] if label >= 0 else NO_CONCEPT for label in labels]
        things: list[Thing] = rng.sample(list(corpus.shape_concepts), ALIKE)
        if corpus.maker.stickers:
            things[ALIKE // 2 :] = rng.sample(corpus.maker.stickers, min(len(corpus.maker.stickers), ALIKE // 2))
        drawn = [corpus.maker.page(rng) for _ in range(wanted.pages)]
        drawn += [corpus.maker.scene(rng, things) for _ in range(wanted.scenes)]
        drawn_ids = [-1 - (step * MAX_DRAWN + number) for number in range(len(drawn))]
        sources = [corpus.pictures[index] for index in chosen] + drawn
        return sources, chosen + drawn_ids, concepts + [NO_CONCEPT] * len(drawn)

    def _photos(self, rng: Random, side: int, wanted: Composition) -> _Drawn:
        """Photos of classes as they are, cut a little, and what the first ones show in words."""
        corpus = self.corpus
        chosen = rng.sample(corpus.named.tolist(), min(len(corpus.named), wanted.photos))
        labels = corpus.pictures.labels[chosen].tolist()
        concepts = [corpus.class_concepts[label] for label in labels]
        said = [_said(rng, corpus.pictures.names[label]) for label in labels[: wanted.described]]
        images = [corpus.maker.photo(rng, corpus.pictures[index], side) for index in chosen]
        return images, concepts, list(zip(said, concepts, strict=False))

    def _drawings(self, rng: Random, side: int, wanted: Composition) -> _Drawn:
        corpus = self.corpus
        images: list[Frame] = []
        concepts: list[int] = []
        texts: list[tuple[str, int]] = []
        for _ in range(wanted.words if corpus.words else 0):
            number = rng.randrange(len(corpus.words))
            word, language = corpus.words[number], language_of(corpus.words[number])
            images.append(corpus.maker.worn(rng, glyphs.written(rng, word, side)))
            concepts.append(corpus.word_concepts[number])
            texts.append((sentence(rng, language, word, word=True), concepts[-1]))
        for _ in range(wanted.emoji if corpus.emoji else 0):
            number = rng.randrange(len(corpus.emoji))
            one = corpus.emoji[number]
            images.append(corpus.emoji_view(rng, number, side))
            concepts.append(corpus.emoji_concepts[number])
            texts.append((_said(rng, (one.english, one.russian)), concepts[-1]))
        for _ in range(wanted.shapes):
            name, hue = rng.choice(list(glyphs.SHAPES)), rng.choice(list(glyphs.HUES))
            images.append(corpus.maker.worn(rng, glyphs.shape(rng, name, hue, side)))
            concepts.append(corpus.shape_concepts[name, hue])
            texts.append((_said(rng, shape_names(name, hue)), concepts[-1]))
        return [fit(image, side) for image in images], concepts, texts


class TextEncoder:
    """Texts to padded ids, in steps of ``LENGTH_STEP`` so that few lengths occur; the ids of open_clip's tokenizer."""

    def __init__(self, path: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.enable_truncation(CONTEXT)

    def __call__(self, texts: list[str]) -> Tensor:
        ids = [self._tokenizer.encode(text).ids for text in texts]
        length = min(CONTEXT, -(-max((len(row) for row in ids), default=1) // LENGTH_STEP) * LENGTH_STEP)
        padded = np.full((len(ids), length), PAD_ID, np.int64)
        for row, tokens in zip(padded, ids, strict=True):
            row[: len(tokens)] = tokens
        return torch.from_numpy(padded)


def shape_names(shape: str, hue: str) -> tuple[str, str]:
    """What a drawn shape is called in English and in Russian."""
    return f"{shape}, {hue}", f"{glyphs.SHAPES[shape]}, {glyphs.HUES[hue][0]}"


def _said(rng: Random, names: tuple[str, str]) -> str:
    """A sentence with the name, in either language."""
    language = rng.randrange(2)
    return sentence(rng, ("en", "ru")[language], names[language])
