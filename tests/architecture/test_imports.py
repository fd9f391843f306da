"""Which module may import which, by the tables in `allowed`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.allowed import ALLOWED, HOMES, WITHOUT
from tests.architecture.sources import (
    EVERY,
    FUNCTION_APP,
    Import,
    belongs,
    imports,
    imports_in,
    module_of,
    modules,
    name_of,
    offenders,
)

HEAVY = ("azure", "openai", "httpx2", "jwt", "torch", "diffusers", "transformers", "PIL", "ulid")

# One import for each package that its table must refuse, and two between parts of one package.
PLANTED = {
    "functions/policy/limits.py": "from functions.services.jobs import submit",
    "functions/services/jobs/submit.py": "from functions.services.images import changes",
    "functions/adapters/sqlite/catalog.py": "import functions.adapters.cosmos.catalog",
    "inference_service/scheduler/scheduler.py": "from inference_service.worker import executor",
    "local/host/host.py": "from local.run import supervisor",
    "infra/hooks/pages.py": "from functions.settings import Settings",
    "benchmarks/table.py": "from tests.fakes import Clock",
}


def row_of(module: str) -> str | None:
    """The key of the table that a module belongs to, None without one."""
    return max((key for key in ALLOWED if belongs(module, key)), key=len, default=None)


def may_import(module: str, target: str) -> bool:
    """Whether the table lets one module of the project import another."""
    row, wanted = row_of(module), row_of(target)
    if row is None or wanted is None:
        return False
    own_package = module.partition(".")[0] == target
    return own_package or wanted == row or any(belongs(target, listed) for listed in ALLOWED[row])


def forbidden(module: str, found: Iterable[Import]) -> list[str]:
    """The project's own modules among the imports that the module may not import."""
    ours = [one.module for one in found if one.module in modules() or belongs(one.module, "tests")]
    packages = {one.rpartition(".")[0] for one in ours}  # `from a import b` lists `a` beside the module `a.b`
    return [one for one in ours if one not in packages and not may_import(module, one)]


def test_every_import_is_in_the_table_of_allowed_imports() -> None:
    """Each package imports only what its row lists, and every file belongs to a row."""

    def wrong(path: Path) -> Iterable[object]:
        if row_of(module_of(path)) is None:
            return ["it belongs to no row of the table"]
        return forbidden(module_of(path), imports(path))

    assert offenders(EVERY, wrong) == {}


def test_every_row_of_the_table_names_a_module() -> None:
    """A row for a missing or misspelled module is an error."""
    listed = set(ALLOWED).union(*ALLOWED.values())

    assert sorted(listed - {one for module in modules() for one in prefixes(module)}) == []


def prefixes(module: str) -> Iterable[str]:
    parts = module.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))


@pytest.mark.parametrize(("file", "statement"), PLANTED.items())
def test_a_planted_import_is_found(file: str, statement: str) -> None:
    """A forbidden import in any package is reported."""
    module = file.removesuffix(".py").replace("/", ".")

    assert module in modules()
    assert forbidden(module, imports_in(ast.parse(statement)))


def test_outside_packages_stay_where_they_belong() -> None:
    """The host's library stays in the triggers, the SDKs in the adapters, the models in the inference service."""

    def homeless(path: Path) -> Iterable[object]:
        for found in imports(path):
            home = next((home for home in HOMES if belongs(found.module, home)), None)
            if home is not None and not name_of(path).startswith(HOMES[home]):
                yield found.module

    assert offenders(EVERY, homeless) == {}


def test_pure_packages_do_without_clock_thread_and_device() -> None:
    """The scheduler, policies, formats and models get times as arguments and do no I/O."""

    def unwanted(path: Path) -> Iterable[object]:
        rows = [banned for folder, banned in WITHOUT.items() if name_of(path).startswith(folder)]
        return [one.module for one in imports(path) for banned in rows for each in banned if belongs(one.module, each)]

    assert offenders(EVERY, unwanted) == {}


def test_heavy_imports_wait_for_first_use() -> None:
    """Slow imports are inside the functions that need them, so that indexing is fast."""

    def early(path: Path) -> Iterable[object]:
        for found in imports(path):
            heavy = any(belongs(found.module, late) for late in HEAVY) and not belongs(found.module, "azure.functions")
            if found.at_import and heavy:
                yield found.module

    assert offenders(FUNCTION_APP, early) == {}
