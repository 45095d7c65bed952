"""A small recurrent network that reads characters one by one and says which comes next, run in NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from memebot.experiments.model import Array
from memebot.experiments.networks.layers import Weights, dense, gru_step, softmax

ARITHMETIC = "0123456789+×=."
"""The alphabet of tasks: ``17+38=55.``"""


class CharacterNetwork:
    """A gated recurrent unit over an alphabet, with the texts that it has read so far: all of one length."""

    def __init__(self, weights: Weights, alphabet: str) -> None:
        self.alphabet = alphabet
        self._weights = weights
        self._numbers = {character: number for number, character in enumerate(alphabet)}
        self._one = np.eye(len(alphabet), dtype=np.float32)

    def read(self, texts: Sequence[str], state: Array | None = None) -> tuple[Array, Array]:
        """Read texts of one length: (scores of what comes next (n, alphabet), the state after them).

        Characters outside of the alphabet are passed over where there is one text, and a mistake where there are more.
        """
        width = self._weights["gru.weight_hh_l0"].shape[1]
        state = np.zeros((len(texts), width), np.float32) if state is None else state
        if len(texts) == 1:
            texts = ["".join(one for one in texts[0] if one in self._numbers)]
        for column in zip(*texts, strict=True):
            state = gru_step(self._weights, "gru", self._one[[self._numbers[one] for one in column]], state)
        return dense(self._weights, "out", state), state

    def answers(self, tasks: Sequence[str], most: int = 6) -> list[str]:
        """What the network says after each task, the likeliest character each time, up to its full stop."""
        answers = [""] * len(tasks)
        for length in sorted({len(task) for task in tasks}):
            rows = [row for row, task in enumerate(tasks) if len(task) == length]
            scores, state = self.read([tasks[row] for row in rows])
            for _ in range(most):
                said = [self.alphabet[number] for number in scores.argmax(1)]
                for row, character in zip(rows, said, strict=True):
                    answers[row] += character
                scores, state = self.read(said, state)
        return [answer.split(".")[0] for answer in answers]

    def spoken(self, task: str, most: int = 6) -> list[tuple[str, Array]]:
        """The same for one task, with the probabilities (alphabet,) from which each character was taken."""
        said: list[tuple[str, Array]] = []
        scores, state = self.read([task])
        while len(said) < most and (not said or said[-1][0] != "."):
            chances = softmax(scores[0])
            said.append((self.alphabet[int(chances.argmax())], chances))
            scores, state = self.read([said[-1][0]], state)
        return said
