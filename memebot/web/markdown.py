"""Entries' Markdown as HTML for a page: no raw HTML, no pictures from elsewhere, links to the web alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from knowledge.entry.model import MAX_TEXT

MOST = 3 * MAX_TEXT
"""Characters that are read of a text: a bracket takes 20 µs, and what people read is shorter by far."""

_HEADING = {f"h{level}": f"h{min(6, level + 2)}" for level in range(1, 7)}
_WEB = re.compile("https?://", re.IGNORECASE)


def html(markdown: str) -> Markup:
    """The blocks of a text as HTML that can be put on a page as it is; of a text over ``MOST``, its beginning."""
    return Markup(_MARKDOWN.render(markdown if len(markdown) <= MOST else f"{markdown[:MOST]}…"))


def _heading(renderer: RendererHTML, tokens: Sequence[Token], number: int, options: OptionsDict, env: EnvType) -> str:
    """A heading within a text lies below those of the page."""
    tokens[number].tag = _HEADING[tokens[number].tag]
    return renderer.renderToken(tokens, number, options, env)


def _link(renderer: RendererHTML, tokens: Sequence[Token], number: int, options: OptionsDict, env: EnvType) -> str:
    tokens[number].attrSet("rel", "noopener nofollow")
    return renderer.renderToken(tokens, number, options, env)


def _built() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough").disable("image")
    parser.validateLink = lambda url: bool(_WEB.match(url))  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    return parser


_MARKDOWN = _built()
