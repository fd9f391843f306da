"""SD3.5 and FLUX: rows that were entered together run through diffusers' pipeline together, to their end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from PIL.Image import Image

from inference_service.config.samplers import name_of
from inference_service.diffusion.runners.decoding import Decoder
from inference_service.diffusion.runners.runner import LoadedModel
from inference_service.diffusion.runners.t5_prompts import SHORT, PromptLengths
from inference_service.engine import Bucket, Painting, Picture, Row

MOST_ROWS = 16


@dataclass(eq=False, kw_only=True)
class PipelineRow:
    """One picture: what goes into the pipeline, and in the end what came out."""

    picture: Picture
    bucket: Bucket
    lanes: int
    text_tokens: int
    steps_done: int = 0
    inputs: Mapping[str, Any] = field(repr=False)  # of the pipeline's call, one row each
    latents: Any = field(default=None, repr=False)

    @property
    def turns_left(self) -> int:
        return 0 if self.latents is not None else self.picture.steps


class PipelinePainter:
    """One loaded model whose pipeline only runs as a whole."""

    def __init__(self, loaded: LoadedModel, lengths: PromptLengths) -> None:
        self._loaded = loaded
        self._pipe = loaded.pipe
        self._scheduler = loaded.pipe.scheduler
        self._lengths = lengths
        self._decoder = Decoder(loaded.pipe, device=loaded.device)
        self._packs = hasattr(loaded.pipe, "_pack_latents")  # FLUX sees 2 x 2 latents as one

    def bucket(self, picture: Picture) -> Bucket:
        return self._lengths.bucket(picture)

    def enter(self, picture: Picture) -> PipelineRow:
        guided = self._lengths.guided(picture)
        return PipelineRow(
            picture=picture,
            bucket=self.bucket(picture),
            lanes=2 if guided else 1,
            text_tokens=self._lengths.tokens(picture.prompt),
            inputs={**self._encoded(picture, guided=guided), "latents": self._noise(picture)},
        )

    def step(self, rows: Sequence[Row], between: Callable[[], None]) -> None:
        import torch

        pipe, ours, picture = self._pipe, cast(Sequence[PipelineRow], rows), rows[0].picture
        pipe.scheduler = type(self._scheduler).from_config(self._scheduler.config)

        def after_step(_: Any, index: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            for row in ours:
                row.steps_done = min(picture.steps, index + 1)
            between()
            return tensors

        if self._loaded.denoise is not None:
            pipe.transformer.forward = self._loaded.denoise
        try:
            latents = pipe(
                width=picture.width,
                height=picture.height,
                num_inference_steps=picture.steps,
                guidance_scale=picture.guidance,
                callback_on_step_end=after_step,
                output_type="latent",
                return_dict=False,
                **{name: torch.cat([row.inputs[name] for row in ours]) for name in ours[0].inputs},
            )[0]
        except BaseException:
            for row in ours:
                row.steps_done = 0
            raise
        for row, finished in zip(ours, latents.split(1), strict=True):
            row.latents = finished

    def decode(self, rows: Sequence[Row]) -> list[Painting]:
        finished = cast(Sequence[PipelineRow], rows)
        images = self._decoder.images([self._unpacked(row) for row in finished])
        sampler = name_of(type(self._scheduler).__name__)
        return [
            Painting(image=image, sampler=sampler, text_tokens=row.text_tokens)
            for row, image in zip(finished, images, strict=True)
        ]

    def decode_cap(self, bucket: Bucket) -> int:
        return self._decoder.cap(bucket.width, bucket.height)

    def row_cap(self, bucket: Bucket) -> int:
        return MOST_ROWS

    def preview(self, row: Row) -> Image | None:
        """None: what the pipeline shows between its steps is the noisy picture."""
        return None

    def _encoded(self, picture: Picture, *, guided: bool) -> dict[str, Any]:
        # Where the T5 encoder was left out, the pipeline still has its place, of zeros.
        pipe, length = self._pipe, max(SHORT, self._lengths.length(picture))
        if self._packs:
            states, pooled, _ = pipe.encode_prompt(
                picture.prompt, None, device=self._loaded.device, max_sequence_length=length
            )
            return {"prompt_embeds": states, "pooled_prompt_embeds": pooled}
        states, negative_states, pooled, negative_pooled = pipe.encode_prompt(
            picture.prompt,
            None,
            None,
            negative_prompt=picture.negative_prompt or "",
            do_classifier_free_guidance=guided,
            device=self._loaded.device,
            max_sequence_length=length,
        )
        encoded = {"prompt_embeds": states, "pooled_prompt_embeds": pooled}
        if guided:
            encoded |= {"negative_prompt_embeds": negative_states, "negative_pooled_prompt_embeds": negative_pooled}
        return encoded

    def _noise(self, picture: Picture) -> Any:
        """Drawn on the CPU in float32, so that a seed means the same on every device and in every dtype."""
        import torch

        pipe = self._pipe
        channels = pipe.transformer.config.in_channels // (4 if self._packs else 1)
        generator = torch.Generator("cpu").manual_seed(picture.seed)
        noise = pipe.prepare_latents(
            1, channels, picture.height, picture.width, torch.float32, self._loaded.device, generator
        )
        return noise[0] if self._packs else noise

    def _unpacked(self, row: PipelineRow) -> Any:
        """[1, channels, height / 8, width / 8] latents as the decoder takes them."""
        pipe, latents = self._pipe, row.latents
        if self._packs:
            latents = pipe._unpack_latents(latents, row.picture.height, row.picture.width, pipe.vae_scale_factor)
        config = pipe.vae.config
        return latents + (config.shift_factor or 0.0) * config.scaling_factor
