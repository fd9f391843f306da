"""`python3 -m local.setup TARGET [ARGUMENT…]`: set up what the target needs, then run it.

Only this file must work on any Python 3, because it looks for a suitable one.
"""

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OLDEST, NEWEST = (3, 11), (3, 13)
NAMES = ("python3.13", "python3.12", "python3.11", "python3", "python")


def fits(version: "Sequence[int]") -> bool:
    return OLDEST <= tuple(version[:2]) <= NEWEST


def suitable_python() -> "str | None":
    """Return the path of a Python that the project supports, or None."""
    for name in NAMES:
        path = shutil.which(name)
        if not path:
            continue
        script = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            answer = subprocess.check_output([path, "-c", script], stderr=subprocess.DEVNULL, timeout=10)
        except (OSError, subprocess.SubprocessError):
            continue  # for example the shim of a version manager
        if fits([int(part) for part in answer.decode().strip().split(".")]):
            return path
    return None


def main() -> int:
    if not fits(sys.version_info[:2]):
        path = suitable_python()
        if path is None:
            sys.stderr.write(
                f"Python 3.11, 3.12, or 3.13 is required, but {sys.executable} is "
                f"{sys.version_info[0]}.{sys.version_info[1]}. Install one of them, "
                "or specify it: make run PYTHON=/path/to/python3.12\n"
            )
            return 1
        os.execv(path, [path, "-m", "local.setup"] + sys.argv[1:])  # noqa: RUF005, S606
    from local.setup.targets import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
