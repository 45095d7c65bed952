"""Processes of their own without the seconds of a start: forked from a server in which the product is imported.

Such a child shares no thread, no lock and no open file with the test: the server holds modules and nothing else. It has
streams, an environment and a working folder of its own, races with others and can be killed like any other process.
What a test says about the start itself, or about what is imported, it shows with ``subprocess``.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

PRELOADED = [
    *("memebot.cli.answers", "memebot.cli.kb", "memebot.app", "memebot.channel.triage", "moderation.stores"),
    "openai",  # left out where it is not installed
]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(PRELOADED)


class Fork:
    """A child at work: as much of ``subprocess.Popen`` as tests need, its streams as text."""

    def __init__(self, work: Callable[..., object], *arguments: object, env: Mapping[str, str] | None = None) -> None:
        typed, typing = _context.Pipe(duplex=False)
        told, telling = _context.Pipe(duplex=False)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (open until it has ended)
        streams = typed, telling, Connection(os.dup(self._errors.fileno()), readable=False)
        environment = dict(os.environ if env is None else env)
        self._process = _context.Process(target=_child, args=(streams, environment, work, arguments), daemon=True)
        self._process.start()
        self.pid = self._process.pid
        self._encoding = environment.get("PYTHONIOENCODING", "utf-8")
        text: Any = {"encoding": self._encoding, "errors": "surrogateescape"}
        self.stdin, self.stdout = (
            os.fdopen(os.dup(typing.fileno()), "w", **text),
            os.fdopen(os.dup(told.fileno()), **text),
        )
        for stream in (*streams, typing, told):
            stream.close()

    @property
    def returncode(self) -> int | None:
        """The exit status, minus the signal where it was killed; nothing while it works."""
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self.returncode

    def kill(self) -> None:
        self._process.kill()

    def communicate(self, typed: str = "") -> tuple[str, str]:
        """Write, and wait for the end: what it wrote since, and all of its errors."""
        with self.stdin:
            self.stdin.write(typed)
        with self.stdout, self._errors:
            told = self.stdout.read()
            self.wait()
            self._errors.seek(0)
            return told, self._errors.read().decode(self._encoding)


def fork_code(code: str, *arguments: object, env: Mapping[str, str] | None = None) -> Fork:
    """As ``python -c code arguments``."""
    return Fork(_run_code, code, *map(str, arguments), env=env)


def fork_memebot(*arguments: object, env: Mapping[str, str] | None = None) -> Fork:
    """As ``python -m memebot arguments``."""
    return Fork(_run_memebot, *arguments, env=env)


def _child(
    streams: Sequence[Connection], environment: Mapping[str, str], work: Callable[..., object], arguments: Any
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for fd, stream in enumerate(streams):
        os.dup2(stream.fileno(), fd)
        stream.close()
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = os.fdopen(0, encoding=encoding, errors="surrogateescape", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=encoding, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding=encoding, errors="backslashreplace", closefd=False)
    work(*arguments)


def _run_code(code: str, *arguments: str) -> None:
    sys.argv = ["-c", *arguments]
    exec(compile(code, "<forked>", "exec"), {"__name__": "__main__"})


def _run_memebot(*arguments: Any) -> None:
    sys.argv = ["memebot", *map(os.fsdecode, arguments)]
    runpy.run_module("memebot", run_name="__main__", alter_sys=True)
