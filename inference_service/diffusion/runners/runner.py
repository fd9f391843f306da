"""Interface between the engine, which manages models, and the runners of model families."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PIL.Image import Image

from inference_service.engine import Bucket, DecodedImage, ImageSpec, Row
from inference_service.models.profile import Profile


@dataclass(kw_only=True)
class LoadedPipeline:
    """A pipeline on its device, with the LoRAs currently merged."""

    name: str
    profile: Profile
    pipe: Any  # A diffusers pipeline. Only the class and configuration of its scheduler are used.
    device: str
    dtype: Any  # The torch.dtype of the denoiser.

    # Called like the denoiser with `return_dict=False`, for any number of rows. None means the pipeline's own
    # denoiser. It may be replaced between two steps.
    denoise: Callable[..., tuple[Any, ...]] | None = None


class ModelRunner(Protocol):
    """Generates images with one model, implemented by `StepRunner` (UNets) and `PipelineRunner` (others).

    Its methods behave like those of `Engine`, for one model whose LoRAs are already applied. They are called with
    gradients disabled. Torch's exceptions are translated by the engine.
    """

    def bucket(self, spec: ImageSpec) -> Bucket: ...

    def start(self, spec: ImageSpec) -> Row: ...

    def step(self, rows: Sequence[Row], on_step: Callable[[], None]) -> None:
        """If an exception is raised, no row has advanced, except for exceptions from `on_step`."""
        ...

    def decode(self, rows: Sequence[Row]) -> list[DecodedImage]:
        """Decode without a safety check."""
        ...

    def decode_cap(self, bucket: Bucket) -> int: ...

    def row_cap(self, bucket: Bucket) -> int: ...

    def preview(self, row: Row) -> Image | None: ...
