"""The scripts of the hooks and how they run other tools."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.shell import unquote
from tests.infra.snapshots import ROOT
from tests.requirements_met import require

pytestmark = pytest.mark.program


@pytest.mark.parametrize(
    ("printed", "value"),
    [("7", "7"), ('"T4"', "T4"), (r'"a\"b\\c"', r'a"b\c'), (r'"\!\$\`"', "!$`"), (r'"\\\!"', "\\!")],
)
def test_values_are_read_as_azd_prints_them(printed: str, value: str) -> None:
    """Values are unquoted, including azd's backslashes before exclamation marks and dollar signs."""
    assert unquote(printed) == value


def test_a_tool_gets_no_input() -> None:
    """A tool that asks a question gets no input, so it can't wait."""
    asks = "import sys; print(len(sys.stdin.read()))"
    code = f"import sys; from infra.shell import run; print(run(sys.executable, ['-c', {asks!r}]))"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input="yes", capture_output=True, text=True, check=False
    )

    assert done.stdout.strip() == "0", done.stderr


def test_an_old_python_is_rejected() -> None:
    """A Python version that isn't supported is rejected with a message."""
    code = "import sys; sys.version_info = (3, 9, 6); import infra.hooks.preprovision"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Python 3.9 isn't supported. Install Python 3.11, 3.12, or 3.13 and run the command again."
    )


@pytest.mark.parametrize("name", ["preprovision", "postprovision", "predeploy", "postdeploy", "sign-in"])
def test_every_hook_has_both_shells(name: str) -> None:
    """The shell and PowerShell scripts start the same module and return its exit code."""
    folder = ROOT / "infra" / "hooks"
    module = f"-m infra.hooks.{name.replace('-', '_')}"

    assert f'exec "$PYTHON" {module} "$@"' in (folder / f"{name}.sh").read_text()
    powershell = (folder / f"{name}.ps1").read_text()
    assert f"& $python.Source {module} @args" in powershell
    assert powershell.rstrip().endswith("exit $LASTEXITCODE")
    assert "Get-Command python, python3 " in powershell
    assert (folder / f"{name}.sh").stat().st_mode & 0o111


def test_shellcheck_finds_nothing() -> None:
    """shellcheck reports nothing for any hook script."""
    shellcheck = Path(sys.executable).with_name("shellcheck")
    require(shellcheck.exists(), "shellcheck", "run `make test`, which installs it")

    done = subprocess.run(
        [shellcheck, *(ROOT / "infra" / "hooks").glob("*.sh")], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")
