"""Editing is for editors: every use case that takes who asks refuses whoever is none, before it does anything."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from chats import NOW, OWNERS
from editing_base import build

from memebot.editing.editing import Editing
from memebot.editing.errors import DraftGone, NotAnEditor

(OWNER,) = OWNERS
STRANGER = 5
PARTS = ("drafts", "drafting", "saving", "changes", "unexplained", "machine", "forms", "listing", "replacing")


def use_cases(editing: Editing) -> list[tuple[str, Callable[..., Any]]]:
    """Those that take who asks, by name."""
    found = []
    for part in PARTS:
        for name, method in inspect.getmembers(getattr(editing, part), inspect.ismethod):
            if not name.startswith("_") and next(iter(inspect.signature(method).parameters), "") == "user_id":
                found.append((f"{part}.{name}", method))
    return found


def test_who_is_no_editor_is_refused_by_every_use_case_and_changes_nothing() -> None:
    editing, db = build()
    before = "\n".join(db.conn.iterdump())
    cases = use_cases(editing)
    assert len(cases) > 30
    for name, method in cases:
        parameters = list(inspect.signature(method).parameters.values())[1:]
        some = {p.name: None for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty}
        given = [None for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty]
        with pytest.raises(NotAnEditor):
            method(STRANGER, *given, **some)
            pytest.fail(f"{name} refuses nobody")
    assert "\n".join(db.conn.iterdump()) == before


def test_a_draft_is_its_editors_own() -> None:
    editing, _ = build()
    draft = editing.drafting.open(OWNER, "swot")
    editing.stores.moderation.people.grant(7, "editor", by=OWNER, now=NOW)
    for use in (editing.drafts.get, editing.saving.save, editing.drafting.discard, editing.saving.change):
        with pytest.raises(DraftGone):
            use(7, draft.id)
    assert editing.saving.save(OWNER, draft.id).revision.number == 1


def test_a_save_that_fails_keeps_the_draft_and_the_entry() -> None:
    editing, _ = build()
    draft = editing.drafting.open(OWNER, "swot")
    editing.drafting.set_field(OWNER, draft.id, "title.en", "Mine")

    def fail(_: object) -> None:
        raise RuntimeError("the machine stops")

    editing.stores.drafts.drop = fail  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError):
        editing.saving.save(OWNER, draft.id)
    assert editing.stores.kb.entries.get("swot").title["en"] == "swot (en)"
    assert editing.drafts.get(OWNER, draft.id).entry.title["en"] == "Mine"
