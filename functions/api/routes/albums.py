"""Routes of albums."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import albums, responses
from functions.api.schemas.fields import Empty

LIST_ALBUMS = Route(
    "GET",
    "albums",
    "list_albums",
    Empty,
    Empty,
    albums.AlbumList,
    "List albums",
    description="Returns all albums, sorted by name. For the images of an album, see `GET images` with "
    "`q=album:ID sort:album`.",
)
CREATE_ALBUM = Route(
    "POST",
    "albums",
    "create_album",
    Empty,
    albums.AlbumBody,
    albums.AlbumResponse,
    "Create an album",
    description="With `q`, creates a smart album, which contains the results of a search. Otherwise, creates an empty "
    "album. To add images, see `POST images/bulk`.",
    status=201,
)
GET_ALBUM = Route("GET", "albums/{id}", "get_album", Empty, Empty, albums.AlbumResponse, "Get an album")
REPLACE_ALBUM = Route(
    "PUT",
    "albums/{id}",
    "replace_album",
    Empty,
    albums.AlbumUpdate,
    albums.AlbumResponse,
    "Replace an album",
)
DELETE_ALBUM = Route(
    "DELETE",
    "albums/{id}",
    "delete_album",
    Empty,
    Empty,
    None,
    "Delete an album",
    description="The images are kept. Schedules no longer add images to the album.",
    status=204,
)
MOVE_IN_ALBUM = Route(
    "POST",
    "albums/{id}/move",
    "move_in_album",
    Empty,
    albums.MoveBody,
    responses.BulkResult,
    "Move images within an album",
)
