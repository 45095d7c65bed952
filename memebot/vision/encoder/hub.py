"""Encoders from the Hugging Face hub: listed, downloaded once, resumed, verified.

``huggingface_hub`` knows the server (``HF_ENDPOINT``, proxies, tokens) and what it offers. The bytes are
fetched here, because the library (2.4) throws away what arrived when a connection breaks for good, and a
gigabyte is too much to begin anew; and because it compares sizes, not hashes.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from memebot.vision.errors import EncoderError, first_line

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes that there are in all."""

CONFIG = "open_clip_config.json"
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "model.safetensors")
TOKENIZER = frozenset(
    {
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "tokenizer.model",
        "spiece.model",
        "sentencepiece.bpe.model",
        "vocab.json",
        "vocab.txt",
        "merges.txt",
    }
)

_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_TIMEOUT = 20.0  # seconds for a connection, and between two pieces of an answer
_ATTEMPTS = 5  # without a single new byte
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class HubFile:
    """One downloaded file: its size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A complete, verified download: one revision of one repository in one folder."""

    folder: Path
    repo: str
    revision: str
    files: Mapping[str, HubFile]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())

    @property
    def weights(self) -> str:
        """The name of the file with the weights."""
        return next(name for name in WEIGHTS if name in self.files)

    def damaged(self, *, thorough: bool) -> list[str]:
        """Names of files that are missing or changed: told by their sizes, or ``thorough``-ly by SHA-256."""
        return [name for name, file in self.files.items() if not _is(self.folder / name, file, thorough)]


@dataclass(frozen=True, slots=True)
class _Remote:
    """One file as the hub lists it. ``digest``: SHA-256, or for small files git's own hash of a blob."""

    name: str
    size: int
    digest: str

    @classmethod
    def from_listing(cls, entry: Any) -> _Remote:
        return cls(entry.rfilename, entry.size, entry.lfs.sha256 if entry.lfs else entry.blob_id)

    def matches(self, path: Path) -> bool:
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        return _digest(path, git=len(self.digest) == 40) == self.digest

    def sha256(self, folder: Path) -> str:
        return self.digest if len(self.digest) == 64 else sha256(folder / self.name)


def installed(folder: Path) -> Snapshot | None:
    """What ``download`` left in ``folder``; None where it never came to its end. Never uses the network."""
    try:
        facts = json.loads((folder / _MANIFEST).read_text("utf-8"))
        files = {name: HubFile(**file) for name, file in facts["files"].items()}
        snapshot = Snapshot(folder, facts["repo"], facts["revision"], files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return snapshot if any(name in files for name in WEIGHTS) else None


def download(
    repo: str,
    folder: Path,
    *,
    fix: str,
    progress: Progress | None = None,
    endpoint: str | None = None,
    pause: float = 1.0,
    config: str = CONFIG,
    beside: Collection[str] = (),
) -> Snapshot:
    """Bring an open_clip repository of the hub into ``folder``; at once and without network if it is there.

    ``config``: what the file with its configuration is called, where it is no open_clip model. ``beside``: further
    files that are taken along where the repository has them.

    Fetches the configuration, the safetensors weights and the tokenizer. A break keeps what arrived and the
    next call goes on from there; every file is compared with the hub's hash, a damaged one is fetched again,
    from the revision that was downloaded first. ``endpoint`` defaults to ``HF_ENDPOINT``; ``pause`` is the
    time in seconds before the first new attempt, doubled for each further one.

    Raises ``EncoderError`` with ``fix`` when the hub cannot be reached, has no such repository, sends damaged
    files, or the disk is full.
    """
    from huggingface_hub import constants
    from huggingface_hub.utils import WeakFileLock

    server = (endpoint or constants.ENDPOINT).rstrip("/")
    task = _Download(
        repo, folder, fix, progress or (lambda done, total: None), server, pause, config, frozenset(beside)
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with WeakFileLock(folder / ".lock"):
            return task.run()
    except OSError as error:
        raise task.disk_error(error) from error


@dataclass(slots=True)
class _Download:
    """One call of ``download``."""

    repo: str
    folder: Path
    fix: str
    progress: Progress
    endpoint: str
    pause: float
    config: str
    beside: frozenset[str] = frozenset()
    done: int = 0
    total: int = 0

    def run(self) -> Snapshot:
        before = installed(self.folder)
        if before and before.repo == self.repo and not before.damaged(thorough=True):
            self.progress(before.size, before.size)
            return before
        revision, files = self._list(before.revision if before and before.repo == self.repo else None)
        missing = [file for file in files if not file.matches(self.folder / file.name)]
        self.total = sum(file.size for file in files)
        self.done = self.total - sum(file.size - self._arrived(file) for file in missing)
        self._check_space(self.total - self.done)
        self.progress(self.done, self.total)
        for file in missing:
            self._fetch(revision, file)
        return self._finish(revision, files)

    def _list(self, revision: str | None) -> tuple[str, list[_Remote]]:
        """The revision's commit and the files of it that an encoder needs."""
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HTTPError, RepositoryNotFoundError, RevisionNotFoundError

        api = HfApi(endpoint=self.endpoint)
        try:
            info = api.model_info(self.repo, revision=revision, files_metadata=True, timeout=_TIMEOUT)
        except RevisionNotFoundError:
            log.warning("revision %s of %s is gone from the hub; taking the newest", revision, self.repo)
            return self._list(None) if revision else self._fail("the hub has no revision of it")
        except RepositoryNotFoundError as error:
            raise self._error(f"{self.endpoint} has no public repository {self.repo}") from error
        except (HTTPError, OSError, ValueError) as error:
            raise self._unreachable(error) from error
        sizes = {f.rfilename: f for f in info.siblings or () if f.size is not None}
        weights = next((name for name in WEIGHTS if name in sizes), None)
        if weights is None or self.config not in sizes or not info.sha:
            kind = "an open_clip model" if self.config == CONFIG else "a model"
            raise self._error(f"{self.repo} on {self.endpoint} is not {kind} in safetensors")
        names = [self.config, *sorted((TOKENIZER | self.beside) & sizes.keys()), weights]
        return info.sha, [_Remote.from_listing(sizes[name]) for name in names]

    def _part(self, file: _Remote) -> Path:
        """Where the file grows; under its hash, so that the parts of two revisions are never joined."""
        return self.folder / f"{file.name}.{file.digest[:12]}.part"

    def _arrived(self, file: _Remote) -> int:
        part = self._part(file)
        return part.stat().st_size if part.is_file() else 0

    def _fetch(self, revision: str, file: _Remote) -> None:
        """Bring one file, whole and verified; a second time from its beginning if its hash is wrong."""
        part = self._part(file)
        for _ in range(2):
            self._fill(revision, file)
            if file.matches(part):
                part.replace(self.folder / file.name)
                return
            log.warning("%s of %s arrived damaged", file.name, self.repo)
            self._forget(file)
        self._fail(f"{file.name} of {self.repo} arrives damaged from {self.endpoint}, twice")

    def _forget(self, file: _Remote) -> None:
        self.done -= self._arrived(file)
        self._part(file).unlink(missing_ok=True)

    def _fill(self, revision: str, file: _Remote) -> None:
        """Append to the part until it has the file's size, over broken connections."""
        from huggingface_hub.errors import HTTPError

        attempt, broke = 0, None
        while (before := self._arrived(file)) < file.size:
            try:
                self._append(revision, file, before)
            except HTTPError as error:
                broke = error
            attempt = 0 if self._arrived(file) > before else attempt + 1
            if attempt == _ATTEMPTS:
                raise self._broken(broke)
            if attempt:
                time.sleep(self.pause * 2 ** (attempt - 1))

    def _append(self, revision: str, file: _Remote, start: int) -> None:
        """One request for what is missing."""
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

        url = hf_hub_url(self.repo, file.name, revision=revision, endpoint=self.endpoint)
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with get_session().stream("GET", url, headers=headers, timeout=_TIMEOUT) as answer:
            hf_raise_for_status(answer)
            if start and answer.status_code != 206:  # the server begins anew, so do we
                self._forget(file)
            with self._part(file).open("ab") as out:
                for piece in answer.iter_raw():  # as it arrives: a break in mid-chunk loses nothing
                    out.write(piece)
                    self.done += len(piece)
                    self.progress(self.done, self.total)

    def _finish(self, revision: str, files: list[_Remote]) -> Snapshot:
        kept = {file.name: HubFile(file.size, file.sha256(self.folder)) for file in files}
        snapshot = Snapshot(self.folder, self.repo, revision, kept)
        facts = {"repo": self.repo, "revision": revision, "files": {n: asdict(f) for n, f in kept.items()}}
        write_json(self.folder / _MANIFEST, facts)
        for leftover in self.folder.glob("*.part"):
            leftover.unlink(missing_ok=True)
        return snapshot

    def _check_space(self, needed: int) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise self._error(
                f"not enough room on the disk with {self.folder}: {_mb(needed)} are needed, {_mb(free)} are free"
            )

    def disk_error(self, error: OSError) -> EncoderError:
        """What the operating system said, in words."""
        if error.errno not in _FULL:
            return self._error(f"cannot write to {self.folder}: {error.strerror or error}")
        return self._error(
            f"the disk with {self.folder} is full: {_mb(self.total - self.done)} are still needed, "
            f"{_mb(shutil.disk_usage(self.folder).free)} are free; what has arrived is kept"
        )

    def _unreachable(self, error: Exception) -> EncoderError:
        return self._error(f"cannot reach {self.endpoint} for {self.repo} ({first_line(error)})")

    def _broken(self, error: Exception | None) -> EncoderError:
        why = f" ({first_line(error)})" if error else ""
        return self._error(
            f"the connection to {self.endpoint} broke at {_mb(self.done)} of {_mb(self.total)}{why}; "
            "what has arrived is kept and the next attempt goes on from there"
        )

    def _error(self, reason: str) -> EncoderError:
        return EncoderError(reason, self.fix)

    def _fail(self, reason: str) -> Any:
        raise self._error(reason)


def write_json(path: Path, value: object) -> None:
    """Write a small JSON file so that a reader sees the old one or the new one, never half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    draft.replace(path)


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    return _digest(path, git=False)


def _digest(path: Path, *, git: bool) -> str:
    """SHA-256; or what ``git hash-object`` says, which the hub lists for files outside LFS."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False) if git else None
    digest = digest or hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _is(path: Path, file: HubFile, thorough: bool) -> bool:
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    return not thorough or sha256(path) == file.sha256


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size < 1e8 else f"{size / 1e6:,.0f} MB"
