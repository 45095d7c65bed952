"""``memebot doctor``, ``eval``, ``bench`` and ``simulate``: what this installation can do, how well, for how many."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from memebot.cli.common import (
    Encoder,
    Home,
    Json,
    Knowledge,
    LangOption,
    print_each,
    print_json,
    progress_bar,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from memebot.app import Progress
    from memebot.cli.common import LangName
    from memebot.measure.bench import Figure
    from memebot.settings import Settings

T = TypeVar("T")


def doctor(context: typer.Context, as_json: Json = False, home: Home = None, knowledge: Knowledge = None) -> None:
    """Say what is in order, what is missing, and the command that mends it.

    Exit status 1 when something that memebot cannot do without is missing.

    Example: `memebot doctor`
    """
    from memebot.cli.output.figures import print_checks
    from memebot.measure.doctor import examine

    checks = examine(settings_of(context, home=home, knowledge=knowledge))
    print_each(checks, print_checks, as_json=as_json)
    if any(check.state == "missing" for check in checks):
        raise typer.Exit(1)


def evaluate(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders with labels; with --texts, files of texts.", show_default=False),
    ] = None,
    channels: Annotated[
        Literal["image", "visual", "all"],
        typer.Option(help="image: the encoder alone; visual: with copies and geometry; all: with the words."),
    ] = "all",
    texts: Annotated[
        bool, typer.Option("--texts", help="Run texts: those of FILES, else the regression texts beside the entries.")
    ] = False,
    explanations: Annotated[
        bool, typer.Option("--explanations", help="Grade whole answers by the folders' explanations.csv.")
    ] = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="With --explanations: also have each picture drafted by the model, graded.")
    ] = False,
    lang: LangOption = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw reliability and abstention, or grades and risk, into this PNG.", show_default=False),
    ] = None,
    details: Annotated[
        Path | None, typer.Option(help="Write one JSON line a picture into this file.", show_default=False)
    ] = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Measure on labelled pictures, on whole answers about them, or on texts.

    A folder holds `labels.csv` with the columns `path,label[,kind]`. Rows without a label are distractors that
    match nothing; rows of kind `template` are indexed first as formats of a temporary base; without such rows,
    labels are ids of entries, several joined by `|`. A file without a `label` column holds distractors alone.

    With --explanations a folder holds `explanations.csv`, a row a picture, of these columns (all but `path` may be
    absent or empty): `format`, ids of formats any of which is right, or `none`; `roles`, the picture's words as
    `role=text|role=text`; `entries`, ids of jokes and concepts any of which is right; `turn`, a regular expression
    for why it is funny, and `never`, one for what must not be said, each also by language (`turn_ru`, `never_en`);
    `unknown`, `yes` where silence is right; `kind`, to count apart; `about`, a note. Case does not matter to the
    expressions, and words of the picture that are quoted count as said.

    Answers are graded in both languages, or in that of --lang. Rightly: all of that is there, or silence was right.
    Partly: the topic or the format is right, something is missing. Generic: only the field is named, or only a format
    and none of the picture's words in its roles. Wrong: it says what it must not, names another format, is made of
    nothing that was expected, or answers where silence was right. Unknown: it says that it does not know. Words count
    as the same from 85 of 100 on.

    A file of texts has the columns `id,kind,lang,form,text`: `id` is the entry that should answer, alternatives are
    joined by `|`, and the form `caption` means words on a picture. One without `id` holds texts to be silent about.

    Example: `memebot eval pictures/ distractors/ --plot report.png`

    Example: `memebot eval --explanations memes/ --lang en --details answers.jsonl`

    With --drafts each picture goes to the model that is set, within the day's budget, and its draft is graded by the
    same rules. What the answers say stays as it is.

    Example: `memebot eval --explanations memes/ --drafts`

    Example: `memebot eval --texts`

    Example: `memebot eval --texts paraphrases.csv everyday.csv`
    """
    from memebot.cli.output.figures import print_evaluation
    from memebot.measure import evaluation

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder)
    if texts and explanations:
        raise typer.BadParameter("either --texts or --explanations", param_hint="--explanations")
    if texts:
        _evaluate_texts(settings, folders, as_json)
        return
    if not folders:
        raise typer.BadParameter("name folders with labels, or --texts", param_hint="FOLDERS")
    if explanations:
        _evaluate_explanations(settings, folders, lang, (plot, details), as_json, drafts=drafts)
        return
    with progress_bar() as bar:
        result = evaluation.evaluate(settings, folders, channels=channels, progress=bar)
    if plot is not None:
        evaluation.draw(result, plot)
    _write_details(details, result.details())
    print_json(result.to_json()) if as_json else print_evaluation(result)


def _evaluate_texts(settings: Settings, files: list[Path] | None, as_json: bool) -> None:
    from memebot.cli.output.figures import print_text_files, print_texts_report
    from memebot.measure.text_files import evaluate_text_files
    from memebot.measure.texts import evaluate_texts

    if files:
        told = evaluate_text_files(settings, files)
        print_json(told.to_json()) if as_json else print_text_files(told)
        return
    report = evaluate_texts(settings)
    print_json(report.to_json()) if as_json else print_texts_report(report)


def _evaluate_explanations(
    settings: Settings,
    folders: list[Path],
    lang: LangName | None,
    out: tuple[Path | None, Path | None],
    as_json: bool,
    *,
    drafts: bool,
) -> None:
    from knowledge.reading import LANGS
    from memebot.cli.output.console import print_error
    from memebot.cli.output.figures import print_draft_grades, print_explanations
    from memebot.measure import explanations
    from memebot.measure.drafts import DraftGrades

    plot, details = out
    langs: tuple[LangName, ...] = (lang,) if lang else LANGS
    try:
        with ExitStack() as stack:
            bar = stack.enter_context(progress_bar())
            grades = stack.enter_context(DraftGrades.open(settings, langs)) if drafts else None
            beside = None if grades is None else grades.of
            report = explanations.evaluate_explanations(settings, folders, langs, progress=bar, beside=beside)
    except explanations.FaultyLabels as error:
        for line in error.lines:
            print_error(line)
        raise typer.Exit(2) from error
    if plot is not None:
        explanations.draw_risk(report, plot)
    _write_details(details, [*report.details(), *(() if grades is None else grades.details())])
    if as_json:
        print_json(report.to_json() if grades is None else {**report.to_json(), "drafts": grades.to_json()})
        return
    print_explanations(report)
    if grades is not None:
        print_draft_grades(grades)


def _write_details(path: Path | None, rows: Iterable[Mapping[str, Any]]) -> None:
    if path is not None:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def bench(
    context: typer.Context,
    reposts: Annotated[
        list[Path] | None,
        typer.Option(help="Measure only how copies of a folder's pictures are known again: crops, bars, screenshots."),
    ] = None,
    profile: Annotated[
        list[Path] | None,
        typer.Option(help="Measure only the steps of a folder's pictures, or take a saved run.", show_default=False),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(min=1, help="Measure only the memory over so many pictures of all sizes.", show_default=False),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Show ratios to a run that was saved with --json.", show_default=False)
    ] = None,
    as_json: Json = False,
    home: Home = None,
    encoder: Encoder = None,
) -> None:
    """Measure speed, memory and reading errors on this machine.

    Times are medians; on a busy machine compare ratios of one run, not figures of two.

    With --profile each step of a picture's way is told apart (`words/detect` is a part of `words`), by the wall clock
    and by the processor time of its thread, also for a megapixel and for a line of text; with --json a line a picture.
    Against a saved run: the median ratio over the pictures of both, and between which two half of them lie. Steps of
    other runs beside it need no second measuring: --profile takes a saved run in place of a folder. Without --profile
    several runs may stand in one file, then the ratio is to their median and shown with how far they lie apart.

    Example: `memebot bench`

    Example: `memebot bench --profile memes/ --json > before.jsonl`

    Example: `memebot bench --profile memes/ --against before.jsonl`

    Example: `memebot bench --reposts formats/`

    Example: `memebot bench --memory 5000`
    """
    from memebot.cli.output.figures import print_figure_ratios, print_figures
    from memebot.measure import bench as benchmarks

    settings = settings_of(context, home=home, encoder=encoder)
    if profile:
        _profile(settings, profile, against, as_json)
        return
    then = None if against is None else _saved(against, benchmarks.saved_runs)
    with progress_bar() as bar:
        if reposts:
            rows = benchmarks.measure_copies(settings, reposts, bar)
        elif memory:
            rows = _memory(settings, memory, bar)
        else:
            rows = benchmarks.run(settings, progress=bar)
    figures = {row.name: row.value for row in rows}
    if then is None:
        print_json(figures) if as_json else print_figures(rows)
        return
    print_each(benchmarks.compare_runs(figures, then), print_figure_ratios, as_json=as_json)


def _memory(settings: Settings, pictures: int, bar: Progress) -> list[Figure]:
    from memebot.measure.load.memory import measure_memory

    return measure_memory(settings, pictures, bar)


def _profile(settings: Settings, where: list[Path], against: Path | None, as_json: bool) -> None:
    from memebot.cli.output.figures import print_profile, print_ratios
    from memebot.measure import profile

    then = None if against is None else _saved(against, profile.saved)
    if where[0].is_file():
        found = _saved(where[0], profile.saved)
    else:
        with progress_bar() as bar:
            found = profile.profile(settings, where, progress=bar)
    if then is not None:
        print_each(profile.compare(found, then), print_ratios, as_json=as_json)
    elif as_json:
        for one in found:
            print_json(one.to_json())
    else:
        print_profile(profile.table(found))


def _saved(path: Path, read: Callable[[Path], T]) -> T:
    """A run that was saved with --json, or a line on what the file is not."""
    try:
        return read(path)
    except (OSError, ValueError, TypeError) as error:
        raise typer.BadParameter(f"{path} holds no such run as --json prints", param_hint="--against") from error


def simulate(
    communities: Annotated[int, typer.Option(min=1, help="How many communities send pictures.")] = 10,
    machines: Annotated[int, typer.Option(min=1, help="How many machines answer.")] = 1,
    at_once: Annotated[int, typer.Option(min=1, help="Pictures that one machine reads at a time.")] = 2,
    median: Annotated[float, typer.Option(min=0.001, help="Seconds that half of the pictures take.")] = 0.35,
    p95: Annotated[float, typer.Option(min=0.001, help="Seconds that all but one of twenty take.")] = 1.3,
    a_day: Annotated[float, typer.Option(min=0.0, help="Pictures that a community sends a day, on average.")] = 100,
    minutes: Annotated[float, typer.Option(min=1.0, help="How long a time of rush to simulate.")] = 60,
    flood: Annotated[int, typer.Option(min=0, help="Pictures that one sender sends at once in the middle.")] = 0,
    seed: Annotated[int, typer.Option(help="One number, one result.")] = 0,
    as_json: Json = False,
) -> None:
    """Simulate how long people would wait, with so many communities and so many machines.

    The queue is the bot's own, only its clock is not waited for. A few communities are large and most are small; an
    hour of rush brings four times the mean. Take the seconds of your machine from `memebot bench`.

    Example: `memebot simulate --communities 1000 --machines 2`

    Example: `memebot simulate --communities 20 --flood 300 --median 0.2 --p95 0.6`
    """
    from memebot.cli.output.figures import print_waiting
    from memebot.measure.load.simulation import Load
    from memebot.measure.load.simulation import simulate as pass_through

    if p95 < median:
        raise typer.BadParameter("it is at least what half of the pictures take", param_hint="--p95")
    load = Load(communities, machines, at_once, median, p95, a_day, minutes, flood, seed=seed)
    with progress_bar() as bar:
        found = pass_through(load, progress=bar)
    print_json(found.to_json()) if as_json else print_waiting(found)
