"""Response bodies of the OpenAI API, and a server behind the transport of httpx2."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2

from functions.adapters.prompt_writers.chatgpt import ChatGPT
from functions.errors import AppError
from functions.models.prompt import WritingRequest
from functions.profiles import profile_for

STARTER, SDXL = profile_for("starter"), profile_for("sdxl")
FOX = {
    "prompt": "a watercolor painting of a curious fox in the snow, soft lighting",
    "negative_prompt": "text, watermark",
    "title": "Fox in the snow",
    "tags": ["Fox", "snow", "#winter", "fox"],
    "alt_text": "A fox stands in the snow.",
}
OWL = FOX | {"prompt": "pixel art of an old owl on the moon, dramatic lighting", "title": "Owl"}
USAGE = {
    "input_tokens": 1000,
    "input_tokens_details": {"cached_tokens": 200},
    "output_tokens": 100,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 1100,
}
REQUEST = WritingRequest(theme="foxes")


def response(
    written: Any = None,
    *,
    text: Any = None,
    refusal: Any = None,
    status: Any = "completed",
    reason: Any = None,
    model: Any = "gpt-5.5-2026-04-23",
) -> Any:
    """A body of the Responses API."""
    part: dict[str, Any] = {
        "type": "output_text",
        "text": text if text is not None else json.dumps(written),
        "annotations": [],
    }
    if refusal is not None:
        part = {"type": "refusal", "refusal": refusal}
    thought = {"type": "reasoning", "id": "rs_1", "summary": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": status,
        "incomplete_details": {"reason": reason} if reason else None,
        "error": None,
        "model": model,
        "output": [thought, message],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": USAGE,
    }


def completion(written: Any = None, *, content: Any = None, refusal: Any = None, finish: Any = "stop") -> Any:
    """A body of Chat Completions."""
    content = json.dumps(written) if written is not None else content
    return {
        "id": "c_1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "llama",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }


def error(
    status: Any,
    *,
    code: Any = None,
    kind: Any = None,
    message: Any = "No.",
    param: Any = None,
    headers: Any = None,
    **more: Any,
) -> Any:
    body = {"error": {"message": message, "type": kind, "param": param, "code": code} | more}
    return httpx2.Response(status, json=body, headers=headers)


class Server:
    """Returns the given responses in order, repeats the last one, and records the requests."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []

    async def __call__(self, request: Any) -> Any:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, float):
            await asyncio.sleep(answer)
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)

    @property
    def bodies(self) -> Any:
        return [json.loads(request.content) for request in self.requests]

    @property
    def questions(self) -> Any:
        return [json.loads(body["input"]) for body in self.bodies]


async def ask(*answers: Any, request: Any = REQUEST, profile: Any = SDXL, **settings: Any) -> Any:
    """Call a prompt writer whose server returns these responses, and return the server too."""
    server = Server(*answers)
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    writer = ChatGPT(**({"model": "gpt-5.5", "api_key": "sk-test"} | settings), http_client=client)
    try:
        return await writer.write(request, profile), server
    finally:
        await writer.close()


async def failure(*answers: Any, **settings: Any) -> Any:
    """Return the error of the call."""
    try:
        await ask(*answers, **settings)
    except AppError as exc:
        return exc
    raise AssertionError("a prompt was written")
