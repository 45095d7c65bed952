"""What a browser sends: the fields of a form, within bounds, in memory and never on disk."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from memebot.web.errors import RequestRefused

UPLOAD_S = 60.0
"""So long may a request take to arrive."""
MAX_FIELDS = 64
_MAX_TEXT = 200_000
_FORM = 64 * 1024
"""What a form takes beside its files."""


@dataclass(frozen=True, slots=True)
class FormFields:
    """The fields of a form. ``files``: the bytes under each name; their own names and types are not looked at."""

    texts: Mapping[str, str]
    files: Mapping[str, Sequence[bytes]]


async def read_form(request: web.Request, *, max_bytes: int, max_mb: int) -> FormFields:
    """The fields of a form of at most ``max_bytes`` in all. Raises ``RequestRefused``."""
    if not request.content_type.startswith("multipart/form-data"):
        raise RequestRefused(415, "web-bad-request")
    if (request.content_length or 0) > max_bytes + _FORM:
        raise RequestRefused(413, "web-too-large", mb=max_mb)
    try:
        async with asyncio.timeout(UPLOAD_S):
            return await _fields(request, max_bytes, max_mb)
    except TimeoutError as error:
        raise RequestRefused(408, "web-too-slow") from error
    except (
        ValueError,
        AssertionError,
        web.RequestPayloadError,
        BadHttpMessage,
    ) as error:  # what aiohttp raises for broken forms
        raise RequestRefused(400, "web-bad-request") from error


async def _fields(request: web.Request, max_bytes: int, max_mb: int) -> FormFields:
    texts: dict[str, str] = {}
    files: defaultdict[str, list[bytes]] = defaultdict(list)
    left = max_bytes
    reader = await request.multipart()
    for _ in range(MAX_FIELDS):
        part = await reader.next()
        if part is None:
            return FormFields(texts, files)
        if not isinstance(part, BodyPartReader) or not part.name:
            break
        held = bytearray()
        while chunk := await part.read_chunk(2**16):
            left -= len(chunk)
            held += chunk
            if left < 0 or (part.filename is None and len(held) > _MAX_TEXT):
                raise RequestRefused(413, "web-too-large", mb=max_mb)
        if part.filename is None:
            texts[part.name] = held.decode("utf-8", "replace")
        elif held:
            files[part.name].append(bytes(held))
    raise RequestRefused(400, "web-bad-request")
