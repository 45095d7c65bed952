"""``memebot explain``, ``ask`` and ``demo``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from memebot.cli.common import Encoder, Home, Json, Knowledge, LangOption, open_explainer, print_json, settings_of

_SCHEMES = (("http:",), ("https:",))


def explain(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Pictures, GIFs or videos.", readable=False, show_default=False)],
    lang: LangOption = None,
    as_json: Json = False,
    caption: Annotated[str, typer.Option(help="Text that came beside the picture.")] = "",
    why: Annotated[
        Path | None, typer.Option(help="Draw the evidence for one picture into this PNG.", show_default=False)
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Also ask the model of MEMEBOT_DRAFTS_MODEL for a draft.")
    ] = False,
    ocr: Annotated[bool | None, typer.Option("--ocr/--no-ocr", help="Read the words.", show_default=False)] = None,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Explain why memes are funny.

    A picture that cannot be read gives one line, the others are answered, and the exit status is 1.

    Example: `memebot explain meme.jpg sticker.webp --lang en`

    With --draft the picture goes to the server that is set, once; `memebot drafts` tells more.

    Example: `memebot explain *.png --json | jq .verdict`
    """
    from memebot.app import draft_file, open_draft_maker
    from memebot.cli.output.answers import print_answer, print_draft
    from memebot.cli.output.console import print_error, print_note
    from memebot.vision.errors import MediaError

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder, ocr=ocr)
    if why is not None and len(files) != 1:
        raise typer.BadParameter("--why draws one picture: name one file", param_hint="--why")
    failed = False
    with open_draft_maker(settings) if draft else nullcontext() as maker, open_explainer(settings) as opened:
        for path in files:
            try:
                if path.parts[:1] in _SCHEMES:
                    raise MediaError("an address: download the picture, then give the path of its file", "unreadable")
                reading = opened.reader.read_file(path, caption=caption)
            except MediaError as error:
                failed = True
                name = str(path).replace(":/", "://", 1) if path.parts[:1] in _SCHEMES else str(path)
                print_json({"path": name, "error": error.reason}) if as_json else print_error(f"{name}: {error.reason}")
                continue
            answer = opened.explainer.explain(reading, lang or settings.reader_lang)
            drafted = None if maker is None else draft_file(opened, maker, path, answer, reading)
            if as_json:
                print_json(answer.to_json(str(path), None if drafted is None else drafted.to_json()))
            else:
                print_answer(answer, str(path))
                if drafted is not None:
                    print_draft(drafted, answer.lang)
            if why is not None:
                opened.draw_why(path, reading, answer, why)
                print_note(f"{why}: the evidence, drawn")
    if failed:
        raise typer.Exit(1)


def ask(
    context: typer.Context,
    question: Annotated[
        list[str] | None, typer.Argument(help="The question, with or without quotes.", show_default=False)
    ] = None,
    lang: LangOption = None,
    as_json: Json = False,
    stdin: Annotated[bool, typer.Option("--stdin", help="Answer each line of standard input.")] = False,
    caption: Annotated[bool, typer.Option("--caption", help="Take it as words read from a picture.")] = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Answer a question in words, in its own language.

    Example: `memebot ask "что такое переобучение?"`

    Example: `memebot ask why does log give nan`

    Example: `memebot ask --json --stdin < questions.txt`
    """
    from memebot.app import open_answers
    from memebot.cli.output.answers import print_answer
    from memebot.cli.output.encoding import whole

    if stdin == bool(question):
        raise typer.BadParameter("ask something, or --stdin", param_hint="QUESTION")
    with open_answers(settings_of(context, home=home, knowledge=knowledge)) as answers:
        tell = answers.caption if caption else answers.ask
        for text in (line.rstrip("\n") for line in sys.stdin) if stdin else [whole(" ".join(question or []))]:
            answer = tell(text, lang)
            print_json(answer.to_json()) if as_json else print_answer(answer, text if stdin else None)


def demo(context: typer.Context, lang: LangOption = None, home: Home = None) -> None:
    """Explain the example pictures that come with memebot.

    No token, no download: the bundled encoder and the shipped knowledge base.

    Example: `memebot demo --lang en`
    """
    from memebot.app import examples
    from memebot.cli.output.answers import print_answer
    from memebot.cli.output.console import print_note

    settings = settings_of(context, home=home)
    with open_explainer(settings) as opened:
        for path, what in examples():
            answer = opened.explain_file(path, lang or settings.reader_lang)
            print_answer(answer, f"{path.name} ({what})")
    print_note("Your own picture: memebot explain FILE")
