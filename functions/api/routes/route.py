"""One route of the HTTP API."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import Generic, Literal

from pydantic import BaseModel

from functions.api.http_request import B, Q

Role = Literal["anonymous", "reader", "editor", "admin"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

# First segment of the path -> tag in the OpenAPI document.
TAGS = {
    "images": "Images",
    "albums": "Albums",
    "timeline": "Images",
    "tags": "Images",
    "terms": "Images",
    "changes": "Changes",
    "prompts": "Prompts",
    "jobs": "Jobs",
    "schedules": "Schedules",
    "settings": "Settings",
    "presets": "Presets",
    "saved-searches": "Saved searches",
    "keys": "API keys",
    "audit": "Audit",
    "insights": "Insights",
    "setup": "Setup",
    "config": "Service",
    "health": "Service",
    "openapi.json": "Service",
    "sign-in": "Service",
    "stats": "Service",
}


@dataclass(frozen=True)
class Route(Generic[Q, B]):
    """One method of one URL below /api. `name` is the unique name of the Azure function."""

    method: Method
    path: str
    name: str
    query: type[Q]
    body: type[B]
    response: type[BaseModel] | None
    summary: str
    _: KW_ONLY
    description: str = ""
    role: Role | None = None
    status: int = 200
    media_type: str = "image/png"  # of a file as response
    idempotent: bool = False  # accepts Idempotency-Key
    # other successful responses: model or description
    other_responses: dict[int, type[BaseModel] | str] = field(default_factory=dict)

    @property
    def required_role(self) -> Role:
        """Return the required role. By default, GET requires a reader and other methods an editor."""
        return self.role or ("reader" if self.method == "GET" else "editor")

    @property
    def tag(self) -> str:
        """Return the tag of the route in the OpenAPI document."""
        return TAGS[self.path.partition("/")[0]]


def matches(template: str, path: str) -> bool:
    """Return whether a path, or another template, can match this template."""
    mine, theirs = template.split("/"), path.split("/")
    return len(mine) == len(theirs) and all(
        want == part or (part != "" and "{" in want) or "{" in part for want, part in zip(mine, theirs, strict=True)
    )
