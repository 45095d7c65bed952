"""The text channel: which entries is a text about?

A text (words read from a picture, its caption, a question) is compared with what entries call themselves
(title, aliases), the words they go with (keywords), the phrases that such memes carry (``says``, fuzzily: text
recognition errs), and with all that is said in them and about them (explanations, ``asks``, ``captions`` and the rest,
by BM25). Words are weighed: an everyday word proves little, a word that many entries
share proves little, "xgboost" proves a lot. What the text means as a whole, and whether it is about machine learning
at all, is found elsewhere and taken in as further features.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from threading import Lock

from rapidfuzz import fuzz

from knowledge.entry.model import Entry, EntryId
from knowledge.search.calibration import MEANING_FEATURES, TEXT_FEATURES
from knowledge.search.meaning import NO_MEANING, Meaning
from knowledge.search.words.base_words import WordSegments
from knowledge.search.words.entry_words import NOTHING_SPOKEN, EntryWords, Spoken
from knowledge.search.words.field_words import FieldWords
from knowledge.search.words.glued import GluedWords
from knowledge.search.words.lookalikes import Lookalikes
from knowledge.search.words.segment import TERM, Term
from knowledge.search.words.spelling import SpellingRepair
from knowledge.stems import everyday_stems, normalize, stems, stop_stems

EVERYDAY, SHARED, UNKNOWN = 0.3, 0.35, 0.5
COMPOUND_BONUS = 0.4
SETTING = 0.6
SETTING_WORDS = frozenset({"in", "of", "inside", "в", "во", "у", "внутри"})
ARTICLES = frozenset({"a", "an", "the"})
REPAIRED = 0.8
NOTHING_NEAR: Mapping[EntryId, Meaning] = {}
QUOTED = 0.6  # similarity from which on a phrase of a meme stands in a text, short ones included


MEME_STEMS = frozenset(stems("meme memes template мем мемы мема мемас мемчик мемасик шаблон"))
"""Words by which somebody asks for a meme rather than for what it is about."""


_FEATURES = tuple(dict.fromkeys((*TEXT_FEATURES, *MEANING_FEATURES)))


@dataclass(frozen=True, slots=True)
class TextEvidence:
    """Why a text may be about an entry. All features are 0 for nothing and grow with the evidence.

    ``name``: strength of the best title or alias found, about 1 for one telling word or two everyday ones.
    ``meant``: 1 if that name is all that the text asks about, as in "what is a layer" or "what are layers in a
    neural network", less if it is other entries' name, too.
    ``keyword``: sum over the three best other keywords. ``phrase``: best ``says`` phrase, 0..1.
    ``coverage``: part of the text's content that these explain, 0..1. ``spoken`` and ``foremost``: as ``Spoken``
    says. ``narrow``: the better of name and keyword; what it leaves unexplained makes it less for a broad subject that
    many entries rest on: in "why does deep learning need a GPU" the GPU is what is asked about. ``near`` and
    ``ahead``: as ``Meaning`` says.
    ``about``: as ``Subject`` says, of the whole text. ``called``: 1 for a joke or a format where the text asks for a
    meme, as in "what is that meme with the two buttons". ``grounded``: the words alone are a sign: one telling word,
    or two everyday ones, or a phrase of such memes, or all that the text asks about; without that an entry is a
    guess at most. ``partial``: it is of one sentence of a longer text.
    ``of_field``: a word of the text is in many entries and seldom in everyday texts.
    """

    name: float = 0.0
    meant: float = 0.0
    keyword: float = 0.0
    phrase: float = 0.0
    coverage: float = 0.0
    spoken: float = 0.0
    foremost: float = 0.0
    narrow: float = 0.0
    near: float = 0.0
    ahead: float = 0.0
    about: float = 0.0
    called: float = 0.0
    grounded: bool = False
    partial: bool = False
    of_field: bool = False
    words: tuple[str, ...] = ()

    def features(self) -> dict[str, float]:
        """What the model of the text channel weighs."""
        return {name: getattr(self, name) for name in _FEATURES}


NO_EVIDENCE = TextEvidence()


@dataclass(slots=True)
class _TermMatch:
    """Terms of one entry that occur in the text: stems -> strength."""

    names: dict[tuple[str, ...], float] = field(default_factory=dict)
    keywords: dict[tuple[str, ...], float] = field(default_factory=dict)
    meant: float = 0.0
    phrase: float = 0.0
    phrase_stems: frozenset[str] = frozenset()
    spoken: Spoken = NOTHING_SPOKEN


@dataclass(frozen=True, slots=True)
class _Query:
    """What a text asks, whatever it finds. ``weights``: of the stems that say something."""

    weights: Mapping[str, float]
    about: float
    called: bool
    of_field: bool
    total: float


class TextIndex:
    """Terms and phrases of a base, ready to be looked up in texts. Immutable once built.

    Work per text grows with the text and with what it matches, not with the base.
    """

    def __init__(self, entries: Iterable[Entry], segments: WordSegments | None = None) -> None:
        """``segments``: in which entries were looked up before."""
        known = list(entries)
        self._ids = [entry.id for entry in known]
        self._kinds = {entry.id: entry.kind for entry in known}
        self._resting = Counter(link for entry in known for link in (*entry.formats, *entry.concepts))
        self._words = (segments or WordSegments()).words(known)
        self._spoken = EntryWords(known, self._words)
        self._field = FieldWords(known, self._words)
        self._spelling = SpellingRepair(self._words)
        self._lookalikes = Lookalikes(lambda stem: stem in self._words or self._words.explains(stem))
        self._glued = GluedWords(lambda stem: self._words.count(stem, TERM) > 0)

    def weight(self, stem: str) -> float:
        """How much one word says about a subject: 0 for a stop word, 1 for a word of one entry alone."""
        if stem in stop_stems():
            return 0.0
        known = self._words.count(stem, TERM)
        return _specificity(stem) / _commonness(known) if known else UNKNOWN * _specificity(stem)

    def corrected(self, read: Iterable[str]) -> set[str]:
        """Stems as they are looked up, one-letter mistakes repaired."""
        return {self._spelling.correct(stem) for stem in read}

    def mended(self, text: str) -> str:
        """A text with blanks where text recognition left them out, and letters of the alphabet that was printed."""
        return self._glued.mended(self._lookalikes.mended(text))

    def evidence(
        self,
        text: str,
        *,
        meaning: Mapping[EntryId, Meaning] = NOTHING_NEAR,
        about: float = 0.0,
        without: Sequence[str] = (),
    ) -> dict[EntryId, TextEvidence]:
        """Evidence for every entry that the text may be about.

        ``meaning``: the entries that are near it in meaning. ``about``: whether it is about machine learning at all.
        ``without``: phrases of ``asks`` or ``captions`` to leave out, as if nobody had written them down.
        """
        text = f"{self.mended(text)}\n{self._glued.joined(text)}"
        read = stems(text)
        called = not MEME_STEMS.isdisjoint(read)
        if called:
            read = [stem for stem in read if stem not in MEME_STEMS] or read
        query = [self._spelling.correct(stem) for stem in read]
        content = [stem for stem in query if stem not in stop_stems()]
        if not query:
            return {}
        found: dict[EntryId, _TermMatch] = defaultdict(_TermMatch)
        self._find_terms(query, found, repaired=set(query) - set(read))
        self._find_phrases(query, normalize(text), found)
        for entry, spoken in self._spoken.speaking(query, without=without).items():
            found[entry].spoken = spoken
        for entry in meaning:
            found[entry]  # near in meaning alone: without a word in common it can be a guess
        whole = self._query(content, about=about, called=called)
        return {entry: self._weigh(entry, hits, meaning.get(entry, NO_MEANING), whole) for entry, hits in found.items()}

    def _query(self, content: Sequence[str], *, about: float, called: bool) -> _Query:
        weights = {stem: self.weight(stem) for stem in content}
        of_field = any(stem in self._field for stem in weights)
        return _Query(weights, about, called, of_field, sum(weights.values()) or 1.0)

    def _find_terms(self, query: Sequence[str], found: dict[EntryId, _TermMatch], repaired: Set[str]) -> None:
        at = [place for place, stem in enumerate(query) if stem not in stop_stems()]
        content = [query[place] for place in at]
        matches = [
            (range(start, start + len(term.stems)), self._ids[entry], term)
            for start, first in enumerate(content)
            for entry, term in self._words.terms(first)
            if tuple(content[start : start + len(term.stems)]) == term.stems
        ]
        namesakes = self._namesakes(term for _, _, term in matches)
        setting = {n for spot, _, term in matches if term.is_name and _is_setting(query, at[spot[0]]) for n in spot}
        if all(setting.issuperset(spot) for spot, _, term in matches if term.is_name):
            setting = set()  # "stuck in a local minimum": nothing else is named
        longer = {spot for spot, _, term in matches if term.is_name}
        asked = [n for n in range(len(content)) if n not in setting]
        for spot, entry, term in matches:
            hits = found[entry].names if term.is_name else found[entry].keywords
            meant = list(spot) == asked and len(content) < len(query)
            strength = _strength(term, meant, namesakes)
            if meant and term.is_name:
                found[entry].meant = 1 / _commonness(namesakes[term.stems, True])
            if setting.issuperset(spot) or any(_lies_within(spot, other) for other in longer):
                strength *= SETTING
            if repaired & set(term.stems):
                strength *= REPAIRED
            hits[term.stems] = max(strength, hits.get(term.stems, 0.0))

    def _namesakes(self, terms: Iterable[Term]) -> Counter[tuple[tuple[str, ...], bool]]:
        """How many entries have these terms: as a name, at all."""
        wanted, counts = {term.stems for term in terms}, Counter[tuple[tuple[str, ...], bool]]()
        for first in {some[0] for some in wanted}:
            for _, term in self._words.terms(first):
                if term.stems in wanted:
                    counts[term.stems, False] += 1
                    counts[term.stems, True] += term.is_name
        return counts

    def _find_phrases(self, query: Sequence[str], text: str, found: dict[EntryId, _TermMatch]) -> None:
        present = set(query)
        for number, phrase in self._words.phrases(present):
            score = _phrase_similarity(phrase.text, text)
            hits = found[self._ids[number]]
            if score > hits.phrase:
                hits.phrase, hits.phrase_stems = score, phrase.stems & present

    def _weigh(self, entry: EntryId, hits: _TermMatch, near: Meaning, query: _Query) -> TextEvidence:
        explained: set[str] = set(hits.phrase_stems)
        explained.update(stem for term in (*hits.names, *hits.keywords) for stem in term)
        named = {stem for term in hits.names for stem in term}
        others = (score for term, score in hits.keywords.items() if not named.issuperset(term))
        name, keyword = max(hits.names.values(), default=0.0), sum(sorted(others, reverse=True)[:3])
        coverage = min(1.0, sum(query.weights.get(stem, 0.0) for stem in explained) / query.total)
        breadth = math.log1p(self._resting[entry]) * (1 - coverage)
        signs = explained & query.weights.keys()
        return TextEvidence(
            name=name,
            meant=hits.meant,
            keyword=keyword,
            phrase=hits.phrase,
            coverage=coverage,
            spoken=hits.spoken.score,
            foremost=hits.spoken.foremost,
            narrow=min(1.0, max(name, keyword)) / (1 + breadth),
            near=near.near,
            ahead=near.ahead,
            about=query.about,
            called=float(query.called and self._kinds.get(entry) != "concept"),
            grounded=hits.phrase >= QUOTED or signs >= query.weights.keys() or _is_a_sign(signs | hits.spoken.stems),
            of_field=query.of_field,
            words=tuple(" ".join(term) for term in (*hits.names, *hits.keywords)),
        )


class SharedWords:
    """The index of a base's words for several searches of one process, each on its own thread.

    ``segments``: in which its entries are looked up.
    """

    def __init__(self, segments: WordSegments | None = None) -> None:
        self._segments = segments or WordSegments()
        self._last: tuple[tuple[int, int], TextIndex] | None = None
        self._lock = Lock()

    def index(self, entries: Sequence[Entry], generation: int) -> TextIndex:
        """The index of these entries; ``generation`` 0 stands for an unsaved change, which nobody shares."""
        state = (generation, hash(tuple(entry.id for entry in entries)))
        if not generation:
            return TextIndex(entries, self._segments)
        with self._lock:
            if self._last is None or self._last[0] != state:
                self._last = state, TextIndex(entries, self._segments)
            return self._last[1]


def _lies_within(spot: range, other: range) -> bool:
    """Is it a part of a longer name: the network of a "convolutional neural network"?"""
    return spot != other and spot.start in other and spot[-1] in other


def _strength(term: Term, meant: bool, namesakes: Mapping[tuple[tuple[str, ...], bool], int]) -> float:
    """A name is weakened by entries of the same name, a keyword by every entry that has it.

    An everyday word proves little, unless it is ``meant`` as a term.
    """
    bonus = COMPOUND_BONUS if len(term.stems) > 1 else 0.0
    strength = min(1.5, sum(1.0 if meant else _specificity(stem) for stem in term.stems) + bonus)
    return strength / _commonness(namesakes[term.stems, term.is_name])


def _is_setting(query: Sequence[str], place: int) -> bool:
    """Is the word at this place where something is, rather than what it is: "in a neural network"?"""
    before = place - 1
    while before >= 0 and query[before] in ARTICLES:
        before -= 1
    return before >= 0 and query[before] in SETTING_WORDS


def _specificity(stem: str) -> float:
    return EVERYDAY if stem in everyday_stems() or stem.isdigit() or len(stem) < 2 else 1.0


def _is_a_sign(found: Set[str]) -> bool:
    """One word that tells, or two everyday ones."""
    return len(found) > 1 or any(_specificity(stem) == 1.0 for stem in found)


def _commonness(entries: int) -> float:
    return 1 + SHARED * math.log(entries)


def _phrase_similarity(phrase: str, text: str) -> float:
    """0..1: how nearly the phrase occurs somewhere in the text; short phrases never reach 1."""
    if len(text) < len(phrase) * 0.7:
        return 0.0  # partial_ratio would look for the text in the phrase instead
    ratio = fuzz.partial_ratio(phrase, text, score_cutoff=75)
    return max(0.0, (ratio - 75) / 25) * min(1.0, len(phrase) / 12)
