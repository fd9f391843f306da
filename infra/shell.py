"""Run the command lines that the hooks use: `az` for Azure, `azd` for its environment, `npm` for the dashboard."""

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

ROOT = Path(__file__).parents[1]

# A new role assignment can take minutes to apply everywhere.
RETRY_FOR_S = 300.0
RETRY_INTERVAL_S = 10.0
NOT_AUTHORIZED = (
    "Forbidden",
    "AuthorizationPermissionMismatch",
    "AuthorizationFailure",
    "not authorized",
    "required permissions",
)


class HookError(Exception):
    """A hook failed; the message says what happened and what to do."""


def run(tool: str, words: Sequence[str], *, cwd: Path = ROOT) -> str:
    """Return the tool's output; `HookError` with its error output if it fails or isn't installed."""
    path = shutil.which(tool)
    if path is None:
        raise HookError(f"{tool} isn't installed. Install it (see docs/deploy.md) and run the command again.")
    # Questions of the tool, such as whether to install an extension, aren't visible; without input, it fails.
    done = subprocess.run(
        [path, *words], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        output = done.stderr.strip().splitlines()
        raise HookError(f"`{tool} {' '.join(words[:4])} …` failed: {' '.join(output[-3:]) or 'no output'}")
    return done.stdout


def az(*words: str) -> str:
    """Return the output of `az` without the final line break."""
    return run("az", [*words, "--only-show-errors"]).strip()


def az_json(*words: str) -> Any:
    """Return the JSON value that `az` prints, or None if it prints nothing."""
    text = az(*words, "--output", "json")
    return json.loads(text) if text else None


def retry_until_authorized(ask: Callable[[], str], *, retry_for_s: float | None = None) -> str:
    """Call `ask` again until the deployer's new role assignment has taken effect, and return its result."""
    limit_s = float(os.environ.get("HOOK_RETRY_SECONDS", RETRY_FOR_S)) if retry_for_s is None else retry_for_s
    deadline = time.monotonic() + limit_s
    while True:
        try:
            return ask()
        except HookError as exc:
            refused = any(word.lower() in str(exc).lower() for word in NOT_AUTHORIZED)
            if not refused or time.monotonic() >= deadline:
                raise
            say("  The role assignment hasn't taken effect yet. Retrying in 10 seconds…")
            time.sleep(min(RETRY_INTERVAL_S, max(0.0, deadline - time.monotonic())))


def setting(name: str, default: str = "") -> str:
    """Return a value of azd's environment, which azd passes to its hooks."""
    return os.environ.get(name, "").strip() or default


def require_settings(*names: str) -> list[str]:
    """Return the values of required settings; `HookError` lists all that are missing."""
    missing = [name for name in names if not setting(name)]
    if missing:
        raise HookError(
            f"Missing settings: {', '.join(missing)}. "
            "Set each with `azd env set NAME VALUE`, then run the command again."
        )
    return [setting(name) for name in names]


@cache
def get_env() -> dict[str, str]:
    """Return azd's stored environment, without variables that only this process has."""
    lines = (line.partition("=") for line in run("azd", ["env", "get-values"]).splitlines())
    return {name: unquote(value) for name, _, value in lines if name}


def unquote(value: str) -> str:
    """Return a value without azd's quotation marks and without the backslashes before shell characters."""
    if not value.startswith('"'):
        return value
    return str(json.loads(re.sub(r"\\([!$`])", r"\1", value), strict=False))


def set_env(name: str, value: str) -> None:
    """Store a value in azd's environment unless it is already stored."""
    if get_env().get(name) != value:
        run("azd", ["env", "set", name, value])
        get_env()[name] = value
    os.environ[name] = value


def say(text: str) -> None:
    print(text, flush=True)


def read_environment() -> None:
    """Load azd's environment for a hook that is run manually; azd itself passes it."""
    if not setting("AZURE_ENV_NAME"):
        for name, value in get_env().items():
            os.environ.setdefault(name, value)


@cache
def check_sign_in() -> str:
    """Return the principal type that `az` is signed in as; `HookError` if it uses another subscription than azd."""
    try:
        account = az_json("account", "show", "--query", "{subscription: id, kind: user.type}")
    except HookError as exc:
        raise HookError(f"The Azure CLI isn't signed in. Run `az login`, then run the command again. ({exc})") from exc
    wanted = setting("AZURE_SUBSCRIPTION_ID")
    if wanted and account["subscription"] != wanted:
        raise HookError(
            f"The Azure CLI and azd use different subscriptions. Run `az account set --subscription {wanted}`."
        )
    return "User" if account["kind"] == "user" else "ServicePrincipal"


def run_hook(steps: Callable[[], None]) -> int:
    """Run a hook and return its exit code; a failure is printed as a message without a traceback."""
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
