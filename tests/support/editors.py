"""One person at a bot, by the messages and buttons that they see."""

from __future__ import annotations

from typing import Any

from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, SendPhoto
from chats import NOW, OWNERS, Chats

(OWNER,) = OWNERS


class Editor:
    """One person at the bot, by the messages and buttons that they see."""

    def __init__(self, chats: Chats, user: int = OWNER, lang: str = "en") -> None:
        self.chats, self.user, self.lang = chats, user, lang

    def seen(self) -> list[Any]:
        """What this person's chat showed, in order."""
        kinds = (SendMessage, EditMessageText, SendPhoto)
        return [call for call in self.chats.session.of(*kinds) if call.chat_id == self.user]

    @property
    def last(self) -> str:
        call = self.seen()[-1]
        return str(getattr(call, "text", None) or getattr(call, "caption", None))

    def labels(self) -> list[str]:
        return [button.text for button in self.chats.buttons(self.seen()[-1])]

    async def say(self, text: str, **content: Any) -> None:
        await self.chats.say(text, user=self.user, lang=self.lang, **content)

    async def show(self, data: bytes) -> None:
        await self.chats.show(data, user=self.user, lang=self.lang)

    async def reply(self, text: str, data: bytes) -> None:
        await self.say(text, reply_to_message=self.chats.photo(data, user=self.user))

    async def press(self, label: str, user: int | None = None) -> str | None:
        """Press the last button of this name, or with this data; the toast that came of it."""
        call, data = self.seen()[-1], label
        for shown in reversed(self.seen()):
            found = [b for b in self.chats.buttons(shown) if label in (_bare(b.text), b.callback_data)]
            if found:
                call, data = shown, str(found[0].callback_data)
                break
        user = user or self.user
        written = {"caption": "x", "photo": []} if isinstance(call, SendPhoto) else {"text": "x"}
        self.chats.session.files[f"file-{self.user}"] = b"a picture"
        asked = {
            "reply_to_message": self.chats.message(
                user=self.user, photo=[{"file_id": f"file-{self.user}", "file_unique_id": "f", "width": 9, "height": 9}]
            )
        }
        message = {
            "message_id": 1000,
            "date": int(NOW.timestamp()),
            "chat": {"id": self.user, "type": "private"},
            **written,
            **asked,
        }
        before = len(self.chats.session.of(AnswerCallbackQuery))
        await self.chats.feed(
            self.chats.update(
                callback_query={
                    "id": "1",
                    "chat_instance": "1",
                    "data": data,
                    "message": message,
                    "from": {"id": user, "is_bot": False, "first_name": "X", "language_code": self.lang},
                }
            )
        )
        answered = self.chats.session.of(AnswerCallbackQuery)[before:]
        assert answered, f"nobody answered the press of {label}"
        text: str | None = answered[-1].text
        return text

    async def fill(self, field: str, value: str) -> None:
        await self.press(field)
        await self.say(value)


def _bare(label: str) -> str:
    """A button without the mark that it is wrong or changed."""
    return label.removeprefix("❗ ").removeprefix("• ")
