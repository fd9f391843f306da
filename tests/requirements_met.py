"""What a test does when something that it needs is not there."""

from __future__ import annotations

import os

import pytest


def require(condition: object, what: str, remedy: str) -> None:
    """Go on if `condition` holds; else skip the test, or fail it where `CI` is set.

    `what` is missing, `remedy` says how to get it: "Chromium", "run `make test`, which installs it".
    """
    if condition:
        return
    message = f"{what} is missing: {remedy}."
    if os.environ.get("CI", "").strip().lower() not in ("", "0", "false"):
        pytest.fail(f"{message}  (CI is set, so this is not skipped.)", pytrace=False)
    pytest.skip(message)
