"""Settings come from the environment, .env and the command line, and their errors are one line."""

from pathlib import Path

import pytest

from memebot import settings


def test_the_command_line_beats_the_environment_and_that_beats_dotenv(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("MEMEBOT_LANG=en\nMEMEBOT_THREADS=3\nOTHER=1\n", "utf-8")
    assert settings.load().lang == "en"
    monkeypatch.setenv("MEMEBOT_LANG", "ru")
    assert settings.load().lang == "ru"
    assert settings.load(lang="en").lang == "en"
    assert settings.load(lang=None).threads == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("LANG", "de"), ("THREADS", "0"), ("MIN_CONFIDENCE", "2"), ("OCR", "perhaps"), ("OWNERS", "@me")],
)
def test_a_bad_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MEMEBOT_{name}", value)
    with pytest.raises(settings.SettingsError) as caught:
        settings.load()
    assert f"MEMEBOT_{name}" in str(caught.value)
    assert value in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMEBOT_BOT_TOKEN", "123:SECRET")
    assert "SECRET" not in repr(settings.load())
    with pytest.raises(settings.SettingsError) as caught:
        settings.load(bot_token=["123:SECRET"])
    assert "SECRET" not in str(caught.value)


def test_a_tilde_means_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMEBOT_HOME", "~/memes")
    assert settings.load().home == Path.home() / "memes"


def test_every_setting_says_what_it_does() -> None:
    for variable, _, what in settings.describe():
        assert what, variable


def test_owners_are_ids_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.load().owner_ids == frozenset()
    monkeypatch.setenv("MEMEBOT_OWNERS", "12, 34,")
    assert settings.load().owner_ids == {12, 34}
