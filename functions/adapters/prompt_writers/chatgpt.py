"""Prompt writer that uses OpenAI, Azure OpenAI with managed identity, or a compatible server."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.adapters.azure_credential import AzureCredential
from functions.adapters.http.openai_sdk import (
    FILTERED,
    NO_CREDIT,
    Account,
    content_filter_error,
    loaded,
    own_words,
    quote,
    translated,
)
from functions.adapters.prompt_writers.openai_connection import OpenAIConnection
from functions.adapters.prompt_writers.openai_prices import cost_usd
from functions.adapters.prompt_writers.prompt_response import (
    PromptResponse,
    as_prompt,
    best_of,
    problem_with_prompt,
    raise_refusal,
    response_in,
)
from functions.adapters.prompt_writers.request_format import (
    Rejection,
    RequestFormat,
    after_unreadable,
    less_demanding,
)
from functions.adapters.prompt_writers.server_answer import NoAnswer, ServerAnswer, answer_of
from functions.errors import AppError, RateLimited, Transient
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.policy.prompts.llm_prompt import instructions, user_message
from functions.policy.prompts.similarity import too_similar
from functions.policy.rate_limit import RateLimit

if TYPE_CHECKING:
    import httpx2
    from openai import APIStatusError

log = logging.getLogger("auto_image_gen.chatgpt")

TOTAL_S = 55.0  # for all requests of one prompt; shorter than a job's lease and the timeout of HTTP requests
LIMIT_WAIT_S = 5.0  # a longer wait for the rate limit is left to the queue, so that other jobs run
MAX_PROMPTS = 3  # requested because the ones before repeat an earlier prompt
# a response has about 200 tokens, the rest is for reasoning models; the second value is for one retry
OUTPUT_TOKENS = (2_000, 8_000)
# For compatible servers that call a model that isn't loaded, and for a context that the theme exceeds.
NOT_ABOUT_THE_FORMAT = frozenset({"model_not_found", "DeploymentNotFound", "context_length_exceeded"})


@dataclass(frozen=True, kw_only=True)
class ModelResponse:
    """A response of the server: as sent, its texts unless they can't be read, its cost, and how it was requested."""

    sent: ServerAnswer
    answer: PromptResponse | None
    cost: float
    format: RequestFormat


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
        self._model, self._total_s = model, total_s
        self._compatible = bool(base_url) and not azure_endpoint
        self._connection = OpenAIConnection(
            api_key=api_key,
            base_url=base_url,
            azure_endpoint=azure_endpoint,
            timeout_s=min(timeout_s, total_s),
            credential=credential,
            http_client=http_client,
        )
        self._format = RequestFormat()  # what the server accepted last
        self._limit = RateLimit()
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

        If it repeats an earlier one, another one is requested, up to three in all, each told what was too close. If it
        has unknown words, a second one is requested. A repetition is returned only if all are.
        """
        deadline = asyncio.get_running_loop().time() + self._total_s
        written: list[WrittenPrompt] = []
        problem, cost = "", 0.0
        while len(written) < MAX_PROMPTS:
            # What was answered before must not be repeated either.
            again = request.evolve(avoid=(*(one.prompt for one in reversed(written)), *request.avoid))
            try:
                written.append(await self._write(again, profile, problem, deadline))
            except AppError as exc:
                if not written:
                    raise
                log.info("chatgpt.second_answer_failed %s", json.dumps({"code": exc.code}))
                cost += exc.cost_usd
                break
            problem = problem_with_prompt(written[-1], request, profile)
            if not problem or (len(written) > 1 and not too_similar(written[-1].prompt, request.avoid)):
                break
        cost += sum(one.cost_usd for one in written)
        return best_of(written, request).evolve(cost_usd=cost)

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _write(
        self, request: WritingRequest, profile: ModelProfile, problem: str, deadline: float
    ) -> WrittenPrompt:
        cost, form = 0.0, self._format
        for output_tokens in OUTPUT_TOKENS:
            rules, question = instructions(request, profile), user_message(request, problem)
            try:
                response = await self._ask(form, rules, question, output_tokens, deadline)
                cost += response.cost
                if response.answer is not None:
                    self._format = response.format
                    return as_prompt(response.answer, request, profile, cost)
            except AppError as exc:
                exc.cost_usd += cost
                raise
            form = response.format
            if not response.sent.truncated:
                form = after_unreadable(form, compatible=self._compatible)
        raise Transient(self._unreadable(response.sent), cost_usd=cost)

    def _unreadable(self, sent: ServerAnswer) -> str:
        """Return the message for an answer without a prompt."""
        who = self._account.who
        if sent.truncated:
            return f"The response from {who} exceeded {OUTPUT_TOKENS[-1]} tokens. Shorten the theme or instructions."
        if not sent.text.strip():
            return f"{who} returned an empty response."
        return (
            f"{who} didn't answer with the JSON object that was requested. The answer starts with: {quote(sent.text)}"
        )

    async def _ask(
        self, form: RequestFormat, rules: str, question: str, output_tokens: int, deadline: float
    ) -> ModelResponse:
        """Request a prompt, in less demanding ways while the server rejects the request."""
        await loaded()
        from openai import APIStatusError, OpenAIError

        try:
            async with asyncio.timeout_at(deadline):
                while True:
                    arguments = form.arguments(model=self._model, rules=rules, question=question, tokens=output_tokens)
                    # Limits count the permitted output, and about four characters per token of the input.
                    await self._wait_for_limit(output_tokens + (len(rules) + len(question)) // 4)
                    try:
                        return await self._request(form, arguments)
                    except (APIStatusError, NoAnswer) as exc:
                        other = less_demanding(form, rejection_of(exc), compatible=self._compatible)
                        if other is None or (isinstance(exc, APIStatusError) and is_settled(exc)):
                            raise
                        form = other
        except TimeoutError as exc:
            raise Transient(f"{self._account.who} timed out.") from exc
        except NoAnswer as exc:
            raise self._no_answer(exc.words) from exc
        except OpenAIError as exc:
            error = translated(exc, self._account, model=self._model)
            if isinstance(error, RateLimited):
                self._limit = self._limit.after_rejection(error.retry_after_s, time.monotonic())
            raise error from exc

    async def _wait_for_limit(self, tokens: int) -> None:
        """Wait until the server will accept a request, or raise `RateLimited` if that takes longer than a moment."""
        while (wait_s := self._limit.wait_s(time.monotonic(), tokens=tokens)) > 0:
            if wait_s > LIMIT_WAIT_S:
                raise RateLimited(f"{self._account.who} is rate limiting requests.", retry_after_s=wait_s)
            await asyncio.sleep(wait_s)
        self._limit = self._limit.after_request(time.monotonic(), tokens=tokens)

    async def _request(self, form: RequestFormat, arguments: dict[str, Any]) -> ModelResponse:
        """Send one request. Raises `NoAnswer` for a body that isn't an answer of the API, such as a proxy's page."""
        started = time.monotonic()
        client = self._connection.client()
        api: Any = client.responses if form.api == "responses" else client.chat.completions
        raw = await api.with_raw_response.create(**arguments)
        self._limit = self._limit.after_response(raw.http_response.headers, time.monotonic())
        try:
            body = raw.http_response.json()
        except ValueError:
            raise NoAnswer("") from None
        sent = answer_of(body, form.api)
        cost = self._response_cost(body, raw.request_id, started)
        answer = response_in(sent.text)
        try:
            if sent.filtered:
                raise content_filter_error()
            if sent.failed:
                said = f": {quote(words)}" if (words := own_words(body)) else "."
                raise Transient(f"The request to {self._account.who} failed{said}")
            if answer is None and sent.refusal:
                raise_refusal(sent.refusal)
        except AppError as exc:
            exc.cost_usd = cost
            raise
        return ModelResponse(sent=sent, answer=answer, cost=cost, format=form)

    def _no_answer(self, words: str) -> Transient:
        """Return the error for a body with status 200 that isn't an answer."""
        who, server = self._account.who, self._account.server
        if words:
            return Transient(f"{who} returned an error: {quote(words)} Check {server}.")
        return Transient(f"{who} returned a response that doesn't match the OpenAI API. Check {server}.")

    def _response_cost(self, body: Mapping[str, Any], request_id: str | None, started: float) -> float:
        model = str(body.get("model") or self._model)
        cost = cost_usd(model, body.get("usage"))
        facts = {"ms": round((time.monotonic() - started) * 1000), "model": model, "request_id": request_id}
        log.info("chatgpt.answered %s", json.dumps(facts | {"cost_usd": round(cost, 6)}, sort_keys=True))
        return cost


def rejection_of(exc: APIStatusError | NoAnswer) -> Rejection:
    """Return status and words of a request that failed."""
    if isinstance(exc, NoAnswer):
        return Rejection(status=200, words=exc.words)
    return Rejection(status=exc.status_code, words=f"{exc.param or ''} {own_words(exc.body)}")


def is_settled(exc: APIStatusError) -> bool:
    """Return whether no other way of asking can succeed, because of the model, the theme, or the account."""
    return exc.param == "model" or bool({exc.code, exc.type} & (NOT_ABOUT_THE_FORMAT | FILTERED | NO_CREDIT))
