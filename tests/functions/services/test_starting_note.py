"""A job that waits for the inference service shows the service's startup time."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions import bootstrap
from functions.policy.jobs.progress import starting_note
from functions.ports import Catalog
from functions.services.maintenance import follow_up
from functions.settings import Settings
from tests.fakes import Clock, FakeImageGenerator, close_dependencies, make_dependencies
from tests.functions.services.working import ask

IN_AZURE = "https://ca-inference-x.happyhill.swedencentral.azurecontainerapps.io"
GUIDE = (Path(__file__).parents[3] / "docs" / "deploy.md").read_text()


@pytest.mark.parametrize(
    ("usual_s", "longest_s", "note"),
    [
        (240.0, 720.0, "Starting the inference service, usually 4 minutes"),
        (8.4, None, "Starting the inference service, usually 8 seconds"),
        (0.2, None, "Starting the inference service, usually 1 second"),
        (None, 720.0, "Starting the inference service, which can take up to 12 minutes"),
        (None, None, "Starting the inference service"),
    ],
)
def test_the_note_names_the_best_known_duration(usual_s: float | None, longest_s: float | None, note: str) -> None:
    """The note names the measured startup time, or the longest of a GPU in Azure if no start was measured."""
    assert starting_note(usual_s, longest_s) == note


@pytest.mark.parametrize(
    ("settings", "longest_s"),
    [
        (Settings(inference_url=IN_AZURE, gpu_usd_per_hour=1.56), 720.0),
        (Settings(inference_url=IN_AZURE), None),
        (Settings(inference_url="http://localhost:8000", gpu_usd_per_hour=1.56), None),
        (Settings(), None),
    ],
)
def test_only_a_gpu_in_container_apps_starts_for_minutes(settings: Settings, longest_s: float | None) -> None:
    """The longest startup time is known for a GPU in Azure Container Apps, and is that of docs/deploy.md."""
    assert bootstrap.longest_start_s(settings) == longest_s
    assert f"The first image takes 6 to {bootstrap.LONGEST_GPU_START_S / 60:.0f} minutes longer" in GUIDE


class StartingGenerator(FakeImageGenerator):
    """An inference service that doesn't start, and the notes of the job that waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.available = False
        self.notes: list[str] = []
        self.catalog: Catalog | None = None

    async def is_ready(self, *, wait_s: float) -> bool:
        if self.catalog is not None:
            (job,) = (await self.catalog.jobs.page(limit=1)).items
            self.notes.append(job.progress.note)
        return await super().is_ready(wait_s=wait_s)


async def test_a_measured_start_replaces_the_longest(clock: Clock) -> None:
    """The first job names the longest startup time, and the next one the time that the first job took."""
    service = StartingGenerator()
    deps = await make_dependencies(clock, longest_start_s=720.0, image_generator=service)
    service.catalog = deps.catalog
    await ask(deps)
    await follow_up.work(deps, deps.generation_queue.take_one())
    clock.advance(240)
    service.available = True
    await follow_up.work(deps, deps.generation_queue.take_one())

    service.available = False
    await ask(deps)
    await follow_up.work(deps, deps.generation_queue.take_one())
    await close_dependencies(deps)

    notes = [note for note in service.notes if note]
    assert notes == [
        "Starting the inference service, which can take up to 12 minutes",
        "Starting the inference service, usually 4 minutes",
    ]
