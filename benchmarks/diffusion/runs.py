"""Run each measurement in its own process, so that memory and compiled code aren't shared."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baselines.servers import ROOT
from benchmarks.diffusion.shapes import Shape

LONGEST_S = 900.0


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one process measured."""

    seconds: float  # a batch
    first_at_s: float  # from the start of the process to the first image
    compiled_at_s: float  # and until every shape was compiled
    peak_gb: float


def run(way: str, shape: Shape, folder: Path, *, batch: int, device: str, cache: str = "") -> Run | str:
    """The measurement, or why there is none."""
    command = [
        *(sys.executable, "-m", "benchmarks.diffusion.ways", way, str(folder), "--batch", str(batch)),
        *("--side", str(shape.side), "--steps", str(shape.steps), "--guidance", str(shape.guidance)),
        *("--device", device, "--cache", cache),
    ]
    # Inductor keeps compiled code of its own below TMPDIR: without this, cold would not be cold.
    own_cache = {"TORCHINDUCTOR_CACHE_DIR": f"{cache}/inductor"} if cache else {}
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **own_cache},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"took longer than {LONGEST_S:.0f} s"
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        errors = re.findall(r"^[\w.]+: .+", done.stderr, re.MULTILINE)  # what a traceback ends with
        return errors[-1][:300] if errors else f"ended with {done.returncode}"
    return Run(**json.loads(lines[-1]))
