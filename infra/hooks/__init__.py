"""What `azd` runs around provisioning and deploying.  Standard library only; every step is safe to run again."""

import sys

# A Mac's own Python is older, and would end in a traceback.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Python %d.%d is too old for the hooks: install Python 3.11, 3.12 or 3.13 and start again."  # noqa: UP031
        % sys.version_info[:2]
    )
