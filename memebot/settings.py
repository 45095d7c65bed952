"""Every setting in one place: the only module that reads the environment.

A setting comes from the command line, else ``MEMEBOT_<NAME>`` in the environment, else ``.env`` in the
working directory, else its default here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names it and says what would do."""


def _default_home() -> Path:
    return Path.home() / ".local" / "share" / "memebot"


class Settings(BaseSettings):
    """What a person can set. Immutable; ``load`` words the errors."""

    model_config = SettingsConfigDict(
        env_prefix="MEMEBOT_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    home: Annotated[Path, Field(description="where the database and downloaded encoders live")] = Field(
        default_factory=_default_home
    )
    knowledge: Annotated[
        Path | None, Field(description="folder of a knowledge base to use instead of the shipped one")
    ] = None
    lang: Annotated[Literal["ru", "en"], Field(description="language of answers where none is asked for")] = "ru"
    encoder: Annotated[
        str | None, Field(description="encoder for this run, instead of the one chosen with `memebot model use`")
    ] = None
    ocr: Annotated[bool, Field(description="read the words on pictures")] = True
    tessdata: Annotated[
        Path | None, Field(description="folder of Tesseract's language files, where it is not found by itself")
    ] = None
    threads: Annotated[int, Field(ge=1, le=64, description="CPU threads for one picture")] = 2
    min_confidence: Annotated[
        float | None,
        Field(ge=0, le=1, description="answer only when at least this sure; by default the calibrated threshold"),
    ] = None
    max_file_mb: Annotated[int, Field(ge=1, le=2000, description="largest file that is opened, in MB")] = 50
    bot_token: Annotated[SecretStr | None, Field(description="the bot's token from @BotFather")] = None
    api_base: Annotated[
        str | None,
        Field(description="Bot API server to use instead of Telegram's, for example `http://127.0.0.1:8081`"),
    ] = None
    webhook_url: Annotated[
        str | None, Field(description="address that Telegram calls with `memebot run --webhook`")
    ] = None
    webhook_secret: Annotated[
        SecretStr | None, Field(description="secret that Telegram sends along; by default made from the token")
    ] = None
    webhook_host: Annotated[str, Field(description="address to listen on for the webhook")] = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=1, le=65535, description="port to listen on for the webhook")] = 8080
    metrics_port: Annotated[
        int | None,
        Field(ge=1, le=65535, description="port for `/health` and `/metrics` on 127.0.0.1 while polling"),
    ] = None
    user_hourly_limit: Annotated[
        int, Field(ge=1, description="pictures that one user may ask about within an hour")
    ] = 60
    user_waiting_limit: Annotated[int, Field(ge=1, description="pictures of one user that may wait at once")] = 30
    queue_limit: Annotated[int, Field(ge=1, description="pictures that may wait at once")] = 500
    owners: Annotated[
        str, Field(description="Telegram ids of the owners, with commas between: they give out all other roles")
    ] = ""
    channel: Annotated[
        str | None, Field(description="id or `@name` of the channel for approved memes; the bot must be its admin")
    ] = None
    moderators_chat: Annotated[
        int | None, Field(description="id of the chat where proposals are decided: a group, or an owner's own id")
    ] = None
    moderators_topic: Annotated[int | None, Field(description="topic of that chat, if it has topics")] = None
    keep_days: Annotated[int, Field(ge=1, description="days after which questions and answers are deleted")] = 90
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="how much is logged to standard error")
    ] = "WARNING"

    @field_validator("owners")
    @classmethod
    def _ids(cls, owners: str) -> str:
        if not all(part.strip().isdecimal() for part in owners.split(",") if part.strip()):
            raise ValueError("ids are numbers with commas between, for example 123456,234567")
        return owners

    @property
    def owner_ids(self) -> frozenset[int]:
        """The owners' Telegram ids."""
        return frozenset(int(part) for part in self.owners.split(",") if part.strip())

    @field_validator("home", "knowledge", "tessdata")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path is not None else None


def load(**overrides: Any) -> Settings:
    """The settings, with ``overrides`` that are not None on top; raises ``SettingsError`` in one line."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]) if problem["loc"] else "?"
        value = "…" if "token" in name or "secret" in name else repr(problem.get("input"))
        message = f"MEMEBOT_{name.upper()}={value}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
        raise SettingsError(message) from None  # the cause would show what is secret


def describe() -> list[tuple[str, str, str]]:
    """(variable, default, what it does) of every setting, for the README's table and ``doctor``."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "~/.local/share/memebot" if name == "home" else field.default
        rows.append((f"MEMEBOT_{name.upper()}", "" if default is None else str(default), field.description or ""))
    return rows
