"""Request schemas and their errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api.http_request import MAX_BODY_BYTES, read_body
from functions.api.schemas import library_requests, requests, schedule_requests
from functions.api.schemas.fields import Empty
from functions.errors import BadRequest, TooLarge
from tests.fakes import START

ULID = "01KASAR8M0ABCDEFGHJKMNPQRS"
DIRECTION = "can't contain invisible characters that change the direction of text."
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
            (requests.JobBody, {}, "theme", "theme is required."),
            (requests.JobBody, {"theme": 5}, "theme", "theme must be a string."),
            (requests.JobBody, {"theme": "  "}, "theme", "theme can't be empty."),
            (requests.JobBody, {"theme": "x" * 501}, "theme", "theme must have at most 500 characters."),
            (requests.JobBody, {"theme": "a\u0000b"}, "theme", "theme can't contain control characters."),
            *(
                (model, value, field, f"{field} {DIRECTION}")
                for model, value, field in (
                    (schedule_requests.ScheduleBody, {"name": "a\u202eb", "theme": "x", "timing": CRON}, "name"),
                    (library_requests.PresetBody, {"name": "\u2067a"}, "name"),
                    (library_requests.SearchBody, {"name": "a\u200f", "q": "fox"}, "name"),
                    (requests.ImageChange, {"etag": "1", "title": "a\u2066b"}, "title"),
                    (requests.ImageChange, {"etag": "1", "tags": ["fox\u061c"]}, "tags.0"),
                )
            ),
            (requests.JobBody, {"theme": "x", "colour": 1}, "colour", "colour isn't a known field."),
            (requests.JobBody, {"theme": "x", "options": 5}, "options", "options must be an object."),
            (
                requests.JobBody,
                {"theme": "x", "options": {"width": "64"}},
                "options.width",
                "options.width must be an integer.",
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
                "prompt.tags.1 must be a string.",
            ),
            (
                requests.JobBody,
                {"theme": "x", "prompt": {"prompt": "y", "tags": "ok"}},
                "prompt.tags",
                "prompt.tags must be an array.",
            ),
            (requests.ImageChange, {"etag": "1", "rating": 6}, "rating", "rating must be at most 5."),
            (requests.ImageChange, {"etag": "1", "favourite": 1}, "favourite", "favourite must be true or false."),
            (requests.ImageChange, {"favourite": True}, "etag", "etag is required."),
            (
                requests.ImageChange,
                {"etag": "1", "tags": ["a"] * 21},
                "tags",
                "tags must have at most 20 items.",
            ),
            (
                requests.ImageChange,
                {"etag": "1", "tags": ["a,b"]},
                "tags.0",
                "tags.0 can't contain a tag with a comma or quotation mark.",
            ),
            (requests.BulkChange, {"action": "trash"}, "ids", "ids or q is required, but not both."),
            (
                requests.BulkChange,
                {"action": "trash", "q": "", "ids": [ULID]},
                "ids",
                "ids or q is required, but not both.",
            ),
            (requests.BulkChange, {"action": "trash", "ids": []}, "ids", "ids can't be empty."),
            (
                requests.BulkChange,
                {"action": "trash", "ids": ["nonsense"]},
                "ids.0",
                "ids.0 must be an image ID: 26 uppercase letters and digits.",
            ),
            (requests.BulkChange, {"action": "tag", "q": "x"}, "tags", "tags is required for action tag."),
            (requests.BulkChange, {"action": "rate", "q": "x"}, "rating", "rating is required for action rate."),
            (
                schedule_requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": {"kind": "often"}},
                "timing.kind",
                "timing.kind must be one of 'cron', 'every'.",
            ),
            (
                schedule_requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": {}},
                "timing.kind",
                "timing.kind is required.",
            ),
            (
                schedule_requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": {"kind": "cron", "cron": 5, "timezone": "UTC"}},
                "timing.cron",
                "timing.cron must be a string.",
            ),
            (
                schedule_requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": CRON, "starts_at": "2026-11-23T09:00:00"},
                "starts_at",
                "starts_at must be a date and time with a UTC offset, such as 2026-11-23T09:00:00Z.",
            ),
            (
                schedule_requests.ScheduleBody,
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
                schedule_requests.ScheduleBody,
                {"name": "n", "theme": "t", "timing": CRON, "overlap": "queue"},
                "overlap",
                "overlap must be 'skip' or 'allow'.",
            ),
            (
                library_requests.SettingsChange,
                {"etag": "1", "limits": {"images_per_day": 0}},
                "limits.images_per_day",
                "limits.images_per_day must be at least 1.",
            ),
            (
                schedule_requests.PauseBody,
                {"reason": "x" * 201},
                "reason",
                "reason must have at most 200 characters.",
            ),
            (Empty, {"anything": 1}, "anything", "anything isn't a known field."),
            (Empty, [], "body", "The request body must be an object."),
            (Empty, b"null", "body", "The request body must be an object."),
        ],
    )
    def test_wrong_ones_are_rejected_in_a_sentence(self, model: Any, value: Any, field: str, sentence: str) -> None:
        """An invalid value is rejected with the name of the field and what to do."""
        error = refusal(model, value)

        assert (error.details["field"], error.message) == (field, sentence)

    @pytest.mark.parametrize(
        "raw", [b"{", b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe", b'{"theme": "\\ud800"}', b"[" * 5000]
    )
    def test_what_is_no_json_is_rejected(self, raw: bytes) -> None:
        """Text that is not JSON is a 400 for the body."""
        error = refusal(requests.JobBody, raw)

        assert error.details["field"] == "body"
        assert error.message.startswith("The request body isn't valid JSON: ")

    def test_all_problems_are_listed(self) -> None:
        """The message contains the first problem, and the details contain all."""
        error = refusal(requests.JobBody, {"options": {"width": 1, "steps": 0}})

        assert error.message == "theme is required."
        assert [problem["field"] for problem in error.details["problems"]] == [
            "theme",
            "options.width",
            "options.steps",
        ]

    def test_nothing_of_the_input_comes_back(self) -> None:
        """An error never contains the given value."""
        error = refusal(requests.JobBody, {"theme": "x", "options": {"sampler": "SECRET" * 20}})

        assert "SECRET" not in error.message + json.dumps(error.details)

    def test_a_body_over_the_limit_is_not_read(self) -> None:
        """A body over the size limit is rejected before it is parsed."""
        with pytest.raises(TooLarge) as caught:
            read_body(requests.JobBody, b" " * (MAX_BODY_BYTES + 1))

        assert caught.value.details["limit"] == MAX_BODY_BYTES

    def test_no_body_is_an_empty_one(self) -> None:
        """A route without required fields accepts no body, spaces, and an empty object."""
        assert read_body(Empty, b"") == read_body(Empty, b" \n") == read_body(Empty, b"{}") == Empty()

    def test_texts_and_tags_are_tidied(self) -> None:
        """Texts are trimmed; tags are lower case, with single spaces, once each."""
        read = body(requests.ImageChange, {"etag": "1", "title": "  A fox ", "tags": [" Red  Fox", "red fox", "NIGHT"]})

        assert read.changes() == {"title": "A fox", "tags": ("red fox", "night")}

    def test_a_schedule_becomes_a_draft(self) -> None:
        """The draft contains every field of a schedule that users set."""
        read = body(
            schedule_requests.ScheduleBody,
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
