"""The app under Azure's Python worker: indexing, and one function of each kind."""

from __future__ import annotations

import json

import pytest

from functions.api.routes.table import ROUTES
from functions.triggers.http_service import UNMATCHED_ROUTE
from tests.functions.worker.conftest import KEY, Worker


def test_every_function_is_indexed(worker: Worker) -> None:
    """The worker finds every trigger of the design by name, and no others."""
    others = {
        "plan_due_work",
        "sweep",
        "run_job",
        "fail_poisoned_job",
        "run_library_job",
        "fail_poisoned_library_job",
        UNMATCHED_ROUTE,
    }

    assert worker.functions.keys() == {route.name for route in ROUTES} | others


def test_bindings_are_those_of_the_design(worker: Worker) -> None:
    """The host receives timings, queues, and routes as written, and requires no function key."""
    triggers = {name: function["raw_bindings"][0] for name, function in worker.functions.items()}

    assert triggers["plan_due_work"]["schedule"] == "0 * * * * *"
    assert triggers["sweep"]["schedule"] == "0 */5 * * * *"
    # With runOnStartup, timers would run at every start and scale-out. Without useMonitor, missed runs would be lost.
    timers = [one for one in triggers.values() if one["type"] == "timerTrigger"]
    assert [(one.get("runOnStartup", False), one.get("useMonitor", True)) for one in timers] == [(False, True)] * 2
    assert {name: one["queueName"] for name, one in triggers.items() if one["type"] == "queueTrigger"} == {
        "run_job": "generation-jobs",
        "fail_poisoned_job": "generation-jobs-poison",
        "run_library_job": "library-jobs",
        "fail_poisoned_library_job": "library-jobs-poison",
    }
    for route in ROUTES:
        found = triggers[route.name]
        assert (found["route"], [str(method).upper() for method in found["methods"]]) == (route.path, [route.method])
    assert {str(one["authLevel"]).upper() for one in triggers.values() if one["type"] == "httpTrigger"} == {"ANONYMOUS"}


def test_an_http_function_runs(worker: Worker) -> None:
    """A signed-in call returns JSON from the catalog."""
    http = {
        "method": "GET",
        "url": "https://app.test/api/images?limit=5",
        "headers": {"authorization": f"Bearer {KEY}"},
        "query": {"limit": "5"},
    }

    answer = worker.call("list_images", http=http)

    assert answer["ok"], answer
    assert (answer["status"], json.loads(answer["body"])["items"]) == (200, [])
    assert answer["headers"]["content-type"].startswith("application/json")
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_route_parameters_and_bodies_arrive(worker: Worker) -> None:
    """Route parameters and body reach the use case."""
    timing = {"kind": "every", "minutes": 60}
    headers = {"authorization": f"Bearer {KEY}"}
    created = worker.call(
        "create_schedule",
        http={
            "method": "POST",
            "url": "https://app.test/api/schedules",
            "headers": headers,
            "body": json.dumps({"name": "Foxes", "theme": "foxes", "timing": timing}),
        },
    )
    schedule = json.loads(created["body"])

    deleted = worker.call(
        "delete_schedule",
        http={
            "method": "DELETE",
            "url": f"https://app.test/api/schedules/{schedule['id']}",
            "headers": headers,
            "params": {"id": schedule["id"]},
        },
    )

    assert (created["status"], schedule["sentence"]) == (201, "Every hour")
    assert (deleted["status"], deleted["body"]) == (204, "")


def test_a_call_without_a_key_is_rejected(worker: Worker) -> None:
    """A call without an API key is rejected by the app, not by the host."""
    answer = worker.call("get_stats", http={"method": "GET", "url": "https://app.test/api/stats"})

    assert (answer["status"], json.loads(answer["body"])["error"]["code"]) == (401, "unauthorized")


def test_a_timer_function_runs(worker: Worker) -> None:
    """A tick returns None, as the worker requires."""
    answer = worker.call("plan_due_work", timer={})

    assert answer == {"ok": True}


@pytest.mark.parametrize("function", ["run_job", "fail_poisoned_job", "run_library_job", "fail_poisoned_library_job"])
@pytest.mark.parametrize("body", ['{"job_id": "nothing", "attempt": 1}', "not ours"])
def test_a_queue_function_runs(worker: Worker, function: str, body: str) -> None:
    """A message about an unknown job or in an unknown format raises no error."""
    answer = worker.call(function, queue=body)

    assert answer == {"ok": True}
