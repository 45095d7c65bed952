"""The recipe: pictures and a seed in, the folder of an encoder out.

On a CPU a run that is interrupted and resumed ends with the weights of an uninterrupted one: batches depend on
(seed, step) alone, the schedule on steps, and a checkpoint holds everything else. ``device="cuda"`` runs the same
recipe on one GPU, in minutes; there rounding differs from run to run, and so do the weights a little.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.data import DataLoader

from memebot.training.bank import build_bank, text_features_by_length
from memebot.training.batches import Batch, Batches, Composition, Corpus, Stage, TextEncoder
from memebot.training.folder import DIM, MEAN, SIDE, STD, new_model, write_bank, write_skeleton, write_weights
from memebot.training.objective import (
    Memory,
    Muon,
    Spelling,
    Whitening,
    class_loss,
    instance_terms,
    named_right,
    text_loss,
)
from memebot.training.pictures import open_pictures
from memebot.training.vocabulary import SPELLING, spelling
from memebot.vision.errors import VisionError

STAGES = (
    Stage(
        0.0,
        64,
        Composition(plain=34, named=8, pages=8, scenes=10, photos=300, words=96, emoji=64, shapes=8, described=32),
    ),
    Stage(0.55, 96),
    Stage(0.85, SIDE),
)

CHECKPOINT, CONFIG, LOG = "checkpoint.pt", "config.json", "log.jsonl"


class TrainingError(VisionError):
    """A run cannot begin or go on; ``reason`` says why, ``fix`` what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(f"{reason} ({fix})")
        self.reason = reason
        self.fix = fix


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that the result depends on.

    ``sources``: zips or folders of pictures. ``stages``: what is looked at when; small photos come first and most.
    The learning rates warm up over ``warm_up`` of the steps and fall to zero in a straight line over the last
    ``decay`` of them. ``matrix_rate`` is that of all convolutions and of the text tower's layers: with Adam these took
    twenty times as long to tell a thousand names apart. ``start``: folder of an encoder whose weights the run begins
    with, in place of random ones.
    """

    sources: tuple[Path, ...]
    seed: int = 0
    steps: int = 3500
    start: Path | None = None
    stages: tuple[Stage, ...] = STAGES
    matrix_rate: float = 0.02
    other_rate: float = 4e-3
    text_rate: float = 1e-3
    weight_decay: float = 0.01
    warm_up: float = 0.01
    decay: float = 1.0
    temperature: float = 0.07
    entropy_weight: float = 2.0
    text_weight: float = 0.7
    spelling_weight: float = 0.2
    memory: int = 4096
    text_memory: int = 1024
    bank_pages: int = 2000
    bank_memes: int = 2800
    bank_grounds: int = 400

    @classmethod
    def continued(cls, start: Path, sources: tuple[Path, ...], *, seed: int, steps: int) -> TrainingConfig:
        """More training for a trained encoder: full-sized pictures alone, at lower rates, held before they fall."""
        stages = (Stage(0.0, SIDE),)
        begun = cls(sources, seed, steps, start, stages, matrix_rate=0.01, other_rate=1e-3, text_rate=5e-4)
        return replace(begun, warm_up=0.02, decay=0.5)

    def stage(self, step: int) -> Stage:
        """The stage that this step belongs to."""
        return [stage for stage in self.stages if step >= stage.begins * self.steps][-1]

    def rate(self, step: int) -> float:
        """The share of the full learning rate at this step."""
        rising = (step + 1) / max(1.0, self.warm_up * self.steps)
        falling = (1 - step / self.steps) / self.decay
        return min(1.0, rising) * min(1.0, falling)

    def to_json(self) -> str:
        """One line; equal configurations give equal text."""
        return json.dumps(asdict(self), default=str, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. Of the last batch, ``hits``: share of views whose other view was the nearest of all;
    ``named``: share of the pictures of things whose own thing's vector was the nearest."""

    step: int
    steps: int
    side: int
    contrast: float
    entropy: float
    text: float
    spelling: float
    hits: float
    named: float
    seconds: float
    pictures_per_second: float


@dataclass(frozen=True, slots=True)
class Machine:
    """How to run, without influence on what is learnt beyond rounding.

    ``workers``: processes that draw views; None for one where a CPU learns, as many as there are cores where a GPU
    does. ``compiled``: on a CPU; on a GPU a step is made of so many small launches that it would save little.
    ``checkpoint_minutes``: at most this much is lost when interrupted.
    """

    device: str = "cpu"
    threads: int = 2
    workers: int | None = None
    compiled: bool = True
    bfloat16: bool | None = None
    checkpoint_minutes: float = 4.0
    log_every: int = 20


def train(
    config: TrainingConfig,
    run: Path,
    *,
    resume: bool = False,
    machine: Machine | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop_after: int | None = None,
) -> Path:
    """Train and return the encoder's folder, ``run/encoder``, complete but for a model card.

    ``run`` receives the decoded pictures, ``checkpoint.pt``, ``config.json`` and ``log.jsonl``; a run folder that
    holds a checkpoint is refused unless ``resume``, and ``resume`` refuses another configuration than the run's
    (only ``steps`` may differ). ``stop_after`` ends after that many steps with a checkpoint, as an interruption
    would. Raises ``TrainingError`` and ``TrainingDataError``.
    """
    machine = machine or Machine()
    _check(config, run, machine, resume=resume)
    encoder = run / "encoder"
    write_skeleton(encoder)
    corpus = Corpus(open_pictures(config.sources, run / "cache"), config.seed)
    (run / CONFIG).write_text(config.to_json() + "\n", "utf-8")
    state = _Run(config, machine, corpus, encoder)
    if resume:
        state.load(run / CHECKPOINT)
    _keep_log_until(run / LOG, state.step)
    finished = state.loop(run, progress, stop_after)
    if finished:
        state.model.eval()
        state.whitening.fold_into(state.model.visual.trunk.head)
        write_weights(state.model, encoder)
        sizes = {"pages": config.bank_pages, "memes": config.bank_memes, "grounds": config.bank_grounds}
        write_bank(build_bank(encoder, corpus, config.seed, **sizes, device=machine.device), encoder)
    return encoder


def _check(config: TrainingConfig, run: Path, machine: Machine, *, resume: bool) -> None:
    if config.steps < 1:
        raise TrainingError("a run needs at least one step", "give a larger number of steps")
    _check_device(machine.device)
    run.mkdir(parents=True, exist_ok=True)
    exists = (run / CHECKPOINT).is_file()
    if exists and not resume:
        raise TrainingError(f"{run} already holds a run", "go on with --resume, or name another folder")
    if resume and not exists:
        raise TrainingError(f"{run} holds no checkpoint to resume", "start without --resume")
    if resume:
        before, now = json.loads((run / CONFIG).read_text("utf-8")), json.loads(config.to_json())
        changed = sorted(key for key in now if key != "steps" and before.get(key) != now[key])
        if changed:
            raise TrainingError(f"{run} was begun with other settings: {', '.join(changed)}", "use the same ones")


def _check_device(name: str) -> None:
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise TrainingError(f"PyTorch knows no device {name!r}", "name cpu or cuda") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise TrainingError("PyTorch sees no CUDA device here", "train on the cpu, or install PyTorch's CUDA build")


class _Run:
    """Model, optimisers and memories of one run, and the step that it has reached."""

    def __init__(self, config: TrainingConfig, machine: Machine, corpus: Corpus, encoder: Path) -> None:
        torch.set_num_threads(machine.threads)
        self.config, self.machine, self.corpus, self.encoder = config, machine, corpus, encoder
        self.device = torch.device(machine.device)
        self.step = 0
        self.model: Any = new_model(encoder, config.seed)
        if config.start is not None:
            _load_weights(self.model, config.start)
        self.model.to(self.device)
        tower: nn.Module = self.model.visual
        tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.model.train()
        self.whitening = Whitening(DIM).to(self.device)
        self.memory = Memory(config.memory, DIM, self.device)
        self.texts = Memory(config.text_memory, DIM, self.device)
        filters = [p for n, p in tower.named_parameters() if p.ndim == 4 and ".stem." not in n]
        if config.start is None:
            generator = torch.Generator().manual_seed(config.seed)
            prototypes = torch.randn(corpus.things, DIM, generator=generator) / DIM**0.5
        else:
            self.whitening.assume_white()
            prototypes = _thing_texts(self.model, corpus, encoder)
        self.prototypes = nn.Parameter(prototypes.to(self.device))
        self.spelling = Spelling(SPELLING, DIM, config.seed).to(self.device)
        self.spelled = torch.tensor([spelling(word) for word in corpus.words], device=self.device)
        layers = [p for n, p in self.model.text.named_parameters() if p.ndim == 2 and n.startswith("transformer.")]
        known = {id(parameter) for parameter in [*filters, *layers]}
        texts = [parameter for parameter in self.model.text.parameters() if id(parameter) not in known]
        known |= {id(parameter) for parameter in texts}
        others = [parameter for parameter in self.model.parameters() if id(parameter) not in known]
        self.muon = Muon([*filters, *layers], config.matrix_rate)
        self.adam = torch.optim.AdamW(
            [
                {"params": [*others, self.prototypes, *self.spelling.parameters()], "full": config.other_rate},
                {"params": texts, "full": config.text_rate},
            ],
            betas=(0.9, 0.98),
            weight_decay=config.weight_decay,
        )
        self.visual = _compiled(tower) if machine.compiled and self.device.type == "cpu" else tower
        self.half = _has_bfloat16(self.device) if machine.bfloat16 is None else machine.bfloat16

    def loop(self, run: Path, progress: Callable[[Progress], None] | None, stop_after: int | None) -> bool:
        """Run to the end, or for ``stop_after`` steps; True when the run is complete."""
        last = self.config.steps if stop_after is None else min(self.config.steps, self.step + stop_after)
        began = checkpointed = reported = time.monotonic()
        seen = 0
        with (run / LOG).open("a", encoding="utf-8") as log:
            for batch in self._batches(last):
                terms = self._learn(batch)
                self.step += 1
                seen += len(batch.images)
                now = time.monotonic()
                if self.step % self.machine.log_every == 0 or self.step == last:
                    report = Progress(
                        self.step,
                        self.config.steps,
                        self.config.stage(self.step - 1).side,
                        *terms,
                        round(now - began, 1),
                        round(seen / max(1e-9, now - reported), 1),
                    )
                    seen, reported = 0, now
                    log.write(json.dumps(asdict(report)) + "\n")
                    log.flush()
                    if progress is not None:
                        progress(report)
                if now - checkpointed > 60 * self.machine.checkpoint_minutes or self.step == last:
                    self.save(run / CHECKPOINT)
                    checkpointed = time.monotonic()
        return self.step >= self.config.steps

    def _batches(self, last: int) -> Iterator[Batch]:
        stages = [self.config.stage(step) for step in range(self.config.steps)]
        data = Batches(self.corpus, stages, self.config.seed, self.encoder / "tokenizer.json")
        workers = self.machine.workers
        if workers is None:
            workers = 1 if self.device.type == "cpu" else max(1, (os.cpu_count() or 2) - 1)
        return iter(
            DataLoader(
                data,
                batch_size=None,
                sampler=range(self.step, last),
                num_workers=workers,
                prefetch_factor=4 if workers else None,
            )
        )

    def _learn(self, batch: Batch) -> tuple[float, float, float, float, float, float]:
        """One step; contrast, entropy, text, spelling, hits and named, as in ``Progress``."""
        rate = self.config.rate(self.step)
        for group in self.muon.param_groups:
            group["lr"] = self.config.matrix_rate * rate
        for group in self.adam.param_groups:
            group["lr"] = group["full"] * rate
        ids, concepts = batch.ids.to(self.device), batch.concepts.to(self.device)
        vectors, texts = self._embed(batch)
        views = vectors[: 2 * len(ids)]
        terms = instance_terms(views, ids, self.memory, self.config.temperature)
        loss = terms.contrast + self.config.entropy_weight * terms.entropy
        said = spelt = vectors.new_zeros(())
        if texts is not None:
            named = batch.token_concepts.to(self.device)
            scale = self.model.logit_scale.clamp(max=4.6).exp()
            said = text_loss(vectors, concepts, texts, named, self.texts, scale)
            first_drawing = len(vectors) - batch.drawings
            for kind in (slice(first_drawing), slice(first_drawing, None)):  # apart: most are photos
                said = said + class_loss(vectors[kind], concepts[kind], self.prototypes, scale)
            said = said + class_loss(texts, named, self.prototypes, scale)
            spelt = self._spelt(vectors, concepts) + self._spelt(texts, named)
            loss = loss + self.config.text_weight * said + self.config.spelling_weight * spelt
        self.muon.zero_grad()
        self.adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.muon.step()
        self.adam.step()
        self.memory.push(views[: len(ids)], ids)
        if texts is not None:
            self.texts.push(texts, named)
        right = named_right(vectors.detach(), concepts, self.prototypes.detach())
        found = torch.stack([terms.contrast, terms.entropy, said, spelt, terms.hits, right]).detach()
        contrast, entropy, text, letters, hits, named_share = (round(term, 4) for term in found.tolist())
        return contrast, entropy, text, letters, hits, named_share

    def _spelt(self, vectors: Tensor, concepts: Tensor) -> Tensor:
        """The spelling loss of those among the pictures or texts that are words."""
        words = concepts >= self.corpus.things
        loss: Tensor = self.spelling(vectors[words], self.spelled[concepts[words] - self.corpus.things])
        return loss

    def _embed(self, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """Unit rows of the pictures and, where there are any, of the texts."""
        images = normalised(batch.images.to(self.device))
        cast = torch.autocast(self.device.type, torch.bfloat16) if self.half else nullcontext()
        with cast:
            outputs = self.visual(images)
            if not len(batch.tokens):
                return self._unit(outputs, batch), None
            with self._attention():
                texts = text_features_by_length(self.model.text, batch.tokens.to(self.device))
        return self._unit(outputs, batch), functional.normalize(texts.float(), dim=1)

    def _attention(self) -> AbstractContextManager[None]:
        """Without cuDNN's kernel on a GPU: it is planned anew for each number of texts, and no two batches agree."""
        if self.device.type == "cpu":
            return nullcontext()
        return sdpa_kernel([SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH])

    def _unit(self, outputs: Tensor, batch: Batch) -> Tensor:
        outputs = outputs.float()
        self.whitening.update(outputs[: 2 * len(batch.ids)])
        return functional.normalize(self.whitening(outputs), dim=1)

    def save(self, path: Path) -> None:
        """A checkpoint, whole or not at all."""
        temporary = path.with_suffix(".tmp")
        torch.save(
            {
                "step": self.step,
                "taught": self._taught(),
                "prototypes": self.prototypes.detach(),
                **{name: part.state_dict() for name, part in self._parts().items()},
            },
            temporary,
        )
        temporary.replace(path)

    def _parts(self) -> dict[str, Any]:
        """What keeps a state of its own, by its name in a checkpoint."""
        names = ("model", "muon", "adam", "whitening", "spelling", "memory", "texts")
        return {name: getattr(self, name) for name in names}

    def _taught(self) -> str:
        """Changes with every name and word that the run teaches: prototypes and parts of words stand in their order."""
        taught = [self.corpus.names_of_things(), self.corpus.words]
        return hashlib.sha256(json.dumps(taught).encode()).hexdigest()

    def load(self, path: Path) -> None:
        """Go on from a checkpoint. Raises ``TrainingError`` where other things are taught now."""
        saved = torch.load(path, map_location=self.device, weights_only=True)
        if saved.get("taught") != self._taught():
            reason = f"{path.parent} was begun with other names, words or emoji than are here now"
            raise TrainingError(reason, "bring back the emoji font and the pictures, or begin in another folder")
        self.step = saved["step"]
        self.prototypes.data.copy_(saved["prototypes"])
        for name, part in self._parts().items():
            part.load_state_dict(saved[name])


def _load_weights(model: nn.Module, folder: Path) -> None:
    from safetensors.torch import load_file

    path = folder / "model.safetensors"
    try:
        model.load_state_dict(load_file(path))
    except (OSError, RuntimeError, SafetensorError) as error:
        reason = f"{path} is nothing to begin with: {str(error).splitlines()[0]}"
        raise TrainingError(reason, "name the folder of an encoder like ours") from error


@torch.no_grad()
def _thing_texts(model: Any, corpus: Corpus, encoder: Path) -> Tensor:
    """Unit rows (things, dim): what the text tower says of each thing's names."""
    encode = TextEncoder(encoder / "tokenizer.json")
    device = model.logit_scale.device
    sums = torch.zeros(corpus.things, DIM, device=device)
    names = corpus.names_of_things()
    things = torch.tensor([thing for thing, _ in names], device=device)
    for column in range(2):
        vectors = text_features_by_length(model.text, encode([pair[column] for _, pair in names]).to(device))
        sums.index_add_(0, things, functional.normalize(vectors, dim=1))
    return functional.normalize(sums, dim=1)


def normalised(images: Tensor) -> Tensor:
    """uint8 (n, side, side, 3) as the model takes them: float (n, 3, side, side), channels last in memory."""
    values = (images.float() / 255 - MEAN) / STD
    return values.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def _keep_log_until(path: Path, step: int) -> None:
    """Drop lines of steps that will be done again."""
    if path.is_file():
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if json.loads(line)["step"] <= step), "utf-8")


def _compiled(module: nn.Module) -> Callable[[Tensor], Tensor]:
    """Compiled where a C++ compiler is installed: four times as fast on a CPU; else the module itself."""
    if any(shutil.which(compiler) for compiler in ("g++", "clang++", "cl")):
        compiled: Callable[[Tensor], Tensor] = torch.compile(module, dynamic=False)
        return compiled
    return module


def _has_bfloat16(device: torch.device) -> bool:
    """Whether the device computes in bfloat16 faster than in float32."""
    return device.type == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
