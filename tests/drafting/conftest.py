"""A model on loopback, and a picture to be drafted."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from model_server import KEY, MODEL, ModelServer, model_server
from PIL import Image

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import Line
from memebot.drafting.drafter import Drafter
from memebot.drafting.endpoint import Address, Endpoint, Reply
from memebot.drafting.material import Material


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def drafter(server: ModelServer) -> Iterator[Drafter]:
    with Endpoint(Address(server.url, MODEL, KEY, 2.0)) as endpoint:
        yield Drafter(endpoint)


class Counter:
    """Counts requests without a limit."""

    def __init__(self) -> None:
        self.ended: list[tuple[int, str]] = []
        self.begun = 0

    def begin(self) -> int:
        self.begun += 1
        return self.begun

    def end(self, number: int, reply: Reply | None, error: str) -> None:
        self.ended.append((0 if reply is None else reply.tokens, error))


@pytest.fixture
def counter() -> Counter:
    return Counter()


def jpeg(width: int = 64, height: int = 48) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "JPEG")
    return out.getvalue()


ENTRIES = (
    Entry(
        EntryId("overfitting"),
        "concept",
        {"ru": "Переобучение", "en": "Overfitting"},
        {
            "ru": "Модель зубрит обучающие данные вместе с шумом. На экзамене с новыми вопросами она проваливается.",
            "en": "The model swots its training data with the noise. It fails an exam with new questions.",
        },
    ),
    Entry(
        EntryId("drake"),
        "format",
        {"ru": "Дрейк", "en": "Drake"},
        {"ru": "Отмахивается от одного и доволен другим.", "en": "He waves one away and likes the other."},
    ),
)


@pytest.fixture
def material() -> Callable[..., Material]:
    def make(*lines: str, entries: tuple[Entry, ...] = ENTRIES) -> Material:
        read = tuple(Line(text, 0.9, "en", (0.0, 0.0, 1.0, 0.1)) for text in lines)
        return Material("0" * 64, jpeg(), read, entries)

    return make
