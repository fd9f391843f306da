"""functions/version.py has the version, and files that can't read it have the same one."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import inference_service
from functions.version import VERSION
from local.release import CHANGELOG, notes

ROOT = Path(__file__).parents[1]


def test_the_inference_service_and_the_dashboard_have_the_same_version() -> None:
    """They are deployed apart from the function app, and can't read its file."""
    dashboard = json.loads((ROOT / "static_dashboard" / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "static_dashboard" / "package-lock.json").read_text(encoding="utf-8"))
    api = json.loads((ROOT / "static_dashboard" / "openapi.json").read_text(encoding="utf-8"))

    output = [inference_service.VERSION, dashboard["version"], locked["version"], api["info"]["version"]]

    assert output == [VERSION] * 4


def test_the_project_takes_its_version_from_there() -> None:
    """pyproject.toml names the attribute, not a number of its own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"] == {"version": {"attr": "functions.version.VERSION"}}


def test_the_changelog_knows_the_version() -> None:
    """Its newest released section is this one, so that a tag finds its notes."""
    text = CHANGELOG.read_text(encoding="utf-8")

    assert re.findall(r"^## \[?(\d\S*?)\]? - ", text, re.MULTILINE)[0] == VERSION
    assert notes(f"v{VERSION}", text)
