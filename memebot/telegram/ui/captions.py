"""Captions that people write: kept with their formatting, without what hides or rearranges text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.types import Message, MessageEntity

from memebot.telegram.ui.render import plain, units

FORMATTING = {
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
    "text_link",
    "blockquote",
    "expandable_blockquote",
}
"""What is kept; links, mentions and tags Telegram finds again by itself."""

Entities = tuple[Mapping[str, Any], ...]


def written(message: Message, *, after_command: bool = False) -> tuple[str, Entities]:
    """The text or caption of a message with its formatting, as JSON; without the command that it begins with."""
    text = message.text or message.caption or ""
    start = 0
    if after_command and text.startswith("/"):
        command = text.split(maxsplit=1)[0]
        start = len(text) - len(text[len(command) :].lstrip())
    return _clean(text[start:], _moved(message.entities or message.caption_entities or (), units(text[:start])))


def entities_of(entities: Sequence[Mapping[str, Any]]) -> list[MessageEntity]:
    """The formatting as Telegram wants it."""
    return [MessageEntity.model_validate(entity) for entity in entities]


def _moved(entities: Sequence[MessageEntity], by: int) -> list[MessageEntity]:
    """Formatting of a text whose first ``by`` units are gone."""
    kept = []
    for entity in entities:
        end = entity.offset + entity.length - by
        start = max(0, entity.offset - by)
        if entity.type in FORMATTING and end > start:
            kept.append(entity.model_copy(update={"offset": start, "length": end - start}))
    return kept


def _clean(text: str, entities: Sequence[MessageEntity]) -> tuple[str, Entities]:
    """Text without control characters and without blanks at its ends, the formatting moved along."""
    head = len(text) - len(text.lstrip())
    body = text.strip()
    shown = [(units(character), character if plain(character) else "") for character in body]
    # at[i]: where what stood at unit i stands now
    at = [0]
    for size, character in shown:
        at += [at[-1] + (units(character) if character else 0)] * size
    moved = []
    for entity in _moved(entities, units(text[:head])):
        start = at[min(entity.offset, len(at) - 1)]
        end = at[min(entity.offset + entity.length, len(at) - 1)]
        if end > start:
            entity = entity.model_copy(update={"offset": start, "length": end - start})
            moved.append(entity.model_dump(mode="json", exclude_none=True))
    return "".join(character for _, character in shown), tuple(moved)
