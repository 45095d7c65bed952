"""One picture's draft: asked for, checked, asked once more with what was wrong, or refused."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.reading import LANGS
from memebot.drafting import prompt
from memebot.drafting.checks import read_draft
from memebot.drafting.endpoint import Endpoint, Reply, RequestCounter
from memebot.drafting.errors import DraftFault, DraftRefused, FaultyDraft, PictureError
from memebot.drafting.material import Draft, Material

ROUNDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Drafted:
    """What came of asking: a draft, or None where the model cannot tell; who answered."""

    draft: Draft | None
    answered_by: str


class Drafter:
    """Asks one model. Belongs to the thread of its endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def draft(self, material: Material, counter: RequestCounter) -> Drafted:
        """Raises ``DraftRefused`` where the mended answer breaks rules, too, and whatever ``Endpoint.ask`` raises.

        A model that takes no more is asked again about a third of the candidates.
        """
        try:
            return self._draft(material, counter)
        except PictureError as error:
            fewer = material.with_fewer_candidates()
            if error.code != "context" or len(fewer.candidates) == len(material.candidates):
                raise
            return self._draft(fewer, counter)

    def _draft(self, material: Material, counter: RequestCounter) -> Drafted:
        asked, schema = prompt.messages(material), prompt.schema(material)
        secrets = [self.endpoint.address.key]
        for left in reversed(range(ROUNDS)):
            reply = self.endpoint.ask(asked, schema, counter)
            try:
                return Drafted(read_draft(reply.text, material, secrets=secrets), reply.model)
            except FaultyDraft as error:
                if not left or any(fault.code == "secret" for fault in error.faults):  # nobody repeats a secret
                    raise DraftRefused(error.faults) from error
                asked = prompt.repair(asked, reply.text, error.faults)
        raise AssertionError("a last round returns or raises")


def same_model(asked: str, answered: str) -> bool:
    """Whether the model that answered is the one that was asked for; servers add versions and folders to names."""
    one, other = (name.split("/")[-1].split("@")[0].removesuffix(":latest").lower() for name in (asked, answered))
    return not answered or one.startswith(other) or other.startswith(one)


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a test of an endpoint found.

    ``sees``: it read what stands in the drawn picture and nowhere else. ``langs``: languages whose text is sound.
    """

    model: str
    answered_by: str
    sees: bool
    schema: bool
    langs: tuple[str, ...]
    seconds: float
    requests: int
    tokens: int


_SCHEMA = {"no-json", "field", "foreign-id", "secret"}


class _Tally:
    """Counts beside another counter."""

    def __init__(self, counter: RequestCounter) -> None:
        self._counter = counter
        self.requests, self.tokens, self.seconds, self.model = 0, 0, 0.0, ""

    def begin(self) -> int:
        number = self._counter.begin()
        self.requests += 1
        return number

    def end(self, number: int, reply: Reply | None, error: str) -> None:
        self._counter.end(number, reply, error)
        if reply is not None:
            self.tokens += reply.tokens
            self.seconds += reply.seconds
            self.model = reply.model


def self_test(drafter: Drafter, material: Material, shown: str, counter: RequestCounter) -> SelfTest:
    """Have a drawn picture drafted. ``shown``: what stands in it alone, not among the words that are told.

    Raises what ``Drafter.draft`` raises, but for rules that the answer breaks: those are the result.
    """
    tally = _Tally(counter)
    draft: Draft | None = None
    faults: tuple[DraftFault, ...] = ()
    try:
        draft = drafter.draft(material, tally).draft
    except DraftRefused as error:
        faults = error.faults
    said = "" if draft is None else f"{draft.picture} {' '.join(draft.says)} {' '.join(draft.text.values())}"
    schema = not _SCHEMA & {fault.code for fault in faults}
    told = schema and (draft is not None or bool(faults))
    return SelfTest(
        drafter.endpoint.address.model,
        tally.model,
        sees=shown in said,
        schema=schema,
        langs=tuple(lang for lang in LANGS if told and not any(fault.field.endswith(lang) for fault in faults)),
        seconds=round(tally.seconds, 2),
        requests=tally.requests,
        tokens=tally.tokens,
    )
