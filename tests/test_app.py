"""What is built, closed and kept between runs; what the doctor finds."""

import sqlite3
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from knowledge.reading import EncoderId, Vectors, unit
from memebot import settings
from memebot.app import database_address, examples, open_answers, open_base
from memebot.cli.common import plain
from memebot.database import DatabaseTooNew, DatabaseUnusable, damage, open_database
from memebot.errors import sentence
from memebot.measure.doctor import LINES, Check, examine

ENTRY = """---
title: {ru: Переобучение, en: Overfitting}
aliases: []
says: []
keywords: {ru: [], en: []}
---
## ru
Модель зубрит.
## en
The model swots.
"""


class Letters:
    """A sentence encoder that counts letters."""

    id = EncoderId("letters/1")

    def embed(self, texts: Sequence[str]) -> Vectors:
        return unit(np.array([[text.count(chr(97 + n)) + 0.01 for n in range(26)] for text in texts]))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    (folder / "entries" / "concepts").mkdir(parents=True)
    (folder / "entries" / "concepts" / "overfitting.md").write_text(ENTRY, "utf-8")
    return folder


def test_the_database_is_made_with_its_folder_and_kept(tmp_path: Path, base: Path) -> None:
    chosen = settings.load(home=tmp_path / "a" / "b", knowledge=base)
    with open_base(chosen, in_step=True) as kb:
        assert [entry.id for entry in kb.entries.all()] == ["overfitting"]
    with open_base(chosen) as kb:
        assert [entry.id for entry in kb.entries.all()] == ["overfitting"]


def test_a_file_that_is_no_database_is_one_line_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "memebot.sqlite3").write_text("this is a shopping list " * 100)
    with pytest.raises(DatabaseUnusable) as caught:
        open_database(tmp_path / "memebot.sqlite3")
    line = sentence(caught.value)
    assert line is not None
    assert str(tmp_path / "memebot.sqlite3") in line
    assert "\n" not in line


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path, base: Path) -> None:
    chosen = settings.load(home=tmp_path, knowledge=base)
    with open_base(chosen, in_step=True):
        pass
    with sqlite3.connect(database_address(chosen).file) as raw:
        (name,) = raw.execute("select migration_set from _sqlite_migrations limit 1").fetchone()
        raw.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, 'm999_future', '2030')", [name]
        )
    with pytest.raises(DatabaseTooNew) as caught, open_base(chosen):
        pass
    assert sentence(caught.value)


def test_a_whole_database_has_no_damage(tmp_path: Path) -> None:
    open_database(tmp_path / "memebot.sqlite3").close()
    assert damage(tmp_path / "memebot.sqlite3") == ""


@pytest.mark.parametrize("place", ["header", "pages", "words"])
def test_a_damaged_database_is_one_line_that_says_so(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memebot.database.sqlite._opened", deque(maxlen=1))
    path = tmp_path / "memebot.sqlite3"
    with closing(open_database(path)) as database:
        database["texts"].insert_all({"id": n, "text": f"text {n} " * 30} for n in range(300))
        database.execute("create index of_texts on texts (text)")
        database.checkpoint()
    data = bytearray(path.read_bytes())
    if place == "words":
        data = data.replace(b"text 7 ", b"\xff\xfe\xfd\xfc\xfb\xfa\xf9", 5)
    else:
        start, end = (0, 100) if place == "header" else (8192, 65536)
        data[start:end] = b"\xa7" * (end - start)
    path.write_bytes(data)
    with pytest.raises(Exception) as caught, closing(open_database(path)) as database:
        [str(row["text"]).encode() for row in database["texts"].rows]
    line = sentence(caught.value)
    assert line is not None
    assert "is damaged" in line
    assert "memebot restore" in line
    assert damage(path)


def test_a_mistake_of_ours_keeps_its_traceback() -> None:
    assert sentence(ValueError("ours")) is None


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), sqlite3.OperationalError("database or disk is full")]
)
def test_a_full_disk_is_said_in_words(error: Exception) -> None:
    line = sentence(error)
    assert line is not None
    assert "is full" in line


def test_a_home_that_changes_its_base_says_so(tmp_path: Path, base: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_base(settings.load(home=tmp_path, knowledge=base), in_step=True):
        pass
    other = tmp_path / "other" / "entries" / "concepts"
    other.mkdir(parents=True)
    renamed = ENTRY.replace("Overfitting", "Dropout").replace("Переобучение", "Дропаут")
    (other / "dropout.md").write_text(renamed, "utf-8")
    with open_base(settings.load(home=tmp_path, knowledge=tmp_path / "other"), in_step=True) as kb:
        assert [entry.id for entry in kb.entries.all()] == ["dropout"]
        assert kb.revisions.history("overfitting")[-1].text == ENTRY
    assert "another --home" in caplog.text


def test_questions_need_no_encoder(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an encoder was loaded for a question in words")

    monkeypatch.setattr("memebot.vision.encoder.clip.load_encoder", refuse)
    with open_answers(settings.load(home=tmp_path, knowledge=base)) as explainer:
        assert explainer.ask("what is overfitting?").entries == ("overfitting",)


def test_what_is_kept_of_a_base_is_found_at_the_next_start_and_made_anew_when_the_base_has_changed(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memebot.vision.encoder.sentences.text_encoder", lambda *_, **__: letters)
    letters, home = Letters(), settings.load(home=tmp_path, knowledge=base)

    def lots_and_answer() -> tuple[list[str], object]:
        monkeypatch.setattr("memebot.app._spaces", {})  # as a new process
        with open_answers(home) as explainer:
            answer = explainer.ask("what is overfitting?")
        return sorted(lot.name for lot in (tmp_path / "cache").iterdir()), answer.matches

    first, told = lots_and_answer()
    assert lots_and_answer() == (first, told)
    file = base / "entries" / "concepts" / "overfitting.md"
    file.write_text(ENTRY.replace("says: []", "says: [overfitting]").replace("swots", "crams"), "utf-8")
    then, changed = lots_and_answer()

    assert [lot.partition("-")[0] for lot in first] == [lot.partition("-")[0] for lot in then] == ["meaning"]
    assert first[0] != then[0]
    assert told != changed


def test_the_examples_are_there() -> None:
    paths = [path for path, _ in examples()]
    assert len(paths) >= 8
    assert all(path.is_file() for path in paths)


def states(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.state for check in checks}


def test_the_doctor_finds_a_fresh_home_in_order(tmp_path: Path) -> None:
    checks = examine(settings.load(home=tmp_path / "new"))
    assert set(states(checks).values()) <= {"ok", "warning"}
    assert {"Python", "packages", "home", "text recognition", "encoder", "database", "entries", "search"} <= set(
        states(checks)
    )
    assert not (tmp_path / "new").exists(), "an examination makes nothing"


def test_the_doctor_names_what_mends_a_broken_base_and_missing_languages(tmp_path: Path, base: Path) -> None:
    (base / "entries" / "concepts" / "overfitting.md").write_text("nothing", "utf-8")
    empty = tmp_path / "tessdata"
    empty.mkdir()
    checks = examine(settings.load(home=tmp_path, knowledge=base, tessdata=empty))
    mend = {check.name: check.mend for check in checks if check.state != "ok"}
    assert "memebot kb lint" in mend["entries"]
    assert "leave MEMEBOT_TESSDATA empty" in mend["text recognition"]
    assert "apt-get" not in mend["text recognition"]
    assert plain(checks[0])["state"] == "ok"


def test_the_doctor_writes_into_the_home_that_it_vouches_for(tmp_path: Path) -> None:
    for unwritable in (Path("/proc/memebot"), tmp_path / "file" / "home"):
        (tmp_path / "file").touch()
        (home,) = examine(settings.load(home=unwritable), "home")
        assert home.state == "missing"
        assert "--home" in home.mend


def test_the_doctor_reads_a_line_in_each_language(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from memebot.vision.ocr.engines import NOTHING, Tesseract

    chosen = settings.load(home=tmp_path, knowledge=base)
    (reading,) = examine(chosen, "text recognition")
    assert reading.state == "ok"
    monkeypatch.setattr(Tesseract, "read", lambda *_: NOTHING)
    (reading,) = examine(chosen, "text recognition")
    assert reading.state == "warning"
    assert LINES[0] in reading.found
    assert "\n" not in reading.found + reading.mend


def test_the_doctor_embeds_and_searches(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from memebot.vision.encoder.clip import Encoder

    chosen = settings.load(home=tmp_path, knowledge=base)
    monkeypatch.setattr("knowledge.search.searcher.Searcher.ask", lambda *_: [])
    monkeypatch.setattr(Encoder, "embed_images", lambda *_: np.full((1, 1, 256), np.nan, np.float32))
    found = states(examine(chosen, "search", "encoder"))
    assert (found["search"], found["encoder"]) == ("missing", "missing")


def test_the_doctor_says_in_words_that_a_base_is_not_there(tmp_path: Path) -> None:
    for check in examine(settings.load(home=tmp_path, knowledge=tmp_path / "nowhere"), "entries", "search"):
        assert check.state == "missing"
        assert check.found == f"{tmp_path / 'nowhere'}: no such folder (name a folder that holds entries/)"


def test_the_doctor_survives_a_broken_database(tmp_path: Path, base: Path) -> None:
    (tmp_path / "memebot.sqlite3").write_text("not a database " * 200)
    checks = examine(settings.load(home=tmp_path, knowledge=base))
    assert states(checks)["database"] == "missing"
