"""Which module may know which: read from the source, so that no import has to run."""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("functions", "inference_service", "local", "benchmarks")

# What each part of the function app may import from the function app.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "version": set(),
    "models": {"errors"},
    "search": {"models", "errors"},
    "profiles": {"models", "errors"},
    "ports": {"search", "models", "errors"},
    "policy": {"profiles", "search", "models", "errors"},
    "formats": {"models", "errors"},
    "settings": {"errors"},
    "services": {"ports", "policy", "formats", "profiles", "search", "models", "errors"},
    "api": {"search", "models", "errors", "version"},
    "adapters": {"ports", "policy", "formats", "profiles", "search", "models", "errors", "version"},
    "bootstrap": {"adapters", "services", "ports", "policy", "formats", "profiles", "models", "errors", "settings"},
    "rebuild": {"bootstrap", "services", "ports", "policy", "formats", "search", "models", "errors"},
    "triggers": {"bootstrap", "services", "api", "ports", "policy", "search", "models", "errors", "version"},
    "function_app": {"triggers"},
}

# Third parties that only some files may import, and those that they may import only on first use.
HOMES: dict[str, tuple[str, ...]] = {
    "azure.functions": ("function_app.py", "functions/triggers/", "local/host/"),
    "azure": ("functions/adapters/", "local/", "benchmarks/"),
    "openai": ("functions/adapters/", "benchmarks/"),
    "httpx2": ("functions/adapters/", "local/", "benchmarks/"),
    "jwt": ("functions/adapters/",),
    "torch": ("inference_service/diffusion/", "benchmarks/"),
    "diffusers": ("inference_service/diffusion/", "benchmarks/"),
    "flask": ("inference_service/", "benchmarks/"),
}
LATE = ("azure", "openai", "httpx2", "jwt", "torch", "diffusers", "transformers", "PIL", "ulid")
ENVIRONMENT = ("functions/bootstrap.py", "inference_service/wsgi.py", "local/", "benchmarks/")


@dataclass(frozen=True)
class Import:
    module: str
    at_import: bool  # rather than inside a function, or for the type checker alone


def sources() -> Iterator[Path]:
    yield ROOT / "function_app.py"
    for package in PACKAGES:
        for folder, inner, files in os.walk(ROOT / package):
            inner[:] = sorted(name for name in inner if name not in ("node_modules", "__pycache__"))
            yield from (Path(folder, name) for name in sorted(files) if name.endswith(".py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports(path: Path) -> list[Import]:
    found: list[Import] = []

    def visit(node: ast.AST, *, late: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, not late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            module = node.module or ""
            found.append(Import(module, not late))
            found.extend(Import(f"{module}.{alias.name}", not late) for alias in node.names)
        inner = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or for_types(node)
        for child in ast.iter_child_nodes(node):
            visit(child, late=inner)

    visit(tree_of(path), late=False)
    return found


def for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def part_of(path: Path) -> str:
    """The part of the function app that a file belongs to."""
    relative = path.relative_to(ROOT)
    return relative.stem if relative.parts[0] != "functions" else Path(relative.parts[1]).stem


def belongs(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


EVERY = list(sources())
FUNCTION_APP = [path for path in EVERY if name_of(path).startswith(("functions/", "function_app"))]


def offenders(paths: list[Path], wrong: Callable[[Path], Iterable[object]]) -> dict[str, list[str]]:
    """What is wrong, by file."""
    found = {name_of(path): sorted({str(one) for one in wrong(path)}) for path in paths}
    return {name: problems for name, problems in found.items() if problems}


def test_imports_point_inwards() -> None:
    """
    Triggers know bootstrap and use cases, adapters know ports, and nobody knows who is further out.
    """

    def outward(path: Path) -> Iterable[object]:
        part = part_of(path)
        for found in imports(path):
            steps = found.module.split(".")
            ours = steps[0] == "functions" and len(steps) > 1 and part != "__init__"
            if ours and steps[1] not in ALLOWED[part] | {part}:
                yield found.module

    assert offenders(FUNCTION_APP, outward) == {}


def test_the_two_services_do_not_know_each_other() -> None:
    """
    Function app and inference service are deployed apart; only what runs both on one machine knows both.
    """
    strangers = {
        "functions": ("inference_service", "local", "benchmarks", "tests"),
        "function_app.py": ("inference_service", "local", "benchmarks", "tests"),
        "inference_service": ("functions", "function_app", "local", "benchmarks", "tests"),
    }

    def strange(path: Path) -> Iterable[object]:
        unwanted = strangers.get(name_of(path).partition("/")[0], ())
        return (found.module for found in imports(path) for one in unwanted if belongs(found.module, one))

    assert offenders(EVERY, strange) == {}


def test_third_parties_stay_where_they_belong() -> None:
    """
    The host's library stays in the triggers, the SDKs in the adapters, the models in the inference service.
    """

    def homeless(path: Path) -> Iterable[object]:
        for found in imports(path):
            home = next((home for home in HOMES if belongs(found.module, home)), None)
            if home is not None and not name_of(path).startswith(HOMES[home]):
                yield found.module

    assert offenders(EVERY, homeless) == {}


def test_heavy_imports_wait_for_first_use() -> None:
    """
    Indexing must be quick: an import that takes long happens inside the function that needs it.
    """

    def early(path: Path) -> Iterable[object]:
        for found in imports(path):
            heavy = any(belongs(found.module, late) for late in LATE) and not belongs(found.module, "azure.functions")
            if found.at_import and heavy:
                yield found.module

    assert offenders(FUNCTION_APP, early) == {}


def test_the_environment_is_read_in_one_place() -> None:
    """
    Everybody else gets settings as values.
    """

    def reading(path: Path) -> Iterable[object]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "os.putenv"):
                yield f"line {node.lineno}"

    assert offenders([path for path in EVERY if not name_of(path).startswith(ENVIRONMENT)], reading) == {}


def test_files_stay_readable() -> None:
    """
    No file has more than 300 lines.
    """

    def too_long(path: Path) -> Iterable[object]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        return [f"{lines} lines"] if lines > 300 else []

    assert offenders(EVERY, too_long) == {}


def test_one_function_app_in_under_twenty_lines() -> None:
    """
    The worker takes exactly one FunctionApp, from a file that only registers blueprints.
    """

    def made(path: Path) -> Iterable[object]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("FunctionApp"):
                yield "one"

    assert offenders(EVERY, made) == {"function_app.py": ["one"]}
    assert len((ROOT / "function_app.py").read_text(encoding="utf-8").splitlines()) < 20


def test_modules_are_named_for_what_they_hold() -> None:
    """
    Nothing is called after the fact that nobody knew where to put it.
    """
    vague = {"utils", "helpers", "manager", "common", "misc"}

    assert [name_of(path) for path in EVERY if path.stem in vague] == []
