"""A deployment of recorded answers, made by hand from the documentation of `az`, the app's API, and HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.verify.check import NotKnown, Response
from tests.infra.hooks import PROVISIONED

SETTINGS = PROVISIONED | {
    "AZURE_PRINCIPAL_ID": "00000000-0000-0000-0000-00000000000c",
    "AZURE_GPU_PROFILE": "T4",
    "AZURE_PROMPT_WRITER": "azure",
    "INFERENCE_URL": "https://ca-inference-x.swedencentral.azurecontainerapps.io",
}


def response(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=names, body=body, seconds=0.2)


class Recorded:
    """Answers commands and requests by the longest recorded beginning; a list is used up, and its last value stays."""

    def __init__(self, answers: Mapping[str, Any], **settings: str) -> None:
        self.settings = SETTINGS | settings
        self.said: list[str] = []
        self._answers = {key: list(value) if isinstance(value, tuple) else [value] for key, value in answers.items()}
        self._now = 1_780_000_000.0

    def az(self, *words: str) -> Any:
        return self._answer("az " + " ".join(words))

    def az_lines(self, *words: str) -> list[str]:
        return str(self._answer("az " + " ".join(words))).splitlines()

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Response:
        found: Response = self._answer(f"{method} {url}")
        return found

    def api(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        return self._answer(f"{method} {path}")

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds

    def say(self, text: str) -> None:
        self.said.append(text)

    def _answer(self, asked: str) -> Any:
        fitting = [key for key in self._answers if asked.startswith(key)]
        if not fitting:
            raise NotKnown(f"`{asked[:60]}` isn't recorded.")
        values = self._answers[max(fitting, key=len)]
        answer = values.pop(0) if len(values) > 1 else values[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
