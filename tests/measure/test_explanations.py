"""Which grade an answer gets, and what is said of faulty labels."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from knowledge.entry.model import Entry, EntryId, FormatRole
from knowledge.reading import Reading
from knowledge.search.roles import RoleText
from knowledge.search.searcher import Match, Searcher
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase
from memebot import app
from memebot.answering.explainer import Explainer, Explanation
from memebot.cli import app as commands
from memebot.measure.evaluation import LabelsError
from memebot.measure.explanations import (
    THRESHOLDS,
    FaultyLabels,
    draw_risk,
    grade,
    grade_pictures,
    read_expected,
)
from memebot.vision.errors import MediaError

HEADER = "path,format,roles,entries,turn,turn_ru,never,unknown"
BOX = (0.0, 0.0, 1.0, 1.0)


@pytest.fixture
def explainer(kb: KnowledgeBase, save: Callable[..., Entry]) -> Explainer:
    roles = tuple(FormatRole(name, BOX, {"ru": name, "en": name}) for name in ("rejected", "preferred"))
    save("drake", "format", roles=roles)
    save("stairs", "format", rows="down")
    save("overfitting", text="It learns by heart.\n\nPeople laugh at the swot.")
    save("machine-learning")
    save("pandas")
    save("swot", "joke", text="Nobody expects the validation set.")
    return Explainer(Searcher(kb, encoder=None, bank=np.zeros((0, 0), np.float32), verify=no_geometry))


Answer = Callable[..., Explanation]
Labels = Callable[..., Path]


@pytest.fixture
def answer(explainer: Explainer) -> Answer:
    """What is told where these entries were found, drake with the words of its roles."""

    def told(*entries: str, rejected: str = "", lang: str = "en") -> Explanation:
        roles = (RoleText("rejected", rejected),) if rejected else ()
        kinds = {"drake": "format", "stairs": "format", "swot": "joke"}
        found = [
            Match(EntryId(e), kinds.get(e, "concept"), 0.9, {}, roles=roles if e == "drake" else ())  # type: ignore[arg-type]
            for e in entries
        ]
        return explainer.retell(found, "some words", lang)  # type: ignore[arg-type]

    return told


@pytest.fixture
def labels(tmp_path: Path) -> Labels:
    """A folder with these rows of labels."""

    def write(*rows: str, header: str = HEADER) -> Path:
        (tmp_path / "explanations.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return tmp_path

    return write


@pytest.fixture
def grade_of(labels: Labels, kb: KnowledgeBase) -> Callable[[str, Explanation], str]:
    def graded(row: str, told: Explanation) -> str:
        (expected,) = read_expected([labels(row)], known(kb))
        return grade(expected, told)[0]

    return graded


def known(kb: KnowledgeBase) -> dict[str, Entry]:
    return {entry.id: entry for entry in kb.entries.all()}


WHOLE = "a.png,drake,rejected=Reading the docs,overfitting|swot,swot,,pandas,"


@pytest.mark.parametrize(
    ("entries", "words", "expected"),
    [
        (("drake", "overfitting"), "READING  THE D0CS", "rightly"),
        (("drake", "overfitting"), "never mind", "partly"),
        (("overfitting",), "", "partly"),
        (("swot",), "", "partly"),
        (("drake",), "reading the docs", "partly"),
        (("drake",), "", "generic"),
        (("drake", "machine-learning"), "", "generic"),
        (("drake", "pandas"), "reading the docs", "wrong"),
        (("stairs", "overfitting"), "", "wrong"),
        ((), "", "unknown"),
    ],
)
def test_an_answer_is_graded_by_its_elements(
    entries: tuple[str, ...],
    words: str,
    expected: str,
    answer: Answer,
    grade_of: Callable[[str, Explanation], str],
) -> None:
    assert grade_of(WHOLE, answer(*entries, rejected=words)) == expected


def test_an_answer_of_nothing_expected_is_wrong(answer: Answer, grade_of: Callable[[str, Explanation], str]) -> None:
    assert grade_of("a.png,,,overfitting,,,,", answer("pandas")) == "wrong"
    assert grade_of("a.png,none,,overfitting,,,,", answer("overfitting")) == "rightly"
    assert grade_of("a.png,none,,overfitting,,,,", answer("drake", "overfitting")) == "wrong"


def test_silence_is_right_where_the_label_says_so(answer: Answer, grade_of: Callable[[str, Explanation], str]) -> None:
    assert grade_of("a.png,,,,,,,yes", answer()) == "rightly"
    assert grade_of("a.png,,,,,,,yes", answer("overfitting")) == "wrong"


def test_a_turn_of_one_language_is_asked_of_that_one_alone(
    answer: Answer, grade_of: Callable[[str, Explanation], str]
) -> None:
    row = "a.png,,,overfitting,,зубрил,,"
    assert grade_of(row, answer("overfitting")) == "rightly"
    assert grade_of(row, answer("overfitting", lang="ru")) == "partly"


def test_each_fault_of_a_label_file_is_a_line_of_its_own(
    kb: KnowledgeBase, explainer: Explainer, labels: Labels
) -> None:
    folder = labels(
        "a.png,,,overfiting,,,,",
        "b.png,overfitting,,,,,,",
        "c.png,drake,who=x|rejected,,(,,,",
        "d.png,stairs,row-2=x|rows=y,,,,,perhaps",
        "e.png,,,pandas,,,,yes",
        ",,,,,,,",
    )
    with pytest.raises(FaultyLabels) as caught:
        read_expected([folder], known(kb))
    assert [line.removeprefix(f"{folder}/explanations.csv:") for line in caught.value.lines] == [
        "2: entries: overfiting: no such entry",
        "3: format: overfitting: a concept",
        "4: roles: who: no role of drake",
        "4: roles: rejected: not `role=text`",
        "4: turn: no regular expression: missing ), unterminated subpattern at position 0",
        "5: roles: rows: no role of stairs",
        "5: unknown: perhaps: neither yes nor no",
        "6: `unknown` is the right answer, so there is no format, entry or turn to expect",
        "7: no path",
        "7: no format and no entries to expect, nor `yes` under `unknown`",
    ]


def test_a_column_that_is_missing_or_misspelt_is_told(kb: KnowledgeBase, labels: Labels) -> None:
    with pytest.raises(LabelsError, match="no column `path`"):
        read_expected([labels("a.png,pandas", header="file,entries")], known(kb))
    with pytest.raises(LabelsError, match="no column `entries`, but one called `entires`"):
        read_expected([labels("a.png,pandas", header="path,entires")], known(kb))
    with pytest.raises(FaultyLabels, match="no such columns: topic"):
        read_expected([labels("a.png,pandas", header="path,topic")], known(kb))


@pytest.fixture
def graded(explainer: Explainer, labels: Labels, kb: KnowledgeBase, reading_of: Callable[..., Reading], tmp_path: Path):  # type: ignore[no-untyped-def]
    """Three rows answered in both languages; the second picture cannot be read, the third is answered wrongly."""
    rows = read_expected([labels("a.png,,,overfitting,,,,", "b.png,,,pandas,,,,", "c.png,,,pandas,,,,")], known(kb))

    def read(path: Path) -> Reading:
        if path.name == "b.png":
            raise MediaError("no picture")
        return reading_of(["overfitting"])

    return grade_pictures(rows, ("ru", "en"), read, explainer)


def test_a_picture_that_cannot_be_read_is_named_and_the_others_are_graded(graded, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = graded.to_json()
    row = {"n": 2, "rightly": 1, "partly": 0, "generic": 0, "wrong": 1, "unknown": 0}
    assert report["grades"] == {"all ru": row, "all en": row}
    assert report["unreadable"] == [{"path": str(tmp_path / "b.png"), "error": "no picture"}]


def test_risk_falls_to_silence_as_the_threshold_rises(graded) -> None:  # type: ignore[no-untyped-def]
    sure = graded.answers[0].answer.confidence
    for at in graded.risk("en"):
        assert (at.answered, at.wrong) == ((1.0, 0.5) if at.threshold <= sure else (0.0, 0.0))
    assert [at.threshold for at in graded.risk("ru")] == list(THRESHOLDS)


def test_grades_and_risk_are_drawn(graded, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    draw_risk(graded, tmp_path / "risk.png")
    assert (tmp_path / "risk.png").read_bytes().startswith(b"\x89PNG")


def test_the_shipped_examples_are_explained_rightly(tmp_path: Path) -> None:
    """Two jokes and a picture that is no meme, through the command; faulty labels are lines and status 2."""
    shown = {path.name: path for path, _ in app.examples()}
    rows = [
        f"{shown['xgboost-ru.png']},,,xgboost-wins-kaggle,XGBoost,,,",
        f"{shown['log-docs-cropped.jpg']},,,pytorch-log-docs,,,,",
        f"{shown['borscht.png']},,,,,,,yes",
    ]
    (tmp_path / "explanations.csv").write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    told = CliRunner().invoke(commands, ["eval", "--explanations", str(tmp_path), "--json"], catch_exceptions=False)
    grades = json.loads(told.stdout)["grades"]
    assert {lang: counts["rightly"] for lang, counts in grades.items()} == {"all ru": 3, "all en": 3}
    (tmp_path / "explanations.csv").write_text(f"{HEADER}\na.png,,,overfiting,,,,\n", "utf-8")
    faulty = CliRunner().invoke(commands, ["eval", "--explanations", str(tmp_path)])
    assert faulty.exit_code == 2
    (line,) = faulty.stderr.strip().splitlines()
    assert line.endswith(":2: entries: overfiting: no such entry")
