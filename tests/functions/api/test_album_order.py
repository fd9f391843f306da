"""The order of albums, smart albums, and albums of schedules."""

from __future__ import annotations

from typing import Any

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

    async def test_a_broken_search_concerns_no_other_album(
        self, api: Api, add: Add, gallery: Gallery, deps: FakeDependencies, album: str
    ) -> None:
        """A smart album whose search isn't valid anymore breaks no search for another album, and no deletion."""
        images = await gallery.several(2)
        await add(album, images)
        other = (await api.post("albums", {"name": "Other"})).json["id"]
        await api.post("albums", {"name": "Best", "q": "album:Other"})
        await api.delete(f"albums/{other}")

        found = await listed(api, 'album:"Best of"')
        shown = {one["name"]: one["total"] for one in (await api.get("albums")).json["items"]}
        deleted = await api.delete(f"albums/{album}")
        await deliver(deps)

        assert found == ids(images)[::-1]
        assert shown == {"Best of": 2, "Best": None}
        assert deleted.status == 204
        assert [(await deps.catalog.images.get(image.id)).places for image in images] == [(), ()]

    async def test_the_names_of_albums_are_not_their_beginnings(self, api: Api, album: str) -> None:
        """A smart album can name an album whose name begins like that of a smart album, but no smart album."""
        await api.post("albums", {"name": "Fox", "q": "fox"})
        await api.post("albums", {"name": "Foxes"})

        nested = await api.post("albums", {"name": "Night", "q": "night album:fox"})
        allowed = await api.post("albums", {"name": "Snow", "q": "snow album:Foxes"})

        assert nested.error["message"] == "“Fox” is a smart album. Use its search, “fox”."
        assert (nested.field, allowed.status) == ("q", 201)

    async def test_an_album_cannot_be_named_like_an_id(self, api: Api, album: str) -> None:
        """A name that has the form of an ID could be taken for another album."""
        answer = await api.post("albums", {"name": album, "q": "is:favorite"})

        assert (answer.status, answer.field) == (400, "name")

    async def test_a_list_of_albums_reads_them_a_fixed_number_of_times(self, api: Api, deps: FakeDependencies) -> None:
        """Reading the albums takes as many reads with ten albums as with one."""
        reads: list[int] = []
        read = deps.catalog.albums.all
        counted = 0

        async def count() -> Any:
            nonlocal counted
            counted += 1
            return await read()

        deps.catalog.albums.all = count  # type: ignore[method-assign]
        for _ in range(2):
            counted = 0
            await api.get("albums")
            reads.append(counted)
            for number in range(10):
                await api.post("albums", {"name": f"Album {len(reads)} {number}"})

        assert reads[0] == reads[1]


class TestBulkChanges:
    async def test_a_search_that_means_something_else_ends_its_job(
        self, api: Api, gallery: Gallery, deps: FakeDependencies
    ) -> None:
        """A job never changes images that its search selects only since an album in it was changed."""
        fox, owl = [await gallery.add(prompt) for prompt in ("a fox", "an owl")]
        made = await api.post("albums", {"name": "To delete", "q": "fox"})
        job = (await api.post("images/bulk", {"action": "purge", "q": 'album:"To delete"'})).json
        album = (await api.get(f"albums/{made.json['id']}")).json
        await api.put(f"albums/{album['id']}", {"name": "To delete", "q": "owl", "etag": album["etag"]})
        await deliver(deps)

        ended = (await api.get(f"jobs/{job['id']}")).json

        assert ended["status"] == "failed"
        assert ended["reason"]["message"].startswith("An album or a schedule that the search names was changed")
        assert await listed(api, "") == [owl.id, fox.id]

    async def test_a_search_with_an_album_is_carried_out(
        self, api: Api, gallery: Gallery, deps: FakeDependencies
    ) -> None:
        """A job whose search names a smart album changes its images."""
        _, owl = [await gallery.add(prompt) for prompt in ("a fox", "an owl")]
        await api.post("albums", {"name": "To delete", "q": "fox"})
        await api.post("images/bulk", {"action": "purge", "q": 'album:"To delete"'})
        await deliver(deps)

        assert await listed(api, "") == [owl.id]


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
