"""Experiments for the pages: computed in a process of their own, so that the bot and other visitors never wait for one.

The process starts with the first experiment, gives way to everything else on the machine, and is ended where a run
takes too long.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import os
import signal
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from knowledge.reading import Lang
from memebot.experiments.catalogue import find
from memebot.experiments.files import stills
from memebot.experiments.model import (
    BadInput,
    ChoiceControl,
    Control,
    DrawingControl,
    Experiment,
    NumberControl,
    PictureControl,
    PicturesControl,
    TextControl,
    Words,
)
from memebot.experiments.texts import words_of
from memebot.web.errors import RequestRefused
from memebot.web.uploads import FormFields

RUN_S, RUN_CPU_S = 90.0, 20.0
"""A run that takes longer is ended: on the clock, since the machine may be busy with others, and of a processor's time.
The first one with the encoder takes some seconds."""
SEEDS = 2**31
SEED = "-seed"
"""The field with the seed: no control has a name like that."""
_KEPT = 64
_CALM = 10


@dataclass(frozen=True, slots=True)
class ShownControl:
    """A control as a page draws it; what its kind does not have is left at its default."""

    kind: str
    name: str
    label: str
    least: float = 0
    most: float = 0
    step: float = 1
    default: object = ""
    options: tuple[tuple[str, str], ...] = ()
    many: int = 1


@dataclass(frozen=True, slots=True)
class ShownExperiment:
    """An experiment in one language, as lists and pages name it."""

    name: str
    title: str
    about: str

    @classmethod
    def of(cls, experiment: Experiment, lang: Lang) -> ShownExperiment:
        """The experiment in that language."""
        words = words_of(experiment, lang)
        return cls(experiment.name, words.title, words("about"))


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants computed: texts and files by the control's name."""

    experiment: str
    lang: Lang
    seed: int
    texts: Mapping[str, str]
    files: Mapping[str, Sequence[bytes]]
    max_bytes: int


def controls_of(experiment: Experiment, lang: Lang) -> list[ShownControl]:
    """The controls of an experiment with their labels."""
    words = words_of(experiment, lang)
    return [_shown(control, words) for control in experiment.controls]


def _shown(control: Control, words: Words) -> ShownControl:
    label = words(control.name)
    match control:
        case NumberControl():
            return ShownControl(
                "number", control.name, label, control.least, control.most, control.step, control.default
            )
        case ChoiceControl():
            options = tuple((name, words(f"{control.name}-{name}")) for name in control.options)
            return ShownControl("choice", control.name, label, options=options)
        case TextControl():
            return ShownControl("text", control.name, label, most=control.most, default=control.default)
        case DrawingControl():
            return ShownControl("drawing", control.name, label)
        case PictureControl():
            return ShownControl("picture", control.name, label)
        case PicturesControl():
            return ShownControl("pictures", control.name, label, many=control.most)


class Laboratory:
    """Runs experiments, one after the other. Belongs to the event loop; close it at the end."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._free = asyncio.Lock()
        self._kept: OrderedDict[tuple[str, Lang, int], bytes] = OrderedDict()

    async def run(self, name: str, lang: Lang, form: FormFields, *, max_bytes: int) -> bytes:
        """What an experiment shows, as JSON: ``pictures`` as addresses, their numbers in the order of ``frames``, the
        ``milliseconds`` of a frame, its ``size``, and the ``sentence``.

        Raises ``ExperimentError`` for values that a control does not take, ``MediaError`` for pictures that cannot be
        read, ``RequestRefused`` where it takes too long.
        """
        find(name)
        texts = {key: text for key, text in form.texts.items() if key != SEED}
        order = Order(name, lang, _seed(form.texts.get(SEED, "")), texts, form.files, max_bytes)
        plain = not form.files and sum(map(len, texts.values())) < 200
        key = (f"{name} {json.dumps(texts, sort_keys=True)}", lang, order.seed)
        if plain and key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        async with self._free:
            shown = await self._compute(order)
        if plain:
            self._kept[key] = shown
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return shown

    async def _compute(self, order: Order) -> bytes:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _give_way)
        try:
            async with asyncio.timeout(RUN_S):
                return await asyncio.wrap_future(self._pool.submit(compute, order))
        except (TimeoutError, BrokenProcessPool) as error:
            self.close()
            raise RequestRefused(503, "web-took-too-long") from error

    def close(self) -> None:
        """End the process, whatever it is doing."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        for process in [*(getattr(pool, "_processes", None) or {}).values()]:
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _give_way() -> None:
    """Let everything else on the machine come first."""
    os.nice(_CALM)


def _seed(text: str) -> int:
    return int(text) % SEEDS if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def compute(order: Order) -> bytes:
    """Run an experiment and write what it shows as JSON; errors as ``Laboratory.run`` says.

    Ends the process where that takes more than ``RUN_CPU_S``.
    """
    signal.setitimer(signal.ITIMER_PROF, RUN_CPU_S)
    try:
        return _computed(order)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _computed(order: Order) -> bytes:
    experiment = find(order.experiment)
    words = words_of(experiment, order.lang)
    inputs = experiment.inputs(_given(experiment, order), order.seed)
    showing = experiment.run(inputs, order.seed, words)
    pictures, numbers = stills(showing)
    told = {
        "pictures": [f"data:{kind};base64,{base64.b64encode(data).decode()}" for kind, data in pictures],
        "frames": numbers,
        "milliseconds": showing.milliseconds,
        "size": showing.frames[0].size,
        "sentence": words.sentence(showing),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _given(experiment: Experiment, order: Order) -> dict[str, object]:
    """What the controls were given: texts, strokes, decoded pictures."""
    kinds = {control.name: control for control in experiment.controls}
    given: dict[str, object] = {}
    for name, text in order.texts.items():
        given[name] = _strokes(text, name) if isinstance(kinds.get(name), DrawingControl) else text
    for name, files in order.files.items():
        control = kinds.get(name)
        if not isinstance(control, PictureControl | PicturesControl | DrawingControl):
            raise BadInput("unknown-control", control=name)
        most = control.most if isinstance(control, PicturesControl) else 1
        if len(files) > most:
            raise BadInput("too-many-pictures", control=name, most=most)
        pictures = [_decoded(data, order.max_bytes) for data in files]
        given[name] = pictures if isinstance(control, PicturesControl) else pictures[0]
    return given


def _decoded(data: bytes, max_bytes: int) -> object:
    from memebot.vision.media import frames

    return frames.load(data, max_bytes=max_bytes).frames[0]


def _strokes(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("no-drawing", control=name) from error
