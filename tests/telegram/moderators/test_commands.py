"""Commands of the team: who may use them, where, and what they show."""

from collections.abc import Callable
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import DeleteMyCommands, GetChatMember, GetMe, SendMessage, SetMyCommands
from aiogram.types import BotCommandScopeChat
from chats import NOW
from team import ANNA, ANONYMOUS, AUTHOR, BORIS, HOME, OWNER, READER, Team, member

from memebot.telegram.moderators.members import KNOWN_S
from memebot.telegram.transport.menu import TeamMenus
from moderation.audit import COMMAND_LINE
from moderation.model import MediaSummary

Run = Callable[..., None]


# --- the queue


def test_the_queue_shows_the_oldest_first_with_age_and_marks(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        assert await team.say(BORIS, "/queue") == "The queue is empty. Planned: 0."
        first = await team.submit(count=2)
        team.clock.forward(hours=3)
        second = await team.submit(reading=MediaSummary(flags=("links",), sightings=[]))
        await team.db(lambda: team.stores.queue.claim(first.id, ANNA, now=team.clock.now))
        await team.db(lambda: team.stores.queue.approve(second.id, ANNA, when="now", now=team.clock.now))
        assert (await team.say(BORIS, "/queue")).splitlines() == [
            "<b>Queue</b>: 2 proposals wait for a decision",
            f"<b>No. {first.id}</b> · album of 2 files · 3 h ago · ✍️ Anna",
            f"<b>No. {second.id}</b> · picture · just now · 👍 1/2 · ⚑ a link",
            "",
            "Planned: 0. /card and a number shows a card.",
        ]

    moderating(scenario, settings={"approvals": 2})


def test_the_queue_is_turned_page_by_page_and_opens_cards(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        memes = [await team.submit() for _ in range(18)]
        await team.say(BORIS, "/queue", chat=BORIS)
        page = team.last()
        assert page.labels == [*(f"Open No. {m.id}" for m in memes[:8]), "Later →"]
        await team.press_data(BORIS, page.data("Later"), BORIS, page.message_id)
        await team.press_data(BORIS, team.session.screen[BORIS, page.message_id].data("Later"), BORIS, page.message_id)
        page = team.session.screen[BORIS, page.message_id]
        assert page.labels == [*(f"Open No. {m.id}" for m in memes[16:]), "To the start"]
        await team.press_data(BORIS, page.data("Open No. 17"), BORIS, page.message_id)
        assert (await team.press(BORIS, 17, "🔇", BORIS)) == "Rejected"
        await team.press_data(BORIS, page.data("To the start"), BORIS, page.message_id)
        assert team.session.screen[BORIS, page.message_id].labels[0] == "Open No. 1"

    moderating(scenario)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/card", "With the proposal's number: /card 17"),
        ("/card x", "With the proposal's number: /card 17"),
        ("/card 99", "There is no proposal No. 99."),
        ("/audit 99", "There is no proposal No. 99."),
        ("/card 99999999999999999999", "With the proposal's number: /card 17"),
    ],
)
def test_a_number_that_is_none_is_one_clear_line(moderating: Run, said: str, answer: str) -> None:
    async def scenario(team: Team) -> None:
        assert await team.say(BORIS, said) == answer

    moderating(scenario)


def test_the_audit_log_names_everything_that_was_done(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.press(BORIS, meme.id, "🔇")
        await team.press(ANNA, meme.id, "↩️")
        lines = (await team.say(BORIS, f"/audit {meme.id}")).splitlines()
        assert lines == [
            f"<b>Log of No. {meme.id}</b>",
            "02.01 03:04:05 – Artur: submitted → waits",
            "02.01 03:04:05 – Boris: verdict → rejected",
            "02.01 03:04:05 – Anna: verdict undone → waits",
        ]

    moderating(scenario)


# --- who and where


@pytest.mark.parametrize(
    "command", ["/queue", "/card 1", "/audit 1", "/note 5 x", "/ban 5", "/unban 5", "/role", "/settings", "/reasons"]
)
def test_for_readers_there_are_no_such_commands(moderating: Run, command: str) -> None:
    async def scenario(team: Team) -> None:
        await team.submit()
        assert await team.say(READER, command) == ""
        assert "/explain" in await team.say(READER, command, chat=READER)  # the help for readers
        assert await team.say(BORIS, command, chat=-555) == ""  # nor does the team's work show elsewhere
        assert await team.db(lambda: team.stores.people.banned(5, now=NOW)) is None

    moderating(scenario)


def test_being_in_the_chat_gives_the_right_to_decide_if_the_community_wants_that(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        team.session.inside.add(READER)
        meme = await team.card()
        assert await team.press(READER, meme.id, "🔇") == "These buttons are for moderators"
        assert team.session.of(GetChatMember) == []
        await team.db(lambda: team.stores.community.set("chat_grants", True, by=OWNER, now=NOW))
        assert await team.press(READER, meme.id, "🔇") == "Rejected"
        await team.press(READER, meme.id, "↩️")
        assert len(team.session.of(GetChatMember)) == 1

    moderating(scenario)


def test_whoever_leaves_the_chat_loses_that_right_at_once(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.community.set("chat_grants", True, by=OWNER, now=NOW))
        meme = await team.card()
        await team.chats.feed(team.chats.update(chat_member=member("left", "member", HOME, READER)))
        assert await team.press(READER, meme.id, "🔇") == "Rejected"
        await team.chats.feed(team.chats.update(chat_member=member("member", "left", HOME, READER)))
        assert await team.press(READER, meme.id, "↩️") == "These buttons are for moderators"
        assert team.session.of(GetChatMember) == []

    moderating(scenario)


def test_without_updates_about_members_telegram_is_asked_again_after_a_while(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.community.set("chat_grants", True, by=OWNER, now=NOW))
        team.session.inside.add(READER)
        members = team.tools.members
        moment = [0.0]
        members._clock = lambda: moment[0]
        meme = await team.card()
        assert await team.press(READER, meme.id, "🔇") == "Rejected"
        team.session.inside.discard(READER)
        moment[0] = KNOWN_S + 1
        assert await team.press(READER, meme.id, "↩️") == "These buttons are for moderators"

    moderating(scenario)


def test_other_chats_members_have_no_rights(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.community.set("chat_grants", True, by=OWNER, now=NOW))
        await team.chats.feed(team.chats.update(chat_member=member("left", "member", -555, READER)))
        assert await team.db(lambda: team.stores.people.role(READER)) is None

    moderating(scenario)


def test_an_anonymous_admin_looks_as_the_chat_if_the_chat_gives_rights(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.submit()
        for command in ("/queue", "/slots", "/stats", "/card 1"):
            assert "от имени группы" in await team.say(ANONYMOUS, command)
        await team.db(lambda: team.stores.community.set("chat_grants", True, by=OWNER, now=NOW))
        assert "1 заявка ждёт" in await team.say(ANONYMOUS, "/queue")
        assert "Для этого нужны другие права: владелец" in await team.say(ANONYMOUS, "/settings")

    moderating(scenario)


# --- authors


def test_a_note_is_kept_shown_and_cleared(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        card = await team.shown(meme.id)
        assert "only moderators see it" in await team.say(BORIS, "/note good jokes", reply=card.message_id)
        assert "Заметка: good jokes" in (await team.shown(meme.id)).text
        assert "is gone" in await team.say(BORIS, f"/note {AUTHOR}")
        assert "Заметка" not in (await team.shown(meme.id)).text
        assert "Type /note" in await team.say(BORIS, "/note")

    moderating(scenario)


def test_bans_are_for_admins_by_id_or_by_card_and_spare_the_team(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        card = await team.shown(meme.id)
        assert await team.say(BORIS, f"/ban {AUTHOR}") == "That takes other rights: admin."
        assert f"/unban {AUTHOR} lets them in again" in await team.say(OWNER, "/ban", reply=card.message_id)
        assert "🚫 Автор в чёрном списке" in (await team.shown(meme.id)).text
        assert "is banned already" in await team.say(OWNER, f"/ban {AUTHOR}")
        assert "may propose again" in await team.say(OWNER, f"/unban {AUTHOR}")
        assert "was not banned" in await team.say(OWNER, f"/unban {AUTHOR}")
        assert "one of the team" in await team.say(OWNER, f"/ban {BORIS}")
        assert "Type /ban" in await team.say(OWNER, "/ban @somebody")

    moderating(scenario)


# --- roles


def test_roles_are_given_by_id_by_name_by_mention_and_by_reply(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        async def role_of(person: int) -> Any:
            return await team.db(lambda: team.stores.people.role(person))

        assert await team.say(OWNER, f"/role {READER} moderator") == (
            '<a href="tg://user?id=4">Rita</a> is now moderator.'
        )
        assert await role_of(READER) == "moderator"
        await team.say(OWNER, "/role @Anna admin")  # one of the chat's admins: Telegram tells
        assert await role_of(ANNA) == "admin"
        assert "has no role any more" in await team.say(OWNER, f"/role {READER} none")
        assert await role_of(READER) is None
        mention = [
            {"type": "bot_command", "offset": 0, "length": 5},
            {
                "type": "text_mention",
                "offset": 6,
                "length": 4,
                "user": {"id": READER, "is_bot": False, "first_name": "Rita"},
            },
        ]
        await team.chats.feed(
            team.chats.update(
                message=team.chats.message(chat=HOME, user=OWNER, text="/role Rita moderator", entities=mention)
            )
        )
        assert await role_of(READER) == "moderator"
        assert "do not know who @stranger is" in await team.say(OWNER, "/role @stranger moderator")
        assert "Type /role" in await team.say(OWNER, "/role 5 king")

    moderating(scenario)


def test_nobody_gives_a_role_that_is_not_theirs_to_give(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        assert await team.say(BORIS, f"/role {READER} moderator") == "That takes other rights: admin."
        await team.say(OWNER, f"/role {BORIS} admin")
        assert "is now moderator" in await team.say(BORIS, f"/role {READER} moderator")
        assert await team.say(BORIS, f"/role {READER} owner") == "That takes other rights: owner."
        assert await team.say(BORIS, f"/role {BORIS} owner") == "That takes other rights: owner."

    moderating(scenario)


def test_who_gets_a_role_is_told_and_an_owner_by_settings_stays_one(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.tell_new_roles()
        await team.say(OWNER, f"/role {READER} editor")
        await team.tell_new_roles()
        (told,) = [shown for (chat, _), shown in team.session.screen.items() if chat == READER]
        assert told.text == "Теперь вы редактор этого сообщества. Что вам можно – /help."
        assert "Olga</a> is owner still" in await team.say(OWNER, f"/role {OWNER} none")
        assert await team.db(lambda: team.stores.people.role(OWNER)) == "owner"

    moderating(scenario)


def told_of_roles(team: Team, person: int) -> list[str]:
    return [call.text for call in team.session.of(SendMessage) if call.chat_id == person and "/help" in call.text]


def test_a_role_from_the_shell_is_told_once_to_whoever_has_it_still(moderating: Run) -> None:
    def grant(team: Team, person: int) -> Callable[[], None]:
        return lambda: team.stores.people.grant(person, "moderator", by=COMMAND_LINE, now=NOW)

    async def before(team: Team) -> None:
        await team.tell_new_roles()
        assert told_of_roles(team, ANNA) == []  # whoever had a role before the bot looked knows
        await team.db(grant(team, READER))
        await team.tell_new_roles()
        await team.tell_new_roles()
        assert len(told_of_roles(team, READER)) == 1
        await team.db(grant(team, AUTHOR))
        await team.db(lambda: team.stores.people.revoke(AUTHOR, "moderator", by=COMMAND_LINE, now=NOW))
        await team.tell_new_roles()
        assert told_of_roles(team, AUTHOR) == []
        await team.db(grant(team, AUTHOR))  # and now the bot stops

    async def after(team: Team) -> None:
        await team.tell_new_roles()
        assert (len(told_of_roles(team, READER)), len(told_of_roles(team, AUTHOR))) == (0, 1)

    moderating(before)
    moderating(after)


def test_a_role_that_could_not_be_told_for_now_is_told_later_and_menus_are_tried_again(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.tell_new_roles()
        (menus,) = [work for work in team.chats.running.beside if isinstance(work, TeamMenus)]
        await menus.look()
        await team.db(lambda: team.stores.people.grant(READER, "editor", by=COMMAND_LINE, now=NOW))
        for method in (SendMessage, SetMyCommands):
            for _ in range(8):  # more than the session tries by itself
                team.session.plan(method, TelegramNetworkError(GetMe(), "cut"))
        with pytest.raises(TelegramNetworkError):
            await team.tell_new_roles()
        await menus.look()
        team.session.planned.clear()
        sent = len(team.session.of(SendMessage, SetMyCommands))
        await team.tell_new_roles()
        await menus.look()
        assert len(team.session.of(SendMessage, SetMyCommands)) == sent + 3  # one menu a language

    moderating(scenario)


def test_pages_of_the_queue_in_the_teams_chat_are_turned_by_whoever_asked_for_them(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        for _ in range(9):
            await team.submit()
        await team.say(BORIS, "/queue")
        page = team.last()
        said = await team.press_data(ANNA, page.data("Later"), HOME, page.message_id)
        assert "Boris" in said and team.session.screen[HOME, page.message_id].text == page.text
        await team.press_data(BORIS, page.data("Later"), HOME, page.message_id)
        assert team.session.screen[HOME, page.message_id].text != page.text

    moderating(scenario)


def test_the_audit_log_of_a_meme_has_its_authors_bans(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        meme = await team.card()
        await team.say(OWNER, f"/ban {AUTHOR}")
        await team.say(OWNER, f"/unban {AUTHOR}")
        said = await team.say(BORIS, f"/audit {meme.id}")
        assert "Olga: the author was banned" in said and "Olga: the author may propose again" in said

    moderating(scenario)


def test_the_team_is_listed_with_what_each_may_do(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        said = await team.say(BORIS, "/role")
        assert "Olga (<code>1</code>) – owner" in said
        assert "Boris (<code>3</code>) – moderator" in said

    moderating(scenario)


def test_menus_follow_roles(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        def menu(person: int) -> list[str]:
            (last,) = [
                c
                for c in team.session.of(SetMyCommands)
                if c.scope == BotCommandScopeChat(chat_id=person) and c.language_code is None
            ][-1:]
            return [command.command for command in last.commands]

        await team.say(OWNER, f"/role {READER} moderator")
        assert "queue" in menu(READER) and "settings" not in menu(READER)
        await team.say(OWNER, f"/role {READER} none")
        assert team.session.of(DeleteMyCommands)[-1].scope == BotCommandScopeChat(chat_id=READER)
        assert "settings" in menu(OWNER) and "settings" not in menu(BORIS) and "card" in menu(HOME)

    moderating(scenario)


def test_menus_follow_roles_that_somebody_else_gives(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        (menus,) = [work for work in team.chats.running.beside if isinstance(work, TeamMenus)]
        await menus.look()

        def set_for(person: int) -> int:
            return len([c for c in team.session.of(SetMyCommands) if c.scope == BotCommandScopeChat(chat_id=person)])

        before = len(team.session.of(SetMyCommands))
        await menus.look()
        assert len(team.session.of(SetMyCommands)) == before
        await team.db(lambda: team.stores.people.grant(READER, "editor", by=COMMAND_LINE, now=NOW))
        await menus.look()
        assert set_for(READER) == 2
        await team.say(READER, "/start", chat=READER)  # before, Telegram would not have taken it
        await menus.look()
        assert set_for(READER) == 4
        await team.db(lambda: team.stores.people.revoke(READER, "editor", by=COMMAND_LINE, now=NOW))
        await menus.look()
        assert team.session.of(DeleteMyCommands)[-1].scope == BotCommandScopeChat(chat_id=READER)

    moderating(scenario)


def test_help_lists_what_one_may_do_where_it_works(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.db(lambda: team.stores.people.grant(READER, "editor", by=OWNER, now=NOW))
        for person, chat, there, not_there in (
            (OWNER, OWNER, ("/queue", "/ban", "/settings", "/gaps", "/lang"), ()),
            (BORIS, BORIS, ("/queue", "/lang"), ("/ban", "/settings", "/gaps")),
            (READER, READER, ("/gaps", "/lang"), ("/queue",)),
            (AUTHOR, AUTHOR, ("/lang", "/submit"), ("/queue", "/gaps", "/top")),
            (OWNER, HOME, ("/explain", "/queue", "/settings"), ("/lang", "/submit", "/gaps", "/mydata")),
            (AUTHOR, -555, ("/explain",), ("/lang", "/submit", "/queue", "/privacy")),
        ):
            said = await team.say(person, "/help", chat=chat)
            assert [c for c in there if c not in said] == [] == [c for c in not_there if c in said], (person, chat)

    moderating(scenario)


def test_people_who_write_are_known_by_name_only_while_the_bot_runs(moderating: Run) -> None:
    async def scenario(team: Team) -> None:
        await team.say(BORIS, "/queue")
        before = len(team.session.calls)
        assert await team.tools.members.names.one(BORIS, team.chats.running.catalogues["en"]) == "Boris"
        assert len(team.session.calls) == before
        assert (
            await team.tools.members.names.one(777, team.chats.running.catalogues["en"]) == "777"
        )  # unknown to Telegram
        assert await team.tools.members.names.one(777, team.chats.running.catalogues["en"]) == "777"
        assert len(team.session.calls) == before + 1

    moderating(scenario)
