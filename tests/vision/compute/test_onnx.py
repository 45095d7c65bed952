"""Networks are run as they are written down, without the weights that cost time and say nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    onnx.keep_networks(tmp_path / "cache")
    yield tmp_path / "cache"
    onnx._kept.clear()


def threefold() -> bytes:
    return network(np.full(2000, 3.0, np.float32))


def thrice(run: Any) -> float:
    (given,) = run.run(None, {"taken": np.full(2000, 2.0, np.float32)})
    return float(given.sum())


def test_a_network_is_written_down_once_and_computes_the_same_when_it_was_kept(kept: Path) -> None:
    written: list[int] = []

    def write() -> bytes:
        written.append(1)
        return threefold()

    assert [thrice(onnx.kept_session("mul", ["a"], write)) for _ in range(3)] == [12000.0] * 3
    assert len(written) == 1
    onnx.kept_session("mul", ["b"], write)
    assert len(written) == 2 and len(list(kept.iterdir())) == 1, "what is kept of another takes its place"


@pytest.mark.parametrize(("name", "damaged"), [("network.onnx", b"no network"), ("weights.bin", b"\0" * 100)])
def test_a_network_whose_kept_file_is_damaged_is_computed_as_it_is_written_and_kept_anew(
    kept: Path, name: str, damaged: bytes
) -> None:
    onnx.kept_session("mul", ["a"], threefold)
    (file,) = kept.glob(f"network-mul-*/{name}")
    whole = file.read_bytes()
    file.write_bytes(damaged)
    assert [thrice(onnx.kept_session("mul", ["a"], threefold)) for _ in range(2)] == [12000.0] * 2
    assert file.read_bytes() == whole


def test_where_nothing_can_be_kept_a_network_runs_all_the_same(tmp_path: Path, kept: Path) -> None:
    onnx.keep_networks(tmp_path / "not" / "there")
    assert thrice(onnx.kept_session("mul", ["a"], threefold)) == 12000.0
    assert not (tmp_path / "not").exists()


@pytest.mark.skipif(rapid_models() is None, reason="RapidOCR is not installed")
def test_the_detector_of_lines_is_rid_of_them() -> None:
    models = rapid_models()
    assert models is not None
    written = models[0].read_bytes()
    flushed = onnx.flushed(written)
    assert len(flushed) == len(written)
    assert flushed != written
    assert onnx.flushed(flushed) == flushed
