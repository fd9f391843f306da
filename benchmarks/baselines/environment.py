"""The virtual environment of LitServe: its own packages take precedence over the project's packages."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"
FOLDER = ROOT / ".local" / "benchmarks" / "baselines"


def baselines_python() -> str:
    """Return a Python with the packages of the baselines and of this environment. It is created on the first call and
    again when the requirements change."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / "installed.txt"
    wanted = f"{sys.version}\n{sys.prefix}\n{REQUIREMENTS.read_text(encoding='utf-8')}"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        print("Installing the baselines' packages…", file=sys.stderr)
        _run([sys.executable, "-m", "venv", "--clear", str(FOLDER)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS)])
        found = subprocess.run(
            [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        )
        # A path file's folders come after the environment's own.
        Path(found.stdout.strip(), "project.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise SystemExit(
            f"`{' '.join(command)}` failed; without it LitServe cannot be measured (--servers leaves it out)."
        )
