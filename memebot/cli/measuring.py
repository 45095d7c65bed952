"""``memebot doctor``, ``eval`` and ``bench``: what this installation can do, and how well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from memebot.cli.common import Encoder, Home, Json, Knowledge, print_each, print_json, progress_bar, settings_of


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
        typer.Argument(help="Folders with a labels.csv; with --texts, files of texts.", show_default=False),
    ] = None,
    channels: Annotated[
        Literal["image", "visual", "all"],
        typer.Option(help="image: the encoder alone; visual: with copies and geometry; all: with the words."),
    ] = "all",
    texts: Annotated[
        bool, typer.Option("--texts", help="Run texts: those of FILES, else the regression texts beside the entries.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw reliability and abstention into this PNG.", show_default=False)
    ] = None,
    details: Annotated[
        Path | None, typer.Option(help="Write one JSON line a picture into this file.", show_default=False)
    ] = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Measure on labelled pictures or on texts.

    A folder holds `labels.csv` with the columns `path,label[,kind]`. Rows without a label are distractors that
    match nothing; rows of kind `template` are indexed first as formats of a temporary base; without such rows,
    labels are ids of entries, several joined by `|`. A file without a `label` column holds distractors alone.

    A file of texts has the columns `id,kind,lang,form,text`: `id` is the entry that should answer, alternatives are
    joined by `|`, and the form `caption` means words on a picture. One without `id` holds texts to be silent about.

    Example: `memebot eval pictures/ distractors/ --plot report.png`

    Example: `memebot eval --texts`

    Example: `memebot eval --texts paraphrases.csv everyday.csv`
    """
    from memebot.cli.output.figures import print_evaluation, print_text_files, print_texts_report
    from memebot.measure import evaluation
    from memebot.measure.text_files import evaluate_text_files
    from memebot.measure.texts import evaluate_texts

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder)
    if not texts and not folders:
        raise typer.BadParameter("name folders with labels.csv, or --texts", param_hint="FOLDERS")
    if texts and folders:
        told = evaluate_text_files(settings, folders)
        print_json(told.to_json()) if as_json else print_text_files(told)
        return
    if texts:
        report = evaluate_texts(settings)
        print_json(report.to_json()) if as_json else print_texts_report(report)
        return
    with progress_bar() as bar:
        result = evaluation.evaluate(settings, folders or [], channels=channels, progress=bar)
    if plot is not None:
        evaluation.draw(result, plot)
    if details is not None:
        details.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in result.details()), "utf-8")
    print_json(result.to_json()) if as_json else print_evaluation(result)


def bench(context: typer.Context, as_json: Json = False, home: Home = None, encoder: Encoder = None) -> None:
    """Measure speed, memory and reading errors on this machine.

    Times are medians; on a busy machine compare ratios of one run, not figures of two.

    Example: `memebot bench`
    """
    from memebot.cli.output.figures import print_figures
    from memebot.measure import bench as benchmarks

    with progress_bar() as bar:
        rows = benchmarks.run(settings_of(context, home=home, encoder=encoder), progress=bar)
    print_json({row.name: row.value for row in rows}) if as_json else print_figures(rows)
