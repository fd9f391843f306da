"""Public files of a published schedule: URLs, JSON Feed 1.1, RSS 2.0, and the latest image. All functions are pure.

Formats: https://www.jsonfeed.org/version/1.1/ and https://www.rssboard.org/rss-specification. The same images always
give the same bytes, independent of process and time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from xml.etree import ElementTree

from functions.models.image import Image
from functions.models.public_texts import public_tags, public_texts
from functions.models.schedule import Publication, Schedule

ATOM = "http://www.w3.org/2005/Atom"
CACHED_MINUTES = 5
EXTENSION = "_auto_image_gen"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Sizes = Mapping[str, tuple[int, int]]  # image ID -> bytes of its WebP file and of its JPEG file


@dataclass(frozen=True, kw_only=True)
class Item:
    """The public fields of one published image."""

    id: str
    title: str
    alt_text: str
    tags: tuple[str, ...]
    width: int
    height: int
    average_colour: str
    thumbhash: str
    published_at: datetime
    prompt: str  # empty unless the publication includes prompts


@dataclass(frozen=True, kw_only=True)
class PublishedContent:
    """The published content of a schedule at one time, newest image first."""

    title: str
    description: str
    publication: Publication
    items: tuple[Item, ...]
    base: str  # base URL of the website, without a trailing slash
    language: str = "en"  # of titles and alt texts

    @property
    def folder(self) -> str:
        return f"{self.base}/p/{self.publication.slug}"

    @property
    def page(self) -> str:
        return frame_url(self.base, self.publication.slug)


def frame_url(base: str, slug: str) -> str:
    """Return the URL of the slideshow of a published schedule."""
    return f"{base}/#/frame/{slug}"


def build_content(
    schedule: Schedule, publication: Publication, images: Sequence[Image], *, base: str
) -> PublishedContent:
    """Return the published content for these images, given newest first."""
    return PublishedContent(
        title=schedule.name,
        description=schedule.theme if publication.include_prompts else f"Images from “{schedule.name}”.",
        publication=publication,
        items=tuple(item(image, schedule, publication) for image in images),
        base=base,
        language=schedule.text_language,
    )


def item(image: Image, schedule: Schedule, publication: Publication) -> Item:
    """Return the public fields of one image."""
    title, alt_text = public_texts(image, name=schedule.name, include_prompts=publication.include_prompts)
    return Item(
        id=image.id,
        title=title,
        alt_text=alt_text,
        tags=public_tags(image, include_prompts=publication.include_prompts),
        width=image.width,
        height=image.height,
        average_colour=image.average_colour,
        thumbhash=image.thumbhash,
        published_at=(image.approved_at if publication.publish == "approved" else None) or image.created_at,
        prompt=image.prompt if publication.include_prompts else "",
    )


def json_feed(content: PublishedContent, sizes: Sizes) -> bytes:
    """Return the content of `feed.json`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": content.title,
        "home_page_url": content.page,
        "feed_url": f"{content.folder}/feed.json",
        "description": content.description,
        "language": content.language,
        "items": [json_item(content, one, sizes[one.id]) for one in content.items],
    }
    return json_bytes(feed)


def json_item(content: PublishedContent, one: Item, size: tuple[int, int]) -> dict[str, Any]:
    """Return one image as an item of the JSON feed."""
    webp, jpeg = addresses(content, one)
    facts = {"width": one.width, "height": one.height, "average_colour": one.average_colour, "alt_text": one.alt_text}
    return {
        "id": webp,
        "url": webp,
        "title": one.title,
        "content_html": html(one, webp),
        "summary": one.alt_text,
        "image": webp,
        "date_published": one.published_at.isoformat(timespec="seconds"),
        "tags": list(one.tags),
        "attachments": [
            {"url": webp, "mime_type": "image/webp", "size_in_bytes": size[0]},
            {"url": jpeg, "mime_type": "image/jpeg", "size_in_bytes": size[1]},
        ],
        EXTENSION: {"id": one.id, **facts, "thumbhash": one.thumbhash} | ({"prompt": one.prompt} if one.prompt else {}),
    }


def sizes_in(feed: bytes) -> dict[str, tuple[int, int]]:
    """Return the file sizes listed in a `feed.json` of this app, or nothing for any other text."""
    found: dict[str, tuple[int, int]] = {}
    try:
        for one in json.loads(feed)["items"]:
            webp, jpeg = (attached["size_in_bytes"] for attached in one["attachments"])
            found[one[EXTENSION]["id"]] = (int(webp), int(jpeg))
    except (ValueError, KeyError, TypeError):
        return {}
    return found


def latest(content: PublishedContent) -> bytes:
    """Return the content of `latest.json`. There must be at least one image."""
    newest = content.items[0]
    facts = {
        "id": newest.id,
        "title": newest.title,
        "alt_text": newest.alt_text,
        "tags": list(newest.tags),
        "width": newest.width,
        "height": newest.height,
        "average_colour": newest.average_colour,
        "published_at": newest.published_at.isoformat(timespec="seconds"),
        "webp": f"{content.folder}/{newest.id}.webp",
        "jpg": f"{content.folder}/{newest.id}.jpg",
        "feed": f"{content.folder}/feed.json",
        "page": content.page,
    }
    return json_bytes(facts | ({"prompt": newest.prompt} if newest.prompt else {}))


def rss(content: PublishedContent, sizes: Sizes) -> bytes:
    """Return the content of `feed.xml`."""
    ElementTree.register_namespace("atom", ATOM)
    root = ElementTree.Element("rss", {"version": "2.0"})
    channel = ElementTree.SubElement(root, "channel")
    add(channel, "title", content.title)
    add(channel, "link", content.page)
    add(channel, "description", content.description)
    add(channel, "language", content.language)
    add(channel, "ttl", str(CACHED_MINUTES))
    itself = {"href": f"{content.folder}/feed.xml", "rel": "self", "type": "application/rss+xml"}
    ElementTree.SubElement(channel, f"{{{ATOM}}}link", itself)
    if content.items:
        add(channel, "lastBuildDate", format_datetime(max(one.published_at for one in content.items)))
    for one in content.items:
        _, jpeg = addresses(content, one)
        entry = ElementTree.SubElement(channel, "item")
        add(entry, "title", one.title)
        add(entry, "link", jpeg)
        add(entry, "guid", jpeg, isPermaLink="true")
        add(entry, "pubDate", format_datetime(one.published_at))
        add(entry, "description", html(one, jpeg))
        for tag in one.tags:
            add(entry, "category", tag)
        enclosure = {"url": jpeg, "length": str(sizes[one.id][1]), "type": "image/jpeg"}
        ElementTree.SubElement(entry, "enclosure", enclosure)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()


def add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    """Add an XML element without characters that XML doesn't allow."""
    # A language model can return characters that aren't allowed in XML.
    ElementTree.SubElement(parent, name, attributes).text = NOT_IN_XML.sub("", text)


def html(one: Item, address: str) -> str:
    """Return the HTML of one image for feed readers."""
    prompt = f"<p>{escape(one.prompt)}</p>" if one.prompt else ""
    size = f'width="{one.width}" height="{one.height}"'
    return f'<p><img src="{escape(address)}" alt="{escape(one.alt_text)}" {size}></p>{prompt}'


def addresses(content: PublishedContent, one: Item) -> tuple[str, str]:
    """Return the URLs of the image's WebP and JPEG files."""
    return f"{content.folder}/{one.id}.webp", f"{content.folder}/{one.id}.jpg"


def json_bytes(value: Any) -> bytes:
    """Return the value as JSON in a stable format."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
