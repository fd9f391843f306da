"""One denoiser forward for a batch: its arguments, and the prediction for each row.

The batch contains the negative prompts of guided rows, then the guided rows, then the unguided ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inference_service.diffusion.runners.clip_prompts import Encoded
from inference_service.diffusion.runners.rows import StepRow


def guided_first(rows: Sequence[StepRow]) -> list[StepRow]:
    """Return the rows in the order of the batch."""
    return sorted(rows, key=lambda row: row.negative is None)


def denoiser_arguments(rows: Sequence[StepRow], scaled: Sequence[Any], *, dtype: Any) -> dict[str, Any]:
    """Return the denoiser's arguments for rows in the order of `guided_first`, with their scaled latents.

    Each batch row has its own timestep, so rows at any step of any schedule can share a batch.
    """
    import torch

    guided = [row for row in rows if row.negative is not None]
    row_indices = [*range(len(guided)), *range(len(rows))]
    negatives = [row.negative for row in guided if row.negative is not None]
    texts: list[Encoded] = [*negatives, *(row.prompt for row in rows)]
    arguments: dict[str, Any] = {
        "sample": torch.cat([scaled[index] for index in row_indices]).to(dtype),
        "timestep": torch.cat([rows[index].sampling.timestep for index in row_indices]),
        "encoder_hidden_states": torch.cat([text.states for text in texts]),
    }
    if rows[0].guidance_embedding is not None:
        arguments["timestep_cond"] = torch.cat([rows[index].guidance_embedding for index in row_indices])
    if rows[0].time_ids is not None:
        arguments["added_cond_kwargs"] = {
            "text_embeds": torch.cat([text.pooled for text in texts]),
            "time_ids": torch.cat([rows[index].time_ids for index in row_indices]),
        }
    return arguments


def predictions(rows: Sequence[StepRow], output: Any, *, rescale: float) -> list[Any]:
    """Return each row's guided prediction, [1, channels, ...] float32, from the denoiser's output.

    Classifier-free guidance (arXiv 2207.12598), rescaled as in section 3.4 of arXiv 2305.08891.
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
