"""One row of the table of routes."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import Generic, Literal

from pydantic import BaseModel

from functions.api.http_request import B, Q

Role = Literal["anonymous", "reader", "editor"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

# First segment of the path: the group of the route in the OpenAPI document.
TAGS = {
    "images": "Images",
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
    """One method of one address below /api.  The name is the function's, and no two are the same."""

    method: Method
    path: str
    name: str
    query: type[Q]
    body: type[B]
    answer: type[BaseModel] | None
    summary: str
    _: KW_ONLY
    description: str = ""
    role: Role | None = None
    status: int = 200
    idempotent: bool = False  # takes Idempotency-Key
    also: dict[int, type[BaseModel] | str] = field(default_factory=dict)  # other good answers: JSON, or in words

    @property
    def needs(self) -> Role:
        """The least role that may call it: unless said otherwise, a reader reads and an editor writes."""
        return self.role or ("reader" if self.method == "GET" else "editor")

    @property
    def tag(self) -> str:
        """The group of the route in the OpenAPI document."""
        return TAGS[self.path.partition("/")[0]]


def overlap(template: str, path: str) -> bool:
    """Whether an address, or another template, could be meant by this template."""
    mine, theirs = template.split("/"), path.split("/")
    return len(mine) == len(theirs) and all(
        want == part or (part != "" and "{" in want) or "{" in part for want, part in zip(mine, theirs, strict=True)
    )
