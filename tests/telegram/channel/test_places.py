"""Posts whose place nobody knows: they are found, and what is missing until then is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from channels import CHANNEL, ChannelSession
from team import ANNA, ANONYMOUS, AUTHOR, HOME, READER, Team

from moderation.model import Medium, Submission
from moderation.reposts.model import Appearance, Frame, SightingRef

Moderating = Callable[..., None]
LOOKS = Appearance((Frame("ab" * 32, bytes(32), 100),))
OPTIONS: dict[str, Any] = {"channel": str(CHANNEL)}


def looking(moderating: Moderating, scenario: Callable[[Team, Submission], Any], count: int = 1) -> None:
    """With a post that somebody says is there."""

    async def run(team: Team) -> None:
        made = await team.card(count=count)
        ref = SightingRef.submission(made.id)
        await team.db(lambda: team.stores.reposts.remember(ref, LOOKS, at=team.clock.now))
        await team.break_off(made.id)
        await team.tools.watch.look()
        await team.db(lambda: team.stores.posts.resolve(made.id, there=True, by=ANNA, now=team.clock.now))
        await team.tools.watch.look()
        await scenario(team, made)

    moderating(run, session=ChannelSession(), **OPTIONS)


def forward(team: Team, number: int, unique: str = "unique0", at: datetime | None = None, **content: Any) -> Any:
    """A message with a picture of the channel, as Telegram shows where it is from."""
    channel = {"id": CHANNEL, "type": "channel", "title": "Memes", "username": "memes"}
    date = int((at or team.clock.now).timestamp())
    return {
        "photo": [{"file_id": "f", "file_unique_id": unique, "width": 9, "height": 9}],
        "forward_origin": {"type": "channel", "chat": channel, "message_id": number, "date": date},
        **content,
    }


async def place(team: Team, made: Submission) -> tuple[int | None, tuple[int, ...], str | None]:
    found = await team.get(made.id)
    return found.published_chat, found.published_messages, found.link


FOUND = (CHANNEL, (55,), "https://t.me/memes/55")
NOWHERE = (None, (), None)


def test_a_post_that_is_there_says_what_is_missing_until_it_is_found(moderating: Moderating) -> None:
    async def scenario(team: Team, made: Submission) -> None:
        card, _ = await team.cards(made.id)
        assert "реакции не считаются, повторы не замечаются" in card.text
        message = team.chats.message(user=ANNA, chat=HOME, **forward(team, 55))
        await team.chats.feed(team.chats.update(message=message))
        assert await place(team, made) == FOUND
        await team.tools.watch.look()
        card, _ = await team.cards(made.id)
        assert "реакции не считаются" not in card.text and "t.me/memes/55" in card.text
        await team.db(lambda: team.stores.posts.record_reactions(CHANNEL, 55, {"x": 3}, at=team.clock.now))
        assert (await team.get(made.id)).reactions == 3
        (seen,) = await team.db(lambda: team.stores.reposts.find(LOOKS, kind="post"))
        assert seen.ref == SightingRef.post(CHANNEL, 55)

    looking(moderating, scenario)


@pytest.mark.parametrize("who", [ANNA, ANONYMOUS])
@pytest.mark.parametrize("text", ["https://t.me/memes/55", "here: t.me/c/777/55?single"])
def test_its_link_in_answer_to_the_card_places_a_post(moderating: Moderating, text: str, who: int) -> None:
    async def scenario(team: Team, made: Submission) -> None:
        if who == ANONYMOUS:
            said = await team.say(who, text, reply=(await team.cards(made.id))[0].message_id)
            assert "от имени группы" in said and await place(team, made) == NOWHERE
            await team.db(lambda: team.stores.people.grant(HOME, "moderator", by=1, now=team.clock.now))
        for card in await team.cards(made.id):
            said = await team.say(who, "https://t.me/others/7", reply=card.message_id)
            assert said.startswith(("That is no post", "Это не пост"))
        assert await place(team, made) == NOWHERE
        await team.say(READER, text, reply=(await team.cards(made.id))[0].message_id)
        assert await place(team, made) == NOWHERE
        assert "55" in await team.say(who, text, reply=(await team.cards(made.id))[0].message_id)
        assert await place(team, made) == FOUND

    looking(moderating, scenario)


def test_a_forward_of_any_part_places_the_whole_album_and_is_answered_once(moderating: Moderating) -> None:
    async def scenario(team: Team, made: Submission) -> None:
        parts = [forward(team, 55 + n, f"unique{n}", media_group_id="g") for n in (1, 2)]
        before = len(team.session.screen)
        await team.chats.feed(*(team.chats.update(message=team.chats.message(user=ANNA, **part)) for part in parts))
        assert await place(team, made) == (CHANNEL, (55, 56, 57), "https://t.me/memes/55")
        assert len(team.session.screen) == before + 1

    looking(moderating, scenario, 3)


def test_what_telegram_puts_into_the_channels_group_places_a_post(moderating: Moderating) -> None:
    async def scenario(team: Team, made: Submission) -> None:
        message = team.chats.message(user=777000, chat=-1009, **forward(team, 55, is_automatic_forward=True))
        await team.chats.feed(team.chats.update(message=message))
        assert await place(team, made) == FOUND

    looking(moderating, scenario)


def test_a_post_that_the_channel_shows_as_edited_is_placed(moderating: Moderating) -> None:
    async def scenario(team: Team, made: Submission) -> None:
        post = forward(team, 55) | {"message_id": 55, "date": int(team.clock.now.timestamp())}
        post |= {"chat": post.pop("forward_origin")["chat"]}
        await team.chats.feed(team.chats.update(edited_channel_post=post))
        assert await place(team, made) == FOUND

    looking(moderating, scenario)


def test_a_suggested_post_is_placed_though_telegram_posts_it_days_later(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        made = await team.card(origin="suggested_post", origin_chat=-5, origin_message=9)
        await team.break_off(made.id)
        await team.db(lambda: team.stores.posts.resolve(made.id, there=True, by=ANNA, now=team.clock.now))
        team.clock.forward(days=9)
        post = forward(team, 55) | {"message_id": 55, "date": int(team.clock.now.timestamp())}
        post |= {"chat": post.pop("forward_origin")["chat"]}
        await team.chats.feed(team.chats.update(channel_post=post))
        assert await place(team, made) == FOUND

    moderating(scenario, session=ChannelSession(), **OPTIONS)


def test_no_two_submissions_are_one_post(moderating: Moderating) -> None:
    async def scenario(team: Team, made: Submission) -> None:
        other = await team.card(media=(Medium("photo", "f", "another"),))
        await team.break_off(other.id)
        for one in (made, other):
            for card in (await team.cards(one.id))[:1]:
                await team.say(ANNA, "https://t.me/memes/55", reply=card.message_id)
        assert await place(team, made) == FOUND
        assert await place(team, other) == NOWHERE

    looking(moderating, scenario)


def test_a_forward_of_another_post_or_by_somebody_else_places_nothing(moderating: Moderating) -> None:
    async def scenario(team: Team, made: Submission) -> None:
        old = team.clock.now.replace(year=2020)
        for who, shown in (
            (AUTHOR, forward(team, 55)),
            (ANNA, forward(team, 55, "another")),
            (ANNA, forward(team, 55, at=old)),
        ):
            await team.chats.feed(team.chats.update(message=team.chats.message(user=who, **shown)))
        assert await place(team, made) == NOWHERE

    looking(moderating, scenario)


def test_a_post_of_unknown_fate_that_shows_up_is_settled(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        made = await team.card()
        await team.break_off(made.id)
        message = team.chats.message(user=ANNA, chat=HOME, **forward(team, 55))
        await team.chats.feed(team.chats.update(message=message))
        found = await team.get(made.id)
        assert (found.state, found.published_messages) == ("published", (55,))

    moderating(scenario, session=ChannelSession(), **OPTIONS)
