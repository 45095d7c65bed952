"""Captions that people write: kept with their formatting, without what hides or rearranges text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.types import Message, MessageEntity

from memebot.channel.posts.captions import Entities, FormattedText, units


def written(message: Message, *, after_command: bool = False) -> tuple[str, Entities]:
    """The text or caption of a message with its formatting, as JSON; without the command that it begins with."""
    text = message.text or message.caption or ""
    found = message.entities or message.caption_entities or ()
    entities = tuple(entity.model_dump(mode="json", exclude_none=True) for entity in found)
    start = units(text.split(maxsplit=1)[0]) if after_command and text.startswith("/") else 0
    kept = FormattedText(text, entities).cleaned(start)
    return kept.text, kept.entities


def entities_of(entities: Sequence[Mapping[str, Any]]) -> list[MessageEntity]:
    """The formatting as Telegram wants it."""
    return [MessageEntity.model_validate(entity) for entity in entities]
