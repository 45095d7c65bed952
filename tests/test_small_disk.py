"""A disk that is full is one line, whatever the command and whatever the size of the disk's blocks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

OURS = f"{sys.executable} -m memebot --home $DISK/home"


@pytest.fixture(scope="module")
def on_small_disk(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a shell script with a disk of 12 MB in blocks of 1 kB at $DISK, which is gone afterwards."""
    folder = tmp_path_factory.mktemp("disk")
    prefix = "mkdir -p disk && truncate -s 12M image && mkfs.ext4 -qFb 1024 image && mount -o loop image disk && "

    def run(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", prefix + script],
            cwd=folder,
            env={**os.environ, "DISK": str(folder / "disk"), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
        )

    if not all(map(shutil.which, ("unshare", "mkfs.ext4"))) or run("true").returncode:
        pytest.skip("a disk of 12 MB can only be mounted by root, with unshare and mkfs.ext4")
    return run


def test_a_disk_too_small_is_one_line_from_every_command(on_small_disk: Run) -> None:
    commands = ("kb list", "ask overfitting", "kb list", "queue list")
    script = "; ".join(f"{OURS} {command} >/dev/null; echo rc $? >&2" for command in commands)
    said = on_small_disk(script).stderr.splitlines()
    assert said[1::2] == ["rc 2"] * len(commands)
    assert all("is full" in line and "free some space" in line for line in said[::2])
