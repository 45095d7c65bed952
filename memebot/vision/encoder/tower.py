"""The image tower of the bundled encoder.

``open_clip`` builds image towers by name through timm; ``import_open_clip_with_tower`` teaches it ours, so that
``create_model("local-dir:…")`` loads the bundled folder.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from memebot.vision.encoder.torch_compat import import_open_clip

WIDTHS = (64, 128, 256, 384)
DEPTHS = (1, 1, 2, 1)
PATCH = 4


class Residual(nn.Module):
    """Two 3×3 convolutions around which the input is carried on."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.norm1(self.conv1(x)))
        return torch.relu(x + self.norm2(self.conv2(y)))


class PatchNet(nn.Module):
    """A residual network on patches of 4×4 pixels, with generalised-mean pooling and a linear head.

    Few layers with wide 3×3 convolutions: on a CPU these run close to its peak, depthwise ones do not.
    Input float (n, 3, side, side), the side a multiple of 32; output float32 (n, ``num_classes``), not
    normalised. ``num_classes`` 0 gives the pooled features.
    """

    def __init__(self, num_classes: int = 256, in_chans: int = 3) -> None:
        super().__init__()
        self.num_features = WIDTHS[-1]
        self.stem = _reduction(in_chans, WIDTHS[0], kernel=7, stride=PATCH, padding=2)
        stages: list[nn.Module] = []
        previous = WIDTHS[0]
        for width, depth in zip(WIDTHS, DEPTHS, strict=True):
            if width != previous:
                stages.append(_reduction(previous, width, kernel=2, stride=2))
            stages.extend(Residual(width) for _ in range(depth))
            previous = width
        self.stages = nn.Sequential(*stages)
        self.power = nn.Parameter(torch.tensor(3.0))
        self.neck = nn.BatchNorm1d(WIDTHS[-1], affine=False)  # without it all vectors lie in one narrow cone
        self.head = nn.Linear(WIDTHS[-1], num_classes) if num_classes else nn.Identity()

    def forward_features(self, x: Tensor) -> Tensor:
        """Feature maps (n, 384, side / 32, side / 32), none below zero."""
        features: Tensor = self.stages(self.stem(x))
        return features

    def forward(self, x: Tensor) -> Tensor:
        power = self.power.clamp(1.0, 8.0)
        maps = self.forward_features(x).float().clamp(min=1e-5)
        pooled = maps.pow(power).mean((2, 3)).pow(1.0 / power)
        embedding: Tensor = self.head(self.neck(pooled))
        return embedding.float()


def _reduction(inputs: int, outputs: int, *, kernel: int, stride: int, padding: int = 0) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


def import_open_clip_with_tower() -> ModuleType:
    """``open_clip``, with ``memebot_patchnet`` among the image towers that it can build."""
    open_clip = import_open_clip()  # first: timm, too, imports torchvision
    import timm.models

    if not timm.models.is_model("memebot_patchnet"):
        timm.models.register_model(memebot_patchnet)
    return open_clip


def memebot_patchnet(pretrained: bool = False, num_classes: int = 256, **_: Any) -> PatchNet:
    """What ``timm.create_model`` calls; there is nothing pretrained to fetch."""
    if pretrained:
        raise ValueError("memebot_patchnet has no pretrained weights of its own")
    return PatchNet(num_classes=num_classes)
