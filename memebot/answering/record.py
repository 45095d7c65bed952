"""What was read, searched and answered: pictures, answers with their votes, and who waits to be told.

Every method is one short transaction. Times are aware UTC and given by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, NewType

from knowledge.entry.model import EntryId
from knowledge.reading import EncoderId, Fingerprint, Lang, Line, Reading, text_of
from knowledge.search.roles import RoleText
from knowledge.search.searcher import Match
from memebot.database import Store, iso, upsert, writing

AnswerId = NewType("AnswerId", int)
Question = Literal["picture", "question"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with all that is needed to tell it again. ``text``: what was read on the picture.

    ``id`` is 0 until it is recorded, ``message_id`` None until it is sent.
    """

    user_id: int
    chat_id: int
    kind: Question
    verdict: str
    matches: tuple[Match, ...]
    sha256: str | None = None
    question: str = ""
    text: str = ""
    id: AnswerId = AnswerId(0)
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody who wants to hear when a picture is explained."""

    answer: Answer
    user_id: int
    file_id: str


class PictureRecord(Store):
    """What was read of pictures, and what the base said about them; the pictures themselves are not kept."""

    def put(self, reading: Reading, encoder: EncoderId, unique_ids: Iterable[str], *, now: datetime) -> None:
        """Keep what was read of a picture, without the picture and without its caption."""
        lines = [_kept_line(line) for line in reading.lines]
        frames = [frame.to_bytes() for frame in reading.frames]
        change = self.change
        with writing(self.db):
            change(
                "insert into pictures (sha256, encoder, lines, read_at) values (?, ?, ?, ?) on conflict (sha256)"
                " do update set encoder = excluded.encoder, lines = excluded.lines, read_at = excluded.read_at",
                [reading.sha256, encoder, json.dumps(lines, ensure_ascii=False), iso(now)],
            )
            change("delete from picture_frames where sha256 = ?", [reading.sha256])
            change("delete from results where sha256 = ?", [reading.sha256])
            for position, data in enumerate(frames):
                change("insert into picture_frames values (?, ?, ?)", [reading.sha256, position, data])
            for unique_id in unique_ids:
                change(upsert("picture_files", "unique_id", "sha256"), [unique_id, reading.sha256])

    def sha256_of(self, unique_id: str, encoder: EncoderId) -> str | None:
        """Which picture Telegram's lasting file id stands for, if it was read under this encoder."""
        found: str | None = self.value(
            "select sha256 from picture_files join pictures using (sha256) where unique_id = ? and encoder = ?",
            [unique_id, encoder],
        )
        return found

    def reading(self, sha256: str, encoder: EncoderId, *, caption: str = "") -> Reading | None:
        """What was read of a picture under this encoder, with ``caption`` beside it."""
        kept = self.value("select lines from pictures where sha256 = ? and encoder = ?", [sha256, encoder])
        if kept is None:
            return None
        lines = [_line(*line) for line in json.loads(kept)]
        return Reading(sha256, self.frames(sha256), tuple(lines), caption)

    def frames(self, sha256: str) -> tuple[Fingerprint, ...]:
        """What was seen in the frames of a picture, under whatever encoder; none of one that is not kept."""
        frames = self.rows("select fingerprint from picture_frames where sha256 = ? order by position", [sha256])
        return tuple(Fingerprint.from_bytes(frame[0]) for frame in frames)

    def put_matches(self, sha256: str, caption: str, generation: int, matches: Sequence[Match]) -> None:
        """What a base of this generation says about a picture; nothing if the picture is not kept (any more).

        With a caption, nothing is kept either: it is its author's alone, and the picture may be another's as well.
        """
        if caption:
            return
        self.change(
            "insert into results select sha256, ?, ?, ? from pictures where sha256 = ? on conflict (sha256, caption)"
            " do update set generation = excluded.generation, matches = excluded.matches",
            [caption, generation, _dump(matches), sha256],
        )

    def matches(self, sha256: str, caption: str, generation: int) -> tuple[tuple[Match, ...], str] | None:
        """The matches of that generation and the words on the picture, if there are any in the record."""
        row = self.row(
            "select matches, lines from results join pictures using (sha256)"
            " where sha256 = ? and caption = ? and generation = ?",
            [sha256, caption, generation],
        )
        return None if row is None else (matches_of(row[0]), text_of(line[0] for line in json.loads(row[1])))


class AnswerRecord(Store):
    """Answers that were given, and what people thought of them."""

    def put(self, answer: Answer, *, now: datetime) -> Answer:
        """Record an answer before it is sent; the same with its number."""
        with writing(self.db):
            number = self.value(
                "insert into answers (user_id, chat_id, kind, sha256, question, text, matches, verdict, at)"
                " values (?, ?, ?, (select sha256 from pictures where sha256 = ?), ?, ?, ?, ?, ?) returning id",
                [
                    answer.user_id,
                    answer.chat_id,
                    answer.kind,
                    answer.sha256,
                    answer.question,
                    answer.text,
                    _dump(answer.matches),
                    answer.verdict,
                    iso(now),
                ],
            )
        return replace(answer, id=AnswerId(number))

    def sent(self, answer: AnswerId, message_id: int) -> None:
        """The answer is this message now."""
        self.change("update answers set message_id = ? where id = ?", [message_id, answer])

    def drop_unsent(self, answer: AnswerId) -> None:
        """This answer could not be sent: nobody got it."""
        self.change("delete from answers where id = ? and message_id is null", [answer])

    def get(self, answer: AnswerId) -> Answer | None:
        """An answer that was given and not forgotten."""
        row = self.row(f"select {_ANSWER} from answers a where a.id = ?", [answer])
        return None if row is None else _answer(row)

    def pictures_since(self, user_id: int, since: datetime) -> int:
        """How many pictures of this user were answered since then."""
        return int(
            self.value(
                "select count(*) from answers where user_id = ? and kind = 'picture' and at >= ?", [user_id, iso(since)]
            )
        )

    def vote(self, answer: AnswerId, user_id: int, vote: Literal[-1, 1], *, now: datetime) -> None:
        """One vote a user and answer; the last one counts."""
        self.change(
            "insert into feedback values (?, ?, ?, ?) on conflict (answer_id, user_id)"
            " do update set vote = excluded.vote, at = excluded.at",
            [answer, user_id, vote, iso(now)],
        )


class SubscriptionRecord(Store):
    """Who waits to be told that a picture can be explained."""

    def subscribe(self, answer: AnswerId, user_id: int, file_id: str, *, now: datetime) -> None:
        """Tell this user when the picture of this answer can be explained; asking twice is asking once."""
        self.change(
            "insert into subscriptions (answer_id, user_id, file_id, at) values (?, ?, ?, ?) on conflict do nothing",
            [answer, user_id, file_id, iso(now)],
        )

    def unsubscribe(self, answer: AnswerId, user_id: int) -> None:
        """Do not tell."""
        self.change(
            "delete from subscriptions where answer_id = ? and user_id = ? and told_at is null", [answer, user_id]
        )

    def waits(self, answer: AnswerId, user_id: int) -> bool:
        """Whether this user is yet to be told of this answer's picture."""
        return bool(
            self.value(
                "select count(*) from subscriptions where answer_id = ? and user_id = ? and told_at is null",
                [answer, user_id],
            )
        )

    def waiting(self) -> list[Subscription]:
        """Who waits to be told, the longest first; without those being told and those who stopped the bot."""
        rows = self.rows(
            f"select s.user_id, s.file_id, {_ANSWER} from subscriptions s join answers a on a.id = s.answer_id"
            " left join users u on u.id = s.user_id"
            " where s.told_at is null and s.claimed_at is null and u.blocked_at is null order by s.at, s.answer_id"
        )
        return [Subscription(_answer(row[2:]), row[0], row[1]) for row in rows]

    def claim(self, waiting: Subscription, *, now: datetime) -> bool:
        """Whether the caller is the one to tell: true once, for whoever asks first."""
        changed = self.change(
            "update subscriptions set claimed_at = ?"
            " where answer_id = ? and user_id = ? and told_at is null and claimed_at is null",
            [iso(now), waiting.answer.id, waiting.user_id],
        )
        return changed == 1

    def told(self, waiting: Subscription, *, now: datetime) -> None:
        """Telegram has taken the message."""
        self.change(
            "update subscriptions set told_at = ? where answer_id = ? and user_id = ?",
            [iso(now), waiting.answer.id, waiting.user_id],
        )

    def unclaim(self, waiting: Subscription) -> None:
        """Telling failed: somebody may try again."""
        self.change(
            "update subscriptions set claimed_at = null where answer_id = ? and user_id = ?",
            [waiting.answer.id, waiting.user_id],
        )

    def unclaim_all(self) -> None:
        """The process that was telling has ended: whom Telegram was not heard to have told is told anew."""
        self.change("update subscriptions set claimed_at = null where told_at is null")


_ANSWER = "a.id, a.user_id, a.chat_id, a.message_id, a.kind, a.sha256, a.question, a.text, a.matches, a.verdict"


def _answer(row: Sequence[Any]) -> Answer:
    number, user_id, chat_id, message_id, kind, sha256, question, text, matches, verdict = row
    return Answer(
        user_id, chat_id, kind, verdict, matches_of(matches), sha256, question, text, AnswerId(number), message_id
    )


def _kept_line(line: Line) -> list[Any]:
    return [line.text, line.confidence, line.lang, line.box, line.frame, line.words, line.doubtful]


def _line(
    text: str, sure: float, lang: Lang, box: Sequence[float], frame: int, words: Any = (), doubtful: Any = ()
) -> Line:
    """A line as it was kept; the places of its words, and which may be misread, were not always."""
    left, top, width, height = box
    places = tuple((start, end) for start, end in words)
    return Line(text, sure, lang, (left, top, width, height), frame, places, tuple(doubtful))


def _dump(matches: Sequence[Match]) -> str:
    return json.dumps(_kept(matches), ensure_ascii=False)


def kept_answer(matches: Sequence[Match], text: str) -> dict[str, Any]:
    """All that telling an answer again needs, as JSON, as it is kept with a submission; ``answer_of`` reads it."""
    return {"matches": _kept(matches), "text": text}


def answer_of(kept: Any) -> tuple[tuple[Match, ...], str]:
    """The matches and the words on the picture that are kept with a submission; earlier versions kept no words."""
    if isinstance(kept, Mapping):
        return _matches(kept.get("matches") or ()), str(kept.get("text", ""))
    return _matches(kept or ()), ""


def matches_of(kept: str) -> tuple[Match, ...]:
    """The matches that are kept with an answer, which are JSON."""
    return _matches(json.loads(kept))


def _kept(matches: Sequence[Match]) -> list[dict[str, Any]]:
    return [
        {
            "entry": m.entry,
            "kind": m.kind,
            "confidence": m.confidence,
            "evidence": dict(m.evidence),
            **({"words": m.words} if m.words else {}),
            **({"caption": m.caption} if m.caption else {}),
            **({"roles": [[one.role, one.text] for one in m.roles]} if m.roles else {}),
        }
        for m in matches
    ]


def _matches(kept: Iterable[Mapping[str, Any]]) -> tuple[Match, ...]:
    return tuple(
        Match(
            EntryId(m["entry"]),
            m["kind"],
            m["confidence"],
            m.get("evidence", {}),
            words=tuple(m.get("words", ())),
            roles=tuple(RoleText(*one) for one in m.get("roles", ())),
            caption=m.get("caption", ""),
        )
        for m in kept
    )
