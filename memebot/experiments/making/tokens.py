"""The pieces that texts fall into, learnt from the base's explanations in both languages."""

from __future__ import annotations

from knowledge.reading import LANGS
from memebot.experiments.networks.corpus import corpus
from memebot.experiments.networks.layers import Weights
from memebot.experiments.words.pieces import packed


def tokens() -> tuple[dict[str, Weights], dict[str, float]]:
    """The vocabulary. Half a minute, and nothing in it is left to chance; there is nothing to measure."""
    return {"tokens": packed([corpus(lang) for lang in LANGS])}, {}
