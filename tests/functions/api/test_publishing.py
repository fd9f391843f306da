"""Publishing over HTTP: which images of a schedule are public, and when."""

from __future__ import annotations

import json
from functools import partial

import feedparser
import pytest

from functions.formats.web_rendition import Rendition, rendition
from functions.services.dependencies import Sizes
from functions.services.images import published_site
from functions.services.library_jobs.worker import STEPS
from tests.fakes import FakeDependencies
from tests.functions.api.series import DAILY, FIXED, Series


async def test_approved_images_alone(series: Series) -> None:
    """Only approved images are public, within seconds after the approval."""
    first, second = await series.generate(), await series.generate()
    reported = await series.publish()
    nothing_yet = series.files()

    await series.approve(first)

    assert (reported["publish"], reported["slug"], reported["include_prompts"]) == ("approved", "wise-owls", False)
    assert nothing_yet == {"feed.json", "feed.xml"}
    assert series.files() == FIXED | {f"{first}.webp", f"{first}.jpg"}
    assert series.published() == [first]
    assert json.loads(series.file("latest.json"))["id"] == first
    assert series.file("latest.webp") == series.file(f"{first}.webp")
    assert not any(second.encode() in series.file(name) for name in series.files())


async def test_deleted_images_are_unpublished(series: Series) -> None:
    """Images that are moved to trash or permanently deleted are unpublished."""
    ids = [await series.generate() for _ in range(4)]
    await series.publish()
    for id in ids:
        await series.approve(id)

    await series.approve(ids[3], False)
    await series.api.delete(f"images/{ids[2]}")
    await series.api.delete(f"images/{ids[1]}?permanent=true")
    await series.settle()

    assert series.published() == ids[:1]
    assert series.files() == FIXED | {f"{ids[0]}.webp", f"{ids[0]}.jpg"}


async def test_everything(series: Series) -> None:
    """With all images public, the images of a run are published after it has ended."""
    await series.publish(publish="everything")
    first = await series.generate()
    before = series.file("latest.webp")
    second = await series.generate()

    assert series.published() == [second, first]
    assert series.file("latest.webp") == series.file(f"{second}.webp") != before
    assert not feedparser.parse(series.file("feed.xml")).bozo


@pytest.mark.parametrize("overrides", [{"sizes": Sizes(published_images=3)}], ids=["3 images"])
async def test_the_last_twenty(series: Series) -> None:
    """Older images are removed from the site, and published ones are not encoded again."""
    rendered: list[int] = []

    def counted(original: bytes) -> Rendition:
        rendered.append(len(original))
        return rendition(original)

    series.steps = STEPS | {"publish": partial(published_site.step, render=counted)}
    await series.publish(publish="everything")

    ids = [await series.generate() for _ in range(5)]

    assert series.published() == ids[:1:-1]
    assert series.files() == FIXED | {f"{id}.{kind}" for id in ids[2:] for kind in ("webp", "jpg")}
    assert len(rendered) == 5


async def test_prompts_only_if_requested(series: Series) -> None:
    """Prompts are published only if the schedule includes them, and the setting can be reverted."""
    await series.generate()
    await series.publish(publish="everything")
    quiet = {name: series.file(name) for name in series.files()}
    await series.publish(publish="everything", include_prompts=True)
    reported = series.file("feed.json")
    await series.publish(publish="everything")

    assert not any(b"number 1" in data for data in quiet.values())
    assert b"secret owls, number 1" in reported
    assert {name: series.file(name) for name in series.files()} == quiet


async def test_prompts_under_their_earlier_name(series: Series) -> None:
    """A client of the previous release may send `prompts` and finds it in the response, but can't send both names."""
    reported = await series.publish(publish="everything", prompts=True)
    etag = (await series.api.get(f"schedules/{series.id}")).json["etag"]
    both = {"include_prompts": True, "prompts": False, "etag": etag}

    answer = await series.api.put(f"schedules/{series.id}/publication", both)

    assert (reported["include_prompts"], reported["prompts"]) == (True, True)
    assert (answer.status, answer.field) == (400, "prompts")
    assert answer.error["message"] == "prompts is the earlier name of include_prompts; send only include_prompts."


async def test_texts_are_updated(series: Series) -> None:
    """New titles, alt texts, and schedule names appear in the feeds."""
    id = await series.generate()
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


async def test_a_rating_publishes_nothing(series: Series, deps: FakeDependencies) -> None:
    """A favorite or a rating creates no job."""
    id = await series.generate()
    await series.publish()
    etag = (await series.api.get(f"images/{id}")).json["etag"]

    await series.api.patch(f"images/{id}", {"etag": etag, "favourite": True, "rating": 5})

    assert deps.library_queue.messages == []


async def test_many_changes_are_one_job(series: Series, deps: FakeDependencies) -> None:
    """Images approved together are published by one job."""
    ids = [await series.generate() for _ in range(5)]
    await series.publish()

    await series.api.post("images/bulk", {"action": "approve", "ids": ids})
    waiting = len(deps.library_queue.messages)
    await series.settle()

    assert waiting == 1
    assert series.published() == ids[::-1]


async def test_unpublishing_removes_everything(series: Series, deps: FakeDependencies) -> None:
    """Unpublishing removes all files at once, can be repeated, and later approvals stay private."""
    id = await series.generate()
    await series.publish(publish="everything")

    answer = await series.api.delete(f"schedules/{series.id}/publication")
    left = series.files()
    again = await series.api.delete(f"schedules/{series.id}/publication")
    await series.approve(id)
    await series.generate()

    assert (answer.status, again.status, left) == (204, 204, set())
    assert deps.site_blobs.stored == {}
    assert (await series.api.get(f"schedules/{series.id}")).json["publication"] is None


async def test_a_deleted_schedule_is_not_published(series: Series, deps: FakeDependencies) -> None:
    """A deleted schedule loses its public folder and keeps its images in the library."""
    await series.generate()
    await series.publish(publish="everything")

    await series.api.delete(f"schedules/{series.id}")
    await series.settle()

    assert deps.site_blobs.stored == {}
    assert (await series.api.get("images")).json["total"] == 1


async def test_another_name_moves_the_folder(series: Series) -> None:
    """A new URL name ends the old URLs, and an update without a URL name keeps it."""
    await series.generate()
    await series.publish(publish="everything")
    await series.publish(publish="everything", slug="owls-2")
    reported = await series.publish(publish="everything")

    assert series.files("wise-owls") == set()
    assert series.files("owls-2") >= FIXED
    assert reported["latest_url"] == "https://site.test/p/owls-2/latest.webp"
    assert reported["frame_url"] == "https://site.test/#/frame/owls-2"
    assert reported["embed_html"].startswith('<a href="https://site.test/#/frame/owls-2"><img src=')


async def test_two_users_publish(series: Series) -> None:
    """Of two concurrent changes, the second is rejected and the first stays."""
    etag = (await series.api.get(f"schedules/{series.id}")).json["etag"]
    address = f"schedules/{series.id}/publication"
    first = await series.api.put(address, {"publish": "approved", "etag": etag})
    second = await series.api.put(address, {"publish": "everything", "etag": etag})
    unseen = await series.api.put(address, {"publish": "everything"})

    saved = (await series.api.get(f"schedules/{series.id}")).json
    assert (first.status, second.status, second.error["code"]) == (200, 412, "stale")
    assert (saved["publication"]["publish"], saved["etag"]) == ("approved", first.json["etag"])
    assert (unseen.status, unseen.field) == (400, "etag")
