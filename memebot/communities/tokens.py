"""The tokens of the bots of a home: each in a variable, or in a file that nobody else can read. Never shown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from memebot.communities.model import TokenUnusable
from memebot.settings import MAIN, PREFIX, Settings

_TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]{1,64}")


def token_variable(community: str) -> str:
    """The variable that may hold a community's token."""
    return f"{PREFIX}BOT_TOKEN_{community.upper().replace('-', '_')}"


def token_path(settings: Settings) -> Path:
    """The file that may hold a community's token."""
    return settings.home / "communities" / settings.community / "token"


def find_token(settings: Settings) -> SecretStr | None:
    """The token of a community's bot: from its variable, else from its file; of the first one also as ever.

    Raises ``TokenUnusable`` for what is no token, and for a file that others can read.
    """
    variable, path = token_variable(settings.community), token_path(settings)
    given = os.environ.get(variable) or _in_env_file(variable)
    if given:
        return SecretStr(check_token(given, variable))
    if settings.community == MAIN and settings.bot_token is not None:
        return settings.bot_token
    try:
        return SecretStr(read_token(path))
    except FileNotFoundError:
        return None


def read_token(path: Path) -> str:
    """The token in a file, or in what a shell gives instead of one. Raises ``FileNotFoundError`` and ``TokenUnusable``.

    One that others can read is not taken: whoever read it can write as the bot.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & 0o077 and os.name == "posix":
                raise TokenUnusable("open", path=path)
            return check_token(file.read(), str(path))
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise TokenUnusable("unreadable", path=path, why=getattr(error, "strerror", None) or "it is no text") from error


def token_of(settings: Settings) -> SecretStr:
    """``find_token``; raises ``TokenUnusable`` also where there is none."""
    found = find_token(settings)
    if found is None:
        variable, path = token_variable(settings.community), token_path(settings)
        raise TokenUnusable("missing", name=settings.community, variable=variable, path=path)
    return found


def keep_token(settings: Settings, token: str, others: Iterable[Settings]) -> Path:
    """Write a community's token into its file, for nobody else to read; where that is.

    Raises ``TokenUnusable`` for what is no token and for that of one of the ``others``.
    """
    token, path = check_token(token, "the input"), token_path(settings)
    for other in others:
        if other.community != settings.community and _readable_token(other) == token:
            raise TokenUnusable("taken", other=other.community)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name("token.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{token}\n")
    part.replace(path)
    return path


def _readable_token(settings: Settings) -> str | None:
    with suppress(TokenUnusable):
        found = find_token(settings)
        return None if found is None else found.get_secret_value()
    return None


def check_token(text: str, source: str) -> str:
    """A token as it looks; what it was is never part of the error. Raises ``TokenUnusable``."""
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        raise TokenUnusable("malformed", source=source)
    return token


def _in_env_file(variable: str) -> str | None:
    with suppress(OSError, UnicodeDecodeError):
        return dotenv_values(".env", encoding="utf-8").get(variable)
    return None
