"""The pages of the site, as HTML: what a request for a page calls, on the thread of its database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from knowledge.entry.model import EntryId
from knowledge.reading import LANGS, Lang
from memebot.addresses import Addresses
from memebot.answering.answering import MAX_QUESTION
from memebot.answering.explainer import GUESS_FLOOR, Explanation, language_of
from memebot.answering.pages import Pages
from memebot.experiments.catalogue import EXPERIMENTS, find, of_entry
from memebot.web.errors import RequestRefused
from memebot.web.glossary import EntryLink, Glossary
from memebot.web.laboratory import ShownExperiment, controls_of
from memebot.web.pictures import PictureAnswer
from memebot.web.rendering import Renderer

MAX_GUESSES, MAX_LINKS = 4, 6
CHANNELS = ("copy", "geometry", "image", "described", "said", "meaning")
"""In the order in which evidence is shown."""


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page as it is sent. ``tag`` tells it from every other version of it."""

    html: bytes
    tag: str

    @classmethod
    def of(cls, html: str) -> HtmlPage:
        """The page of this text."""
        data = html.encode()
        return cls(data, hashlib.sha256(data).hexdigest()[:20])


class Site:
    """One site. Belongs to the thread of its database; pages are kept until the base changes."""

    def __init__(self, glossary: Glossary, renderer: Renderer, pages: Pages | None, *, facts: SiteFacts) -> None:
        """``pages``: answers questions and searches; ``None`` for a site of files."""
        self.glossary, self.renderer, self._pages, self._facts = glossary, renderer, pages, facts
        self._kept: dict[tuple[str, ...], HtmlPage] = {}
        self._generation = -1

    @property
    def addresses(self) -> Addresses:
        """Where the pages are."""
        return self.renderer.addresses

    def home(self, lang: Lang) -> HtmlPage:
        """Where a meme is dropped and a question asked."""
        return self._once(("home", lang), partial(self._home, lang))

    def glossary_page(self, lang: Lang) -> HtmlPage:
        """All entries, with a field to search them."""
        return self._once(("glossary", lang), partial(self._glossary, lang))

    def entry(self, entry_id: str, lang: Lang) -> HtmlPage | None:
        """The page of an entry; ``None`` where there is none of that very id."""
        self._refresh()
        if ("entry", lang, entry_id) not in self._kept and self.glossary.page(entry_id, lang) is None:
            return None
        return self._once(("entry", lang, entry_id), partial(self._entry, entry_id, lang))

    def search(self, query: str, lang: Lang, *, part: bool) -> HtmlPage:
        """What is found for what was typed so far: a page, or only the list of it.

        Names that begin so come first, then what the words and their meaning find.
        """
        query = query[:MAX_QUESTION].strip()
        found = () if self._pages is None else self._pages.matching(query, lang)
        links = self.glossary.links([entry.id for entry in found], lang)
        template = "found.html" if part else "search.html"
        return self._page(template, lang, "search", query=query, found=links)

    def ask(self, question: str, lang: Lang) -> HtmlPage:
        """The answer to a question in words, in its own language. Raises ``RequestRefused`` for a very long one."""
        question = question.strip()
        if len(question) > MAX_QUESTION:
            raise RequestRefused(400, "question-too-long", limit=MAX_QUESTION)
        if self._pages is None or not question:
            return self._page("ask.html", lang, "ask", question=question, answer=None, links=(), guesses=())
        answer = self._pages.questions.ask(question, language_of(question, lang))
        return self._page("ask.html", lang, "ask", question=question, answer=answer, **self._beside(answer))

    def answer(self, picture: PictureAnswer, lang: Lang, *, part: bool) -> HtmlPage:
        """The answer about a picture, with its evidence: a page, or only the answer of it."""
        template = "answer.html" if part else "explained.html"
        told = picture.answers[lang]
        known = picture.exemplar
        exemplar = None
        if known is not None:
            (entry,) = self.glossary.links([known[0]], lang) or (None,)
            exemplar = {"entry": entry, "shown": self.glossary.picture(known[1]) is not None, "name": known[1]}
        return self._page(
            template,
            lang,
            "explain",
            picture=picture,
            answer=told,
            exemplar=exemplar,
            evidence=self._evidence(told),
            **self._beside(told),
        )

    def problem(self, said: str, lang: Lang, *, part: bool = False) -> HtmlPage:
        """Why there is no answer, as it is ``said``."""
        return self._page("refusal.html" if part else "problem.html", lang, "", said=said)

    def play(self, lang: Lang) -> HtmlPage:
        """All experiments."""
        return self._once(("play", lang), partial(self._play, lang))

    def experiment(self, name: str, lang: Lang) -> HtmlPage:
        """The page of an experiment. Raises ``UnknownExperiment``."""
        find(name)
        return self._once(("experiment", lang, name), partial(self._experiment, name, lang))

    # --- for programs

    def names(self, lang: Lang) -> bytes:
        """All entries with their names as JSON, for a search without a server."""
        rows = [
            [self.addresses.entry(lang, link.id), link.title, link.kind, link.summary, names]
            for link, names in self.glossary.names(lang)
        ]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()

    def sitemap(self) -> str:
        """All pages that are to be found, each with its other language."""
        return self.renderer.part("sitemap.xml", groups=[*self._found()])

    def robots(self) -> str:
        """What crawlers may read: all but answers."""
        pages = [self.addresses.page(lang, name) for lang in LANGS for name in ("ask", "search", "explain")]
        lines = ["User-agent: *", *(f"Disallow: {page}" for page in pages)]
        if self.addresses.origin:
            lines.append(f"Sitemap: {self.addresses.whole(self.addresses.root + '/sitemap.xml')}")
        return "\n".join([*lines, ""])

    def _found(self) -> Iterator[Mapping[Lang, str]]:
        to = self.addresses
        if self.renderer.live:
            yield {lang: to.whole(to.home(lang)) for lang in LANGS}
            yield {lang: to.whole(to.page(lang, "play")) for lang in LANGS}
            for one in EXPERIMENTS:
                yield {lang: to.whole(to.experiment(lang, one.name)) for lang in LANGS}
        yield {lang: to.whole(to.page(lang, "glossary")) for lang in LANGS}
        for entry_id in self.glossary.ids():
            yield {lang: to.whole(to.entry(lang, entry_id)) for lang in LANGS}

    # --- within

    def _home(self, lang: Lang) -> str:
        return self._render(
            "home.html", lang, self.addresses.home, count=len(self.glossary), examples=self._facts.examples
        )

    def _glossary(self, lang: Lang) -> str:
        here = partial(_named, self.addresses, "glossary")
        return self._render("glossary.html", lang, here, index=self.glossary.index(lang), count=len(self.glossary))

    def _entry(self, entry_id: str, lang: Lang) -> str:
        page = self.glossary.page(entry_id, lang)
        assert page is not None  # looked up a moment ago, on this thread
        tried = of_entry(entry_id) if self.renderer.live else ()
        experiments = [ShownExperiment.of(one, lang) for one in tried]
        here = partial(_entry, self.addresses, entry_id)
        return self._render("entry.html", lang, here, page=page, experiments=experiments)

    def _play(self, lang: Lang) -> str:
        here = partial(_named, self.addresses, "play")
        shown = [ShownExperiment.of(one, lang) for one in EXPERIMENTS]
        return self._render("play.html", lang, here, experiments=shown)

    def _experiment(self, name: str, lang: Lang) -> str:
        experiment = find(name)
        return self._render(
            "experiment.html",
            lang,
            partial(_experiment, self.addresses, name),
            experiment=ShownExperiment.of(experiment, lang),
            controls=controls_of(experiment, lang),
            concepts=self.glossary.links([EntryId(one) for one in experiment.concepts], lang),
        )

    def _beside(self, answer: Explanation) -> dict[str, tuple[EntryLink, ...]]:
        """What an answer is made of, and what it may be about, too."""
        guesses = [match.entry for match in answer.matches if match.confidence >= GUESS_FLOOR]
        others = [entry for entry in guesses if entry not in answer.entries][:MAX_GUESSES]
        return {
            "links": self.glossary.beside(answer.entries, answer.lang)[:MAX_LINKS],
            "guesses": self.glossary.links(others, answer.lang),
        }

    def _evidence(self, answer: Explanation) -> list[tuple[EntryLink, float, list[tuple[str, float]]]]:
        """What spoke for the entries of an answer, or for the best guess: entry, confidence, the channels' scores."""
        shown: list[EntryId] = [*answer.entries] or [match.entry for match in answer.matches[:1]]
        matches = [match for match in answer.matches if match.entry in shown]
        links = {link.id: link for link in self.glossary.links(shown, answer.lang)}
        return [
            (
                links[one.entry],
                one.confidence,
                [(name, one.evidence[name]) for name in CHANNELS if name in one.evidence],
            )
            for one in matches
            if one.entry in links
        ]

    def _page(self, template: str, lang: Lang, name: str, **values: object) -> HtmlPage:
        """A page that is made for one request alone."""
        here = partial(_named, self.addresses, name) if name else self.addresses.home
        return HtmlPage.of(self._render(template, lang, here, **values))

    def _render(self, template: str, lang: Lang, here: Callable[[Lang], str], **values: object) -> str:
        return self.renderer.page(template, lang, here, facts=self._facts, **values)

    def _once(self, key: tuple[str, ...], render: Callable[[], str]) -> HtmlPage:
        """A page as it was rendered since the base changed last."""
        self._refresh()
        if key not in self._kept:
            self._kept[key] = HtmlPage.of(render())
        return self._kept[key]

    def _refresh(self) -> None:
        generation = self.glossary.generation()
        if generation != self._generation:
            self._kept.clear()
            self._generation = generation


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What pages say about the site. ``examples``: (name, what it is) of the shipped pictures, in order."""

    max_mb: int
    examples: tuple[tuple[str, str], ...] = ()


def _named(addresses: Addresses, name: str, lang: Lang) -> str:
    return addresses.page(lang, name)


def _entry(addresses: Addresses, entry_id: str, lang: Lang) -> str:
    return addresses.entry(lang, entry_id)


def _experiment(addresses: Addresses, name: str, lang: Lang) -> str:
    return addresses.experiment(lang, name)
