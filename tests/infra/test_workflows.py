"""The workflows have few permissions, pin every action to a commit, and match the guides."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.hooks.predeploy import CPU_TORCH
from local.release import ReleaseError, notes
from local.setup.installation import HERE
from tests.infra import template_scan
from tests.infra.snapshots import without_azure
from tests.requirements_met import require

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ZIZMOR = Path(sys.executable).parent / "zizmor"
# Beyond reading the repository: which job may do what.
ALLOWED = {
    ("azure-dev.yml", "deploy"): {"id-token"},
    ("release.yml", "image"): {"attestations", "id-token", "packages"},
    ("release.yml", "release"): {"contents"},
    ("security.yml", "codeql"): {"security-events"},
    ("security.yml", "templates"): {"security-events"},
}
CHANGELOG = """# Changelog

## Unreleased

## 1.2.0 - 2026-11-30

### Added

* A thing.

## 1.1.0 - 2026-01-01

Old.
"""


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path.name, name, job)
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_hold_no_secret_and_only_read(path: Any) -> None:
    """Azure is entered with GitHub's own token, and whatever a job may do beyond reading is its own permission."""
    text, workflow = path.read_text(), yaml.safe_load(path.read_text())

    assert "secrets." not in text
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def test_each_job_may_do_what_it_needs() -> None:
    """And nothing else: a step that was tampered with can't push an image or create a release elsewhere."""
    more = {
        (file, name): {scope for scope, level in job["permissions"].items() if level == "write"}
        for file, name, job in jobs()
        if "permissions" in job
    }

    assert more == ALLOWED


def test_every_action_is_named_by_its_commit() -> None:
    """Every action is pinned to one commit, with its release in a comment."""
    uses = [use for path in WORKFLOWS for use in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))]
    named = [re.fullmatch(r"([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", use) for use in uses]
    commits = {(match[1], match[2]) for match in named if match}

    assert uses
    assert [use for use, match in zip(uses, named, strict=True) if match is None] == []
    assert len(commits) == len({action for action, _ in commits})


@pytest.mark.program
def test_zizmor_finds_nothing() -> None:
    """No insecure pattern in the workflows and in Dependabot's settings."""
    require(ZIZMOR.exists(), "zizmor", "run `make test`, which installs it")

    done = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--quiet", ROOT / ".github"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.program
def test_zizmor_would_find_something(tmp_path: Path) -> None:
    """A workflow that runs the title of a pull request as a command."""
    require(ZIZMOR.exists(), "zizmor", "run `make test`, which installs it")
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(
        "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )

    done = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--quiet", wrong],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode > 0
    assert "template-injection" in done.stdout


def test_a_deployment_waits_for_its_environment() -> None:
    """The protection rules of the environment decide who may deploy."""
    deploying = {(file, name): job.get("environment") for file, name, job in jobs() if "azd deploy" in str(job)}

    assert deploying == {("azure-dev.yml", "deploy"): "production"}


def test_the_images_log_is_shown_when_it_does_not_start() -> None:
    """The step runs whether or not the wait succeeded, and the log contains the size of the image."""
    steps = next(job["steps"] for file, name, job in jobs() if (file, name) == ("ci.yml", "image"))
    log = next(step for step in steps if "docker logs" in step.get("run", ""))

    assert log["if"] == "always()"
    assert any("{{.Size}}" in step.get("run", "") for step in steps)


def test_findings_in_the_templates_are_uploaded() -> None:
    """The file that the scan of the templates writes is uploaded also if the scan fails because it has findings."""
    steps = next(job["steps"] for file, name, job in jobs() if (file, name) == ("security.yml", "templates"))
    runs = [step["run"] for step in steps if "run" in step]
    upload = steps[-1]

    assert runs[-1] == f"python -m {template_scan.__name__} {upload['with']['sarif_file']}"
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert upload["if"] == "always()"
    assert (ROOT / runs[-2].split()[-1]) == HERE.checkov_lock


def test_templates_are_compiled_with_azds_bicep() -> None:
    """CI installs each Bicep CLI of the supported versions of azd; the CLI that developers install is newer."""
    job = next(job for file, name, job in jobs() if (file, name) == ("ci.yml", "templates"))
    newest = re.findall(r"az bicep install --version v([\d.]+)", (WORKFLOWS[0].parent / "ci.yml").read_text())
    install = next(step for step in job["steps"] if step.get("name") == "Install the Bicep CLI")

    assert job["strategy"]["matrix"]["bicep"] == ["0.43.8", "0.44.1", "0.45.15"]
    assert set(newest) == {"0.49.2"}
    assert 'az bicep install --version "v$BICEP_VERSION"' in install["run"]
    assert install["env"] == {"BICEP_VERSION": "${{ matrix.bicep }}"}


@pytest.mark.bicep
@pytest.mark.parametrize(("profile", "succeeds"), [("T4", True), ("H100", False)])
def test_the_templates_compile_as_azd_does(bicep: str, tmp_path: Path, profile: str, succeeds: bool) -> None:
    """The step of CI compiles templates and parameters, and fails for a parameter that the template refuses."""
    job = next(job for file, name, job in jobs() if (file, name) == ("ci.yml", "templates"))
    step = next(step for step in job["steps"] if step.get("name") == "Compile as azd does")
    for part in ("infra", "functions/adapters/cosmos"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "bicep").symlink_to(bicep)
    env = without_azure() | step["env"] | {"AZURE_GPU_PROFILE": profile}

    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        env=env | {"PATH": f"{tmp_path / 'bin'}:{env['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert (done.returncode == 0) == succeeds, done.stderr
    assert json.loads((tmp_path / "template.json").read_text())["resources"]


def test_jobs_that_run_the_tests_install_exiftool() -> None:
    """No job skips the test that reads metadata with exiftool."""
    tests = {
        name: " ".join(step.get("run", "") for step in job["steps"])
        for _, name, job in jobs()
        if any(re.search(r"make (test|coverage)\b", step.get("run", "")) for step in job.get("steps", []))
    }

    assert {"test", "coverage"} <= tests.keys()
    assert [name for name, commands in tests.items() if "libimage-exiftool-perl" not in commands] == []


def test_locks_are_compiled_again() -> None:
    """CI detects requirements that are not compiled and lock files edited by hand."""
    steps = next(job["steps"] for file, name, job in jobs() if (file, name) == ("ci.yml", "locks"))

    assert [step["run"] for step in steps if "run" in step] == ["make lock", "git diff --exit-code"]


def test_released_images_have_no_weights_and_are_attested() -> None:
    """A release has an image for GPUs and one for CPUs; the origin of each, and of its SBOM, is signed."""
    job = next(job for file, name, job in jobs() if (file, name) == ("release.yml", "image"))
    release = next(job for file, name, job in jobs() if (file, name) == ("release.yml", "release"))
    attested = [step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/attest@")]
    build = next(step["run"] for step in job["steps"] if "docker build" in step.get("run", ""))

    assert [one["torch"] for one in job["strategy"]["matrix"]["include"]] == ["", CPU_TORCH]
    assert "--file inference_service/Dockerfile " in build
    assert set(re.findall(r"--build-arg (\w+)", build)) == {"TORCH_INDEX"}
    image, sbom = attested
    assert image["subject-digest"] == "${{ steps.push.outputs.digest }}"
    assert sbom == {"subject-path": "inference${{ matrix.suffix }}.spdx.json"}
    for suffix in (one["suffix"] for one in job["strategy"]["matrix"]["include"]):
        assert f"image{suffix}/inference{suffix}.spdx.json" in release["steps"][0]["run"]


@pytest.mark.program
def test_the_digest_of_a_pushed_image_is_passed_on(tmp_path: Path) -> None:
    """The step that pushes the image outputs its digest without its name for the steps that attest it."""
    job = next(job for file, name, job in jobs() if (file, name) == ("release.yml", "image"))
    step = next(step for step in job["steps"] if step.get("id") == "push")
    stub = tmp_path / "docker"
    stub.write_text('#!/bin/sh\n[ "$1" != image ] || echo ghcr.io/o/r/inference@sha256:1234\n')
    stub.chmod(0o755)
    output = tmp_path / "output"
    env = {
        "GITHUB_OUTPUT": str(output),
        "GITHUB_ACTOR": "a",
        "TOKEN": "b",
        "IMAGE": "ghcr.io/o/r/inference",
        "TAG": "1",
    }

    subprocess.run(["bash", "-e", "-c", step["run"]], env=env | {"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True)

    assert output.read_text() == "digest=sha256:1234\n"


def test_the_notes_of_a_release() -> None:
    """The release notes are the changelog of that version, without its heading."""
    assert notes("v1.2.0", CHANGELOG, "1.2.0") == "### Added\n\n* A thing."


@pytest.mark.parametrize(
    ("tag", "version", "reason"),
    [
        ("v1.3.0", "1.2.0", "The tag is v1.3.0, but functions/version.py says 1.2.0"),
        ("1.2.0", "1.2.0", "The tag is 1.2.0"),
        ("v1.3.0", "1.3.0", "CHANGELOG.md has no section"),
        ("v1.2", "1.2", "CHANGELOG.md has no section"),
    ],
)
def test_a_tag_that_is_no_release(tag: str, version: str, reason: str) -> None:
    """Another version than the program's, or one that the changelog doesn't know, stops the workflow."""
    with pytest.raises(ReleaseError, match=reason):
        notes(tag, CHANGELOG, version)
