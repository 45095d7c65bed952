"""The bank: vectors of pictures that match nothing, against which scores are normalised."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from knowledge.reading import unit
from memebot.training.batches import LENGTH_STEP
from memebot.training.glyphs import gradient, random_colour
from memebot.training.vocabulary import EOS_ID
from memebot.vision.encoder.torch_compat import quiet_open_clip
from memebot.vision.encoder.tower import import_open_clip_with_tower
from memebot.vision.encoder.views import VIEWS, WHOLE, Frame, Preprocess, View, looks

if TYPE_CHECKING:
    from memebot.training.batches import Corpus


def build_bank(
    encoder: Path, corpus: Corpus, seed: int, *, pages: int, memes: int, grounds: int, device: str = "cpu"
) -> NDArray[np.float32]:
    """Unit rows: text pages and comics drawn afresh, memes made of the training pictures, and plain grounds.

    Clean templates alone made normalisation worse than none; what cries wolf are pages of text, and pictures of
    one colour beside a template that has an empty panel.
    """
    rng = Random(f"bank {seed}")
    drawn = [corpus.maker.page(rng) for _ in range(pages)]
    usable = [index for index in range(len(corpus.pictures)) if not corpus.pictures.held_back[index]]
    plain = [int(index) for index in corpus.plain] or usable
    chosen = [rng.choice(plain if number % 10 < 7 else usable) for number in range(memes)]
    made = [corpus.maker.view(rng, corpus.pictures[index], 160) for index in chosen]
    blank = [_ground(rng) for _ in range(grounds)]
    return Embedder(encoder, device).pictures(drawn + made + blank)


def _ground(rng: Random) -> Frame:
    """One colour, or a passage from one to another."""
    ground = gradient(rng, 160)
    if rng.random() < 0.5:
        ground[:] = random_colour(rng)
    return ground


class Embedder:
    """A folder's model as a function of pictures and texts, in float32; for measuring, not for serving."""

    def __init__(self, encoder: Path, device: str = "cpu") -> None:
        open_clip = import_open_clip_with_tower()
        with quiet_open_clip():
            self.model: Any = open_clip.create_model(f"local-dir:{encoder}", device=device).eval()
            self.tokenizer: Any = open_clip.get_tokenizer(f"local-dir:{encoder}")
        self.device = device
        self.preprocess = Preprocess.from_config(self.model.visual.preprocess_cfg)

    @torch.inference_mode()
    def views(self, frames: Sequence[Frame], views: Sequence[View] = (WHOLE,)) -> NDArray[np.float32]:
        """Unit vectors (frames, views, dim)."""
        rows = []
        for start in range(0, len(frames), 32):
            seen = [part for frame in frames[start : start + 32] for part in looks(frame, views)]
            batch = torch.from_numpy(self.preprocess(seen)).permute(0, 3, 1, 2).to(self.device)
            vectors = self.model.encode_image(batch, normalize=True).float().cpu().numpy()
            rows.append(vectors.reshape(-1, len(views), vectors.shape[1]))
        return np.concatenate(rows)

    def pictures(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """One unit vector a picture: the mean of its views'."""
        return unit(self.views(frames, VIEWS).mean(1))

    @torch.inference_mode()
    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (texts, dim)."""
        parts = [texts[start : start + 256] for start in range(0, len(texts), 256)]
        tokens = [self.tokenizer(list(part)).to(self.device) for part in parts]
        return unit(np.concatenate([text_features_by_length(self.model.text, t).float().cpu().numpy() for t in tokens]))


def text_features(tower: Any, tokens: Tensor) -> Tensor:
    """What open_clip's text tower makes of tokens, without computing the padding behind the longest text.

    Attention looks back only, and the vector is taken at the end mark, so what is behind it changes nothing.
    """
    length = tokens.shape[1]
    mask = tower.attn_mask[:length, :length]
    hidden = tower.token_embedding(tokens) + tower.positional_embedding[:length]
    hidden = tower.ln_final(tower.transformer(hidden, attn_mask=mask))
    ends = (tokens == EOS_ID).int().argmax(1)
    features: Tensor = hidden[torch.arange(len(tokens), device=tokens.device), ends] @ tower.text_projection
    return features


def text_features_by_length(tower: Any, tokens: Tensor) -> Tensor:
    """``text_features``, with short texts apart from long ones, so that little padding is computed."""
    lengths = (tokens == EOS_ID).int().argmax(1) + 1
    steps = -(-lengths // LENGTH_STEP)
    places, parts = [], []
    for step in sorted(set(steps.tolist())):
        rows = (steps == step).nonzero().squeeze(1)
        places.append(rows)
        parts.append(text_features(tower, tokens[rows, : step * LENGTH_STEP]))
    return torch.cat(parts)[torch.cat(places).argsort()]
