"""Where the pages of the web are: their paths, and whole addresses where the site has one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from knowledge.reading import Lang

PAGES = frozenset({"ask", "entry", "explain", "glossary", "play", "search"})
"""What stands where an entry's id would stand: an entry of that id has its page one level below."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one site. Those of entries are promised: links to them are shared.

    ``origin``: scheme and host, "" where nobody has said them. ``root``: the path before all others, "" or "/memes".
    """

    origin: str = ""
    root: str = ""

    @classmethod
    def of(cls, url: str | None) -> Addresses:
        """Those of the site at ``url``; without one, paths from the root of whatever host serves them."""
        parts = urlsplit(url or "")
        origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        return cls(origin, parts.path.rstrip("/"))

    def home(self, lang: Lang) -> str:
        """Where memes are explained."""
        return f"{self.root}/{lang}/"

    def page(self, lang: Lang, name: str) -> str:
        """One of ``PAGES``."""
        return f"{self.root}/{lang}/{name}"

    def entry(self, lang: Lang, entry_id: str) -> str:
        """The page of an entry."""
        return f"{self.root}/{lang}/{'entry/' if entry_id in PAGES else ''}{entry_id}"

    def example(self, lang: Lang, name: str) -> str:
        """The answer about a shipped example."""
        return f"{self.root}/{lang}/explain/{quote(name)}"

    def experiment(self, lang: Lang, name: str) -> str:
        """The page of an experiment."""
        return f"{self.root}/{lang}/play/{name}"

    def console(self, below: str = "") -> str:
        """The team's console, or what is below it."""
        return f"{self.root}/console/{below}"

    def file(self, folder: str, name: str) -> str:
        """A file that pages use, such as one of ``static`` or ``exemplars``."""
        return f"{self.root}/{folder}/{quote(name)}"

    def card(self, lang: Lang, entry_id: str) -> str:
        """The picture that stands beside a link to an entry."""
        return f"{self.root}/cards/{lang}/{entry_id}.png"

    def whole(self, path: str) -> str:
        """A path with scheme and host, "" where those are not known."""
        return f"{self.origin}{path}" if self.origin else ""
