"""Speed, memory and reading errors on this machine, each beside its target."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.entry.fields import edit_field
from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Fingerprint, Keypoints, Reading
from knowledge.search.regressions import find_regressions
from knowledge.search.searcher import Searcher
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from memebot.app import Progress, calibration, examples, open_app, open_base, sync
from memebot.channel.review import Review
from memebot.channel.triage import QueueOrder, Triage
from memebot.database import Database, open_database, writing
from memebot.hashes import hamming
from memebot.measure.evaluation import peak_memory_mb
from memebot.settings import Settings
from memebot.vision.encoder.views import EXEMPLAR_VIEWS
from moderation.audit import COMMAND_LINE
from moderation.model import Medium, SubmissionDraft, SubmissionId
from moderation.queue.pending import PendingFilter
from moderation.reposts.features import Features, compare
from moderation.reposts.hashes import HASH_BYTES, NEAR, HashIndex
from moderation.reposts.visual_words import BITS, KEPT_WORDS, WordIndex, visual_words
from moderation.stores import Moderation

ROUNDS = 5
SYNTHETIC = 10_000
PENDING = 10_000
EXEMPLARS_EACH = 3
HASHES = 1_000_000
_OFF = 0.05  # of the bits of a visual word are others in another picture
EDITED = 1_000
EDITS = 300


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and what it should be."""

    name: str
    value: float
    unit: str
    target: str


@dataclass(frozen=True, slots=True)
class FigureRatio:
    """A figure now by the median of those of earlier runs; ``low`` and ``high``: by their highest and lowest."""

    name: str
    ratio: float
    low: float
    high: float


def saved_runs(path: Path) -> list[dict[str, float]]:
    """Runs that ``bench --json`` printed, one a line. Raises ``ValueError`` or ``TypeError`` where there is none."""
    return [
        {str(name): float(value) for name, value in json.loads(line).items()}
        for line in path.read_text("utf-8").splitlines()
    ]


def compare_runs(now: Mapping[str, float], then: Sequence[Mapping[str, float]]) -> list[FigureRatio]:
    """What this run shares with earlier ones, as ``bench --json`` prints them. What was nothing has no ratio."""
    ratios = []
    for name, value in now.items():
        earlier = [run[name] for run in then if run.get(name)]
        if earlier:
            ratios.append(
                FigureRatio(name, value / statistics.median(earlier), value / max(earlier), value / min(earlier))
            )
    return ratios


def run(settings: Settings, *, progress: Progress | None = None) -> list[Figure]:
    """All benchmarks; about two minutes. Times are medians of wall-clock time."""
    rows: list[Figure] = []
    steps: list[Callable[[], list[Figure]]] = [
        lambda: _start_up(settings),
        lambda: _pictures(settings, ocr=False),
        lambda: _pictures(settings, ocr=True),
        lambda: [Figure("peak memory", peak_memory_mb(), "MB", "≤ 1000")],
        lambda: _large_base(settings),
        lambda: _unchanged_sync(settings),
        lambda: _editing(settings),
        _seen_before,
        lambda: _short_list(settings),
        _queue,
        _reading_errors,
    ]
    for number, step in enumerate(steps):
        if progress:
            progress("benchmarks", number, len(steps))
        rows.extend(step())
    return rows


def _median_ms(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _start_up(settings: Settings) -> list[Figure]:
    picture = str(examples()[0][0])

    def command(*arguments: str) -> Callable[[], Any]:
        whole = [sys.executable, "-m", "memebot", *arguments]
        return lambda: subprocess.run(whole, check=True, capture_output=True)

    home = ["--home", str(settings.home)]
    command("explain", picture, *home)()  # warm
    with tempfile.TemporaryDirectory() as fresh:
        start = time.perf_counter()
        command("explain", picture, "--home", fresh)()
        first = time.perf_counter() - start
    return [
        Figure("memebot --help", _median_ms(command("--help")) / 1000, "s", "≤ 0.35"),
        Figure("cold explain, first ever", first, "s", ""),
        Figure("cold explain", _median_ms(command("explain", picture, *home), 3) / 1000, "s", "≤ 6"),
    ]


def _pictures(settings: Settings, *, ocr: bool) -> list[Figure]:
    paths = [path for path, _ in examples()]
    with open_app(settings.model_copy(update={"ocr": ocr})) as app:
        for path in paths:
            app.explain_file(path, "ru")  # warm
        times = [_median_ms(lambda path=path: app.explain_file(path, "ru"), 3) for path in paths]  # type: ignore[misc]
    name = "one picture, with its words" if ocr else "one picture, without its words"
    return [Figure(name, statistics.median(times), "ms", "≤ 450" if ocr else "≤ 120")]


def _large_base(settings: Settings) -> list[Figure]:
    path = examples()[0][0]
    with open_app(settings) as app:
        reading = app.reader.read_file(path)
        small = _median_ms(lambda: app.searcher.search(reading), 9)
        with _copy(settings) as kb:
            _fill(kb, app.encoder.id, app.encoder.dim, SYNTHETIC)
            searcher = Searcher(
                kb,
                encoder=app.encoder.id,
                bank=app.encoder.bank(),
                verify=app.searcher.verify,
                calibration=calibration(kb, app.encoder, settings),
            )
            searcher.search(reading)
            large = _median_ms(lambda: searcher.search(reading), 9)
    return [
        Figure("search, shipped base", small, "ms", ""),
        Figure(f"search, {SYNTHETIC} more entries", large, "ms", "≤ 30 ms more"),
    ]


@contextmanager
def _scratch() -> Iterator[Database]:
    """A database that lasts as long as something is measured in it."""
    with tempfile.TemporaryDirectory() as folder, closing(open_database(Path(folder) / "bench.sqlite3")) as database:
        yield database


@contextmanager
def _copy(settings: Settings) -> Iterator[KnowledgeBase]:
    """The base once more, to be changed at will."""
    with _scratch() as database:
        kb = KnowledgeBase(database)
        sync(kb, settings)
        yield kb


def _fill(kb: KnowledgeBase, encoder: EncoderId, dim: int, count: int) -> None:
    """Synthetic entries with random words and exemplars: as many as a base may ever have."""
    rng, random_rows = random.Random(0), np.random.default_rng(0)
    vocabulary = ["".join(rng.choice("aeioubcdfghklmnprst") for _ in range(rng.randint(4, 9))) for _ in range(8000)]

    def words(count: int) -> str:
        return " ".join(rng.choice(vocabulary) for _ in range(count))

    with kb.handle.write():
        for number in range(count):
            names = tuple(f"synthetic-{number}-{part}.fp.npz" for part in range(EXEMPLARS_EACH))
            for name in names:
                kb.exemplars.put(name, _random_fingerprint(random_rows, encoder, dim).to_bytes())
            entry = Entry(
                id=EntryId(f"synthetic-{number}"),
                kind="format",
                title={"ru": words(2), "en": words(2)},
                text={"ru": words(80), "en": words(80)},
                says=(words(4),),
                keywords={"ru": (f"{words(1)}x{number}",), "en": (words(1),)},
                exemplars=names,
            )
            kb.changes.save(entry, author="benchmark", now=datetime.now(UTC))


def _random_fingerprint(rng: np.random.Generator, encoder: EncoderId, dim: int) -> Fingerprint:
    points = rng.uniform(0, 320, (40, 2)).astype(np.float32)
    descriptors = rng.integers(0, 120, (40, 128), dtype=np.uint8)
    vectors = rng.normal(size=(len(EXEMPLAR_VIEWS), dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    plain = Fingerprint(rng.bytes(32).hex(), rng.bytes(32), 100, Keypoints(points, descriptors, (320, 320)))
    return plain.with_vectors(encoder, vectors)


def _unchanged_sync(settings: Settings) -> list[Figure]:
    with open_base(settings) as kb:
        entries = len(kb.entries.all())
        took = _median_ms(lambda: sync(kb, settings))
    return [Figure(f"sync of {entries} unchanged entries", took / 1000, "s", "≤ 0.5 for 200")]


def _editing(settings: Settings) -> list[Figure]:
    """Saving and trying changes of a base of ``EDITED`` entries, and the search in it before and after many edits."""
    encoder, dim = EncoderId("benchmark"), 256
    with _copy(settings) as kb:
        _fill(kb, encoder, dim, max(0, EDITED - len(kb.entries.all())))
        searcher = Searcher(
            kb,
            encoder=encoder,
            bank=np.zeros((0, dim), np.float32),
            verify=no_geometry,
            calibration=calibration(kb, None, settings),
        )
        entries = kb.entries.all()
        first, second = entries[0], entries[1]
        seen = _random_fingerprint(np.random.default_rng(1), encoder, dim)
        reading = Reading(seen.sha256, (seen,), caption=" ".join(first.title.values()))
        searcher.search(reading)
        before = _median_ms(lambda: searcher.search(reading), 15)
        small = Change.of(edit_field(first, "aliases", "a new name"))
        whole = edit_field(edit_field(first, "text.en", second.text["en"]), "text.ru", second.text["ru"])
        cold = _median_ms(lambda: find_regressions(searcher, kb, Change.of(whole)), 1)
        figures = [
            Figure("trial of a change", _median_ms(lambda: searcher.dry_run(small).search(reading)), "ms", "≤ 300"),
            Figure(
                "safety net, one name", _median_ms(lambda: find_regressions(searcher, kb, small)) / 1000, "s", "≤ 3"
            ),
            Figure("safety net, whole explanations, first time", cold / 1000, "s", "≤ 3"),
        ]
        saves = [_save_ms(kb, entries[number % len(entries)].id, f"name {number}") for number in range(EDITS)]
        searcher.search(reading)
        after = _median_ms(lambda: searcher.search(reading), 15)
    return [
        *figures,
        Figure(f"saving one of {len(entries)} entries", statistics.median(saves), "ms", "≤ 300"),
        Figure(f"saving one of {len(entries)} entries, slowest of {EDITS}", max(saves), "ms", "≤ 300"),
        Figure(f"search after {EDITS} edits, before them = 1", after / before, "", "≤ 1.1"),
    ]


def _save_ms(kb: KnowledgeBase, entry_id: EntryId, name: str) -> float:
    changed, number = edit_field(kb.entries.get(entry_id), "aliases", name), kb.revisions.current(entry_id).number
    start = time.perf_counter()
    kb.changes.save(changed, author="benchmark", now=datetime.now(UTC), base_revision=number)
    return (time.perf_counter() - start) * 1000


def _seen_before() -> list[Figure]:
    """The search for reposts among random hashes, of which each query is near to some of every distance."""
    rng, index = np.random.default_rng(0), HashIndex()
    kept = rng.integers(0, 256, (HASHES, HASH_BYTES), dtype=np.uint8)
    queries = kept[:: HASHES // 40].copy()
    for number, query in enumerate(queries):
        for bits in range(2 * NEAR):
            flips = np.zeros(HASH_BYTES * 8, np.uint8)
            flips[rng.permutation(flips.size)[:bits]] = 1
            kept[number * 2 * NEAR + bits + 1] = query ^ np.packbits(flips)
    index.add(range(HASHES), kept.tobytes())
    expected, found, times = 0, 0, []
    for query in queries:
        right = np.flatnonzero(hamming(kept, query) <= NEAR)
        start = time.perf_counter()
        got = {near.id for near in index.near(query.tobytes(), NEAR)}
        times.append((time.perf_counter() - start) * 1000)
        expected, found = expected + len(right), found + len(got.intersection(right.tolist()))
    return [
        Figure(f"repost lookup, {HASHES} hashes", statistics.median(times), "ms", "≤ 10"),
        Figure("repost index", index.nbytes / 1e6, "MB", "≤ 200"),
        Figure("repost recall against brute force", found / expected, "", "1"),
    ]


def _short_list(settings: Settings) -> list[Figure]:
    """The short list for cropped copies among pictures drawn from the base's exemplars, each feature a little off."""
    rng, index = np.random.default_rng(0), WordIndex()
    with open_base(settings, in_step=True) as kb:
        known = [kb.vectors.fingerprint(name).keypoints for name, _ in kb.vectors.hashes().owners]
    features = [Features(one.points, one.descriptors, one.size) for one in known if len(one) >= KEPT_WORDS]
    pool = np.concatenate([visual_words(one) for one in features])
    words = pool[rng.integers(0, len(pool), (HASHES, KEPT_WORDS))]
    for plane in range(BITS):
        words ^= (rng.random(words.shape) < _OFF).astype(np.uint32) << np.uint32(plane)
    drawn = words.tobytes()
    size = len(drawn) // HASHES
    index.add(range(HASHES), [drawn[start : start + size] for start in range(0, len(drawn), size)])
    index.sort_in()
    queries = features[:: max(1, len(features) // 20)]
    times = [_median_ms(lambda query=query: index.nearest(query, 24), 1) for query in queries]  # type: ignore[misc]
    compared = _median_ms(lambda: [compare(queries[0], queries[-1]) for _ in range(24)])
    return [
        Figure(f"repost short list, {HASHES} pictures", statistics.median(times), "ms", "≤ 20"),
        Figure("comparing the 24 on it", compared, "ms", "≤ 100"),
        Figure("repost short list, memory", index.nbytes / 1e6, "MB", "≤ 100"),
    ]


def measure_copies(settings: Settings, folders: Sequence[Path], progress: Progress) -> list[Figure]:
    """How well changed copies of labelled pictures are known again, with their words unless they are not read.

    Raises ``LabelsError``.
    """
    from memebot.measure.reposts import measure_reposts
    from memebot.vision.ocr.text_reader import TextReader

    reader = TextReader(tessdata=settings.tessdata) if settings.ocr else None
    found = measure_reposts(folders, reader, progress=progress)
    return [
        *(Figure(f"found again, {name}", share, "", "≥ 0.95") for name, share in found.recall.items()),
        Figure(f"false alarms, {found.pairs} pairs", found.alarms / max(1, found.pairs), "", "≤ 0.0001"),
        Figure(
            f"one template, other words, {found.template_pairs} pairs",
            found.template_alarms / max(1, found.template_pairs),
            "",
            "≤ 0.02",
        ),
        Figure(f"search among {found.pictures}", found.took_ms, "ms", ""),
    ]


def _reading_errors() -> list[Figure]:
    from memebot.measure.ocr_samples import large_samples, measure, samples
    from memebot.vision.ocr.text_reader import TextReader

    reader = TextReader()
    styles = measure(reader, samples())
    large = large_samples()
    took = _median_ms(lambda: [reader.read(sample.picture) for sample in large], 1) / len(large)
    return [
        *(
            Figure(f"character error, {style}", m.mean, "", "≤ 0.10" if style == "all" else "≤ 0.15")
            for style, m in styles.items()
        ),
        Figure("character error, large screens", measure(reader, large)["large"].mean, "", "≤ 0.15"),
        Figure("words of a large screen", took, "ms", "≤ 3000"),
    ]


def _queue() -> list[Figure]:
    """Our own time for a card and for a decision while very many submissions wait."""
    with _scratch() as database:
        stores = Moderation.open(database)
        start = datetime.now(UTC)
        _fill_queue(stores, start)
        numbers = iter(range(1, PENDING))

        def open_card() -> None:
            submission = stores.submissions.get(PENDING // 2)
            stores.submissions.place(submission.id)
            stores.queue.remarks(submission.id)
            stores.people.record(submission.author_id or 0, now=start)

        def page() -> None:
            stores.submissions.by_state("pending", 10, after=PENDING // 2)
            stores.submissions.count()

        def decide() -> None:
            stores.queue.approve(next(numbers), PENDING, when="next", now=start)
            stores.outbox.stale_cards()

        review = Review(stores, clock=lambda: start)
        triage, view = Triage(stores, review, clock=lambda: start), QueueOrder(PendingFilter(known=False), "newest")

        def console_page() -> None:
            triage.listed(view, COMMAND_LINE)

        def next_card() -> None:
            number = SubmissionId(PENDING - next(numbers))
            review.reject(number, COMMAND_LINE, version=1, silent=True)
            triage.card(triage.next(number, view, COMMAND_LINE) or number, view, COMMAND_LINE)

        works = {
            "open a card": open_card,
            "a page of the queue": page,
            "decide": decide,
            "a page of the console's queue, filtered and counted": console_page,
            "a verdict and the next card in the console": next_card,
        }
        return [
            Figure(f"{name}, {PENDING} pending", _median_ms(work, 21), "ms", "≤ 50") for name, work in works.items()
        ]


def _fill_queue(stores: Moderation, start: datetime) -> None:
    with writing(stores.db):
        for number in range(PENDING):
            medium = Medium("photo", f"file-{number}", f"unique-{number}")
            draft = SubmissionDraft(f"key-{number}", number // 3, "Author", (medium,), caption="x" * 200)
            made = stores.queue.submit(draft, now=start - timedelta(seconds=PENDING - number))
            stores.outbox.put_card(made.id, -1, number, version=made.version)
