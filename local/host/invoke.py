"""Call a function with a timeout, and log the result without its input."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import threading
import time
import traceback
import uuid
from typing import Any

import azure.functions as func

from local.host.function_index import Function

log = logging.getLogger("local.host")


def event(name: str, *, level: int = logging.INFO, **facts: object) -> None:
    """Log an event in one line: a fixed name to search for, then its data as JSON."""
    log.log(level, "%s %s", name, json.dumps(facts, default=str, sort_keys=True))


def log_failure(name: str, exc: BaseException, **facts: object) -> None:
    """Log type and location of an exception, but not its message, which can contain a prompt or a key."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(exc.__traceback__)]
    event(name, level=logging.ERROR, error=type(exc).__name__, at=frames[-6:], **facts)


class FunctionTimeout(Exception):
    """The function exceeded its timeout and was stopped."""


class Context(func.Context):
    """The value of a function's parameter `context`."""

    def __init__(self, function_name: str) -> None:
        self._function_name = function_name
        self._invocation_id = str(uuid.uuid4())

    @property
    def invocation_id(self) -> str:
        return self._invocation_id

    @property
    def thread_local_storage(self) -> Any:
        return threading.local()

    @property
    def function_name(self) -> str:
        return self._function_name

    @property
    def function_directory(self) -> str:
        return "."

    @property
    def trace_context(self) -> Any:
        return None

    @property
    def retry_context(self) -> Any:
        return None


async def invoke(function: Function, argument: object, *, timeout_s: float | None) -> Any:
    """Call the function and return its result.

    Raises the function's exceptions, and `FunctionTimeout` if it exceeds `timeout_s`. A synchronous function runs
    in a thread, which can't be stopped: after the timeout, it continues in the background.
    """
    arguments: dict[str, object] = {function.arg_name: argument}
    if function.wants_context:
        arguments["context"] = Context(function.name)
    began = time.perf_counter()
    outcome = "failed"
    try:
        async with asyncio.timeout(timeout_s) as limit:
            if inspect.iscoroutinefunction(function.call):
                result = await function.call(**arguments)
            else:
                result = await asyncio.to_thread(function.call, **arguments)
        outcome = "succeeded"
        return result
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    except TimeoutError as exc:
        if limit.expired():
            outcome = "timed_out"
            raise FunctionTimeout(f"Function {function.name} exceeded its timeout of {timeout_s} seconds.") from exc
        raise
    finally:
        level = logging.DEBUG if outcome == "succeeded" else logging.WARNING
        took_ms = round((time.perf_counter() - began) * 1000)
        event(f"function.{outcome}", level=level, function=function.name, took_ms=took_ms)


async def invoke_without_result(function: Function, argument: object, *, timeout_s: float | None) -> None:
    """Call a timer or queue function; `RuntimeError` if it returns a value, as in the Azure worker."""
    result = await invoke(function, argument, timeout_s=timeout_s)
    if result is not None:
        raise RuntimeError(f"function '{function.name}' without a $return binding returned a non-None value")
