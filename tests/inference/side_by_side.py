"""One image generated in three ways: by diffusers' own pipeline, alone, and in batches that change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from inference_service.config.samplers import DEFAULT, SAMPLERS
from inference_service.diffusion.model_store.loading import with_channels_last
from inference_service.diffusion.runners.runner import LoadedPipeline
from inference_service.diffusion.runners.step_runner import StepRunner
from inference_service.engine import ImageSpec
from inference_service.models.profile import Profile

FOX = ImageSpec(
    model="tiny",
    prompt="a watercolor painting of a fox in the snow",
    negative_prompt=None,
    width=96,
    height=96,
    steps=4,
    guidance=4.0,
    seed=7,
    sampler=DEFAULT,
)


@dataclass
class SideBySide:
    """A model twice: in diffusers' pipeline, and in a StepRunner."""

    pipe: Any
    runner: StepRunner
    _plain: dict[ImageSpec, np.ndarray] = field(default_factory=dict)

    def plain(self, spec: ImageSpec) -> np.ndarray:
        """Return the pixels of the pipeline's own image, in levels of 0 to 255."""
        if spec not in self._plain:
            self._plain[spec] = self._generate_with_pipeline(spec)
        return self._plain[spec]

    def alone(self, spec: ImageSpec) -> np.ndarray:
        return self.in_batch(spec, [])

    def in_batch(self, spec: ImageSpec, neighbors: Iterable[ImageSpec], *, join_at: int = 2) -> np.ndarray:
        """Return the image's pixels if it joins half of the neighbors at a step and the others join later."""
        runner, neighbors = self.runner, list(neighbors)
        early, late = neighbors[::2], neighbors[1::2]
        rows = [runner.start(one) for one in early]
        for _ in range(join_at):
            if rows:
                runner.step(rows, nothing)
            rows = [row for row in rows if row.forwards_left]
        target = runner.start(spec)
        rows.insert(len(rows) // 2, target)
        while target.forwards_left:
            runner.step(rows, nothing)
            rows = [row for row in rows if row.forwards_left]
            if late:
                rows.insert(0, runner.start(late.pop()))
        return pixels(runner.decode([target])[0].image)

    def _generate_with_pipeline(self, spec: ImageSpec) -> np.ndarray:
        import diffusers
        import torch

        pipe = self.pipe
        original = pipe.scheduler
        sampler = SAMPLERS.get(spec.sampler)
        scheduler = getattr(diffusers, sampler.scheduler) if sampler else type(original)
        arguments: dict[str, Any] = {
            "prompt": spec.prompt,
            "width": spec.width,
            "height": spec.height,
            "num_inference_steps": spec.steps,
            "guidance_scale": spec.guidance,
            "generator": torch.Generator("cpu").manual_seed(spec.seed),
        }
        if type(pipe).__name__ != "LatentConsistencyModelPipeline":
            arguments["negative_prompt"] = spec.negative_prompt
        if original.config.get("rescale_betas_zero_snr"):
            arguments["guidance_rescale"] = 0.7
        pipe.scheduler = scheduler.from_config(original.config, **(sampler.options if sampler else {}))
        try:
            return pixels(pipe(**arguments).images[0])
        finally:
            pipe.scheduler = original


def load(folder: Path) -> SideBySide:
    """Return the model of a folder on the CPU in float32."""
    import diffusers
    import torch

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    plain, ours = (diffusers.AutoPipelineForText2Image.from_pretrained(folder, dtype=torch.float32) for _ in range(2))
    plain.set_progress_bar_config(disable=True)
    for module in (ours.unet, ours.vae):
        with_channels_last(module)  # The service does the same.
    with without_gradients():
        return SideBySide(plain, StepRunner(loaded_pipeline(ours)))


def loaded_pipeline(pipe: Any, **options: Any) -> LoadedPipeline:
    import torch

    profile = Profile(
        model="tiny",
        revision="",
        family="sd",
        width=64,
        height=64,
        steps=4,
        max_steps=100,
        guidance=4.0,
        sampler=DEFAULT,
        samplers=(DEFAULT,),
        token_budget=75,
    )
    options = {"dtype": torch.float32, **options}
    return LoadedPipeline(name="tiny", profile=profile, pipe=pipe, device="cpu", **options)


def neighbors_of(spec: ImageSpec, samplers: Sequence[str]) -> list[ImageSpec]:
    """Return neighbors with other seeds, steps, guidance, prompts, and samplers; the first differs only in its seed."""
    return [
        replace(spec, seed=101),
        replace(spec, seed=102, steps=spec.steps + 3, sampler=samplers[0], prompt="a castle at sunset"),
        replace(spec, seed=103, steps=3, guidance=1.0, sampler=samplers[-1], prompt="an owl"),
        replace(spec, seed=104, steps=spec.steps + 1, guidance=7.5, negative_prompt="blurry"),
    ]


def pixels(image: Any) -> np.ndarray:
    return np.asarray(image).astype(int)


def nothing() -> None:
    """Fail, because a StepRunner never calls `on_step`."""
    raise AssertionError("only a pipeline that runs as a whole calls on_step")


@contextmanager
def without_gradients() -> Iterator[None]:
    """Disable gradients, as the engine does."""
    import torch

    with torch.no_grad():
        yield
