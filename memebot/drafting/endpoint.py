"""The server that answers: any that speaks OpenAI's chat completions and takes pictures.

Every request is counted before it is sent. What a server does not know is left out and asked again: ``json_schema``
becomes ``json_object``, then nothing; ``max_tokens`` becomes ``max_completion_tokens``. An answer is read to a bound
and within a time, whatever the server sends. Nothing that it says about an error is passed on: our codes are.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from memebot.drafting.errors import DraftingError, DraftingOff, EndpointError, PictureError
from memebot.drafting.prompt import Message

MAX_ANSWER = 1_000_000
"""Bytes of one answer."""
MAX_TOKENS = 4_000
"""Of one answer; models that think aloud need room for that."""
PICTURE_TOKENS = 1_000
"""What a picture is taken to cost where the server does not count."""
SOON, LATER = 60.0, 3600.0
"""Seconds until a server that is away, or one that wants something mended, is asked again."""

_FORMATS = ("json_schema", "json_object", "")
_LIMITS = ("max_tokens", "max_completion_tokens")
_LOGGERS = ("openai", "httpx2", "httpcore2", "httpx", "httpcore")
"""Libraries that would write requests, with their pictures and keys, into the log."""


class RequestCounter(Protocol):
    """What counts requests and holds to the budget."""

    def begin(self) -> int:
        """A request is about to be sent: its number. Raises ``BudgetSpent``."""
        ...

    def end(self, number: int, reply: Reply | None, error: str) -> None:
        """It has been answered, or failed with this code."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer: its text, who gave it, what it cost."""

    text: str
    model: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, which model it shall use, and what it wants to see."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 120.0

    @property
    def base(self) -> str:
        """The address below which ``/chat/completions`` is."""
        url = self.url.rstrip("/").removesuffix("/chat/completions").rstrip("/")
        return url if urlsplit(url).path.strip("/") else f"{url}/v1"

    @property
    def host(self) -> str:
        """Who gets what is sent."""
        return urlsplit(self.url).hostname or ""

    @property
    def exposed(self) -> bool:
        """Whether pictures and the key would cross the public network for everybody to read."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and not _is_near(self.host)


def _is_near(host: str) -> bool:
    """Whether a host is on this machine or in its own network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".localhost"))


class Endpoint:
    """One server and model. Belongs to one thread. Open it by ``with``."""

    def __init__(self, address: Address) -> None:
        """Raises ``DraftingOff`` where the ``openai`` package is not installed."""
        try:
            import openai
        except ImportError as error:
            raise DraftingOff("no-extra") from error
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.ERROR)
        self.address = address
        self._format, self._limit = 0, 0
        self._openai = openai
        http = openai.DefaultHttpxClient(follow_redirects=False, event_hooks={"response": [self._bound]})
        self._client = openai.OpenAI(
            base_url=address.base,
            api_key=address.key or "none",
            timeout=address.timeout_s,
            max_retries=0,
            http_client=http,
        )
        self._until = 0.0

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, asked: Sequence[Message], schema: Mapping[str, Any], counter: RequestCounter) -> Reply:
        """The model's answer. Raises ``BudgetSpent``, ``EndpointError`` or ``PictureError``."""
        while True:
            number = counter.begin()
            try:
                reply = self._send(asked, schema)
            except DraftingError as error:
                counter.end(number, None, error.code)
                if not self._adapts(error):
                    raise
            else:
                counter.end(number, reply, "")
                return reply

    def models(self) -> list[str]:
        """The models that the server names. Raises ``EndpointError``; sends no picture and costs nothing."""
        self._until = time.monotonic() + self.address.timeout_s
        try:
            listed = json.loads(self._client.models.with_raw_response.list().http_response.content)
            return [str(model["id"]) for model in listed["data"]]
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointError("no-chat", retry_after_s=LATER) from error
        except Exception as error:
            raise self._of(error) from error

    # --- one request

    def _send(self, asked: Sequence[Message], schema: Mapping[str, Any]) -> Reply:
        form = _FORMATS[self._format]
        options: dict[str, Any] = {_LIMITS[self._limit]: MAX_TOKENS}
        if form == "json_schema":
            shape = {"name": "draft", "strict": True, "schema": schema}
            options["response_format"] = {"type": form, "json_schema": shape}
        elif form:
            options["response_format"] = {"type": form}
        start = time.monotonic()
        self._until = start + self.address.timeout_s
        create = self._client.chat.completions.with_raw_response.create
        try:
            body = create(model=self.address.model, messages=asked, **options).http_response.content
        except Exception as error:
            raise self._of(error) from error
        return _reply(body, asked, time.monotonic() - start)

    def _bound(self, response: Any) -> None:
        """Answers come no further than ``MAX_ANSWER``, and no later than the time that is set."""
        import httpx2

        inner, until = response.stream, self._until

        class Bounded(httpx2.SyncByteStream):  # type: ignore[misc, unused-ignore]
            def __iter__(self) -> Iterator[bytes]:
                come = 0
                for piece in inner:
                    come += len(piece)
                    if come > MAX_ANSWER:
                        raise PictureError("answer-large")
                    if time.monotonic() > until:
                        raise EndpointError("slow", retry_after_s=SOON)
                    yield piece

            def close(self) -> None:
                inner.close()

        response.stream = Bounded()

    def _adapts(self, error: DraftingError) -> bool:
        """Whether leaving out what the server does not know may help; each is left out once."""
        if error.code == "no-format" and self._format < len(_FORMATS) - 1:
            self._format += 1
            return True
        if error.code == "no-limit" and self._limit < len(_LIMITS) - 1:
            self._limit += 1
            return True
        return False

    # --- errors

    def _of(self, error: Exception) -> DraftingError:
        """Our error for one of the library's, also where ours lies beneath it."""
        import httpx2

        beneath: BaseException | None = error
        while beneath is not None:
            if isinstance(beneath, DraftingError):
                return beneath
            if isinstance(beneath, httpx2.ProtocolError | httpx2.ReadError | httpx2.DecodingError):
                return EndpointError("cut", retry_after_s=SOON)
            beneath = beneath.__cause__ or beneath.__context__
        if isinstance(error, self._openai.APITimeoutError):
            return EndpointError("slow", retry_after_s=SOON)
        if isinstance(error, self._openai.APIStatusError):
            return _of_status(error.status_code, _said(error), error.response.headers, self.address.model)
        if isinstance(error, self._openai.APIConnectionError):
            return EndpointError("unreachable", retry_after_s=SOON)
        raise error


def _said(error: Any) -> str:
    """What the server says about an error, for our eyes only."""
    body = error.body
    return json.dumps(body, default=str)[:4_000].lower() if body else ""


_MODEL_WORDS = re.compile(r"model.{0,80}(?:not found|does not exist|unknown|not available)|pinned to")
_FORMAT_WORDS = re.compile(r"response_format|json_schema|json_object|structured output|guided|grammar")
_LIMIT_WORDS = re.compile(r"max_completion_tokens|max_tokens.{0,40}(?:unsupported|not supported)")
_CONTEXT_WORDS = re.compile(r"context.{0,20}(?:length|size|window)|maximum context|too many tokens|prompt is too long")
_POLICY_WORDS = re.compile(r"content.?(?:policy|filter)|safety|moderation|responsible.?ai|inappropriate")
_BLIND_WORDS = re.compile(
    r"(?:image|picture|vision|multimodal|image_url).{0,60}(?:not support|unsupported|not enabled|not available)"
    r"|(?:not support|unsupported|cannot|can't|does not accept|doesn't accept|only supports? text).{0,60}"
    r"(?:image|picture|vision|multimodal)|mmproj|content must be a string|text.only"
)
_PICTURE_WORDS = re.compile(r"image|picture")


def _of_status(status: int, said: str, headers: Mapping[str, str], model: str) -> DraftingError:
    """Our error for what a server answers with: each cause has one code."""
    if status in (401, 403):
        return EndpointError("key", retry_after_s=LATER)
    if status == 404:
        return EndpointError("model-missing" if "model" in said else "no-chat", retry_after_s=LATER, model=model)
    if _MODEL_WORDS.search(said):
        return EndpointError("model-missing", retry_after_s=LATER, model=model)
    if status == 402 or (status == 429 and re.search("insufficient_quota|billing|credit", said)):
        return EndpointError("quota", retry_after_s=LATER)
    if status == 429:
        return EndpointError("rate", retry_after_s=_patience(headers))
    if status == 413:
        return PictureError("picture-refused")
    if 300 <= status < 400:
        return EndpointError("no-chat", retry_after_s=LATER)
    found = _of_words(said)
    if found is not None:
        return found
    if status >= 500:
        return EndpointError("server", retry_after_s=SOON)
    return EndpointError("request", retry_after_s=LATER)


def _of_words(said: str) -> DraftingError | None:
    """What only the words of an error tell."""
    kinds: tuple[tuple[re.Pattern[str], DraftingError], ...] = (
        (_POLICY_WORDS, PictureError("picture-refused")),
        (_CONTEXT_WORDS, PictureError("context")),
        (_FORMAT_WORDS, EndpointError("no-format", retry_after_s=LATER)),
        (_LIMIT_WORDS, EndpointError("no-limit", retry_after_s=LATER)),
        (_BLIND_WORDS, EndpointError("no-pictures", retry_after_s=LATER)),
        (_PICTURE_WORDS, PictureError("picture-refused")),
    )
    return next((error for pattern, error in kinds if pattern.search(said)), None)


def _patience(headers: Mapping[str, str]) -> float:
    """Seconds that a server asks to wait; a minute where it does not say, an hour at most."""
    try:
        return min(LATER, max(1.0, float(headers.get("retry-after", ""))))
    except ValueError:
        return SOON


# --- answers


def _reply(body: bytes, asked: Sequence[Message], seconds: float) -> Reply:
    """What stands in a chat completion. Raises ``EndpointError`` for anything else."""
    try:
        data = json.loads(body)
        choice = data["choices"][0]
        message = choice["message"]
        text, refusal = message.get("content"), message.get("refusal")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise EndpointError("no-chat", retry_after_s=LATER) from error
    finish = choice.get("finish_reason")
    if refusal or finish == "content_filter":
        raise PictureError("picture-refused")
    if finish == "length":
        raise PictureError("cut-short")
    if not isinstance(text, str) or not text.strip():
        raise PictureError("empty")
    return Reply(text, str(data.get("model") or ""), _tokens(data.get("usage"), asked, text), seconds)


def _tokens(usage: Any, asked: Sequence[Message], text: str) -> int:
    """What the server counted, else a guess: a budget that nobody counts against would be none."""
    total = usage.get("total_tokens") if isinstance(usage, Mapping) else None
    if isinstance(total, int) and total > 0:
        return total
    parts = [part for message in asked for part in _texts_of(message)]
    return PICTURE_TOKENS + sum(map(len, parts)) // 3 + len(text) // 3


def _texts_of(message: Message) -> list[str]:
    content = message["content"]
    return [content] if isinstance(content, str) else [part["text"] for part in content if part["type"] == "text"]
