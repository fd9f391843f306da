"""The sidecar of an image: user changes, stored as a JSON file beside the image file."""

from __future__ import annotations

from typing import Self

from pydantic import ConfigDict, Field

from functions.models.album import Place
from functions.models.document import SCHEMA_VERSION, Instant, Value
from functions.models.image import Image


class Sidecar(Value):
    """The fields of an image document that users change, in their current state."""

    model_config = ConfigDict(extra="ignore")  # of an image's fields, only these are the user's

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
    places: tuple[Place, ...] = ()  # sidecars of version 0.1.0 have none

    @classmethod
    def of(cls, image: Image) -> Self:
        """Return the sidecar for an image."""
        return cls.model_validate(image.body())

    def applied_to(self, image: Image) -> Image:
        """Return the image with the fields of the sidecar. `terms` isn't updated."""
        return image.evolve(**{name: value for name, value in self if name not in ("id", "schema_version")})
