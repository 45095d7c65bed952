"""Every picture of ours by name, what the demo is to say about the examples, and writing them all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from drawing import effects, formats, jokes
from drawing.recipe import borscht

Frames = list[Image.Image]


@dataclass(frozen=True, slots=True)
class Example:
    """A picture for the demo; ``expect``: the entries that a right answer rests on, the main one first."""

    path: str
    draw: Callable[[], Frames]
    expect: tuple[str, ...] | None
    verdict: Literal["joke", "composed", "unknown"]
    what: str


def exemplars() -> dict[str, Callable[[], Frames]]:
    """File name -> frames, for the knowledge base: the interview's six memes, then blank formats."""
    return {
        "xgboost-kaggle.png": lambda: [jokes.xgboost()],
        "pytorch-log-docs.png": lambda: [jokes.log_docs()],
        "fine-tuned-cat.gif": jokes.cat_at_tap,
        "floor-is-lava-readable-code.png": lambda: [
            jokes.floor_is_lava("The floor is\nwriting readable code", _PRACTICES, badge="i ♥ NaN")
        ],
        "emoji-network.png": lambda: [jokes.emoji_network()],
        "car-salesman-algorithms.png": lambda: [jokes.car_salesman()],
        "floor-is-lava.png": lambda: [jokes.floor_is_lava("The floor is lava", shirt="#c9584f")],
        "car-salesman.png": lambda: [jokes.car_salesman(_PLAIN_TALK, "#5a8fd8")],
        "expanding-brain.png": lambda: [formats.expanding_brain()],
        "two-buttons.png": lambda: [formats.two_buttons()],
        "drake.png": lambda: [formats.no_yes()],
        "distracted-boyfriend.png": lambda: [formats.distracted_boyfriend()],
        "panik-kalm-panik.png": lambda: [formats.panik_kalm_panik()],
        "trade-offer.png": lambda: [formats.trade_offer()],
        "is-this-a-pigeon.png": lambda: [formats.is_this_a_pigeon()],
        "iceberg.png": lambda: [formats.iceberg()],
        "clown-makeup.png": lambda: [formats.clown_makeup()],
    }


def examples() -> tuple[Example, ...]:
    """The demo's pictures in the order in which it shows them; none of them is an exemplar."""
    return (
        Example(
            "xgboost-ru.png",
            lambda: [jokes.xgboost(_PODIUM_RU, "#f3d9e6")],
            ("xgboost-wins-kaggle",),
            "joke",
            "the XGBoost joke in Russian",
        ),
        Example(
            "log-docs-cropped.jpg",
            _docs_cropped,
            ("pytorch-log-docs",),
            "joke",
            "a part of the page, smaller, as a JPEG",
        ),
        Example(
            "cat-ru.webp",
            lambda: jokes.cat_at_tap(_CAT_RU),
            ("fine-tuned-cat",),
            "joke",
            "a moving picture: another cat, another kitchen, Russian words",
        ),
        Example(
            "floor-ru.png",
            lambda: [
                jokes.floor_is_lava("Пол — это понятный\nкод и документация", ("PEP 8", "docs/", "тесты"), "#5f9a6b")
            ],
            ("floor-is-lava-readable-code",),
            "joke",
            "the same complaint, re-captioned in Russian",
        ),
        Example(
            "emoji-network-on-screen.jpg",
            _network_on_screen,
            ("emoji-network",),
            "joke",
            "photographed from a monitor, aslant",
        ),
        Example(
            "car-salesman-overfitting.jpg",
            lambda: [jokes.car_salesman(_NETWORK_TALK, "#4fae74")],
            ("car-salesman-algorithms",),
            "joke",
            "the salesman with another algorithm",
        ),
        Example(
            "expanding-brain-test-set.jpg",
            lambda: [formats.expanding_brain(_TEST_SET)],
            ("trained-on-test",),
            "joke",
            "a known joke on a format that it is seldom told on",
        ),
        Example(
            "two-buttons-fit.png",
            lambda: [formats.two_buttons("overfitting", "underfitting", "every model I train")],
            ("two-buttons", "overfitting"),
            "composed",
            "a known format with a topic of its own",
        ),
        Example("borscht.png", lambda: [borscht()], None, "unknown", "no meme at all: a recipe"),
    )


_PLAIN_TALK = jokes.SalesTalk(
    "*slaps roof of car*", "this bad boy can fit so much stuff in it", "", ("", ""), "USED CARS"
)
_NETWORK_TALK = jokes.SalesTalk(
    "*slaps roof of neural network*",
    "this bad boy can overfit any training set",
    "10 BILLION WEIGHTS",
    ("SVM", "PCA"),
)
_PRACTICES = ("PEP 8", "README", "tests/")
_PODIUM_RU = jokes.Podium(
    "Как выиграть любой Kaggle",
    "Таблица лидеров",
    "import xgboost",
    "Нейросеть: 37 слоёв, 3\u00a0недели на 8\u00a0GPU",
    "200 признаков вручную, без сна",
    "# снова первое место",
)
_CAT_RU = jokes.CatScene(
    top="когда сделал fine-tuning,",
    bottom="но не стал дообучать",
    fur="#9aa0ad",
    stripes="#5f6675",
    wall="#f3e3d3",
    tiles="#dcc3a8",
    frames=10,
    laps=1,
    reach=22,
)
_TEST_SET = (
    "hold out a test set",
    "tune the model on the test set",
    "train on the test set: accuracy 100%",
    "overfitting? what overfitting?",
)


def _docs_cropped() -> Frames:
    return [effects.cropped(jokes.log_docs(), (236, 64, 892, 590), 600)]


def _network_on_screen() -> Frames:
    corners = ((86.0, 70.0), (812.0, 34.0), (838.0, 610.0), (60.0, 566.0))
    return [effects.photo_of_screen(jokes.emoji_network(), (900, 660), corners)]


def write_all(folder: Path) -> Iterator[Path]:
    """Draws everything into ``folder``/exemplars and ``folder``/examples; yields each file once written."""
    pictures = {f"exemplars/{name}": draw for name, draw in exemplars().items()}
    pictures |= {f"examples/{example.path}": example.draw for example in examples()}
    for name, draw in pictures.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        save(draw(), path)
        yield path
    listing = folder / "examples" / "examples.json"
    listing.write_text(examples_json(), encoding="utf-8")
    yield listing


def examples_json() -> str:
    """The list of examples as the demo reads it."""
    rows = [
        {
            "path": example.path,
            "expect": None if example.expect is None else list(example.expect),
            "verdict": example.verdict,
            "what": example.what,
        }
        for example in examples()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def save(frames: Frames, path: Path) -> None:
    """Writes a still or, with several frames, a loop, in the format of the path's suffix."""
    first, *others = frames
    options = dict(_OPTIONS[path.suffix])
    if others:
        options |= {"save_all": True, "append_images": others, "duration": 80, "loop": 0}
    first.save(path, **options)


_OPTIONS: dict[str, dict[str, Any]] = {
    ".png": {"optimize": True},
    ".jpg": {"quality": 78},
    ".gif": {},
    ".webp": {"quality": 80, "method": 4},
}
