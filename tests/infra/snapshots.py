"""The resources that each parameter set would deploy, evaluated offline by `bicep snapshot`."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "infra" / "modules"
SUBSCRIPTION = "00000000-0000-0000-0000-00000000000a"
OLD_VERSION = ") : Warning use-recent-api-versions: "
TENANT = "00000000-0000-0000-0000-00000000000b"
DEPLOYER = "00000000-0000-0000-0000-00000000000c"

AZD = {
    "AZURE_ENV_NAME": "demo",
    "AZURE_LOCATION": "swedencentral",
    "AZURE_PRINCIPAL_ID": DEPLOYER,
}
REDEPLOYED = {
    "SERVICE_INFERENCE_RESOURCE_EXISTS": "true",
    "AZURE_INFERENCE_DEPLOYED": "true",
    "AZURE_KEYS_CREATED": "true",
}

# Each is azd's environment for main.bicepparam; `full` has a parameter file of its own.
PARAMETER_SETS: dict[str, dict[str, str] | None] = {
    "first": AZD,
    "t4": {
        **AZD,
        **REDEPLOYED,
        "AZURE_GPU_PROFILE": "T4",
        "AZURE_MODEL_ID": "an/sdxl",
        "AZURE_MODEL_REVISION": "1234abcd",
    },
    "a100": {
        **AZD,
        **REDEPLOYED,
        "AZURE_GPU_PROFILE": "A100",
        "AZURE_PROMPT_WRITER": "existing",
        "AZURE_OPENAI_ACCOUNT": "theirs",
        "AZURE_OPENAI_RESOURCE_GROUP": "rg-theirs",
        "AZURE_OPENAI_DEPLOYMENT": "writer",
    },
    "private": {
        **AZD,
        **REDEPLOYED,
        "AZURE_GPU_PROFILE": "T4",
        "AZURE_PRIVATE_NETWORK": "true",
        "AZURE_PROMPT_WRITER": "openai",
    },
    "word-lists": {
        **AZD,
        **REDEPLOYED,
        "AZURE_PROMPT_WRITER": "word-lists",
        "AZURE_MONTHLY_BUDGET": "0",
        "AZURE_COOL_AFTER_DAYS": "0",
        "AZURE_COLD_AFTER_DAYS": "0",
        "AZURE_SIGN_IN_CLIENT_ID": "00000000-0000-0000-0000-00000000000d",
        "AZURE_EXTRA_ORIGINS": "https://pictures.example.org/, https://other.example.org/gallery",
    },
    "full": None,
}


@dataclass(frozen=True)
class Snapshot:
    """Predicted resources; values that are only known during deployment are expressions in brackets."""

    name: str
    resources: list[dict[str, Any]]

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.resources if one["type"].lower() == f"microsoft.{kind}".lower()]

    def one(self, kind: str, *, named: str = "") -> dict[str, Any]:
        (found,) = [one for one in self.all(kind) if named in one["name"]]
        return found

    @cached_property
    def app(self) -> dict[str, Any]:
        """Properties of the function app."""
        return self.one("Web/sites")["properties"]

    @cached_property
    def settings(self) -> dict[str, str]:
        """The function app's settings."""
        return {one["name"]: one["value"] for one in self.app["siteConfig"]["appSettings"]}

    @cached_property
    def inference(self) -> dict[str, Any]:
        """Properties of the container app."""
        return self.one("App/containerApps")["properties"]

    @cached_property
    def container(self) -> dict[str, Any]:
        (only,) = self.inference["template"]["containers"]
        return only

    @cached_property
    def data(self) -> dict[str, Any]:
        """The storage account of images and queues."""
        return next(one for one in self.all("Storage/storageAccounts") if "site" not in one["name"])


def evaluate(bicep: str, name: str, folder: Path) -> Snapshot:
    """Evaluate a parameter set in a copy of the templates, because the CLI writes its result next to them."""
    shutil.copytree(ROOT / "infra", folder / "infra", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "functions" / "adapters" / "cosmos").mkdir(parents=True)
    shutil.copy(
        ROOT / "functions" / "adapters" / "cosmos" / "containers.json", folder / "functions" / "adapters" / "cosmos"
    )
    shutil.copy(ROOT / "tests" / "infra" / "full.bicepparam", folder / "infra")
    environment = PARAMETER_SETS[name]
    parameters = folder / "infra" / ("full.bicepparam" if environment is None else "main.bicepparam")
    where = ["--subscription-id", SUBSCRIPTION, "--tenant-id", TENANT, "--location", "swedencentral"]
    done = subprocess.run(
        [bicep, "snapshot", str(parameters), "--mode", "overwrite", *where],
        env=without_azure() | (environment or {}),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    # A nested template that could not be expanded would be missing without a failure.
    assert (done.returncode, done.stdout, warnings(done.stderr)) == (0, "", [])
    return Snapshot(name, json.loads(parameters.with_suffix(".snapshot.json").read_text())["predictedResources"])


def stored(path: Path, evaluated: Callable[[], Snapshot]) -> Snapshot:
    """Return the snapshot that this file holds; if it is missing, it gets the evaluated one.

    Another process that asks for the same file waits for the first.
    """
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_text(json.dumps(evaluated().resources), encoding="utf-8")
    return Snapshot(path.stem, json.loads(path.read_text(encoding="utf-8")))


def without_azure() -> dict[str, str]:
    """This process's environment without azd's variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "SERVICE_"))}


def warnings(output: str) -> list[str]:
    """Return the lines of Bicep's output. Old API versions count only in continuous integration, which sets CI."""
    lines = output.splitlines()
    return lines if "CI" in os.environ else [line for line in lines if OLD_VERSION not in line]
