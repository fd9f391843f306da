"""Hooks that `azd` runs around provisioning and deployment. Standard library only; every step can be repeated."""

import sys

# The Python that macOS includes is older; without this check, it fails with a traceback.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Python %d.%d isn't supported. Install Python 3.11, 3.12, or 3.13 and run the command again."  # noqa: UP031
        % sys.version_info[:2]
    )
