"""Response schemas of the components in use."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field


class ComponentResponse(BaseModel):
    """A component in use."""

    id: str = Field(
        description="Component: `prompts`, `painter` (the inference service), `pictures` (image storage), "
        "or `catalog` (the database)."
    )
    now: str = Field(description="Identifier of the current implementation.", examples=["word-lists"])
    detail: str = Field(description="Model name or location of the component.")
    starter: bool = Field(description="Whether this is the built-in implementation.")
    sentence: str = Field(description="Description of the component.")
    advice: str = Field(description="Suggested replacement. Empty if none is needed.")
    lines: Sequence[str] = Field(description="Lines to add to `.env`.")
    check: str = Field(description="Description of the test.")
    cost_usd: float | None = Field(description="Estimated cost of the test in US dollars. `null` until measured.")


class LogLink(BaseModel):
    """A link to a component's log in the Azure portal."""

    id: str = Field(description="Component: `functions` (the function app) or `inference` (the inference service).")
    url: str = Field(description="URL of a query for the latest lines of the log.")


class ComponentList(BaseModel):
    """All components in use."""

    items: Sequence[ComponentResponse]
    logs: Sequence[LogLink] = Field(
        default=(),
        description="Logs in the Azure portal. Empty outside Azure, and unless the caller's role is `admin`.",
    )
    next_cursor: None = None


class ComponentTestResponse(BaseModel):
    """Result of the test of a component."""

    ok: bool = Field(description="Whether the component works.")
    message: str = Field(description="Result as a sentence.")
    took_ms: int = Field(description="Duration in milliseconds.")
    cost_usd: float = Field(description="Cost in US dollars.")
