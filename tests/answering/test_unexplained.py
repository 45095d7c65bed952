"""Unexplained memes: who asked, what is alike, what stays when somebody is forgotten."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from chats import FAKE, NOW
from engines import Databases
from numpy.typing import NDArray

from knowledge.entry.model import EntryId
from knowledge.reading import Fingerprint, Line, Reading
from memebot.answering.grouping import GroupId
from memebot.answering.record import Answer
from memebot.answering.state import BotState
from memebot.answering.unexplained import Unexplained, Why
from memebot.database import Database


def axis(number: int) -> NDArray[np.float32]:
    """The unit vector along one of eight axes, as (1 view, 8)."""
    return np.eye(8, dtype=np.float32)[number : number + 1]


class Asking:
    """People who ask about pictures, as the bot records it."""

    def __init__(self, db: Database, fingerprint: Callable[..., Fingerprint]) -> None:
        self.state, self._fingerprint = BotState(db), fingerprint
        self.gaps = Unexplained(db, encoder=FAKE, bank=np.zeros((0, 0), np.float32))

    def reading(self, text: str, **print_: Any) -> Reading:
        """A picture with these words on it."""
        lines = [Line(line, 0.9, "en", (0.0, 0.0, 1.0, 0.1)) for line in text.splitlines()]
        frame = self._fingerprint(text, **print_)
        return Reading(frame.sha256, (frame,), tuple(lines))

    def __call__(
        self,
        text: str,
        user: int = 1,
        *,
        why: Why = "unknown",
        template: str | None = None,
        days: int = 0,
        answered: Sequence[str] = (),
        **print_: Any,
    ) -> GroupId:
        now = NOW + timedelta(days=days)
        reading = self.reading(text, **print_)
        self.state.pictures.put(reading, FAKE, [], now=now)
        answer = self.state.answers.put(
            Answer(
                user_id=user,
                chat_id=user,
                kind="picture",
                verdict="unknown",
                matches=(),
                sha256=reading.sha256,
                text=reading.text,
            ),
            now=now,
        )
        return self.gaps.record(
            reading,
            answer.id,
            user,
            why,
            now=now,
            answered=[EntryId(e) for e in answered],
            template=None if template is None else EntryId(template),
        )


@pytest.fixture
def ask(databases: Databases, make_fingerprint: Callable[..., Fingerprint]) -> Asking:
    return Asking(databases(), make_fingerprint)


def test_memes_with_similar_words_are_one_group_and_others_are_not(ask: Asking) -> None:
    first = ask("boil the beetroot for two hours", 1)
    assert ask("boil the beetroot for three hours", 2) == first
    assert ask("nobody reads the gradient logs", 3) != first


def test_two_words_in_common_are_not_enough_unless_the_template_is_the_same(ask: Asking) -> None:
    assert ask("boil beetroot", 1) != ask("boil beetroot again", 2)
    assert ask("fry onion", 1, template="lava") == ask("fry onion slowly", 2, template="lava")


def test_near_vectors_are_one_group_whatever_they_say(ask: Asking) -> None:
    near = np.array([[0.9, 0.1, 0, 0, 0, 0, 0, 0]], np.float32)
    first = ask("one caption", 1, vector=axis(0))
    assert ask("quite different words", 2, vector=near / np.linalg.norm(near)) == first
    assert ask("and a third one", 3, vector=axis(1)) != first


def test_the_same_picture_with_other_bytes_is_the_same_group(ask: Asking) -> None:
    pdq = hashlib.sha256(b"picture").digest()
    near = bytes([pdq[0] ^ 0b111]) + pdq[1:]
    assert ask("sent as a photo", 1, pdq=pdq) == ask("", 2, pdq=near)


def test_groups_are_ranked_by_how_many_people_asked(ask: Asking) -> None:
    often = ask("gradient descent walks down the hill", 1)
    rare = ask("boil the beetroot for two hours", 1)
    for user in (2, 3, 3):
        ask("gradient descent walks down a steep hill", user)
    for _ in range(5):
        ask("boil the beetroot for two hours", 1)
    top = ask.gaps.top(10)
    assert [(g.id, g.people, g.memes) for g in top] == [(often, 3, 2), (rare, 1, 1)]
    assert top[0].words[:4] == ("gradient", "descent", "walks", "hill")


def test_what_was_disliked_is_a_gap_until_it_is_taken_back(ask: Asking) -> None:
    group = ask("boil the beetroot for two hours", 1, why="disliked", answered=["soup"])
    assert [(g.id, g.disliked) for g in ask.gaps.top(9)] == [(group, 1)]
    ask.gaps.withdraw(ask.reading("boil the beetroot for two hours").sha256, 1)
    assert ask.gaps.top(9) == []


def test_a_disliked_meme_is_settled_by_another_answer_not_by_the_same(ask: Asking) -> None:
    ask("boil the beetroot", 1, why="disliked", answered=["soup"])
    sha256 = ask.reading("boil the beetroot").sha256
    assert not ask.gaps.answered(sha256, [EntryId("soup")], now=NOW)
    assert ask.gaps.answered(sha256, [EntryId("borscht")], now=NOW)
    assert ask.gaps.top(9) == []


def test_an_explained_meme_that_is_unknown_again_comes_back_into_its_group(ask: Asking) -> None:
    group = ask("boil the beetroot", 1)
    assert ask.gaps.answered(ask.reading("boil the beetroot").sha256, [EntryId("soup")], now=NOW)
    assert ask.gaps.group(group) is None
    assert ask("boil the beetroot", 2) == group
    assert ask.gaps.top(9)[0].people == 2


def test_a_group_outlives_the_one_who_began_it_and_still_finds_its_like(ask: Asking) -> None:
    group = ask("boil the beetroot for two hours", 1)
    assert ask("boil the beetroot for three hours", 2) == group
    ask.gaps.forget(1)
    ask.state.forget(1)
    assert [(g.id, g.people, g.memes) for g in ask.gaps.top(9)] == [(group, 1, 1)]
    assert ask("boil the beetroot for four hours", 3) == group
    assert ask.gaps.about(1) == {"unexplained": []}


def test_when_nobody_is_left_the_group_is_gone(ask: Asking) -> None:
    ask("boil the beetroot for two hours", 1)
    ask.gaps.forget(1)
    ask.state.forget(1)
    assert ask.gaps.size() == (0, 0)
    for table in ("gap_groups", "gap_memes", "gap_asks"):
        assert ask.gaps.db.execute(f"select count(*) from {table}").fetchone()[0] == 0
    assert ask("boil the beetroot for two hours", 2) is not None


def test_age_takes_who_asked_long_ago_and_leaves_who_asked_since(ask: Asking) -> None:
    group = ask("boil the beetroot for two hours", 1)
    ask("boil the beetroot for three hours", 2, days=80)
    ask("boil the beetroot for two hours", 3, days=80)
    ask.state.purge(now=NOW + timedelta(days=91), keep=timedelta(days=90))
    assert [(g.id, g.people, g.memes) for g in ask.gaps.top(9)] == [(group, 2, 2)]


def test_a_hidden_group_is_not_listed_and_can_be_shown_again(ask: Asking) -> None:
    group = ask("a cat on a sofa", 1)
    ask.gaps.hide(group, 7, now=NOW)
    assert ask.gaps.top(9) == []
    ask.gaps.show(group)
    assert [g.id for g in ask.gaps.top(9)] == [group]


def test_pictures_are_shown_only_of_those_who_asked_to_be_told(ask: Asking) -> None:
    group = ask("boil the beetroot for two hours", 1)
    ask("boil the beetroot for three hours", 2)
    answer = ask.gaps.members(group)[1].answer
    ask.state.subscriptions.subscribe(answer, 2, "file-of-2", now=NOW)
    (found,) = ask.gaps.top(9)
    assert (found.files, found.waiting) == (("file-of-2",), 1)


def test_a_second_process_finds_the_groups_of_the_first(
    databases: Databases, make_fingerprint: Callable[..., Fingerprint]
) -> None:
    one, other = (Asking(database, make_fingerprint) for database in databases.two())
    other("something else entirely here", 5)
    group = one("boil the beetroot for two hours", 1)
    assert other("boil the beetroot for three hours", 2) == group


def test_what_was_reported_is_not_reported_again(ask: Asking) -> None:
    soup = EntryId("soup")
    for _ in range(3):
        ask.gaps.count_reached(soup, 7)
    (told,) = ask.gaps.unreported()
    assert (told.entry, told.editor_id, told.reached) == (soup, 7, 3)
    ask.gaps.count_reached(soup, 7)
    ask.gaps.reported(told)
    assert [t.reached for t in ask.gaps.unreported()] == [1]
