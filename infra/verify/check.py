"""A check, its result, and its sources: the Azure CLI, the deployment over HTTP, and the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

T = TypeVar("T")
Stage = Literal["preflight", "provisioned", "deployed", "generated", "idle", "deleted"]
Status = Literal["passed", "failed", "unknown", "skipped"]


class CheckFailed(Exception):
    """The expectation isn't met; the message says what was found and what to do."""


class NotKnown(Exception):
    """Azure's answer couldn't be read, so the check has no result."""


class NotNeeded(Exception):
    """The check doesn't apply to this deployment; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """An HTTP response. Header names are in lower case; status 0 means that there was no response."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Deployment(Protocol):
    """The deployment that is checked."""

    @property
    def settings(self) -> Mapping[str, str]:
        """azd's environment."""
        ...

    def az(self, *words: str) -> Any:
        """Return the JSON value that `az` prints, or None if it prints nothing. Raise `NotKnown` if it fails."""
        ...

    def az_lines(self, *words: str) -> list[str]:
        """Return the lines that `az` prints, for commands without JSON. Raise `NotKnown` if it fails."""
        ...

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Response: ...

    def api(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Return the JSON value of an authorized API request. Raise `CheckFailed` for an error response."""
        ...

    def now(self) -> float:
        """Return the seconds since the epoch."""
        ...

    def sleep(self, seconds: float) -> None: ...

    def say(self, text: str) -> None:
        """Print progress."""
        ...


@dataclass(frozen=True, kw_only=True)
class Check:
    """One expectation of a deployment.

    `probe` returns the evidence, or raises `CheckFailed`, `NotKnown`, or `NotNeeded`.
    """

    id: str
    stage: Stage
    expectation: str
    command: str  # with which a person can check the expectation, for docs/unverified.md
    probe: Callable[[Deployment], str]


def checks_of(stage: Stage) -> Callable[[str, str, str, Callable[[Deployment], str]], Check]:
    """Return a function that creates checks of this stage from ID, expectation, command, and probe."""

    def check(id: str, expectation: str, command: str, probe: Callable[[Deployment], str]) -> Check:
        return Check(id=id, stage=stage, expectation=expectation, command=command, probe=probe)

    return check


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a check found."""

    check: Check
    status: Status
    evidence: str


def run_check(check: Check, deployment: Deployment) -> Result:
    """Return the result of one check; an unexpected answer is `unknown`, not a crash."""
    try:
        return Result(check=check, status="passed", evidence=check.probe(deployment))
    except CheckFailed as exc:
        return Result(check=check, status="failed", evidence=str(exc))
    except NotNeeded as exc:
        return Result(check=check, status="skipped", evidence=str(exc))
    except NotKnown as exc:
        return Result(check=check, status="unknown", evidence=str(exc))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as exc:
        return Result(check=check, status="unknown", evidence=f"The answer has an unexpected form ({exc!r}).")


def eventually(probe: Callable[[Deployment], str], *, limit_s: float = 300.0) -> Callable[[Deployment], str]:
    """Return a probe that asks again every ten seconds until the expectation is met or the time is over."""

    def retried(deployment: Deployment) -> str:
        deadline = deployment.now() + limit_s
        while True:
            try:
                return probe(deployment)
            except CheckFailed:
                if deployment.now() >= deadline:
                    raise
            deployment.sleep(10)

    return retried


def need(deployment: Deployment, *names: str) -> list[str]:
    """Return settings of azd's environment; `NotKnown` names one that is missing."""
    for name in names:
        if not deployment.settings.get(name):
            raise NotKnown(f"{name} isn't set. Run `azd provision` first.")
    return [deployment.settings[name] for name in names]


def known(value: T | None, what: str) -> T:
    """Return a value that Azure returned; `NotKnown` if there is none."""
    if value is None:
        raise NotKnown(f"Azure returned nothing about {what}.")
    return value
