"""The bundled encoder's image tower without torch: run by onnxruntime, which reads the words anyway.

Importing torch takes two seconds of a start and 200 MB; looking at pictures needs neither its gradients nor its
compilers. The network is written down out of the weights that ``tower.PatchNet`` was trained to; a convolution and
the normalisation after it become one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Vectors
from memebot.vision.compute.onnx import Graph, kept_session

Weights = Mapping[str, NDArray[np.float32]]
DEPTHS = (1, 1, 2, 1)
"""Residual blocks of each stage."""
PATCH, PATCH_PADDING = 4, 2
EPSILON = 1e-5
"""What torch adds to a variance."""
LEAST = 1e-5
"""What a feature is at least before it is raised to a power."""


class OnnxTower:
    """``PatchNet`` of some weights, for inference.

    ``weights`` reads them, where the network of this ``digest`` was not kept. Raises ``KeyError`` where one is missing.
    """

    def __init__(self, digest: str, weights: Callable[[], Weights]) -> None:
        made_of = (digest, Path(__file__).read_text("utf-8"))
        self._session = kept_session("tower", made_of, lambda: _network(weights()))

    def __call__(self, pictures: NDArray[np.float32]) -> Vectors:
        """Prepared pictures (n, height, width, 3) to float32 rows (n, dimensions), not of unit length."""
        rows: Vectors
        (rows,) = self._session.run(None, {"pictures": pictures})
        return rows


def _network(weights: Weights) -> bytes:
    """As ``tower.PatchNet`` computes it, step by step."""
    net = _Convolutions(Graph("pictures"), weights)
    x = net.graph.add("Transpose", "pictures", perm=(0, 3, 1, 2))
    x = net.reduction(x, "stem", strides=(PATCH, PATCH), pads=(PATCH_PADDING,) * 4)
    place = 0
    for stage, depth in enumerate(DEPTHS):
        if stage:
            x = net.reduction(x, f"stages.{place}", strides=(2, 2))
            place += 1
        for _ in range(depth):
            x = net.residual(x, f"stages.{place}")
            place += 1
    return net.graph.to_bytes(_head(net.graph, x, weights))


@dataclass(frozen=True, slots=True)
class _Convolutions:
    """Writes the parts that the tower is made of into a graph."""

    graph: Graph
    weights: Weights

    def reduction(self, x: str, name: str, *, strides: tuple[int, ...], pads: tuple[int, ...] = (0, 0, 0, 0)) -> str:
        """A convolution to fewer and wider places."""
        return self._rectified(self._convolution(x, f"{name}.0", f"{name}.1", strides=strides, pads=pads))

    def residual(self, x: str, name: str) -> str:
        """Two 3×3 convolutions around which the input is carried on."""
        same = {"strides": (1, 1), "pads": (1, 1, 1, 1)}
        y = self._rectified(self._convolution(x, f"{name}.conv1", f"{name}.norm1", **same))
        y = self._convolution(y, f"{name}.conv2", f"{name}.norm2", **same)
        return self._rectified(self.graph.add("Add", x, y))

    def _convolution(self, x: str, conv: str, norm: str, *, strides: tuple[int, ...], pads: tuple[int, ...]) -> str:
        scale, shift = _normalisation(self.weights, norm)
        scale = scale * self.weights[f"{norm}.weight"]
        shift = shift * self.weights[f"{norm}.weight"] + self.weights[f"{norm}.bias"]
        kernel = self.weights[f"{conv}.weight"] * scale[:, None, None, None]
        return self.graph.add("Conv", x, _single(kernel), _single(shift), strides=strides, pads=pads)

    def _rectified(self, x: str) -> str:
        return self.graph.add("Relu", x)


def _head(graph: Graph, x: str, weights: Weights) -> str:
    """Generalised-mean pooling, normalisation and a linear layer, the last two in one."""
    power = np.clip(weights["power"].astype(np.float64), 1.0, 8.0)
    x = graph.add("Pow", graph.add("Max", x, _single(np.array(LEAST))), _single(power))
    x = graph.add("Pow", graph.add("Flatten", graph.add("GlobalAveragePool", x)), _single(1 / power))
    scale, shift = _normalisation(weights, "neck")
    matrix = weights["head.weight"] * scale
    return graph.add("Gemm", x, _single(matrix.T), _single(weights["head.weight"] @ shift + weights["head.bias"]))


def _normalisation(weights: Weights, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By what a normalisation multiplies, and what it then adds, before it is scaled."""
    scale = 1 / np.sqrt(weights[f"{name}.running_var"].astype(np.float64) + EPSILON)
    return scale, -weights[f"{name}.running_mean"] * scale


def _single(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, np.float32)
