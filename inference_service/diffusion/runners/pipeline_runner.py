"""Runner for SD3.5 and FLUX: a batch of rows runs completely through diffusers' pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from PIL.Image import Image

from inference_service.config.samplers import name_of
from inference_service.diffusion.runners.decoding import Decoder
from inference_service.diffusion.runners.runner import LoadedPipeline
from inference_service.diffusion.runners.t5_prompts import SHORT, T5PromptLengths
from inference_service.engine import Bucket, DecodedImage, ImageSpec, Row

MAX_ROWS = 16


@dataclass(eq=False, kw_only=True)
class PipelineRow:
    """One image: the inputs of the pipeline, and its result."""

    spec: ImageSpec
    bucket: Bucket
    batch_rows: int
    text_tokens: int
    steps_done: int = 0
    inputs: Mapping[str, Any] = field(repr=False)  # Arguments of the pipeline call, one row each.
    latents: Any = field(default=None, repr=False)

    @property
    def forwards_left(self) -> int:
        return 0 if self.latents is not None else self.spec.steps


class PipelineRunner:
    """A loaded model whose pipeline only runs as a whole."""

    def __init__(self, loaded: LoadedPipeline, lengths: T5PromptLengths) -> None:
        self._loaded = loaded
        self._pipe = loaded.pipe
        self._scheduler = loaded.pipe.scheduler
        self._lengths = lengths
        self._decoder = Decoder(loaded.pipe, device=loaded.device)
        self._packs_latents = hasattr(loaded.pipe, "_pack_latents")  # FLUX packs 2 x 2 latents into one.

    def bucket(self, spec: ImageSpec) -> Bucket:
        return self._lengths.bucket(spec)

    def start(self, spec: ImageSpec) -> PipelineRow:
        guided = self._lengths.guided(spec)
        return PipelineRow(
            spec=spec,
            bucket=self.bucket(spec),
            batch_rows=2 if guided else 1,
            text_tokens=self._lengths.tokens(spec.prompt),
            inputs={**self._encoded(spec, guided=guided), "latents": self._noise(spec)},
        )

    def step(self, rows: Sequence[Row], on_step: Callable[[], None]) -> None:
        import torch

        pipe, pipeline_rows, spec = self._pipe, cast(Sequence[PipelineRow], rows), rows[0].spec
        pipe.scheduler = type(self._scheduler).from_config(self._scheduler.config)

        def after_step(_: Any, index: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            for row in pipeline_rows:
                row.steps_done = min(spec.steps, index + 1)
            on_step()
            return tensors

        if self._loaded.denoise is not None:
            pipe.transformer.forward = self._loaded.denoise
        try:
            latents = pipe(
                width=spec.width,
                height=spec.height,
                num_inference_steps=spec.steps,
                guidance_scale=spec.guidance,
                callback_on_step_end=after_step,
                output_type="latent",
                return_dict=False,
                **{name: torch.cat([row.inputs[name] for row in pipeline_rows]) for name in pipeline_rows[0].inputs},
            )[0]
        except BaseException:
            for row in pipeline_rows:
                row.steps_done = 0
            raise
        for row, finished in zip(pipeline_rows, latents.split(1), strict=True):
            row.latents = finished

    def decode(self, rows: Sequence[Row]) -> list[DecodedImage]:
        finished = cast(Sequence[PipelineRow], rows)
        images = self._decoder.images([self._unpacked(row) for row in finished])
        sampler = name_of(type(self._scheduler).__name__)
        return [
            DecodedImage(image=image, sampler=sampler, text_tokens=row.text_tokens)
            for row, image in zip(finished, images, strict=True)
        ]

    def decode_cap(self, bucket: Bucket) -> int:
        return self._decoder.cap(bucket.width, bucket.height)

    def row_cap(self, bucket: Bucket) -> int:
        return MAX_ROWS

    def preview(self, row: Row) -> Image | None:
        """Return None, because the pipeline shows only the noisy image between steps."""
        return None

    def _encoded(self, spec: ImageSpec, *, guided: bool) -> dict[str, Any]:
        # If the T5 encoder was left out, the pipeline uses zeros in its place.
        pipe, length = self._pipe, max(SHORT, self._lengths.length(spec))
        if self._packs_latents:
            states, pooled, _ = pipe.encode_prompt(
                spec.prompt, None, device=self._loaded.device, max_sequence_length=length
            )
            return {"prompt_embeds": states, "pooled_prompt_embeds": pooled}
        states, negative_states, pooled, negative_pooled = pipe.encode_prompt(
            spec.prompt,
            None,
            None,
            negative_prompt=spec.negative_prompt or "",
            do_classifier_free_guidance=guided,
            device=self._loaded.device,
            max_sequence_length=length,
        )
        encoded = {"prompt_embeds": states, "pooled_prompt_embeds": pooled}
        if guided:
            encoded |= {"negative_prompt_embeds": negative_states, "negative_pooled_prompt_embeds": negative_pooled}
        return encoded

    def _noise(self, spec: ImageSpec) -> Any:
        """Draw on the CPU in float32, so that a seed means the same on every device and in every dtype."""
        import torch

        pipe = self._pipe
        channels = pipe.transformer.config.in_channels // (4 if self._packs_latents else 1)
        generator = torch.Generator("cpu").manual_seed(spec.seed)
        noise = pipe.prepare_latents(
            1, channels, spec.height, spec.width, torch.float32, self._loaded.device, generator
        )
        return noise[0] if self._packs_latents else noise

    def _unpacked(self, row: PipelineRow) -> Any:
        """Return [1, channels, height / 8, width / 8] latents for the decoder."""
        pipe, latents = self._pipe, row.latents
        if self._packs_latents:
            latents = pipe._unpack_latents(latents, row.spec.height, row.spec.width, pipe.vae_scale_factor)
        config = pipe.vae.config
        return latents + (config.shift_factor or 0.0) * config.scaling_factor
