"""Runs the hooks as azd does, against stand-ins for `az`, `azd` and `npm`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.infra.snapshots import ROOT, without_azure

PROVISIONED = {
    "AZURE_ENV_NAME": "demo",
    "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-00000000000a",
    "AZURE_LOCATION": "swedencentral",
    "AZURE_RESOURCE_GROUP": "rg-demo",
    "AZURE_CONTAINER_REGISTRY_ENDPOINT": "crx.azurecr.io",
    "API_APP": "func-x",
    "API_URL": "https://func-x.azurewebsites.net",
    "PAINTER_APP": "ca-painter-x",
    "PAINTER_IDENTITY": "/subscriptions/s/resourceGroups/rg-demo/providers/x/id-painter-x",
    "SITE_ACCOUNT": "stsitex",
    "SITE_URL": "https://stsitex.z1.web.core.windows.net/",
    "STORAGE_BLOB_URL": "https://stx.blob.core.windows.net/",
    "VAULT_NAME": "kv-x",
}


class Hooks:
    """azd's part: an environment that lasts from hook to hook, and the tools on PATH."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self.write(environment=environment, answers=[], calls=[], secrets={}, website="false", uploaded=[], bodies=[])
        for tool in ("az", "azd", "npm"):
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
        """What `az` says to commands that begin so; the first that fits counts."""
        self.write(answers=[*self.state["answers"], [prefix, output, code]])

    def run(self, name: str, *, by_hand: bool = False, **variables: str) -> subprocess.CompletedProcess[str]:
        """The hook's script, with azd's environment in its own unless a person runs it."""
        handed = {} if by_hand else self.state["environment"]
        env = without_azure() | handed | variables
        env |= {
            "PATH": f"{self._folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "STUB": str(self._folder),
            "HOOK_PATIENCE_SECONDS": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        script = ROOT / "infra" / "hooks" / f"{name}.sh"
        shell = shutil.which("sh") or "sh"
        return subprocess.run(
            [shell, str(script)], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )

    def calls(self, *prefix: str) -> list[list[str]]:
        """The calls that begin with these words, without the option that silences warnings."""
        made = [[word for word in call if word != "--only-show-errors"] for call in self.state["calls"]]
        return [call for call in made if tuple(call[: len(prefix)]) == prefix]
