"""Training of the networks that read and write characters: sums, products, and the style of the base."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from knowledge.reading import Lang
from memebot.experiments.making.classifiers import Progress, halved
from memebot.experiments.model import Array
from memebot.experiments.networks.corpus import ALPHABETS, corpus
from memebot.experiments.networks.layers import Weights
from memebot.experiments.networks.sequences import ARITHMETIC

log = logging.getLogger(__name__)

TASK_WIDTH = 160
STYLE_WIDTH = 224
HELD_BACK = 0.2
"""The share of tasks, and of the end of the base's text, that no network sees."""
_STYLE_HELD_BACK = 0.05
_WINDOW, _ROWS = 96, 64
_BEGINS_ANEW = 0.2  # the share of windows that are read without what came before


class SmallRecurrentNet(nn.Module):
    """Runs as ``networks.sequences.CharacterNetwork``."""

    def __init__(self, alphabet: int, width: int) -> None:
        super().__init__()
        self.alphabet = alphabet
        self.gru = nn.GRU(alphabet, width, batch_first=True)
        self.out = nn.Linear(width, alphabet)

    def forward(self, characters: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Characters (n, length) as numbers → scores (n, length, alphabet) of what comes next, and the last state."""
        states, state = self.gru(nn.functional.one_hot(characters, self.alphabet).float(), state)
        return self.out(states), state


def tasks(sign: str, solve: Callable[[int, int], int]) -> list[str]:
    """All 10,000 tasks of two numbers below 100 with their solutions, ``17+38=55.``, in the order of the numbers."""
    return [f"{a}{sign}{b}={solve(a, b)}." for a in range(100) for b in range(100)]


def seen_tasks(count: int, seed: int) -> Array:
    """Which of the tasks are learnt from: bool (count,)."""
    return np.random.default_rng(seed).random(count) >= HELD_BACK


def arithmetic(texts: Sequence[str], seed: int, steps: int, progress: Progress) -> Weights:
    """A network that continues ``17+38=``. Weights, and ``seen``: the tasks that it learnt from, as packed bits."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = SmallRecurrentNet(len(ARITHMETIC), TASK_WIDTH)
    seen = seen_tasks(len(texts), seed)
    numbers, asked = _encoded(texts)
    chosen = np.flatnonzero(seen)

    def loss() -> Tensor:
        rows = torch.from_numpy(rng.choice(chosen, 256))
        scores, _ = network(numbers[rows, :-1].clamp(min=0))
        wanted = torch.where(asked[rows], numbers[rows, 1:], -1)
        return nn.functional.cross_entropy(scores.transpose(1, 2), wanted, ignore_index=-1)

    _optimise(network, loss, steps, 4e-3, progress)
    return {**halved(network), "seen": np.packbits(seen)}


def style(lang: Lang, seed: int, steps: int, progress: Progress) -> tuple[Weights, float]:
    """A network that writes like the base, and how many bits a character of text that it never saw costs it."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    alphabet = ALPHABETS[lang]
    numbers = torch.tensor([alphabet.index(one) for one in corpus(lang)])
    cut = int(len(numbers) * (1 - _STYLE_HELD_BACK))
    network = SmallRecurrentNet(len(alphabet), STYLE_WIDTH)
    starts = torch.from_numpy(rng.integers(0, cut - 1, _ROWS))
    state = torch.zeros(1, _ROWS, STYLE_WIDTH)

    def loss() -> Tensor:
        nonlocal starts, state
        windows = (starts[:, None] + torch.arange(_WINDOW + 1)) % cut
        starts = (starts + _WINDOW) % cut  # the rows read on where they stopped
        text = numbers[windows]
        kept = torch.from_numpy(rng.random(_ROWS) >= _BEGINS_ANEW)  # else it never learns to begin
        scores, after = network(text[:, :-1], state * kept[:, None])
        state = after.detach()
        return nn.functional.cross_entropy(scores.transpose(1, 2), text[:, 1:])

    _optimise(network, loss, steps, 4e-3, progress)
    with torch.no_grad():
        rest = numbers[cut:]
        rest = rest[: len(rest) // 200 * 200].reshape(-1, 200)
        scores, _ = network(rest[:, :-1])
        nats = nn.functional.cross_entropy(scores.transpose(1, 2), rest[:, 1:])
    return halved(network), round(float(nats / np.log(2)), 2)


def _optimise(network: nn.Module, loss: Callable[[], Tensor], steps: int, rate: float, progress: Progress) -> None:
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps, pct_start=0.1)
    for step in range(steps):
        if step % 50 == 0:
            progress("steps", step, steps)
        optimiser.zero_grad()
        value = loss()
        log.debug("step %d: loss %.3f", step, float(value.detach()))
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()


def _encoded(texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Texts as numbers (n, longest), -1 behind their end, and which of what follows is to be learnt: the answers."""
    longest = max(map(len, texts))
    numbers = np.full((len(texts), longest), -1)
    asked = np.zeros((len(texts), longest - 1), bool)
    for row, text in enumerate(texts):
        numbers[row, : len(text)] = [ARITHMETIC.index(one) for one in text]
        asked[row, text.index("=") : len(text) - 1] = True
    return torch.from_numpy(numbers), torch.from_numpy(asked)
