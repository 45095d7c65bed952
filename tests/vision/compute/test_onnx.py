"""Networks are run as they are written down, without the weights that cost time and say nothing."""

import numpy as np
import pytest

from memebot.vision.compute import onnx
from memebot.vision.ocr.engines import rapid_models

SMALLEST = np.finfo(np.float32).smallest_normal


def network(weights: np.ndarray) -> bytes:
    graph = onnx.Graph("taken")
    return graph.to_bytes(graph.add("Mul", "taken", weights))


def test_weights_below_the_smallest_normal_number_are_zeros() -> None:
    written = network(np.array([1.0, SMALLEST / 4, -SMALLEST / 8, SMALLEST, -2.0], np.float32))
    assert onnx.flushed(written) == network(np.array([1.0, 0.0, 0.0, SMALLEST, -2.0], np.float32))


def test_numbers_that_are_no_weights_stay_as_they_are() -> None:
    graph = onnx.Graph("taken")
    written = graph.to_bytes(graph.add("Reshape", "taken", np.array([1, 2, 3], np.int64)))
    assert onnx.flushed(written) == written


def test_a_network_without_such_weights_computes_what_is_written() -> None:
    run = onnx.session(network(np.array([3.0, SMALLEST / 2], np.float32)))
    (given,) = run.run(None, {"taken": np.array([2.0, 1e30], np.float32)})
    assert given.tolist() == [6.0, 0.0]


@pytest.mark.skipif(rapid_models() is None, reason="RapidOCR is not installed")
def test_the_detector_of_lines_is_rid_of_them() -> None:
    models = rapid_models()
    assert models is not None
    written = models[0].read_bytes()
    flushed = onnx.flushed(written)
    assert len(flushed) == len(written)
    assert flushed != written
    assert onnx.flushed(flushed) == flushed
