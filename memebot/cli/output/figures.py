"""How what was measured looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.markup import escape

from memebot.cli.output.console import as_called, out, plain_table, print_error, print_rows
from memebot.vision.compute.stages import BETWEEN

if TYPE_CHECKING:
    from memebot.measure.bench import Figure, FigureRatio
    from memebot.measure.doctor import Check
    from memebot.measure.drafts import DraftGrades
    from memebot.measure.evaluation import EvaluationReport
    from memebot.measure.explanations import ExplanationsReport
    from memebot.measure.load.simulation import Waiting
    from memebot.measure.profile import StepFigures, StepRatio
    from memebot.measure.refit import Calibrated
    from memebot.measure.text_files import TextFilesReport
    from memebot.measure.texts import TextsReport
    from memebot.training.evaluate import Measured
    from memebot.vision.encoder.clip import EncoderInfo


def print_checks(found: Iterable[Check]) -> None:
    """The doctor's table."""
    table = plain_table("", "what", "found", "mend it with")
    marks = {"ok": "[green]ok[/green]", "warning": "[yellow]warning[/yellow]", "missing": "[red]missing[/red]"}
    for check in found:
        table.add_row(
            marks[check.state], f"[bold]{check.name}[/bold]", escape(check.found), escape(as_called(check.mend))
        )
    out().print(table)


def print_draft_grades(found: DraftGrades) -> None:
    """Drafts by a model beside the answers: how many are valid, right about the entries, and how they are graded."""
    rows = [
        [lang, str(sum(grades.values())), *(str(grades[name]) for name in grades)]
        for lang, grades in found.by_language().items()
    ]
    print_rows("Drafts", ("", "n", *next(iter(found.by_language().values()))), rows)
    out().print(f"valid: {found.valid} of {found.asked}, of these right about the entries: {found.ids_right}")
    for why, count in found.unable.items():
        out().print(f"[dim]{count} × {escape(why)}[/dim]")


def print_encoders(found: Iterable[EncoderInfo]) -> None:
    """The table of encoders."""
    table = plain_table("", "name", "size", "state", "what")
    for info in found:
        state = "here" if info.downloaded else "not downloaded"
        table.add_row("→" if info.active else "", info.name, f"{info.size_mb:.0f} MB", state, escape(info.what))
    out().print(table)


def print_evaluation(result: EvaluationReport) -> None:
    """What an evaluation measured."""
    console = out()
    table = plain_table("kind", "n", "recall@1", "recall@5", "recall@1%fa", title="Recognition", figures=True)
    for name, kind in result.kinds.items():
        table.add_row(name, str(kind.n), *(f"{v:.3f}" for v in (kind.recall_1, kind.recall_5, kind.recall_1fa)))
    console.print(table)
    answered, n = result.distractors_answered, result.distractors
    if n:
        console.print(f"distractors answered: {answered} of {n} ({answered / n:.1%})")
    console.print(f"expected calibration error: {result.ece:.3f}")
    latency = plain_table("stage", "p50", "p95", title="Milliseconds", figures=True)
    for stage, (p50, p95) in result.latency_ms.items():
        latency.add_row(stage, f"{p50:.1f}", f"{p95:.1f}")
    console.print(latency)
    console.print(f"peak memory {result.peak_rss_mb:.0f} MB, encoder {result.encoder}")
    for path, reason in result.unreadable:
        print_error(f"{path}: {reason}")


def print_encoder_report(found: Measured) -> None:
    """What an encoder can do by itself: a table a task."""
    print_rows(
        "Pictures by name",
        ("what", "pictures", "names", "top 1", "5", "10", "Russian 1", "5", "10"),
        [
            (what, str(one.pictures), str(one.choices), *_shares(one.english), *_shares(one.russian))
            for what, one in found.naming.items()
        ],
    )
    print_rows(
        "Pictures of words by the word",
        ("words", "n", "top 1", "5", "10"),
        [(which, str(count), *_shares(shares)) for which, (count, shares) in found.words.items()],
    )
    for way, kinds in found.retrieval.items():
        print_rows(
            f"Templates: {way}",
            ("kind", "n", "recall@1", "recall@5", "recall@1%fa"),
            [
                (kind, str(one.queries), f"{one.first:.3f}", f"{one.five:.3f}", f"{one.recall:.3f}")
                for kind, one in kinds.items()
            ],
        )


def _shares(found: Mapping[int, float]) -> list[str]:
    return [f"{share:.3f}" for share in found.values()]


def print_texts_report(result: TextsReport) -> None:
    """What the regression texts gave, each miss with what was answered instead."""
    console = out()
    for miss in result.misses:
        got = ", ".join(f"{m.entry} {m.confidence:.0%}" for m in miss.got[:3]) or "nothing"
        expected = miss.expected or "about something else"
        console.print(f"[yellow]{escape(expected)}[/yellow]: {escape(miss.text)} → {got}")
    for kind, (n, first, third) in result.kinds.items():
        console.print(f"{kind}: {n} texts, right entry first {first:.1%}, in the first three {third:.1%}")
    console.print(
        f"about other things: {result.others} texts, answered {result.others_answered} "
        f"({result.others_answered / max(1, result.others):.1%})"
    )


def print_text_files(result: TextFilesReport) -> None:
    """What files of texts gave, each miss with what was found instead."""
    console = out()
    for miss in result.misses():
        got = ", ".join(match.entry for match in miss.found[:3]) or "nothing"
        answer = f"answered {miss.answered} {miss.confidence:.0%}" if miss.answered else "not answered"
        expected = "|".join(miss.labelled.entries) or "silence"
        console.print(f"[yellow]{escape(expected)}[/yellow]: {escape(miss.labelled.text)} → {got}; {answer}")
    if groups := result.groups(silent=False):
        table = plain_table("form", "lang", "n", "first", "in five", "rightly", "wrongly", title="Texts", figures=True)
        for (form, lang), row in groups.items():
            table.add_row(form, lang, str(row.n), *(f"{v:.1%}" for v in (row.first, row.in_five, row.right, row.wrong)))
        console.print(table)
        sure, wrong = result.very_sure()
        console.print(f"answers at a confidence of 90 % or more: {sure}, wrong {wrong} ({wrong / max(1, sure):.1%})")
    if groups := result.groups(silent=True):
        table = plain_table("kind", "lang", "n", "answered", title="To be silent about", figures=True)
        for (form, lang), row in groups.items():
            table.add_row(form, lang, str(row.n), str(round(row.wrong * row.n)))
        console.print(table)


def print_explanations(result: ExplanationsReport) -> None:
    """How answers were graded, each that is not right with what it lacks, and what other thresholds would give."""
    console = out()
    for one in result.answers:
        if one.grade != "rightly":
            told = " + ".join(one.answer.entries) or "nothing"
            why = f"; {', '.join(one.why)}" if one.why else ""
            where = f"{one.expected.path.name} {one.answer.lang}"
            console.print(f"[yellow]{one.grade}[/yellow]: {escape(where)}: {told}{escape(why)}", soft_wrap=True)
    rows = []
    for (kind, lang), counts in result.groups().items():
        n = sum(counts.values())
        rows.append((kind, lang, str(n), *(f"{count} ({count / n:.0%})" for count in counts.values())))
    print_rows("Answers", ("kind", "lang", "n", "rightly", "partly", "generic", "wrong", "unknown"), rows)
    for lang in dict.fromkeys(lang for _, lang in result.groups()):
        steps = result.risk(lang)[::2]
        print_rows(
            f"Risk by threshold, {lang} (it is {result.threshold:.2f})",
            ("threshold", *(f"{step.threshold:.1f}" for step in steps)),
            [
                ("answered", *(f"{step.answered:.0%}" for step in steps)),
                ("wrong of those", *(f"{step.wrong:.0%}" for step in steps)),
            ],
        )
    for path, reason in result.unreadable:
        print_error(f"{path}: {reason}")


def print_calibration(result: Calibrated) -> None:
    """Calibration before and after."""
    console = out()
    for name, (before, after) in result.ece.items():
        console.print(f"{name}: expected calibration error on held-back data {before:.3f} → {after:.3f}")
    if result.better:
        console.print(f"[green]kept for encoder {result.encoder}[/green]")
    else:
        console.print("[yellow]not better: the old coefficients stay[/yellow]")


def print_profile(rows: Iterable[StepFigures]) -> None:
    """The steps of a picture, parts indented under what they are a part of."""
    table = plain_table("milliseconds", "median", "p95", "processor", "share", "a megapixel", "a line", figures=True)
    for row in rows:
        cells = (row.median, row.p95, row.processor)
        after = (row.per_megapixel, row.per_line)
        table.add_row(
            _indented(row.step), *(f"{ms:.1f}" for ms in cells), f"{row.share:.0%}", *(f"{ms:.1f}" for ms in after)
        )
    out().print(table)


def print_ratios(rows: Iterable[StepRatio]) -> None:
    """The steps of a picture, this run by another: the median ratio and between which two half of them lie."""
    columns = ("pictures", "wall clock", "half of them", "processor", "half of them")
    table = plain_table("this run / that run", *columns, figures=True)
    for row in rows:
        both = (row.wall, row.processor)
        cells = (cell for low, middle, high in both for cell in (f"{middle:.2f}", f"{low:.2f}–{high:.2f}"))
        table.add_row(_indented(row.step), str(row.pictures), *cells)
    out().print(table)


def print_figure_ratios(rows: Iterable[FigureRatio]) -> None:
    """Figures of this run by those of others."""
    table = plain_table("this run / that run", "ratio", "lies between", figures=True)
    for row in rows:
        table.add_row(row.name, f"{row.ratio:.2f}", f"{row.low:.2f}–{row.high:.2f}")
    out().print(table)


def _indented(step: str) -> str:
    *outer, name = step.split(BETWEEN)
    return "  " * len(outer) + name


def print_figures(rows: Iterable[Figure]) -> None:
    """A table of measured figures."""
    table = plain_table("what", "measured", "target", figures=True)
    for row in rows:
        table.add_row(row.name, f"{row.value:.3g} {row.unit}".strip(), row.target)
    out().print(table)


def print_waiting(found: Waiting) -> None:
    """What came of a simulated load."""
    median, worst = found.communities_p95
    rows = [
        ("pictures", f"{found.pictures:,}"),
        ("refused, too many waiting", f"{found.refused:,}"),
        ("the machines' time used", f"{found.busy:.0%}"),
        ("until the answer, median", f"{found.median_s:.2f} s"),
        ("until the answer, 95 %", f"{found.p95_s:.2f} s"),
        ("95 % of the median community", f"{median:.2f} s"),
        ("95 % of the worst community", f"{worst:.2f} s"),
        ("machines for two thirds of their time", f"{found.machines_needed:,}"),
    ]
    if found.flooded_s is not None:
        rows.append(("95 % of the others during the flood", f"{found.flooded_s:.2f} s"))
    print_rows("", ("what", "simulated"), rows)
