"""Query parameters, ids in URLs, and the Idempotency-Key."""

from __future__ import annotations

from typing import Any

import pytest

from functions.api.http_request import read_idempotency_key, read_params, read_query
from functions.api.schemas import requests
from functions.errors import BadRequest, NotFound

ULID = "01KASAR8M0ABCDEFGHJKMNPQRS"


class TestQueries:
    @pytest.mark.parametrize(
        ("model", "query", "field", "sentence"),
        [
            (requests.ImagesQuery, {"limit": "0"}, "limit", "limit must be at least 1."),
            (requests.ImagesQuery, {"limit": "201"}, "limit", "limit must be at most 200."),
            (requests.ImagesQuery, {"limit": "many"}, "limit", "limit must be an integer."),
            (requests.ImagesQuery, {"day": "yesterday"}, "day", "day must be a date such as 2026-11-23."),
            (requests.ImagesQuery, {"day": "0"}, "day", "day must be a date such as 2026-11-23."),
            (requests.ImagesQuery, {"day": "2026-02-30"}, "day", "day must be a date such as 2026-11-23."),
            (
                requests.ImagesQuery,
                {"cursor": ULID, "after": ULID},
                "cursor",
                "cursor can't be combined with after.",
            ),
            (requests.ImagesQuery, {"page": "2"}, "page", "page isn't a known field."),
            (requests.ImagesQuery, {"trash": "yes"}, "trash", "trash must be 'out' or 'only'."),
            (requests.TermsQuery, {}, "prefix", "prefix is required."),
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
        """An invalid parameter is rejected like an invalid field."""
        with pytest.raises(BadRequest) as caught:
            read_query(model, query)

        assert (caught.value.details["field"], caught.value.message) == (field, sentence)

    def test_several_statuses_by_commas(self) -> None:
        """`status=a,b` returns both, and an unknown status is rejected."""
        read = read_query(requests.JobsQuery, {"status": "queued, failed"})
        with pytest.raises(BadRequest) as caught:
            read_query(requests.JobsQuery, {"status": "queued,lost"})

        assert read.status == {"queued", "failed"}
        assert caught.value.details["field"].startswith("status")

    @pytest.mark.parametrize("id", ["a/b", "", "é", "a b", "x" * 200, ".."])
    def test_an_impossible_id_is_not_found(self, id: str) -> None:
        """An invalid id is a 404 without a read."""
        with pytest.raises(NotFound):
            read_params({"id": id})

    @pytest.mark.parametrize("key", ["", "x" * 201, "with blank", "tab\t", "ü"])
    def test_a_bad_idempotency_key_is_named(self, key: str) -> None:
        """An invalid Idempotency-Key is rejected."""
        with pytest.raises(BadRequest) as caught:
            read_idempotency_key({"idempotency-key": key})

        assert caught.value.details["field"] == "Idempotency-Key"
