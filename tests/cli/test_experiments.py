"""``memebot show``."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from memebot.cli import app
from memebot.errors import sentence
from memebot.experiments.catalogue import EXPERIMENTS
from memebot.experiments.model import BadInput, UnknownExperiment


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


def test_without_a_name_all_are_listed() -> None:
    listed = [json.loads(line) for line in invoke("show", "--json", "--lang", "en").stdout.splitlines()]
    assert [one["experiment"] for one in listed] == [experiment.name for experiment in EXPERIMENTS]
    assert "overfitting" in invoke("show").stdout


def test_an_experiment_is_written_as_the_file_that_is_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    done = invoke("show", "overfitting", "--set", "degree=2", "--out", out, "--lang", "ru", "--json")
    assert json.loads(done.stdout)["facts"]["degree"] == 2
    with Image.open(out) as picture:
        assert picture.size == (720, 720)


def test_without_out_it_is_a_video_with_its_name(tmp_path: Path) -> None:
    assert invoke("show", "overfitting", "--set", "degree=2").exit_code == 0
    assert b"ftyp" in (tmp_path / "overfitting.mp4").read_bytes()[:16]


def test_what_cannot_be_is_one_line() -> None:
    with pytest.raises(UnknownExperiment) as unknown:
        invoke("show", "perpetual-motion")
    assert sentence(unknown.value) == "There is no experiment “perpetual-motion”."
    with pytest.raises(BadInput) as bad:
        invoke("show", "overfitting", "--set", "degree=99")
    assert sentence(bad.value) == "“degree” goes from 1 to 15."
    assert invoke("show", "overfitting", "--out", "x.exe").exit_code == 2
