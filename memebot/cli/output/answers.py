"""How an answer looks in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Group
from rich.markdown import Markdown
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from memebot.answering.composition import certainty
from memebot.cli.output.console import out, print_note
from memebot.problem_texts import drafting_line, visible

if TYPE_CHECKING:
    from knowledge.reading import Lang
    from memebot.answering.explainer import Explanation
    from memebot.drafting.store import MachineDraft

_LABELS: Mapping[str, Mapping[str, str]] = {
    "ru": {"read": "Прочитано", "sure": "Уверенность", "why": "Почему", "nothing": "ничего"},
    "en": {"read": "Read", "sure": "Confidence", "why": "Why", "nothing": "nothing"},
}


def print_answer(answer: Explanation, name: str | None) -> None:
    """One answer: what was read, the explanation, how sure, and what spoke for it."""
    labels = _LABELS[answer.lang]
    parts: list[object] = []
    if name is not None:
        read = " / ".join(answer.text.split("\n")) if answer.text else labels["nothing"]
        parts.append(Text.assemble((f"{labels['read']}: ", "dim"), (read, "dim italic")))
        parts.append(Text())
    parts.append(Markdown(answer.explanation))
    parts.append(Text())
    words = certainty(answer.confidence if answer.entries else 0.0, answer.lang)
    parts.append(Text.assemble((f"{labels['sure']}: ", "dim"), f"{words} ({answer.confidence:.0%})"))
    for match in answer.matches:
        if match.entry in answer.entries or (not answer.entries and match is answer.matches[0]):
            parts.append(Text.assemble((f"{labels['why']}: ", "dim"), (_evidence(match), "dim")))
    style = {"joke": "green", "composed": "cyan", "unknown": "yellow"}[answer.verdict]
    out().print(Panel(Group(*parts), title=escape(visible(name or "")), title_align="left", border_style=style))  # type: ignore[arg-type]


def print_draft(made: MachineDraft, lang: Lang) -> None:
    """What a model drafted, marked as that; why there is none goes to standard error."""
    if made.draft is None:
        print_note(drafting_line(made.why.split(" ")[0]))
        return
    draft = made.draft
    mark = "не проверено человеком" if lang == "ru" else "checked by nobody"
    parts = [Text(draft.title[lang], "bold"), Text(), Text(draft.text[lang]), Text()]
    parts.append(Text(f"← {', '.join(draft.rests_on)} ({draft.sure:.0%})", "dim"))
    title = escape(visible(f"{made.model}: {mark}"))
    out().print(Panel(Group(*parts), title=title, title_align="left", border_style="magenta"))


def _evidence(match) -> str:  # type: ignore[no-untyped-def]
    channels = ", ".join(f"{channel} {score:.2f}" for channel, score in match.evidence.items())
    known = f" ← {match.exemplar}" if match.exemplar and set(match.evidence) - {"said", "described"} else ""
    words = f" «{'», «'.join(match.words)}»" if match.words else ""
    return f"{match.entry} {match.confidence:.0%}: {channels}{known}{words}"
