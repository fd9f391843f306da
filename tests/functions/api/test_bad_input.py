"""Every invalid value in every field of every route is a 400 that names the field, never a 500."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.api.routes.table import ROUTES
from functions.api.schemas.files import UploadedFile
from functions.models.schedule import EARLIER_NAME
from tests.functions.api.conftest import Answer, Api, Gallery

TIMING = {"kind": "cron", "cron": "0 9 * * *", "timezone": "Europe/Berlin"}
OPTIONS = {
    "model": "test-model", "width": 64, "height": 64, "steps": 4, "guidance": 5.0, "sampler": "ddim",
    "negative_prompt": "blur", "seed": 1, "count": 1,
}  # fmt: skip
GIVEN = {"prompt": "a fox", "negative_prompt": "blur", "title": "Fox", "alt_text": "A fox.", "tags": ["fox"]}
SCHEDULE = {
    "name": "Foxes", "theme": "foxes", "instructions": "Be kind.", "timing": TIMING,
    "starts_at": "2026-11-23T09:00:00Z", "ends_at": "2027-11-23T09:00:00Z", "overlap": "skip", "missed": "latest",
    "excluded_dates": ["2026-12-25"], "extra_runs": ["2026-12-24T18:00"], "random_delay_minutes": 30,
    "wildcards": "random", "repeats": "skip", "prompt_language": "de", "text_language": "fr",
    "albums": ["ALBUM"], "options": OPTIONS, "pause_after_failures": 3, "keep_days": 30, "images_per_month": 40,
    "usd_per_day": 0.5, "usd_per_month": 2.5,
}  # fmt: skip
LIMITS = {
    "images_per_job": 4, "images_per_day": 100, "images_per_month": 1000, "usd_per_day": 2.5, "usd_per_month": 40.0,
    "max_pixels": 65536, "max_steps": 20, "trash_days": 3,
}  # fmt: skip
IMAGE = {"favourite": True, "rating": 3, "tags": ["fox"], "title": "Fox", "alt_text": "A fox.", "approved": True}

# A whole and valid body for each route that takes one; ids and etags are filled in.
BODIES: dict[str, dict[str, Any]] = {
    "update_image": {"etag": "ETAG", **IMAGE},
    "bulk_update_images": {"action": "tag", "ids": ["IMAGE"], "tags": ["fox"], "rating": 3, "album": "ALBUM"},
    "export_images": {"ids": ["IMAGE"], "variant": "clean"},
    "write_prompt": {
        "theme": "foxes", "instructions": "Be kind.", "prompt_language": "de", "text_language": "fr",
        "schedule_id": "SCHEDULE", "avoid": ["a fox"],
    },
    "check_prompt": {"prompt": "a fox"},
    "estimate_job": {"options": OPTIONS, "prompt_given": True},
    "create_job": {
        "theme": "foxes", "instructions": "Be kind.", "prompt": GIVEN, "prompt_language": "ja", "text_language": "de",
        "options": OPTIONS,
    },
    "create_schedule": SCHEDULE,
    "replace_schedule": SCHEDULE | {"etag": "ETAG"},
    "pause_schedule": {"reason": "Holidays"},
    "run_schedule": {"count": 1},
    "preview_schedule": {
        "timing": TIMING, "after": "2026-11-23T09:00:00Z", "count": 5, "options": OPTIONS,
        "starts_at": "2026-11-23T09:00:00Z", "ends_at": "2027-11-23T09:00:00Z", "schedule_id": "SCHEDULE",
        "excluded_dates": ["2026-12-25"], "extra_runs": ["2026-12-24T18:00"], "random_delay_minutes": 30,
        "images_per_month": 40, "usd_per_day": 0.5, "usd_per_month": 2.5,
    },
    "write_upcoming_prompts": {"count": 2},
    "set_webhook": {
        "url": "https://example.org/hook", "events": ["run.failed"], "include_prompts": True, "new_secret": True,
        "etag": "ETAG",
    },
    "publish_schedule": {"publish": "everything", "slug": "foxes", "include_prompts": True, "etag": "ETAG"},
    "replace_upcoming_prompt": {**GIVEN, "etag": "ETAG"},
    "update_settings": {
        "etag": "ETAG", "timezone": "Europe/Berlin", "paused": True, "paused_reason": "Moving", "limits": LIMITS,
        "lists": {"animals": ["fox", "owl"]},
    },
    "create_album": {"name": "Foxes", "note": "All of them.", "q": "fox", "cover": "IMAGE"},
    "replace_album": {"name": "Foxes", "note": "All of them.", "q": None, "cover": "IMAGE", "etag": "ETAG"},
    "move_in_album": {"ids": ["IMAGE"], "before": "OTHER"},
    "create_preset": {"name": "Quick", "options": OPTIONS},
    "replace_preset": {"name": "Quick", "options": OPTIONS, "etag": "ETAG"},
    "create_saved_search": {"name": "Foxes", "q": "fox"},
    "replace_saved_search": {"name": "Foxes", "q": "fox", "etag": "ETAG"},
    "create_key": {"name": "anna", "role": "reader", "expires_at": "2030-01-01T00:00:00Z"},
}  # fmt: skip

QUERIES: dict[str, dict[str, str]] = {
    "list_images": {
        "ids": "IMAGE", "q": "fox", "cursor": "IMAGE", "limit": "5", "before": "IMAGE", "after": "IMAGE",
        "day": "2026-11-23", "trash": "only",
    },
    "delete_image": {"permanent": "false"},
    "download_image": {"variant": "original"},
    "list_terms": {"prefix": "fo", "limit": "5"},
    "get_changes": {"since": "TOKEN"},
    "list_prompts": {"cursor": "CURSOR", "limit": "5"},
    "list_jobs": {"status": "queued", "kind": "bulk", "schedule_id": "SCHEDULE", "cursor": "CURSOR", "limit": "5"},
    "list_deliveries": {"cursor": "CURSOR", "limit": "5"},
    "get_insights": {"months": "3"},
    "list_runs": {"cursor": "CURSOR", "limit": "5"},
    "list_audit": {
        "actor": "anna", "action": "schedule", "target": "settings", "since": "2026-11-23T00:00:00Z",
        "until": "2026-11-24T00:00:00Z", "cursor": "CURSOR", "limit": "5",
    },
    "export_audit": {
        "actor": "anna", "action": "schedule", "target": "settings", "since": "2026-11-23T00:00:00Z",
        "until": "2026-11-24T00:00:00Z",
    },
}  # fmt: skip

# Wrong for whatever a field is; a value of the field's own type may be accepted, but must not break anything.
VALUES: tuple[Any, ...] = (
    -1, 0, 2**31, 2**63, 10**30, 1e308, -0.5, True, "", " ", "x" * 5000, "a\u0000b", "\u202e\U0001f98a",
    "'; DROP TABLE", "../../etc/passwd", "{{7*7}}", "NaN", [], [[]], [None], {}, {"a": {"b": []}}, ["x"] * 600,
    "2026-13-45T99:99:99Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z",
)  # fmt: skip
TEXTS = ("", " ", "-1", "0", "1e9", "x" * 3000, "a\u0000b", "\u202e\U0001f98a", "null", "[]", "é" * 50, "9" * 40, "%00")


def leaves(body: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the path of every field in a body, nested ones included."""
    if place:
        yield place
    if isinstance(body, dict):
        for name, value in body.items():
            yield from leaves(value, (*place, name))
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from leaves(value, (*place, number))


def changed(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    copy = deepcopy(body)
    inner = copy
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return copy


# Where two fields contradict each other, either may be named.
RELATED = {"starts_at": ("ends_at",), "action": ("tags", "rating", "album"), "ids": ("before",)}


def key_for(route: Any) -> str:
    """Return the key of a caller who may use the route, and owns the presets and saved searches of the stage."""
    return "admin" if route.required_role == "admin" else "editor"


def taken(answer: Answer) -> bool:
    """Return whether this name was accepted before."""
    return answer.field == "name" and "already" in answer.error["message"]


class Stage:
    """A library with one document of every kind, for valid requests."""

    def __init__(self, api: Api, gallery: Gallery) -> None:
        self._api, self._gallery = api, gallery
        self.image = self.other = self.album = self.schedule = self.preset = self.search = self.prompt = ""

    async def build(self) -> None:
        self.image = (await self._gallery.add("a fox")).id
        self.other = (await self._gallery.add("a fox")).id
        self.album = (await self._api.post("albums", {"name": "First"})).json["id"]
        added = {"action": "add_to_album", "album": self.album, "ids": [self.image, self.other]}
        await self._api.post("images/bulk", added)
        self.schedule = (await self._api.post("schedules", SCHEDULE | {"albums": [self.album]})).json["id"]
        waiting = await self._api.post(f"schedules/{self.schedule}/prompts", {"count": 1})
        self.prompt = waiting.json["items"][0]["id"]
        self.preset = (await self._api.post("presets", {"name": "First", "options": {}})).json["id"]
        self.search = (await self._api.post("saved-searches", {"name": "First", "q": "fox"})).json["id"]

    def address(self, path: str) -> str:
        ids = {
            "images": self.image,
            "albums": self.album,
            "schedules": self.schedule,
            "presets": self.preset,
            "saved-searches": self.search,
        }
        path = path.replace("{prompt_id}", self.prompt)
        return path.replace("{id}", ids.get(path.partition("/")[0], "job-1"))

    async def etag(self, path: str) -> str:
        if "{prompt_id}" in path:
            listed = await self._api.get(self.address(path.removesuffix("/{prompt_id}")))
            return str(listed.json["items"][0]["etag"])
        of = path.removesuffix("/publication").removesuffix("/webhook")
        return str((await self._api.get(self.address(of))).json["etag"])

    async def filled(self, body: Any, path: str) -> Any:
        """Return the body with current ids and the current ETag."""
        if isinstance(body, dict):
            filled = {name: await self.filled(value, path) for name, value in body.items()}
            if filled.get("etag") == "ETAG":
                filled["etag"] = await self.etag(path)
            return filled
        if isinstance(body, list):
            return [await self.filled(value, path) for value in body]
        known = {"IMAGE": self.image, "OTHER": self.other, "ALBUM": self.album, "SCHEDULE": self.schedule}
        return known.get(body, body) if isinstance(body, str) else body


@pytest.fixture
async def stage(api: Api, gallery: Gallery) -> Stage:
    stage = Stage(api, gallery)
    await stage.build()
    return stage


def test_no_route_is_forgotten() -> None:
    """The tables above contain every route with a body or parameters, and all of its fields."""
    for route in ROUTES:
        if route.body is UploadedFile:
            continue  # a file has no fields
        fields = {name for name, field in route.body.model_fields.items() if field.description != EARLIER_NAME} - {"q"}
        assert set(BODIES.get(route.name, {})) - {"q"} == fields or route.name.endswith("search")
        assert set(QUERIES.get(route.name, {})) == set(route.query.model_fields), route.name


@pytest.mark.parametrize("route", [route for route in ROUTES if route.name in BODIES], ids=lambda route: route.name)
async def test_wrong_bodies(api: Api, stage: Stage, route: Any) -> None:
    """A valid body is accepted, and an invalid field is accepted or rejected under its name."""
    address = stage.address(route.path)
    body = await stage.filled(BODIES[route.name], route.path)

    refused = 0
    for place in leaves(body):
        for value in VALUES:
            answer = await api.call(route.method, address, changed(body, place, value), key=key_for(route))
            assert answer.status < 500, (place, value, answer.body)
            if answer.status in (400, 429):
                refused += 1
                named = answer.field.split(".")[0]
                expected = {str(place[0]), *RELATED.get(str(place[0]), ())}
                assert named in expected or taken(answer), (place, value, answer.body)
    accepted = await api.call(
        route.method, address, await stage.filled(BODIES[route.name], route.path), key=key_for(route)
    )

    assert accepted.status in (200, 201, 202, 400, 429), accepted.body
    assert refused > 0


@pytest.mark.parametrize("route", [route for route in ROUTES if route.name in QUERIES], ids=lambda route: route.name)
async def test_wrong_parameters(api: Api, stage: Stage, route: Any) -> None:
    """An invalid parameter is accepted or rejected under its name."""
    address = stage.address(route.path)

    for name in QUERIES[route.name]:
        needed = {"prefix": "fo"} if route.name == "list_terms" else {}
        for text in TEXTS:
            answer = await api.call(route.method, f"{address}?{urlencode(needed | {name: text})}", key=key_for(route))
            assert answer.status < 500, (name, text, answer.body)
            if answer.status == 400:
                assert answer.field.split(".")[0] == name, (text, answer.body)
