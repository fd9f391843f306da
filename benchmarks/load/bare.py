"""The step loop without a server: `python -m benchmarks.load.bare --images 12 --steps 20 --rows 2`.

Prints one line of JSON with images per second: enter, step and decode, no queue, no files, no HTTP.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import deque
from collections.abc import Sequence

from benchmarks.load.traces import GUIDANCE, SIZE, requests
from inference_service.engine import Engine, ImageSpec, Row


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--images", type=int, default=12)
    given.add_argument("--steps", type=int, default=20)
    given.add_argument("--rows", type=int, default=1, help="images on their way at once")
    options = given.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the service runs
    from inference_service.config.settings import Settings
    from inference_service.diffusion.engine import DiffusionEngine

    engine = DiffusionEngine(Settings(device="cpu"))
    profile = engine.setup(lambda percent: None)[0]
    width, height = map(int, SIZE.split("x"))
    images = [
        ImageSpec(
            model=profile.model,
            prompt=each.prompt,
            negative_prompt=None,
            width=width,
            height=height,
            steps=options.steps,
            guidance=GUIDANCE,
            seed=each.seed,
            sampler=profile.sampler,
        )
        for each in requests(options.images, seed=0)
    ]
    generate(engine, images[: options.rows], options.rows)  # warm
    took = generate(engine, images, options.rows)
    print(json.dumps({"rows": options.rows, "images_per_s": len(images) / took}))


def generate(engine: Engine, specs: Sequence[ImageSpec], rows: int) -> float:
    """Generate them all, so many at a time; the seconds that it took."""
    began = time.perf_counter()
    waiting, active = deque(specs), list[Row]()
    while waiting or active:
        while waiting and len(active) < rows:
            active.append(engine.start(waiting.popleft()))
        engine.step(active, lambda: None)
        done = [row for row in active if not row.forwards_left]
        active = [row for row in active if row.forwards_left]
        while done:
            cap = engine.decode_cap(done[0].bucket)
            engine.decode(done[:cap])
            done = done[cap:]
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
