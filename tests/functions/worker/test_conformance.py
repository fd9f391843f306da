"""What Azure's host can send to each function, and how the host reads the response.

The shapes are those of the host's sources (`ToRpcHttp`, `QueueTriggerBinding`, `TimerInfo`): header names in lower
case, bodies as bytes, text, JSON, or missing, queue messages as text or bytes, and timers past due. Bodies aren't
streamed: the worker streams them only for apps that import `azurefunctions.extensions.http.fastapi`, and this app
doesn't. It takes no uploads, and exports are downloaded from blob storage.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api.routes.table import ROUTES
from functions.triggers.http_service import UNMATCHED_ROUTE
from tests.functions.worker.conftest import KEY, Worker

pytestmark = pytest.mark.program

AUTHORIZED = {"authorization": f"Bearer {KEY}"}
SCHEDULE = json.dumps({"name": "Foxes", "theme": "foxes", "timing": {"kind": "every", "minutes": 60}})
WITH_BODY = [route for route in ROUTES if route.method in ("POST", "PUT", "PATCH")]
CONTENT_TYPES = {
    "application/json": "{",
    "application/json; charset=utf-8": '{"unknown": 1}',
    "text/plain": "hello",
    "application/x-www-form-urlencoded": "a=1&b=2",
    "application/octet-stream": "00ff10",
    "multipart/form-data; boundary=x": "--x--",
}


def http(route: Any, **more: Any) -> dict[str, Any]:
    """A request for this route, with an ID that doesn't exist for each parameter of its path."""
    path = route.path.replace("{", "").replace("}", "")
    params = {part.strip("{}"): "missing" for part in route.path.split("/") if part.startswith("{")}
    return {"method": route.method, "url": f"https://app.test/api/{path}", "params": params, "headers": {}} | more


def error_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the error of a response; any response must have a status and be no failure of the worker."""
    assert answer["ok"], answer
    error: dict[str, Any] = json.loads(answer["body"])["error"]
    return error


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_function_answers_a_stranger(worker: Worker, route: Any) -> None:
    """Every HTTP function answers a request without headers and body: with its open content, or with 401."""
    answer = worker.call(route.name, http=http(route, body_kind="none"))

    assert answer["ok"], answer
    if route.name == "get_health":
        assert (answer["status"], error_of(answer)["code"]) == (503, "unavailable")  # because no storage is there
    elif answer["status"] != 200:
        assert (answer["status"], error_of(answer)["code"]) == (401, "unauthorized")
        assert answer["headers"]["WWW-Authenticate"]


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_every_function_answers_every_content_type(worker: Worker, route: Any) -> None:
    """A function with a body answers any content type and any bytes with a client error, never with a failure."""
    for content_type, body in CONTENT_TYPES.items():
        kind = "hex" if content_type == "application/octet-stream" else "bytes"
        headers = AUTHORIZED | {"content-type": content_type}

        answer = worker.call(route.name, http=http(route, headers=headers, body=body, body_kind=kind))

        assert answer["ok"], answer
        assert 200 <= answer["status"] < 500 or answer["status"] == 503, (content_type, answer)


@pytest.mark.parametrize("kind", ["bytes", "string", "json"])
def test_a_body_is_read_in_each_of_the_hosts_forms(worker: Worker, kind: str) -> None:
    """The same body creates a schedule if the host sends it as bytes, as text, or as JSON."""
    body = SCHEDULE.replace("Foxes", f"Foxes as {kind}")
    request = {"method": "POST", "url": "https://app.test/api/schedules", "headers": AUTHORIZED}

    answer = worker.call("create_schedule", http=request | {"body": body, "body_kind": kind})

    assert (answer["ok"], answer.get("status")) == (True, 201), answer


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION", "x-api-key", "X-API-Key"])
def test_header_names_have_any_case(worker: Worker, name: str) -> None:
    """The host writes header names in lower case, other hosts as they were sent; both are read."""
    value = KEY if "key" in name.lower() else f"Bearer {KEY}"
    request = {"method": "GET", "url": "https://app.test/api/config", "headers": {name: value}}

    answer = worker.call("get_config", http=request)

    assert answer["status"] == 200, answer
    assert json.loads(answer["body"])["name"] == "tests"


def test_a_body_that_is_not_text_is_a_client_error(worker: Worker) -> None:
    """Bytes that aren't UTF-8 are refused with the field that is wrong, not with a failure."""
    request = {"method": "POST", "url": "https://app.test/api/schedules", "headers": AUTHORIZED}

    answer = worker.call("create_schedule", http=request | {"body": "ff00fe", "body_kind": "hex"})

    assert (answer["status"], error_of(answer)["code"]) == (400, "bad_request")


def test_an_unknown_route_is_answered(worker: Worker) -> None:
    """The function that takes all other routes answers with 404 and the one form of errors."""
    request = {
        "method": "GET",
        "url": "https://app.test/api/nothing",
        "headers": AUTHORIZED,
        "params": {"path": "nothing"},
    }

    answer = worker.call(UNMATCHED_ROUTE, http=request)

    assert (answer["status"], error_of(answer)["code"]) == (404, "not_found")


@pytest.mark.parametrize("past_due", [True, False])
@pytest.mark.parametrize("function", ["plan_due_work", "sweep"])
def test_a_timer_may_be_past_due(worker: Worker, function: str, past_due: bool) -> None:
    """A timer that is past due, with the host's status of the schedule, runs like any other."""
    status = {"Last": "2026-11-30T10:00:00+00:00", "Next": "2026-11-30T10:01:00+00:00", "LastUpdated": ""}

    answer = worker.call(function, timer={"IsPastDue": past_due, "ScheduleStatus": status})

    # The sweep's steps each log what they couldn't do, because no storage is there.
    assert answer == {"ok": True}


@pytest.mark.parametrize("function", ["run_job", "fail_poisoned_job", "run_library_job", "fail_poisoned_library_job"])
@pytest.mark.parametrize("body", [b'{"job_id": "nothing", "attempt": 1}', b"\xff\x00", b"", b"{}"])
def test_a_queue_message_may_be_bytes(worker: Worker, function: str, body: bytes) -> None:
    """A message arrives as text, or as bytes if it isn't text. One that isn't this app's is dropped, not retried."""
    assert worker.call(function, queue_hex=body.hex()) == {"ok": True}


def test_a_failure_of_storage_queues_the_job_again(worker: Worker) -> None:
    """If storage is away, the message ends and the job is queued again with the reason, without a lease."""
    request = {"method": "POST", "url": "https://app.test/api/jobs", "headers": AUTHORIZED}
    created = worker.call("create_job", http=request | {"body": json.dumps({"theme": "a fox"})})
    job = json.loads(created["body"])

    answer = worker.call("run_job", queue=json.dumps({"job_id": job["id"], "attempt": 1}))

    url = f"https://app.test/api/jobs/{job['id']}"
    http = {"method": "GET", "url": url, "headers": AUTHORIZED, "params": {"id": job["id"]}}
    again = json.loads(worker.call("get_job", http=http)["body"])
    assert answer == {"ok": True}
    assert (again["status"], again["attempt"], again["failures"]) == ("queued", 2, 1)
    assert again["reason"]["code"] == "unavailable"
    assert again["reason"]["message"].startswith("Couldn't connect to blob storage")


def test_a_bug_in_an_http_function_is_an_internal_error(worker: Worker) -> None:
    """An unexpected exception is answered with 500 and a request ID, without the exception's own message."""
    request = {"method": "GET", "url": "https://app.test/api/config", "headers": AUTHORIZED}

    answer = worker.call("get_config", broken=True, http=request)

    error = error_of(answer)
    assert (answer["status"], error["code"]) == (500, "internal")
    assert answer["headers"]["X-Request-Id"] in error["message"]
    assert "secret" not in answer["body"]


@pytest.mark.parametrize("function", ["run_job", "fail_poisoned_job", "run_library_job", "fail_poisoned_library_job"])
def test_a_bug_in_a_queue_function_fails_the_message(worker: Worker, function: str) -> None:
    """An unexpected exception is a failure, after which the host delivers the message again."""
    # `test_a_bug_of_the_app_is_delivered_again` in tests/local shows the delivery.
    answer = worker.call(function, broken=True, queue='{"job_id": "nothing", "attempt": 1}')

    assert not answer["ok"]
    assert "RuntimeError" in answer["error"]


def test_a_bug_in_a_timer_function_fails_the_run(worker: Worker) -> None:
    """An unexpected exception is a failure of this run, and the next run works."""
    answer = worker.call("plan_due_work", broken=True, timer={})

    assert not answer["ok"]
    assert "RuntimeError" in answer["error"]
    assert worker.call("plan_due_work", timer={}) == {"ok": True}
