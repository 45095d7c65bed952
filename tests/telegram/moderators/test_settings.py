"""Settings and canned reasons: owners and admins change them by buttons, and each says what it does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import pytest
from chats import NOW
from team import ANONYMOUS, BORIS, HOME, OWNER, READER, Team

from knowledge.reading import LANGS, Lang
from memebot.channel.setting_words import CHOICES, shown_settings
from memebot.i18n import Catalogues
from memebot.telegram.channel.language import CommunityLanguage
from moderation.community import SETTINGS
from moderation.errors import BAD_VALUES
from moderation.model import Submission
from moderation.schedule import DAYS

Run = Callable[..., None]


async def opened(team: Team, command: str, person: int = OWNER) -> int:
    """The page that a command opens."""
    await team.say(person, command, chat=person)
    return team.last().message_id


async def press(team: Team, page: int, label: str, person: int = OWNER) -> str:
    return await team.press_data(person, team.session.screen[person, page].data(label), person, page)


async def value(team: Team, name: str) -> Any:
    return await team.db(lambda: team.stores.community.get(name))


def test_a_page_of_settings_in_a_group_takes_only_presses_of_whoever_opened_it(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.people.grant(BORIS, "owner", by=OWNER, now=NOW))
        for command, data in (("/settings", "ms:approvals:1"), ("/reasons", "mr:drop:ad")):
            await team.say(OWNER, command)
            page = team.last().message_id
            assert "This page is for Olga" in await team.press_data(BORIS, data, HOME, page)
            assert "This page is for" not in await team.press_data(OWNER, data, HOME, page)

        def changes() -> list[int | None]:
            return [row.actor for row in team.stores.audit.newest(limit=50) if row.action == "set"]

        assert set(await team.db(changes)) == {OWNER}

    moderating(scenario)


def test_an_anonymous_admins_reply_sets_what_an_owner_was_asked(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.say(OWNER, "/settings")
        page = team.last()
        await team.press_data(OWNER, "ms:schedule:?", HOME, page.message_id)
        question = team.last().message_id
        await team.say(ANONYMOUS, "sat 12:00", reply=question)
        assert await team.db(lambda: team.stores.community.get("schedule")) == {"sat": ["12:00"]}

    moderating(scenario)


def test_every_setting_has_a_page_with_what_it_does_and_its_value(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        page = await opened(team, "/settings")
        labels = team.session.screen[OWNER, page].labels
        assert len(labels) == len(shown_settings(["first"])) + 2 < len(CHOICES)
        assert "Time to undo: 60 s" in labels
        for label in labels[:-2]:
            await press(team, page, label)
            text = team.session.screen[OWNER, page].text
            assert "Now: " in text and len(text.split("\n\n")[1]) > 30
            await press(team, page, "← Back")

    moderating(scenario)


def test_every_setting_can_be_reached_in_the_chat_and_from_one_page(moderating: Run) -> None:
    assert set(SETTINGS) == {*CHOICES, "reasons"}

    async def scenario(team: Team) -> None:
        page = await opened(team, "/settings")
        await press(team, page, "Who has which role")
        assert "Anna (<code>2</code>) – moderator" in team.session.screen[OWNER, page].text
        await press(team, page, "← Back")
        await press(team, page, "Canned reasons")
        assert "This looks like advertising." in team.session.screen[OWNER, page].labels

    moderating(scenario)


def test_the_communitys_language_is_set_while_the_bot_runs_and_is_as_at_the_start_again(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        catalogues = team.chats.running.catalogues
        (language,) = [one for one in team.chats.running.everywhere if isinstance(one, CommunityLanguage)]
        at_start = catalogues.default
        page = await opened(team, "/settings")
        await press(team, page, "The community's language: as the bot is set up")
        for label, wanted in (("Russian", "ru"), ("English", "en"), ("as the bot is set up", at_start)):
            await press(team, page, label)
            await language.look()
            assert (catalogues.default, catalogues.community.lang) == (wanted, wanted)

    moderating(scenario)


def test_milestones_are_typed_as_numbers_or_as_none(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        page = await opened(team, "/settings")
        await press(team, page, "Reactions worth a note: 10, 50, 100, 500")
        await press(team, page, "Another value")
        for bad in ("many", "0", "1.5", " ".join(map(str, range(1, 30)))):
            assert "That does not work" in await team.say(OWNER, bad, chat=OWNER)
        assert await team.say(OWNER, "40, 20 30", chat=OWNER) == "Saved: Reactions worth a note – 20, 30, 40"
        assert await value(team, "milestones") == [20, 30, 40]
        await press(team, page, "Another value")
        assert await team.say(OWNER, "-", chat=OWNER) == "Saved: Reactions worth a note – none"

    moderating(scenario)


PLANNED = {"schedule": {day: ["10:00", "18:00"] for day in DAYS}}


async def planned(team: Team) -> Submission:
    """A post in a slot of the schedule, Saturday at 10:00."""
    meme = await team.submit()
    at = datetime(2026, 1, 3, 10, tzinfo=UTC)
    await team.db(lambda: team.stores.queue.approve(meme.id, BORIS, when=at, now=team.clock.now))
    return await team.get(meme.id)


def test_other_times_of_posting_say_what_they_mean_for_what_is_planned_before_they_are_kept(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await planned(team)
        page = await opened(team, "/settings")
        await press(team, page, "Schedule")
        await press(team, page, "Mon–Sun 12:00")
        said = team.session.screen[OWNER, page].text
        assert "the planned post keeps its moment" in said
        assert f"no longer in a slot of the schedule: no. {meme.id} (Sat 03.01 at 10:00)" in said
        assert "new slots of the next seven days: Fri 02.01 at 12:00" in said and "6 more" in said
        await press(team, page, "← Back")
        assert await value(team, "schedule") == PLANNED["schedule"]
        await press(team, page, "Mon–Sun 12:00")
        await press(team, page, "Save")
        assert await value(team, "schedule") == {day: ["12:00"] for day in DAYS}
        assert "✓ Mon–Sun 12:00" in team.session.screen[OWNER, page].labels
        assert await team.get(meme.id) == meme

    moderating(scenario, settings=PLANNED)


def test_a_typed_zone_says_what_it_means_and_is_kept_by_a_button_once(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await planned(team)
        page = await opened(team, "/settings")
        await press(team, page, "Time zone")
        await press(team, page, "Another value")
        assert "That does not work" in await team.say(OWNER, "Mars", chat=OWNER)
        said = await team.say(OWNER, "Asia/Tbilisi", chat=OWNER)
        assert "counted by Asia/Tbilisi, no longer by UTC" in said and "(Sat 03.01 at 14:00)" in said
        assert await value(team, "zone") == "UTC"
        sure = team.last().message_id
        save = team.last().data("Save")
        await team.db(lambda: team.stores.people.grant(BORIS, "owner", by=OWNER, now=NOW))
        await team.press_data(BORIS, save, BORIS, sure)
        assert await value(team, "zone") == "UTC"  # nobody but who typed it has a value to keep
        await team.press_data(OWNER, save, OWNER, sure)
        assert await value(team, "zone") == "Asia/Tbilisi"
        await team.db(lambda: team.stores.community.set("zone", "UTC", by=OWNER, now=NOW))
        await team.press_data(OWNER, save, OWNER, sure)
        assert await value(team, "zone") == "UTC"

    moderating(scenario, settings=PLANNED)


def test_a_wider_gap_names_the_posts_that_it_brings_too_near(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        one, other = await planned(team), await team.submit()
        at = one.slot + timedelta(minutes=40)
        await team.db(lambda: team.stores.queue.approve(other.id, BORIS, when=at, now=team.clock.now))
        page = await opened(team, "/settings")
        await press(team, page, "Gap between posts")
        await press(team, page, "60 min")
        said = team.session.screen[OWNER, page].text
        assert f"too near another post: no. {one.id} (Sat 03.01 at 10:00), no. {other.id} (Sat 03.01 at 10:40)" in said
        await press(team, page, "Save")
        assert await value(team, "min_gap_minutes") == 60

    moderating(scenario, settings=PLANNED)


def test_every_offered_value_can_be_set(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        for name, choice in CHOICES.items():
            for number, wanted in enumerate(choice.values):
                await team.say(OWNER, "/settings", chat=OWNER)
                await team.press_data(OWNER, f"ms:{name}:{number}", OWNER, team.last().message_id)
                assert await value(team, name) == wanted

    moderating(scenario)


def test_a_value_is_chosen_by_a_button_and_marked(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        page = await opened(team, "/settings")
        await press(team, page, "Approvals needed")
        await press(team, page, "2")
        assert await value(team, "approvals") == 2
        assert "✓ 2" in team.session.screen[OWNER, page].labels
        audit = await team.db(lambda: team.stores.audit.newest())
        assert (audit[0].action, audit[0].actor) == ("set", OWNER)

    moderating(scenario)


@pytest.mark.parametrize("lang", LANGS)
def test_whatever_is_wrong_with_a_value_has_words(lang: Lang) -> None:
    texts = Catalogues(lang)[lang]
    for code, sentence in BAD_VALUES.items():
        facts = {str(name): "17" for _, name, _, _ in Formatter().parse(sentence) if name}
        assert texts(f"bad-{code}", **facts).count("17") == len(facts)


def test_another_value_is_typed_and_checked(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        page = await opened(team, "/settings")
        await press(team, page, "Time zone")
        await press(team, page, "Another value")
        assert "That does not work" in await team.say(OWNER, "Mars/Olympus", chat=OWNER)
        assert await team.say(OWNER, "Asia/Tbilisi", chat=OWNER) == "Saved: Time zone – Asia/Tbilisi"
        assert await value(team, "zone") == "Asia/Tbilisi"
        await press(team, page, "← Back")
        await press(team, page, "Proposals a day")
        await press(team, page, "Another value")
        for bad in ("many", "-1", "0", "3.5", "٣"):
            assert "That does not work" in await team.say(OWNER, bad, chat=OWNER)
        assert await team.say(OWNER, "17", chat=OWNER) == "Saved: Proposals a day – 17"

    moderating(scenario)


def test_an_empty_plan_names_a_setting_that_is_there_and_takes_days_as_people_write_them(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        assert "/settings → “Schedule”" in await team.say(OWNER, "/slots", chat=OWNER)
        page = await opened(team, "/settings")
        await press(team, page, "Schedule: -")
        await press(team, page, "Another value")
        for bad in ("10:00", "someday 10:00", "mon 25:00", "mon"):
            assert "That does not work" in await team.say(OWNER, bad, chat=OWNER)
        said = await team.say(OWNER, "mon-fri 10:00, 19:00; сб 9:30", chat=OWNER)
        assert said == "Saved: Schedule – Mon–Fri 10:00 19:00; Sat 09:30"
        assert (await value(team, "schedule"))["sat"] == ["09:30"]
        assert "free" in await team.say(OWNER, "/slots", chat=OWNER)

    moderating(scenario, settings={"schedule": {}})


def test_typing_a_value_can_be_called_off(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        page = await opened(team, "/settings")
        await press(team, page, "Time zone")
        await press(team, page, "Another value")
        assert await team.say(OWNER, "/cancel", chat=OWNER) == "Fine, forget it"
        assert await value(team, "zone") == "UTC"

    moderating(scenario)


@pytest.mark.parametrize("person", [BORIS, READER])
def test_settings_are_for_owners_at_every_step(moderating: Run, person: int) -> None:
    async def scenario(team: Team) -> None:
        if person == BORIS:
            assert await team.say(person, "/settings", chat=person) == "That takes other rights: owner."
        await opened(team, "/settings")
        for data in ("ms:approvals:1", "ms:approvals:?", "ms:zone:", "ms:-:", "ms:nothing:5", "ms:approvals:999"):
            said = await team.press_data(person, data, OWNER, team.last().message_id)
            assert said == "That takes other rights: owner."
        assert await value(team, "approvals") == 1

    moderating(scenario)


def test_who_loses_the_role_while_typing_changes_nothing(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.people.grant(BORIS, "owner", by=OWNER, now=NOW))
        await team.say(BORIS, "/settings", chat=BORIS)
        page = team.last().message_id
        await press(team, page, "Time zone", BORIS)
        await press(team, page, "Another value", BORIS)
        await team.db(lambda: team.stores.people.revoke(BORIS, "owner", by=OWNER, now=NOW))
        assert await team.say(BORIS, "Asia/Tbilisi", chat=BORIS) == "That takes other rights: owner."
        assert await value(team, "zone") == "UTC"

    moderating(scenario)


# --- reasons


def test_a_reason_is_added_in_both_languages_and_offered_on_cards(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        page = await opened(team, "/reasons")
        await press(team, page, "➕ Add")
        assert "exactly two lines" in await team.say(OWNER, "только одна", chat=OWNER)
        assert "exactly two lines" in await team.say(OWNER, "x" * 101 + "\ny", chat=OWNER)
        assert await team.say(OWNER, "Слишком <старое>\nToo old", chat=OWNER) == "The reason is kept."
        meme = await team.card()
        await team.press(BORIS, meme.id, "❌")
        await team.press(BORIS, meme.id, "Слишком <старое>")
        assert "Причина: Слишком &lt;старое&gt;" in (await team.shown(meme.id)).text

    moderating(scenario)


def test_a_reason_is_worded_anew_and_removed_while_old_rejections_stay_readable(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "❌")
        await team.press(BORIS, meme.id, "Похоже на рекламу.")
        page = await opened(team, "/reasons")
        await press(team, page, "This looks like advertising.")
        await press(team, page, "✏️ Change")
        await team.say(OWNER, "Это реклама.\nIt is an ad.", chat=OWNER)
        await press(team, page, "← Back")
        await press(team, page, "It is an ad.")
        assert await press(team, page, "🗑 Remove") == "The reason is removed."
        assert "It is an ad." not in team.session.screen[OWNER, page].labels
        await team.tools.cards.refresh(meme.id)
        assert "Причина: Это реклама." in (await team.shown(meme.id)).text
        other = await team.card()
        await team.press(BORIS, other.id, "❌")
        assert "Это реклама." not in (await team.shown(other.id)).labels

    moderating(scenario)


def test_reasons_are_for_admins(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        assert await team.say(BORIS, "/reasons") == "That takes other rights: admin."
        await opened(team, "/reasons")
        for data in ("mr:drop:ad", "mr:add:", "mr:edit:ad", "mr:show:ad", "mr:zzz:"):
            said = await team.press_data(BORIS, data, OWNER, team.last().message_id)
            assert said == "That takes other rights: admin."
        assert len(await team.db(lambda: team.stores.community.reasons())) == 7

    moderating(scenario)
