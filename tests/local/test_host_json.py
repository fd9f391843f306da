"""The local host reads host.json as Azure does, and the limits in host.json fit the app."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from functions.settings import Settings
from local.host.host_json import HostError, HostSettings

ROOT = Path(__file__).parents[2]
HOST_JSON = json.loads((ROOT / "host.json").read_text())


def queues(**settings: Any) -> HostSettings:
    return HostSettings.from_document({"version": "2.0", "extensions": {"queues": settings}})


def test_what_is_not_set_has_azures_default() -> None:
    """A host.json with nothing but its version has the defaults of Azure's host on the Flex Consumption plan."""
    assert HostSettings.from_document({"version": "2.0"}) == HostSettings(
        route_prefix="api",
        function_timeout_s=1800,
        batch_size=16,
        new_batch_threshold=8,
        max_dequeue_count=5,
        visibility_timeout_s=0,
        max_polling_interval_s=60,
        base64_messages=True,
    )


@pytest.mark.parametrize(("batch", "threshold"), [(1, 0), (9, 4), (32, 16)])
def test_the_threshold_follows_the_batch(batch: int, threshold: int) -> None:
    """Without `newBatchThreshold`, the next batch is requested when half of the last one is done."""
    assert queues(batchSize=batch).new_batch_threshold == threshold


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:10:00", 600), ("1.02:00:00", 93_600), ("00:00:00.5", 0.5), ("0:0:5", 5), ("-1", None)],
)
def test_time_spans(text: str, seconds: float | None) -> None:
    """Spans are hours, minutes, and seconds, optionally with days and fractions; -1 is no limit."""
    assert HostSettings.from_document({"version": "2.0", "functionTimeout": text}).function_timeout_s == seconds


@pytest.mark.parametrize(
    ("text", "base64"), [("base64", True), ("Base64", True), ("BASE64", True), ("none", False), ("None", False)]
)
def test_the_encoding_has_any_case(text: str, base64: bool) -> None:
    """Azure's host reads the encoding without regard to case."""
    assert queues(messageEncoding=text).base64_messages is base64


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batchSize", 0),
        ("batchSize", 33),
        ("batchSize", "16"),
        ("newBatchThreshold", -1),
        ("maxDequeueCount", 0),
        ("visibilityTimeout", "30"),
        ("maxPollingInterval", "2 s"),
        ("messageEncoding", "utf8"),
        ("messageEncoding", ""),
    ],
)
def test_a_value_that_azure_refuses(name: str, value: Any) -> None:
    """A value with which Azure's host doesn't start is refused, and the message names the setting."""
    with pytest.raises(HostError, match=name):
        queues(**{name: value})


def test_the_extension_bundle_has_the_queue_trigger() -> None:
    """Bundles of one major version are allowed, of which 4 is the first that reads `messageEncoding`."""
    bundle = HOST_JSON["extensionBundle"]
    versions = re.fullmatch(r"\[(\d+)\.\*, (\d+)\.0\.0\)", bundle["version"])

    assert bundle["id"] == "Microsoft.Azure.Functions.ExtensionBundle"
    assert versions is not None
    first, after_last = int(versions[1]), int(versions[2])
    assert first >= 4
    assert after_last == first + 1


def test_a_message_ends_before_the_function_is_stopped() -> None:
    """Work on a message ends by itself before `functionTimeout`, which would stop the other calls of the worker too."""
    timeout_s = HostSettings.from_document(HOST_JSON).function_timeout_s

    assert timeout_s is not None
    assert Settings().message_timeout_s + Settings().openai_timeout_s < timeout_s


def test_no_setting_overrides_the_queue_settings() -> None:
    """Dynamic concurrency would replace `batchSize` and `newBatchThreshold`, and CORS isn't a setting of host.json."""
    assert set(HOST_JSON) == {"version", "functionTimeout", "extensionBundle", "extensions", "logging"}
    assert set(HOST_JSON["extensions"]) == {"http", "queues"}
