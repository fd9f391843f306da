"""Step-level painting with UNets: any rows of one bucket take their next step in one forward.

Serves SD 1.5 and 2.x, SDXL, their turbo and LCM variants, and what else has their pipelines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PIL.Image import Image

from inference_service.diffusion.runners.clip_prompts import PromptEncoder, tokens_of
from inference_service.diffusion.runners.decoding import Decoder
from inference_service.diffusion.runners.denoising import guided_first, lanes_of, predictions
from inference_service.diffusion.runners.memory_estimate import lanes_that_fit
from inference_service.diffusion.runners.previews import PreviewMap
from inference_service.diffusion.runners.rows import Foresight, StepRow, bucket_of
from inference_service.diffusion.runners.runner import LoadedModel
from inference_service.diffusion.runners.sampling import Samplers, sent
from inference_service.engine import Bucket, Painting, Picture, Row

# Models with zero terminal SNR come out overexposed without it (arXiv 2305.08891, section 3.4).
GUIDANCE_RESCALE = 0.7


class StepPainter:
    """One loaded model, and the rows that it paints step by step."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._pipe = pipe = loaded.pipe
        self._unet = pipe.unet.config
        self._tokens = tokens_of(pipe)
        self._prompts = PromptEncoder(pipe, self._tokens, dtype=loaded.dtype)
        self._samplers = Samplers(pipe, device=loaded.device)
        self._decoder = Decoder(pipe, device=loaded.device)
        self._previews = PreviewMap(self._decoder, channels=self._unet.in_channels, device=loaded.device)
        self._rescale = GUIDANCE_RESCALE if pipe.scheduler.config.get("rescale_betas_zero_snr") else 0.0

    def bucket(self, picture: Picture) -> Bucket:
        return bucket_of(picture, self._tokens)

    def enter(self, picture: Picture) -> StepRow:
        import torch

        bucket = self.bucket(picture)
        prompt, negative = self._prompts.encode(picture, bucket.chunks)
        scale = self._pipe.vae_scale_factor
        shape = (1, self._unet.in_channels, picture.height // scale, picture.width // scale)
        device, dtype = self._loaded.device, self._loaded.dtype
        row = StepRow(
            picture=picture,
            bucket=bucket,
            text_tokens=self._tokens.count(picture.prompt),
            prompt=prompt,
            negative=negative,
            guidance=sent(torch.full((1, 1, 1, 1), picture.guidance), device),
            sampling=self._samplers.start(picture.sampler, picture.steps, picture.seed, shape),
        )
        if prompt.pooled is not None:
            # As drawn, uncropped, and wanted: SDXL was trained with all three (arXiv 2307.01952, section 2.2).
            size = (picture.height, picture.width)
            row.time_ids = sent(torch.tensor([[*size, 0, 0, *size]], dtype=dtype), device)
        if self._unet.time_cond_proj_dim is not None:
            # The paper's guidance starts at 0 where everybody else's starts at 1 (arXiv 2310.04378, section 4).
            embedded = self._pipe.get_guidance_scale_embedding(
                torch.tensor([picture.guidance - 1]), embedding_dim=self._unet.time_cond_proj_dim
            )
            row.guidance_embedding = sent(embedded.to(dtype), device)
        return row

    def step(self, rows: Sequence[Row], between: Callable[[], None]) -> None:
        ordered = guided_first(cast(Sequence[StepRow], rows))
        scaled = [row.sampling.scaled() for row in ordered]
        denoise = self._loaded.denoise or self._pipe.unet
        output = denoise(**lanes_of(ordered, scaled, dtype=self._loaded.dtype), return_dict=False)[0]
        guided = predictions(ordered, output, rescale=self._rescale)
        moved = [row.sampling.moved(prediction) for row, prediction in zip(ordered, guided, strict=True)]
        # Nothing can fail any more: the rows move together or not at all.
        for row, sampling, taken, prediction in zip(ordered, moved, scaled, guided, strict=True):
            row.sampling, row.foresight = sampling, Foresight(taken, prediction)

    def decode(self, rows: Sequence[Row]) -> list[Painting]:
        finished = cast(Sequence[StepRow], rows)
        images = self._decoder.images([row.sampling.latents for row in finished])
        return [
            Painting(image=image, sampler=row.sampling.name, text_tokens=row.text_tokens)
            for row, image in zip(finished, images, strict=True)
        ]

    def decode_cap(self, bucket: Bucket) -> int:
        return self._decoder.cap(bucket.width, bucket.height)

    def row_cap(self, bucket: Bucket) -> int:
        places = bucket.width * bucket.height // self._pipe.vae_scale_factor**2
        loaded = self._loaded
        lanes = lanes_that_fit(self._unet, places=places, dtype=loaded.dtype, device=loaded.device)
        return max(1, lanes // 2)  # every row may be guided

    def preview(self, row: Row) -> Image | None:
        step = cast(StepRow, row)
        if step.foresight is None:
            return None
        foreseen = step.sampling.foreseen(step.foresight.scaled, step.foresight.prediction)
        return None if foreseen is None else self._previews.image(foreseen)
