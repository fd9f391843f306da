"""The project's source files, and the imports in them, read without running any of them."""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("functions", "inference_service", "local", "infra", "benchmarks")
SKIPPED_FOLDERS = {"node_modules", "__pycache__", "dist", "starter_model"}


@dataclass(frozen=True)
class Import:
    module: str
    at_import: bool  # rather than inside a function, or for the type checker alone


def files(folders: Iterable[str], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Every file below the folders that ends in one of the suffixes, without what is installed or built there."""
    for name in folders:
        for folder, inner, names in os.walk(ROOT / name):
            inner[:] = sorted(one for one in inner if one not in SKIPPED_FOLDERS and not one.startswith("."))
            yield from (Path(folder, one) for one in sorted(names) if one.endswith(suffixes))


def name_of(path: Path) -> str:
    """The path below the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """The dotted name that the file is imported by."""
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def mentioning(paths: Iterable[Path], *words: str) -> Iterator[Path]:
    """The files that one of the words is in: to read only these takes a tenth of the time."""
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if any(word in text for word in words):
            yield path


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def modules() -> dict[str, Path]:
    """Every module of the project by its dotted name."""
    return {module_of(path): path for path in EVERY}


@functools.cache
def imports(path: Path) -> list[Import]:
    """The imports of a file; a name that is imported from a module is listed as `module.name`, too."""
    return imports_in(tree_of(path))


def imports_in(tree: ast.Module) -> list[Import]:
    """The imports in parsed source; raise AssertionError for a relative one."""
    found: list[Import] = []

    def visit(node: ast.AST, *, late: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, not late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno} imports relatively"
            module = node.module or ""
            found.append(Import(module, not late))
            found.extend(Import(f"{module}.{alias.name}", not late) for alias in node.names)
        inner = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types(node)
        for child in ast.iter_child_nodes(node):
            visit(child, late=inner)

    visit(tree, late=False)
    return found


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def belongs(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


EVERY = [ROOT / "function_app.py", *files(PACKAGES, (".py",))]
FUNCTION_APP = [path for path in EVERY if name_of(path).startswith(("functions/", "function_app"))]


def offenders(paths: Iterable[Path], wrong: Callable[[Path], Iterable[object]]) -> dict[str, list[str]]:
    """What is wrong, by file."""
    found = {name_of(path): sorted({str(one) for one in wrong(path)}) for path in paths}
    return {name: problems for name, problems in found.items() if problems}
