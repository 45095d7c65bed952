"""The command line. Imports torch, Pillow and the database only inside the commands that need them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from memebot.cli import editing as editing
from memebot.cli.common import (
    Encoder,
    Home,
    Json,
    Knowledge,
    LangOption,
    open_explainer,
    print_json,
    progress_bar,
    settings_of,
)
from memebot.cli.kb import kb
from memebot.cli.model import model
from memebot.cli.queue import queue

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="memebot",
    help="Explains machine-learning memes in plain Russian or English.\n\n"
    'Try it:  `memebot demo`  ·  `memebot explain meme.jpg`  ·  `memebot ask "what is overfitting?"`',
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(kb, name="kb")
app.add_typer(model, name="model")
app.add_typer(queue, name="queue")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"memebot {version('memebot')}")
        raise typer.Exit()


@app.callback()
def _root(
    context: typer.Context,
    home: Home = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    context.obj = home


# --- explaining ---------------------------------------------------------------------------------------------


@app.command()
def explain(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Pictures, GIFs or videos.", show_default=False)],
    lang: LangOption = None,
    as_json: Json = False,
    caption: Annotated[str, typer.Option(help="Text that came beside the picture.")] = "",
    why: Annotated[
        Path | None, typer.Option(help="Draw the evidence for one picture into this PNG.", show_default=False)
    ] = None,
    ocr: Annotated[bool | None, typer.Option("--ocr/--no-ocr", help="Read the words.", show_default=False)] = None,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Explain why memes are funny.

    A picture that cannot be read gives one line, the others are answered, and the exit status is 1.

    Example: `memebot explain meme.jpg sticker.webp --lang en`

    Example: `memebot explain *.png --json | jq .verdict`
    """
    from memebot.cli import output
    from memebot.vision.errors import MediaError

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder, ocr=ocr)
    if why is not None and len(files) != 1:
        raise typer.BadParameter("--why draws one picture: name one file", param_hint="--why")
    failed = False
    with open_explainer(settings) as opened:
        for path in files:
            try:
                reading = opened.reader.read_file(path, caption=caption)
            except MediaError as error:
                failed = True
                if as_json:
                    print_json({"path": str(path), "error": error.reason})
                else:
                    output.error(f"{path}: {error.reason}")
                continue
            answer = opened.explainer.explain(reading, lang or settings.lang)
            if as_json:
                print_json(answer.to_json(str(path)))
            else:
                output.show(answer, str(path))
            if why is not None:
                opened.draw_why(path, reading, answer, why)
                output.note(f"{why}: the evidence, drawn")
    if failed:
        raise typer.Exit(1)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(help="The question, with or without quotes.")],
    lang: LangOption = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Answer a question in words, in its own language.

    Example: `memebot ask "что такое переобучение?"`

    Example: `memebot ask why does log give nan`
    """
    from memebot.app import open_answers
    from memebot.cli import output

    with open_answers(settings_of(context, home=home, knowledge=knowledge)) as answers:
        answer = answers.ask(" ".join(question), lang)
    if as_json:
        print_json(answer.to_json())
    else:
        output.show(answer, None)


@app.command()
def demo(context: typer.Context, lang: LangOption = None, home: Home = None) -> None:
    """Explain the example pictures that come with memebot.

    No token, no download: the bundled encoder and the shipped knowledge base.

    Example: `memebot demo --lang en`
    """
    from memebot.app import examples
    from memebot.cli import output

    settings = settings_of(context, home=home)
    with open_explainer(settings) as opened:
        for path, what in examples():
            answer = opened.explain_file(path, lang or settings.lang)
            output.show(answer, f"{path.name} ({what})")
    output.note("Your own picture: memebot explain FILE")


@app.command()
def run(
    context: typer.Context,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Let Telegram call MEMEBOT_WEBHOOK_URL instead of polling.")
    ] = False,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Run the Telegram bot until it is interrupted; what is being answered is finished first.

    The token is in MEMEBOT_BOT_TOKEN, in the environment or in `.env`.

    Example: `memebot run`
    """
    import asyncio

    from memebot.app import bot_token, run_bot, webhook_of
    from memebot.cli import output
    from memebot.telegram.bot import build_bot

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder)
    build_bot(bot_token(settings))  # a wrong token is said before anything is loaded
    if webhook:
        webhook_of(settings)
    with open_explainer(settings) as opened:
        output.note("starting the bot; Ctrl-C stops it")
        asyncio.run(run_bot(settings, opened, webhook=webhook))
    output.note("the bot has stopped")


@app.command()
def chat(
    context: typer.Context,
    lang: LangOption = None,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Talk with the bot in the terminal: the same answers and buttons, no token.

    Type a question or the path of a picture; a number presses a button, an empty line leaves.

    Example: `memebot chat --lang en`
    """
    import asyncio

    from rich.console import Console

    from memebot import app as application

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder, lang=lang)
    console = Console(highlight=False)
    with open_explainer(settings) as opened:
        asyncio.run(application.chat(settings, opened, _typed(console), console.print))


def _typed(console: Console) -> Iterator[str]:
    """Lines that are typed, until the end of the input."""
    while True:
        try:
            yield console.input("[bold]> [/bold]")
        except EOFError:
            return


@app.command()
def doctor(context: typer.Context, as_json: Json = False, home: Home = None, knowledge: Knowledge = None) -> None:
    """Say what is in order, what is missing, and the command that mends it.

    Exit status 1 when something that memebot cannot do without is missing.

    Example: `memebot doctor`
    """
    from memebot.cli import output
    from memebot.measure.doctor import examine

    checks = examine(settings_of(context, home=home, knowledge=knowledge))
    if as_json:
        for check in checks:
            print_json(check.to_json())
    else:
        output.checks(checks)
    if any(check.state == "missing" for check in checks):
        raise typer.Exit(1)


@app.command(name="eval")
def evaluate_(
    context: typer.Context,
    folders: Annotated[list[Path] | None, typer.Argument(help="Folders with a labels.csv.", show_default=False)] = None,
    channels: Annotated[
        Literal["image", "visual", "all"],
        typer.Option(help="image: the encoder alone; visual: with copies and geometry; all: with the words."),
    ] = "all",
    texts: Annotated[bool, typer.Option("--texts", help="Run the regression texts beside the entries.")] = False,
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
    """Measure on labelled pictures or on the regression texts.

    A folder holds `labels.csv` with the columns `path,label[,kind]`. Rows without a label are distractors that
    match nothing; rows of kind `template` are indexed first as formats of a temporary base; without such rows,
    labels are ids of entries, several joined by `|`. A file without a `label` column holds distractors alone.

    Example: `memebot eval pictures/ distractors/ --plot report.png`

    Example: `memebot eval --texts`
    """
    from memebot.cli import output
    from memebot.measure import evaluation

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder)
    if texts == bool(folders):
        raise typer.BadParameter("name folders with labels.csv, or --texts", param_hint="FOLDERS")
    if texts:
        report = evaluation.evaluate_texts(settings)
        print_json(report.to_json()) if as_json else output.texts_report(report)
        return
    with progress_bar() as bar:
        result = evaluation.evaluate(settings, folders or [], channels=channels, progress=bar)
    if plot is not None:
        evaluation.draw(result, plot)
    if details is not None:
        details.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in result.details()), "utf-8")
    print_json(result.to_json()) if as_json else output.report(result)


@app.command()
def bench(context: typer.Context, as_json: Json = False, home: Home = None, encoder: Encoder = None) -> None:
    """Measure speed, memory and reading errors on this machine.

    Times are medians; on a busy machine compare ratios of one run, not figures of two.

    Example: `memebot bench`
    """
    from memebot.cli import output
    from memebot.measure import bench as benchmarks

    with progress_bar() as bar:
        rows = benchmarks.run(settings_of(context, home=home, encoder=encoder), progress=bar)
    if as_json:
        print_json({row.name: row.value for row in rows})
    else:
        output.figures(rows)
