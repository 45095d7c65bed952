"""Makes ``import open_clip`` work beside any build of torch, and its calls keep quiet.

open_clip imports torchvision, which needs its compiled operators only for object detection. Where torch is a
CPU build and torchvision a CUDA one (what PyPI gives on Linux), those operators cannot load and the import
dies with "operator torchvision::nms does not exist". Declaring the two names first lets the pure-Python part,
all that open_clip uses, load; calling them still fails loudly.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

_declared: list[Any] = []  # a Library object undeclares its operators when it is collected


def import_open_clip() -> ModuleType:
    """``open_clip``, imported on first use, with torchvision's missing operators declared if need be."""
    declare_operators()
    import open_clip

    return open_clip  # type: ignore[no-any-return]


def declare_operators() -> None:
    """Declare torchvision's operators where they cannot be loaded, before anything imports it."""
    import torch

    if not _declared and not _has_torchvision_operators():
        library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _declared.append(library)


def transformers_command() -> None:
    """The command line of transformers; where torchvision cannot decode pictures, Pillow does."""
    declare_operators()
    from transformers import image_processing_backends
    from transformers.cli.transformers import app

    if _declared:
        image_processing_backends.load_image_as_tensor = _with_pillow
    app()


def _with_pillow(image: Any, **_: Any) -> Any:
    from torchvision.transforms.functional import pil_to_tensor
    from transformers.image_utils import load_image

    return pil_to_tensor(load_image(image).convert("RGB"))


def _has_torchvision_operators() -> bool:
    import importlib.util

    import torch

    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    for library in Path(spec.origin).parent.glob("_C*.so"):
        try:
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
        except (OSError, ImportError):
            return False
        return True
    return False


@contextlib.contextmanager
def quiet_open_clip() -> Iterator[None]:
    """Keep open_clip's remarks out of the root logger, and its calls from giving that logger a handler."""
    root, keep = logging.getLogger(), logging.NullHandler()
    root.addHandler(keep)
    root.addFilter(_not_open_clip)
    try:
        yield
    finally:
        root.removeFilter(_not_open_clip)
        root.removeHandler(keep)


def _not_open_clip(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR or "open_clip" not in Path(record.pathname).parts
