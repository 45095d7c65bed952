"""``memebot kb``: commands that change entries, and those that keep a base of one's own in step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from memebot.cli.common import Home, Id, Json, Knowledge, LangOption, chosen_base, print_each, print_json, settings_of
from memebot.cli.kb import kb

if TYPE_CHECKING:
    from knowledge.entry.model import Entry
    from knowledge.store.base import KnowledgeBase
    from knowledge.store.changes import Change
    from knowledge.store.conflicts import Conflict
    from knowledge.store.revisions import Revision
    from memebot.settings import Settings

AUTHOR = "command line"
Comment = Annotated[str, typer.Option("--comment", "-m", help="Why; shown in the history.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Save also what breaks other answers, without asking.")]

Agreed = Annotated[bool, typer.Option("--yes", "-y", help="Change links of shipped entries, too, without asking.")]


@kb.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.", show_default=False)]) -> None:
    """Make a base of your own over the shipped one.

    Entries in it replace shipped ones of the same id, `hidden.txt` hides others, and upgrades of the rest arrive by
    themselves. What is in the folder already stays as it is.

    Example: `memebot kb init our-memes && memebot explain meme.jpg --knowledge our-memes`
    """
    from knowledge.store.overlay import init as make
    from memebot.cli.output.console import print_note

    made = make(folder)
    for path in made:
        if path.name != ".gitkeep":
            typer.echo(str(path))
    print_note(f"`memebot run --knowledge {folder}`, or MEMEBOT_KNOWLEDGE={folder}, uses it from now on")


@kb.command()
def edit(
    context: typer.Context,
    entry_id: Id,
    comment: Comment = "",
    yes: Yes = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Edit an entry in $EDITOR; what others saved in the meantime is merged in, not overwritten.

    Says what the change would break before it is saved. A text that cannot be saved is put into a file.

    Example: `memebot kb edit overfitting -m "a shorter example"`
    """
    from knowledge.entry.fields import from_file
    from knowledge.entry.markdown import layout
    from knowledge.errors import EntryError
    from memebot.cli.output.base import print_problems
    from memebot.cli.output.console import print_note

    settings = settings_of(context, home=home, knowledge=knowledge)
    with chosen_base(context, home, knowledge) as base:
        old = base.entries.get(entry_id)
        number = base.revisions.current(old.id).number
        shown = layout(old)
        text = _typed(shown, old.id)
        if text == shown:
            print_note("nothing changed")
            return
        try:
            new = from_file(text.encode("utf-8", "surrogateescape"), old)
        except EntryError as error:
            print_problems(error.problems)
            raise _kept(old, text) from None
        if not _may_be_saved(base, new, settings, yes=yes):
            raise _kept(old, text)
        saved = _saved(base, old, new, number, comment)
    print_note(f"{saved.entry_id}: revision {saved.number}; `memebot kb export DIR` writes it to its file")


def _typed(text: str, name: str) -> str:
    """What is left of a text after a person edited it in $VISUAL or $EDITOR."""
    import os
    import shlex
    import subprocess
    import tempfile

    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(named)
    except ValueError as error:
        raise typer.BadParameter(f"{named}: {str(error).lower()}", param_hint="EDITOR") from error
    with tempfile.TemporaryDirectory(prefix="memebot-") as folder:
        path = Path(folder) / f"{name}.md"
        path.write_text(text, "utf-8")
        try:
            subprocess.run([*command, str(path)], check=True)
        except OSError as error:
            why = f"{named} cannot be used as an editor: {(error.strerror or str(error)).lower()}"
            raise typer.BadParameter(why, param_hint="EDITOR") from error
        except subprocess.CalledProcessError as error:
            why = f"{named} ended with status {error.returncode}: nothing was changed"
            raise typer.BadParameter(why, param_hint="EDITOR") from error
        return path.read_bytes().decode("utf-8", "surrogateescape")


def _kept(old: Entry, text: str) -> typer.Exit:
    """Put what was typed where it is found again, and end with status 1."""
    from memebot.cli.output.console import print_error

    path = Path(f"{old.id}.rejected.md")
    path.write_text(text, "utf-8", "surrogateescape")
    print_error(f"not saved; your text is in {path}")
    return typer.Exit(1)


def _may_be_saved(base: KnowledgeBase, new: Entry, settings: Settings, *, yes: bool) -> bool:
    """Show what is wrong and what would break; whether it is saved all the same."""
    from knowledge.entry.rules import BaseIndex
    from knowledge.search.regressions import find_regressions
    from knowledge.store.changes import Change
    from memebot.app import words_searcher
    from memebot.cli.output.base import print_draft_problems
    from memebot.cli.output.changes import print_regressions

    found = BaseIndex(base.entries.all(), base.exemplars.names()).check(new).problems
    print_draft_problems(found)
    if any(one.severity == "error" for one in found):
        return False
    searcher = words_searcher(base, settings)
    report = find_regressions(searcher, base, Change.of(new), threshold=settings.min_confidence)
    print_regressions(report)
    return yes or not report.broken or typer.confirm("Save it all the same?", err=True)


def _saved(base: KnowledgeBase, old: Entry, new: Entry, number: int, comment: str) -> Revision:
    from knowledge.entry.markdown import dumps
    from knowledge.entry.merge import merge3
    from knowledge.store.revisions import StaleRevision
    from memebot.app import now
    from memebot.cli.output.changes import print_clashes
    from memebot.cli.output.console import print_note

    while True:
        try:
            return base.changes.save(new, author=AUTHOR, now=now(), comment=comment, base_revision=number)
        except StaleRevision as error:
            if error.current.deleted:
                raise
            merged = merge3(old, new, error.current.entry())
            print_note(f"{error.current.author} saved revision {error.current.number} in the meantime")
            if merged.clashes:
                print_clashes(merged.clashes)
                raise _kept(old, dumps(new)) from None
            old, new, number = error.current.entry(), merged.entry, error.current.number


@kb.command()
def diff(
    context: typer.Context,
    entry_id: Id,
    old: Annotated[
        int | None, typer.Argument(help="A revision; by default the one before.", show_default=False)
    ] = None,
    new: Annotated[int | None, typer.Argument(help="Another; by default the present one.", show_default=False)] = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Show what changed in an entry, field by field and word by word.

    Example: `memebot kb diff overfitting`

    Example: `memebot kb diff overfitting 1 3`
    """
    from memebot.cli.output.changes import print_changes

    with chosen_base(context, home, knowledge) as base:
        last = base.revisions.current(entry_id).number if new is None else new
        changes = base.revisions.compare(entry_id, last - 1 if old is None else old, last)
    print_each(changes, print_changes, as_json=as_json)


@kb.command()
def rename(
    context: typer.Context,
    entry_id: Id,
    new_id: Annotated[str, typer.Argument(metavar="NEW", help="Its new id.", show_default=False)],
    comment: Comment = "",
    yes: Agreed = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Give an entry another id: its history comes along, links of others follow, the old id still leads to it.

    Example: `memebot kb rename nan not-a-number`
    """
    from memebot.app import now
    from memebot.cli.output.base import print_saved

    with chosen_base(context, home, knowledge) as base:
        _ask_about_shipped(base, base.changes.renaming(entry_id, new_id), yes=yes)
        made = base.changes.rename(entry_id, new_id, author=AUTHOR, now=now(), comment=comment)
    print_saved(made)


def _ask_about_shipped(base: KnowledgeBase, change: Change, *, yes: bool) -> None:
    """In a base of one's own, say which shipped entries would change beside the one that is meant, and ask."""
    from knowledge.store.overlay import Folder
    from memebot.cli.output.console import print_note

    source = base.files.source()
    folder = None if source is None else Folder(Path(source))
    if folder is None or not Path(source or "").is_dir():
        return
    first = next(iter(change.entries))
    meant = {first, *change.moved, *(one for one, entry in change.entries.items() if entry is None)}
    own = {file.entry_id for file in folder.read()[0] if not file.beneath}
    touched = sorted(folder.below.keys() & change.entries.keys() - meant - own)
    if touched:
        print_note(f"links change in {len(touched)} shipped entries: {', '.join(touched)}")
        if not yes:
            typer.confirm("Change them?", abort=True, err=True)


@kb.command()
def delete(
    context: typer.Context,
    entry_id: Id,
    unlink: Annotated[bool, typer.Option("--unlink", help="Take links to it out of other entries, too.")] = False,
    comment: Comment = "",
    yes: Agreed = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Delete an entry and say who links to it; `memebot kb restore` brings it back.

    Example: `memebot kb delete overfitting --unlink`
    """
    from memebot.app import now
    from memebot.cli.output.console import print_note

    with chosen_base(context, home, knowledge) as base:
        linking = base.entries.links_to(entry_id)
        _ask_about_shipped(base, base.changes.deletion(entry_id, unlink=unlink), yes=yes)
        gone = base.changes.delete(entry_id, author=AUTHOR, now=now(), comment=comment, unlink=unlink)
    if linking:
        print_note(f"{'unlinked in' if unlink else 'links that lead nowhere now, in'}: {', '.join(linking)}")
    print_note(f"{gone.entry_id}: deleted; `memebot kb restore {gone.entry_id} {gone.number - 1}` brings it back")


@kb.command()
def merge(
    context: typer.Context,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The entry that stays.", show_default=False)],
    others: Annotated[list[str], typer.Argument(metavar="ID…", help="Entries that become part of it.")],
    comment: Comment = "",
    yes: Agreed = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Make several entries one: names, phrases, keywords, pictures, links and sources unite, links of others follow.

    The explanation is that of INTO. The others are deleted; `memebot kb restore` brings them back.

    Example: `memebot kb merge overfitting overtraining`
    """
    from memebot.app import now
    from memebot.cli.output.base import print_saved

    with chosen_base(context, home, knowledge) as base:
        _ask_about_shipped(base, base.changes.merging(into, others), yes=yes)
        made = base.changes.merge(into, others, author=AUTHOR, now=now(), comment=comment)
    print_saved(made)


@kb.command()
def conflicts(context: typer.Context, as_json: Json = False, home: Home = None, knowledge: Knowledge = None) -> None:
    """Show entries that were edited both in a file and in the database, with both versions.

    In a base of your own also those that replace a shipped entry which changed since. Exit status 1 while there are
    any.

    Example: `memebot kb conflicts`
    """
    from memebot.cli.output.changes import print_conflict

    with chosen_base(context, home, knowledge) as base:
        found = [*base.conflicts.open(), *base.conflicts.outdated()]
    for conflict in found:
        if as_json:
            sides = {"base": conflict.base, "file": conflict.file, "entry": conflict.entry}
            print_json({"id": conflict.entry_id, **{n: side and side[1] for n, side in sides.items()}})
        else:
            print_conflict(conflict)
    if found:
        raise typer.Exit(1)


@kb.command()
def resolve(
    context: typer.Context,
    entry_id: Id,
    take: Annotated[
        Literal["file", "base", "merged"] | None,
        typer.Option(
            help="file: the file's version (or the shipped one); base: the database's; merged: the text of MERGED, "
            "or both changes where they do not collide.",
            show_default=False,
        ),
    ] = None,
    merged: Annotated[
        Path | None, typer.Argument(help="The merged entry file, with --take merged.", show_default=False)
    ] = None,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Settle a conflict; the version that was not taken stays in the history. Without --take both are shown.

    Example: `memebot kb resolve overfitting`

    Example: `memebot kb resolve overfitting --take merged overfitting.md`
    """
    from memebot.app import now
    from memebot.cli.output.changes import print_conflict
    from memebot.cli.output.console import print_note

    if merged is not None and take != "merged":
        raise typer.BadParameter("name the merged file with --take merged, and only then", param_hint="MERGED")
    with chosen_base(context, home, knowledge) as base:
        found = _conflict(base, entry_id)
        if take is None:
            print_conflict(found)
            _tell_merged(found)
            raise typer.Exit(1)
        text = None
        if take == "merged":
            text = merged.read_bytes().decode("utf-8", "replace") if merged is not None else _merged_text(found)
        base.conflicts.resolve(entry_id, take, author=AUTHOR, now=now(), text=text)
    print_note(f"{entry_id}: settled; `memebot kb export DIR` writes it to its file")


def _conflict(base: KnowledgeBase, entry_id: str) -> Conflict:
    from knowledge.errors import ConflictNotFound

    for conflict in (*base.conflicts.open(), *base.conflicts.outdated()):
        if conflict.entry_id == entry_id:
            return conflict
    raise ConflictNotFound(entry_id)


def _tell_merged(found: Conflict) -> None:
    from memebot.cli.output.changes import print_clashes
    from memebot.cli.output.console import print_note

    merged = found.merged()
    if merged is None:
        print_note("take one with --take file or --take base")
    elif merged.clashes:
        print_clashes(merged.clashes)
        print_note("take one with --take file or --take base, or write MERGED and take it with --take merged MERGED")
    else:
        print_note("the changes do not collide: --take merged takes both")


def _merged_text(found: Conflict) -> str:
    from knowledge.entry.markdown import dumps
    from memebot.cli.output.changes import print_clashes

    merged = found.merged()
    if merged is None:
        raise typer.BadParameter("one side has no entry: name the merged file", param_hint="MERGED")
    if merged.clashes:
        print_clashes(merged.clashes)
        raise typer.BadParameter("both changed the same place: name the merged file", param_hint="MERGED")
    return dumps(merged.entry)


@kb.command()
def text(
    context: typer.Context,
    entry_id: Id,
    add: Annotated[
        list[str] | None, typer.Option("--add", help="A text that this entry should answer.", show_default=False)
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="A text that it need not answer.", show_default=False)
    ] = None,
    question: Annotated[bool, typer.Option("--question", help="The texts are questions, not memes' words.")] = False,
    lang: LangOption = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """List, add or remove regression texts of an entry: they are tried before a change is saved.

    Example: `memebot kb text overfitting --question --add "why does my model fail on new data"`
    """
    from knowledge.store.texts import RegressionText
    from memebot.answering.explainer import language_of
    from memebot.app import now
    from memebot.cli.output.base import print_texts
    from memebot.cli.output.console import print_error

    with chosen_base(context, home, knowledge) as base:
        entry = base.entries.get(entry_id)
        for words in add or []:
            made = RegressionText(words, (entry.id,), "questions" if question else "memes", lang or language_of(words))
            base.texts.add(made, author=AUTHOR, now=now())
        for words in remove or []:
            gone = [one for one in base.texts.all(entry.id) if one.text == words.replace(" / ", "\n")]
            if not gone:
                print_error(f"{entry.id} has no such text: {words}")
                raise typer.Exit(1)
            for one in gone:
                base.texts.remove(one, author=AUTHOR, now=now())
        kept = base.texts.all(entry.id)
    print_each(kept, print_texts, as_json=as_json)
