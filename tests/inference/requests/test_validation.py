"""Validation of requests, and the messages of its errors."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_service.config.settings import Settings
from inference_service.errors import InvalidField, ModelNotFound
from inference_service.requests import validation
from inference_service.requests.request_body import GenerationRequest, parse
from tests.inference.engines import PROFILE

SETTINGS = Settings(max_pixels=512 * 512, max_images=4)
OTHER = replace(PROFILE, model="org/other", width=128, steps=9, loras=("ink", "pixel"))


def ordered(**body: object) -> validation.ValidatedRequest:
    request = parse(json.dumps({"prompt": "a fox", **body}).encode())
    return validation.validate(request, (PROFILE, OTHER), SETTINGS)


def test_defaults_come_from_the_profile() -> None:
    """A request with only a prompt is completed from the model's profile, with a random seed."""
    validated = ordered()

    spec = validated.images[0]
    assert (spec.width, spec.height, spec.steps, spec.guidance) == (64, 64, 4, 4.0)
    assert spec.sampler == "default"
    assert spec.negative_prompt is None
    assert 0 <= spec.seed < 2**32
    assert (spec.model, validated.model, validated.revision) == ("plain", "plain", "r1")
    assert (validated.output_format, validated.stream, validated.partial_images, validated.priority) == (
        "png",
        False,
        0,
        "interactive",
    )


def test_each_image_of_a_request_has_the_next_seed() -> None:
    """Image k is generated from seed + k."""
    validated = ordered(n=3, seed=7)

    assert [spec.seed for spec in validated.images] == [7, 8, 9]


def test_the_model_is_chosen_by_name() -> None:
    """The defaults and LoRAs are those of the requested model's profile."""
    validated = ordered(model="org/other", loras=[{"name": "pixel"}, {"name": "ink", "weight": 0.504}])

    spec = validated.images[0]
    assert (validated.model, spec.model, spec.width, spec.steps) == ("org/other", "org/other", 128, 9)
    assert spec.loras == (("ink", 0.5), ("pixel", 1.0))
    assert validated.bucket_name == "org/other+ink:0.5+pixel:1 128x64"


def test_a_lora_with_weight_zero_is_removed() -> None:
    """A LoRA with weight 0 is removed, so its request can share a batch with those without LoRAs."""
    validated = ordered(model="org/other", loras=[{"name": "ink", "weight": 0.001}])

    assert validated.images[0].loras == ()


def test_previews_require_a_stream() -> None:
    """Previews are only generated for a stream."""
    assert ordered(stream=True, partial_images=2).partial_images == 2
    assert ordered(partial_images=2).partial_images == 0


@pytest.mark.parametrize(
    ("header", "priority"), [(None, "interactive"), ("batch", "batch"), ("interactive", "interactive")]
)
def test_the_header_sets_the_priority(header: str | None, priority: str) -> None:
    """X-Priority is `interactive` unless it is `batch`."""
    assert validation.parse_priority(header) == priority


@pytest.mark.parametrize("header", ["urgent", "Batch", ""])
def test_an_unknown_priority_is_rejected_by_name(header: str) -> None:
    """A misspelled priority is an error and isn't replaced by the default."""
    with pytest.raises(InvalidField) as rejected:
        validation.parse_priority(header)

    assert rejected.value.param == "X-Priority"


def test_null_counts_as_absent() -> None:
    """The openai client may send null for omitted arguments."""
    validated = ordered(**dict.fromkeys(["model", "n", "size", "stream", "seed", "steps", "user", "loras"]))

    assert len(validated.images) == 1


def test_fields_for_openais_models_are_ignored() -> None:
    """`quality`, `style`, `moderation`, `user`, and `safety_identifier` are accepted and ignored."""
    validated = ordered(seed=1, quality="high", style="vivid", moderation="low", user="u", safety_identifier="s")

    assert validated == ordered(seed=1)


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({"prompt": None}, "prompt", "string of 1 to 4,000"),
        ({"prompt": ""}, "prompt", "string of 1 to 4,000"),
        ({"prompt": " \n"}, "prompt", "string of 1 to 4,000"),
        ({"prompt": "x" * 10_000}, "prompt", "4,000"),
        ({"prompt": 5}, "prompt", "string"),
        ({"prompt": ["a"]}, "prompt", "string"),
        ({"prompt": "\ud800"}, "prompt", "string"),
        ({"negative_prompt": "x" * 4_001}, "negative_prompt", "4,000"),
        ({"n": 0}, "n", "at least 1"),
        ({"n": 5}, "n", "at most 4"),
        ({"n": True}, "n", "integer"),
        ({"n": 1.5}, "n", "integer"),
        ({"n": "2"}, "n", "integer"),
        ({"size": "big"}, "size", "512x512"),
        ({"size": "65x64"}, "size", "multiples of 8"),
        ({"size": "8x64"}, "size", "at least 64"),
        ({"size": "1024x1024"}, "size", "262,144 pixels"),
        ({"size": "64x16384"}, "size", "at most 16,383"),
        ({"size": "-64x64"}, "size", "512x512"),
        ({"seed": 2**53 - 2, "n": 3}, "seed", "9007199254740989 for 3 images"),
        ({"response_format": "url"}, "response_format", "b64_json"),
        ({"output_format": "gif"}, "output_format", "png, webp or jpeg"),
        ({"output_compression": 101}, "output_compression", "0 to 100"),
        ({"background": "transparent"}, "background", "opaque"),
        ({"stream": "yes"}, "stream", "true or false"),
        ({"partial_images": 4}, "partial_images", "0 to 3"),
        ({"steps": 0}, "steps", "at least 1"),
        ({"steps": -3}, "steps", "at least 1"),
        ({"steps": 61}, "steps", "at most 60"),
        ({"steps": 51, "sampler": "lcm"}, "steps", "at most 50"),
        ({"guidance_scale": float("nan")}, "guidance_scale", "0 to 30"),
        ({"guidance_scale": float("inf")}, "guidance_scale", "0 to 30"),
        ({"guidance_scale": 31}, "guidance_scale", "0 to 30"),
        ({"seed": -1}, "seed", "integer from 0"),
        ({"seed": 2**53}, "seed", "integer from 0"),
        ({"sampler": "pndm"}, "sampler", "default, euler, lcm"),
        ({"sampler": ""}, "sampler", "default, euler, lcm"),
        ({"sampler": 1}, "sampler", "string"),
        ({"size": "٦٤x64"}, "size", "512x512"),
        ({"size": "0x64"}, "size", "at least 64"),
        ({"loras": "ink"}, "loras", "array of at most 8"),
        ({"loras": ["ink"]}, "loras", "array of at most 8"),
        ({"loras": [{"name": "ink", "scale": 1}]}, "loras", "array of at most 8"),
        ({"loras": [{"name": "ink", "weight": 2.5}]}, "loras", "from -2 to 2"),
        ({"loras": [{"name": "ink", "weight": float("nan")}]}, "loras", "from -2 to 2"),
        ({"loras": [{"name": str(number)} for number in range(9)]}, "loras", "at most 8"),
        ({"loras": [{"name": "ink"}]}, "loras", "be empty for model `plain`"),
        ({"loras": [{"name": "oil"}], "model": "org/other"}, "loras", "contain only ink, pixel"),
        ({"loras": [{"name": "ink"}] * 2, "model": "org/other"}, "loras", "can't contain the same LoRA twice"),
        ({"cfg": 7}, "cfg", "Unknown field `cfg`"),
        ({"\ud800": 7}, "?", "Unknown field `?`"),
    ],
)
def test_an_invalid_field_is_named_with_its_requirement(body: Any, param: str, words: str) -> None:
    """Each error has the name of the field and its requirement."""
    with pytest.raises(InvalidField) as rejected:
        ordered(**body)

    assert rejected.value.param == param
    assert words in rejected.value.message
    assert rejected.value.status == 400
    assert rejected.value.headers() == {"x-should-retry": "false"}


def test_a_misspelled_field_is_reported_before_the_missing_one() -> None:
    """`promt` explains why `prompt` is missing."""
    with pytest.raises(InvalidField) as rejected:
        parse(b'{"promt": "a fox"}')

    assert rejected.value.param == "promt"


@pytest.mark.parametrize("body", [b"", b"{", b'{"prompt": "a', b"[]", b"3", b"\xff\xfe", b"[" * 20_000])
def test_a_body_that_is_not_an_object_is_rejected(body: Any) -> None:
    """Truncated, deeply nested, or other JSON gives one error."""
    with pytest.raises(InvalidField) as rejected:
        parse(body)

    assert "JSON" in rejected.value.message
    assert rejected.value.param == "body"


def test_an_unknown_model_is_rejected() -> None:
    """The error lists the available models."""
    with pytest.raises(ModelNotFound) as rejected:
        ordered(model="dall-e-3")

    assert rejected.value.param == "model"
    assert rejected.value.status == 404
    assert "`plain`, `org/other`" in rejected.value.message


def test_sizes_are_multiples_of_the_models_step() -> None:
    """A model with patched latents accepts only multiples of 16."""
    request = parse(b'{"prompt": "a fox", "size": "72x64"}')

    with pytest.raises(InvalidField, match="multiples of 16"):
        validation.validate(request, [replace(PROFILE, size_step=16)], SETTINGS)


def test_the_digest_depends_on_fields_that_change_the_images() -> None:
    """Requests for the same images have the same digest, whether streamed or not."""
    futures = ordered(steps=5)

    assert futures.digest == ordered(steps=5, stream=True, partial_images=2, user="someone").digest
    assert futures.digest != ordered(steps=6).digest
    assert futures.digest != ordered(steps=5, output_format="webp").digest


NUMBERS: list[Any] = [None, True, 0, -1, 2.5, 1e308, float("nan"), 10**30]
ODD = [*NUMBERS, "", "\x00", "\ud800", "auto", "64x64", "png", [], [1], {}]


@given(
    body=st.dictionaries(st.sampled_from([*GenerationRequest.model_fields, "zzz"]), st.sampled_from(ODD)),
    end=st.integers(0, 12),
)
def test_any_body_is_validated_or_rejected(body: Any, end: Any) -> None:
    """Any body, complete or truncated, is either valid or rejected with a message."""
    raw = json.dumps(body).encode()

    for text in (raw, raw[:-end]):
        try:
            sentence = str(validation.validate(parse(text), [PROFILE], SETTINGS).size)
        except InvalidField as rejected:
            sentence = rejected.message
        assert sentence.encode()
