"""What browsers get: pages, answers, refusals in words, and nothing that gives a visitor away."""

import asyncio
import base64
import io
import logging
import os
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from pages import NOW, OpenedSite, Scenario, png, visit
from PIL import Image

from knowledge.store.base import KnowledgeBase
from memebot.database import open_database
from memebot.web.server import POLICY

Visit = Callable[..., None]
Client = TestClient[Any, Any]


@pytest.fixture
def visiting(tmp_path: Path) -> Visit:
    def run(scenario: Scenario, **options: Any) -> None:
        visit(tmp_path, scenario, **options)

    return run


async def text_of(client: Client, path: str, status: int = 200, **options: Any) -> str:
    response = await client.get(path, allow_redirects=False, **options)
    assert response.status == status, await response.text()
    return await response.text()


async def send(client: Client, data: bytes, lang: str = "ru", **options: Any) -> Any:
    form = FormData()
    form.add_field("picture", data, filename="my secret name.png", content_type="image/png")
    return await client.post(f"/{lang}/explain?part", data=form, **options)


# --- pages


def test_the_front_page_leads_to_the_reader_s_language(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        for header, where in (("ru-RU,ru;q=0.9", "/ru/"), ("de,en;q=0.5", "/en/"), ("", "/en/")):
            response = await client.get("/", allow_redirects=False, headers={"Accept-Language": header})
            assert (response.status, response.headers["Location"]) == (302, where)

    visiting(scenario)


@pytest.mark.parametrize(
    "path", ["/ru/", "/ru/glossary", "/en/overfitting", "/ru/play", "/ru/search?q=дрейк", "/ru/ask"]
)
def test_a_page_may_load_nothing_from_elsewhere_and_no_script_but_ours(visiting: Visit, path: str) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        response = await client.get(path)
        assert response.status == 200
        assert response.headers["Content-Security-Policy"] == POLICY
        assert "unsafe" not in POLICY and "*" not in POLICY and "http" not in POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        html = await response.text()
        assert re.findall(r'(?:src|href)="(?!/|#|http)[^"]*"', html) == []
        assert re.findall(r"<script(?! type=\"module\" src=\"/static/)", html) == []
        assert " style=" not in html and "onclick" not in html

    visiting(scenario)


def test_an_entry_s_page_tells_it_and_what_links_to_it(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        html = await text_of(client, "/ru/overfitting")
        assert "<h1>Переобучение</h1>" in html and "<p>На новых она молчит.</p>" in html
        assert 'href="/ru/mattress"' in html and 'href="/en/overfitting"' in html
        assert "трейн 99, тест 51" in html
        assert "<h1>Overfitting</h1>" in await text_of(client, "/en/overfitting")

    visiting(scenario)


def test_a_format_s_page_shows_its_picture_with_the_roles_on_it(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        html = await text_of(client, "/ru/drake")
        assert 'href="/exemplars/drake.png"' in html and "от чего отмахивается" in html
        response = await client.get("/exemplars/drake.png")
        assert response.headers["Content-Type"] == "image/png" and await response.read() == png()
        await text_of(client, "/exemplars/other.png", 404)

    visiting(scenario)


def test_a_page_is_told_anew_when_its_entry_changes_and_not_sent_twice(visiting: Visit, tmp_path: Path) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        first = await client.get("/ru/overfitting")
        again = await client.get("/ru/overfitting", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status == 304
        database = open_database(tmp_path / "memebot.sqlite3")
        kb = KnowledgeBase(database)
        entry = kb.entries.get("overfitting")
        changed = replace(entry, text={**entry.text, "ru": "Совсем иначе."})
        kb.changes.save(changed, author="x", now=NOW, base_revision=1)
        database.close()
        now = await client.get("/ru/overfitting", headers={"If-None-Match": first.headers["ETag"]})
        assert now.status == 200 and "Совсем иначе." in await now.text()

    visiting(scenario)


def test_an_example_is_looked_at_once_until_the_base_changes(visiting: Visit, tmp_path: Path) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        for _ in range(2):
            await text_of(client, "/ru/explain/cat-ru.webp")
        assert len(opened.eyes.looked) == 1
        database = open_database(tmp_path / "memebot.sqlite3")
        KnowledgeBase(database).changes.rename("mattress", "carved-mattress", author="x", now=NOW)
        database.close()
        await text_of(client, "/ru/explain/cat-ru.webp")
        assert len(opened.eyes.looked) == 2

    visiting(scenario)


def test_an_address_that_an_entry_had_before_leads_to_it(visiting: Visit, tmp_path: Path) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        database = open_database(tmp_path / "memebot.sqlite3")
        KnowledgeBase(database).changes.rename("mattress", "carved-mattress", author="x", now=NOW)
        database.close()
        response = await client.get("/ru/mattress", allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (301, "/ru/carved-mattress")

    visiting(scenario)


@pytest.mark.parametrize(
    ("typed", "leads"),
    [("/ru", "/ru/"), ("/en/glossary/", "/en/glossary"), ("/en/overfitting//", "/en/overfitting")],
)
def test_a_slash_too_many_or_too_few_leads_to_the_page(visiting: Visit, typed: str, leads: str) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        response = await client.get(typed, allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (301, leads)

    visiting(scenario)


def test_search_finds_by_the_beginning_of_a_name_and_by_words(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        assert 'href="/ru/drake"' in await text_of(client, "/ru/search?q=дре&part")
        html = await text_of(client, "/ru/search?q=оверфит")
        assert 'href="/ru/overfitting"' in html and "<html" in html
        assert "Ничего не нашлось" in await text_of(client, "/ru/search?q=йцукен&part")

    visiting(scenario)


def test_a_question_is_answered_in_its_language(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        html = await text_of(client, "/en/ask?q=что такое переобучение")
        assert "выучила ответы наизусть" in html and 'href="/ru/overfitting"' in html
        assert "Слишком длинный" in await text_of(client, f"/ru/ask?q={'а' * 501}", 400)

    visiting(scenario)


def test_with_an_address_of_its_own_a_page_says_how_its_link_looks(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        html = await text_of(client, "/memes/ru/overfitting")
        assert 'property="og:image" content="https://example.org/memes/cards/ru/overfitting.png"' in html
        assert '<link rel="canonical" href="https://example.org/memes/ru/overfitting">' in html
        card = await client.get("/memes/cards/ru/overfitting.png")
        assert card.status == 200 and card.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "https://example.org/memes/en/drake" in await text_of(client, "/memes/sitemap.xml")
        assert "Sitemap: https://example.org/memes/sitemap.xml" in await text_of(client, "/memes/robots.txt")

    visiting(scenario, url="https://example.org/memes")


# --- pictures


def test_a_picture_is_answered_with_its_evidence(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        response = await send(client, png())
        html = await response.text()
        assert response.status == 200 and response.headers["Cache-Control"] == "no-store"
        assert "выучила ответы наизусть" in html and 'href="/ru/overfitting"' in html
        assert "&lt;b&gt;test&lt;/b&gt; 51" in html and "<b>test" not in html
        assert "от чего отмахивается" in html and "93 %" in html and 'src="/exemplars/drake.png"' in html
        assert "learned answers by heart" in html  # the same in the other language
        whole = await client.post("/ru/explain", data={"picture": io.BytesIO(png())})
        assert "<html" in await whole.text()

    visiting(scenario)


def test_what_is_shown_of_a_picture_is_its_pixels_and_nothing_else_of_the_file(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        exif = Image.Exif()
        exif[0x010E] = "taken at home by Ann"
        html = await (await send(client, png(exif=exif))).text()
        assert "my secret name" not in html
        (shown,) = re.findall(r"data:image/jpeg;base64,([^\"]+)", html)
        assert b"Ann" not in base64.b64decode(shown) and b"Exif" not in base64.b64decode(shown)

    visiting(scenario)


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"not a picture at all", 422, "не картинка и не видео"),
        (b"\x89PNG\r\n\x1a\nbroken", 422, "повреждён"),
        (b"x" * 1_200_000, 413, "слишком большой"),
        (b"", 400, "нет картинки"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_in_words(
    visiting: Visit, data: bytes, status: int, said: str
) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        response = await send(client, data)
        assert response.status == status
        html = await response.text()
        assert said in html and "Traceback" not in html

    visiting(scenario)


def test_a_body_that_says_no_length_is_cut_where_it_is_too_large(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        async def endless() -> Any:
            head = '--b\r\nContent-Disposition: form-data; name="picture"; filename="x"\r\n\r\n'
            yield head.encode()
            for _ in range(400):
                yield b"x" * 2**14

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        response = await client.post("/ru/explain?part", data=endless(), headers=headers)
        assert response.status == 413 and opened.eyes.looked == []

    visiting(scenario)


def test_a_visitor_has_one_picture_at_a_time_and_others_need_not_wait_for_it(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        opened.eyes.held = threading.Event()
        first = asyncio.create_task(send(client, png()))
        await asyncio.to_thread(opened.eyes.began.wait, 60)
        second = await send(client, png())
        assert second.status == 429 and second.headers["Retry-After"] and "ещё в работе" in await second.text()
        other = asyncio.create_task(send(client, png(), headers={"X-Forwarded-For": "203.0.113.9"}))
        assert "<h1>" in await text_of(client, "/ru/overfitting")
        opened.eyes.held.set()
        assert (await first).status == (await other).status == 200

    visiting(scenario)


def test_all_visitors_together_stand_in_the_bot_s_line_as_one_user(visiting: Visit) -> None:
    """However many visitors wait, the bot's next user comes after one of them."""

    async def scenario(opened: OpenedSite, client: Client) -> None:
        opened.eyes.held = threading.Event()
        sending = [
            asyncio.create_task(send(client, png(), headers={"X-Forwarded-For": f"203.0.113.{n}"})) for n in range(8)
        ]
        await asyncio.to_thread(opened.eyes.began.wait, 60)
        await asyncio.sleep(0.05)
        assert opened.queue.busy + len(opened.queue) == 1
        opened.eyes.held.set()
        assert [(await one).status for one in sending] == [200] * 8

    visiting(scenario)


def test_who_asks_too_often_is_told_when_to_come_again(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        found = [(await send(client, png())).status for _ in range(4)]
        assert found == [200, 200, 200, 429]
        assert (await send(client, png(), headers={"X-Forwarded-For": "203.0.113.9"})).status == 200

    visiting(scenario, per_hour=3)


def test_another_site_cannot_send_a_visitor_s_picture(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        response = await send(client, png(), headers={"Origin": "https://evil.example"})
        assert response.status == 403 and opened.eyes.looked == []

    visiting(scenario)


def test_a_fault_of_ours_is_said_without_a_traceback(visiting: Visit, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        opened.eyes.failing = ZeroDivisionError("a secret of the server")
        response = await send(client, png())
        html = await response.text()
        assert response.status == 500 and "не ваша вина" in html
        assert "secret" not in html and "ZeroDivision" not in html
        assert response.headers["Content-Security-Policy"] == POLICY

    with caplog.at_level(logging.ERROR):
        visiting(scenario)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("path", ["/ru/no-such-entry", "/en/play/no-such", "/static/../settings.py", "/x/y/z", "/fr/"])
def test_a_page_that_is_not_there_is_a_page_that_says_so(visiting: Visit, path: str) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        response = await client.get(path, allow_redirects=False)
        assert response.status == 404 and "<h1>" in await response.text()

    visiting(scenario)


# --- experiments


def test_an_experiment_runs_with_what_its_controls_were_given(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        html = await text_of(client, "/ru/play/overfitting")
        assert 'name="degree"' in html and 'href="/ru/overfitting"' in html
        assert 'href="/ru/play/overfitting"' in await text_of(client, "/ru/overfitting")
        response = await client.post("/ru/play/overfitting", data=form_data(degree="3"))
        told = await response.json()
        assert response.status == 200 and told["sentence"] and len(told["frames"]) >= 3
        assert all(picture.startswith("data:image/png;base64,") for picture in told["pictures"])
        bad = await client.post("/ru/play/overfitting", data=form_data(degree="1000"))
        assert bad.status == 422 and "degree" in (await bad.json())["problem"]
        assert (await client.post("/ru/play/none", data=form_data(a="1"))).status == 404

    visiting(scenario)


def test_after_a_run_that_ended_its_process_the_next_one_gets_another(visiting: Visit) -> None:
    async def scenario(opened: OpenedSite, client: Client) -> None:
        laboratory = opened.parts.laboratory
        assert (await client.post("/ru/play/overfitting", data=form_data(degree="2"))).status == 200
        (process,) = laboratory._pool._processes.values()
        os.kill(process.pid, signal.SIGPROF)  # what the system sends when the time of the processor is used up
        process.join(60)
        ended = await client.post("/ru/play/overfitting", data=form_data(degree="3"))
        assert ended.status == 503 and "остановлен" in (await ended.json())["problem"]
        assert (await client.post("/ru/play/overfitting", data=form_data(degree="3"))).status == 200

    visiting(scenario)


def form_data(**fields: str) -> FormData:
    form = FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form
