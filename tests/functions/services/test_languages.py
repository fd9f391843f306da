"""Languages of prompts, titles, and alt texts: from a schedule to the prompt writer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.formats import feeds
from functions.models.caller import Caller
from functions.models.language import LANGUAGES, NAMES
from functions.models.prompt import WritingRequest
from functions.models.schedule import CronTiming, Publication, ScheduleDraft
from functions.policy.prompts.llm_prompt import instructions
from functions.policy.schedules.upcoming_prompts import still_fitting
from functions.profiles import profile_for
from functions.services.prompts import prompts, upcoming
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.catalogs import a_schedule, an_image
from tests.fakes import START, Clock, FakeDependencies
from tests.functions.services.working import deliver

ANNA = Caller.of_key("anna", role="editor")
GERMAN = ScheduleDraft(
    name="Owls",
    theme="Eulen",
    timing=CronTiming(cron="0 * * * *", timezone="UTC"),
    prompt_language="ja",
    text_language="de",
)


@pytest.mark.parametrize(
    ("changes", "model", "sentence"),
    [
        ({}, "sdxl", "Write all of them in English, whatever the language of the theme."),
        ({"text_language": "de"}, "sdxl", "negative_prompt and tags in English, title and alt_text in German"),
        ({"prompt_language": "zh"}, "sdxl", "negative_prompt and tags in Chinese, title and alt_text in English"),
        ({"prompt_language": "fr", "text_language": "fr"}, "sdxl", "Write all of them in French"),
        # The starter model knows only English words.
        ({"prompt_language": "fr", "text_language": "fr"}, "starter", "tags in English, title and alt_text in French"),
    ],
)
def test_the_languages_are_in_the_instructions(changes: Any, model: str, sentence: str) -> None:
    """Prompts are in the model's language unless another one is set, and texts in theirs."""
    assert sentence in instructions(WritingRequest(theme="owls", **changes), profile_for(model))


def test_a_model_of_another_language_is_written_for_in_it() -> None:
    """Without a setting, prompts are in the language of the image model."""
    profile = profile_for("sdxl").evolve(language="zh")

    assert "tags in Chinese, title and alt_text in English" in instructions(WritingRequest(theme="owls"), profile)


async def test_every_way_to_a_prompt_passes_the_languages(deps: FakeDependencies, clock: Clock) -> None:
    """Scheduled and manual runs, upcoming prompts, and samples are written in the languages of the schedule."""
    schedule = await schedules.create(deps, GERMAN, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(deps)
    await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key=None, count=1)
    await deliver(deps)
    await upcoming.write_ahead(deps, schedule.id, count=1)

    await prompts.propose(
        deps, theme="Eulen", instructions="", schedule_id=None, prompt_language="ja", text_language="de"
    )

    asked = [(call.prompt_language, call.text_language) for call in deps.prompt_writer.calls]
    assert asked == [("ja", "de")] * 4


@pytest.mark.parametrize("changes", [{"prompt_language": "en"}, {"text_language": "en"}])
async def test_a_change_of_language_drops_upcoming_prompts(deps: FakeDependencies, changes: Any) -> None:
    """Prompts in another language no longer fit, as after a change of the theme."""
    schedule = await schedules.create(deps, GERMAN, caller=ANNA)
    await upcoming.write_ahead(deps, schedule.id, count=2)
    stored = await schedules.get(deps, schedule.id)

    assert len(still_fitting(stored, GERMAN)) == 2
    assert still_fitting(stored, GERMAN.evolve(**changes)) == ()


def test_feeds_declare_the_language_of_their_texts() -> None:
    """Both feeds have the language of titles and alt texts."""
    schedule = a_schedule("s", "Eulen").evolve(text_language="de")
    image = an_image(title="Eine Eule", alt_text="Eine Eule liest.", approved_at=START)
    publication = Publication(slug="eulen", since=START - timedelta(days=1))
    content = feeds.build_content(schedule, publication, [image], base="https://site.test")
    sizes = {image.id: (1, 2)}

    assert json.loads(feeds.json_feed(content, sizes))["language"] == "de"
    assert b"<language>de</language>" in feeds.rss(content, sizes)


def test_every_language_has_a_name() -> None:
    """The codes and their names agree."""
    assert set(NAMES) == set(LANGUAGES)
