"""Downloads, against a real server in the hub's layout."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from memebot.vision.encoder import hub
from memebot.vision.errors import EncoderError

REPO = "timm/tiny"
WEIGHTS = "open_clip_model.safetensors"
FIX = "memebot model use tiny"
HALF = 1_500_000


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server(hub_server: Any) -> Any:
    weights = random.Random(0).randbytes(2 * HALF)
    hub_server.repos[REPO] = {
        "README.md": b"# tiny",
        "open_clip_config.json": b"{}",
        "open_clip_pytorch_model.bin": b"a pickle that nobody needs",
        "tokenizer.json": b'{"version": "1.0"}' * 500,
        "tokenizer_config.json": b"{}",
        WEIGHTS: weights,
    }
    return hub_server


def download(server: Any, folder: Path, **options: Any) -> hub.Snapshot:
    return hub.download(REPO, folder, fix=FIX, endpoint=server.url, pause=0.001, **options)


def test_the_first_download_brings_what_an_encoder_needs_with_progress(server: Any, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    snapshot = download(server, tmp_path, progress=lambda done, total: seen.append((done, total)))

    offered = server.repos[REPO]
    wanted = ["open_clip_config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json"]
    assert sorted(snapshot.files) == sorted(wanted)
    assert all((tmp_path / name).read_bytes() == offered[name] for name in wanted)
    assert snapshot.revision == server.revision(REPO)
    total = sum(len(offered[name]) for name in wanted)
    assert seen[0] == (0, total)
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert not list(tmp_path.glob("*.part"))


def test_a_second_download_needs_no_network(server: Any, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    first = download(server, tmp_path)
    request.getfixturevalue("no_network")
    seen: list[tuple[int, int]] = []

    assert download(server, tmp_path, progress=lambda done, total: seen.append((done, total))) == first
    assert hub.installed(tmp_path) == first
    assert seen == [(first.size, first.size)]


def test_a_connection_that_breaks_is_taken_up_where_it_broke(server: Any, tmp_path: Path) -> None:
    server.cut_after[WEIGHTS] = HALF + 1

    snapshot = download(server, tmp_path)

    assert (tmp_path / WEIGHTS).read_bytes() == server.repos[REPO][WEIGHTS]
    assert server.downloads(WEIGHTS)[0] == ""
    assert f"bytes={HALF + 1}-" in server.downloads(WEIGHTS)
    assert not snapshot.damaged(thorough=True)


def test_a_break_for_good_says_how_far_it_came_and_the_next_call_goes_on(server: Any, tmp_path: Path) -> None:
    server.cut_after[WEIGHTS] = 0
    with pytest.raises(EncoderError, match=r"broke at 0\.0 MB of 3\.0 MB.*what has arrived is kept") as error:
        download(server, tmp_path)
    assert error.value.fix == FIX
    assert hub.installed(tmp_path) is None

    server.cut_after.clear()
    server.requests.clear()
    download(server, tmp_path)
    assert server.downloads("tokenizer.json") == []  # it had arrived


def test_a_killed_download_goes_on_where_it_was_killed(server: Any, tmp_path: Path) -> None:
    server.cut_after[WEIGHTS] = HALF
    server.stall.set()
    child = subprocess.Popen([sys.executable, "-c", _script(tmp_path)], env=_environment(server))
    assert server.stalled.wait(60)
    while sum(part.stat().st_size for part in tmp_path.glob("*.part")) < HALF:
        assert child.poll() is None
    child.kill()
    child.wait()
    server.stall.clear()
    server.cut_after.clear()
    server.requests.clear()
    seen: list[int] = []

    download(server, tmp_path, progress=lambda done, total: seen.append(done))

    assert server.downloads(WEIGHTS)[0] == f"bytes={HALF}-"
    assert seen[0] >= HALF
    assert (tmp_path / WEIGHTS).read_bytes() == server.repos[REPO][WEIGHTS]


def test_a_server_without_ranges_sends_the_file_anew(server: Any, tmp_path: Path) -> None:
    server.cut_after[WEIGHTS] = 0
    with pytest.raises(EncoderError):
        download(server, tmp_path)
    part = next(tmp_path.glob(f"{WEIGHTS}.*.part"))
    part.write_bytes(server.repos[REPO][WEIGHTS][:HALF])
    server.cut_after.clear()
    server.no_ranges = True
    seen: list[int] = []

    snapshot = download(server, tmp_path, progress=lambda done, total: seen.append(done))

    assert (tmp_path / WEIGHTS).read_bytes() == server.repos[REPO][WEIGHTS]
    assert seen[-1] == snapshot.size


def test_a_file_that_arrives_damaged_twice_is_an_error_and_is_not_kept(server: Any, tmp_path: Path) -> None:
    server.damaged.add(WEIGHTS)

    with pytest.raises(EncoderError, match="arrives damaged") as error:
        download(server, tmp_path)

    assert server.downloads(WEIGHTS) == ["", ""]
    assert error.value.fix == FIX
    assert hub.installed(tmp_path) is None
    assert not list(tmp_path.glob(f"{WEIGHTS}*"))


@pytest.mark.parametrize("name", [WEIGHTS, "open_clip_config.json", "tokenizer.json"])
@pytest.mark.parametrize("harm", ["flipped", "truncated", "missing"])
def test_a_file_damaged_on_the_disk_is_found_and_only_it_is_fetched_again(
    server: Any, tmp_path: Path, name: str, harm: str
) -> None:
    snapshot = download(server, tmp_path)
    server.requests.clear()
    path, good = tmp_path / name, server.repos[REPO][name]
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(bytes([good[0] ^ 1]) + good[1:] if harm == "flipped" else good[:-1])
    assert snapshot.damaged(thorough=True) == [name]
    assert snapshot.damaged(thorough=False) == ([] if harm == "flipped" else [name])

    assert download(server, tmp_path) == snapshot

    assert path.read_bytes() == good
    assert [other for other in snapshot.files if server.downloads(other)] == [name]


def test_mending_takes_the_newest_revision_when_the_old_one_is_gone(server: Any, tmp_path: Path) -> None:
    old = download(server, tmp_path)
    server.repos[REPO][WEIGHTS] = b"other weights"
    (tmp_path / "tokenizer.json").unlink()

    new = download(server, tmp_path)

    assert new.revision == server.revision(REPO) != old.revision
    assert (tmp_path / WEIGHTS).read_bytes() == b"other weights"


def test_a_disk_without_room_is_told_before_the_download(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1_000_000))

    with pytest.raises(EncoderError, match=r"3\.0 MB are needed, 1\.0 MB are free") as error:
        download(server, tmp_path)

    assert str(tmp_path) in error.value.reason
    assert server.downloads(WEIGHTS) == []


def test_a_disk_that_fills_up_is_told_and_what_arrived_is_kept(server: Any, tmp_path: Path) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({HALF}, {HALF}))\n"
    child = subprocess.run(
        [sys.executable, "-c", limited + _script(tmp_path)],
        env=_environment(server),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "is full: 1.5 MB are still needed" in child.stdout, child.stderr
    server.requests.clear()

    download(server, tmp_path)

    assert server.downloads(WEIGHTS) == [f"bytes={HALF}-"]
    assert (tmp_path / WEIGHTS).read_bytes() == server.repos[REPO][WEIGHTS]


def test_a_folder_that_cannot_be_written_is_told(server: Any, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")

    with pytest.raises(EncoderError, match="cannot write to"):
        download(server, tmp_path / "taken")


def test_a_hub_that_cannot_be_reached_is_named(server: Any, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"cannot reach http://127\.0\.0\.1:9 for timm/tiny") as error:
        hub.download(REPO, tmp_path, fix=FIX, endpoint="http://127.0.0.1:9")
    assert error.value.fix == FIX


def test_an_unknown_repository_is_named(server: Any, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no public repository timm/nothing"):
        hub.download("timm/nothing", tmp_path, fix=FIX, endpoint=server.url)


def test_a_repository_of_another_layout_is_refused(server: Any, tmp_path: Path) -> None:
    del server.repos[REPO][WEIGHTS]
    with pytest.raises(EncoderError, match="not an open_clip model in safetensors"):
        download(server, tmp_path)


def test_the_environment_names_the_hub(server: Any, tmp_path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", _script(tmp_path)],
        env=_environment(server),
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.stdout.strip() == "3,009,004 bytes", child.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"repo": "a/b", "revision": "c", "files": {}}'])
def test_a_damaged_manifest_counts_as_no_download(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert hub.installed(tmp_path) is None


def _script(folder: Path) -> str:
    return f"""
from pathlib import Path
from memebot.vision import errors
from memebot.vision.encoder import hub
try:
    print(f"{{hub.download({REPO!r}, Path({str(folder)!r}), fix={FIX!r}).size:,}} bytes")
except errors.EncoderError as error:
    print(error.reason)
"""


def _environment(server: Any) -> dict[str, str]:
    return {**os.environ, "HF_ENDPOINT": server.url, "PYTHONPATH": str(Path(hub.__file__).parents[3])}
