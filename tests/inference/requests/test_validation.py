"""What a request may hold, and what the refusals say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_service.config.settings import Settings
from inference_service.errors import BadField, UnknownModel
from inference_service.requests import validation
from inference_service.requests.request_body import GenerationRequest, parse
from tests.inference.engines import PROFILE

SETTINGS = Settings(max_pixels=512 * 512, max_images=4)
OTHER = replace(PROFILE, model="org/other", width=128, steps=9, loras=("ink", "pixel"))


def ordered(**body: object) -> validation.Order:
    request = parse(json.dumps({"prompt": "a fox", **body}).encode())
    return validation.order(request, (PROFILE, OTHER), SETTINGS)


def test_defaults_come_from_the_profile():
    """
    A request with nothing but a prompt is completed from the model's profile, with a drawn seed.
    """
    order = ordered()

    picture = order.pictures[0]
    assert (picture.width, picture.height, picture.steps, picture.guidance) == (64, 64, 4, 4.0)
    assert picture.sampler == "default"
    assert picture.negative_prompt is None
    assert 0 <= picture.seed < 2**32
    assert (picture.model, order.model, order.revision) == ("plain", "plain", "r1")
    assert (order.output_format, order.stream, order.partial_images, order.priority) == ("png", False, 0, "interactive")


def test_each_picture_of_a_request_has_the_next_seed():
    """
    Picture k is painted from seed + k.
    """
    order = ordered(n=3, seed=7)

    assert [picture.seed for picture in order.pictures] == [7, 8, 9]


def test_the_model_is_chosen_by_name():
    """
    Defaults then come from that model's profile, and its LoRAs can be used.
    """
    order = ordered(model="org/other", loras=[{"name": "pixel"}, {"name": "ink", "weight": 0.504}])

    picture = order.pictures[0]
    assert (order.model, picture.model, picture.width, picture.steps) == ("org/other", "org/other", 128, 9)
    assert picture.loras == (("ink", 0.5), ("pixel", 1.0))
    assert order.kind == "org/other+ink:0.5+pixel:1 128x64"


def test_a_lora_without_weight_is_none():
    """
    A weight of zero changes nothing, and its request may share a batch with those that name none.
    """
    order = ordered(model="org/other", loras=[{"name": "ink", "weight": 0.001}])

    assert order.pictures[0].loras == ()


def test_previews_belong_to_streams():
    """
    Without a stream there is nowhere to show them.
    """
    assert ordered(stream=True, partial_images=2).partial_images == 2
    assert ordered(partial_images=2).partial_images == 0


@pytest.mark.parametrize(
    ("header", "priority"), [(None, "interactive"), ("batch", "batch"), ("interactive", "interactive")]
)
def test_the_header_says_who_waits(header, priority):
    """
    X-Priority is interactive unless it says batch.
    """
    assert validation.priority(header) == priority


@pytest.mark.parametrize("header", ["urgent", "Batch", ""])
def test_another_priority_is_refused_by_name(header):
    """
    A misspelt header is told, rather than taken for the default.
    """
    with pytest.raises(BadField) as refused:
        validation.priority(header)

    assert refused.value.param == "X-Priority"


def test_null_counts_as_absent():
    """
    The openai client may send null for what it was not given.
    """
    order = ordered(**dict.fromkeys(["model", "n", "size", "stream", "seed", "steps", "user", "loras"]))

    assert len(order.pictures) == 1


def test_fields_that_steer_only_openais_models_change_nothing():
    """
    `quality`, `style`, `moderation`, `user` and `safety_identifier` are taken and ignored.
    """
    order = ordered(seed=1, quality="high", style="vivid", moderation="low", user="u", safety_identifier="s")

    assert order == ordered(seed=1)


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({"prompt": None}, "prompt", "text of 1 to 4,000"),
        ({"prompt": ""}, "prompt", "text of 1 to 4,000"),
        ({"prompt": " \n"}, "prompt", "text of 1 to 4,000"),
        ({"prompt": "x" * 10_000}, "prompt", "4,000"),
        ({"prompt": 5}, "prompt", "text"),
        ({"prompt": ["a"]}, "prompt", "text"),
        ({"prompt": "\ud800"}, "prompt", "text"),
        ({"negative_prompt": "x" * 4_001}, "negative_prompt", "4,000"),
        ({"n": 0}, "n", "at least 1"),
        ({"n": 5}, "n", "at most 4"),
        ({"n": True}, "n", "whole number"),
        ({"n": 1.5}, "n", "whole number"),
        ({"n": "2"}, "n", "whole number"),
        ({"size": "big"}, "size", "512x512"),
        ({"size": "65x64"}, "size", "multiples of 8"),
        ({"size": "8x64"}, "size", "from 64"),
        ({"size": "1024x1024"}, "size", "262,144 pixels"),
        ({"size": "64x16384"}, "size", "at most 16,383"),
        ({"size": "-64x64"}, "size", "512x512"),
        ({"seed": 2**53 - 2, "n": 3}, "seed", "9007199254740989 with 3 pictures"),
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
        ({"seed": -1}, "seed", "whole number from 0"),
        ({"seed": 2**53}, "seed", "whole number from 0"),
        ({"sampler": "pndm"}, "sampler", "default, euler, lcm"),
        ({"sampler": ""}, "sampler", "default, euler, lcm"),
        ({"sampler": 1}, "sampler", "text"),
        ({"size": "٦٤x64"}, "size", "512x512"),
        ({"size": "0x64"}, "size", "from 64"),
        ({"loras": "ink"}, "loras", "list of at most 8"),
        ({"loras": ["ink"]}, "loras", "list of at most 8"),
        ({"loras": [{"name": "ink", "scale": 1}]}, "loras", "list of at most 8"),
        ({"loras": [{"name": "ink", "weight": 2.5}]}, "loras", "from -2 to 2"),
        ({"loras": [{"name": "ink", "weight": float("nan")}]}, "loras", "from -2 to 2"),
        ({"loras": [{"name": str(number)} for number in range(9)]}, "loras", "at most 8"),
        ({"loras": [{"name": "ink"}]}, "loras", "be empty for the model `plain`"),
        ({"loras": [{"name": "oil"}], "model": "org/other"}, "loras", "be among ink, pixel"),
        ({"loras": [{"name": "ink"}] * 2, "model": "org/other"}, "loras", "each LoRA once"),
        ({"cfg": 7}, "cfg", "no field `cfg`"),
        ({"\ud800": 7}, "?", "no field `?`"),
    ],
)
def test_a_wrong_field_is_named_with_what_it_must_be(body, param, words):
    """
    Every refusal names the field and says what belongs in it.
    """
    with pytest.raises(BadField) as refused:
        ordered(**body)

    assert refused.value.param == param
    assert words in refused.value.message
    assert refused.value.status == 400
    assert refused.value.headers() == {"x-should-retry": "false"}


def test_a_misspelt_field_is_told_before_the_missing_one():
    """
    `promt` explains why `prompt` is missing.
    """
    with pytest.raises(BadField) as refused:
        parse(b'{"promt": "a fox"}')

    assert refused.value.param == "promt"


@pytest.mark.parametrize("body", [b"", b"{", b'{"prompt": "a', b"[]", b"3", b"\xff\xfe", b"[" * 20_000])
def test_a_body_that_is_no_object_is_refused(body):
    """
    Truncated, deeply nested or other JSON gives one sentence.
    """
    with pytest.raises(BadField) as refused:
        parse(body)

    assert "JSON" in refused.value.message
    assert refused.value.param == "body"


def test_another_model_is_unknown():
    """
    The service names the models that it serves.
    """
    with pytest.raises(UnknownModel) as refused:
        ordered(model="dall-e-3")

    assert refused.value.param == "model"
    assert refused.value.status == 404
    assert "`plain`, `org/other`" in refused.value.message


def test_sizes_follow_the_models_grid():
    """
    A model whose latents are patched takes multiples of 16 only.
    """
    request = parse(b'{"prompt": "a fox", "size": "72x64"}')

    with pytest.raises(BadField, match="multiples of 16"):
        validation.order(request, [replace(PROFILE, size_step=16)], SETTINGS)


def test_the_digest_is_of_what_changes_the_pictures():
    """
    Two requests count as the same when they ask for the same pictures, streamed or not.
    """
    asked = ordered(steps=5)

    assert asked.digest == ordered(steps=5, stream=True, partial_images=2, user="someone").digest
    assert asked.digest != ordered(steps=6).digest
    assert asked.digest != ordered(steps=5, output_format="webp").digest


ODD = [None, True, 0, -1, 2.5, 1e308, float("nan"), 10**30, "", "\x00", "\ud800", "auto", "64x64", "png", [], [1], {}]


@given(
    body=st.dictionaries(st.sampled_from([*GenerationRequest.model_fields, "zzz"]), st.sampled_from(ODD)),
    end=st.integers(0, 12),
)
def test_nothing_but_an_order_or_a_refusal_comes_out(body, end):
    """
    Whatever the body holds, and wherever it is cut, the answer is an order or a sentence about a field.
    """
    raw = json.dumps(body).encode()

    for text in (raw, raw[:-end]):
        try:
            sentence = str(validation.order(parse(text), [PROFILE], SETTINGS).size)
        except BadField as refused:
            sentence = refused.message
        assert sentence.encode()
