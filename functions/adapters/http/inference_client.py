"""Client of the inference service, based on the openai SDK.

Requests are streamed: progress events, then a PNG image.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from functions.adapters.http.openai_sdk import (
    connection_problem,
    keep_prompts_out_of_logs,
    loaded,
    quote,
    retry_after_s,
)
from functions.errors import (
    AppError,
    Busy,
    ContentBlocked,
    Permanent,
    PromptRejected,
    RateLimited,
    SettingsError,
    Unavailable,
)
from functions.models.inference import InferenceProgress, InferenceRequest, InferenceResult
from functions.models.prompt import ModelProfile
from functions.ports import OnProgress

if TYPE_CHECKING:
    import httpx2
    from openai import APIError, AsyncOpenAI

CONNECT_S = 5.0
SHORT_S = 5.0  # for requests that don't wait for a model
FIRST_POLL_S, LONGEST_POLL_S = 0.5, 5.0
CONNECTIONS = 64  # more than the number of messages that one host processes at once, each with one stream
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
PREVIEWS = 3  # the maximum of the Images API; a service without previews sends none
PREVIEW_BYTES = 8 * 1024
QUEUE_FULL = "queue_full"
STARTING_CODES = frozenset({"starting", "model_failed", "shutting_down", "not_serving"})
RATE_LIMITED = "The inference service is rate limiting requests."
FIELD_NAMES = {"size": "width and height", "guidance_scale": "guidance", "model": "model", "seed": "seed"}


class InferenceClient:
    """An `ImageGenerator` over `POST /v1/images/generations`.

    The image ID is sent as X-Request-Id, so that a repeated request joins the first one.
    """

    def __init__(
        self, *, url: str, key: str, idle_timeout_s: float = 120.0, http_client: httpx2.AsyncClient | None = None
    ) -> None:
        self._url, self._key, self._idle_timeout_s = url.rstrip("/"), key, idle_timeout_s
        self._http = http_client
        self._client: AsyncOpenAI | None = None

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult:
        """Generate one image. An exception raised by `on_progress` ends the request and is propagated."""
        preview: bytes | None = None
        progress = InferenceProgress(step=0, steps=request.steps)
        async with aclosing(self._events(request)) as events:
            async for event in events:
                kind = getattr(event, "type", None)
                if kind == "image_generation.progress":
                    progress = replace(progress_from_event(event, request), preview=preview)
                    await on_progress(progress)
                elif kind == "image_generation.partial_image":
                    preview = preview_from_event(event) or preview
                    progress = replace(progress, preview=preview)
                    await on_progress(progress)
                elif kind == "image_generation.completed":
                    return result_from_event(event, request)
        raise Unavailable("The inference service closed the connection before the image was complete.")

    async def model_profile(self) -> ModelProfile:
        """Return the profile of the first model that has one."""
        await loaded()
        from openai import APIError

        try:
            page = await self._openai().models.list(timeout=SHORT_S)
            extras = [model.model_extra or {} for model in page.data]
            return ModelProfile.model_validate(next(extra["profile"] for extra in extras if "profile" in extra))
        except APIError as exc:
            raise failure(exc) from exc
        except (ValidationError, ValueError, TypeError, AttributeError, StopIteration) as exc:
            raise Unavailable("The inference service returned no model profile.") from exc

    async def is_ready(self, *, wait_s: float) -> bool:
        """Return whether the service accepts requests, checking at growing intervals for up to `wait_s` seconds."""
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + wait_s, FIRST_POLL_S
        while True:
            left = deadline - loop.time()
            if await self._is_ready(min(SHORT_S, max(left, 1.0))):
                return True
            left = deadline - loop.time()
            if left <= 0:
                return False
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 2, LONGEST_POLL_S)

    async def cancel(self, request_id: str) -> None:
        """Cancel a request whose result isn't needed anymore. Errors are ignored."""
        import httpx2

        headers = {"Authorization": f"Bearer {self._key}"}
        try:
            await self._connection().delete(
                f"{self._url}/v1/images/generations/{request_id}", headers=headers, timeout=SHORT_S
            )
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return

    async def close(self) -> None:
        """Close the connections."""
        http, self._http, self._client = self._http, None, None
        if http is not None:
            await http.aclose()

    async def _events(self, request: InferenceRequest) -> AsyncGenerator[Any, None]:
        """Yield the events of one request. Connection errors are converted to errors of the app."""
        await loaded()
        from openai import APIError

        try:
            stream = await self._openai().images.generate(
                model=request.model,
                prompt=request.prompt,
                n=1,
                size=f"{request.width}x{request.height}",
                response_format="b64_json",
                output_format="png",
                stream=True,
                partial_images=PREVIEWS,
                extra_body={
                    # For SDXL, a missing negative prompt differs from an empty one, and it was trained without.
                    "negative_prompt": request.negative_prompt or None,
                    "steps": request.steps,
                    "guidance_scale": request.guidance,
                    "sampler": request.sampler,
                    "seed": request.seed,
                },
                # A gateway can overwrite X-Request-Id, but not Idempotency-Key.
                extra_headers={
                    "X-Request-Id": request.id,
                    "Idempotency-Key": request.id,
                    "X-Priority": request.priority,
                    "X-Progress": "1",
                },
            )
            async with stream:
                async for event in stream:
                    yield event
        except APIError as exc:
            raise failure(exc) from exc
        except (
            ValueError,
            TypeError,
            RuntimeError,
        ) as exc:  # raised by the SDK's decoder for invalid event data
            raise Unavailable("The inference service returned a response that can't be parsed.") from exc

    async def _is_ready(self, timeout_s: float) -> bool:
        import httpx2

        try:
            response = await self._connection().get(f"{self._url}/readyz", timeout=timeout_s)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return False
        return response.status_code == 200

    def _connection(self) -> httpx2.AsyncClient:
        """Return the HTTP client, created in the running loop on first use."""
        if not self._url:
            raise SettingsError("INFERENCE_URL isn't set. Set it to the URL of the inference service.")
        if self._http is None:
            import httpx2

            self._http = httpx2.AsyncClient(
                timeout=httpx2.Timeout(self._idle_timeout_s, connect=CONNECT_S, pool=self._idle_timeout_s),
                limits=httpx2.Limits(max_connections=CONNECTIONS),
            )
        return self._http

    def _openai(self) -> AsyncOpenAI:
        if self._client is None:
            from openai import AsyncOpenAI

            keep_prompts_out_of_logs()
            self._client = AsyncOpenAI(
                base_url=f"{self._url}/v1",
                api_key=self._key or "none",  # the SDK requires a key; the service rejects this one
                max_retries=0,  # the job is retried instead, and retries here would hide that the service is starting
                timeout=self._connection().timeout,
                http_client=self._connection(),
            )
        return self._client


def progress_from_event(event: Any, request: InferenceRequest) -> InferenceProgress:
    """Return the progress in an event. Missing and invalid values are zero."""
    seconds = getattr(event, "seconds_left", None)
    return InferenceProgress(
        step=int_field(event, "step"),
        steps=int_field(event, "steps") or request.steps,
        position=int_field(event, "position"),
        seconds_left=float(seconds) if isinstance(seconds, int | float) else None,
    )


def preview_from_event(event: Any) -> bytes | None:
    """Return the preview image, or None if it isn't a small WebP image. An invalid preview isn't an error."""
    try:
        data = base64.b64decode(getattr(event, "b64_json", None) or "", validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None
    return data if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) <= PREVIEW_BYTES else None


def result_from_event(event: Any, request: InferenceRequest) -> InferenceResult:
    """Return the generated image. Raises `Unavailable` if the data isn't a complete PNG file."""
    try:
        png = base64.b64decode(getattr(event, "b64_json", None) or "", validate=True)
    except (binascii.Error, ValueError, TypeError) as exc:
        raise Unavailable("The inference service returned an image that can't be decoded.") from exc
    if not (png.startswith(PNG_START) and png.endswith(PNG_END)):
        raise Unavailable("The inference service returned an incomplete or invalid PNG file.")
    return InferenceResult(
        png=png,
        model=str(getattr(event, "model", None) or request.model),
        model_revision=str(getattr(event, "revision", None) or ""),
        painting_ms=int_field(event, "painting_ms"),
        sampler=str(getattr(event, "sampler", None) or request.sampler),
        seed=reported(event, "seed"),
        steps=reported(event, "steps"),
    )


def int_field(event: Any, name: str) -> int:
    """Return a numeric field of an event as an integer, or 0 if it is missing or invalid."""
    return reported(event, name) or 0


def reported(event: Any, name: str) -> int | None:
    """Return a numeric field of an event as an integer, or None if it is missing or invalid."""
    value = getattr(event, name, None)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def failure(exc: APIError) -> AppError:
    """Return the error of the app for an error of the service, from a status code or from an event in the stream."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(exc, APITimeoutError):
        return Unavailable("The inference service timed out.")
    if isinstance(exc, APIConnectionError):
        return Unavailable(connection_problem(exc, "the inference service", "INFERENCE_URL"))
    status = exc.status_code if isinstance(exc, APIStatusError) else 0
    body = exc.body if isinstance(exc.body, Mapping) else {}
    message, wait = body.get("message"), None
    if isinstance(exc, APIStatusError):
        wait = retry_after_s(exc.response.headers)
    if exc.code == QUEUE_FULL:
        return RateLimited("The queue of the inference service is full.", retry_after_s=wait)
    # A gateway also limits the rate with a 503. The service's own codes say that it has to start first.
    if status == 429 or (status == 503 and wait is not None and exc.code not in STARTING_CODES):
        return RateLimited(quote(message) if message else RATE_LIMITED, retry_after_s=wait)
    if status == 503 or exc.code in STARTING_CODES:
        return Busy(quote(message) if message else "", retry_after_s=wait)
    if exc.code == "content_blocked":
        return ContentBlocked(quote(message) if message else "")
    if status in (401, 403) or exc.code == "invalid_api_key":
        return Permanent("The inference service rejected INFERENCE_KEY. Set it to the service's key.")
    # A 404 page without our error format comes from a gateway whose service isn't running (yet).
    if status >= 500 or not body or body.get("retryable") or not (status or exc.param or exc.type):
        detail = f": {quote(message)}" if message else "."
        return Unavailable(
            f"The inference service failed{f' (status {status})' if status else ''}{detail}", retry_after_s=wait
        )
    why = quote(message or exc.message)
    if exc.param is None:
        return Permanent(f"The inference service rejected this image: {why}")
    kind: type[Permanent] = PromptRejected if exc.param in ("prompt", "negative_prompt") else Permanent
    return kind(f"The inference service rejected {FIELD_NAMES.get(exc.param, exc.param)}: {why}")
