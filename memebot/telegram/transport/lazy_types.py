"""aiogram's types, compiled when they are first used.

On import aiogram has pydantic compile all its hundreds of types and methods, of which a bot uses a few dozen:
measured until the first update can be read, that takes 5.5 s of a slow CPU instead of 2.3 s, and 202 MB instead of
102 MB. Here the compilation is put off, with the names that it needs; pydantic then does it for each type at its
first use by itself.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from pydantic import BaseModel


def compile_on_first_use() -> None:
    """Import aiogram in this way; without effect where it was imported before."""
    if "aiogram" in sys.modules:
        return
    compile_now: Any = BaseModel.__dict__["model_rebuild"].__func__
    names: dict[str, Any] = {}

    def put_off(cls: Any, /, **options: Any) -> bool | None:
        given = options.get("_types_namespace")
        names.update(given or {})
        return None if given else compile_now(cls, **options)

    def with_names(cls: Any, /, **options: Any) -> bool | None:
        options["_types_namespace"] = options.get("_types_namespace") or names
        done: bool | None = compile_now(cls, **options)
        return done

    original = BaseModel.__dict__["model_rebuild"]
    setattr(BaseModel, "model_rebuild", classmethod(put_off))  # noqa: B010
    try:
        import aiogram.methods.base
        import aiogram.types.base
    finally:
        setattr(BaseModel, "model_rebuild", original)  # noqa: B010
    bases = (aiogram.types.base.TelegramObject, aiogram.methods.base.TelegramMethod, aiogram.methods.base.Response)
    for base in bases:
        setattr(base, "model_rebuild", classmethod(with_names))  # noqa: B010


@cache
def compile_common() -> tuple[type[BaseModel], ...]:
    """Compile what every run needs, so that the event loop is not held up by the first message.

    The types are kept here: pydantic itself forgets what a generic one was compiled to when nobody holds it.
    """
    from aiogram.methods.base import Response
    from aiogram.types import File, Message, Update, User

    answers = (User, File, Message, list[Update], bool)
    kept: tuple[type[BaseModel], ...] = (Update, *(Response[one] for one in answers))  # type: ignore[valid-type]
    for one in kept:
        one.model_rebuild()
    return kept
