"""What the bot remembers, and what it forgets."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engines import Databases, pretend_newer

from knowledge.entry.model import EntryId
from knowledge.reading import EncoderId, Fingerprint, Line, Reading
from knowledge.search.roles import RoleText
from knowledge.search.searcher import Match
from memebot.answering.answering import template_of
from memebot.answering.record import Answer, answer_of, kept_answer
from memebot.answering.state import MIGRATIONS, BotState
from memebot.database import DatabaseThread, DatabaseTooNew, DatabaseUnusable, in_memory, writing
from moderation.model import Medium

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FAKE = EncoderId("fake-00000000")
OTHER = EncoderId("other-11111111")
MATCHES = (Match(EntryId("overfitting"), "concept", 0.9, {"said": 0.9}),)

Give = Callable[..., Answer]
Read = Callable[..., Reading]
Print = Callable[..., Fingerprint]


@pytest.fixture
def state(databases: Databases) -> BotState:
    return BotState(databases())


@pytest.fixture
def give(state: BotState) -> Give:
    """Record an answer of user 1."""

    def record(user_id: int = 1, sha256: str | None = None, now: datetime = NOW, verdict: str = "unknown") -> Answer:
        answer = Answer(user_id, 10, "picture", verdict, MATCHES, sha256, text="the words")
        return state.answers.put(answer, now=now)

    return record


@pytest.fixture
def reading(reading_of: Read, make_fingerprint: Print) -> Reading:
    return reading_of(["ONE", "TWO"], [make_fingerprint("a"), make_fingerprint("b")])


def test_all_tables_are_strict() -> None:
    tables = BotState(in_memory()).db.execute(
        "select name, strict from pragma_table_list where schema = 'main' and type = 'table'"
    )
    loose = {name for name, strict in tables if not strict}
    assert loose <= {"sqlite_schema", "_sqlite_migrations", "sqlite_sequence"}


def test_a_database_of_a_newer_version_is_left_alone(state: BotState) -> None:
    pretend_newer(state.db, "bot")
    with pytest.raises(DatabaseTooNew):
        BotState(state.db)


def test_opening_again_changes_nothing(state: BotState) -> None:
    before = state.db.applied(MIGRATIONS)
    BotState(state.db)
    assert state.db.applied(MIGRATIONS) == before


# --- updates


def test_an_update_that_comes_twice_is_fresh_once(state: BotState) -> None:
    assert state.inbox.receive(7, [(1, "{}"), (2, "{}")], now=NOW) == [1, 2]
    assert state.inbox.receive(7, [(2, "{}"), (3, "{}")], now=NOW) == [3]
    state.inbox.done(7, 1, now=NOW)
    assert state.inbox.receive(7, [(1, "{}")], now=NOW) == []


def test_what_was_not_answered_is_open_in_its_order_with_its_notice(state: BotState) -> None:
    state.inbox.receive(7, [(2, '{"b": 1}'), (1, '{"a": 1}'), (3, "{}")], now=NOW)
    state.inbox.done(7, 3, now=NOW)
    state.inbox.put_notice(7, 2, 55)
    assert [(u.id, u.data, u.notice) for u in state.inbox.open_updates(7)] == [
        (1, '{"a": 1}', None),
        (2, '{"b": 1}', 55),
    ]


def test_two_bots_have_their_own_numbers(state: BotState) -> None:
    state.inbox.receive(7, [(1, "{}")], now=NOW)
    assert state.inbox.receive(8, [(1, "{}")], now=NOW) == [1]
    assert [u.id for u in state.inbox.open_updates(8)] == [1]


def test_the_text_of_an_update_goes_when_it_is_answered(state: BotState) -> None:
    state.inbox.receive(7, [(1, '{"text": "private"}')], now=NOW)
    state.inbox.done(7, 1, now=NOW)
    assert state.db.execute("select data from updates").fetchall() == [(None,)]


# --- people


def test_a_language_that_was_set_stays(state: BotState) -> None:
    assert state.subscribers.see(1, now=NOW) is None
    state.subscribers.set_lang(1, "en", now=NOW)
    assert state.subscribers.see(1, now=NOW) == "en"


def test_forgetting_a_user_leaves_no_row_of_them_and_nothing_of_others_goes(
    state: BotState, give: Give, reading: Reading, reading_of: Read, make_fingerprint: Print
) -> None:
    shared = reading_of(["SHARED"], [make_fingerprint("c")])
    for user in (1, 2):
        state.subscribers.see(user, now=NOW)
    for read, unique in ((reading, "u1"), (shared, "u2")):
        state.pictures.put(read, FAKE, [unique], now=NOW)
    own, both = give(1, reading.sha256), give(1, shared.sha256)
    give(2, shared.sha256)
    state.answers.vote(both.id, 1, 1, now=NOW)
    state.answers.vote(both.id, 2, -1, now=NOW)
    state.subscriptions.subscribe(own.id, 1, "file", now=NOW)
    state.dialogues.put("k", 1, state="s")
    state.forget(1)
    assert not any(state.about(1).values())
    assert len(state.about(2)["answers"]) == 1
    assert state.pictures.sha256_of("u1", FAKE) is None
    assert state.pictures.sha256_of("u2", FAKE) == shared.sha256


def test_mydata_names_everything_that_is_kept(state: BotState, give: Give) -> None:
    state.subscribers.see(1, now=NOW)
    answer = give(1)
    state.answers.vote(answer.id, 1, 1, now=NOW)
    state.subscriptions.subscribe(answer.id, 1, "file", now=NOW)
    state.albums.put(10, "g", 1, [Medium("photo", "f", "u")], now=NOW)
    state.dialogues.put("k", 1, state="s")
    about = state.about(1)
    assert about["answers"][0]["matches"] == ["overfitting"]
    assert {name: len(rows) for name, rows in about.items()} == dict.fromkeys(
        ("user", "answers", "feedback", "waiting", "albums", "conversations"), 1
    )


def test_old_answers_and_readings_go_and_new_ones_stay(state: BotState, give: Give, reading: Reading) -> None:
    state.pictures.put(reading, FAKE, ["u1"], now=NOW)
    give(1, reading.sha256, NOW - timedelta(days=100))
    young = give(1)
    assert state.purge(now=NOW, keep=timedelta(days=90)) == 1
    assert state.answers.get(young.id) is not None
    assert state.pictures.reading(reading.sha256, FAKE) is None


# --- pictures


def test_a_reading_comes_back_as_it_was(state: BotState, reading: Reading) -> None:
    state.pictures.put(reading, FAKE, ["u1", "u2"], now=NOW)
    assert state.pictures.sha256_of("u2", FAKE) == reading.sha256
    back = state.pictures.reading(reading.sha256, FAKE, caption="why?")
    assert back is not None
    assert (back.text, back.caption, back.lines) == ("ONE\nTWO", "why?", reading.lines)
    assert [f.pdq for f in back.frames] == [f.pdq for f in reading.frames]


def test_lines_keep_where_their_words_stand_and_older_ones_have_no_places(state: BotState, reading: Reading) -> None:
    line = Line("ONE TWO", 0.9, "en", (0.0, 0.0, 1.0, 0.1), words=((0.0, 0.4), (0.5, 1.0)), doubtful=(1,))
    twice = replace(reading, lines=(line, replace(line, box=(0.0, 0.5, 1.0, 0.1))))
    state.pictures.put(twice, FAKE, ["u1"], now=NOW)
    assert state.pictures.reading(reading.sha256, FAKE).lines == twice.lines  # type: ignore[union-attr]
    state.pictures.put_matches(reading.sha256, "", 5, MATCHES)
    assert state.pictures.matches(reading.sha256, "", 5) == (MATCHES, "ONE TWO")
    with writing(state.db):
        state.db.execute("update pictures set lines = ?", ['[["ONE", 0.9, "en", [0.0, 0.0, 1.0, 0.1], 0]]'])
    (old,) = state.pictures.reading(reading.sha256, FAKE).lines  # type: ignore[union-attr]
    assert (old.text, old.words) == ("ONE", ())


def test_another_encoder_reads_again_and_answers_keep_their_picture(
    state: BotState, give: Give, reading: Reading
) -> None:
    state.pictures.put(reading, FAKE, ["u1"], now=NOW)
    state.pictures.put_matches(reading.sha256, "", 5, MATCHES)
    answer = give(1, reading.sha256)
    assert state.pictures.sha256_of("u1", OTHER) is None
    assert state.pictures.reading(reading.sha256, OTHER) is None
    state.pictures.put(reading, OTHER, ["u1"], now=NOW)
    assert state.pictures.matches(reading.sha256, "", 5) is None
    again = state.answers.get(answer.id)
    assert again is not None
    assert again.sha256 == reading.sha256


def test_a_result_holds_for_its_caption_and_its_generation_of_the_base(state: BotState, reading: Reading) -> None:
    state.pictures.put(reading, FAKE, ["u1"], now=NOW)
    state.pictures.put_matches(reading.sha256, "", 5, MATCHES)
    assert state.pictures.matches(reading.sha256, "", 5) == (MATCHES, "ONE\nTWO")
    assert state.pictures.matches(reading.sha256, "", 6) is None
    assert state.pictures.matches(reading.sha256, "caption", 5) is None


def test_a_result_for_a_picture_that_is_gone_is_not_kept(state: BotState) -> None:
    state.pictures.put_matches("0" * 64, "", 5, MATCHES)
    assert state.pictures.matches("0" * 64, "", 5) is None


# --- answers


def test_an_answer_can_be_told_again(state: BotState, give: Give) -> None:
    answer = give()
    state.answers.sent(answer.id, 99)
    back = state.answers.get(answer.id)
    assert back is not None
    assert (back.message_id, back.matches, back.text, back.verdict) == (99, MATCHES, "the words", "unknown")


def test_a_group_that_moves_keeps_its_answers(state: BotState, give: Give) -> None:
    answer = give()
    state.move_chat(10, -100)
    back = state.answers.get(answer.id)
    assert back is not None
    assert back.chat_id == -100


def test_the_last_vote_counts(state: BotState, give: Give) -> None:
    answer = give()
    state.answers.vote(answer.id, 1, 1, now=NOW)
    state.answers.vote(answer.id, 1, -1, now=NOW)
    assert state.db.execute("select vote from feedback").fetchall() == [(-1,)]


def test_pictures_are_counted_since_a_time(state: BotState, give: Give) -> None:
    give(now=NOW - timedelta(hours=2))
    give()
    give(2)
    assert state.answers.pictures_since(1, NOW - timedelta(hours=1)) == 1


# --- to be told


def test_one_of_many_tells_and_a_failure_can_be_tried_again(state: BotState, give: Give) -> None:
    state.subscriptions.subscribe(give().id, 1, "file", now=NOW)
    (waiting,) = state.subscriptions.waiting()
    assert [state.subscriptions.claim(waiting, now=NOW) for _ in range(3)] == [True, False, False]
    assert state.subscriptions.waiting() == []
    state.subscriptions.unclaim(waiting)
    assert state.subscriptions.waiting() == [waiting]


def test_who_stopped_the_bot_is_not_told_until_they_write_again(state: BotState, give: Give) -> None:
    state.subscribers.see(1, now=NOW)
    state.subscriptions.subscribe(give().id, 1, "file", now=NOW)
    state.subscribers.blocked(1, now=NOW)
    assert state.subscriptions.waiting() == []
    state.subscribers.see(1, now=NOW)
    assert len(state.subscriptions.waiting()) == 1


def test_not_to_be_told_after_all(state: BotState, give: Give) -> None:
    answer = give()
    state.subscriptions.subscribe(answer.id, 1, "file", now=NOW)
    state.subscriptions.unsubscribe(answer.id, 1)
    assert state.subscriptions.waiting() == []


# --- conversations


def test_a_conversation_survives_and_ends(state: BotState) -> None:
    assert state.dialogues.get("k") == (None, {})
    state.dialogues.put("k", 1, state="asking", data={"a": [1]})
    assert BotState(state.db).dialogues.get("k") == ("asking", {"a": [1]})
    state.dialogues.put("k", 1)
    assert state.dialogues.get("k") == (None, {})


# --- the thread


def test_everything_runs_on_one_thread_in_order(tmp_path: Path) -> None:
    import threading

    async def scenario() -> tuple[set[int], list[int]]:
        threads: set[int] = set()
        order: list[int] = []

        def work(number: int) -> None:
            threads.add(threading.get_ident())
            order.append(number)

        async with DatabaseThread(tmp_path / "x.sqlite3") as db:
            await asyncio.gather(*(db.run(work, n) for n in range(50)))
        return threads, order

    threads, order = asyncio.run(scenario())
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert order == list(range(50))


def test_an_error_on_the_thread_reaches_the_caller(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with DatabaseThread(tmp_path / "x.sqlite3") as db:
            with pytest.raises(sqlite3.OperationalError):
                await db.run(db.connection.execute, "no sql")
        with pytest.raises(RuntimeError):
            await db.run(lambda: None)

    asyncio.run(scenario())


def test_a_database_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "dir.sqlite3").mkdir()
        with pytest.raises(DatabaseUnusable):
            async with DatabaseThread(tmp_path / "dir.sqlite3"):
                pass

    asyncio.run(scenario())


def test_an_albums_parts_are_found_by_its_group_for_two_days(state: BotState) -> None:
    parts = (Medium("photo", "f1", "u1"), Medium("video", "f2", "u2"))
    state.albums.put(10, "g", 1, parts, now=NOW)
    assert state.albums.get(10, "g") == parts
    assert state.albums.get(11, "g") == ()
    state.purge(now=NOW + timedelta(days=1), keep=timedelta(days=90))
    assert state.albums.get(10, "g") == parts
    assert [row["media"] for row in state.about(1)["albums"]] != []
    state.purge(now=NOW + timedelta(days=3), keep=timedelta(days=90))
    assert state.albums.get(10, "g") == ()


def test_forgetting_somebody_forgets_their_albums(state: BotState) -> None:
    state.albums.put(10, "g", 1, [Medium("photo", "f1", "u1")], now=NOW)
    state.albums.put(10, "h", 2, [Medium("photo", "f2", "u2")], now=NOW)
    state.forget(1)
    assert state.albums.get(10, "g") == ()
    assert state.albums.get(10, "h") != ()


def test_the_template_is_remembered_although_the_answer_was_a_joke() -> None:
    joke = Match(EntryId("swot"), "joke", 0.99, {"said": 0.99})
    form = Match(EntryId("drake"), "format", 0.35, {"geometry": 0.35})
    assert template_of([joke, form]) == "drake"
    assert template_of([joke, replace(form, confidence=0.1)]) is None


def test_what_is_kept_of_an_answer_tells_it_again_with_its_words_and_roles(state: BotState) -> None:
    roles = (RoleText("rejected", "data"), RoleText("preferred", "more layers"))
    form = Match(EntryId("drake"), "format", 0.9, {"geometry": 0.9}, roles=roles)
    topic = Match(EntryId("overfitting"), "concept", 0.9, {"said": 0.9}, words=("overfit", "model"))
    answer = state.answers.put(Answer(1, 10, "picture", "composed", (form, topic), text="data\nmore layers"), now=NOW)
    kept = state.answers.get(answer.id)
    assert kept is not None and kept.matches == (form, topic)
    assert answer_of(json.loads(json.dumps(kept_answer((form, topic), "the words")))) == ((form, topic), "the words")


def test_what_earlier_versions_kept_with_a_submission_is_read() -> None:
    old = [{"entry": "overfitting", "kind": "concept", "confidence": 0.9, "evidence": {"said": 0.9}}]
    assert answer_of(old) == (MATCHES, "")
    assert answer_of(None) == ((), "")
