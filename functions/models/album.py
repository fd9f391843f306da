"""Albums: images in an order chosen by hand, or the results of a saved search."""

from __future__ import annotations

from pydantic import Field

from functions.models.document import Document, Value

MAX_PLACES = 50  # albums of one image


class Place(Value):
    """The place of an image in an album made by hand."""

    album: str  # ID of the album
    position: str = Field(description="Position in the album. Positions are compared as texts.")


class Album(Document):
    """An album.

    The images of an album made by hand contain their places, so that a change of one image changes one document, the
    size of an album has no limit, and searches, exports, undo, sidecars, and permanent deletion need nothing special.
    A list of IDs in this document would exceed the 2 MB of an item in Cosmos DB with 70,000 images, and would be
    written as a whole for each image that is added. docs/decisions/0008-places-in-images.md compares both.
    """

    name: str
    note: str = ""
    q: str | None = None  # the search of a smart album; None for an album made by hand
    cover: str | None = None  # an image ID; None means the first image
