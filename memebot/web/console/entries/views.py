"""What pages about entries show: fields, findings and differences, ready for a template, and forms read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry.diff import Change, FieldChange
from knowledge.entry.fields import FIELDS, field_text
from knowledge.entry.model import Entry
from knowledge.entry.problems import Problem
from knowledge.reading import LANGS, Lang
from knowledge.search.regressions import ChangedAnswer
from memebot import problem_texts
from memebot.editing.drafts import DraftId
from memebot.editing.entries.forms import UNKEPT, EntryForm
from memebot.editing.errors import FormOutdated
from memebot.i18n import Texts
from memebot.web.uploads import FormFields

_NEAR = 70
"""Characters of unchanged text that are shown beside a change."""
_FIELD = "field."


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A finding in words. ``field``: the one to be mended, "" for the entry as a whole."""

    field: str
    name: str
    said: str
    hint: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A field that changed, as pieces of text, each with what became of it."""

    field: str
    name: str
    pieces: tuple[tuple[str, Change], ...]


def field_name(field: str, texts: Texts) -> str:
    """What a field is called; "" for the entry as a whole."""
    return texts(f"field-{field.replace('.', '-').replace('_', '-')}") if field else ""


def title_of(entry: Entry, lang: Lang) -> str:
    """What an entry is called, or its id while it is not called anything."""
    return entry.title.get(lang) or next((one for one in entry.title.values() if one), entry.id)


def shown_problems(problems: Iterable[Problem], texts: Texts) -> list[ShownProblem]:
    """Findings in words, in their order."""
    return [
        ShownProblem(
            one.edited_field,
            field_name(one.edited_field, texts),
            problem_texts.sentence(one, texts, short=True),
            problem_texts.hint(one, texts),
            one.severity == "error",
        )
        for one in problems
    ]


def shown_changes(changes: Iterable[FieldChange], texts: Texts) -> list[ShownChange]:
    """Differences, with long stretches that stayed cut short."""
    return [ShownChange(one.field, field_name(one.field, texts), tuple(_pieces(one, texts))) for one in changes]


def _pieces(change: FieldChange, texts: Texts) -> Iterator[tuple[str, Change]]:
    last = len(change.segments) - 1
    for number, segment in enumerate(change.segments):
        text = texts(f"kind-{segment.text}") if change.field == "kind" else segment.text
        if segment.change == "same" and len(text) > 2 * _NEAR + 20:
            head = "" if number == 0 else text[:_NEAR]
            tail = "" if number == last else text[-_NEAR:]
            text = f"{head} … {tail}"
        yield text, segment.change


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as the form shows it; ``lang``: which half it is, "" where there are none."""

    field: str
    text: str
    lang: str

    @property
    def id(self) -> str:
        """The id of its element."""
        return "f-" + self.field.replace(".", "-")


def form_fields(entry: Entry) -> dict[str, FormField]:
    """All fields of an entry by their names."""
    return {
        name: FormField(name, field_text(entry, name), name[-2:] if name[-3:] in (".ru", ".en") else "")
        for name in FIELDS
    }


def form_of(form: FormFields) -> EntryForm:
    """What stands in a form. Raises ``FormOutdated`` for one that no page of ours sends."""
    said = form.texts
    texts = {
        name.removeprefix(_FIELD): text.replace("\r\n", "\n")
        for name, text in said.items()
        if name.startswith(_FIELD) and name.removeprefix(_FIELD) in FIELDS
    }
    kept_at = said.get("kept_at", "")
    try:
        return EntryForm(
            said.get("entry", ""),
            DraftId(_number(said.get("draft", "")) or UNKEPT),
            _number(said.get("seen", "")),
            datetime.fromisoformat(kept_at) if kept_at else None,
            texts,
            said.get("new_id", "").strip(),
        )
    except ValueError as error:
        raise FormOutdated from error


def _number(text: str) -> int | None:
    """A number that a form brings back; raises ``ValueError`` for what is none."""
    return int(text) if text and len(text) < 18 else None


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A text or picture whose answer changes: what answers it before, and after; "" for nothing."""

    about: str
    before: str
    after: str


def shown_answers(answers: Sequence[ChangedAnswer], limit: int = 20) -> list[ShownAnswer]:
    """The first of them."""
    return [ShownAnswer(one.exemplar or one.text, one.before or "", one.after or "") for one in answers[:limit]]


def both_langs(lang: Lang) -> tuple[Lang, ...]:
    """The member's own language first."""
    return (lang, *(one for one in LANGS if one != lang))
