"""What a submission consists of, as Telegram names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MediumKind = Literal["photo", "video", "animation", "document", "sticker", "video_note"]


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture or clip. ``file_id`` sends it again; ``unique_id`` is the same whoever sent it."""

    kind: MediumKind
    file_id: str
    unique_id: str
