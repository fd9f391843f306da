"""Admission: whether requests are accepted, and the reason if not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from inference_service.errors import ModelFailed, ShuttingDown, Starting
from inference_service.models.profile import Profile

STARTING_RETRY_S, FAILED_RETRY_S = 5.0, 60.0

ServingState = Literal["starting", "ready", "busy", "failed"]


@dataclass(frozen=True, kw_only=True)
class ServiceStatus:
    """Status of the service for the readiness probe and the metrics."""

    state: ServingState
    accepts: bool  # Whether a new request would be accepted.
    percent: int  # Loading progress.
    waiting: int
    running: int
    callers: int
    open_requests: Mapping[tuple[str, str], int]  # Open requests by bucket name and state.
    reason: str = ""
    broken: bool = False  # The process must be restarted.


@dataclass(kw_only=True)
class Admission:
    """Accepts no requests before the models are loaded, after a failure, and during shutdown."""

    profiles: tuple[Profile, ...] = ()
    percent: int = 0
    failure: str = ""
    broken: bool = False
    draining: bool = False

    @property
    def is_accepting(self) -> bool:
        return bool(self.profiles) and not self.failure and not self.draining

    def require_ready(self) -> tuple[Profile, ...]:
        """Return the profiles of all models, or raise ServiceUnavailable."""
        if self.draining:
            raise self.shutting_down()
        if self.failure:
            raise self.model_failed()
        if not self.profiles:
            raise Starting(retry_after_s=STARTING_RETRY_S)
        return self.profiles

    def state(self, *, busy: bool) -> ServingState:
        if self.failure:
            return "failed"
        if not self.profiles:
            return "starting"
        return "busy" if busy else "ready"

    def model_failed(self) -> ModelFailed:
        return ModelFailed(self.failure, retry_after_s=FAILED_RETRY_S)

    def shutting_down(self) -> ShuttingDown:
        return ShuttingDown(retry_after_s=STARTING_RETRY_S)
