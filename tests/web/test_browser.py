"""The pages in a real browser: the system's Chromium, driven by Playwright. Skipped where either is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from browsers import Tab, Tabs, expect, tabs
from pages import png, served

SEVEN = ((0.25, 0.22), (0.75, 0.22), (0.45, 0.8))
"""The strokes of a 7, as fractions of the canvas."""
PHONE = {"width": 390, "height": 780}
DROP = """async ([selector, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "meme.png", { type: "image/png" }));
  const event = { dataTransfer: data, bubbles: true, cancelable: true };
  for (const type of ["dragenter", "dragover", "drop"])
    document.querySelector(selector).dispatchEvent(new DragEvent(type, event));
}"""
BOX = "one => (one.scrollIntoView({ block: 'nearest', behavior: 'instant' }), one.getBoundingClientRect().toJSON())"
PASTE = """async (bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "meme.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site that is being served."""
    with served(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def opened(chromium: Any, address: str) -> Iterator[Tabs]:
    """Opens tabs; whatever one complains of or asks elsewhere fails the test."""
    with tabs(chromium, address) as found:
        yield found


@pytest.fixture
def tab(opened: Tabs, request: pytest.FixtureRequest) -> Tab:
    """A tab on the Russian front page."""
    page = opened.open(**getattr(request, "param", {}))
    page.goto("/ru/")
    return page


def answer_of(tab: Tab) -> str:
    """The text of the answer, when it has come."""
    return str(tab.locator("#answer article").inner_text())


def test_a_meme_that_is_dropped_is_answered_in_place_with_its_evidence(tab: Tab) -> None:
    tab.evaluate(DROP, ["main", list(png())])
    assert "выучила ответы наизусть" in answer_of(tab)
    assert tab.evaluate("document.activeElement.id") == "answer"
    assert tab.locator("#answer svg .read rect").count() == 2
    assert tab.locator("#answer .role-1 rect").count() == 1
    tab.get_by_text("Почему такой ответ").click()
    assert tab.get_by_text("от чего отмахивается").is_visible()
    tab.locator("#answer img.exemplar").evaluate("one => one.decode()")  # fails where it is no picture
    tab.locator("#answer").get_by_role("link", name="Переобучение").first.click()
    tab.wait_for_url("**/ru/overfitting")


def test_a_meme_that_is_pasted_or_picked_is_answered_and_another_language_is_at_hand(tab: Tab) -> None:
    tab.evaluate(PASTE, list(png()))
    assert "наизусть" in answer_of(tab)
    tab.get_by_text("The same in English").click()
    assert tab.get_by_text("A model learned answers by heart.").is_visible()
    tab.get_by_role("link", name="English").click()
    tab.wait_for_url("**/en/")
    tab.locator("#picture").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": png()})
    assert "A model learned answers by heart." in answer_of(tab)


def test_what_cannot_be_read_is_said_in_place(chromium: Any, address: str) -> None:
    page = Tabs(chromium, address).open()  # a browser says in its console that it was refused
    page.goto("/ru/")
    page.locator("#picture").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"nothing"})
    expect(page.get_by_role("alert")).to_contain_text("не картинка")
    large = {"name": "x.png", "mimeType": "image/png", "buffer": b"x" * 1_100_000}
    page.locator("#picture").set_input_files(large)  # that is said without being sent
    page.get_by_text("Файл слишком большой").wait_for()
    page.context.close()


def test_a_question_is_asked_and_answered(tab: Tab) -> None:
    tab.get_by_label("Спросить словами").fill("что такое переобучение")
    tab.get_by_role("button", name="Спросить").click()
    assert "выучила ответы наизусть" in tab.locator("article").inner_text()
    assert tab.get_by_label("Спросить словами").input_value() == "что такое переобучение"


def test_the_glossary_is_searched_while_one_types(tab: Tab) -> None:
    tab.get_by_role("link", name="Словарь").first.click()
    tab.wait_for_url("**/ru/glossary")
    field = tab.get_by_role("searchbox")
    field.press_sequentially("пере")
    tab.locator("#found").get_by_role("link", name=re.compile("Переобучение")).wait_for()
    expect(tab.locator("#all")).to_be_hidden()
    field.fill("")
    tab.locator("#all").wait_for(state="visible")


def test_an_experiment_draws_steps_and_says_what_to_look_at(tab: Tab) -> None:
    tab.emulate_media(reduced_motion="no-preference")
    tab.goto("/ru/play/overfitting")
    tab.locator("[data-sentence]", has_text=re.compile(r"\w")).wait_for()
    tab.wait_for_function("() => document.querySelector('[data-frame-shown]').naturalWidth > 100")
    tab.locator("[data-play]").click()
    tab.locator("[data-back]").click()  # whether it was playing or not: now it stands, and not at its end
    expect(tab.locator("[data-play]")).to_have_attribute("aria-pressed", "false")
    first = tab.locator("[data-place]").inner_text()
    tab.locator("[data-forward]").click()
    assert tab.locator("[data-place]").inner_text() != first
    before = tab.locator("[data-sentence]").inner_text()
    tab.get_by_label("Степень многочлена").fill("2")
    expect(tab.locator("[data-sentence]")).not_to_have_text(before)


def test_a_seven_that_is_drawn_is_named_by_both_nets(tab: Tab) -> None:
    tab.goto("/ru/play/digits")
    sentence = tab.locator("[data-sentence]")
    sentence.filter(has_text=re.compile(r"\w")).wait_for()
    before = sentence.inner_text()
    edge = tab.locator("canvas").evaluate(BOX)
    points = [(edge["x"] + x * edge["width"], edge["y"] + y * edge["height"]) for x, y in SEVEN]
    tab.mouse.move(*points[0])
    tab.mouse.down()
    for point in points[1:]:
        tab.mouse.move(*point, steps=6)
    tab.mouse.up()
    expect(sentence).not_to_have_text(before)
    expect(sentence).to_contain_text("7")
    tab.get_by_role("button", name="Стереть").click()
    expect(sentence).to_have_text(before)


def test_an_experiment_takes_a_picture_from_a_file_or_the_camera(tab: Tab) -> None:
    tab.goto("/ru/play/colours")
    sentence = tab.locator("[data-sentence]")
    sentence.filter(has_text=re.compile(r"\w")).wait_for()
    before = sentence.inner_text()
    file = {"name": "x.png", "mimeType": "image/png", "buffer": png(64, 64, (10, 200, 10))}
    tab.locator("[data-shot] input").set_input_files(file)
    expect(sentence).not_to_have_text(before)
    expect(tab.locator("[data-shots] img")).to_have_count(1)
    green = sentence.inner_text()
    tab.get_by_role("button", name="Камера").click()
    tab.get_by_role("button", name="Снять").click()
    expect(sentence).not_to_have_text(green)
    expect(tab.locator("[data-viewer]")).to_be_hidden()


def test_nothing_can_be_taken_before_the_camera_shows_something(tab: Tab) -> None:
    tab.goto("/ru/play/colours")
    tab.evaluate("""() => {
      const play = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = async function () {
        await new Promise((go) => (window.go = go));
        return play.call(this);
      };
    }""")
    camera, take = (tab.get_by_role("button", name=name) for name in ("Камера", "Снять"))
    camera.click()
    take.wait_for()
    expect(take).to_be_disabled()
    tab.evaluate("window.go()")
    take.click()
    tab.locator("[data-shots] img").wait_for()
    camera.click()
    take.wait_for()
    expect(take).to_be_disabled()


@pytest.mark.parametrize("tab", [{"viewport": PHONE, "has_touch": True, "color_scheme": "dark"}], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen(tab: Tab) -> None:
    tab.evaluate(DROP, ["main", list(png(900, 300))])
    answer_of(tab)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(wide) == 0
    for path in ("/ru/glossary", "/ru/drake", "/en/play", "/en/play/overfitting", "/ru/search?q=дрейк"):
        tab.goto(path)
        assert tab.evaluate(wide) == 0, path


def test_all_can_be_done_with_keys_alone(tab: Tab) -> None:
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    with tab.expect_file_chooser() as chosen:
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
    chosen.value.set_files({"name": "x.png", "mimeType": "image/png", "buffer": png()})
    assert "наизусть" in answer_of(tab)
    for _ in range(20):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.closest('summary') !== null"):
            break
    tab.keyboard.press("Enter")
    expect(tab.locator("details.evidence")).to_have_attribute("open", "")


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_a_meme_is_sent_by_the_form(tab: Tab) -> None:
    tab.locator("#picture").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": png()})
    tab.get_by_role("button", name="Объяснить").click()
    tab.wait_for_url("**/ru/explain")
    assert "выучила ответы наизусть" in answer_of(tab)
    tab.goto("/ru/glossary")
    tab.get_by_role("searchbox").fill("дрейк")
    tab.keyboard.press("Enter")
    tab.locator("#found").get_by_role("link", name=re.compile("Дрейк")).wait_for()


NAMELESS = """() => [...document.querySelectorAll("button, a, input:not([type=hidden]), summary")]
  .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length || one.querySelector("img[alt]")))
  .map((one) => one.outerHTML)"""
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map((heading) => Number(heading.tagName[1]))"


@pytest.mark.parametrize(
    "path", ["/ru/", "/ru/glossary", "/ru/drake", "/ru/play/overfitting", "/ru/explain/cat-ru.webp"]
)
def test_everything_on_a_page_has_a_name_and_headings_skip_no_level(tab: Any, path: str) -> None:
    tab.goto(path)
    assert tab.evaluate(NAMELESS) == []
    assert tab.locator("img:not([alt])").count() == 0
    levels = tab.evaluate(HEADINGS)
    assert levels[0] == 1 and all(following - one <= 1 for one, following in pairwise(levels))
