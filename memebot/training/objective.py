"""The losses over the two towers, and the optimiser of their matrices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from memebot.training.batches import NO_CONCEPT

MASKED = -1e4  # a logit that takes no part
WHITENING_KEEPS = 0.95  # of the running estimates at each step
WHITENING_RIDGE = 0.02  # of the mean variance: directions below it are left weak
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # coefficients and five rounds: K. Jordan's Muon


@dataclass(frozen=True, slots=True)
class InstanceTerms:
    """``contrast``: InfoNCE; ``entropy``: −log distance to the nearest other picture; ``hits``: share of views
    whose nearest neighbour is the other view."""

    contrast: Tensor
    entropy: Tensor
    hits: Tensor


class Memory:
    """The last vectors seen, with the id of what they show: more negatives than one batch holds."""

    def __init__(self, rows: int, dim: int, device: torch.device) -> None:
        self.vectors = torch.zeros(rows, dim, device=device)
        self.ids = torch.zeros(rows, dtype=torch.long, device=device)
        self.filled = 0

    @property
    def view(self) -> tuple[Tensor, Tensor]:
        """What is filled: vectors and ids."""
        return self.vectors[: self.filled], self.ids[: self.filled]

    def push(self, vectors: Tensor, ids: Tensor) -> None:
        """Put these first; the oldest fall out."""
        self.vectors = torch.cat([vectors.detach().float(), self.vectors])[: len(self.vectors)]
        self.ids = torch.cat([ids, self.ids])[: len(self.ids)]
        self.filled = min(len(self.ids), self.filled + len(ids))

    def state_dict(self) -> dict[str, object]:
        """For a checkpoint."""
        return {"vectors": self.vectors, "ids": self.ids, "filled": self.filled}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Take over a checkpoint's state."""
        self.vectors, self.ids, self.filled = state["vectors"], state["ids"], state["filled"]  # type: ignore[assignment]


class Whitening(nn.Module):
    """Moves vectors to mean zero and, nearly, unit covariance, by running estimates of both.

    Left alone, a few directions carry all the variance for most of a run, and cosines say little. The matrix
    takes no gradient, and is symmetric so that vectors of earlier steps stay comparable.
    """

    mean: Tensor
    covariance: Tensor
    matrix: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("covariance", torch.zeros(dim, dim))
        self.register_buffer("matrix", torch.eye(dim))

    def assume_white(self) -> None:
        """Begin with estimates that change nothing: what comes is already whitened."""
        self.covariance.copy_(torch.eye(len(self.mean)))

    @torch.no_grad()
    def update(self, rows: Tensor) -> None:
        """Take this batch into the estimates."""
        keep = WHITENING_KEEPS if self.covariance.any() else 0.0
        mean = rows.mean(0)
        self.mean.mul_(keep).add_((1 - keep) * mean)
        centred = rows - self.mean
        self.covariance.mul_(keep).add_((1 - keep) * centred.T @ centred / len(rows))
        values, directions = torch.linalg.eigh(self.covariance)
        scale = (values.clamp(min=0) + WHITENING_RIDGE * values.mean()).rsqrt()
        self.matrix.copy_(directions @ torch.diag(scale) @ directions.T)

    def forward(self, rows: Tensor) -> Tensor:
        """The rows, whitened."""
        return (rows - self.mean) @ self.matrix

    @torch.no_grad()
    def fold_into(self, head: nn.Linear) -> None:
        """Make the head give what this gave of its output."""
        head.bias.copy_(self(head.bias))
        head.weight.copy_(self.matrix @ head.weight)


def instance_terms(views: Tensor, ids: Tensor, memory: Memory, temperature: float) -> InstanceTerms:
    """Two views of a picture belong together, all else apart, spread over the whole sphere.

    ``views``: unit rows (2p, dim), first all first views, then all second ones; ``ids`` (p). The entropy term is
    that of SSCD (Pizzi et al. 2022): without it, vectors crowd and one threshold cannot serve all pictures.
    """
    count = len(ids)
    both = torch.cat([ids, ids])
    target = torch.arange(2 * count, device=views.device).roll(count)
    similar = views @ views.T
    itself = torch.eye(2 * count, dtype=torch.bool, device=views.device)
    logits = (similar / temperature).masked_fill(itself, MASKED)
    old, old_ids = memory.view
    if len(old):
        known = both[:, None] == old_ids[None]
        logits = torch.cat([logits, (views @ old.T / temperature).masked_fill(known, MASKED)], dim=1)
    nearest = similar.detach().masked_fill(both[:, None] == both[None], -2.0).argmax(1)
    distance = (views - views[nearest]).norm(dim=1)
    return InstanceTerms(
        contrast=functional.cross_entropy(logits, target),
        entropy=-torch.log(distance + 1e-3).mean(),
        hits=(logits.argmax(1) == target).float().mean(),
    )


def text_loss(
    images: Tensor, concepts: Tensor, texts: Tensor, text_concepts: Tensor, memory: Memory, scale: Tensor
) -> Tensor:
    """A picture belongs to every text of its concept, in either language, and a text to every such picture.

    Pictures whose concept no text names are negatives of every text. ``memory`` holds earlier texts as more
    negatives.
    """
    logits = scale * images @ texts.T
    match = (concepts[:, None] == text_concepts[None]) & (concepts != NO_CONCEPT)[:, None]
    told = match.any(1)
    old, old_concepts = memory.view
    rest = (scale * images[told] @ old.T).masked_fill(concepts[told][:, None] == old_concepts[None], MASKED)
    to_text = _multi_positive(torch.cat([logits[told], rest], 1), _padded(match[told], rest.shape[1]))
    to_image = _multi_positive(logits.T, match.T)
    return (to_text + to_image) / 2


def class_loss(vectors: Tensor, concepts: Tensor, prototypes: Tensor, scale: Tensor) -> Tensor:
    """Pictures, or texts, of the concepts 0, 1, … belong to their own concept's vector among ``prototypes``.

    The free vectors are there for training alone. They move far more easily than a text tower does, which for
    hundreds of steps says one thing about all pictures when pictures are all that it has to go by.
    """
    known = (concepts >= 0) & (concepts < len(prototypes))
    if not known.any():
        return vectors.new_zeros(())
    logits = scale * vectors[known] @ functional.normalize(prototypes, dim=1).T
    return functional.cross_entropy(logits, concepts[known])


def named_right(vectors: Tensor, concepts: Tensor, prototypes: Tensor) -> Tensor:
    """The share of those that have a prototype whose own prototype is the nearest."""
    known = (concepts >= 0) & (concepts < len(prototypes))
    nearest = (vectors[known] @ functional.normalize(prototypes, dim=1).T).argmax(1)
    return (nearest == concepts[known]).float().sum() / known.sum().clamp(min=1)


class Spelling(nn.Module):
    """Which letters stand in which part of a word, read off the vector of its picture or of its text.

    Vectors of the parts, for training alone, shared by both towers so that they may agree on words that neither has
    seen: the pyramidal histogram of characters (PHOC) of Almazán et al. 2014, "Word Spotting and Recognition with
    Embedded Attributes".
    """

    def __init__(self, parts: int, dim: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.parts = nn.Parameter(torch.randn(parts, dim, generator=generator))
        self.bias = nn.Parameter(torch.full((parts,), -3.0))

    def forward(self, vectors: Tensor, spelled: Tensor) -> Tensor:
        """Binary cross entropy over all parts, in nats per letter present. ``spelled`` (n, parts): ones and
        zeros, as ``vocabulary.spelling`` gives them."""
        if not len(vectors):
            return vectors.new_zeros(())
        logits = vectors @ self.parts.T + self.bias
        lost = functional.binary_cross_entropy_with_logits(logits, spelled, reduction="sum")
        return lost / spelled.sum().clamp(min=1.0)


def _padded(match: Tensor, columns: int) -> Tensor:
    return torch.cat([match, match.new_zeros(len(match), columns)], 1)


def _multi_positive(logits: Tensor, match: Tensor) -> Tensor:
    """Cross entropy where the probability of all matches together counts."""
    positive = logits.masked_fill(~match, MASKED).logsumexp(1)
    return (logits.logsumexp(1) - positive).mean()


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal: convolutions learn in a fraction of the steps that Adam needs."""

    def __init__(self, parameters: Iterable[Tensor], lr: float, momentum: float = 0.95) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One update of every parameter that has a gradient."""
        for group in self.param_groups:
            alike: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                mean = state["momentum"].mul_(group["momentum"]).add_(parameter.grad)
                ahead = (parameter.grad + group["momentum"] * mean).reshape(len(parameter), -1)
                alike[ahead.shape[0], ahead.shape[1]].append((parameter, ahead))
            for (rows, columns), pairs in alike.items():  # together: on a GPU small products cost their launch alone
                updates = orthogonal(torch.stack([ahead for _, ahead in pairs]))
                tall = max(1.0, rows / columns) ** 0.5
                for (parameter, _), update in zip(pairs, updates, strict=True):
                    parameter.add_(update.reshape(parameter.shape), alpha=-group["lr"] * tall)


def orthogonal(matrices: Tensor) -> Tensor:
    """Matrices (…, rows, columns) with their singular values pushed to about one."""
    a, b, c = NEWTON_SCHULZ
    x = matrices.bfloat16()
    flip = x.shape[-2] > x.shape[-1]
    x = x.mT if flip else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    straight: Tensor = x.mT if flip else x
    return straight.to(matrices.dtype)
