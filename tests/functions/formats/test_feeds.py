"""Published feeds are valid for feed readers."""

from __future__ import annotations

import json
from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.formats import feeds
from functions.models.schedule import Publication
from tests.catalogs import a_schedule, an_image
from tests.fakes import START

BASE = "https://site.test"
PUBLISHED = Publication(slug="owls", since=START)


def published(*images: Any, name: str = "Owls & others", **changes: Any) -> feeds.PublishedContent:
    schedule = a_schedule("s", name).evolve(theme="secret owls")
    return feeds.build_content(schedule, PUBLISHED.evolve(**changes), images, base=BASE)


def feed_image(minute: int = 0, **changes: Any) -> Any:
    texts = {"title": "A wise owl", "alt_text": "An owl reads.", "tags": ("owl", "night"), "prompt": "a secret prompt"}
    return an_image(at=START + timedelta(minutes=minute), **texts | {"approved_at": START} | changes)


def sizes_of(content: feeds.PublishedContent) -> dict[str, tuple[int, int]]:
    return {one.id: (1000 + number, 2000 + number) for number, one in enumerate(content.items)}


def parsed(content: feeds.PublishedContent) -> Any:
    found = feedparser.parse(feeds.rss(content, sizes_of(content)))
    assert not found.bozo, found.get("bozo_exception")
    return found


class TestJsonFeed:
    def test_has_what_version_1_1_asks_for(self) -> None:
        """The feed has version, titles, absolute URLs, and for each item id, text, image, and date."""
        content = published(feed_image(1), feed_image(0), include_prompts=True)

        feed = json.loads(feeds.json_feed(content, sizes_of(content)))

        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"] == "Owls & others"
        assert feed["feed_url"] == f"{BASE}/p/owls/feed.json"
        assert feed["home_page_url"] == f"{BASE}/#/frame/owls"
        assert len(feed["items"]) == 2
        for item, one in zip(feed["items"], content.items, strict=True):
            assert item["id"] == item["url"] == item["image"] == f"{BASE}/p/owls/{one.id}.webp"
            assert datetime.fromisoformat(item["date_published"]) == START
            assert 'alt="An owl reads."' in item["content_html"]
            assert item["tags"] == ["owl", "night"]
            assert {attached["mime_type"] for attached in item["attachments"]} == {"image/webp", "image/jpeg"}
        assert feeds.sizes_in(feeds.json_feed(content, sizes_of(content))) == sizes_of(content)

    @pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"items": 3}', b'{"items": [{"attachments": []}]}', b"\xff"])
    def test_sizes_of_anything_else(self, text: bytes) -> None:
        """An invalid feed has no sizes."""
        assert feeds.sizes_in(text) == {}


class TestRss:
    def test_is_read_by_a_feed_reader(self) -> None:
        """feedparser reads channel and items without a warning."""
        found = parsed(published(feed_image(1), feed_image(0), include_prompts=True))

        assert found.version == "rss20"
        assert (found.feed.title, found.feed.link) == ("Owls & others", f"{BASE}/#/frame/owls")
        assert found.feed.ttl == "5"
        (first, _) = found.entries
        assert first.title == "A wise owl"
        assert first.id == first.link == first.enclosures[0].href
        assert (first.enclosures[0].type, first.enclosures[0].length) == ("image/jpeg", "2000")
        assert datetime.fromtimestamp(timegm(first.published_parsed), UTC) == START
        assert 'alt="An owl reads."' in first.summary
        assert [tag.term for tag in first.tags] == ["owl", "night"]

    def test_without_images(self) -> None:
        """A channel without items is valid."""
        found = parsed(published())

        assert (found.entries, found.feed.title) == ([], "Owls & others")

    @given(st.text(), st.text(), st.text())
    def test_whatever_a_model_writes(self, name: Any, title: Any, alt: Any) -> None:
        """Any title or alt text gives a valid feed and never becomes markup."""
        content = published(feed_image(title=title, alt_text=f"{alt}<script>alert(1)</script>"), name=name or "x")

        found = parsed(content)
        item = json.loads(feeds.json_feed(content, sizes_of(content)))["items"][0]

        assert len(found.entries) == 1
        assert "<script" not in item["content_html"]


class TestWhatIsTold:
    def test_prompts_only_if_requested(self) -> None:
        """Files contain prompt, theme, and job only if the schedule includes them."""
        quiet, open_ = published(feed_image()), published(feed_image(), include_prompts=True)

        for content, expected in ((quiet, False), (open_, True)):
            sizes = sizes_of(content)
            files = [feeds.json_feed(content, sizes), feeds.rss(content, sizes), feeds.latest(content)]
            assert [b"secret prompt" in file for file in files] == [expected] * 3
            assert (b"secret owls" in files[0]) is expected
            assert not any(word in file for file in files for word in (b"job-1", b"ada", b"seed"))

    def test_texts_that_repeat_the_prompt(self) -> None:
        """Texts of the word lists, which repeat the prompt, are published only together with prompts."""
        image = feed_image(
            prompt="a photo of a calm owl in a forest",
            title="Calm owl in a forest",
            alt_text="Photo of a calm owl in a forest.",
        )

        quiet, open_ = published(image).items[0], published(image, include_prompts=True).items[0]

        assert (quiet.title, quiet.alt_text) == ("Owls & others, 2026-11-23",) * 2
        assert (open_.title, open_.alt_text) == ("Calm owl in a forest", "Photo of a calm owl in a forest.")

    def test_an_image_without_texts_is_named_by_its_schedule(self) -> None:
        """An image without texts gets its title and alt text from its schedule."""
        (bare,) = published(feed_image(title="", alt_text="")).items

        assert (bare.title, bare.alt_text) == ("Owls & others, 2026-11-23",) * 2

    def test_tags_only_with_prompts(self) -> None:
        """Tags, which can be the theme's subject, setting, and style, are published only together with prompts."""
        image = feed_image(prompt="a watercolor of a heron in a harbor", tags=("heron", "harbor", "watercolor"))

        for include_prompts in (False, True):
            content = published(image, include_prompts=include_prompts)
            sizes = sizes_of(content)
            files = [feeds.json_feed(content, sizes), feeds.rss(content, sizes), feeds.latest(content)]
            assert [b"harbor" in file for file in files] == [include_prompts] * 3

    def test_an_approved_image_is_of_the_day_it_was_approved(self) -> None:
        """The date of an item is the approval if only approved images are published."""
        later = START + timedelta(days=3)

        assert published(feed_image(approved_at=later)).items[0].published_at == later
        assert published(feed_image(approved_at=later), publish="everything").items[0].published_at == START

    def test_the_same_images_give_the_same_bytes(self) -> None:
        """Equal content gives equal bytes, so that files can be compared."""
        one, two = (
            published(feed_image(id="01KAV0Q1J8ZZZZZZZZZZZZZZZZ")),
            published(feed_image(id="01KAV0Q1J8ZZZZZZZZZZZZZZZZ")),
        )

        assert one == two
        assert feeds.rss(one, sizes_of(one)) == feeds.rss(two, sizes_of(two))
