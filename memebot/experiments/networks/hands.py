"""Rock, paper, scissors: a network from scratch beside a linear layer on what a trained encoder sees."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image

from memebot.experiments.drawing import FAINT, GREEN, INK, MARGIN, ORANGE, RED, SIDE, VIOLET, Canvas
from memebot.experiments.drawn.hands import SIGNS, drawn_hand
from memebot.experiments.encoder import bundled
from memebot.experiments.model import Array, ChoiceControl, Experiment, Inputs, Look, PictureControl, Showing, Words
from memebot.experiments.networks.features import frozen, head, thumbnails
from memebot.experiments.networks.layers import cnn, percent, weights_of

_HANDS_LEARNT_FROM = 300


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """Three shakes, then both hands and who won; facts: what each network saw, what the bot showed, the outcome."""
    rng = np.random.default_rng(seed)
    hand = inputs["hand"]
    picture = inputs["picture"] if hand == "mine" else drawn_hand(rng, hand, 256, steady=True)
    scratch = cnn(weights_of("hands-cnn"), thumbnails([picture]))[0]
    transfer = head(weights_of("hands-head"), frozen(bundled(), [picture]))[0]
    theirs, ours = SIGNS[int(transfer.argmax())], SIGNS[int(rng.integers(3))]
    answer = drawn_hand(rng, ours, 256, steady=True)
    outcome = ("draw", "won", "lost")[(SIGNS.index(ours) - SIGNS.index(theirs)) % 3]
    frame = partial(_frame, words, picture)
    frames = [frame(None, [], words(f"shake-{number}")) for number in (1, 2, 3)]
    frames += [frame(answer, [scratch * share, transfer * share], words(outcome)) for share in (0.3, 0.7, 1.0)]
    facts: dict[str, str | int] = {
        "scratch": words(f"sign-{SIGNS[int(scratch.argmax())]}"),
        "transfer": words(f"sign-{theirs}"),
        "ours": words(f"sign-{ours}"),
        "outcome": words(outcome),
        "few": _HANDS_LEARNT_FROM,
        "scratch-few": percent("hands-cnn drawn, few"),
        "transfer-few": percent("hands-head drawn, few"),
        "scratch-many": percent("hands-cnn drawn"),
    }
    key = "look-same" if facts["scratch"] == facts["transfer"] else "look-apart"
    return Showing(tuple(frames), Look(key, facts), milliseconds=420)


def _frame(words: Words, picture: Array, answer: Array | None, found: list[Array], title: str) -> Image.Image:
    canvas = Canvas()
    colour = {words("won"): RED, words("lost"): GREEN}.get(title, INK)
    canvas.text((SIDE / 2, MARGIN + 14), title, size=38, bold=True, colour=colour, anchor="mm")
    width = (SIDE - 2 * MARGIN - 24) / 2
    for number, (name, shown) in enumerate((("you", picture), ("bot", answer))):
        left = MARGIN + number * (width + 24)
        box = (left, 78, left + width, 78 + width)
        canvas.card(box)
        if shown is None:
            canvas.text((left + width / 2, 78 + width / 2), "?", size=120, colour=FAINT, bold=True, anchor="mm")
        else:
            canvas.picture(shown, (box[0] + 8, box[1] + 8, box[2] - 8, box[3] - 8))
        canvas.text((left, 78 + width + 8), words(name), size=22, colour=FAINT)
    top = 78 + width + 46
    for number, (name, colour) in enumerate((("scratch", ORANGE), ("transfer", VIOLET))):
        left = MARGIN + number * (width + 24)
        canvas.text((left, top), words(name), size=24, bold=True, colour=colour)
        if found:
            rows = [(words(f"sign-{sign}"), float(chance)) for sign, chance in zip(SIGNS, found[number], strict=True)]
            place = (left, top + 44, left + width, SIDE - MARGIN)
            canvas.bars(place, rows, strong=int(found[number].argmax()), colour=colour)
    return canvas.image()


EXPERIMENT = Experiment(
    name="rock-paper-scissors",
    concepts=("transfer-learning", "pretrained-model", "fine-tuning"),
    controls=(
        ChoiceControl("hand", (*SIGNS, "mine")),
        PictureControl(
            "picture", lambda seed: drawn_hand(np.random.default_rng(seed), SIGNS[seed % 3], 256, steady=True)
        ),
    ),
    run=run,
    needs_encoder=True,
)
