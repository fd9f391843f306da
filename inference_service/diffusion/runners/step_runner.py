"""Runner for UNets: rows of one bucket advance together, one step per forward.

Supports SD 1.5 and 2.x, SDXL, their Turbo and LCM variants, and other models with these pipelines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PIL.Image import Image

from inference_service.diffusion.runners.clip_prompts import PromptEncoder, tokens_of
from inference_service.diffusion.runners.decoding import Decoder
from inference_service.diffusion.runners.denoising import denoiser_arguments, guided_first, predictions
from inference_service.diffusion.runners.memory_estimate import max_batch_rows
from inference_service.diffusion.runners.previews import PreviewMap
from inference_service.diffusion.runners.rows import LastPrediction, StepRow, bucket_of
from inference_service.diffusion.runners.runner import LoadedPipeline
from inference_service.diffusion.runners.sampling import Samplers, to_device
from inference_service.engine import Bucket, DecodedImage, ImageSpec, Row

# Images of models with zero terminal SNR are overexposed without it (arXiv 2305.08891, section 3.4).
GUIDANCE_RESCALE = 0.7


class StepRunner:
    """A loaded model whose rows advance step by step."""

    def __init__(self, loaded: LoadedPipeline) -> None:
        self._loaded = loaded
        self._pipe = pipe = loaded.pipe
        self._unet = pipe.unet.config
        self._tokens = tokens_of(pipe)
        self._prompts = PromptEncoder(pipe, self._tokens, dtype=loaded.dtype)
        self._samplers = Samplers(pipe, device=loaded.device)
        self._decoder = Decoder(pipe, device=loaded.device)
        self._previews = PreviewMap(self._decoder, channels=self._unet.in_channels, device=loaded.device)
        self._rescale = GUIDANCE_RESCALE if pipe.scheduler.config.get("rescale_betas_zero_snr") else 0.0

    def bucket(self, spec: ImageSpec) -> Bucket:
        return bucket_of(spec, self._tokens)

    def start(self, spec: ImageSpec) -> StepRow:
        import torch

        bucket = self.bucket(spec)
        prompt, negative = self._prompts.encode(spec, bucket.chunks)
        scale = self._pipe.vae_scale_factor
        shape = (1, self._unet.in_channels, spec.height // scale, spec.width // scale)
        device, dtype = self._loaded.device, self._loaded.dtype
        row = StepRow(
            spec=spec,
            bucket=bucket,
            text_tokens=self._tokens.count(spec.prompt),
            prompt=prompt,
            negative=negative,
            guidance=to_device(torch.full((1, 1, 1, 1), spec.guidance), device),
            sampling=self._samplers.start(spec.sampler, spec.steps, spec.seed, shape),
        )
        if prompt.pooled is not None:
            # Original size, crop, and target size: SDXL was trained with all three (arXiv 2307.01952, section 2.2).
            size = (spec.height, spec.width)
            row.time_ids = to_device(torch.tensor([[*size, 0, 0, *size]], dtype=dtype), device)
        if self._unet.time_cond_proj_dim is not None:
            # The paper's guidance scale starts at 0, the usual one at 1 (arXiv 2310.04378, section 4).
            embedded = self._pipe.get_guidance_scale_embedding(
                torch.tensor([spec.guidance - 1]), embedding_dim=self._unet.time_cond_proj_dim
            )
            row.guidance_embedding = to_device(embedded.to(dtype), device)
        return row

    def step(self, rows: Sequence[Row], on_step: Callable[[], None]) -> None:
        ordered = guided_first(cast(Sequence[StepRow], rows))
        scaled = [row.sampling.scaled() for row in ordered]
        denoise = self._loaded.denoise or self._pipe.unet
        output = denoise(**denoiser_arguments(ordered, scaled, dtype=self._loaded.dtype), return_dict=False)[0]
        guided = predictions(ordered, output, rescale=self._rescale)
        advanced = [row.sampling.advance(prediction) for row, prediction in zip(ordered, guided, strict=True)]
        # From here on nothing can fail, so either all rows advance or none.
        for row, sampling, latents, prediction in zip(ordered, advanced, scaled, guided, strict=True):
            row.sampling, row.last_prediction = sampling, LastPrediction(latents, prediction)

    def decode(self, rows: Sequence[Row]) -> list[DecodedImage]:
        finished = cast(Sequence[StepRow], rows)
        images = self._decoder.images([row.sampling.latents for row in finished])
        return [
            DecodedImage(image=image, sampler=row.sampling.name, text_tokens=row.text_tokens)
            for row, image in zip(finished, images, strict=True)
        ]

    def decode_cap(self, bucket: Bucket) -> int:
        return self._decoder.cap(bucket.width, bucket.height)

    def row_cap(self, bucket: Bucket) -> int:
        latent_pixels = bucket.width * bucket.height // self._pipe.vae_scale_factor**2
        loaded = self._loaded
        batch_rows = max_batch_rows(self._unet, latent_pixels=latent_pixels, dtype=loaded.dtype, device=loaded.device)
        return max(1, batch_rows // 2)  # Every row may be guided.

    def preview(self, row: Row) -> Image | None:
        step = cast(StepRow, row)
        if step.last_prediction is None:
            return None
        predicted = step.sampling.predicted_original(step.last_prediction.scaled, step.last_prediction.prediction)
        return None if predicted is None else self._previews.image(predicted)
