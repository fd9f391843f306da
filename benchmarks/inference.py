"""How fast images are generated on this device: `python -m benchmarks.inference [--only SECTION …] [--json FILE]`.

On a CPU the starter model: engine, encoders, HTTP, start.  On a GPU also models with random weights in the shapes
of SDXL, Stable Diffusion 1.5 and SD-Turbo: eager, compiled and in fp8, alone and in batches, bare and through HTTP.
`--shapes tiny` runs all of that in small, on any device, to see that it works; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from benchmarks.baselines.servers import ROOT
from benchmarks.diffusion import quality, served, service, start, throughput
from benchmarks.diffusion.shapes import SIZES, Shape, saved
from benchmarks.table import Row, parser, report
from inference_service.config.settings import STARTER_MODEL

MODELS = ROOT / ".local" / "benchmarks" / "models"
STARTER = Shape(name="starter", side=256, steps=20, guidance=4.0, batches=(1,), unet={}, text=())

Section = Callable[[], Iterator[Row]]


def main() -> None:
    options = _options()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the service runs
    device = _device()
    size = options.shapes or ("full" if device == "cuda" else None)
    sections = _sections(device, size)
    unknown = sorted(set(options.only or ()) - sections.keys())
    if unknown:
        raise SystemExit(f"Unknown sections: {', '.join(unknown)}. Available sections: {', '.join(sections)}.")
    print(_described(device))
    rows: list[Row] = []
    for name in options.only or sections:
        for row in sections[name]():
            print(f"  {row.name}: {row.value:.4g} {row.unit}", flush=True)
            rows.append(row)
    report(rows, options.json)


def _options() -> argparse.Namespace:
    given = parser(__doc__ or "")
    given.add_argument("--shapes", choices=SIZES, help="full (on a GPU), or tiny ones to see that everything works")
    given.add_argument("--only", nargs="+", metavar="SECTION", help="service, start, quality, sdxl, sd15, turbo, …")
    return given.parse_args()


def _sections(device: str, size: str | None) -> Mapping[str, Section]:
    """What can be measured here, in the order in which it is."""
    sections: dict[str, Section] = {
        "service": partial(service.rows, device=device),
        "start": partial(start.rows, STARTER, STARTER_MODEL, device=device),
        "quality": partial(quality.rows, device=device, prompts=4 if size == "tiny" else quality.PROMPTS),
    }
    if size is None:
        del sections["quality"]  # quantization is not faster on a CPU
        return sections
    shapes = SIZES[size]
    count = {"full": 192, "tiny": 8}[size]
    for name, shape in shapes.items():
        sections[name] = partial(throughput.rows, shape, MODELS, device=device)
    sections["start-sdxl"] = partial(_start, shapes["sdxl"], device)
    sections["closed"] = partial(served.closed_loop_rows, shapes["sd15"], MODELS, device=device, count=count // 2)
    sections["one-step"] = partial(served.one_step_rows, shapes["turbo"], MODELS, device=device, count=count)
    return sections


def _start(shape: Shape, device: str) -> Iterator[Row]:
    return start.rows(shape, saved(shape, MODELS, device=device), device=device)


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _described(device: str) -> str:
    import diffusers
    import torch

    name = torch.cuda.get_device_name() if device == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    return f"{name}; torch {torch.__version__}, diffusers {diffusers.__version__}"


if __name__ == "__main__":
    main()
