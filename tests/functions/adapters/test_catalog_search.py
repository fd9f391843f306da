"""Searches in both catalogs return what a plain evaluation of the query returns."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from functions.models.identity import new_image_id
from functions.models.image import Image
from functions.ports import Catalog
from functions.search.grammar import parse
from functions.search.query import ImageQuery, Span, has_ratio
from functions.search.terms import model_keys, tag_key, tag_keys
from tests.catalogs import an_image, minutes_later
from tests.fakes import START

SUBJECTS = ["red fox", "foxes in snow", "lighthouse at night", "café in Tōkyō", "黑猫", "geese"]
TAGS = ["fox", "Night", "city at night", 'it\'s "odd" = a:b~c*', "雪", "Château", "chateau"]
MODELS = ["starter", "StabilityAI/SDXL-Turbo", "acme/sdxl-turbo"]
SIZES = [(256, 256), (512, 768), (768, 512)]
SCHEDULES = [None, "01ABC", "01abc", "daily-animals"]


def some_images(count: int, seed: int = 7) -> list[Image]:
    draw = random.Random(seed)
    made = []
    for n in range(count):
        width, height = draw.choice(SIZES)
        moment = START - timedelta(days=n * 9)
        made.append(
            an_image(
                id=new_image_id(moment),
                day=str((moment + timedelta(hours=draw.choice([0, 14]))).date()),
                theme="animals",
                prompt=draw.choice(SUBJECTS),
                negative_prompt="blurry",
                title=draw.choice(["", "Dusk"]),
                tags=tuple(draw.sample(TAGS, draw.randint(0, 3))),
                model=draw.choice(MODELS),
                width=width,
                height=height,
                schedule_id=draw.choice(SCHEDULES),
                job_id=f"job-{n // 4}",
                seed=draw.choice([0, 7, 2**53 - 1]),
                steps=draw.choice([1, 4, 20, 25, 30, 63, 64, 150]),
                rating=draw.randint(0, 5),
                favourite=draw.random() < 0.4,
                approved_at=START if draw.random() < 0.5 else None,
                deleted_at=START if draw.random() < 0.15 else None,
                purging=draw.random() < 0.05,
                original_missing_at=START if draw.random() < 0.2 else None,
            )
        )
    return made


def within(span: Span | None, value: int) -> bool:
    return span is None or ((span.low is None or span.low <= value) and (span.high is None or value <= span.high))


def matches(image: Image, query: ImageQuery) -> bool:
    """Return whether the image matches the query, evaluated as plainly as possible."""
    return (image.deleted_at is not None or image.purging) == (query.trash == "only") and fits(image, query)


def fits(image: Image, query: ImageQuery) -> bool:
    """Return whether the image matches all conditions except trash."""
    day = date.fromisoformat(image.day)
    tags = {key for tag in image.tags for key in tag_keys(tag)}
    return (
        set(query.terms) <= set(image.terms)
        and not set(query.without_terms) & set(image.terms)
        and all(set(tag_keys(tag)) & tags for tag in query.tags)
        and not any(set(tag_keys(tag)) & tags for tag in query.without_tags)
        and (query.model is None or query.model in model_keys(image.model))
        and query.schedule_id in (None, image.schedule_id)
        and query.job_id in (None, image.job_id)
        and query.seed in (None, image.seed)
        and query.size in (None, (image.width, image.height))
        and (query.ratio is None or has_ratio((image.width, image.height), query.ratio))
        and all(any(fits(image, one) for one in group) for group in query.any_of)
        and not any(fits(image, one) for one in query.none_of)
        and query.favourite in (None, image.favourite)
        and query.approved in (None, image.approved_at is not None)
        and query.missing in (None, image.original_missing_at is not None)
        and within(query.steps, image.steps)
        and within(query.rating, image.rating)
        and (query.since is None or query.since <= day)
        and (query.until is None or day <= query.until)
    )


def one_of_each(images: list[Image]) -> list[ImageQuery]:
    """Queries with a single condition each."""
    days = sorted(date.fromisoformat(image.day) for image in images)
    spans = [
        Span(low=20, high=30),
        Span(low=21),
        Span(high=63),
        Span(low=64, high=64),
        Span(low=4),
        Span(low=5, high=4),
    ]
    return [
        ImageQuery(),
        ImageQuery(trash="only"),
        *(ImageQuery(terms=terms) for terms in [("fox",), ("red", "fox"), ("cafe",), ("tokyo",), ("黑",), ("nope",)]),
        *(ImageQuery(without_terms=(term,)) for term in ("fox", "anim", "nope")),
        *(ImageQuery(tags=(tag_key(tag),)) for tag in TAGS),
        ImageQuery(tags=("fox", "night")),
        ImageQuery(tags=("city",)),
        *(ImageQuery(without_tags=(tag_key(tag),)) for tag in TAGS),
        *(ImageQuery(model=key) for model in MODELS for key in model_keys(model)),
        *(ImageQuery(schedule_id=id) for id in ("01ABC", "01abc", "01Abc", "daily-animals")),
        *(ImageQuery(job_id=id) for id in ("job-0", "job-1", "JOB-1")),
        *(ImageQuery(seed=seed) for seed in (0, 7, 8, 2**53 - 1)),
        *(ImageQuery(size=size) for size in (*SIZES, (256, 768))),
        *(ImageQuery(steps=span) for span in spans),
        *(ImageQuery(rating=span) for span in (Span(low=0, high=0), Span(low=4), Span(high=2), Span(low=2, high=4))),
        *(ImageQuery(favourite=value) for value in (True, False)),
        *(ImageQuery(approved=value) for value in (True, False)),
        *(ImageQuery(missing=value) for value in (True, False)),
        ImageQuery(since=days[len(days) // 2]),
        ImageQuery(until=days[len(days) // 2]),
        ImageQuery(since=days[3], until=days[3]),
        ImageQuery(since=days[2], until=days[-3]),
        ImageQuery(since=date(1969, 1, 1), until=date(2300, 1, 1)),
        ImageQuery(since=date(2031, 1, 1)),
        *(ImageQuery(ratio=ratio) for ratio in ((1, 1), (2, 3), (3, 2), (16, 9))),
        *(
            parse(q, schedules={})
            for q in (
                "fox OR lighthouse",
                "(fox OR night) (rating:>2 OR -is:approved)",
                "goose",
                "-goose",
                "-(fox snow)",
                "NOT (tag:fox OR steps:>25)",
                "-model:starter -size:3:2 -date:2026",
                "(-fox OR seed:7) -(rating:0 OR is:favorite tag:night)",
                "nope OR (size:16:9 fox)",
            )
        ),
    ]


def combined(draw: random.Random, singles: list[ImageQuery]) -> ImageQuery:
    """A query of two to five conditions."""
    conditions: dict[str, Any] = {}
    for single in draw.sample(singles, draw.randint(2, 5)):
        conditions |= {name: value for name, value in vars(single).items() if value != vars(ImageQuery())[name]}
    return ImageQuery(**conditions)


@pytest.fixture
async def filled(catalog: Catalog) -> tuple[Catalog, list[Image]]:
    """48 images, newest first."""
    images = [await catalog.images.create(image) for image in some_images(48)]
    return catalog, sorted(images, key=lambda image: image.id, reverse=True)


async def test_each_condition_finds_what_it_says(filled: tuple[Catalog, list[Image]]) -> None:
    """Every filter alone, positive and negative, agrees with its plain reading, in list and count."""
    catalog, images = filled

    for query in one_of_each(images):
        expected = [image.id for image in images if matches(image, query)]
        found = [image.id for image in await catalog.images.search(query, limit=100)]
        assert found == expected, query
        assert await catalog.images.count(query) == len(expected), query


async def test_conditions_hold_together(filled: tuple[Catalog, list[Image]]) -> None:
    """Any mixture of conditions agrees with its plain reading, from any place in either direction."""
    catalog, images = filled
    draw = random.Random(3)
    singles = one_of_each(images)

    for _ in range(150):
        query = combined(draw, singles)
        place = draw.choice(images).id
        expected = [image.id for image in images if matches(image, query)]
        older = [id for id in expected if id < place]
        newer = [id for id in expected if id > place]
        assert [image.id for image in await catalog.images.search(query, limit=100)] == expected, query
        assert [image.id for image in await catalog.images.search(query, before=place, limit=3)] == older[:3], query
        assert [image.id for image in await catalog.images.search(query, after=place, limit=3)] == newer[-3:], query
        assert await catalog.images.count(query, cap=5) == min(len(expected), 6), query


async def test_whole_image_comes_back_from_a_search(filled: tuple[Catalog, list[Image]]) -> None:
    """A search returns complete documents with their ETags."""
    catalog, images = filled

    assert await catalog.images.search(ImageQuery(trash="only"), limit=100) == [
        image for image in images if matches(image, ImageQuery(trash="only"))
    ]


async def test_changed_image_is_found_under_its_new_marks_only(catalog: Catalog) -> None:
    """Favouring, rating, retagging, approving and trashing are seen by the next search."""
    image = await catalog.images.create(an_image(tags=("old",), rating=1))
    await catalog.images.create(an_image(at=minutes_later(1), tags=("old",), rating=1))

    async def found(q: str) -> bool:
        return image.id in [hit.id for hit in await catalog.images.search(parse(q, schedules={}))]

    assert [await found(q) for q in ("tag:old", "rating:1", "-is:favourite", "fox")] == [True] * 4
    image = await catalog.images.replace(
        image.evolve(tags=("new",), rating=5, favourite=True, approved_at=START, terms=("owl",))
    )
    assert [await found(q) for q in ("tag:old", "rating:1", "-is:favourite", "fox", "is:trash")] == [False] * 5
    assert [await found(q) for q in ("tag:new", "rating:>4", "is:favourite", "is:approved", "owl")] == [True] * 5
    image = await catalog.images.replace(image.evolve(deleted_at=START))
    assert [await found(q) for q in ("owl", "", "owl is:trash")] == [False, False, True]
    await catalog.images.delete(image.id)
    assert [await found(q) for q in ("owl", "is:trash", "owl is:trash")] == [False] * 3
