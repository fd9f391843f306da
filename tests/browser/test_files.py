"""The dashboard's files: they fit the function app's document, and they are light."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from functions.api.routes.openapi import document
from local.setup.node import DASHBOARD, build_dashboard
from tests.requirements_met import require

REMEDY = "run `make test`, which installs it"


def test_dashboard_is_made_for_this_api() -> None:
    """openapi.json, the source of the dashboard's types, is what the function app serves."""
    stored = json.loads((DASHBOARD / "openapi.json").read_text(encoding="utf-8"))

    # The head of static_dashboard/scripts/api.js says how to renew both.
    assert stored == json.loads(json.dumps(document()))


@pytest.mark.program
def test_gallery_needs_less_script_than_its_budget() -> None:
    """What the browser loads until the gallery is usable stays under 90 KB, compressed."""
    node = shutil.which("node") or ""
    require(node, "Node.js", "install Node 20 or newer")
    require((DASHBOARD / "node_modules" / "vite").exists(), "The dashboard's packages", REMEDY)
    build_dashboard()

    weighed = subprocess.run([node, "scripts/weigh.js"], cwd=DASHBOARD, capture_output=True, text=True, check=False)

    assert weighed.returncode == 0, weighed.stdout + weighed.stderr
