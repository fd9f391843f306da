"""A library that looks like one that grew over three years: words by Zipf's law, schedules, ratings, some trash."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from functions.models.identity import month_of
from functions.models.image import Image
from functions.models.prompt import PromptSource
from functions.search.terms import terms_of

FIRST = datetime(2023, 11, 24, tzinfo=UTC)
LAST = datetime(2026, 11, 24, tzinfo=UTC)
WORDS, TAGS, SCHEDULES = 20_000, 3_000, 40
COMMON = (
    "a",
    "in",
    "the",
    "of",
    "with",
    "and",
    "at",
    "on",
    "light",
    "by",
    "soft",
    "night",
    "old",
    "under",
    "red",
    "small",
    "blue",
)
MODELS = ("starter", "stabilityai/sdxl-turbo", "stabilityai/stable-diffusion-xl-base-1.0", "acme/flux", "acme/old")
SIZES = ((1024, 1024), (768, 1024), (1024, 768), (512, 512), (256, 256), (1216, 832))
STEPS = (4, 8, 20, 25, 30, 30, 30, 40, 50)
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Library:
    """Draws images; the same seed draws the same."""

    def __init__(self, seed: int = 1) -> None:
        self.draw = random.Random(seed)
        self.words = self._vocabulary()
        self.tags = [" ".join(self.draw.sample(self.words[20:4000], self.draw.choice((1, 1, 2)))) for _ in range(TAGS)]
        weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(WORDS)))
        self._word_weights, self._tag_weights = weights, weights[:TAGS]

    def images(self, count: int, first: datetime = FIRST, last: datetime = LAST) -> Iterator[Image]:
        """Images in the order of their making, in jobs of one to eight, evenly from `first` on until `last`."""
        made = job = 0
        while made < count:
            size = min(self.draw.randint(1, 8), count - made)
            moment = first + (last - first) * (made / count)
            yield from self._job(f"job-{job}", moment, size)
            made, job = made + size, job + 1

    def _job(self, job_id: str, moment: datetime, size: int) -> Iterator[Image]:
        draw = self.draw
        first_random = draw.getrandbits(79)
        milliseconds = int(moment.timestamp() * 1000)
        theme = self._text(4)
        model = draw.choices(MODELS, (50, 30, 10, 7, 3))[0]
        width, height = draw.choices(SIZES, (50, 20, 12, 10, 5, 3))[0]
        schedule = draw.randrange(SCHEDULES + 10)
        for n in range(size):
            id = ulid(milliseconds, first_random + n)
            made = datetime.fromtimestamp(milliseconds / 1000, UTC)
            image = Image.model_construct(
                id=id,
                created_by="schedule" if schedule < SCHEDULES else "ada",
                created_at=made,
                updated_at=made,
                month=month_of(id),
                day=f"{made + timedelta(hours=2):%Y-%m-%d}",
                theme=theme,
                prompt=self._text(draw.randint(20, 55)),
                negative_prompt="blurry, low quality, watermark, text, deformed",
                title=self._text(3).title(),
                alt_text=self._text(12),
                tags=tuple(dict.fromkeys(draw.choices(self.tags, cum_weights=self._tag_weights, k=draw.randint(3, 8)))),
                prompt_source=PromptSource.CHATGPT,
                model=model,
                model_revision="9a1f3c2",
                width=width,
                height=height,
                steps=draw.choice(STEPS) if draw.random() < 0.8 else draw.randint(1, 100),
                guidance=7.0,
                seed=draw.getrandbits(32),
                sampler="dpmpp_2m",
                schedule_id=f"01SCHEDULE{schedule:03}" if schedule < SCHEDULES else None,
                schedule_name=f"Schedule {schedule}" if schedule < SCHEDULES else None,
                job_id=job_id,
                original_blob=f"{made:%Y/%m}/{id}.png",
                thumbnail_blob=f"{made:%Y/%m}/{id}.webp",
                bytes=draw.randint(900_000, 1_900_000),
                sha256=f"{draw.getrandbits(256):064x}",
                thumbhash="3OcRJYB4d3h/iIeHeEh3eIhw+j3A",
                average_colour="#7f8a6b",
                favourite=draw.random() < 0.05,
                rating=draw.choices(range(6), (70, 3, 5, 8, 9, 5))[0],
                approved_at=made if draw.random() < 0.2 else None,
                deleted_at=made if draw.random() < 0.01 else None,
            )
            yield image.evolve(terms=terms_of(image))

    def _text(self, length: int) -> str:
        return " ".join(self.draw.choices(self.words, cum_weights=self._word_weights, k=length))

    def _vocabulary(self) -> list[str]:
        """Pronounceable words, the most frequent first."""
        words = dict.fromkeys(COMMON)
        while len(words) < WORDS:
            syllables = self.draw.choice((1, 2, 2, 2, 3, 3, 4))
            word = "".join(self.draw.choice("bcdfghklmnprstvw") + self.draw.choice("aeiou") for _ in range(syllables))
            words.setdefault(word + self.draw.choice(("", "", "n", "s", "r", "ing", "ed")))
        return list(words)


def ulid(milliseconds: int, randomness: int) -> str:
    value = milliseconds << 80 | randomness
    return "".join(DIGITS[value >> shift & 31] for shift in range(125, -1, -5))
