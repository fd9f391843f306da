"""Publishing over HTTP: what the world sees of a schedule, and when."""

from __future__ import annotations

import json
from typing import Any

import feedparser
import pytest

from functions.errors import Unavailable
from functions.services import follow_up, site
from functions.services.sweep import sweep
from functions.services.world import World
from tests.api.conftest import Api, deliver
from tests.fakes import Clock

DAILY = {"kind": "cron", "cron": "0 10 * * *", "timezone": "UTC"}
FIXED = {"feed.json", "feed.xml", "latest.json", "latest.webp", "latest.jpg"}


class Series:
    """A schedule that paints when told to."""

    def __init__(self, api: Api, world: World, clock: Clock) -> None:
        self.api, self.world, self.clock = api, world, clock
        self.id = ""

    async def make(self, **changes: Any) -> None:
        body = {"name": "Wise Owls!", "theme": "secret owls", "timing": DAILY}
        self.id = (await self.api.post("schedules", body | changes)).json["id"]

    async def paint(self) -> str:
        """The id of the picture of one more run, followed as the host would."""
        await self.api.post(f"schedules/{self.id}/run")
        self.clock.advance(60)
        while message := self.world.generation_queue.take():
            await follow_up.work(self.world, message)
        await self.settle()
        return str((await self.api.get("images")).json["items"][0]["id"])

    async def publish(self, **body: Any) -> dict[str, Any]:
        etag = (await self.api.get(f"schedules/{self.id}")).json["etag"]
        answer = await self.api.put(f"schedules/{self.id}/publication", body | {"etag": etag})
        assert answer.status == 200, answer.body
        await self.settle()
        return dict(answer.json["publication"])

    async def approve(self, image: str, approved: bool = True) -> None:
        etag = (await self.api.get(f"images/{image}")).json["etag"]
        await self.api.patch(f"images/{image}", {"etag": etag, "approved": approved})
        await self.settle()

    async def settle(self) -> None:
        await deliver(self.world, self.clock)

    def files(self, slug: str = "wise-owls") -> set[str]:
        prefix = f"p/{slug}/"
        held = [name for container, name in self.world.site.stored if container == "$web"]
        return {name.removeprefix(prefix) for name in held if name.startswith(prefix)}

    def file(self, name: str, slug: str = "wise-owls") -> bytes:
        return self.world.site.stored["$web", f"p/{slug}/{name}"][0]

    def pictures(self) -> list[str]:
        """In the feed, newest first."""
        items = json.loads(self.file("feed.json"))["items"]
        return [item["_auto_image_gen"]["id"] for item in items]


@pytest.fixture
async def series(api: Api, world: World, clock: Clock) -> Series:
    series = Series(api, world, clock)
    await series.make()
    return series


async def test_approved_pictures_alone(series: Series) -> None:
    """
    Switched on, nothing shows but what a person approved; approving is seen within seconds.
    """
    first, second = await series.paint(), await series.paint()
    told = await series.publish()
    nothing_yet = series.files()

    await series.approve(first)

    assert (told["publish"], told["slug"], told["prompts"]) == ("approved", "wise-owls", False)
    assert nothing_yet == {"feed.json", "feed.xml"}
    assert series.files() == FIXED | {f"{first}.webp", f"{first}.jpg"}
    assert series.pictures() == [first]
    assert json.loads(series.file("latest.json"))["id"] == first
    assert series.file("latest.webp") == series.file(f"{first}.webp")
    assert not any(second.encode() in series.file(name) for name in series.files())


async def test_what_is_not_approved_any_more_is_gone(series: Series) -> None:
    """
    So is what goes to the trash, and what is removed for good.
    """
    ids = [await series.paint() for _ in range(4)]
    await series.publish()
    for id in ids:
        await series.approve(id)

    await series.approve(ids[3], False)
    await series.api.delete(f"images/{ids[2]}")
    await series.api.delete(f"images/{ids[1]}?permanent=true")
    await series.settle()

    assert series.pictures() == ids[:1]
    assert series.files() == FIXED | {f"{ids[0]}.webp", f"{ids[0]}.jpg"}


async def test_everything(series: Series) -> None:
    """
    Then a run is published when it has ended, and `latest` is its picture.
    """
    await series.publish(publish="everything")
    first = await series.paint()
    before = series.file("latest.webp")
    second = await series.paint()

    assert series.pictures() == [second, first]
    assert series.file("latest.webp") == series.file(f"{second}.webp") != before
    assert not feedparser.parse(series.file("feed.xml")).bozo


async def test_the_last_twenty(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Older ones leave the site; a picture that is there already is not encoded again.
    """
    monkeypatch.setattr(site, "PICTURES", 3)
    rendered: list[int] = []
    rendition = site.rendition

    def counted(original: bytes) -> Any:
        rendered.append(len(original))
        return rendition(original)

    monkeypatch.setattr(site, "rendition", counted)
    await series.publish(publish="everything")

    ids = [await series.paint() for _ in range(5)]

    assert series.pictures() == ids[:1:-1]
    assert series.files() == FIXED | {f"{id}.{kind}" for id in ids[2:] for kind in ("webp", "jpg")}
    assert len(rendered) == 5


async def test_prompts_only_if_asked(series: Series) -> None:
    """
    The prompt stands in nothing until the person says so; then it changes there and back.
    """
    await series.paint()
    await series.publish(publish="everything")
    quiet = {name: series.file(name) for name in series.files()}
    await series.publish(publish="everything", prompts=True)
    told = series.file("feed.json")
    await series.publish(publish="everything")

    assert not any(b"number 1" in data for data in quiet.values())
    assert b"secret owls, number 1" in told
    assert {name: series.file(name) for name in series.files()} == quiet


async def test_texts_are_kept_up_to_date(series: Series) -> None:
    """
    A new title or alternative text reaches the feeds, and so does the schedule's name.
    """
    id = await series.paint()
    await series.publish(publish="everything")
    etag = (await series.api.get(f"images/{id}")).json["etag"]
    await series.api.patch(f"images/{id}", {"etag": etag, "title": "Hoo", "alt_text": "An owl looks at you."})
    schedule = (await series.api.get(f"schedules/{series.id}")).json
    body = {"name": "Owls", "theme": "secret owls", "timing": DAILY, "etag": schedule["etag"]}
    await series.api.put(f"schedules/{series.id}", body)
    await series.settle()

    feed = json.loads(series.file("feed.json"))
    assert (feed["title"], feed["items"][0]["title"], feed["items"][0]["summary"]) == (
        "Owls",
        "Hoo",
        "An owl looks at you.",
    )


async def test_judging_tells_the_world_nothing(series: Series, world: World) -> None:
    """
    A favourite or a rating makes no job.
    """
    id = await series.paint()
    await series.publish()
    etag = (await series.api.get(f"images/{id}")).json["etag"]

    await series.api.patch(f"images/{id}", {"etag": etag, "favourite": True, "rating": 5})

    assert world.library_queue.messages == []


async def test_many_changes_are_one_job(series: Series, world: World) -> None:
    """
    Approved together, they are published together.
    """
    ids = [await series.paint() for _ in range(5)]
    await series.publish()

    await series.api.post("images/bulk", {"action": "approve", "ids": ids})
    waiting = len(world.library_queue.messages)
    await series.settle()

    assert waiting == 1
    assert series.pictures() == ids[::-1]


async def test_unpublishing_removes_everything(series: Series, world: World) -> None:
    """
    When the answer comes, nothing is left; what is approved later stays private, and a second call is as good.
    """
    id = await series.paint()
    await series.publish(publish="everything")

    answer = await series.api.delete(f"schedules/{series.id}/publication")
    left = series.files()
    again = await series.api.delete(f"schedules/{series.id}/publication")
    await series.approve(id)
    await series.paint()

    assert (answer.status, again.status, left) == (204, 204, set())
    assert world.site.stored == {}
    assert (await series.api.get(f"schedules/{series.id}")).json["publication"] is None


async def test_a_deleted_schedule_is_not_published(series: Series, world: World) -> None:
    """
    Its folder goes with it, its pictures stay in the library.
    """
    await series.paint()
    await series.publish(publish="everything")

    await series.api.delete(f"schedules/{series.id}")
    await series.settle()

    assert world.site.stored == {}
    assert (await series.api.get("images")).json["total"] == 1


async def test_another_name_moves_the_folder(series: Series) -> None:
    """
    The old addresses end; what is set again without a name keeps the one it has.
    """
    await series.paint()
    await series.publish(publish="everything")
    await series.publish(publish="everything", slug="owls-2")
    told = await series.publish(publish="everything")

    assert series.files("wise-owls") == set()
    assert series.files("owls-2") >= FIXED
    assert told["latest_url"] == "https://site.test/p/owls-2/latest.webp"
    assert told["frame_url"] == "https://site.test/#/frame/owls-2"
    assert told["embed_html"].startswith('<a href="https://site.test/#/frame/owls-2"><img src=')


async def test_two_people_publish(series: Series) -> None:
    """
    The second learns that the first was quicker, and what the first chose stays.
    """
    etag = (await series.api.get(f"schedules/{series.id}")).json["etag"]
    address = f"schedules/{series.id}/publication"
    first = await series.api.put(address, {"publish": "approved", "etag": etag})
    second = await series.api.put(address, {"publish": "everything", "etag": etag})
    unseen = await series.api.put(address, {"publish": "everything"})

    kept = (await series.api.get(f"schedules/{series.id}")).json
    assert (first.status, second.status, second.error["code"]) == (200, 412, "stale")
    assert (kept["publication"]["publish"], kept["etag"]) == ("approved", first.json["etag"])
    assert (unseen.status, unseen.field) == (400, "etag")


async def test_names_are_unique(api: Api, world: World, clock: Clock, series: Series) -> None:
    """
    One that another schedule has is refused; one that is made from the name gets a number.
    """
    await series.publish()
    other = Series(api, world, clock)
    await other.make()

    refused = await api.put(f"schedules/{other.id}/publication", {"slug": "wise-owls", "etag": "1"})
    made = await other.publish()

    assert (refused.status, refused.field) == (400, "slug")
    assert made["slug"] == "wise-owls-2"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Owls", "owls"),
        ("  Füchse & Eulen ", "fuchse-eulen"),
        ("狐", None),
        ("x" * 100, "x" * 60),
        ("../../etc", "etc"),
    ],
)
async def test_a_slug_from_the_name(api: Api, world: World, clock: Clock, name: str, slug: str | None) -> None:
    """
    Plain letters, digits and hyphens, whatever the schedule is called.
    """
    series = Series(api, world, clock)
    await series.make(name=name)

    told = await series.publish()

    assert told["slug"] == (slug or f"schedule-{series.id[-6:].lower()}")


@pytest.mark.parametrize("slug", ["", "A", "a b", "a/b", "../x", "-a", "a-", "a--b", "x" * 61, "ä"])
async def test_slugs_that_are_no_slugs(series: Series, slug: str) -> None:
    """
    Refused by name.
    """
    answer = await series.api.put(f"schedules/{series.id}/publication", {"slug": slug, "etag": "1"})

    assert (answer.status, answer.field) == (400, "slug")


async def test_the_sweep_repairs(series: Series, world: World) -> None:
    """
    What a crash left half done, what somebody removed, and folders that nobody publishes.
    """
    id = await series.paint()
    await series.publish(publish="everything")
    whole = dict(world.site.stored)
    del world.site.stored["$web", f"p/wise-owls/{id}.jpg"]
    world.site.stored["$web", "p/wise-owls/feed.json"] = (b"{", "application/json")
    world.site.stored["$web", "p/long-gone/latest.webp"] = (b"old", "image/webp")
    world.site.stored["$web", "index.html"] = (b"the dashboard", "text/html")

    await sweep(world)

    assert world.site.stored == whole | {("$web", "index.html"): (b"the dashboard", "text/html")}


async def test_a_site_that_is_up_to_date_is_left_alone(series: Series, world: World) -> None:
    """
    A sweep over it reads and writes nothing.
    """
    await series.paint()
    await series.publish(publish="everything")

    refreshed = await site.reconcile(world)

    assert refreshed == 0


async def test_an_original_that_is_gone_is_left_out(series: Series, world: World) -> None:
    """
    The others are published all the same, the newest of them as the latest.
    """
    first, second = await series.paint(), await series.paint()
    image = await world.catalog.images.get(second)
    await world.blobs.delete("originals", image.original_blob)

    await series.publish(publish="everything")

    assert series.pictures() == [first]
    assert json.loads(series.file("latest.json"))["id"] == first


async def test_an_outage_of_the_site_is_waited_out(series: Series, world: World) -> None:
    """
    Nobody who approves notices; the job tries again.
    """
    id = await series.paint()
    await series.publish()
    world.site.fail(Unavailable("The site did not answer."), times=3)

    await series.approve(id)

    assert series.pictures() == [id]


async def test_without_an_address_nothing_is_published(world: World, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The answer says what to set.
    """
    from dataclasses import replace

    from functions import bootstrap

    async def homeless() -> World:
        return replace(world, site_url="")

    monkeypatch.setattr(bootstrap, "world", homeless)
    schedule = (await api.post("schedules", {"name": "Owls", "theme": "owls", "timing": DAILY})).json["id"]

    answer = await api.put(f"schedules/{schedule}/publication", {"etag": "1"})

    assert (answer.status, answer.error["code"]) == (500, "settings")
    assert "SITE_URL" in answer.error["message"]
