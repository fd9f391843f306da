"""Lists, searches, and counts of images over HTTP."""

from __future__ import annotations

import pytest

from functions.services.dependencies import Sizes
from tests.fakes import Clock
from tests.functions.api.conftest import Api, Gallery

MISSING = "01KASAR8M0ABCDEFGHJKMNPQRS"


class TestList:
    async def test_an_empty_library(self, api: Api) -> None:
        """A new library has an empty first page."""
        answer = await api.get("images")

        assert answer.status == 200
        assert answer.json == {"items": [], "next_cursor": None, "total": 0, "total_text": None, "matched": None}

    async def test_pages_newest_first(self, api: Api, gallery: Gallery) -> None:
        """Cursors return every image once, newest first, and only the first page has the total."""
        made = await gallery.several(5)

        pages, cursor = [], ""
        while True:
            page = (await api.get(f"images?limit=2{cursor}")).json
            pages.append(page)
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"

        assert [len(page["items"]) for page in pages] == [2, 2, 1]
        assert [item["id"] for page in pages for item in page["items"]] == [image.id for image in reversed(made)]
        assert [page["total"] for page in pages] == [5, None, None]

    async def test_a_full_last_page_has_no_cursor(self, api: Api, gallery: Gallery) -> None:
        """No cursor leads to an empty page."""
        await gallery.several(4)

        page = (await api.get("images?limit=4")).json

        assert page["next_cursor"] is None

    async def test_images_by_their_ids(self, api: Api, gallery: Gallery) -> None:
        """Images come in the requested order, once each, also from trash, without unknown ones."""
        made = [image.id for image in await gallery.several(3)]
        await api.delete(f"images/{made[0]}")

        page = (await api.get(f"images?ids={made[0]},{MISSING},{made[2]},{made[0]}")).json

        assert [item["id"] for item in page["items"]] == [made[0], made[2]]
        assert (page["next_cursor"], page["total"]) == (None, None)

    @pytest.mark.parametrize("query", ["ids=nonsense", f"ids={MISSING}&q=fox", f"ids={','.join([MISSING] * 101)}"])
    async def test_ids_that_cannot_be_answered_are_rejected(self, api: Api, query: str) -> None:
        """No ids, ids with a search, or too many ids are rejected with the name of the field."""
        answer = await api.get(f"images?{query}")

        assert answer.status == 400
        assert answer.field.startswith("ids")

    async def test_before_and_after_an_image(self, api: Api, gallery: Gallery) -> None:
        """`before` returns the next older images and `after` the next newer ones, newest first."""
        made = await gallery.several(7)
        ids = [image.id for image in made]

        before = (await api.get(f"images?limit=2&before={ids[3]}")).json
        after = (await api.get(f"images?limit=2&after={ids[3]}")).json
        between = (await api.get(f"images?before={ids[6]}&after={ids[3]}")).json

        assert [item["id"] for item in before["items"]] == [ids[2], ids[1]]
        assert before["next_cursor"] == ids[1]
        assert [item["id"] for item in after["items"]] == [ids[5], ids[4]]
        assert after["next_cursor"] is None
        assert [item["id"] for item in between["items"]] == [ids[5], ids[4]]

    async def test_a_cursor_continues_a_list_before_an_image(self, api: Api, gallery: Gallery) -> None:
        """The second page of a list before an image continues where the first ends."""
        ids = [image.id for image in await gallery.several(6)]

        page = (await api.get(f"images?limit=2&before={ids[5]}&cursor={ids[3]}")).json

        assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]

    async def test_search(self, api: Api, gallery: Gallery) -> None:
        """A search accepts words, NOT, tags, and ratings, and returns the words to highlight."""
        fox = await gallery.add("a red fox in the snow", tags=("night",), rating=4)
        await gallery.add("a fox in a boat", rating=1)
        await gallery.add("a castle in the snow")

        found = (await api.get("images?q=foxes%20-boat%20tag:night%20rating:%3E3")).json

        assert [item["id"] for item in found["items"]] == [fox.id]
        assert found["total"] == 1
        assert "foxes" in found["matched"]

    async def test_one_day(self, api: Api, gallery: Gallery, clock: Clock) -> None:
        """`day` limits the list to one day, also with a date in the search."""
        await gallery.add(day="2026-11-21")
        wanted = await gallery.add(day="2026-11-22")

        alone = (await api.get("images?day=2026-11-22")).json
        beside = (await api.get("images?day=2026-11-22&q=date:2026-11")).json
        apart = (await api.get("images?day=2026-11-22&q=date:2026-12")).json

        assert [item["id"] for item in alone["items"]] == [wanted.id]
        assert [item["id"] for item in beside["items"]] == [wanted.id]
        assert apart["items"] == []

    async def test_the_trash_is_a_list_of_its_own(self, api: Api, gallery: Gallery) -> None:
        """A deleted image is listed only in trash, by parameter or by search."""
        saved, gone = await gallery.several(2)
        await api.delete(f"images/{gone.id}")

        library = (await api.get("images")).json
        trash = (await api.get("images?trash=only")).json
        searched = (await api.get("images?q=is:trash")).json

        assert [item["id"] for item in library["items"]] == [saved.id]
        assert [item["id"] for item in trash["items"]] == [item["id"] for item in searched["items"]] == [gone.id]

    async def test_schedules_are_found_by_name_and_by_id(self, api: Api, gallery: Gallery) -> None:
        """`schedule:` accepts a name, an id, and the id of a deleted schedule."""
        timing = {"kind": "cron", "cron": "0 9 * * *", "timezone": "UTC"}
        schedule = (await api.post("schedules", {"name": "Daily foxes", "theme": "foxes", "timing": timing})).json
        wanted = await gallery.add(schedule_id=schedule["id"])
        await gallery.add()

        by_name = (await api.get("images?q=schedule:%22daily%20foxes%22")).json
        await api.delete(f"schedules/{schedule['id']}")
        by_id = (await api.get(f"images?q=schedule:{schedule['id']}")).json
        unknown = await api.get("images?q=schedule:weekly")

        assert [item["id"] for item in by_name["items"]] == [item["id"] for item in by_id["items"]] == [wanted.id]
        assert (unknown.status, unknown.field) == (400, "q")

    @pytest.mark.parametrize("overrides", [{"sizes": Sizes(counted_images=3)}], ids=["3 images"])
    async def test_many_are_counted_to_a_thousand(self, api: Api, gallery: Gallery) -> None:
        """A number above 1,000 is returned as "1,000+"."""
        await gallery.several(5)

        page = (await api.get("images?limit=1")).json

        assert (page["total"], page["total_text"]) == (None, "3+")

    @pytest.mark.parametrize("q", ["colour:red", "rating:many", "%22open", "date:soon", "fox -fox"])
    async def test_an_invalid_search_is_rejected(self, api: Api, q: str) -> None:
        """An invalid search is rejected, and no part of it is ignored."""
        answer = await api.get(f"images?q={q}")

        assert (answer.status, answer.field) == (400, "q")


class TestCounts:
    async def test_timeline(self, api: Api, gallery: Gallery) -> None:
        """Images per day, newest first, without images in trash."""
        await gallery.add(day="2026-11-22")
        await gallery.several(2)
        gone = await gallery.add()
        await api.delete(f"images/{gone.id}")

        sent = (await api.get("timeline")).json

        assert sent == {
            "days": [{"day": "2026-11-23", "count": 2}, {"day": "2026-11-22", "count": 1}],
            "total": 3,
            "timezone": "UTC",
        }

    async def test_tags(self, api: Api, gallery: Gallery) -> None:
        """Tags with counts, the most frequent first, also right after a change."""
        await gallery.add(tags=("night", "red"))
        image = await gallery.add(tags=("night",))

        before = (await api.get("tags")).json["items"]
        await api.patch(f"images/{image.id}", {"etag": image.etag, "tags": ["day"]})
        after = (await api.get("tags")).json["items"]

        assert before == [{"tag": "night", "count": 2}, {"tag": "red", "count": 1}]
        assert {item["tag"]: item["count"] for item in after} == {"night": 1, "red": 1, "day": 1}

    async def test_terms(self, api: Api, gallery: Gallery) -> None:
        """Completion returns the words with a given beginning."""
        await gallery.add("a lighthouse and a lily")
        await gallery.add("a lighthouse")

        sent = (await api.get("terms?prefix=li")).json["items"]

        assert sent == [{"term": "lighthouse", "count": 2}, {"term": "lily", "count": 1}]


class TestOrder:
    async def test_pages_of_a_sorted_search(self, api: Api, gallery: Gallery) -> None:
        """A search with an order is continued by its cursor, and only the first page has the total."""
        made = await gallery.several(3)

        first = (await api.get("images?q=sort:oldest&limit=2")).json
        second = (await api.get(f"images?q=sort:oldest&limit=2&cursor={first['next_cursor']}")).json

        assert [item["id"] for page in (first, second) for item in page["items"]] == [image.id for image in made]
        assert (first["total"], second["total"], second["next_cursor"]) == (3, None, None)

    @pytest.mark.parametrize(
        ("query", "field", "says"),
        [
            ("q=sort:upwards", "q", "Use sort:newest, sort:oldest, sort:rating, or sort:random."),
            (f"q=sort:oldest&after={MISSING}", "after", "Use cursor."),
            (f"q=sort:random&before={MISSING}", "before", "Use cursor."),
            (f"q=sort:rating&cursor={MISSING}", "cursor", "Omit it"),
            (f"cursor=oldest-{MISSING}", "cursor", "Omit it"),
            ("cursor=abc", "cursor", "isn't valid for this search. Omit it to start from the first page."),
        ],
    )
    async def test_an_impossible_order_is_rejected(self, api: Api, query: str, field: str, says: str) -> None:
        """An unknown order, and a position that the order doesn't have, are errors with a remedy."""
        answer = await api.get(f"images?{query}")

        assert (answer.status, answer.error["details"]["field"]) == (400, field)
        assert says in answer.error["message"]
