"""Callers with the same name are told apart, and each keeps what version 0.1.0 stored under the name."""

from __future__ import annotations

import hashlib

import pytest

from functions.errors import BadRequest, NotFound
from functions.models.caller import Caller
from functions.models.job import GenerationRequest
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import GenerationOptions
from functions.services.generation import cancel_retry
from functions.services.jobs.submit import submit
from functions.services.prompts import prompts
from functions.services.system import presets
from tests.fakes import FakeDependencies

KEY = Caller.of_key("anna", role="editor")
USER = Caller.of_token("https://login.test/", "anna", name="anna", role="editor", earlier_name="anna")
OWLS = GenerationRequest(theme="owls", prompt=WrittenPrompt(prompt="an owl"))


async def save_earlier(deps: FakeDependencies, id: str) -> None:
    """Change a job to what version 0.1.0 would have stored for a caller called anna."""
    job = await deps.catalog.jobs.get(id)
    earlier = "job-" + hashlib.sha256(b"anna\0k").hexdigest()[:32]
    await deps.catalog.jobs.delete(id)
    await deps.catalog.jobs.create(job.evolve(id=earlier, created_by="anna", created_by_name=""))


async def test_their_idempotency_keys_are_independent(deps: FakeDependencies) -> None:
    """The same Idempotency-Key of a key and of a user with one name gives two jobs."""
    mine = await submit(deps, OWLS, caller=KEY, idempotency_key="k")
    theirs = await submit(deps, OWLS, caller=USER, idempotency_key="k")

    assert mine.id != theirs.id
    assert (mine.created_by, theirs.created_by) == ("key:anna", "jwt:https%3A//login.test/:anna")
    assert mine.created_by_name == theirs.created_by_name == "anna"


async def test_a_request_that_is_repeated_after_the_update_gives_the_same_job(deps: FakeDependencies) -> None:
    """The job of version 0.1.0 is found by the name that it contains."""
    await save_earlier(deps, (await submit(deps, OWLS, caller=KEY, idempotency_key="k")).id)

    again = await submit(deps, OWLS, caller=KEY, idempotency_key="k")

    assert again.created_by == "anna"


async def test_a_retry_by_both_gives_two_jobs(deps: FakeDependencies) -> None:
    """Each caller's retry returns a job of that caller."""
    job = await submit(deps, OWLS, caller=KEY, idempotency_key=None)
    await cancel_retry.cancel(deps, job.id)

    retries = [await cancel_retry.retry(deps, job.id, caller=caller) for caller in (KEY, KEY, USER)]

    assert retries[0].id == retries[1].id != retries[2].id


async def test_their_presets_are_separate(deps: FakeDependencies) -> None:
    """Each caller sees and deletes only own presets, and both can use the same preset name."""
    mine = await presets.add_preset(deps, name="Large", options=GenerationOptions(), caller=KEY)
    await presets.add_preset(deps, name="Large", options=GenerationOptions(), caller=USER)

    with pytest.raises(NotFound):
        await presets.delete_own(deps, deps.catalog.presets, mine.id, USER)
    assert await presets.get_own(deps.catalog.presets, mine.id, KEY) == mine
    assert list(await deps.catalog.presets.of(*KEY.known_as)) == [mine]


async def test_a_preset_of_version_0_1_0_stays_with_its_name(deps: FakeDependencies) -> None:
    """A preset whose creator is stored as a name is listed, can be changed, and reserves its name."""
    made = await presets.add_preset(deps, name="Large", options=GenerationOptions(), caller=KEY)
    await deps.catalog.presets.replace(made.evolve(created_by="anna", created_by_name=""))

    found = await presets.get_own(deps.catalog.presets, made.id, KEY)
    await presets.update_own(
        deps, deps.catalog.presets, made.id, etag=found.etag or "", caller=KEY, name="Larger", options=found.options
    )

    assert [preset.name for preset in await deps.catalog.presets.of(*KEY.known_as)] == ["Larger"]
    with pytest.raises(BadRequest, match="already in use"):
        await presets.add_preset(deps, name="larger", options=GenerationOptions(), caller=KEY)


async def test_their_histories_are_separate(deps: FakeDependencies) -> None:
    """A prompt that both have used is an entry for each, which only its owner can delete."""
    for caller in (KEY, USER):
        job = await submit(deps, OWLS, caller=caller, idempotency_key=None)
        await prompts.remember(deps, job.evolve(prompt=OWLS.prompt))

    (mine,) = (await prompts.history(deps, caller=KEY, cursor=None, limit=50)).items
    with pytest.raises(NotFound):
        await prompts.forget(deps, mine.id, caller=USER)
    await prompts.forget(deps, mine.id, caller=KEY)

    assert len((await prompts.history(deps, caller=USER, cursor=None, limit=50)).items) == 1


async def test_the_history_of_version_0_1_0_is_listed(deps: FakeDependencies) -> None:
    """Entries that contain only a name belong to every caller with this name."""
    job = await submit(deps, OWLS, caller=KEY, idempotency_key=None)
    await prompts.remember(deps, job.evolve(prompt=OWLS.prompt, created_by="anna", created_by_name=""))

    (entry,) = (await prompts.history(deps, caller=KEY, cursor=None, limit=50)).items
    await prompts.forget(deps, entry.id, caller=KEY)

    assert not (await prompts.history(deps, caller=KEY, cursor=None, limit=50)).items
