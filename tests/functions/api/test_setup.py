"""Setup over HTTP: which parts run, and whether they work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions import bootstrap
from functions.errors import Permanent, Unavailable
from functions.services.dependencies import ComponentNames, Dependencies
from functions.services.system.setup import painter_part
from functions.settings import Settings
from tests.fakes import PROFILE
from tests.functions.api.conftest import Api

PARTS = ("prompts", "painter", "pictures", "catalog")


async def test_starter_parts_say_what_would_replace_them(api: Api, deps: Dependencies) -> None:
    """
    Each in a sentence, with the line to copy and what its check costs.
    """
    deps.image_generator.served = PROFILE.evolve(model="starter", width=256)

    items = (await api.get("setup", key="reader")).json["items"]

    prompts, painter, pictures, catalog = items
    assert [item["id"] for item in items] == list(PARTS)
    assert all(item["starter"] and item["advice"] and item["lines"] for item in items)
    assert prompts["sentence"] == "Prompts come from word lists on this computer."
    assert prompts["lines"] == ["OPENAI_API_KEY=sk-…"]
    assert painter["sentence"] == "Painted by the starter model, at 256 px."
    assert [item["cost_usd"] for item in items] == [0.0] * 4
    assert (pictures["now"], catalog["now"]) == ("azurite", "sqlite")


async def test_other_parts_need_no_advice(api: Api, deps: Dependencies, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What is in its place already is named; a check that nobody measured has no price.
    """
    own = ComponentNames(
        prompt_writer="gpt-5.5", inference="gpu.test", storage="pictures", emulated_storage=False, catalog="db.test",
        embedded_catalog=False,
    )  # fmt: skip

    async def grown() -> Dependencies:
        return replace(deps, components=own, prompts_by="chatgpt")

    monkeypatch.setattr(bootstrap, "dependencies", grown)

    items = (await api.get("setup")).json["items"]

    assert not any(item["starter"] or item["advice"] or item["lines"] for item in items)
    assert [item["cost_usd"] for item in items] == [None, 0.0, 0.0, 0.0]
    assert [item["detail"] for item in items] == ["gpt-5.5", "test-model", "pictures", "db.test"]


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("127.0.0.1", "Painted on this computer by the starter model, at 256 px."),
        ("gpu.test", "Painted at gpu.test by the starter model, at 256 px."),
    ],
)
async def test_where_it_is_painted(deps: Dependencies, host: str, sentence: str) -> None:
    """
    An address that means this computer is called so.
    """
    there = replace(deps, components=replace(deps.components, inference=host))

    assert painter_part(there, PROFILE.evolve(model="starter", width=256)).sentence == sentence


@pytest.mark.parametrize("part", PARTS)
async def test_a_part_that_works(api: Api, deps: Dependencies, part: str) -> None:
    """
    Its check says so and leaves nothing behind.
    """
    before = dict(deps.blobs.stored)

    checked = await api.post(f"setup/{part}/check")

    assert (checked.status, checked.json["ok"]) == (200, True)
    assert checked.json["message"]
    assert deps.blobs.stored == before
    assert deps.image_generator.calls == []


@pytest.mark.parametrize(("part", "broken"), [("prompts", "prompt_writer"), ("pictures", "blobs")])
async def test_a_part_that_fails(api: Api, deps: Dependencies, part: str, broken: str) -> None:
    """
    The answer is its reason in words, not an error of the page.
    """
    await api.get("setup")
    getattr(deps, broken).fail(Permanent("The key was refused; make a new one."))

    checked = await api.post(f"setup/{part}/check")

    assert (checked.status, checked.json["ok"]) == (200, False)
    assert checked.json["message"] == "The key was refused; make a new one."


async def test_a_painter_that_sleeps_is_not_woken(api: Api, deps: Dependencies) -> None:
    """
    Sleeping is no fault.
    """
    deps.image_generator.awake = False

    checked = await api.post("setup/painter/check")

    assert checked.json["ok"] is True
    assert "sleeps" in checked.json["message"]


async def test_a_painter_that_answers_nonsense(api: Api, deps: Dependencies) -> None:
    """
    Awake and yet unable to say what it serves, it is told.
    """
    await api.get("setup")
    deps.image_generator.fail(Unavailable("The painter did not answer."))

    assert (await api.post("setup/painter/check")).json["ok"] is False


async def test_an_unknown_part(api: Api) -> None:
    """
    The answer names those that there are.
    """
    answer = await api.post("setup/kitchen/check")

    assert answer.status == 404
    assert "prompts, painter, pictures, catalog" in answer.error["message"]


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (
            Settings(storage="UseDevelopmentStorage=true"),
            ComponentNames(prompt_writer="gpt-5.5", storage="Azurite", catalog="catalog.sqlite"),
        ),
        (
            Settings(
                storage="DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net",
                cosmos_endpoint="https://db.documents.azure.com:443/",
                azure_openai_endpoint="https://ai.openai.azure.com/",
                inference_url="https://gpu.example.org/",
            ),
            ComponentNames(
                prompt_writer="gpt-5.5 at ai.openai.azure.com", inference="gpu.example.org", storage="mine",
                emulated_storage=False, catalog="db.documents.azure.com", embedded_catalog=False,
            ),
        ),
        (
            Settings(storage_blob_url="https://mine.blob.core.windows.net/"),
            ComponentNames(
                prompt_writer="gpt-5.5", storage="mine.blob.core.windows.net", emulated_storage=False,
                catalog="catalog.sqlite",
            ),
        ),
    ],
    ids=["emulator", "azure", "identity"],
)  # fmt: skip
def test_parts_are_read_from_the_settings(settings: Settings, parts: ComponentNames) -> None:
    """
    Names and hosts alone: no key is among them.
    """
    assert bootstrap.component_names(settings) == parts
