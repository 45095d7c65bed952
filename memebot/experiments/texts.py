"""The words of experiments: catalogues of their own, a file a theme, read when the first experiment is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from knowledge.reading import Lang
from memebot.experiments.model import Experiment, ExperimentError, Showing
from memebot.i18n import MissingText, Texts


@cache
def catalogue_of(lang: Lang) -> Texts:
    """All texts of experiments in one language."""
    folder = resources.files("memebot") / "locales" / "experiments" / lang
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".ftl")), key=lambda file: file.name)
    return Texts(lang, "\n".join(file.read_text("utf-8") for file in files))


@dataclass(frozen=True, slots=True)
class ExperimentWords:
    """Texts of one experiment in one language; see ``model.Words``."""

    name: str
    lang: Lang

    @property
    def title(self) -> str:
        """Its name for people."""
        return catalogue_of(self.lang)(self.name)

    def __call__(self, key: str, /, **facts: Any) -> str:
        """The text; raises ``MissingText``."""
        text = catalogue_of(self.lang).attribute(self.name, key, **facts)
        if not text:
            raise MissingText(f"{self.lang}: {self.name}.{key}")
        return text

    def has(self, key: str) -> bool:
        """Whether there is such a text, for hints that only some controls have."""
        return bool(catalogue_of(self.lang).attribute(self.name, key))

    def sentence(self, showing: Showing) -> str:
        """What to look at, in a sentence."""
        return self(showing.look.key, **showing.look.facts)


def words_of(experiment: Experiment, lang: Lang) -> ExperimentWords:
    """Its texts in that language."""
    return ExperimentWords(experiment.name, lang)


def problem(error: ExperimentError, lang: Lang) -> str:
    """What is wrong with a request, in a sentence."""
    return catalogue_of(lang)(f"problem-{error.code}", **error.facts)
