"""Encoders: pictures and texts to vectors of one space, by open_clip.

``bundled`` lies in the package and needs nothing; others come from the Hugging Face hub, once, or lie in a folder
of their owner's, trained here. Every encoder is loaded from a folder in open_clip's layout
(``open_clip_config.json``, safetensors weights, the tokenizer's files), so no call of open_clip ever goes to the
network. Only the image tower stays in memory.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from knowledge.reading import EncoderId, Vectors, unit
from memebot.vision.compute.stages import stage
from memebot.vision.encoder import hub
from memebot.vision.encoder.hub import Progress
from memebot.vision.encoder.torch_compat import import_open_clip, quiet_open_clip
from memebot.vision.encoder.views import EXEMPLAR_VIEWS, VIEWS, Frame, Preprocess, View
from memebot.vision.errors import EncoderError, first_line

if TYPE_CHECKING:
    import torch

BUNDLED: Final = "bundled"
BUNDLED_FOLDER: Final = Path(__file__).parents[2] / "models" / "bundled"

_OWN = "own"  # what the ids of encoders in folders of their owner's begin with
_CHOICE = "encoder.json"
_PRECISION = "precision.json"
_AGREEMENT = 0.9999  # cosine of a picture's bfloat16 vector to its float32 vector, at least
_BATCH = 16  # frames or texts that go through a tower at once
_IMAGE = "visual."  # what the names of the image tower's weights begin with
_TRUNK = f"{_IMAGE}trunk."  # of the bundled kind of tower
_OWN_TOWER = "memebot_patchnet"  # what configurations call the bundled kind of tower


@dataclass(frozen=True, slots=True)
class EncoderSource:
    """Where an encoder comes from. ``model``: open_clip's "MODEL/PRETRAINED"; ``size_mb``: the download's."""

    name: str
    model: str
    repo: str
    size_mb: int | None
    what: str


ENCODERS: Final[tuple[EncoderSource, ...]] = (
    EncoderSource(
        "siglip2",
        "ViT-B-16-SigLIP2/webli",
        "timm/ViT-B-16-SigLIP2",
        1540,
        "recommended: knows the world's pictures and more than a hundred languages",
    ),
    EncoderSource(
        "fast",
        "ViT-B-32-SigLIP2-256/webli",
        "timm/ViT-B-32-SigLIP2-256",
        1545,
        "the same for a small server: a third of the time for a picture",
    ),
    EncoderSource(
        "best",
        "ViT-SO400M-16-SigLIP2-384/webli",
        "timm/ViT-SO400M-16-SigLIP2-384",
        4580,
        "the most exact; wants a GPU or patience",
    ),
)


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """One encoder that can be used. ``size_mb``: on the disk, or what a download would bring."""

    name: str
    what: str
    downloaded: bool
    size_mb: int | None
    active: bool


class Encoder:
    """One open_clip model in memory: its image tower; the text tower comes and goes with ``embed_texts``.

    Not safe for use by several threads at once.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        fix: str,
        weights_sha256: str | None = None,
        bfloat16: bool = False,
        threads: int | None = None,
    ) -> None:
        """Load the image tower from ``folder``; raises ``EncoderError`` with ``fix`` if a file is bad.

        ``id`` is the name and the beginning of the weights' SHA-256: other weights have another id.
        ``bfloat16``: pictures go through the tower in half precision. ``threads``: how many one picture may use.
        """
        self._files = _Files(folder, fix, threads)
        self.id = EncoderId(f"{name}-{(weights_sha256 or self._files.digest)[:8]}")
        self.bfloat16 = bfloat16
        self._tower, self._preprocess = self._files.image_tower(bfloat16=bfloat16)
        self.dim: int = self._files.config["model_cfg"]["embed_dim"]

    @property
    def folder(self) -> Path:
        """Where its files are, and what was computed for it: its bank and its calibration."""
        return self._files.folder

    def bank(self) -> Vectors:
        """Vectors of pictures that match nothing: float32 unit rows (n, dim); (0, dim) where none were made.

        Raises ``EncoderError`` if the file is damaged.
        """
        try:
            with np.load(self.folder / "bank.npz", allow_pickle=False) as archive:
                return np.asarray(archive["vectors"], np.float32)
        except FileNotFoundError:
            return np.zeros((0, self.dim), np.float32)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise EncoderError(f"{self.folder / 'bank.npz'} is damaged: {error}", self._files.fix) from error

    @stage("embed")
    def embed_images(self, frames: Sequence[Frame]) -> list[Vectors]:
        """One float32 array (views, dim) of unit rows a frame, in the frames' order."""
        return self._embed_all(frames, VIEWS)

    def embed_exemplars(self, frames: Sequence[Frame]) -> list[Vectors]:
        """The same of pictures that others will be compared with: more views, the first ones the same."""
        return self._embed_all(frames, EXEMPLAR_VIEWS)

    def _embed_all(self, frames: Sequence[Frame], views: Sequence[View]) -> list[Vectors]:
        batches = (frames[start : start + _BATCH] for start in range(0, len(frames), _BATCH))
        return [vectors for batch in batches for vectors in self._embed(batch, views)]

    def _embed(self, frames: Sequence[Frame], views: Sequence[View]) -> Vectors:
        """Float32 (frames, views, dim)."""
        with stage("views"):
            pictures = np.concatenate([self._preprocess.views(frame, views) for frame in frames])
        with stage("tower"):
            return unit(self._tower(pictures)).reshape(len(frames), len(views), -1)

    def prepared(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Whole frames as the tower sees them: (n, height, width, 3), normalised."""
        return self._preprocess(frames)

    def vectors(self, prepared: torch.Tensor) -> torch.Tensor:
        """Unit rows (n, dim) of prepared frames, with slopes where their tensor wants them; no ``inference_mode``."""
        import torch

        return torch.nn.functional.normalize(self._module(prepared.permute(0, 3, 1, 2)).float(), dim=1)

    @cached_property
    def _module(self) -> torch.nn.Module:
        """The tower as torch has it, in single precision."""
        import torch

        with torch.inference_mode(False):  # what is loaded in that mode gives no slopes, ever
            return self._files.image_module()[0]

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Float32 unit rows (texts, dim).

        Loads the tokenizer and the text tower and lets them go again: pass all texts at once. Raises
        ``EncoderError`` if a file of theirs is missing or damaged.
        """
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        import torch

        tokens = self._files.tokenizer()(list(texts))
        model = self._files.text_tower()
        with torch.inference_mode():
            rows = [_unit(model.encode_text(tokens[i : i + _BATCH])) for i in range(0, len(tokens), _BATCH)]
        return np.concatenate(rows)


Tower = Callable[[NDArray[np.float32]], Vectors]
"""Prepared pictures (n, height, width, 3) to float32 rows (n, dimensions), not of unit length."""


@dataclass(frozen=True, slots=True)
class _TorchTower:
    module: torch.nn.Module
    bfloat16: bool

    def __call__(self, pictures: NDArray[np.float32]) -> Vectors:
        import torch

        # permuted, not copied: the memory keeps its channels last, as convolutions like it
        batch = torch.from_numpy(pictures).permute(0, 3, 1, 2)
        with torch.inference_mode():
            rows: Vectors = self.module(batch.bfloat16() if self.bfloat16 else batch).float().numpy()
        return rows


class _Files:
    """An encoder's folder in open_clip's layout; every error names the file and what mends it."""

    def __init__(self, folder: Path, fix: str, threads: int | None) -> None:
        self.folder, self.fix, self.threads = folder, fix, threads
        self.config = self._config()
        self.weights = self._weights()

    @cached_property
    def digest(self) -> str:
        """The weights' SHA-256."""
        return hub.sha256(self.weights)

    def image_tower(self, *, bfloat16: bool) -> tuple[Tower, Preprocess]:
        """The image tower alone, ready for inference, and what it wants its pictures to be."""
        light = None if bfloat16 else self._light_tower()
        if light is not None:
            return light
        tower, preprocess = self.image_module()
        if bfloat16:
            _halve(tower)
        return _TorchTower(tower, bfloat16), preprocess

    def image_module(self) -> tuple[torch.nn.Module, Preprocess]:
        """The same as torch has it."""
        import torch

        self._limit_torch()
        tower, preprocess = self._own_module() or self._open_clip_module()
        tower.eval().requires_grad_(False)
        tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return tower, preprocess

    def _limit_torch(self) -> None:
        if self.threads is not None:
            import torch

            torch.set_num_threads(self.threads)

    @property
    def _is_own(self) -> bool:
        """Whether it is the bundled kind of tower, which needs no open_clip: its import takes seconds."""
        return bool(self.config["model_cfg"]["vision_cfg"].get("timm_model_name") == _OWN_TOWER)

    def _own_preprocess(self) -> Preprocess:
        try:
            size = {"size": self.config["model_cfg"]["vision_cfg"]["image_size"]}
            return Preprocess.from_config(self.config["preprocess_cfg"] | size)
        except (KeyError, TypeError, ValueError) as error:
            raise self._error(hub.CONFIG, f"is damaged ({first_line(error)})") from error

    def _light_tower(self) -> tuple[Tower, Preprocess] | None:
        """The bundled kind of tower without torch; ``None`` for another, and where the weights are not its."""
        if not self._is_own:
            return None
        from memebot.vision.encoder.onnx_tower import OnnxTower

        preprocess = self._own_preprocess()
        try:
            with safe_open(self.weights, framework="np") as tensors:
                head = f"{_TRUNK}head.weight"
                rows = tensors.get_slice(head).get_shape()[0] if head in tensors.keys() else 0  # noqa: SIM118
            if rows != self.config["model_cfg"]["embed_dim"]:
                return None
            return OnnxTower(self.digest, self._trunk), preprocess
        except (SafetensorError, OSError) as error:
            raise self._damaged(error) from error
        except (KeyError, TypeError, ValueError):  # torch says what is wrong with them
            return None

    def _trunk(self) -> dict[str, NDArray[np.float32]]:
        """The weights of the bundled kind of tower."""
        with safe_open(self.weights, framework="np") as tensors:
            names = [name for name in tensors.keys() if name.startswith(_TRUNK)]  # noqa: SIM118  no dictionary
            return {name[len(_TRUNK) :]: tensors.get_tensor(name).astype(np.float32) for name in names}

    def _own_module(self) -> tuple[torch.nn.Module, Preprocess] | None:
        if not self._is_own:
            return None
        import torch

        from memebot.vision.encoder.tower import PatchNet

        preprocess = self._own_preprocess()
        try:
            with torch.device("meta"):
                tower = PatchNet(num_classes=self.config["model_cfg"]["embed_dim"])
        except (TypeError, ValueError, RuntimeError) as error:
            raise self._error(hub.CONFIG, f"is damaged ({first_line(error)})") from error
        return (tower, preprocess) if self._fill(tower, _TRUNK) else None

    def _open_clip_module(self) -> tuple[torch.nn.Module, Preprocess]:
        model = self._empty()
        preprocess = Preprocess.from_config(model.visual.preprocess_cfg)
        return (model.visual if self._fill(model.visual, _IMAGE) else self._whole().visual), preprocess

    def text_tower(self) -> Any:
        """An open_clip model without its image tower: ``encode_text`` works."""
        self._limit_torch()
        model = self._empty()
        del model.visual
        if not self._fill(model, "", but=_IMAGE):
            model = self._whole()
            del model.visual
        return model.eval().requires_grad_(False)

    def tokenizer(self) -> Callable[[list[str]], torch.Tensor]:
        """open_clip's tokenizer for this model: texts to token ids (texts, context length)."""
        if (
            "hf_tokenizer_name" in self.config["model_cfg"]["text_cfg"]
            and not (self.folder / "tokenizer.json").is_file()
        ):
            raise self._error("tokenizer.json", "is missing")
        try:
            with quiet_open_clip():
                return import_open_clip().get_tokenizer(self._name)  # type: ignore[no-any-return]
        except Exception as error:  # transformers raises anything for a damaged file
            raise self._error("tokenizer.json", f"is damaged ({first_line(error)})") from error

    @property
    def _name(self) -> str:
        return f"local-dir:{self.folder}"

    def _config(self) -> dict[str, Any]:
        path = self.folder / hub.CONFIG
        try:
            config: dict[str, Any] = json.loads(path.read_text("utf-8"))
            model = config["model_cfg"]
            model["embed_dim"], model["vision_cfg"], model["text_cfg"]
        except FileNotFoundError as error:
            raise self._error(hub.CONFIG, "is missing") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._error(hub.CONFIG, f"is damaged ({first_line(error)})") from error
        return config

    def _weights(self) -> Path:
        for name in hub.WEIGHTS:
            if (self.folder / name).is_file():
                return self.folder / name
        raise self._error("model.safetensors", "is missing")

    def _empty(self) -> Any:
        """The model without a number in it: as fast as reading its configuration."""
        import torch

        with torch.device("meta"):
            return self._create(load_weights=False, device="meta")

    def _whole(self) -> Any:
        """Both towers by open_clip's own loader, which also converts other projects' weights; slower."""
        return self._create(require_pretrained=True)

    def _create(self, **options: Any) -> Any:
        from memebot.vision.encoder.tower import import_open_clip_with_tower

        try:
            with quiet_open_clip():
                return import_open_clip_with_tower().create_model(self._name, **options)
        except (OSError, RuntimeError, ValueError, TypeError, KeyError, AssertionError) as error:
            trouble = f"does not fit {self.weights.name} ({first_line(error)})"
            raise self._error(hub.CONFIG, trouble) from error

    def _fill(self, module: torch.nn.Module, prefix: str, but: str | None = None) -> bool:
        """Put the weights that begin with ``prefix``, ``but`` for some, into an empty module.

        False if they are not exactly what it needs.
        """
        state = {}
        try:
            with safe_open(self.weights, framework="pt") as tensors:
                for name in tensors.keys():  # noqa: SIM118  it is no dictionary
                    if name.startswith(prefix) and not (but and name.startswith(but)):
                        tensor = tensors.get_tensor(name)
                        state[name[len(prefix) :]] = tensor.float() if tensor.is_floating_point() else tensor
        except (SafetensorError, OSError) as error:
            raise self._damaged(error) from error
        try:
            module.load_state_dict(state, assign=True)
        except RuntimeError:
            return False
        return not any(tensor.is_meta for tensor in (*module.parameters(), *module.buffers()))

    def _damaged(self, error: Exception) -> EncoderError:
        return self._error(self.weights.name, f"is damaged ({first_line(error)})")

    def _error(self, name: str, trouble: str) -> EncoderError:
        return EncoderError(f"{self.folder / name} {trouble}", self.fix)


def load_encoder(
    name: str,
    home: Path,
    *,
    progress: Progress | None = None,
    offline: bool = False,
    threads: int | None = None,
    endpoint: str | None = None,
) -> Encoder:
    """The encoder of that name, ready for pictures.

    ``name``: ``bundled``, a name of ``ENCODERS``, any "MODEL/PRETRAINED" that open_clip knows, or the path of a
    folder. A hub encoder that is not under ``home`` yet is downloaded first, unless ``offline``; one that is there
    needs no network.
    ``threads``: how many one picture may use; where torch is used, in the whole process. Raises ``EncoderError``.
    """
    if name == BUNDLED:
        return load_bundled(threads=threads)
    folder = local_folder(name)
    if folder is not None:
        return Encoder(folder, _OWN, fix=f"memebot model use {BUNDLED}", threads=threads)
    source = find_source(name)
    if offline:
        snapshot = _installed(source, home)
    else:
        snapshot = hub.installed(_folder(source, home)) or download(name, home, progress, endpoint=endpoint)
    for file in snapshot.damaged(thorough=False):
        raise EncoderError(f"{snapshot.folder / file} is missing or damaged", _fix(source))
    half = cpu_has_bfloat16() and _bfloat16_agrees(snapshot)
    return _from_hub(source, snapshot, bfloat16=half, threads=threads)


def load_bundled(folder: Path = BUNDLED_FOLDER, *, threads: int | None = None) -> Encoder:
    """The encoder that lies in the package; raises ``EncoderError`` if a file of it is missing or damaged.

    In float32 on every processor: its whitened head magnifies the rounding of bfloat16 (cosine 0.9997 where
    0.9999 is asked for), and half precision would save it 15 ms a picture.
    """
    return Encoder(folder, BUNDLED, fix="pip install --force-reinstall memebot", threads=threads)


def local_folder(name: str) -> Path | None:
    """The folder of an encoder that nothing is downloaded for: the bundled one's, or the one that ``name`` leads to.

    An absolute path is taken for a folder even where there is none now, so that its loss is named and not looked for
    on the hub; a relative one only if an encoder lies there. A name of ``ENCODERS`` is never one.
    """
    if name == BUNDLED:
        return BUNDLED_FOLDER
    if _named(name):
        return None
    path = Path(name)
    return path.resolve() if path.is_absolute() or (path / hub.CONFIG).is_file() else None


def download(name: str, home: Path, progress: Progress | None = None, *, endpoint: str | None = None) -> hub.Snapshot:
    """Bring a hub encoder under ``home``, once; verify and mend one that is there.

    Raises ``EncoderError``, which also says what works meanwhile.
    """
    source = find_source(name)
    try:
        snapshot = hub.download(
            source.repo, _folder(source, home), fix=_fix(source), progress=progress, endpoint=endpoint
        )
    except EncoderError as error:
        used = active_encoder(home)
        meanwhile = BUNDLED if used == source.name else used
        raise EncoderError(f"{error.reason}; meanwhile the encoder {meanwhile} works", error.fix) from error
    if not (snapshot.folder / _PRECISION).is_file():
        hub.write_json(snapshot.folder / _PRECISION, {"bfloat16": _measure_agreement(source, snapshot)})
    return snapshot


def find_source(name: str) -> EncoderSource:
    """The hub encoder of that name, or of that "MODEL/PRETRAINED"; raises ``EncoderError`` for any other."""
    if source := _named(name):
        return source
    model, _, tag = name.partition("/")
    config = import_open_clip().get_pretrained_cfg(model, tag) if tag else {}
    repo = "/".join((config.get("hf_hub") or "").split("/")[:2])
    if not repo:
        reason = f"there is no encoder {name!r}: no name of the list, of open_clip, or of a folder with {hub.CONFIG}"
        raise EncoderError(reason, "memebot model list")
    return EncoderSource(name, name, repo, None, f"open_clip's {model}, trained on {tag}")


def _named(name: str) -> EncoderSource | None:
    return next((source for source in ENCODERS if name in (source.name, source.model)), None)


def list_encoders(home: Path) -> list[EncoderInfo]:
    """The encoders with a short name, what else was downloaded to ``home``, and the owner's that is in use.

    Never uses the network.
    """
    active = active_encoder(home)
    infos = [_local_info(BUNDLED, BUNDLED_FOLDER, "ours: small, always there", active)]
    own = local_folder(active)
    if own is not None and active != BUNDLED:
        infos.append(_local_info(active, own, "from a folder of yours", active))
    named = {_folder(source, home): source for source in ENCODERS}
    others = {folder: None for folder in sorted((home / "models").glob("*")) if folder not in named}
    for folder, source in {**named, **others}.items():
        snapshot = hub.installed(folder)
        name = source.name if source else folder.name.replace(_SLASH, "/")
        if source or snapshot:
            infos.append(
                EncoderInfo(
                    name=name,
                    what=source.what if source else f"from {snapshot.repo}" if snapshot else "",
                    downloaded=snapshot is not None,
                    size_mb=round(snapshot.size / 1e6) if snapshot else source.size_mb if source else None,
                    active=active == name,
                )
            )
    return infos


def _local_info(name: str, folder: Path, what: str, active: str) -> EncoderInfo:
    size = sum(file.stat().st_size for file in folder.glob("*"))
    return EncoderInfo(name, what, bool(size), round(size / 1e6), active == name)


def active_encoder(home: Path) -> str:
    """The name that ``use_encoder`` noted last; ``bundled`` where none was, or the note cannot be read."""
    try:
        name = json.loads((home / _CHOICE).read_text("utf-8"))["encoder"]
    except (OSError, ValueError, KeyError, TypeError):
        return BUNDLED
    return name if isinstance(name, str) else BUNDLED


def use_encoder(home: Path, name: str) -> str:
    """Note which encoder is used from now on and return its short name; what is stored is not embedded anew.

    A folder is noted by its full path, once it has been loaded. Raises ``EncoderError`` if the encoder is not there:
    ``download`` it first.
    """
    if local_folder(name) is None:
        source = find_source(name)
        _installed(source, home)
        name = source.name
    elif name != BUNDLED:
        name = str(load_encoder(name, home).folder)
    home.mkdir(parents=True, exist_ok=True)
    hub.write_json(home / _CHOICE, {"encoder": name})
    return name


def _installed(source: EncoderSource, home: Path) -> hub.Snapshot:
    """What was downloaded of it; raises ``EncoderError`` where nothing was."""
    snapshot = hub.installed(_folder(source, home))
    if snapshot is None:
        raise EncoderError(f"{source.name} ({source.model}) is not downloaded", _fix(source))
    return snapshot


_SLASH = "--"  # stands for the slash of MODEL/PRETRAINED in a folder's name


def _folder(source: EncoderSource, home: Path) -> Path:
    return home / "models" / source.model.replace("/", _SLASH)


def _fix(source: EncoderSource) -> str:
    return f"memebot model use {source.name}"


def _from_hub(source: EncoderSource, snapshot: hub.Snapshot, *, bfloat16: bool, threads: int | None = None) -> Encoder:
    return Encoder(
        snapshot.folder,
        source.model.replace("/", "-"),
        fix=_fix(source),
        weights_sha256=snapshot.files[snapshot.weights].sha256,
        bfloat16=bfloat16,
        threads=threads,
    )


def cpu_has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware: AVX512-BF16 or AMX."""
    import torch

    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def _bfloat16_agrees(snapshot: hub.Snapshot) -> bool:
    try:
        return json.loads((snapshot.folder / _PRECISION).read_text("utf-8"))["bfloat16"] is True
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _measure_agreement(source: EncoderSource, snapshot: hub.Snapshot) -> bool:
    """Whether half precision gives these weights the same vectors; measured once, on made-up pictures."""
    noise = np.random.default_rng(0).integers(0, 256, (3, 12, 12, 3), np.uint8)
    pictures = [np.kron(picture, np.ones((20, 20, 1), np.uint8)) for picture in noise]
    try:
        exact, short = (
            np.concatenate(_from_hub(source, snapshot, bfloat16=half).embed_images(pictures)) for half in (False, True)
        )
    except RuntimeError:  # a kind of layer that torch has no bfloat16 for
        return False
    return bool((exact * short).sum(axis=1).min() >= _AGREEMENT)


def _halve(tower: torch.nn.Module) -> None:
    """Turn the tower to bfloat16; of a convolutional net the convolutions, its small head stays exact."""
    from torch import nn

    convolutional = any(isinstance(module, nn.BatchNorm2d) for module in tower.modules())
    for module in tower.modules() if convolutional else (tower,):
        if not convolutional or isinstance(module, (nn.Conv2d, nn.BatchNorm2d)):
            module.bfloat16()


def _unit(rows: torch.Tensor) -> Vectors:
    import torch

    return torch.nn.functional.normalize(rows.float(), dim=-1).numpy()
