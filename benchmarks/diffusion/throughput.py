"""Measure images per second of one model by method and batch size, and the share of the device's peak arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.diffusion.runs import Run, run
from benchmarks.diffusion.shapes import Shape, saved
from benchmarks.diffusion.ways import WAYS
from benchmarks.diffusion.work import fp8_rate, matrix_rate, work_of
from benchmarks.table import Row

OVER_EAGER, FP8_OVER_OURS = 1.25, 1.15


def rows(shape: Shape, models: Path, *, device: str, ways: list[str] | None = None) -> Iterator[Row]:
    """Measure one model. Print failures and, at the end, whether the goals are met."""
    folder = saved(shape, models, device=device)
    work, rate = work_of(shape), matrix_rate(device)
    yield Row("matrix product", rate, "TFLOP/s")
    if (eight := fp8_rate(device)) is not None:
        yield Row("matrix product in fp8", eight, "TFLOP/s")
    yield Row(f"{shape.name}, one image", work.per_image(shape), "TFLOP")
    speeds: dict[tuple[str, int], float] = {}
    for batch in shape.batches:
        for way in ways or [name for name, each in WAYS.items() if device == "cuda" or not each.cuda_only]:
            found = run(way, shape, folder, batch=batch, device=device)
            name = f"{shape.name}, batch {batch}, {WAYS[way].title}"
            if not isinstance(found, Run):
                print(f"{name}: {found}")
                continue
            speed = speeds[way, batch] = batch / found.seconds
            yield Row(name, speed, "images/s")
            yield Row(f"{name}, arithmetic", speed * work.per_image(shape), "TFLOP/s")
            yield Row(f"{name}, of the matrix product", 100 * speed * work.per_image(shape) / rate, "%")
            if device == "cuda":
                yield Row(f"{name}, memory", found.peak_gb, "GB")
    for line in verdicts(speeds) if device == "cuda" else ():
        print(line)


def verdicts(speeds: dict[tuple[str, int], float]) -> Iterator[str]:
    """From images a second by way and batch: ours over the eager pipeline, and fp8 over ours, at equal batch."""
    for batch in sorted({batch for _, batch in speeds}):
        ours = max(
            (speeds[way, batch] for way in ("ours", "blocks", "whole", "cudnn") if (way, batch) in speeds), default=None
        )
        for goal, speed, base, bound in (
            ("ours over the eager pipeline", ours, speeds.get(("eager", batch)), OVER_EAGER),
            ("fp8 over ours", speeds.get(("fp8", batch)), ours, FP8_OVER_OURS),
        ):
            if speed is not None and base is not None:
                met = "met" if speed >= bound * base else "MISSED"
                yield f"batch {batch}: {goal} {speed / base:.2f}, to be {bound:g}: {met}"
