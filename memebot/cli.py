"""The command line. Imports torch, Pillow and the database only inside the commands that need them."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from knowledge.store import KnowledgeBase
    from memebot.app import App, Progress
    from memebot.settings import Settings

app = typer.Typer(
    name="memebot",
    help="Explains machine-learning memes in plain Russian or English.\n\n"
    "Try it:  `memebot demo`  ·  `memebot explain meme.jpg`  ·  `memebot ask \"what is overfitting?\"`",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
kb = typer.Typer(no_args_is_help=True, help="The knowledge base: check, take over, write back, look inside.")
model = typer.Typer(no_args_is_help=True, help="Encoders: what there is, which one is in use, train one.")
app.add_typer(kb, name="kb")
app.add_typer(model, name="model")

LangName = Literal["ru", "en"]
Home = Annotated[
    Path | None, typer.Option("--home", help="Where the database and downloads live.", show_default=False)
]
Knowledge = Annotated[
    Path | None,
    typer.Option("--knowledge", help="Another knowledge base than the shipped one.", show_default=False),
]
LangOption = Annotated[LangName | None, typer.Option("--lang", help="Language of the answer.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")]
Encoder = Annotated[
    str | None, typer.Option("--encoder", help="Encoder for this run.", show_default=False)
]


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


def _settings(context: typer.Context, **overrides: Any) -> Settings:
    from memebot import settings

    if overrides.get("home") is None:
        overrides["home"] = context.find_root().obj
    loaded = settings.load(**overrides)
    logging.basicConfig(level=loaded.log_level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    return loaded


@contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar on standard error, shown once there is something that takes time."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total, visible=True)

        yield report


@contextmanager
def _open(settings: Settings) -> Iterator[App]:
    from memebot.app import open_app

    with _progress() as report:
        opened = open_app(settings, progress=report)
        app_ = opened.__enter__()
    try:
        yield app_
    finally:
        opened.__exit__(None, None, None)


def _chosen(context: typer.Context, home: Path | None, knowledge: Path | None) -> AbstractContextManager[KnowledgeBase]:
    """The base of this home as it stands; one that is named with ``--knowledge`` is taken over first."""
    from memebot.app import open_base

    return open_base(_settings(context, home=home, knowledge=knowledge), in_step=knowledge is not None)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _plain(result: Any) -> Any:
    """A result as JSON: its fields by name, paths as text."""
    return json.loads(json.dumps(asdict(result), default=str))


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
    from memebot import terminal
    from memebot.vision.errors import MediaError

    settings = _settings(context, home=home, knowledge=knowledge, encoder=encoder, ocr=ocr)
    if why is not None and len(files) != 1:
        raise typer.BadParameter("--why draws one picture: name one file", param_hint="--why")
    failed = False
    with _open(settings) as opened:
        for path in files:
            try:
                reading = opened.reader.read_file(path, caption=caption)
            except MediaError as error:
                failed = True
                if as_json:
                    _print_json({"path": str(path), "error": error.reason})
                else:
                    terminal.error(f"{path}: {error.reason}")
                continue
            answer = opened.explainer.explain(reading, lang or settings.lang)
            if as_json:
                _print_json(answer.to_json(str(path)))
            else:
                terminal.show(answer, str(path))
            if why is not None:
                opened.draw_why(path, reading, answer, why)
                terminal.note(f"{why}: the evidence, drawn")
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
    from memebot import terminal
    from memebot.app import open_answers

    with open_answers(_settings(context, home=home, knowledge=knowledge)) as answers:
        answer = answers.ask(" ".join(question), lang)
    if as_json:
        _print_json(answer.to_json())
    else:
        terminal.show(answer, None)


@app.command()
def demo(context: typer.Context, lang: LangOption = None, home: Home = None) -> None:
    """Explain the example pictures that come with memebot.

    No token, no download: the bundled encoder and the shipped knowledge base.

    Example: `memebot demo --lang en`
    """
    from memebot import terminal
    from memebot.app import examples

    settings = _settings(context, home=home)
    with _open(settings) as opened:
        for path, what in examples():
            answer = opened.explain_file(path, lang or settings.lang)
            terminal.show(answer, f"{path.name} ({what})")
    terminal.note("Your own picture: memebot explain FILE")


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

    from memebot import terminal
    from memebot.app import bot_token, run_bot, webhook_of
    from memebot.telegram.bot import build_bot

    settings = _settings(context, home=home, knowledge=knowledge, encoder=encoder)
    build_bot(bot_token(settings))  # a wrong token is said before anything is loaded
    if webhook:
        webhook_of(settings)
    with _open(settings) as opened:
        terminal.note("starting the bot; Ctrl-C stops it")
        asyncio.run(run_bot(settings, opened, webhook=webhook))
    terminal.note("the bot has stopped")


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

    settings = _settings(context, home=home, knowledge=knowledge, encoder=encoder, lang=lang)
    console = Console(highlight=False)
    with _open(settings) as opened:
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
    from memebot import terminal
    from memebot.doctor import examine

    checks = examine(_settings(context, home=home, knowledge=knowledge))
    if as_json:
        for check in checks:
            _print_json(check.to_json())
    else:
        terminal.checks(checks)
    if any(check.state == "missing" for check in checks):
        raise typer.Exit(1)


@app.command(name="eval")
def evaluate_(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders with a labels.csv.", show_default=False)
    ] = None,
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
    from memebot import evaluation, terminal

    settings = _settings(context, home=home, knowledge=knowledge, encoder=encoder)
    if texts == bool(folders):
        raise typer.BadParameter("name folders with labels.csv, or --texts", param_hint="FOLDERS")
    if texts:
        report = evaluation.evaluate_texts(settings)
        _print_json(report.to_json()) if as_json else terminal.texts_report(report)
        return
    with _progress() as bar:
        result = evaluation.evaluate(settings, folders or [], channels=channels, progress=bar)
    if plot is not None:
        evaluation.draw(result, plot)
    if details is not None:
        details.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in result.details()), "utf-8")
    _print_json(result.to_json()) if as_json else terminal.report(result)


@app.command()
def bench(context: typer.Context, as_json: Json = False, home: Home = None, encoder: Encoder = None) -> None:
    """Measure speed, memory and reading errors on this machine.

    Times are medians; on a busy machine compare ratios of one run, not figures of two.

    Example: `memebot bench`
    """
    from memebot import bench as benchmarks
    from memebot import terminal

    with _progress() as bar:
        rows = benchmarks.run(_settings(context, home=home, encoder=encoder), progress=bar)
    if as_json:
        _print_json({row.name: row.value for row in rows})
    else:
        terminal.figures(rows)


# --- the knowledge base -------------------------------------------------------------------------------------


@kb.command()
def lint(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder of a base.", show_default=False)] = None,
    knowledge: Knowledge = None,
    as_json: Json = False,
) -> None:
    """Check entry files: errors and warnings with file and line.

    Exit status 1 when there are errors; warnings alone are fine.

    Example: `memebot kb lint my-base/`
    """
    from knowledge.lint import lint as check
    from memebot import terminal
    from memebot.app import knowledge_folder

    problems = check(folder or knowledge_folder(_settings(context, knowledge=knowledge)))
    if as_json:
        for problem in problems:
            _print_json(_plain(problem))
    else:
        terminal.problems(problems)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


@kb.command(name="sync")
def sync_(context: typer.Context, home: Home = None, knowledge: Knowledge = None, as_json: Json = False) -> None:
    """Take entry files over into the database.

    An entry edited in the bot since the last sync is kept; edited on both sides, it is a conflict and neither
    side is lost. Exit status 1 when a file is broken or in conflict: the others were taken over.

    Example: `memebot kb sync --knowledge my-base/`
    """
    from memebot import terminal
    from memebot.app import open_base, sync

    settings = _settings(context, home=home, knowledge=knowledge)
    with open_base(settings) as base:
        report = sync(base, settings)
    _print_json(_plain(report)) if as_json else terminal.sync_report(report)
    if report.problems or report.conflicts:
        raise typer.Exit(1)


@kb.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to write into; made if need be.")],
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Write the database's entries back to files; a file whose entry has not changed keeps every byte.

    Example: `memebot kb export my-base/ && git -C my-base diff`
    """
    from memebot import terminal

    with _chosen(context, home, knowledge) as base:
        terminal.export_report(base.export(folder))


@kb.command(name="list")
def list_(
    context: typer.Context,
    kind: Annotated[Literal["joke", "format", "concept"] | None, typer.Argument(show_default=False)] = None,
    lang: LangOption = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """List entries: id, kind, title.

    Example: `memebot kb list concept --lang en`
    """
    from memebot import terminal
    from memebot.app import open_base

    settings = _settings(context, home=home, knowledge=knowledge)
    with open_base(settings, in_step=True) as base:
        entries = base.entries(kind)
    if as_json:
        for entry in entries:
            _print_json({"id": entry.id, "kind": entry.kind, "title": dict(entry.title)})
    else:
        terminal.entries(entries, lang or settings.lang)


@kb.command()
def show(
    context: typer.Context,
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="An entry's id.")],
    lang: LangOption = None,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Show an entry as readers see it, with what it links to and what links to it.

    Example: `memebot kb show overfitting --lang en`
    """
    from knowledge.entry import EntryId
    from memebot import terminal
    from memebot.app import open_base

    settings = _settings(context, home=home, knowledge=knowledge)
    with open_base(settings, in_step=True) as base:
        entry = base.get(EntryId(entry_id))
        linked = [base.get(link) for link in (*entry.formats, *entry.concepts)]
        linking = [base.get(link) for link in base.links_to(entry.id)]
    terminal.entry(entry, linked, linking, lang or settings.lang)


@kb.command()
def history(
    context: typer.Context,
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="An entry's id.")],
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Show who changed an entry, when and why; the newest revision first.

    Example: `memebot kb history overfitting`
    """
    from knowledge.entry import EntryId
    from memebot import terminal

    with _chosen(context, home, knowledge) as base:
        terminal.revisions(base.history(EntryId(entry_id)))


@kb.command()
def restore(
    context: typer.Context,
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="An entry's id.")],
    revision: Annotated[int, typer.Argument(help="Number from `memebot kb history`.")],
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Make an older revision the present one; a deleted entry comes back.

    Nothing is lost: this is one more revision.

    Example: `memebot kb restore overfitting 3`
    """
    from knowledge.entry import EntryId
    from memebot import terminal
    from memebot.app import now

    with _chosen(context, home, knowledge) as base:
        made = base.restore(EntryId(entry_id), revision, author="command line", now=now())
    terminal.note(f"{entry_id}: revision {made.number} says what revision {revision} said")


@kb.command()
def fingerprint(
    context: typer.Context,
    pictures: Annotated[list[Path], typer.Argument(help="Pictures, each named like its exemplar.")],
    out: Annotated[Path, typer.Option(help="Folder for the fingerprints: a base's `exemplars`.")],
    home: Home = None,
    encoder: Encoder = None,
) -> None:
    """Make exemplars without pictures: hashes, local features and vectors, for pictures that are not yours to ship.

    `drake.jpg` becomes `drake.fp.npz`, to be named under `exemplars` of an entry.

    Example: `memebot kb fingerprint templates/*.jpg --out my-base/exemplars`
    """
    from memebot import terminal
    from memebot.app import fingerprints
    from memebot.vision.errors import MediaError

    failed = False
    out.mkdir(parents=True, exist_ok=True)
    with _progress() as bar:
        for number, (path, made) in enumerate(fingerprints(_settings(context, home=home, encoder=encoder), pictures)):
            bar("pictures", number, len(pictures))
            if isinstance(made, MediaError):
                failed = True
                terminal.error(f"{path}: {made.reason}")
            else:
                (out / f"{path.stem}.fp.npz").write_bytes(made)
    if failed:
        raise typer.Exit(1)


@kb.command()
def conflicts(context: typer.Context, as_json: Json = False, home: Home = None, knowledge: Knowledge = None) -> None:
    """Show entries that were edited both in a file and in the database, with both versions.

    Exit status 1 while there are any.

    Example: `memebot kb conflicts`
    """
    from memebot import terminal

    with _chosen(context, home, knowledge) as base:
        found = base.conflicts()
    for conflict in found:
        if as_json:
            sides = {"base": conflict.base, "file": conflict.file, "entry": conflict.entry}
            _print_json({"id": conflict.entry_id, **{n: side and side[1] for n, side in sides.items()}})
        else:
            terminal.conflict(conflict)
    if found:
        raise typer.Exit(1)


@kb.command()
def resolve(
    context: typer.Context,
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="An entry's id.")],
    take: Annotated[
        Literal["file", "base", "merged"],
        typer.Option(help="file: the file's version; base: the database's; merged: the text of MERGED."),
    ],
    merged: Annotated[
        Path | None, typer.Argument(help="The merged entry file, with --take merged.", show_default=False)
    ] = None,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Settle a conflict; the version that was not taken stays in the history.

    Example: `memebot kb resolve overfitting --take file`

    Example: `memebot kb resolve overfitting --take merged overfitting.md`
    """
    from knowledge.entry import EntryId
    from memebot import terminal
    from memebot.app import now

    if (take == "merged") != (merged is not None):
        raise typer.BadParameter("name the merged file with --take merged, and only then", param_hint="MERGED")
    text = merged.read_bytes().decode("utf-8", "replace") if merged is not None else None
    with _chosen(context, home, knowledge) as base:
        base.resolve(EntryId(entry_id), take, author="command line", now=now(), text=text)
    terminal.note(f"{entry_id}: settled; `memebot kb export DIR` writes it to its file")


@kb.command()
def calibrate(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled folders, as for `memebot eval`.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the coefficients here, too.", show_default=False)
    ] = None,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Refit how evidence becomes confidence, for this base and encoder.

    The words are fitted on the regression texts beside the entries, the picture channels on the labelled
    folders. Shows the calibration error before and after on held-back data and refuses to make it worse.

    Example: `memebot kb calibrate pictures/ distractors/`
    """
    from memebot import evaluation, terminal

    settings = _settings(context, home=home, knowledge=knowledge, encoder=encoder)
    with _progress() as bar:
        result = evaluation.calibrate(settings, folders or [], progress=bar, out=out)
    terminal.calibrated(result)
    if not result.better:
        raise typer.Exit(1)


# --- encoders -----------------------------------------------------------------------------------------------


@model.command(name="list")
def model_list(context: typer.Context, as_json: Json = False, home: Home = None) -> None:
    """List encoders: which one is in use, which are downloaded, how large they are.

    Example: `memebot model list`
    """
    from memebot import terminal
    from memebot.vision.clip import list_encoders

    encoders = list_encoders(_settings(context, home=home).home)
    if as_json:
        for encoder in encoders:
            _print_json(_plain(encoder))
    else:
        terminal.encoders(encoders)


@model.command(name="use")
def model_use(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name from `memebot model list`, or MODEL/PRETRAINED.")],
    home: Home = None,
) -> None:
    """Use another encoder from now on; it is downloaded once, and a broken download goes on where it stopped.

    Example: `memebot model use siglip2`
    """
    from memebot import terminal
    from memebot.vision.clip import download, use_encoder

    settings = _settings(context, home=home)
    with _download_bar() as report:
        download(name, settings.home, progress=report)
    use_encoder(settings.home, name)
    terminal.note(f"{name} is in use; pictures of the base are embedded again with the next answer")


@model.command(name="train")
def model_train(
    context: typer.Context,
    pictures: Annotated[list[Path], typer.Argument(help="Folders or zips of pictures.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the encoder, its checkpoints and its log.")],
    steps: Annotated[int, typer.Option(help="Optimiser steps; the learning rate falls over them.")] = 6000,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[int, typer.Option(help="CPU threads of one step.")] = 2,
) -> None:
    """Train an encoder like the bundled one. Run it again to go on after an interruption.

    Example: `memebot model train photos64.zip blank_templates.zip --out my-encoder`
    """
    from memebot import terminal
    from memebot.vision import training

    _settings(context)
    config = training.TrainingConfig(sources=tuple(pictures), seed=seed, steps=steps)
    machine = training.Machine(device=device, threads=threads)
    with _progress() as bar:
        folder = training.train(
            config,
            out,
            resume=(out / "checkpoint.pt").exists(),
            machine=machine,
            progress=lambda p: bar(f"loss {p.contrast:.2f}, {p.pictures_per_second:.0f} views/s", p.step, p.steps),
        )
    terminal.note(f"{folder}: the encoder; `memebot eval` measures it, {out / 'log.jsonl'} tells how it went")


@contextmanager
def _download_bar() -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("download", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
