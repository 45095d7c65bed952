"""The program calls nobody but Telegram, and writes nowhere but into its home."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ME = {"id": 42, "is_bot": True, "first_name": "memebot", "username": "meme_bot"}
STRACE = ("strace", "-f", "-qq", "--seccomp-bpf")
ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "en"}
CHAT = {"id": 7, "type": "private", "first_name": "Ann"}
QUESTION = {"message_id": 1, "date": 1_767_323_045, "chat": CHAT, "from": ANN, "text": "overfitting"}

GUARD = """
import os, sys

def _hook(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect"):
        address = arguments[1] if event == "socket.connect" else arguments[0]
        host = address[0] if isinstance(address, tuple) else address
        if host not in ("127.0.0.1", b"127.0.0.1", "::1", "localhost"):
            with open(os.environ["CALLS"], "a") as calls:
                calls.write(f"{event} {host}\\n")
            raise PermissionError(f"{event}: {host}")

sys.addaudithook(_hook)
"""


class TelegramHandler(BaseHTTPRequestHandler):
    """As much of the Bot API as one question in words takes."""

    protocol_version = "HTTP/1.1"
    answered: threading.Event
    asked: threading.Event

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"ok": True, "result": self._result(self.path.rpartition("/")[2])}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _result(self, method: str) -> Any:
        if method == "getUpdates":
            if self.asked.is_set():
                self.answered.wait(0.5)
                return []
            self.asked.set()
            return [{"update_id": 1, "message": QUESTION}]
        if method in ("sendMessage", "sendPhoto", "editMessageText"):
            self.answered.set()
            return {**QUESTION, "message_id": 2, "from": ME}
        if method == "getMyCommands":
            return []
        if method == "getWebhookInfo":
            return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        return ME if method == "getMe" else True

    def log_message(self, *_: object) -> None:
        """No word on standard error."""


@pytest.fixture
def telegram() -> Iterator[tuple[str, threading.Event]]:
    """A server at a local address, and the event that it was sent an answer."""
    events = {"answered": threading.Event(), "asked": threading.Event()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (TelegramHandler,), events))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", events["answered"]
    server.shutdown()
    thread.join()
    server.server_close()


class Trial:
    """Runs the program as a person with an empty home folder would, and sees whom it calls and what it writes.

    One for all tests of this file: the first makes the program's home, the others find it made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.user = folder, folder / "user"
        self.user.mkdir()
        (folder / "guard").mkdir()
        (folder / "guard" / "sitecustomize.py").write_text(GUARD)
        (folder / "work").mkdir()

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("MEMEBOT_", "XDG_", "MPL", "ORT_", "HF_"))}
        tracer = [*STRACE, "-A", "-e", "trace=connect,openat", "-o", str(self.folder / "trace")]
        return subprocess.Popen(
            [*(tracer if may_trace() else []), sys.executable, "-m", "memebot", *arguments],
            cwd=self.folder / "work",
            env={
                **kept,
                "HOME": str(self.user),
                "MEMEBOT_HOME": str(self.user / "memebot"),
                "PYTHONPATH": f"{self.folder / 'guard'}{os.pathsep}{ROOT}",
                "CALLS": str(self.folder / "calls"),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def calls(self) -> list[str]:
        """Who was looked up or called: by Python, and by the libraries under it where strace is installed."""
        python = self.folder / "calls"
        trace = self.folder / "trace"
        found = python.read_text().splitlines() if python.exists() else []
        for line in trace.read_text(errors="replace").splitlines() if trace.exists() else ():
            called = re.search(r"AF_INET6?\b", line) and "127.0.0.1" not in line and '"::1"' not in line
            if ("connect(" in line and called) or "/etc/resolv.conf" in line:
                found.append(line)
        return found

    def written(self) -> list[Path]:
        """What the person finds outside the program's home."""
        folders = (self.user, self.folder / "work")
        files = (path.relative_to(self.folder) for folder in folders for path in folder.rglob("*"))
        return [path for path in files if path.parts[:2] != ("user", "memebot")]


def may_trace() -> bool:
    """Whether system calls can be watched here: containers often forbid it."""
    return shutil.which("strace") is not None and not subprocess.run([*STRACE, "true"], capture_output=True).returncode


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("trial"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", str(ROOT / "memebot/examples/two-buttons-fit.png")),
        ("ask", "overfitting"),
    ],
    ids=["explain", "ask"],
)
def test_the_shell_calls_nobody_and_writes_only_into_the_home(trial: Trial, arguments: tuple[str, ...]) -> None:
    process = trial.start(*arguments)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert out.strip()
    assert trial.calls() == []
    assert trial.written() == []


def test_the_bot_calls_only_telegram_and_writes_only_into_the_home(
    trial: Trial, telegram: tuple[str, threading.Event]
) -> None:
    address, answered = telegram
    process = trial.start("run", MEMEBOT_API_BASE=address, MEMEBOT_BOT_TOKEN="42:" + "a" * 35)
    came = answered.wait(300)
    os.killpg(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=120)
    assert came, err
    assert trial.calls() == []
    assert trial.written() == []


def test_plots_keep_their_list_of_fonts_in_the_home(trial: Trial) -> None:
    process = trial.start("kb", "report", "--plot", str(trial.user / "memebot" / "week.png"))
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert (trial.user / "memebot" / "week.png").exists()
    assert trial.calls() == []
    assert trial.written() == []
