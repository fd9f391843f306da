"""Albums made by hand, and the images that they contain."""

from __future__ import annotations

from typing import Any

import pytest

from functions.services.dependencies import Sizes
from functions.services.images.purge import purge
from tests.fakes import FakeDependencies
from tests.functions.api.album_steps import Add, ids, in_order
from tests.functions.api.conftest import Api, Gallery, start_bulk
from tests.functions.api.delivery import deliver

MISSING = "01KASAR8M0ABCDEFGHJKMNPQRS"


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Make chunks small enough that a few images need several."""
    return {"sizes": Sizes(job_chunk=2, counted_images=3)}


class TestDocuments:
    async def test_an_album_is_created_changed_and_deleted(self, api: Api, gallery: Gallery, album: str) -> None:
        """An album has a name, a note, and a cover; a change needs the current ETag."""
        cover = await gallery.add()
        made = (await api.get(f"albums/{album}")).json
        body = {"name": "Better", "note": "", "cover": cover.id, "etag": made["etag"]}

        changed = await api.put(f"albums/{album}", body)
        stale = await api.put(f"albums/{album}", body)
        gone = await api.delete(f"albums/{album}")

        assert (made["name"], made["note"], made["total"], made["cover_image"]) == ("Best of", "For the wall.", 0, None)
        assert (changed.json["name"], changed.json["cover_image"]["id"]) == ("Better", cover.id)
        assert (stale.status, gone.status) == (412, 204)
        assert (await api.get("albums")).json == {"items": [], "next_cursor": None}
        assert (await api.get(f"albums/{album}")).status == 404

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"name": "BEST OF"}, "name"),
            ({"name": 'a "b"'}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"name": "New", "note": "x" * 2001}, "note"),
            ({"name": "New", "q": "sort:"}, "q"),
            ({"name": "New", "q": "is:trash"}, "q"),
            ({"name": "New", "q": "album:Foxes"}, "q"),
            ({"name": "New", "cover": MISSING}, "cover"),
        ],
    )
    async def test_a_wrong_album_is_refused(self, api: Api, album: str, body: dict[str, Any], field: str) -> None:
        """A name in use, a long text, an invalid search, a smart album in a search, and a missing cover are named."""
        await api.post("albums", {"name": "Foxes", "q": "fox"})

        answer = await api.post("albums", body)

        assert (answer.status, answer.field) == (400, field)

    async def test_the_kind_of_an_album_stays(self, api: Api, album: str) -> None:
        """An album made by hand can't become a smart album."""
        etag = (await api.get(f"albums/{album}")).json["etag"]

        answer = await api.put(f"albums/{album}", {"name": "Best of", "q": "fox", "etag": etag})

        assert (answer.status, answer.field) == (400, "q")

    async def test_the_number_of_albums_is_limited(self, api: Api) -> None:
        """The 201st album is refused with the limit."""
        for number in range(200):
            await api.post("albums", {"name": f"Album {number}"})

        answer = await api.post("albums", {"name": "One more"})

        assert (answer.status, answer.error["details"]["limit"]) == (429, 200)

    async def test_changes_are_recorded(self, api: Api, album: str) -> None:
        """Creating, changing, and deleting an album are one entry each, with the fields that differ."""
        etag = (await api.get(f"albums/{album}")).json["etag"]
        await api.put(f"albums/{album}", {"name": "Better", "note": "For the wall.", "etag": etag})
        await api.delete(f"albums/{album}", key="other")

        entries = (await api.get(f"audit?target={album}", key="admin")).json["items"]

        assert [(one["action"], one["before"], one["after"]) for one in reversed(entries)] == [
            ("album.create", {}, {"name": "Best of", "note": "For the wall."}),
            ("album.replace", {"name": "Best of"}, {"name": "Better"}),
            ("album.delete", {"name": "Better", "note": "For the wall."}, {}),
        ]
        assert entries[0]["actor"] == "key:other"

    async def test_a_reader_sees_albums_and_changes_none(self, api: Api, album: str) -> None:
        """A reader can list albums, but can't create one."""
        assert (await api.get("albums", key="reader")).json["items"][0]["id"] == album
        assert (await api.post("albums", {"name": "New"}, key="reader")).status == 403


class TestImages:
    async def test_images_are_added_at_the_end_and_removed(
        self, api: Api, add: Add, gallery: Gallery, album: str
    ) -> None:
        """Images are listed in the order of the album, the first is its cover, and repeating changes nothing."""
        first, second, third, fourth = await gallery.several(4)
        await add(album, [third])
        await add(album, [first, second])
        await add(album, [third])

        assert await in_order(api, album) == ids([third, first, second])
        shown = (await api.get("albums")).json["items"][0]
        assert (shown["total"], shown["total_text"], shown["cover_image"]["id"]) == (3, None, third.id)
        (place,) = (await api.get(f"images/{first.id}")).json["places"]
        assert place["album"] == album

        await add(album, [fourth])
        assert (await api.get(f"albums/{album}")).json["total_text"] == "3+"
        await api.post("images/bulk", {"action": "remove_from_album", "album": album, "ids": [third.id]})
        assert await in_order(api, album) == ids([first, second, fourth])

    async def test_a_search_is_added_by_a_job_and_undone(
        self, api: Api, add: Add, gallery: Gallery, deps: FakeDependencies, album: str
    ) -> None:
        """A job adds all results, oldest first; undo removes them, and keeps what was added otherwise."""
        images = await gallery.several(5)
        await add(album, [images[4]])

        job = await start_bulk(api, {"action": "add_to_album", "album": album, "q": "picture"})
        await deliver(deps)
        added = await in_order(api, album)
        other = (await api.post("albums", {"name": "Other"})).json["id"]
        await add(other, [images[0]])
        await api.post(f"jobs/{job['id']}/undo")
        await deliver(deps)

        assert added == ids([images[4], *images[:4]])
        assert await in_order(api, album) == ids([images[4]])
        assert await in_order(api, other) == ids([images[0]])

    async def test_removing_a_search_is_undone(
        self, api: Api, add: Add, gallery: Gallery, deps: FakeDependencies, album: str
    ) -> None:
        """A job removes all results from the album; undo returns each to its place."""
        images = await gallery.several(4)
        await add(album, images)
        await api.post(f"albums/{album}/move", {"ids": [images[3].id], "before": images[0].id})
        before = await in_order(api, album)

        job = await start_bulk(api, {"action": "remove_from_album", "album": album, "q": f"album:{album}"})
        await deliver(deps)
        removed = await in_order(api, album)
        await api.post(f"jobs/{job['id']}/undo")
        await deliver(deps)

        assert removed == []
        assert await in_order(api, album) == before

    @pytest.mark.parametrize("album_id", [MISSING, "nothing"])
    async def test_only_an_album_made_by_hand_takes_images(self, api: Api, gallery: Gallery, album_id: str) -> None:
        """A missing album and a smart album are refused by name of the field, also for a schedule."""
        image = await gallery.add()
        smart = (await api.post("albums", {"name": "Foxes", "q": "fox"})).json["id"]
        timing = {"kind": "every", "minutes": 60}

        for id in (album_id, smart):
            bulk = await api.post("images/bulk", {"action": "add_to_album", "album": id, "ids": [image.id]})
            schedule = await api.post("schedules", {"name": "S", "theme": "t", "timing": timing, "albums": [id]})
            assert (bulk.status, bulk.field) == (400, "album")
            assert (schedule.status, schedule.field) == (400, "albums")

    async def test_images_that_are_deleted_leave_the_album(
        self, api: Api, add: Add, gallery: Gallery, deps: FakeDependencies, album: str
    ) -> None:
        """An image in trash isn't shown and returns to its place; a permanently deleted one is gone."""
        images = await gallery.several(3)
        await add(album, images)

        await api.delete(f"images/{images[0].id}")
        without = await in_order(api, album)
        await api.post(f"images/{images[0].id}/restore")
        again = await in_order(api, album)
        await purge(deps, images[0].id)

        assert without == ids(images[1:])
        assert again == ids(images)
        assert await in_order(api, album) == ids(images[1:])

    async def test_an_image_can_be_in_50_albums(self, api: Api, add: Add, gallery: Gallery) -> None:
        """The 51st album is refused for this image."""
        image = await gallery.add()
        albums = [(await api.post("albums", {"name": f"Album {n}"})).json["id"] for n in range(51)]
        for album in albums[:50]:
            await add(album, [image])

        answer = await api.post("images/bulk", {"action": "add_to_album", "album": albums[50], "ids": [image.id]})

        assert answer.json["failed"] == [{"id": image.id, "error": "The image is in 50 albums, which is the limit."}]
