"""The bot in a terminal answers with the same handlers."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from chats import JOKE, open_chats
from rich.text import Text

from memebot.telegram.console import ConsoleSession, _in_lines, converse, styled


def talk(tmp_path: Path, lines: Sequence[str]) -> list[str]:
    """What is written, line by line, after the greeting."""
    written: list[str] = []

    def write(text: Text) -> None:
        written.append(text.plain)

    async def main() -> None:
        session = ConsoleSession(write)
        async with open_chats(tmp_path / "memebot.sqlite3", session=session) as chats:
            await asyncio.wait_for(converse(chats.running, session, iter(lines), write, lang="en"), 90)

    asyncio.run(main())
    return written[1:]


def test_a_question_is_answered_and_an_empty_line_leaves(tmp_path: Path) -> None:
    written = talk(tmp_path, ["what is overfitting?", "", "never read"])
    assert written[0].startswith("Overfitting\n\nThe model swots. Funny 1 < 2 & 3.")
    assert len(written) == 2


def test_a_path_is_a_picture_and_a_number_presses_a_button(tmp_path: Path) -> None:
    picture = tmp_path / "a meme.png"
    picture.write_bytes(JOKE)
    written = talk(tmp_path, [f"'{picture}'", "1", "9", str(picture).replace(" ", "\\ ")])
    assert "A joke about a swot." in written[0]
    assert written[1].startswith("[1] Overfitting   [2] 👍   [3] 👎")
    assert written[2].startswith("Overfitting\n\nThe model swots.")
    assert written[4] == "There is no button of that number."
    assert written[5] == written[0]


def test_commands_work_and_a_very_long_line_is_no_path(tmp_path: Path) -> None:
    written = talk(tmp_path, ["/mydata", "x" * 5000])
    assert '"user"' in written[0]
    assert "too long" in written[1]


def test_html_is_styled_for_the_terminal() -> None:
    text = styled("<b>1 &lt; 2</b> <i>x</i>")
    assert text.plain == "1 < 2 x"
    assert [str(span.style) for span in text.spans] == ["bold", "italic"]


def test_a_mistyped_path_and_a_folder_are_told_and_are_no_questions(tmp_path: Path) -> None:
    missing = ["absent.png", "./absent", "/no/such/file", "~/absent.jpg", "my meme.JPG"]
    assert talk(tmp_path, missing) == ["There is no such file."] * 5
    assert talk(tmp_path, [str(tmp_path), f"{tmp_path}/"]) == ["That is a folder. Give the path of one picture."] * 2
    assert "do not follow links" in talk(tmp_path, ["https://example.org/a.png"])[0]


def test_a_buttons_number_stays_beside_its_label() -> None:
    lines = _in_lines(f"[{n}] a label of {n} words" for n in range(1, 12)).splitlines()
    assert len(lines) > 1
    assert all(len(line) <= 78 and line.startswith("[") for line in lines)
