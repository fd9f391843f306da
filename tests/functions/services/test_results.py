"""Images that the inference service returns, and originals in storage, are checked before they count as stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.formats.embedded_metadata import image_from_metadata
from functions.models.identity import blob_names
from functions.models.inference import InferenceRequest, InferenceResult
from functions.models.job import Status
from functions.models.schedule import GenerationOptions
from functions.ports import OnProgress
from tests.fakes import Clock, FakeDependencies, FakeImageGenerator, png
from tests.functions.services.working import OWLS, ask, deliver, images, latest
from tests.present import present


class WrongOnce(FakeImageGenerator):
    """Returns a wrong result for the first request, and the requested image afterwards."""

    def __init__(self, **wrong: Any) -> None:
        super().__init__()
        self.wrong = wrong

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult:
        result = await super().generate(request, on_progress)
        return replace(result, **self.wrong) if len(self.calls) == 1 else result


class FailsEverySecondTime(FakeImageGenerator):
    """Fails the first of every two requests."""

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult:
        if len(self.calls) % 2 == 0:
            self.fail(Unavailable())
        return await super().generate(request, on_progress)


def flipped(data: bytes) -> bytes:
    """Return the file with one bit of its image data changed."""
    at = data.index(b"IDAT") + 8
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"png": flipped(png(64, 64, seed=41))}, "a damaged image"),
        ({"png": b"not an image"}, "a damaged image"),
        ({"png": png(72, 64, seed=41)}, "the wrong size: 72 x 64 instead of 64 x 64"),
        ({"seed": 42}, "the wrong seed: 42 instead of 41"),
        ({"steps": 3}, "the wrong number of steps: 3 instead of 2"),
    ],
)
async def test_a_wrong_result_is_generated_again(
    deps: FakeDependencies, clock: Clock, wrong: dict[str, Any], message: str
) -> None:
    """A damaged image, or one of another size, seed, or number of steps, isn't stored and counts as a failure."""
    deps = replace(deps, image_generator=WrongOnce(**wrong))
    job = await ask(deps, OWLS.evolve(options=GenerationOptions(width=64, height=64, steps=2, seed=41)))

    await deliver(deps)
    waiting, stored = await latest(deps, job), dict(deps.blobs.stored)
    clock.advance(10)
    await deliver(deps)

    assert (waiting.status, waiting.failures, stored) == (Status.QUEUED, 1, {})
    assert message in present(waiting.reason).message
    assert (await latest(deps, job)).status == Status.SUCCEEDED
    (image,) = await images(deps)
    assert (image.width, image.height, image.seed) == (64, 64, 41)


async def test_a_damaged_original_is_generated_again(deps: FakeDependencies, clock: Clock) -> None:
    """An original that an earlier run left damaged is replaced by the same image."""
    deps.image_generator.fail(Unavailable())
    job = await ask(deps)
    await deliver(deps)
    (planned,) = (await latest(deps, job)).pictures
    name = blob_names(planned.id).original
    await deps.blobs.upload("originals", name, flipped(png(64, 64)), content_type="image/png")

    clock.advance(10)
    await deliver(deps)

    assert (await latest(deps, job)).status == Status.SUCCEEDED
    assert image_from_metadata(await deps.blobs.download("originals", name)).seed == planned.seed


async def test_failures_between_images_do_not_add_up(deps: FakeDependencies, clock: Clock) -> None:
    """A job with more failed requests than a job may have in a row stores all of its images."""
    deps = replace(deps, image_generator=FailsEverySecondTime())
    job = await ask(deps, count=7)
    for _ in range(8):
        await deliver(deps)
        clock.advance(10)

    ended = await latest(deps, job)
    assert (ended.status, len(ended.stored), ended.failures) == (Status.SUCCEEDED, 7, 0)
