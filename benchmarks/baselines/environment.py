"""The environment in which LitServe runs: its packages before the project's, which it finds too."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"
FOLDER = ROOT / ".local" / "benchmarks" / "baselines"


def baselines_python() -> str:
    """A Python with the baselines' requirements and this one's; made at the first call, and anew when they change."""
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
