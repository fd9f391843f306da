"""`python3 -m local.setup TARGET [ARGUMENT…]`: set up what the target needs, then run it.

This file alone must work on any Python 3, since it looks for the right one.
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
    """The path of a Python that the project runs on, or None."""
    for name in NAMES:
        path = shutil.which(name)
        if not path:
            continue
        ask = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            answer = subprocess.check_output([path, "-c", ask], stderr=subprocess.DEVNULL, timeout=10)
        except (OSError, subprocess.SubprocessError):
            continue  # a version manager's empty shim, for example
        if fits([int(part) for part in answer.decode().strip().split(".")]):
            return path
    return None


def main() -> int:
    if not fits(sys.version_info[:2]):
        path = suitable_python()
        if path is None:
            sys.stderr.write(
                f"Python 3.11, 3.12 or 3.13 is needed, and {sys.executable} is "
                f"{sys.version_info[0]}.{sys.version_info[1]}: install one of them, "
                "or name it: make run PYTHON=/path/to/python3.12\n"
            )
            return 1
        os.execv(path, [path, "-m", "local.setup"] + sys.argv[1:])  # noqa: RUF005, S606
    from local.setup.targets import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
