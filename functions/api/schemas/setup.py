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


class ComponentList(BaseModel):
    """All components in use."""

    items: Sequence[ComponentResponse]
    next_cursor: None = None


class ComponentTestResponse(BaseModel):
    """Result of the test of a component."""

    ok: bool = Field(description="Whether the component works.")
    message: str = Field(description="Result as a sentence.")
    took_ms: int = Field(description="Duration in milliseconds.")
    cost_usd: float = Field(description="Cost in US dollars.")
