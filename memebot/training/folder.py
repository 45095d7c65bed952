"""The encoder's folder: its configuration, and writing weights, tokenizer and bank into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from memebot.training.vocabulary import ALPHABET, CONTEXT, EOS_ID, PAD_ID, build_tokenizer
from memebot.vision.encoder.torch_compat import quiet_open_clip
from memebot.vision.encoder.tower import import_open_clip_with_tower

SIDE = 128
DIM = 256
MEAN, STD = 0.45, 0.27


def configuration() -> dict[str, Any]:
    """The contents of ``open_clip_config.json``."""
    return {
        "name": "bundled",
        "model_cfg": {
            "embed_dim": DIM,
            "custom_text": True,
            "vision_cfg": {
                "timm_model_name": "memebot_patchnet",
                "timm_model_pretrained": False,
                "timm_pool": "",
                "timm_proj": "",
                "image_size": SIDE,
            },
            "text_cfg": {
                "context_length": CONTEXT,
                "vocab_size": len(ALPHABET),
                "hf_tokenizer_name": "tokenizer.json",
                "width": 192,
                "heads": 3,
                "layers": 4,
                "pool_type": "eos",
                "eos_id": EOS_ID,
                "pad_id": PAD_ID,
            },
        },
        "preprocess_cfg": {
            "size": [SIDE, SIDE],
            "mode": "RGB",
            "mean": [MEAN] * 3,
            "std": [STD] * 3,
            "interpolation": "bilinear",
            "resize_mode": "squash",
        },
    }


def write_skeleton(folder: Path) -> None:
    """Configuration and tokenizer; with weights beside them, open_clip loads the folder."""
    build_tokenizer(folder)
    text = json.dumps(configuration(), indent=2) + "\n"
    (folder / "open_clip_config.json").write_text(text, "utf-8")


def new_model(folder: Path, seed: int) -> Any:
    """The untrained open_clip model that this folder's configuration describes, the same for the same seed."""
    torch.manual_seed(seed)
    with quiet_open_clip():  # it would warn that there are no weights
        return import_open_clip_with_tower().create_model(f"local-dir:{folder}", load_weights=False)


def write_weights(model: nn.Module, folder: Path) -> None:
    """``model.safetensors``: matrices and filters in half precision, statistics and scales as they are."""
    from safetensors.torch import save_file

    weights: dict[str, Tensor] = {
        name: (value.half() if value.ndim >= 2 else value).detach().cpu().contiguous()
        for name, value in model.state_dict().items()
    }
    temporary = folder / "model.safetensors.tmp"
    save_file(weights, temporary, metadata={"format": "pt"})
    temporary.chmod(0o644)
    temporary.replace(folder / "model.safetensors")


def write_bank(vectors: NDArray[np.float32], folder: Path) -> None:
    """``bank.npz``: unit vectors of pictures that match nothing, in half precision under ``vectors``."""
    np.savez(folder / "bank.npz", vectors=vectors.astype(np.float16))
