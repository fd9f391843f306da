"""Run the hooks as azd does, with stubs for `az`, `azd`, and `npm`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.infra.snapshots import ROOT, without_azure

PROVISIONED = {
    "AZURE_ENV_NAME": "demo",
    "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-00000000000a",
    "AZURE_LOCATION": "swedencentral",
    "AZURE_RESOURCE_GROUP": "rg-demo",
    "AZURE_TENANT_ID": "00000000-0000-0000-0000-00000000000b",
    "AZURE_CONTAINER_REGISTRY_ENDPOINT": "crx.azurecr.io",
    "API_APP": "func-x",
    "API_URL": "https://func-x.azurewebsites.net",
    "INFERENCE_APP": "ca-inference-x",
    "INFERENCE_IDENTITY": "/subscriptions/s/resourceGroups/rg-demo/providers/x/id-inference-x",
    "SITE_ACCOUNT": "stsitex",
    "SITE_URL": "https://stsitex.z1.web.core.windows.net/",
    "STORAGE_BLOB_URL": "https://stx.blob.core.windows.net/",
    "VAULT_ID": "/subscriptions/s/vaults/kv-x",
    "VAULT_NAME": "kv-x",
    "APP_PRINCIPAL_ID": "app-principal",
    "INFERENCE_PRINCIPAL_ID": "inference-principal",
}
UNPROVISIONED = {name: PROVISIONED[name] for name in ("AZURE_ENV_NAME", "AZURE_SUBSCRIPTION_ID", "AZURE_LOCATION")}


def quota_usage(limit: int, used: int = 0) -> str:
    """Usage of the T4 quota as `az` prints it."""
    return json.dumps([{"name": {"value": "SubscriptionConsumptionT4Gpus"}, "currentValue": used, "limit": limit}])


@contextmanager
def keyboard(typed: str | None) -> Iterator[int]:
    """A terminal in which this text is typed, as a file descriptor; no terminal for None."""
    if typed is None:
        yield subprocess.DEVNULL
        return
    ours, theirs = os.openpty()
    try:
        os.write(ours, typed.encode())
        yield theirs
    finally:
        os.close(ours)
        os.close(theirs)


class Hooks:
    """The role of azd: an environment that is kept between hooks, and the stubs on PATH."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self.write(environment=environment, answers=[], calls=[], secrets={}, website="false", uploaded=[], bodies=[])
        for tool in ("az", "azd", "docker", "npm"):
            stub = folder / "bin" / tool
            stub.parent.mkdir(exist_ok=True)
            text = (ROOT / "tests" / "infra" / "stub_tools.py").read_text()
            stub.write_text(f"#!{sys.executable}\n{text}")
            stub.chmod(0o755)

    @property
    def state(self) -> dict[str, Any]:
        return json.loads((self._folder / "state.json").read_text())

    def write(self, **changes: Any) -> None:
        file = self._folder / "state.json"
        file.write_text(json.dumps((self.state if file.exists() else {}) | changes))

    def answer(self, prefix: str, output: str, code: int = 0) -> None:
        """Define the output of `az` for commands with this prefix; the first matching prefix applies."""
        self.write(answers=[*self.state["answers"], [prefix, output, code]])

    def run(
        self, name: str, *, manually: bool = False, typed: str | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the hook's script, with azd's environment unless it is run manually, in a terminal if text is typed."""
        environment = {} if manually else self.state["environment"]
        env = without_azure() | environment | variables
        env |= {
            "PATH": f"{self._folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "STUB": str(self._folder),
            "HOOK_RETRY_SECONDS": "0",
            "VERIFY_REPORT": str(self._folder / "verify-report.md"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        script = ROOT / "infra" / "hooks" / f"{name}.sh"
        shell = shutil.which("sh") or "sh"
        with keyboard(typed) as stdin:
            return subprocess.run(
                [shell, str(script)], env=env, stdin=stdin, capture_output=True, text=True, timeout=120, check=False
            )

    def calls(self, *prefix: str) -> list[list[str]]:
        """The calls with this prefix, without the option that suppresses warnings."""
        made = [[word for word in call if word != "--only-show-errors"] for call in self.state["calls"]]
        return [call for call in made if tuple(call[: len(prefix)]) == prefix]
