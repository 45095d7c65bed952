"""What the bot remembers of a dialogue with an author, over restarts too."""

from __future__ import annotations

from dataclasses import dataclass

from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, User

from memebot.channel.submitting import Proposal
from memebot.i18n import Texts
from memebot.telegram.authors.buttons import ProposalButton
from memebot.telegram.subscribers.conversation import place_of
from memebot.telegram.transport.delivery import Destination


class Proposing(StatesGroup):
    """What the next message of an author is."""

    meme = State()
    caption = State()
    answer = State()
    appeal = State()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where we speak with whom, in which language, and what is remembered."""

    place: Destination
    user: User
    texts: Texts
    state: FSMContext

    async def proposal(self) -> Proposal | None:
        """The proposal that is not sent yet."""
        return await _proposal(self.state)

    async def keep(self, proposal: Proposal) -> None:
        """Remember a proposal; the next message is nothing special."""
        await self.state.set_state(None)
        await self.state.update_data(proposal=proposal.to_json())

    async def finish(self, proposal: Proposal, number: int) -> None:
        """It was sent; parts of its album may still come."""
        await self.state.update_data(proposal=None, sent={"album": proposal.album, "number": number, "told": False})

    async def sent_without(self, album: str) -> tuple[int, bool] | None:
        """The number under which this album was sent, and whether this is asked for the first time; else None."""
        sent = (await self.state.get_data()).get("sent")
        if not sent or sent["album"] != album:
            return None
        await self.state.update_data(sent={**sent, "told": True})
        return sent["number"], not sent["told"]

    async def drop(self) -> None:
        """Forget what was begun, whatever it was."""
        await self.state.set_state(None)
        await self.state.update_data(proposal=None, asked=None)


class OfCurrentProposal(Filter):
    """The button belongs to the proposal that is remembered; the handler gets it as ``draft``, and ``dialogue``."""

    async def __call__(
        self, query: CallbackQuery, callback_data: ProposalButton, texts: Texts, state: FSMContext
    ) -> bool | dict[str, object]:
        place, draft = place_of(query), await _proposal(state)
        if place is None or draft is None or draft.key != callback_data.key:
            return False
        return {"draft": draft, "dialogue": Dialogue(place, query.from_user, texts, state)}


async def _proposal(state: FSMContext) -> Proposal | None:
    data = (await state.get_data()).get("proposal")
    return None if not data else Proposal.from_json(data)
