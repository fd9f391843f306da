"""What comes in over HTTP and what goes out, without any host."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from functions import errors
from functions.errors import AppError, BadRequest, NotFound, TooLarge, TooMany, Unavailable
from functions.models.document import Document
from functions.models.image import Image
from functions.models.job import Job, Lease
from functions.models.schedule import Schedule
from functions.version import VERSION
from functions.wire import openapi, replies, requests, routes, views
from functions.wire.calls import MAX_BODY_BYTES, read_body, read_idempotency_key, read_params, read_query
from functions.wire.fields import Nothing
from functions.wire.route import overlap
from tests.fakes import START

ULID = "01KASAR8M0ABCDEFGHJKMNPQRS"
CRON = {"kind": "cron", "cron": "0 9 * * *", "timezone": "Europe/Berlin"}


def body(model: Any, value: Any) -> Any:
    return read_body(model, value if isinstance(value, bytes) else json.dumps(value).encode())


def refusal(model: Any, value: Any) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        body(model, value)
    return caught.value


class TestBodies:
    @pytest.mark.parametrize(
        ("model", "value", "field", "sentence"),
        [
            (requests.JobBody, {}, "theme", "theme is missing; send it."),
            (requests.JobBody, {"theme": 5}, "theme", "theme must be text."),
            (requests.JobBody, {"theme": "  "}, "theme", "theme must not be empty."),
            (requests.JobBody, {"theme": "x" * 501}, "theme", "theme may have at most 500 characters; shorten it."),
            (requests.JobBody, {"theme": "a\u0000b"}, "theme", "theme has a control character in it; remove it."),
            (requests.JobBody, {"theme": "x", "colour": 1}, "colour", "colour is not known here; leave it out."),
            (requests.JobBody, {"theme": "x", "options": 5}, "options", "options must be an object."),
            (
                requests.JobBody,
                {"theme": "x", "options": {"width": "64"}},
                "options.width",
                "options.width must be a whole number.",
            ),
            (
                requests.JobBody,
                {"theme": "x", "options": {"width": 56}},
                "options.width",
                "options.width must be at least 64.",
            ),
            (
                requests.JobBody,
                {"theme": "x", "options": {"width": 65}},
                "options.width",
                "options.width must be a multiple of 8.",
            ),
            (
                requests.JobBody,
                {"theme": "x", "options": {"guidance": True}},
                "options.guidance",
                "options.guidance must be a number.",
            ),
            (
                requests.JobBody,
                b'{"theme": "x", "options": {"guidance": NaN}}',
                "options.guidance",
                "options.guidance must be a number.",
            ),
            (
                requests.JobBody,
                {"theme": "x", "options": {"seed": 2**32}},
                "options.seed",
                f"options.seed must be at most {2**32 - 1}.",
            ),
            (
                requests.JobBody,
                {"theme": "x", "prompt": {"prompt": "y", "tags": ["ok", 5]}},
                "prompt.tags.1",
                "prompt.tags.1 must be text.",
            ),
            (
                requests.JobBody,
                {"theme": "x", "prompt": {"prompt": "y", "tags": "ok"}},
                "prompt.tags",
                "prompt.tags must be a list.",
            ),
            (requests.ImageChange, {"etag": "1", "rating": 6}, "rating", "rating must be at most 5."),
            (requests.ImageChange, {"etag": "1", "favourite": 1}, "favourite", "favourite must be true or false."),
            (requests.ImageChange, {"favourite": True}, "etag", "etag is missing; send it."),
            (
                requests.ImageChange,
                {"etag": "1", "tags": ["a"] * 21},
                "tags",
                "tags may have at most 20 entries.",
            ),
            (
                requests.ImageChange,
                {"etag": "1", "tags": ["a,b"]},
                "tags.0",
                "tags.0 has a tag with a comma or a quotation mark; leave them out.",
            ),
            (requests.BulkChange, {"action": "trash"}, "ids", "ids or q: send one of the two."),
            (requests.BulkChange, {"action": "trash", "q": "", "ids": [ULID]}, "ids", "ids or q: send one of the two."),
            (requests.BulkChange, {"action": "trash", "ids": []}, "ids", "ids must not be empty."),
            (
                requests.BulkChange,
                {"action": "trash", "ids": ["nonsense"]},
                "ids.0",
                "ids.0 must be the id of a picture: 26 upper-case letters and digits.",
            ),
            (requests.BulkChange, {"action": "tag", "q": "x"}, "tags", "tags is needed for the action tag."),
            (requests.BulkChange, {"action": "rate", "q": "x"}, "rating", "rating is needed for the action rate."),
            (
                requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": {"kind": "often"}},
                "timing.kind",
                "timing.kind must be one of 'cron', 'every'.",
            ),
            (
                requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": {}},
                "timing.kind",
                "timing.kind is missing; send it.",
            ),
            (
                requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": {"kind": "cron", "cron": 5, "timezone": "UTC"}},
                "timing.cron",
                "timing.cron must be text.",
            ),
            (
                requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": CRON, "starts_at": "2026-11-23T09:00:00"},
                "starts_at",
                "starts_at must be a moment with its offset from UTC, such as 2026-11-23T09:00:00Z.",
            ),
            (
                requests.ScheduleBody,
                {
                    "name": "n",
                    "theme": "t",
                    "timing": CRON,
                    "starts_at": "2026-11-23T09:00:00Z",
                    "ends_at": "2026-11-23T09:00:00Z",
                },
                "ends_at",
                "ends_at must be later than starts_at.",
            ),
            (
                requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": CRON, "overlap": "queue"},
                "overlap",
                "overlap must be 'skip' or 'allow'.",
            ),
            (
                requests.SettingsChange,
                {"etag": "1", "limits": {"images_per_day": 0}},
                "limits.images_per_day",
                "limits.images_per_day must be at least 1.",
            ),
            (
                requests.PauseBody,
                {"reason": "x" * 201},
                "reason",
                "reason may have at most 200 characters; shorten it.",
            ),
            (Nothing, {"anything": 1}, "anything", "anything is not known here; leave it out."),
            (Nothing, [], "body", "The body must be an object."),
            (Nothing, b"null", "body", "The body must be an object."),
        ],
    )
    def test_wrong_ones_are_refused_in_a_sentence(self, model: Any, value: Any, field: str, sentence: str) -> None:
        """
        Whatever is wrong, the field is named as the caller wrote it, with what to do.
        """
        error = refusal(model, value)

        assert (error.details["field"], error.message) == (field, sentence)

    @pytest.mark.parametrize(
        "raw", [b"{", b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe", b'{"theme": "\\ud800"}', b"[" * 5000]
    )
    def test_what_is_no_json_is_refused(self, raw: bytes) -> None:
        """
        Text that is not JSON gives 400 for the body, whatever is wrong with it.
        """
        error = refusal(requests.JobBody, raw)

        assert error.details["field"] == "body"
        assert error.message.startswith("The body is not JSON: ")

    def test_all_problems_are_listed(self) -> None:
        """
        The sentence tells the first problem, the details tell all.
        """
        error = refusal(requests.JobBody, {"options": {"width": 1, "steps": 0}})

        assert error.message == "theme is missing; send it."
        assert [problem["field"] for problem in error.details["problems"]] == [
            "theme",
            "options.width",
            "options.steps",
        ]

    def test_nothing_of_the_input_comes_back(self) -> None:
        """
        What a person sent may be private: an error never repeats it.
        """
        error = refusal(requests.JobBody, {"theme": "x", "options": {"sampler": "SECRET" * 20}})

        assert "SECRET" not in error.message + json.dumps(error.details)

    def test_a_body_over_the_limit_is_not_read(self) -> None:
        """
        A body that is too long is refused by its length alone.
        """
        with pytest.raises(TooLarge) as caught:
            read_body(requests.JobBody, b" " * (MAX_BODY_BYTES + 1))

        assert caught.value.details["limit"] == MAX_BODY_BYTES

    def test_no_body_is_an_empty_one(self) -> None:
        """
        A route without needs takes an empty body, blanks, and an empty object.
        """
        assert read_body(Nothing, b"") == read_body(Nothing, b" \n") == read_body(Nothing, b"{}") == Nothing()

    def test_texts_and_tags_are_tidied(self) -> None:
        """
        Blanks around texts go; tags become lower-case, with single blanks, once each.
        """
        read = body(requests.ImageChange, {"etag": "1", "title": "  A fox ", "tags": [" Red  Fox", "red fox", "NIGHT"]})

        assert read.changes() == {"title": "A fox", "tags": ("red fox", "night")}

    def test_a_schedule_becomes_a_draft(self) -> None:
        """
        Everything a person can set of a schedule arrives in the draft.
        """
        read = body(
            requests.ScheduleBody,
            {
                "name": "Foxes",
                "theme": "foxes",
                "instructions": "On {weekday}.",
                "timing": {"kind": "every", "minutes": 90},
                "starts_at": "2026-11-23T10:00:00+01:00",
                "overlap": "allow",
                "missed": "skip",
                "options": {"count": 2, "steps": 10},
            },
        )

        draft = read.draft()

        assert draft.timing.model_dump() == {"kind": "every", "minutes": 90, "timezone": "UTC"}
        assert draft.starts_at == START
        assert (draft.overlap, draft.missed, draft.options.count, draft.options.steps) == ("allow", "skip", 2, 10)


class TestQueries:
    @pytest.mark.parametrize(
        ("model", "query", "field", "sentence"),
        [
            (requests.ImagesQuery, {"limit": "0"}, "limit", "limit must be at least 1."),
            (requests.ImagesQuery, {"limit": "201"}, "limit", "limit must be at most 200."),
            (requests.ImagesQuery, {"limit": "many"}, "limit", "limit must be a whole number."),
            (requests.ImagesQuery, {"day": "yesterday"}, "day", "day must be a date such as 2026-11-23."),
            (requests.ImagesQuery, {"day": "2026-02-30"}, "day", "day must be a date such as 2026-11-23."),
            (
                requests.ImagesQuery,
                {"cursor": "abc"},
                "cursor",
                "cursor is not one that this list gave; leave it out to begin again.",
            ),
            (
                requests.ImagesQuery,
                {"cursor": ULID, "after": ULID},
                "cursor",
                "cursor can't go together with after; leave one of them out.",
            ),
            (requests.ImagesQuery, {"page": "2"}, "page", "page is not known here; leave it out."),
            (requests.ImagesQuery, {"trash": "yes"}, "trash", "trash must be 'out' or 'only'."),
            (requests.TermsQuery, {}, "prefix", "prefix is missing; send it."),
            (requests.DeleteImageQuery, {"permanent": "perhaps"}, "permanent", "permanent must be true or false."),
            (
                requests.FileQuery,
                {"variant": "huge"},
                "variant",
                "variant must be 'original', 'thumbnail' or 'clean'.",
            ),
        ],
    )
    def test_wrong_parameters_are_named(self, model: Any, query: dict[str, str], field: str, sentence: str) -> None:
        """
        A wrong parameter is refused like a wrong field.
        """
        with pytest.raises(BadRequest) as caught:
            read_query(model, query)

        assert (caught.value.details["field"], caught.value.message) == (field, sentence)

    def test_several_statuses_by_commas(self) -> None:
        """
        `status=a,b` asks for both; an unknown one is refused.
        """
        read = read_query(requests.JobsQuery, {"status": "queued, failed"})
        with pytest.raises(BadRequest) as caught:
            read_query(requests.JobsQuery, {"status": "queued,lost"})

        assert read.status == {"queued", "failed"}
        assert caught.value.details["field"].startswith("status")

    @pytest.mark.parametrize("id", ["a/b", "", "é", "a b", "x" * 200, ".."])
    def test_an_impossible_id_is_not_found(self, id: str) -> None:
        """
        What no document can be called is not looked up.
        """
        with pytest.raises(NotFound):
            read_params({"id": id})

    @pytest.mark.parametrize("key", ["", "x" * 201, "with blank", "tab\t", "ü"])
    def test_a_bad_idempotency_key_is_named(self, key: str) -> None:
        """
        The header has a form, so that it can be hashed and logged.
        """
        with pytest.raises(BadRequest) as caught:
            read_idempotency_key({"idempotency-key": key})

        assert caught.value.details["field"] == "Idempotency-Key"


class TestErrors:
    def test_have_one_shape(self) -> None:
        """
        Code, sentence, whether to try again, and details: the same keys for every failure.
        """
        reply = replies.of_error(TooMany("5 are over the limit of 4.", field="options.count", limit=4))

        assert reply.status == 429
        assert json.loads(reply.body) == {
            "error": {
                "code": "over_limit",
                "message": "5 are over the limit of 4.",
                "retryable": False,
                "details": {"field": "options.count", "limit": 4},
            }
        }

    def test_say_when_to_come_back(self) -> None:
        """
        What can be tried again says when, in the body too, which is all that a page can read.
        """
        reply = replies.of_error(Unavailable(retry_after_s=2.5))

        error = json.loads(reply.body)["error"]
        assert reply.headers["Retry-After"] == "2"
        assert (error["retryable"], error["details"]) == (True, {"retry_after_s": 2.5})

    @pytest.mark.parametrize(
        "kind", [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, AppError)]
    )
    def test_every_kind_can_be_told(self, kind: type[AppError]) -> None:
        """
        Each kind of failure has a status of its own class and one whole sentence.
        """
        reply = replies.of_error(kind())

        error = json.loads(reply.body)["error"]
        assert reply.status == kind.http_status >= 400
        assert error["message"].endswith(".")


def image(**more: Any) -> Image:
    return Image(
        id=ULID, created_by="x", created_at=START, updated_at=START, month="2026-11", day="2026-11-23", theme="t",
        prompt="p", prompt_source="user", model="m", width=64, height=64, steps=1, guidance=1.0, seed=1, sampler="s",
        job_id="j", original_blob="secret-name.png", thumbnail_blob="secret-name.webp", bytes=1, sha256="0",
        terms=("secret-term",), etag="7", **more,
    )  # fmt: skip


class TestViews:
    def test_a_picture_hides_what_is_internal(self) -> None:
        """
        Blob names, search terms and the purge mark stay inside; the etag and the addresses go out.
        """
        view = views.image_view(image(), thumbnail_url="https://t", original_url="https://o", urls_expire_at=START)

        sent = json.loads(view.model_dump_json())
        addresses = (sent["thumbnail_url"], sent["original_url"], sent["urls_expire_at"])
        assert {"terms", "original_blob", "thumbnail_blob", "purging"}.isdisjoint(sent)
        assert sent["etag"] == "7"
        assert addresses == ("https://t", "https://o", "2026-11-23T09:00:00Z")

    def test_a_job_hides_its_lease(self) -> None:
        """
        Lease, request hash and the prompts to avoid stay inside; percent and position go out.
        """
        job = Job(
            id="j",
            created_by="x",
            created_at=START,
            updated_at=START,
            not_before=START,
            sent_at=START,
            request={"theme": "t", "avoid": ["old prompt"]},
            request_hash="hash",
            lease=Lease(token="secret", expires_at=START),
            etag="1",
        )

        sent = json.loads(views.job_view(job, 3).model_dump_json())

        assert {"lease", "request_hash"}.isdisjoint(sent)
        assert "avoid" not in sent["request"]
        assert (sent["position"], sent["percent"], sent["etag"]) == (3, 0, "1")

    def test_a_schedule_tells_its_edits_as_etag(self) -> None:
        """
        A tick that plans a run must not make an open editor stale, so people compare their own edits.
        """
        schedule = Schedule(
            id="s", created_by="x", created_at=START, updated_at=START, name="n", theme="t", timing=CRON,
            planned_until=START, version=4, recent_prompts=("old prompt",), etag="store",
        )  # fmt: skip

        sent = json.loads(views.schedule_view(schedule, "At 09:00").model_dump_json())

        assert {"recent_prompts", "planned_until", "version"}.isdisjoint(sent)
        assert (sent["etag"], sent["sentence"]) == ("4", "At 09:00")

    @pytest.mark.parametrize(
        "view", [views.ImageView, views.JobView, views.ScheduleView, views.PresetView, views.SearchView]
    )
    def test_every_document_carries_its_etag(self, view: type[Document]) -> None:
        """
        Whoever wants to change a document finds the etag in its body.
        """
        schema = view.model_json_schema(mode="serialization")

        assert "etag" in schema["properties"]


class TestRoutes:
    def test_names_and_addresses_are_unique(self) -> None:
        """
        No two functions share a name, and no request could mean two of them, whatever order the host tries them in.
        """
        names = [route.name for route in routes.ROUTES]
        clashes = [
            (one.name, other.name)
            for place, one in enumerate(routes.ROUTES)
            for other in routes.ROUTES[place + 1 :]
            if one.method == other.method and overlap(one.path, other.path)
        ]

        assert len(names) == len(set(names))
        assert clashes == []

    def test_writing_needs_an_editor(self) -> None:
        """
        Readers only read; the preview of a timetable writes nothing.
        """
        for_readers = {route.name for route in routes.ROUTES if route.method != "GET" and route.needs != "editor"}

        assert for_readers == {"preview_schedule"}

    def test_anonymous_routes_are_three(self) -> None:
        """
        Nothing else may be called without a key.
        """
        anonymous = {route.path for route in routes.ROUTES if route.needs == "anonymous"}

        assert anonymous == {"health", "sign-in", "openapi.json"}

    def test_methods_of_an_address(self) -> None:
        """
        A wrong method is told apart from a wrong address.
        """
        assert set(routes.methods_of("images/01ABC")) == {"GET", "PATCH", "DELETE"}
        assert routes.methods_of("images/bulk") == ("GET", "PATCH", "DELETE", "POST")
        assert routes.methods_of("nonsense") == ()


class TestOpenApi:
    def test_has_every_route_and_no_other(self) -> None:
        """
        The document and the table of routes agree, both ways.
        """
        described = {
            (method.upper(), path.lstrip("/"), operation["operationId"])
            for path, item in openapi.document()["paths"].items()
            for method, operation in item.items()
        }

        assert described == {(route.method, route.path, route.name) for route in routes.ROUTES}

    def test_its_schemas_are_json_schema(self) -> None:
        """
        Every schema is valid by the 2020-12 rules, and every reference leads somewhere.
        """
        document = openapi.document()
        schemas = document["components"]["schemas"]

        for schema in schemas.values():
            jsonschema.Draft202012Validator.check_schema(schema)
        wanted = {reference.rpartition("/")[2] for reference in references(document)}

        assert wanted <= schemas.keys()

    def test_unknown_fields_are_ruled_out(self) -> None:
        """
        Bodies say that they take no other fields.
        """
        document = openapi.document()

        for path, item in document["paths"].items():
            for operation in item.values():
                if "requestBody" in operation:
                    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                    assert document["components"]["schemas"][name]["additionalProperties"] is False, path

    def test_every_answer_has_the_error_shape_beside_it(self) -> None:
        """
        Any route may fail, and fails in the one shape.
        """
        for item in openapi.document()["paths"].values():
            for operation in item.values():
                content = operation["responses"]["default"]["content"]
                assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorBody"}

    def test_internal_fields_are_not_described(self) -> None:
        """
        What is never sent is not promised.
        """
        properties = openapi.document()["components"]["schemas"]["ImageView"]["properties"]

        assert {"terms", "original_blob", "purging"}.isdisjoint(properties)


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*(references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(references(inner) for inner in value))
    return set()


def test_one_version() -> None:
    """
    The version that is served is the one that is packaged.
    """
    packaged = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))

    assert packaged["project"]["version"] == VERSION
