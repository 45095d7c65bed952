"""What readers and the team have of the channel: explanations, lists, the plan, figures, alerts."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, SendMediaGroup, SendMessage, SendPhoto
from channels import CHANNEL, ChannelSession
from chats import JOKE, entry
from team import ANNA, ANONYMOUS, AUTHOR, BORIS, HOME, OWNER, READER, Team

from knowledge.store.base import KnowledgeBase
from memebot.telegram.channel.alerts import TeamAlerts
from moderation.model import MediaSummary, Medium, Submission, SubmissionDraft

Moderating = Callable[..., None]
EXPLAINED = MediaSummary(
    None, None, [{"entry": "swot", "kind": "joke", "confidence": 0.9, "evidence": {}}], "joke", 0.9
)
HOUR = timedelta(hours=1)


def around(moderating: Moderating, scenario: Callable[[Team], Any], **options: Any) -> None:
    moderating(scenario, **{"session": ChannelSession(), "channel": str(CHANNEL), **options})


async def posted(team: Team, message_id: int, **facts: Any) -> Submission:
    """A submission that stands in the channel."""

    def work() -> Submission:
        now, stores = team.clock.now, team.stores
        draft = SubmissionDraft(
            f"post-{message_id}", AUTHOR, "Artur <3", (Medium("photo", "f", f"u{message_id}"),), **facts
        )
        made = stores.queue.submit(draft, now=now)
        made = stores.queue.approve(made.id, ANNA, when="now", now=now).submission
        made = stores.posts.begin_publishing(made.id, made.version, now=now)
        return stores.posts.mark_published(
            made.id, chat_id=CHANNEL, message_ids=[message_id], link=f"https://t.me/memes/{message_id}", now=now
        )

    found: Submission = await team.db(work)
    return found


async def planned(team: Team, hours: float, **facts: Any) -> Submission:
    made = await team.submit(**facts)
    at = team.clock.now + timedelta(hours=hours)
    await team.db(lambda: team.stores.queue.approve(made.id, ANNA, when=at, now=team.clock.now, close_ok=True))
    return await team.get(made.id)


def channel_message(number: int, at: datetime, **content: Any) -> dict[str, Any]:
    chat = {"id": CHANNEL, "type": "channel", "title": "Memes", "username": "memes"}
    return {"message_id": number, "date": int(at.timestamp()), "chat": chat, **content}


async def react(team: Team, number: int, chat: int = CHANNEL, **counts: int) -> None:
    reactions = [
        {"type": {"type": "emoji", "emoji": {"like": "👍", "fire": "🔥"}[name]}, "total_count": count}
        for name, count in counts.items()
    ]
    where = {"id": chat, "type": "channel", "title": "x"}
    await team.chats.feed(
        team.chats.update(
            message_reaction_count={
                "chat": where,
                "message_id": number,
                "date": int(team.clock.now.timestamp()),
                "reactions": reactions,
            }
        )
    )


# --- why is this funny?


def test_the_button_under_a_post_tells_why_at_once_as_the_base_words_it_now(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        made = await posted(team, 5, reading=EXPLAINED)
        told = await team.say(READER, f"/start m_{made.id}", READER)
        assert "A joke about a swot." in told and "https://t.me/memes/5" in told
        team.langs[READER] = "ru"
        assert "Шутка про зубрилу." in await team.say(READER, f"/start m_{made.id}", READER)
        better = entry("swot", "joke", "Иначе.", "Told better.")
        await team.chats.database.run(
            lambda db: KnowledgeBase(db).changes.save(
                better, author="t", now=team.clock.now, base_revision=KnowledgeBase(db).revisions.current("swot").number
            ),
            team.chats.database.connection,
        )
        assert "Иначе." in await team.say(READER, f"/start m_{made.id}", READER)
        assert team.chats.vision.reads == 0 and team.chats.vision.searches == 0
        assert not any("Propose" in label or "канал" in label for label in team.last().labels)

    around(moderating, scenario)


def test_the_heading_of_a_post_stays_whatever_page_of_its_answer_is_opened(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        made = await posted(team, 5, reading=EXPLAINED)
        await team.say(READER, f"/start m_{made.id}", READER)
        for button, was, now in (
            ("По-русски", "A meme of the channel", "Мем из канала"),
            ("In English", "Мем из канала", "A meme of the channel"),
        ):
            link = {"type": "text_link", "offset": 0, "length": len(was), "url": "https://t.me/memes/5"}
            await team.chats.press(button, user=READER, text=f"{was}\n\nwords", entities=[link])
            assert f'<a href="https://t.me/memes/5">{now}</a>\n\n' in team.chats.texts()[-1]

    around(moderating, scenario)


def test_words_of_a_post_that_was_kept_without_them_are_those_that_were_read(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        await team.chats.show(JOKE, chat=READER)
        sha256 = hashlib.sha256(JOKE).hexdigest()
        made = await posted(team, 5, reading=MediaSummary(sha256, None, EXPLAINED.explanation, "joke", 0.9))
        await team.say(READER, f"/start m_{made.id}", READER)
        before = team.chats.texts()[-1]
        await team.chats.press("What I read", user=READER)
        assert "found no words" not in team.chats.texts()[-1], before

    around(moderating, scenario)


def test_why_a_post_is_funny_can_be_read_on_the_web_where_there_is_a_site(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        made = await posted(team, 5, reading=EXPLAINED)
        told = await team.say(READER, f"/start m_{made.id}", READER)
        assert '<a href="https://example.org/en/swot">' in told

    around(moderating, scenario, web_url="https://example.org")


def test_nobody_reads_the_queue_by_its_numbers(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        waiting = await team.submit(reading=EXPLAINED)
        silent = await posted(team, 5)
        for number in (waiting.id, silent.id, 99, 10**17):
            assert "no explanation" in await team.say(READER, f"/start m_{number}", READER)
        assert "no explanation" not in await team.say(READER, "/start m_x", READER)

    around(moderating, scenario)


# --- what was liked


def test_reactions_are_counted_and_the_top_has_posts_by_hand_too(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        made = await posted(team, 5, caption="about <nan>\nand more", credit="named")
        await team.db(lambda: team.stores.posts.record_post(CHANNEL, 6, at=team.clock.now, link="https://t.me/memes/6"))
        await react(team, 5, like=2, fire=1)
        await react(team, 6, like=21)
        await react(team, 5, chat=-9, like=50)
        team.clock.forward(days=1)
        top = await team.say(READER, "/top", READER)
        lines = [line for line in top.splitlines() if line[:1].isdigit()]
        assert lines[0].startswith('1. <a href="https://t.me/memes/6">post of') and "21 reactions" in lines[0]
        linked = '<a href="https://t.me/memes/5">about &lt;nan&gt; and more</a>'
        assert lines[1] == f"2. {linked} – 3 reactions · Artur &lt;3"
        assert (await team.get(made.id)).reactions == 3
        team.clock.forward(days=8)
        assert await team.say(READER, "/top", READER) == "No reactions this week yet."
        await team.press_data(READER, "o:month", READER, team.last().message_id)
        assert "The best of the month" in team.last().text
        assert "The best of the year" in await team.say(READER, "/top year", READER)

    around(moderating, scenario)


def test_an_author_hears_of_milestones(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        await posted(team, 5)
        for count in (9, 12, 60):
            team.clock.forward(minutes=1)
            await react(team, 5, like=count)
        notices = await team.db(lambda: team.stores.outbox.due_notices(now=team.clock.now))
        assert [n.data["count"] for n in notices if n.kind == "milestone"] == [10, 50]

    around(moderating, scenario)


# --- posts by hand


def test_an_album_by_hand_is_one_post(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        team.session.files |= {"a": b"one picture", "b": b"another picture"}
        parts = [
            channel_message(
                n,
                team.clock.now,
                media_group_id="g",
                photo=[{"file_id": name, "file_unique_id": name, "width": 9, "height": 9}],
            )
            for n, name in ((6, "a"), (7, "b"))
        ]
        await team.chats.feed(*(team.chats.update(channel_post=part) for part in parts))
        post = await team.db(lambda: team.stores.posts.find(CHANNEL, 7))
        assert (post.message_id, post.messages) == (6, (6, 7))

    around(moderating, scenario)


# --- the plan

SLOTS = {"schedule": {"fri": ["10:00", "12:00", "18:00"], "sat": ["10:00"]}}  # NOW is a Friday, 03:04


def test_the_plan_shows_what_is_planned_free_and_held(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        at_ten = await planned(team, 7 - 4 / 60 - 5 / 3600, caption="<nan>")
        held = await planned(team, 30)
        await team.db(lambda: team.stores.slots.move(held.id, None, by=OWNER, now=team.clock.now))
        shown = (await team.say(BORIS, "/slots")).splitlines()
        assert f"10:00 – no. {at_ten.id} &lt;nan&gt;" in shown and "12:00 – free" in shown
        assert "<b>Fri 02.01</b>" in shown and f"no. {held.id}" == shown[-1]
        assert team.last().labels == [f"№{at_ten.id}", f"№{held.id}"]

    around(moderating, scenario, settings=SLOTS)


def test_an_admin_moves_swaps_and_holds_from_buttons(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.people.grant(BORIS, "admin", by=OWNER, now=team.clock.now))
        one, other = await planned(team, 7), await planned(team, 9)
        await team.say(BORIS, "/slots")
        plan = team.last()

        async def press(label: str) -> str:
            shown = team.session.screen[plan.chat, plan.message_id]
            return await team.press_data(BORIS, shown.data(label), HOME, plan.message_id)

        await press(f"№{one.id}")
        assert await press("today at 18:00") == "Moved"
        assert (await team.get(one.id)).slot == team.clock.now.replace(hour=18, minute=0, second=0)
        await press(f"№{one.id}")
        await press("Swap")
        assert await press(f"№{other.id}") == "Swapped"
        assert (await team.get(one.id)).slot == other.slot
        await press(f"№{other.id}")
        assert "Held back" in await press("Hold back")
        assert (await team.get(other.id)).slot is None
        await press(f"№{other.id}")
        assert await press("today at 18:00") == "Moved"

    around(moderating, scenario, settings=SLOTS)


def test_what_was_moved_swapped_or_held_is_moved_back_by_one_button_once(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        one, other = await planned(team, 7), await planned(team, 9)
        await team.say(OWNER, "/slots", OWNER)
        plan = team.last()

        async def press(*labels: str) -> str:
            said = ""
            for label in labels:
                shown = team.session.screen[OWNER, plan.message_id]
                said = await team.press_data(OWNER, shown.data(label), OWNER, plan.message_id)
            return said

        first, second = f"№{one.id}", f"№{other.id}"
        for labels in (("today at 18:00",), ("Swap", second), ("Hold back",)):
            await press(first, *labels)
            assert (await team.get(one.id)).slot != one.slot
            undo = team.session.screen[OWNER, plan.message_id].data("↩ Undo")
            assert len(undo.encode()) <= 64
            assert await press("↩ Undo") == "Moved back"
            assert [(await team.get(n)).slot for n in (one.id, other.id)] == [one.slot, other.slot]
            assert "changed" in await team.press_data(OWNER, undo, OWNER, plan.message_id)
        assert not [label for label in team.session.screen[OWNER, plan.message_id].labels if "Undo" in label]
        for forged in ("ps:back:1:1:", "ps:back:1:1:zzzzzzzzzzzzzzzz", "ps:back:0:0:1-1", "ps:back:1:1:1-1-1-1"):
            await team.press_data(OWNER, forged, OWNER, plan.message_id)

    around(moderating, scenario, settings=SLOTS)


def test_a_stale_plan_moves_nothing_and_moderators_may_only_look(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        made = await planned(team, 7)
        await team.say(OWNER, "/slots")
        plan = team.last()
        await team.press_data(OWNER, plan.data(f"№{made.id}"), HOME, plan.message_id)
        to = team.session.screen[plan.chat, plan.message_id].data("today at 18:00")
        assert "This page is for Olga" in await team.press_data(BORIS, to, HOME, plan.message_id)
        await team.say(BORIS, "/slots")
        assert "admin" in await team.press_data(BORIS, to, HOME, team.last().message_id)
        await team.db(lambda: team.stores.queue.edit_caption(made.id, "new", by=ANNA, now=team.clock.now))
        said = await team.press_data(OWNER, to, HOME, plan.message_id)
        assert said and said != "Moved"
        assert (await team.get(made.id)).slot == made.slot
        assert "moderators" in await team.press_data(READER, to, HOME, plan.message_id)
        for forged in ("ps:to:zz:1:zzzzzzz", "ps:swap:1:1:", "ps:hold:0:0:", "ps:what:1:1:1"):
            await team.press_data(OWNER, forged, HOME, plan.message_id)

    around(moderating, scenario, settings=SLOTS)


def test_a_page_of_the_plan_takes_only_presses_of_whoever_opened_it(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.people.grant(BORIS, "admin", by=OWNER, now=team.clock.now))
        one, other = await planned(team, 7), await planned(team, 9)
        for who, first, second in ((OWNER, OWNER, BORIS), (ANONYMOUS, BORIS, OWNER)):
            await team.db(lambda: team.stores.community.set("chat_grants", True, by=OWNER, now=team.clock.now))
            await team.say(who, "/slots")
            plan = team.last()
            await team.press_data(first, plan.data(f"№{one.id}"), HOME, plan.message_id)
            page = team.session.screen[HOME, plan.message_id]
            said = await team.press_data(second, page.data("today at 18:00"), HOME, plan.message_id)
            assert said.startswith("This page is for")
            assert team.session.screen[HOME, plan.message_id] == page
        assert (await team.get(one.id)).slot == one.slot and (await team.get(other.id)).slot == other.slot

    around(moderating, scenario, settings=SLOTS)


def test_two_posts_are_swapped_only_as_they_were_seen(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        one, other = await planned(team, 7), await planned(team, 9)
        await team.say(OWNER, "/slots", OWNER)
        plan = team.last()
        for label in (f"№{one.id}", "Swap"):
            shown = team.session.screen[OWNER, plan.message_id]
            await team.press_data(OWNER, shown.data(label), OWNER, plan.message_id)
        swap = team.session.screen[OWNER, plan.message_id].data(f"№{other.id}")
        await team.db(lambda: team.stores.slots.move(other.id, None, by=ANNA, now=team.clock.now))
        assert "changed" in await team.press_data(OWNER, swap, OWNER, plan.message_id)
        assert (await team.get(one.id)).slot == one.slot

    around(moderating, scenario, settings=SLOTS)


# --- figures


def test_stats_are_words_and_pictures_for_the_team_alone(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        for week in range(3):
            for number in range(4):
                made = await team.submit()
                team.clock.forward(hours=number + 1)
                now, by = team.clock.now, (ANNA, BORIS)[number % 2]
                if number < 3:
                    await team.db(lambda m=made, now=now, by=by: team.stores.queue.reject(m.id, by, now=now))
                else:
                    await team.db(
                        lambda m=made, now=now, by=by: team.stores.queue.approve(m.id, by, when="now", now=now)
                    )
            team.clock.forward(days=6 + week)
        await team.submit()
        text = await team.say(BORIS, "/stats 60")
        assert "Waiting: 1" in text and "Anna: 6 verdicts, 50 %" in text
        assert "Approved: 25 % of what was decided on" in text
        (album,) = team.session.of(SendMediaGroup)
        assert len(album.media) == 3
        assert all(part.media.data.startswith(b"\x89PNG") for part in album.media)
        assert "Accepted" not in await team.say(READER, "/stats", READER)

    around(moderating, scenario)


def test_an_empty_queue_has_figures_and_no_pictures(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        assert "Waiting: 0" in await team.say(BORIS, "/stats")
        assert team.session.of(SendPhoto, SendMediaGroup) == []

    around(moderating, scenario)


def test_the_prize_is_a_picture_and_a_list_ready_to_post(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        assert "nothing to award" in await team.say(OWNER, "/prize 2020")
        await posted(team, 5, caption="first", credit="named")
        await posted(team, 6, caption="second", credit="anonymous")
        await react(team, 5, like=40)
        await react(team, 6, like=50)
        text = await team.say(OWNER, "/prize")
        (picture,) = team.session.of(SendPhoto)
        assert picture.photo.data.startswith(b"\x89PNG")
        assert "The best memes of 2026" in text and text.index("second") < text.index("first")
        assert "1. Artur &lt;3 – 1 meme, 40 reactions" in text

    around(moderating, scenario)


# --- alerts


def alarm(team: Team) -> TeamAlerts:
    return next(work for work in team.chats.running.beside if isinstance(work, TeamAlerts))


def alerts(team: Team) -> list[str]:
    return [call.text for call in team.session.of(SendMessage) if call.text[:1] in "⏰📭"]


def test_the_team_hears_once_a_day_that_somebody_waits_for_too_long(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        await team.submit()
        team.clock.forward(hours=23)
        await alarm(team).look()
        assert alerts(team) == []
        team.clock.forward(hours=2)
        for _ in range(3):
            await alarm(team).look()
        (alert,) = alerts(team)
        assert "1 " in alert and team.session.of(SendMessage)[-1].chat_id == HOME
        team.clock.forward(hours=24)
        await alarm(team).look()
        assert len(alerts(team)) == 2

    around(moderating, scenario, settings={"alert_empty_tomorrow": False})


def test_the_team_hears_in_the_evening_that_tomorrow_is_empty(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        await alarm(team).look()
        team.clock.forward(hours=16)  # 19:04
        await alarm(team).look()
        await alarm(team).look()
        (alert,) = alerts(team)
        assert "📭" in alert
        team.clock.forward(hours=24)  # no slots on Sunday
        await alarm(team).look()
        assert len(alerts(team)) == 1

    around(moderating, scenario, settings=SLOTS)


def test_a_planned_tomorrow_is_no_alert_and_one_that_was_not_sent_is_sent_later(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        team.clock.forward(hours=16)
        made = await planned(team, 15)
        await alarm(team).look()
        assert alerts(team) == []
        await team.db(lambda: team.stores.slots.move(made.id, None, by=OWNER, now=team.clock.now))
        team.session.plan(SendMessage, TelegramNetworkError(None, "x"))  # type: ignore[arg-type]
        await alarm(team).look()  # tried again below every call
        assert len(set(alerts(team))) == 1
        team.clock.forward(days=7)
        team.session.plan(SendMessage, TelegramForbiddenError(None, "kicked"))  # type: ignore[arg-type]
        await alarm(team).look()

    around(moderating, scenario, settings=SLOTS)


def test_an_alert_that_telegram_did_not_take_is_told_until_it_does(moderating: Moderating) -> None:
    def cut_off() -> None:
        raise asyncio.CancelledError

    async def scenario(team: Team) -> None:
        await team.submit()
        team.clock.forward(hours=25)
        team.session.plan(SendMessage, cut_off)
        with pytest.raises(asyncio.CancelledError):
            await alarm(team).look()
        team.session.plan(SendMessage, TelegramForbiddenError(None, "kicked"))  # type: ignore[arg-type]
        for _ in range(3):
            await alarm(team).look()
        assert len(alerts(team)) == 3  # two that were not taken, and one that was

    around(moderating, scenario, settings={"alert_empty_tomorrow": False})


def test_a_button_of_the_channel_is_always_answered(moderating: Moderating) -> None:
    async def scenario(team: Team) -> None:
        for data in ("o:decade", "ps:open:1:1:", "o:week"):
            await team.press_data(READER, data, READER, 5)
        assert len(team.session.of(AnswerCallbackQuery)) == 3

    around(moderating, scenario)
