"""A function host that is killed at each step of a job: after a restart, the job completes once."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from tests.azurite import AzuriteServer
from tests.e2e.chatgpt_stub import ChatGptStub
from tests.e2e.conftest import NewHost
from tests.e2e.holding_proxy import HoldingProxy, Rule
from tests.e2e.processes import FunctionHost, Inference

pytestmark = pytest.mark.azurite

PICTURES = 2
STEPS = 2


MESSAGES = r"/generation-jobs/messages"
ORIGINAL, THUMBNAIL = r"/originals/.+\.png", r"/thumbnails/.+\.webp"
GENERATE, WRITE = r"/v1/images/generations", r"/responses"


@dataclass(frozen=True)
class Step:
    """A step of a job, the service that the host calls in it, and the request at which the host is killed."""

    name: str
    part: str
    rule: Rule


# The host is killed once for all jobs of a round, each at its own step. What is waited for longest comes first:
# storage is waited for ten seconds, and a message that isn't deleted comes again soon.
ROUNDS = [
    [
        Step("the inference service is being called", "inference", Rule("POST", GENERATE, "before")),
        Step("ChatGPT is being called", "chatgpt", Rule("POST", WRITE, "before")),
        Step("the original is being uploaded", "blob", Rule("PUT", ORIGINAL, "before")),
        Step("the job's message was sent", "queue", Rule("POST", MESSAGES, "after")),
    ],
    [
        Step("the inference service has responded", "inference", Rule("POST", GENERATE, "after")),
        Step("ChatGPT has responded", "chatgpt", Rule("POST", WRITE, "after")),
        Step("the original is stored", "blob", Rule("PUT", ORIGINAL, "after")),
        Step("the message was received", "queue", Rule("GET", MESSAGES, "after", answered=b"<QueueMessage>")),
    ],
    [Step("the thumbnail is being uploaded", "blob", Rule("PUT", THUMBNAIL, "before"))],
    [Step("the thumbnail is stored", "blob", Rule("PUT", THUMBNAIL, "after"))],
    [Step("the message is being deleted", "queue", Rule("DELETE", MESSAGES, "before"))],
    [Step("the message is deleted", "queue", Rule("DELETE", MESSAGES, "after"))],
]


@dataclass(frozen=True)
class Gates:
    blob: HoldingProxy
    queue: HoldingProxy
    inference: HoldingProxy
    chatgpt: HoldingProxy

    def of(self, step: Step) -> HoldingProxy:
        gate: HoldingProxy = getattr(self, step.part)
        return gate


@pytest.fixture
def chatgpt() -> Iterator[ChatGptStub]:
    with ChatGptStub() as stub:
        yield stub


@pytest.fixture
def gates(azurite: AzuriteServer, inference: Inference, chatgpt: ChatGptStub) -> Iterator[Gates]:
    blob, queue = f"http://127.0.0.1:{azurite.blob_port}", f"http://127.0.0.1:{azurite.queue_port}"
    with (
        HoldingProxy(blob) as b,
        HoldingProxy(queue) as q,
        HoldingProxy(inference.url) as p,
        HoldingProxy(chatgpt.url) as c,
    ):
        yield Gates(blob=b, queue=q, inference=p, chatgpt=c)


def through(storage: str, azurite: Any, gates: Gates) -> str:
    """Return the connection string with the gates' ports."""
    return storage.replace(f"http://127.0.0.1:{azurite.blob_port}", gates.blob.url).replace(
        f"http://127.0.0.1:{azurite.queue_port}", gates.queue.url
    )


def test_a_job_completes_once_after_a_kill_at_each_step(
    new_host: NewHost,
    storage: str,
    azurite: AzuriteServer,
    gates: Gates,
    chatgpt: ChatGptStub,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No image is lost or duplicated, and only one kill makes ChatGPT paid twice."""
    env = {
        "AzureWebJobsStorage": through(storage, azurite, gates),
        "INFERENCE_URL": gates.inference.url,
        "OPENAI_BASE_URL": gates.chatgpt.url,
        "OPENAI_API_KEY": "none of the tests' business",
        "OPENAI_TIMEOUT_SECONDS": "60",
        "LEASE_SECONDS": "2",
        "LOCAL_REDELIVERY_SECONDS": "3",
    }
    host = new_host(**env)
    first = host.call("POST", "jobs", {"theme": "foxes", "options": {"count": PICTURES, "steps": STEPS}})
    host.wait_until_finished(first["id"])  # now queues and containers are there, and each step is one request
    table: list[tuple[str, int]] = []
    for steps in ROUNDS:
        for step in steps:
            gate = gates.of(step)
            gate.hold(step.rule)
            submit_in_background(host, job_of(step), key=key_of(step))
            assert gate.reached.wait(60), f"{step.name}: the request never came.\n{host.log()[-2000:]}"
        assert all(gates.of(step).is_holding for step in steps)
        host.kill()
        for step in steps:
            gates.of(step).open()
        host.start()
        host.wait()

        for step in steps:
            job_id = host.call("POST", "jobs", job_of(step), Idempotency_Key=key_of(step))["id"]
            job = host.wait_until_finished(job_id)
            assert job["status"] == "succeeded", (step, job["reason"])
            found = host.call("GET", f"images?q=job:{job_id}")["items"]
            table.append((step.name, len(found)))
            assert sorted(image["id"] for image in found) == sorted(
                stored_image["id"] for stored_image in job["pictures"]
            ), step
            paid = sum(theme_of(step) in json.dumps(call) for call in chatgpt.calls)
            assert paid == (2 if step.name == "ChatGPT has responded" else 1), step

    steps_in_all = sum(map(len, ROUNDS))
    assert steps_in_all == 12
    assert len(chatgpt.calls) == 1 + steps_in_all + 1
    assert host.call("GET", "stats")["pictures"] == PICTURES * (1 + steps_in_all)
    with capsys.disabled():
        print(f"\n\n{'killed when':<40} expected  found")
        for name, count in table:
            print(f"{name:<40} {PICTURES:>8} {count:>6}")


def theme_of(step: Step) -> str:
    return f"foxes while {step.name}"


def key_of(step: Step) -> str:
    return re.sub(r"\W+", "-", step.name)


def job_of(step: Step) -> dict[str, Any]:
    return {"theme": theme_of(step), "options": {"count": PICTURES, "steps": STEPS}}


def submit_in_background(host: FunctionHost, body: object, *, key: str) -> None:
    """Submit a job without waiting for the response, because the host is killed."""

    def call() -> None:
        with suppress(OSError):
            host.call("POST", "jobs", body, Idempotency_Key=key)

    threading.Thread(target=call, daemon=True).start()
