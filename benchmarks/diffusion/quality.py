"""Measure how number formats change images: `python -m benchmarks.diffusion.quality` writes the images of one format.

The starter model, the same prompts and seeds in each format; images are compared as PSNR in decibels.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.baselines.servers import ROOT
from benchmarks.load.traces import requests
from benchmarks.psnr import psnr
from benchmarks.table import Row
from inference_service.config.settings import Settings
from inference_service.engine import ImageSpec

PROMPTS = 64
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "fp32": {"dtype": "float32", "compile": "off"},
    "bf16": {"dtype": "bfloat16", "compile": "off"},
    "fp8": {"dtype": "bfloat16", "compile": "whole", "quantize": "fp8"},
}


def rows(*, device: str, prompts: int = PROMPTS) -> Iterator[Row]:
    """Median and worst PSNR of bf16 to fp32, and on a GPU of fp8 to bf16."""
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        generated: dict[str, Any] = {}
        for name in FORMATS if device == "cuda" else ("fp32", "bf16"):
            file = Path(folder, f"{name}.npy")
            command = [sys.executable, "-m", "benchmarks.diffusion.quality", name, str(file), "--device", device]
            done = subprocess.run(
                [*command, "--prompts", str(prompts)], cwd=ROOT, capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(f"{name}: {done.stderr.strip().splitlines()[-1][:200]}")
                continue
            generated[name] = np.load(file)
    for coarse, fine in (("bf16", "fp32"), ("fp8", "bf16")):
        if coarse in generated and fine in generated:
            found = [psnr(one, other) for one, other in zip(generated[coarse], generated[fine], strict=True)]
            yield Row(f"PSNR of {coarse} to {fine}, median of {prompts}", statistics.median(found), "dB")
            yield Row(f"PSNR of {coarse} to {fine}, worst", min(found), "dB")


def main() -> None:
    import numpy as np

    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("format", choices=FORMATS)
    given.add_argument("file")
    given.add_argument("--device", required=True)
    given.add_argument("--prompts", type=int, default=PROMPTS)
    options = given.parse_args()
    np.save(options.file, np.stack(_generated(options.format, options.device, options.prompts)))


def _generated(number_format: str, device: str, prompts: int) -> Sequence[Any]:
    import numpy as np

    from inference_service.diffusion.engine import DiffusionEngine

    engine = DiffusionEngine(Settings(device=device, compile_batch_sizes="2", **FORMATS[number_format]))
    profile = engine.setup(lambda percent: None)[0]
    images: list[Any] = []
    for each in requests(prompts, seed=64):
        row = engine.start(
            ImageSpec(
                model=profile.model,
                prompt=each.prompt,
                negative_prompt=None,
                width=profile.width,
                height=profile.height,
                steps=profile.steps,
                guidance=profile.guidance,
                seed=each.seed,
                sampler=profile.sampler,
            )
        )
        while not images and engine.idle():
            pass  # compiled before the first image, as everything that is compared must be
        while row.forwards_left:
            engine.step([row], lambda: None)
        images.append(np.asarray(engine.decode([row])[0].image.convert("RGB")))
    return images


if __name__ == "__main__":
    main()
