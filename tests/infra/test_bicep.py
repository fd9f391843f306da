"""The templates compile without warnings, are formatted, and describe every parameter."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infra.snapshots import AZD, MODULES, OLD_VERSION, ROOT, warnings, without_azure

pytestmark = pytest.mark.bicep

TEMPLATES = [ROOT / "infra" / "main.bicep", *sorted(MODULES.glob("*.bicep"))]
PARAMETERS = ROOT / "infra" / "main.bicepparam"


def run(bicep: str, *words: str, **chosen: str) -> subprocess.CompletedProcess[str]:
    """Run the CLI with azd's environment before the first provisioning."""
    env = without_azure() | AZD | chosen
    return subprocess.run([bicep, *words], env=env, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.parametrize("words", [("build", "--stdout"), ("lint",)], ids=lambda words: words[0])
def test_the_template_has_no_warning(bicep: str, words: Any) -> None:
    """main.bicep and its modules compile without warnings under the rules of bicepconfig.json."""
    done = run(bicep, words[0], str(TEMPLATES[0]), *words[1:])

    assert (done.returncode, warnings(done.stderr)) == (0, [])


@pytest.mark.parametrize("today", ["2028-12-01", "2036-12-01"])
def test_the_template_builds_in_later_years(bicep: str, tmp_path: Path, today: str) -> None:
    """API versions that have become old are warnings, so the same template can still be deployed years later."""
    done = run(bicep, "build", str(on(today, tmp_path)), "--stdout")

    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert lines
    assert [line for line in lines if OLD_VERSION not in line] == []


def on(today: str, folder: Path) -> Path:
    """Copy the template with a linter whose date is `today`, as Bicep's own tests set it; return its path."""
    for part in ("infra", "functions/adapters/cosmos"):
        shutil.copytree(ROOT / part, folder / part)
    file = folder / "infra" / "bicepconfig.json"
    config = json.loads(file.read_text())
    config["analyzers"]["core"]["rules"]["use-recent-api-versions"]["test-today"] = today
    file.write_text(json.dumps(config))
    return folder / "infra" / "main.bicep"


@pytest.mark.parametrize("words", [("build-params", "--stdout"), ("lint",)], ids=lambda words: words[0])
def test_the_parameters_have_no_warning(bicep: str, words: Any) -> None:
    """The parameter file compiles with what azd knows before the first provisioning."""
    done = run(bicep, words[0], str(PARAMETERS), *words[1:])

    assert (done.returncode, warnings(done.stderr)) == (0, [])


def test_the_linter_is_strict() -> None:
    """Every listed rule is an error, including the rules for security. The age of an API version is a warning."""
    rules = json.loads((ROOT / "infra" / "bicepconfig.json").read_text())["analyzers"]["core"]["rules"]

    assert {name: rule["level"] for name, rule in rules.items() if rule["level"] != "error"} == {
        "use-recent-api-versions": "warning"
    }
    assert rules.keys() >= {"outputs-should-not-contain-secrets", "secure-parameter-default"}


@pytest.mark.parametrize(
    ("variable", "value"),
    [("AZURE_GPU_PROFILE", "H100"), ("AZURE_PRINCIPAL_TYPE", "Robot"), ("AZURE_PROMPT_WRITER", "human")],
)
def test_an_invalid_value_is_rejected(bicep: str, variable: str, value: str) -> None:
    """An invalid value is rejected before anything is sent to Azure."""
    done = run(bicep, "build-params", str(PARAMETERS), "--stdout", **{variable: value})

    assert done.returncode != 0
    assert value in done.stderr


def test_formatting_changes_nothing(bicep: str, tmp_path: Path) -> None:
    """Every template is formatted with `bicep format`."""
    formatted = shutil.copytree(ROOT / "infra", tmp_path / "infra")

    for pattern in ("*.bicep", "modules/*.bicep", "*.bicepparam"):
        assert run(bicep, "format", "--pattern", str(formatted / pattern)).returncode == 0

    changed = [path.name for path in formatted.rglob("*.bicep*") if path.read_text() != original(path, formatted)]
    assert changed == []


def original(path: Path, formatted: Path) -> str:
    return (ROOT / "infra" / path.relative_to(formatted)).read_text()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_is_short(path: Any) -> None:
    """A module has less than 160 lines, main.bicep less than 300, and the first line describes it."""
    text = path.read_text()

    assert len(text.splitlines()) < (300 if path.name == "main.bicep" else 160)
    assert re.match(r"// [A-Z].*\.\n", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_parameter_is_described(path: Any) -> None:
    """Every parameter has a description."""
    lines = path.read_text().splitlines()

    undescribed = [lines[i] for i in range(len(lines)) if lines[i].startswith("param ") and not described(lines, i)]

    assert undescribed == []


def described(lines: list[str], i: int) -> bool:
    """Return whether a decorator above line i is a description."""
    above = lines[:i][::-1]
    decorators = above[: next((k for k, line in enumerate(above) if not line.startswith("@")), len(above))]
    return any(line.startswith("@description('") for line in decorators)


def test_no_registry_modules() -> None:
    """The templates use only local modules, so they build offline."""
    named = [module for path in TEMPLATES for module in re.findall(r"^module \w+ '([^']+)'", path.read_text(), re.M)]

    assert len(named) >= 10
    assert [module for module in named if ":" in module or not module.endswith(".bicep")] == []


def test_every_module_is_used() -> None:
    """Every module is used by another template."""
    text = "".join(path.read_text() for path in TEMPLATES)

    assert [path.name for path in TEMPLATES[1:] if not re.search(rf"'(modules/)?{path.name}'", text)] == []


def test_the_repository_has_no_compiled_template() -> None:
    """The repository contains no compiled template, because azd compiles them."""
    assert [path.name for path in Path(ROOT, "infra").rglob("*.snapshot.json")] == []
    assert not (ROOT / "infra" / "main.json").exists()
