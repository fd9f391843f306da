"""Metadata that other programs read from the files."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from inference_service.engine import DecodedImage, ImageSpec
from inference_service.files.encoding import encode
from inference_service.files.metadata import ImageMetadata, parameters, xmp
from inference_service.requests.request_body import MAX_PROMPT_LENGTH
from inference_service.requests.validation import ValidatedRequest

SPEC = ImageSpec(
    model="starter",
    prompt="a fox,\n  at “night” & <snow>\x00",
    negative_prompt="blurry\ntext",
    width=64,
    height=72,
    steps=20,
    guidance=4.0,
    seed=1234,
    sampler="default",
)
METADATA = ImageMetadata(spec=SPEC, sampler="dpmpp_2m", model='some/mod"el: a, b', revision="abc123")
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
LOSSY = ["webp", "jpeg"]


def file_of(output_format: Any, quality: Any = 90, spec: Any = SPEC) -> Any:
    validated = ValidatedRequest(
        images=(spec,),
        model="starter",
        revision="abc123",
        output_format=output_format,
        quality=quality,
        stream=False,
        digest="",
    )
    image = Image.linear_gradient("L").resize((64, 72)).convert("RGB")
    return encode(validated, spec, DecodedImage(image=image, sampler="ddim", text_tokens=3))


def comment_of(data: Any) -> Any:
    """Return the Exif user comment and the XMP packet."""
    image = Image.open(io.BytesIO(data))
    comment = image.getexif().get_ifd(0x8769)[0x9286]
    assert comment[:8] == b"UNICODE\0"
    return comment[8:].decode("utf-16-be"), image.info["xmp"].decode()


def test_parameters_are_a1111s_three_lines() -> None:
    """Prompt and negative prompt have one line each, and no setting contains a separator."""
    lines = parameters(METADATA).split("\n")

    assert lines[0] == "a fox, at “night” & <snow>"
    assert lines[1] == "Negative prompt: blurry text"
    assert lines[2] == (
        "Steps: 20, Sampler: DPM++ 2M, CFG scale: 4, Seed: 1234, Size: 64x72, "
        "Model: some/mod el a b, Version: auto-image-gen 0.1.0"
    )
    assert len(lines) == 3


def test_an_empty_negative_prompt_is_left_out() -> None:
    """Without a negative prompt, the second line contains the settings."""
    for empty in (None, "", "  "):
        metadata = replace(METADATA, spec=replace(SPEC, negative_prompt=empty))
        assert parameters(metadata).split("\n")[1].startswith("Steps: ")


def test_loras_follow_the_prompt_as_in_a1111() -> None:
    """Name and weight of each LoRA follow the prompt in A1111's format."""
    metadata = replace(METADATA, spec=replace(SPEC, loras=(("ink", 0.8), ("pixel:art", -1.0))))

    assert parameters(metadata).split("\n")[0] == "a fox, at “night” & <snow> <lora:ink:0.8> <lora:pixel art:-1>"


def test_xmp_is_xml_with_the_ai_fields() -> None:
    """The packet is valid XML for any prompt, and marks the image as AI-generated."""
    namespace = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"

    root = ET.fromstring(xmp(METADATA))

    values = {node.tag.removeprefix(namespace): node.text for node in root.iter() if node.tag.startswith(namespace)}
    assert values == {
        "DigitalSourceType": SOURCE,
        "AISystemUsed": 'auto-image-gen 0.1.0, some/mod"el: a, b',
        "AISystemVersionUsed": "abc123",
        "AIPromptInformation": "a fox, at “night” & <snow>",
    }


def test_a_png_contains_both_before_its_pixels() -> None:
    """The text chunks precede the first IDAT chunk."""
    data = file_of("png")

    image = Image.open(io.BytesIO(data))
    assert isinstance(image, PngImageFile)
    assert image.size == (64, 72)
    assert image.text["parameters"].startswith("a fox, at “night”")
    assert SOURCE in image.text["XML:com.adobe.xmp"]
    assert data.index(b"XML:com.adobe.xmp") < data.index(b"IDAT")


@pytest.mark.parametrize("output_format", LOSSY)
def test_webp_and_jpeg_contain_both_and_use_the_quality(output_format: Any) -> None:
    """The parameters are an Exif user comment next to the XMP, and a lower quality gives a smaller file."""
    data = file_of(output_format)

    comment, packet = comment_of(data)
    assert Image.open(io.BytesIO(data)).format == output_format.upper()
    assert comment.startswith("a fox, at “night”")
    assert SOURCE in packet
    assert len(file_of(output_format, quality=5)) < len(data)


@pytest.mark.parametrize("output_format", LOSSY)
def test_the_longest_prompts_fit(output_format: Any) -> None:
    """The longest prompts stay below the 64 KB of a JPEG segment, in XML and in UTF-16."""
    longest = replace(SPEC, prompt="&🦊" * (MAX_PROMPT_LENGTH // 2), negative_prompt="🦊" * MAX_PROMPT_LENGTH)

    comment, packet = comment_of(file_of(output_format, spec=longest))

    assert comment.count("🦊") == MAX_PROMPT_LENGTH * 3 // 2
    assert packet.count("&amp;🦊") == MAX_PROMPT_LENGTH // 2


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed (libimage-exiftool-perl)")
@pytest.mark.parametrize("output_format", ["png", *LOSSY])
def test_exiftool_reads_every_field(tmp_path: Path, output_format: Any) -> None:
    """exiftool reads the parameters and the IPTC fields."""
    file = tmp_path / f"image.{output_format}"
    file.write_bytes(file_of(output_format))

    events = subprocess.run(["exiftool", "-j", str(file)], check=True, capture_output=True)

    facts = json.loads(events.stdout)[0]
    comment = facts["Parameters" if output_format == "png" else "UserComment"]
    assert "Seed: 1234" in comment
    assert facts["AISystemUsed"] == "auto-image-gen 0.1.0, starter"
    assert facts["AISystemVersionUsed"] == "abc123"
    assert facts["AIPromptInformation"] == "a fox, at “night” & <snow>"
    assert facts["DigitalSourceType"] == SOURCE or "Algorithm" in facts["DigitalSourceType"]
    assert "Warning" not in facts
