"""What paints with one loaded model: the seam between the engine, which keeps models, and their families."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PIL.Image import Image

from inference_service.engine import Bucket, Painting, Picture, Row
from inference_service.models.profile import Profile


@dataclass(kw_only=True)
class LoadedModel:
    """One model on its device, with its LoRAs of the moment."""

    name: str
    profile: Profile
    pipe: Any  # a diffusers pipeline; its scheduler is only ever read for its class and configuration
    device: str
    dtype: Any  # torch.dtype of the denoiser

    # Called as the denoiser is, with `return_dict=False`, for whatever number of lanes; None is the
    # pipeline's own.  It may be exchanged between any two turns.
    denoise: Callable[..., tuple[Any, ...]] | None = None


class Painter(Protocol):
    """Paints the pictures of one model.  Painters: `StepPainter` (UNets), `PipelinePainter` (the rest).

    Promises what `Engine` does, for one model whose LoRAs the engine has set before the call.  Called with
    gradients off.  Errors come as torch raises them: the engine names them.
    """

    def bucket(self, picture: Picture) -> Bucket: ...

    def enter(self, picture: Picture) -> Row: ...

    def step(self, rows: Sequence[Row], between: Callable[[], None]) -> None:
        """When anything is raised, no row has moved (but for what `between` raises)."""
        ...

    def decode(self, rows: Sequence[Row]) -> list[Painting]:
        """Nothing is checked for safety here."""
        ...

    def decode_cap(self, bucket: Bucket) -> int: ...

    def row_cap(self, bucket: Bucket) -> int: ...

    def preview(self, row: Row) -> Image | None: ...
