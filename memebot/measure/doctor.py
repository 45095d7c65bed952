"""What is in order, what is missing, and the command that mends it: each thing is done once, not only looked for."""

from __future__ import annotations

import asyncio
import errno
import importlib.metadata
import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import numpy as np

from knowledge.errors import KnowledgeError
from memebot.database import FAR_S, STORAGE_FAILURES, check_rights, damage, database_exists, open_database
from memebot.problem_texts import drafting_parts, error_line
from memebot.settings import MAIN, THREAD_VARIABLES, Settings, proxy_in_use

State = Literal["ok", "warning", "missing"]
FREE_MB = 500
PROXY_S = 5.0
PROBE_BYTES = 1_000_000
LINES = ("Модель зубрит ответы", "The model learns answers")
"""What is drawn and read."""
WORST_ERROR = 0.2
OCR_FIX = "apt-get install --reinstall tesseract-ocr-rus tesseract-ocr-eng"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. ``missing``: memebot cannot do without; ``warning``: it does less well."""

    name: str
    state: State
    found: str
    mend: str = ""


def examine(settings: Settings, *names: str) -> list[Check]:
    """All checks, or those named, in the order in which a person would mend them; never raises for what it examines."""
    found: list[Check] = []
    for check in (
        _python,
        _packages,
        _home,
        _threads,
        _text_recognition,
        _encoder,
        _database,
        _clock,
        _processes,
        _bots,
        _entries,
        _search,
        _drafts,
        _network,
    ):
        name = check.__name__.strip("_").replace("_", " ")
        if names and name not in names:
            continue
        try:
            found.extend(check(settings))
        except KnowledgeError as error:
            found.append(Check(name, "missing", error_line(error)))
        except Exception as error:  # noqa: BLE001 - a check that breaks is itself a finding
            found.append(Check(name, "missing", " ".join(f"{type(error).__name__}: {error}".split())))
    return found


def _python(settings: Settings) -> Iterator[Check]:
    version = platform.python_version()
    enough = sys.version_info >= (3, 11)
    yield Check("Python", "ok" if enough else "missing", version, "" if enough else "apt-get install python3.11")


def _packages(settings: Settings) -> Iterator[Check]:
    absent = []
    for name in ("torch", "open-clip-torch", "transformers", "aiogram", "pillow", "av", "opencv-python-headless"):
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            absent.append(name)
    if absent:
        yield Check("packages", "missing", "without " + ", ".join(absent), "pip install --upgrade memebot")
    else:
        yield Check("packages", "ok", f"torch {importlib.metadata.version('torch')}")


def _home(settings: Settings) -> Iterator[Check]:
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
    except OSError as error:
        full = error.errno == errno.ENOSPC
        mend = "free some space on that disk" if full else "name a folder that may be written: memebot --home DIR …"
        yield Check("home", "missing", f"{settings.home} cannot be written: {(error.strerror or 'no').lower()}", mend)
        return
    free = shutil.disk_usage(folder).free / 1e6
    state: State = "ok" if free >= FREE_MB else "warning"
    yield Check("home", state, f"{free:.0f} MB free at {settings.home}", "" if state == "ok" else "free some space")


def _threads(settings: Settings) -> Iterator[Check]:
    """Whether libraries keep to the threads that are set, and there are processors for them."""
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    found = f"{settings.threads} on {processors} processors"
    if settings.threads > processors:
        yield Check("threads", "warning", found, f"set MEMEBOT_THREADS={processors}")
        return
    larger = [name for name in THREAD_VARIABLES if _number_in(name) > settings.threads]
    mend = f"unset {' '.join(larger)}" if larger else ""
    found += "".join(f"; {name}={os.environ[name]}" for name in larger)
    yield Check("threads", "warning" if larger else "ok", found, mend)


def _number_in(variable: str) -> int:
    value = os.environ.get(variable, "")
    return int(value) if value.isdecimal() else 0


def _text_recognition(settings: Settings) -> Iterator[Check]:
    from memebot.measure.ocr_samples import character_error, drawn_line
    from memebot.vision.ocr.text_reader import TextReader

    if not settings.ocr:
        yield Check("text recognition", "warning", "switched off by MEMEBOT_OCR", "set MEMEBOT_OCR=true")
        return
    reader = TextReader(tessdata=settings.tessdata)
    unread = [line for line in LINES if character_error(reader.read(drawn_line(line)), [line]) > WORST_ERROR]
    status = reader.status()
    found = status.found + "".join(f"; cannot read “{line}”" for line in unread)
    ok = status.ok and not unread
    yield Check(
        "text recognition", "ok" if ok else "warning", found, "; ".join(status.fixes) or ("" if ok else OCR_FIX)
    )
    if status.detector is None:
        yield Check("text detection", "warning", "RapidOCR cannot be used", "pip install rapidocr onnxruntime")


def _encoder(settings: Settings) -> Iterator[Check]:
    from memebot.app import encoder_name
    from memebot.measure.ocr_samples import drawn_line
    from memebot.vision.encoder.clip import load_encoder
    from memebot.vision.errors import EncoderError

    name = encoder_name(settings)
    try:
        encoder = load_encoder(name, settings.home, offline=True)
    except EncoderError as error:
        yield Check("encoder", "missing", f"{name}: {error.reason}", error.fix)
        return
    (views,) = encoder.embed_images([drawn_line(LINES[0])])
    if not np.allclose(np.linalg.norm(views, axis=1), 1.0, atol=1e-3):  # also where they are not numbers
        yield Check("encoder", "missing", f"{name} makes no vectors of pictures", "memebot model use bundled")
    else:
        yield Check("encoder", "ok", f"{name} ({encoder.id}), {encoder.dim} dimensions")


def _database(settings: Settings) -> Iterator[Check]:
    from memebot.app import database_address, open_base

    address = database_address(settings)
    try:
        there = database_exists(address)
        check_rights(address)
    except STORAGE_FAILURES as error:
        yield Check("database", "missing", str(error), "memebot/docs/postgresql.md says what to do")
        return
    if not there:
        yield Check("database", "ok", f"{address} will be made on first use")
        return
    if address.path is not None and (trouble := damage(address.path)):
        yield Check("database", "missing", f"{address}: {trouble}", "memebot restore FILE, with a backup of it")
        return
    try:
        with open_base(settings) as kb:
            entries = len(kb.entries.all())
    except STORAGE_FAILURES as error:
        yield Check("database", "missing", str(error), getattr(error, "hint", ""))
        return
    yield Check("database", "ok", f"{address}, {entries} entries")


def _clock(settings: Settings) -> Iterator[Check]:
    """Whether this machine has the time of the database's server, to which all that serve the bot keep."""
    from memebot.app import database_address, now

    address = database_address(settings)
    if address.path is not None:
        return
    try:
        with closing(open_database(address)) as database:
            ahead = (now() - database.clock()).total_seconds()
    except STORAGE_FAILURES:
        return  # which is said above
    if abs(ahead) < FAR_S:
        yield Check("clock", "ok", "as that of the database's server")
    else:
        word = "ahead of" if ahead > 0 else "behind"
        yield Check("clock", "warning", f"{abs(ahead):.0f} s {word} the database server's", "let NTP set both")


def _processes(settings: Settings) -> Iterator[Check]:
    """How many processes answer over the database's server now; over a file it is one at most."""
    from memebot.app import database_address

    address = database_address(settings)
    if address.path is not None:
        return
    from memebot.database.replica import present

    try:
        count = present(address)
    except STORAGE_FAILURES:
        return  # which is said above
    yield Check("processes", "ok", f"{count} of `memebot run` over this server's database now")


def _bots(settings: Settings) -> Iterator[Check]:
    """Of every community that is active: whether its token is one, and what Telegram says of its bot."""
    from memebot.app import database_address
    from memebot.app.hosting import open_communities
    from memebot.communities.overlay import settings_of_community

    all_of_them = [settings]
    try:
        if settings.community == MAIN and database_exists(database_address(settings)):
            with open_communities(settings) as register:
                rows = [row for row in register.all() if row.state == "active"]
            all_of_them = [settings_of_community(settings, row) for row in rows]
    except STORAGE_FAILURES:
        return  # which is said above
    for own in all_of_them:
        yield from _bot(own, alone=len(all_of_them) == 1)


def _bot(settings: Settings, *, alone: bool) -> Iterator[Check]:
    """The bot of one community; ``alone``: without a bot this home serves who sits here."""
    from memebot.app.hosting import ask_bot
    from memebot.communities.model import CommunityError
    from memebot.communities.tokens import find_token
    from memebot.telegram.errors import BotError

    named = "bot" if settings.community == MAIN else f"bot of {settings.community}"
    mend = f"memebot community token {settings.community}"
    try:
        if find_token(settings) is None:
            if not alone:
                yield Check(named, "warning", "there is no token", mend)
            return
        facts = asyncio.run(ask_bot(settings))
    except (BotError, CommunityError) as error:
        yield Check(named, "missing", str(error), getattr(error, "hint", "") or mend)
        return
    if not facts.name:
        yield Check(named, "warning", f"the Bot API does not answer: {facts.trouble}", "see the network and the proxy")
        return
    how = f"called at {facts.webhook}" if facts.webhook else "asks for updates"
    waiting = f", {facts.waiting} updates wait" if facts.waiting else ""
    yield Check(named, "warning" if facts.trouble else "ok", f"@{facts.name}, {how}{waiting}", facts.trouble)
    for channel in facts.shut:
        found = f"@{facts.name} may not post in {channel}"
        yield Check(f"channel of {named}", "warning", found, "make it an admin there who may post messages")


def _search(settings: Settings) -> Iterator[Check]:
    """Take the entries over as a start does, ask for one by its name, and take all back."""
    from memebot.app import database_address, rehearsed, words_searcher
    from memebot.vision.errors import EncoderError

    address = database_address(settings)
    if address.path is not None and address.path.exists() and damage(address.path):
        return  # which is said above
    try:
        with rehearsed(settings) as (kb, _):
            wanted = next((entry for entry in kb.entries.all() if entry.kind == "concept"), None)
            found = [] if wanted is None else words_searcher(kb, settings).ask(wanted.title["en"])
    except EncoderError as error:
        yield Check("search", "missing", error.reason, error.fix)
        return
    except STORAGE_FAILURES as error:
        yield Check("search", "missing", str(error), getattr(error, "hint", ""))
        return
    if wanted is None:
        yield Check("search", "warning", "the base has no concepts", "memebot kb list shows what it holds")
    elif wanted.id not in [match.entry for match in found[:3]]:
        yield Check("search", "missing", f"“{wanted.title['en']}” does not find {wanted.id}", "memebot kb calibrate")
    else:
        yield Check("search", "ok", f"“{wanted.title['en']}” finds {wanted.id}")


def _entries(settings: Settings) -> Iterator[Check]:
    from knowledge.lint import lint
    from memebot.app import knowledge_folder

    folder = knowledge_folder(settings)
    errors = [problem for problem in lint(folder) if problem.severity == "error"]
    if errors:
        yield Check("entries", "warning", f"{len(errors)} errors in {folder}", f"memebot kb lint {folder}")
    else:
        yield Check("entries", "ok", str(folder))


def _drafts(settings: Settings) -> Iterator[Check]:
    """The model that drafts, where one is set: what is wrong with the settings, and what went wrong last."""
    from memebot.app import database_address, open_machine_drafts
    from memebot.drafting.drafter import same_model
    from memebot.drafting.endpoint import Endpoint
    from memebot.drafting.errors import DraftingError
    from memebot.drafting.maker import address_of

    if settings.drafts_url is None:
        return
    try:
        address = address_of(settings)
        with Endpoint(address):
            pass
    except DraftingError as error:
        yield _no_drafts(error.code)
        return
    if address.exposed:
        yield _no_drafts("exposed")
    last = None
    if database_exists(database_address(settings)):
        with open_machine_drafts(settings) as drafts:
            last = drafts.requests.last_request()
    code, answered = last or ("", "")
    if code:
        yield _no_drafts(code, model=address.model)
    elif not same_model(address.model, answered):
        yield _no_drafts("other-model", model=address.model, answered=answered)
    else:
        state = "answers" if last else "not asked yet, `memebot drafts test` tries it"
        yield Check("drafts", "ok", f"{address.model} at {address.base}, {state}")


def _no_drafts(code: str, **facts: str) -> Check:
    return Check("drafts", "warning", *drafting_parts(code, **facts))


def _network(settings: Settings) -> Iterator[Check]:
    """What leads to Telegram and to downloads, where it is not the plain network."""
    if (proxy := proxy_in_use()) is not None:
        address, named = proxy
        parts = urlsplit(address)
        try:
            socket.create_connection((parts.hostname or "", parts.port or 80), timeout=PROXY_S).close()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            yield Check("proxy", "warning", f"{address}, from {named}, cannot be reached: {why}", f"mend {named}")
        else:
            yield Check("proxy", "ok", f"{address}, from {named}")
    if settings.api_files is not None:
        there = settings.api_files.is_dir() and os.access(settings.api_files, os.R_OK | os.X_OK)
        mend = "" if there else "name the folder that the Bot API server writes into, and may be read"
        yield Check("server's files", "ok" if there else "warning", str(settings.api_files), mend)
