"""What becomes of each failure of the prompt service.

The server is a function behind httpx2's own transport; the SDK, its parsing and its errors are real.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest

from functions.adapters.prompt_writers.chatgpt import ChatGPT
from functions.adapters.prompt_writers.openai_prices import cost_usd
from functions.errors import ContentBlocked, Permanent, QuotaExhausted, Transient
from tests.functions.adapters.openai_answers import (
    FOX,
    OWL,
    REQUEST,
    SDXL,
    USAGE,
    Server,
    ask,
    completion,
    error,
    failure,
    response,
)


async def test_refusal_blocks_with_its_own_words() -> None:
    """A refusal ends as blocked content, and the reason is the model's."""
    exc = await failure(response(refusal="I can't help with that"))

    assert isinstance(exc, ContentBlocked)
    assert exc.message == "ChatGPT declined this theme: I can't help with that."


@pytest.mark.parametrize(
    "cut",
    [
        response(text='{"prompt": "a fox in the', status="incomplete", reason="max_output_tokens"),
        response(text='{"prompt": "a fox in the'),
        response(text=""),
        response(text='{"prompt": 3}'),
    ],
)
async def test_truncated_answer_is_requested_with_more_room(cut: Any) -> None:
    """A truncated response is requested once more with four times the tokens; both are counted."""
    written, server = await ask(cut, response(FOX))

    assert written.prompt == FOX["prompt"]
    assert [body["max_output_tokens"] for body in server.bodies] == [2000, 8000]
    assert written.cost_usd == pytest.approx(2 * cost_usd("gpt-5.5", USAGE))


async def test_answer_truncated_twice_is_transient() -> None:
    """A response truncated twice is a transient error."""
    exc = await failure(response(text='{"prompt": "a', status="incomplete", reason="max_output_tokens"))

    assert isinstance(exc, Transient)
    assert "8000 tokens" in exc.message


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (response(text="{", status="incomplete", reason="content_filter"), ""),
        (error(400, code="content_filter"), ""),
        (error(400, code="content_policy_violation"), ""),
        (
            error(
                400,
                code="content_filter",
                innererror={
                    "code": "ResponsibleAIPolicyViolation",
                    "content_filter_result": {
                        "hate": {"filtered": False, "severity": "safe"},
                        "self_harm": {"filtered": True, "severity": "high"},
                        "jailbreak": {"filtered": False, "detected": True},
                    },
                },
            ),
            " (self harm, jailbreak)",
        ),
        (error(400, code="content_filter", innererror={"content_filter_result": "odd"}), ""),
    ],
)
async def test_content_filter_blocks_and_names_its_categories(answer: Any, named: str) -> None:
    """A content filter, by status or in the response, blocks with Azure's categories."""
    exc = await failure(answer)

    assert isinstance(exc, ContentBlocked)
    assert exc.message == f"The prompt service's content filter blocked this theme{named}. Change the theme."


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (error(429, code="rate_limit_exceeded", headers={"Retry-After": "17"}), 17),
        (error(429, headers={"Retry-After-Ms": "1500", "Retry-After": "9"}), 1.5),
        (error(429, headers={"Retry-After": "soon"}), None),
        (error(500), None),
        (error(503, headers={"Retry-After": "3"}), 3),
        (error(408), None),
        (error(409), None),
        (httpx2.Response(502, text="<html>bad gateway</html>"), None),
        (httpx2.ConnectError("refused"), None),
        (httpx2.ReadTimeout("slow"), None),
        (httpx2.RemoteProtocolError("closed"), None),
        (response(FOX, status="failed"), None),
        (response(FOX | {"prompt": "  "}), None),
    ],
)
async def test_passing_failure_is_transient(answer: Any, wait: int | float | None) -> None:
    """Limits, timeouts, lost connections, and server errors are transient, with their Retry-After."""
    server = Server(answer)
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    writer = ChatGPT(model="gpt-5.5", api_key="sk-test", http_client=client)

    with pytest.raises(Transient) as caught:
        await writer.write(REQUEST, SDXL)
    await writer.close()

    assert caught.value.retry_after_s == wait
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, text="<html>Welcome to the proxy</html>"),
        httpx2.Response(200, text='{"output":'),
        httpx2.Response(200, json={"ok": True}),
        httpx2.Response(200, json=[1, 2]),
    ],
)
async def test_an_invalid_response_names_the_url(answer: Any) -> None:
    """The page of a proxy in place of a response names the setting to check."""
    exc = await failure(answer)

    assert isinstance(exc, Transient)
    assert "OPENAI_BASE_URL" in exc.message


async def test_silent_server_ends_in_time() -> None:
    """A server that doesn't respond takes at most the total timeout."""
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(Server(600.0)))
    writer = ChatGPT(model="gpt-5.5", api_key="sk-test", total_s=0.1, http_client=client)

    with pytest.raises(Transient, match="timed out"):
        await asyncio.wait_for(writer.write(REQUEST, SDXL), 60)

    await writer.close()


@pytest.mark.parametrize("answer", [error(429, code="insufficient_quota"), error(429, kind="insufficient_quota")])
async def test_no_credit_is_permanent(answer: Any) -> None:
    """An account without credit is a permanent error, unlike a rate limit."""
    exc = await failure(answer)

    assert isinstance(exc, QuotaExhausted)
    assert not exc.retryable


@pytest.mark.parametrize(
    ("answer", "settings", "setting"),
    [
        (error(401, code="invalid_api_key"), {}, "OPENAI_API_KEY"),
        (error(403), {}, "OPENAI_API_KEY"),
        (error(404, code="model_not_found"), {}, "OPENAI_MODEL"),
        (error(404), {}, "OPENAI_MODEL"),
        (error(400, param="max_output_tokens", message="Too small"), {}, "(parameter max_output_tokens): Too small."),
        (error(401), {"azure_endpoint": "https://x.openai.azure.com", "api_key": "k"}, "OPENAI_API_KEY"),
        (error(404), {"azure_endpoint": "https://x.openai.azure.com", "api_key": "k"}, "AZURE_OPENAI_ENDPOINT"),
    ],
)
async def test_wrong_setting_is_named(answer: Any, settings: Any, setting: str) -> None:
    """A rejected key, model, or parameter is permanent and names the setting to correct."""
    exc = await failure(answer, **settings)

    assert isinstance(exc, Permanent)
    assert setting in exc.message


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_compatible_server_without_responses_is_requested_by_chat(status: int) -> None:
    """A server with only Chat Completions is detected once and called that way."""
    server = Server(httpx2.Response(status, text="not here"), completion(FOX), completion(OWL))
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    writer = ChatGPT(model="llama", base_url="http://localhost:11434/v1", http_client=client)

    first, second = await writer.write(REQUEST, SDXL), await writer.write(REQUEST, SDXL)
    await writer.close()

    assert (first.prompt, second.prompt) == (FOX["prompt"], OWL["prompt"])
    assert first.cost_usd == 0
    paths = [request.url.path for request in server.requests]
    assert paths == ["/v1/responses", "/v1/chat/completions", "/v1/chat/completions"]
    body = server.bodies[1]
    assert body["response_format"]["json_schema"]["strict"] is True
    assert json.loads(body["messages"][1]["content"]) == {"theme": "foxes"}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (completion(refusal="No."), ContentBlocked),
        (completion(content="{", finish="content_filter"), ContentBlocked),
        (completion(content='{"prompt": "a', finish="length"), Transient),
        (completion(content="A fox!"), Transient),
        ({"choices": []}, Transient),
        (error(429, code="insufficient_quota"), QuotaExhausted),
        (error(404), Permanent),
    ],
)
async def test_failures_by_chat(answer: Any, kind: Any) -> None:
    """Refusal, filter, truncation and errors mean the same by Chat Completions."""
    exc = await failure(httpx2.Response(404, text="not here"), answer, base_url="http://localhost:1/v1")

    assert type(exc) is kind


async def test_missing_model_of_a_compatible_server_is_not_a_missing_route() -> None:
    """A 404 about the model is reported as such, without a second call."""
    exc = await failure(error(404, code="model_not_found"), base_url="http://localhost:1/v1")

    assert isinstance(exc, Permanent)
    assert "OPENAI_MODEL" in exc.message
