"""Traces: requests and their times, generated once, so that every server receives the same ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

STEPS = (4, 8, 20, 30)
SIZE = "128x128"
GUIDANCE = 4.0
STYLES = ("a watercolor painting of", "a cute 3d illustration of", "a pencil drawing of", "a photo of")
THINGS = ("a fox", "an owl", "a penguin", "a castle", "a sailboat", "a cactus", "a teapot", "a rocket", "a bicycle")
PLACES = ("in the snow", "on a beach", "in a forest", "on a table", "in a city at night", "under a rainbow")


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One request of a trace."""

    at_s: float  # after the trace began
    steps: int
    seed: int
    prompt: str
    size: str = SIZE
    guidance: float = GUIDANCE
    output_format: str = "png"

    def body(self) -> dict[str, Any]:
        """What is sent: the JSON body of the inference service's API."""
        return {
            "prompt": self.prompt,
            "steps": self.steps,
            "seed": self.seed,
            "guidance_scale": self.guidance,
            "size": self.size,
            "output_format": self.output_format,
        }


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Requests that come whether or not earlier ones were answered."""

    name: str
    load: float  # as a share of the reference server's capacity
    duration_s: float
    arrivals: tuple[Arrival, ...]


def requests(count: int, seed: int) -> tuple[Arrival, ...]:
    """`count` requests without times: equally many of each step count, in random order, prompts mixed."""
    draw = random.Random(seed)
    steps = [STEPS[number % len(STEPS)] for number in range(count)]
    draw.shuffle(steps)
    return tuple(
        Arrival(
            at_s=0.0,
            steps=each,
            seed=draw.randrange(2**32),
            prompt=" ".join(map(draw.choice, (STYLES, THINGS, PLACES))),
        )
        for each in steps
    )


def poisson(name: str, *, count: int, load: float, capacity: float, seed: int) -> Trace:
    """`count` arrivals of a Poisson process at `load` times `capacity`, in requests per second.

    Given how many arrivals there are, the moments of a Poisson process are independent and uniform; drawing them
    so makes the offered load exact.
    """
    duration = count / (load * capacity)
    draw = random.Random(f"{seed} {name}")
    moments = sorted(draw.random() * duration for _ in range(count))
    arrivals = [
        Arrival(at_s=at_s, steps=each.steps, seed=each.seed, prompt=each.prompt)
        for at_s, each in zip(moments, requests(count, draw.randrange(2**32)), strict=True)
    ]
    return Trace(name=name, load=load, duration_s=duration, arrivals=tuple(arrivals))


def plan(loads: Sequence[float], *, count: int, capacity: float, seed: int) -> tuple[Trace, ...]:
    """One trace for each entry of `loads`, each with its own draw."""
    return tuple(
        poisson(f"{load:.0%} {number}", count=count, load=load, capacity=capacity, seed=seed)
        for number, load in enumerate(loads, start=1)
    )
