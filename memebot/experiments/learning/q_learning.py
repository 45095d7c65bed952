"""Q-learning on a grid: a robot that knows nothing of the room learns the way to the socket by falling into pits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, GREEN, INK, LINE, MARGIN, ORANGE, RED, SIDE, Canvas, shaded
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

WIDE, HIGH = 8, 6
Cell = tuple[int, int]
"""Column and row, from the upper left."""
MOVES: tuple[Cell, ...] = ((1, 0), (0, 1), (-1, 0), (0, -1))
_START, _GOAL = (0, HIGH - 1), (WIDE - 1, 0)
_WALLS, _PITS = 8, 4
_RATE, _DISCOUNT = 0.5, 0.95
_A_STEP, _A_PIT, _A_GOAL = -0.02, -1.0, 1.0
_PATIENCE = 120  # steps of one try
_SNAPSHOTS = 26


@dataclass(frozen=True, slots=True)
class Room:
    """Walls, which stop, and pits, which end the try."""

    walls: frozenset[Cell]
    pits: frozenset[Cell]

    def step(self, cell: Cell, move: int) -> tuple[Cell, float, bool]:
        """Where a move leads, what it brings, and whether the try is over."""
        x, y = cell[0] + MOVES[move][0], cell[1] + MOVES[move][1]
        there = (x, y) if 0 <= x < WIDE and 0 <= y < HIGH and (x, y) not in self.walls else cell
        if there in self.pits:
            return there, _A_PIT, True
        return there, _A_GOAL if there == _GOAL else _A_STEP, there == _GOAL

    def shortest(self) -> int | None:
        """Steps of the shortest way from the start to the goal; ``None`` if there is none."""
        steps, line = {_START: 0}, deque([_START])
        while line:
            cell = line.popleft()
            for move in range(len(MOVES)):
                there, _, over = self.step(cell, move)
                if there not in steps and (not over or there == _GOAL):
                    steps[there] = steps[cell] + 1
                    line.append(there)
        return steps.get(_GOAL)


@dataclass(slots=True)
class Learner:
    """What each move in each cell is thought to bring, and how tries went."""

    room: Room
    rng: np.random.Generator
    values: Array = field(default_factory=lambda: np.zeros((WIDE, HIGH, len(MOVES))))
    arrived: int = 0
    fell: int = 0

    def attempt(self, exploration: float) -> None:
        """One try from the start, learning at every step; moves at random with this probability."""
        cell = _START
        for _ in range(_PATIENCE):
            move = self._choose(cell, exploration)
            there, gain, over = self.room.step(cell, move)
            ahead = 0.0 if over else _DISCOUNT * float(self.values[there].max())
            self.values[cell][move] += _RATE * (gain + ahead - self.values[cell][move])
            cell = there
            if over:
                self.arrived += cell == _GOAL
                self.fell += cell != _GOAL
                return

    def way(self) -> list[Cell]:
        """Where it goes when it only does what it thinks best, as long as it does not go in circles."""
        cells = [_START]
        while len(cells) < WIDE * HIGH:
            there, _, over = self.room.step(cells[-1], int(self.values[cells[-1]].argmax()))
            if there in cells:
                break
            cells.append(there)
            if over:
                break
        return cells

    def _choose(self, cell: Cell, exploration: float) -> int:
        if self.rng.random() < exploration:
            return int(self.rng.integers(len(MOVES)))
        values = self.values[cell]
        return int(self.rng.choice(np.flatnonzero(values == values.max())))


def furnished(rng: np.random.Generator) -> Room:
    """A room at random in which there is a way."""
    cells = [(x, y) for x in range(WIDE) for y in range(HIGH) if (x, y) not in (_START, _GOAL)]
    while True:
        chosen = [cells[n] for n in rng.choice(len(cells), _WALLS + _PITS, replace=False)]
        room = Room(frozenset(chosen[:_WALLS]), frozenset(chosen[_WALLS:]))
        if room.shortest() is not None:
            return room


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """What it thinks of each cell after more and more tries, then its way; facts: how long it is, and the shortest."""
    rng = np.random.default_rng(seed)
    learner = Learner(furnished(rng), rng)
    tries = inputs["tries"]
    shown = set(np.unique(np.geomspace(1, tries + 1, _SNAPSHOTS).astype(int) - 1))
    frames = []
    for done in range(tries + 1):
        if done in shown:
            frames.append(_frame(words, learner, done, [_START]))
        if done < tries:
            learner.attempt(inputs["exploration"])
    way, shortest = learner.way(), learner.room.shortest() or 0
    frames += [_frame(words, learner, tries, way[: length + 1]) for length in range(len(way))][:30]
    facts = {
        "tries": tries,
        "steps": len(way) - 1,
        "shortest": shortest,
        "fell": learner.fell,
        "arrived": learner.arrived,
    }
    key = "look-lost" if way[-1] != _GOAL else "look-best" if len(way) - 1 == shortest else "look-detour"
    return Showing(tuple(frames), Look(key, facts), milliseconds=200)


def _frame(words: Words, learner: Learner, done: int, way: list[Cell]) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", tries=done), words("score", arrived=learner.arrived, fell=learner.fell))
    edge = (SIDE - 2 * MARGIN) / WIDE
    top += (SIDE - top - 24 - edge * HIGH) / 2
    best = learner.values.max(axis=2)
    colours = shaded(np.sign(best) * np.sqrt(abs(best)) * 0.75, ORANGE, GREEN)
    for x in range(WIDE):
        for y in range(HIGH):
            left, upper = MARGIN + x * edge, top + y * edge
            box = (left + 3, upper + 3, left + edge - 3, upper + edge - 3)
            if (x, y) in learner.room.walls:
                canvas.card(box, (120, 130, 142), None, 8)
                continue
            red, green, blue = (int(part) for part in colours[x, y])
            canvas.card(box, (red, green, blue), LINE, 8)
            middle = (left + edge / 2, upper + edge / 2)
            if (x, y) in learner.room.pits:
                canvas.disc(middle, edge * 0.3, INK, RED, 5)
            elif (x, y) == _GOAL:
                _socket(canvas, middle, edge)
            elif learner.values[x, y].any():
                _arrow(canvas, middle, int(learner.values[x, y].argmax()), edge)
    points = [(MARGIN + (x + 0.5) * edge, top + (y + 0.5) * edge) for x, y in way]
    if len(points) > 1:
        canvas.line(points, BLUE, 7)
    _robot(canvas, points[-1], edge)
    return canvas.image()


def _arrow(canvas: Canvas, middle: tuple[float, float], move: int, edge: float) -> None:
    (x, y), (dx, dy), length = middle, MOVES[move], edge * 0.24
    tip = (x + dx * length, y + dy * length)
    canvas.line([(x - dx * length, y - dy * length), tip], FAINT, 4)
    for side in (-1, 1):
        wing = (x + dx * length * 0.2 - side * dy * length * 0.6, y + dy * length * 0.2 + side * dx * length * 0.6)
        canvas.line([tip, wing], FAINT, 4)


def _socket(canvas: Canvas, middle: tuple[float, float], edge: float) -> None:
    x, y = middle
    canvas.disc(middle, edge * 0.34, (255, 255, 255), GREEN, 5)
    for side in (-1, 1):
        canvas.disc((x + side * edge * 0.13, y), edge * 0.06, INK)


def _robot(canvas: Canvas, middle: tuple[float, float], edge: float) -> None:
    x, y = middle
    canvas.line([(x, y - edge * 0.28), (x, y - edge * 0.42)], INK, 4)
    canvas.disc((x, y - edge * 0.42), edge * 0.05, RED)
    canvas.card((x - edge * 0.28, y - edge * 0.28, x + edge * 0.28, y + edge * 0.28), BLUE, INK, 10, 3)
    for side in (-1, 1):
        canvas.disc((x + side * edge * 0.12, y - edge * 0.06), edge * 0.07, (255, 255, 255))
    canvas.line([(x - edge * 0.12, y + edge * 0.14), (x + edge * 0.12, y + edge * 0.14)], (255, 255, 255), 4)


EXPERIMENT = Experiment(
    name="q-learning",
    concepts=("q-learning", "reinforcement-learning", "exploration", "game-ai", "robot-demo"),
    controls=(NumberControl("tries", 1, 300, 120), NumberControl("exploration", 0, 1, 0.2, step=0.05)),
    run=run,
)
