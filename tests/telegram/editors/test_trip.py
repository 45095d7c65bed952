"""How far an edit travels through the code, and that nothing is done twice on the way."""

from __future__ import annotations

from collections.abc import Callable
from trace import traced

from chats import OWNERS, Chats

from knowledge.entry.markdown import layout, parse
from knowledge.store.entries import Entries

Run = Callable[..., None]
(OWNER,) = OWNERS

FILES = 20
"""So many files may an edit cross from its handler to the database and back."""
TRANSPORT = "memebot/telegram/transport/"
"""How updates come in and messages go out."""


async def press(chats: Chats, data: str) -> None:
    await chats.press(data, user=OWNER)


async def edited(chats: Chats) -> None:
    """An entry with a changed title, checked and about to be saved."""
    await chats.say("/entry swot", user=OWNER)
    await press(chats, "✏️ Edit")
    await press(chats, "Title, en")
    await chats.say("The swot", user=OWNER)
    await press(chats, "✅ Save")


def test_asking_for_a_field_looks_at_the_draft_alone(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/entry swot", user=OWNER)
        await press(chats, "✏️ Edit")
        async with traced(chats.database.run) as trip:
            await press(chats, "Title, en")
        assert "send the new text" in chats.texts()[-1]
        assert [trip.count(work) for work in (Entries.all, parse, layout)] == [0, 0, 0]

    chatting(scenario)


def test_the_base_is_loaded_again_only_when_it_has_changed(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        async with traced(chats.database.run) as trip:
            await edited(chats)
        assert trip.count(Entries.all) == 1
        async with traced(chats.database.run) as trip:
            await press(chats, "✅ Save")
        assert "revision 2" in chats.texts()[-1]
        assert [trip.count(work) for work in (Entries.all, layout, parse)] == [0, 1, 1]

    chatting(scenario)


def test_a_save_crosses_few_files(chatting: Run) -> None:
    """Counted from the handler on: what any press passes on its way to one is seen where a button means nothing."""

    async def scenario(chats: Chats) -> None:
        await edited(chats)
        async with traced(chats.database.run) as nothing:
            await press(chats, "e:zz::")
        async with traced(chats.database.run) as trip:
            await press(chats, "✅ Save")
        assert "revision 2" in chats.texts()[-1]
        crossed = {name for name in trip.files - nothing.files if not name.startswith(TRANSPORT)}
        assert len(crossed) <= FILES, "\n".join(sorted(crossed))

    chatting(scenario)
