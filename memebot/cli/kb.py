"""``memebot kb``: the knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from memebot.cli.common import (
    Encoder,
    Home,
    Id,
    Json,
    Knowledge,
    LangOption,
    chosen_base,
    plain,
    print_each,
    print_json,
    progress_bar,
    settings_of,
)

if TYPE_CHECKING:
    from knowledge.entry.model import Entry
    from knowledge.reading import Keypoints, Lang
    from knowledge.store.sync import SyncReport

kb = typer.Typer(no_args_is_help=True, help="The knowledge base: check, take over, write back, look inside.")


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
    from memebot.app import knowledge_folder
    from memebot.cli.output.base import print_problems, problem_json

    problems = check(folder or knowledge_folder(settings_of(context, knowledge=knowledge)))
    print_each(problems, print_problems, as_json=as_json, to_json=problem_json)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


@kb.command()
def fmt(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of bases, or single entry files; by default the base.", show_default=False),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; status 1 if a file is laid out otherwise.")
    ] = False,
    knowledge: Knowledge = None,
) -> None:
    """Lay out entry files in the one way there is, so that an edit changes its own lines only.

    A file that is laid out already is not touched, and neither is one with mistakes (status 1). Comments between the
    fields go.

    Example: `memebot kb fmt my-base/`

    Example: `memebot kb fmt --check my-base/entries/jokes/nan.md`
    """
    from knowledge.lint import format_entries
    from memebot.app import knowledge_folder
    from memebot.cli.output.base import print_problems
    from memebot.cli.output.console import print_note

    report = format_entries(paths or [knowledge_folder(settings_of(context, knowledge=knowledge))], write=not check)
    for path in report.changed:
        typer.echo(str(path))
    if report.problems:
        print_problems(report.problems)
    print_note(f"{len(report.changed)} {'to lay out' if check else 'laid out'}, {report.unchanged} unchanged")
    if report.problems or (check and report.changed):
        raise typer.Exit(1)


@kb.command()
def prepare(context: typer.Context, knowledge: Knowledge = None) -> None:
    """Write beside entry files what a first start computes of them, so that it takes seconds less.

    What changes afterwards is computed as before, until they are prepared again. Beside the shipped base it is also the
    vectors of all phrases, those of new ones computed.

    Example: `memebot kb prepare --knowledge my-base/`
    """
    from memebot.app import prepare as prepared

    for path in prepared(settings_of(context, knowledge=knowledge)):
        typer.echo(str(path))


@kb.command(name="sync")
def sync_(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; status 1 and a line each for what is not in step.")
    ] = False,
    home: Home = None,
    knowledge: Knowledge = None,
    as_json: Json = False,
) -> None:
    """Take entry files over into the database.

    An entry edited in the bot since the last sync is kept; edited on both sides, it is a conflict and neither
    side is lost. Exit status 1 when a file is broken or in conflict: the others were taken over.

    Example: `memebot kb sync --knowledge my-base/`

    Example: `memebot kb sync --check --knowledge my-base/`
    """
    from memebot.app import open_base, rehearse_sync, sync
    from memebot.cli.output.base import print_out_of_step, print_sync

    settings = settings_of(context, home=home, knowledge=knowledge)
    if check:
        rehearsed = rehearse_sync(settings)
        _print_sync(rehearsed) if as_json else print_out_of_step(rehearsed)
        raise typer.Exit(0 if rehearsed.in_step else 1)
    with open_base(settings) as base:
        report = sync(base, settings)
    _print_sync(report) if as_json else print_sync(report)
    if report.problems or report.conflicts:
        raise typer.Exit(1)


def _print_sync(report: SyncReport) -> None:
    from memebot.cli.output.base import problem_json

    print_json(plain(report) | {"problems": [problem_json(problem) for problem in report.problems]})


@kb.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to write into; made if need be.")],
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Write the database's entries back to files; a file whose entry has not changed keeps every byte.

    In a base of your own, see `memebot kb init`, only what differs from what is shipped is written. Exit status 1
    when a file was left alone since it holds text that the database has not seen.

    Example: `memebot kb export my-base/ && git -C my-base diff`
    """
    from memebot.cli.output.base import print_export

    with chosen_base(context, home, knowledge) as base:
        report = base.files.export(folder)
    print_export(report)
    if report.blocked:
        raise typer.Exit(1)


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
    from memebot.app import open_base
    from memebot.cli.output.base import print_entries

    settings = settings_of(context, home=home, knowledge=knowledge)
    with open_base(settings, in_step=True) as base:
        entries = base.entries.all(kind)
    if as_json:
        for entry in entries:
            print_json({"id": entry.id, "kind": entry.kind, "title": dict(entry.title)})
    else:
        print_entries(entries, lang or settings.lang)


@kb.command()
def show(
    context: typer.Context,
    entry_id: Id,
    lang: LangOption = None,
    roles: Annotated[
        Path | None,
        typer.Option(help="Draw a format's roles, on its first exemplar, into this PNG.", show_default=False),
    ] = None,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Show an entry as readers see it, with what it links to and what links to it.

    Example: `memebot kb show overfitting --lang en`

    Example: `memebot kb show drake --roles drake-roles.png`
    """
    from memebot.app import open_base
    from memebot.cli.output.base import print_entry

    settings = settings_of(context, home=home, knowledge=knowledge)
    with open_base(settings, in_step=True) as base:
        entry = base.entries.get(entry_id)
        linked = [base.entries.get(link) for link in (*entry.formats, *entry.concepts)]
        linking = [base.entries.get(link) for link in base.entries.links_to(entry.id)]
        if roles is not None:
            _draw_roles(entry, base.first_exemplar(entry), lang or settings.lang, roles)
    print_entry(entry, linked, linking, lang or settings.lang)


def _draw_roles(entry: Entry, exemplar: bytes | Keypoints | None, lang: Lang, out: Path) -> None:
    from memebot.cli.output.console import print_note
    from memebot.vision.role_sheet import draw_roles

    if not (entry.roles or entry.rows):
        raise typer.BadParameter(f"{entry.id} has no roles: only formats do", param_hint="--roles")
    out.write_bytes(draw_roles(entry, exemplar, lang))
    print_note(f"{out}: the roles, drawn")


@kb.command()
def history(context: typer.Context, entry_id: Id, home: Home = None, knowledge: Knowledge = None) -> None:
    """Show who changed an entry, when and why; the newest revision first.

    Example: `memebot kb history overfitting`
    """
    from memebot.cli.output.base import print_revisions

    with chosen_base(context, home, knowledge) as base:
        print_revisions(base.revisions.history(entry_id))


@kb.command()
def restore(
    context: typer.Context,
    entry_id: Id,
    revision: Annotated[int, typer.Argument(help="Number from `memebot kb history`.")],
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Make an older revision the present one; a deleted entry comes back.

    Nothing is lost: this is one more revision.

    Example: `memebot kb restore overfitting 3`
    """
    from memebot.app import now
    from memebot.cli.output.console import print_note

    with chosen_base(context, home, knowledge) as base:
        made = base.changes.restore(entry_id, revision, author="command line", now=now())
    print_note(f"{entry_id}: revision {made.number} says what revision {revision} said")


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
    from memebot.app import fingerprints
    from memebot.cli.output.console import print_error
    from memebot.vision.errors import MediaError

    failed = False
    out.mkdir(parents=True, exist_ok=True)
    with progress_bar() as bar:
        for number, (path, made) in enumerate(fingerprints(settings_of(context, home=home, encoder=encoder), pictures)):
            bar("pictures", number, len(pictures))
            if isinstance(made, MediaError):
                failed = True
                print_error(f"{path}: {made.reason}")
            else:
                (out / f"{path.stem}.fp.npz").write_bytes(made)
    if failed:
        raise typer.Exit(1)


@kb.command()
def calibrate(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled folders, as for `memebot eval`.", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the coefficients here, too.", show_default=False)] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Use people's votes in this home as labels, too.")
    ] = False,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Refit how evidence becomes confidence, for this base and encoder.

    The words are fitted on the regression texts beside the entries, the picture channels on the labelled
    folders; with --feedback both also on what people voted on. Shows the calibration error before and after on
    held-back data and refuses to make it worse.

    Example: `memebot kb calibrate pictures/ distractors/`

    Example: `memebot kb calibrate --feedback`
    """
    from memebot.cli.output.figures import print_calibration
    from memebot.measure import refit

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder)
    with progress_bar() as bar:
        result = refit.calibrate(settings, folders or [], progress=bar, out=out, feedback=feedback)
    print_calibration(result)
    if not result.better:
        raise typer.Exit(1)


@kb.command()
def report(
    context: typer.Context,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How many weeks back.")] = 1,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the answers day by day into this PNG.", show_default=False)
    ] = None,
    lang: LangOption = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Show what people's votes and questions say about the base.

    Entries that disappoint, pairs that are confused, words that people ask about and no entry knows, votes by
    channel of evidence, and how many pictures were explained, week by week. No person is in it.

    Example: `memebot kb report --weeks 4`
    """
    from memebot.app import learning_report
    from memebot.cli.output.base import print_base_report

    settings = settings_of(context, home=home, knowledge=knowledge)
    found = learning_report(settings, weeks=weeks)
    print_json(found.to_json()) if as_json else print_base_report(found)
    if plot is not None:
        from memebot import plots
        from memebot.i18n import phrase

        days = [plots.Counts(day.start, (day.explained, day.composed, day.unknown)) for day in found.days]
        title, *parts = (phrase(lang or settings.lang, key) for key in REPORT_WORDS)
        labels = plots.Labels(title, tuple(parts))
        plot.write_bytes(plots.png(plots.knowledge_week(days, labels=labels)))


REPORT_WORDS = ("report-asked-about", "report-explained", "report-composed", "report-unknown")
