"""Requests to the inference service and its results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class InferenceRequest:
    """A request for one image.

    Repeating a request with the same `id` joins the running request or returns its result.
    """

    id: str
    prompt: str
    negative_prompt: str
    model: str
    width: int
    height: int
    steps: int
    guidance: float
    sampler: str
    seed: int
    priority: Literal["interactive", "batch"] = "interactive"  # interactive if a user is waiting for it


@dataclass(frozen=True, kw_only=True)
class InferenceProgress:
    """Progress of a request for one image."""

    step: int
    steps: int
    position: int = 0  # number of requests ahead of this one; 0 while generating
    seconds_left: float | None = None
    preview: bytes | None = field(default=None, repr=False)  # a small WebP image


@dataclass(frozen=True, kw_only=True)
class InferenceResult:
    """A generated image and how it was generated."""

    png: bytes = field(repr=False)
    model: str
    model_revision: str
    painting_ms: int
    sampler: str  # the sampler that was used, also if `default` was requested
    seed: int | None = None  # as reported by the service; None if it reports none
    steps: int | None = None
