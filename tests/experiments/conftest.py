"""Experiments draw their frames half as fine here: what is computed, said and drawn is the same, in half the time."""

from __future__ import annotations

import pytest

from memebot.experiments import drawing


@pytest.fixture(autouse=True)
def _coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_FINE", 1)
