"""The doors: whether requests are taken at all, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from inference_service.errors import ModelFailed, ShuttingDown, Starting
from inference_service.models.profile import Profile

STARTING_RETRY_S, FAILED_RETRY_S = 5.0, 60.0

ServingState = Literal["starting", "ready", "busy", "failed"]


@dataclass(frozen=True, kw_only=True)
class Status:
    """What the readiness probe says."""

    state: ServingState
    accepts: bool  # whether a new request would be taken
    percent: int  # of the loading
    waiting: int
    running: int
    callers: int
    kinds: Mapping[tuple[str, str], int]  # open requests by `Order.kind` and state
    reason: str = ""
    broken: bool = False  # only a restart of the process helps


@dataclass(kw_only=True)
class Doors:
    """Shut until the models are there, and again when they fail or the process is about to end."""

    profiles: tuple[Profile, ...] = ()
    percent: int = 0
    failure: str = ""
    broken: bool = False
    closing: bool = False

    @property
    def are_open(self) -> bool:
        return bool(self.profiles) and not self.failure and not self.closing

    def enter(self) -> tuple[Profile, ...]:
        """The models' profiles, or `NotServing`."""
        if self.closing:
            raise self.closed()
        if self.failure:
            raise self.failed()
        if not self.profiles:
            raise Starting(retry_after_s=STARTING_RETRY_S)
        return self.profiles

    def state(self, *, busy: bool) -> ServingState:
        if self.failure:
            return "failed"
        if not self.profiles:
            return "starting"
        return "busy" if busy else "ready"

    def failed(self) -> ModelFailed:
        return ModelFailed(self.failure, retry_after_s=FAILED_RETRY_S)

    def closed(self) -> ShuttingDown:
        return ShuttingDown(retry_after_s=STARTING_RETRY_S)
