"""How the tests are run, and in which order; what each starts from is in ``support/common_fixtures.py``."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator

if "PYTEST_XDIST_WORKER" in os.environ:  # a process a core: threads of their own would stand in each other's way
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # also where a home's settings ask PyTorch for two: they spin
    gc.disable()  # until all is collected: a quarter of the time in which a thousand modules are imported

import pytest

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Containers often set it: then each process that a test starts would compile the whole product for itself."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--rewrite-golden``: take what the code says now as what it should say."""
    parser.addoption("--rewrite-golden", action="store_true", help="write golden files anew")


LONG = (
    *("bundled", "training", "quiet", "pixels", "catalogue", "text_reader", "clip", "hostile", "plots", "served_model"),
    *("explanations", "app", "browser_accessible", "browser", "browser_calendar", "browser_queue", "training_bundled"),
    *("drawing", "drafts", "browser_entries", "private", "networks", "cli", "markdown_properties", "kills"),
    *("decisions", "editors", "fingerprint", "fooled", "frames", "frames_mutations", "editing", "structure", "web"),
)
"""Files that take long, the longest first: begun last, one of them would leave the other processes without work."""


def pytest_configure(config: pytest.Config) -> None:
    """Files are handed out in the order above, not by how many tests they have; who hands them out looks for garbage
    as seldom as who runs them, and does not wait for the product to be imported."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        config.pluginmanager.import_plugin("common_fixtures")
    else:
        gc.freeze()
        gc.set_threshold(10_000)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Every second process collects from the end: what was compiled for one by then need not be for the other."""
    report = yield
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if isinstance(collector, pytest.Directory) and int(worker.removeprefix("gw")) % 2:
        report.result.reverse()
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, otherwise by path."""
    names = {f"test_{name}": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: (names.get(item.path.stem, len(names)), item.path))


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it for garbage again and again is a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()
