"""A service that limits the rate of requests is told apart from one that fails, so that jobs wait and don't fail."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from functions.adapters.azure_storage.errors import ErrorContext, translated
from functions.adapters.prompt_writers.chatgpt import ChatGPT
from functions.errors import RateLimited, Transient
from tests.functions.adapters.openai_answers import FOX, REQUEST, SDXL, Server, error, failure, response

BLOB = ErrorContext(service="blob", host="account.test", thing="originals/x.png")


@pytest.mark.parametrize(
    ("answer", "limited"),
    [
        (error(429), True),
        (error(429, headers={"Retry-After": "17"}), True),
        (error(503, headers={"Retry-After": "3"}), True),
        (error(503), False),
        (error(500, headers={"Retry-After": "3"}), False),
    ],
)
async def test_only_a_rate_limit_of_chatgpt_is_waiting(answer: Any, limited: bool) -> None:
    """Status 429, and 503 with Retry-After, are a rate limit."""
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(Server(answer)))
    writer = ChatGPT(model="gpt-5.5", api_key="sk-test", http_client=client)

    with pytest.raises(Transient) as caught:
        await writer.write(REQUEST, SDXL)
    await writer.close()

    assert isinstance(caught.value, RateLimited) == limited


@pytest.mark.parametrize(
    ("status", "headers", "limited"),
    [(429, {}, True), (503, {"Retry-After": "9"}, True), (503, {}, False), (500, {"Retry-After": "9"}, False)],
)
def test_only_a_rate_limit_of_storage_is_waiting(status: int, headers: dict[str, str], limited: bool) -> None:
    """Status 429, and 503 with Retry-After, are a rate limit."""
    from azure.core.exceptions import HttpResponseError

    exc = HttpResponseError()
    exc.status_code = status
    exc.response = httpx2.Response(status, headers=headers)  # type: ignore[assignment]

    translation = translated(exc, BLOB)

    assert isinstance(translation, RateLimited) == limited
    assert translation.retry_after_s == (9.0 if headers else None)


async def test_a_process_asks_no_more_than_it_was_told() -> None:
    """After a response that leaves no request for a minute, the next prompt isn't requested but waits in the queue."""
    headers = {
        "x-ratelimit-limit-requests": "3",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "60s",
    }
    server = Server(httpx2.Response(200, json=response(FOX), headers=headers))
    writer = ChatGPT(
        model="gpt-5.5", api_key="sk-test", http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    )
    await writer.write(REQUEST, SDXL)

    with pytest.raises(RateLimited) as caught:
        await writer.write(REQUEST, SDXL)
    await writer.close()

    assert len(server.requests) == 1
    assert caught.value.retry_after_s == pytest.approx(20.0, abs=5.0)


@pytest.mark.parametrize(
    "answer",
    [
        response(refusal="No."),
        response(FOX, status="incomplete", reason="max_output_tokens", text="{"),
        response(FOX, status="incomplete", reason="content_filter"),
        response(FOX, status="failed"),
        response(text="A fox!"),
        response(FOX | {"prompt": "  "}),
    ],
)
async def test_a_paid_answer_that_cannot_be_used_has_its_cost(answer: Any) -> None:
    """Refused, truncated, filtered, failed, and unreadable answers cost what their tokens cost."""
    exc = await failure(answer)

    assert exc.cost_usd > 0
