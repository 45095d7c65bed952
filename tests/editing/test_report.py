"""What votes and questions say about the base."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chats import FAKE, NOW
from engines import Databases
from typer.testing import CliRunner

from knowledge.entry.model import EntryId, Kind
from knowledge.reading import Reading
from knowledge.search.calibration import CalibrationError, Logistic
from knowledge.search.searcher import Match
from memebot.answering.record import Answer
from memebot.answering.state import BotState
from memebot.cli import app
from memebot.database import Database, open_database
from memebot.editing.report import ConfusedPair, ReportStore, UnknownWord, VoteCounts
from memebot.measure import refit
from memebot.settings import load


class Chat:
    """Answers and votes as the bot records them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.state, self.learning = BotState(self.db), ReportStore(self.db)

    def answer(
        self,
        *entries: tuple[str, float],
        votes: Sequence[int] = (),
        user: int = 1,
        at: datetime = NOW,
        question: str = "",
        text: str = "",
        channel: str = "said",
        kind: Kind = "concept",
        sha256: str | None = None,
    ) -> None:
        if sha256 is not None:
            self.state.pictures.put(Reading(sha256, ()), FAKE, [], now=at)
        matches = [Match(EntryId(entry), kind, sure, {channel: sure}) for entry, sure in entries]
        verdict = "composed" if entries and entries[0][1] >= 0.5 else "unknown"
        answer = self.state.answers.put(
            Answer(
                user_id=user,
                chat_id=user,
                kind="question" if question else "picture",
                verdict=verdict,
                matches=tuple(matches),
                question=question,
                text=text,
                sha256=sha256,
            ),
            now=at,
        )
        for voter, vote in enumerate(votes):
            self.state.answers.vote(answer.id, 100 + voter, 1 if vote > 0 else -1, now=at)

    def report(self, **options: Any) -> Any:
        given = {"now": NOW + timedelta(minutes=1), "threshold": 0.5, "known": {"loss"}, **options}
        return self.learning.report(**given)


@pytest.fixture
def chat(databases: Databases) -> Chat:
    return Chat(databases())


def test_entries_that_disappoint_are_ranked_by_what_votes_make_sure(chat: Chat) -> None:
    for _ in range(3):
        chat.answer(("often", 0.9), votes=[-1, -1, 1])
    chat.answer(("once", 0.9), votes=[-1, -1])
    chat.answer(("single", 0.9), votes=[-1])
    chat.answer(("loved", 0.9), votes=[1, 1, 1])
    listed = chat.report().disappointing
    assert [(one.name, one.answers, one.good, one.bad) for one in listed] == [
        ("once", 1, 0, 2),
        ("often", 3, 3, 6),
    ]
    assert VoteCounts("x", 1, 0, 2).surely_bad < VoteCounts("x", 1, 0, 20).surely_bad < 1
    assert VoteCounts("x", 1, 0, 0).surely_bad == 0


def test_votes_are_counted_by_channel_of_evidence(chat: Chat) -> None:
    chat.answer(("a", 0.9), votes=[1], channel="geometry")
    chat.answer(("a", 0.9), votes=[-1, -1], channel="image")
    found = {one.name: (one.good, one.bad) for one in chat.report().channels}
    assert (found["geometry"], found["image"], found["said"]) == ((1, 0), (0, 2), (0, 0))


def test_a_disliked_answer_and_what_would_have_come_next_are_a_confused_pair(chat: Chat) -> None:
    chat.answer(("overfitting", 0.9), ("underfitting", 0.3), votes=[-1])
    chat.answer(("overfitting", 0.9), ("underfitting", 0.3), votes=[-1])
    chat.answer(("overfitting", 0.9), ("underfitting", 0.3), votes=[1])
    assert chat.report().confused == (ConfusedPair(EntryId("overfitting"), EntryId("underfitting"), 2),)


def test_words_that_no_entry_knows_are_counted_by_people(chat: Chat) -> None:
    for user in (1, 1, 2):
        chat.answer(question="what is a gizmotron in the loss?", user=user)
    chat.answer(question="one zorglub", user=3)
    assert chat.report().asked == (UnknownWord("gizmotron", 2),)


def test_coverage_is_told_by_day_and_by_week(chat: Chat) -> None:
    chat.answer(("a", 0.9))
    chat.answer()
    chat.answer(at=NOW - timedelta(days=8))
    report = chat.report()
    assert (len(report.days), report.days[-1].start, report.pictures, report.coverage) == (7, NOW.date(), 2, 0.5)
    assert [week.coverage for week in report.weeks[-2:]] == [0.0, 0.5]
    assert report.weeks[-2].unknown == 1


def test_what_is_older_than_the_weeks_is_not_in_it(chat: Chat) -> None:
    chat.answer(("a", 0.9), votes=[-1, -1], at=NOW - timedelta(days=10))
    assert chat.report().disappointing == ()
    assert chat.report(weeks=2).disappointing != ()


def test_a_week_is_reported_once(chat: Chat) -> None:
    assert not chat.learning.is_reported("2026-W01")
    chat.learning.mark_reported("2026-W01", now=NOW)
    assert chat.learning.is_reported("2026-W01") and not chat.learning.is_reported("2026-W02")


def test_more_votes_for_than_against_make_a_label_and_a_tie_makes_none(chat: Chat) -> None:
    chat.answer(("a", 0.9), votes=[1, 1, -1], sha256="1" * 64)
    chat.answer(("b", 0.9), votes=[-1], sha256="2" * 64)
    chat.answer(("c", 0.9), votes=[-1, 1], sha256="3" * 64)
    assert [(label.entry, label.right) for label in chat.learning.labels(0.5)] == [("a", True), ("b", False)]


def test_too_few_votes_are_said_in_one_sentence(tmp_path: Path) -> None:
    settings = load(home=tmp_path)
    chat = Chat(open_database(tmp_path / "memebot.sqlite3"))
    chat.answer(("a", 0.9), votes=[1], sha256="1" * 64)
    chat.db.close()
    with pytest.raises(CalibrationError, match="1 answers that people liked and 0 that they did not"):
        refit._votes(settings, FAKE, 0.5)


def test_the_report_of_a_home_without_a_bot_is_empty_and_the_plot_is_drawn(tmp_path: Path) -> None:
    plot = tmp_path / "week.png"
    result = CliRunner().invoke(app, ["kb", "report", "--home", str(tmp_path / "h"), "--json", "--plot", str(plot)])
    assert result.exit_code == 0, result.output
    assert '"pictures": 0' in result.output
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_votes_are_compared_by_themselves_and_a_worse_calibration_is_refused() -> None:
    votes, examples = refit._Examples(), refit._Examples()
    for number in range(40):
        votes.add({"name": number % 2}, right=number % 2 == 1, held_back=number % 4 < 2)
    examples.extend(votes)
    errors: dict[str, tuple[float, float]] = {}
    flat = Logistic(0.0, {"name": 0.0})
    fitted = refit._refit("words", examples, flat, ("name",), errors, votes=votes)
    assert errors.keys() == {"words", "words, votes alone"}
    assert fitted.weights["name"] > 1
    # half right at even odds is calibrated perfectly, however little it says: what is less calibrated is refused
    assert errors["words, votes alone"][0] == 0
    assert not refit.not_worse(errors, slack=0)
    assert refit.not_worse({"words": (0.1, 0.05)}, slack=0)
    assert not refit.not_worse({"words": (0.1, 0.05), "votes": (0.1, 0.102)}, slack=0)
    assert not refit.not_worse({}, slack=0)
