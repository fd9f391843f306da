"""Prompt writer that uses OpenAI, Azure OpenAI with managed identity, or a compatible server."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from functions.adapters.azure_credential import AzureCredential
from functions.adapters.http.openai_sdk import (
    Account,
    content_filter_error,
    keep_prompts_out_of_logs,
    loaded,
    translated,
)
from functions.adapters.prompt_writers.openai_prices import cost_usd
from functions.adapters.prompt_writers.prompt_response import (
    PromptResponse,
    as_prompt,
    problem_with_prompt,
    raise_refusal,
    refusal_in,
)
from functions.errors import AppError, Transient
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.policy.prompts.llm_prompt import instructions, user_message
from functions.policy.prompts.similarity import too_similar

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

log = logging.getLogger("auto_image_gen.chatgpt")

TOTAL_S = 55.0  # for all requests of one prompt; shorter than a job's lease and the timeout of HTTP requests
CONNECT_S = 5.0
# a response has about 200 tokens, the rest is for reasoning models; the second value is for one retry
OUTPUT_TOKENS = (2_000, 8_000)
AZURE_SCOPE = "https://cognitiveservices.azure.com/.default"
NO_RESPONSES_API = frozenset({404, 405, 501})


@dataclass(frozen=True)
class ModelResponse:
    """A response of the server: parsed, if possible, and its cost. The parsed part is None if it was truncated."""

    answer: PromptResponse | None
    cost: float


class ChatGPT:
    """A `PromptWriter` that uses a language model.

    The server is either `azure_endpoint` (with the app's identity unless `api_key` is set), `base_url` of a
    compatible server, or OpenAI.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: str = "",
        base_url: str = "",
        azure_endpoint: str = "",
        timeout_s: float = 30.0,
        total_s: float = TOTAL_S,
        credential: AzureCredential | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        self._model, self._api_key = model, api_key
        self._timeout_s, self._total_s = min(timeout_s, total_s), total_s
        self._azure, self._compatible = bool(azure_endpoint), bool(base_url) and not azure_endpoint
        self._base_url = f"{azure_endpoint.rstrip('/')}/openai/v1/" if azure_endpoint else base_url
        self._http_client = http_client
        self._client: AsyncOpenAI | None = None
        self._credential = credential or AzureCredential()
        self._by_chat = False  # set after the server turned out to lack the Responses API
        self._account = Account(
            who="Azure OpenAI" if azure_endpoint else "ChatGPT",
            key="the Cognitive Services OpenAI User role of the app's managed identity"
            if azure_endpoint and not api_key
            else "OPENAI_API_KEY",
            model="OPENAI_MODEL",
            server="AZURE_OPENAI_ENDPOINT" if azure_endpoint else "OPENAI_BASE_URL",
        )

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
        """Return a prompt for the theme.

        If it repeats an earlier one or has unknown words, a second one is requested.
        """
        deadline = asyncio.get_running_loop().time() + self._total_s
        first = await self._write(request, profile, "", deadline)
        problem = problem_with_prompt(first, request, profile)
        if not problem:
            return first
        try:
            second = await self._write(request, profile, problem, deadline)
        except AppError as exc:
            log.info("chatgpt.second_answer_failed %s", json.dumps({"code": exc.code}))
            return first
        better = (
            second
            if not problem_with_prompt(second, request, profile) or too_similar(first.prompt, request.avoid)
            else first
        )
        return better.evolve(cost_usd=first.cost_usd + second.cost_usd)

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()
        await self._credential.close()

    async def _write(
        self, request: WritingRequest, profile: ModelProfile, problem: str, deadline: float
    ) -> WrittenPrompt:
        cost = 0.0
        for output_tokens in OUTPUT_TOKENS:
            response = await self._ask(
                instructions(request, profile), user_message(request, problem), output_tokens, deadline
            )
            cost += response.cost
            if response.answer is not None:
                return as_prompt(response.answer, request, profile, cost)
        limit = OUTPUT_TOKENS[-1]
        raise Transient(
            f"The response from {self._account.who} exceeded {limit} tokens. Shorten the theme or instructions."
        )

    async def _ask(self, rules: str, question: str, output_tokens: int, deadline: float) -> ModelResponse:
        await loaded()
        from openai import APIStatusError, OpenAIError

        try:
            async with asyncio.timeout_at(deadline):
                if not self._by_chat:
                    try:
                        return await self._response(rules, question, output_tokens)
                    except APIStatusError as exc:
                        if not (self._compatible and exc.status_code in NO_RESPONSES_API) or is_about_model(exc):
                            raise
                        self._by_chat = True
                return await self._chat(rules, question, output_tokens)
        except TimeoutError as exc:
            raise Transient(f"{self._account.who} timed out.") from exc
        except OpenAIError as exc:
            raise translated(exc, self._account, model=self._model) from exc

    async def _response(self, rules: str, question: str, output_tokens: int) -> ModelResponse:
        """Send one request to the Responses API."""
        started = time.monotonic()
        client = await self._connected()
        raw = await client.responses.with_raw_response.parse(
            model=self._model,
            instructions=rules,
            input=question,
            text_format=PromptResponse,
            store=False,
            max_output_tokens=output_tokens,
        )
        body = self._json(raw.http_response, "output")
        cost = self._response_cost(body, raw.request_id, started)
        if body.get("status") == "incomplete":
            reason = (body.get("incomplete_details") or {}).get("reason")
            if reason == "content_filter":
                raise content_filter_error()
            return ModelResponse(None, cost)
        if body.get("status") == "failed":
            raise Transient(f"The request to {self._account.who} failed.")
        try:
            parsed = raw.parse()
        except ValidationError:
            return ModelResponse(None, cost)
        if parsed.output_parsed is None:
            raise_refusal(refusal_in(body["output"]))
        return ModelResponse(parsed.output_parsed, cost)

    async def _chat(self, rules: str, question: str, output_tokens: int) -> ModelResponse:
        """Send one request to the Chat Completions API, which all compatible servers have."""
        from openai import ContentFilterFinishReasonError, LengthFinishReasonError

        started = time.monotonic()
        client = await self._connected()
        raw = await client.chat.completions.with_raw_response.parse(
            model=self._model,
            messages=[{"role": "system", "content": rules}, {"role": "user", "content": question}],
            response_format=PromptResponse,
            max_tokens=output_tokens,
        )
        cost = self._response_cost(self._json(raw.http_response, "choices"), raw.request_id, started)
        try:
            message = raw.parse().choices[0].message
        except ContentFilterFinishReasonError as exc:
            raise content_filter_error() from exc
        except (LengthFinishReasonError, ValidationError):
            return ModelResponse(None, cost)
        except IndexError:
            self._unreadable()
        if message.parsed is None:
            raise_refusal(message.refusal)
        return ModelResponse(message.parsed, cost)

    def _json(self, response: Any, needed: str) -> dict[str, Any]:
        """Return the JSON body.

        Raises an error for anything that isn't a response of the API, such as a proxy's page.
        """
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or not isinstance(body.get(needed), list):
            self._unreadable()
        return body

    def _unreadable(self) -> NoReturn:
        who, server = self._account.who, self._account.server
        raise Transient(f"{who} returned a response that doesn't match the OpenAI API. Check {server}.")

    def _response_cost(self, body: Mapping[str, Any], request_id: str | None, started: float) -> float:
        model = str(body.get("model") or self._model)
        cost = cost_usd(model, body.get("usage"))
        facts = {"ms": round((time.monotonic() - started) * 1000), "model": model, "request_id": request_id}
        log.info("chatgpt.answered %s", json.dumps(facts | {"cost_usd": round(cost, 6)}, sort_keys=True))
        return cost

    async def _connected(self) -> AsyncOpenAI:
        """Return the client, created in the running loop on first use because import and connection are slow."""
        if self._client is None:
            import httpx2
            from openai import AsyncOpenAI

            keep_prompts_out_of_logs()
            api_key: Any = self._api_key or "none"  # many compatible servers have no keys, but the SDK requires one
            if self._azure and not self._api_key:
                api_key = self._token
            self._client = AsyncOpenAI(
                api_key=api_key,
                base_url=self._base_url or None,
                timeout=httpx2.Timeout(self._timeout_s, connect=CONNECT_S),
                max_retries=0,  # the job is retried instead: it waits as long as Retry-After says while other jobs run
                http_client=self._http_client,
            )
        return self._client

    async def _token(self) -> str:
        """Return a token of the app's identity. The credential caches it until shortly before it expires."""
        from azure.core.exceptions import AzureError

        try:
            return str((await self._credential.get().get_token(AZURE_SCOPE)).token)
        except AzureError as exc:
            lost = "Couldn't get a managed identity token for Azure OpenAI. Assign a managed identity to the app."
            raise Transient(lost) from exc


def is_about_model(exc: Any) -> bool:
    """Return whether a 404 response refers to the model rather than the URL."""
    return exc.code in ("model_not_found", "DeploymentNotFound") or exc.param == "model"
