"""What a picture says about itself, in the words of other programs: A1111's `parameters`, IPTC in XMP, Exif."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from PIL import Image

from inference_service import VERSION
from inference_service.config.samplers import title_of
from inference_service.engine import Picture
from inference_service.files.png import Chunk, international_chunk, text_chunk

SOFTWARE = f"auto-image-gen {VERSION}"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
EXIF_IFD, USER_COMMENT, EXIF_SOFTWARE = 0x8769, 0x9286, 0x0131
# What XML 1.0 cannot hold, and would end a line or a text chunk elsewhere.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")


@dataclass(frozen=True, kw_only=True)
class Story:
    """One picture and what painted it."""

    picture: Picture
    sampler: str
    model: str
    revision: str = field(default="")


def parameters(story: Story) -> str:
    """A1111's text: the prompt with its LoRAs, the negative prompt if there is one, and a line of settings."""
    picture = story.picture
    settings = {
        "Steps": str(picture.steps),
        "Sampler": title_of(story.sampler),
        "CFG scale": f"{picture.guidance:g}",
        "Seed": str(picture.seed),
        "Size": f"{picture.width}x{picture.height}",
        "Model": story.model,
        "Version": SOFTWARE,
    }
    loras = [f"<lora:{_bare(name)}:{weight:g}>" for name, weight in picture.loras]
    lines = [" ".join([_one_line(picture.prompt), *loras])]
    if picture.negative_prompt and picture.negative_prompt.strip():
        lines.append(f"Negative prompt: {_one_line(picture.negative_prompt)}")
    lines.append(", ".join(f"{name}: {_bare(value)}" for name, value in settings.items()))
    return "\n".join(lines)


def xmp(story: Story) -> str:
    """An XMP packet: IPTC's digital source type and its fields on the AI system and the prompt."""
    properties = {
        "DigitalSourceType": SOURCE_TYPE,
        "AISystemUsed": f"{SOFTWARE}, {story.model}",
        "AISystemVersionUsed": story.revision,
        "AIPromptInformation": _one_line(story.picture.prompt),
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


def png_chunks(story: Story) -> list[Chunk]:
    """The text chunks of a PNG file."""
    return [text_chunk("parameters", parameters(story)), international_chunk("XML:com.adobe.xmp", xmp(story))]


def exif(story: Story) -> Image.Exif:
    """Exif for the formats without text chunks (WebP, JPEG): the parameters as a user comment."""
    made = Image.Exif()
    made[EXIF_SOFTWARE] = SOFTWARE
    made.get_ifd(EXIF_IFD)[USER_COMMENT] = b"UNICODE\0" + parameters(story).encode("utf-16-be")
    return made


def _one_line(text: str) -> str:
    return " ".join(CONTROLS.sub(" ", text).split())


def _bare(value: str) -> str:
    """Without what other programs' parsers split the settings at."""
    return re.sub(r"[,:\"'\s]+", " ", _one_line(value)).strip()
