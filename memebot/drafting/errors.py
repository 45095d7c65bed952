"""What keeps a draft from being made, as codes with facts; the words are in the catalogues.

DraftingError
├── DraftingOff     nothing can be asked at all until somebody changes a setting
├── EndpointError   the server, or the way to it: no other picture would fare better
├── PictureError    this picture: another one may well be drafted
├── BudgetSpent     not today any more
└── DraftRefused    the model answered twice, and each answer broke a rule
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class DraftingError(Exception):
    """Base of what keeps a draft from being made; ``code`` and ``facts`` say what, never a provider's own words.

    ``retry_after_s``: when asking again may do, None where only a person can mend it.
    """

    def __init__(self, code: str, *, retry_after_s: float | None = None, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.facts, self.retry_after_s = code, facts, retry_after_s


class DraftingOff(DraftingError):
    """Nothing is set, or what is needed is not installed: ``off``, ``no-model``, ``no-extra``, ``budget-zero``."""


class EndpointError(DraftingError):
    """The server cannot be reached, refuses us, or is none of the kind that is needed."""


class PictureError(DraftingError):
    """The model does not answer about this picture, or its answer is of no use."""


class BudgetSpent(DraftingError):
    """What may be asked in a day has been asked; a new day begins at midnight in UTC."""


@dataclass(frozen=True, slots=True)
class DraftFault:
    """A rule that a model's answer breaks. ``field``: where, ``value``: what there, short and harmless."""

    code: str
    field: str = ""
    value: str = ""


class FaultyDraft(Exception):
    """A model's answer that breaks rules; ``faults`` says which."""

    def __init__(self, faults: Sequence[DraftFault]) -> None:
        super().__init__(", ".join(f"{fault.code} {fault.field}".strip() for fault in faults))
        self.faults = tuple(faults)


class DraftRefused(PictureError):
    """The model's last answer still breaks rules."""

    def __init__(self, faults: Sequence[DraftFault]) -> None:
        super().__init__("faulty")
        self.faults = tuple(faults)
