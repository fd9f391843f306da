"""The settings in host.json that the local host supports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPAN = re.compile(r"(?:(\d+)\.)?(\d+):([0-5]?\d):([0-5]?\d(?:\.\d+)?)")


class HostError(Exception):
    """The function app can't be served; the message says why."""


@dataclass(frozen=True, kw_only=True)
class HostSettings:
    """Settings of host.json with the defaults of the Azure Functions host."""

    route_prefix: str = "api"
    function_timeout_s: float | None = 30 * 60.0
    batch_size: int = 16
    new_batch_threshold: int = 8
    max_dequeue_count: int = 5
    visibility_timeout_s: float = 0.0
    max_polling_interval_s: float = 60.0
    base64_messages: bool = True

    @classmethod
    def read(cls, path: Path) -> HostSettings:
        """Read a host.json; `HostError` if a setting isn't valid."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as exc:
            raise HostError(f"Couldn't read {path.name}: {exc.strerror}.") from exc
        except ValueError as exc:
            raise HostError(f"{path.name} isn't valid JSON: {exc}.") from exc
        return cls.from_document(document)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> HostSettings:
        if document.get("version") != "2.0":
            raise HostError('host.json must contain "version": "2.0".')
        extensions = document.get("extensions", {})
        queues = extensions.get("queues", {})
        batch_size = int_in_range(queues, "batchSize", cls.batch_size, 1, 32)
        timeout = document.get("functionTimeout")
        return cls(
            route_prefix=extensions.get("http", {}).get("routePrefix", cls.route_prefix).strip("/"),
            function_timeout_s=cls.function_timeout_s if timeout is None else seconds("functionTimeout", timeout),
            batch_size=batch_size,
            new_batch_threshold=int_in_range(queues, "newBatchThreshold", batch_size // 2, 0, 1000),
            max_dequeue_count=int_in_range(queues, "maxDequeueCount", cls.max_dequeue_count, 1, 1000),
            visibility_timeout_s=seconds("visibilityTimeout", queues.get("visibilityTimeout", "00:00:00")) or 0.0,
            max_polling_interval_s=seconds("maxPollingInterval", queues.get("maxPollingInterval", "00:01:00")) or 0.1,
            base64_messages=is_base64(queues.get("messageEncoding", "base64")),
        )


def seconds(name: str, text: str) -> float | None:
    """Return `hh:mm:ss`, optionally with days and fractions, in seconds; None for -1 (no limit)."""
    if text == "-1":
        return None
    match = SPAN.fullmatch(text)
    if not match:
        raise HostError(f"host.json: {name} must have the format 00:10:00, but is {text!r}.")
    days, hours, minutes, rest = match.groups()
    return int(days or 0) * 86_400 + int(hours) * 3_600 + int(minutes) * 60 + float(rest)


def is_base64(encoding: object) -> bool:
    """Return whether messages are encoded in base64. Raise `HostError` for an unknown encoding."""
    name = str(encoding).lower()  # Azure's host accepts any case.
    if name not in ("base64", "none"):
        raise HostError(f"host.json: messageEncoding must be base64 or none, but is {encoding!r}.")
    return name == "base64"


def int_in_range(queues: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = queues.get(name, default)
    if not isinstance(value, int) or not low <= value <= high:
        raise HostError(f"host.json: {name} must be an integer from {low} to {high}, but is {value!r}.")
    return value
