"""The bot in a terminal: the same handlers over a session that prints, so no token is needed."""

from __future__ import annotations

import hashlib
import itertools
import re
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetFile,
    GetMe,
    SendDocument,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import BufferedInputFile, Chat, File, InlineKeyboardMarkup, Message, Update, User
from rich.text import Text

from knowledge.reading import Lang
from memebot.telegram.bot import BotRuntime
from memebot.telegram.transport.intake import Intake

TOKEN = "1:console_console_console_console_cons"
PERSON = 1
_WIDTH = 78
_PATH = re.compile(
    r"\A(?:~|\.{1,2})?/\S*/|\A(?:~|\.{1,2})/|\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf]|jxl|mp4|mov|webm|mkv|tgs)\Z",
    re.I,
)
"""What is meant for a path though there may be no such file."""
_STYLES = {
    "b": "bold",
    "i": "italic",
    "s": "strike",
    "code": "cyan",
    "pre": "cyan",
    "a": "underline",
    "blockquote": "dim",
}

Write = Callable[[Text], None]


class ConsoleSession(BaseSession):
    """Prints what the bot would send and reads files from disk in place of Telegram's."""

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write
        self._numbers = itertools.count(1)
        self._files: dict[str, Path] = {}
        self.message_id = 0
        self.keyboard: InlineKeyboardMarkup | None = None

    def add_file(self, path: Path) -> dict[str, Any]:
        """A file as it stands in a message."""
        stat = path.stat()
        name = hashlib.sha256(f"{path.resolve()}:{stat.st_mtime_ns}:{stat.st_size}".encode()).hexdigest()[:24]
        self._files[name] = path
        return {"file_id": name, "file_unique_id": name, "file_size": stat.st_size, "mime_type": "image/*"}

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 (aiogram's name)
    ) -> Any:
        match method:
            case GetMe():
                return User(id=bot.id, is_bot=True, first_name="memebot", username="memebot")
            case GetFile():
                return File(file_id=method.file_id, file_unique_id=method.file_id, file_path=method.file_id)
            case SendMessage():
                self._show(method.text, method.reply_markup, next(self._numbers))
                return Message(message_id=self.message_id, date=_now(), chat=Chat(id=PERSON, type="private"))
            case EditMessageText():
                self._show(method.text or "", method.reply_markup, method.message_id or 0)
            case SendDocument():
                data = method.document.data if isinstance(method.document, BufferedInputFile) else b""
                self._write(Text(f"{data.decode()}\n{method.caption or ''}"))
                return Message(message_id=next(self._numbers), date=_now(), chat=Chat(id=PERSON, type="private"))
            case AnswerCallbackQuery():
                if method.text:
                    self._write(Text(method.text, "yellow"))
        return True

    def _show(self, html: str, keyboard: object, message_id: int) -> None:
        self.message_id = message_id
        self.keyboard = keyboard if isinstance(keyboard, InlineKeyboardMarkup) else None
        self._write(styled(html))
        if self.keyboard is not None:
            labels = [button.text for row in self.keyboard.inline_keyboard for button in row]
            self._write(Text(_in_lines([f"[{n}] {label}" for n, label in enumerate(labels, 1)]), "green"))

    def button(self, number: int) -> str | None:
        """What the button of that number under the last message carries."""
        buttons = [b for row in (self.keyboard.inline_keyboard if self.keyboard else ()) for b in row]
        return buttons[number - 1].callback_data if 1 <= number <= len(buttons) else None

    async def stream_content(self, url: str, *args: object, **kwargs: object) -> AsyncGenerator[bytes, None]:
        yield self._files[url.rsplit("/", 1)[-1]].read_bytes()

    async def close(self) -> None:
        """Nothing is open."""


def _in_lines(labels: Iterable[str]) -> str:
    """Labels beside each other, as many to a line as fit, none of them torn apart."""
    lines: list[str] = []
    for label in labels:
        if lines and len(lines[-1]) + len(label) + 3 <= _WIDTH:
            lines[-1] += f"   {label}"
        else:
            lines.append(label)
    return "\n".join(lines)


class _Styler(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self._open = Text(), [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(_STYLES.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data, " ".join(style for style in self._open if style))


def styled(html: str) -> Text:
    """The bot's HTML for a terminal."""
    styler = _Styler()
    styler.feed(html)
    styler.close()
    return styler.text


def _now() -> datetime:
    return datetime.now(UTC)


async def converse(
    running: BotRuntime, session: ConsoleSession, lines: Iterable[str], write: Write, *, lang: Lang
) -> None:
    """Answer line after line until one is empty: a path is a picture, a number a button, else a message."""
    texts = running.catalogues[lang]
    write(Text(texts("chat-hello"), "dim"))
    person = {"id": PERSON, "is_bot": False, "first_name": "You", "language_code": lang}
    messages = itertools.count(1)
    for line in lines:
        said = line.strip()
        if not said:
            return
        if said.isdecimal() and session.keyboard is not None:
            data = session.button(int(said))
            if data is None:
                write(Text(texts("chat-no-button"), "yellow"))
                continue
            under = {
                "message_id": session.message_id,
                "date": _now(),
                "text": "-",
                "chat": {"id": PERSON, "type": "private"},
                "from": person,
                "reply_markup": session.keyboard.model_dump(exclude_none=True) if session.keyboard else None,
            }
            await _feed(
                running.intake,
                callback_query={
                    "id": str(next(messages)),
                    "from": person,
                    "chat_instance": "1",
                    "data": data,
                    "message": under,
                },
            )
            continue
        if (problem := _path_problem(said)) is not None:
            write(Text(texts(problem), "yellow"))
            continue
        message = {
            "message_id": next(messages),
            "date": _now(),
            "from": person,
            "chat": {"id": PERSON, "type": "private"},
        }
        await _feed(running.intake, message={**message, **_content(said, session)})


def _path_problem(said: str) -> str | None:
    """The text that says why a line that is meant for a path is none of a picture; None for any other line."""
    path = _path(said)
    try:
        if path.is_dir() and (len(path.parts) > 1 or said.endswith("/")):
            return "chat-folder"
        absent = not path.exists()
    except OSError:  # too long for a path
        return None
    meant = _PATH.search(str(path) if said.startswith("~") else said.strip("'\""))
    return "chat-no-file" if absent and meant and "://" not in said else None


def _path(said: str) -> Path:
    """The path that a line is, dragged into the terminal or typed."""
    return Path(said.strip("'\"").replace("\\ ", " ")).expanduser()


def _content(said: str, session: ConsoleSession) -> dict[str, Any]:
    """A picture if the line is the path of a file, else its words."""
    path = _path(said)
    try:
        if path.is_file():
            return {"document": session.add_file(path)}
    except OSError:  # too long for a path
        pass
    command = [{"type": "bot_command", "offset": 0, "length": len(said.split()[0])}] if said[0] == "/" else None
    return {"text": said, **({"entities": command} if command else {})}


async def _feed(intake: Intake, **content: Any) -> None:
    number = time.time_ns() // 1_000_000
    update = Update.model_validate({"update_id": number, **content}, context={"bot": intake.bot})
    await intake.accept([update])
    await intake.room(0)
