"""What callers get about the parts that run."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field


class PartView(BaseModel):
    id: str = Field(description="prompts, painter, pictures or catalog.")
    now: str = Field(description="What runs, as a code.", examples=["word-lists"])
    detail: str = Field(description="The model, or where it is.")
    starter: bool = Field(description="Whether it is what one starts with.")
    sentence: str
    advice: str = Field(description="What would replace it; empty where nothing needs to.")
    lines: Sequence[str] = Field(description="For .env.")
    check: str = Field(description="What its check does.")
    cost_usd: float | None = Field(description="Of its check; None while nothing was measured.")


class SetupView(BaseModel):
    items: Sequence[PartView]
    next_cursor: None = None


class CheckedView(BaseModel):
    ok: bool
    message: str
    took_ms: int
    cost_usd: float
