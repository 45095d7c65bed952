"""The house keeps its shape: rules about the code itself, each named after what it forbids."""

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("memebot", "knowledge", "moderation")
SHELL = ("memebot/telegram/", "memebot/web/", "memebot/app/", "memebot/database/handle.py", "memebot/inference.py")
"""Where code may wait: the shell, the one root, and the two queues that belong to them."""
MODULES_IN_A_FOLDER = 12
PUBLIC_METHODS = 25

TOP = {"CHANGELOG.md", "LICENSE", "README.md", "knowledge", "memebot", "moderation", "pyproject.toml", "tests"}
"""What stands beside hidden files in the root."""


@cache
def trees() -> dict[str, ast.Module]:
    """The product's files, parsed; nothing that is done before it is known whether a rule is looked at here."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


@cache
def nodes(path: str) -> Sequence[ast.AST]:
    """Everything in a file, in the order of ``ast.walk``."""
    return list(ast.walk(trees()[path]))


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    """(file, class) of every class in the product."""
    for path in trees():
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                yield path, node


def test_only_the_shell_waits() -> None:
    """Use cases are plain functions, run on the database's thread by whoever waits for them."""
    waiting = [
        f"{path}:{node.lineno} {node.name}"
        for path in trees()
        if not path.startswith(SHELL)
        for node in nodes(path)
        if isinstance(node, ast.AsyncFunctionDef)
    ]
    assert waiting == []


def test_a_thread_is_handed_a_use_case_and_no_function_made_up_for_it() -> None:
    """``await db.run(review.approve, number, by)``, never ``db.run(lambda: …)`` nor a function within a function."""
    made_up = []
    for path in trees():
        for function in nodes(path):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            local = {item.name for item in ast.walk(function) if isinstance(item, ast.FunctionDef) and item != function}
            for call in ast.walk(function):
                if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
                    continue
                work = call.args[0]
                if call.func.attr == "run" and (
                    isinstance(work, ast.Lambda) or (isinstance(work, ast.Name) and work.id in local)
                ):
                    made_up.append(f"{path}:{call.lineno}")
    assert made_up == []


def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for path, node in classes():
        places[node.name].append(f"{path}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_class_has_more_public_methods_than_a_reader_can_hold() -> None:
    """Counted with those that it inherits from classes of ours: a chain of bases hides nothing."""
    known = {node.name: node for _, node in classes()}

    def methods(node: ast.ClassDef) -> set[str]:
        own = {
            item.name
            for item in node.body
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and not item.name.startswith("_")
        }
        bases = [known[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in known]
        return own.union(*(methods(base) for base in bases))

    crowded = {node.name: len(methods(node)) for _, node in classes() if len(methods(node)) > PUBLIC_METHODS}
    assert crowded == {}


def test_a_folder_has_few_enough_modules_to_be_read_as_a_list() -> None:
    folders = defaultdict(list)
    for path in trees():
        if not path.endswith("__init__.py"):
            folders[path.rsplit("/", 1)[0]].append(path)
    assert {folder: len(found) for folder, found in folders.items() if len(found) > MODULES_IN_A_FOLDER} == {}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout: files of git are not told from others")
def test_nothing_is_left_lying_about_in_the_root() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {path.split("/")[0] for path in listed.split("\0") if path}
    assert {name for name in top if not name.startswith(".")} == TOP


def imports(path: str, tree: ast.Module) -> Iterator[str]:
    """The files of ours that a file imports, also inside functions and under ``TYPE_CHECKING``."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            for end in range(len(parts), 0, -1):
                stem = "/".join(parts[:end])
                found = next((p for p in (f"{stem}.py", f"{stem}/__init__.py") if p in trees()), None)
                if found is not None:
                    if found != path:
                        yield found
                    break


def circles() -> list[list[str]]:
    """Groups of files that import each other, directly or not (Tarjan's strongly connected components)."""
    graph = {path: sorted(set(imports(path, tree))) for path, tree in trees().items()}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(path: str) -> None:
        index[path] = low[path] = len(index)
        stack.append(path)
        for other in graph[path]:
            if other not in index:
                visit(other)
                low[path] = min(low[path], low[other])
            elif other in stack:
                low[path] = min(low[path], index[other])
        if low[path] == index[path]:
            group = stack[stack.index(path) :]
            del stack[stack.index(path) :]
            if len(group) > 1:
                found.append(sorted(group))

    for path in graph:
        if path not in index:
            visit(path)
    return found


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles() == []


def test_a_circle_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = "memebot/one.py", "memebot/other.py"
    monkeypatch.setitem(trees(), one, ast.parse("from memebot.other import x"))
    guarded = "if TYPE_CHECKING:\n    from memebot.one import y"
    monkeypatch.setitem(trees(), other, ast.parse(guarded))
    assert [one, other] in circles()
