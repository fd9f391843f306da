"""The real deployment: the Azure CLI, HTTP requests, and the API key from the key vault."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from infra.shell import HookError, az, az_json, say
from infra.verify.check import CheckFailed, NotKnown, Response, need

TIMEOUT_S = 120.0


class AzureDeployment:
    """A deployment in Azure; `settings` is azd's environment."""

    def __init__(self, settings: Mapping[str, str], *, say: Callable[[str], None] = say) -> None:
        self.settings = settings
        self._say = say

    def az(self, *words: str) -> Any:
        try:
            return az_json(*words)
        except HookError as exc:
            raise NotKnown(str(exc)) from exc

    def az_lines(self, *words: str) -> list[str]:
        try:
            return az(*words).splitlines()
        except HookError as exc:
            raise NotKnown(str(exc)) from exc

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Response:
        if not url.startswith("https://"):
            raise NotKnown(f"The URL {url.partition('?')[0]} doesn't start with https://.")
        data = None if body is None else json.dumps(body).encode()
        content = {} if data is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(url, data=data, method=method, headers={**content, **(headers or {})})  # noqa: S310 - checked above
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - checked above
                status, found, content_bytes = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as exc:
            status, found, content_bytes = exc.code, exc.headers, exc.read()
        except (OSError, urllib.error.URLError):
            return Response(status=0, headers={}, body=b"", seconds=time.monotonic() - began)
        lower = {name.lower(): value for name, value in found.items()}
        return Response(status=status, headers=lower, body=content_bytes, seconds=time.monotonic() - began)

    def api(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        (url,) = need(self, "API_URL")
        headers = {"Authorization": f"Bearer {self._key}"}
        response = self.http(method, f"{url}/api/{path}", headers=headers, body=body)
        if not 200 <= response.status < 300:
            raise CheckFailed(f"{method} /api/{path.partition('?')[0]} responds with {response.status or 'nothing'}.")
        return json.loads(response.body)

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def say(self, text: str) -> None:
        self._say(text)

    @cached_property
    def _key(self) -> str:
        """The API key. It is in no report and no message."""
        (vault,) = need(self, "VAULT_NAME")
        where = ("--vault-name", vault, "--name", "api-key", "--query", "value", "-o", "tsv")
        try:
            return az("keyvault", "secret", "show", *where)
        except HookError as exc:
            raise NotKnown(
                "The API key can't be read from the key vault. Your account needs the role Key Vault Secrets Officer."
            ) from exc
