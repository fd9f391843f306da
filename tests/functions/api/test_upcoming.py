"""Upcoming prompts over HTTP: written, edited, deleted, and used by runs."""

from __future__ import annotations

from typing import Any

from functions.services.maintenance import follow_up
from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api
from tests.present import present

DAILY = {"kind": "cron", "cron": "0 10 * * *", "timezone": "UTC"}
SLOTS = [f"2026-11-{day}T10:00:00Z" for day in (23, 24, 25, 26)]


async def made(api: Api, **changes: Any) -> str:
    body = {"name": "Owls", "theme": "owls", "timing": DAILY}
    return str((await api.post("schedules", body | changes)).json["id"])


async def ahead(api: Api, schedule: str, count: int = 3) -> list[dict[str, Any]]:
    answer = await api.post(f"schedules/{schedule}/prompts", {"count": count})
    assert answer.status == 200, answer.body
    return list(answer.json["items"])


async def run_day(deps: FakeDependencies, clock: Clock) -> str:
    """Process the next scheduled run and return the prompt of its image."""
    clock.advance(hours=24)
    await plan_due_work(deps)
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)
    return present((await deps.catalog.jobs.page(limit=1)).items[0].prompt).prompt


async def test_three_are_written_and_nothing_is_generated(api: Api, deps: FakeDependencies) -> None:
    """Each upcoming prompt has its run, differs from the others, and is written once."""
    schedule = await made(api)

    first = await ahead(api, schedule)
    again = await ahead(api, schedule)
    listed = (await api.get(f"schedules/{schedule}/prompts", key="reader")).json["items"]

    assert [item["slot"] for item in first] == SLOTS[:3]
    assert [item["prompt"] for item in first] == [f"owls, number {number}" for number in (1, 2, 3)]
    assert first == again == listed
    assert len(deps.prompt_writer.calls) == 3
    assert deps.prompt_writer.calls[2].avoid == ("owls, number 2", "owls, number 1")
    assert [call.variables["weekday"] for call in deps.prompt_writer.calls] == ["Monday", "Tuesday", "Wednesday"]
    assert [call.variables["n"] for call in deps.prompt_writer.calls] == ["1", "2", "3"]
    assert deps.image_generator.calls == []
    assert deps.generation_queue.messages == []


async def test_runs_use_them_in_order(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """Runs use the upcoming prompts in order, then write their own, and used prompts are removed."""
    schedule = await made(api)
    await ahead(api, schedule, 2)

    generated = [await run_day(deps, clock) for _ in range(3)]
    left = (await api.get(f"schedules/{schedule}/prompts")).json["items"]

    assert generated == ["owls, number 1", "owls, number 2", "owls, number 3"]
    assert left == []
    assert (await deps.catalog.schedules.get(schedule)).upcoming == ()


async def test_an_edited_one_is_generated_as_edited(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """An edited prompt is generated unchanged, and the response lists its unknown words."""
    schedule = await made(api)
    (first, *_) = await ahead(api, schedule, 1)

    edited = await api.put(
        f"schedules/{schedule}/prompts/{first['id']}", {"etag": first["etag"], "prompt": "a lighthouse", "title": "Sea"}
    )
    (item,) = edited.json["items"]
    generated = await run_day(deps, clock)

    assert (item["prompt"], item["title"], item["edited"], item["source"]) == ("a lighthouse", "Sea", True, "user")
    assert item["unknown_words"] == ["lighthouse"]
    assert generated == "a lighthouse"


async def test_an_edit_without_texts_removes_those_of_the_prompt_before(
    api: Api, deps: FakeDependencies, clock: Clock
) -> None:
    """Title, alt text, and tags that an edit doesn't contain are empty, also in the image of the run."""
    schedule = await made(api)
    (first, *_) = await ahead(api, schedule, 1)
    assert first["title"]

    edited = await api.put(
        f"schedules/{schedule}/prompts/{first['id']}", {"etag": first["etag"], "prompt": "a lighthouse"}
    )
    await run_day(deps, clock)
    (image,) = (await api.get("images")).json["items"]

    texts = [(one["title"], one["alt_text"], one["tags"]) for one in (edited.json["items"][0], image)]
    assert texts == [("", "", [])] * 2


async def test_two_users_edit(api: Api) -> None:
    """Of two concurrent edits, the second is rejected."""
    schedule = await made(api)
    (first, *_) = await ahead(api, schedule, 1)
    address = f"schedules/{schedule}/prompts/{first['id']}"
    await api.put(address, {"etag": first["etag"], "prompt": "one"})

    stale = await api.put(address, {"etag": first["etag"], "prompt": "two"})

    assert stale.status == 412


async def test_the_next_prompts_replace_a_deleted_one(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """After a deletion the next prompts move up, and a new one is written on request."""
    schedule = await made(api)
    items = await ahead(api, schedule)

    dropped = await api.delete(f"schedules/{schedule}/prompts/{items[0]['id']}")
    left = (await api.get(f"schedules/{schedule}/prompts")).json["items"]
    filled = await ahead(api, schedule)

    assert dropped.status == 204
    assert [(item["prompt"], item["slot"]) for item in left] == [
        ("owls, number 2", SLOTS[0]),
        ("owls, number 3", SLOTS[1]),
    ]
    assert [item["prompt"] for item in filled] == ["owls, number 2", "owls, number 3", "owls, number 4"]
    assert await run_day(deps, clock) == "owls, number 2"


async def test_one_that_names_its_day_is_for_that_day(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """With variables in the prompt instructions, a deleted day is written on its day, and the others keep theirs."""
    schedule = await made(api, instructions="It is {weekday}.")
    items = await ahead(api, schedule)

    await api.delete(f"schedules/{schedule}/prompts/{items[0]['id']}")
    left = (await api.get(f"schedules/{schedule}/prompts")).json["items"]
    generated = [await run_day(deps, clock) for _ in range(3)]

    assert [item["slot"] for item in left] == SLOTS[1:3]
    assert generated == ["owls, number 4", "owls, number 2", "owls, number 3"]


async def test_the_prompt_of_a_missed_day_is_deleted(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """An unused prompt of a past day is removed and makes room."""
    schedule = await made(api, instructions="It is {weekday}.")
    await ahead(api, schedule, 5)
    await api.post(f"schedules/{schedule}/pause")
    clock.advance(hours=25)

    left = (await api.get(f"schedules/{schedule}/prompts")).json["items"]
    filled = await ahead(api, schedule, 4)

    assert [item["slot"] for item in left] == [f"2026-11-{day}T10:00:00Z" for day in (25, 26, 27)]
    assert [item["slot"] for item in filled] == [f"2026-11-{day}T10:00:00Z" for day in (25, 26, 27, 28)]


async def test_another_theme_deletes_written_prompts(api: Api) -> None:
    """A new theme deletes written prompts and keeps edited ones; a new name changes nothing."""
    schedule = await made(api)
    items = await ahead(api, schedule)
    await api.put(f"schedules/{schedule}/prompts/{items[1]['id']}", {"etag": items[1]["etag"], "prompt": "mine"})
    body = {"name": "Birds", "theme": "owls", "timing": DAILY}

    async def saved(changes: dict[str, Any]) -> list[str]:
        etag = (await api.get(f"schedules/{schedule}")).json["etag"]
        await api.put(f"schedules/{schedule}", body | changes | {"etag": etag})
        return [item["prompt"] for item in (await api.get(f"schedules/{schedule}/prompts")).json["items"]]

    assert await saved({}) == ["owls, number 1", "mine", "owls, number 3"]
    assert await saved({"theme": "foxes"}) == ["mine"]


async def test_a_manual_run_uses_the_next(api: Api, deps: FakeDependencies) -> None:
    """A manual run uses the next upcoming prompt."""
    schedule = await made(api)
    await ahead(api, schedule, 1)

    job = (await api.post(f"schedules/{schedule}/run")).json
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)

    assert (await api.get(f"jobs/{job['id']}")).json["prompt"]["prompt"] == "owls, number 1"
    assert len(deps.prompt_writer.calls) == 1


async def test_what_is_not_there(api: Api) -> None:
    """Unknown schedules and prompts are 404, and the schedule does not contain upcoming prompts."""
    schedule = await made(api)
    await ahead(api, schedule, 1)

    answers = [
        await api.get("schedules/nothing/prompts"),
        await api.post("schedules/nothing/prompts"),
        await api.delete(f"schedules/{schedule}/prompts/nothing"),
        await api.put(f"schedules/{schedule}/prompts/nothing", {"etag": "x", "prompt": "a fox"}),
        await api.put(f"schedules/{schedule}/prompts/a%20b", {"etag": "x", "prompt": "a fox"}),
    ]

    assert [answer.status for answer in answers] == [404] * 5
    assert "upcoming" not in (await api.get(f"schedules/{schedule}")).json
