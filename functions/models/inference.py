"""What is asked of the painter, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class InferenceRequest:
    """One picture.  `id` makes a repeat of the same request join or find the first."""

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
    priority: Literal["interactive", "batch"] = "interactive"  # whether a person waits for it


@dataclass(frozen=True, kw_only=True)
class InferenceProgress:
    step: int
    steps: int
    position: int = 0  # requests ahead of this one; 0 while painting
    seconds_left: float | None = None
    preview: bytes | None = field(default=None, repr=False)  # a small WebP of what it seems to become


@dataclass(frozen=True, kw_only=True)
class InferenceResult:
    png: bytes = field(repr=False)
    model: str
    model_revision: str
    painting_ms: int
    sampler: str  # the one that was used, where `default` was asked for
