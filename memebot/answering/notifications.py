"""Who is told that a meme can be explained by now, and what the editors of its entries hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.reading import Lang
from knowledge.search.searcher import Match
from memebot.answering.answering import Answering, Asker, SearchedPicture
from memebot.answering.pages import Page
from memebot.answering.record import Subscription
from memebot.answering.unexplained import NotificationCount
from memebot.database import writing


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an editor's entry reached, with its title in the editor's language."""

    count: NotificationCount
    title: str
    lang: Lang


class Notifications:
    """Belongs to the thread of its database."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._state, self._pages, self._unexplained = answering.state, answering.pages, answering.unexplained

    def claim(self, waiting: Subscription, matches: Sequence[Match], default: Lang) -> Page | None:
        """The answer to tell, for whoever asks first; None for everybody else.

        It is in the language that the person reads, ``default`` where that is not known.
        """
        if not self._state.subscriptions.claim(waiting, now=self._answering.clock()):
            return None
        lang = self._state.subscribers.lang_of(waiting.user_id) or default
        picture = SearchedPicture(waiting.answer.sha256 or "", tuple(matches), waiting.answer.text)
        return self._answering.answer(Asker(waiting.user_id, waiting.answer.chat_id), picture, lang)

    def told(self, waiting: Subscription, page: Page, message_id: int) -> None:
        """Somebody who waited has got this page as this message: its editor will hear how many did."""
        revisions = [self._pages.kb.revisions.current(entry) for entry in page.entries]
        newest = max(revisions, key=lambda revision: revision.at, default=None)
        editor = None if newest is None else editor_id(newest.author)
        with writing(self._state.db):
            self._state.subscriptions.told(waiting, now=self._answering.clock())
            self._answering.sent(page.answer.id, message_id)
            if newest is not None and editor is not None:
                self._unexplained.count_reached(newest.entry_id, editor)

    def failed(self, waiting: Subscription, page: Page) -> None:
        """This page did not reach who waited: they wait on."""
        with writing(self._state.db):
            self._state.subscriptions.unclaim(waiting)
            self._state.answers.drop_unsent(page.answer.id)

    def reaches(self, default: Lang) -> list[Reach]:
        """What editors have not heard yet about how many people their entries reached."""
        found = []
        for count in self._unexplained.unreported():
            lang = self._state.subscribers.lang_of(count.editor_id) or default
            found.append(Reach(count, self._pages.title(count.entry, lang), lang))
        return found


def author_of(user_id: int) -> str:
    """How revisions name somebody who edits in the chat."""
    return f"tg:{user_id}"


def editor_id(author: str) -> int | None:
    """The Telegram id of a revision's author; None for one who does not edit in the chat."""
    number = author.removeprefix("tg:")
    return int(number) if author.startswith("tg:") and number.isdecimal() else None
