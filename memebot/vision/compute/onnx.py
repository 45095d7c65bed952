"""Networks for onnxruntime: how they are run, and how one is written down without a library for that."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.kept import keep_lot, key_of, lot_of

Array = NDArray[np.float32] | NDArray[np.int64]

_NETWORK = "network.onnx"  # the file in the folder where one is kept
_OPSET, _IR_VERSION = 17, 8
_FLOAT, _INT64 = 1, 7  # of TensorProto.DataType
_GRAPH, _INITIALIZER, _TENSOR_KIND, _RAW_DATA = 7, 5, 2, 9  # of ModelProto, GraphProto, TensorProto
_INTS = 7  # of AttributeProto.AttributeType
_NUMBER, _FIXED = 0, {1: 8, 5: 4}  # how a field is written: as a number, or in so many bytes, else with its length


_kept: list[Path] = []
"""The folder in which networks are kept ready, where one was named."""


def keep_networks(folder: Path) -> None:
    """Keep networks ready in a folder from now on, for this process and others."""
    _kept[:] = [folder]


def session(model: Path | bytes) -> Any:
    """A network ready to be run, on the thread that calls: others are busy with another part of the picture.

    Weights that are next to nothing are nothing: see ``flushed``. One in a file is kept: see ``kept_session``.
    """
    if isinstance(model, bytes):
        return _session(flushed(model))
    facts = model.stat()
    return kept_session(model.stem, (str(facts.st_size), str(facts.st_mtime_ns)), model.read_bytes)


def kept_session(name: str, made_of: Iterable[str], write: Callable[[], bytes]) -> Any:
    """The same of a network that ``write`` writes down, as it was kept, else kept from then on.

    Kept is what onnxruntime makes of it for this processor, the weights mapped into memory: it is there in a tenth of
    the time, in half of the memory, most of which processes share. ``made_of``: names all that it depends on.
    """
    for folder in _kept:
        with suppress(OSError, *_failures()):
            ready = _ready(folder, name, made_of, write)
            try:
                return _session(ready, optimised=True)
            except _failures():
                shutil.rmtree(ready.parent, ignore_errors=True)  # it is damaged: the next start keeps it anew
                raise
    return _session(flushed(write()))


def _ready(folder: Path, name: str, made_of: Iterable[str], write: Callable[[], bytes]) -> Path:
    """Where the network is kept. Raises ``OSError`` and what onnxruntime raises where it cannot be."""
    parts = (*made_of, metadata.version("onnxruntime"), _processor(), Path(__file__).read_text("utf-8"))
    lot = (folder, f"network-{name}", key_of(parts))
    if not lot_of(*lot).is_dir():
        keep_lot(*lot, lambda part: _session(flushed(write()), keep=part / _NETWORK))
    return lot_of(*lot) / _NETWORK


def _session(model: Path | bytes, *, optimised: bool = False, keep: Path | None = None) -> Any:
    """``optimised``: it is as onnxruntime wants it already. ``keep``: write that there, the weights beside it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    if optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    if keep is not None:
        options.optimized_model_filepath = str(keep)
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "weights.bin")
        options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    source = str(model) if isinstance(model, Path) else model
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises for a network that it cannot read or write."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    found = map(vars(state).get, dir(state))
    return tuple(one for one in found if isinstance(one, type) and issubclass(one, Exception))


@cache
def _processor() -> str:
    """What a network is laid out for: this processor and what it can do."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return " ".join(platform.uname()[4:])


def flushed(model: bytes) -> bytes:
    """The network with zero for every weight below the smallest normal number, of about 1e-38.

    Training with weight decay leaves such weights, and a processor takes a hundred times longer for each: RapidOCR's
    detector of lines has 256,000 of them and runs four times faster without, to the same result. ONNX Runtime's switch
    for it (``session.set_denormal_as_zero``) reaches only the thread that made the first session, and there changes
    what everything else computes.
    """
    written = bytearray(model)
    for tensor in _inside(model, _inside(model, [(0, len(model))], _GRAPH), _INITIALIZER):
        kind = next(_numbers(model, tensor, _TENSOR_KIND), 0)
        for start, stop in _inside(model, [tensor], _RAW_DATA) if kind == _FLOAT else ():
            weights = np.frombuffer(written, np.float32, (stop - start) // 4, start)
            weights[np.abs(weights) < np.finfo(np.float32).smallest_normal] = 0
    return bytes(written)


class Graph:
    """A network with one input and one output, written operation by operation.

    As much of ONNX's format as our own networks need: messages of protocol buffers, whose fields go by the numbers
    in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
    """

    def __init__(self, taken: str) -> None:
        """``taken``: the name of the input, float32."""
        self._input = taken
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def add(self, operator: str, *inputs: str | Array, **sides: Sequence[int]) -> str:
        """An operation on what others gave, by their names, and on arrays; the name of what it gives."""
        name = f"{operator}-{len(self._nodes)}"
        named = [one if isinstance(one, str) else self._constant(one) for one in inputs]
        node = [*(_text(1, one) for one in named), _text(2, name), _text(4, operator)]
        node += [
            _message(5, _text(1, key), *(_number(8, n) for n in some), _number(20, _INTS))
            for key, some in sides.items()
        ]
        self._nodes.append(_message(1, *node))
        return name

    def _constant(self, values: Array) -> str:
        name = f"constant-{len(self._constants)}"
        kind = _FLOAT if values.dtype == np.float32 else _INT64
        shape = (_number(1, side) for side in values.shape)
        self._constants.append(_message(5, *shape, _number(2, kind), _text(8, name), _message(9, values.tobytes())))
        return name

    def to_bytes(self, given: str) -> bytes:
        """The network that gives what the operation of this name gives; ``session`` takes it."""
        ends = (_message(11, _value(self._input)), _message(12, _value(given)))
        graph = _message(7, *self._nodes, _text(2, "memebot"), *self._constants, *ends)
        return _number(1, _IR_VERSION) + graph + _message(8, _number(2, _OPSET))


Span = tuple[int, int]
"""Where a message begins and ends among the bytes of a network."""


def _inside(model: bytes, messages: Iterable[Span], field: int) -> Iterator[Span]:
    """Where the values of a field of messages stand that is neither a number nor of fixed length."""
    for message in messages:
        yield from (value for number, value in _fields(model, message) if number == field and isinstance(value, tuple))


def _numbers(model: bytes, message: Span, field: int) -> Iterator[int]:
    return (value for number, value in _fields(model, message) if number == field and isinstance(value, int))


def _fields(model: bytes, message: Span) -> Iterator[tuple[int, int | Span]]:
    """Each field's number with its value: a number, or where what it holds stands."""
    at, end = message
    while at < end:
        key, at = _varint_at(model, at)
        length = _FIXED.get(key & 7)
        if key & 7 == _NUMBER:
            value, at = _varint_at(model, at)
            yield key >> 3, value
            continue
        if length is None:
            length, at = _varint_at(model, at)
        yield key >> 3, (at, at + length)
        at += length


def _varint_at(model: bytes, at: int) -> tuple[int, int]:
    """The number that is written there, and where it ends."""
    number = shift = 0
    while True:
        byte, at = model[at], at + 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


def _value(name: str) -> bytes:
    """An input or output of floats, of whatever shape."""
    return _text(1, name) + _message(2, _message(1, _number(1, _FLOAT)))


def _message(field: int, *parts: bytes) -> bytes:
    whole = b"".join(parts)
    return _varint(field << 3 | 2) + _varint(len(whole)) + whole


def _text(field: int, text: str) -> bytes:
    return _message(field, text.encode())


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])
