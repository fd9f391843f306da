"""Publishing over HTTP: URL names, and how the site is repaired after errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.models.schedule import Publication
from functions.services.images import published_site
from functions.services.maintenance.sweep import sweep
from tests.fakes import START, Clock, FakeDependencies
from tests.functions.api.conftest import Api
from tests.functions.api.series import DAILY, Series


async def test_names_are_unique(api: Api, deps: FakeDependencies, clock: Clock, series: Series) -> None:
    """A URL name in use is rejected, and a generated one gets a number."""
    await series.publish()
    other = Series(api, deps, clock)
    await other.make(name="Wise Owls?")

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
async def test_a_slug_from_the_name(
    api: Api, deps: FakeDependencies, clock: Clock, name: str, slug: str | None
) -> None:
    """A generated URL name has only letters, digits, and hyphens."""
    series = Series(api, deps, clock)
    await series.make(name=name)

    reported = await series.publish()

    assert reported["slug"] == (slug or f"schedule-{series.id[-6:].lower()}")


@pytest.mark.parametrize("slug", ["", "A", "a b", "a/b", "../x", "-a", "a-", "a--b", "x" * 61, "ä"])
async def test_slugs_that_are_no_slugs(series: Series, slug: str) -> None:
    """An invalid URL name is rejected with the name of the field."""
    answer = await series.api.put(f"schedules/{series.id}/publication", {"slug": slug, "etag": "1"})

    assert (answer.status, answer.field) == (400, "slug")


async def test_the_sweep_repairs(series: Series, deps: FakeDependencies) -> None:
    """The sweep repairs interrupted changes, removed files, and folders without a schedule."""
    id = await series.generate()
    await series.publish(publish="everything")
    whole = dict(deps.site_blobs.stored)
    del deps.site_blobs.stored["$web", f"p/wise-owls/{id}.jpg"]
    deps.site_blobs.stored["$web", "p/wise-owls/feed.json"] = (b"{", "application/json")
    deps.site_blobs.stored["$web", "p/long-gone/latest.webp"] = (b"old", "image/webp")
    deps.site_blobs.stored["$web", "index.html"] = (b"the dashboard", "text/html")

    await sweep(deps)

    assert deps.site_blobs.stored == whole | {("$web", "index.html"): (b"the dashboard", "text/html")}


@pytest.mark.parametrize(
    ("damage", "removed"),
    [
        pytest.param({"theme": None, "schema_version": 2}, {"long-gone"}, id="newer version"),
        pytest.param(
            {"publication": Publication(slug="x", since=START).evolve(slug=None)}, set(), id="damaged publication"
        ),
    ],
)
async def test_files_of_an_unreadable_schedule_are_kept(
    series: Series, deps: FakeDependencies, damage: dict[str, Any], removed: set[str]
) -> None:
    """Neither the sweep nor a waiting job removes its folder; other folders are removed if its slug is known."""
    await series.generate()
    await series.publish(publish="everything")
    whole = series.files()
    deps.site_blobs.stored["$web", "p/long-gone/latest.webp"] = (b"old", "image/webp")
    await published_site.schedule_refresh(deps, "wise-owls" if removed else "unused")
    schedule = await deps.catalog.schedules.get(series.id)
    await deps.catalog.schedules.replace(schedule.evolve(**damage))

    await sweep(deps)
    await series.settle()

    assert series.files() == whole
    assert bool(series.files("long-gone")) == ("long-gone" not in removed)


async def test_the_names_of_an_unreadable_schedule_stay_taken(
    api: Api, deps: FakeDependencies, clock: Clock, series: Series
) -> None:
    """Another schedule gets neither its name nor its URL name while it can't be read."""
    await series.publish()
    schedule = await deps.catalog.schedules.get(series.id)
    await deps.catalog.schedules.replace(schedule.evolve(theme=None, schema_version=2))
    other = Series(api, deps, clock)
    await other.make(name="Wise Owls?")

    name = await api.post("schedules", {"name": "wise owls!", "theme": "owls", "timing": DAILY})
    slug = await api.put(f"schedules/{other.id}/publication", {"slug": "wise-owls", "etag": "1"})
    made = await other.publish()

    assert [(answer.status, answer.field) for answer in (name, slug)] == [(400, "name"), (400, "slug")]
    assert made["slug"] == "wise-owls-2"


async def test_a_site_that_is_up_to_date_is_left_alone(series: Series, deps: FakeDependencies) -> None:
    """A sweep of an up-to-date site reads and writes nothing."""
    await series.generate()
    await series.publish(publish="everything")

    refreshed = await published_site.reconcile(deps)

    assert refreshed == 0


async def test_a_missing_original_is_left_out(series: Series, deps: FakeDependencies) -> None:
    """The other images are published, the newest of them as the latest."""
    first, second = await series.generate(), await series.generate()
    image = await deps.catalog.images.get(second)
    await deps.blobs.delete("originals", image.original_blob)

    await series.publish(publish="everything")

    assert series.published() == [first]
    assert json.loads(series.file("latest.json"))["id"] == first


async def test_a_marked_image_does_not_keep_the_site_outdated(series: Series, deps: FakeDependencies) -> None:
    """An image that is marked as missing isn't tried again at each sweep, and its published copies stay."""
    first, second, third = [await series.generate() for _ in range(3)]
    await series.publish(publish="everything")
    for lost in (first, third):
        await deps.blobs.delete("originals", (await deps.catalog.images.get(lost)).original_blob)
    await deps.site_blobs.delete("$web", f"p/wise-owls/{third}.jpg")
    await sweep(deps)

    await sweep(deps)

    assert series.published() == [second, first]
    assert await published_site.reconcile(deps) == 0


async def test_an_outage_of_the_site_is_waited_out(series: Series, deps: FakeDependencies) -> None:
    """An approval succeeds during an outage, and the job is retried."""
    id = await series.generate()
    await series.publish()
    deps.site_blobs.fail(Unavailable("The site did not answer."), times=3)

    await series.approve(id)

    assert series.published() == [id]


@pytest.mark.parametrize("overrides", [{"site_url": ""}], ids=["no address"])
async def test_without_a_site_url_nothing_is_published(api: Api) -> None:
    """Without a site URL, the error names the setting to set."""
    schedule = (await api.post("schedules", {"name": "Owls", "theme": "owls", "timing": DAILY})).json["id"]

    answer = await api.put(f"schedules/{schedule}/publication", {"etag": "1"})

    assert (answer.status, answer.error["code"]) == (409, "conflict")
    assert "SITE_URL" in answer.error["message"]
