"""The glossary as files: the same pages, found by a crawler, with nothing that needs a server."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pages import fill, pixels

from knowledge.store.base import KnowledgeBase
from memebot.addresses import Addresses
from memebot.app.pages import site_of
from memebot.database import open_database
from memebot.settings import load
from memebot.web.static_site import write_site


def written(folder: Path, url: str | None) -> Path:
    database = open_database(folder / "memebot.sqlite3")
    kb = KnowledgeBase(database)
    fill(kb)
    site, _ = site_of(kb, load(home=folder), url, max_mb=1, live=False)
    assert write_site(site, folder / "site", "example.org") == 3
    database.close()
    return folder / "site"


def test_every_link_within_the_site_leads_to_a_file_that_was_written(tmp_path: Path) -> None:
    folder = written(tmp_path, "https://example.org/memes")
    pages = [*folder.rglob("*.html")]
    assert len(pages) == 3 * 2 + 2 * 2 + 2
    links = {link for page in pages for link in re.findall(r'(?:href|src|action)="(/[^"?#]*)', page.read_text("utf-8"))}
    assert links
    for link in links - {"/memes/ru/search", "/memes/en/search"}:  # what a form names that only a script sends
        path = folder / link.removeprefix("/memes/")
        assert path.is_file() or (path / "index.html").is_file(), link


def test_pages_of_files_offer_nothing_that_only_a_server_can_do(tmp_path: Path) -> None:
    folder = written(tmp_path, None)
    for page in folder.rglob("*.html"):
        assert 'method="post"' not in (html := page.read_text("utf-8")), page
        assert "/play" not in html and "/ask" not in html


def test_a_crawler_finds_every_page_in_both_languages(tmp_path: Path) -> None:
    folder = written(tmp_path, "https://example.org/memes")
    found = [one.text for one in ElementTree.parse(folder / "sitemap.xml").iter() if one.tag.endswith("}loc")]
    assert "https://example.org/memes/ru/overfitting" in found and "https://example.org/memes/en/drake" in found
    assert len(found) == len(set(found)) == 8


def test_a_link_has_a_picture_with_its_title(tmp_path: Path) -> None:
    folder = written(tmp_path, "https://example.org/memes")
    card = pixels((folder / "cards/ru/overfitting.png").read_bytes())
    assert card.shape == (630, 1200, 3) and card.std() > 10
    assert (folder / "cards/en/overfitting.png").read_bytes() != (folder / "cards/ru/overfitting.png").read_bytes()


def test_without_an_address_there_is_no_sitemap(tmp_path: Path) -> None:
    folder = written(tmp_path, None)
    assert not (folder / "sitemap.xml").exists()
    assert "og:image" not in (folder / "ru/overfitting/index.html").read_text("utf-8")


def test_the_search_of_files_knows_names_phrases_and_words(tmp_path: Path) -> None:
    rows = json.loads((written(tmp_path, None) / "ru/names.json").read_text("utf-8"))
    (row,) = [row for row in rows if row[0] == "/ru/overfitting"]
    assert row[1] == "Переобучение" and "оверфит" in row[4] and row[3] == "Модель выучила ответы наизусть."


@pytest.mark.parametrize(
    ("url", "entry", "whole"),
    [
        (None, "/ru/overfitting", ""),
        ("https://example.org", "/ru/overfitting", "https://example.org/ru/overfitting"),
        ("https://example.org:8443/memes/", "/memes/ru/overfitting", "https://example.org:8443/memes/ru/overfitting"),
    ],
)
def test_addresses_of_entries_are_stable(url: str | None, entry: str, whole: str) -> None:
    to = Addresses.of(url)
    assert to.entry("ru", "overfitting") == entry and to.whole(to.entry("ru", "overfitting")) == whole


def test_an_entry_named_like_a_page_of_ours_stands_one_level_below() -> None:
    assert Addresses().entry("en", "search") == "/en/entry/search"
