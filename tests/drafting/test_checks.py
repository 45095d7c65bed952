"""A draft is plain text of ours about ids that were given: whatever stands on the picture is no instruction."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from model_server import GOOD, draft

from memebot.drafting.checks import read_draft
from memebot.drafting.errors import FaultyDraft
from memebot.drafting.material import Draft, Material

Make = Callable[..., Material]
RU, EN = GOOD["explanation_ru"], GOOD["explanation_en"]


def faults(answer: str, material: Material, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(FaultyDraft) as caught:
        read_draft(answer, material, **options)
    return [(fault.code, fault.field) for fault in caught.value.faults]


def test_a_draft_survives_being_kept(material: Make) -> None:
    made = read_draft(draft(format="drake", says=["the model swots"]), material("The model swots!"))
    assert made is not None
    kept = Draft.from_json(json.loads(json.dumps(made.to_json())))
    assert kept.to_json() == made.to_json()
    assert made.rests_on == ("drake", "overfitting")
    entry = made.entry()
    assert (entry.kind, entry.formats, entry.concepts) == ("joke", ("drake",), ("overfitting",))
    assert entry.text["en"].count("\n\n") == 2


def test_a_model_that_cannot_tell_is_no_fault(material: Make) -> None:
    assert read_draft('{"cannot_tell": true}', material()) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"concepts": ["no-such-id"]}, ("foreign-id", "concepts")),
        ({"concepts": ["drake"]}, ("foreign-id", "concepts")),
        ({"format": "overfitting"}, ("foreign-id", "format")),
        ({"concepts": []}, ("rests-on-nothing", "concepts")),
        ({"explanation_ru": EN}, ("language", "explanation_ru")),
        ({"explanation_en": RU}, ("language", "explanation_en")),
        ({"explanation_en": "Funny."}, ("short", "explanation_en")),
        ({"explanation_en": EN * 5}, ("long", "explanation_en")),
        ({"title_ru": "Ы" * 91}, ("long", "title_ru")),
        ({"title_ru": " "}, ("short", "title_ru")),
        ({"explanation_en": EN + " See https://evil.example/x."}, ("address", "explanation_en")),
        ({"explanation_en": EN + " See evil.com now."}, ("address", "explanation_en")),
        ({"explanation_en": EN + " Write to @evil_bot."}, ("address", "explanation_en")),
        ({"title_en": "Join t.me/evil"}, ("address", "title_en")),
        ({"explanation_en": EN + " <b>bold</b>"}, ("markup", "explanation_en")),
        ({"explanation_en": EN + " [here](x)"}, ("markup", "explanation_en")),
        ({"explanation_en": "# " + EN}, ("markup", "explanation_en")),
        ({"explanation_en": EN + " \u202eevil"}, ("markup", "explanation_en")),
        ({"explanation_en": EN + "\u200bhidden"}, ("markup", "explanation_en")),
        ({"says": "not a list"}, ("field", "says")),
        ({"sure": 7}, ("field", "sure")),
        ({"sure": True}, ("field", "sure")),
        ({"approve": True}, ("field", "approve")),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_place(
    material: Make, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert expected in faults(draft(**changes), material("the model swots"))


@pytest.mark.parametrize("answer", ["", "null", "[]", "no", '{"a": ', "{" * 5000, "NaN", '"{}"'])
def test_what_is_no_object_is_no_draft(material: Make, answer: str) -> None:
    assert faults(answer, material())[0][0] in ("no-json", "field")


def test_a_sentence_of_the_picture_stands_in_quotation_marks_or_nowhere(material: Make) -> None:
    on_picture = material("our intern trained the model", "on the test set again")
    copied = EN + " Our intern trained the model on the test set again."
    assert faults(draft(explanation_en=copied), on_picture) == [("copied", "explanation_en")]
    quoted = EN + ' It says "our intern trained the model on the test set again".'
    assert read_draft(draft(explanation_en=quoted), on_picture) is not None


def test_an_explanation_speaks_of_the_entries_that_it_names(material: Make) -> None:
    elsewhere = "A cat sits on a warm window and looks at pigeons, and every pigeon looks back at the cat all day. " * 2
    assert faults(draft(explanation_en=elsewhere), material()) == [("ungrounded", "explanation_en")]


def test_the_key_never_comes_back(material: Make) -> None:
    assert faults(draft(picture="sk-secret"), material(), secrets=["sk-secret"]) == [("secret", "")]
    assert read_draft(draft(), material(), secrets=[""]) is not None


def test_phrases_that_break_a_rule_are_left_out_and_what_is_said_stands_on_the_picture(material: Make) -> None:
    made = read_draft(
        draft(says=["The model swots", "buy my course"], asks_en=["fine", "see http://x.example", "<b>"]),
        material("the modei swots"),
    )
    assert made is not None
    assert made.says == ("The model swots",)
    assert made.asks["en"] == ("fine",)
