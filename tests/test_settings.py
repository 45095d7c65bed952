"""Settings come from the environment, .env and the command line, and their errors are one line."""

import os
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


@pytest.mark.parametrize("name", list(settings.Settings.model_fields))
def test_empty_means_default_for_every_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.delenv("MEMEBOT_HOME")
    monkeypatch.delenv("MEMEBOT_MEANING")
    default = getattr(settings.load(), name)
    monkeypatch.setenv(f"MEMEBOT_{name.upper()}", "")
    assert getattr(settings.load(), name) == default
    monkeypatch.delenv(f"MEMEBOT_{name.upper()}")
    (tmp_path / ".env").write_text(f"MEMEBOT_{name.upper()}=\n")
    assert getattr(settings.load(), name) == default


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LANG", "de", "it is one of 'ru', 'en'"),
        ("THREADS", "0", "it is at least 1"),
        ("THREADS", "many", "it is a whole number"),
        ("MIN_CONFIDENCE", "2", "it is at most 1"),
        ("MIN_CONFIDENCE", "high", "it is a number"),
        ("OCR", "perhaps", "it is true or false"),
        ("API_BASE", "xyz", "an address begins with http:// or https://"),
        ("WEBHOOK_URL", "ftp://x", "an address begins with http:// or https://"),
    ],
)
def test_a_bad_value_is_told_in_our_own_words(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"MEMEBOT_{name}", value)
    with pytest.raises(settings.SettingsError) as caught:
        settings.load()
    assert str(caught.value) == f"MEMEBOT_{name}={value!r}: {said}"


def test_a_dotenv_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("MEMEBOT_CHANNEL=мемы\n".encode("koi8-r"))
    with pytest.raises(settings.SettingsError, match=r"\.env is not UTF-8 text"):
        settings.load()


def test_a_misspelt_variable_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMEBOT_LANGG", "en")
    monkeypatch.setenv("MEMEBOT_XYZ", "1")
    assert settings.unknown_variables() == [("MEMEBOT_LANGG", "MEMEBOT_LANG"), ("MEMEBOT_XYZ", "")]


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("en_US.UTF-8", "en"), ("de_DE", "en"), ("ru_RU.KOI8-R", "ru"), ("C.UTF-8", "ru"), ("POSIX", "ru"), ("", "ru")],
)
def test_a_terminal_speaks_the_language_of_its_locale_unless_one_is_set(
    monkeypatch: pytest.MonkeyPatch, locale: str, lang: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert settings.load().reader_lang == lang
    assert settings.load().lang == "ru"  # the community's language does not depend on the server's locale
    monkeypatch.setenv("MEMEBOT_LANG", "en")
    assert settings.load().reader_lang == "en"


def test_a_user_without_a_home_folder_is_told_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("MEMEBOT_HOME")
    monkeypatch.setattr(Path, "home", nobody)
    with pytest.raises(settings.SettingsError, match="--home or MEMEBOT_HOME"):
        settings.load()
    monkeypatch.setenv("MEMEBOT_HOME", "/data")
    assert settings.load().home == Path("/data")


def test_a_proxy_of_another_kind_is_named_and_not_obeyed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        for form in (name, name.lower()):
            monkeypatch.setenv(form, "")  # and put back what was there
            monkeypatch.delenv(form)
    monkeypatch.setenv("ALL_PROXY", "socks4://127.0.0.1:9050")
    monkeypatch.setenv("https_proxy", "proxy:8080")
    assert settings.use_proxy(settings.load(home=tmp_path)) == ["ALL_PROXY"]
    assert "ALL_PROXY" not in os.environ and os.environ["https_proxy"] == "proxy:8080"
    monkeypatch.setenv("MEMEBOT_PROXY", "socks4://127.0.0.1:9050")
    with pytest.raises(settings.SettingsError, match="a proxy begins with http://"):
        settings.load(home=tmp_path)
