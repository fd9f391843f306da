"""Measure one way to generate, in a separate process: `python -m benchmarks.diffusion.ways whole FOLDER --batch 4 …`.

Prints a line of JSON: seconds per batch, seconds from process start to the first image and until all shapes are
compiled, and the peak GPU memory of torch.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psutil

from benchmarks.load.bare import generate
from inference_service.config.settings import Settings
from inference_service.engine import ImageSpec

PROMPT = "a watercolor painting of a fox in the snow"
REPEATS = 3


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the engine is set, or that diffusers' pipeline generates instead."""

    title: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    pipeline: bool = False
    cudnn: bool = False  # cuDNN's attention before the others
    cuda_only: bool = True


WAYS: Mapping[str, Way] = {
    "eager": Way(title="eager pipeline", pipeline=True, cuda_only=False),
    "ours": Way(title="ours, eager", settings={"compile": "off"}, cuda_only=False),
    "cudnn": Way(title="ours, cuDNN attention", settings={"compile": "off"}, cudnn=True),
    "blocks": Way(title="ours, compiled by blocks", settings={"compile": "blocks"}),
    "whole": Way(title="ours, compiled whole", settings={"compile": "whole"}),
    "fp8": Way(title="ours, fp8", settings={"compile": "whole", "quantize": "fp8"}),
}

Batch = Callable[[int], float]
"""Generates so many images together; the seconds that it took."""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("way", choices=WAYS)
    given.add_argument("folder")
    given.add_argument("--batch", type=int, required=True)
    given.add_argument("--side", type=int, required=True)
    given.add_argument("--steps", type=int, required=True)
    given.add_argument("--guidance", type=float, required=True)
    given.add_argument("--device", required=True)
    given.add_argument("--cache", default="", help="folder that keeps compiled shapes")
    options = given.parse_args()
    way = WAYS[options.way]
    with _attention(cudnn=way.cudnn):
        together, compile_rest = (_pipeline if way.pipeline else _engine)(way, options)
        together(1)
        first_at = _since_start()
        compile_rest()
        compiled_at = _since_start()
        together(options.batch)  # warms what only a full batch needs
        seconds = statistics.median(together(options.batch) for _ in range(REPEATS))
    facts = {"seconds": seconds, "first_at_s": first_at, "compiled_at_s": compiled_at}
    print(json.dumps({**facts, "peak_gb": _peak_gb(options.device)}))


def _pipeline(way: Way, options: argparse.Namespace) -> tuple[Batch, Callable[[], None]]:
    import diffusers
    import torch

    kind: Any = diffusers.AutoPipelineForText2Image
    dtype = torch.bfloat16 if options.device == "cuda" else torch.float32
    pipe = kind.from_pretrained(options.folder, dtype=dtype, local_files_only=True).to(options.device)
    pipe.set_progress_bar_config(disable=True)

    def together(count: int) -> float:
        began = time.perf_counter()
        pipe(
            prompt=[PROMPT] * count,
            width=options.side,
            height=options.side,
            num_inference_steps=options.steps,
            guidance_scale=options.guidance,
            generator=[torch.Generator("cpu").manual_seed(seed) for seed in range(count)],
        )
        return time.perf_counter() - began  # images are on the CPU, so the device has finished

    return together, lambda: None


def _engine(way: Way, options: argparse.Namespace) -> tuple[Batch, Callable[[], None]]:
    from inference_service.diffusion.engine import DiffusionEngine

    batch_rows = options.batch * (2 if options.guidance > 1 else 1)
    settings = Settings(
        model_id=options.folder,
        device=options.device,
        compile_batch_sizes=str(batch_rows),
        compile_cache_dir=options.cache,
        safety_checker="off",
        **way.settings,
    )
    engine = DiffusionEngine(settings)
    profile = engine.setup(lambda percent: None)[0]

    def specs(count: int) -> list[ImageSpec]:
        return [
            ImageSpec(
                model=profile.model,
                prompt=PROMPT,
                negative_prompt=None,
                width=options.side,
                height=options.side,
                steps=options.steps,
                guidance=options.guidance,
                seed=seed,
                sampler=profile.sampler,
            )
            for seed in range(count)
        ]

    def compile_rest() -> None:
        while engine.idle():
            pass

    return lambda count: generate(engine, specs(count), count), compile_rest


@contextlib.contextmanager
def _attention(*, cudnn: bool) -> Iterator[None]:
    from torch.nn.attention import SDPBackend, sdpa_kernel

    if not cudnn:
        yield
        return
    order = [SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
    with sdpa_kernel(order, set_priority=True):
        yield


def _since_start() -> float:
    """Seconds since this process was started, before Python was even loaded."""
    return time.time() - psutil.Process().create_time()


def _peak_gb(device: str) -> float:
    import torch

    return torch.cuda.max_memory_allocated() / 1e9 if device == "cuda" else 0.0


if __name__ == "__main__":
    main()
