"""Reading -> ranked matches, each with its evidence and a calibrated confidence.

Six channels, every one with evidence of its own:

``copy``       the same picture: SHA-256, then PDQ distance to an exemplar (at most 31 of 256, quality >= 50)
``geometry``   the same template under another caption: local features that agree on one placement
``image``      image vectors against the exemplars' vectors, view by view (``knowledge.search.similarity``)
``described``  image vector against the entry's descriptions in words
``said``       text from the picture and beside it against what entries call themselves and say
``meaning``    the same text as a sentence encoder takes it, against what people ask and say about entries; part of
               what ``said`` weighs, and never enough alone

Raw cosines are never thresholded: image similarities are normalised against a bank of pictures that match
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from knowledge.entry.model import Box, Entry, EntryId, Kind
from knowledge.reading import EncoderId, Reading, Vectors
from knowledge.search.calibration import DEFAULT, VISUAL_FEATURES, Calibration, Logistic, set_apart, sigmoid
from knowledge.search.dry_run import DryRun, SearchableBase
from knowledge.search.kept import KeptArrays
from knowledge.search.meaning import Begin, MeaningSpace
from knowledge.search.roles import RoleText, Scene, alike, fill, spots
from knowledge.search.subject import GRAVE, NO_SUBJECT, Subject, SubjectModel
from knowledge.search.text_match import NO_EVIDENCE, SharedWords, TextEvidence, TextIndex
from knowledge.search.visual import Locate, Verify, VisualEvidence, VisualIndex, no_placements, templates_of_jokes
from knowledge.search.words.caption import caption_of
from knowledge.search.words.picture_words import long_sentences, without_refrain
from knowledge.store.changes import Change

SAME = 0.99  # probability that a picture whose hash is that near is that picture
CANDIDATES = 12  # matches returned
AT_ONCE = 64  # texts whose meaning is compared together
FLOOR = 0.001  # what is less likely is not worth a line
JOKE_ON_ITS_FORMAT, JOKE_WITHOUT_ITS_FORMAT = 1.5, -1.0  # log odds
MAX_CONCEPTS = 3  # in one answer
FURTHER = 0.35  # how sure a second and third concept must be to be mentioned
JOKE_BESIDE_CONCEPT = 0.5  # likelier than not must a joke on a picture be that is less sure than a concept
JOKE_ON_A_PICTURE = 6.0  # log odds by which a concept on a picture may be surer than the joke that its words tell
GENERAL = frozenset(map(EntryId, ("machine-learning", "artificial-intelligence", "neural-network", "deep-learning")))
"""Concepts that only name the field: what any meme here is about explains none."""
PLACED = 0.1  # geometry's score from which on its placement is believed
ABOUT, ABOUT_FOR_LESS = 0.5, 0.3
"""So surely must a text be about machine learning for a joke, and beside a picture or for a concept."""
UNGROUNDED = 0.25  # the most that a text without a telling word of an entry says for it: a guess
ON_A_TEMPLATE = 1.0  # log odds by which the few words on a template that is surely seen say more than as many elsewhere
SAID_IN_PASSING = -1.0  # log odds of a joke that one sentence of several tells
MEANT = 300  # characters of a picture's text whose meaning stands for all of it
MOST_NEAR, MOST_AHEAD = 0.55, 0.15  # what nearly every sentence that tells a joke stays below
FOREMOST = (("joke", 0.38, 2.0), ("concept", 0.42, 0.7))
"""Of the joke, else the concept, that a meme's words fit better than any other: how near in meaning it must be, and the
log odds by which it is then surer. What shares only a name with a text is less near."""
FAR_AHEAD = 1.0  # log odds by which it fits better
NAMED_AT_LEAST, MEANT_AT_LEAST = 0.75, 0.365
"""So sure, or so near in meaning, must a concept be to be told of a picture on no known template."""
NAMED = 0.9  # probability of a concept from which on words are about it, whatever joke they resemble
WORTH_MORE = 0.9  # probability of a joke from which on nothing more is looked for
SURELY_SEEN = 0.9  # probability from which on a picture is of its template, whatever it says
JOKE_BY_LOOKS = 0.05  # probability of a joke from its picture alone, where others re-caption that picture


@dataclass(frozen=True, slots=True)
class Match:
    """One entry that a reading may be about.

    ``confidence``: calibrated probability that it is. ``evidence``: a score per channel that spoke for it.
    ``exemplar`` and ``frame``: which known picture the visual evidence is from, and which frame it matched. ``roles``:
    of a format, the picture's words that play its roles. ``caption``: what of the picture's words may be quoted, a line
    a line; only the first match of a search has it, since it is the picture's.
    """

    entry: EntryId
    kind: Kind
    confidence: float
    evidence: Mapping[str, float]
    words: tuple[str, ...] = ()
    exemplar: str | None = None
    frame: int = 0
    roles: tuple[RoleText, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class TextModels:
    """What reads texts. ``subject``: tells what they are about. ``space``: a sentence encoder's. ``words``: shared by
    all searches over one base. ``begin``: lets another thread take a text's meaning while a picture is looked at."""

    subject: SubjectModel | None = None
    space: MeaningSpace | None = None
    words: SharedWords = field(default_factory=SharedWords)
    begin: Begin | None = None


class Searcher:
    """The search over one base under one encoder.

    ``bank``: vectors of pictures that match nothing, (n, dimensions), or none. ``verify``: compares local features;
    ``locate``: says where pieces of a known picture lie. ``kept``: where what takes long is kept for another
    process. Reloads its arrays when the base has changed; each search sees one consistent state of it.
    """

    def __init__(
        self,
        kb: SearchableBase,
        *,
        encoder: EncoderId | None,
        bank: Vectors,
        verify: Verify,
        locate: Locate = no_placements,
        calibration: Calibration = DEFAULT,
        texts: TextModels | None = None,
        kept: KeptArrays | None = None,
    ) -> None:
        self._kb, self.encoder, self._bank, self.verify, self._locate = kb, encoder, bank, verify, locate
        self.calibration, self._texts, self._kept = calibration, texts or TextModels(), kept
        self._judges = _judges(self._texts)
        self._generation = -1
        self._entries: dict[EntryId, Entry] = {}
        self._text = TextIndex(())
        self._answers: dict[tuple[str, bool, float], EntryId | None] = {}

    def prepare(self) -> None:
        """Read the base now, not with the first search."""
        self._reload()

    def search(self, reading: Reading, *, geometry: bool = True) -> list[Match]:
        """Entries that the reading may be about, most confident first; empty when nothing speaks for any."""
        self._reload()
        self._foresee(reading)
        visual = self._visual.evidence(reading, geometry=geometry)
        form = self._surely_seen(visual)
        text = self._told(reading, form)
        if text is None:  # beside news of harm only a picture that is known as it stands is told about
            visual, text = {entry: sight for entry, sight in visual.items() if sight.same}, {}
        matches = self._rank(visual, text, on_template=form is not None)
        found = [self._with_roles(match, visual.get(match.entry, VisualEvidence()), reading) for match in matches]
        return [replace(match, caption=caption_of(reading.lines)) for match in found[:1]] + found[1:]

    def ask(self, question: str) -> list[Match]:
        """Entries that answer a question in words, most confident first; none beside news of harm."""
        return self.ask_each([question])[0]

    def ask_each(self, questions: Sequence[str]) -> list[list[Match]]:
        """``ask`` of several questions, in less time than one by one."""
        self._reload()
        return [match for at in range(0, len(questions), AT_ONCE) for match in self._ask(questions[at : at + AT_ONCE])]

    def _ask(self, questions: Sequence[str]) -> Iterator[list[Match]]:
        judged = [self._judged(question) for question in questions]
        told = [vector for vector, subject in judged if vector is not None and subject.grave < GRAVE]
        near = iter(self._meaning.near_each(told) if told else ())
        for question, (vector, subject) in zip(questions, judged, strict=True):
            if subject.grave >= GRAVE:
                yield []
                continue
            meaning = {} if vector is None else next(near)
            yield self._rank(None, self._text.evidence(question, meaning=meaning, about=subject.about))

    def answer(self, text: str, threshold: float, *, question: bool) -> EntryId | None:
        """The entry that answers a text in words, ``None`` if none is sure enough; kept until the base changes."""
        self._reload()
        key = (text, question, threshold)
        if key not in self._answers:
            chosen = choose(self.ask(text), threshold, question=question)
            self._answers[key] = chosen[0].entry if chosen else None
        return self._answers[key]

    def dry_run(self, change: Change) -> Searcher:
        """A search over this base as if the change were saved; nothing is written.

        It keeps what the base is now: make another for another change or after a save.
        """
        self._reload()
        trial = Searcher(
            DryRun(self._kb, self._entries, change),
            encoder=self.encoder,
            bank=self._bank,
            verify=self.verify,
            locate=self._locate,
            calibration=self.calibration,
            texts=self._texts,
        )
        trial._reload()
        return trial

    def corrected(self, read: Sequence[str]) -> set[str]:
        """The stems of a text as the search takes them, spelling repaired."""
        self._reload()
        return self._text.corrected(read)

    def mended(self, text: str) -> str:
        """A text from a picture with blanks where text recognition left them out."""
        self._reload()
        return self._text.mended(text)

    def visual_evidence(self, reading: Reading, *, geometry: bool = True) -> dict[EntryId, VisualEvidence]:
        """The raw visual evidence, for calibration."""
        self._reload()
        return self._visual.evidence(reading, geometry=geometry)

    def role_spots(self, entry: EntryId, reading: Reading) -> list[tuple[str, Box]]:
        """Where on a picture the words of a format's roles stand: the role, the box around its words."""
        visual = self.visual_evidence(reading).get(entry, VisualEvidence())
        return spots(self._entries[entry], reading.lines, self._scene(self._entries[entry], visual, reading))

    def text_features(
        self, text: str, *, about: float | None = None, without: Sequence[str] = ()
    ) -> list[tuple[EntryId, Kind, Mapping[str, float]]]:
        """The raw evidence of a text: (entry, its kind, features), for calibration.

        ``about``: what it is known to be about, by a model that has not seen it. ``without``: as if no entry had these
        phrases among what people ask and write.
        """
        self._reload()
        vector, subject = self._judged(text)
        left_out = [phrase for one in without if (phrase := self._judged(one)[0]) is not None]
        meaning = {} if vector is None else self._meaning.near(vector, without=left_out)
        told = subject.about if about is None else about
        found = self._text.evidence(text, meaning=meaning, about=told, without=without).items()
        return [(entry, self._entries[entry].kind, evidence.features()) for entry, evidence in found]

    def entries(self) -> Mapping[EntryId, Entry]:
        """All entries as they are now, by id."""
        self._reload()
        return self._entries

    def entry(self, entry: EntryId) -> Entry:
        """An entry as of the last search."""
        return self._entries[entry]

    def current_id(self, entry: EntryId) -> EntryId | None:
        """The id of an entry now, also where it was renamed or merged into another; ``None`` if it is gone."""
        self._reload()
        return entry if entry in self._entries else self._moved.get(entry)

    def _reload(self) -> None:
        generation = self._kb.generation()
        if generation == self._generation:
            return
        self._entries = {entry.id: entry for entry in self._kb.entries.all()}
        self._moved = self._kb.entries.moved_ids()
        self._templates_of = templates_of_jokes(list(self._entries.values()))
        entries = [*self._entries.values()]
        self._text = self._texts.words.index(entries, generation)
        self._visual = VisualIndex(
            self._kb.vectors, self._templates_of, self.encoder, self._bank, self.verify, self._kept
        )
        if self._texts.space is not None:
            self._meaning = self._texts.space.index(entries, self._kb.vectors, generation)
        self._answers = {}
        self._generation = generation

    def _by_text(
        self, entry: Entry, text: TextEvidence, *, seen: bool, on_template: bool = False, apart: float | None = None
    ) -> float:
        """What the words say for an entry; a guess at most without a telling word, or in a text about something else,
        unless the entry's name is all that it asks about; without a picture, a joke in everyday words alone, too.
        ``seen``: they stand on a picture that was seen. ``on_template``: it is surely of a template, so its words are
        few and each was put there for the joke. ``apart``: what they say for it beside the others."""
        found = _probability(self._models(seen=seen)[entry.kind], text.features()) if apart is None else apart
        if self._elsewhere(entry, text, seen=seen) or not text.grounded:
            return min(found, UNGROUNDED)
        if text.partial:
            found = joined(found, SAID_IN_PASSING)
        named = on_template and entry.kind == "concept" and (text.about >= ABOUT or not self._judges)
        return joined(found, ON_A_TEMPLATE) if named else found

    def _elsewhere(self, entry: Entry, text: TextEvidence, *, seen: bool) -> bool:
        """Whether a text is about something else, and not a description of a template."""
        if not self._judges or entry.kind == "format" or text.meant:
            return False
        borrowed = entry.kind == "joke" and not seen and not text.of_field
        return borrowed or text.about < (ABOUT_FOR_LESS if seen or entry.kind == "concept" else ABOUT)

    def _apart(self, text: Mapping[EntryId, TextEvidence]) -> dict[EntryId, float]:
        """What words without a picture say for each entry beside the others; empty where that was never fitted."""
        alone, models = self.calibration.alone, self.calibration.meaning
        if alone is None or models is None or self._texts.space is None:
            return {}
        found = {entry: evidence.features() for entry, evidence in text.items() if entry in self._entries}
        odds = {entry: models[self._entries[entry].kind].log_odds(features) for entry, features in found.items()}
        about = max((evidence.about for evidence in text.values()), default=0.0)
        return {entry: alone.probability(features) for entry, features in set_apart(odds, about).items()}

    def _models(self, *, seen: bool) -> Mapping[str, Logistic]:
        """What weighs the evidence of texts: with a sentence encoder's where that was fitted."""
        fitted = self.calibration.pictured if seen else self.calibration.meaning
        return self.calibration.text if fitted is None or self._texts.space is None else fitted

    def _said(self, text: str, gist: str = "") -> dict[EntryId, TextEvidence] | None:
        """The evidence of a text; ``None`` for one about people who died or were hurt, beside which nothing is told.
        ``gist``: the part of it whose meaning is its own, if not all of it."""
        vector, subject = self._judged(text, gist)
        if subject.grave >= GRAVE:
            return None
        meaning = {} if vector is None else self._meaning.near(vector)
        return self._text.evidence(text, meaning=meaning, about=subject.about)

    def _surely_seen(self, visual: Mapping[EntryId, VisualEvidence]) -> Entry | None:
        """The format whose template a picture is of, whatever it says."""
        sure = [
            self._entries[entry]
            for entry, sight in visual.items()
            if self._entries[entry].kind == "format"
            and _probability(self.calibration.visual, sight.features()) >= SURELY_SEEN
        ]
        return sure[0] if len(sure) == 1 else None

    def _told(self, reading: Reading, form: Entry | None) -> dict[EntryId, TextEvidence] | None:
        """The evidence of a picture's words, and of what is left of them without those that its template always says,
        whichever is stronger; for jokes, of one sentence among several, too."""
        whole = self._said(_words_of(reading), _gist(reading.text, reading.caption))
        if whole is None:
            return None
        found = dict(whole)
        own = reading.text if form is None else without_refrain(reading.text, form)
        if own != reading.text:
            self._take_stronger(
                found, self._said(_with_caption(own, reading.caption), _gist(own, reading.caption)) or {}
            )
        for sentence in long_sentences(own):
            said = (self._said(sentence) or {}) if self._may_tell(sentence, found) else {}
            jokes = {entry: text for entry, text in said.items() if self._entries[entry].kind == "joke"}
            self._take_stronger(found, {entry: replace(text, partial=True) for entry, text in jokes.items()})
        return found

    def _may_tell(self, sentence: str, found: Mapping[EntryId, TextEvidence]) -> bool:
        """Whether a sentence can say more for a joke than what was found, whatever it means: its words tell at once,
        its meaning takes long."""
        for entry, text in self._text.evidence(sentence, about=1.0).items():
            if text.grounded and self._entries[entry].kind == "joke":
                best = replace(text, near=MOST_NEAR, ahead=MOST_AHEAD, partial=True)
                already = self._strength(entry, found.get(entry, NO_EVIDENCE))
                if already < WORTH_MORE and self._strength(entry, best) > max(already, FURTHER):
                    return True
        return False

    def _take_stronger(self, found: dict[EntryId, TextEvidence], other: Mapping[EntryId, TextEvidence]) -> None:
        for entry, text in other.items():
            if self._strength(entry, text) > self._strength(entry, found.get(entry, NO_EVIDENCE)):
                found[entry] = text

    def _strength(self, entry: EntryId, text: TextEvidence) -> float:
        return self._by_text(self._entries[entry], text, seen=True)

    def _foresee(self, reading: Reading) -> None:
        """Let the meaning of the words be taken while the picture is looked at."""
        space, begin = self._texts.space, self._texts.begin
        if space is not None and begin is not None:
            gist = _gist(reading.text, reading.caption)
            space.foresee([gist] if gist else [], self._kb.vectors, begin)

    def _judged(self, text: str, gist: str = "") -> tuple[Vectors | None, Subject]:
        """A text's meaning, that of its ``gist`` if it has one, where there is an encoder for it, and what it is
        about."""
        if not text.strip():
            return None, NO_SUBJECT
        vector = None if self._texts.space is None else self._texts.space.vector(gist or text, self._kb.vectors)
        if self._texts.subject is None:
            return vector, NO_SUBJECT
        return vector, self._texts.subject.judge(text, vector if self._judges else None)

    def _rank(
        self,
        visual: Mapping[EntryId, VisualEvidence] | None,
        text: Mapping[EntryId, TextEvidence],
        *,
        on_template: bool = False,
    ) -> list[Match]:
        """``visual``: the evidence of the picture, ``None`` where there is none to look at."""
        candidates = (entry for entry in {**(visual or {}), **text} if entry in self._entries)
        apart = self._apart(text) if visual is None else {}
        found = (
            self._match(
                self._entries[entry],
                visual.get(entry, VisualEvidence()) if visual is not None else None,
                text.get(entry, NO_EVIDENCE),
                on_template=on_template,
                apart=apart.get(entry),
            )
            for entry in candidates
        )
        matches = [match for match in found if match is not None]
        if visual is not None:
            matches = self._with_foremost(matches, text)
        matches.sort(key=lambda match: (-match.confidence, match.entry))
        return matches[:CANDIDATES]

    def _with_foremost(self, matches: list[Match], text: Mapping[EntryId, TextEvidence]) -> list[Match]:
        """The matches, surer of the joke that a meme's words fit far better than any other, or else of such a concept:
        words about machine learning on a picture were put there for a joke."""
        threshold = self.calibration.threshold
        for kind, near, odds in FOREMOST if self._judges else ():
            first = foremost(matches, kind, threshold, self._akin)
            said = text[first.entry] if first is not None else NO_EVIDENCE
            if first is None or not said.grounded or said.about < ABOUT or said.near < near:
                continue
            surer = joined(first.confidence, odds)
            if first.confidence < threshold <= surer:
                return [replace(match, confidence=surer) if match is first else match for match in matches]
        return matches

    def _akin(self, one: EntryId, other: EntryId) -> bool:
        """Whether two entries are about one thing: then each is a sign of the other."""
        first, second = ({entry, *self._entries[entry].concepts} for entry in (one, other))
        return not first.isdisjoint(second)

    def _match(
        self,
        entry: Entry,
        visual: VisualEvidence | None,
        text: TextEvidence,
        *,
        on_template: bool = False,
        apart: float | None = None,
    ) -> Match | None:
        """``None`` for one that hardly anything speaks for."""
        by_text = self._by_text(entry, text, seen=visual is not None, on_template=on_template, apart=apart)
        confidence = by_text if visual is None else self._confidence(entry, visual, by_text)
        evidence = {**(visual.features() if visual else {}), "said": by_text, "meaning": text.near}
        if confidence < FLOOR or not any(score > 0 for score in evidence.values()):
            return None
        return Match(
            entry=entry.id,
            kind=entry.kind,
            confidence=confidence,
            evidence={channel: round(score, 4) for channel, score in evidence.items() if score > 0},
            words=text.words,
            exemplar=visual.exemplar if visual else None,
            frame=visual.frame if visual else 0,
        )

    def _with_roles(self, match: Match, visual: VisualEvidence, reading: Reading) -> Match:
        """The match with the words of its roles, where it is a format that is likely enough to be told."""
        entry = self._entries[match.entry]
        if match.kind != "format" or match.confidence < FURTHER or not (entry.roles or entry.rows):
            return match
        return replace(match, roles=fill(entry, reading.lines, self._scene(entry, visual, reading)))

    def _scene(self, entry: Entry, visual: VisualEvidence, reading: Reading) -> Scene:
        if not reading.frames:
            return Scene(seen=False)
        frame, known, found = reading.frames[visual.frame], visual.exemplar, visual.verified
        points = frame.keypoints.points / np.array(frame.keypoints.size)
        seen = _probability(self.calibration.visual, visual.features()) >= FURTHER
        if known is None or found is None or visual.geometry < PLACED:
            return Scene(points=points, seen=seen)
        exemplar = self._visual.fingerprint(known)
        first = self._visual.fingerprint(entry.exemplars[0]) if entry.exemplars else exemplar
        native = alike(exemplar.keypoints.size, first.keypoints.size)
        return Scene(self._locate(frame, exemplar, found), native, points, seen)

    def _confidence(self, entry: Entry, visual: VisualEvidence, by_text: float) -> float:
        if entry.kind == "concept":
            return by_text
        by_picture = _probability(self.calibration.visual, visual.features())
        by_picture = max(by_picture, SAME if visual.same else 0.0)
        if self._templates_of.get(entry.id) and not visual.same:
            # the picture proves the format alone; which joke it is, the words must say
            by_text = max(by_text, JOKE_BY_LOOKS * by_picture)
            return joined(by_text, JOKE_ON_ITS_FORMAT if by_picture >= 0.5 else JOKE_WITHOUT_ITS_FORMAT)
        return 1 - (1 - by_picture) * (1 - by_text)


def _judges(texts: TextModels) -> bool:
    """Whether what a text is about is told by its meaning: the words alone are no judge of that."""
    subject, space = texts.subject, texts.space
    return subject is not None and space is not None and subject.reads(space.encoder)


def _probability(model: Logistic, features: Mapping[str, float]) -> float:
    return model.probability(features) if any(features.values()) else 0.0


def joined(probability: float, evidence: float) -> float:
    """The probability after further evidence, given as a logarithm of odds."""
    if probability <= 0:
        return 0.0
    if probability >= 1:
        return 1.0
    return sigmoid(math.log(probability / (1 - probability)) + evidence)


def _words_of(reading: Reading) -> str:
    """What stands on a picture and beside it."""
    return _with_caption(reading.text, reading.caption)


def _with_caption(text: str, caption: str) -> str:
    return f"{text}\n{caption}".strip()


def _gist(text: str, caption: str) -> str:
    """What stands on a picture and beside it, of a long text its beginning: each word more takes time."""
    if len(text) > MEANT:
        text = text[:MEANT].rsplit(maxsplit=1)[0]
    return _with_caption(text, caption)


def choose(matches: Sequence[Match], threshold: float, *, question: bool) -> list[Match]:
    """What an answer is made of: nothing; a joke and the format it is told in; or a format and up to three concepts.

    A text is about one thing first; what else it names need not be as sure to be mentioned after that. A concept
    that only names the field answers nothing but a question.
    """
    sure = [match for match in matches if match.confidence >= threshold]
    if question:
        return sure[:1]
    formats = [match for match in sure if match.kind == "format"][:1]
    concepts = _concepts(matches, sure)
    joke = next((match for match in sure if match.kind == "joke"), None)
    seen = any(map(_seen, matches))
    if joke is not None and _beats(joke, concepts, seen=seen):
        return [joke, *formats]
    if not formats and concepts and seen and _in_passing(concepts[0]):
        return []
    return [*formats, *concepts]


def foremost(
    matches: Sequence[Match], kind: str, threshold: float, akin: Callable[[EntryId, EntryId], bool]
) -> Match | None:
    """The joke that words fit far better than any other, if there is one, and if they do not name a concept outright;
    or the concept, if they tell nothing else.

    Where no concept is sure, entries that are ``akin`` to it count as signs of it, not as others.
    """
    told = sorted((m for m in matches if "said" in m.evidence and m.kind != "format"), key=lambda m: -m.confidence)
    told = [match for match in told if match.entry not in GENERAL]
    surest = max((match.confidence for match in told if match.kind == "concept"), default=0.0)
    candidates = [match for match in told if match.kind == kind] if kind == "joke" else told
    if not candidates or candidates[0].kind != kind or surest >= (NAMED if kind == "joke" else threshold):
        return None
    first, *others = candidates
    rivals = [other for other in others if surest >= threshold or not akin(first.entry, other.entry)]
    second = max((rival.confidence for rival in rivals), default=FLOOR)
    return first if first.confidence >= joined(second, FAR_AHEAD) else None


def _beats(joke: Match, concepts: Sequence[Match], *, seen: bool) -> bool:
    """Whether a joke replaces what its words are about: one whose own picture is known does, a mere guess does not.

    By words alone it must be as sure as they are, or nearly so on a picture that was ``seen``, and likelier than not.
    """
    surest = max((match.confidence for match in concepts), default=0.0)
    if (_seen(joke) or seen) and joke.confidence < min(surest, JOKE_BESIDE_CONCEPT):
        return False
    if _seen(joke):
        return True
    return (joined(joke.confidence, JOKE_ON_A_PICTURE) if seen else joke.confidence) >= surest


def _in_passing(concept: Match) -> bool:
    """Whether a picture's words only name a concept, as far as their meaning tells: alone it would be no answer."""
    return concept.confidence < NAMED_AT_LEAST and 0 < concept.evidence.get("meaning", 0.0) < MEANT_AT_LEAST


def _seen(match: Match) -> bool:
    return not match.evidence.keys().isdisjoint(VISUAL_FEATURES)


def _concepts(matches: Sequence[Match], sure: Sequence[Match]) -> list[Match]:
    """The surest concept and what else is named, but for the field itself."""
    first = next((match for match in sure if match.kind == "concept" and match.entry not in GENERAL), None)
    if first is None:
        return []
    named = [m for m in matches if m.kind == "concept" and m.words and m.confidence >= FURTHER]
    return [first, *(m for m in named if m is not first and m.entry not in GENERAL)][:MAX_CONCEPTS]
