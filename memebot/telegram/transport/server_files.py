"""Files that a Bot API server of one's own keeps on this machine (``--local``)."""

from __future__ import annotations

import logging
from pathlib import Path

from memebot.telegram.errors import FileGone, FileTooLarge

log = logging.getLogger(__name__)


class ServerFiles:
    """Reads the absolute paths that such a server gives, within one folder; ``None``: there is no such server."""

    def __init__(self, folder: Path | None, max_mb: int) -> None:
        self._folder, self._max_mb = folder, max_mb

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises ``FileTooLarge`` and ``FileGone``, also for what lies elsewhere or leads there."""
        if self._folder is None:
            log.error("the Bot API server runs with --local: name the folder of its files with MEMEBOT_API_FILES")
            raise FileGone
        file = Path(path).resolve()
        if not file.is_relative_to(self._folder.resolve()):
            log.error("a file outside of MEMEBOT_API_FILES is not read")
            raise FileGone
        if not file.is_file():
            raise FileGone
        if file.stat().st_size > self._max_mb * 1_000_000:
            raise FileTooLarge(self._max_mb)
        return file.read_bytes()
