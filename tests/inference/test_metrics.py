"""What Prometheus reads of requests, turns, pictures and the device."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from prometheus_client.parser import text_string_to_metric_families

from inference_service.errors import OutOfMemory
from inference_service.metrics import MOST_BUCKETS, OTHERS
from tests.inference.asking import ask, later
from tests.inference.conftest import PATH, until
from tests.inference.engines import FakeEngine


def figures(client):
    """Every sample by name and labels, the buckets of histograms left out."""
    text = client.get("/metrics").get_data(as_text=True)
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {
        (one.name, *(one.labels[label] for label in sorted(one.labels))): one.value
        for one in samples
        if "le" not in one.labels
    }


def of(found, name):
    """The samples of one name, by their labels."""
    return {labels: value for (kind, *labels), value in found.items() if kind == name for labels in [tuple(labels)]}


def test_answers_requests_and_rejects_are_counted(client):
    """
    Answers by route and status, requests by bucket and priority, refusals by what was wrong.
    """
    ask(client)
    client.post(PATH, json={"prompt": "a fox"}, headers={"X-Priority": "batch"})
    ask(client, steps=0)
    ask(client, model="other")

    found = figures(client)

    answers = of(found, "inference_answers_total")
    assert [answers[PATH, status] for status in ("200", "400", "404")] == [2, 1, 1]
    assert of(found, "inference_requests_total") == {
        ("plain 64x64", "interactive"): 1,
        ("plain 64x64", "batch"): 1,
    }
    assert of(found, "inference_rejects_total") == {("", "invalid_value"): 1, ("", "model_not_found"): 1}


def test_turns_and_pictures_are_measured_by_bucket(client):
    """
    The bucket of a turn begins with the one of its request; steps, rows, lanes and decodes are told apart.
    """
    ask(client, n=2, steps=5)
    ask(client, size="128x64", steps=3, guidance_scale=1)

    # An answer may be there before its picture is counted.
    until(lambda: sum(of(figures(client), "inference_images_total").values()) == 3)
    found = figures(client)

    buckets = {labels[0] for labels in of(found, "inference_images_total")}
    small, wide = sorted(buckets, key=lambda bucket: "128x64" in bucket)
    assert small.startswith("plain 64x64")
    assert wide.startswith("plain 128x64")
    assert of(found, "inference_images_total") == {(small,): 2, (wide,): 1}
    assert of(found, "inference_steps_total") == {(small,): 10, (wide,): 3}
    assert of(found, "inference_batch_rows_sum") == {(small,): 10, (wide,): 3}
    assert of(found, "inference_lanes_total") == {(small,): 20, (wide,): 3}
    assert of(found, "inference_step_seconds_count").keys() == {(small,), (wide,)}
    assert of(found, "inference_decode_seconds_count").keys() == {(small,), (wide,)}
    assert of(found, "inference_encoding_seconds_count") == {("png",): 3}
    assert of(found, "inference_painting_seconds_count") == {(): 3}


def test_blocked_pictures_and_full_memory_are_counted(client, engine):
    """
    By bucket, and by what the checker saw.
    """
    engine.blocked = frozenset({7})
    ask(client)
    engine.failure = OutOfMemory()
    ask(client, seed=9)

    until(lambda: of(figures(client), "inference_blocked_total"))
    found = figures(client)
    blocked = of(found, "inference_blocked_total")
    assert [(category, value) for (_, category), value in blocked.items()] == [("nsfw", 1)]
    assert sum(of(found, "inference_out_of_memory_total").values()) >= 1


def test_the_device_and_the_queue_are_read_when_asked(make_client):
    """
    Memory by use, who waits and who runs, as they are at that moment.
    """

    class Roomy(FakeEngine):
        def memory(self):
            return {"allocated": 3, "total": 8}

    engine = Roomy()
    client = make_client(engine)
    engine.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        answer = later(pool, client)
        until(engine.started.is_set)
        busy = figures(client)
        engine.gate.set()
        answer.result(20)
    until(lambda: client.get("/readyz").json["status"] == "ready")
    idle = figures(client)

    assert of(busy, "inference_device_memory_bytes") == {("allocated",): 3, ("total",): 8}
    assert of(busy, "inference_open_requests") == {("plain 64x64", "painting"): 1}
    assert of(idle, "inference_open_requests") == {}
    assert (busy["inference_running_requests",], busy["inference_callers",]) == (1, 1)
    assert (busy["inference_state", "busy"], busy["inference_state", "ready"]) == (1, 0)
    assert (idle["inference_running_requests",], idle["inference_waiting_requests",]) == (0, 0)
    assert (idle["inference_state", "busy"], idle["inference_state", "ready"]) == (0, 1)


def test_callers_cannot_make_labels_without_end(client):
    """
    Beyond the first few dozen, buckets share one label.
    """
    for number in range(MOST_BUCKETS + 6):
        ask(client, size=f"{64 + 8 * number}x64", steps=1)

    buckets = {bucket for bucket, _ in of(figures(client), "inference_requests_total")}

    assert OTHERS in buckets
    assert len(buckets) <= MOST_BUCKETS + 1
