"""Small files that are made to take much memory or time are read within limits, or refused."""

from __future__ import annotations

import json
import tracemalloc
import zlib

import pytest

from functions.errors import Permanent
from functions.formats import png as container
from functions.formats.embedded_metadata import KEYWORD, read
from functions.formats.generation_parameters.reader import read_file
from functions.formats.png import MAX_CHUNKS, MAX_TEXT_BYTES, Chunk
from tests.fakes import png
from tests.parameter_files import GRAPH, png_with

MIB = 1024 * 1024


def with_chunks(*chunks: Chunk) -> bytes:
    """A PNG file with these chunks before its image data."""
    first, *rest = container.split(png())
    return container.join([first, *chunks, *rest])


def packed(keyword: bytes, size: int) -> Chunk:
    return Chunk(b"zTXt", keyword + b"\0\0" + zlib.compress(b"a" * size))


@pytest.mark.parametrize("keyword", ["note %d", "parameters"])
def test_many_compressed_texts(keyword: str) -> None:
    """Texts that aren't read aren't unpacked, and one keyword is read once, so memory stays near one text's limit."""
    names = [(keyword % number if "%" in keyword else keyword).encode() for number in range(60)]
    file = with_chunks(*(packed(name, MAX_TEXT_BYTES) for name in names))

    tracemalloc.start()
    found = read_file(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(file) < MIB
    assert found.parameters is None
    assert peak < 48 * MIB


def test_long_texts_are_not_read() -> None:
    """A text over the limit is left out, also if it isn't compressed."""
    record = json.dumps({"sui_image_params": {"prompt": "a fox", "seed": 1}})
    longer = record + " " * MAX_TEXT_BYTES

    assert read_file(png_with({"parameters": record})).parameters is not None
    assert read_file(png_with({"parameters": longer})).parameters is None


@pytest.mark.timeout(60)
def test_a_node_with_very_many_links() -> None:
    """Texts that come from a node with 180,000 links are read in seconds."""
    texts = ("text", "text_g", "text_l", "clip_l", "t5xxl", "prompt", "populated_text", "positive_prompt")
    encoder = {"class_type": "CLIPTextEncode", "inputs": {name: ["101", 0] for name in texts}}
    graph = GRAPH | {
        "6": {
            "class_type": "ConditioningCombine",
            "inputs": {"conditioning_1": ["60", 0], "conditioning_2": ["61", 0]},
        },
        "60": {
            "class_type": "ConditioningCombine",
            "inputs": {"conditioning_1": ["62", 0], "conditioning_2": ["63", 0]},
        },
        **dict.fromkeys(("61", "62", "63"), encoder),
        "101": {"class_type": "Join", "inputs": {str(number): ["102", 0] for number in range(180_000)}},
        "102": {"class_type": "PrimitiveString", "inputs": {"value": "a fox"}},
    }
    file = with_chunks(Chunk(b"zTXt", b"prompt\0\0" + zlib.compress(json.dumps(graph).encode())))

    found = read_file(file).parameters

    assert found is not None
    assert found.prompt == "a fox"


def test_very_many_chunks() -> None:
    """A file of millions of empty chunks is refused."""
    with pytest.raises(Permanent, match=f"more than {MAX_CHUNKS:,} chunks"):
        read_file(with_chunks(*[Chunk(b"tEXt", b"")] * MAX_CHUNKS))


def test_deeply_nested_metadata() -> None:
    """Metadata that is nested too deeply is invalid, not an error of the program."""
    with pytest.raises(Permanent, match="metadata in this PNG file is invalid"):
        read(with_chunks(container.international_text(KEYWORD, "[" * 200_000)))
