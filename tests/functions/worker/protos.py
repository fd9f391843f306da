"""The messages between Azure's host and its Python worker, as plain classes.

The worker's library only builds these and reads their attributes, so nothing of gRPC is needed.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class Fields:
    """A message with arbitrary fields."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class StatusResult(Fields):
    Failure, Success = 0, 1


class BindingInfo(Fields):
    undefined, inout, out = -1, 2, 1


class TypedData:
    """A value of one kind; `TypedData` itself must be missing, by which the library detects wrappers."""

    def __init__(self, **value: Any) -> None:
        self._kind = next(iter(value), None)
        self.__dict__.update(value)

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 - protobuf's own name
        return self._kind


class RpcHttp(Fields):
    def __init__(self, **fields: Any) -> None:
        super().__init__(**{"headers": {}, "params": {}, "query": {}, "cookies": []} | fields)


class ParameterBinding(Fields):
    def WhichOneof(self, group: str) -> str:  # noqa: N802 - protobuf's own name
        return "data"


def message(name: str) -> type[Fields]:
    return type(name, (Fields,), {})


PROTOS = SimpleNamespace(
    TypedData=TypedData,
    StatusResult=StatusResult,
    BindingInfo=BindingInfo,
    RpcHttp=RpcHttp,
    ParameterBinding=ParameterBinding,
    **{
        name: message(name)
        for name in (
            "RpcFunctionMetadata",
            "RpcRetryOptions",
            "RpcException",
            "RpcHttpCookie",
            "WorkerMetadata",
            "NullableBool",
            "NullableDouble",
            "NullableString",
            "NullableTimestamp",
            "WorkerInitResponse",
            "FunctionMetadataResponse",
            "FunctionLoadResponse",
            "FunctionEnvironmentReloadResponse",
            "InvocationResponse",
        )
    },
)
