"""Refitting the confidence on labelled pictures, regression texts and people's votes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from knowledge.entry.model import KINDS, Entry, EntryId, Kind
from knowledge.phrase_file import MEANING_FILE, PhraseFile
from knowledge.reading import EncoderId, Lang, Reading, Vectors
from knowledge.search.calibration import (
    ALONE_FEATURES,
    DEFAULT,
    HARDLY,
    MEANING_FEATURES,
    TEXT_FEATURES,
    VISUAL_FEATURES,
    WORDS,
    Calibration,
    CalibrationError,
    Logistic,
    expected_calibration_error,
    fit,
    set_apart,
)
from knowledge.search.meaning import phrases_of
from knowledge.search.visual import templates_of_jokes
from knowledge.store.base import KnowledgeBase
from knowledge.store.texts import RegressionText
from memebot.answering.state import BotState
from memebot.app import (
    SUBJECT_FILE,
    App,
    Progress,
    knowledge_folder,
    meaning_space,
    open_answers,
    open_base,
)
from memebot.editing.report import Label, ReportStore
from memebot.measure.evaluation import LabelledPicture, open_labelled, read_labels
from memebot.measure.subject import examples as subject_examples
from memebot.measure.subject import train_subject
from memebot.measure.texts import read_texts
from memebot.settings import Settings

log = logging.getLogger(__name__)

OWN_PHRASES = 1  # of an entry's phrases in either language and of either sort
PASSING = 3  # of so many concepts that are named where a text is about another, one is an example
BY_NAME = 3
ENOUGH_RIGHT = 20
NAMED = 1.0  # strength of a name by which a text is about a concept, even where it is about another first
CAUTION = 0.33  # log odds: a wrong answer is worse than none
WORDS_RIDGE = 0.2  # texts are many: a stronger penalty would hold what is plain
VISUAL_RIDGE = 0.1  # image scores are small numbers: a stronger penalty would flatten them


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Calibration error (before, after) on held-back data for each part, and whether the new one was kept."""

    ece: Mapping[str, tuple[float, float]]
    better: bool
    encoder: EncoderId


def not_worse(errors: Mapping[str, tuple[float, float]], *, slack: float) -> bool:
    """Whether no part's error (before, after) grew by more than ``slack``, in the three digits that are shown."""
    return bool(errors) and all(round(after, 3) <= round(before + slack, 3) for before, after in errors.values())


SLACK = 0.005
"""So much worse, on held-back data, counts as the same where labels are many."""
ENOUGH_VOTES = 10


@dataclass(slots=True)
class _Examples:
    """Candidates with their features, whether each is right, and which half of the data it is in."""

    features: list[Mapping[str, float]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    held_back: list[bool] = field(default_factory=list)

    def add(self, features: Mapping[str, float], right: bool, held_back: bool) -> None:
        self.features.append(features)
        self.right.append(right)
        self.held_back.append(held_back)

    def extend(self, others: _Examples) -> None:
        self.features += others.features
        self.right += others.right
        self.held_back += others.held_back

    def part(self, held_back: bool) -> tuple[list[Mapping[str, float]], list[bool]]:
        chosen = [i for i, held in enumerate(self.held_back) if held == held_back]
        return [self.features[i] for i in chosen], [self.right[i] for i in chosen]

    def enough(self) -> bool:
        """Whether either half has five that are right and five that are wrong."""
        return _both_kinds([self.part(half)[1] for half in (False, True)], ENOUGH_VOTES // 2)

    def error(self, model: Logistic, held_back: bool) -> float:
        rows, right = self.part(held_back)
        return expected_calibration_error([model.probability(row) for row in rows], right)


def calibrate(
    settings: Settings,
    folders: Sequence[Path],
    *,
    progress: Progress | None = None,
    out: Path | None = None,
    feedback: bool = False,
) -> Calibrated:
    """Refit the words on the regression texts and, with labelled folders, the picture channels on those.

    What people ask and write about entries are texts for the words, too, each as if nobody had written it down.
    Half of the data is held back to compare; what is not worse there is refitted on everything and stored.
    ``out``: a folder that gets ``words.json`` and ``visual.json`` for shipping, and before that what the words rest
    on, trained anew: ``subject.npz`` and, with a sentence encoder, ``meaning.npz``. ``feedback``: people's votes are
    labels, too; raises ``CalibrationError`` where there are too few for that.
    """
    rows = [row for folder in folders for row in read_labels(folder)]
    errors: dict[str, tuple[float, float]] = {}
    with open_labelled(settings, rows, progress) as (app, queries):
        current, encoder = app.searcher.calibration, app.encoder.id
        votes = _votes(settings, encoder, current.threshold) if feedback else []
        seen = [vote for vote in votes if _about_looks(app, vote.label)]
        visual = current.visual
        if queries or _enough(seen):
            visual = _fit_visual(app, queries, seen if _enough(seen) else [], current, errors, progress)
    with open_base(settings) as kb:
        unseen = _train(settings, kb, out) if out is not None else {}
        new = replace(_fit_said(settings, votes, current, errors, unseen), visual=visual)
        better = not_worse(errors, slack=0.0 if feedback else SLACK)
        if better:
            now = datetime.now(UTC)
            kb.vectors.put_calibration(WORDS, new.text_json(), now=now)
            if visual is not current.visual:
                kb.vectors.put_calibration(encoder, new.visual_json(), now=now)
    if better and out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "words.json").write_text(json.dumps(new.text_json(), indent=1) + "\n", "utf-8")
        (out / "visual.json").write_text(json.dumps(new.visual_json(), indent=1) + "\n", "utf-8")
    return Calibrated(errors, better, encoder)


@dataclass(frozen=True, slots=True)
class _Vote:
    """What people said about an answer, with what the bot saw in the picture."""

    label: Label
    reading: Reading


def _votes(settings: Settings, encoder: EncoderId, threshold: float) -> list[_Vote]:
    """Votes about pictures that are in the record; raises ``CalibrationError`` where there are too few."""
    with open_base(settings) as kb:
        state = BotState(kb.handle.db)
        labels = ReportStore(kb.handle.db).labels(threshold)
        readings = {label.sha256: state.pictures.reading(label.sha256, encoder) for label in labels}
    votes = [_Vote(label, reading) for label in labels if (reading := readings[label.sha256]) is not None]
    right = sum(vote.label.right for vote in votes)
    if min(right, len(votes) - right) < ENOUGH_VOTES:
        raise CalibrationError(
            f"{right} answers that people liked and {len(votes) - right} that they did not: "
            f"at least {ENOUGH_VOTES} of each are needed"
        )
    return votes


def _enough(votes: Sequence[_Vote]) -> bool:
    """Whether a fit on one half of these votes makes sense."""
    halves = [[vote.label.right for vote in votes if _held_back(vote.label.sha256) == half] for half in (False, True)]
    return _both_kinds(halves, ENOUGH_VOTES // 2)


def _both_kinds(groups: Sequence[Sequence[bool]], least: int) -> bool:
    """Whether each group has at least so many that are right, and so many that are wrong."""
    return all(min(sum(group), len(group) - sum(group)) >= least for group in groups)


def _about_looks(app: App, label: Label) -> bool:
    """Whether a vote about this entry is one about the picture: a joke on a template is right by its words."""
    entry = app.searcher.entries().get(label.entry)
    if entry is None or entry.kind == "concept":
        return False
    return not templates_of_jokes([*app.searcher.entries().values()]).get(entry.id)


def _held_back(name: str) -> bool:
    """Half of all names, whatever their order: rows often alternate in language or kind."""
    return _order(name) % 2 == 1


def _order(name: str) -> int:
    """Any order that does not depend on how things were written down."""
    return crc32(name.encode())


def _fit_visual(
    app: App,
    queries: Sequence[LabelledPicture],
    votes: Sequence[_Vote],
    current: Calibration,
    errors: dict[str, tuple[float, float]],
    progress: Progress | None,
) -> Logistic:
    from memebot.vision.errors import MediaError
    from memebot.vision.reader import PictureReader

    reader = PictureReader(app.encoder, None)
    pictures: list[_Examples] = []
    for number, row in enumerate(queries):
        if progress:
            progress("pictures", number, len(queries))
        try:
            sights = app.searcher.visual_evidence(reader.read_file(row.path))
        except MediaError:
            continue
        pictures.append(_Examples())
        for entry, sight in sights.items():
            pictures[-1].add(sight.features(), entry in row.labels, _held_back(row.path.name))
    voted = _Examples()
    for vote in votes:
        shown = app.searcher.visual_evidence(vote.reading).get(vote.label.entry)
        if shown is not None:
            voted.add(shown.features(), vote.label.right, _held_back(vote.label.sha256))
    if queries:
        # copies are rare in labels and never wrong: where geometry explains them too, they keep what they weighed
        prior: Mapping[str, float] = {"copy": DEFAULT.visual.weights["copy"]}
        name, examples = "pictures", _first_candidates(pictures, prior)
        examples.extend(voted)
    else:  # votes are about what was shown: they correct what is there, they do not make it anew
        name, examples, prior = "pictures people voted on", voted, current.visual.weights
    return _refit(name, examples, current.visual, VISUAL_FEATURES, errors, prior=prior, ridge=VISUAL_RIDGE)


def _first_candidates(pictures: Sequence[_Examples], prior: Mapping[str, float]) -> _Examples:
    """Of each picture the candidate that would be shown first: it is this one's confidence that people read.

    With fewer than five of them right, or wrong, in either half, all candidates: a first one that is wrong needs
    pictures that match nothing.
    """
    every, first = _Examples(), _Examples()
    for picture in pictures:
        every.extend(picture)
    if not every.enough():
        return every
    features, right = every.part(False)
    ranking = fit(features, right, VISUAL_FEATURES, prior=prior, ridge=VISUAL_RIDGE)
    for picture in pictures:
        seen = [number for number, features in enumerate(picture.features) if any(features.values())]
        if seen:
            best = max(seen, key=lambda number: (ranking.probability(picture.features[number]), picture.right[number]))
            first.add(picture.features[best], picture.right[best], picture.held_back[best])
    return first if first.enough() else every


def _train(settings: Settings, kb: KnowledgeBase, out: Path) -> Mapping[str, float]:
    """Train what tells subjects; what it says of the texts it was trained on by models without them."""
    space = meaning_space(kb, settings)
    entries, texts = kb.entries.all(), read_texts(knowledge_folder(settings))
    examples = subject_examples(entries, texts)
    vectors: Mapping[str, Vectors] = {}
    out.mkdir(parents=True, exist_ok=True)
    if space is not None:
        vectors = kb.vectors.phrase_vectors(space.encoder, [one.text for one in examples])
        shipped = [*(phrase for entry in entries for phrase in phrases_of(entry)), *(text.text for text in texts)]
        known = kb.vectors.phrase_vectors(space.encoder, shipped)
        (out / MEANING_FILE).write_bytes(PhraseFile.of(space.encoder, known).to_bytes())
    trained = train_subject(examples, vectors, None if space is None else space.encoder)
    (out / SUBJECT_FILE).write_bytes(trained.model.to_bytes())
    log.info("subjects: %s", trained.figures)
    return trained.unseen


@dataclass(frozen=True, slots=True)
class _Example:
    """A text that the words are fitted on. ``without``: phrases that it is looked for without, such as itself."""

    text: str
    entries: tuple[EntryId, ...]
    without: tuple[str, ...] = ()


def _said_examples(entries: Iterable[Entry], texts: Iterable[RegressionText]) -> Iterator[_Example]:
    for text in texts:
        yield _Example(text.text, text.entries)
    for entry in entries:
        if entry.kind == "format":  # nobody describes what he can name
            yield from (_Example(asked, (entry.id,)) for asked in _by_name(entry))
        for asks in entry.asks.values():
            yield from (_Example(asked, (entry.id,), _translations(entry.asks, asked)) for asked in _some(asks))
        for captions in entry.captions.values():
            yield from (_Example(said, (entry.id,), _translations(entry.captions, said)) for said in _some(captions))


def _some(phrases: Sequence[str]) -> list[str]:
    return sorted(phrases, key=_order)[:OWN_PHRASES]


def _translations(phrases: Mapping[Lang, Sequence[str]], phrase: str) -> tuple[str, ...]:
    """A phrase with its like in the other language, which stands at the same place there."""
    places = {said.index(phrase) for said in phrases.values() if phrase in said}
    return tuple(said[place] for place in places for said in phrases.values() if place < len(said))


def _by_name(entry: Entry) -> list[str]:
    """How one asks for a format by its name."""
    forms = ("{}", "мем {}", "что за мем {}", "{} meme", "what is the {} meme")
    names = [*entry.title.values(), *entry.aliases][:BY_NAME]
    return [forms[_order(name) % len(forms)].format(name) for name in names]


def _fit_said(
    settings: Settings,
    votes: Sequence[_Vote],
    current: Calibration,
    errors: dict[str, tuple[float, float]],
    unseen: Mapping[str, float],
) -> Calibration:
    """The words alone, and with a sentence encoder's meaning. ``unseen``: what texts are about, by a model that was
    not trained on them."""
    texts = read_texts(knowledge_folder(settings))
    examples: dict[str, _Examples] = {kind: _Examples() for kind in KINDS}
    passing = _Examples()  # concepts that a text names which was written for another entry
    voted: dict[str, _Examples] = {kind: _Examples() for kind in KINDS}
    asked: list[_Asked] = []
    with open_answers(settings) as explainer:
        for vote in votes:
            for entry, kind, features in explainer.searcher.text_features(vote.reading.text):
                if entry == vote.label.entry:
                    voted[kind].add(features, vote.label.right, _held_back(vote.label.sha256))
        for text in _said_examples(explainer.searcher.entries().values(), texts):
            about = unseen.get(text.text)
            found = explainer.searcher.text_features(text.text, about=about, without=text.without)
            asked.append(_Asked(text, found))
            for entry, kind, features in found:
                right = entry in text.entries
                named = text.entries and not right and kind == "concept" and features["name"] >= NAMED
                if not named:
                    examples[kind].add(features, right, _held_back(text.text))
                elif _order(entry + text.text) % PASSING == 0:
                    passing.add(features, right, _held_back(text.text))
    for kind in KINDS:
        examples[kind].extend(voted[kind])
    new = replace(current, text=_fit_kinds("words", examples, voted, current.text, TEXT_FEATURES, errors))
    if not any(features["near"] for features in examples["concept"].features):
        return new  # no sentence encoder here
    before = current.meaning or current.text
    pictured = _fit_kinds("pictured", examples, voted, current.pictured or before, MEANING_FEATURES, errors)
    examples["concept"].extend(passing)
    meaning = _fit_kinds("meaning", examples, voted, before, MEANING_FEATURES, errors)
    foremost = _foremost(asked, meaning)
    alone = _refit("alone", foremost, current.alone or NOT_APART, ALONE_FEATURES, errors, ridge=WORDS_RIDGE)
    alone = replace(alone, bias=alone.bias - CAUTION)
    return replace(new, meaning=meaning, pictured=pictured, alone=alone)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text and what it found."""

    example: _Example
    found: Sequence[tuple[EntryId, Kind, Mapping[str, float]]]


def _foremost(asked: Sequence[_Asked], models: Mapping[str, Logistic]) -> _Examples:
    """Of each text the entry that would answer it, beside the others."""
    examples = _Examples()
    for one in asked:
        if one.found:
            odds = {entry: models[kind].log_odds(features) for entry, kind, features in one.found}
            best = max(odds, key=odds.__getitem__)
            apart = set_apart(odds, one.found[0][2]["about"])
            examples.add(apart[best], best in one.example.entries, _held_back(one.example.text))
    return examples


NOT_APART = Logistic(HARDLY, {"evidence": 1.0})
"""What the evidence says by itself, whatever there is beside it."""


def _fit_kinds(
    name: str,
    examples: Mapping[str, _Examples],
    voted: Mapping[str, _Examples],
    current: Mapping[str, Logistic],
    features: Sequence[str],
    errors: dict[str, tuple[float, float]],
) -> Mapping[str, Logistic]:
    fitted: dict[str, Logistic] = {}
    for kind in KINDS:
        some, before, votes = examples[kind], current[kind], voted[kind]
        enough = sum(some.right) >= ENOUGH_RIGHT
        fitted[kind] = (
            _refit(f"{name}, {kind}s", some, before, features, errors, votes=votes, ridge=WORDS_RIDGE)
            if enough
            else before
        )
    return fitted


def _refit(
    name: str,
    examples: _Examples,
    current: Logistic,
    features: Sequence[str],
    errors: dict[str, tuple[float, float]],
    *,
    prior: Mapping[str, float] | None = None,
    ridge: float = 1.0,
    votes: _Examples | None = None,
) -> Logistic:
    """A model fitted on one half and compared on the other; on the ``votes`` among the examples also by themselves."""
    rows, right = examples.part(held_back=False)
    candidate = fit(rows, right, features, prior=prior, ridge=ridge)
    for part, some in ((name, examples), (f"{name}, votes alone", votes)):
        if some is not None and len(some.part(held_back=True)[0]) >= (1 if some is examples else ENOUGH_VOTES // 2):
            errors[part] = (some.error(current, held_back=True), some.error(candidate, held_back=True))
    return fit(examples.features, examples.right, features, prior=prior, ridge=ridge)
