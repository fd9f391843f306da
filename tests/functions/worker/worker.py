"""Azure's own Python worker in a process of its own, driven by one JSON object per line.

    python -m tests.functions.worker.worker FOLDER

It indexes the function app in FOLDER, prints what it found, and then answers each call read from standard input:
`{"function": NAME, "http" | "timer" | "queue": …}`. Bytes are written as hexadecimal digits. With `"broken": true`, the
call runs on dependencies of which each use raises an exception that no part of the app expects. Indexing works once
per process, hence the process.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from azure_functions_runtime import (
    function_load_request,
    functions_metadata_request,
    invocation_request,
    start_threadpool_executor,
    worker_init_request,
)

from tests.functions.worker.protos import PROTOS, Fields, ParameterBinding, RpcHttp, TypedData


def request(**parts: Any) -> SimpleNamespace:
    return SimpleNamespace(properties={"host": "127.0.0.1", "protos": PROTOS}, request=SimpleNamespace(**parts))


class Broken:
    """Dependencies with a bug in every part."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"a secret in {name}")


async def break_dependencies() -> None:
    """Replace the dependencies until `bootstrap.close`."""
    from functions import bootstrap

    authenticator = await bootstrap.authenticator()
    await bootstrap.close()
    broken: Any = Broken()
    bootstrap.provide(broken, authenticator)


async def index(folder: str) -> list[Any]:
    """Start the worker, index the app, and return its functions."""
    start_threadpool_executor()
    init = SimpleNamespace(capabilities={}, function_app_directory=folder)
    started = await worker_init_request(request(worker_init_request=init))
    if started.result.status != PROTOS.StatusResult.Success:
        raise SystemExit(f"indexing failed: {started.result.exception.message}\n{started.result.exception.stack_trace}")
    metadata = await functions_metadata_request(request(functions_metadata_request=SimpleNamespace()))
    found: list[Any] = metadata.function_metadata_results
    for function in found:
        load = SimpleNamespace(function_id=function.function_id)
        await function_load_request(request(function_load_request=load))
    return found


async def invoke(function: Any, call: dict[str, Any]) -> dict[str, Any]:
    """Run one function as the host does, and return its result or its error."""
    name = next(iter(function.bindings))
    data, metadata = trigger(call)
    invocation = SimpleNamespace(
        invocation_id=str(uuid.uuid4()),
        function_id=function.function_id,
        input_data=[ParameterBinding(name=name, data=data)],
        trigger_metadata=metadata,
        trace_context=Fields(trace_parent="", trace_state="", attributes={}),
        retry_context=Fields(retry_count=0, max_retry_count=0, exception=None),
    )
    response = await invocation_request(request(invocation_request=invocation))
    answer: dict[str, Any] = {"ok": response.result.status == PROTOS.StatusResult.Success}
    if not answer["ok"]:
        answer["error"] = f"{response.result.exception.message}\n{response.result.exception.stack_trace}"
    elif response.return_value is not None and response.return_value.WhichOneof("data") == "http":
        http = response.return_value.http
        body = http.body
        has_bytes = body is not None and body.WhichOneof("data") == "bytes"
        answer |= {
            "status": int(http.status_code),
            "headers": dict(http.headers),
            "body": body.bytes.decode(errors="replace") if has_bytes else "",
        }
    return answer


def trigger(call: dict[str, Any]) -> tuple[TypedData, dict[str, TypedData]]:
    """Return the input from the host for this kind of trigger."""
    if "http" in call:
        http = call["http"]
        body = body_of(http)
        fields = {name: http.get(name, {}) for name in ("headers", "params", "query")}
        return TypedData(http=RpcHttp(method=http["method"], url=http["url"], body=body, **fields)), {}
    if "timer" in call:
        usual = {"IsPastDue": False, "Schedule": {}, "ScheduleStatus": None}
        return TypedData(json=json.dumps(usual | call["timer"])), {}
    now = datetime.now(UTC)
    metadata = {
        "Id": TypedData(string=str(uuid.uuid4())),
        "DequeueCount": TypedData(string="1"),
        "PopReceipt": TypedData(string="receipt"),
        "InsertionTime": TypedData(json=json.dumps(now.isoformat())),
        "NextVisibleTime": TypedData(json=json.dumps(now.isoformat())),
        "ExpirationTime": TypedData(json=json.dumps((now + timedelta(days=7)).isoformat())),
    }
    if "queue_hex" in call:
        return TypedData(bytes=bytes.fromhex(call["queue_hex"])), metadata
    return TypedData(string=call["queue"]), metadata


def body_of(http: dict[str, Any]) -> TypedData:
    """Return a body as the host sends it: bytes since its setting RawHttpBodyBytes, text or JSON before, or none."""
    kind = http.get("body_kind", "bytes")
    if kind == "none":
        return TypedData()
    if kind == "hex":
        return TypedData(bytes=bytes.fromhex(http["body"]))
    text = http.get("body", "")
    return TypedData(bytes=text.encode()) if kind == "bytes" else TypedData(**{kind: text})


async def main(folder: str) -> None:
    from functions import bootstrap

    found = {function.name: function for function in await index(folder)}
    described = {
        name: {"raw_bindings": [json.loads(binding) for binding in function.raw_bindings]}
        for name, function in found.items()
    }
    print(json.dumps(described), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        call = json.loads(line)
        if call.get("broken"):
            await break_dependencies()
        print(json.dumps(await invoke(found[call["function"]], call)), flush=True)
        if call.get("broken"):
            await bootstrap.close()
    await bootstrap.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
