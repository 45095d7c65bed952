"""What lint says about a folder of entries."""

from __future__ import annotations

from pathlib import Path

import pytest
import wording

from knowledge import lint as linting
from knowledge.entry.markdown import parse
from knowledge.entry.problems import Problem
from knowledge.errors import SourceError
from knowledge.lint import format_entries
from knowledge.store.overlay import shipped

RU = ("Здесь рассказано простыми фразами, отчего эта картинка смешна даже школьнику без опыта. " * 7).strip()
EN = ("Here plain phrases tell the reader why this picture amuses even a pupil with no experience. " * 5).strip()


def lint(root: Path) -> list[Problem]:
    """What lint says about the entries, however their files are laid out."""
    return [problem for problem in linting.lint(root) if problem.code != "layout"]


class Folder:
    """A folder of entries that lint has nothing to say about, until a test writes more."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "exemplars").mkdir(parents=True)

    def write(self, name: str, title: str, *, ru: str = RU, en: str = EN, fields: str = "") -> Path:
        path = self.root / "entries" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\ntitle: {{ru: {title} русский, en: {title} english}}\n{fields}---\n## ru\n{ru}\n\n## en\n{en}\n",
            "utf-8",
        )
        return path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def only(folder: Folder) -> Problem:
    found = lint(folder.root)
    assert len(found) == 1, found
    return found[0]


def test_good_entries_have_no_problems(folder: Folder) -> None:
    folder.write("concepts/quux", "Quux", fields="keywords: {ru: [кваксы], en: [quuxes]}\n")
    folder.write("jokes/zap", "Zapping", fields="concepts: [quux]\nsays: [zapping the blorb]\n")
    assert lint(folder.root) == []


def test_a_folder_without_entries_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        lint(tmp_path)


def test_a_broken_file_does_not_hide_the_others_and_is_reported_once(folder: Folder) -> None:
    broken = folder.write("concepts/quux", "Quux", fields="titel: x\n")
    short = folder.write("jokes/zap", "Zapping", fields="concepts: [quux]\n", ru="Мало.", en="Little.")
    found = lint(folder.root)
    assert [(p.path, p.line, p.severity) for p in found] == [
        (broken, 3, "error"),
        (short, 5, "warning"),
        (short, 8, "warning"),
    ]


def test_errors_between_entries_are_reported(folder: Folder) -> None:
    path = folder.write("jokes/zap", "Zapping", fields="concepts: [nothing]\n")
    problem = only(folder)
    assert (problem.path, problem.line, problem.severity) == (path, 3, "error")


def test_a_file_name_with_capitals_is_reported_with_a_better_one(folder: Folder) -> None:
    folder.write("jokes/Zap It", "Zapping")
    assert "rename it to zap-it.md" in wording.hint(only(folder))


@pytest.mark.parametrize(("en", "hint"), [("word " * 59, "say more"), ("word " * 161, "shorten")])
def test_an_explanation_of_unusual_length_is_a_warning(folder: Folder, en: str, hint: str) -> None:
    folder.write("jokes/zap", "Zapping", en=en.strip(), ru=f"{'слово ' * len(en.split())}".strip())
    found = lint(folder.root)
    assert [(p.line, p.severity) for p in found] == [(4, "warning"), (7, "warning")]
    assert hint in wording.hint(found[0]) and str(len(en.split())) in wording.reason(found[0])


def test_a_language_much_shorter_than_the_other_is_a_warning(folder: Folder) -> None:
    folder.write("jokes/zap", "Zapping", en=" ".join(["tiny"] * 60), ru=" ".join(["длиннющее"] * 70))
    problem = only(folder)
    assert problem.line == 7 and "'en' is 43 %" in wording.reason(problem)


def test_jargon_with_an_entry_but_no_link_is_a_warning_at_its_line(folder: Folder) -> None:
    folder.write("concepts/quux", "Quux", fields="aliases: [blorb gradient]\n")
    path = folder.write("jokes/zap", "Zapping", en=f"\nOne line.\n\nThen blorb gradients came. {EN}")
    problem = only(folder)
    assert (problem.path, problem.line) == (path, 11)
    assert "'blorb gradients'" in wording.reason(problem) and "'quux'" in wording.hint(problem)


def test_jargon_is_recognised_by_whole_names_only(folder: Folder) -> None:
    folder.write("concepts/nan", "Nantest", fields="aliases: [not a number, не число]\n")
    folder.write("jokes/zap", "Zapping", en=f"A number. {EN}", ru=f"Одно число. {RU}")
    assert lint(folder.root) == []


def test_a_proper_name_is_no_plural(folder: Folder) -> None:
    folder.write("concepts/blorbs", "Blorbs", fields="aliases: [Blorbs]\n")
    folder.write("jokes/zap", "Zapping", en=f"A blorb ate bamboo. {EN}")
    assert lint(folder.root) == []
    folder.write("jokes/zap", "Zapping", en=f"Blorbs ate bamboo. {EN}")
    assert "'blorbs'" in wording.reason(only(folder))


@pytest.mark.parametrize("phrase", ["the", "это", "why", "cat", "ok", "is it you"])
def test_a_phrase_that_would_match_anything_is_a_warning(folder: Folder, phrase: str) -> None:
    folder.write("jokes/zap", "Zapping", fields=f'says: ["{phrase}"]\n')
    problem = only(folder)
    assert problem.line == 3 and "would match many texts" in wording.reason(problem)


@pytest.mark.parametrize("phrase", ["torch.log", "xgboost", "nan nan nan", "это фиаско братан"])
def test_a_telling_phrase_is_fine(folder: Folder, phrase: str) -> None:
    folder.write("jokes/zap", "Zapping", fields=f'says: ["{phrase}"]\n')
    assert lint(folder.root) == []


def test_two_entries_with_one_name_are_a_warning(folder: Folder) -> None:
    folder.write("jokes/zap", "Zapping", fields="aliases: [The Blorb]\nkeywords: {ru: [жук], en: [bug]}\n")
    path = folder.write("jokes/zip", "Zipping", fields="aliases: [blorbs]\nkeywords: {ru: [ёж], en: [toad]}\n")
    problem = only(folder)
    assert (problem.path, problem.line) == (path, 3) and "zap.md" in wording.reason(problem)


def test_two_entries_with_nearly_the_same_words_are_a_warning(folder: Folder) -> None:
    same = "keywords: {ru: [кошка, собака, слон, тигр], en: [cat, dog, elephant, tiger]}\n"
    folder.write("jokes/zap", "Zapping", fields=same)
    path = folder.write("jokes/zip", "Zipping", fields=same)
    problem = only(folder)
    assert (problem.path, problem.line) == (path, 3) and "nearly the same words" in wording.reason(problem)


def test_an_exemplar_that_no_entry_names_is_a_warning(folder: Folder) -> None:
    folder.write("jokes/zap", "Zapping", fields="exemplars: [zap.png]\n")
    for name in ("zap.png", "zip.png", "README.md"):
        (folder.root / "exemplars" / name).write_bytes(b"x")
    problem = only(folder)
    assert problem.path.name == "zip.png" and problem.severity == "warning"


def test_a_broken_fingerprint_is_an_error(folder: Folder) -> None:
    folder.write("jokes/zap", "Zapping", fields="exemplars: [zap.fp.npz]\n")
    (folder.root / "exemplars" / "zap.fp.npz").write_bytes(b"junk")
    problem = only(folder)
    assert problem.severity == "error" and "not a fingerprint" in wording.reason(problem)


def test_a_file_in_another_layout_is_a_warning_at_the_first_line_that_differs(folder: Folder) -> None:
    path = folder.write("jokes/zap", "Zapping", fields="says: [zapping the blorb]\n")
    (problem,) = linting.lint(folder.root)
    assert (problem.path, problem.line, problem.severity, problem.code) == (path, 2, "warning", "layout")
    assert format_entries([folder.root]).changed == (path,)
    assert linting.lint(folder.root) == [] and format_entries([folder.root]).unchanged == 1


def test_formatting_changes_nothing_but_the_layout_and_no_file_with_mistakes(folder: Folder) -> None:
    path = folder.write("jokes/zap", "Zapping", fields="says: [zapping the blorb]\n")
    broken = folder.write("jokes/zip", "Zipping", fields="titel: x\n")
    before, wrong = parse(path.read_bytes(), path), broken.read_bytes()
    assert format_entries([path, broken], write=False).changed == (path,)
    report = format_entries([path, broken])
    assert report.changed == (path,) and [problem.path for problem in report.problems] == [broken]
    assert parse(path.read_bytes(), path) == before and broken.read_bytes() == wrong


def test_formatting_an_own_base_leaves_what_is_beneath(folder: Folder, tmp_path: Path) -> None:
    below = folder.write("jokes/zap", "Zapping")
    own = tmp_path / "own"
    (own / "entries" / "jokes").mkdir(parents=True)
    (own / "layer.toml").write_text(f'beneath = "{folder.root}"')
    path = own / "entries" / "jokes" / "zip.md"
    path.write_text(below.read_text("utf-8").replace("Zapping", "Zipping"), "utf-8")
    old = below.read_bytes()
    assert format_entries([own]).changed == (path,) and below.read_bytes() == old


def test_the_shipped_base_is_laid_out() -> None:
    assert format_entries([shipped()], write=False).changed == ()


@pytest.mark.parametrize(
    "name",
    [
        "entries/jokes/zap.MD",
        "entries/jokes/zap.markdown",
        "entries/jokes/zap.md.txt",
        "entries/jokes/old/zap.md",
        "entries/joks/zap.md",
        "entries/zap.txt",
        "exemplars/Zap.PNG",
        "exemplars/old/zap.png",
        "texts/meme.csv",
        "texts/memes.tsv",
    ],
)
def test_a_file_that_nothing_reads_is_named(folder: Folder, name: str) -> None:
    folder.write("concepts/quux", "Quux", fields="keywords: {ru: [кваксы], en: [quuxes]}\n")
    path = folder.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", "utf-8")
    problem = only(folder)
    assert (problem.path, problem.code) == (path, "file-unused")


def test_a_folder_whose_name_is_nearly_right_is_named(folder: Folder) -> None:
    folder.write("concepts/quux", "Quux", fields="keywords: {ru: [кваксы], en: [quuxes]}\n")
    (folder.root / "exemplar").mkdir()
    (folder.root / "anything").mkdir()
    problem = only(folder)
    assert (problem.path, problem.facts["close"]) == (folder.root / "exemplar", "exemplars")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"entry;lang;text\nquux;en;why quux\n", "texts-columns"),
        (b"entry,lang,text\nquux,en,why, then, quux\n", "texts-comma"),
        ("entry,lang,text\nquux,ru,почему\n".encode("cp1251"), "texts-unreadable"),
    ],
)
def test_texts_that_a_sync_would_refuse_are_errors(folder: Folder, data: bytes, code: str) -> None:
    folder.write("concepts/quux", "Quux", fields="keywords: {ru: [кваксы], en: [quuxes]}\n")
    (folder.root / "texts").mkdir()
    (folder.root / "texts" / "questions.csv").write_bytes(data)
    assert (only(folder).code, only(folder).severity) == (code, "error")


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"])
def test_what_a_merge_has_left_in_an_explanation_is_an_error(folder: Folder, marker: str) -> None:
    folder.write("concepts/quux", "Quux", en=f"{EN}\n\n{marker}\n\n{EN[:300]}")
    found = [problem for problem in lint(folder.root) if problem.severity == "error"]
    assert [problem.code for problem in found] == ["conflict-marker"]
