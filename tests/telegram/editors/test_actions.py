"""Buttons that stand in old messages mean what they meant: each belongs to one action, with its numbers."""

from __future__ import annotations

import pytest
from aiogram.filters.callback_data import CallbackData

from memebot.telegram.editors import actions

ACTIONS = [
    kind
    for name, kind in vars(actions).items()
    if isinstance(kind, type) and issubclass(kind, CallbackData) and kind is not CallbackData and name[0] != "_"
]
ACTS = (actions.EntryAct, actions.RevisionAct, actions.DraftAct, actions.PlaceAct, actions.GroupAct, actions.MachineAct)
SENT = (
    *(f"e:{code}:swot:" for code in ("sh", "ed", "hi", "dl", "dD", "dU", "rn", "mg", "mM", "mY")),
    *("e:sh:swot:ru", "e:hi:swot:2"),
    *(f"e:{code}:swot:3" for code in ("df", "rs", "rS", "un")),
    *(f"e:{code}:1z:" for code in ("pn", "id", "fl", "no", "nO", "ex", "ck", "br", "sv", "cm", "nw", "mt", "mm", "ow")),
    *("e:fd:1z:12", "e:em:1z:4", "e:pv:1z:en", "e:xr:1z:0", "e:xk:1z:1", "e:fa:1z:4", "e:fp:1z:4", "e:it:1z:4:1a2b3c"),
    "e:oc:71",
    *("e:gp::", "e:gp::6", "e:gg:1z:", "e:gh:1z:", "e:gs:1z:", "e:gn:1z:joke", "e:sn:1z:concept"),
    *("e:ko:1z:ru", "e:ko:1z:new", "e:kt:1z:", "e:km:1z:", "e:kw:1z:", "e:kd:1z:", "e:kD:1z:badly-put"),
)


def of(data: str) -> list[CallbackData]:
    found = []
    for kind in ACTIONS:
        try:
            found.append(kind.unpack(data))
        except (TypeError, ValueError):
            continue
    return found


@pytest.mark.parametrize("data", SENT)
def test_a_button_belongs_to_one_action(data: str) -> None:
    (action,) = of(data)
    assert of(action.pack()) == [action]
    number = next((getattr(action, name) for name in ("draft", "group", "submission") if hasattr(action, name)), None)
    assert number in (None, int("1z", 36))


def test_every_action_has_a_button_here() -> None:
    assert {type(of(data)[0]) for data in SENT} == set(ACTIONS)
    acts = {act for kinds in ACTS for act in kinds}
    assert acts <= {data.split(":")[1] for data in SENT}


@pytest.mark.parametrize("data", ["e:zz:swot:", "e:sh", "e:pv:1z:fr", "e:gn:1z:poem", "m:a:1:1:"])
def test_what_is_no_button_of_editors_belongs_to_none(data: str) -> None:
    assert of(data) == []


def test_a_number_that_is_none_is_that_of_nothing() -> None:
    assert actions.DraftButton.unpack("e:pn:swot!:").draft == 0
    assert actions.PlaceButton.unpack("e:fd:1:x").place == 0
