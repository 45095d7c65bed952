"""Pages as HTML: templates, the site's words, and the addresses of everything that they use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from knowledge.reading import LANGS, Lang
from memebot.addresses import Addresses
from memebot.answering.composition import certainty, without_more
from memebot.answering.explainer import Explanation
from memebot.i18n import Catalogues
from memebot.web.markdown import html

_FOLDER = "web"
TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
"""The kinds of files that pages show or use."""


@cache
def assets() -> Mapping[str, bytes]:
    """Style, scripts and icon by name: they are few, and stay in memory."""
    return {one.name: one.read_bytes() for one in _folder("static").iterdir()}


@cache
def _version(name: str) -> str:
    return hashlib.sha256(assets()[name]).hexdigest()[:10]


def _folder(name: str) -> Traversable:
    return resources.files("memebot") / _FOLDER / name


class Renderer:
    """Fills templates for one site.

    ``live``: a server answers pictures, questions and searches; pages in files have none of that.
    """

    def __init__(self, addresses: Addresses, catalogues: Catalogues, *, live: bool = True) -> None:
        self.addresses, self.catalogues, self.live = addresses, catalogues, live
        self._environment = Environment(
            loader=FileSystemLoader(Path(str(_folder("templates")))),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            to=addresses, asset=self.asset, live=live, markdown=html, told=_told, hidden=_hidden
        )
        self._environment.filters["percent"] = _percent

    def asset(self, name: str) -> str:
        """The address of a file of ours, which changes with what is in it."""
        return f"{self.addresses.file('static', name)}?v={_version(name)}"

    def page(self, template: str, lang: Lang, here: Callable[[Lang], str], **values: object) -> str:
        """A whole page, or a part of one, from a template; ``here``: its own address in each language."""
        return self._environment.get_template(template).render(
            lang=lang,
            other=next(one for one in LANGS if one != lang),
            texts=self._texts(lang),
            sure=lambda confidence: certainty(confidence, lang),
            here=here,
            **values,
        )

    def part(self, template: str, **values: object) -> str:
        """What is no page and has no language."""
        return self._environment.get_template(template).render(**values)

    def _texts(self, lang: Lang) -> Callable[..., str]:
        return self.catalogues[lang]


def _told(answer: Explanation) -> Markup:
    """An answer's text; what its closing line names stands below as links."""
    return html(without_more(answer.explanation, answer.lang))


def _hidden(csrf: str) -> Markup:
    """The field by which a form of the console shows that it is ours."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf)


def _percent(share: float) -> str:
    """A share as a whole number of per cent, as an attribute or a text takes it."""
    return f"{100 * share:.0f}"
