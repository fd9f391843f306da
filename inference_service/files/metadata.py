"""Embedded metadata in formats of other programs: A1111's `parameters`, IPTC in XMP, and Exif."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from inference_service import VERSION
from inference_service.config.samplers import title_of
from inference_service.engine import ImageSpec
from inference_service.files.exif import exif_data
from inference_service.files.png import Chunk, international_chunk, text_chunk

SOFTWARE = f"auto-image-gen {VERSION}"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
# Characters that XML 1.0 can't contain, or that end a line or a text chunk elsewhere.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
# Labels at which readers of A1111's text split it, wherever they occur.
LABELS = re.compile(r"\b(negative\s+prompt|steps)\s*:", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ImageMetadata:
    """An image's description, and the model and sampler that generated it."""

    spec: ImageSpec
    sampler: str
    model: str
    revision: str = field(default="")


def parameters(metadata: ImageMetadata) -> str:
    """Return A1111's text: the prompt with its LoRAs, the negative prompt if present, and a line of settings.

    Inside a prompt, `Negative prompt:` and `Steps:` lose their colon, because readers split the text there.
    """
    spec = metadata.spec
    settings = {
        "Steps": str(spec.steps),
        "Sampler": title_of(metadata.sampler),
        "CFG scale": f"{spec.guidance:g}",
        "Seed": str(spec.seed),
        "Size": f"{spec.width}x{spec.height}",
        "Model": metadata.model,
        "Version": SOFTWARE,
    }
    loras = [f"<lora:{_without_separators(name)}:{weight:g}>" for name, weight in spec.loras]
    lines = [" ".join([_without_labels(spec.prompt), *loras])]
    if spec.negative_prompt and spec.negative_prompt.strip():
        lines.append(f"Negative prompt: {_without_labels(spec.negative_prompt)}")
    lines.append(", ".join(f"{name}: {_without_separators(value)}" for name, value in settings.items()))
    return "\n".join(lines)


def xmp(metadata: ImageMetadata) -> str:
    """Return an XMP packet with IPTC's digital source type and its fields for the AI system and the prompt."""
    properties = {
        "DigitalSourceType": SOURCE_TYPE,
        "AISystemUsed": f"{SOFTWARE}, {metadata.model}",
        "AISystemVersionUsed": metadata.revision,
        "AIPromptInformation": _one_line(metadata.spec.prompt),
    }
    body = "".join(
        f"   <Iptc4xmpExt:{name}>{escape(_one_line(value))}</Iptc4xmpExt:{name}>\n"
        for name, value in properties.items()
        if value
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">\n'
        f"{body}"
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    )


def png_chunks(metadata: ImageMetadata) -> list[Chunk]:
    """Return the text chunks of a PNG file."""
    return [text_chunk("parameters", parameters(metadata)), international_chunk("XML:com.adobe.xmp", xmp(metadata))]


def exif(metadata: ImageMetadata) -> bytes:
    """Return Exif data for WebP and JPEG, which have no text chunks, with the parameters as a user comment."""
    return exif_data(software=SOFTWARE, comment=parameters(metadata))


def _one_line(text: str) -> str:
    return " ".join(CONTROLS.sub(" ", text).split())


def _without_labels(text: str) -> str:
    """Return a prompt as one line, without labels that would end it."""
    return LABELS.sub(r"\1", _one_line(text))


def _without_separators(value: str) -> str:
    """Remove characters at which other programs split the settings."""
    return re.sub(r"[,:\"'\s]+", " ", _one_line(value)).strip()
