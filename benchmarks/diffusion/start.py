"""Measure the time from process start to the first image, and after how many images compilation saves time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.diffusion.runs import Run, run
from benchmarks.diffusion.shapes import Shape
from benchmarks.table import Row


def rows(shape: Shape, folder: Path, *, device: str) -> Iterator[Row]:
    """Measure eager mode; on a GPU also compiled with an empty and a filled cache."""
    eager = run("ours", shape, folder, batch=1, device=device)
    if not isinstance(eager, Run):
        print(f"{shape.name}, eager: {eager}")
        return
    yield Row(f"{shape.name}, start to first image", eager.first_at_s, "s")
    yield Row(f"{shape.name}, an image, eager", eager.seconds, "s")
    if device != "cuda":
        return
    for way in ("blocks", "whole"):
        with tempfile.TemporaryDirectory() as cache:
            for temperature in ("cold", "cached"):
                found = run(way, shape, folder, batch=1, device=device, cache=cache)
                name = f"{shape.name}, {way}, {temperature}"
                if not isinstance(found, Run):
                    print(f"{name}: {found}")
                    break
                yield Row(f"{name}, start to first image", found.first_at_s, "s")
                yield Row(f"{name}, start until compiled", found.compiled_at_s, "s")
                yield Row(f"{name}, an image", found.seconds, "s")
                images = payback(
                    compile_s=found.compiled_at_s - found.first_at_s, eager_s=eager.seconds, compiled_s=found.seconds
                )
                if images is not None:
                    yield Row(f"{name}, pays after", images, "images")


def payback(*, compile_s: float, eager_s: float, compiled_s: float) -> float | None:
    """After how many images the time spent compiling has come back; None where it never does."""
    gain = eager_s - compiled_s
    return compile_s / gain if gain > 0 else None
