"""What is installed is what is in the clone: no data file stays behind."""

import importlib
import tomllib
from pathlib import Path

import pytest
from setuptools import Distribution

ROOT = Path(__file__).parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PATTERNS: dict[str, list[str]] = CONFIG["tool"]["setuptools"]["package-data"]


@pytest.mark.parametrize("package", ["memebot", "knowledge", "moderation"])
def test_every_data_file_is_package_data(package: str) -> None:
    folder = ROOT / package
    installed = {path for pattern in PATTERNS[package] for path in folder.glob(pattern)}
    present = {p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc") and p.name != "py.typed"}
    assert present - installed == set()


def test_what_an_earlier_build_left_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "packages": ["one"],
        "package_data": {"one": ["*.md"]},
        "include_package_data": False,
        "script_name": "setup.py",
    }
    (tmp_path / "one").mkdir()
    for name in ("__init__.py", "kept.md"):
        (tmp_path / "one" / name).write_text("")
    stale = tmp_path / "build" / "lib" / "one" / "deleted.md"
    stale.parent.mkdir(parents=True)
    stale.write_text("")
    monkeypatch.chdir(tmp_path)
    module, name = CONFIG["tool"]["setuptools"]["cmdclass"]["build_py"].rsplit(".", 1)
    build = getattr(importlib.import_module(module), name)(Distribution(made))
    build.build_lib = "build/lib"
    build.ensure_finalized()
    build.run()
    assert {path.name for path in (tmp_path / "build" / "lib" / "one").iterdir()} == {"__init__.py", "kept.md"}


def test_every_direct_dependency_says_what_it_is_for() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").split("dependencies = [")[1].split("\n]")[0].splitlines()
    for line in lines:
        if line.strip().startswith('"'):
            assert "#" in line, line


def test_the_repository_speaks_of_the_product_alone() -> None:
    """No paths of a developer's machine in what is shipped."""
    for package in ("memebot", "knowledge", "moderation"):
        for path in (ROOT / package).rglob("*"):
            if path.suffix in (".py", ".md", ".json", ".csv", ".txt"):
                text = path.read_text("utf-8")
                assert "/work/" not in text, path
                assert "shared/" not in text or path.suffix == ".md", path
