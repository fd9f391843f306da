"""House rules that the sources themselves can show."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.sources import EVERY, PACKAGES, ROOT, files, mentioning, modules, name_of, offenders, tree_of

LONGEST = 300
ENVIRONMENT = ("functions/bootstrap.py", "inference_service/wsgi.py", "local/", "infra/", "benchmarks/")
# Tests that patch names of modules all the same, and why.
PATCHING = {
    "tests/inference/diffusion/test_equality.py": "it injects the defects that comparisons must find",
    "tests/inference/models/test_models.py": "Hugging Face's libraries keep their cache folder in constants",
    "tests/local/conftest.py": "every command of the setup writes to one log",
}
PATCHES = ("setattr", "delattr", "setitem", "delitem")
GENERATED = ("static_dashboard/src/lib/api/generated.ts",)


def test_the_environment_is_read_in_one_place() -> None:
    """Only the composition roots and the tools around the product read environment variables."""

    def reading(path: Path) -> Iterable[object]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "os.putenv"):
                yield f"line {node.lineno}"

    elsewhere = [path for path in EVERY if not name_of(path).startswith(ENVIRONMENT)]
    assert offenders(mentioning(elsewhere, "environ", "getenv", "putenv"), reading) == {}


def test_files_stay_readable() -> None:
    """No Python, TypeScript, Svelte, CSS or Bicep file has more than 300 lines, tests included."""

    def too_long(path: Path) -> Iterable[object]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        return [f"{lines} lines"] if lines > LONGEST and name_of(path) not in GENERATED else []

    written = files((*PACKAGES, "tests", "static_dashboard"), (".py", ".ts", ".js", ".svelte", ".css", ".bicep"))
    assert offenders([ROOT / "function_app.py", *written], too_long) == {}


def test_one_function_app_in_under_twenty_lines() -> None:
    """The worker takes exactly one FunctionApp, from a file that only registers blueprints."""

    def made(path: Path) -> Iterable[object]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("FunctionApp"):
                yield "one"

    assert offenders(mentioning(EVERY, "FunctionApp"), made) == {"function_app.py": ["one"]}
    assert len((ROOT / "function_app.py").read_text(encoding="utf-8").splitlines()) < 20


def test_modules_are_named_for_what_they_hold() -> None:
    """No module is called utils, helpers, manager, common or misc."""
    vague = {"utils", "helpers", "manager", "common", "misc"}

    assert [name_of(path) for path in EVERY if path.stem in vague] == []


def test_a_test_says_what_it_shows_in_one_line() -> None:
    """The docstring of a test is one line, which ends in a period."""

    def longer(path: Path) -> Iterable[object]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                text = ast.get_docstring(node, clean=False)
                if text is not None and ("\n" in text or not text.endswith(".")):
                    yield node.name

    assert offenders(files(["tests"], (".py",)), longer) == {}


def test_tests_pass_arguments_instead_of_patching_modules() -> None:
    """A test passes other values as arguments: it replaces no name in a module, and imports no mock."""
    candidates = mentioning(files(["tests"], (".py",)), *PATCHES, "mock")
    found = offenders(candidates, lambda path: patches(tree_of(path)))

    assert found.keys() == PATCHING.keys(), found


def test_a_patched_module_is_found() -> None:
    """A module is patched by a dotted string, by its name, or through a package; objects of a test's own may be."""
    code = """
import sys
from functions import bootstrap
from functions.errors import NotFound

def test(monkeypatch, deps):
    monkeypatch.setattr("functions.bootstrap.NAME", 1)
    monkeypatch.setattr(bootstrap, "NAME", 1)
    monkeypatch.setitem(bootstrap.TABLE, "key", 1)
    monkeypatch.delattr(sys, "argv")
    monkeypatch.setattr(deps.blobs, "upload", 1)
    monkeypatch.setenv("NAME", "1")
"""

    assert list(patches(ast.parse(code))) == [f"line {line}" for line in (7, 8, 9, 10)]


def patches(tree: ast.Module) -> Iterable[str]:
    """The lines that replace something in a module, and imports of mock."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if any(f"{node.module}.{alias.name}".startswith("unittest.mock") for alias in node.names):
                yield f"line {node.lineno}"
            names |= {alias.asname or alias.name for alias in node.names if f"{node.module}.{alias.name}" in modules()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PATCHES:
            replaced = node.args[0]
            while isinstance(replaced, ast.Attribute):
                replaced = replaced.value
            if isinstance(replaced, ast.Constant) or (isinstance(replaced, ast.Name) and replaced.id in names):
                yield f"line {node.lineno}"
