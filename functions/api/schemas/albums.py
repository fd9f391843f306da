"""Requests and responses of albums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from functions.api.schemas.document_fields import response_fields
from functions.api.schemas.fields import (
    ONE_DIRECTION,
    PRINTABLE,
    Body,
    Etag,
    ImageId,
    Name,
    SearchText,
    validation_error,
)
from functions.api.schemas.requests import MAX_BULK_IDS
from functions.api.schemas.responses import ImageResponse
from functions.models.album import Album


def quotable(name: str) -> str:
    """Refuse names that a search couldn't contain in quotation marks."""
    if '"' in name or "\\" in name:
        raise validation_error("can't contain quotation marks or backslashes")
    return name


class AlbumBody(Body):
    """An album to create."""

    name: Annotated[Name, Field(description="Name of the album, unique in the library."), AfterValidator(quotable)]
    note: Annotated[str, Field(max_length=2000, description="Note about the album."), PRINTABLE, ONE_DIRECTION] = ""
    q: Annotated[
        SearchText | None,
        Field(
            description="Search query of a smart album. `null` means an album made by hand. Can't be changed from or "
            "to `null`."
        ),
    ] = None
    cover: Annotated[ImageId | None, Field(description="ID of the cover. `null` means the first image.")] = None


class AlbumUpdate(AlbumBody):
    """An album that replaces the current version."""

    etag: Etag


class MoveBody(Body):
    """Images to move within an album made by hand."""

    ids: Annotated[
        tuple[ImageId, ...],
        Field(min_length=1, max_length=MAX_BULK_IDS, description="IDs of the images, in their new order."),
    ]
    before: Annotated[
        ImageId | None, Field(description="ID of the image that will follow. `null` moves to the end of the album.")
    ] = None


class AlbumResponse(Album):
    """An album."""

    etag: str = ""  # included in the response, unlike the document's
    cover_image: ImageResponse | None = Field(
        description="The cover, or the first image. `null` if the album is empty, or if its search isn't valid."
    )
    total: int | None = Field(
        description="Number of images. `null` if there are too many to count, or if the album's search isn't valid."
    )
    total_text: str | None = Field(
        description="Lower bound as text, such as `1,000+`, if there are too many images to count. Otherwise `null`."
    )


def album_response(
    album: Album, *, cover_image: ImageResponse | None, total: int | None, total_text: str | None
) -> AlbumResponse:
    more = {"cover_image": cover_image, "total": total, "total_text": total_text}
    return AlbumResponse.model_construct(**response_fields(album, **more))


class AlbumList(BaseModel):
    """All albums, sorted by name."""

    items: Sequence[AlbumResponse]
    next_cursor: None = None
