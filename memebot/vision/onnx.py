"""Networks for onnxruntime: how they are run, and how one is written down without a library for that."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32] | NDArray[np.int64]

_OPSET, _IR_VERSION = 17, 8
_FLOAT, _INT64 = 1, 7  # of TensorProto.DataType
_INTS = 7  # of AttributeProto.AttributeType


def session(model: Path | bytes, *, threads: int = 2) -> Any:
    """A network ready to be run, on no more threads than there are processors.

    Idle threads sleep: spinning ones cost 40 % more processor time on a busy machine.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(threads, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    source = str(model) if isinstance(model, Path) else model
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


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
