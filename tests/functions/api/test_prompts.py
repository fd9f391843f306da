"""Prompts over HTTP: validation, history, and several prompt options for one theme."""

from __future__ import annotations

from typing import Any

import pytest

from functions.services.maintenance import follow_up
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery


async def generate(api: Api, deps: FakeDependencies, clock: Clock, body: dict[str, Any], *, key: str = "editor") -> str:
    """Process a job that was requested a minute after the previous one, and return its id."""
    job = (await api.post("jobs", body, key=key)).json
    clock.advance(60)
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)
    return str(job["id"])


class TestCheck:
    async def test_unknown_words_are_named(self, api: Api) -> None:
        """The response for a typed prompt lists the words that the model doesn't know."""
        sent = (await api.post("prompts/check", {"prompt": "a lighthouse in the snow"}, key="reader")).json

        assert sent["unknown_words"] == ["lighthouse"]
        assert sent["sentence"].startswith("The test-model model doesn't know a lighthouse. Try ")
        assert set(sent["suggestions"]) <= {"fox", "castle", "sailboat"}
        assert (sent["tokens"], sent["token_budget"]) == (6, 75)

    async def test_a_long_prompt(self, api: Api) -> None:
        """The response contains the token count and the token limit, and no known words."""
        sent = (await api.post("prompts/check", {"prompt": "red fox " * 60})).json

        assert sent["tokens"] > sent["token_budget"]
        assert (sent["unknown_words"], sent["sentence"]) == ([], "")

    async def test_an_empty_prompt_is_rejected(self, api: Api) -> None:
        """An empty prompt is rejected with the name of the field."""
        assert (await api.post("prompts/check", {"prompt": " "})).field == "prompt"


class TestPromptOptions:
    async def test_each_avoids_the_ones_before(self, api: Api, deps: FakeDependencies) -> None:
        """The prompt writer avoids the given prompts and the last prompts of the schedule."""
        first = (await api.post("prompts", {"theme": "foxes"})).json["prompt"]
        second = (await api.post("prompts", {"theme": "foxes", "avoid": [first]})).json["prompt"]

        assert first != second
        assert deps.prompt_writer.calls[-1].avoid == (first,)

    async def test_at_most_twenty(self, api: Api) -> None:
        """More than 20 prompts to avoid are rejected."""
        answer = await api.post("prompts", {"theme": "foxes", "avoid": ["a fox"] * 21})

        assert (answer.status, answer.field) == (400, "avoid")


class TestHistory:
    async def test_outlives_the_images(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """Prompts are listed newest first with their options, also after their images are deleted."""
        await generate(api, deps, clock, {"theme": "owls", "options": {"steps": 7}})
        await generate(api, deps, clock, {"theme": "foxes"})
        for image in (await api.get("images")).json["items"]:
            await api.delete(f"images/{image['id']}?permanent=true")

        page = (await api.get("prompts")).json

        assert [(item["theme"], item["prompt"]["prompt"]) for item in page["items"]] == [
            ("foxes", "foxes, number 2"),
            ("owls", "owls, number 1"),
        ]
        assert page["items"][1]["options"]["steps"] == 7
        assert "owner" not in page["items"][0]

    async def test_pages(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """Pages contain every prompt once."""
        for number in range(3):
            await generate(api, deps, clock, {"theme": f"theme {number}"})

        first = (await api.get("prompts?limit=2")).json
        second = (await api.get(f"prompts?limit=2&cursor={first['next_cursor']}")).json

        assert [item["theme"] for item in first["items"] + second["items"]] == ["theme 2", "theme 1", "theme 0"]
        assert second["next_cursor"] is None

    async def test_the_same_prompt_again_is_one_line(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """A repeated prompt moves to the top, with its latest job."""
        given = {"theme": "owls", "prompt": {"prompt": "an owl"}}
        await generate(api, deps, clock, given)
        await generate(api, deps, clock, {"theme": "foxes"})
        last = await generate(api, deps, clock, given)

        items = (await api.get("prompts")).json["items"]

        assert [item["theme"] for item in items] == ["owls", "foxes"]
        assert items[0]["job_id"] == last

    async def test_is_separate_per_user(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """Users can't see or remove prompts of others, and the same prompt of two users is two entries."""
        given = {"theme": "owls", "prompt": {"prompt": "an owl"}}
        await generate(api, deps, clock, given)
        await generate(api, deps, clock, given, key="other")
        (mine,) = (await api.get("prompts")).json["items"]

        stolen = await api.delete(f"prompts/{mine['id']}", key="other")
        removed = await api.delete(f"prompts/{mine['id']}")

        assert (stolen.status, removed.status) == (404, 204)
        assert (await api.get("prompts")).json["items"] == []
        assert len((await api.get("prompts", key="other")).json["items"]) == 1

    async def test_prompts_of_a_schedule_are_not_in_the_history_of_a_user(
        self, api: Api, deps: FakeDependencies, clock: Clock, gallery: Gallery
    ) -> None:
        """A manual run belongs to the prompt history of the schedule."""
        timing = {"kind": "cron", "cron": "0 9 * * *", "timezone": "UTC"}
        schedule = (await api.post("schedules", {"name": "Owls", "theme": "owls", "timing": timing})).json
        await api.post(f"schedules/{schedule['id']}/run")
        while message := deps.generation_queue.take():
            await follow_up.work(deps, message)

        assert (await api.get("images")).json["total"] == 1
        assert (await api.get("prompts")).json["items"] == []

    @pytest.mark.parametrize("cursor", ["nonsense", "x" * 600])
    async def test_a_cursor_that_no_list_gave(self, api: Api, cursor: str) -> None:
        """An invalid cursor is rejected."""
        assert (await api.get(f"prompts?cursor={cursor}")).field == "cursor"
