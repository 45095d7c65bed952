"""``memebot model``: encoders."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from memebot.cli.common import Home, Json, download_bar, plain, print_each, print_json, progress_bar, settings_of

model = typer.Typer(no_args_is_help=True, help="Encoders: what there is, which one is in use, train one.")


@model.command(name="list")
def model_list(context: typer.Context, as_json: Json = False, home: Home = None) -> None:
    """List encoders: which one is in use, which are downloaded, how large they are.

    Example: `memebot model list`
    """
    from memebot.cli.output.figures import print_encoders
    from memebot.vision.encoder.clip import list_encoders

    print_each(list_encoders(settings_of(context, home=home).home), print_encoders, as_json=as_json)


@model.command(name="use")
def model_use(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name from the list, MODEL/PRETRAINED, or a folder of yours.")],
    home: Home = None,
) -> None:
    """Use another encoder from now on; it is downloaded once, and a broken download goes on where it stopped.

    Example: `memebot model use siglip2`

    Example: `memebot model use my-encoder/encoder`
    """
    from memebot.cli.output.console import print_note
    from memebot.vision.encoder.clip import download, local_folder, use_encoder

    settings = settings_of(context, home=home)
    if local_folder(name) is None:
        with download_bar() as report:
            download(name, settings.home, progress=report)
    used = use_encoder(settings.home, name)
    print_note(f"{used} is in use; pictures of the base are embedded again with the next answer")


@model.command(name="train")
def model_train(
    context: typer.Context,
    pictures: Annotated[list[Path], typer.Argument(help="Folders or zips of pictures.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the encoder, its checkpoints and its log.")],
    steps: Annotated[int, typer.Option(help="Optimiser steps; the learning rate falls over them.")] = 3500,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    start: Annotated[
        Path | None,
        typer.Option("--from", help="Folder of an encoder to train further.", show_default="random weights"),
    ] = None,
    device: Annotated[str, typer.Option(help="cpu (hours) or cuda (minutes).")] = "cpu",
    threads: Annotated[int, typer.Option(help="CPU threads of one step.")] = 2,
) -> None:
    """Train an encoder like the bundled one. Run it again to go on after an interruption.

    Example: `memebot model train photos64.zip blank_templates.zip --out my-encoder`
    """
    from memebot.cli.output.console import print_note
    from memebot.training import recipe

    settings_of(context)
    config = recipe.TrainingConfig(tuple(pictures), seed, steps)
    if start is not None:
        config = recipe.TrainingConfig.continued(start, tuple(pictures), seed=seed, steps=steps)
    machine = recipe.Machine(device=device, threads=threads)
    with progress_bar() as bar:
        folder = recipe.train(
            config,
            out,
            resume=(out / "checkpoint.pt").exists(),
            machine=machine,
            progress=lambda p: bar(f"loss {p.contrast:.2f}, {p.pictures_per_second:.0f} views/s", p.step, p.steps),
        )
    print_note(f"{folder}: the encoder; {out / 'log.jsonl'} tells how it went")
    print_note(f"`memebot model measure {folder} …` measures it; `memebot model use {folder}` uses it from now on,")
    print_note("then `memebot kb calibrate FORMATS DISTRACTORS` fits how sure its answers are")


@model.command(name="measure")
def model_measure(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="Folder of an encoder that `memebot model train` made.", exists=True, file_okay=False)
    ],
    pictures: Annotated[list[Path], typer.Argument(help="What it was trained on: folders or zips.")],
    labelled: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            help="Folders of formats and of distractors; their labels.csv has path, kind and label.", show_default=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure what a model card says: names for photos, emoji and shapes, words in pictures, templates.

    Example: `memebot model measure my-encoder/encoder photos64.zip blank_templates.zip --labelled formats distractors`
    """
    from memebot.cli.output.figures import print_encoder_report
    from memebot.training import evaluate

    settings_of(context)
    with progress_bar() as bar, TemporaryDirectory() as cache:
        found = evaluate.measure(folder, pictures, Path(cache), labelled, progress=bar)
    print_json(plain(found)) if as_json else print_encoder_report(found)
