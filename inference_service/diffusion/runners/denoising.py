"""One denoiser forward for many rows: what goes in, and what each row gets out.

The lanes are the guided rows' negative prompts, then the guided rows, then the unguided ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inference_service.diffusion.runners.clip_prompts import Encoded
from inference_service.diffusion.runners.rows import StepRow


def guided_first(rows: Sequence[StepRow]) -> list[StepRow]:
    """The rows in the order of their lanes."""
    return sorted(rows, key=lambda row: row.negative is None)


def lanes_of(rows: Sequence[StepRow], scaled: Sequence[Any], *, dtype: Any) -> dict[str, Any]:
    """The denoiser's arguments for rows in the order of `guided_first`, with their scaled latents.

    Every lane has its own timestep, so that rows at any point of any schedule go together.
    """
    import torch

    guided = [row for row in rows if row.negative is not None]
    lanes = [*range(len(guided)), *range(len(rows))]
    negatives = [row.negative for row in guided if row.negative is not None]
    texts: list[Encoded] = [*negatives, *(row.prompt for row in rows)]
    arguments: dict[str, Any] = {
        "sample": torch.cat([scaled[lane] for lane in lanes]).to(dtype),
        "timestep": torch.cat([rows[lane].sampling.timestep for lane in lanes]),
        "encoder_hidden_states": torch.cat([text.states for text in texts]),
    }
    if rows[0].guidance_embedding is not None:
        arguments["timestep_cond"] = torch.cat([rows[lane].guidance_embedding for lane in lanes])
    if rows[0].time_ids is not None:
        arguments["added_cond_kwargs"] = {
            "text_embeds": torch.cat([text.pooled for text in texts]),
            "time_ids": torch.cat([rows[lane].time_ids for lane in lanes]),
        }
    return arguments


def predictions(rows: Sequence[StepRow], output: Any, *, rescale: float) -> list[Any]:
    """Each row's guided prediction, [1, channels, ...] float32, from the denoiser's lanes.

    Classifier-free guidance (arXiv 2207.12598), rescaled as section 3.4 of arXiv 2305.08891 proposes.
    """
    import torch

    output = output.float()
    count = sum(row.negative is not None for row in rows)
    if count == 0:
        return list(torch.split(output, 1))
    negative, positive, unguided = output[:count], output[count : 2 * count], output[2 * count :]
    scale = torch.cat([row.guidance for row in rows[:count]])
    guided = negative + scale * (positive - negative)
    if rescale:
        axes = [1, 2, 3]
        spread = positive.std(dim=axes, keepdim=True) / guided.std(dim=axes, keepdim=True)
        guided = rescale * (guided * spread) + (1 - rescale) * guided
    return list(torch.split(torch.cat([guided, unguided]), 1))
