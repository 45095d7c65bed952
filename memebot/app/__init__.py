"""The only place where objects are built and closed.

Heavy modules are imported inside the functions that need them: the command line starts without torch.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from sqlite_utils.migrations import Migrations

from knowledge.entry.markdown import parse
from knowledge.entry.model import Box, Entry
from knowledge.phrase_file import SHIPPED, PhraseFile
from knowledge.prepared import ENTRIES, EXEMPLARS, PREPARED, SEGMENT, ExemplarRows, entries_bytes, exemplars_bytes
from knowledge.reading import EncoderId, Fingerprint, Lang, Line, Reading, Vectors, unit
from knowledge.search.calibration import DEFAULT, WORDS, Calibration, of_now
from knowledge.search.kept import KeptArrays
from knowledge.search.meaning import MeaningSpace, SentenceEncoder, phrases_of
from knowledge.search.searcher import Match, Searcher, TextModels
from knowledge.search.subject import SubjectModel
from knowledge.search.text_match import SharedWords
from knowledge.search.words.base_words import WordSegments, prepare_segment, prepared_segment
from knowledge.store.base import KnowledgeBase
from knowledge.store.exemplars import FINGERPRINT_SUFFIX
from knowledge.store.overlay import Folder, replace_file, shipped
from knowledge.store.sync import SyncReport
from knowledge.store.texts import TEXT_KINDS, read_layers
from memebot import problem_texts
from memebot.answering.explainer import Explainer, Explanation
from memebot.database import (
    FILE,
    Database,
    DatabaseAddress,
    DatabaseThread,
    communities_at,
    database_exists,
    in_memory,
    open_database,
    reading,
)
from memebot.i18n import phrase
from memebot.inference import FairQueue, InferenceThread
from memebot.settings import MAIN, Settings
from memebot.vision.errors import MediaError

if TYPE_CHECKING:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.base import BaseSession
    from aiogram.fsm.storage.base import BaseStorage
    from rich.text import Text

    from memebot.answering.pages import Pages
    from memebot.answering.state import BotState
    from memebot.answering.unexplained import Unexplained
    from memebot.drafting.drafter import SelfTest
    from memebot.drafting.maker import DraftMaker
    from memebot.drafting.material import Material
    from memebot.drafting.shown import ShownDrafts
    from memebot.drafting.store import MachineDraft, MachineDrafts
    from memebot.editing.drafts import Drafts
    from memebot.editing.editing import PictureSearch
    from memebot.editing.report import BaseReport, ReportStore
    from memebot.i18n import Catalogues
    from memebot.telegram.bot import BotRuntime, Receiver, Worker
    from memebot.telegram.channel.channels import AllChannels
    from memebot.telegram.drafting import ModelDrafts
    from memebot.telegram.editors.chat import Editors
    from memebot.telegram.moderators.members import TeamChat
    from memebot.telegram.moderators.tools import TeamTools
    from memebot.telegram.pictures import Pictures, Vision
    from memebot.telegram.replicas.share import Share
    from memebot.telegram.role_news import RoleNews
    from memebot.telegram.subscribers.background import Background
    from memebot.telegram.subscribers.conversation import Conversation
    from memebot.telegram.team_console import TeamConsole
    from memebot.telegram.transport.delivery import Delivery
    from memebot.telegram.transport.intake import Intake
    from memebot.telegram.transport.limits.shared import Sendings
    from memebot.telegram.transport.menu import TeamMenus
    from memebot.telegram.transport.metrics import Metrics
    from memebot.vision.compute.workers import Workers
    from memebot.vision.encoder.clip import Encoder
    from memebot.vision.media.frames import Frame, Media
    from memebot.vision.nsfw import IndecencyDetector
    from memebot.vision.ocr.text_reader import TextReader
    from memebot.vision.reader import PictureReader
    from memebot.web.console.parts import UseCases
    from memebot.web.console.sessions import ConsoleSessions
    from memebot.web.pictures import PictureAnswer
    from moderation.rules import Picture
    from moderation.stores import Moderation

    class BotVision(Vision, PictureSearch, Protocol):
        """The eyes of a bot: all on the inference thread.

        ``bank``: its vectors of pictures that match nothing. ``threshold``: how sure it must be to answer.
        """

        @property
        def bank(self) -> Vectors: ...

        @property
        def threshold(self) -> float: ...


log = logging.getLogger(__name__)

SUBJECT_FILE = "subject.npz"
EMBEDDED_AT_ONCE = 64

Progress = Callable[[str, int, int], None]
"""(what is being done, done, total): for a progress bar."""


def now() -> datetime:
    """The present time, aware, in UTC."""
    return datetime.now(UTC)


def database_address(settings: Settings) -> DatabaseAddress:
    """Where the database of a community of this home is."""
    if settings.database is None:
        first = DatabaseAddress(settings.home / FILE)
    else:
        first = DatabaseAddress.parse(settings.database.get_secret_value())
    return first.of_community(settings.community)


def community_addresses(settings: Settings) -> list[tuple[str, DatabaseAddress]]:
    """(community, address) of every database of this home, or of the one community that the settings are about."""
    first = database_address(settings)
    if settings.community != MAIN:
        return [(MAIN, first)]
    return [(name, first.of_community(name)) for name in communities_at(first)]


def all_migrations() -> list[Migrations]:
    """Those of all tables that a database may have."""
    from knowledge.store import base
    from memebot.answering import state, unexplained
    from memebot.communities import registry
    from memebot.drafting import store as machine_drafts
    from memebot.editing import drafts, report
    from memebot.telegram.transport.limits import shared
    from memebot.web.console import sessions
    from moderation import stores
    from moderation.reposts import store as reposts

    modules = (base, state, unexplained, machine_drafts, drafts, report, sessions, stores, reposts, registry, shared)
    return [module.MIGRATIONS for module in modules]


def knowledge_folder(settings: Settings) -> Path:
    """The folder of entry files: the one that was set, else the shipped one."""
    return settings.knowledge or shipped()


def sync(kb: KnowledgeBase, settings: Settings) -> SyncReport:
    """Take over the entry files; what is broken or in conflict is in the report, and logged by id."""
    folder = knowledge_folder(settings)
    before = kb.files.source()
    report = kb.files.sync(folder, now=now())
    if before is not None and report.removed and before != str(folder.resolve()):
        log.warning(
            "this home held the base of %s and now holds that of %s, %d entries fewer; nothing is lost, but use "
            "another --home to keep both at hand",
            before,
            folder,
            len(report.removed),
        )
    for problem in report.problems:
        log.warning("%s", problem_texts.line(problem))
    return report


@contextmanager
def rehearsed(settings: Settings) -> Iterator[tuple[KnowledgeBase, SyncReport]]:
    """The base as a sync would leave it, with its report; all is taken back afterwards.

    A home without a database is rehearsed in memory: nothing was taken over that could differ.
    """
    address = database_address(settings)
    database = open_database(address) if database_exists(address) else in_memory()
    try:
        database.begin_writing()
        kb = KnowledgeBase(database)
        yield kb, kb.files.sync(knowledge_folder(settings), now=now())
    finally:
        database.rollback()
        database.close()


def rehearse_sync(settings: Settings) -> SyncReport:
    """What a sync would do and what waits for a person; nothing is written.

    A home without a database is checked for broken files alone.
    """
    with rehearsed(settings) as (kb, report):
        if not database_exists(database_address(settings)):
            return SyncReport(unchanged=report.unchanged + len(report.added), problems=report.problems)
        return replace(report, texts=report.texts + kb.texts.not_exported(Folder(knowledge_folder(settings))))


@contextmanager
def open_base(settings: Settings, *, in_step: bool = False) -> Iterator[KnowledgeBase]:
    """The knowledge base of this home, brought up to its schema; closed afterwards.

    ``in_step``: take the entry files over first.
    """
    database = open_database(database_address(settings))
    try:
        kb = KnowledgeBase(database)
        if in_step:
            sync(kb, settings)
        yield kb
    finally:
        database.close()


def open_moderation(database: Database, settings: Settings) -> Moderation:
    """The moderation stores of the community that these settings are of."""
    from moderation.stores import Moderation

    second = settings.second_channel is not None
    return Moderation.open(database, settings.owner_ids, second=second, lang=settings.lang)


@contextmanager
def open_stores(settings: Settings) -> Iterator[Moderation]:
    """The moderation stores of this home, while a bot is running on it or not; closed afterwards."""
    database = open_database(database_address(settings))
    try:
        yield open_moderation(database, settings)
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class App:
    """What explains pictures: open it with ``open_app``."""

    settings: Settings
    kb: KnowledgeBase
    encoder: Encoder
    reader: PictureReader
    searcher: Searcher
    explainer: Explainer

    def explain_file(self, path: Path, lang: Lang) -> Explanation:
        """Read and explain one picture; raises ``MediaError`` with one line for what cannot be read."""
        return self.explainer.explain(self.reader.read_file(path), lang)

    def draw_why(self, path: Path, reading: Reading, answer: Explanation, out: Path) -> None:
        """Draw what spoke for an answer into a PNG: the words, the matched features, where the encoder looked.

        Raises ``MediaError`` if the picture has gone since it was read.
        """
        from memebot.vision.evidence import draw_why, heat_map
        from memebot.vision.fingerprint import verify
        from memebot.vision.media import frames

        match = _recognised(answer)
        number = match.frame if match else 0
        frame = np.ascontiguousarray(np.rot90(frames.load_file(path).frames[number], reading.quarter_turns))
        target = unit(reading.frames[number].vectors[self.encoder.id])
        geometry = exemplar = None
        if match is not None and match.exemplar is not None:
            known = self.kb.vectors.fingerprint(match.exemplar)
            geometry = verify(reading.frames[number], known)
            picture = self.kb.exemplars.get(match.exemplar).picture
            exemplar = _middle(frames.load(picture)) if picture is not None else known.keypoints
        drawn = draw_why(
            frame,
            [line for line in reading.lines if line.frame == number],
            geometry,
            exemplar,
            heat_map(frame, self.encoder.embed_images, target),
            roles=self._role_spots(answer, reading),
            words=partial(phrase, answer.lang),
        )
        drawn.save(out, format="PNG")

    def look(self, data: bytes) -> PictureAnswer:
        """Read and explain a picture for a page, with the evidence to draw over it. Raises ``MediaError``."""
        from memebot.vision.web_pictures import shown
        from memebot.web.pictures import PictureAnswer, Spot

        reading = self.reader.read_bytes(data)
        russian = self.explainer.explain(reading, "ru")
        english = self.explainer.retell(russian.matches, reading.text, "en")
        match = _recognised(russian)
        number = match.frame if match else 0
        picture, size = shown(data, number, max_bytes=self.settings.max_file_mb * 1_000_000)
        texts = {one.role: one.text for one in russian.roles}
        names = self._role_names(russian)
        return PictureAnswer(
            answers={"ru": russian, "en": english},
            picture=picture,
            size=size,
            lines=[line for line in reading.lines if line.frame == number],
            spots=[
                Spot(box, names.get(role, {"ru": role, "en": role}), texts[role])
                for role, box in self._role_spots(russian, reading)
                if role in texts
            ],
            exemplar=None if match is None or match.exemplar is None else (match.entry, match.exemplar),
        )

    def _role_names(self, answer: Explanation) -> Mapping[str, Mapping[Lang, str]]:
        """What the roles of the formats are called that an answer may speak of."""
        known = self.explainer.searcher.entries()
        formats = [known[match.entry] for match in answer.matches if match.kind == "format" and match.roles]
        return {role.id: role.name for entry in reversed(formats) for role in entry.roles}

    def _role_spots(self, answer: Explanation, reading: Reading) -> list[tuple[str, Box]]:
        """Where the words stand that the answer puts into roles."""
        told = next((match for match in answer.matches if match.roles and match.roles == answer.roles), None)
        return [] if told is None else self.explainer.searcher.role_spots(told.entry, reading)


def _recognised(answer: Explanation) -> Match | None:
    """The match whose known picture stands for the answer: of what it is made of, else of the best guess."""
    shown = answer.entries or tuple(match.entry for match in answer.matches)
    return next((match for match in answer.matches if match.exemplar and match.entry in shown), None)


@contextmanager
def open_app(settings: Settings, *, progress: Progress | None = None) -> Iterator[App]:
    """Everything that explaining needs: the base in step with its files, its exemplars under this encoder.

    Raises ``EncoderError``, ``DatabaseUnusable`` or a ``KnowledgeError``, each with a line for the user.
    """
    with open_base(settings, in_step=True) as kb, open_vision(kb, settings, progress=progress) as app:
        yield app


@contextmanager
def open_vision(kb: KnowledgeBase, settings: Settings, *, progress: Progress | None = None) -> Iterator[App]:
    """``open_app`` over a base that is open already, as it stands."""
    from memebot.vision.compute.onnx import keep_networks
    from memebot.vision.compute.workers import Workers
    from memebot.vision.encoder.clip import load_encoder
    from memebot.vision.reader import PictureReader

    keep_networks(settings.home / "cache")
    encoder = load_encoder(encoder_name(settings), settings.home, threads=settings.threads)
    workers = Workers(settings.threads)
    text_reader = _text_reader(settings, workers)
    reader = PictureReader(
        encoder,
        text_reader,
        max_bytes=settings.max_file_mb * 1_000_000,
        workers=workers,
        quarter_turns=None if text_reader is None else text_reader.quarter_turns,
        tidy=return_memory,
    )
    try:
        reader.prepare()
        app = _app_over(kb, settings, encoder, reader, encoder.bank(), progress=progress)
        return_memory()
        yield app
    finally:
        reader.close()


def _app_over(
    kb: KnowledgeBase,
    settings: Settings,
    encoder: Encoder,
    reader: PictureReader,
    bank: Vectors,
    *,
    progress: Progress | None = None,
) -> App:
    """What explains pictures by these models over a base, indexed if need be."""
    from memebot.vision.fingerprint import verify
    from memebot.vision.placement import locate

    weighed = calibration(kb, encoder, settings)
    index(kb, encoder, described=_describes(weighed), progress=progress)
    searcher = Searcher(
        kb,
        encoder=encoder.id,
        bank=bank,
        verify=verify,
        locate=locate,
        calibration=weighed,
        texts=replace(text_models(kb, settings, progress=progress), begin=reader.workers.begin),
        kept=_kept(settings),
    )
    searcher.prepare()
    explainer = Explainer(searcher, encoder=encoder.id, min_confidence=settings.min_confidence)
    return App(settings, kb, encoder, reader, searcher, explainer)


def return_memory() -> None:
    """Give back to the system what was needed for a moment: glibc keeps a hundred megabytes of a start's leavings,
    and twice that of pictures'."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such function
            ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def open_answers(settings: Settings) -> Iterator[Explainer]:
    """What answers questions in words: no encoder is loaded for that."""

    with open_base(settings, in_step=True) as kb:
        yield Explainer(words_searcher(kb, settings), min_confidence=settings.min_confidence)


def words_searcher(kb: KnowledgeBase, settings: Settings) -> Searcher:
    """The search over a base by words alone, without an encoder."""
    from knowledge.search.visual import no_geometry

    bank = np.zeros((0, 0), np.float32)
    return Searcher(
        kb,
        encoder=None,
        bank=bank,
        verify=no_geometry,
        calibration=calibration(kb, None, settings),
        texts=text_models(kb, settings),
    )


def text_models(kb: KnowledgeBase, settings: Settings, *, progress: Progress | None = None) -> TextModels:
    """What reads texts beside the words, as far as it is here."""
    space = meaning_space(kb, settings, progress=progress)
    return TextModels(subject_model(settings), space, _shared_words(settings))


def _shared_words(settings: Settings) -> SharedWords:
    """The words of this base, one index for all searches of this process; those of the shipped one for all bases."""
    address = database_address(settings)
    if address not in _words:
        prepared = prepared_segment(Folder(knowledge_folder(settings)).beside(PREPARED) / SEGMENT)
        _words[address] = SharedWords(WordSegments(prepared, _kept(settings)))
    return _words[address]


_words: dict[DatabaseAddress, SharedWords] = {}


@dataclass(frozen=True, slots=True)
class BaseState:
    """The entries of a base at one moment, with its generation then, and ``KnowledgeBase.state``."""

    generation: int
    name: str
    entries: Sequence[Entry]


def _state_of(kb: KnowledgeBase) -> BaseState:
    with reading(kb.handle.db):
        return BaseState(kb.generation(), kb.state(), kb.entries.all())


def _kept(settings: Settings) -> KeptArrays:
    return KeptArrays(settings.folder / "cache", also=settings.home / "cache")


def subject_model(settings: Settings) -> SubjectModel | None:
    """What tells whether a text is about machine learning: the model beside the base, else the shipped one."""
    return _subject_model(Folder(knowledge_folder(settings)).beside(SUBJECT_FILE), shipped() / SUBJECT_FILE)


@lru_cache(4)
def _subject_model(*paths: Path) -> SubjectModel | None:
    found = next((path for path in paths if path.is_file()), None)
    return None if found is None else SubjectModel.from_bytes(found.read_bytes())


def meaning_space(
    kb: KnowledgeBase, settings: Settings, state: BaseState | None = None, *, progress: Progress | None = None
) -> MeaningSpace | None:
    """The meaning channel over a base, its phrases embedded; ``None`` where there is no sentence encoder.

    One space serves all searches of this process. The first to ask takes its index from where it is kept. ``state``:
    that of the base, where the caller has it.
    """
    from memebot.vision.encoder.sentences import text_encoder

    encoder = text_encoder(settings.meaning, settings.home, progress=progress)
    if encoder is None:
        return None
    state = state or _state_of(kb)
    name = (encoder.id, database_address(settings))
    space, whole = _spaces.get(name, (MeaningSpace(encoder), ""))
    if whole == state.name:
        return space
    kept = _kept(settings)
    if whole or not space.restore(state.entries, state.generation, kept, space.key(state.entries)):
        index_meaning(kb, encoder, state.entries, progress=progress)
        state = _state_of(kb)
        if not whole:
            space.keep(state.entries, kb.vectors, state.generation, kept, space.key(state.entries))
    _spaces[name] = space, state.name
    return space


_spaces: dict[tuple[EncoderId, DatabaseAddress], tuple[MeaningSpace, str]] = {}
"""By encoder and the database whose phrases it holds; beside it the last state in which none was missing."""


def index_meaning(
    kb: KnowledgeBase, encoder: SentenceEncoder, entries: Sequence[Entry], *, progress: Progress | None = None
) -> None:
    """Compute the vectors of phrases and regression texts that neither the base nor the shipped file has."""
    phrases = [phrase for entry in entries for phrase in phrases_of(entry)]
    missing = kb.vectors.without_vectors(encoder.id, [*phrases, *(text.text for text in kb.texts.all())])
    for start in range(0, len(missing), EMBEDDED_AT_ONCE):
        if progress:
            progress("meaning", start, len(missing))
        some = missing[start : start + EMBEDDED_AT_ONCE]
        kb.vectors.put_phrase_vectors(encoder.id, some, [*encoder.embed(some)])


def encoder_name(settings: Settings) -> str:
    """The encoder of this run: the setting, else the one chosen for this home, else the bundled one."""
    from memebot.vision.encoder.clip import active_encoder

    return settings.encoder or active_encoder(settings.home)


def _text_reader(settings: Settings, workers: Workers) -> TextReader | None:
    if not settings.ocr:
        return None
    from memebot.vision.ocr.text_reader import TextReader

    return TextReader(tessdata=settings.tessdata, workers=workers)


def calibration(kb: KnowledgeBase, encoder: Encoder | None, settings: Settings) -> Calibration:
    """The coefficients fitted here, else those beside the base or the encoder, else cautious ones; part by part.

    Those of the words fit the base that they were fitted on: another base starts with the cautious ones.
    """
    beside = _read_json(Folder(knowledge_folder(settings)).beside("calibration.json"))
    words = of_now(kb.vectors.calibration(WORDS)) or of_now(beside)
    found = DEFAULT.updated(words)
    if encoder is None:
        return found
    return found.updated(kb.vectors.calibration(encoder.id) or _read_json(encoder.folder / "calibration.json"))


def _read_json(path: Path) -> Mapping[str, Any] | None:
    if not path.is_file():
        return None
    loaded: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def examples() -> list[tuple[Path, str]]:
    """The shipped example pictures in the order of the demo, each with a word on what it is."""
    folder = Path(str(resources.files("memebot"))) / "examples"
    return [(folder / e["path"], e["what"]) for e in json.loads((folder / "examples.json").read_text("utf-8"))]


def fingerprints(settings: Settings, pictures: Iterable[Path]) -> Iterator[tuple[Path, bytes | MediaError]]:
    """Each picture's fingerprint as the bytes of an exemplar file, or why it cannot be read."""
    from memebot.vision.encoder.clip import load_encoder
    from memebot.vision.media import frames

    encoder = load_encoder(encoder_name(settings), settings.home, threads=settings.threads)
    for path in pictures:
        try:
            yield path, _fingerprint(frames.load_file(path), encoder).to_bytes()
        except MediaError as error:
            yield path, error


def prepare(settings: Settings) -> list[Path]:
    """Write beside the entries of the base what a first start would compute of them; the files that were written.

    Raises ``EntryError`` for an entry with mistakes, ``FingerprintError`` and ``MediaError`` for a broken exemplar.
    """
    from memebot.vision.encoder.clip import load_bundled
    from memebot.vision.media import frames

    folder, encoder = Folder(knowledge_folder(settings)), load_bundled(threads=settings.threads)
    files = [file for file in folder.read()[0] if not file.beneath]
    exemplars: dict[str, ExemplarRows] = {}
    for path in filter(folder.owns, folder.pictures()):
        data, picture = path.read_bytes(), not path.name.endswith(FINGERPRINT_SUFFIX)
        found = _fingerprint(frames.load(data), encoder) if picture else Fingerprint.from_bytes(data)
        exemplars[hashlib.sha256(data).hexdigest()] = ExemplarRows.of(found, picture=picture)
    entries = [parse(file.data, file.path) for file in files]
    made = {
        ENTRIES: entries_bytes((entry, file.sha256) for entry, file in zip(entries, files, strict=True)),
        EXEMPLARS: exemplars_bytes(exemplars),
    }
    for name, data in made.items():
        replace_file(folder.root / PREPARED / name, data)
    prepare_segment(folder.root / PREPARED / SEGMENT, entries)
    written = [folder.root / PREPARED / name for name in (*made, SEGMENT)]
    if folder.root == shipped():
        written += _prepare_phrases(settings, folder, entries)
    return written


def _prepare_phrases(settings: Settings, folder: Folder, entries: Sequence[Entry]) -> list[Path]:
    """Bring the file of the shipped phrases' vectors up to the entries, where there is a sentence encoder."""
    from memebot.vision.encoder.sentences import text_encoder

    encoder = text_encoder(settings.meaning, settings.home)
    if encoder is None:
        return []
    phrases = [phrase for entry in entries for phrase in phrases_of(entry)]
    phrases += [text.text for kind in TEXT_KINDS for text in read_layers(folder.text_folders(), kind)]
    found = PhraseFile.read(SHIPPED, encoder.id).renewed(phrases, encoder.embed)
    replace_file(SHIPPED, found.to_bytes())
    return [SHIPPED]


def _fingerprint(media: Media, encoder: Encoder) -> Fingerprint:
    """The fingerprint of a picture, or of the middle of a moving one, with this encoder's vectors."""
    from memebot.vision.fingerprint import fingerprint

    frame = _middle(media)
    (vectors,) = encoder.embed_exemplars([frame])
    return fingerprint(frame, media.sha256).with_vectors(encoder.id, vectors)


def _middle(media: Media) -> Frame:
    return media.frames[len(media.frames) // 2]


def _describes(weighed: Calibration) -> bool:
    """Whether descriptions are searched at all: the tower that embeds them takes seconds to load, and much memory."""
    return weighed.visual.weights.get("described", 0.0) > 0


def index(kb: KnowledgeBase, encoder: Encoder, *, described: bool, progress: Progress | None = None) -> None:
    """Compute what the base lacks under this encoder: fingerprints, vectors of pictures and of descriptions."""
    from memebot.vision.media import frames

    pictures = {e.name: e for e in (*kb.exemplars.without_fingerprint(), *kb.exemplars.without_vectors(encoder.id))}
    for number, exemplar in enumerate(pictures.values()):
        if progress:
            progress("exemplars", number, len(pictures))
        if exemplar.picture is None:
            continue  # a fingerprint of another encoder: its picture is not ours to embed
        try:
            kb.vectors.put_fingerprint(exemplar.name, _fingerprint(frames.load(exemplar.picture), encoder))
        except MediaError as error:
            log.warning("exemplar %s: %s", exemplar.name, error)
    phrases = [phrase for _, phrase in kb.vectors.descriptions_without_vectors(encoder.id)] if described else []
    if phrases:
        if progress:
            progress("descriptions", 0, len(phrases))
        kb.vectors.put_phrase_vectors(encoder.id, phrases, [*encoder.embed_texts(phrases)])


# --- drafts -------------------------------------------------------------------------------------------------


@contextmanager
def open_machine_drafts(settings: Settings) -> Iterator[MachineDrafts]:
    """What a model was asked to draft in this home, and what that cost; closed afterwards."""
    from memebot.answering.state import BotState
    from memebot.drafting.store import MachineDrafts

    database = open_database(database_address(settings))
    try:
        BotState(database)
        yield MachineDrafts(database, model=settings.drafts_model or "")
    finally:
        database.close()


@contextmanager
def open_draft_maker(settings: Settings, clock: Callable[[], datetime] = now) -> Iterator[DraftMaker]:
    """What asks the model that is set, on a connection of its own; closed afterwards.

    Raises ``DraftingOff`` where none is set, before anything is opened.
    """
    from memebot.drafting.budget import DailyLimits
    from memebot.drafting.drafter import Drafter
    from memebot.drafting.endpoint import Endpoint
    from memebot.drafting.maker import DraftMaker, address_of

    address = address_of(settings)
    with open_machine_drafts(settings) as drafts, Endpoint(address) as endpoint:
        yield DraftMaker(drafts, Drafter(endpoint), DailyLimits(*settings.drafts_limits), clock)


@contextmanager
def _bot_draft_maker(settings: Settings, clock: Callable[[], datetime]) -> Iterator[DraftMaker | None]:
    """The same for a bot, which does without where something is missing, and says so."""
    from memebot.drafting.errors import DraftingOff

    with ExitStack() as stack:
        maker = None
        if settings.drafts_url is not None:
            try:
                maker = stack.enter_context(open_draft_maker(settings, clock))
            except DraftingOff as error:
                log.warning("%s", problem_texts.drafting_line(error.code))
            else:
                if maker.drafter.endpoint.address.exposed:
                    log.warning("%s", problem_texts.drafting_line("exposed"))
        yield maker


def draft_file(app: App, maker: DraftMaker, path: Path, answer: Explanation, reading: Reading) -> MachineDraft:
    """What the model says about a picture that was read and answered. Raises ``DraftingError``, ``MediaError``."""
    from memebot.drafting.material import Material
    from memebot.vision.media import frames
    from memebot.vision.media.scaled import scaled

    picture = scaled(frames.load_file(path, max_bytes=app.settings.max_file_mb * 1_000_000))
    return maker.draft(Material.of(reading, picture, answer.matches, app.searcher.entries()))


def try_drafts(settings: Settings, maker: DraftMaker) -> SelfTest:
    """Have a drawn picture drafted, with what the base says about its words. Raises ``DraftingError``."""
    from memebot.drafting.drafter import self_test
    from memebot.drafting.material import Material
    from memebot.vision.media.scaled import drawn_card

    picture, number = drawn_card(int(now().timestamp()))
    with open_base(settings, in_step=True) as kb:
        searcher = words_searcher(kb, settings)
        matches = searcher.ask("train accuracy 99.99, test accuracy is far lower: overfitting")
        material = Material.of(Reading("", ()), picture, matches, searcher.entries())
    return self_test(maker.drafter, material, number, maker.counter)


# --- the bot ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppVision:
    """The eyes of a bot over an opened ``App``: what runs on the inference thread.

    ``encoder``: whose vectors its readings hold; ``bank``: those of pictures that match nothing. ``threshold``: from
    which confidence on an entry answers. ``kb``, on the inference thread's own connection, and ``searcher``: the base
    that it searches, and what tries changes of it on pictures.
    """

    app: App
    detector: IndecencyDetector | None
    encoder: EncoderId
    bank: Vectors
    threshold: float
    kb: KnowledgeBase
    searcher: Searcher

    def read(self, data: bytes) -> Reading:
        """Raises ``MediaError``."""
        return self.app.reader.read_bytes(data)

    def begin(self, data: bytes) -> Callable[[], Reading]:
        """``read`` as soon as a thread has nothing else to do, at the latest when it is asked for."""
        return self.app.reader.begin_bytes(data).result

    def measure(self, data: bytes, lines: Sequence[Line]) -> Picture:
        """What rules look at in a picture on which ``lines`` were read. Raises ``MediaError``."""
        from memebot.vision.media import frames
        from memebot.vision.media.picture_facts import picture_facts
        from moderation.rules import Picture

        media = frames.load(data, max_bytes=self.app.settings.max_file_mb * 1_000_000)
        facts = picture_facts(media.frames[0], [line for line in lines if line.frame == 0])
        score = None if self.detector is None else self.detector.score(media.frames)
        return Picture(*media.size, facts.text_share, facts.letters, facts.beside, facts.colours, score)

    def with_screens(self, data: bytes, reading: Reading) -> Reading:
        """The reading with what it shows on screens, where this is its picture or a part. Raises ``MediaError``."""
        from memebot.vision.media import frames
        from memebot.vision.screens import with_screens

        return with_screens(reading, frames.load(data, max_bytes=self.app.settings.max_file_mb * 1_000_000))

    def search(self, reading: Reading) -> tuple[int, Sequence[Match]]:
        """The base's generation and what it says about a reading."""
        return self.app.kb.generation(), self.app.searcher.search(reading)

    def scaled(self, data: bytes) -> bytes:
        """Raises ``MediaError``."""
        from memebot.vision.media import frames
        from memebot.vision.media.scaled import scaled

        return scaled(frames.load(data, max_bytes=self.app.settings.max_file_mb * 1_000_000))

    def material(self, reading: Reading, picture: bytes) -> Material:
        """What a model is given about a picture."""
        from memebot.drafting.material import Material

        searcher = self.app.searcher
        return Material.of(reading, picture, searcher.search(reading), searcher.entries())

    def refresh(self) -> None:
        """Compute what new entries lack under the encoders."""
        index(self.app.kb, self.app.encoder, described=_describes(self.app.searcher.calibration))
        meaning_space(self.app.kb, self.app.settings)


def bot_vision(app: App) -> AppVision:
    """The eyes of a bot over an opened ``App``."""
    from memebot.vision import nsfw

    encoder, bank = app.encoder.id, app.encoder.bank()
    return AppVision(app, nsfw.load(), encoder, bank, app.explainer.threshold, app.kb, app.searcher)


def vision_beside(vision: AppVision, kb: KnowledgeBase, settings: Settings) -> AppVision:
    """The same models over another community's base."""
    app = _app_over(kb, settings, vision.app.encoder, vision.app.reader, vision.bank)
    return replace(vision, app=app, threshold=app.explainer.threshold, kb=kb, searcher=app.searcher)


@dataclass(frozen=True, slots=True)
class BotOptions:
    """What no setting says, and tests choose: the time, how collages are drawn, whose turn it is.

    ``clock`` is by default the one that all processes on the database share.

    ``session`` is how Telegram is called, ``queue`` who is answered next; by default as the settings say.
    ``inference``: the line to the model, which whoever gives it closes; by default a thread of its own.
    ``shared``: where several processes answer.
    """

    session: BaseSession | None = None
    clock: Callable[[], datetime] = now
    collage: Callable[[Sequence[bytes | None]], bytes] | None = None
    queue: FairQueue | None = None
    inference: InferenceThread | None = None
    album_window_s: float | None = None
    shared: SharedWork | None = None


@dataclass(frozen=True, slots=True)
class SharedWork:
    """What a process that is one of several shares with the others, and with its other communities.

    ``room``: for pictures that are taken from what waits in the database; None where none are answered here.
    """

    share: Share
    room: FairQueue | None


@dataclass(frozen=True, slots=True)
class Stores:
    """What a bot keeps, on the thread of its database."""

    state: BotState
    pages: Pages
    unexplained: Unexplained
    drafts: Drafts
    reports: ReportStore
    machine: MachineDrafts
    sessions: ConsoleSessions
    moderation: Moderation
    sendings: Sendings


def _open_stores(database: Database, settings: Settings, vision: BotVision) -> Stores:
    """All stores over one database, each brought to its schema."""
    from memebot.addresses import Addresses
    from memebot.answering.answering import frame_of
    from memebot.answering.pages import Pages
    from memebot.answering.state import BotState
    from memebot.answering.unexplained import Unexplained
    from memebot.drafting.store import MachineDrafts
    from memebot.editing.drafts import Drafts
    from memebot.editing.report import ReportStore
    from memebot.telegram.transport.limits.shared import Sendings
    from memebot.web.console.sessions import ConsoleSessions

    state = BotState(database)
    kb = KnowledgeBase(database)
    searcher = words_searcher(kb, settings)
    stores = Stores(
        state=state,
        pages=Pages(
            kb,
            searcher,
            questions=Explainer(searcher, min_confidence=settings.min_confidence),
            pictures=Explainer(searcher, min_confidence=vision.threshold),
            addresses=None if settings.web_url is None else Addresses.of(settings.web_url),
        ),
        unexplained=Unexplained(database, encoder=vision.encoder, bank=vision.bank),
        drafts=Drafts(database),
        reports=ReportStore(database),
        machine=MachineDrafts(database, model=settings.drafts_model or ""),
        moderation=open_moderation(database, settings),
        sessions=ConsoleSessions(database),
        sendings=Sendings(database),
    )
    stores.moderation.reposts.complete(lambda sha256: map(frame_of, state.pictures.frames(sha256)))
    stores.moderation.reposts.refresh()
    return stores


def _fetched_mb(settings: Settings) -> int:
    """The largest file that is fetched: Telegram sets bots a limit, a server of one's own does not."""
    from memebot.telegram.ui.attachments import TELEGRAM_MAX_MB

    return min(settings.max_file_mb, TELEGRAM_MAX_MB if settings.api_files is None else settings.max_file_mb)


def _team_chat(state: BotState, settings: Settings) -> TeamChat:
    """The moderators' chat, wherever it has moved; a group that moved has no topics any more."""
    from memebot.telegram.moderators.members import TeamChat

    named = settings.moderators_chat
    now_at = None if named is None else state.moved_to(named)
    return TeamChat(now_at, settings.moderators_topic if now_at == named else None)


def _use_cases(stores: Stores, settings: Settings, vision: BotVision, clock: Callable[[], datetime]) -> UseCases:
    from memebot.answering.answering import Answering, Limits
    from memebot.channel.planning import Planning
    from memebot.channel.publishing import ChannelPosts
    from memebot.channel.reports import Reports
    from memebot.channel.review import Review
    from memebot.channel.submitting import AuthorRecords, Submitting
    from memebot.channel.team import CommunitySettings, Team
    from memebot.channel.triage import Triage
    from memebot.editing.editing import DryRuns, Editing, EditingStores
    from memebot.web.console.parts import UseCases

    moderation, pages = stores.moderation, stores.pages
    review = Review(moderation, clock=clock)
    return UseCases(
        answering=Answering(
            stores.state,
            pages,
            stores.unexplained,
            encoder=vision.encoder,
            limits=Limits(settings.user_hourly_limit, settings.keep_days),
            clock=clock,
            keepers=[
                stores.drafts,
                stores.machine,
                stores.sessions,
                stores.sendings,
                AuthorRecords(moderation, clock=clock),
            ],
        ),
        editing=Editing(
            EditingStores(pages.kb, stores.drafts, stores.unexplained, moderation, stores.reports, stores.machine),
            DryRuns(vision, vision.threshold),
            threshold=vision.threshold,
            find=lambda words, lang: [found.entry for found in pages.find(words, lang)],
            clock=clock,
        ),
        submitting=Submitting(moderation, clock=clock),
        review=review,
        triage=Triage(moderation, review, clock=clock),
        team=Team(moderation, clock=clock),
        community=CommunitySettings(moderation, clock=clock),
        planning=Planning(moderation, clock=clock),
        reports=Reports(moderation, clock=clock),
        posts=ChannelPosts(moderation),
    )


@dataclass(frozen=True, slots=True)
class _Shell:
    """What the parts of the shell are built from."""

    settings: Settings
    options: BotOptions
    bot: Bot
    pictures: Pictures
    stores: Moderation
    cases: UseCases
    delivery: Delivery
    catalogues: Catalogues

    def conversation(self, metrics: Metrics, *, drafts: bool) -> Conversation:
        """What answers subscribers; memes may be proposed where a post or a decision is possible.

        ``drafts``: those of a model may be seen.
        """
        from memebot.telegram.subscribers.conversation import Conversation

        return Conversation(
            self.pictures,
            self.delivery,
            self.catalogues,
            metrics,
            max_mb=_fetched_mb(self.settings),
            proposable=self.settings.channel is not None or self.settings.moderators_chat is not None,
            posting=self.settings.channel is not None,
            drafts=drafts,
        )

    def background(self) -> Background:
        """What subscribers and editors hear unasked."""
        from memebot.telegram.editors.chores import EditorChores
        from memebot.telegram.subscribers.background import Background

        chores = EditorChores(self.cases.editing, self.pictures, self.delivery, self.catalogues)
        return Background(self.pictures, self.delivery, self.catalogues, chores=[chores.run])

    def editors(self, wake: Callable[[], None]) -> Editors:
        """What serves editors."""
        from memebot.telegram.editors.chat import Editors
        from memebot.vision.media.collage import collage
        from memebot.vision.role_sheet import draw_roles

        return Editors(
            self.cases.editing,
            self.pictures,
            self.delivery,
            self.options.collage or collage,
            draw_roles,
            wake=wake,
            max_mb=_fetched_mb(self.settings),
        )

    def tools(self, chat: TeamChat, storage: BaseStorage) -> TeamTools:
        """What the team that meets in ``chat`` works with; ``storage`` keeps what somebody was asked to type."""
        from memebot.telegram.moderators.card_watch import CardWatch
        from memebot.telegram.moderators.cards import Cards
        from memebot.telegram.moderators.members import Members
        from memebot.telegram.moderators.prompts import Prompts
        from memebot.telegram.moderators.tools import TeamTools

        db, stores, cases, clock = self.pictures.db, self.stores, self.cases, self.options.clock
        members = Members(self.bot, db, stores, chat, now=clock)
        cards = Cards(db, cases.review, stores.outbox, cases.answering, self.delivery, self.catalogues, members)
        return TeamTools(
            db=db,
            stores=stores,
            review=cases.review,
            team=cases.team,
            settings=cases.community,
            delivery=self.delivery,
            members=members,
            cards=cards,
            watch=CardWatch(db, stores, cases.review, cards, self.delivery, chat, clock=clock),
            prompts=Prompts(storage, self.bot.id, clock),
            clock=clock,
        )

    def intake(self, dispatcher: Dispatcher, state: BotState, metrics: Metrics) -> Intake:
        """What takes updates in."""
        from memebot.telegram.replicas.intake import SharedIntake
        from memebot.telegram.transport.intake import Intake

        bot, db, clock, shared = self.bot, self.pictures.db, self.options.clock, self.options.shared
        if shared is None:
            return Intake(bot, dispatcher, db, state.inbox, clock=clock, metrics=metrics)
        share, room = shared.share, shared.room
        return SharedIntake(bot, dispatcher, db, state.inbox, share, room, clock=clock, metrics=metrics)

    def of_several(self, intake: Intake, tools: TeamTools) -> Iterator[Worker]:
        """What each of several processes does beside answering."""
        from memebot.telegram.moderators.card_watch import DueCards
        from memebot.telegram.replicas.intake import SharedIntake

        if isinstance(intake, SharedIntake):
            yield intake
            yield DueCards(tools.watch)

    def places(self, state: BotState) -> Iterator[Worker]:
        """What tells people how long they wait, where pictures wait in the database."""
        from memebot.telegram.replicas.places import Places

        shared, db = self.options.shared, self.pictures.db
        if shared is not None and shared.room is not None:
            inbox, people, share = state.inbox, state.subscribers, shared.share
            yield Places(self.bot, db, inbox, people, self.delivery, self.catalogues, share, shared.room)

    def menus(self, tools: TeamTools, absent: Collection[str]) -> TeamMenus:
        """What Telegram shows beside the bot; ``absent``: commands that lead nowhere."""
        from memebot.telegram.transport.menu import TeamMenus

        async def roles() -> Mapping[int, Collection[str]]:
            return await self.pictures.db.run(self.cases.team.members)

        return TeamMenus(self.bot, self.catalogues, roles, lambda: tools.members.chat.chat_id, absent)

    def console(self, tools: TeamTools, sessions: ConsoleSessions) -> TeamConsole:
        """The way into the team's console."""
        from memebot.addresses import Addresses
        from memebot.telegram.team_console import TeamConsole

        url = self.settings.web_url
        addresses = None if url is None else Addresses.of(url)
        return TeamConsole(self.bot.token, tools, self.pictures, sessions, addresses, clock=self.options.clock)

    def role_news(self, tools: TeamTools, menus: TeamMenus) -> RoleNews:
        """What tells people of roles that they are given."""
        from memebot.telegram.role_news import RoleNews

        db, alerts, wake = self.pictures.db, self.stores.alerts, menus.loop.wake
        return RoleNews(db, alerts, self.delivery, tools.cards.texts_of, changed=wake, clock=self.options.clock)

    def shown_drafts(self, maker: DraftMaker | None, state: BotState) -> ShownDrafts | None:
        """Drafts for whoever asks, where the owner lets them be seen."""
        from memebot.drafting.shown import ShownDrafts

        if maker is None or self.settings.drafts_show != "marked":
            return None
        return ShownDrafts(state.db, self.cases.editing.stores.machine, self.cases.answering, self.options.clock)

    def drafts(self, maker: DraftMaker | None, shown: ShownDrafts | None) -> ModelDrafts | None:
        """What has memes drafted by a model, where there is one."""
        from memebot.telegram.drafting import ModelDrafts

        if maker is None:
            return None
        editing, clock = self.cases.editing, self.options.clock
        return ModelDrafts(editing, maker, self.pictures, self.delivery, self.catalogues, shown=shown, clock=clock)

    def channel_workers(self, tools: TeamTools, channels: AllChannels | None) -> Iterator[Worker]:
        """What tells the team and the authors, and posts where there are channels, in each by itself."""
        from memebot.channel.publishing import Publishing
        from memebot.telegram.authors.notices import Notices
        from memebot.telegram.channel.alerts import TeamAlerts
        from memebot.telegram.channel.late_buttons import LateButtons
        from memebot.telegram.channel.publisher import Publisher

        db, delivery, catalogues, clock = self.pictures.db, self.delivery, self.catalogues, self.options.clock
        alerts = TeamAlerts(db, self.stores.alerts, delivery, tools.cards, tools.members.chat, channels, clock=clock)
        yield alerts
        for channel in channels or ():
            publishing = Publishing(self.stores, clock=clock, channel=channel.name)
            yield Publisher(
                self.bot,
                db,
                publishing,
                delivery,
                channel,
                catalogues,
                changed=tools.watch.loop.wake,
                refused=alerts.loop.wake,
            )
            yield LateButtons(self.bot, db, publishing, delivery, catalogues)
        outbox, submitting = self.stores.outbox, self.cases.submitting
        notices = Notices(self.bot, db, submitting, outbox, self.cases.answering, delivery, catalogues, clock=clock)
        notices.on_unreached.append(tools.cards.tell_unreached)
        yield notices


def _runtime(shell: _Shell, stores: Stores, chat: TeamChat, maker: DraftMaker | None) -> BotRuntime:
    """The shell, put together; nothing is started. ``maker``: what asks a model for drafts."""
    from memebot.telegram.authors.proposals import Proposals
    from memebot.telegram.bot import BotRuntime, Services, build_dispatcher
    from memebot.telegram.change_watch import ChangeWatch
    from memebot.telegram.channel.channels import AllChannels
    from memebot.telegram.channel.language import CommunityLanguage
    from memebot.telegram.subscribers.albums import WINDOW_S, Albums
    from memebot.telegram.transport.metrics import Metrics
    from memebot.telegram.transport.storage import DatabaseStorage

    bot, db, settings = shell.bot, shell.pictures.db, shell.settings
    state = stores.state

    async def move_chat(old: int, new: int) -> None:
        await db.run(state.move_chat, old, new)

    async def follow_chat() -> None:
        if (old := chat.chat_id) is not None and (new := await db.run(state.moved_to, old)) != old:
            await tools.watch.chat_moved(old, new)

    metrics = Metrics()
    metrics.waiting.set_function(lambda: len(shell.pictures.queue))
    storage = DatabaseStorage(db, state.dialogues)
    channels = AllChannels(bot, settings.channels) if settings.channels else None
    shown = shell.shown_drafts(maker, state)
    drafts = shell.drafts(maker, shown)
    conversation, background, tools = (
        shell.conversation(metrics, drafts=shown is not None),
        shell.background(),
        shell.tools(chat, storage),
    )
    shell.delivery.on_move += [move_chat, tools.watch.chat_moved]
    shell.delivery.on_topic_lost += [tools.watch.topic_lost]
    menus = shell.menus(tools, conversation.absent)
    role_news = shell.role_news(tools, menus)
    console = shell.console(tools, stores.sessions)
    services = Services(
        conversation=conversation,
        albums=Albums(shell.options.album_window_s or WINDOW_S),
        catalogues=shell.catalogues,
        editors=shell.editors(background.loop.wake),
        tools=tools,
        planning=shell.cases.planning,
        reports=shell.cases.reports,
        posts=shell.cases.posts,
        submitting=shell.cases.submitting,
        proposals=Proposals(shell.cases.submitting, conversation, tools.watch.loop.wake)
        if conversation.proposable
        else None,
        channels=channels,
        menus=menus,
        role_news=role_news,
        console=console,
        model_address=None if maker is None else maker.drafter.endpoint.address,
        model_drafts=drafts,
        shown_drafts=shown,
    )
    dispatcher = build_dispatcher(services, storage, settings.channels)
    beside: tuple[Worker, ...] = (
        background,
        tools.watch,
        menus,
        role_news,
        *shell.channel_workers(tools, channels),
        *([] if drafts is None else [drafts]),
        *shell.places(state),
    )
    watch, language = ChangeWatch(db, stores.pages.kb), CommunityLanguage(db, shell.stores.community, shell.catalogues)
    watch.follows = [follow_chat]
    watch.wakes = [worker.loop.wake for worker in (language, *beside)]
    intake = shell.intake(dispatcher, state, metrics)
    console.wakes = watch.wakes
    return BotRuntime(
        bot=bot,
        dispatcher=dispatcher,
        intake=intake,
        delivery=shell.delivery,
        background=background,
        catalogues=shell.catalogues,
        metrics=metrics,
        tools=tools,
        console=console,
        beside=beside,
        everywhere=(language, watch, *shell.of_several(intake, tools)),
        share=None if shell.options.shared is None else shell.options.shared.share,
    )


@dataclass(frozen=True, slots=True)
class BotApp:
    """A bot that can be run or fed, with what it keeps; ``stores`` belong to the thread of ``db``."""

    runtime: BotRuntime
    pictures: Pictures
    db: DatabaseThread
    stores: Stores
    cases: UseCases


def fair_queue(settings: Settings) -> FairQueue:
    """As many turns as threads that read pictures, and one in which the next is fetched."""
    return FairQueue(slots=settings.threads + 1, limit=settings.queue_limit, per_user=settings.user_waiting_limit)


@asynccontextmanager
async def open_bot(
    settings: Settings, vision: BotVision, *, token: str, options: BotOptions | None = None
) -> AsyncIterator[BotApp]:
    """The bot over the home's database. Raises ``BotUnusable`` or ``DatabaseUnusable``."""
    from memebot.i18n import Catalogues
    from memebot.telegram.bot import build_bot
    from memebot.telegram.pictures import Pictures
    from memebot.telegram.transport.delivery import Delivery
    from memebot.telegram.transport.limits.shared import SharedLimits
    from memebot.telegram.transport.server_files import ServerFiles

    options = options or BotOptions()
    queue = options.queue
    if queue is None:
        queue = fair_queue(settings)
    address = database_address(settings)
    inference = options.inference or InferenceThread()
    async with DatabaseThread(address) as db:
        if options.clock is now:
            options = replace(options, clock=db.now)
        try:
            stores = await db.run(_open_stores, db.connection, settings, vision)
            limits = None if address.path is not None else partial(SharedLimits, db, stores.sendings)
            bot = build_bot(token, api_base=settings.api_base, session=options.session, limits=limits)
            cases = _use_cases(stores, settings, vision, options.clock)
            pictures = Pictures(db, cases.answering, vision, queue=queue, inference=inference)
            delivery = Delivery(bot, ServerFiles(settings.api_files, settings.max_file_mb))
            shell = _Shell(
                settings, options, bot, pictures, stores.moderation, cases, delivery, Catalogues(settings.lang)
            )
            chat = await db.run(_team_chat, stores.state, settings)
            with _bot_draft_maker(settings, options.clock) as maker:
                yield BotApp(_runtime(shell, stores, chat, maker), pictures, db, stores, cases)
        finally:
            if options.inference is None:
                inference.close()


@asynccontextmanager
async def open_receiver(settings: Settings, *, token: str, share: Share) -> AsyncIterator[Receiver]:
    """What keeps a bot's updates for the processes that answer them; no model is loaded.

    Raises ``BotUnusable`` or ``DatabaseUnusable``.
    """
    from aiogram import Dispatcher

    from memebot.answering.state import BotState
    from memebot.telegram.bot import Receiver, build_bot
    from memebot.telegram.replicas.intake import SharedIntake, kinds
    from memebot.telegram.transport.delivery import Delivery
    from memebot.telegram.transport.metrics import Metrics

    bot, metrics = build_bot(token, api_base=settings.api_base), Metrics()
    async with DatabaseThread(database_address(settings)) as db:
        state = await db.run(BotState, db.connection)
        intake = SharedIntake(bot, Dispatcher(), db, state.inbox, share, None, clock=db.now, metrics=metrics)
        allowed = kinds(with_channel=bool(settings.channels))
        yield Receiver(bot, intake, Delivery(bot), metrics, share, allowed, everywhere=(intake,))


def learning_report(settings: Settings, *, weeks: int) -> BaseReport:
    """What people's votes and questions of the last weeks say about the base of this home."""
    from memebot.answering.state import BotState
    from memebot.editing.report import ReportStore

    with open_base(settings) as kb:
        BotState(kb.handle.db)
        return ReportStore(kb.handle.db).report(
            now=now(),
            weeks=weeks,
            threshold=Explainer(words_searcher(kb, settings), min_confidence=settings.min_confidence).threshold,
            known=kb.entries.known_stems(),
        )


async def chat(settings: Settings, app: App, lines: Iterable[str], write: Callable[[Text], None]) -> None:
    """Talk with the bot in a terminal, line by line: the same handlers, no token."""
    from memebot.telegram.console import TOKEN, ConsoleSession, converse

    session = ConsoleSession(write)
    async with open_bot(settings, bot_vision(app), token=TOKEN, options=BotOptions(session)) as opened:
        await converse(opened.runtime, session, lines, write, lang=settings.lang)
        await opened.runtime.delivery.close()
