"""A server for drafts on loopback: strict about the published schema, with a model whose answers can be predicted.

``plan`` says how the next requests end; without a plan the model answers well. ``gullible``: it does whatever the words
on a picture tell it to.
"""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

KEY = "sk-TEST-very-secret"
MODEL = "seeing-1"

GOOD: dict[str, Any] = {
    "cannot_tell": False,
    "picture": "A chart with two curves that part.",
    "format": "none",
    "concepts": ["overfitting"],
    "title_ru": "Зубрила на экзамене",
    "title_en": "The swot at the exam",
    "explanation_ru": (
        "На картинке модель зубрит ответы и гордится собой, а рядом стоит экзамен с новыми вопросами.\n\n"
        "Так бывает при переобучении: модель зубрит обучающие данные вместе с шумом и не понимает правила.\n\n"
        "Смешно, потому что отличник проваливается на первом же вопросе, которого не было в учебнике."
    ),
    "explanation_en": (
        "The model swots all the answers and is proud of itself, while an exam with new questions waits.\n\n"
        "That is overfitting: the model swots its training data, noise and all, and learns no rule.\n\n"
        "It is funny because the best pupil fails the first question that was not in the book."
    ),
    "says": [],
    "asks_ru": ["почему отличник провалился"],
    "asks_en": ["why did the best pupil fail"],
    "captions_ru": ["на трейне 99, на экзамене 50"],
    "captions_en": ["train 99, exam 50"],
    "sure": 0.8,
}

Plan = Callable[["Request"], "Answer"]


@dataclass
class Request:
    """A request as the server got it."""

    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def given(self) -> dict[str, Any]:
        """The data about the picture."""
        content = next(m for m in self.body["messages"] if m["role"] == "user")["content"]
        return json.loads(content[0]["text"])  # type: ignore[no-any-return]

    @property
    def picture(self) -> bytes:
        content = next(m for m in self.body["messages"] if m["role"] == "user")["content"]
        return base64.b64decode(content[1]["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))

    @property
    def words(self) -> str:
        return " ".join(line["text"] for line in self.given["read_on_picture"])


@dataclass
class Answer:
    """What goes over the wire."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    claimed: int | None = None
    """A length that is promised and not kept."""


def draft(**changes: Any) -> str:
    """A good answer's text, changed."""
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def completion(content: Any, **changes: Any) -> Answer:
    """A chat completion."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    for key in ("finish_reason",):
        if key in changes:
            choice[key] = changes.pop(key)
    if "refusal" in changes:
        choice["message"]["refusal"] = changes.pop("refusal")  # type: ignore[index]
    usage = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
    data = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
        "usage": usage,
        **changes,
    }
    return Answer(body=json.dumps(data).encode(), headers={"content-type": "application/json"})


def error(status: int, message: str, code: str = "", **headers: str) -> Answer:
    """An error as providers word it: with a body that nobody is to see."""
    body = {"error": {"message": message, "type": "invalid_request_error", "code": code or None}}
    return Answer(status, json.dumps(body).encode(), {"content-type": "application/json", **headers})


class ModelServer:
    """The server; ``url`` is what goes into the setting."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.planned: deque[Plan | Answer] = deque()
        self.always: Plan | None = None
        self.complaints: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def plan(self, *answers: Plan | Answer) -> None:
        """The next requests end like this."""
        self.planned.extend(answers)

    def environment(self, **more: str) -> dict[str, str]:
        """The settings that lead here."""
        return {"MEMEBOT_DRAFTS_URL": self.url, "MEMEBOT_DRAFTS_MODEL": MODEL, "MEMEBOT_DRAFTS_KEY": KEY, **more}

    def settings(self, **more: Any) -> dict[str, Any]:
        """The same as arguments of ``settings.load``."""
        return {"drafts_url": self.url, "drafts_model": MODEL, "drafts_key": KEY, **more}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        wrong = _wrong(request)
        if wrong:
            self.complaints.append(wrong)
            return error(400, wrong)
        if self.planned:
            planned = self.planned.popleft()
            return planned if isinstance(planned, Answer) else planned(request)
        if self.always is not None:
            return self.always(request)
        known = [e["id"] for e in request.given["entries"] if e["kind"] != "format"]
        concepts = ["overfitting"] if "overfitting" in known else known[:1]
        return completion(draft(concepts=concepts)) if concepts else completion(draft(cannot_tell=True))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["content-length"]))
                if self.path != "/v1/chat/completions":
                    self._send(error(404, "no such path"))
                    return
                self._send(server._answer(Request(json.loads(data), dict(self.headers))))

            def do_GET(self) -> None:
                listed = {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
                self._send(Answer(body=json.dumps(listed).encode()))

            def _send(self, answer: Answer) -> None:
                time.sleep(answer.wait)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("content-length", str(answer.claimed or len(answer.body)))
                self.end_headers()
                with suppress(OSError):  # whoever asked may have gone
                    self.wfile.write(answer.body)
                if answer.claimed:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server that runs in the block."""
    server = ModelServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


_KNOWN = {"model", "messages", "response_format", "max_tokens", "max_completion_tokens"}


def _wrong(request: Request) -> str:
    """What a strict reader of the published schema would not take; "" for a sound request."""
    body = request.body
    if unknown := sorted(set(body) - _KNOWN):
        return f"unknown parameters {unknown}"
    if "max_tokens" in body and "max_completion_tokens" in body:
        return "both limits"
    if request.headers.get("authorization", request.headers.get("Authorization")) != f"Bearer {KEY}":
        return "no key"
    form = body.get("response_format", {"type": "text"})
    if form["type"] == "json_schema":
        shape = form["json_schema"]
        if shape.get("strict") is not True or not _strict(shape["schema"]):
            return "the schema is not strict"
    if [m["role"] for m in body["messages"]][:2] != ["system", "user"]:
        return "roles"
    with Image.open(io.BytesIO(request.picture)) as picture:
        if max(picture.size) > 1024 or picture.format != "JPEG" or picture.getexif():
            return "the picture"
    return ""


def _strict(schema: Mapping[str, Any]) -> bool:
    """OpenAI's rules for strict schemas: closed objects, all required, no keyword but the plain ones."""
    if not set(schema) <= {"type", "properties", "required", "additionalProperties", "items", "enum"}:
        return False
    if schema["type"] == "object":
        closed = schema.get("additionalProperties") is False and list(schema["required"]) == list(schema["properties"])
        return closed and all(map(_strict, schema["properties"].values()))
    return schema["type"] != "array" or _strict(schema["items"])
