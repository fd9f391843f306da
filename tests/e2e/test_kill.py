"""A function host that is killed at each step of a job: after a restart, the job completes once."""

from __future__ import annotations

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
# The step of the job, the service that the host calls, and the point at which the host is killed.
KILLED_AT = [
    ("the job's message was sent", "queue", Rule("POST", MESSAGES, "after")),
    ("the message was received", "queue", Rule("GET", MESSAGES, "after", answered=b"<QueueMessage>")),
    ("ChatGPT is being called", "chatgpt", Rule("POST", WRITE, "before")),
    ("ChatGPT has responded", "chatgpt", Rule("POST", WRITE, "after")),
    ("the inference service is being called", "inference", Rule("POST", GENERATE, "before")),
    ("the inference service has responded", "inference", Rule("POST", GENERATE, "after")),
    ("the original is being uploaded", "blob", Rule("PUT", ORIGINAL, "before")),
    ("the original is stored", "blob", Rule("PUT", ORIGINAL, "after")),
    ("the thumbnail is being uploaded", "blob", Rule("PUT", THUMBNAIL, "before")),
    ("the thumbnail is stored", "blob", Rule("PUT", THUMBNAIL, "after")),
    ("the message is being deleted", "queue", Rule("DELETE", MESSAGES, "before")),
    ("the message is deleted", "queue", Rule("DELETE", MESSAGES, "after")),
]


@dataclass(frozen=True)
class Gates:
    blob: HoldingProxy
    queue: HoldingProxy
    inference: HoldingProxy
    chatgpt: HoldingProxy


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
        "LEASE_SECONDS": "2",
        "LOCAL_REDELIVERY_SECONDS": "5",
    }
    host = new_host(**env)
    first = host.call("POST", "jobs", {"theme": "foxes", "options": {"count": PICTURES, "steps": STEPS}})
    host.wait_until_finished(first["id"])  # now queues and containers are there, and each step is one request
    table: list[tuple[str, int]] = []
    for number, (step, part, rule) in enumerate(KILLED_AT, 1):
        gate: HoldingProxy = getattr(gates, part)
        gate.hold(rule)
        paid_before = len(chatgpt.calls)
        body = {"theme": f"foxes {number}", "options": {"count": PICTURES, "steps": STEPS}}

        submit_in_background(host, body, key=f"k{number}")
        assert gate.reached.wait(60), f"{step}: the request never came.\n{host.log()[-2000:]}"
        host.kill()
        gate.open()
        host.start()
        host.wait()

        job_id = host.call("POST", "jobs", body, Idempotency_Key=f"k{number}")["id"]
        job = host.wait_until_finished(job_id)
        assert job["status"] == "succeeded", (step, job["reason"])
        found = host.call("GET", f"images?q=job:{job_id}")["items"]
        table.append((step, len(found)))
        assert sorted(image["id"] for image in found) == sorted(
            stored_image["id"] for stored_image in job["pictures"]
        ), step
        assert len(chatgpt.calls) - paid_before == (2 if step == "ChatGPT has responded" else 1), step

    assert host.call("GET", "stats")["pictures"] == PICTURES * (1 + len(KILLED_AT))
    with capsys.disabled():
        print(f"\n\n{'killed when':<30} expected  found")
        for step, count in table:
            print(f"{step:<30} {PICTURES:>8} {count:>6}")


def submit_in_background(host: FunctionHost, body: object, *, key: str) -> None:
    """Submit a job without waiting for the response, because the host is killed."""

    def call() -> None:
        with suppress(OSError):
            host.call("POST", "jobs", body, Idempotency_Key=key)

    threading.Thread(target=call, daemon=True).start()
