"""What people added to a picture after it was painted, beside the picture's own file."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from functions.models.document import SCHEMA_VERSION, Instant, Value
from functions.models.image import Image


class Sidecar(Value):
    """The part of an image document that people change; the newest whole state, not a history."""

    id: str
    schema_version: int = SCHEMA_VERSION
    updated_at: Instant
    title: str
    alt_text: str
    tags: tuple[str, ...]
    favourite: bool
    rating: int = Field(ge=0, le=5)
    approved_at: Instant | None
    deleted_at: Instant | None

    @classmethod
    def of(cls, image: Image) -> Self:
        """The sidecar that a picture should have."""
        return cls.model_validate(image.body())

    def applied_to(self, image: Image) -> Image:
        """The picture with what people added; its `terms` are those of before."""
        return image.evolve(**{name: value for name, value in self if name not in ("id", "schema_version")})
