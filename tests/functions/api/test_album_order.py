"""The order of albums, smart albums, and albums of schedules."""

from __future__ import annotations

from functions.models.library_work import BulkWork
from tests.fakes import FakeDependencies
from tests.functions.api.album_steps import Add, ids, in_order, listed
from tests.functions.api.conftest import Api, Gallery
from tests.functions.api.delivery import deliver
from tests.functions.api.series import Series


class TestOrder:
    async def test_images_are_moved_before_another_and_to_the_end(
        self, api: Api, add: Add, gallery: Gallery, album: str
    ) -> None:
        """Several images move in their given order; the others keep theirs."""
        a, b, c, d, e = ids(images := await gallery.several(5))
        await add(album, images)

        for moved, before, expected in (
            ([e, b], a, [e, b, a, c, d]),
            ([a], c, [e, b, a, c, d]),
            ([e], d, [b, a, c, e, d]),
            ([c, a], None, [b, e, d, c, a]),
            ([a, b], d, [e, a, b, d, c]),
        ):
            answer = await api.post(f"albums/{album}/move", {"ids": moved, "before": before})
            assert answer.json == {"done": moved, "failed": []}
            assert await in_order(api, album) == expected

    async def test_an_image_added_after_a_move_comes_last(
        self, api: Api, add: Add, gallery: Gallery, album: str
    ) -> None:
        """A move to the end doesn't reserve the end."""
        first, second, third = await gallery.several(3)
        await add(album, [first, second])
        await api.post(f"albums/{album}/move", {"ids": [first.id]})
        await gallery.add()
        await add(album, [third])

        assert await in_order(api, album) == ids([second, first, third])

    async def test_wrong_moves_are_refused(self, api: Api, add: Add, gallery: Gallery, album: str) -> None:
        """An image outside of the album can't be moved, nor be the one to follow; a smart album has no order."""
        inside, outside = await gallery.several(2)
        await add(album, [inside])
        smart = (await api.post("albums", {"name": "Foxes", "q": "fox"})).json["id"]

        moved = await api.post(f"albums/{album}/move", {"ids": [outside.id], "before": inside.id})
        before = await api.post(f"albums/{album}/move", {"ids": [inside.id], "before": outside.id})
        itself = await api.post(f"albums/{album}/move", {"ids": [inside.id], "before": inside.id})
        by_search = await api.post(f"albums/{smart}/move", {"ids": [inside.id]})

        reason = "This image isn't in the album. Load the album again."
        assert moved.json["failed"] == [{"id": outside.id, "error": reason}]
        assert (before.field, itself.field, by_search.field) == ("before", "before", "id")


class TestSmartAlbums:
    async def test_a_smart_album_contains_the_results_of_its_search(
        self, api: Api, add: Add, gallery: Gallery, album: str
    ) -> None:
        """Its search can name albums made by hand, and other searches can name it."""
        fox, other, snow = [await gallery.add(prompt) for prompt in ("a fox", "a fox", "a fox in the snow")]
        await add(album, [fox, snow])
        made = await api.post("albums", {"name": "My foxes", "q": 'fox album:"Best of" sort:oldest'})

        assert made.json["total"] == 2
        assert made.json["cover_image"]["id"] == snow.id
        assert await listed(api, 'album:"My foxes"') == ids([snow, fox])
        assert await listed(api, 'album:"my foxes"%20snow') == ids([snow])
        assert await listed(api, '-album:"My foxes"') == ids([other])

    async def test_a_search_that_is_no_longer_valid_hides_nothing_else(self, api: Api, album: str) -> None:
        """A smart album whose search names a deleted album is listed without a number, and a search says why."""
        await api.post("albums", {"name": "Broken", "q": 'album:"Best of"'})
        await api.delete(f"albums/{album}")

        (broken,) = (await api.get("albums")).json["items"]
        answer = await api.get("images?q=album:Broken")

        assert (broken["name"], broken["total"], broken["total_text"]) == ("Broken", None, None)
        assert answer.error["message"].startswith("The search of the album “Broken” isn't valid. No album is named")


class TestSchedules:
    async def test_a_schedule_adds_its_images(
        self, api: Api, deps: FakeDependencies, series: Series, album: str
    ) -> None:
        """Each new image of the schedule is at the end of its albums, without a sidecar, and in its file's metadata."""
        schedule = (await api.get(f"schedules/{series.id}")).json
        body = {name: schedule[name] for name in ("name", "theme", "timing", "etag")}
        await api.put(f"schedules/{series.id}", body | {"albums": [album, album]})

        made = [await series.generate(), await series.generate()]

        assert (await api.get(f"schedules/{series.id}")).json["albums"] == [album]
        assert await in_order(api, album) == made
        assert [container for container, _ in deps.blobs.stored if container == "sidecars"] == ["sidecars"]

    async def test_deleting_an_album_removes_it_everywhere(
        self, api: Api, add: Add, gallery: Gallery, deps: FakeDependencies, series: Series, album: str
    ) -> None:
        """The images stay without it, and schedules no longer add to it."""
        schedule = (await api.get(f"schedules/{series.id}")).json
        body = {name: schedule[name] for name in ("name", "theme", "timing", "etag")}
        await api.put(f"schedules/{series.id}", body | {"albums": [album]})
        images = await gallery.several(3)
        await add(album, images)

        await api.delete(f"albums/{album}")
        await deliver(deps)
        await series.generate()

        assert (await api.get(f"schedules/{series.id}")).json["albums"] == []
        assert await listed(api, f"album:{album}") == []
        assert [(await api.get(f"images/{image.id}")).json["places"] for image in images] == [[], [], []]
        works = [job.work for job in (await deps.catalog.jobs.page()).items]
        assert [work.change.action for work in works if isinstance(work, BulkWork)] == ["remove_from_album"]
