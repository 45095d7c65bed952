"""Commands of the team: the queue, a card, the audit log, notes, bans, roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from memebot.i18n import Catalogues, Texts
from memebot.telegram.moderators import buttons, card_text, refusals
from memebot.telegram.moderators.buttons import Open, QueuePageButton
from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.decisions import text_of
from memebot.telegram.moderators.filters import TeamMember
from memebot.telegram.moderators.names import mention
from memebot.telegram.moderators.team_chat import Members
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.menu import set_menu_of
from memebot.telegram.transport.session import FAILED
from moderation.errors import ModerationError
from moderation.model import SubmissionId
from moderation.people import Role

ROLES: tuple[Role, ...] = ("owner", "admin", "moderator", "editor")
_MAX_ID = 2**63 - 1
_MESSAGE = 3800


def build_commands_router() -> Router:
    """Handlers of the team's commands."""
    router = Router(name="team")
    staff = TeamMember()
    router.message.register(_queue, Command("queue"), staff)
    router.message.register(_card, Command("card"), staff)
    router.message.register(_audit, Command("audit"), staff)
    router.message.register(_note, Command("note"), staff)
    router.message.register(_ban, Command("ban"), staff)
    router.message.register(_unban, Command("unban"), staff)
    router.message.register(_role, Command("role"), staff)
    router.callback_query.register(_turn, QueuePageButton.filter())
    router.callback_query.register(_open, Open.filter())
    return router


# --- looking ----------------------------------------------------------------------------------------------------


async def _queue(message: Message, by: int, board: CardBoard, texts: Texts) -> None:
    html, keyboard = await _page(board, by, None, texts)
    await board.delivery.send(Destination.of(message), html, keyboard)


async def _page(board: CardBoard, by: int, after: SubmissionId | None, texts: Texts) -> tuple[str, Any]:
    page = await board.review.waiting(by, after)
    names = await board.names.of([line.claimed_by for line in page.lines], texts)
    return card_text.waiting(page, names, texts), buttons.queue(page, texts, first=after is None)


async def _turn(
    query: CallbackQuery, callback_data: QueuePageButton, board: CardBoard, members: Members, texts: Texts
) -> None:
    if not await _may_look(query, board, members, texts):
        return
    after = buttons.number_of(callback_data.after)
    html, keyboard = await _page(board, query.from_user.id, SubmissionId(after) if after else None, texts)
    await board.delivery.toast(query)
    if query.message is not None:
        place = Destination(query.message.chat.id, private=query.message.chat.type == "private")
        if await board.delivery.edit(place, query.message.message_id, html, keyboard) is None:
            await board.delivery.send(place, html, keyboard)


async def _may_look(query: CallbackQuery, board: CardBoard, members: Members, texts: Texts) -> bool:
    await members.know(query.from_user.id)
    board.names.learn(query.from_user)
    allowed = await board.review.may(query.from_user.id, "decide")
    if not allowed:
        await board.delivery.toast(query, texts("for-moderators"), alert=True)
    return allowed


async def _open(query: CallbackQuery, callback_data: Open, board: CardBoard, members: Members, texts: Texts) -> None:
    if not await _may_look(query, board, members, texts) or query.message is None:
        return
    submission, chat = SubmissionId(buttons.number_of(callback_data.number)), query.message.chat
    try:
        await board.review.look_up(query.from_user.id, submission)
    except ModerationError as error:
        said = await refusals.refusal(error, board.review, board.names, texts)
        await board.delivery.toast(query, text_of(said), alert=True)
        return
    await board.delivery.toast(query)
    thread = query.message.message_thread_id if isinstance(query.message, Message) else None
    await board.show(submission, Destination(chat.id, thread, private=chat.type == "private"))


async def _card(message: Message, command: CommandObject, by: int, board: CardBoard, texts: Texts) -> None:
    submission = _number(command.args)
    if submission is None:
        await board.delivery.send(Destination.of(message), texts("card-how"))
        return
    try:
        await board.review.look_up(by, submission)
        place = Destination.of(message)
        await board.show(submission, Destination(place.chat_id, place.thread_id, private=place.private))
    except ModerationError as error:
        await _refuse(message, error, board, texts)


async def _refuse(message: Message, error: ModerationError, board: CardBoard, texts: Texts) -> None:
    await board.delivery.send(Destination.of(message), await refusals.refusal(error, board.review, board.names, texts))


async def _audit(message: Message, command: CommandObject, by: int, board: CardBoard, texts: Texts) -> None:
    submission = _number(command.args)
    if submission is None:
        await board.delivery.send(Destination.of(message), texts("audit-how"))
        return
    try:
        _, rows, zone = await board.review.audit(by, submission)
    except ModerationError as error:
        await _refuse(message, error, board, texts)
        return
    names = await board.names.of([row.actor for row in rows], texts)
    lines = card_text.journal(rows, names, texts, zone)
    while sum(map(len, lines)) > _MESSAGE:
        del lines[0]
    await board.delivery.send(
        Destination.of(message), "\n".join([texts("audit-title", number=str(submission)), *lines])
    )


def _number(text: str | None) -> SubmissionId | None:
    word = (text or "").strip().lstrip("№#").strip()
    return SubmissionId(int(word)) if word.isdecimal() and 0 < int(word) <= _MAX_ID else None


# --- people -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _About:
    """Whom a command is about, and the words after that."""

    person: int
    rest: str


async def _about(message: Message, command: CommandObject, by: int, board: CardBoard) -> _About | None:
    """The author of the card that is replied to, else the id that comes first."""
    said = (command.args or "").strip()
    first, _, rest = said.partition(" ")
    if first.lstrip("-").isdecimal() and abs(int(first)) <= _MAX_ID:
        return _About(int(first), rest.strip())
    replied = message.reply_to_message
    if replied is not None:
        author = await board.review.author_of(by, message.chat.id, replied.message_id)
        if author is not None:
            return _About(author, said)
    return None


async def _note(message: Message, command: CommandObject, by: int, board: CardBoard, texts: Texts) -> None:
    about = await _about(message, command, by, board)
    if about is None:
        await board.delivery.send(Destination.of(message), texts("note-how"))
        return
    try:
        await board.review.note(about.person, about.rest[:1000], by)
    except ModerationError as error:
        await _refuse(message, error, board, texts)
        return
    await board.delivery.send(
        Destination.of(message), texts("note-set" if about.rest else "note-cleared", author=str(about.person))
    )
    await board.refresh_author(about.person)


async def _ban(message: Message, command: CommandObject, by: int, board: CardBoard, texts: Texts) -> None:
    about = await _about(message, command, by, board)
    if about is None:
        await board.delivery.send(Destination.of(message), texts("ban-how"))
        return
    try:
        new = await board.review.ban(about.person, by, about.rest[:500])
    except ModerationError as error:
        await _refuse(message, error, board, texts)
        return
    await board.delivery.send(
        Destination.of(message), texts("ban-done" if new else "ban-already", author=str(about.person))
    )
    await board.refresh_author(about.person)


async def _unban(message: Message, command: CommandObject, by: int, board: CardBoard, texts: Texts) -> None:
    about = await _about(message, command, by, board)
    if about is None:
        await board.delivery.send(Destination.of(message), texts("unban-how"))
        return
    try:
        lifted = await board.review.unban(about.person, by)
    except ModerationError as error:
        await _refuse(message, error, board, texts)
        return
    done = texts("unban-done" if lifted else "unban-not", author=str(about.person))
    await board.delivery.send(Destination.of(message), done)
    await board.refresh_author(about.person)


# --- roles ------------------------------------------------------------------------------------------------------


async def _role(
    message: Message, command: CommandObject, by: int, bot: Bot, board: CardBoard, catalogues: Catalogues, texts: Texts
) -> None:
    said = (command.args or "").split()
    if not said:
        await _list_roles(message, by, board, texts)
        return
    role = next((role for role in ROLES if role == said[-1].lower()), None)
    if role is None and said[-1].lower() != "none":
        await board.delivery.send(Destination.of(message), texts("role-how"))
        return
    person = await _person(message, said[:-1], bot, board)
    if person is None:
        name = said[0] if len(said) > 1 else ""
        await board.delivery.send(
            Destination.of(message),
            texts("role-unknown", name=card_text.plain_word(name)) if name else texts("role-how"),
        )
        return
    try:
        await board.review.grant(person, role, by)
    except ModerationError as error:
        await _refuse(message, error, board, texts)
        return
    who = mention(person, await board.names.one(person, texts))
    done = texts("role-none", who=who) if role is None else texts("role-set", who=who, role=texts(f"role-{role}"))
    await board.delivery.send(Destination.of(message), done)
    await set_menu_of(bot, catalogues, person, (await board.team()).get(person, set()))


async def _list_roles(message: Message, by: int, board: CardBoard, texts: Texts) -> None:
    try:
        grants = await board.review.roles(by)
    except ModerationError as error:
        await _refuse(message, error, board, texts)
        return
    names = await board.names.of([grant.user_id for grant in grants], texts)
    lines = [
        texts(
            "role-line",
            who=f"{names[grant.user_id]} (<code>{grant.user_id}</code>)",
            role=texts("role-member" if grant.source == "chat" else f"role-{grant.role}"),
        )
        for grant in grants
    ]
    await board.delivery.send(
        Destination.of(message), "\n".join([texts("role-list"), *lines[:60], "", texts("role-how")])
    )


async def _person(message: Message, said: list[str], bot: Bot, board: CardBoard) -> int | None:
    """An id, somebody named in the message, the one who is replied to, or an @name that Telegram tells us."""
    for entity in message.entities or ():
        if entity.type == "text_mention" and entity.user is not None:
            return entity.user.id
    if not said:
        replied = message.reply_to_message
        return replied.from_user.id if replied and replied.from_user and not replied.from_user.is_bot else None
    if said[0].isdecimal() and 0 < int(said[0]) <= _MAX_ID:
        return int(said[0])
    return await _by_name(said[0], bot, board) if said[0].startswith("@") else None


async def _by_name(name: str, bot: Bot, board: CardBoard) -> int | None:
    """Telegram tells bots the ids of a chat's admins by their names, of other people only by luck."""
    wanted, home = name.removeprefix("@").casefold(), board.home.chat_id
    try:
        if home is not None and home < 0:
            for admin in await bot.get_chat_administrators(home):
                if (admin.user.username or "").casefold() == wanted:
                    return admin.user.id
    except FAILED:
        pass
    known = board.names.id_of(wanted)
    if known is not None:
        return known
    try:
        found = await bot.get_chat(name)
    except FAILED:
        return None
    return found.id if found.type == "private" else None
