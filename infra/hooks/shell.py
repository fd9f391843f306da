"""The command lines that the hooks speak to: `az` for Azure, `azd` for its environment, `npm` for the dashboard."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

# A role that was just assigned holds everywhere only after minutes.
PATIENCE_S = 300.0
PAUSE_S = 10.0
NOT_YET = (
    "Forbidden",
    "AuthorizationPermissionMismatch",
    "AuthorizationFailure",
    "not authorized",
    "required permissions",
)


class HookError(Exception):
    """What went wrong and what to do, in one sentence or two."""


def run(tool: str, words: Sequence[str], *, cwd: Path = ROOT) -> str:
    """What the tool prints; `HookError` with its own words when it fails or is not there."""
    path = shutil.which(tool)
    if path is None:
        raise HookError(f"{tool} is missing: install it and start again; docs/deploy.md says how.")
    # Nobody would see a question, such as whether to install an extension; unanswered it fails, and says of what.
    done = subprocess.run(
        [path, *words], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.strip().splitlines()
        raise HookError(f"`{tool} {' '.join(words[:4])} …` failed: {' '.join(told[-3:]) or 'it said nothing'}")
    return done.stdout


def az(*words: str) -> str:
    """The text that `az` prints, without the line end."""
    return run("az", [*words, "--only-show-errors"]).strip()


def az_json(*words: str) -> Any:
    """The value that `az` prints as JSON; None for nothing."""
    text = az(*words, "--output", "json")
    return json.loads(text) if text else None


def patiently(ask: Callable[[], str], *, patience_s: float | None = None) -> str:
    """The answer, asked again while the deployer's new role is not yet known everywhere."""
    given = float(os.environ.get("HOOK_PATIENCE_SECONDS", PATIENCE_S)) if patience_s is None else patience_s
    deadline = time.monotonic() + given
    while True:
        try:
            return ask()
        except HookError as exc:
            refused = any(word.lower() in str(exc).lower() for word in NOT_YET)
            if not refused or time.monotonic() >= deadline:
                raise
            say("  The role is not known everywhere yet; asking again in ten seconds…")
            time.sleep(min(PAUSE_S, max(0.0, deadline - time.monotonic())))


def setting(name: str, default: str = "") -> str:
    """A value of azd's environment, which azd hands to its hooks."""
    return os.environ.get(name, "").strip() or default


def needed(*names: str) -> list[str]:
    """Values that must be there, or `HookError` with how to set all that are not."""
    missing = [name for name in names if not setting(name)]
    if missing:
        raise HookError(f"Not set: {', '.join(missing)}.  Set each with `azd env set NAME VALUE` and start again.")
    return [setting(name) for name in names]


@cache
def kept() -> dict[str, str]:
    """azd's environment as it lies on disk: what came with this process alone is not in it."""
    lines = (line.partition("=") for line in run("azd", ["env", "get-values"]).splitlines())
    return {name: unquoted(value) for name, _, value in lines if name}


def unquoted(value: str) -> str:
    """A value as azd prints it: in quotation marks, with a backslash before what means something to a shell."""
    if not value.startswith('"'):
        return value
    return str(json.loads(re.sub(r"\\([!$`])", r"\1", value), strict=False))


def keep(name: str, value: str) -> None:
    """Write a value into azd's environment, unless it stands there already."""
    if kept().get(name) != value:
        run("azd", ["env", "set", name, value])
        kept()[name] = value
    os.environ[name] = value


def say(text: str) -> None:
    print(text, flush=True)


def read_environment() -> None:
    """For a hook that a person runs by hand: what azd would have handed to it."""
    if not setting("AZURE_ENV_NAME"):
        for name, value in kept().items():
            os.environ.setdefault(name, value)


@cache
def check_sign_in() -> str:
    """What kind of principal `az` is signed in as; `HookError` where it looks at another subscription than azd."""
    try:
        account = az_json("account", "show", "--query", "{subscription: id, kind: user.type}")
    except HookError as exc:
        raise HookError(f"`az` is not signed in: run `az login` and start again.  ({exc})") from exc
    wanted = setting("AZURE_SUBSCRIPTION_ID")
    if wanted and account["subscription"] != wanted:
        raise HookError(f"`az` looks at another subscription than azd: run `az account set --subscription {wanted}`.")
    return "User" if account["kind"] == "user" else "ServicePrincipal"


def hook(steps: Callable[[], None]) -> int:
    """Run a hook; its exit code.  A failure is one sentence, not a traceback."""
    try:
        read_environment()
        check_sign_in()
        steps()
    except HookError as exc:
        print(exc, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
