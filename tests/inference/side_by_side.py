"""One picture painted three ways: by diffusers' own pipeline, alone, and among others that come and go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from inference_service.config.samplers import DEFAULT, SAMPLERS
from inference_service.diffusion.model_store.loading import with_channels_last
from inference_service.diffusion.runners.runner import LoadedModel
from inference_service.diffusion.runners.step_runner import StepPainter
from inference_service.engine import Picture
from inference_service.models.profile import Profile

FOX = Picture(
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
    """A model twice: in diffusers' pipeline, and in a painter of ours."""

    pipe: Any
    painter: StepPainter
    _plain: dict[Picture, np.ndarray] = field(default_factory=dict)

    def plain(self, picture: Picture) -> np.ndarray:
        """The pixels of the pipeline's own picture, in levels of 0 to 255."""
        if picture not in self._plain:
            self._plain[picture] = self._painted_plainly(picture)
        return self._plain[picture]

    def alone(self, picture: Picture) -> np.ndarray:
        return self.in_company(picture, [])

    def in_company(self, picture: Picture, company: Iterable[Picture], *, join_at: int = 2) -> np.ndarray:
        """The picture's pixels when it joins the first half of the company at a turn, and the rest joins later."""
        painter, company = self.painter, list(company)
        early, late = company[::2], company[1::2]
        rows = [painter.enter(one) for one in early]
        for _ in range(join_at):
            if rows:
                painter.step(rows, nothing)
            rows = [row for row in rows if row.turns_left]
        wanted = painter.enter(picture)
        rows.insert(len(rows) // 2, wanted)
        while wanted.turns_left:
            painter.step(rows, nothing)
            rows = [row for row in rows if row.turns_left]
            if late:
                rows.insert(0, painter.enter(late.pop()))
        return pixels(painter.decode([wanted])[0].image)

    def _painted_plainly(self, picture: Picture) -> np.ndarray:
        import diffusers
        import torch

        pipe = self.pipe
        own = pipe.scheduler
        chosen = SAMPLERS.get(picture.sampler)
        scheduler = getattr(diffusers, chosen.scheduler) if chosen else type(own)
        asked: dict[str, Any] = {
            "prompt": picture.prompt,
            "width": picture.width,
            "height": picture.height,
            "num_inference_steps": picture.steps,
            "guidance_scale": picture.guidance,
            "generator": torch.Generator("cpu").manual_seed(picture.seed),
        }
        if type(pipe).__name__ != "LatentConsistencyModelPipeline":
            asked["negative_prompt"] = picture.negative_prompt
        if own.config.get("rescale_betas_zero_snr"):
            asked["guidance_rescale"] = 0.7
        pipe.scheduler = scheduler.from_config(own.config, **(chosen.options if chosen else {}))
        try:
            return pixels(pipe(**asked).images[0])
        finally:
            pipe.scheduler = own


def load(folder: Path) -> SideBySide:
    """The model of a folder on the CPU in float32."""
    import diffusers
    import torch

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    plain, ours = (diffusers.AutoPipelineForText2Image.from_pretrained(folder, dtype=torch.float32) for _ in range(2))
    plain.set_progress_bar_config(disable=True)
    for module in (ours.unet, ours.vae):
        with_channels_last(module)  # as it is served
    with without_gradients():
        return SideBySide(plain, StepPainter(loaded(ours)))


def loaded(pipe: Any, **options: Any) -> LoadedModel:
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
    return LoadedModel(name="tiny", profile=profile, pipe=pipe, device="cpu", **options)


def company_of(picture: Picture, samplers: Sequence[str]) -> list[Picture]:
    """Neighbours with other seeds, steps, guidance, prompts and samplers; the first is a twin but for its seed."""
    return [
        replace(picture, seed=101),
        replace(picture, seed=102, steps=picture.steps + 3, sampler=samplers[0], prompt="a castle at sunset"),
        replace(picture, seed=103, steps=3, guidance=1.0, sampler=samplers[-1], prompt="an owl"),
        replace(picture, seed=104, steps=picture.steps + 1, guidance=7.5, negative_prompt="blurry"),
    ]


def pixels(image: Any) -> np.ndarray:
    return np.asarray(image).astype(int)


def nothing() -> None:
    """What a step-level painter never calls."""
    raise AssertionError("only a painter that runs to the end tells of steps in between")


@contextmanager
def without_gradients() -> Iterator[None]:
    """As the engine calls its painters."""
    import torch

    with torch.no_grad():
        yield
