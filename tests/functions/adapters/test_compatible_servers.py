"""Prompts by servers that only resemble OpenAI: what they reject, what they answer, and what is remembered.

The server is a function behind httpx2's own transport; the SDK and its errors are real. The bodies are those that
LM Studio, Ollama, vLLM, llama.cpp, and OpenRouter were reported to send.
"""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from functions.adapters.prompt_writers.chatgpt import ChatGPT
from functions.errors import Permanent, Transient
from tests.functions.adapters.openai_answers import (
    FOX,
    OWL,
    REQUEST,
    SDXL,
    Server,
    ask,
    completion,
    error,
    failure,
    response,
)

LOCAL: dict[str, Any] = {"base_url": "http://localhost:1234/v1"}
NO_RESPONSES = httpx2.Response(404, text="not here")
UNEXPECTED = {"error": "Unexpected endpoint or method. (POST /v1/responses)"}
TEXT = json.dumps(FOX, indent=2)


def told(status: int, words: str) -> Any:
    """Return an error whose body has a text in place of an object, as LM Studio sends it."""
    return httpx2.Response(status, json={"error": words})


async def two_prompts(*answers: Any) -> Any:
    """Write two prompts with one writer, and return the server."""
    server = Server(*answers)
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    writer = ChatGPT(model="llama", **LOCAL, http_client=client)
    prompts = [(await writer.write(REQUEST, SDXL)).prompt for _ in range(2)]
    await writer.close()
    assert prompts == [FOX["prompt"], OWL["prompt"]]
    return server


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{TEXT}\n```",
        f"```\n{TEXT}\n```",
        f"Sure! Here is your prompt:\n\n{TEXT}\n\nShall I write another one?",
        f'<think>The user wants {{foxes}}. I could write {{"a": 1}}.</think>\n{TEXT}',
        f'{{"response": {TEXT}}}',
        f"[{TEXT}]",
        f"{TEXT}\n{json.dumps(OWL)}",
        TEXT.replace("curious fox", "curious\nfox"),
        TEXT.replace("negative_prompt", "negativePrompt")
        .replace("alt_text", "Alt text")
        .replace('"prompt"', '"Prompt"'),
    ],
    ids=["fence", "bare fence", "prose", "thoughts", "wrapped", "list", "two", "line break", "other keys"],
)
@pytest.mark.parametrize("by_chat", [False, True])
async def test_the_first_complete_object_is_the_answer(text: str, by_chat: bool) -> None:
    """A JSON object is found in a code fence, in prose, after thoughts, and inside other JSON, with one request."""
    answers = [NO_RESPONSES, completion(content=text)] if by_chat else [response(text=text)]

    written, server = await ask(*answers, **LOCAL)

    assert written.prompt == FOX["prompt"]
    assert written.negative_prompt == "text, watermark"
    assert written.alt_text == FOX["alt_text"]
    assert written.tags == ("fox", "snow", "winter")
    assert len(server.requests) == len(answers)


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"negative_prompt": None}, "negative_prompt", ""),
        ({"negative_prompt": ["text", "blur"]}, "negative_prompt", "text, blur"),
        ({"tags": None}, "tags", ()),
        ({"tags": "Fox, snow; winter"}, "tags", ("fox", "snow", "winter")),
        ({"tags": "#fox #city at night"}, "tags", ("fox", "city at night")),
        ({"tags": ["fox", 3, None, {"name": "snow"}]}, "tags", ("fox",)),
        ({"title": None}, "title", ""),
        ({"title": 7}, "title", ""),
        ({"alt_text": ["A fox.", "It is snowing."]}, "alt_text", "A fox. It is snowing."),
    ],
)
async def test_texts_of_another_type_are_read_or_empty(changes: Any, field: str, expected: Any) -> None:
    """A null, a text in place of a list, and a list in place of a text don't cost another request."""
    written, server = await ask(response(FOX | changes), **LOCAL)

    assert getattr(written, field) == expected
    assert len(server.requests) == 1


@pytest.mark.parametrize("missing", ["negative_prompt", "title", "tags", "alt_text"])
async def test_missing_texts_are_empty(missing: str) -> None:
    """Only the prompt is required."""
    written, server = await ask(response({key: value for key, value in FOX.items() if key != missing}), **LOCAL)

    assert written.prompt == FOX["prompt"]
    assert not getattr(written, missing)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "rejected",
    [
        httpx2.Response(200, json=UNEXPECTED),
        httpx2.Response(200, text="<html>not found</html>"),
        error(400, message="Unknown field: text", param=None),
        httpx2.Response(422, json={"detail": [{"loc": ["body", "input"], "msg": "field required"}]}),
    ],
    ids=["LM Studio", "page", "rejected", "FastAPI"],
)
async def test_a_server_without_the_responses_api_is_asked_by_chat(rejected: Any) -> None:
    """However a server says that it lacks the Responses API, it is asked by Chat Completions, from then on."""
    server = await two_prompts(rejected, completion(FOX), completion(OWL))

    paths = [request.url.path for request in server.requests]
    assert paths == ["/v1/responses", "/v1/chat/completions", "/v1/chat/completions"]


@pytest.mark.parametrize(
    "rejected",
    [
        told(400, "'response_format.type' must be 'text' or 'json_object'"),
        error(400, message="This model doesn't support structured output", param="response_format"),
        error(500, message="failed to parse grammar"),
        error(400, message="Invalid request"),
    ],
)
async def test_a_server_without_schemas_is_asked_for_an_object(rejected: Any) -> None:
    """A refused JSON schema is followed by a JSON object, which is remembered."""
    server = await two_prompts(NO_RESPONSES, rejected, completion(FOX), completion(OWL))

    formats = [body["response_format"]["type"] for body in server.bodies[1:]]
    assert formats == ["json_schema", "json_object", "json_object"]


async def test_a_server_with_no_json_format_is_asked_in_words() -> None:
    """A server that refuses every format gets none, and the instructions name the five keys."""
    refused = told(400, "'response_format.type' must be 'text'")

    server = await two_prompts(NO_RESPONSES, refused, refused, completion(content=TEXT), completion(OWL))

    assert ["response_format" in body for body in server.bodies[1:]] == [True, True, False, False]
    rules = server.bodies[-1]["messages"][0]["content"]
    assert "one JSON object and nothing else: prompt, negative_prompt, title, alt_text and tags" in rules


async def test_a_refused_token_limit_is_renamed_then_left_out() -> None:
    """A server that refuses `max_tokens` gets `max_completion_tokens`, then no limit, which is remembered."""
    refused = error(400, param="max_tokens", message="Unsupported parameter: 'max_tokens'")
    refused_too = error(400, message="Unsupported parameter: 'max_completion_tokens'")

    server = await two_prompts(NO_RESPONSES, refused, refused_too, completion(FOX), completion(OWL))

    limits = [[name for name in body if "tokens" in name] for body in server.bodies[1:]]
    assert limits == [["max_tokens"], ["max_completion_tokens"], [], []]
    assert all(body["response_format"]["type"] == "json_schema" for body in server.bodies[1:])


async def test_an_older_model_of_openai_is_asked_for_an_object() -> None:
    """A model of OpenAI without JSON schemas is asked for a JSON object by Chat Completions."""
    refused = error(400, param="text.format.type", message="Invalid parameter: 'text.format' of type 'json_schema'")

    written, server = await ask(refused, completion(FOX))

    assert written.prompt == FOX["prompt"]
    assert server.bodies[1]["response_format"] == {"type": "json_object"}


async def test_prose_is_followed_by_another_format() -> None:
    """A server that ignores the format and answers in prose is asked in a less demanding way."""
    written, server = await ask(NO_RESPONSES, completion(content="A fox!"), completion(FOX), **LOCAL)

    assert written.prompt == FOX["prompt"]
    assert [body["response_format"]["type"] for body in server.bodies[1:]] == ["json_schema", "json_object"]


@pytest.mark.parametrize("key", ["content", "reasoning_content"])
async def test_content_is_a_text_a_list_of_parts_or_a_thought(key: str) -> None:
    """The answer is found in a list of parts, and in a reasoning model's thoughts if there is nothing else."""
    body = completion(content="")
    body["choices"][0]["message"][key] = [{"type": "text", "text": TEXT}] if key == "content" else TEXT

    written, _ = await ask(NO_RESPONSES, body, **LOCAL)

    assert written.prompt == FOX["prompt"]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (completion(content="I only speak prose."), Transient, "The answer starts with: I only speak prose."),
        (completion(content=""), Transient, "empty response"),
        (completion(content='{"prompt": "a', finish="length"), Transient, "exceeded 8000 tokens"),
        (told(200, "No models loaded"), Transient, "returned an error: No models loaded. Check OPENAI_BASE_URL."),
        (told(400, "The context is full"), Permanent, "rejected the request: The context is full."),
        (told(404, "Model llama isn't loaded"), Permanent, "Model llama isn't loaded. Check OPENAI_MODEL"),
        ({"error": {"message": "Provider returned error", "code": 502}}, Transient, "Provider returned error."),
        (httpx2.Response(400, json={"message": "Bad model"}), Permanent, "rejected the request: Bad model."),
        (httpx2.Response(200, json={"choices": [{"message": None}]}), Transient, "doesn't match the OpenAI API"),
    ],
)
async def test_failures_show_the_servers_own_words(answer: Any, kind: Any, words: str) -> None:
    """Tokens are blamed only for a truncated answer; otherwise the error quotes the server."""
    exc = await failure(NO_RESPONSES, answer, **LOCAL)

    assert type(exc) is kind
    assert words in exc.message
    assert ("tokens" in exc.message) == ("tokens" in words)


async def test_rejections_of_every_way_end() -> None:
    """A server that rejects everything is asked in each way once, and its last words are shown."""
    server = Server(told(400, "max_tokens and response_format aren't allowed"))
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    writer = ChatGPT(model="llama", **LOCAL, http_client=client)

    with pytest.raises(Permanent, match="max_tokens and response_format aren't allowed"):
        await writer.write(REQUEST, SDXL)
    await writer.close()

    assert len(server.requests) <= 6
