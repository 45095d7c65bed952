"""Training of networks that name a small picture, in torch; what runs later is ``networks.layers``, in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from memebot.experiments.model import Array
from memebot.experiments.networks.layers import Weights

Progress = Callable[[str, int, int], None]
Batches = Callable[[np.random.Generator], tuple[Array, Array]]
"""Draws pictures float32 (n, channels, side, side) and their classes (n,), new ones with every call."""


class SmallPerceptron(nn.Module):
    """One hidden layer; runs as ``layers.mlp``."""

    def __init__(self, inputs: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.out = nn.Linear(hidden, classes)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.out(torch.relu(self.hidden(x.flatten(1))))
        return scores


class SmallConvNet(nn.Module):
    """3×3 convolutions, each followed by pooling, then a perceptron; runs as ``layers.cnn``."""

    def __init__(self, channels: Sequence[int], side: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(inputs, outputs, 3, padding=1) for inputs, outputs in pairwise(channels))
        side >>= len(self.convs)
        self.hidden = nn.Linear(channels[-1] * side * side, hidden)
        self.out = nn.Linear(hidden, classes)

    def forward(self, x: Tensor) -> Tensor:
        for conv in self.convs:
            x = torch.max_pool2d(torch.relu(conv(x)), 2)
        scores: Tensor = self.out(torch.relu(self.hidden(x.flatten(1))))
        return scores


@dataclass(frozen=True, slots=True)
class LearningPlan:
    """How long a network learns: ``rounds`` times a set is drawn and gone through ``epochs`` times."""

    rounds: int
    epochs: int = 2
    rate: float = 2e-3
    batch: int = 64


def train(
    networks: Sequence[nn.Module], draw: Batches, schedule: LearningPlan, seed: int, progress: Progress
) -> list[Weights]:
    """Train networks on the same pictures; the weights of each, float16. The same seed gives the same weights."""
    rng = np.random.default_rng(seed)
    optimisers = [torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=1e-3) for network in networks]
    for number in range(schedule.rounds):
        progress("pictures drawn", number, schedule.rounds)
        for pictures, classes in _batches(rng, *draw(rng), schedule):
            rate = schedule.rate * (1 - number / schedule.rounds) + 1e-5
            for network, optimiser in zip(networks, optimisers, strict=True):
                optimiser.param_groups[0]["lr"] = rate
                loss = nn.functional.cross_entropy(network(pictures), classes, label_smoothing=0.05)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
    return [halved(network) for network in networks]


def halved(network: nn.Module) -> Weights:
    """Its weights as they ship: float16 by torch's names."""
    return {name: values.detach().numpy().astype(np.float16) for name, values in network.state_dict().items()}


def _batches(
    rng: np.random.Generator, pictures: Array, classes: Array, schedule: LearningPlan
) -> Iterator[tuple[Tensor, Tensor]]:
    for _ in range(schedule.epochs):
        order = rng.permutation(len(pictures))
        for start in range(0, len(order), schedule.batch):
            chosen = order[start : start + schedule.batch]
            yield torch.from_numpy(pictures[chosen]), torch.from_numpy(classes[chosen])
