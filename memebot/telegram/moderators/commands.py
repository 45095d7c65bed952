"""Commands of the team: the queue, a card, the audit log, notes, bans, roles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from memebot.i18n import Texts
from memebot.telegram.moderators import buttons, card_text
from memebot.telegram.moderators.buttons import Open, QueuePageButton
from memebot.telegram.moderators.members import AsTheChat, TeamMember, mention
from memebot.telegram.moderators.refusals import (
    PageOfOthers,
    TeamRefusals,
    refuse_anonymous,
    refuse_outsider,
    refuse_page,
)
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.role_news import RoleNews
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.menu import ADMINS, MODERATORS, OWNERS, TeamMenus
from memebot.telegram.ui.render import escaped
from moderation.model import SubmissionId
from moderation.people import ROLES

_MAX_ID = 2**63 - 1
_MESSAGE = 3800


def build_commands_router() -> Router:
    """Handlers of the team's commands."""
    router = Router(name="team")
    TeamRefusals.add_to(router)
    member = TeamMember()
    router.message.register(_help, Command("help"), member)
    router.message.register(_queue, Command("queue"), member)
    router.message.register(_card, Command("card"), member)
    router.message.register(_audit, Command("audit"), member)
    router.message.register(_about_person, Command(*_ABOUT_PERSON), member)
    router.message.register(_list_roles, Command("role", magic=F.args.is_(None)), member)
    router.message.register(_change_role, Command("role"), member)
    router.callback_query.register(refuse_page, QueuePageButton.filter(), member, PageOfOthers())
    router.callback_query.register(_turn, QueuePageButton.filter(), member)
    router.callback_query.register(_open, Open.filter(), member)
    router.callback_query.register(refuse_outsider, QueuePageButton.filter())
    router.callback_query.register(refuse_outsider, Open.filter())
    return router


async def _help(
    message: Message, by: int, bot: Bot, conversation: Conversation, tools: TeamTools, texts: Texts
) -> None:
    """What everybody may do here, and what this one may do beside it; entries are written in private only."""
    rights = await tools.db.run(tools.team.rights, by)
    here = [right for right in rights if right != "edit_entries" or message.chat.type == "private"]
    await conversation.help(message, bot, texts, [texts(_HELP[right]) for right in here])


_HELP: Mapping[str, str] = {
    "decide": "help-moderators",
    "ban": "help-admins",
    "settings": "help-owners",
    "edit_entries": "help-editors",
}


def build_anonymous_router() -> Router:
    """What the team's commands say to an anonymous admin whom the chat gives no rights; goes after all of them."""
    router = Router(name="anonymous admins")
    router.message.register(refuse_anonymous, Command(*MODERATORS, *ADMINS, *OWNERS), AsTheChat())
    return router


# --- looking ----------------------------------------------------------------------------------------------------


async def _queue(message: Message, by: int, tools: TeamTools, texts: Texts) -> None:
    await tools.show(message, by, *await _page(tools, by, None, texts))


async def _page(
    tools: TeamTools, by: int, after: SubmissionId | None, texts: Texts
) -> tuple[str, InlineKeyboardMarkup | None]:
    page = await tools.db.run(tools.review.pending, by, after)
    names = await tools.members.names.of([submission.claimant(page.now) for submission in page.submissions], texts)
    return card_text.pending(page, names, texts), buttons.queue(page, texts, first=after is None)


async def _turn(query: CallbackQuery, callback_data: QueuePageButton, by: int, tools: TeamTools, texts: Texts) -> None:
    content = await _page(tools, by, callback_data.last_shown, texts)
    await tools.delivery.toast(query)
    await tools.put(query, *content)


async def _open(query: CallbackQuery, callback_data: Open, by: int, tools: TeamTools) -> None:
    if query.message is None:
        return
    await tools.db.run(tools.review.look_up, callback_data.submission, by)
    await tools.delivery.toast(query)
    await tools.cards.show(callback_data.submission, replace(Destination.of(query.message), reply_to=None))


async def _card(message: Message, command: CommandObject, by: int, tools: TeamTools, texts: Texts) -> None:
    place = Destination.of(message)
    submission = _number(command.args)
    if submission is None:
        await tools.delivery.send(place, texts("card-how"))
        return
    await tools.db.run(tools.review.look_up, submission, by)
    await tools.cards.show(submission, replace(place, reply_to=None))


async def _audit(message: Message, command: CommandObject, by: int, tools: TeamTools, texts: Texts) -> None:
    submission = _number(command.args)
    if submission is None:
        await tools.delivery.send(Destination.of(message), texts("audit-how"))
        return
    rows, zone = await tools.db.run(tools.review.audit, submission, by)
    names = await tools.members.names.of([row.actor for row in rows], texts)
    lines = card_text.journal(rows, names, texts, zone)
    while sum(map(len, lines)) > _MESSAGE:
        del lines[0]
    title = texts("audit-title", number=str(submission))
    await tools.delivery.send(Destination.of(message), "\n".join([title, *lines]))


def _number(text: str | None) -> SubmissionId | None:
    word = (text or "").strip().lstrip("№#").strip()
    return SubmissionId(int(word)) if word.isdecimal() and 0 < int(word) <= _MAX_ID else None


# --- people -----------------------------------------------------------------------------------------------------


async def _about_person(message: Message, command: CommandObject, by: int, tools: TeamTools, texts: Texts) -> None:
    """Do what the command says about whoever it names, and show it on their cards."""
    act, how = _ABOUT_PERSON[command.command]
    place, about = Destination.of(message), await _person_and_rest(message, command, by, tools)
    if about is None:
        await tools.delivery.send(place, texts(how))
        return
    author, rest = about
    key = await act(author, rest, by, tools)
    await tools.delivery.send(place, texts(key, author=str(author)))
    for submission in await tools.db.run(tools.team.pending_of, author):
        await tools.cards.refresh(submission, paced=True)


async def _person_and_rest(
    message: Message, command: CommandObject, by: int, tools: TeamTools
) -> tuple[int, str] | None:
    """The id that comes first, else the author of the card that is replied to; and the words after that."""
    words = (command.args or "").strip()
    first, _, rest = words.partition(" ")
    if first.lstrip("-").isdecimal() and abs(int(first)) <= _MAX_ID:
        return int(first), rest.strip()
    card = message.reply_to_message
    if card is None:
        return None
    author = await tools.db.run(tools.team.author_of, by, message.chat.id, card.message_id)
    return None if author is None else (author, words)


async def _note(author: int, text: str, by: int, tools: TeamTools) -> str:
    await tools.db.run(tools.team.note, author, text[:1000], by)
    return "note-set" if text else "note-cleared"


async def _ban(author: int, reason: str, by: int, tools: TeamTools) -> str:
    banned = await tools.db.run(tools.team.ban, author, by, reason[:500])
    return "ban-done" if banned else "ban-already"


async def _unban(author: int, _: str, by: int, tools: TeamTools) -> str:
    lifted = await tools.db.run(tools.team.unban, author, by)
    return "unban-done" if lifted else "unban-not"


_ABOUT_PERSON: Mapping[str, tuple[Callable[[int, str, int, TeamTools], Awaitable[str]], str]] = {
    "note": (_note, "note-how"),
    "ban": (_ban, "ban-how"),
    "unban": (_unban, "unban-how"),
}
"""Commands about somebody: (person, words after that, by, tools) → the key of the text that says what was done; and
the key of the text that says how to write the command."""


# --- roles ------------------------------------------------------------------------------------------------------


async def _list_roles(message: Message, by: int, tools: TeamTools, texts: Texts) -> None:
    await tools.delivery.send(Destination.of(message), await roles_html(by, tools, texts))


async def roles_html(by: int, tools: TeamTools, texts: Texts) -> str:
    """Who has which role, and how roles are given."""
    grants = await tools.db.run(tools.team.roles, by)
    names = await tools.members.names.of([grant.user_id for grant in grants], texts)
    lines = [
        texts(
            "role-line",
            who=f"{names[grant.user_id]} (<code>{grant.user_id}</code>)",
            role=texts("role-member" if grant.source == "chat" else f"role-{grant.role}"),
        )
        for grant in grants[:60]
    ]
    return "\n".join([texts("role-list"), *lines, "", texts("role-how")])


async def _change_role(
    message: Message,
    command: CommandObject,
    by: int,
    tools: TeamTools,
    menus: TeamMenus,
    role_news: RoleNews,
    texts: Texts,
) -> None:
    """``/role PERSON ROLE``, or ``/role ROLE`` in reply to the person."""
    *names, last = (command.args or "").split()
    if last.lower() not in (*ROLES, "none"):
        await tools.delivery.send(Destination.of(message), texts("role-how"))
        return
    role = next((role for role in ROLES if role == last.lower()), None)
    person = await _person(message, names, tools)
    if person is None:
        html = texts("role-unknown", name=escaped(names[0])) if names else texts("role-how")
        await tools.delivery.send(Destination.of(message), html)
        return
    await tools.db.run(tools.team.grant, person, role, by)
    who = mention(person, await tools.members.names.one(person, texts))
    left = await tools.db.run(tools.team.role, person)
    if role is not None:
        done = texts("role-set", who=who, role=texts(f"role-{role}"))
    elif left is not None:
        done = texts("role-stays", who=who, role=texts(f"role-{left}"))
    else:
        done = texts("role-none", who=who)
    role_news.loop.wake()
    await tools.delivery.send(Destination.of(message), done)
    await menus.look()


async def _person(message: Message, names: list[str], tools: TeamTools) -> int | None:
    """An id, somebody named in the message, the one who is replied to, or an @name that Telegram tells us."""
    for entity in message.entities or ():
        if entity.type == "text_mention" and entity.user is not None:
            return entity.user.id
    if not names:
        replied = message.reply_to_message
        return replied.from_user.id if replied and replied.from_user and not replied.from_user.is_bot else None
    if names[0].isdecimal() and 0 < int(names[0]) <= _MAX_ID:
        return int(names[0])
    return await tools.members.by_name(names[0].removeprefix("@")) if names[0].startswith("@") else None
