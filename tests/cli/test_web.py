"""``memebot web`` and ``memebot kb site``, as one types them."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from memebot.app import examples
from memebot.cli import app

ENTRY = """---
title: {ru: "Переобучение", en: "Overfitting"}
aliases: ["overfit"]
says: ["overfitting"]
keywords: {ru: ["переобучение"], en: ["overfitting"]}
sources: [{title: "Wikipedia: Overfitting", url: "https://en.wikipedia.org/wiki/Overfitting"}]
---
## ru
Модель выучила ответы наизусть.
## en
A model learned the answers by heart.
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base of one entry."""
    folder = tmp_path / "base" / "entries" / "concepts"
    folder.mkdir(parents=True)
    (folder / "overfitting.md").write_text(ENTRY, "utf-8")
    return tmp_path / "base"


def test_the_glossary_is_written_as_files_and_says_what_an_address_would_add(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    done = CliRunner().invoke(app, ["kb", "site", str(out), "--knowledge", str(base)])
    assert done.exit_code == 0, done.output
    assert "1 entries in both languages" in done.output and "without --url there is no sitemap" in done.output
    assert "выучила ответы" in (out / "ru/overfitting/index.html").read_text("utf-8")
    named = CliRunner().invoke(
        app, ["kb", "site", str(out), "--knowledge", str(base), "--url", "https://e.org", "--json"]
    )
    assert named.exit_code == 0 and '"url": "https://e.org"' in named.output
    assert "https://e.org/en/overfitting" in (out / "sitemap.xml").read_text("utf-8")


def test_the_pages_are_served_until_they_are_stopped(base: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "memebot", "web", "--port", "0", "--knowledge", str(base)]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(root)})
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found is not None, said + process.stderr.read()
        picture = next(path for path, _ in examples() if path.name == "two-buttons-fit.png").read_bytes()
        head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="x.png"\r\n\r\n'
        request = urllib.request.Request(f"{found[0]}ru/explain", head + picture + b"\r\n--b--\r\n")
        request.add_header("Content-Type", "multipart/form-data; boundary=b")
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert "Модель выучила ответы наизусть." in answer.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
