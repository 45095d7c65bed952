"""Answering: what was asked before, what is answered, what is kept. Everything here is short work on the database.

What is slow (fetching, reading, searching a picture) lies between these calls: see ``memebot.telegram.pictures``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from knowledge.entry.model import EntryId
from knowledge.reading import EncoderId, Fingerprint, Keypoints, Lang, Reading
from knowledge.search.searcher import Match
from knowledge.stems import words
from memebot.answering.errors import HourLimit, QuestionTooLong
from memebot.answering.explainer import Explanation, language_of
from memebot.answering.grouping import GroupId
from memebot.answering.pages import Page, Pages, PageView
from memebot.answering.record import Answer, AnswerId
from memebot.answering.small_talk import small_talk
from memebot.answering.state import BotState
from memebot.answering.unexplained import Unexplained, Why
from memebot.database import writing
from memebot.i18n import phrase
from moderation.reposts.features import Features
from moderation.reposts.model import Appearance, Frame

MAX_QUESTION = 500
MAX_CAPTION = 1000
TEMPLATE_FLOOR = 0.2
"""So sure must a format be to count as a meme's template, though not as its explanation."""


class PersonalDataStore(Protocol):
    """A store that keeps something about people."""

    def about(self, user_id: int) -> dict[str, Any]: ...

    def forget(self, user_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where. ``user_id`` is the sender's: in a group an anonymous admin's is the group's own."""

    user_id: int
    chat_id: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one user may ask, and how long it is remembered."""

    pictures_per_hour: int = 60
    keep_days: int = 90


@dataclass(frozen=True, slots=True)
class SearchedPicture:
    """A picture, what the base says about it, and the words on it."""

    sha256: str
    matches: tuple[Match, ...]
    text: str


@dataclass(frozen=True, slots=True)
class MemeFacts:
    """The answer that was given about a meme, how sure, on which template, and what was read."""

    answer: Answer
    confidence: float
    template: EntryId | None
    reading: Reading | None

    @property
    def appearance(self) -> Appearance:
        """What is compared with earlier pictures."""
        return appearance_of(self.reading, self.answer.text, self.template)


def template_of(matches: Sequence[Match]) -> EntryId | None:
    """The format that a picture is made on, whatever the answer about it was: a joke is told on a template, too."""
    formats = (match for match in matches if match.kind == "format" and match.confidence >= TEMPLATE_FLOOR)
    return next((match.entry for match in formats), None)


def appearance_of(reading: Reading | None, text: str, template: EntryId | None) -> Appearance:
    """What is compared with earlier pictures: frames and words, and the template that was recognised."""
    frames = reading.frames if reading else ()
    prints = tuple(frame_of(frame) for frame in frames)
    return Appearance(prints, template=template, words=" ".join(words(text)))


def frame_of(seen: Fingerprint) -> Frame:
    """What is compared of one frame."""
    shown = None if seen.shown is None else _features(seen.shown)
    return Frame(seen.sha256, seen.pdq, seen.pdq_quality, _features(seen.keypoints), shown)


def _features(points: Keypoints) -> Features:
    return Features(points.points, points.descriptors, points.size)


class Answering:
    """Answers people and keeps what is needed to answer again. Belongs to the thread of its database."""

    def __init__(
        self,
        state: BotState,
        pages: Pages,
        unexplained: Unexplained,
        *,
        encoder: EncoderId,
        limits: Limits,
        clock: Callable[[], datetime],
        keepers: Sequence[PersonalDataStore] = (),
    ) -> None:
        """``encoder``: whose readings count. ``keepers``: further stores that keep something about a person."""
        self.state, self.pages, self.unexplained = state, pages, unexplained
        self.limits, self.clock, self.encoder = limits, clock, encoder
        self._personal: Sequence[PersonalDataStore] = (state, unexplained, *keepers)
        self._before_forgetting: dict[int, tuple[datetime, int]] = {}

    # --- people

    def about(self, user_id: int) -> dict[str, Any]:
        """All that is kept about a user."""
        return {key: rows for store in self._personal for key, rows in store.about(user_id).items()}

    def forget(self, user_id: int) -> None:
        """Delete all about a user, out of the file too.

        That they have asked of late is remembered in memory alone, and for no longer than the hourly limit needs it.
        """
        now = self.clock()
        since = now - timedelta(hours=1)
        self._before_forgetting = {who: kept for who, kept in self._before_forgetting.items() if kept[0] > since}
        if asked := self._asked_since(user_id, since):
            self._before_forgetting[user_id] = now, asked
        with writing(self.state.db):
            for store in self._personal:
                store.forget(user_id)
        self.state.db.checkpoint()

    def purge(self) -> int:
        """Delete what is older than is promised; how many answers went."""
        return self.state.purge(now=self.clock(), keep=timedelta(days=self.limits.keep_days))

    # --- what was seen before

    def look_up(self, asker: Asker, unique_id: str, caption: str) -> SearchedPicture | None:
        """What the record says about a picture; None if it must be looked at. Raises ``HourLimit`` then."""
        found = self.found(unique_id, caption)
        if isinstance(found, SearchedPicture):
            return found
        if self._asked_since(asker.user_id, self.clock() - timedelta(hours=1)) >= self.limits.pictures_per_hour:
            raise HourLimit(self.limits.pictures_per_hour)
        return None

    def _asked_since(self, user_id: int, since: datetime) -> int:
        """How many pictures this user was answered since then, also those that were forgotten."""
        at, forgotten = self._before_forgetting.get(user_id, (since, 0))
        return self.state.answers.pictures_since(user_id, since) + (forgotten if at > since else 0)

    def waits(self, answer: AnswerId, user_id: int) -> bool:
        """Whether this user has asked to be told when the picture can be explained."""
        return self.state.subscriptions.waits(answer, user_id)

    def found(self, unique_id: str, caption: str) -> SearchedPicture | Reading | None:
        """What the base of today was found to say about a picture, else what was read of it, else nothing."""
        pictures = self.state.pictures
        sha256 = pictures.sha256_of(unique_id, self.encoder)
        if sha256 is None:
            return None
        matches = pictures.matches(sha256, caption, self.pages.kb.generation())
        if matches is not None:
            return SearchedPicture(sha256, *matches)
        return pictures.reading(sha256, self.encoder, caption=caption)

    def reading_of(self, sha256: str) -> Reading | None:
        """What was read of a picture that is in the record."""
        return self.state.pictures.reading(sha256, self.encoder)

    def recorded_reading(self, unique_id: str) -> Reading | None:
        """What was read of the picture that Telegram knows by this lasting id."""
        sha256 = self.state.pictures.sha256_of(unique_id, self.encoder)
        return None if sha256 is None else self.reading_of(sha256)

    def keep_reading(self, reading: Reading, unique_id: str) -> None:
        """Keep what was read of the picture that Telegram knows by this lasting id."""
        self.state.pictures.put(reading, self.encoder, [unique_id], now=self.clock())

    # --- answers

    def ask(self, asker: Asker, question: str) -> Page:
        """Answer a question in words, in its own language, or for bare terms in the one that the asker chose.

        Raises ``QuestionTooLong``.
        """
        if len(question) > MAX_QUESTION:
            raise QuestionTooLong(MAX_QUESTION)
        chosen = self.state.subscribers.lang_of(asker.user_id)
        explanation = self.pages.questions.ask(question, language_of(question, chosen))
        answer = Answer(
            asker.user_id, asker.chat_id, "question", explanation.verdict, explanation.matches, question=question
        )
        return self.pages.first(self.state.answers.put(answer, now=self.clock()), explanation)

    def small_talk(self, asker: Asker, said: str) -> str | None:
        """What to say to small talk, in its own language; nothing is kept of it. None for what may be a question."""
        talk = small_talk(said)
        if talk is None:
            return None
        return phrase(language_of(said, self.state.subscribers.lang_of(asker.user_id)), talk.key)

    def answer(self, asker: Asker, picture: SearchedPicture, lang: Lang) -> Page:
        """Answer about a picture, as the base words it now; what it does not explain is kept for editors."""
        if not picture.text and (read := self.reading_of(picture.sha256)) is not None:
            picture = replace(picture, text=read.text)  # older posts were kept without their words
        explanation = self.pages.pictures.retell(picture.matches, picture.text, lang)
        answer = Answer(
            asker.user_id,
            asker.chat_id,
            "picture",
            explanation.verdict,
            picture.matches,
            picture.sha256,
            text=picture.text,
        )
        with writing(self.state.db):
            answer = self.state.answers.put(answer, now=self.clock())
            self.state.subscribers.answered_in(asker.user_id, lang)
            if explanation.entries:
                self.unexplained.answered(picture.sha256, explanation.entries, now=self.clock())
            else:
                self._missed(answer, asker.user_id, "unknown", explanation)
        return self.pages.first(answer, explanation)

    def _missed(self, answer: Answer, user_id: int, why: Why, explanation: Explanation) -> None:
        """This picture was not explained to this user, or not well: it is kept for editors."""
        reading = self.reading_of(answer.sha256 or "")
        if reading is not None:
            self.unexplained.record(
                reading,
                answer.id,
                user_id,
                why,
                template=template_of(answer.matches),
                answered=explanation.entries,
                now=self.clock(),
            )

    def unexplained_memes(self, limit: int) -> list[tuple[GroupId, Reading]]:
        """Memes that nothing explains, the newest, each with the group of its like that it is in."""
        found = ((group, self.reading_of(sha256)) for group, sha256 in self.unexplained.newest(limit))
        return [(group, reading) for group, reading in found if reading is not None]

    def settle(self, sha256: str, matches: Sequence[Match]) -> Explanation | None:
        """What a new search says about a picture that somebody asked about, None where that is no explanation."""
        explanation = self.pages.pictures.retell(matches, "", "en")
        if not explanation.entries:
            self.unexplained.reopen(sha256)
            return None
        self.unexplained.answered(sha256, explanation.entries, now=self.clock())
        return explanation

    def sent(self, answer: AnswerId, message_id: int, *, bot_id: int = 0, updates: Sequence[int] = ()) -> None:
        """The answer is this message now, and these updates are answered by it: both or neither."""
        with writing(self.state.db):
            self.state.answers.sent(answer, message_id)
            for update in updates:
                self.state.inbox.done(bot_id, update, now=self.clock())

    def page(self, answer: AnswerId, chat_id: int, lang: Lang, view: PageView) -> Page | None:
        """A page of an answer that was given in this chat; None for any other, or when it is gone."""
        found = self._own(answer, chat_id)
        return None if found is None else self.pages.page(found, lang, view)

    def _own(self, answer: AnswerId, chat_id: int) -> Answer | None:
        """Answers are opened where they were given: a forged button opens nobody else's."""
        found = self.state.answers.get(answer)
        return found if found is not None and found.chat_id == chat_id else None

    def facts(self, answer: AnswerId, chat_id: int) -> MemeFacts | None:
        """What is known of the picture of an answer that was given in this chat; None when it is gone."""
        found = self._own(answer, chat_id)
        if found is None or found.kind != "picture":
            return None
        explanation = self.pages.pictures.retell(found.matches, found.text, "en")
        return MemeFacts(
            found, explanation.confidence, template_of(explanation.matches), self.reading_of(found.sha256 or "")
        )

    def appearance(self, picture: SearchedPicture) -> Appearance:
        """What a picture looks like, to find it again in the channel."""
        present = self.pages.pictures.retell(picture.matches, picture.text, "en").matches
        return appearance_of(self.reading_of(picture.sha256), picture.text, template_of(present))

    def vote(self, answer: AnswerId, asker: Asker, vote: Literal[-1, 1]) -> bool:
        """Keep a vote; False if the answer is gone."""
        found = self._own(answer, asker.chat_id)
        if found is None:
            return False
        with writing(self.state.db):
            self.state.answers.vote(answer, asker.user_id, vote, now=self.clock())
            if vote < 0 and found.kind == "picture":
                explanation = self.pages.pictures.retell(found.matches, found.text, "en")
                self._missed(found, asker.user_id, "disliked", explanation)
            elif found.sha256:
                self.unexplained.withdraw(found.sha256, asker.user_id)
        return True

    def subscribe(self, answer: AnswerId, asker: Asker, *, on: bool, file_id: str = "") -> bool:
        """Tell this user when the picture can be explained, or do not; False if the answer is gone."""
        if self._own(answer, asker.chat_id) is None:
            return False
        if on:
            self.state.subscriptions.subscribe(answer, asker.user_id, file_id, now=self.clock())
        else:
            self.state.subscriptions.unsubscribe(answer, asker.user_id)
        return True
