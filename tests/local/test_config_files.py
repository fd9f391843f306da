"""The configuration files of Azure Functions in the project root."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import jsonschema
import pathspec
import pytest

from functions.settings import Settings
from local.host.host_json import HostError, HostSettings
from tests.requirements_met import require

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(os.environ.get("SCHEMAS") or ROOT.parent / "shared" / "schemas")
# Of the app's settings, those that stand for managed identity: in Azure only, a laptop has no identity.
IDENTITY = {"STORAGE_BLOB_URL", "STORAGE_QUEUE_URL"}  # used with a managed identity only
DEPLOYED = {"host.json", "function_app.py", "requirements.txt"}


def document(name: str) -> dict[str, Any]:
    return json.loads((ROOT / name).read_text())


@pytest.mark.parametrize(
    ("name", "schema"), [("host.json", "host.json"), ("local.settings.json.example", "local.settings.json")]
)
def test_valid_by_the_published_schema(name: str, schema: str) -> None:
    """The file is valid according to the schema that editors use."""
    path = SCHEMAS / schema
    if not path.exists():
        pytest.skip(f"the published JSON schema of {schema} is not here: put it into a folder and name that in SCHEMAS")
    published = json.loads(path.read_text())
    validator = jsonschema.validators.validator_for(published)(published)

    with warnings.catch_warnings():
        # A reference to another schema by its address would be fetched; these two files have none that counts.
        warnings.simplefilter("ignore", DeprecationWarning)
        problems = [error.message for error in validator.iter_errors(document(name))]

    assert problems == []


def test_every_setting_is_in_the_example() -> None:
    """The example has every setting of the app except those for managed identity, and no others."""
    names = {spec.metadata["name"] for spec in Settings.__dataclass_fields__.values()}

    values = document("local.settings.json.example")["Values"]

    assert set(values) == (names - IDENTITY) | {"FUNCTIONS_WORKER_RUNTIME"}
    assert all(isinstance(value, str) for value in values.values())


def test_the_example_has_the_defaults() -> None:
    """With the example, the app behaves as without settings, with the emulator and a local inference service."""
    values = document("local.settings.json.example")["Values"]

    example = Settings.from_env(values)

    assert example == Settings(storage="UseDevelopmentStorage=true", inference_url="http://127.0.0.1:8000")


def test_the_local_host_reads_host_json() -> None:
    """The local host uses the queue and timeout settings in host.json."""
    settings = HostSettings.read(ROOT / "host.json")

    assert settings == HostSettings(
        route_prefix="api",
        function_timeout_s=600,
        batch_size=16,
        new_batch_threshold=8,
        max_dequeue_count=5,
        visibility_timeout_s=30,
        max_polling_interval_s=2,
        base64_messages=True,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "host.json isn't valid JSON"),
        ("{}", 'must contain "version": "2.0"'),
        ('{"version": "2.0", "functionTimeout": "10 minutes"}', "functionTimeout must have the format 00:10:00"),
        ('{"version": "2.0", "extensions": {"queues": {"batchSize": 33}}}', "batchSize must be an integer"),
    ],
)
def test_an_invalid_host_json(tmp_path: Path, text: str, sentence: str) -> None:
    """The error message names the setting that isn't valid."""
    (tmp_path / "host.json").write_text(text)

    with pytest.raises(HostError, match=re.escape(sentence)):
        HostSettings.read(tmp_path / "host.json")


@pytest.mark.program
def test_what_is_deployed() -> None:
    """`.funcignore` excludes all tracked files except the function app."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    require(listed.returncode == 0, "A git checkout", "clone the project with git")
    ignored = pathspec.GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text().splitlines())

    deployed = [name for name in listed.stdout.splitlines() if not ignored.match_file(name)]

    assert {name for name in deployed if not name.startswith("functions/")} == DEPLOYED
    assert any(name.startswith("functions/") for name in deployed)


@pytest.mark.parametrize("name", [".venv/bin/python", ".local/api-key", "local.settings.json", ".env"])
def test_secrets_and_installed_files_are_not_deployed(name: str) -> None:
    """Secrets and installed files are excluded although git doesn't track them."""
    ignored = pathspec.GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text().splitlines())

    assert ignored.match_file(name)


def test_requirements_are_pinned() -> None:
    """Every requirement that a set names has one exact version."""
    folders = ("requirements", "inference_service", "benchmarks")
    sets = [path for folder in folders for path in (ROOT / folder).glob("*.in")]
    assert len(sets) >= 8
    for path in sets:
        for line in path.read_text().splitlines():
            wanted = line.partition("#")[0].strip()
            pinned = re.match(r"[A-Za-z0-9_.\-]+(\[[a-z0-9,]+\])?==[\w.]+(; .+)?$", wanted)
            assert not wanted or wanted.startswith(("-r ", "-c ")) or pinned, (path, line)


def test_the_app_imports_only_deployed_packages() -> None:
    """Every package that functions/ imports is named by the set that is deployed."""
    names = {
        "aiohttp": "aiohttp",
        "azure.core": "azure-core",
        "azure.cosmos": "azure-cosmos",
        "azure.functions": "azure-functions",
        "azure.identity": "azure-identity",
        "azure.storage.blob": "azure-storage-blob",
        "azure.storage.queue": "azure-storage-queue",
        "jwt": "PyJWT",
        "PIL": "pillow",
        "pydantic_core": "pydantic",
        "ulid": "python-ulid",
    }
    required = {
        re.split(r"[\[=]", line)[0]
        for name in ("azure.in", "functions.in")
        for line in (ROOT / "requirements" / name).read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    }
    missing = set()
    for path in (ROOT / "functions").rglob("*.py"):
        for module in re.findall(r"^\s*(?:from|import) ([\w.]+)", path.read_text(), re.MULTILINE):
            top = module.partition(".")[0]
            if top in sys.stdlib_module_names or top in ("functions", "__future__"):
                continue
            package = next((names[name] for name in names if module == name or module.startswith(f"{name}.")), top)
            if package not in required:
                missing.add(f"{path.relative_to(ROOT)}: {module}")

    assert not missing


def test_the_storage_emulator_has_no_telemetry() -> None:
    """The locked packages of Azurite include the empty replacement and no OpenTelemetry package."""
    packages = json.loads((ROOT / "local" / "package-lock.json").read_text())["packages"]

    assert packages["node_modules/applicationinsights"] == {"resolved": "no_telemetry", "link": True}
    assert [name for name in packages if "opentelemetry" in name] == []
