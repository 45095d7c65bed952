"""aiogram is compiled as far as it is used, and works as always."""

import subprocess
import sys

PROGRAM = """
import gc
import memebot.telegram
from aiogram.methods import EditMessageText, SendMessage
from aiogram.methods.base import Response
from aiogram.types import CallbackQuery, ChatMemberUpdated, File, InlineQuery, Message, Update, User
from memebot.telegram.transport.lazy_types import compile_common

compiled = [t for t in (Update, CallbackQuery, ChatMemberUpdated, InlineQuery) if t.__pydantic_complete__]
assert compiled == [], compiled
compile_common()
gc.collect()  # pydantic holds what it made of a generic type no longer than others do
assert all(Response[of].__pydantic_complete__ for of in (User, File, Message, list[Update], bool))
assert Update.__pydantic_complete__
chat = {"id": 1, "type": "private"}
message = {"message_id": 1, "date": 0, "chat": chat, "text": "hello"}
person = {"id": 1, "is_bot": False, "first_name": "x"}
update = Update.model_validate({"update_id": 1, "message": {**message, "from": person, "reply_to_message": message}})
assert update.message.reply_to_message.text == "hello"
press = {"id": "1", "from": person, "chat_instance": "1", "data": "x", "message": message}
assert Update.model_validate({"update_id": 2, "callback_query": press}).callback_query.message.text == "hello"
assert CallbackQuery.model_validate(press).from_user.first_name == "x"
assert Response[Message].model_validate({"ok": True, "result": message}).result.chat.id == 1
keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
assert SendMessage(chat_id=1, text="x", reply_markup=keyboard).reply_markup.inline_keyboard[0][0].text == "a"
assert EditMessageText(text="x").text == "x"
assert Update.model_validate_json(update.model_dump_json(exclude_unset=True)) == update
"""


def test_types_are_compiled_when_they_are_used_and_then_work() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
