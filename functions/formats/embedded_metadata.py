"""A picture's story inside its own file, and the copy of the file that tells none of it.

The record is an iTXt chunk with the keyword `auto-image-gen`: the image document as painted, as JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from pydantic import ValidationError

from functions.errors import Permanent
from functions.formats import png as container
from functions.models.image import Image

KEYWORD = "auto-image-gen"
XMP = "XML:com.adobe.xmp"

# Facts about the file that holds the record, what is derived from other fields, and what people add later.
NOT_AT_BIRTH = frozenset(
    ["bytes", "sha256", "terms", "updated_at", "favourite", "rating", "approved_at", "deleted_at", "purging"]
)

# All that a viewer needs to show the same pixels; every other chunk could tell something.
_SHOWS_PIXELS = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs".split())

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_SOURCE_TYPE = re.compile(re.escape(_SOURCE_TYPES) + r"[A-Za-z]+")
_PAINTED_BY_A_MODEL = _SOURCE_TYPES + "trainedAlgorithmicMedia"
_CLEAN_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'Iptc4xmpExt:DigitalSourceType="{source_type}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def record_of(image: Image) -> dict[str, Any]:
    """The birth record of a picture: its document as painted."""
    return {name: value for name, value in image.body().items() if name not in NOT_AT_BIRTH}


def insert(png: bytes, record: dict[str, Any]) -> bytes:
    """The file with this birth record in place of any other; pixels and other chunks stay as they are."""
    chunks = [chunk for chunk in container.split(png) if _keyword(chunk) != KEYWORD]
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return container.join(container.with_text(chunks, container.international_text(KEYWORD, text)))


def read(png: bytes) -> dict[str, Any] | None:
    """The birth record of a file, or None if it carries none; `Permanent` if file or record is broken."""
    for chunk in container.split(png):
        if _keyword(chunk) != KEYWORD:
            continue
        found = container.text_of(chunk)
        try:
            record = json.loads(found[1]) if found else None
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise Permanent("The embedded metadata in this PNG file is invalid: it isn't a JSON object.")
        return record
    return None


def image_of(original: bytes) -> Image:
    """The image document of an original, as painted, by the record inside; its `terms` are still empty.

    `Permanent` if the file is broken, carries no record, or one that lacks a field.
    """
    record = read(original)
    if record is None:
        raise Permanent("This PNG file has no embedded metadata, so the image can't be restored.")
    facts = {
        "bytes": len(original),
        "sha256": hashlib.sha256(original).hexdigest(),
        "updated_at": record.get("created_at"),
    }
    try:
        return Image.model_validate({key: value for key, value in record.items() if key not in NOT_AT_BIRTH} | facts)
    except ValidationError as exc:
        wrong = ", ".join(sorted({".".join(map(str, error["loc"])) for error in exc.errors()}))
        raise Permanent(f"The embedded metadata in this PNG file is invalid: can't read {wrong}.") from exc


def clean(png: bytes) -> bytes:
    """The same pixels without prompt, ids or any other text, still marked as made by a model."""
    chunks = container.split(png)
    xmp = container.international_text(XMP, clean_xmp(png))
    return container.join(container.with_text([chunk for chunk in chunks if chunk.kind in _SHOWS_PIXELS], xmp))


def clean_xmp(png: bytes) -> str:
    """The XMP packet that says only that a model made the picture, in the words of the file's own."""
    return _CLEAN_XMP.format(source_type=_source_type(container.split(png)))


def _source_type(chunks: list[container.Chunk]) -> str:
    for chunk in chunks:
        found = container.text_of(chunk) if _keyword(chunk) == XMP else None
        match = _SOURCE_TYPE.search(found[1]) if found else None
        if match:
            return match.group()
    return _PAINTED_BY_A_MODEL


def _keyword(chunk: container.Chunk) -> str:
    """What a text chunk is about, without unpacking it; empty for any other chunk."""
    if chunk.kind not in (b"iTXt", b"tEXt", b"zTXt"):
        return ""
    return chunk.data.partition(b"\0")[0].decode("latin-1")
