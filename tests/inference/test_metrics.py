"""Prometheus metrics of requests, batches, images, and the device."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from inference_service.errors import OutOfMemory
from inference_service.metrics import MAX_BUCKETS, OTHERS
from tests.inference.client_calls import request_images, request_later
from tests.inference.conftest import PATH, wait_until
from tests.inference.engines import FakeEngine


def read_metrics(client: Any) -> Any:
    """Return all samples by name and labels, without histogram buckets."""
    text = client.get("/metrics").get_data(as_text=True)
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {
        (one.name, *(one.labels[label] for label in sorted(one.labels))): one.value
        for one in samples
        if "le" not in one.labels
    }


def samples_of(found: Any, name: Any) -> Any:
    """Return the samples with this name by their labels."""
    return {labels: value for (kind, *labels), value in found.items() if kind == name for labels in [tuple(labels)]}


def test_responses_requests_and_rejections_are_counted(client: FlaskClient) -> None:
    """Responses are counted by route and status, requests by bucket and priority, and rejections by code."""
    request_images(client)
    client.post(PATH, json={"prompt": "a fox"}, headers={"X-Priority": "batch"})
    request_images(client, steps=0)
    request_images(client, model="other")

    found = read_metrics(client)

    responses = samples_of(found, "inference_http_responses_total")
    assert [responses[PATH, status] for status in ("200", "400", "404")] == [2, 1, 1]
    assert samples_of(found, "inference_requests_total") == {
        ("plain 64x64", "interactive"): 1,
        ("plain 64x64", "batch"): 1,
    }
    assert samples_of(found, "inference_rejects_total") == {("", "invalid_value"): 1, ("", "model_not_found"): 1}


def test_batches_and_images_are_measured_by_bucket(client: FlaskClient) -> None:
    """Steps, images, batch rows, and decodes are measured by the bucket of the batch."""
    request_images(client, n=2, steps=5)
    request_images(client, size="128x64", steps=3, guidance_scale=1)

    # A response may arrive before its image is counted.
    wait_until(lambda: sum(samples_of(read_metrics(client), "inference_images_total").values()) == 3)
    found = read_metrics(client)

    buckets = {labels[0] for labels in samples_of(found, "inference_images_total")}
    small, wide = sorted(buckets, key=lambda bucket: "128x64" in bucket)
    assert small.startswith("plain 64x64")
    assert wide.startswith("plain 128x64")
    assert samples_of(found, "inference_images_total") == {(small,): 2, (wide,): 1}
    assert samples_of(found, "inference_steps_total") == {(small,): 10, (wide,): 3}
    assert samples_of(found, "inference_batch_images_sum") == {(small,): 10, (wide,): 3}
    assert samples_of(found, "inference_batch_rows_total") == {(small,): 20, (wide,): 3}
    assert samples_of(found, "inference_step_seconds_count").keys() == {(small,), (wide,)}
    assert samples_of(found, "inference_decode_seconds_count").keys() == {(small,), (wide,)}
    assert samples_of(found, "inference_encoding_seconds_count") == {("png",): 3}
    assert samples_of(found, "inference_generation_seconds_count") == {(): 3}


def test_blocked_images_and_memory_errors_are_counted(client: FlaskClient, engine: FakeEngine) -> None:
    """Blocked images and memory errors are counted by bucket and category."""
    engine.blocked = frozenset({7})
    request_images(client)
    engine.failure = OutOfMemory()
    request_images(client, seed=9)

    wait_until(lambda: samples_of(read_metrics(client), "inference_blocked_total"))
    found = read_metrics(client)
    blocked = samples_of(found, "inference_blocked_total")
    assert [(category, value) for (_, category), value in blocked.items()] == [("nsfw", 1)]
    assert sum(samples_of(found, "inference_out_of_memory_total").values()) >= 1


def test_the_device_and_the_queue_are_read_with_the_metrics(make_client: Callable[..., FlaskClient]) -> None:
    """Device memory and the numbers of queued and running requests are current when read."""

    class Roomy(FakeEngine):
        def memory(self) -> Any:
            return {"allocated": 3, "total": 8}

    engine = Roomy()
    client = make_client(engine)
    engine.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        response = request_later(pool, client)
        wait_until(engine.started.is_set)
        busy = read_metrics(client)
        engine.gate.set()
        response.result(20)
    wait_until(lambda: client.get("/readyz").get_json()["status"] == "ready")
    idle = read_metrics(client)

    assert samples_of(busy, "inference_device_memory_bytes") == {("allocated",): 3, ("total",): 8}
    assert samples_of(busy, "inference_open_requests") == {("plain 64x64", "painting"): 1}
    assert samples_of(idle, "inference_open_requests") == {}
    assert (busy["inference_running_requests",], busy["inference_callers",]) == (1, 1)
    assert (busy["inference_state", "busy"], busy["inference_state", "ready"]) == (1, 0)
    assert (idle["inference_running_requests",], idle["inference_queued_requests",]) == (0, 0)
    assert (idle["inference_state", "busy"], idle["inference_state", "ready"]) == (0, 1)


def test_callers_cannot_create_unlimited_labels(client: FlaskClient) -> None:
    """Beyond the first few dozen, buckets share one label."""
    for number in range(MAX_BUCKETS + 6):
        request_images(client, size=f"{64 + 8 * number}x64", steps=1)

    buckets = {bucket for bucket, _ in samples_of(read_metrics(client), "inference_requests_total")}

    assert OTHERS in buckets
    assert len(buckets) <= MAX_BUCKETS + 1
