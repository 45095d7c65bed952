"""A fully connected network of a few dozen neurons in NumPy, trained by Adam: what fits in a second."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
"""One example a row."""


class SmallNet:
    """Layers of tanh under a softmax. ``widths``: inputs, neurons of each hidden layer, classes.

    ``reach``: how steep the first layer begins; a steep one draws finer boundaries.
    """

    def __init__(self, widths: Sequence[int], rng: np.random.Generator, *, reach: float = 1.0) -> None:
        pairs = list(pairwise(widths))
        self._weights = [rng.standard_normal(pair) / np.sqrt(pair[0]) for pair in pairs]
        self._weights[0] *= reach
        self._biases = [np.zeros(width) for width in widths[1:]]
        if len(pairs) > 1:
            self._biases[0] = rng.standard_normal(widths[1]) * reach
        self._moments = [(np.zeros_like(p), np.zeros_like(p)) for p in self._parameters()]
        self._steps = 0

    def _parameters(self) -> list[Rows]:
        return [*self._weights, *self._biases]

    def logits(self, rows: Rows) -> Rows:
        """What each class speaks for, (rows, classes)."""
        return self._forward(rows)[-1]

    def probabilities(self, rows: Rows) -> Rows:
        """How sure the network is of each class, (rows, classes)."""
        return softmax(self.logits(rows))

    def accuracy(self, rows: Rows, labels: NDArray[np.int64]) -> float:
        """The share of rows whose surest class is their label."""
        return float((self.logits(rows).argmax(axis=1) == labels).mean())

    def loss(self, rows: Rows, labels: NDArray[np.int64]) -> float:
        """Mean cross-entropy, in nats."""
        sure = self.probabilities(rows)[np.arange(len(rows)), labels]
        return float(-np.log(np.maximum(sure, 1e-12)).mean())

    def step(self, rows: Rows, labels: NDArray[np.int64], *, rate: float = 0.02) -> None:
        """One step of Adam on all of these rows."""
        states = self._forward(rows)
        slopes = self._slopes(states, labels)
        self._steps += 1
        for parameter, slope, (mean, square) in zip(self._parameters(), slopes, self._moments, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.01 * (slope**2 - square)
            corrected = mean / (1 - 0.9**self._steps)
            parameter -= rate * corrected / (np.sqrt(square / (1 - 0.99**self._steps)) + 1e-8)

    def _forward(self, rows: Rows) -> list[Rows]:
        states = [rows]
        last = len(self._weights) - 1
        for number, (weights, biases) in enumerate(zip(self._weights, self._biases, strict=True)):
            sums = states[-1] @ weights + biases
            states.append(sums if number == last else np.tanh(sums))
        return states

    @staticmethod
    def _at_output(states: list[Rows], labels: NDArray[np.int64]) -> Rows:
        slope = softmax(states[-1])
        slope[np.arange(len(labels)), labels] -= 1
        return slope

    def _slopes(self, states: list[Rows], labels: NDArray[np.int64]) -> list[Rows]:
        """Of the mean loss, in the order of the parameters."""
        slope = self._at_output(states, labels) / len(labels)
        of_weights, of_biases = [], []
        for number in range(len(self._weights) - 1, -1, -1):
            of_weights.append(states[number].T @ slope)
            of_biases.append(slope.sum(axis=0))
            if number:
                slope = (slope @ self._weights[number].T) * (1 - states[number] ** 2)
        return [*of_weights[::-1], *of_biases[::-1]]


def softmax(logits: Rows) -> Rows:
    """Each row as shares that add up to 1."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Rows = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def boundary(net: SmallNet, reach: float, side: int = 64) -> Rows:
    """Which of two classes a net of two inputs would choose, -1 surely the first … 1 surely the second.

    (side, side) over a square of -reach..reach, row 0 at its bottom.
    """
    along = np.linspace(-reach, reach, side)
    x, y = np.meshgrid(along, along)
    sure = net.probabilities(np.stack([x.ravel(), y.ravel()], axis=1))
    return (sure[:, 1] - sure[:, 0]).reshape(side, side)
