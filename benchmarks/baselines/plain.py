"""The model in diffusers' own pipeline, which every baseline calls.

`MODEL_ID` (a folder) and `DEVICE` are settings of the inference service; the defaults are the starter model and the
CPU.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference_service.config.settings import STARTER_MODEL
from inference_service.files.png import png

# What the inference service gives a model with zero terminal SNR, so that all servers generate the same images.
GUIDANCE_RESCALE = 0.7
WARM_UP_STEPS = 2


@dataclass(frozen=True, kw_only=True)
class BaselineRequest:
    """The fields of a request that the baselines support."""

    prompt: str
    steps: int
    guidance: float
    seed: int
    width: int
    height: int

    @property
    def kind(self) -> tuple[int, float, int, int]:
        """What requests must share to go through the pipeline in one call."""
        return self.steps, self.guidance, self.width, self.height


def parse_request(body: Mapping[str, Any]) -> BaselineRequest:
    """The request in a JSON body of the inference service's shape."""
    width, height = map(int, body["size"].split("x"))
    return BaselineRequest(
        prompt=body["prompt"],
        steps=body["steps"],
        guidance=body["guidance_scale"],
        seed=body["seed"],
        width=width,
        height=height,
    )


def response_body(image: str) -> dict[str, Any]:
    """The JSON body that carries one base64 image back."""
    return {"created": 0, "data": [{"b64_json": image}]}


class PlainPipeline:
    """The pipeline as its manual says to use it.  One call at a time: its scheduler keeps state."""

    def __init__(self) -> None:
        # As the inference service sets it, and before torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import diffusers
        import torch

        device = os.environ.get("DEVICE", "cpu")
        folder = os.environ.get("MODEL_ID", str(STARTER_MODEL))
        dtype = torch.bfloat16 if device == "cuda" else torch.float32
        self._torch: Any = torch
        kind: Any = diffusers.AutoPipelineForText2Image
        self._pipe: Any = kind.from_pretrained(folder, dtype=dtype, local_files_only=True).to(device)
        self._pipe.set_progress_bar_config(disable=True)
        zero_snr = self._pipe.scheduler.config.prediction_type == "v_prediction"
        self._more = {"guidance_rescale": GUIDANCE_RESCALE} if zero_snr else {}
        self.generate(
            [BaselineRequest(prompt="a test", steps=WARM_UP_STEPS, guidance=4.0, seed=0, width=128, height=128)]
        )

    def generate(self, requests: Sequence[BaselineRequest]) -> list[str]:
        """Requests of one kind, together: their images as base64 PNG, in order."""
        first = requests[0]
        generated = self._pipe(
            prompt=[request.prompt for request in requests],
            num_inference_steps=first.steps,
            guidance_scale=first.guidance,
            width=first.width,
            height=first.height,
            generator=[self._torch.Generator("cpu").manual_seed(request.seed) for request in requests],
            **self._more,
        )
        return [_encoded(image) for image in generated.images]


def _encoded(image: Any) -> str:
    return base64.b64encode(png(image)).decode()
