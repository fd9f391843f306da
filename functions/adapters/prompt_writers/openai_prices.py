"""Compute the cost of a written prompt from its token usage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# US dollars per million tokens: input, cached input, output. From OpenAI's price page, November 2026.
# Custom deployment names and models of other servers aren't listed and cost 0, because they are billed elsewhere.
PRICES: Mapping[str, tuple[float, float, float]] = {
    "gpt-5.5": (5.00, 0.50, 30.00),
    "gpt-5.4": (2.50, 0.25, 15.00),
    "gpt-5.4-mini": (0.75, 0.075, 4.50),
    "gpt-5.4-nano": (0.20, 0.02, 1.25),
    "gpt-5.2": (1.75, 0.175, 14.00),
    "gpt-5.1": (1.25, 0.125, 10.00),
    "gpt-5": (1.25, 0.125, 10.00),
    "gpt-5-mini": (0.25, 0.025, 2.00),
    "gpt-5-nano": (0.05, 0.005, 0.40),
    "gpt-4.1": (2.00, 0.50, 8.00),
    "gpt-4.1-mini": (0.40, 0.10, 1.60),
    "gpt-4.1-nano": (0.10, 0.025, 0.40),
    "gpt-4o": (2.50, 1.25, 10.00),
    "gpt-4o-mini": (0.15, 0.075, 0.60),
}


def cost_usd(model: str, usage: object) -> float:
    """Return the cost of one response in US dollars, or 0 for a model that isn't in the table.

    `usage` is taken from the response of the Responses or Chat Completions API.
    """
    price = PRICES.get(undated(model))
    if price is None or not isinstance(usage, Mapping):
        return 0.0
    sent = number(usage, "input_tokens", "prompt_tokens")
    answered = number(usage, "output_tokens", "completion_tokens")
    details = usage.get("input_tokens_details") or usage.get("prompt_tokens_details")
    cached = min(number(details, "cached_tokens"), sent) if isinstance(details, Mapping) else 0
    return ((sent - cached) * price[0] + cached * price[1] + answered * price[2]) / 1_000_000


def undated(model: str) -> str:
    """Return a model name without its date: gpt-5.5 for gpt-5.5-2026-04-23."""
    name, _, date = model.partition("-20")
    return name if date.replace("-", "").isdigit() else model


def number(usage: Mapping[str, Any], *names: str) -> int:
    """Return the first of these values that is an integer, or 0."""
    return next((int(usage[name]) for name in names if isinstance(usage.get(name), int)), 0)
